/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs from the outside: what a window or a script sees of them. The numbers of training have their
 * own tests; here it is states, the complete history, and that nothing the owner does (watching,
 * pausing, stepping, asking for old forecasts, more threads) changes a single byte of it. */

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/results.h"
#include "engine/lab/run.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define MANY_EPOCHS 3000
#else
#define MANY_EPOCHS 100000
#endif

/* A small net on a short series: a few ms an epoch. */
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
finished_run (const FsExperiment *experiment, unsigned n_threads)
{
  FsRun *run = fs_run_new (experiment, NULL, n_threads, NULL, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->error, ==, "");
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FINISHED);
  return run;
}

static char *
history_of (const FsExperiment *experiment, unsigned n_threads)
{
  g_autoptr (FsRun) run = finished_run (experiment, n_threads);
  return fs_results_history_csv (&fs_run_snapshot (run)->history);
}

static void
test_loads_and_waits (void)
{
  FsExperiment experiment = small_experiment (3);
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_LOADING);
  fs_run_wait (run, NULL, NULL);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  g_assert_cmpint (snapshot->state, ==, FS_RUN_READY);
  g_assert_nonnull (snapshot->dataset);
  g_assert_null (snapshot->forecast);
  g_assert_cmpuint (snapshot->history.n_observations, ==, 0);
  g_assert_nonnull (snapshot->weights);
  g_assert_cmpuint (snapshot->weights->last_epoch, ==, 0);
  g_assert_true (isfinite (snapshot->baselines.parts[FS_PART_VALIDATION].persistence));
}

static void
count_epochs_cb (const FsSnapshot *snapshot, void *data)
{
  size_t *n_seen = data;
  g_assert_cmpuint (snapshot->history.n_observations, >, *n_seen);
  *n_seen = snapshot->history.n_observations;
}

static void
test_headless (void)
{
  FsExperiment experiment = small_experiment (12);
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  size_t n_seen = 0;
  fs_run_train (run);
  fs_run_wait (run, count_epochs_cb, &n_seen);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  g_assert_cmpint (snapshot->state, ==, FS_RUN_FINISHED);
  g_assert_cmpint (snapshot->history.end, ==, FS_END_EPOCHS);
  g_assert_cmpuint (n_seen, ==, 12);
  uint32_t best = snapshot->history.observations[snapshot->history.best].epoch;
  g_assert_cmpuint (snapshot->weights->best_epoch, ==, best);
  g_assert_cmpuint (snapshot->weights->last_epoch, ==, 12);
  g_assert_cmpuint (snapshot->forecast->epoch, ==, experiment.train.stop.restores_best ? best : 12);
  for (int part = 0; part < FS_N_PARTS; part++)
    g_assert_cmpuint (snapshot->forecast->n_windows[part], ==, snapshot->dataset->windows[part].n);
  for (size_t i = 0; i < 12; i++)
    g_assert_cmpfloat (snapshot->epoch_times[i], >=, 0.0);
  g_assert_cmpfloat (snapshot->epoch_seconds, >, 0.0);
}

/* Without an epoch, a run still has weights: the initial ones. */
static void
test_no_epochs (void)
{
  FsExperiment experiment = small_experiment (0);
  g_autoptr (FsRun) run = finished_run (&experiment, 1);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  g_assert_cmpuint (snapshot->history.n_observations, ==, 0);
  g_assert_cmpuint (snapshot->weights->best_epoch, ==, 0);
  g_assert_cmpuint (snapshot->forecast->epoch, ==, 0);
  g_assert_cmpmem (snapshot->weights->best, snapshot->weights->tensors.size * sizeof (FsReal),
                   snapshot->weights->last, snapshot->weights->tensors.size * sizeof (FsReal));
}

/* ---- the window's way and the script's way ---- */

typedef struct
{
  GThread *owner;
  FsRunState state;
  size_t n_observations;
  unsigned n_calls;
  char *history; /* at the end */
} Watcher;

static void
watch_cb (FsRun *run, const FsSnapshot *snapshot, void *data)
{
  Watcher *watcher = data;
  g_assert_true (g_thread_self () == watcher->owner);
  g_assert_true (snapshot == fs_run_snapshot (run));
  g_assert_cmpuint (snapshot->history.n_observations, >=, watcher->n_observations);
  for (size_t i = watcher->n_observations; i < snapshot->history.n_observations; i++)
    g_assert_cmpuint (snapshot->history.observations[i].epoch, ==, i + 1);
  watcher->n_observations = snapshot->history.n_observations;
  watcher->state = snapshot->state;
  watcher->n_calls++;
  if (snapshot->state != FS_RUN_FINISHED)
    return;
  g_free (watcher->history);
  watcher->history = fs_results_history_csv (&snapshot->history);
}

