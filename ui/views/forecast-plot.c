/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The forecast chart's plot. See forecast-plot.h. Its cost is one pass over the rows for each new
 * forecast; what is handed to the chart never exceeds FS_CURVE_MAX_POINTS a series. */

#include "ui/views/forecast-plot.h"

#include <math.h>
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/answers-plot.h"
#include "ui/views/curve.h"
#include "ui/views/part-style.h"

/* Runs of rows of one part; more are no areas to be told apart. */
#define MOST_SPANS 24

static void
add_truth (FsPlot *plot, const FsDataset *dataset, gboolean shows_test)
{
  g_autoptr (FsCurve) curve = fs_curve_new ();
  const double *x, *y;
  gsize n;

  for (size_t row = 0; row < dataset->n_rows; row++)
    {
      const gboolean is_hidden =
          !shows_test && fs_dataset_part_of_row (dataset, row) == FS_PART_TEST;

      if (is_hidden && !fs_dataset_is_scattered (dataset))
        break;
      fs_curve_add (curve, dataset->times[row], is_hidden ? NAN : dataset->target_raw[row]);
    }
  n = fs_curve_points (curve, &x, &y);
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("measured"),
                                             .file_name = "measured",
                                             .colour = FS_CHART_COLOUR_TRUTH,
                                             .width_px = 1.5,
                                             .x = x,
                                             .y = y,
                                             .n = n });
}

/* The first of the horizon's numbers: one step ahead of what the window saw. */
static void
add_forecast (FsPlot *plot, const FsSnapshot *snapshot, FsPart part)
{
  const FsDataset *dataset = snapshot->dataset;
  const FsForecast *forecast = snapshot->forecast;
  const FsWindows *windows = &dataset->windows[part];
  size_t stride = (size_t) MAX (snapshot->experiment.window.stride, 1);
  g_autoptr (FsCurve) curve = fs_curve_new ();
  size_t last = 0;
  const double *x, *y;
  gsize n;

  for (size_t i = 0; i < windows->n && i < forecast->n_windows[part]; i++)
    {
      size_t row = windows->starts[i] + dataset->length;

      if (row >= dataset->n_rows)
        break;
      if (i > 0 && row > last + stride)
        fs_curve_add (curve, dataset->times[last + 1], NAN);
      fs_curve_add (curve, dataset->times[row], forecast->predicted[part][i * dataset->n_outputs]);
      last = row;
    }
  n = fs_curve_points (curve, &x, &y);
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (fs_part_style (part)->name),
                                             .file_name = fs_part_style (part)->name,
                                             .colour = fs_part_style (part)->colour,
                                             .dash = fs_part_style (part)->dash,
                                             .x = x,
                                             .y = y,
                                             .n = n });
}

/* The rows of a part that lie together, each such run a span, the first one named; of a part that is
 * strewn over the series its forecasts tell alone. */
static void
add_spans (FsPlot *plot, const FsDataset *dataset, FsPart part, const char *text)
{
  size_t begins[MOST_SPANS], ends[MOST_SPANS], n = 0;

  for (size_t row = 0; row < dataset->n_rows; row++)
    {
      if (fs_dataset_part_of_row (dataset, row) != part)
        continue;
      if (n > 0 && ends[n - 1] == row)
        ends[n - 1] = row + 1;
      else if (n == MOST_SPANS)
        return;
      else
        {
          begins[n] = row;
          ends[n++] = row + 1;
        }
    }
  for (size_t i = 0; i < n; i++)
    fs_plot_add_span (plot, &(FsPlotSpan){ .from = dataset->times[begins[i]],
                                           .to = dataset->times[ends[i] - 1],
                                           .text = i == 0 ? text : NULL,
                                           .colour = fs_part_style (part)->colour });
}

static char *
subtitle (const FsSnapshot *snapshot)
{
  const FsDataset *dataset = snapshot->dataset;
  const char *ahead = dataset->horizon > 1 ? _ ("the first step ahead") : _ ("one step ahead");

  if (snapshot->forecast)
    return g_strdup_printf (_ ("%s · %s · epoch %u"), dataset->target_name, ahead,
                            snapshot->forecast->epoch);
  return g_strdup_printf ("%s · %s", dataset->target_name, ahead);
}

FsPlot *
fs_forecast_plot_make (const FsSnapshot *snapshot, gboolean shows_test)
{
  FsPlot *plot;
  const FsDataset *dataset = snapshot ? snapshot->dataset : NULL;
  g_autofree char *text = NULL;

  if (fs_answers_plot_serves (snapshot))
    return fs_answers_plot_make (snapshot, shows_test);
  plot = fs_plot_new ();
  if (!dataset || dataset->n_rows == 0)
    {
      fs_plot_set_title (plot, _ ("Forecast"), NULL);
      fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_placeholder (plot, snapshot && snapshot->state == FS_RUN_FAILED
                                         ? _ ("No data could be prepared")
                                     : snapshot && snapshot->history.n_observations > 0
                                         ? _ ("The forecasts of this run are not at hand")
                                         : _ ("Loading and preparing"));
      return plot;
    }
  text = subtitle (snapshot);
  fs_plot_set_title (plot, _ ("Forecast"), text);
  /* The whole series is on the axis, hidden rows too: their place is shaded. */
  fs_plot_set_x_axis (plot,
                      &(FsPlotAxis){ .scale = dataset->has_dates ? FS_CHART_TIME : FS_CHART_LINEAR,
                                     .title = dataset->has_dates ? NULL : _ ("row"),
                                     .file_title = dataset->has_dates ? NULL : "row",
                                     .has_range = TRUE,
                                     .low = dataset->times[0],
                                     .high = dataset->times[dataset->n_rows - 1],
                                     .is_whole = !dataset->has_dates });
  add_spans (plot, dataset, FS_PART_VALIDATION, _ ("validation"));
  add_spans (plot, dataset, FS_PART_TEST, shows_test ? _ ("test") : _ ("test (hidden)"));
  add_truth (plot, dataset, shows_test);
  if (snapshot->forecast)
    for (int part = 0; part < FS_N_PARTS; part++)
      if (part != FS_PART_TEST || shows_test)
        add_forecast (plot, snapshot, (FsPart) part);
  return plot;
}

char *
fs_forecast_plot_describe (const FsSnapshot *snapshot, gboolean shows_test)
{
  const FsDataset *dataset = snapshot ? snapshot->dataset : NULL;
  g_autofree char *rows = NULL;
  const char *test = shows_test ? _ ("The test part is shown.") : _ ("The test part is hidden.");

  if (!dataset)
    return g_strdup (_ ("No data yet."));
  if (fs_answers_plot_serves (snapshot))
    return fs_answers_plot_describe (snapshot, shows_test);
  rows = fs_facts_count ((gint64) dataset->n_rows);
  if (!snapshot->forecast)
    return g_strdup_printf (_ ("%s rows of %s. No forecast yet. %s"), rows, dataset->target_name,
                            test);
  return g_strdup_printf (
      _ ("%s rows of %s, with the forecast one step ahead by the weights of epoch "
         "%u. %s"),
      rows, dataset->target_name, snapshot->forecast->epoch, test);
}
