/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The model of a plot: what was added, what range it covers, what it says at one x. Its drawing is
 * in chart-draw.c and the files beside it. */

#include "ui/chart/chart-plot-private.h"

#include <math.h>

/* How far a baseline may stretch the range of the curves, in widths of that range. A baseline that
 * lies farther away is named at the edge with an arrow instead of flattening the curves. */
#define LEVEL_STRETCH 0.6

/* A log axis that follows the data shows at least this factor: the first epochs of a run, all alike,
 * would otherwise fill the height with their noise. Two thirds of the addition go below, where a loss
 * is about to go. */
#define LEAST_LOG_FACTOR 4.0

/* Names of spans stand at the top; curves keep off them by this share of the height. */
#define SPAN_HEADROOM 0.18

static const double *
copy_numbers (const double *numbers, size_t n)
{
  if (numbers != NULL)
    return g_memdup2 (numbers, n * sizeof (double));
  double *counted = g_new (double, n);
  for (size_t i = 0; i < n; i++)
    counted[i] = (double) i;
  return counted;
}

static void
clear_series_cb (gpointer data)
{
  FsPlotSeries *series = data;
  g_free ((char *) series->name);
  g_free ((char *) series->file_name);
  g_free ((double *) series->x);
  g_free ((double *) series->y);
}

static void
clear_ribbon_cb (gpointer data)
{
  FsPlotRibbon *ribbon = data;
  g_free ((double *) ribbon->x);
  g_free ((double *) ribbon->from);
  g_free ((double *) ribbon->to);
}

static void
clear_level_cb (gpointer data)
{
  g_free ((char *) ((FsPlotLevel *) data)->text);
}

static void
clear_mark_cb (gpointer data)
{
  g_free ((char *) ((FsPlotMark *) data)->text);
}

static void
clear_flag_cb (gpointer data)
{
  g_free ((char *) ((FsPlotFlag *) data)->text);
}

static void
clear_span_cb (gpointer data)
{
  g_free ((char *) ((FsPlotSpan *) data)->text);
}

static GArray *
new_list (size_t size, GDestroyNotify clear_cb)
{
  GArray *list = g_array_new (FALSE, FALSE, (guint) size);
  g_array_set_clear_func (list, clear_cb);
  return list;
}

FsPlot *
fs_plot_new (void)
{
  FsPlot *plot = g_new0 (FsPlot, 1);
  plot->series = new_list (sizeof (FsPlotSeries), clear_series_cb);
  plot->ribbons = new_list (sizeof (FsPlotRibbon), clear_ribbon_cb);
  plot->levels = new_list (sizeof (FsPlotLevel), clear_level_cb);
  plot->marks = new_list (sizeof (FsPlotMark), clear_mark_cb);
  plot->flags = new_list (sizeof (FsPlotFlag), clear_flag_cb);
  plot->spans = new_list (sizeof (FsPlotSpan), clear_span_cb);
  return plot;
}

FsPlot *
fs_plot_copy (const FsPlot *plot)
{
  FsPlot *copy = fs_plot_new ();
  fs_plot_set_title (copy, plot->title, plot->subtitle);
  fs_plot_set_placeholder (copy, plot->placeholder);
  fs_plot_set_x_axis (copy, &plot->x_axis);
  fs_plot_set_y_axis (copy, &plot->y_axis);
  fs_plot_set_second_axis (copy, &plot->second_axis);
  for (guint i = 0; i < plot->series->len; i++)
    fs_plot_add_series (copy, &g_array_index (plot->series, FsPlotSeries, i));
  for (guint i = 0; i < plot->ribbons->len; i++)
    fs_plot_add_ribbon (copy, &g_array_index (plot->ribbons, FsPlotRibbon, i));
  for (guint i = 0; i < plot->levels->len; i++)
    fs_plot_add_level (copy, &g_array_index (plot->levels, FsPlotLevel, i));
  for (guint i = 0; i < plot->marks->len; i++)
    fs_plot_add_mark (copy, &g_array_index (plot->marks, FsPlotMark, i));
  for (guint i = 0; i < plot->flags->len; i++)
    fs_plot_add_flag (copy, &g_array_index (plot->flags, FsPlotFlag, i));
  for (guint i = 0; i < plot->spans->len; i++)
    fs_plot_add_span (copy, &g_array_index (plot->spans, FsPlotSpan, i));
  return copy;
}

static void
set_axis (FsPlotAxis *axis, const FsPlotAxis *value)
{
  char *title = g_strdup (value->title);
  char *file_title = g_strdup (value->file_title);
  g_free ((char *) axis->title);
  g_free ((char *) axis->file_title);
  *axis = *value;
  axis->title = title;
  axis->file_title = file_title;
}

void
fs_plot_free (FsPlot *plot)
{
  if (plot == NULL)
    return;
  g_free (plot->title);
  g_free (plot->subtitle);
  g_free (plot->placeholder);
  set_axis (&plot->x_axis, &(FsPlotAxis){ 0 });
  set_axis (&plot->y_axis, &(FsPlotAxis){ 0 });
  set_axis (&plot->second_axis, &(FsPlotAxis){ 0 });
  g_array_unref (plot->series);
  g_array_unref (plot->ribbons);
  g_array_unref (plot->levels);
  g_array_unref (plot->marks);
  g_array_unref (plot->flags);
  g_array_unref (plot->spans);
  g_free (plot);
}

