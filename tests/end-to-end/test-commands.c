/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line from outside: words, options, and every kind of unusable input, each of which is
 * one sentence and exit code 2. argv[1] is the program. */

#include <json-glib/json-glib.h>
#include <string.h>
#include "tests/end-to-end/command.h"

static void
test_words (Command *command, gconstpointer locale)
{
  RUN (command, locale, "--version");
  command_assert_done (command);
  g_assert_true (g_str_has_prefix (command->out, "fitscope "));
  g_assert_nonnull (strstr (command->out, "OpenBLAS 0."));
  RUN (command, locale, "--help");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "train"));
  RUN (command, locale, "train", "--help");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "--set=KEY=VALUE"));

  RUN (command, locale, "trian");
  command_assert_refused (command, "the nearest verb is train");
  RUN (command, locale, "nothing.csv");
  command_assert_refused (command, "nothing.csv");
  RUN (command, locale, "--nonsense");
  command_assert_refused (command, "--nonsense");
  RUN (command, locale, "schema", "--jsn");
  command_assert_refused (command, "--jsn");
  RUN (command, locale, "schema", "train");
  command_assert_refused (command, "no argument");
}

static void
test_schema (Command *command, gconstpointer locale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  RUN (command, locale, "schema");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "train.learning_rate"));
  g_assert_nonnull (strstr (command->out, "default 0.001"));
  RUN (command, locale, "schema", "--json");
  command_assert_done (command);
  g_assert_true (json_parser_load_from_data (parser, command->out, -1, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (command->out, "\"default\": 0.001"));
}

static void
test_range (Command *command, gconstpointer locale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  RUN (command, locale, "range", "builtin:first", "--steps", "60", "--lowest", "1e-5", "--json");
  command_assert_done (command);
  g_assert_true (json_parser_load_from_data (parser, command->out, -1, &error));
  g_assert_no_error (error);
  JsonObject *test = json_node_get_object (json_parser_get_root (parser));
  const double suggestion = json_object_get_double_member (test, "suggestion");
  g_assert_cmpfloat (suggestion, >, 1e-5);
  g_assert_cmpfloat (suggestion, <, 10);
  JsonArray *rates = json_object_get_array_member (test, "rates");
  g_assert_cmpuint (json_array_get_length (rates), >, 10);
  g_assert_cmpuint (json_array_get_length (rates), ==,
                    json_array_get_length (json_object_get_array_member (test, "losses")));
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (rates, 0), 1e-5, 1e-18);
  RUN (command, locale, "range", "builtin:first", "--steps", "60");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "Suggestion: train.learning_rate="));
  RUN (command, locale, "range");
  command_assert_refused (command, "EXPERIMENT");
  RUN (command, locale, "range", "builtin:first", "--steps", "1");
  command_assert_refused (command, "--steps 1");
  RUN (command, locale, "range", "builtin:first", "--lowest", "-1");
  command_assert_refused (command, "--lowest -1");
}

/* A series of n rows: a wave, or one value throughout. */
static void
write_series (Command *command, const char *name, int n, gboolean is_constant)
{
  g_autoptr (GString) text = g_string_new ("t,value\n");
  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%d,%d.%d\n", i, is_constant ? 3 : i % 7,
                            is_constant ? 5 : i % 10);
  command_write_text (command, name, text->str);
}

/* "train" with a file that says nothing but the source. */
static void
run_train_on (Command *command, const char *locale, const char *source, const char *setting)
{
  g_autofree char *json = g_strdup_printf ("{\"data\": {\"source\": \"%s\"}}", source);
  command_write_text (command, "a.fit.json", json);
  if (setting)
    RUN (command, locale, "train", "a.fit.json", "--set", setting);
  else
    RUN (command, locale, "train", "a.fit.json");
}

