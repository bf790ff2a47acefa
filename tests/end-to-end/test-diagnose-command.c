/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope diagnose` from outside: what it says of logs and folders, in words and as JSON. */

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "tests/end-to-end/command.h"

/* A valley with its lowest at epoch 30 of 100. */
static void
write_valley (Command *command, const char *name)
{
  g_autoptr (GString) text = g_string_new ("epoch,loss,val_loss\n");
  for (int epoch = 1; epoch <= 100; epoch++)
    {
      char train[G_ASCII_DTOSTR_BUF_SIZE], validation[G_ASCII_DTOSTR_BUF_SIZE];
      g_ascii_dtostr (train, sizeof train, exp (-0.05 * epoch));
      g_ascii_dtostr (validation, sizeof validation, 0.4 + 0.0005 * pow (fabs (epoch - 30.0), 1.5));
      g_string_append_printf (text, "%d,%s,%s\n", epoch, train, validation);
    }
  command_write_text (command, name, text->str);
}

static JsonObject *
run_json (Command *command, JsonParser *parser, gconstpointer locale, const char *file)
{
  g_autoptr (GError) error = NULL;
  RUN (command, locale, "diagnose", file, "--json");
  command_assert_done (command);
  json_parser_load_from_data (parser, command->out, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_overfit_log (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  write_valley (command, "valley.csv");
  JsonObject *verdict = run_json (command, parser, locale, "valley.csv");
  g_assert_cmpstr (json_object_get_string_member (verdict, "verdict"), ==, "overfitting");
  g_assert_true (json_object_get_boolean_member (verdict, "overfitting"));
  g_assert_cmpint (json_object_get_int_member (verdict, "best_epoch"), ==, 30);
  g_assert_cmpint (json_object_get_int_member (verdict, "since_epoch"), ==, 30);
  g_assert_cmpint (json_object_get_int_member (verdict, "stop_epoch"), >, 30);
  g_assert_cmpint (json_object_get_int_member (verdict, "stop_epoch"), <=, 40);
  JsonArray *findings = json_object_get_array_member (verdict, "findings");
  g_assert_cmpuint (json_array_get_length (findings), ==, 1);
  JsonObject *finding = json_array_get_object_element (findings, 0);
  g_assert_cmpstr (json_object_get_string_member (finding, "id"), ==, "overfitting");
  g_assert_cmpfloat (json_object_get_double_member (finding, "confidence"), >, 0.8);
  JsonArray *evidence = json_object_get_array_member (finding, "evidence");
  g_assert_cmpuint (json_array_get_length (evidence), >=, 2);
  JsonObject *sign = json_array_get_object_element (evidence, 0);
  JsonArray *healthy = json_object_get_array_member (sign, "healthy");
  g_assert_cmpfloat (json_object_get_double_member (sign, "value"), >,
                     json_array_get_double_element (healthy, 1));
  g_assert_cmpstr (json_object_get_string_member (sign, "speaks"), ==, "for");
  g_assert_true (
      json_object_has_member (json_object_get_object_member (finding, "remedy"), "advice"));

  RUN (command, locale, "diagnose", "valley.csv");
  command_assert_done (command);
  g_assert_true (g_str_has_prefix (command->out, "Overfitting since epoch 30.\n"));
  g_assert_nonnull (strstr (command->out, "while training fell 97 %"));
  g_assert_nonnull (strstr (command->out, "Loss curves alone cannot tell"));
}

static void
test_nothing_to_find (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  command_write_text (command, "short.json", "{\"loss\":[1,0.5],\"val_loss\":[1,0.6]}");
  JsonObject *verdict = run_json (command, parser, locale, "short.json");
  g_assert_cmpstr (json_object_get_string_member (verdict, "verdict"), ==, "learning");
  g_assert_false (json_object_get_boolean_member (verdict, "overfitting"));
  g_assert_true (json_object_get_null_member (verdict, "since_epoch"));
  g_assert_true (json_object_get_null_member (verdict, "stop_epoch"));
  g_assert_cmpint (json_object_get_int_member (verdict, "best_epoch"), ==, 2);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (verdict, "findings")), ==,
                    0);
}

/* A folder of our own is judged with its baselines: noise holds no signal. */
static void
test_folder (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GString) text = g_string_new ("t,value\n");
  guint32 state = 1;
  for (int row = 0; row < 300; row++)
    {
      state = state * 1664525u + 1013904223u;
      g_string_append_printf (text, "%d,%u\n", row, state >> 16);
    }
  command_write_text (command, "noise.csv", text->str);
  command_write_text (command, "noise.fit.json",
                      "{\"fitscope\":1,\"data\":{\"source\":\"noise.csv\",\"target\":\"value\"},"
                      "\"window\":{\"length\":6},\"train\":{\"epochs\":15},"
                      "\"model\":{\"layers\":[{\"type\":\"lstm\",\"units\":4},"
                      "{\"type\":\"dense\",\"units\":1}]}}");
  RUN (command, locale, "train", "noise.fit.json", "--out", "run");
  command_assert_done (command);
  JsonObject *verdict = run_json (command, parser, locale, "run");
  g_test_message ("%s", command->out);
  g_assert_cmpstr (json_object_get_string_member (verdict, "verdict"), ==, "no-signal");
  g_assert_nonnull (strstr (command->out, "Further inputs"));
}

/* A finding of a run is proved from its folder; what it does not have is refused by name. */
static void
test_prove (Command *command, gconstpointer locale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  command_write_text (command, "slow.fit.json",
                      "{\"fitscope\":1,\"data\":{\"source\":\"builtin:nile\"},"
                      "\"window\":{\"length\":6},\"train\":{\"epochs\":12,"
                      "\"learning_rate\":1e-6,\"stop\":{\"patience\":\"never\"}},"
                      "\"model\":{\"layers\":[{\"type\":\"lstm\",\"units\":4},"
                      "{\"type\":\"dense\",\"units\":1}]}}");
  RUN (command, locale, "train", "slow.fit.json", "--out", "slow");
  command_assert_done (command);
  RUN (command, locale, "prove", "slow", "few-steps", "--seeds", "2", "--json");
  command_assert_done (command);
  json_parser_load_from_data (parser, command->out, -1, &error);
  g_assert_no_error (error);
  JsonObject *proof = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (proof, "finding"), ==, "few-steps");
  g_assert_true (json_object_has_member (proof, "outcome"));
  JsonObject *arms = json_object_get_object_member (proof, "arms");
  for (gsize i = 0; i < 4; i++)
    {
      static const char *const names[] = { "original", "change", "placebo", "random" };
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (arms, names[i])), ==,
                        2);
    }
  RUN (command, locale, "prove", "slow", "overfitting");
  command_assert_refused (command, "no finding “overfitting”");
  RUN (command, locale, "prove", "slow", "nonsense");
  command_assert_refused (command, "nonsense");
  RUN (command, locale, "prove", "slow", "few-steps", "--seeds", "1");
  command_assert_refused (command, "--seeds");
  RUN (command, locale, "prove", "slow");
  command_assert_refused (command, "a run and a finding");
}

static void
test_refusals (Command *command, gconstpointer locale)
{
  RUN (command, locale, "diagnose");
  command_assert_refused (command, "folder or log");
  RUN (command, locale, "diagnose", "nothing.csv");
  command_assert_refused (command, "nothing.csv");
  RUN (command, locale, "diagnose", ".");
  command_assert_refused (command, "history.csv");
  command_write_text (command, "bad.csv", "loss,val_loss\n1,2\n1,x\n");
  RUN (command, locale, "diagnose", "bad.csv", "--json");
  command_assert_refused (command, "line 3");
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add_for_locales ("diagnose/overfit-log", test_overfit_log);
  command_add ("diagnose/nothing-to-find", command_locales[0], test_nothing_to_find);
  command_add ("diagnose/folder", command_locales[0], test_folder);
  command_add ("diagnose/prove", command_locales[1], test_prove);
  command_add ("diagnose/refusals", command_locales[0], test_refusals);
  return g_test_run ();
}
