/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What looking inside costs: the share of a trainer's processor time that its probes take, over a whole
 * number of the periods from one probe to the next. */

#include "engine/base/status.h"
#include "engine/experiment/experiment.h"

/* On one thread, for at least `seconds`. The experiment tells layers, batch and window.length; the data
 * are made up. */
FsStatus fs_bench_probe_share (const FsExperiment *experiment,
                               size_t n_windows,
                               size_t n_inputs,
                               double seconds,
                               double *share,
                               FsProblem *problem);
