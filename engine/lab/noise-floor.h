/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What nobody can learn: of the shipped series that were made with noise of known size, the loss below
 * which no forecast comes on average, in the units of the run's losses. A run that has reached it fits as
 * well as can be, however high its loss looks. */

#include "engine/experiment/experiment.h"
#include "engine/prepare/dataset.h"

/* NaN where it is not known: other data, another target, another loss, or a preparation that does more to
 * the target than to shift and stretch it. */
double fs_noise_floor (const FsExperiment *experiment, const FsDataset *dataset);
