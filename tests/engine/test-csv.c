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

/* Whether the frame tells of `line` (0: any) with these words. */
static bool
tells (const FsFrame *frame, size_t line, const char *words)
{
  for (size_t i = 0; i < frame->n_warnings; i++)
    if ((line == 0 || frame->warnings[i].line == line) && strstr (frame->warnings[i].text, words))
      return true;
  return false;
}

static void
assert_numbers (const char *text, size_t column, size_t n, const double *wanted)
{
  FsFrame *frame = read_text (text);
  g_assert_cmpuint (frame->n_columns, >, column);
  g_assert_cmpint (frame->columns[column].type, ==, FS_COLUMN_NUMBER);
  g_assert_cmpuint (frame->n_rows, ==, n);
  for (size_t i = 0; i < n; i++)
    if (isnan (wanted[i]))
      g_assert_true (isnan (frame->columns[column].numbers[i]));
    else
      g_assert_cmpfloat (frame->columns[column].numbers[i], ==, wanted[i]);
  fs_frame_free (frame);
}
#define ASSERT_NUMBERS(text, column, ...)                                             \
  assert_numbers (text, column, sizeof ((double[]){ __VA_ARGS__ }) / sizeof (double), \
                  (double[]){ __VA_ARGS__ })

static void
test_signs_around_numbers (void)
{
  FsFrame *frame;
  ASSERT_NUMBERS ("t,v\n1,12%\n2,13.5 %\n3,-4%\n", 1, 12, 13.5, -4);
  ASSERT_NUMBERS ("t,v\n1,\"$1,200.50\"\n2,$13\n3,-$4\n", 1, 1200.5, 13, -4);
  ASSERT_NUMBERS ("t;v\n1;12,50 \u20AC\n2;1.200,00 \u20AC\n", 1, 12.5, 1200);
  ASSERT_NUMBERS ("t;v\n1;EUR 3,5\n2;4,5 EUR\n", 1, 3.5, 4.5);
  ASSERT_NUMBERS ("t,v\n1,(12.5)\n2,13\n3,4-\n", 1, -12.5, 13, -4);
  ASSERT_NUMBERS ("t;v\n1;1,5\n2;k.A.\n3;2,5\n4;\u2013\n", 1, 1.5, NAN, 2.5, NAN);
  frame = read_text ("t,v\n1,5\n2,6\n3,(12.5)\n");
  g_assert_true (tells (frame, 4, "(12.5)"));
  fs_frame_free (frame);
  frame = read_text ("t,v\n1,(-4)\n2,5%%\n3,$\n"); /* no numbers */
  g_assert_cmpint (frame->columns[1].type, !=, FS_COLUMN_NUMBER);
  fs_frame_free (frame);
}

/* One mistyped cell does not make words of a column, however short it is. */
static void
test_one_fault (void)
{
  FsFrame *frame = read_text ("t,v\n1,5\n2,6\n3,oops\n4,7\n5,8\n");
  g_assert_cmpint (frame->columns[1].type, ==, FS_COLUMN_NUMBER);
  g_assert_cmpuint (frame->columns[1].n_missing, ==, 1);
  g_assert_true (tells (frame, 4, "oops"));
  fs_frame_free (frame);
}

static void
test_rows_that_are_no_data (void)
{
  FsFrame *frame = read_text ("time,temp,speed\ns,\u00B0C,m/s\n0,1.5,2\n1,2.5,3\n2,3.5,4\n");
  g_assert_cmpuint (frame->n_rows, ==, 3);
  g_assert_cmpfloat (frame->columns[1].numbers[0], ==, 1.5);
  g_assert_true (tells (frame, 2, "units"));
  fs_frame_free (frame);
  ASSERT_NUMBERS ("d,v\n2020-01-01,5\nd,v\n2020-01-02,6\n", 1, 5, 6);
  ASSERT_NUMBERS ("d,v\n2020-01-01,5\n2020-01-02,6\n2020-01-03,7\nTotal,18\n", 1, 5, 6, 7);
  ASSERT_NUMBERS ("d,v\n2020-01-01,5\n2020-01-02,6\n2020-01-03,7\n\nSource: us\n", 1, 5, 6, 7);

  /* Words that belong: a column of words, a faulty first cell, a name at the end. */
  frame = read_text ("name,v\nsum,1\nmean,2\ntotal,3\n");
  g_assert_cmpuint (frame->n_rows, ==, 3);
  fs_frame_free (frame);
  frame = read_text ("t,v\n0,oops\n1,2\n2,3\n3,4\n4,5\n");
  g_assert_cmpuint (frame->n_rows, ==, 5);
  fs_frame_free (frame);
  frame = read_text ("word\nword\nother\nword\n");
  g_assert_cmpuint (frame->n_rows, ==, 3);
  fs_frame_free (frame);
}