void
fs_plot_set_title (FsPlot *plot, const char *title, const char *subtitle)
{
  g_free (plot->title);
  g_free (plot->subtitle);
  plot->title = g_strdup (title);
  plot->subtitle = g_strdup (subtitle);
}

void
fs_plot_set_placeholder (FsPlot *plot, const char *text)
{
  g_free (plot->placeholder);
  plot->placeholder = g_strdup (text);
}

void
fs_plot_set_x_axis (FsPlot *plot, const FsPlotAxis *axis)
{
  set_axis (&plot->x_axis, axis);
}

void
fs_plot_set_y_axis (FsPlot *plot, const FsPlotAxis *axis)
{
  set_axis (&plot->y_axis, axis);
}

void
fs_plot_set_second_axis (FsPlot *plot, const FsPlotAxis *axis)
{
  set_axis (&plot->second_axis, axis);
}

void
fs_plot_set_y_scale (FsPlot *plot, FsChartScale scale)
{
  plot->y_axis.scale = scale;
}

void
fs_plot_add_series (FsPlot *plot, const FsPlotSeries *series)
{
  FsPlotSeries copy = *series;
  copy.name = g_strdup (series->name != NULL ? series->name : "");
  copy.file_name = g_strdup (series->file_name);
  copy.x = copy_numbers (series->x, series->n);
  copy.y = copy_numbers (series->y, series->n);
  g_array_append_val (plot->series, copy);
}

void
fs_plot_add_ribbon (FsPlot *plot, const FsPlotRibbon *ribbon)
{
  FsPlotRibbon copy = *ribbon;
  copy.x = copy_numbers (ribbon->x, ribbon->n);
  copy.from = copy_numbers (ribbon->from, ribbon->n);
  copy.to = copy_numbers (ribbon->to, ribbon->n);
  g_array_append_val (plot->ribbons, copy);
}

void
fs_plot_add_level (FsPlot *plot, const FsPlotLevel *level)
{
  FsPlotLevel copy = *level;
  copy.text = g_strdup (level->text);
  g_array_append_val (plot->levels, copy);
}

void
fs_plot_add_mark (FsPlot *plot, const FsPlotMark *mark)
{
  FsPlotMark copy = *mark;
  copy.text = g_strdup (mark->text);
  g_array_append_val (plot->marks, copy);
}

void
fs_plot_add_flag (FsPlot *plot, const FsPlotFlag *flag)
{
  FsPlotFlag copy = *flag;
  copy.text = g_strdup (flag->text);
  g_array_append_val (plot->flags, copy);
}

void
fs_plot_add_span (FsPlot *plot, const FsPlotSpan *span)
{
  FsPlotSpan copy = *span;
  copy.text = g_strdup (span->text);
  g_array_append_val (plot->spans, copy);
}

const char *
fs_plot_get_title (const FsPlot *plot)
{
  return plot->title;
}

FsPlotAxis
fs_plot_get_x_axis (const FsPlot *plot)
{
  return plot->x_axis;
}

FsPlotAxis
fs_plot_get_y_axis (const FsPlot *plot)
{
  return plot->y_axis;
}

size_t
fs_plot_get_n_series (const FsPlot *plot)
{
  return plot->series->len;
}

const FsPlotSeries *
fs_plot_get_series (const FsPlot *plot, size_t index)
{
  g_return_val_if_fail (index < plot->series->len, NULL);
  return fs_plot_series_at (plot, index);
}

size_t
fs_plot_series_last (const FsPlotSeries *series)
{
  for (size_t i = series->n; i > 0; i--)
    if (isfinite (series->y[i - 1]))
      return i - 1;
  return series->n;
}

bool
fs_plot_has_flags (const FsPlot *plot)
{
  return plot->flags->len > 0;
}

bool
fs_plot_is_empty (const FsPlot *plot)
{
  for (guint i = 0; i < plot->series->len; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (plot, i);
      if (fs_plot_series_last (series) < series->n)
        return false;
    }
  return true;
}

/* -- Ranges ------------------------------------------------------------------------------------- */

FsChartRange
fs_plot_x_range (const FsPlot *plot, const FsPlotView *view)
{
  const FsPlotAxis *axis = &plot->x_axis;
  if (view->has_x)
    return fs_chart_range_widen (view->x, axis->scale);
  if (axis->has_range)
    return fs_chart_range_widen ((FsChartRange){ axis->low, axis->high }, axis->scale);
  FsChartRange range = fs_chart_range_empty ();
  for (guint i = 0; i < plot->series->len; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (plot, i);
      FsChartRange own = fs_chart_range_of (series->x, series->n, axis->scale);
      if (series->form == FS_PLOT_BARS && series->n > 1) /* half a bar on each side */
        {
          double half = (own.high - own.low) / (double) (series->n - 1) / 2;
          own = (FsChartRange){ own.low - half, own.high + half };
        }
      range = fs_chart_range_join (range, own);
    }
  for (guint i = 0; i < plot->spans->len; i++)
    {
      const FsPlotSpan *span = &g_array_index (plot->spans, FsPlotSpan, i);
      range = fs_chart_range_join (range, (FsChartRange){ span->from, span->to });
    }
  return fs_chart_range_widen (range, axis->scale);
}

