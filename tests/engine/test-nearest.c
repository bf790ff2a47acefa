/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far two words are apart, by hand. */

#include <glib.h>
#include "engine/base/nearest.h"

static void
test_distances (void)
{
  static const struct
  {
    const char *left, *right;
    size_t distance;
  } cases[] = {
    { "", "", 0 },           { "abc", "abc", 0 },        { "", "abc", 3 },
    { "abc", "", 3 },        { "kitten", "sitting", 3 }, { "epcohs", "epochs", 1 },
    { "batch", "btach", 1 }, { "ca", "abc", 3 },         { "units", "unit", 1 },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpuint (fs_nearest_distance (cases[i].left, cases[i].right), ==, cases[i].distance);
      g_assert_cmpuint (fs_nearest_distance (cases[i].right, cases[i].left), ==, cases[i].distance);
    }
}

static void
test_long_words_are_cut (void)
{
  g_autofree char *left = g_strnfill (5000, 'a');
  g_autofree char *right = g_strnfill (5000, 'b');
  g_assert_cmpuint (fs_nearest_distance (left, right), ==, 255);
}

static void
test_near (void)
{
  g_assert_true (fs_nearest_is_near ("lr", 1));
  g_assert_false (fs_nearest_is_near ("lr", 2));
  g_assert_false (fs_nearest_is_near ("", 0));
  g_assert_true (fs_nearest_is_near ("adm", 2));
  g_assert_true (fs_nearest_is_near ("train.learning", 4));
  g_assert_false (fs_nearest_is_near ("train.learning", 5));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nearest/distances", test_distances);
  g_test_add_func ("/nearest/long-words-are-cut", test_long_words_are_cut);
  g_test_add_func ("/nearest/near", test_near);
  return g_test_run ();
}
