/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Curves reduced to pixel columns. Works on values and converts four of them a column, because a
 * logarithm for each of a million points would cost more than the drawing. */

#include "ui/chart/chart-decimate.h"

#include <math.h>

/* One column while it is being filled, in values. */
typedef struct
{
  double index;
  double first_x, last_x, first, last, highest, lowest;
  size_t n_points, highest_at, lowest_at;
  bool has_gap_before;
} Filling;

size_t
fs_chart_decimate_bound (const FsChartAxis *x_axis, size_t n, double column_px)
{
  double n_columns = ceil (fabs (x_axis->end_px - x_axis->start_px) / column_px) + 4;
  return n < n_columns ? n : (size_t) n_columns;
}

static FsChartColumn
finish (const Filling *f, const FsChartAxis *x_axis, const FsChartAxis *y_axis)
{
  return (FsChartColumn){
    .first_x_px = fs_chart_axis_to_px (x_axis, f->first_x),
    .last_x_px = fs_chart_axis_to_px (x_axis, f->last_x),
    .first_px = fs_chart_axis_to_px (y_axis, f->first),
    .last_px = fs_chart_axis_to_px (y_axis, f->last),
    .highest_px = fs_chart_axis_to_px (y_axis, f->highest),
    .lowest_px = fs_chart_axis_to_px (y_axis, f->lowest),
    .n_points = f->n_points,
    .highest_comes_first = f->highest_at < f->lowest_at,
    .has_gap_before = f->has_gap_before,
  };
}

static void
start (Filling *f, double index, double x, double y, bool has_gap_before)
{
  *f = (Filling){ index, x, x, y, y, y, y, 1, 0, 0, has_gap_before };
}

static void
extend (Filling *f, double x, double y)
{
  f->last_x = x;
  f->last = y;
  if (y > f->highest)
    {
      f->highest = y;
      f->highest_at = f->n_points;
    }
  if (y < f->lowest)
    {
      f->lowest = y;
      f->lowest_at = f->n_points;
    }
  f->n_points++;
}

/* The first and one past the last point to look at: what the axis shows and one neighbour. */
static void
visible_part (const double *x, size_t n, FsChartRange range, size_t *from, size_t *to)
{
  if (x != NULL)
    {
      *from = fs_chart_lower_bound (x, n, range.low);
      *to = fs_chart_lower_bound (x, n, range.high);
      while (*to < n && x[*to] == range.high)
        (*to)++;
    }
  else
    {
      *from = range.low > 0 ? (size_t) fmin (ceil (range.low), (double) n) : 0;
      *to = range.high >= 0 ? (size_t) fmin (floor (range.high) + 1, (double) n) : 0;
    }
  if (*from > 0)
    (*from)--;
  if (*to < n)
    (*to)++;
}

size_t
fs_chart_decimate (const double *x,
                   const double *y,
                   size_t n,
                   const FsChartAxis *x_axis,
                   const FsChartAxis *y_axis,
                   double column_px,
                   FsChartColumn *columns)
{
  size_t from, to, n_columns = 0;
  bool is_log = y_axis->scale == FS_CHART_LOG, is_open = false, has_gap = false;
  double column_end = 0; /* the x at which the open column ends: most points need no pixels */
  double left_px = fmin (x_axis->start_px, x_axis->end_px);
  double n_inside = ceil (fabs (x_axis->end_px - x_axis->start_px) / column_px);
  Filling filling = { 0 };

  visible_part (x, n, x_axis->range, &from, &to);
  for (size_t i = from; i < to; i++)
    {
      double at = x != NULL ? x[i] : (double) i, value = y[i];
      if (!isfinite (value) || (is_log && value <= 0) || isnan (at))
        {
          has_gap = true;
          continue;
        }
      if (is_open && at < column_end)
        {
          extend (&filling, at, value);
          has_gap = false;
          continue;
        }
      double px = fs_chart_axis_to_px (x_axis, at);
      if (isnan (px))
        continue;
      double index = floor ((px - left_px) / column_px);
      index = fmin (fmax (index, -1), n_inside + 1);
      column_end = fs_chart_axis_to_value (x_axis, left_px + (index + 1) * column_px);
      if (is_open && index == filling.index)
        extend (&filling, at, value);
      else
        {
          if (is_open)
            columns[n_columns++] = finish (&filling, x_axis, y_axis);
          start (&filling, index, at, value, has_gap || !is_open);
          is_open = true;
        }
      has_gap = false;
    }
  if (is_open)
    columns[n_columns++] = finish (&filling, x_axis, y_axis);
  return n_columns;
}
