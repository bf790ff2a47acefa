/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A picture of numbers as plain data - curves, ribbons, lines, marks, shaded spans, flags, axes and
 * titles - and its drawing onto any cairo_t. No widget and no display: the chart on the screen, the
 * exported PNG, SVG and PDF and the loss.svg of a headless run are the same function. A plot owns
 * copies of everything that is added to it; use it from one thread at a time.
 *
 *   FsPlot *plot = fs_plot_new ();
 *   fs_plot_set_title (plot, "Loss", "mean squared error, standardised");
 *   fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = "epoch", .low = 0, .high = 100,
 *                                            .has_range = true, .is_whole = true });
 *   fs_plot_set_y_axis (plot, &(FsPlotAxis){ .scale = FS_CHART_LOG });
 *   fs_plot_add_ribbon (plot, &(FsPlotRibbon){ .colour = FS_CHART_COLOUR_VALIDATION, .x = epochs,
 *                                              .from = train, .to = validation, .n = n });
 *   fs_plot_add_series (plot, &(FsPlotSeries){ .name = "train", .colour = FS_CHART_COLOUR_TRAIN,
 *                                              .x = epochs, .y = train, .n = n,
 *                                              .is_labelled = true });
 *   fs_plot_add_flag (plot, &(FsPlotFlag){ .x = 34, .text = "best · epoch 34",
 *                                          .colour = FS_CHART_COLOUR_VALIDATION });
 *
 * Fields left zero mean the ordinary thing. */

#include <stdbool.h>
#include <cairo.h>
#include <pango/pango.h>
#include "ui/chart/chart-palette.h"
#include "ui/chart/chart-ticks.h"

typedef enum
{
  FS_PLOT_SOLID,
  FS_PLOT_DASHED,
  FS_PLOT_DOTTED,
  FS_PLOT_DASH_DOT
} FsPlotDash;

typedef enum
{
  FS_PLOT_LINE,
  FS_PLOT_STEPS, /* the value holds until the next point */
  FS_PLOT_DOTS,  /* one dot a point */
  FS_PLOT_BARS   /* from zero (or the axis' foot) to the value; as wide as the points are apart */
} FsPlotForm;

typedef struct
{
  const char *name; /* "train": at the curve's end and in the read-out */
  /* In the CSV header, the same in every language; NULL: `name`, which nobody translates. */
  const char *file_name;
  FsChartColour colour;
  FsPlotForm form;
  FsPlotDash dash;
  double width_px; /* 0: 2 px */
  double alpha;    /* 0: opaque */
  const double *x; /* n ascending numbers; NULL: 0, 1, 2, … */
  const double *y; /* n numbers; NaN is a gap */
  size_t n;
  bool is_labelled; /* name and last value at the curve's end, with a dot on the last point */
  bool is_second;   /* measured on the second y axis, at the right; see fs_plot_set_second_axis() */
  bool is_quiet;    /* neither in the read-out nor in the range of y (the faint running loss) */
} FsPlotSeries;

/* The area between two curves. */
typedef struct
{
  FsChartColour colour;
  double alpha;    /* 0: 0.14 */
  const double *x; /* NULL: 0, 1, 2, … */
  const double *from, *to;
  size_t n;
} FsPlotRibbon;

/* A level: dotted line across, named at the right margin. */
typedef struct
{
  double y;
  const char *text; /* "repeat last value" */
  FsChartColour colour;
  FsPlotDash dash;
} FsPlotLevel;

/* An event: thin vertical line with a small label at its foot. */
typedef struct
{
  double x;
  const char *text; /* "rate 0.01 → 0.005" */
  FsChartColour colour;
} FsPlotMark;

/* A flag: vertical line in full colour with a filled label at its top. */
typedef struct
{
  double x;
  const char *text; /* "best · epoch 34" */
  FsChartColour colour;
} FsPlotFlag;

/* A shaded part of x, named at its top: "validation", "test (hidden)". */
typedef struct
{
  double from, to;
  const char *text;
  FsChartColour colour;
} FsPlotSpan;

typedef struct
{
  FsChartScale scale;
  const char *title;      /* x: after the last tick; y: none is drawn, say it in the subtitle */
  const char *file_title; /* of x in the CSV header, like a series' file_name */
  bool has_range;         /* low and high are to be shown whatever the data say */
  double low, high;
  bool is_robust;  /* y: a few far values may run off the edge (a wild first loss) */
  bool is_whole;   /* ticks at whole numbers only (epochs) */
  bool has_zero;   /* the range from the data is stretched to hold 0 */
  bool is_unnamed; /* neither ticks nor numbers (sparklines) */
} FsPlotAxis;

typedef struct _FsPlot FsPlot;

