/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loss chart's curves: as they are, and smoothed by what came before alone. */

#include "ui/views/loss-plot.h"

#include <math.h>
#include "tests/ui/other-tongue.h"

#define N 40

static FsObservation observations[N];

static FsSnapshot
make_snapshot (size_t n)
{
  FsSnapshot snapshot = { .state = FS_RUN_TRAINING, .experiment = fs_experiment_default () };

  for (int i = 0; i < N; i++)
    observations[i] = (FsObservation){ .epoch = (uint32_t) i + 1,
                                       .train_loss = 1.0 / (i + 1),
                                       .running_loss = 1.1 / (i + 1),
                                       .validation_loss = i == 7 ? NAN : 1 + (i % 3) };
  snapshot.history.observations = observations;
  snapshot.history.n_observations = n;
  snapshot.history.has_validation = true;
  return snapshot;
}

static const FsPlotSeries *
series (const FsPlot *plot, const char *name)
{
  for (size_t i = 0; i < fs_plot_get_n_series (plot); i++)
    if (g_str_equal (fs_plot_get_series (plot, i)->name, name))
      return fs_plot_get_series (plot, i);
  return NULL;
}

/* Σ weight^(i−k) y(k) / Σ weight^(i−k), over the values that are there. */
static double
naive_average (const FsPlotSeries *raw, size_t i, double weight)
{
  double sum = 0, weights = 0, factor = 1;

  for (size_t k = i + 1; k-- > 0;)
    {
      if (isnan (raw->y[k]))
        continue;
      sum += factor * raw->y[k];
      weights += factor;
      factor *= weight;
    }
  return sum / weights;
}

static void
test_smoothing (void)
{
  g_autoptr (FsLossPlot) loss_plot = fs_loss_plot_new ();
  FsSnapshot half = make_snapshot (N / 2), whole = make_snapshot (N);
  g_autoptr (FsPlot) raw = fs_loss_plot_make (loss_plot, &half, 0);
  g_autoptr (FsPlot) early = NULL;
  g_autoptr (FsPlot) smooth = NULL;
  const char *const names[] = { "train", "validation" };

  g_assert_null (series (raw, "train, smoothed"));
  fs_loss_plot_set_smoothing (loss_plot, 0.8);
  early = fs_loss_plot_make (loss_plot, &half, 0);
  smooth = fs_loss_plot_make (loss_plot, &whole, 0);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strconcat (names[i], ", smoothed", NULL);
      const FsPlotSeries *before = series (early, name), *after = series (smooth, name);
      const FsPlotSeries *below = series (smooth, names[i]);

      g_assert_cmpuint (below->n, ==, N);
      g_assert_cmpuint (after->n, ==, N);
      for (size_t k = 0; k < N; k++)
        if (isnan (below->y[k]))
          g_assert_true (isnan (after->y[k]));
        else
          g_assert_cmpfloat_with_epsilon (after->y[k], naive_average (below, k, 0.8), 1e-12);
      /* What was drawn does not change when more comes. */
      for (size_t k = 0; k < N / 2; k++)
        g_assert_true (before->y[k] == after->y[k] || isnan (before->y[k]));
    }
  fs_loss_plot_set_smoothing (loss_plot, 0);
  fs_plot_free (g_steal_pointer (&smooth));
  smooth = fs_loss_plot_make (loss_plot, &whole, 0);
  g_assert_null (series (smooth, "train, smoothed"));
  g_assert_cmpuint (series (smooth, "train")->n, ==, N);
}

/* Everything that happened to the run stands on the chart under its name; pauses do not. */
static void
test_events (void)
{
  static const FsEvent events[] = {
    { FS_EVENT_FORKED, 5, "forked after epoch 5, optimiser goes on" },
    { FS_EVENT_LEARNING_RATE, 10, "rate 0.01 to 0.005" },
    { FS_EVENT_SETTING, 15, "dropout 0 to 0.3" },
    { FS_EVENT_PAUSED, 20, "paused" },
  };
  FsSnapshot snapshot = make_snapshot (N);
  g_autofree char *training = NULL;
  g_autofree char *finished = NULL;

  snapshot.history.events = events;
  snapshot.history.n_events = G_N_ELEMENTS (events);
  snapshot.history.best = 8;
  snapshot.experiment.train.stop.restores_best = TRUE;
  training = fs_loss_plot_describe (&snapshot);
  g_assert_true (g_str_has_suffix (training, ", at epoch 9. After epoch 5: branch begins. "
                                             "After epoch 10: rate 0.01 to 0.005. "
                                             "After epoch 15: dropout 0 to 0.3."));
  snapshot.state = FS_RUN_FINISHED;
  finished = fs_loss_plot_describe (&snapshot);
  g_assert_true (g_str_has_suffix (finished, " The weights of epoch 9 are restored."));
}

/* Off until it is chosen; then a curve of its own measure, which leaves the axis of the losses alone. */
static void
test_second_axis (void)
{
  g_autoptr (FsLossPlot) loss_plot = fs_loss_plot_new ();
  FsSnapshot whole = make_snapshot (N);
  g_autoptr (FsPlot) without = fs_loss_plot_make (loss_plot, &whole, 0);
  g_autoptr (FsPlot) with = NULL;
  g_autofree char *words = NULL;
  g_autofree char *nothing = fs_loss_plot_describe_second (&whole, FS_LOSS_SECOND_NONE);
  const FsPlotSeries *rate;
  FsPlotFrame before, after;

  for (gsize i = 0; i < N; i++)
    ((FsObservation *) whole.history.observations)[i].learning_rate = 1e6 * (double) (i + 1);
  fs_loss_plot_set_second (loss_plot, FS_LOSS_SECOND_RATE);
  with = fs_loss_plot_make (loss_plot, &whole, 0);
  ASSERT_SAME_FILE (fs_loss_plot_make (loss_plot, &whole, 0));
  words = fs_loss_plot_describe_second (&whole, FS_LOSS_SECOND_RATE);
  g_assert_null (series (without, "rate"));
  rate = series (with, "rate");
  g_assert_true (rate->is_second);
  g_assert_cmpuint (rate->n, ==, N);
  g_assert_cmpfloat (rate->y[2], ==, 3e6);
  g_assert_false (series (with, "train")->is_second);
  g_assert_cmpstr (nothing, ==, "");
  g_assert_true (g_str_has_prefix (words, " On the right axis: learning rate, "));
  fs_plot_measure (without, NULL, 600, 300, &before);
  fs_plot_measure (with, NULL, 600, 300, &after);
  g_assert_cmpfloat (after.y.range.low, ==, before.y.range.low);
  g_assert_cmpfloat (after.y.range.high, ==, before.y.range.high);
  g_assert_cmpfloat (after.second.range.low, <=, 0);
  g_assert_cmpfloat (after.second.range.high, >=, 1e6 * N);
  /* The highest rate lies near the top, as read on its own axis. */
  g_assert_cmpfloat (fs_chart_axis_to_px (&after.second, 1e6 * N), <, after.top_px + 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss-plot/smoothing", test_smoothing);
  g_test_add_func ("/loss-plot/events", test_events);
  g_test_add_func ("/loss-plot/second-axis", test_second_axis);
  return g_test_run ();
}
