/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the windows over one series begin; see dataset.h. Rows that lie together in one part are a
 * segment, and a window's targets lie in one. Of a shuffled split the windows themselves were drawn, and
 * each is of the part that its first target row has. */

#include "engine/prepare/dataset-private.h"

#include <stdlib.h>
#include <string.h>
#include "engine/prepare/split.h"

/* What is asked of a row before a window may have it. */
typedef struct
{
  const bool *is_lost; /* NULL = no row is */
  size_t n_rows, next; /* rows from the one last asked for up to `next` are there */
} Losses;

/* The first lost row from `from` on, which only grows. */
static size_t
next_lost (Losses *losses, size_t from)
{
  if (!losses->is_lost)
    return SIZE_MAX;
  if (losses->next < from)
    losses->next = from;
  while (losses->next < losses->n_rows && !losses->is_lost[losses->next])
    losses->next++;
  return losses->next < losses->n_rows ? losses->next : SIZE_MAX;
}

typedef struct
{
  const FsDataset *dataset;
  const bool *is_lost;
  size_t stride, purge;
  uint32_t *starts[FS_N_PARTS]; /* NULL = windows are only counted */
  size_t n[FS_N_PARTS];
} Laying;

static void
put_window (Laying *laying, FsPart part, size_t start)
{
  if (laying->starts[part])
    laying->starts[part][laying->n[part]] = (uint32_t) start;
  laying->n[part]++;
}

/* The windows whose targets lie in one segment, each a stride behind the one before, anew behind every
 * lost row. Those of training lie in it with all their rows; later ones may look back into what was before,
 * but leave the purge gap there. */
static void
lay_segment (Laying *laying, const FsSegment *segment)
{
  const size_t length = laying->dataset->length, horizon = laying->dataset->horizon;
  size_t target = segment->begin + (segment->part == FS_PART_TRAIN ? length : laying->purge);
  if (target < length)
    target = length;
  Losses losses = { .is_lost = laying->is_lost,
                    .n_rows = laying->dataset->n_rows,
                    .next = target - length };
  for (size_t start = target - length; start + length + horizon <= segment->end;)
    {
      const size_t lost = next_lost (&losses, start);
      if (lost < start + length + horizon)
        start = lost + 1;
      else
        {
          put_window (laying, segment->part, start);
          start += laying->stride;
        }
    }
}

static void
lay_segments (Laying *laying)
{
  const FsDataset *dataset = laying->dataset;
  for (FsSegment segment = { 0 };
       fs_table_next_segment (dataset->raw, dataset->part_ends, &segment);)
    lay_segment (laying, &segment);
}

/* Marks the rows that are at most `purge` from a target of a later part. */
static void
mark_near (const Laying *laying, bool *is_near)
{
  const FsDataset *dataset = laying->dataset;
  const size_t purge = laying->purge, n_rows = dataset->n_rows;
  size_t near_to = 0; /* rows before this one are settled */
  for (size_t start = 0; start + dataset->length + dataset->horizon <= n_rows;
       start += laying->stride)
    {
      const size_t target = start + dataset->length;
      if (dataset->raw->parts[target] == FS_PART_TRAIN)
        continue;
      size_t row = target > purge ? target - purge : 0;
      for (row = row > near_to ? row : near_to;
           row < n_rows && row < target + dataset->horizon + purge; row++)
        is_near[row] = true;
      near_to = row;
    }
}

/* The windows that were drawn. With a purge gap those of training keep it on both sides of every target of
 * the other parts. */
static FsStatus
lay_drawn (Laying *laying, FsProblem *problem)
{
  const FsDataset *dataset = laying->dataset;
  const size_t length = dataset->length, span = length + dataset->horizon;
  bool *is_near = laying->purge > 0 ? calloc (dataset->n_rows + 1, sizeof *is_near) : NULL;
  if (laying->purge > 0 && !is_near)
    return fs_dataset_no_memory (problem);
  if (is_near)
    mark_near (laying, is_near);
  Losses losses = { .is_lost = laying->is_lost, .n_rows = dataset->n_rows };
  for (size_t start = 0; start + span <= dataset->n_rows; start += laying->stride)
    {
      const FsPart part = (FsPart) dataset->raw->parts[start + length];
      bool is_free = next_lost (&losses, start) >= start + span;
      for (size_t row = start + length;
           is_near && part == FS_PART_TRAIN && is_free && row < start + span; row++)
        is_free = !is_near[row];
      if (is_free)
        put_window (laying, part, start);
    }
  free (is_near);
  return FS_OK;
}

static FsStatus
lay (Laying *laying, const FsExperiment *experiment, FsProblem *problem)
{
  memset (laying->n, 0, sizeof laying->n);
  if (experiment->split.method == FS_SPLIT_SHUFFLED)
    return lay_drawn (laying, problem);
  lay_segments (laying);
  return FS_OK;
}

/* Rows of each part. */
static void
count_rows (const FsDataset *dataset, size_t n_rows[FS_N_PARTS])
{
  memset (n_rows, 0, FS_N_PARTS * sizeof *n_rows);
  for (FsSegment segment = { 0 };
       fs_table_next_segment (dataset->raw, dataset->part_ends, &segment);)
    n_rows[segment.part] += segment.end - segment.begin;
}

/* "auto": the window's length, or none where a later part would have too few windows left. Windows that
 * are shuffled on purpose lie among each other, and no gap would leave any. */
