/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plot of answers. See answers-plot.h. */

#include "ui/views/answers-plot.h"

#include <math.h>
#include "engine/lab/class-scores.h"
#include "ui/text.h"

static const struct
{
  const char *name, *hidden;
  FsChartColour colour;
} parts[FS_N_PARTS] = {
  [FS_PART_TRAIN] = { N_ ("train"), NULL, FS_CHART_COLOUR_TRAIN },
  [FS_PART_VALIDATION] = { N_ ("validation"), NULL, FS_CHART_COLOUR_VALIDATION },
  [FS_PART_TEST] = { N_ ("test"), N_ ("test (hidden)"), FS_CHART_COLOUR_TEST },
};

gboolean
fs_answers_plot_serves (const FsSnapshot *snapshot)
{
  return snapshot && snapshot->dataset && snapshot->dataset->task != FS_TASK_FORECAST;
}

static const char *
examples_word (const FsDataset *dataset)
{
  return dataset->task == FS_TASK_TEXT ? N_ ("texts") : N_ ("sequences");
}

static const char *
part_of_examples (const FsDataset *dataset, FsPart part)
{
  if (dataset->task == FS_TASK_TEXT)
    return part == FS_PART_TRAIN ? _ ("training texts") : _ ("validation texts");
  return part == FS_PART_TRAIN ? _ ("training sequences") : _ ("validation sequences");
}

/* What was given to the right class, or NaN. */
static double
share_of_right (const FsDataset *dataset, const FsForecast *forecast, FsPart part, size_t window)
{
  const double *p = forecast->predicted[part] + window * dataset->n_outputs;
  const double truth = dataset->target_raw[fs_window_target_row (dataset, part, window, 0)];

  if (dataset->n_outputs == 1)
    return truth == 1 ? p[0] : 1 - p[0];
  return p[(size_t) truth];
}

static void
add_points (FsPlot *plot, const FsSnapshot *snapshot, FsPart part, size_t first)
{
  const FsDataset *dataset = snapshot->dataset;
  const FsForecast *forecast = snapshot->forecast;
  const size_t n = forecast->n_windows[part];
  g_autofree double *x = g_new (double, n + 1);
  g_autofree double *y = g_new (double, n + 1);
  g_autofree double *truth = g_new (double, n + 1);

  for (size_t w = 0; w < n; w++)
    {
      x[w] = (double) (first + w + 1);
      truth[w] = dataset->target_raw[fs_window_target_row (dataset, part, w, 0)];
      y[w] = dataset->n_classes > 0 ? share_of_right (dataset, forecast, part, w)
                                    : forecast->predicted[part][w];
    }
  if (dataset->n_classes == 0)
    fs_plot_add_series (plot, &(FsPlotSeries){ .name = part == FS_PART_TRAIN ? _ ("true") : NULL,
                                               .file_name = part == FS_PART_TRAIN ? "true" : NULL,
                                               .colour = FS_CHART_COLOUR_TRUTH,
                                               .form = FS_PLOT_DOTS,
                                               .x = x,
                                               .y = truth,
                                               .n = n });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (parts[part].name),
                                             .file_name = parts[part].name,
                                             .colour = parts[part].colour,
                                             .form = FS_PLOT_DOTS,
                                             .x = x,
                                             .y = y,
                                             .n = n });
}

static void
add_span (FsPlot *plot, size_t first, size_t n, FsPart part, gboolean is_hidden)
{
  if (n > 0 && part != FS_PART_TRAIN)
    fs_plot_add_span (plot,
                      &(FsPlotSpan){ .from = (double) first + 0.5,
                                     .to = (double) (first + n) + 0.5,
                                     .text = _ (is_hidden ? parts[part].hidden : parts[part].name),
                                     .colour = parts[part].colour });
}

/* "93 % of 180 validation texts right · epoch 9" */
static char *
score (const FsSnapshot *snapshot)
{
  const FsDataset *dataset = snapshot->dataset;
  const FsPart part =
      dataset->windows[FS_PART_VALIDATION].n > 0 ? FS_PART_VALIDATION : FS_PART_TRAIN;
  FsClassMetrics metrics;
  char *text;

  if (!snapshot->forecast)
    return g_strdup (dataset->target_name);
  if (!fs_run_class_metrics (snapshot, part, &metrics))
    return g_strdup_printf (_ ("%s · epoch %u"), dataset->target_name, snapshot->forecast->epoch);
  text = g_strdup_printf (_ ("%.0f %% of %zu %s right · epoch %u"), 100 * metrics.accuracy,
                          metrics.n, part_of_examples (dataset, part), snapshot->forecast->epoch);
  fs_class_metrics_clear (&metrics);
  return text;
}

