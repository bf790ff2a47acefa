/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Forks of runs from the outside: from a run that rests, trains, or is gone, the same bytes follow as in
 * the original, or others if a setting was changed; and what cannot be, says so. */

#include <glib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/results.h"
#include "engine/lab/run.h"

static FsExperiment
small_experiment (int64_t epochs)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:nile", sizeof experiment.data.source);
  experiment.data.target[0] = '\0';
  experiment.data.time[0] = '\0';
  experiment.window.length = 6;
  experiment.window.horizon = 1;
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 5;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.batch = 16;
  experiment.train.epochs = epochs;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static FsRun *
finished_run (const FsExperiment *experiment)
{
  FsRun *run = fs_run_new (experiment, NULL, 1, NULL, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->error, ==, "");
  return run;
}

static FsRun *
fork_of (FsRun *origin, uint32_t epoch, const FsExperiment *experiment)
{
  const FsRunOptions options = { .n_threads = 1, .origin = origin, .fork_epoch = epoch };
  FsRun *run = fs_run_new_with (experiment, &options);
  return run;
}

static char *
history_of (FsRun *run)
{
  return fs_results_history_csv (&fs_run_snapshot (run)->history);
}

static void
test_same_bytes (void)
{
  const FsExperiment experiment = small_experiment (30);
  g_autoptr (FsRun) run = finished_run (&experiment);
  g_autofree char *expected = history_of (run);
  for (uint32_t epoch = 0; epoch <= 30; epoch += 10)
    {
      g_autoptr (FsRun) forked = fork_of (run, epoch, &experiment);
      fs_run_wait (forked, NULL, NULL);
      const FsSnapshot *snapshot = fs_run_snapshot (forked);
      g_assert_cmpint (snapshot->state, ==, FS_RUN_READY);
      g_assert_cmpuint (snapshot->history.n_observations, ==, epoch);
      fs_run_train (forked);
      fs_run_wait (forked, NULL, NULL);
      g_autofree char *found = history_of (forked);
      g_assert_cmpstr (found, ==, expected);
      g_assert_cmpint (fs_run_snapshot (forked)->state, ==, FS_RUN_FINISHED);
    }
  g_autofree char *still = history_of (run);
  g_assert_cmpstr (still, ==, expected);
}

static gboolean
begins_alike (const FsHistory *a, const FsHistory *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (a->observations[i].train_loss != b->observations[i].train_loss)
      return FALSE;
  return TRUE;
}

/* While the origin trains, and though it is freed at once. */
static void
test_origin_in_motion (void)
{
  const FsExperiment experiment = small_experiment (100000);
  FsExperiment changed = small_experiment (60);
  changed.train.learning_rate *= 5;
  FsRun *run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  fs_run_wait (run, NULL, NULL);
  fs_run_train (run);
  g_autoptr (FsRun) first = fork_of (run, G_MAXUINT32, &changed);
  g_autoptr (FsRun) second = fork_of (run, 0, &experiment);
  fs_run_free (run);
  fs_run_wait (first, NULL, NULL);
  fs_run_wait (second, NULL, NULL);
  const FsHistory *history = &fs_run_snapshot (first)->history;
  g_assert_cmpstr (fs_run_snapshot (first)->error, ==, "");
  const size_t n_shared = history->n_observations;
  g_assert_cmpuint (fs_run_snapshot (second)->history.n_observations, ==, 0);
  g_assert_cmpint (history->events[history->n_events - 1].kind, ==, FS_EVENT_FORKED);
  const FsExperiment plain = small_experiment (60);
  g_autoptr (FsRun) straight = finished_run (&plain);
  if (n_shared < 60)
    {
      fs_run_train (first);
      fs_run_wait (first, NULL, NULL);
      const FsHistory *left = &fs_run_snapshot (first)->history;
      const FsHistory *right = &fs_run_snapshot (straight)->history;
      g_assert_cmpuint (left->n_observations, ==, 60);
      g_assert_true (begins_alike (left, right, n_shared));
      g_assert_false (begins_alike (left, right, 60));
    }
}

static void
test_what_cannot_be (void)
{
  const FsExperiment experiment = small_experiment (3);
  FsExperiment broken = small_experiment (3), other = small_experiment (3);
  g_strlcpy (broken.data.source, "builtin:no-such-series", sizeof broken.data.source);
  other.window.length = 7;
  g_autoptr (FsRun) failed = fs_run_new (&broken, NULL, 1, NULL, NULL);
  g_autoptr (FsRun) of_failed = fork_of (failed, 1, &experiment);
  fs_run_wait (of_failed, NULL, NULL);
  g_assert_cmpint (fs_run_snapshot (of_failed)->state, ==, FS_RUN_FAILED);
  g_assert_nonnull (strstr (fs_run_snapshot (of_failed)->error, "has not failed"));

  g_autoptr (FsRun) run = finished_run (&experiment);
  g_autoptr (FsRun) elsewhere = fork_of (run, 1, &other);
  fs_run_wait (elsewhere, NULL, NULL);
  g_assert_cmpint (fs_run_snapshot (elsewhere)->state, ==, FS_RUN_FAILED);
  g_assert_nonnull (strstr (fs_run_snapshot (elsewhere)->error, "window"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-fork/same-bytes", test_same_bytes);
  g_test_add_func ("/run-fork/origin-in-motion", test_origin_in_motion);
  g_test_add_func ("/run-fork/what-cannot-be", test_what_cannot_be);
  return g_test_run ();
}
