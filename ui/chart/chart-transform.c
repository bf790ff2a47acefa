/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ranges, axes, zoom, nearest point and the placing of labels. Not here: ticks (chart-ticks.c) and
 * decimation (chart-decimate.c). */

#include "ui/chart/chart-transform.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Cairo keeps 24 bits before the point; a hundredth of that leaves room for scale and line width. */
#define FAR_PX 1e6

/* Below this share of the magnitude two doubles a pixel apart are no longer told apart. */
#define LEAST_RELATIVE_WIDTH 1e-12

/* The share of points, at either end, that may be called exceptions; and how many widths of the rest
 * an exception must lie away to be cut off. 1.5 widths: an exponential fall from 1 to 0.04 over 80
 * epochs keeps its first epochs, a first epoch ten times above the second loses it. */
#define ROBUST_SHARE 0.05
#define ROBUST_DISTANCE 1.5
#define ROBUST_MARGIN 0.25
#define ROBUST_LEAST_POINTS 8

/* Quantiles of a thousand evenly spaced points are near enough, and need neither time nor memory. */
#define ROBUST_SAMPLE 1024

FsChartRange
fs_chart_range_empty (void)
{
  return (FsChartRange){ INFINITY, -INFINITY };
}

static bool
scale_can_show (FsChartScale scale, double value)
{
  return isfinite (value) && (scale != FS_CHART_LOG || value > 0);
}

bool
fs_chart_range_is_degenerate (FsChartRange range, FsChartScale scale)
{
  if (!scale_can_show (scale, range.low) || !scale_can_show (scale, range.high))
    return true;
  if (scale == FS_CHART_LOG)
    return !(log10 (range.high) - log10 (range.low) > 1e-9);
  double width = range.high - range.low;
  double magnitude = fmax (fabs (range.low), fabs (range.high));
  return !isfinite (width) || !(width > LEAST_RELATIVE_WIDTH * magnitude) || width < DBL_MIN * 1e6;
}

FsChartRange
fs_chart_range_widen (FsChartRange range, FsChartScale scale)
{
  if (!fs_chart_range_is_degenerate (range, scale))
    return range;
  bool has_low = scale_can_show (scale, range.low), has_high = scale_can_show (scale, range.high);
  if (scale == FS_CHART_LOG)
    {
      if (has_high && !has_low) /* from 0 or below: three decades are what a reader can use */
        return (FsChartRange){ fmax (range.high * 1e-3, DBL_MIN * 10),
                               fmax (range.high, DBL_MIN * 100) };
      double value = has_low ? range.low : 1;
      value = fmin (fmax (value, DBL_MIN * 1e3), DBL_MAX * 1e-3);
      return (FsChartRange){ value / 2, value * 2 };
    }
  if (has_low && has_high && range.low <= range.high && !isfinite (range.high - range.low))
    return (FsChartRange){ range.low / 4, range.high / 4 };
  double value = has_low && has_high ? range.low / 2 + range.high / 2
                 : has_low           ? range.low
                 : has_high          ? range.high
                                     : 0;
  value = fmin (fmax (value, -DBL_MAX / 4), DBL_MAX / 4);
  double half = fabs (value) > 1e-290 ? fabs (value) * 0.1 : 0.5;
  if (scale == FS_CHART_TIME && fabs (value) < 1e12)
    half = 43200; /* the day around a moment */
  return (FsChartRange){ value - half, value + half };
}

FsChartRange
fs_chart_range_join (FsChartRange a, FsChartRange b)
{
  return (FsChartRange){ fmin (a.low, b.low), fmax (a.high, b.high) };
}

FsChartRange
fs_chart_range_of (const double *values, size_t n, FsChartScale scale)
{
  FsChartRange range = fs_chart_range_empty ();
  for (size_t i = 0; i < n; i++)
    {
      if (!scale_can_show (scale, values[i]))
        continue;
      if (values[i] < range.low)
        range.low = values[i];
      if (values[i] > range.high)
        range.high = values[i];
    }
  return range;
}

/* A difference of logarithms: the quotient of the ends may overflow. */
static double
log_width (FsChartRange range)
{
  return log (range.high) - log (range.low);
}