static FsStatus
choose_purge (Laying *laying, const FsExperiment *experiment, FsProblem *problem)
{
  const FsDataset *dataset = laying->dataset;
  size_t n_rows[FS_N_PARTS];
  if (experiment->split.purge != FS_AUTO)
    {
      const int64_t purge = experiment->split.purge > 0 ? experiment->split.purge : 0;
      laying->purge = (uint64_t) purge < dataset->n_rows ? (size_t) purge : dataset->n_rows;
      return FS_OK;
    }
  laying->purge = 0;
  if (experiment->split.method == FS_SPLIT_SHUFFLED)
    return FS_OK;
  laying->purge = dataset->length < dataset->n_rows ? dataset->length : dataset->n_rows;
  count_rows (dataset, n_rows);
  const FsStatus status = lay (laying, experiment, problem);
  for (FsPart part = FS_PART_VALIDATION; part < FS_N_PARTS; part++)
    if (n_rows[part] > 0 && laying->n[part] < FS_MIN_PURGED_WINDOWS)
      laying->purge = 0;
  return status;
}

/* No window of a part that has a share: say how many rows there are and how many are needed. */
static FsStatus
too_few (const FsDataset *dataset, const FsExperiment *experiment, FsPart part, FsProblem *problem)
{
  static const char *const keys[FS_N_PARTS] = { "split.train", "split.validation", "split" };
  static const char *const names[FS_N_PARTS] = { "training", "validation", "test" };
  const bool is_given = experiment->split.method == FS_SPLIT_GIVEN;
  size_t n_rows[FS_N_PARTS];
  count_rows (dataset, n_rows);
  if (experiment->split.method == FS_SPLIT_SHUFFLED && part == FS_PART_TRAIN && dataset->purge > 0)
    return fs_problem_at (problem, FS_TOO_LITTLE, "split.purge", 0, NULL,
                          "no training window is %zu rows away from every window that validates or "
                          "tests; shuffled windows lie among each other, so choose 0, or "
                          "split.method chronological",
                          dataset->purge);
  /* In double, because a mistyped length may be anything. */
  double needed =
      (double) experiment->window.horizon
      + (part == FS_PART_TRAIN ? (double) experiment->window.length : (double) dataset->purge);
  if (fs_dataset_is_scattered (dataset) && is_given)
    return fs_problem_at (problem, FS_TOO_LITTLE, "split.column", 0, NULL,
                          "the %s part has %zu of the %zu rows, but nowhere the %.0f together that "
                          "one window needs; choose a shorter window (window.length is %lld) or "
                          "longer blocks",
                          names[part], n_rows[part], dataset->n_rows, needed,
                          (long long) experiment->window.length);
  return fs_problem_at (problem, FS_TOO_LITTLE, is_given ? "split.column" : keys[part], 0, NULL,
                        "the %s part has %zu of the %zu rows and one window needs %.0f; choose a "
                        "shorter window (window.length is %lld) or more data",
                        names[part], n_rows[part], dataset->n_rows, needed,
                        (long long) experiment->window.length);
}

/* Room for the windows that were counted. */
static FsStatus
reserve (Laying *laying, FsDataset *dataset, FsProblem *problem)
{
  for (FsPart part = FS_PART_TRAIN; part < FS_N_PARTS; part++)
    {
      FsWindows *windows = &dataset->windows[part];
      free (windows->starts);
      windows->n = laying->n[part];
      windows->starts = malloc ((windows->n + 1) * sizeof *windows->starts);
      if (!windows->starts)
        return fs_problem (problem, FS_OUT_OF_MEMORY, "window.length", NULL, NULL);
      laying->starts[part] = windows->starts;
    }
  return FS_OK;
}

static bool
is_wanted (const FsDataset *dataset, const FsExperiment *experiment, FsPart part)
{
  size_t n_rows[FS_N_PARTS];
  if (part != FS_PART_VALIDATION)
    return part == FS_PART_TRAIN;
  if (experiment->split.method != FS_SPLIT_GIVEN)
    return experiment->split.validation > 0;
  count_rows (dataset, n_rows);
  return n_rows[part] > 0;
}

FsStatus
fs_dataset_lay_windows (FsDataset *dataset,
                        const FsExperiment *experiment,
                        const bool *is_lost,
                        FsProblem *problem)
{
  Laying laying = { .dataset = dataset,
                    .is_lost = is_lost,
                    .purge = dataset->purge,
                    .stride =
                        experiment->window.stride > 0 ? (size_t) experiment->window.stride : 1 };
  FsStatus status = FS_OK;
  if (!is_lost)
    status = choose_purge (&laying, experiment, problem);
  dataset->purge = laying.purge;
  if (status == FS_OK)
    status = lay (&laying, experiment, problem);
  for (FsPart part = FS_PART_TRAIN; part < FS_N_PARTS && status == FS_OK; part++)
    {
      const size_t n_before = dataset->windows[part].n;
      if (laying.n[part] == 0 && is_lost && n_before > 0 && part != FS_PART_TEST)
        status = fs_problem_at (problem, FS_TOO_LITTLE,
                                part == FS_PART_TRAIN ? "split.train" : "split.validation", 0, NULL,
                                "the steps of preparation lose rows, and none of the %zu windows "
                                "is left whole; choose a shorter window or a smaller lag",
                                n_before);
      else if (laying.n[part] == 0 && !is_lost && is_wanted (dataset, experiment, part))
        status = too_few (dataset, experiment, part, problem);
    }
  if (status == FS_OK)
    status = reserve (&laying, dataset, problem);
  return status == FS_OK ? lay (&laying, experiment, problem) : status;
}
