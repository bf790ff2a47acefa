/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The forecast fed back. See fed-back-plot.h. */

#include "ui/views/fed-back-plot.h"

#include <math.h>
#include "ui/facts.h"
#include "ui/text.h"

/* Rows shown before the first one that is predicted, in windows. */
#define WINDOWS_BEFORE 2

static gboolean
has_path (const FsSnapshot *snapshot)
{
  return snapshot && snapshot->dataset && snapshot->forecast && snapshot->forecast->n_fed_back > 0;
}

/* The row of the first value that was predicted. */
static gsize
origin_row (const FsSnapshot *snapshot)
{
  return snapshot->dataset->windows[FS_PART_VALIDATION].starts[0] + snapshot->dataset->length;
}

static void
add_rows (FsPlot *plot, const FsSnapshot *snapshot, gsize from, gsize to)
{
  const FsDataset *dataset = snapshot->dataset;

  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("measured"),
                                             .file_name = "measured",
                                             .colour = FS_CHART_COLOUR_TRUTH,
                                             .width_px = 1.5,
                                             .x = dataset->times + from,
                                             .y = dataset->target_raw + from,
                                             .n = to - from });
}

/* The ordinary forecast of the same rows. */
static void
add_open_loop (FsPlot *plot, const FsSnapshot *snapshot, gsize to)
{
  const FsDataset *dataset = snapshot->dataset;
  const FsWindows *windows = &dataset->windows[FS_PART_VALIDATION];
  const FsForecast *forecast = snapshot->forecast;
  g_autofree double *x = g_new (double, windows->n);
  g_autofree double *y = g_new (double, windows->n);
  gsize n = 0;

  for (gsize i = 0; i < windows->n && i < forecast->n_windows[FS_PART_VALIDATION]; i++)
    {
      gsize row = windows->starts[i] + dataset->length;

      if (row >= to)
        break;
      x[n] = dataset->times[row];
      y[n++] = forecast->predicted[FS_PART_VALIDATION][i * dataset->n_outputs];
    }
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("told the truth each step"),
                                             .file_name = "told the truth each step",
                                             .colour = FS_CHART_COLOUR_VALIDATION,
                                             .dash = FS_PLOT_DASHED,
                                             .x = x,
                                             .y = y,
                                             .n = n });
}

FsPlot *
fs_fed_back_plot_make (const FsSnapshot *snapshot)
{
  FsPlot *plot = fs_plot_new ();
  const FsDataset *dataset;
  g_autofree char *text = NULL;
  gsize origin, from, to;

  if (!has_path (snapshot))
    {
      gboolean is_trained = snapshot && snapshot->forecast;

      fs_plot_set_title (plot, _ ("Fed back"), NULL);
      fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_placeholder (
          plot, is_trained ? _ ("Only a network that sees nothing but its target's past "
                                "can live on its own forecasts")
                           : _ ("Press Train: there is no forecast yet"));
      return plot;
    }
  dataset = snapshot->dataset;
  origin = origin_row (snapshot);
  from = origin - MIN (origin, WINDOWS_BEFORE * dataset->length);
  to = MIN (origin + snapshot->forecast->n_fed_back, dataset->n_rows);
  text = g_strdup_printf (_ ("%s · from here on nobody corrects it · epoch %u"),
                          dataset->target_name, snapshot->forecast->epoch);
  fs_plot_set_title (plot, _ ("Fed back"), text);
  fs_plot_set_x_axis (plot,
                      &(FsPlotAxis){ .scale = dataset->has_dates ? FS_CHART_TIME : FS_CHART_LINEAR,
                                     .title = dataset->has_dates ? NULL : _ ("row"),
                                     .file_title = dataset->has_dates ? NULL : "row",
                                     .is_whole = !dataset->has_dates });
  fs_plot_add_span (plot, &(FsPlotSpan){ .from = dataset->times[origin],
                                         .to = dataset->times[to - 1],
                                         .text = _ ("its own predictions go in"),
                                         .colour = FS_CHART_COLOUR_EXTRA_1 });
  add_rows (plot, snapshot, from, to);
  add_open_loop (plot, snapshot, to);
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("fed back"),
                                             .file_name = "fed back",
                                             .colour = FS_CHART_COLOUR_EXTRA_1,
                                             .x = dataset->times + origin,
                                             .y = snapshot->forecast->fed_back,
                                             .n = to - origin });
  return plot;
}

char *
fs_fed_back_plot_describe (const FsSnapshot *snapshot)
{
  const FsDataset *dataset;
  double squares = 0, squares_of_repeating = 0, last;
  gsize origin, n = 0;
  g_autofree char *rmse = NULL;
  g_autofree char *repeat = NULL;

  if (!has_path (snapshot))
    return g_strdup (_ ("There is no forecast fed back."));
  dataset = snapshot->dataset;
  origin = origin_row (snapshot);
  last = dataset->target_raw[origin - 1];
  for (gsize i = 0; i < snapshot->forecast->n_fed_back && origin + i < dataset->n_rows; i++)
    {
      double truth = dataset->target_raw[origin + i];
      double miss = truth - snapshot->forecast->fed_back[i];

      if (!isfinite (truth) || !isfinite (last))
        continue;
      squares += miss * miss;
      squares_of_repeating += (truth - last) * (truth - last);
      n++;
    }
  if (n == 0)
    return g_strdup (_ ("There is nothing measured to compare the forecast fed back with."));
  rmse = fs_facts_loss (sqrt (squares / (double) n));
  repeat = fs_facts_loss (sqrt (squares_of_repeating / (double) n));
  return g_strdup_printf (
      _ ("For %zu steps the network of epoch %u lives on its own predictions of %s. "
         "The root mean squared error is %s; standing still would miss by %s."),
      n, snapshot->forecast->epoch, dataset->target_name, rmse, repeat);
}
