/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences and names, and what is remembered between starts. */

#include "ui/facts.h"
#include "ui/time-left.h"

#include <math.h>
#include <glib/gstdio.h>
#include "engine/experiment/schema.h"
#include "ui/settings.h"

static void
assert_text (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
test_numbers (void)
{
  assert_text (fs_facts_count (0), "0");
  assert_text (fs_facts_count (999), "999");
  assert_text (fs_facts_count (10451), "10,451");
  assert_text (fs_facts_count (-1234567), "−1,234,567");
  assert_text (fs_facts_loss (0.13349), "0.133");
  assert_text (fs_facts_loss (NAN), "–");
  assert_text (fs_facts_loss (INFINITY), "∞");
  assert_text (fs_facts_duration (0.00004), "40 µs");
  assert_text (fs_facts_duration (0.0042), "4.2 ms");
  assert_text (fs_facts_duration (0.011), "11 ms");
  assert_text (fs_facts_duration (2.34), "2.3 s");
  assert_text (fs_facts_duration (64), "64 s");
  assert_text (fs_facts_duration (600), "10 min");
  assert_text (fs_facts_duration (7500), "2 h 05 min");
}

static void
test_names (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsExperiment other = experiment;

  assert_text (fs_facts_source_name ("builtin:air-passengers"), "Air passengers");
  assert_text (fs_facts_source_name ("/a/b/my_sales.2024.csv"), "My sales.2024");
  assert_text (fs_facts_source_name (".hidden"), ".hidden");
  assert_text (fs_facts_title (&experiment), "Air passengers · LSTM 50");
  fs_experiment_insert_layer (&experiment, 1, FS_LAYER_LSTM, NULL);
  experiment.layers[1].units = 8;
  assert_text (fs_facts_model_name (&experiment), "LSTM 50 + 8");
  other.n_layers = 0;
  assert_text (fs_facts_model_name (&other), "No recurrent layer");
}

static void
test_run_names (void)
{
  FsExperiment first = fs_experiment_default ();
  FsExperiment second = first;

  assert_text (fs_facts_run_name (&first, NULL), "LSTM 50");
  assert_text (fs_facts_run_name (&second, &first), "LSTM 50 again");
  g_strlcpy (second.name, "Another name", sizeof second.name);
  assert_text (fs_facts_run_name (&second, &first), "LSTM 50 again");
  second.train.learning_rate = 0.01;
  assert_text (fs_facts_run_name (&second, &first), "Learning rate 0.01");
  second.train.batch = 8;
  second.train.seed = 7;
  assert_text (fs_facts_run_name (&second, &first), "Learning rate 0.01 +2");
}

static void
test_subtitles (void)
{
  FsObservation observations[3] = { { .epoch = 1 }, { .epoch = 2 }, { .epoch = 3 } };
  FsSnapshot snapshot = { .state = FS_RUN_TRAINING,
                          .experiment = fs_experiment_default (),
                          .history = { .observations = observations, .n_observations = 3 },
                          .epoch_seconds = 0.5,
                          .epoch_share = 0.5 };

  assert_text (fs_facts_subtitle (NULL, FALSE, NULL), "loading");
  assert_text (fs_facts_subtitle (NULL, FALSE, "It is broken."), "cannot train yet");
  assert_text (fs_facts_subtitle (&snapshot, FALSE, NULL),
               "epoch 4 of 100 · 500 ms an epoch · 48 s left");
  snapshot.state = FS_RUN_PAUSED;
  assert_text (
      fs_facts_subtitle (&snapshot, TRUE, NULL),
      "paused · epoch 4 of 100 · 500 ms an epoch · 48 s left · changes wait for a new run");
  snapshot.state = FS_RUN_FINISHED;
  snapshot.history.end = FS_END_NON_FINITE;
  assert_text (fs_facts_subtitle (&snapshot, FALSE, NULL),
               "stopped after epoch 3: numbers left the range in the loss");
  snapshot.history.end = FS_END_EARLY_STOPPING;
  assert_text (fs_facts_subtitle (&snapshot, FALSE, NULL),
               "stopped early after epoch 3: no improvement for 10 epochs");
}

static void
test_parameters (void)
{
  FsExperiment experiment = fs_experiment_default ();

  /* LSTM 50 on one channel: 4 (50 + 50·50 + 50) = 10,400; dense 50 → 1: 51. */
  assert_text (fs_facts_parameters (&experiment, NULL), "10,451 parameters");
  experiment.layers[0].units = 1000000000;
  g_assert_null (fs_facts_parameters (&experiment, NULL));
  assert_text (fs_facts_split (&experiment, NULL), "70 · 15 · 15");
  assert_text (fs_facts_loss_name (&experiment), "mean squared error, standardised");
  experiment.steps[1].is_enabled = false;
  assert_text (fs_facts_loss_name (&experiment), "mean squared error, original units");
}

static void
test_settings (void)
{
  assert_text (fs_settings_get_text ("style", "system"), "system");
  g_assert_cmpint (fs_settings_get_integer ("width", 1280), ==, 1280);
  g_assert_true (fs_settings_get_boolean ("maximised", TRUE));
  fs_settings_set_text ("style", "dark");
  fs_settings_set_integer ("width", 900);
  fs_settings_set_boolean ("maximised", FALSE);
  assert_text (fs_settings_get_text ("style", "system"), "dark");
  g_assert_cmpint (fs_settings_get_integer ("width", 1280), ==, 900);
  g_assert_false (fs_settings_get_boolean ("maximised", TRUE));
}

static void
test_problem (void)
{
  const FsExperiment experiment = fs_experiment_default ();
  g_autofree char *named =
      fs_facts_problem (&experiment, "train.batch: must be a whole number", "train.batch");
  g_autofree char *other = fs_facts_problem (&experiment, "The disk is full: free some room.", "");
  g_autofree char *unknown = fs_facts_problem (&experiment, "no.such: it is not there", "no.such");

  g_assert_cmpstr (named, ==, "Batch size: must be a whole number");
  g_assert_cmpstr (other, ==, "The disk is full: free some room.");
  g_assert_cmpstr (unknown, ==, "no.such: it is not there");
}

static void
test_time_left (void)
{
  static const struct
  {
    double seconds, share;
    const char *words;
  } cases[] = {
    { 0, 0, "0 %" },
    { 0.1, 0.5, "50 %" }, /* too early to tell */
    { 60, 0.01, "1 %" },
    { 10, 0.5, "50 % · 10 s left" },
    { 1, 0.9, "90 % · 1 s left" },
    { 30, 0.2, "20 % · 2 min left" },
    { 10, 1, "100 %" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = fs_time_left_describe (cases[i].seconds, cases[i].share);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("fitscope-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename (folder, "fitscope", NULL);
  g_autofree char *file = g_build_filename (inner, "settings.ini", NULL);
  int status;

  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/facts/time-left", test_time_left);
  g_test_add_func ("/facts/numbers", test_numbers);
  g_test_add_func ("/facts/names", test_names);
  g_test_add_func ("/facts/run-names", test_run_names);
  g_test_add_func ("/facts/subtitles", test_subtitles);
  g_test_add_func ("/facts/parameters", test_parameters);
  g_test_add_func ("/facts/settings", test_settings);
  g_test_add_func ("/facts/problem", test_problem);
  status = g_test_run ();
  g_remove (file);
  g_rmdir (inner);
  g_rmdir (folder);
  return status;
}
