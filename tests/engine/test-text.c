/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words pass through the translator if there is one, and are those of the source if there is none. */

#include <glib.h>
#include <string.h>
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/diagnose/edit.h"
#include "engine/diagnose/words.h"

/* A language that puts "x" before everything and has three words of its own. */
static const char *
look_up (const char *context, const char *one, const char *many, size_t n)
{
  if (many)
    return n == 1 ? "ein Ding" : "%zu Dinge";
  if (strcmp (one, "%d cells instead of %d") == 0)
    return "%d Zellen statt %d";
  if (strcmp (one, "Cannot be understood") == 0)
    return "Unverständlich";
  if (context)
    return strcmp (context, "bank") == 0 ? "Ufer" : "Geldhaus";
  return one;
}

static const FsTranslator german = { look_up, ",", "." };

static void
test_without (void)
{
  char number[32] = "0.5";

  g_assert_cmpstr (fs_text ("Train"), ==, "Train");
  g_assert_cmpstr (fs_text (""), ==, "");
  g_assert_null (fs_text (NULL));
  g_assert_cmpstr (fs_text_in ("bank", "shore"), ==, "shore");
  g_assert_cmpstr (fs_text_count ("a thing", "%zu things", 1), ==, "a thing");
  g_assert_cmpstr (fs_text_count ("a thing", "%zu things", 0), ==, "%zu things");
  g_assert_cmpstr (fs_text_mark_number (number, sizeof number), ==, "0.5");
}

static void
test_with (void)
{
  char number[8] = "0.5", full[4] = "0.5", sentence[256];
  FsProblem problem;

  fs_text_set_translator (&german);
  g_assert_cmpstr (fs_text ("Train"), ==, "Train");
  g_assert_cmpstr (fs_text (""), ==, "");
  g_assert_cmpstr (fs_text_in ("bank", "shore"), ==, "Ufer");
  g_assert_cmpstr (fs_text_count ("a thing", "%zu things", 1), ==, "ein Ding");
  g_assert_cmpstr (fs_text_mark_number (number, sizeof number), ==, "0,5");
  g_assert_cmpstr (fs_text_mark_number (full, sizeof full), ==, "0,5");
  g_assert_cmpstr (fs_text_group_mark (), ==, ".");

  /* The format is looked up, then formatted. */
  fs_problem_at (&problem, FS_MALFORMED, "a.csv", 7, NULL, "%d cells instead of %d", 3, 5);
  g_assert_cmpstr (fs_problem_sentence (&problem, sentence, sizeof sentence), ==,
                   "a.csv, line 7: Unverständlich: 3 Zellen statt 5.");
  fs_text_set_translator (NULL);
}

/* What goes into an experiment has a point in any language; what people read has their mark. */
static void
test_numbers_of_edits (void)
{
  char number[FS_NUMBER_SIZE];
  FsEdit edit;

  fs_text_set_translator (&german);
  edit = fs_edit_set_number ("train.learning_rate", 0.0025);
  g_assert_cmpstr (edit.value, ==, "0.0025");
  g_assert_cmpstr (fs_words_number (0.0025, number), ==, "0,0025");
  g_assert_cmpstr (fs_words_percent (0.0123, number), ==, "1,2 %");
  fs_text_set_translator (NULL);
}

static void
test_cut_keeps_utf8 (void)
{
  char text[8];

  fs_words_say (text, sizeof text, "%s",
                "Verl\u00fcss\u00fc"); /* 9 bytes; the cut falls in the second ü */
  g_assert_true (g_utf8_validate (text, -1, NULL));
  fs_words_say (text, sizeof text, "%s", "123456\u00fc");
  g_assert_cmpstr (text, ==, "123456");
  fs_words_say (text, sizeof text, "%s", "12345\u00fc");
  g_assert_cmpstr (text, ==, "12345\u00fc");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/without", test_without);
  g_test_add_func ("/text/with", test_with);
  g_test_add_func ("/text/numbers-of-edits", test_numbers_of_edits);
  g_test_add_func ("/text/cut-keeps-utf8", test_cut_keeps_utf8);
  return g_test_run ();
}
