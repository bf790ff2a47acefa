/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Problems become one sentence that says where, what, which value and what is allowed. */

#include <glib.h>
#include <string.h>
#include "engine/base/status.h"

static void
test_sentence (void)
{
  FsProblem problem;
  char sentence[1024];
  g_assert_cmpint (
      fs_problem (&problem, FS_OUT_OF_RANGE, "train.batch", "-3", "a whole number from 1"), ==,
      FS_OUT_OF_RANGE);
  g_assert_cmpstr (fs_problem_sentence (&problem, sentence, sizeof sentence), ==,
                   "train.batch: Out of range (\u201c-3\u201d): a whole number from 1.");
  fs_problem_at (&problem, FS_MALFORMED, "a.csv", 7, NULL, "%d cells instead of %d", 3, 5);
  g_assert_cmpstr (fs_problem_sentence (&problem, sentence, sizeof sentence), ==,
                   "a.csv, line 7: Cannot be understood: 3 cells instead of 5.");
  fs_problem (&problem, FS_NOT_FOUND, "two\nlines", "a\tb\x7f", NULL);
  g_assert_cmpstr (fs_problem_sentence (&problem, sentence, sizeof sentence), ==,
                   "two lines: Not found (\u201ca b \u201d).");
  fs_problem (&problem, FS_NOT_FOUND, "data.time", "dat", "did you mean date?");
  g_assert_cmpstr (fs_problem_sentence (&problem, sentence, sizeof sentence), ==,
                   "data.time: Not found (\u201cdat\u201d): did you mean date?");
}

static void
test_cut_keeps_utf8 (void)
{
  FsProblem problem;
  char value[400];
  memset (value, 'a', sizeof value);
  memcpy (value + 126, "\xE2\x82\xAC", 3); /* a euro sign across the cut */
  value[399] = '\0';
  fs_problem (&problem, FS_MALFORMED, "x", value, NULL);
  g_assert_true (g_utf8_validate (problem.value, -1, NULL));
  g_assert_cmpuint (strlen (problem.value), ==, 126);
  char allowed[sizeof problem.allowed + 3];
  memset (allowed, 'a', sizeof allowed);
  memcpy (allowed + sizeof problem.allowed - 3, "\xE2\x82\xAC", 3);
  allowed[sizeof allowed - 1] = '\0';
  fs_problem_at (&problem, FS_MALFORMED, "x", 1, NULL, "%s", allowed);
  g_assert_true (g_utf8_validate (problem.allowed, -1, NULL));
  g_assert_cmpuint (strlen (problem.allowed), ==, sizeof problem.allowed - 3);
  fs_problem_at (&problem, FS_MALFORMED, "x", 1, NULL, "“%.5s” and “%.6s”", "äöü", "äöü");
  g_assert_cmpstr (problem.allowed, ==, "“äö” and “äöü”");
}

static void
test_every_status_has_a_text (void)
{
  for (int status = 0; status < FS_N_STATUSES; status++)
    g_assert_cmpuint (strlen (fs_status_text (status)), >, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/status/sentence", test_sentence);
  g_test_add_func ("/status/cut-keeps-utf8", test_cut_keeps_utf8);
  g_test_add_func ("/status/every-status-has-a-text", test_every_status_has_a_text);
  return g_test_run ();
}