static int
compare_doubles_cb (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

FsChartRange
fs_chart_range_robust (const double *values, size_t n, FsChartScale scale)
{
  double sample[ROBUST_SAMPLE];
  FsChartRange full = fs_chart_range_of (values, n, scale);
  if (scale == FS_CHART_LOG)
    return full;
  size_t m = 0, stride = n / ROBUST_SAMPLE + 1;
  for (size_t i = 0; i < n; i += stride)
    if (scale_can_show (scale, values[i]))
      sample[m++] = values[i];
  if (m < ROBUST_LEAST_POINTS)
    return full;

  qsort (sample, m, sizeof *sample, compare_doubles_cb);
  size_t n_exceptions = (size_t) ceil (ROBUST_SHARE * (double) m);
  double low = sample[n_exceptions], high = sample[m - 1 - n_exceptions];
  double width = high - low;
  if (!(width > 0)) /* flat but for the exceptions: they are all there is to see */
    return full;
  FsChartRange range = full;
  if (full.high > high + ROBUST_DISTANCE * width)
    range.high = high + ROBUST_MARGIN * width;
  if (full.low < low - ROBUST_DISTANCE * width)
    range.low = low - ROBUST_MARGIN * width;
  return range;
}

FsChartRange
fs_chart_range_pad (FsChartRange range, FsChartScale scale, double share)
{
  if (fs_chart_range_is_degenerate (range, scale))
    return range;
  FsChartRange padded;
  if (scale == FS_CHART_LOG)
    {
      double factor = exp (share * log_width (range));
      padded = (FsChartRange){ range.low / factor, range.high * factor };
    }
  else
    {
      double more = (range.high - range.low) * share;
      padded = (FsChartRange){ range.low - more, range.high + more };
    }
  return fs_chart_range_is_degenerate (padded, scale) ? range : padded;
}

FsChartAxis
fs_chart_axis_make (FsChartScale scale, FsChartRange range, double start_px, double end_px)
{
  return (FsChartAxis){ scale, fs_chart_range_widen (range, scale), start_px, end_px };
}

double
fs_chart_axis_to_px (const FsChartAxis *axis, double value)
{
  if (isnan (value) || (axis->scale == FS_CHART_LOG && !(value > 0)))
    return NAN;
  double share;
  if (axis->scale == FS_CHART_LOG)
    share = (log (value) - log (axis->range.low)) / log_width (axis->range);
  else
    share = (value - axis->range.low) / (axis->range.high - axis->range.low);
  double px = axis->start_px + share * (axis->end_px - axis->start_px);
  return fmin (fmax (px, -FAR_PX), FAR_PX);
}

double
fs_chart_axis_to_value (const FsChartAxis *axis, double px)
{
  double length = axis->end_px - axis->start_px;
  double share = length != 0 ? (px - axis->start_px) / length : 0;
  if (axis->scale == FS_CHART_LOG)
    return exp (log (axis->range.low) + share * log_width (axis->range));
  return axis->range.low + share * (axis->range.high - axis->range.low);
}

FsChartRange
fs_chart_axis_zoom (const FsChartAxis *axis, double factor, double about_px)
{
  FsChartAxis a = *axis;
  FsChartRange range = {
    fs_chart_axis_to_value (&a, about_px + (a.start_px - about_px) / factor),
    fs_chart_axis_to_value (&a, about_px + (a.end_px - about_px) / factor),
  };
  return fs_chart_range_is_degenerate (range, a.scale) ? a.range : range;
}

FsChartRange
fs_chart_axis_pan (const FsChartAxis *axis, double by_px)
{
  FsChartRange range = {
    fs_chart_axis_to_value (axis, axis->start_px - by_px),
    fs_chart_axis_to_value (axis, axis->end_px - by_px),
  };
  return fs_chart_range_is_degenerate (range, axis->scale) ? axis->range : range;
}

size_t
fs_chart_lower_bound (const double *x, size_t n, double value)
{
  size_t low = 0, high = n;
  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      if (x[middle] < value)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

size_t
fs_chart_nearest (const double *x, size_t n, double value)
{
  size_t above = fs_chart_lower_bound (x, n, value);
  if (above == 0)
    return 0;
  if (above == n || value - x[above - 1] <= x[above] - value)
    above = fs_chart_lower_bound (x, n, x[above - 1]);
  return above;
}

/* Labels in order must satisfy p[i+1] - p[i] ≥ (h[i] + h[i+1]) / 2. With c[i] the sum of those
 * distances, q = p - c must ascend: isotonic regression, solved by pooling adjacent violators, and a
 * box constraint on q is kept by clamping. */
void
fs_chart_spread_labels (const double *wanted,
                        const double *height,
                        size_t n,
                        double low,
                        double high,
                        double *placed)
{
  size_t order[FS_CHART_MAX_LABELS], members[FS_CHART_MAX_LABELS], n_pools = 0;
  double sums[FS_CHART_MAX_LABELS], offsets[FS_CHART_MAX_LABELS];
  if (n > FS_CHART_MAX_LABELS)
    n = FS_CHART_MAX_LABELS;
  if (n == 0)
    return;
  for (size_t i = 0; i < n; i++)
    {
      size_t j = i;
      for (; j > 0 && wanted[order[j - 1]] > wanted[i]; j--)
        order[j] = order[j - 1];
      order[j] = i;
    }

  offsets[0] = 0;
  for (size_t i = 1; i < n; i++)
    offsets[i] = offsets[i - 1] + (height[order[i - 1]] + height[order[i]]) / 2;
  double least = low + height[order[0]] / 2;
  double most = high - height[order[n - 1]] / 2 - offsets[n - 1];
  double squeeze = 1;
  if (most < least) /* they do not fit: as far apart as the room allows */
    {
      squeeze = offsets[n - 1] > 0 ? fmax (0, offsets[n - 1] + most - least) / offsets[n - 1] : 1;
      most = least;
    }

  for (size_t i = 0; i < n; i++)
    {
      sums[n_pools] = wanted[order[i]] - squeeze * offsets[i];
      members[n_pools++] = 1;
      while (n_pools > 1
             && sums[n_pools - 2] / (double) members[n_pools - 2]
                    > sums[n_pools - 1] / (double) members[n_pools - 1])
        {
          sums[n_pools - 2] += sums[n_pools - 1];
          members[n_pools - 2] += members[n_pools - 1];
          n_pools--;
        }
    }
  for (size_t pool = 0, i = 0; pool < n_pools; pool++)
    {
      double q = fmin (fmax (sums[pool] / (double) members[pool], least), most);
      for (size_t k = 0; k < members[pool]; k++, i++)
        placed[order[i]] = q + squeeze * offsets[i];
    }
}
