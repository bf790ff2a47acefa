/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where windows lie; see geometry.h. */

#include "engine/prepare/geometry.h"

/* The first row that a window aims for, and one past its last row of any kind. Whole sequences aim at what
 * is said of their own rows. */
static size_t
aim_of (const FsDataset *dataset, const FsWindows *windows, size_t window)
{
  return windows->starts[window] + (windows->lengths ? 0 : dataset->length);
}

static size_t
end_of (const FsDataset *dataset, const FsWindows *windows, size_t window)
{
  if (!windows->lengths)
    return windows->starts[window] + dataset->length + dataset->horizon;
  return windows->starts[window] + windows->lengths[window] + dataset->is_stepwise;
}

bool
fs_window_crosses (const FsDataset *dataset, FsPart part, size_t window)
{
  const size_t start = dataset->windows[part].starts[window];
  const size_t end = end_of (dataset, &dataset->windows[part], window);
  if (!fs_dataset_is_scattered (dataset))
    return start < (part == FS_PART_TRAIN ? 0 : dataset->part_ends[part - 1])
           || end > dataset->part_ends[part];
  for (size_t row = start; row < end; row++)
    if (fs_dataset_part_of_row (dataset, row) != part)
      return true;
  return false;
}

size_t
fs_windows_count_crossing (const FsDataset *dataset, FsPart part)
{
  const FsWindows *windows = &dataset->windows[part];
  size_t n = 0, own_from = 0, seen = 0; /* rows [own_from, seen) are of this part */
  for (size_t i = 0; i < windows->n; i++)
    {
      if (!fs_dataset_is_scattered (dataset))
        {
          n += fs_window_crosses (dataset, part, i);
          continue;
        }
      for (; seen < end_of (dataset, windows, i); seen++)
        if (fs_dataset_part_of_row (dataset, seen) != part)
          own_from = seen + 1;
      n += own_from > windows->starts[i];
    }
  return n;
}

size_t
fs_windows_count_sharing (const FsDataset *dataset)
{
  const FsWindows *train = &dataset->windows[FS_PART_TRAIN];
  const FsWindows *later[] = { &dataset->windows[FS_PART_VALIDATION],
                               &dataset->windows[FS_PART_TEST] };
  size_t n = 0, at[2] = { 0, 0 };
  for (size_t i = 0; i < train->n; i++)
    {
      bool shares = false;
      for (int k = 0; k < 2; k++)
        {
          /* Windows ascend: the first one that does not end before this one begins. */
          while (at[k] < later[k]->n && end_of (dataset, later[k], at[k]) <= train->starts[i])
            at[k]++;
          shares = shares
                   || (at[k] < later[k]->n && later[k]->starts[at[k]] < end_of (dataset, train, i));
        }
      n += shares;
    }
  return n;
}

size_t
fs_windows_find_border (const FsDataset *dataset, FsPart part)
{
  if (!fs_dataset_is_scattered (dataset))
    return part == FS_PART_TRAIN || dataset->part_ends[part] <= dataset->part_ends[part - 1]
               ? dataset->n_rows
               : dataset->part_ends[part - 1];
  for (size_t row = 1; row < dataset->n_rows; row++)
    if (fs_dataset_part_of_row (dataset, row) == part
        && fs_dataset_part_of_row (dataset, row - 1) != part)
      return row;
  return dataset->n_rows;
}

/* The first window of a part that aims for `row` or a later one. */
static size_t
first_from (const FsDataset *dataset, FsPart part, size_t row)
{
  const FsWindows *windows = &dataset->windows[part];
  size_t low = 0, high = windows->n;
  while (low < high)
    {
      const size_t middle = low + (high - low) / 2;
      if (aim_of (dataset, windows, middle) < row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The window that is next behind or, with `is_before`, before those at `at`; false if there is none. */
static bool
step_along (const FsDataset *dataset, size_t at[FS_N_PARTS], bool is_before, FsWindowPlace *place)
{
  int best = FS_N_PARTS;
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      const FsWindows *windows = &dataset->windows[part];
      if (is_before ? at[part] == 0 : at[part] >= windows->n)
        continue;
      const size_t start = windows->starts[is_before ? at[part] - 1 : at[part]];
      if (best == FS_N_PARTS || (is_before ? start > place->start : start < place->start))
        {
          best = part;
          place->start = start;
        }
    }
  if (best == FS_N_PARTS)
    return false;
  const size_t window = is_before ? --at[best] : at[best]++;
  place->part = (FsPart) best;
  place->aim = aim_of (dataset, &dataset->windows[best], window);
  place->end = end_of (dataset, &dataset->windows[best], window);
  place->crosses = fs_window_crosses (dataset, (FsPart) best, window);
  return true;
}

size_t
fs_windows_at_border (const FsDataset *dataset, size_t border, size_t n_each, FsWindowPlace *places)
{
  size_t at[FS_N_PARTS], n = 0, n_before;
  FsWindowPlace place = { 0 };
  for (int part = 0; part < FS_N_PARTS; part++)
    at[part] = first_from (dataset, (FsPart) part, border);
  while (n < n_each && step_along (dataset, at, true, &place))
    places[n++] = place;
  for (size_t i = 0; i < n / 2; i++)
    {
      const FsWindowPlace other = places[i];
      places[i] = places[n - 1 - i];
      places[n - 1 - i] = other;
    }
  for (int part = 0; part < FS_N_PARTS; part++)
    at[part] = first_from (dataset, (FsPart) part, border);
  for (n_before = n; n < n_before + n_each && step_along (dataset, at, false, &place);)
    places[n++] = place;
  return n;
}