static FsChartRange
y_range_of_series (const FsPlot *plot, FsChartRange x_range, bool with_quiet, bool is_second)
{
  const FsPlotAxis *axis = is_second ? &plot->second_axis : &plot->y_axis;
  FsChartRange range = fs_chart_range_empty ();
  for (guint i = 0; i < plot->series->len; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (plot, i);
      if ((series->is_quiet && !with_quiet) || series->is_second != is_second)
        continue;
      size_t from = fs_chart_lower_bound (series->x, series->n, x_range.low);
      size_t to = fs_chart_lower_bound (series->x, series->n, nextafter (x_range.high, INFINITY));
      FsChartRange own = axis->is_robust
                             ? fs_chart_range_robust (series->y + from, to - from, axis->scale)
                             : fs_chart_range_of (series->y + from, to - from, axis->scale);
      range = fs_chart_range_join (range, own);
      if (series->form == FS_PLOT_BARS && axis->scale == FS_CHART_LINEAR && to > from)
        range = fs_chart_range_join (range, (FsChartRange){ 0, 0 });
    }
  return range;
}

/* Baselines belong into the picture as long as the curves keep most of it. */
static FsChartRange
stretch_to_levels (const FsPlot *plot, FsChartRange range)
{
  FsChartScale scale = plot->y_axis.scale;
  FsChartRange allowed = fs_chart_range_pad (range, scale, LEVEL_STRETCH), stretched = range;
  for (guint i = 0; i < plot->levels->len; i++)
    {
      double y = g_array_index (plot->levels, FsPlotLevel, i).y;
      if (y >= allowed.low && y <= allowed.high)
        stretched = fs_chart_range_join (stretched, (FsChartRange){ y, y });
    }
  return stretched;
}

/* Room for the first epochs of a run. */
static FsChartRange
open_log_range (FsChartRange range)
{
  double missing = LEAST_LOG_FACTOR * range.low / range.high;
  if (missing <= 1)
    return range;
  return (FsChartRange){ range.low / pow (missing, 2.0 / 3), range.high * pow (missing, 1.0 / 3) };
}

FsChartRange
fs_plot_y_range (const FsPlot *plot, const FsPlotView *view, FsChartRange x_range)
{
  const FsPlotAxis *axis = &plot->y_axis;
  if (view->has_y)
    return fs_chart_range_widen (view->y, axis->scale);
  if (axis->has_range)
    return fs_chart_range_widen ((FsChartRange){ axis->low, axis->high }, axis->scale);
  FsChartRange range = y_range_of_series (plot, x_range, false, false);
  if (range.low > range.high)
    range = y_range_of_series (plot, x_range, true, false);
  bool is_empty = range.low > range.high;
  if (axis->has_zero && axis->scale == FS_CHART_LINEAR && !is_empty)
    range = fs_chart_range_join (range, (FsChartRange){ 0, 0 });
  if (is_empty && plot->levels->len > 0)
    {
      for (guint i = 0; i < plot->levels->len; i++)
        {
          double y = g_array_index (plot->levels, FsPlotLevel, i).y;
          range = fs_chart_range_join (range, fs_chart_range_of (&y, 1, axis->scale));
        }
    }
  range = fs_chart_range_widen (range, axis->scale);
  if (axis->scale == FS_CHART_LOG && !view->has_x)
    range = open_log_range (range);
  if (!is_empty)
    range = stretch_to_levels (plot, range);
  FsChartRange padded = fs_chart_range_pad (range, axis->scale, 0.05);
  /* Zero is a wall for what cannot be negative: air below it would suggest otherwise. */
  if (axis->scale == FS_CHART_LINEAR && range.low >= 0 && padded.low < 0)
    padded.low = range.low > 0 && !axis->has_zero ? range.low : 0;
  if (plot->spans->len > 0)
    padded.high = fs_chart_range_pad (range, axis->scale, SPAN_HEADROOM).high;
  return padded;
}

FsChartRange
fs_plot_second_range (const FsPlot *plot, FsChartRange x_range)
{
  const FsPlotAxis *axis = &plot->second_axis;
  if (axis->has_range)
    return fs_chart_range_widen ((FsChartRange){ axis->low, axis->high }, axis->scale);
  FsChartRange range = y_range_of_series (plot, x_range, true, true);
  if (axis->has_zero && axis->scale == FS_CHART_LINEAR && range.low <= range.high)
    range = fs_chart_range_join (range, (FsChartRange){ 0, 0 });
  return fs_chart_range_pad (fs_chart_range_widen (range, axis->scale), axis->scale, 0.05);
}

bool
fs_plot_has_second (const FsPlot *plot)
{
  for (guint i = 0; i < plot->series->len; i++)
    if (fs_plot_series_at (plot, i)->is_second)
      return true;
  return false;
}
