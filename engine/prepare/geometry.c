/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where windows lie; see geometry.h. */

#include "engine/prepare/geometry.h"

bool
fs_window_crosses (const FsDataset *dataset, FsPart part, size_t window)
{
  const size_t start = dataset->windows[part].starts[window];
  const size_t begin = part == FS_PART_TRAIN ? 0 : dataset->part_ends[part - 1];
  const size_t end = start + dataset->length + dataset->horizon;
  return start < begin || end > dataset->part_ends[part];
}

size_t
fs_windows_count_crossing (const FsDataset *dataset, FsPart part)
{
  size_t n = 0;
  for (size_t i = 0; i < dataset->windows[part].n; i++)
    n += fs_window_crosses (dataset, part, i);
  return n;
}

size_t
fs_windows_at_border (const FsDataset *dataset, FsPart part, size_t n_each, FsWindowPlace *places)
{
  const FsWindows *before = &dataset->windows[part], *after = &dataset->windows[part + 1];
  size_t n = 0;
  for (size_t i = before->n > n_each ? before->n - n_each : 0; i < before->n; i++)
    places[n++] = (FsWindowPlace){ part, before->starts[i], fs_window_crosses (dataset, part, i) };
  for (size_t i = 0; i < after->n && i < n_each; i++)
    places[n++] =
        (FsWindowPlace){ part + 1, after->starts[i], fs_window_crosses (dataset, part + 1, i) };
  return n;
}
