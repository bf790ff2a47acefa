/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where windows lie: which of them cross a border between the parts, for pictures and warnings. A
 * window crosses when it looks at or aims for a row of another part than its own. Training windows never
 * do; windows of a later part look back into the one before where the purge gap is shorter than they
 * are, and then share rows with windows that were trained on. */

#include "engine/prepare/dataset.h"

bool fs_window_crosses (const FsDataset *dataset, FsPart part, size_t window);
size_t fs_windows_count_crossing (const FsDataset *dataset, FsPart part);

/* The windows on both sides of the border at the end of `part` (train or validation): up to n_each last
 * ones of that part and n_each first ones of the next, in order of their rows. Returns how many. */
typedef struct
{
  FsPart part;
  size_t start; /* first row */
  bool crosses;
} FsWindowPlace;
size_t fs_windows_at_border (const FsDataset *dataset,
                             FsPart part,
                             size_t n_each,
                             FsWindowPlace *places);
