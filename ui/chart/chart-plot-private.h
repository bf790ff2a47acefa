/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the model (chart-plot.c) and its drawing (chart-draw.c, chart-curve.c, chart-halo.c, chart-notes.c) share;
 * nobody else includes it. */

#include "ui/chart/chart-plot.h"

/* The arrays own what their elements point to; x is never NULL here. */
struct _FsPlot
{
  char *title, *subtitle, *placeholder;
  FsPlotAxis x_axis, y_axis; /* their titles are owned */
  FsPlotAxis second_axis;    /* its too */
  GArray *series;            /* FsPlotSeries */
  GArray *ribbons;           /* FsPlotRibbon */
  GArray *levels;            /* FsPlotLevel */
  GArray *marks;             /* FsPlotMark */
  GArray *flags;             /* FsPlotFlag */
  GArray *spans;             /* FsPlotSpan */
};

#define fs_plot_series_at(plot, i) (&g_array_index ((plot)->series, FsPlotSeries, i))

/* The values shown on each axis, before any pixel is known. */
FsChartRange fs_plot_x_range (const FsPlot *plot, const FsPlotView *view);
FsChartRange fs_plot_y_range (const FsPlot *plot, const FsPlotView *view, FsChartRange x_range);
FsChartRange fs_plot_second_range (const FsPlot *plot, FsChartRange x_range);
bool fs_plot_has_second (const FsPlot *plot);

/* The axis that y of a series is measured on. */
static inline const FsChartAxis *
fs_plot_frame_y (const FsPlotFrame *frame, bool is_second)
{
  return is_second ? &frame->second : &frame->y;
}

/* Index of the last point with a finite value, n if there is none. */
size_t fs_plot_series_last (const FsPlotSeries *series);

/* Sizes of text relative to the context's font. */
#define FS_PLOT_TITLE_SIZE 1.0
#define FS_PLOT_SMALL_SIZE 0.82

/* One act of drawing or measuring. Lengths are px times magnification (`m`). */
typedef struct
{
  const FsPlot *plot;
  cairo_t *cr; /* NULL while only measuring */
  const FsChartPalette *palette;
  PangoContext *pango;
  PangoLayout *text;
  double m;
  double column_px; /* width of a device pixel */
  double width_px, height_px;
  double title_end_px;     /* as in the style */
  double line_px;          /* height of a line of small text */
  bool has_margin_labels;  /* else names stand inside: the chart is narrow */
  bool has_one_line_names; /* "train 0.036": there are too many for two lines each */
  FsPlotFrame frame;
  FsChartTick x_ticks[FS_CHART_MAX_TICKS], y_ticks[FS_CHART_MAX_TICKS];
  FsChartTick second_ticks[FS_CHART_MAX_TICKS];
  size_t n_x_ticks, n_y_ticks, n_second_ticks;
} FsPen;

void fs_pen_start (FsPen *pen,
                   const FsPlot *plot,
                   cairo_t *cr,
                   const FsPlotStyle *style,
                   double width_px,
                   double height_px);
void fs_pen_end (FsPen *pen);
void fs_pen_set_text (FsPen *pen, const char *text, double size, bool is_bold);
void fs_pen_text_size (FsPen *pen, double *width, double *height);
void fs_pen_set_colour (FsPen *pen, FsChartColour colour, double alpha);
void fs_pen_set_dash (FsPen *pen, FsPlotDash dash, double width_px, double offset);

/* The text that is set, with its upper left corner at x, y, and a halo of the background's colour. */
void fs_pen_show_text (FsPen *pen, double x, double y, FsChartColour colour);

void fs_pen_draw_series (FsPen *pen, const FsPlotSeries *series);
void fs_pen_draw_ribbon (FsPen *pen, const FsPlotRibbon *ribbon);
void fs_pen_draw_end_labels (FsPen *pen);
void fs_pen_draw_levels (FsPen *pen);
void fs_pen_draw_mark_lines (FsPen *pen);
void fs_pen_draw_mark_names (FsPen *pen);
void fs_pen_draw_flags (FsPen *pen);
void fs_pen_draw_spans (FsPen *pen);
