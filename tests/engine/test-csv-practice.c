/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Eighty files as people really have them, each with what is right for it (csv_practice/expected.json):
 * "ok" = read so and say nothing, "warn" = read so and say it, "error" = refuse in one sentence,
 * "policy" = several answers are right, but the choice must be on record. */

#include <glib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/series/read.h"

/* The reader has nothing to say about these; a later room has, and is tested there: too few rows for
 * a window is the dataset's sentence. */
static const char *const told_elsewhere[] = { "ts_len5.csv" };

static char *
practice_path (const char *file)
{
  return g_test_build_filename (G_TEST_DIST, "engine", "csv_practice", file, NULL);
}

static void
check_value (const char *file, const FsColumn *column, gsize row, JsonNode *expected)
{
  double value = column->numbers ? column->numbers[row] : NAN;
  if (JSON_NODE_HOLDS_NULL (expected) ? !isnan (value) : value != json_node_get_double (expected))
    g_error ("%s, column %s, row %zu: read as %.17g", file, column->name, row, value);
}

static void
check_table (const char *file, const FsFrame *frame, JsonObject *entry)
{
  if (json_object_has_member (entry, "n_rows"))
    g_assert_cmpint ((gint64) frame->n_rows, ==, json_object_get_int_member (entry, "n_rows"));
  if (json_object_has_member (entry, "columns"))
    {
      JsonArray *names = json_object_get_array_member (entry, "columns");
      g_assert_cmpuint (frame->n_columns, ==, json_array_get_length (names));
      for (guint i = 0; i < json_array_get_length (names); i++)
        g_assert_cmpstr (frame->columns[i].name, ==, json_array_get_string_element (names, i));
    }
  if (json_object_has_member (entry, "values"))
    {
      JsonObject *values = json_object_get_object_member (entry, "values");
      JsonObjectIter iter;
      const char *name;
      JsonNode *node;
      json_object_iter_init (&iter, values);
      while (json_object_iter_next (&iter, &name, &node))
        {
          const FsColumn *column = fs_frame_column (frame, name);
          JsonArray *array = json_node_get_array (node);
          g_assert_nonnull (column);
          g_assert_cmpuint (json_array_get_length (array), ==, frame->n_rows);
          for (guint row = 0; row < json_array_get_length (array); row++)
            check_value (file, column, row, json_array_get_element (array, row));
        }
    }
  if (json_object_has_member (entry, "dates"))
    {
      JsonArray *dates = json_object_get_array_member (entry, "dates");
      for (guint row = 0; row < json_array_get_length (dates); row++)
        {
          g_autofree char *text =
              g_strconcat (json_array_get_string_element (dates, row), "T00:00:00Z", NULL);
          g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, NULL);
          g_assert_cmpint (frame->columns[0].type, ==, FS_COLUMN_DATE);
          g_assert_cmpfloat (frame->columns[0].numbers[row], ==, g_date_time_to_unix (date));
        }
    }
  if (json_object_has_member (entry, "bad_dates"))
    g_assert_cmpint ((gint64) frame->columns[0].n_missing, ==,
                     json_object_get_int_member (entry, "bad_dates"));
  if (json_object_has_member (entry, "missing_expected"))
    g_assert_cmpuint (
        frame->columns[1].n_missing, ==,
        json_array_get_length (json_object_get_array_member (entry, "missing_expected")));
  if (json_object_has_member (entry, "records"))
    {
      JsonArray *records = json_object_get_array_member (entry, "records");
      for (guint row = 0; row < json_array_get_length (records); row++)
        g_assert_cmpstr (
            frame->columns[1].texts[row], ==,
            json_array_get_string_element (json_array_get_array_element (records, row), 1));
    }
}

static gboolean
is_decided (const FsFrame *frame, const char *what, const char *choice)
{
  for (gsize i = 0; i < frame->n_decisions; i++)
    if (strcmp (frame->decisions[i].what, what) == 0)
      return strcmp (frame->decisions[i].choice, choice) == 0;
  return FALSE;
}

