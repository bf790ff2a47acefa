/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The forecast fed back (closed loop) beside the ordinary one (open loop), over the validation part:
 * what the network has learned of the series' course when nobody corrects it. No widget. */

#include "engine/lab/run.h"
#include "ui/chart/chart-plot.h"

/* `snapshot` may be NULL or without forecast. Transfer full, as the words are. */
FsPlot *fs_fed_back_plot_make (const FsSnapshot *snapshot);
char *fs_fed_back_plot_describe (const FsSnapshot *snapshot);
