/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope profile` from outside: every practice file through the program, in each locale, with the
 * values that are right for it; what cannot be read is one sentence and exit code 2. */

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "tests/end-to-end/command.h"

static JsonObject *
load_object (JsonParser *parser, const char *path)
{
  g_autoptr (GError) error = NULL;
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static JsonObject *
read_output (JsonParser *parser, const Command *command)
{
  g_autoptr (GError) error = NULL;
  json_parser_load_from_data (parser, command->out, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static JsonObject *
find_column (JsonObject *profile, const char *name)
{
  JsonArray *columns = json_object_get_array_member (profile, "columns");
  for (guint i = 0; i < json_array_get_length (columns); i++)
    {
      JsonObject *column = json_array_get_object_element (columns, i);
      if (g_str_equal (json_object_get_string_member (column, "name"), name))
        return column;
    }
  g_error ("there is no column %s", name);
}

/* Numbers equal, what is missing null. */
static void
check_values (JsonObject *profile, const char *file, JsonObject *expected)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  json_object_iter_init (&iter, expected);
  while (json_object_iter_next (&iter, &name, &node))
    {
      JsonArray *right = json_node_get_array (node);
      JsonArray *values = json_object_get_array_member (find_column (profile, name), "values");
      g_assert_cmpuint (json_array_get_length (values), ==, json_array_get_length (right));
      for (guint row = 0; row < json_array_get_length (right); row++)
        {
          JsonNode *value = json_array_get_element (values, row);
          JsonNode *wanted = json_array_get_element (right, row);
          if (JSON_NODE_HOLDS_NULL (wanted) != JSON_NODE_HOLDS_NULL (value)
              || (!JSON_NODE_HOLDS_NULL (wanted)
                  && json_node_get_double (wanted) != json_node_get_double (value)))
            g_error ("%s, column %s, row %u is not as expected", file, name, row);
        }
    }
}

static void
check_profile (const Command *command, const char *file, JsonObject *entry, const char *expect)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *profile = read_output (parser, command);
  JsonArray *columns = json_object_get_array_member (profile, "columns");
  JsonObject *decisions = json_object_get_object_member (profile, "decisions");
  JsonArray *warnings = json_object_get_array_member (profile, "warnings");
  if (json_object_has_member (entry, "n_rows"))
    g_assert_cmpint (json_object_get_int_member (profile, "rows"), ==,
                     json_object_get_int_member (entry, "n_rows"));
  if (json_object_has_member (entry, "columns"))
    {
      JsonArray *names = json_object_get_array_member (entry, "columns");
      g_assert_cmpuint (json_array_get_length (columns), ==, json_array_get_length (names));
      for (guint i = 0; i < json_array_get_length (names); i++)
        g_assert_cmpstr (
            json_object_get_string_member (json_array_get_object_element (columns, i), "name"), ==,
            json_array_get_string_element (names, i));
    }
  if (json_object_has_member (entry, "values"))
    check_values (profile, file, json_object_get_object_member (entry, "values"));
  if (json_object_has_member (entry, "delimiter")
      && strlen (json_object_get_string_member (entry, "delimiter")) == 1)
    g_assert_cmpstr (json_object_get_string_member (decisions, "delimiter"), ==,
                     json_object_get_string_member (entry, "delimiter"));
  if (json_object_has_member (entry, "header"))
    g_assert_cmpint (json_object_get_boolean_member (decisions, "header"), ==,
                     json_object_get_boolean_member (entry, "header"));
  g_assert_true (json_object_has_member (decisions, "encoding"));
  g_assert_true (json_object_has_member (decisions, "decimal"));
  if (g_str_equal (expect, "ok"))
    g_assert_cmpuint (json_array_get_length (warnings), ==, 0);
  /* That five rows are fewer than a window is said once there is a window. */
  if (g_str_equal (expect, "warn") && !g_str_equal (file, "ts_len5.csv"))
    g_assert_cmpuint (json_array_get_length (warnings), >, 0);
}

static void
profile_file (Command *command, const char *locale, const char *file, JsonObject *entry)
{
  const char *expect = json_object_get_string_member (entry, "expect");
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "engine", "csv_practice", file, NULL);
  if (json_object_has_member (entry, "name"))
    {
      g_autofree char *contents = NULL;
      g_autofree char *copy =
          g_build_filename (command->folder, json_object_get_string_member (entry, "name"), NULL);
      gsize length;
      g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
      g_assert_true (g_file_set_contents (copy, contents, (gssize) length, NULL));
      g_free (g_steal_pointer (&path));
      path = g_steal_pointer (&copy);
    }
  RUN (command, locale, "profile", "--json", "--values", path);
  if (command->exit_code != 0)
    {
      g_assert_true (g_str_equal (expect, "error") || g_str_equal (expect, "policy"));
      command_assert_refused (command, "");
      return;
    }
  command_assert_done (command);
  g_assert_cmpstr (expect, !=, "error");
  check_profile (command, file, entry, expect);
}

static void
test_practice (Command *command, gconstpointer locale)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "engine", "csv_practice", "expected.json", NULL);
  JsonObject *files = json_object_get_object_member (load_object (parser, path), "files");
  JsonObjectIter iter;
  const char *file;
  JsonNode *node;
  guint n = 0;
  json_object_iter_init (&iter, files);
  while (json_object_iter_next (&iter, &file, &node))
    {
      profile_file (command, locale, file, json_node_get_object (node));
      n++;
    }
  g_assert_cmpuint (n, ==, 80);
}

static void
test_forms (Command *command, gconstpointer locale)
{
  command_write_text (command, "a.csv",
                      "date;v;w;shop\n2020-01-01;1,5;2;a\n2020-01-02;;2;b\n2020-01-03;3,5;2;a\n");
  RUN (command, locale, "profile", "a.csv");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "3 rows, 4 columns"));
  g_assert_nonnull (strstr (command->out, "v: number, mean 2.5"));
  g_assert_nonnull (strstr (command->out, "date: date, 2020-01-01 to 2020-01-03"));
  g_assert_nonnull (strstr (command->out, "1 of 3 values is missing"));
  g_assert_nonnull (strstr (command->out, "It never changes"));

  g_autoptr (JsonParser) parser = json_parser_new ();
  RUN (command, locale, "profile", "a.csv", "--json");
  command_assert_done (command);
  JsonObject *profile = read_output (parser, command);
  JsonObject *decisions = json_object_get_object_member (profile, "decisions");
  g_assert_cmpstr (json_object_get_string_member (decisions, "delimiter"), ==, ";");
  g_assert_cmpstr (json_object_get_string_member (decisions, "decimal"), ==, ",");
  JsonObject *v = find_column (profile, "v");
  g_assert_false (json_object_has_member (v, "values"));
  g_assert_cmpint (json_object_get_int_member (v, "missing"), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (v, "max"), ==, 3.5);
  JsonObject *finding =
      json_array_get_object_element (json_object_get_array_member (v, "findings"), 0);
  g_assert_cmpstr (json_object_get_string_member (finding, "step"), ==, "impute");

  RUN (command, locale, "profile", "builtin:air-passengers");
  command_assert_done (command);
  g_assert_nonnull (strstr (command->out, "repeats every 12 rows"));
}

static void
test_refusals (Command *command, gconstpointer locale)
{
  RUN (command, locale, "profile");
  command_assert_refused (command, "one FILE");
  RUN (command, locale, "profile", "nothing.csv");
  command_assert_refused (command, "nothing.csv");
  RUN (command, locale, "profile", ".");
  command_assert_refused (command, "folder");
  RUN (command, locale, "profile", "a.csv", "--values");
  command_assert_refused (command, "--json");
  g_autofree char *cut =
      g_test_build_filename (G_TEST_DIST, "engine", "csv_practice", "truncated.csv.gz", NULL);
  RUN (command, locale, "profile", cut);
  command_assert_refused (command, "cut short");
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add_for_locales ("profile-practice", test_practice);
  command_add_for_locales ("profile-forms", test_forms);
  command_add_for_locales ("profile-refusals", test_refusals);
  return g_test_run ();
}