FsPlot *fs_plot_new (void);
FsPlot *fs_plot_copy (const FsPlot *plot);
void fs_plot_free (FsPlot *plot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsPlot, fs_plot_free)

/* The subtitle names what y is and its unit; "· log" is added to it on a log scale. */
void fs_plot_set_title (FsPlot *plot, const char *title, const char *subtitle);
/* What is said in the middle while there is nothing to draw: "Press Train". */
void fs_plot_set_placeholder (FsPlot *plot, const char *text);
void fs_plot_set_x_axis (FsPlot *plot, const FsPlotAxis *axis);
void fs_plot_set_y_axis (FsPlot *plot, const FsPlotAxis *axis);
/* For series of another measure. Its ticks stand inside the right edge; ribbons, levels and zoom in y are
 * the first axis'. Nothing of it is drawn while no series is measured on it. */
void fs_plot_set_second_axis (FsPlot *plot, const FsPlotAxis *axis);
void fs_plot_set_y_scale (FsPlot *plot, FsChartScale scale);

/* Each copies what it is given; drawn in the order spans, ribbons, levels, marks, series, flags. */
void fs_plot_add_series (FsPlot *plot, const FsPlotSeries *series);
void fs_plot_add_ribbon (FsPlot *plot, const FsPlotRibbon *ribbon);
void fs_plot_add_level (FsPlot *plot, const FsPlotLevel *level);
void fs_plot_add_mark (FsPlot *plot, const FsPlotMark *mark);
void fs_plot_add_flag (FsPlot *plot, const FsPlotFlag *flag);
void fs_plot_add_span (FsPlot *plot, const FsPlotSpan *span);

const char *fs_plot_get_title (const FsPlot *plot);
FsPlotAxis fs_plot_get_x_axis (const FsPlot *plot);
FsPlotAxis fs_plot_get_y_axis (const FsPlot *plot);
size_t fs_plot_get_n_series (const FsPlot *plot);
const FsPlotSeries *fs_plot_get_series (const FsPlot *plot, size_t index);
bool fs_plot_has_flags (const FsPlot *plot);
bool fs_plot_is_empty (const FsPlot *plot); /* no series has a point that could be shown */

/* The part of the axes that is shown; has_x and has_y false (all zero) follow the data. */
typedef struct
{
  bool has_x, has_y;
  FsChartRange x, y;
} FsPlotView;

/* How to draw. Zero fields: light palette, the sans font at 10 pt, everything in view. */
typedef struct
{
  const FsChartPalette *palette;
  PangoContext *pango;  /* borrowed: font, size, resolution and direction of text */
  double magnification; /* lines and text; 0: 1. Presentation uses 1.5 and more */
  FsPlotView view;
  double title_end_px; /* room left free after the title, for what lies over the chart there */
  bool has_background; /* paint FS_CHART_COLOUR_BACKGROUND first */
} FsPlotStyle;

/* Where everything lies for a given size: the part that a cursor needs. */
typedef struct
{
  double left_px, top_px, right_px, bottom_px; /* the inner rectangle of the axes */
  FsChartAxis x, y;
  FsChartAxis second; /* y of the series that are measured on it */
  FsPlotView view;    /* what was asked for */
} FsPlotFrame;

void fs_plot_measure (const FsPlot *plot,
                      const FsPlotStyle *style,
                      double width_px,
                      double height_px,
                      FsPlotFrame *frame);

/* Draws onto `cr` from (0, 0) to (width_px, height_px) and fills `frame` if it is not NULL. */
void fs_plot_draw (const FsPlot *plot,
                   cairo_t *cr,
                   const FsPlotStyle *style,
                   double width_px,
                   double height_px,
                   FsPlotFrame *frame);

/* The x of the data point (of any series in the read-out) nearest to `x`, NaN when there is none;
 * `step` points further on, for the arrow keys. */
double fs_plot_snap_x (const FsPlot *plot, double x, int step);

/* What one series says at the point nearest to x. */
typedef struct
{
  const char *name; /* borrowed from the plot */
  FsChartColour colour;
  FsPlotDash dash;
  double x, y;
  bool is_second;
} FsPlotReading;

/* Readings of all series that have a point within half a step of `x`; returns how many, at most
 * `capacity`. */
size_t fs_plot_read (const FsPlot *plot, double x, FsPlotReading *readings, size_t capacity);

/* "12" or "1957-03", as the x axis would write it. */
char *fs_plot_format_x (const FsPlot *plot, double x, char label[FS_CHART_LABEL_SIZE]);

/* The plot in words, for a screen reader when nobody wrote better ones. Transfer full. */
char *fs_plot_describe (const FsPlot *plot);
