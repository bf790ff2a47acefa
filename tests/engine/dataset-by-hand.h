/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A dataset from numbers in a test, without file, frame or recipe: one or more channels, of which the
 * first is the target, already "prepared". Windows follow the rule of dataset.h without a purge. */

#include <glib.h>
#include <string.h>
#include "engine/prepare/dataset.h"

static inline FsDataset *
dataset_by_hand (const double *values,
                 size_t n_rows,
                 size_t n_channels,
                 size_t length,
                 size_t horizon,
                 size_t train_end,
                 size_t validation_end)
{
  FsDataset *dataset = g_new0 (FsDataset, 1);
  *dataset = (FsDataset){ .n_rows = n_rows,
                          .n_channels = n_channels,
                          .length = length,
                          .horizon = horizon,
                          .n_outputs = horizon,
                          .n_targets = horizon,
                          .part_ends = { train_end, validation_end, n_rows } };
  dataset->inputs = g_new (FsReal, n_rows * n_channels);
  dataset->target_prepared = g_new (double, n_rows);
  for (size_t i = 0; i < n_rows * n_channels; i++)
    dataset->inputs[i] = (FsReal) values[i];
  for (size_t i = 0; i < n_rows; i++)
    dataset->target_prepared[i] = values[i * n_channels];
  size_t begin = 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      FsWindows *windows = &dataset->windows[part];
      windows->starts = g_new0 (uint32_t, n_rows);
      for (size_t row = begin > length ? begin : length; row + horizon <= dataset->part_ends[part];
           row++)
        windows->starts[windows->n++] = (uint32_t) (row - length);
      begin = dataset->part_ends[part];
    }
  return dataset;
}

static inline void
dataset_by_hand_free (FsDataset *dataset)
{
  for (int part = 0; part < FS_N_PARTS; part++)
    g_free (dataset->windows[part].starts);
  g_free (dataset->inputs);
  g_free (dataset->target_prepared);
  g_free (dataset);
}
