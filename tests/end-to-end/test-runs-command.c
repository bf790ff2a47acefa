/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope runs` from outside: what fitscope train entered is listed, shown, compared, annotated,
 * deleted and had back; and what has no store says so and goes on. */

#include <json-glib/json-glib.h>
#include <string.h>
#include "tests/end-to-end/command.h"

#define SMALL \
  "--set", "model.layers.0.units=4", "--set", "window.length=12", "--set", "train.epochs=6"

static JsonObject *
parse (Command *command, JsonParser *parser)
{
  g_autoptr (GError) error = NULL;
  command_assert_done (command);
  json_parser_load_from_data (parser, command->out, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

/* Trains, and returns the ID that the end event tells. */
static char *
train (Command *command, const char *rate)
{
  g_autofree char *setting = g_strconcat ("train.learning_rate=", rate, NULL);
  command_write_text (command, "a.fit.json", "{}");
  RUN (command, "C", "train", "a.fit.json", SMALL, "--set", setting, "--json");
  command_assert_done (command);
  const char *last = strstr (command->out, "\"event\":\"end\"");
  const char *id = strstr (last, "\"run\":\"") + strlen ("\"run\":\"");
  return g_strndup (id, 16);
}

static void
test_list_and_show (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  RUN (command, locale, "runs", "list");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "No run is kept yet"));
  g_autofree char *first = train (command, "0.001");
  g_autofree char *again = train (command, "0.001");
  g_assert_cmpstr (first, !=, again);

  RUN (command, locale, "runs", "list", "--json");
  JsonArray *runs = json_object_get_array_member (parse (command, parser), "runs");
  g_assert_cmpuint (json_array_get_length (runs), ==, 2);
  JsonObject *run = json_array_get_object_element (runs, 0);
  g_assert_cmpstr (json_object_get_string_member (run, "id"), ==, first);
  g_assert_cmpstr (json_object_get_string_member (run, "state"), ==, "finished");
  g_assert_cmpint (json_object_get_int_member (run, "epochs"), ==, 6);
  RUN (command, locale, "runs", "list");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "LSTM 4"));
  g_assert_nonnull (strstr (command->out, "finished"));

  RUN (command, locale, "runs", "show", first, "--json");
  run = parse (command, parser);
  JsonArray *history = json_object_get_array_member (run, "history");
  g_assert_cmpuint (json_array_get_length (history), ==, 6);
  const gint64 best = json_object_get_int_member (run, "best_epoch");
  g_assert_cmpfloat (json_object_get_double_member (run, "best_loss"), ==,
                     json_object_get_double_member (
                         json_array_get_object_element (history, (guint) best - 1), "val_loss"));
  g_assert_cmpint (
      json_object_get_int_member (json_object_get_object_member (
                                      json_object_get_object_member (run, "experiment"), "train"),
                                  "epochs"),
      ==, 6);
  RUN (command, locale, "runs", "show", first);
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "model.layers.0.units = 4"));
  g_assert_null (strstr (command->out, "train.batch"));
}

static void
test_compare (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *slow = train (command, "0.00001");
  g_autofree char *fast = train (command, "0.01");
  RUN (command, locale, "runs", "compare", slow, fast, "--json");
  JsonObject *told = parse (command, parser);
  JsonArray *runs = json_object_get_array_member (told, "runs");
  JsonArray *differences = json_object_get_array_member (told, "differences");
  JsonObject *best = json_array_get_object_element (runs, 0);
  JsonObject *other = json_array_get_object_element (runs, 1);
  g_assert_cmpstr (json_object_get_string_member (best, "id"), ==, fast);
  g_assert_cmpfloat (json_object_get_double_member (best, "best_loss"), <,
                     json_object_get_double_member (other, "best_loss"));
  g_assert_cmpuint (json_array_get_length (differences), ==, 1);
  JsonObject *difference = json_array_get_object_element (differences, 0);
  g_assert_cmpstr (json_object_get_string_member (difference, "key"), ==, "train.learning_rate");
  JsonArray *values = json_object_get_array_member (difference, "values");
  g_assert_cmpstr (json_array_get_string_element (values, 0), ==, "0.01");
  RUN (command, locale, "runs", "compare", slow, slow);
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "settings are the same"));
}

static void
test_notes_and_deletion (Command *command, gconstpointer locale)
{
  g_autofree char *id = train (command, "0.001");
  g_autofree char *digits = g_strndup (id, 6);
  RUN (command, locale, "runs", "note", digits, "the one for the talk");
  command_assert_done (command);
  RUN (command, locale, "runs", "rename", digits, "Baseline");
  command_assert_done (command);
  RUN (command, locale, "runs", "show", digits);
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "Note: the one for the talk"));
  g_assert_nonnull (strstr (command->out, "Baseline"));
  RUN (command, locale, "runs", "delete", id);
  command_assert_done (command);
  RUN (command, locale, "runs", "list");
  g_assert_null (strstr (command->out, "Baseline"));
  RUN (command, locale, "runs", "list", "--deleted");
  g_assert_nonnull (strstr (command->out, "Baseline"));
  RUN (command, locale, "runs", "restore", id);
  command_assert_done (command);
  RUN (command, locale, "runs", "list");
  g_assert_nonnull (strstr (command->out, "Baseline"));
}

/* The verdict by ID is the verdict that the run ended with. */
static void
test_diagnose (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *id = train (command, "0.001");
  const char *end = strstr (command->out, "\"event\":\"end\"");
  g_autofree char *word = g_strdup (strstr (end, "\"verdict\":\"") + strlen ("\"verdict\":\""));
  *strchr (word, '"') = '\0';
  RUN (command, locale, "diagnose", id, "--json");
  g_assert_cmpstr (json_object_get_string_member (parse (command, parser), "verdict"), ==, word);
  RUN (command, locale, "diagnose", "abc123");
  command_assert_refused (command, "no run “abc123”");
}

static void
test_no_store (Command *command, gconstpointer locale)
{
  command_write_text (command, "a.fit.json", "{}");
  RUN (command, locale, "train", "a.fit.json", SMALL, "--no-store");
  command_assert_done (command);
  RUN (command, locale, "runs", "list");
  g_assert_nonnull (strstr (command->out, "No run is kept yet"));
  g_autofree char *store = g_build_filename (command->folder, ".store", "runs.db", NULL);
  g_assert_true (g_file_set_contents (store,
                                      "no database, and not a short one either, no no no "
                                      "no no no no no no no no no no no no no no no no no",
                                      -1, NULL));
  RUN (command, locale, "train", "a.fit.json", SMALL, "--json");
  g_assert_cmpint (command->exit_code, ==, 0);
  g_assert_nonnull (strstr (command->err, "is damaged"));
  g_assert_nonnull (strstr (command->out, "\"event\":\"end\""));
  RUN (command, locale, "runs", "list");
  command_assert_refused (command, "is damaged");
}

/* The text is another spelling of the experiment: the same losses come of it. */
static void
test_share (Command *command, gconstpointer locale)
{
  command_write_text (command, "a.fit.json", "{\"name\":\"Größe\"}");
  RUN (command, locale, "share", "a.fit.json", SMALL, "--set", "train.learning_rate=0.0037");
  command_assert_done (command);
  g_autofree char *text = g_strdup (g_strchomp (command->out));
  g_assert_true (g_str_has_prefix (text, "fitscope:1:"));
  g_assert_cmpuint (strlen (text), <, 1024);
  RUN (command, locale, "train", "a.fit.json", SMALL, "--set", "train.learning_rate=0.0037",
       "--out", "one");
  command_assert_done (command);
  RUN (command, locale, "train", text, "--out", "two");
  command_assert_done (command);
  g_autofree char *one = command_read_text (command, "one/history.csv");
  g_autofree char *two = command_read_text (command, "two/history.csv");
  g_assert_cmpstr (one, ==, two);
  text[strlen (text) - 1] ^= 1;
  RUN (command, locale, "train", text);
  command_assert_refused (command, "copy it again");
}

/* An interrupted run that goes on from its folder stays one run. */
static void
test_resume (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  command_write_text (command, "a.fit.json", "{\"train\":{\"epochs\":5000}}");
  static const char *const arguments[] = { "train", "a.fit.json", "--out", "o", "--json", NULL };
  g_autoptr (GSubprocess) process = command_start (command, "C", arguments);
  char buffer[4096];
  g_input_stream_read (g_subprocess_get_stdout_pipe (process), buffer, sizeof buffer, NULL, NULL);
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  RUN (command, locale, "train", "a.fit.json", "--out", "o", "--resume", "--set", "train.epochs=9");
  g_assert_cmpint (command->exit_code, ==, 0);
  RUN (command, locale, "runs", "list", "--json");
  JsonArray *runs = json_object_get_array_member (parse (command, parser), "runs");
  JsonObject *last = json_array_get_object_element (runs, json_array_get_length (runs) - 1);
  g_assert_cmpstr (json_object_get_string_member (last, "state"), ==, "finished");
  g_assert_cmpint (json_object_get_int_member (last, "epochs"), >=, 1);
}

static void
test_refusals (Command *command, gconstpointer locale)
{
  RUN (command, locale, "runs");
  command_assert_refused (command, "needs a word");
  RUN (command, locale, "runs", "lsit");
  command_assert_refused (command, "lsit");
  RUN (command, locale, "runs", "show");
  command_assert_refused (command, "runs show ID");
  RUN (command, locale, "runs", "compare", "a");
  command_assert_refused (command, "runs compare ID ID");
  RUN (command, locale, "runs", "note", "a");
  command_assert_refused (command, "runs note ID TEXT");
  RUN (command, locale, "runs", "show", "a");
  command_assert_refused (command, "no run “a”");
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add_for_locales ("runs/list-and-show", test_list_and_show);
  command_add ("runs/compare", command_locales[0], test_compare);
  command_add ("runs/notes-and-deletion", command_locales[0], test_notes_and_deletion);
  command_add ("runs/diagnose", command_locales[1], test_diagnose);
  command_add ("runs/no-store", command_locales[1], test_no_store);
  command_add_for_locales ("runs/share", test_share);
  command_add ("runs/resume", command_locales[0], test_resume);
  command_add ("runs/refusals", command_locales[1], test_refusals);
  return g_test_run ();
}
