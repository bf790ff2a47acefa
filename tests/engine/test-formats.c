/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every format that the program reads, against what NumPy, pandas and SciPy read of the same files
 * (tests/golden/make_formats.py): the same columns with the same values, or one sentence. */

#include <glib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "engine/series/read.h"

static char *
path_of (const char *file)
{
  return g_test_build_filename (G_TEST_DIST, "engine", "formats", file, NULL);
}

static void
check_value (const char *file, const FsColumn *column, gsize row, JsonNode *expected)
{
  const char *text = column->texts ? column->texts[row] : NULL;
  if (column->codes)
    text = column->codes[row] >= 0 ? column->categories[column->codes[row]] : NULL;
  if (column->numbers)
    {
      const double value = column->numbers[row];
      double right = NAN;
      if (!JSON_NODE_HOLDS_NULL (expected))
        right = json_node_get_value_type (expected) == G_TYPE_BOOLEAN
                    ? (double) json_node_get_boolean (expected)
                    : json_node_get_double (expected);
      if (isnan (right) ? !isnan (value) : value != right)
        g_error ("%s, column %s, row %zu: %.17g instead of %.17g", file, column->name, row, value,
                 right);
    }
  else
    g_assert_cmpstr (text, ==,
                     JSON_NODE_HOLDS_NULL (expected) ? NULL : json_node_get_string (expected));
}

static void
check_frame (const char *file, const FsFrame *frame, JsonArray *columns)
{
  g_assert_cmpuint (frame->n_columns, ==, json_array_get_length (columns));
  for (guint c = 0; c < frame->n_columns; c++)
    {
      JsonObject *expected = json_array_get_object_element (columns, c);
      JsonArray *values = json_object_get_array_member (expected, "values");
      g_assert_cmpstr (frame->columns[c].name, ==,
                       json_object_get_string_member (expected, "name"));
      g_assert_cmpuint (frame->n_rows, ==, json_array_get_length (values));
      for (gsize row = 0; row < frame->n_rows; row++)
        check_value (file, &frame->columns[c], row, json_array_get_element (values, (guint) row));
    }
}

static void
test_files (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *expected = path_of ("expected.json");
  g_autoptr (GError) error = NULL;
  JsonObjectIter iter;
  JsonNode *node;
  const char *file;
  guint n_files = 0;
  json_parser_load_from_file (parser, expected, &error);
  g_assert_no_error (error);
  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));
  for (; json_object_iter_next (&iter, &file, &node); n_files++)
    {
      JsonObject *entry = json_node_get_object (node);
      g_autofree char *path = path_of (file);
      FsFrame *frame;
      FsProblem problem = { 0 };
      char sentence[1024] = "";
      const FsStatus status = fs_frame_read_file (&frame, path, NULL, &problem);
      if (status != FS_OK)
        fs_problem_sentence (&problem, sentence, sizeof sentence);
      g_test_message ("%s: %s", file, status == FS_OK ? "read" : sentence);
      if (json_object_has_member (entry, "error"))
        {
          const char *word = json_object_get_string_member (entry, "error");
          g_assert_null (frame);
          if (!strstr (sentence, word))
            g_error ("%s: “%s” does not say “%s”", file, sentence, word);
          continue;
        }
      if (status != FS_OK)
        g_error ("%s: %s", file, sentence);
      check_frame (file, frame, json_object_get_array_member (entry, "columns"));
      fs_frame_free (frame);
    }
  g_assert_cmpuint (n_files, >=, 60);
}

/* One array of an archive, by its name. */
static void
test_chosen_array (void)
{
  g_autofree char *path = path_of ("deflated.npz");
  FsImport import = fs_import_default ();
  const FsReadOptions options = { .import = &import };
  FsFrame *frame;
  FsProblem problem;
  g_strlcpy (import.table, "other", sizeof import.table);
  g_assert_cmpint (fs_frame_read_file (&frame, path, &options, NULL), ==, FS_OK);
  g_assert_cmpuint (frame->n_rows, ==, 3);
  fs_frame_free (frame);
  g_strlcpy (import.table, "another", sizeof import.table);
  g_assert_cmpint (fs_frame_read_file (&frame, path, &options, &problem), ==, FS_NOT_FOUND);
  g_assert_cmpstr (problem.value, ==, "another");
}

/* Every beginning of every file ends in a frame or in a sentence. */
static void
test_cut_anywhere (void)
{
  static const char *const files[] = { "cube.npy",  "stored.npz",  "lines.jsonl", "array.json",
                                       "iris.arff", "sparse.arff", "classes.ts",  "times.ts",
                                       "wide.tsf",  "list.tsf",    "words.npy",   "nested.jsonl" };
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = path_of (files[i]);
      g_autofree char *bytes = NULL;
      gsize n;
      g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
      for (gsize cut = 0; cut < n; cut++)
        {
          g_autofree char *exact = g_memdup2 (bytes, cut ? cut : 1);
          FsFrame *frame;
          FsProblem problem;
          if (fs_frame_read (&frame, files[i], exact, cut, NULL, &problem) == FS_OK)
            fs_frame_free (frame);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/files", test_files);
  g_test_add_func ("/formats/chosen-array", test_chosen_array);
  g_test_add_func ("/formats/cut-anywhere", test_cut_anywhere);
  return g_test_run ();
}