static void
check_dialect (const FsFrame *frame, JsonObject *entry)
{
  static const char *const names[][2] = { { ",", "comma" },
                                          { ";", "semicolon" },
                                          { "\t", "tab" },
                                          { "\x1F", "unit separator" },
                                          { "whitespace", "blanks" } };
  if (json_object_has_member (entry, "delimiter"))
    {
      const char *delimiter = json_object_get_string_member (entry, "delimiter");
      gboolean is_right = FALSE;
      for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (names[i][0], delimiter) == 0)
          is_right = is_decided (frame, "delimiter", names[i][1]);
      g_assert_true (is_right);
    }
  if (json_object_has_member (entry, "header"))
    g_assert_true (is_decided (frame, "header",
                               json_object_get_boolean_member (entry, "header") ? "yes" : "no"));
}

static void
check_file (const char *file, JsonObject *entry)
{
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  const char *expect = json_object_get_string_member (entry, "expect");
  g_autofree char *original = practice_path (file);
  g_autofree char *copy = NULL;
  const char *path = original;
  if (json_object_has_member (entry, "name"))
    {
      g_autofree char *contents = NULL;
      g_autofree char *dir = g_dir_make_tmp ("csv-practice-XXXXXX", NULL);
      gsize length;
      copy = g_build_filename (dir, json_object_get_string_member (entry, "name"), NULL);
      g_assert_true (g_file_get_contents (original, &contents, &length, NULL));
      g_assert_true (g_file_set_contents (copy, contents, (gssize) length, NULL));
      path = copy;
    }
  FsStatus status = fs_frame_read_file (&frame, path, NULL, &problem);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  g_test_message ("%s (%s): %s", file, expect, status ? sentence : "read");
  if (copy)
    {
      g_autofree char *dir = g_path_get_dirname (copy);
      g_unlink (copy);
      g_rmdir (dir);
    }
  if (status != FS_OK)
    {
      g_assert_null (frame);
      g_assert_true (g_str_equal (expect, "error") || g_str_equal (expect, "policy"));
      g_assert_cmpint (problem.status, ==, status);
      g_assert_true (g_utf8_validate (sentence, -1, NULL));
      g_assert_null (strchr (sentence, '\n'));
      return;
    }
  for (gsize i = 0; i < frame->n_warnings; i++)
    g_test_message ("  line %zu: %s", frame->warnings[i].line, frame->warnings[i].text);
  g_assert_cmpstr (expect, !=, "error");
  check_table (file, frame, entry);
  check_dialect (frame, entry);
  gboolean is_told_elsewhere = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (told_elsewhere); i++)
    is_told_elsewhere |= g_str_equal (told_elsewhere[i], file);
  if (g_str_equal (expect, "warn") && !is_told_elsewhere)
    g_assert_cmpuint (frame->n_warnings, >, 0);
  if (g_str_equal (expect, "ok"))
    g_assert_cmpuint (frame->n_warnings, ==, 0);
  fs_frame_free (frame);
}

static void
test_practice (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = practice_path ("expected.json");
  g_autoptr (GError) error = NULL;
  int n = 0;
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  JsonObject *files =
      json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "files");
  JsonObjectIter iter;
  const char *file;
  JsonNode *node;
  json_object_iter_init (&iter, files);
  while (json_object_iter_next (&iter, &file, &node))
    {
      check_file (file, json_node_get_object (node));
      n++;
    }
  g_assert_cmpint (n, ==, 80);
}

static FsFrame *
read_practice (const char *file)
{
  FsFrame *frame = NULL;
  g_autofree char *path = practice_path (file);
  g_assert_cmpint (fs_frame_read_file (&frame, path, NULL, NULL), ==, FS_OK);
  return frame;
}

static void
assert_warned (const FsFrame *frame, gsize line, const char *part)
{
  for (gsize i = 0; i < frame->n_warnings; i++)
    if (frame->warnings[i].line == line && strstr (frame->warnings[i].text, part))
      return;
  g_error ("nothing about \u201c%s\u201d in line %zu", part, line);
}

