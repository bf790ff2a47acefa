/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person decides about a file overrules the evidence, and every encoding gives the table that
 * UTF-8 gives. The files are Python's; see tests/golden/make_encodings.py. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/series/read.h"

static FsFrame *
read_with (const char *text, const FsImport *import)
{
  const FsReadOptions options = { .import = import };
  FsFrame *frame;
  FsProblem problem;
  char sentence[1024];
  if (fs_frame_read (&frame, "a.csv", text, strlen (text), &options, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  return frame;
}

static const FsDecision *
decision_of (const FsFrame *frame, const char *what)
{
  for (gsize i = 0; i < frame->n_decisions; i++)
    if (strcmp (frame->decisions[i].what, what) == 0)
      return &frame->decisions[i];
  g_error ("nothing was decided about %s", what);
}

static void
test_encodings (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "engine", "encodings", NULL);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *file;
  guint n_files = 0;
  g_assert_nonnull (directory);
  for (; (file = g_dir_read_name (directory)); n_files++)
    {
      g_autofree char *stem = g_strndup (file, strcspn (file, "."));
      g_autofree char *right = g_strconcat (stem, ".utf-8.csv", NULL);
      g_autofree char *right_path = g_build_filename (folder, right, NULL);
      g_autofree char *path = g_build_filename (folder, file, NULL);
      FsFrame *expected, *frame;
      g_assert_cmpint (fs_frame_read_file (&expected, right_path, NULL, NULL), ==, FS_OK);
      g_assert_cmpint (fs_frame_read_file (&frame, path, NULL, NULL), ==, FS_OK);
      g_test_message ("%s: %s, %s", file, decision_of (frame, "encoding")->choice,
                      decision_of (frame, "encoding")->reason);
      for (gsize i = 0; i < frame->n_columns; i++)
        g_assert_cmpstr (frame->columns[i].name, ==, expected->columns[i].name);
      g_assert_cmpuint (frame->hash, ==, expected->hash);
      fs_frame_free (frame);
      fs_frame_free (expected);
    }
  g_assert_cmpuint (n_files, >=, 30);
}

/* The same bytes with the encoding said, also where the evidence would say another. */
static void
test_chosen_encoding (void)
{
  static const struct
  {
    const char *bytes;
    FsImportEncoding encoding;
    const char *name;
  } cases[] = {
    { "a\xE9\n1\n2\n", FS_IMPORT_ENCODING_LATIN_1, "a\u00E9" },
    { "a\x80\n1\n2\n", FS_IMPORT_ENCODING_WINDOWS_1252, "a\u20AC" },
    { "a\x80\n1\n2\n", FS_IMPORT_ENCODING_LATIN_1, "a\xC2\x80" },
    { "\x83\x65\n1\n2\n", FS_IMPORT_ENCODING_SHIFT_JIS, "\u30C6" },
    { "a\xC3\xA9\n1\n2\n", FS_IMPORT_ENCODING_WINDOWS_1252, "a\u00C3\u00A9" },
    { "a\xFFz\n1\n2\n", FS_IMPORT_ENCODING_UTF_8, "a\uFFFDz" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsImport import = fs_import_default ();
      import.encoding = cases[i].encoding;
      FsFrame *frame = read_with (cases[i].bytes, &import);
      g_assert_cmpstr (frame->columns[0].name, ==, cases[i].name);
      g_assert_cmpstr (decision_of (frame, "encoding")->reason, ==, "chosen");
      fs_frame_free (frame);
    }
}

static void
test_dialect (void)
{
  FsImport import = fs_import_default ();
  FsFrame *frame = read_with ("a;b\n1,5;2\n3,5;4\n", &import);
  g_assert_cmpuint (frame->n_columns, ==, 2);
  g_assert_cmpfloat (frame->columns[0].numbers[0], ==, 1.5);
  fs_frame_free (frame);

  import.delimiter = FS_IMPORT_DELIMITER_COMMA;
  frame = read_with ("a;b\n1,5;2\n3,5;4\n", &import);
  g_assert_cmpuint (frame->n_columns, ==, 2);
  g_assert_cmpfloat (frame->columns[0].numbers[1], ==, 3);
  g_assert_cmpstr (decision_of (frame, "delimiter")->reason, ==, "chosen");
  fs_frame_free (frame);

  import = fs_import_default ();
  import.delimiter = FS_IMPORT_DELIMITER_NONE;
  frame = read_with ("one, two\nthree, four\nfive, six\n", &import);
  g_assert_cmpuint (frame->n_columns, ==, 1);
  fs_frame_free (frame);

  import = fs_import_default ();
  frame = read_with ("a,b\n\"1,234\",1\n\"5,678\",2\n", &import);
  g_assert_cmpfloat (frame->columns[0].numbers[0], ==, 1234);
  fs_frame_free (frame);
  import.decimal = FS_IMPORT_DECIMAL_COMMA;
  frame = read_with ("a,b\n\"1,234\",1\n\"5,678\",2\n", &import);
  g_assert_cmpfloat (frame->columns[0].numbers[0], ==, 1.234);
  g_assert_cmpfloat (frame->columns[1].numbers[1], ==, 2);
  fs_frame_free (frame);

  import = fs_import_default ();
  frame = read_with ("a;b\n1,5;1\n2,5;2\n", &import);
  fs_frame_free (frame);
  import.decimal = FS_IMPORT_DECIMAL_POINT;
  frame = read_with ("a;b\n1.500;1\n2.500;2\n", &import);
  g_assert_cmpfloat (frame->columns[0].numbers[0], ==, 1.5);
  fs_frame_free (frame);
}

static void
test_rows (void)
{
  FsImport import = fs_import_default ();
  FsFrame *frame = read_with ("2001,2002\n1,2\n3,4\n", &import);
  g_assert_cmpuint (frame->n_rows, ==, 3);
  fs_frame_free (frame);
  import.header = FS_IMPORT_HEADER_YES;
  frame = read_with ("2001,2002\n1,2\n3,4\n", &import);
  g_assert_cmpuint (frame->n_rows, ==, 2);
  g_assert_cmpstr (frame->columns[1].name, ==, "2002");
  fs_frame_free (frame);
  import.header = FS_IMPORT_HEADER_NO;
  frame = read_with ("a,b\nc,d\nc,d\na,b\n", &import);
  g_assert_cmpuint (frame->n_rows, ==, 4);
  g_assert_cmpstr (frame->columns[1].name, ==, "column 2");
  fs_frame_free (frame);

  import = fs_import_default ();
  import.skip_rows = 2;
  frame = read_with ("x,y\nkg,m\nu,v\n1,2\n3,4\n", &import);
  g_assert_cmpstr (frame->columns[0].name, ==, "u");
  g_assert_cmpuint (frame->n_rows, ==, 2);
  fs_frame_free (frame);

  import = fs_import_default ();
  g_strlcpy (import.missing, "-999", sizeof import.missing);
  frame = read_with ("a,b\n1,2\n-999,4\n5,-999\n", &import);
  g_assert_true (isnan (frame->columns[0].numbers[1]) && isnan (frame->columns[1].numbers[2]));
  fs_frame_free (frame);
}

static void
test_dates (void)
{
  static const double april = 18355, march = 18324; /* days of 2020-04-03 and 2020-03-04 less one */
  FsImport import = fs_import_default ();
  import.dates = FS_IMPORT_DATES_DAY_FIRST;
  FsFrame *frame = read_with ("d,x\n03/04/2020,1\n04/04/2020,2\n", &import);
  g_assert_cmpint (frame->columns[0].type, ==, FS_COLUMN_DATE);
  g_assert_cmpfloat (frame->columns[0].numbers[0] / 86400, ==, april);
  fs_frame_free (frame);
  import.dates = FS_IMPORT_DATES_MONTH_FIRST;
  frame = read_with ("d,x\n03/04/2020,1\n04/04/2020,2\n", &import);
  g_assert_cmpfloat (frame->columns[0].numbers[0] / 86400, ==, march + 1);
  g_assert_cmpstr (decision_of (frame, "dates of column 1")->reason, ==, "chosen");
  fs_frame_free (frame);
}

static void
test_preview (void)
{
  GString *text = g_string_new ("a,b\n");
  FsReadProgress progress = { 0 };
  const FsReadOptions preview = { .max_rows = 10 }, all = { .progress = &progress };
  FsFrame *frame;
  for (int i = 0; i < 200000; i++)
    g_string_append_printf (text, "%d,%d\n", i, i % 7);
  g_assert_cmpint (fs_frame_read (&frame, "a.csv", text->str, text->len, &preview, NULL), ==,
                   FS_OK);
  g_assert_cmpuint (frame->n_rows, ==, 10);
  fs_frame_free (frame);
  g_assert_cmpint (fs_frame_read (&frame, "a.csv", text->str, text->len, &all, NULL), ==, FS_OK);
  g_assert_cmpuint (frame->n_rows, ==, 200000);
  g_assert_cmpuint (progress.n_done, >, progress.n_total / 2);
  g_assert_cmpuint (progress.n_done, <=, progress.n_total);
  fs_frame_free (frame);

  FsInterrupt interrupt = { true };
  const FsReadOptions stopped = { .interrupt = &interrupt };
  g_assert_cmpint (fs_frame_read (&frame, "a.csv", text->str, text->len, &stopped, NULL), ==,
                   FS_INTERRUPTED);
  g_assert_null (frame);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/encodings", test_encodings);
  g_test_add_func ("/import/chosen-encoding", test_chosen_encoding);
  g_test_add_func ("/import/dialect", test_dialect);
  g_test_add_func ("/import/rows", test_rows);
  g_test_add_func ("/import/dates", test_dates);
  g_test_add_func ("/import/preview", test_preview);
  return g_test_run ();
}