static FsPlot *
make_sample (const FsSnapshot *snapshot)
{
  FsPlot *plot = fs_plot_new ();
  const FsHistory *history = &snapshot->history;
  g_autofree char *subtitle = NULL;

  if (history->n_observations > 0)
    {
      const FsObservation *newest = &history->observations[history->n_observations - 1];

      subtitle = isnan (newest->validation_loss)
                     ? g_strdup_printf (_ ("perplexity %.2f training · epoch %u"),
                                        exp (newest->train_loss), newest->epoch)
                     : g_strdup_printf (_ ("perplexity %.2f training, %.2f validation · epoch %u"),
                                        exp (newest->train_loss), exp (newest->validation_loss),
                                        newest->epoch);
    }
  fs_plot_set_title (plot, _ ("What it writes"), subtitle);
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
  fs_plot_set_placeholder (plot, snapshot->forecast && snapshot->forecast->sample
                                     ? snapshot->forecast->sample
                                     : _ ("Nothing yet: press Train"));
  return plot;
}

FsPlot *
fs_answers_plot_make (const FsSnapshot *snapshot, gboolean shows_test)
{
  const FsDataset *dataset = snapshot->dataset;
  FsPlot *plot;
  size_t n_all = 0, first = 0;
  g_autofree char *subtitle = NULL;

  if (dataset->task == FS_TASK_NEXT)
    return make_sample (snapshot);
  plot = fs_plot_new ();
  subtitle = score (snapshot);
  for (int part = 0; part < FS_N_PARTS; part++)
    n_all += dataset->windows[part].n;
  fs_plot_set_title (plot,
                     dataset->n_classes > 0 ? _ ("Given to the right class") : _ ("True and found"),
                     subtitle);
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = _ (examples_word (dataset)),
                                           .file_title = examples_word (dataset),
                                           .has_range = TRUE,
                                           .low = 0.5,
                                           .high = (double) n_all + 0.5,
                                           .is_whole = TRUE });
  if (dataset->n_classes > 0)
    /* Room above 1: most points lie there, and must not run into the names of the parts. */
    fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_range = TRUE, .low = 0, .high = 1.25 });
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      const gboolean is_hidden = part == FS_PART_TEST && !shows_test;

      add_span (plot, first, dataset->windows[part].n, (FsPart) part, is_hidden);
      if (snapshot->forecast && !is_hidden)
        add_points (plot, snapshot, (FsPart) part, first);
      first += dataset->windows[part].n;
    }
  return plot;
}

/* The most frequent confusion of two classes, as a sentence; "" if there is none. */
static char *
describe_confusion (const FsDataset *dataset, const FsClassMetrics *metrics)
{
  size_t most = 0, truth = 0, taken = 0;

  for (size_t i = 0; i < metrics->n_classes; i++)
    for (size_t k = 0; k < metrics->n_classes; k++)
      if (i != k && metrics->confusion[i * metrics->n_classes + k] > most)
        {
          most = metrics->confusion[i * metrics->n_classes + k];
          truth = i;
          taken = k;
        }
  if (most == 0)
    return g_strdup ("");
  return g_strdup_printf (_ (" Most often %s is taken for %s: %zu times."),
                          dataset->class_names[truth], dataset->class_names[taken], most);
}

char *
fs_answers_plot_describe (const FsSnapshot *snapshot, gboolean shows_test)
{
  const FsDataset *dataset = snapshot->dataset;
  const FsPart part =
      dataset->windows[FS_PART_VALIDATION].n > 0 ? FS_PART_VALIDATION : FS_PART_TRAIN;
  FsClassMetrics metrics;
  g_autofree char *words = score (snapshot);
  g_autofree char *confusion = NULL;

  if (dataset->task == FS_TASK_NEXT)
    return snapshot->forecast && snapshot->forecast->sample
               ? g_strdup_printf (_ ("After epoch %u the network writes: %s"),
                                  snapshot->forecast->epoch, snapshot->forecast->sample)
               : g_strdup (_ ("The network has written nothing yet."));
  if (!fs_run_class_metrics (snapshot, part, &metrics))
    return g_strdup_printf ("%s. %s", words,
                            shows_test ? _ ("The test part is shown.")
                                       : _ ("The test part is hidden."));
  confusion = describe_confusion (dataset, &metrics);
  fs_class_metrics_clear (&metrics);
  return g_strdup_printf ("%s.%s %s", words, confusion,
                          shows_test ? _ ("The test part is shown.")
                                     : _ ("The test part is hidden."));
}