/* What the policy files show, and where. */
static void
test_choices_are_told (void)
{
  FsFrame *frame = read_practice ("ambiguous_123456.csv");
  assert_warned (frame, 2, "could also be a decimal comma");
  fs_frame_free (frame);
  frame = read_practice ("mixed_late.csv");
  assert_warned (frame, 5002, "oops");
  fs_frame_free (frame);
  frame = read_practice ("unterminated_quote_big.csv");
  assert_warned (frame, 2, "never closed");
  g_assert_cmpuint (frame->n_rows, ==, 20001);
  fs_frame_free (frame);
  frame = read_practice ("ragged_long.csv");
  assert_warned (frame, 3, "3 cells instead of 2");
  fs_frame_free (frame);
  frame = read_practice ("na_spellings.csv");
  assert_warned (frame, 42, "-999");
  fs_frame_free (frame);
  frame = read_practice ("dates_mixed.csv");
  assert_warned (frame, 0, "several forms");
  fs_frame_free (frame);
  frame = read_practice ("transposed.csv");
  assert_warned (frame, 0, "one series a row");
  fs_frame_free (frame);
  frame = read_practice ("leading_zero_ids.csv");
  g_assert_true (is_decided (frame, "leading zeros", "zip"));
  fs_frame_free (frame);
  frame = read_practice ("dates_epoch_ms.csv");
  g_assert_true (is_decided (frame, "dates of column 1", "milliseconds since 1970"));
  fs_frame_free (frame);
  frame = read_practice ("ctrl_z_eof.csv");
  g_assert_true (is_decided (frame, "end of file", "Ctrl-Z"));
  fs_frame_free (frame);
  frame = read_practice ("single_quotes.csv");
  g_assert_true (is_decided (frame, "quotes", "apostrophes"));
  fs_frame_free (frame);
}

static void
assert_unreadable (const char *path, FsStatus expected, const char *part)
{
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  g_assert_cmpint (fs_frame_read_file (&frame, path, NULL, &problem), ==, expected);
  g_assert_null (frame);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  g_assert_nonnull (strstr (sentence, part));
}

/* What cannot lie in a folder of files. */
static void
test_odd_files (void)
{
  g_autofree char *dir = g_dir_make_tmp ("csv-odd-XXXXXX", NULL);
  g_autofree char *pipe = g_build_filename (dir, "pipe.csv", NULL);
  g_autofree char *link = g_build_filename (dir, "link.csv", NULL);
  g_autofree char *loop = g_build_filename (dir, "loop.csv", NULL);
  g_autofree char *shut = g_build_filename (dir, "shut.csv", NULL);
  g_autofree char *empty = g_build_filename (dir, "empty.csv", NULL);
  g_autofree char *longest = g_strnfill (4000, 'x');
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (symlink ("/nowhere/at all", link), ==, 0);
  g_assert_cmpint (symlink (loop, loop), ==, 0);
  g_assert_true (g_file_set_contents (shut, "a,b\n1,2\n", -1, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  assert_unreadable (dir, FS_UNREADABLE, "directory");
  assert_unreadable (pipe, FS_UNREADABLE, "pipe");
  assert_unreadable ("/dev/zero", FS_UNREADABLE, "device");
  assert_unreadable (link, FS_NOT_FOUND, "no such file");
  assert_unreadable (loop, FS_UNREADABLE, "circle");
  assert_unreadable (longest, FS_NOT_FOUND, "too long");
  assert_unreadable (empty, FS_MALFORMED, "empty");
  g_assert_cmpint (chmod (shut, 0), ==, 0);
  if (access (shut, R_OK) != 0)
    assert_unreadable (shut, FS_UNREADABLE, "may not read");
  g_unlink (pipe);
  g_unlink (link);
  g_unlink (loop);
  g_unlink (shut);
  g_unlink (empty);
  g_rmdir (dir);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-practice/all", test_practice);
  g_test_add_func ("/csv-practice/choices-are-told", test_choices_are_told);
  g_test_add_func ("/csv-practice/odd-files", test_odd_files);
  return g_test_run ();
}
