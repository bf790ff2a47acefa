/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* FsChart shows one plot, live. It rasterises the plot once into a texture and draws only the cursor
 * and its read-out over it, so that moving the pointer costs no redrawing. Main thread only. The
 * owner hands over a new plot for each snapshot (fs_chart_take_plot) and says in words what it shows
 * (property "description").
 *
 * Properties: label (accessible name), description, cursor-x (double, NaN for none; bind it between
 * charts with g_object_bind_property), follow (true until the user zooms; setting it shows everything
 * again), log-scale, magnification (1; 1.5 and more for a projector).
 * Signal: cursor-moved (double x), only when the user moved it.
 * Actions: chart.save, chart.copy, chart.copy-csv, chart.log, chart.follow, chart.zoom-in,
 * chart.zoom-out.
 * Pointer: scroll zooms x (with Ctrl: y), drag zooms to a rectangle, middle or Shift drag pans, double
 * click follows again. Keys: arrows move the cursor (with Ctrl ten points), + and - zoom, Home and End
 * go to the first and last point, 0 follows, L toggles log, Escape clears the cursor. */

#include <gtk/gtk.h>
#include "ui/chart/chart-plot.h"

G_BEGIN_DECLS

#define FS_TYPE_CHART (fs_chart_get_type ())
G_DECLARE_FINAL_TYPE (FsChart, fs_chart, FS, CHART, GtkWidget)

GtkWidget *fs_chart_new (const char *label);

/* Takes ownership; NULL shows an empty chart. The user's zoom stays when "follow" is off. */
void fs_chart_take_plot (FsChart *chart, FsPlot *plot);
const FsPlot *fs_chart_get_plot (FsChart *chart);

const char *fs_chart_get_label (FsChart *chart);
void fs_chart_set_label (FsChart *chart, const char *label);
/* NULL: the plot describes itself. */
void fs_chart_set_description (FsChart *chart, const char *description);
const char *fs_chart_get_description (FsChart *chart);

double fs_chart_get_cursor_x (FsChart *chart);
void fs_chart_set_cursor_x (FsChart *chart, double x);
bool fs_chart_get_follow (FsChart *chart);
void fs_chart_set_follow (FsChart *chart, bool follow);
bool fs_chart_get_log_scale (FsChart *chart);
void fs_chart_set_log_scale (FsChart *chart, bool log_scale);
double fs_chart_get_magnification (FsChart *chart);
void fs_chart_set_magnification (FsChart *chart, double magnification);

/* Shows this part of the plot and stops following. */
void fs_chart_set_view (FsChart *chart, const FsPlotView *view);
FsPlotView fs_chart_get_view (FsChart *chart);

/* How often the plot has been rasterised since the chart was made. */
unsigned fs_chart_get_n_renders (FsChart *chart);

/* The colours in use now, from the style sheet. */
const FsChartPalette *fs_chart_get_palette (FsChart *chart);

G_END_DECLS
