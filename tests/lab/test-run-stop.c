/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run whose single batch takes long obeys at once all the same: what is promised is 100 ms for any
 * command. Asserted as a share of the time that one epoch takes here, so that a slow or busy machine,
 * or a sanitizer, changes both sides. */

#include <glib.h>
#include <glib/gstdio.h>
#include "engine/experiment/schema.h"
#include "engine/lab/results.h"
#include "engine/lab/run.h"

/* One batch an epoch, of a second or so. */
static FsExperiment
heavy_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:sunspots-monthly", sizeof experiment.data.source);
  experiment.data.target[0] = '\0';
  experiment.data.time[0] = '\0';
  experiment.window.length = 100;
  experiment.window.stride = 40;
  experiment.n_layers = 3;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[2] = fs_layer_spec_default (FS_LAYER_DENSE);
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  experiment.layers[0].units = experiment.layers[1].units = 64;
#else
  experiment.layers[0].units = experiment.layers[1].units = 320;
#endif
  experiment.train.batch = 1024;
  experiment.train.epochs = 1000;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

/* Seconds from the command to the snapshot that shows its effect. */
static double
obeyed_after (FsRun *run, void (*command) (FsRun *run), FsRunState state)
{
  int64_t begin = g_get_monotonic_time ();
  command (run);
  while (fs_run_snapshot (run)->state != state)
    g_main_context_iteration (NULL, TRUE);
  return (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
}

static void
ignore_cb (FsRun *run, const FsSnapshot *snapshot, void *data)
{
}

static void
wait_inside_batch (FsRun *run, double epoch_seconds, double share)
{
  while (fs_run_snapshot (run)->state != FS_RUN_TRAINING)
    g_main_context_iteration (NULL, TRUE);
  g_usleep ((gulong) (epoch_seconds * share * G_USEC_PER_SEC));
}

static void
test_obeys_inside_a_batch (void)
{
  FsExperiment experiment = heavy_experiment ();
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 0, ignore_cb, NULL);
  fs_run_step (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpuint (fs_run_snapshot (run)->history.n_observations, ==, 1);
  double epoch_seconds = fs_run_snapshot (run)->epoch_seconds;
  FsObservation first = fs_run_snapshot (run)->history.observations[0];

  /* At several places of forward, backward and evaluation. Waiting for the end of what is going on
   * would take about an epoch, the four of them together. */
  double sum = 0.0, worst = 0.0;
  for (int i = 1; i <= 4; i++)
    {
      fs_run_train (run);
      wait_inside_batch (run, epoch_seconds, i * 0.17);
      double seconds = obeyed_after (run, fs_run_pause, FS_RUN_PAUSED);
      worst = MAX (worst, seconds);
      sum += seconds;
    }
  g_test_message ("an epoch takes %.3f s; a pause was acknowledged within %.3f s", epoch_seconds,
                  worst);
  g_assert_cmpfloat (sum, <, epoch_seconds * 0.6);

  fs_run_train (run);
  wait_inside_batch (run, epoch_seconds, 0.3);
  double stopped = obeyed_after (run, fs_run_stop, FS_RUN_FINISHED);
  g_test_message ("a stop within %.3f s", stopped);
  g_assert_cmpfloat (stopped, <, epoch_seconds * 0.3);
  g_assert_cmpfloat (fs_run_snapshot (run)->history.observations[0].train_loss, ==,
                     first.train_loss);

  FsRun *next = fs_run_new (&experiment, NULL, 0, NULL, NULL);
  fs_run_train (next);
  g_usleep ((gulong) (epoch_seconds * 0.5 * G_USEC_PER_SEC));
  int64_t begin = g_get_monotonic_time ();
  fs_run_free (next);
  double freed = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_test_message ("freed within %.3f s", freed);
  g_assert_cmpfloat (freed, <, epoch_seconds * 0.3);
}

/* A slider that is dragged sends a setting every frame; batches that take many frames are finished
 * all the same. */
static void
test_settings_do_not_starve_training (void)
{
  FsExperiment experiment = heavy_experiment ();
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 0, ignore_cb, NULL);
  fs_run_step (run);
  fs_run_wait (run, NULL, NULL);
  double epoch_seconds = fs_run_snapshot (run)->epoch_seconds;
  fs_run_step (run);
  int64_t begin = g_get_monotonic_time ();
  unsigned n_set = 0;
  while (fs_run_snapshot (run)->history.n_observations < 2)
    {
      fs_run_set (run, "train.learning_rate", 0.001 + 1e-6 * n_set++);
      g_usleep (16000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  double seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_test_message ("%u settings during an epoch of %.2f instead of %.2f s", n_set, seconds,
                  epoch_seconds);
  g_assert_cmpfloat (seconds, <, 4 * epoch_seconds);
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define MANY_ROWS 20000
#else
#define MANY_ROWS 200000
#endif

static char *
write_long_series (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new ("value\n");
  for (unsigned i = 0; i < MANY_ROWS; i++)
    g_string_append_printf (text, "%u.%u\n", i * 7919 % 1000, i % 10);
  char *path;
  int file = g_file_open_tmp ("fitscope-XXXXXX.csv", &path, &error);
  g_assert_no_error (error);
  g_close (file, NULL);
  g_file_set_contents (path, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
  return path;
}

/* Reading, preparing, baselines, initial weights: whatever it is at, nobody waits for its end. */
static void
test_frees_while_loading (void)
{
  g_autofree char *path = write_long_series ();
  FsExperiment experiment = heavy_experiment ();
  g_strlcpy (experiment.data.source, path, sizeof experiment.data.source);
  experiment.window.length = 300;
  experiment.window.stride = 1;
  experiment.train.batch = 32;
  int64_t begin = g_get_monotonic_time ();
  FsRun *run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  fs_run_wait (run, NULL, NULL);
  double loading = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_assert_cmpstr (fs_run_snapshot (run)->error, ==, "");
  fs_run_free (run);

  double sum = 0.0, worst = 0.0;
  for (int i = 0; i < 5; i++)
    {
      run = fs_run_new (&experiment, NULL, 1, ignore_cb, NULL);
      g_usleep ((gulong) (loading * (0.05 + 0.2 * i) * G_USEC_PER_SEC));
      begin = g_get_monotonic_time ();
      fs_run_free (run);
      double seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
      worst = MAX (worst, seconds);
      sum += seconds;
    }
  g_test_message ("loading takes %.3f s; freed within %.3f s", loading, worst);
  /* Waiting for the end would take 2.75 times as long as loading. */
  g_assert_cmpfloat (sum, <, loading + 0.5);
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-stop/obeys-inside-a-batch", test_obeys_inside_a_batch);
  g_test_add_func ("/run-stop/settings-do-not-starve-training",
                   test_settings_do_not_starve_training);
  g_test_add_func ("/run-stop/frees-while-loading", test_frees_while_loading);
  return g_test_run ();
}
