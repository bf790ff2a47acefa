/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope train` from outside: its lines of JSON, its files, its words, and being stopped. argv[1]
 * is the program. */

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include "tests/end-to-end/command.h"

/* The lines of stdout as objects; each line must be JSON by itself. */
static GPtrArray *
parse_lines (const char *out)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      if (!lines[i][0])
        continue;
      g_autoptr (JsonNode) node = json_from_string (lines[i], &error);
      if (!node)
        g_error ("%s: %s", error->message, lines[i]);
      g_ptr_array_add (objects, json_node_dup_object (node));
    }
  return objects;
}

#define SMALL "--set", "model.layers.0.units=4", "--set", "window.length=12"

static void
test_train_json (Command *command, gconstpointer locale)
{
  static const char *const files[] = { "experiment.json", "history.csv",      "timings.csv",
                                       "probes.csv",      "best.safetensors", "last.safetensors",
                                       "predictions.csv", "loss.svg" };
  command_write_text (command, "a.fit.json", "{}");
  RUN (command, locale, "train", "a.fit.json", SMALL, "--set", "train.epochs=3", "--json", "--out",
       "deep/out");
  command_assert_done (command);
  g_autoptr (GPtrArray) events = parse_lines (command->out);
  g_assert_cmpuint (events->len, ==, 4);
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *event = events->pdata[i];
      g_assert_cmpstr (json_object_get_string_member (event, "event"), ==, "epoch");
      g_assert_cmpint (json_object_get_int_member (event, "epoch"), ==, i + 1);
      g_assert_cmpfloat (json_object_get_double_member (event, "train_loss"), >, 0);
      g_assert_cmpfloat (json_object_get_double_member (event, "val_loss"), >, 0);
      g_assert_cmpfloat (json_object_get_double_member (event, "learning_rate"), ==, 0.001);
      g_assert_cmpfloat (json_object_get_double_member (event, "seconds"), >, 0);
    }
  JsonObject *end = events->pdata[3];
  g_assert_cmpstr (json_object_get_string_member (end, "event"), ==, "end");
  g_assert_cmpstr (json_object_get_string_member (end, "reason"), ==, "epochs");
  const gint64 best = json_object_get_int_member (end, "best_epoch");
  g_assert_true (best >= 1 && best <= 3);
  g_assert_cmpfloat (json_object_get_double_member (end, "best_val_loss"), ==,
                     json_object_get_double_member (events->pdata[best - 1], "val_loss"));
  /* In passengers, not in standard deviations. */
  g_assert_cmpfloat (
      json_object_get_double_member (json_object_get_object_member (end, "test"), "rmse"), >, 10);
  g_assert_cmpfloat (json_object_get_double_member (
                         json_object_get_object_member (end, "baselines"), "persistence"),
                     >, 0);
  g_assert_nonnull (json_object_get_array_member (end, "findings"));
  g_assert_cmpuint (strlen (json_object_get_string_member (end, "run")), ==, 16);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (command->folder, "deep", "out", files[i], NULL);
      g_test_message ("%s", files[i]);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
}

/* What a folder of results holds depends on the experiment alone: not on threads, locale or the way
 * progress is shown; and its own experiment.json makes the same again. */
static void
test_same_bytes (Command *command, gconstpointer data)
{
  static const char *const files[] = { "experiment.json", "history.csv", "best.safetensors",
                                       "last.safetensors", "predictions.csv" };
  command_write_text (command, "a.fit.json", "{\"name\": \"Größe\"}");
  RUN (command, "C.UTF-8", "train", "a.fit.json", SMALL, "--set", "train.epochs=5", "--threads",
       "1", "--out", "one");
  command_assert_done (command);
  RUN (command, "de_DE.UTF-8", "train", "a.fit.json", SMALL, "--set", "train.epochs=5", "--threads",
       "3", "--json", "--out", "two");
  command_assert_done (command);
  RUN (command, "C", "train", "one/experiment.json", "--out", "three");
  command_assert_done (command);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *one_path = g_build_filename (command->folder, "one", files[i], NULL);
      g_autofree char *one = NULL, *two = NULL, *three = NULL;
      g_autofree char *two_path = g_build_filename (command->folder, "two", files[i], NULL);
      g_autofree char *three_path = g_build_filename (command->folder, "three", files[i], NULL);
      gsize n_one, n_two, n_three;
      g_assert_true (g_file_get_contents (one_path, &one, &n_one, NULL));
      g_assert_true (g_file_get_contents (two_path, &two, &n_two, NULL));
      g_assert_true (g_file_get_contents (three_path, &three, &n_three, NULL));
      g_test_message ("%s", files[i]);
      g_assert_cmpmem (one, n_one, two, n_two);
      g_assert_cmpmem (one, n_one, three, n_three);
    }
}

static void
test_train_text (Command *command, gconstpointer locale)
{
  command_write_text (command, "a.fit.json", "{}");
  RUN (command, locale, "train", "a.fit.json", SMALL, "--set", "train.epochs=12");
  command_assert_done (command);
  g_test_message ("%s", command->out);
  g_assert_nonnull (strstr (command->out, "LSTM 4"));
  g_assert_nonnull (strstr (command->out, "epoch 10 of 12: train 0."));
  g_assert_null (strstr (command->out, "epoch 3 of"));
  g_assert_nonnull (strstr (command->out, "All 12 epochs are done."));
  g_assert_nonnull (strstr (command->out, "RMSE"));
  g_assert_null (strstr (command->out, "\033")); /* no terminal, no escapes */
}

static void
test_no_epochs (Command *command, gconstpointer locale)
{
  command_write_text (command, "a.fit.json", "{\"train\": {\"epochs\": 0}}");
  RUN (command, locale, "train", "a.fit.json", "--json", "--out", "out");
  command_assert_done (command);
  g_autoptr (GPtrArray) events = parse_lines (command->out);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_true (json_object_get_null_member (events->pdata[0], "best_val_loss"));
  g_autofree char *weights = command_read_text (command, "out/last.safetensors");
  g_assert_nonnull (weights);
}

/* Numerical trouble is an observation: valid JSON with null, exit code 0. */
static void
test_divergence (Command *command, gconstpointer locale)
{
  command_write_text (command, "a.fit.json", "{}");
  RUN (command, locale, "train", "a.fit.json", SMALL, "--set", "train.optimiser=sgd", "--set",
       "train.learning_rate=1000000", "--set", "train.stop.patience=never", "--json");
  command_assert_done (command);
  g_autoptr (GPtrArray) events = parse_lines (command->out);
  JsonObject *end = events->pdata[events->len - 1];
  g_assert_cmpstr (json_object_get_string_member (end, "reason"), ==, "non-finite");
  g_assert_cmpstr (json_object_get_string_member (end, "verdict"), ==, "diverged");
}

/* SIGINT after the first epoch of a run that would take hours. */
static void
test_interrupt (Command *command, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const int number = GPOINTER_TO_INT (data);
  command_write_text (command, "a.fit.json",
                      "{\"train\": {\"epochs\": 1000000, \"stop\": {\"patience\": \"never\"}}}");
  const char *const arguments[] = { "train", "a.fit.json", "--json", "--out", "out", NULL };
  g_autoptr (GSubprocess) process = command_start (command, "C.UTF-8", arguments);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *first = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (first, "{\"event\":\"epoch\",\"epoch\":1,"));
  g_subprocess_send_signal (process, number);

  g_autofree char *last = NULL;
  char *line;
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, &error)))
    {
      g_free (last);
      last = line;
    }
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_true (g_str_has_prefix (last, "{\"event\":\"end\",\"reason\":\"stopped\""));
  g_autofree char *history = command_read_text (command, "out/history.csv");
  g_assert_true (g_str_has_prefix (history, "epoch,train_loss,"));
}

#define LONGER "train", "a.fit.json", "--json", "--set", "train.epochs=400"

/* Trains on in out/ until `n_lines` epochs are told, then sends the signal. */
static void
train_and_signal (Command *command, guint n_lines, int number)
{
  g_autoptr (GError) error = NULL;
  const char *const arguments[] = { LONGER, "--out", "out", "--resume", NULL };
  g_autoptr (GSubprocess) process = command_start (command, "C.UTF-8", arguments);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  for (guint i = 0; i < n_lines; i++)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (line);
    }
  g_subprocess_send_signal (process, number);
  char *rest;
  while ((rest = g_data_input_stream_read_line (lines, NULL, NULL, NULL)))
    g_free (rest);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
}

/* Killed, stopped, killed again and resumed: the history of a run that nobody disturbed. */
static void
test_resume (Command *command, gconstpointer data)
{
  command_write_text (
      command, "a.fit.json",
      "{\"train\": {\"stop\": {\"patience\": \"never\"}}, \"window\": {\"length\": 12}}");
  RUN (command, "C.UTF-8", LONGER, "--out", "straight");
  command_assert_done (command);

  train_and_signal (command, 1, SIGKILL);
  train_and_signal (command, 3, SIGINT);
  RUN (command, "C.UTF-8", LONGER, "--out", "out", "--resume", "--set", "train.seed=7");
  command_assert_refused (command, "the experiment is not the one that the run began with");
  train_and_signal (command, 20, SIGKILL);
  RUN (command, "C.UTF-8", LONGER, "--out", "out", "--resume", "--threads", "2");
  command_assert_done (command);

  static const char *const files[] = { "history.csv", "predictions.csv", "best.safetensors",
                                       "last.safetensors" };
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gsize n_straight, n_resumed;
      g_autofree char *straight = NULL, *resumed = NULL;
      g_autofree char *straight_path =
          g_build_filename (command->folder, "straight", files[i], NULL);
      g_autofree char *resumed_path = g_build_filename (command->folder, "out", files[i], NULL);
      g_test_message ("%s", files[i]);
      g_assert_true (g_file_get_contents (straight_path, &straight, &n_straight, NULL));
      g_assert_true (g_file_get_contents (resumed_path, &resumed, &n_resumed, NULL));
      g_assert_cmpmem (straight, n_straight, resumed, n_resumed);
    }

  RUN (command, "C.UTF-8", LONGER, "--resume");
  command_assert_refused (command, "--resume needs --out");
  command_write_text (command, "out/state.fitscope", "not a state");
  RUN (command, "C.UTF-8", LONGER, "--out", "out", "--resume");
  command_assert_refused (command, "state");
}

static void
test_unwritable (Command *command, gconstpointer data)
{
  command_write_text (command, "a.fit.json", "{}");
  command_write_text (command, "taken", "a file where the folder should be");
  RUN (command, "C.UTF-8", "train", "a.fit.json", SMALL, "--set", "train.epochs=1", "--json",
       "--out", "taken/out");
  g_test_message ("%s", command->err);
  g_assert_cmpint (command->exit_code, ==, 1);
  g_assert_cmpstr (command->out, ==, ""); /* found before training */
  g_assert_nonnull (strstr (command->err, "taken"));
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add_for_locales ("train-json", test_train_json);
  command_add_for_locales ("train-text", test_train_text);
  command_add_for_locales ("no-epochs", test_no_epochs);
  command_add_for_locales ("divergence", test_divergence);
  command_add ("same-bytes", NULL, test_same_bytes);
  command_add ("interrupt", GINT_TO_POINTER (SIGINT), test_interrupt);
  command_add ("terminate", GINT_TO_POINTER (SIGTERM), test_interrupt);
  command_add ("resume", NULL, test_resume);
  command_add ("unwritable", NULL, test_unwritable);
  return g_test_run ();
}
