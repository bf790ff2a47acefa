/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checkpoints: bounded, evenly thinned, the right weights for the epoch they say. */

#include <glib.h>
#include "engine/train/checkpoints.h"

enum
{
  SIZE = 3
};

static void
add (FsCheckpoints *checkpoints, uint32_t epoch)
{
  const FsReal weights[SIZE] = { (FsReal) epoch, 1, (FsReal) epoch / 2 };
  fs_checkpoints_add (checkpoints, epoch, weights);
}

static uint32_t
nearest (const FsCheckpoints *checkpoints, uint32_t epoch)
{
  uint32_t found = 0;
  const FsReal *weights = fs_checkpoints_nearest (checkpoints, epoch, &found);
  g_assert_nonnull (weights);
  g_assert_cmpfloat ((double) weights[0], ==, found);
  g_assert_cmpfloat ((double) weights[2], ==, found / 2.0);
  return found;
}

static void
test_all_while_there_is_room (void)
{
  FsCheckpoints *checkpoints = NULL;
  uint32_t found;
  g_assert_cmpint (fs_checkpoints_new (&checkpoints, SIZE, 4, 11 * SIZE * sizeof (FsReal), NULL),
                   ==, FS_OK);
  g_assert_null (fs_checkpoints_nearest (checkpoints, 1, &found));
  for (uint32_t epoch = 0; epoch <= 10; epoch++)
    add (checkpoints, epoch);
  for (uint32_t epoch = 0; epoch <= 10; epoch++)
    g_assert_cmpuint (nearest (checkpoints, epoch), ==, epoch);
  g_assert_cmpuint (nearest (checkpoints, 4000), ==, 10);
  fs_checkpoints_free (checkpoints);
}

static void
test_thinning (void)
{
  FsCheckpoints *checkpoints = NULL;
  g_assert_cmpint (fs_checkpoints_new (&checkpoints, SIZE, 4, 10 * SIZE * sizeof (FsReal), NULL),
                   ==, FS_OK);
  for (uint32_t epoch = 0; epoch <= 100000; epoch++)
    {
      add (checkpoints, epoch);
      g_assert_cmpuint (fs_checkpoints_n (checkpoints), <=, 10);
      g_assert_cmpuint (nearest (checkpoints, epoch), ==, epoch);
      g_assert_cmpuint (nearest (checkpoints, 0), ==, 0);
      /* Once full, never fewer than half; and no gap is wider than the run over four. */
      if (epoch >= 10)
        g_assert_cmpuint (fs_checkpoints_n (checkpoints), >=, 5);
      if (epoch % 9973 == 0 && epoch > 0)
        for (uint32_t asked = 0; asked <= epoch; asked += 101)
          {
            uint32_t found = nearest (checkpoints, asked);
            g_assert_cmpuint (found > asked ? found - asked : asked - found, <=, epoch / 8 + 1);
          }
    }
  fs_checkpoints_free (checkpoints);
}

static void
test_tiny_budget (void)
{
  FsCheckpoints *checkpoints = NULL;
  g_assert_cmpint (fs_checkpoints_new (&checkpoints, SIZE, 4, 0, NULL), ==, FS_OK);
  for (uint32_t epoch = 1; epoch <= 20; epoch++)
    add (checkpoints, epoch);
  g_assert_cmpuint (fs_checkpoints_n (checkpoints), >=, 2);
  g_assert_cmpuint (fs_checkpoints_n (checkpoints), <=, 4);
  g_assert_cmpuint (nearest (checkpoints, 20), ==, 20);
  fs_checkpoints_free (checkpoints);
  fs_checkpoints_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoints/all-while-there-is-room", test_all_while_there_is_room);
  g_test_add_func ("/checkpoints/thinning", test_thinning);
  g_test_add_func ("/checkpoints/tiny-budget", test_tiny_budget);
  return g_test_run ();
}
