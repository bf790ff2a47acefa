/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where windows lie: which of them cross a border between the parts, for pictures and warnings. A
 * window crosses when it looks at or aims for a row of another part than its own. Training windows do so
 * only in a shuffled split; windows of a later part look back into the one before where the purge gap is
 * shorter than they are, and then share rows with windows that were trained on. */

#include "engine/prepare/dataset.h"

bool fs_window_crosses (const FsDataset *dataset, FsPart part, size_t window);
size_t fs_windows_count_crossing (const FsDataset *dataset, FsPart part);

/* Training windows that have a row in common with a window of another part. */
size_t fs_windows_count_sharing (const FsDataset *dataset);

/* The first row of `part` behind one of another part, where the picture looks at a border; n_rows if there
 * is none. */
size_t fs_windows_find_border (const FsDataset *dataset, FsPart part);

/* The windows on both sides of a border, in order of their rows: the last n_each that aim for a row before
 * `border`, and the first n_each that aim for that row or a later one. Returns how many. */
typedef struct
{
  FsPart part;
  size_t start; /* first row */
  size_t aim,
      end; /* the first row it aims for, and one past its last; of a whole sequence, whose answer
                      is no row, `aim` is `start` */
  bool crosses;
} FsWindowPlace;
size_t fs_windows_at_border (const FsDataset *dataset,
                             size_t border,
                             size_t n_each,
                             FsWindowPlace *places);
