/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The experiments that come with the program for sequences and texts: each trains from its file, and shows
 * what it is there to show. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/lab/class-scores.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/results.h"
#include "engine/lab/run.h"

static FsExperiment
load (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_strconcat (name, ".fit.json", NULL);
  g_autofree char *path =
      g_build_filename (g_getenv ("FITSCOPE_DATA_DIR"), "experiments", file, NULL);
  FsExperiment experiment;
  if (!fs_experiment_file_load (&experiment, path, &error))
    g_error ("%s", error->message);
  return experiment;
}

static FsRun *
train (const FsExperiment *experiment)
{
  FsRun *run = fs_run_new (experiment, NULL, 1, NULL, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->error, ==, "");
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FINISHED);
  return run;
}

/* Behind a mask it makes no difference on which side the padding is, to the last bit; without one it
 * does. */
static void
test_padding (void)
{
  for (int is_masked = 0; is_masked < 2; is_masked++)
    {
      FsExperiment experiment = load (is_masked ? "padded-and-masked" : "padded-unmasked");
      g_assert_cmpint (experiment.window.is_masked, ==, is_masked);
      g_autoptr (FsRun) behind = train (&experiment);
      experiment.window.padding = FS_AT_START;
      g_autoptr (FsRun) before = train (&experiment);
      const FsHistory *left = &fs_run_snapshot (behind)->history;
      const FsHistory *right = &fs_run_snapshot (before)->history;
      g_assert_cmpuint (left->n_observations, ==, right->n_observations);
      for (size_t i = 0; i < left->n_observations; i++)
        g_assert_cmpint (left->observations[i].validation_loss
                             == right->observations[i].validation_loss,
                         ==, is_masked);
      if (!is_masked)
        continue;
      FsClassMetrics metrics;
      g_assert_true (fs_run_class_metrics (fs_run_snapshot (behind), FS_PART_VALIDATION, &metrics));
      g_assert_cmpfloat (metrics.accuracy, >, 0.9);
      fs_class_metrics_clear (&metrics);
      g_autofree char *csv = fs_results_predictions_csv (fs_run_snapshot (behind), NULL);
      g_assert_true (g_str_has_prefix (csv, "sequence,part,truth,predicted,p_down,p_up\n"));
    }
}

/* A small net learns few sentences by heart and nothing of others; dropout slows that down. */
static void
test_few_sentences (void)
{
  double last[2];
  for (int has_dropout = 0; has_dropout < 2; has_dropout++)
    {
      const FsExperiment experiment =
          load (has_dropout ? "few-sentences-dropout" : "few-sentences");
      g_autoptr (FsRun) run = train (&experiment);
      const FsHistory *history = &fs_run_snapshot (run)->history;
      const FsObservation *end = &history->observations[history->n_observations - 1];
      g_assert_true (history->has_accuracy);
      if (!has_dropout)
        g_assert_cmpfloat (end->train_accuracy, >, 0.95);
      g_assert_cmpfloat (end->validation_accuracy, <, 0.7);
      g_assert_cmpfloat (end->validation_loss, >,
                         history->observations[history->best].validation_loss);
      last[has_dropout] = end->validation_loss;
    }
  g_test_message ("last validation loss %.2f, with dropout %.2f", last[0], last[1]);
  g_assert_cmpfloat (last[1], <, last[0]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task-experiments/padding", test_padding);
  g_test_add_func ("/task-experiments/few-sentences", test_few_sentences);
  return g_test_run ();
}
