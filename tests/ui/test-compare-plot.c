/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plot of compared runs, by its numbers: curves are the losses, seeds of one experiment are a band
 * from the lowest to the highest, and nothing is said of what is not there. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/lab/snapshot.h"
#include "ui/views/compare-plot.h"
#include "tests/ui/other-tongue.h"

/* Losses of a run: train = base / epoch, validation = base / epoch + offset. */
static const FsSnapshot *
made_up_run (double base, double offset, uint32_t n)
{
  FsSnapshotFrame *frame = fs_snapshot_frame_new ();
  FsHistory *history = &frame->public.history;

  frame->public.experiment = fs_experiment_default ();
  frame->public.state = FS_RUN_FINISHED;
  history->has_validation = true;
  for (uint32_t epoch = 1; epoch <= n; epoch++)
    {
      FsObservation observation = { .epoch = epoch,
                                    .train_loss = base / epoch,
                                    .validation_loss = base / epoch + offset };
      fs_history_append (history, &observation);
    }
  return &frame->public;
}

static const FsPlotSeries *
find (const FsPlot *plot, const char *name)
{
  for (gsize i = 0; i < fs_plot_get_n_series (plot); i++)
    if (g_strcmp0 (fs_plot_get_series (plot, i)->name, name) == 0)
      return fs_plot_get_series (plot, i);
  return NULL;
}

static void
test_two_runs (void)
{
  const FsSnapshot *a = made_up_run (1, 0.5, 20), *b = made_up_run (2, 0.25, 10);
  const FsComparedRun runs[] = { { 1, "A", a, 7 }, { 2, "B", b, 8 } };
  g_autoptr (FsPlot) plot = fs_compare_plot_make (runs, 2);
  const FsPlotSeries *train = find (plot, "A train"), *validation = find (plot, "B");

  g_assert_cmpuint (fs_plot_get_n_series (plot), ==, 4);
  g_assert_cmpuint (train->n, ==, 20);
  g_assert_cmpfloat (train->x[19], ==, 20);
  g_assert_cmpfloat (train->y[3], ==, 0.25);
  g_assert_cmpint (train->dash, ==, FS_PLOT_SOLID);
  g_assert_cmpuint (validation->n, ==, 10);
  g_assert_cmpfloat (validation->y[1], ==, 1.25);
  g_assert_cmpint (validation->dash, ==, FS_PLOT_DASHED);
  g_assert_cmpint (find (plot, "A")->colour, ==, train->colour);
  g_assert_cmpint (validation->colour, !=, train->colour);
  g_assert_cmpfloat (fs_plot_get_x_axis (plot).high, ==, 20);
  {
    g_autofree char *words = fs_compare_plot_describe (runs, 2);
    g_assert_cmpstr (words, ==,
                     "A: 20 epochs, lowest validation loss 0.55 at epoch 20. "
                     "B: 10 epochs, lowest validation loss 0.45 at epoch 10.");
  }
  fs_snapshot_unref (a);
  fs_snapshot_unref (b);
}

/* A branch is known by the numbers that it shares, not by what it says of itself. */
static void
test_fork (void)
{
  const FsSnapshot *a = made_up_run (1, 0.5, 20), *b = made_up_run (1, 0.5, 30),
                   *c = made_up_run (2, 0.5, 30);
  const FsComparedRun apart[] = { { 1, "A", a, 7 }, { 2, "B", b, 8 } };
  const FsComparedRun branch[] = { { 1, "A", a, 7 }, { 3, "C", c, 9 }, { 2, "B", b, 8 } };

  g_assert_cmpuint (fs_compare_find_fork (apart, 2), ==, 0);
  fs_history_add_event (&((FsSnapshot *) c)->history, FS_EVENT_FORKED, 12, "");
  g_assert_cmpuint (fs_compare_find_fork (branch, 3), ==, 0);
  fs_history_add_event (&((FsSnapshot *) b)->history, FS_EVENT_FORKED, 11, "");
  g_assert_cmpuint (fs_compare_find_fork (branch, 3), ==, 11);
  {
    g_autoptr (FsPlot) plot = fs_compare_plot_make (branch, 3);
    g_assert_cmpuint (find (plot, "A")->n, ==, 20);
    g_assert_cmpuint (find (plot, "B")->n, ==, 20);
    g_assert_cmpfloat (find (plot, "B")->x[0], ==, 11);
    g_assert_cmpfloat (find (plot, "B train")->y[0], ==, find (plot, "A train")->y[10]);
  }
  fs_snapshot_unref (a);
  fs_snapshot_unref (b);
  fs_snapshot_unref (c);
}

