/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plot asked in words and numbers: which point is near, what each curve says there, and the whole
 * picture as a sentence. */

#include "ui/chart/chart-plot-private.h"

#include "ui/text.h"
#include <math.h>

/* The next x of any series after `x` (direction 1) or before it (-1); NaN if there is none. */
static double
neighbour_x (const FsPlot *plot, double x, int direction)
{
  double best = NAN;
  for (guint i = 0; i < plot->series->len; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (plot, i);
      if (series->is_quiet || series->n == 0)
        continue;
      size_t at = fs_chart_lower_bound (series->x, series->n, x);
      if (direction > 0)
        {
          while (at < series->n && series->x[at] <= x)
            at++;
          if (at < series->n)
            best = isnan (best) ? series->x[at] : fmin (best, series->x[at]);
        }
      else if (at > 0)
        best = isnan (best) ? series->x[at - 1] : fmax (best, series->x[at - 1]);
    }
  return best;
}

static double
nearest_x (const FsPlot *plot, double x)
{
  double best = NAN;
  for (guint i = 0; i < plot->series->len; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (plot, i);
      if (series->is_quiet || series->n == 0)
        continue;
      double own = series->x[fs_chart_nearest (series->x, series->n, x)];
      if (isnan (best) || fabs (own - x) < fabs (best - x))
        best = own;
    }
  return best;
}

double
fs_plot_snap_x (const FsPlot *plot, double x, int step)
{
  if (isnan (x))
    return neighbour_x (plot, step > 0 ? -INFINITY : INFINITY, step > 0 ? 1 : -1);
  double snapped = nearest_x (plot, x);
  for (int i = 0; i < ABS (step) && !isnan (snapped); i++)
    {
      double next = neighbour_x (plot, snapped, step > 0 ? 1 : -1);
      if (isnan (next))
        break;
      snapped = next;
    }
  return snapped;
}

/* A point speaks for its surroundings up to half way to the next one. */
static bool
is_within_reach (const FsPlotSeries *series, size_t at, double x)
{
  double distance = fabs (series->x[at] - x), reach = 0;
  if (distance == 0 || series->n == 1)
    return distance == 0;
  if (at > 0)
    reach = fmax (reach, series->x[at] - series->x[at - 1]);
  if (at + 1 < series->n)
    reach = fmax (reach, series->x[at + 1] - series->x[at]);
  return distance <= reach / 2;
}

size_t
fs_plot_read (const FsPlot *plot, double x, FsPlotReading *readings, size_t capacity)
{
  size_t n = 0;
  if (isnan (x))
    return 0;
  for (guint i = 0; i < plot->series->len && n < capacity; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (plot, i);
      if (series->is_quiet || series->n == 0)
        continue;
      size_t at = fs_chart_nearest (series->x, series->n, x);
      if (!isnan (series->y[at]) && is_within_reach (series, at, x))
        readings[n++] = (FsPlotReading){ series->name,  series->colour, series->dash,
                                         series->x[at], series->y[at],  series->is_second };
    }
  return n;
}

char *
fs_plot_format_x (const FsPlot *plot, double x, char label[FS_CHART_LABEL_SIZE])
{
  if (plot->x_axis.scale == FS_CHART_TIME)
    return fs_chart_format_time (x, label);
  return fs_chart_format_value (x, label);
}

static void
describe_series (const FsPlot *plot, const FsPlotSeries *series, GString *words)
{
  char first[FS_CHART_LABEL_SIZE], last[FS_CHART_LABEL_SIZE], least[FS_CHART_LABEL_SIZE];
  char most[FS_CHART_LABEL_SIZE];
  size_t from = 0, to = fs_plot_series_last (series);
  if (to == series->n)
    {
      g_string_append_printf (words, _ (" %s: no values."), series->name);
      return;
    }
  while (!isfinite (series->y[from]))
    from++;
  FsChartRange range = fs_chart_range_of (series->y, series->n, FS_CHART_LINEAR);
  fs_chart_format_value (series->y[from], first);
  fs_chart_format_value (series->y[to], last);
  if (from == to)
    {
      g_string_append_printf (words, _ (" %s: %s at %s."), series->name, first,
                              fs_plot_format_x (plot, series->x[from], most));
      return;
    }
  g_string_append_printf (words, _ (" %s: from %s to %s, lowest %s, highest %s."), series->name,
                          first, last, fs_chart_format_value (range.low, least),
                          fs_chart_format_value (range.high, most));
}

char *
fs_plot_describe (const FsPlot *plot)
{
  GString *words = g_string_new (NULL);
  const char *title = plot->x_axis.title != NULL ? plot->x_axis.title : "";
  if (plot->title != NULL)
    g_string_append (words, plot->title);
  if (plot->subtitle != NULL)
    g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", plot->subtitle);
  if (words->len > 0)
    g_string_append_c (words, '.');
  if (fs_plot_is_empty (plot))
    g_string_append (words, _ (" Nothing to show yet."));
  for (guint i = 0; i < plot->series->len; i++)
    if (!fs_plot_series_at (plot, i)->is_quiet)
      describe_series (plot, fs_plot_series_at (plot, i), words);
  for (guint i = 0; i < plot->levels->len; i++)
    {
      char value[FS_CHART_LABEL_SIZE];
      const FsPlotLevel *level = &g_array_index (plot->levels, FsPlotLevel, i);
      if (level->text != NULL)
        g_string_append_printf (words, " %s: %s.", level->text,
                                fs_chart_format_value (level->y, value));
    }
  for (guint i = 0; i < plot->flags->len; i++)
    if (g_array_index (plot->flags, FsPlotFlag, i).text != NULL)
      g_string_append_printf (words, " %s.", g_array_index (plot->flags, FsPlotFlag, i).text);
  for (guint i = 0; i < plot->marks->len; i++)
    {
      char at[FS_CHART_LABEL_SIZE];
      const FsPlotMark *mark = &g_array_index (plot->marks, FsPlotMark, i);
      if (mark->text != NULL)
        g_string_append_printf (words, _ (" At %s%s%s: %s."), title, *title ? " " : "",
                                fs_plot_format_x (plot, mark->x, at), mark->text);
    }
  if (words->len > 0 && words->str[0] == ' ')
    g_string_erase (words, 0, 1);
  return g_string_free (words, FALSE);
}
