/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Paired runs: the same arm twice gives the same bits, another seed does not; results do not depend on
 * how many work at once; errors are those of the run as the program itself reports them; cancelling
 * and freeing in the middle. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/paired-runs.h"
#include "engine/train/metrics.h"

static FsExperiment
small_experiment (int64_t epochs)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:nile", sizeof experiment.data.source);
  experiment.data.target[0] = '\0';
  experiment.data.time[0] = '\0';
  experiment.window.length = 6;
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 4;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.epochs = epochs;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static void
assert_equal_histories (const FsHistory *left, const FsHistory *right, gboolean are_equal)
{
  g_assert_cmpuint (left->n_observations, ==, right->n_observations);
  gboolean same = TRUE;
  for (size_t i = 0; i < left->n_observations; i++)
    same = same && left->observations[i].train_loss == right->observations[i].train_loss;
  g_assert_cmpint (same, ==, are_equal);
}

static void
test_pairs (void)
{
  FsExperiment experiment = small_experiment (8), wider = experiment;
  wider.layers[0].units = 6;
  const FsPairedArm arms[] = {
    { &experiment, 0 }, { &experiment, 0 }, { &experiment, 1000 }, { &wider, 0 }
  };
  g_autoptr (FsPairedRuns) one = fs_paired_runs_new (arms, 4, 2, NULL, 1, NULL, NULL);
  g_autoptr (FsPairedRuns) two = fs_paired_runs_new (arms, 4, 2, NULL, 2, NULL, NULL);
  fs_paired_runs_wait (one, NULL, NULL);
  fs_paired_runs_wait (two, NULL, NULL);
  g_assert_cmpfloat (fs_paired_runs_progress (one), ==, 1);
  g_assert_cmpuint (fs_paired_runs_n_done (one), ==, 8);
  for (guint seed = 0; seed < 2; seed++)
    {
      const FsPairedResult *original = fs_paired_runs_result (one, 0, seed);
      g_assert_cmpstr (original->error, ==, "");
      assert_equal_histories (&original->history, &fs_paired_runs_result (one, 1, seed)->history,
                              TRUE);
      assert_equal_histories (&original->history, &fs_paired_runs_result (one, 2, seed)->history,
                              FALSE);
      assert_equal_histories (&original->history, &fs_paired_runs_result (one, 3, seed)->history,
                              FALSE);
      assert_equal_histories (&original->history, &fs_paired_runs_result (two, 0, seed)->history,
                              TRUE);
      g_assert_cmpmem (original->squared, original->n_rows * sizeof (double),
                       fs_paired_runs_result (two, 0, seed)->squared,
                       original->n_rows * sizeof (double));
    }
  assert_equal_histories (&fs_paired_runs_result (one, 0, 0)->history,
                          &fs_paired_runs_result (one, 0, 1)->history, FALSE);
}

/* One job is an ordinary run: its test errors are those of the run's own forecast. */
static void
test_errors (void)
{
  FsExperiment experiment = small_experiment (8);
  const FsPairedArm arm = { &experiment, 0 };
  g_autoptr (FsPairedRuns) runs = fs_paired_runs_new (&arm, 1, 1, NULL, 0, NULL, NULL);
  fs_paired_runs_wait (runs, NULL, NULL);
  const FsPairedResult *result = fs_paired_runs_result (runs, 0, 0);
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  FsMetrics metrics = fs_metrics_compute (snapshot->dataset, FS_PART_TEST,
                                          snapshot->forecast->predicted[FS_PART_TEST]);
  double squared = 0, absolute = 0, last = 0;
  size_t n = 0;
  for (size_t row = 0; row < result->n_rows; row++)
    if (isfinite (result->squared[row]))
      {
        g_assert_cmpuint (row, >=, snapshot->dataset->part_ends[FS_PART_VALIDATION]);
        squared += result->squared[row];
        absolute += result->absolute[row];
        last += result->naive[row];
        n++;
      }
  g_assert_cmpuint (n, ==, metrics.n);
  g_assert_cmpfloat_with_epsilon (sqrt (squared / (double) n), metrics.rmse, 1e-9 * metrics.rmse);
  g_assert_cmpfloat_with_epsilon (absolute / (double) n, metrics.mae, 1e-9 * metrics.mae);
  double validation = 0;
  size_t n_validation = 0;
  for (size_t row = 0; row < result->n_rows; row++)
    if (isfinite (result->validation_squared[row]))
      {
        validation += result->validation_squared[row];
        n_validation++;
      }
  FsMetrics on_validation = fs_metrics_compute (snapshot->dataset, FS_PART_VALIDATION,
                                                snapshot->forecast->predicted[FS_PART_VALIDATION]);
  g_assert_cmpuint (n_validation, ==, on_validation.n);
  g_assert_cmpfloat_with_epsilon (sqrt (validation / (double) n_validation), on_validation.rmse,
                                  1e-9 * on_validation.rmse);
  g_assert_cmpfloat_with_epsilon (sqrt (last / (double) n), metrics.persistence_rmse,
                                  1e-9 * metrics.persistence_rmse);
}

