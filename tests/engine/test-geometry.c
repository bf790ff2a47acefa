/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which windows cross a border, counted by hand and by looking at every row of every window. */

#include <glib.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/geometry.h"
#include "engine/series/read.h"

static FsDataset *
make (size_t n_rows, int length, int horizon, int stride, int purge)
{
  g_autoptr (GString) text = g_string_new ("t,x\n");
  FsExperiment experiment = fs_experiment_default ();
  FsFrame *frame;
  FsDataset *dataset;
  for (size_t t = 0; t < n_rows; t++)
    g_string_append_printf (text, "%zu,%zu\n", t, t * t % 31);
  g_assert_cmpint (fs_frame_read (&frame, "test.csv", text->str, text->len, NULL, NULL), ==, FS_OK);
  experiment.window.length = length;
  experiment.window.horizon = horizon;
  experiment.window.stride = stride;
  experiment.split.purge = purge;
  g_assert_cmpint (fs_dataset_new (&dataset, frame, &experiment, NULL), ==, FS_OK);
  fs_frame_free (frame);
  return dataset;
}

/* The part of a row by the borders alone. */
static FsPart
part_of (const FsDataset *dataset, size_t row)
{
  FsPart part = FS_PART_TRAIN;
  while (row >= dataset->part_ends[part])
    part++;
  return part;
}

/* 100 rows, parts end at 70, 85 and 100. Windows of 5 + 1 rows with no gap: the first 5 of validation
 * look back, those that begin at rows 65 … 69; so do the first 5 of the test part. */
static void
test_by_hand (void)
{
  FsDataset *dataset = make (100, 5, 1, 1, 0);
  FsWindowPlace places[6];
  g_assert_cmpuint (fs_windows_count_crossing (dataset, FS_PART_TRAIN), ==, 0);
  g_assert_cmpuint (fs_windows_count_crossing (dataset, FS_PART_VALIDATION), ==, 5);
  g_assert_cmpuint (fs_windows_count_crossing (dataset, FS_PART_TEST), ==, 5);
  g_assert_cmpuint (fs_windows_at_border (dataset, 70, 3, places), ==, 6);
  g_assert_cmpuint (places[0].start, ==, 62);
  g_assert_cmpuint (places[2].start, ==, 64);
  g_assert_cmpint (places[2].part, ==, FS_PART_TRAIN);
  g_assert_false (places[2].crosses);
  g_assert_cmpuint (places[3].start, ==, 65);
  g_assert_cmpint (places[3].part, ==, FS_PART_VALIDATION);
  g_assert_true (places[3].crosses);
  fs_dataset_free (dataset);
}

static void
test_every_row (void)
{
  for (int length = 1; length < 9; length += 2)
    for (int stride = 1; stride < 4; stride++)
      for (int purge = 0; purge < 9; purge += 4)
        {
          FsDataset *dataset = make (150, length, 2, stride, purge);
          for (FsPart part = FS_PART_TRAIN; part < FS_N_PARTS; part++)
            {
              size_t n = 0;
              for (size_t i = 0; i < dataset->windows[part].n; i++)
                {
                  bool crosses = false;
                  for (size_t k = 0; k < dataset->length + dataset->horizon; k++)
                    crosses |= part_of (dataset, dataset->windows[part].starts[i] + k) != part;
                  g_assert_true (crosses == fs_window_crosses (dataset, part, i));
                  n += crosses;
                }
              g_assert_cmpuint (n, ==, fs_windows_count_crossing (dataset, part));
              if (purge >= length || part == FS_PART_TRAIN)
                g_assert_cmpuint (n, ==, 0);
              else
                g_assert_cmpuint (n, >, 0);
            }
          fs_dataset_free (dataset);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/geometry/by-hand", test_by_hand);
  g_test_add_func ("/geometry/every-row", test_every_row);
  return g_test_run ();
}