/* Three seeds, one of which ended early: the mean is over those that have the epoch. */
static void
test_band (void)
{
  const FsSnapshot *a = made_up_run (1, 0, 8), *b = made_up_run (2, 0, 8),
                   *c = made_up_run (6, 0, 4);
  const FsComparedRun runs[] = { { 1, "A", a, 7 }, { 2, "A", b, 7 }, { 3, "A", c, 7 } };
  g_autoptr (FsPlot) plot = fs_compare_plot_make (runs, 3);
  const FsPlotSeries *mean = find (plot, "A, 3 seeds");

  g_assert_cmpuint (fs_plot_get_n_series (plot), ==, 2);
  g_assert_cmpuint (mean->n, ==, 8);
  g_assert_cmpfloat (mean->y[0], ==, 3);
  g_assert_cmpfloat (mean->y[3], ==, 9.0 / 4 / 3);
  g_assert_cmpfloat_with_epsilon (mean->y[4], 3.0 / 5 / 2, 1e-15);
  fs_snapshot_unref (a);
  fs_snapshot_unref (b);
  fs_snapshot_unref (c);
}

static void
test_groups (void)
{
  const FsComparedRun runs[] = { { 1, "", NULL, 5 },
                                 { 2, "", NULL, 6 },
                                 { 3, "", NULL, 5 },
                                 { 4, "", NULL, 0 },
                                 { 5, "", NULL, 0 } };
  guint groups[5];

  g_assert_cmpuint (fs_compare_group (runs, 5, groups), ==, 4);
  g_assert_cmpuint (groups[0], ==, groups[2]);
  g_assert_cmpuint (groups[1], !=, groups[0]);
  g_assert_cmpuint (groups[3], !=, groups[4]); /* of unknown data nothing is said */
}

/* While epochs are being read there is no curve, and nothing else goes wrong. */
static void
test_nothing_yet (void)
{
  const FsSnapshot *b = made_up_run (2, 0, 3);
  const FsComparedRun runs[] = { { 1, "A", NULL, 1 }, { 2, "B", b, 2 }, { 3, "C", NULL, 3 } };
  g_autoptr (FsPlot) plot = fs_compare_plot_make (runs, 3);
  g_autoptr (FsPlot) none = fs_compare_plot_make (runs, 0);
  g_autofree char *words = fs_compare_plot_describe (runs, 3);

  ASSERT_SAME_FILE (fs_compare_plot_make (runs, 3));
  g_assert_cmpuint (fs_plot_get_n_series (plot), ==, 2);
  g_assert_true (fs_plot_is_empty (none));
  g_assert_nonnull (strstr (words, "A: no epoch yet."));
  fs_snapshot_unref (b);
}

/* A spike in a long run is among the points that are left. */
static void
test_long_run (void)
{
  FsSnapshotFrame *frame = fs_snapshot_frame_new ();
  const FsComparedRun runs[] = { { 1, "A", &frame->public, 1 } };
  double highest = 0;

  frame->public.experiment = fs_experiment_default ();
  for (uint32_t epoch = 1; epoch <= 50000; epoch++)
    {
      FsObservation observation = { .epoch = epoch,
                                    .train_loss = epoch == 31234 ? 99 : 1,
                                    .validation_loss = NAN };
      fs_history_append (&frame->public.history, &observation);
    }
  g_autoptr (FsPlot) plot = fs_compare_plot_make (runs, 1);
  const FsPlotSeries *train = find (plot, "A");
  g_assert_cmpuint (train->n, <, 5000);
  for (gsize i = 0; i < train->n; i++)
    highest = fmax (highest, train->y[i]);
  g_assert_cmpfloat (highest, ==, 99);
  fs_snapshot_unref (&frame->public);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare-plot/two-runs", test_two_runs);
  g_test_add_func ("/compare-plot/band", test_band);
  g_test_add_func ("/compare-plot/fork", test_fork);
  g_test_add_func ("/compare-plot/groups", test_groups);
  g_test_add_func ("/compare-plot/nothing-yet", test_nothing_yet);
  g_test_add_func ("/compare-plot/long-run", test_long_run);
  return g_test_run ();
}