static void
test_watched_or_not (void)
{
  FsExperiment experiment = small_experiment (40);
  Watcher watcher = { .owner = g_thread_self () };
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 0, watch_cb, &watcher);
  fs_run_train (run);
  while (watcher.state != FS_RUN_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  g_autofree char *headless = history_of (&experiment, 0);
  g_assert_cmpstr (watcher.history, ==, headless);
  g_free (watcher.history);
}

static void
wait_for_state (Watcher *watcher, FsRunState state)
{
  while (watcher->state != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_pauses_and_steps_leave_no_trace (void)
{
  FsExperiment experiment = small_experiment (40);
  Watcher watcher = { .owner = g_thread_self () };
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, watch_cb, &watcher);
  fs_run_step (run);
  wait_for_state (&watcher, FS_RUN_PAUSED);
  g_assert_cmpuint (watcher.n_observations, ==, 1);
  for (size_t i = 2; i <= 4; i++)
    {
      fs_run_step (run);
      while (watcher.n_observations < i)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (watcher.n_observations, ==, i);
      wait_for_state (&watcher, FS_RUN_PAUSED);
    }
  /* Pause wherever it happens to be, ask for an old forecast, go on. */
  for (uint32_t i = 1; i < 15 && watcher.state != FS_RUN_FINISHED; i++)
    {
      fs_run_train (run);
      g_usleep (i * 97);
      fs_run_show_epoch (run, i % 4);
      fs_run_pause (run);
      fs_run_wait (run, NULL, NULL);
    }
  fs_run_train (run);
  wait_for_state (&watcher, FS_RUN_FINISHED);
  g_autofree char *uninterrupted = history_of (&experiment, 1);
  g_assert_cmpstr (watcher.history, ==, uninterrupted);
  g_free (watcher.history);
}

static void
test_any_number_of_threads (void)
{
  FsExperiment experiment = small_experiment (10);
  experiment.layers[0].units = 40;
  g_autofree char *one = history_of (&experiment, 1);
  const unsigned numbers[] = { 2, 3, 8, 0 };
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *several = history_of (&experiment, numbers[i]);
      g_assert_cmpstr (several, ==, one);
    }
}

static void
test_nothing_is_lost (void)
{
  FsExperiment experiment = small_experiment (MANY_EPOCHS);
  experiment.layers[0].units = 1;
  experiment.window.length = 2;
  experiment.split.train = 0.25;
  experiment.split.validation = 0.2;
  Watcher watcher = { .owner = g_thread_self () };
  int64_t begin = g_get_monotonic_time ();
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, watch_cb, &watcher);
  fs_run_train (run);
  wait_for_state (&watcher, FS_RUN_FINISHED);
  double seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;
  g_assert_cmpuint (watcher.n_observations, ==, MANY_EPOCHS);
  g_assert_cmpuint (watcher.n_calls, <=, (unsigned) (seconds * 30) + 2);
  size_t n_lines = 0;
  for (const char *c = watcher.history; *c; c++)
    n_lines += *c == '\n';
  g_assert_cmpuint (n_lines, ==, MANY_EPOCHS + 1);
  g_test_message ("%d epochs in %.2f s, %u notifications", MANY_EPOCHS, seconds, watcher.n_calls);
  g_free (watcher.history);
}

/* ---- live settings, old forecasts ---- */

static void
test_live_settings (void)
{
  FsExperiment experiment = small_experiment (6);
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  fs_run_step (run);
  fs_run_wait (run, NULL, NULL);
  fs_run_set (run, "train.learning_rate", 0.125);
  fs_run_step (run);
  fs_run_wait (run, NULL, NULL);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  g_assert_cmpfloat (snapshot->experiment.train.learning_rate, ==, 0.125);
  g_assert_cmpfloat (snapshot->history.observations[1].learning_rate, ==, 0.125);
  g_assert_cmpuint (snapshot->history.n_events, ==, 1);
  g_assert_cmpint (snapshot->history.events[0].kind, ==, FS_EVENT_LEARNING_RATE);
  g_assert_cmpuint (snapshot->history.events[0].epoch, ==, 1);

  /* What may not change while training is refused with a sentence, and training goes on. */
  fs_run_set (run, "window.length", 9);
  fs_run_wait (run, NULL, NULL);
  snapshot = fs_run_snapshot (run);
  g_assert_nonnull (strstr (snapshot->error, "window.length"));
  g_assert_cmpint (snapshot->experiment.window.length, ==, experiment.window.length);
  g_assert_cmpint (snapshot->state, ==, FS_RUN_PAUSED);
  fs_run_set (run, "train.learning_rate", 0.25);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->error, ==, "");
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FINISHED);
}

