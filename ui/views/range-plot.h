/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The picture of a learning-rate range test: the loss against the rate, the rate to take as a flag. No
 * widget; a chart draws it. */

#include "engine/lab/range-worker.h"
#include "ui/chart/chart-plot.h"

/* `news` may be NULL: nothing yet. Transfer full, both. */
FsPlot *fs_range_plot_make (const FsRangeNews *news);
char *fs_range_plot_describe (const FsRangeNews *news);

/* A rate as `fitscope range` writes it, and as a setting takes it. Transfer full. */
char *fs_range_plot_rate (double rate);
/* The same for reading, with the language's decimal mark. Transfer full. */
char *fs_range_plot_shown_rate (double rate);
