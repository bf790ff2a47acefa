/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* FsChart shows one plot, live. It rasterises the plot once into a texture and draws only the cursor
 * and the read-out over it, so that moving the pointer costs no redrawing. Main thread only. The
 * owner hands over a new plot for each snapshot (fs_chart_take_plot) and says in words what it shows
 * (property "description").
 *
 * Properties
 *   label          what it is, its accessible name
 *   description    what it shows, in words; NULL lets the plot describe itself
 *   cursor-x       the chosen x (the epoch of the scrubber), NaN for none
 *   hover-x        the x under the pointer, NaN while it is elsewhere
 *   follow         true until the user zooms; setting it shows everything again
 *   log-scale      of y; until it is set, as the plot says
 *   magnification  1; 1.5 and more for a projector
 * Bind cursor-x and hover-x between charts (g_object_bind_property) and all panes follow.
 *
 * Signals
 *   cursor-moved (double x)   the user chose another x, with a click or a key
 *   notice (string)           a sentence about what the user asked for: "Saved loss.png", or why not.
 *                             Without a handler it becomes a toast of the nearest AdwToastOverlay.
 *
 * Actions: chart.save, chart.copy, chart.copy-csv, chart.table, chart.zoom-in, chart.zoom-out, chart.show-all, and with
 * a state chart.log and chart.follow.
 * Pointer: a click sets the cursor; a drag zooms to its rectangle; middle or Shift drag pans; the wheel
 * zooms x, with Ctrl y, with Shift pans; a double click shows everything; the second button opens a menu.
 * Keys: Left and Right move the cursor (with Ctrl ten points), Home and End to the ends, + and - zoom, 0
 * shows everything, L toggles log, T opens the numbers as a table, Escape removes the cursor, Menu opens
 * the menu. */

#include <gtk/gtk.h>
#include "ui/chart/chart-plot.h"

G_BEGIN_DECLS

#define FS_TYPE_CHART (fs_chart_get_type ())
G_DECLARE_FINAL_TYPE (FsChart, fs_chart, FS, CHART, GtkWidget)

GtkWidget *fs_chart_new (const char *label);

/* Takes ownership; NULL shows an empty chart. The user's zoom stays while "follow" is off. */
void fs_chart_take_plot (FsChart *chart, FsPlot *plot);
const FsPlot *fs_chart_get_plot (FsChart *chart);

const char *fs_chart_get_label (FsChart *chart);
void fs_chart_set_label (FsChart *chart, const char *label);
const char *fs_chart_get_description (FsChart *chart); /* what a screen reader is told now */
void fs_chart_set_description (FsChart *chart, const char *description);
double fs_chart_get_cursor_x (FsChart *chart);
void fs_chart_set_cursor_x (FsChart *chart, double x);
double fs_chart_get_hover_x (FsChart *chart);
void fs_chart_set_hover_x (FsChart *chart, double x);
bool fs_chart_get_follow (FsChart *chart);
void fs_chart_set_follow (FsChart *chart, bool follow);
bool fs_chart_get_log_scale (FsChart *chart);
void fs_chart_set_log_scale (FsChart *chart, bool log_scale);
/* Room that the title leaves free at its end, for a button of the owner. Exports ignore it. */
void fs_chart_set_title_end (FsChart *chart, double px);
double fs_chart_get_magnification (FsChart *chart);
void fs_chart_set_magnification (FsChart *chart, double magnification);

/* Shows this part of the plot and stops following. */
void fs_chart_set_view (FsChart *chart, const FsPlotView *view);
FsPlotView fs_chart_get_view (FsChart *chart);

/* Saves as the file's ending says, as large as on the screen, in the light palette. */
gboolean fs_chart_save (FsChart *chart, const char *path, GError **error);

/* Where the axes lie now, in px of the widget; all zero before the first allocation. */
const FsPlotFrame *fs_chart_get_frame (FsChart *chart);

/* How often the plot has been rasterised since the chart was made. */
unsigned fs_chart_get_n_renders (FsChart *chart);

/* The colours in use now, from the style sheet. */
const FsChartPalette *fs_chart_get_palette (FsChart *chart);

G_END_DECLS
