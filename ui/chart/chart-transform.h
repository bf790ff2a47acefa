/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The arithmetic of a chart: ranges, axes between values and pixels, zoom, nearest point, labels that
 * must not overlap. Pure functions over plain numbers: no GTK, no locale, no memory kept, any thread;
 * tested without a display. Ticks and decimation have files of their own; what is drawn with it all
 * is not its business. */

#include <stdbool.h>
#include <stddef.h>

typedef enum
{
  FS_CHART_LINEAR,
  FS_CHART_LOG,
  FS_CHART_TIME /* values are seconds since 1970-01-01 00:00 UTC */
} FsChartScale;

/* An interval of values. Empty while low > high (fs_chart_range_empty). Degenerate when it has no
 * width an axis could use: empty, one value, not finite, or not positive on a log axis; everybody
 * asks fs_chart_range_is_degenerate and nobody compares low with high. */
typedef struct
{
  double low, high;
} FsChartRange;

FsChartRange fs_chart_range_empty (void);
bool fs_chart_range_is_degenerate (FsChartRange range, FsChartScale scale);

/* The same range when it is usable, else a usable one around whatever value there was. */
FsChartRange fs_chart_range_widen (FsChartRange range, FsChartScale scale);
FsChartRange fs_chart_range_join (FsChartRange a, FsChartRange b);

/* The range of the values that `scale` can show: finite, and positive for a log scale. */
FsChartRange fs_chart_range_of (const double *values, size_t n, FsChartScale scale);

/* Like fs_chart_range_of, but a few values far from all others (a loss of 40 in the first epoch, one
 * spike) do not squash the rest; they run off the edge. A log scale needs no such care and gives the
 * full range. */
FsChartRange fs_chart_range_robust (const double *values, size_t n, FsChartScale scale);

/* A little air on both ends, a `share` of the width (in decades for a log scale). */
FsChartRange fs_chart_range_pad (FsChartRange range, FsChartScale scale, double share);

/* One axis: `range` in values lies on [start_px, end_px]. For y, start is the bottom and so greater
 * than end. Time runs left to right in right-to-left languages too, as in their printed charts. */
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
 * a million pixels: Cairo's fixed-point numbers end soon after. */
double fs_chart_axis_to_px (const FsChartAxis *axis, double value);
double fs_chart_axis_to_value (const FsChartAxis *axis, double px);

/* Zoom by `factor` (2 shows half as much) so that the value under `about_px` stays; pan by pixels
 * (the picture moves by that much). A range that would become degenerate is returned unchanged. */
FsChartRange fs_chart_axis_zoom (const FsChartAxis *axis, double factor, double about_px);
FsChartRange fs_chart_axis_pan (const FsChartAxis *axis, double by_px);

/* Index of the x (ascending) nearest to `value`; n must not be 0. The earlier of two equals. */
size_t fs_chart_nearest (const double *x, size_t n, double value);

/* Index of the first x (ascending) that is not below `value`, n if there is none. */
size_t fs_chart_lower_bound (const double *x, size_t n, double value);

/* Moves labels apart. wanted[i] is the centre that label i would like, height[i] its extent; on
 * return placed[i] are centres inside [low, high] in the order of `wanted`, without overlap, with
 * the least sum of squared shifts. Labels that cannot all fit are spaced evenly. n is at most
 * FS_CHART_MAX_LABELS. */
#define FS_CHART_MAX_LABELS 64
void fs_chart_spread_labels (const double *wanted,
                             const double *height,
                             size_t n,
                             double low,
                             double high,
                             double *placed);
