/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the lens shows, as plots and as sentences: one of each for the series, the histogram and the
 * autocorrelation, before the step and after it. Pure functions over a picture; no widget. All strings
 * are transfer full. */

#include <glib.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/lens.h"
#include "ui/chart/chart-plot.h"

typedef enum
{
  FS_LENS_SERIES,
  FS_LENS_HISTOGRAM,
  FS_LENS_AUTOCORRELATION,
  FS_LENS_N_CHARTS
} FsLensChart;

/* "Series before", "Histogram after": the accessible name of the chart. */
const char *fs_lens_chart_name (FsLensChart chart, gboolean is_after);

/* `picture` may be NULL while there is none. */
FsPlot *fs_lens_plot_make (const FsLensPicture *picture, FsLensChart chart, gboolean is_after);
char *fs_lens_plot_describe (const FsLensPicture *picture, FsLensChart chart, gboolean is_after);

/* One line on the step itself: what it has learned, what became of gaps and far values, whether it is
 * undone; or why it cannot be taken. */
char *fs_lens_summary (const FsLensPicture *picture, const FsStepSpec *spec);