static void
test_ends_of_lines (void)
{
  FsFrame *frame = read_text ("a,b,\n1,2,\n3,4,\n");
  g_assert_cmpuint (frame->n_columns, ==, 2);
  fs_frame_free (frame);
  /* Not names of rows: they would shift every column. */
  frame = read_text ("a,b\n1,2,\n3,4,\n");
  g_assert_cmpuint (frame->n_columns, ==, 2);
  g_assert_cmpstr (frame->columns[0].name, ==, "a");
  g_assert_cmpfloat (frame->columns[0].numbers[1], ==, 3);
  fs_frame_free (frame);
  frame = read_text ("a,b\nx,1,2\ny,3,4\n");
  g_assert_cmpuint (frame->n_columns, ==, 3);
  g_assert_cmpstr (frame->columns[1].name, ==, "a");
  fs_frame_free (frame);
  /* An end of line or a quote delimits nothing. */
  frame = read_text ("sep=\n\n1,2\n3,4\n5,6\n");
  g_assert_cmpuint (frame->n_columns, ==, 2);
  fs_frame_free (frame);
  frame = read_text ("sep=\"\n1,2\n3,4\n5,6\n");
  g_assert_cmpuint (frame->n_columns, ==, 2);
  fs_frame_free (frame);
  frame = read_text ("sep=;\na;b\n1;2,5\n2;3,5\n");
  g_assert_cmpuint (frame->n_columns, ==, 2);
  g_assert_cmpstr (frame->columns[0].name, ==, "a");
  g_assert_cmpfloat (frame->columns[1].numbers[0], ==, 2.5);
  fs_frame_free (frame);
  frame = read_text ("a,b,c\n1,2\n3,4\n"); /* a name too many is a column without values */
  g_assert_cmpuint (frame->n_columns, ==, 3);
  g_assert_cmpuint (frame->columns[2].n_missing, ==, 2);
  fs_frame_free (frame);
}

static void
assert_dates (const char *text, size_t column, size_t n, const double *days)
{
  FsFrame *frame = read_text (text);
  g_assert_cmpuint (frame->n_columns, >, column);
  g_assert_cmpint (frame->columns[column].type, ==, FS_COLUMN_DATE);
  for (size_t i = 0; i < n; i++)
    g_assert_cmpfloat (frame->columns[column].numbers[i], ==, 86400 * days[i]);
  fs_frame_free (frame);
}
#define ASSERT_DATES(text, column, ...)                                             \
  assert_dates (text, column, sizeof ((double[]){ __VA_ARGS__ }) / sizeof (double), \
                (double[]){ __VA_ARGS__ })

/* Days since 1970-01-01: 2020-01-01 is day 18262. */
static void
test_forms_of_dates (void)
{
  ASSERT_DATES ("q,v\n2020Q1,5\n2020Q2,6\n2020-Q3,7\n", 0, 18262, 18353, 18444);
  ASSERT_DATES ("q,v\nQ1 2020,5\nQ4 2020,6\n", 0, 18262, 18536);
  ASSERT_DATES ("m,v\nJan 2020,5\nFeb 2020,6\n", 0, 18262, 18293);
  ASSERT_DATES ("m,v\nDec-69,5\nJan-70,6\n", 0, -31, 0);
  ASSERT_DATES ("m,v\n2020 Jan,5\n2020 Feb,6\n", 0, 18262, 18293);
  ASSERT_DATES ("d;v\n1. Januar 2020;5\n2. M\u00E4rz 2020;6\n", 0, 18262, 18323);
  ASSERT_DATES ("t,v\n06:00,5\n12:00,6\n18:00:00,6\n", 0, 0.25, 0.5, 0.75);
  ASSERT_DATES ("d,t,v\n2020-01-01,12:00,5\n2020-01-02,00:00,6\n", 0, 18262.5, 18263);
  ASSERT_DATES ("year,month,day,v\n2020,1,1,5\n2020,1,3,6\n", 4, 18262, 18264);
}