/* ---- what is shown ---- */

static FsExperiment
writing_experiment (int64_t epochs)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:language-of-name", sizeof experiment.data.source);
  g_strlcpy (experiment.data.text, "text", sizeof experiment.data.text);
  experiment.data.task = FS_TASK_NEXT;
  fs_experiment_suit_task (&experiment);
  experiment.text.unit = FS_TEXT_UNIT_CHARACTERS;
  experiment.window.length = 12;
  for (size_t i = 0; i < experiment.n_layers; i++)
    if (experiment.layers[i].kind == FS_LAYER_LSTM)
      experiment.layers[i].units = 4;
  experiment.split.train = 0.1;
  experiment.split.validation = 0.1;
  experiment.train.epochs = epochs;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static void
test_showing_leaves_no_trace (void)
{
  FsExperiment experiment = writing_experiment (6);
  g_autofree char *alone = history_of (&experiment, 1);
  Watcher watcher = { .owner = g_thread_self () };
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, watch_cb, &watcher);
  static const char *const prompts[] = { "Ma", "", "An", "\xE2\x98\x83" };
  static const char *const temperatures[] = { "0.2", "1.5", "0.7" };
  fs_run_train (run);
  for (int i = 0; watcher.state != FS_RUN_FINISHED; i++)
    {
      fs_run_set_shown (run, "text.prompt", prompts[i % 4]);
      fs_run_set_shown (run, "text.temperature", temperatures[i % 3]);
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpstr (watcher.history, ==, alone);
  g_assert_cmpuint (fs_run_snapshot (run)->history.n_events, ==, 0);

  /* A run that is over writes anew, and stays over. */
  fs_run_set_shown (run, "text.prompt", "ma");
  fs_run_set_shown (run, "text.temperature", "0");
  fs_run_wait (run, NULL, NULL);
  g_autofree char *likeliest = g_strdup (fs_run_snapshot (run)->forecast->sample);
  g_assert_true (g_str_has_prefix (likeliest, "ma"));
  fs_run_set_shown (run, "text.temperature", "1.5");
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->forecast->sample, !=, likeliest);
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FINISHED);
  g_assert_cmpstr (fs_run_snapshot (run)->experiment.text.prompt, ==, "ma");
  /* The same again, whatever was written in between. */
  fs_run_set_shown (run, "text.temperature", "0");
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->forecast->sample, ==, likeliest);

  fs_run_set_shown (run, "train.batch", "7");
  fs_run_wait (run, NULL, NULL);
  g_assert_nonnull (strstr (fs_run_snapshot (run)->error, "train.batch"));
  g_free (watcher.history);
}