static void
test_bad_input (Command *command, gconstpointer locale)
{
  const char *series = "builtin:air-passengers";
  RUN (command, locale, "train");
  command_assert_refused (command, "EXPERIMENT");
  RUN (command, locale, "train", "a", "b");
  command_assert_refused (command, "second");
  RUN (command, locale, "train", "missing.fit.json");
  command_assert_refused (command, "missing.fit.json: Not found");
  RUN (command, locale, "train", ".");
  command_assert_refused (command, "Cannot be read");
  RUN (command, locale, "train", "builtin:frist");
  command_assert_refused (command, "the nearest is builtin:first");
  command_write_text (command, "a.fit.json", "{\"train\":\n {\"epochs\": }}");
  RUN (command, locale, "train", "a.fit.json");
  command_assert_refused (command, "a.fit.json, line 2");
  command_write_text (command, "a.fit.json", "{\"train\":\n {\"epcohs\": 3}}");
  RUN (command, locale, "train", "a.fit.json");
  command_assert_refused (command, "train.epochs");

  run_train_on (command, locale, series, "train.lerning_rate=1");
  command_assert_refused (command, "train.learning_rate");
  run_train_on (command, locale, series, "train.learning_rate=-1");
  command_assert_refused (command, "a number from 0");
  run_train_on (command, locale, series, "train.learning_rate=0,1");
  command_assert_refused (command, "0,1");
  run_train_on (command, locale, series, "model.layers.0.units=1000000000");
  command_assert_refused (command, "Too large");
  run_train_on (command, locale, series, "model.layers.0.units=10000000000");
  command_assert_refused (command, "Out of range");
  run_train_on (command, locale, series, "window.length=1000");
  command_assert_refused (command, "window.length");
  run_train_on (command, locale, series, "data.target=passenger_thousand");
  command_assert_refused (command, "passengers_thousands");
  run_train_on (command, locale, "builtin:air-pasengers", NULL);
  command_assert_refused (command, "builtin:air-passengers");
  run_train_on (command, locale, "missing.csv", NULL);
  command_assert_refused (command, "missing.csv");

  command_write_text (command, "words.csv", "name,colour\nAda,red\nBea,blue\nCyd,red\n");
  run_train_on (command, locale, "words.csv", NULL);
  command_assert_refused (command, "number");
  command_write_text (command, "empty.csv", "");
  run_train_on (command, locale, "empty.csv", NULL);
  command_assert_refused (command, "empty.csv");
  write_series (command, "one.csv", 1, FALSE);
  run_train_on (command, locale, "one.csv", NULL);
  command_assert_refused (command, "Too little data");
  write_series (command, "constant.csv", 200, TRUE);
  run_train_on (command, locale, "constant.csv", NULL);
  command_assert_refused (command, "never changes");
  RUN (command, locale, "train", "a.fit.json", "--threads", "0");
  command_assert_refused (command, "--threads");
  RUN (command, locale, "train", "a.fit.json", "--set", "train.epochs");
  command_assert_refused (command, "KEY=VALUE");
}