static void
test_times (void)
{
  FsFrame *frame =
      read_text ("year,month,day,v\n2020,1,1,5\n2020,1,2,7\n2020,2,30,6\n2020,3,1,9\n");
  g_assert_cmpstr (fs_frame_default_time (frame)->name, ==, "date");
  g_assert_cmpstr (fs_frame_default_target (frame)->name, ==, "v");
  g_assert_true (tells (frame, 4, "no day of the calendar"));
  fs_frame_free (frame);

  frame = read_text ("d,v\n2020-01-01,1\n2020-01-02,2\n2020-01-05,3\n2020-01-06,4\n2020-01-07,5\n");
  g_assert_true (tells (frame, 4, "up to 3 days"));
  fs_frame_free (frame);
  /* Months, and a working week with its weekend, are regular. */
  frame = read_text ("d,v\n2020-01,1\n2020-02,2\n2020-03,3\n2020-04,4\n2020-05,5\n");
  g_assert_cmpuint (frame->n_warnings, ==, 0);
  fs_frame_free (frame);
  frame = read_text ("d,v\n2020-01-02,1\n2020-01-03,2\n2020-01-06,3\n2020-01-07,4\n2020-01-08,5\n");
  g_assert_cmpuint (frame->n_warnings, ==, 0);
  fs_frame_free (frame);
}

/* However it begins; a table whose columns have names in brackets is none. */
static void
test_web_pages (void)
{
  static const struct
  {
    const char *text;
    size_t line;
  } pages[] = {
    { "<!DOCTYPE html>\n<p>1,2</p>\n", 1 },   { "\xEF\xBB\xBF\n  <HTML>\n<body>1,2\n", 2 },
    { "<?xml version='1.0'?>\n<html>\n", 1 }, { "\r\n\r\n<div class='x'>\n<b>1</b>\n", 3 },
    { "<!-- saved -->\n<p>1</p>\n", 1 },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      FsFrame *frame;
      FsProblem problem = { 0 };
      g_assert_cmpint (
          fs_frame_read (&frame, "page.csv", pages[i].text, strlen (pages[i].text), NULL, &problem),
          ==, FS_MALFORMED);
      g_assert_nonnull (strstr (problem.allowed, "web page"));
      g_assert_cmpuint (problem.line, ==, pages[i].line);
    }
  FsFrame *frame = read_text ("<DATE>,<TABLES>,<BODY_KG>\n1,2,3\n2,3,4\n");
  g_assert_cmpuint (frame->n_rows, ==, 2);
  g_assert_cmpstr (frame->columns[0].name, ==, "<DATE>");
  fs_frame_free (frame);
  frame = read_text ("<headway>;<tables>\n1;2\n2;3\n");
  g_assert_cmpuint (frame->n_rows, ==, 2);
  fs_frame_free (frame);
}

/* A column that is another one is told at any number of rows, one that differs in its last row is not. */
static void
test_copies (void)
{
  for (size_t n = 3; n < 12; n++)
    for (int is_copy = 0; is_copy < 2; is_copy++)
      {
        g_autoptr (GString) text = g_string_new ("a,b\n");
        for (size_t i = 0; i < n; i++)
          {
            const int value = (int) (i * i % 7);
            const int other = i + 1 == n && !is_copy ? value + 1 : value;
            g_string_append_printf (text, "%d.5,%d.5\n", value, other);
          }
        FsFrame *frame = read_text (text->str);
        g_assert_cmpint (tells (frame, 0, "have the same values"), ==, is_copy);
        fs_frame_free (frame);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/builtin", test_builtin);
  g_test_add_func ("/csv/hash", test_hash);
  g_test_add_func ("/csv/signs-around-numbers", test_signs_around_numbers);
  g_test_add_func ("/csv/one-fault", test_one_fault);
  g_test_add_func ("/csv/rows-that-are-no-data", test_rows_that_are_no_data);
  g_test_add_func ("/csv/ends-of-lines", test_ends_of_lines);
  g_test_add_func ("/csv/forms-of-dates", test_forms_of_dates);
  g_test_add_func ("/csv/times", test_times);
  g_test_add_func ("/csv/web-pages", test_web_pages);
  g_test_add_func ("/csv/copies", test_copies);
  return g_test_run ();
}
