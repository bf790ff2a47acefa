/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The forecast chart's plot: the target in original units, what the network says one step ahead
 * with the weights of one epoch, and the parts shaded. The test part, truth and forecast, is left
 * out until asked for: it must not guide anybody. No widget; the chart draws it. */

#include "engine/lab/run.h"
#include "ui/chart/chart-plot.h"

/* `snapshot` may be NULL or without dataset. Transfer full. */
FsPlot *fs_forecast_plot_make (const FsSnapshot *snapshot, gboolean shows_test);

/* The same in words. Transfer full. */
char *fs_forecast_plot_describe (const FsSnapshot *snapshot, gboolean shows_test);