/* The prepared table: standardised on the training rows, each row named after its part. */
static void
test_prepare (Command *command, gconstpointer locale)
{
  static const char *const ends[] = { ",train", ",validation", ",test" };
  static const guint n_rows[] = { 14, 3, 3 };
  write_series (command, "wave.csv", 20, FALSE);
  command_write_text (command, "a.fit.json",
                      "{\"data\": {\"source\": \"wave.csv\"}, \"window\": {\"length\": 2}}");
  RUN (command, locale, "prepare", "a.fit.json");
  command_assert_done (command);
  g_auto (GStrv) lines = g_strsplit (command->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 20 + 1);
  g_assert_cmpstr (lines[0], ==, "t,value,split");
  guint line = 1;
  double sum = 0, sum_of_squares = 0;
  for (guint part = 0; part < G_N_ELEMENTS (ends); part++)
    for (guint row = 0; row < n_rows[part]; row++, line++)
      {
        g_autofree char *start = g_strdup_printf ("%u,", line - 1);
        g_assert_true (g_str_has_prefix (lines[line], start));
        g_assert_true (g_str_has_suffix (lines[line], ends[part]));
        const double value = g_ascii_strtod (lines[line] + strlen (start), NULL);
        sum += part == 0 ? value : 0;
        sum_of_squares += part == 0 ? value * value : 0;
      }
  g_assert_cmpfloat_with_epsilon (sum, 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (sum_of_squares, 14, 1e-12);

  g_autofree char *table = g_strdup (command->out);
  RUN (command, locale, "prepare", "a.fit.json", "--out", "table.csv");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "standard"));
  g_autofree char *written = command_read_text (command, "table.csv");
  g_assert_cmpstr (table, ==, written);

  RUN (command, locale, "prepare", "a.fit.json", "--set", "prepare.1.method=none");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "\n3,3.3,train\n"));
  RUN (command, locale, "prepare", "--help");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "shuffled one a row is of the part of the window"));
  RUN (command, locale, "prepare");
  command_assert_refused (command, "EXPERIMENT");
  RUN (command, locale, "prepare", "a.fit.json", "--set", "prepare.1.method=robst");
  command_assert_refused (command, "prepare.1.method");
}

/* Texts: what is in them, and which words stand together. */
static void
test_texts (Command *command, gconstpointer locale)
{
  g_autoptr (GString) table = g_string_new ("text,label\n");
  for (int i = 0; i < 60; i++)
    g_string_append_printf (table, "%s %s number %d,%s\n", i % 2 ? "cold" : "warm",
                            i % 2 ? "winter" : "summer", i % 56, i % 2 ? "no" : "yes");
  command_write_text (command, "t.csv", table->str);
  command_write_text (command, "t.fit.json",
                      "{\"data\": {\"source\": \"t.csv\", \"task\": \"text\"}}");
  RUN (command, locale, "profile", "t.csv");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "60 texts of 4 to 4 words"));
  g_assert_nonnull (strstr (command->out, "4 texts equal another one before them"));
  g_assert_nonnull (strstr (command->out, "text.duplicates"));
  RUN (command, locale, "profile", "t.csv", "--json", "--set", "text.duplicates=remove");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "\"duplicates\":{\"texts\":0,\"across_split\":0,"));
  command_write_text (command, "v.fit.json",
                      "{\"data\": {\"source\": \"t.csv\", \"task\": \"text\"}, \"prepare\": "
                      "[{\"step\": \"augment\", \"method\": \"delete\", \"share\": 1, "
                      "\"strength\": 0.5}]}");
  RUN (command, locale, "prepare", "v.fit.json", "--variants", "2");
  command_assert_done (command);
  g_auto (GStrv) variants = g_strsplit (command->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (variants), ==, 5);
  g_assert_true (g_str_has_prefix (variants[1], "  "));
  g_assert_cmpuint (strlen (variants[1] + 2), <, strlen (variants[0]));
  /* The same where padding stands before the words and counts as some. */
  g_autofree char *unpadded = g_strdup (command->out);
  command_write_text (command, "p.fit.json",
                      "{\"data\": {\"source\": \"t.csv\", \"task\": \"text\"}, \"window\": "
                      "{\"padding\": \"pre\", \"mask\": false}, \"prepare\": "
                      "[{\"step\": \"augment\", \"method\": \"delete\", \"share\": 1, "
                      "\"strength\": 0.5}]}");
  RUN (command, locale, "prepare", "p.fit.json", "--variants", "2");
  command_assert_done (command);
  g_assert_cmpstr (command->out, ==, unpadded);
  RUN (command, locale, "prepare", "t.fit.json", "--variants", "2");
  command_assert_refused (command, "augment");
  RUN (command, locale, "words", "t.fit.json", "winter", "--json", "-n", "3");
  command_assert_done (command);
  g_assert_true (g_str_has_prefix (command->out, "[{\"word\":\""));
  g_auto (GStrv) lines = g_strsplit (command->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  RUN (command, locale, "words", "t.fit.json", "nowhere");
  command_assert_refused (command, "nowhere");
  RUN (command, locale, "words", "t.fit.json");
  command_assert_refused (command, "WORD");
}

