/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The arithmetic of a chart: axes between values and pixels, ticks, ranges, decimation, nearest
 * point, labels that must not overlap. Pure functions over plain numbers: no GTK, no locale, no
 * memory of its own, any thread; tested without a display. What is drawn with it is not its
 * business. */

#include <stdbool.h>
#include <stddef.h>

typedef enum
{
  FS_CHART_LINEAR,
  FS_CHART_LOG,
  FS_CHART_TIME /* values are seconds since 1970-01-01 00:00 UTC */
} FsChartScale;

/* An interval of values. Empty while low > high (fs_chart_range_empty). Degenerate when it has no
 * width an axis could use: empty, one value, not finite, or without a positive number on a log
 * axis; everybody asks fs_chart_range_is_degenerate and nobody compares low with high. */
typedef struct
{
  double low, high;
} FsChartRange;

FsChartRange fs_chart_range_empty (void);
bool fs_chart_range_is_degenerate (FsChartRange range, FsChartScale scale);

/* The same range when it is usable, else a usable one that holds whatever value there was. */
FsChartRange fs_chart_range_widen (FsChartRange range, FsChartScale scale);
FsChartRange fs_chart_range_join (FsChartRange a, FsChartRange b);

/* The range of the values that `scale` can show: finite, and positive for a log scale. */
FsChartRange fs_chart_range_of (const double *values, size_t n, FsChartScale scale);

/* Like fs_chart_range_of, but a few values far from all others (a loss of 40 in the first epoch, one
 * spike) do not squash the rest. A log scale needs no such care and gives the full range. */
FsChartRange fs_chart_range_robust (const double *values, size_t n, FsChartScale scale);

/* A little air on both ends, a `share` of the width (in decades for a log scale). */
FsChartRange fs_chart_range_pad (FsChartRange range, FsChartScale scale, double share);

/* One axis: `range` in values lies on [start, end] in pixels. For y, start is the bottom and so
 * greater than end; for a right-to-left x nothing changes (time runs left to right in charts). */
typedef struct
{
  FsChartScale scale;
  FsChartRange range; /* never degenerate: fs_chart_axis_make sees to it */
  double start_px, end_px;
} FsChartAxis;

FsChartAxis fs_chart_axis_make (FsChartScale scale,
                                FsChartRange range,
                                double start_px,
                                double end_px);

/* A value that the axis cannot show (NaN, or ≤ 0 on a log axis) becomes NaN. Far values are cut at
 * a million pixels outside: Cairo's fixed-point numbers end soon after. */
double fs_chart_axis_to_px (const FsChartAxis *axis, double value);
double fs_chart_axis_to_value (const FsChartAxis *axis, double px);

/* Zoom by `factor` (2 shows half as much) so that the value under `about_px` stays; pan by pixels.
 * A range that zooming would make degenerate is returned unchanged. */
FsChartRange fs_chart_axis_zoom (const FsChartAxis *axis, double factor, double about_px);
FsChartRange fs_chart_axis_pan (const FsChartAxis *axis, double by_px);

#define FS_CHART_LABEL_SIZE 32
#define FS_CHART_MAX_TICKS 64

typedef struct
{
  double value;
  char label[FS_CHART_LABEL_SIZE]; /* "0.05", "20 k", "1955", "Mar 3", "14:30"; UTF-8 */
} FsChartTick;

/* Ticks at 1-2-5 steps, at decades (with 2 and 5 between them where there is room), or at whole
 * years, months, days, hours. At most `wanted` and a few more, never over FS_CHART_MAX_TICKS; returns
 * how many. `whole_only` keeps a linear axis at integers (epochs). */
size_t fs_chart_ticks (const FsChartAxis *axis,
                       size_t wanted,
                       bool whole_only,
                       FsChartTick ticks[FS_CHART_MAX_TICKS]);

/* A value as a person reads it: four significant digits, "0.133", "1.2e−7", "not a number". */
char *fs_chart_format_value (double value, char label[FS_CHART_LABEL_SIZE]);

/* A moment as "1957-03", "1957-03-12" or "1957-03-12 14:30": as precise as it needs to be. */
char *fs_chart_format_time (double seconds, char label[FS_CHART_LABEL_SIZE]);

/* Days and civil dates, proleptic Gregorian. */
double fs_chart_time_from_date (int year, int month, int day);
void fs_chart_date_from_time (double seconds, int *year, int *month, int *day);

/* One column of pixels of a decimated curve: where the curve enters, its extremes in the order in
 * which they occur, where it leaves. All y in pixels. */
typedef struct
{
  double x_px;
  double first_px, low_px, high_px, last_px;
  bool high_comes_first;
  bool has_gap_before; /* NaN lies between the column before and this one */
} FsChartColumn;

/* Reduces a curve (x ascending) to at most one entry a pixel column of the axis, plus one on each
 * side so that lines run off the edge. `columns` holds fs_chart_decimate_bound (x_axis) entries.
 * No extreme is ever lost: the lowest and highest point of each column are in it. */
size_t fs_chart_decimate_bound (const FsChartAxis *x_axis);
size_t fs_chart_decimate (const double *x,
                          const double *y,
                          size_t n,
                          const FsChartAxis *x_axis,
                          const FsChartAxis *y_axis,
                          FsChartColumn *columns);

/* Index of the x (ascending) nearest to `value`; n must not be 0. The earlier of two equals. */
size_t fs_chart_nearest (const double *x, size_t n, double value);

/* Index of the first x that is not below `value`, n if there is none. */
size_t fs_chart_lower_bound (const double *x, size_t n, double value);

/* Moves labels apart. wanted[i] is the centre each label would like, height[i] its extent; on return
 * placed[i] are centres inside [low, high] that do not overlap (if they fit at all), in the order of
 * `wanted`, as near to it as least squares puts them. n ≤ FS_CHART_MAX_TICKS. */
void fs_chart_spread_labels (const double *wanted,
                             const double *height,
                             size_t n,
                             double low,
                             double high,
                             double *placed);