/* Of classes the error is Brier's, beside that of knowing nothing but how frequent each class is. */
static void
test_classes (void)
{
  FsExperiment experiment = small_experiment (4);
  g_strlcpy (experiment.data.source, "builtin:synthetic-three-lengths",
             sizeof experiment.data.source);
  g_strlcpy (experiment.data.sequence, "sequence", sizeof experiment.data.sequence);
  g_strlcpy (experiment.data.target, "trend", sizeof experiment.data.target);
  experiment.data.task = FS_TASK_CLASSIFY;
  experiment.n_steps = 0;
  fs_experiment_suit_task (&experiment);
  const FsPairedArm arm = { &experiment, 0 };
  g_autoptr (FsPairedRuns) runs = fs_paired_runs_new (&arm, 1, 1, NULL, 0, NULL, NULL);
  fs_paired_runs_wait (runs, NULL, NULL);
  const FsPairedResult *result = fs_paired_runs_result (runs, 0, 0);
  g_assert_cmpstr (result->error, ==, "");
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  const FsDataset *dataset = snapshot->dataset;
  const FsWindows *training = &dataset->windows[FS_PART_TRAIN],
                  *test = &dataset->windows[FS_PART_TEST];
  double ups = 0;
  for (size_t i = 0; i < training->n; i++)
    ups += dataset->target_raw[training->starts[i]] / (double) training->n;
  g_assert_cmpuint (dataset->n_classes, ==, 2);
  g_assert_cmpuint (test->n, >, 10);
  for (size_t i = 0; i < test->n; i++)
    {
      const double *predicted =
          snapshot->forecast->predicted[FS_PART_TEST] + i * dataset->n_outputs;
      const size_t row = test->starts[i];
      const double p = predicted[dataset->n_outputs - 1], y = dataset->target_raw[row];
      /* Of two classes both terms are the same. */
      g_assert_cmpfloat_with_epsilon (result->squared[row], 2 * (p - y) * (p - y), 1e-6);
      g_assert_cmpfloat_with_epsilon (result->absolute[row], 2 * fabs (p - y), 1e-6);
      g_assert_cmpfloat_with_epsilon (result->naive[row], 2 * (ups - y) * (ups - y), 1e-9);
    }
}

static void
test_failure (void)
{
  FsExperiment good = small_experiment (2), bad = good;
  bad.window.length = 5000;
  const FsPairedArm arms[] = { { &good, 0 }, { &bad, 0 } };
  g_autoptr (FsPairedRuns) runs = fs_paired_runs_new (arms, 2, 1, NULL, 0, NULL, NULL);
  fs_paired_runs_wait (runs, NULL, NULL);
  g_assert_cmpstr (fs_paired_runs_result (runs, 0, 0)->error, ==, "");
  g_assert_nonnull (strstr (fs_paired_runs_result (runs, 1, 0)->error, "window"));
}

static void
count_cb (FsPairedRuns *runs, void *data)
{
  guint *n = data;
  (*n)++;
  if (*n == 2)
    fs_paired_runs_cancel (runs);
}

static void
test_cancel (void)
{
  FsExperiment experiment = small_experiment (1000000);
  const FsPairedArm arms[] = { { &experiment, 0 }, { &experiment, 0 } };
  guint n_notes = 0;
  FsPairedRuns *runs = fs_paired_runs_new (arms, 2, 3, NULL, 2, count_cb, &n_notes);
  while (!fs_paired_runs_is_done (runs))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (fs_paired_runs_is_cancelled (runs));
  g_assert_cmpuint (n_notes, >=, 2);
  for (guint seed = 0; seed < 3; seed++)
    g_assert_null (fs_paired_runs_result (runs, 0, seed));
  fs_paired_runs_free (runs);
  /* In the middle, and nobody is called afterwards. */
  runs = fs_paired_runs_new (arms, 2, 3, NULL, 2, count_cb, &n_notes);
  fs_paired_runs_free (runs);
  guint n_before = n_notes;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_notes, ==, n_before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paired-runs/pairs", test_pairs);
  g_test_add_func ("/paired-runs/errors", test_errors);
  g_test_add_func ("/paired-runs/classes", test_classes);
  g_test_add_func ("/paired-runs/failure", test_failure);
  g_test_add_func ("/paired-runs/cancel", test_cancel);
  return g_test_run ();
}
