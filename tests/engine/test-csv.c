/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading delimited text: what is decided, what is told, and what is refused. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/series/read.h"

static FsFrame *
read_text (const char *text)
{
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  if (fs_frame_read (&frame, "test.csv", text, strlen (text), NULL, &problem) != FS_OK)
    g_error ("%s: %s", text, fs_problem_sentence (&problem, sentence, sizeof sentence));
  return frame;
}

static FsFrame *
read_builtin (const char *name)
{
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  g_autofree char *path = g_build_filename (g_getenv ("FITSCOPE_DATA_DIR"), "series", name, NULL);
  g_assert_cmpint (fs_frame_read_file (&frame, path, NULL, &problem), ==, FS_OK);
  return frame;
}

static void
test_builtin (void)
{
  FsFrame *frame = read_builtin ("air_passengers.csv");
  g_assert_cmpuint (frame->n_rows, ==, 144);
  g_assert_cmpuint (frame->n_columns, ==, 2);
  g_assert_cmpint (frame->columns[0].type, ==, FS_COLUMN_DATE);
  g_assert_cmpfloat (frame->columns[0].numbers[0], ==, -662688000.0);
  g_assert_cmpfloat (frame->columns[1].numbers[143], ==, 432);
  g_assert_cmpuint (frame->n_warnings, ==, 0);
  g_assert_cmpstr (fs_frame_default_target (frame)->name, ==, "passengers_thousands");
  g_assert_cmpstr (fs_frame_default_time (frame)->name, ==, "date");
  g_assert_cmpstr (fs_frame_nearest_name (frame, "passenger_thousand"), ==, "passengers_thousands");
  g_assert_null (fs_frame_nearest_name (frame, "temperature"));
  fs_frame_free (frame);

  frame = read_builtin ("synthetic_sine_noise.csv");
  g_assert_true (fs_frame_column (frame, "clean")->is_answer);
  g_assert_cmpstr (fs_frame_default_target (frame)->name, ==, "value");
  g_assert_cmpstr (fs_frame_default_time (frame)->name, ==, "t");
  fs_frame_free (frame);

  frame = read_builtin ("co2_weekly.csv");
  g_assert_cmpuint (fs_frame_column (frame, "co2_ppm")->n_missing, ==, 59);
  fs_frame_free (frame);

  frame = read_builtin ("austen_sentences.csv");
  g_assert_cmpint (frame->columns[0].type, ==, FS_COLUMN_TEXT);
  g_assert_cmpint (frame->columns[1].type, ==, FS_COLUMN_CATEGORY);
  g_assert_cmpuint (frame->columns[1].n_categories, ==, 3);
  fs_frame_free (frame);
}

/* The hash is of the values: spelling them otherwise changes nothing, changing one changes it. */
static void
test_hash (void)
{
  FsFrame *plain = read_text ("t,v\n0,1\n1,2.5\n2,\n");
  FsFrame *spelled = read_text ("t;v\r\n0;1,0\r\n1;2,5\r\n2;NA\r\n");
  FsFrame *changed = read_text ("t,v\n0,1\n1,2.5000000000000004\n2,\n");
  FsFrame *renamed = read_text ("t,w\n0,1\n1,2.5\n2,\n");
  g_assert_cmpuint (plain->hash, ==, spelled->hash);
  g_assert_cmpuint (plain->hash, !=, changed->hash);
  g_assert_cmpuint (plain->hash, !=, renamed->hash);
  fs_frame_free (plain);
  fs_frame_free (spelled);
  fs_frame_free (changed);
  fs_frame_free (renamed);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/builtin", test_builtin);
  g_test_add_func ("/csv/hash", test_hash);
  return g_test_run ();
}