/* The usual network on one column, with the numbers that Keras's summary has for it. */
static void
test_summary (Command *command, gconstpointer locale)
{
  write_series (command, "wave.csv", 60, FALSE);
  command_write_text (command, "a.fit.json",
                      "{\"data\": {\"source\": \"wave.csv\"}, \"window\": {\"length\": 5}}");
  RUN (command, locale, "summary", "a.fit.json");
  command_assert_done (command);
  g_auto (GStrv) lines = g_strsplit (command->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 3 + 4 + 1 + 1);
  g_assert_true (g_str_has_prefix (lines[1], "LSTM 50 "));
  g_assert_nonnull (strstr (lines[1], " 10400 "));
  g_assert_nonnull (strstr (lines[3], " 51 "));
  g_assert_true (g_str_has_prefix (lines[5], "Optimiser "));
  g_assert_true (g_str_has_suffix (lines[5], " 84.0 kB")); /* Adam's two moments */
  g_assert_true (g_str_has_prefix (lines[8], "Together "));
  g_assert_nonnull (strstr (lines[8], " 10451 "));

  RUN (command, locale, "summary", "a.fit.json", "--json", "--set",
       "model.layers.0.direction=both");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out,
                            "\"name\": \"Bidirectional LSTM 50\", \"output\": [1, 100], "
                            "\"parameters\": 20800, "));
  RUN (command, locale, "summary", "a.fit.json", "--json", "--set", "train.optimiser=sgd");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "\"moments\": 41984, "));

  /* Words: an embedding of 2 and 4 words, as many as padding, the unknown and each text's own. */
  command_write_text (command, "b.csv",
                      "text,label\nso good,yes\nso bad,no\nso good,yes\nso bad,no\n");
  command_write_text (
      command, "b.fit.json",
      "{\"data\": {\"source\": \"b.csv\", \"task\": \"text\"}, \"split\": "
      "{\"train\": 0.5, \"validation\": 0.5}, \"model\": {\"layers\": "
      "[{\"type\": \"embedding\", \"units\": 4}, {\"type\": \"lstm\", \"units\": 2},"
      " {\"type\": \"dense\"}]}}");
  RUN (command, locale, "summary", "b.fit.json", "--json");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "\"Embedding 4\", \"output\": [2, 4], "
                                          "\"parameters\": 20, "));
  command_write_text (command, "v.txt", "so 1 2 3 4\nother 5 6 7 8\nbad 0 1 0 1\n");
  RUN (command, locale, "summary", "b.fit.json", "--set", "text.vectors=v.txt", "--set",
       "model.layers.0.start=file");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "\n2 of 3 words have a vector to begin with\n"));
  RUN (command, locale, "summary", "b.fit.json", "--set", "text.vectors=v.txt", "--set",
       "model.layers.0.start=file", "--set", "model.layers.0.units=5");
  command_assert_refused (command, "model.layers.0.units");
  RUN (command, locale, "summary", "b.fit.json", "--set", "model.layers.0.start=file");
  command_assert_refused (command, "text.vectors");
  RUN (command, locale, "summary");
  command_assert_refused (command, "EXPERIMENT");
  RUN (command, locale, "summary", "a.fit.json", "--set", "model.layers.0.units=100000000");
  command_assert_refused (command, "model.layers.0.units");
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add_for_locales ("words", test_words);
  command_add_for_locales ("schema", test_schema);
  command_add_for_locales ("range", test_range);
  command_add_for_locales ("bad-input", test_bad_input);
  command_add_for_locales ("prepare", test_prepare);
  command_add_for_locales ("texts", test_texts);
  command_add_for_locales ("summary", test_summary);
  return g_test_run ();
}