/* A state that was kept with other words is the same run's. */
static void
test_showing_is_no_other_run (void)
{
  FsExperiment experiment = writing_experiment (3);
  g_autofree char *alone = history_of (&experiment, 1);
  g_autofree char *folder = g_dir_make_tmp ("fitscope-run-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "state", NULL);
  {
    g_autoptr (FsRun) run = fs_run_new_kept (&experiment, NULL, 1, path, FALSE, NULL, NULL);
    fs_run_step (run);
    fs_run_wait (run, NULL, NULL);
  }
  g_strlcpy (experiment.text.prompt, "ma", sizeof experiment.text.prompt);
  experiment.text.temperature = 1.25;
  g_autoptr (FsRun) run = fs_run_new_kept (&experiment, NULL, 1, path, TRUE, NULL, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->error, ==, "");
  g_autofree char *resumed = fs_results_history_csv (&fs_run_snapshot (run)->history);
  g_assert_cmpstr (resumed, ==, alone);
  g_assert_true (g_str_has_prefix (fs_run_snapshot (run)->forecast->sample, "ma"));
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
assert_same_forecast (const FsForecast *left, const FsForecast *right, size_t n_outputs)
{
  for (int part = 0; part < FS_N_PARTS; part++)
    g_assert_cmpmem (left->predicted[part], left->n_windows[part] * n_outputs * sizeof (double),
                     right->predicted[part], right->n_windows[part] * n_outputs * sizeof (double));
}

static void
test_forecast_of_an_old_epoch (void)
{
  FsExperiment experiment = small_experiment (8);
  experiment.train.stop.restores_best = false;
  experiment.window.horizon = 3;
  g_autoptr (FsRun) run = finished_run (&experiment, 1);
  const FsSnapshot *last = fs_snapshot_ref (fs_run_snapshot (run));
  g_assert_cmpuint (last->forecast->epoch, ==, 8);
  g_assert_cmpuint (last->dataset->n_outputs, ==, 3);

  fs_run_show_epoch (run, 3);
  fs_run_wait (run, NULL, NULL);
  experiment.train.epochs = 3;
  g_autoptr (FsRun) short_run = finished_run (&experiment, 1);
  g_assert_cmpuint (fs_run_snapshot (run)->forecast->epoch, ==, 3);
  assert_same_forecast (fs_run_snapshot (run)->forecast, fs_run_snapshot (short_run)->forecast, 3);
  g_assert_cmpfloat (fs_run_snapshot (run)->forecast->predicted[FS_PART_TRAIN][0], !=,
                     last->forecast->predicted[FS_PART_TRAIN][0]);

  fs_run_show_epoch (run, 0);
  fs_run_wait (run, NULL, NULL);
  assert_same_forecast (fs_run_snapshot (run)->forecast, last->forecast, 3);
  fs_snapshot_unref (last);
}

/* ---- endings ---- */

static void
test_blows_up (void)
{
  FsExperiment experiment = small_experiment (50);
  experiment.train.optimiser = FS_OPTIMISER_SGD;
  experiment.train.learning_rate = 1e6;
  experiment.train.clip_norm = 0;
  g_autoptr (FsRun) run = finished_run (&experiment, 2);
  const FsHistory *history = &fs_run_snapshot (run)->history;
  g_assert_cmpint (history->end, ==, FS_END_NON_FINITE);
  g_assert_cmpuint (history->non_finite_step, >, 0);
  g_assert_true (g_str_has_prefix (history->non_finite_tensor, "layers."));
  g_test_message ("first in \"%s\" at step %" G_GUINT64_FORMAT, history->non_finite_tensor,
                  history->non_finite_step);
}

static void
assert_fails (const FsExperiment *experiment, const char *word)
{
  g_autoptr (FsRun) run = fs_run_new (experiment, NULL, 0, NULL, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  g_assert_cmpint (snapshot->state, ==, FS_RUN_FAILED);
  g_test_message ("%s", snapshot->error);
  g_assert_nonnull (strstr (snapshot->error, word));
  g_assert_true (g_str_has_suffix (snapshot->error, "."));
  g_autoptr (GError) error = NULL;
  g_assert_false (fs_results_save (run, "/nonexistent", &error));
  g_assert_nonnull (error);
}

static void
test_failures_are_sentences (void)
{
  FsExperiment experiment = small_experiment (3);
  g_strlcpy (experiment.data.source, "no-such-file.csv", sizeof experiment.data.source);
  assert_fails (&experiment, "no-such-file.csv");
  experiment = small_experiment (3);
  experiment.window.length = 4000;
  assert_fails (&experiment, "window");
  experiment = small_experiment (3);
  experiment.layers[0].units = 1000000000;
  assert_fails (&experiment, "units");
}

static void
test_stop_before_the_first_epoch (void)
{
  FsExperiment experiment = small_experiment (5);
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  fs_run_stop (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FINISHED);
  g_assert_cmpint (fs_run_snapshot (run)->history.end, ==, FS_END_STOPPED);
  fs_run_train (run); /* the end is the end */
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpuint (fs_run_snapshot (run)->history.n_observations, ==, 0);
}

static void
test_free_at_any_moment (void)
{
  FsExperiment experiment = small_experiment (100000);
  for (unsigned i = 0; i < 40; i++)
    {
      Watcher watcher = { .owner = g_thread_self () };
      FsRun *run = fs_run_new (&experiment, NULL, 1 + i % 3, watch_cb, &watcher);
      if (i % 4 != 0)
        fs_run_train (run);
      g_usleep (i * i * 20); /* from loading to well inside training */
      if (i % 5 == 0)
        fs_run_pause (run);
      if (i % 7 == 0)
        fs_run_stop (run);
      if (i % 2 == 0)
        g_main_context_iteration (NULL, FALSE);
      unsigned n_calls = watcher.n_calls;
      fs_run_free (run);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (watcher.n_calls, ==, n_calls); /* nobody is called afterwards */
      g_free (watcher.history);
    }
  fs_run_free (NULL);
}

static void
free_cb (FsRun *run, const FsSnapshot *snapshot, void *data)
{
  FsRun **owner = data;
  if (snapshot->history.n_observations == 0)
    return;
  g_clear_pointer (owner, fs_run_free);
  g_assert_cmpuint (snapshot->history.observations[0].epoch, ==, 1); /* still there */
}

static void
test_free_inside_notify (void)
{
  FsExperiment experiment = small_experiment (100000);
  FsRun *run = NULL;
  run = fs_run_new (&experiment, NULL, 2, free_cb, &run);
  fs_run_train (run);
  while (run)
    g_main_context_iteration (NULL, TRUE);
}

/* A snapshot outlives its run. */
static void
test_snapshot_outlives_run (void)
{
  FsExperiment experiment = small_experiment (4);
  FsRun *run = finished_run (&experiment, 1);
  g_autoptr (FsSnapshot) snapshot = (FsSnapshot *) fs_snapshot_ref (fs_run_snapshot (run));
  fs_run_free (run);
  g_assert_cmpuint (snapshot->history.n_observations, ==, 4);
  g_autofree char *csv = fs_results_predictions_csv (snapshot, NULL);
  g_assert_nonnull (strstr (csv, ",test,1,"));
}

/* Told to quit in the middle of training, long before the next writing of the state is due, a run leaves
 * with one that has every epoch that anybody was told of. */
static void
test_leaves_with_its_state (void)
{
  FsExperiment experiment = small_experiment (MANY_EPOCHS);
  Watcher watcher = { .owner = g_thread_self () };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("fitscope-run-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (folder, "state", NULL);
  FsRun *run = fs_run_new_kept (&experiment, NULL, 1, path, FALSE, watch_cb, &watcher);
  fs_run_train (run);
  while (watcher.n_observations < 3)
    g_main_context_iteration (NULL, TRUE);
  fs_run_free (run);
  /* A busy machine lets the thread go before it has written. */
  size_t n_found = 0;
  for (int i = 0; i < 300 && n_found < watcher.n_observations; i++)
    {
      g_autoptr (FsRun) next = fs_run_new_kept (&experiment, NULL, 1, path, TRUE, NULL, NULL);
      fs_run_wait (next, NULL, NULL);
      g_assert_cmpstr (fs_run_snapshot (next)->error, ==, "");
      n_found = fs_run_snapshot (next)->history.n_observations;
    }
  g_assert_cmpuint (n_found, >=, watcher.n_observations);
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/loads-and-waits", test_loads_and_waits);
  g_test_add_func ("/run/headless", test_headless);
  g_test_add_func ("/run/no-epochs", test_no_epochs);
  g_test_add_func ("/run/watched-or-not", test_watched_or_not);
  g_test_add_func ("/run/pauses-and-steps-leave-no-trace", test_pauses_and_steps_leave_no_trace);
  g_test_add_func ("/run/any-number-of-threads", test_any_number_of_threads);
  g_test_add_func ("/run/nothing-is-lost", test_nothing_is_lost);
  g_test_add_func ("/run/live-settings", test_live_settings);
  g_test_add_func ("/run/showing-leaves-no-trace", test_showing_leaves_no_trace);
  g_test_add_func ("/run/showing-is-no-other-run", test_showing_is_no_other_run);
  g_test_add_func ("/run/forecast-of-an-old-epoch", test_forecast_of_an_old_epoch);
  g_test_add_func ("/run/blows-up", test_blows_up);
  g_test_add_func ("/run/failures-are-sentences", test_failures_are_sentences);
  g_test_add_func ("/run/stop-before-the-first-epoch", test_stop_before_the_first_epoch);
  g_test_add_func ("/run/free-at-any-moment", test_free_at_any_moment);
  g_test_add_func ("/run/free-inside-notify", test_free_inside_notify);
  g_test_add_func ("/run/snapshot-outlives-run", test_snapshot_outlives_run);
  g_test_add_func ("/run/leaves-with-its-state", test_leaves_with_its_state);
  return g_test_run ();
}
