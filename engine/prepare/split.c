/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows and their parts; see split.h. */

#include "engine/prepare/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/prepare/dataset-private.h"
#include "engine/prepare/time-axis.h"

/* Shares are decimal fractions: 0.57 of 100 rows are 57, although 0.57 × 100 is a little less in
 * binary. */
#define SHARE_SLACK 1e-9

FsPart
fs_part_of_place (const size_t ends[FS_N_PARTS], size_t place)
{
  FsPart part = FS_PART_TRAIN;
  while (part + 1 < FS_N_PARTS && place >= ends[part])
    part++;
  return part;
}

static void
place_borders (const FsExperiment *experiment, size_t n, double slack, size_t ends[FS_N_PARTS])
{
  const double all = (double) n;
  double train = floor (experiment->split.train * all + slack);
  double both = floor ((experiment->split.train + experiment->split.validation) * all + slack);
  train = fmin (fmax (train, 0), all);
  both = fmin (fmax (both, train), all);
  ends[FS_PART_TRAIN] = (size_t) train;
  ends[FS_PART_VALIDATION] = (size_t) both;
  ends[FS_PART_TEST] = n;
}

void
fs_split_borders (const FsExperiment *experiment, size_t n, size_t ends[FS_N_PARTS])
{
  place_borders (experiment, n, SHARE_SLACK, ends);
}

void
fs_split_borders_of_lot (const FsExperiment *experiment, size_t n, size_t ends[FS_N_PARTS])
{
  place_borders (experiment, n, 0.5, ends);
}

/* ---- as a column says ---- */

static bool
is_same_word (const char *left, const char *right)
{
  for (; *left && *right; left++, right++)
    if ((*left >= 'A' && *left <= 'Z' ? *left + 'a' - 'A' : *left) != *right)
      return false;
  return *left == *right;
}

bool
fs_part_read (const char *word, FsPart *part)
{
  /* What data sets that come with their split call its parts. */
  static const struct
  {
    const char *word;
    FsPart part;
  } words[] = {
    { "train", FS_PART_TRAIN },
    { "training", FS_PART_TRAIN },
    { "validation", FS_PART_VALIDATION },
    { "valid", FS_PART_VALIDATION },
    { "val", FS_PART_VALIDATION },
    { "dev", FS_PART_VALIDATION },
    { "test", FS_PART_TEST },
    { "testing", FS_PART_TEST },
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (is_same_word (word, words[i].word))
      {
        *part = words[i].part;
        return true;
      }
  return false;
}

FsStatus
fs_part_unreadable (const char *column, const char *word, size_t row, FsProblem *problem)
{
  return fs_problem_at (problem, FS_MALFORMED, "split.column", 0, word ? word : column,
                        "row %zu names no part; each row says train, validation or test", row + 1);
}

const char *
fs_split_column_name (const FsExperiment *experiment)
{
  const char *name = experiment->split.method == FS_SPLIT_GIVEN     ? experiment->split.column
                     : experiment->split.method == FS_SPLIT_GROUPED ? experiment->split.group
                                                                    : "";
  return name[0] ? name : NULL;
}

FsStatus
fs_split_column (const FsColumn **column,
                 const FsFrame *frame,
                 const FsExperiment *experiment,
                 FsProblem *problem)
{
  if (experiment->split.column[0])
    return fs_named_column (column, frame, "split.column", experiment->split.column, problem);
  return fs_problem (problem, FS_NOT_FOUND, "split.column", NULL,
                     "the name of the column that says train, validation or test in each row");
}

static FsStatus
read_rows (FsTable *table,
           const FsFrame *frame,
           const uint32_t *order,
           const FsExperiment *experiment,
           FsProblem *problem)
{
  const FsColumn *column;
  FsLabels labels;
  FsStatus status = fs_split_column (&column, frame, experiment, problem);
  if (status == FS_OK)
    status = fs_labels_init (&labels, column, frame->n_rows, problem);
  if (status != FS_OK)
    return status;
  for (size_t t = 0; t < table->n_rows && status == FS_OK; t++)
    {
      const int32_t code = labels.codes[order[t]];
      FsPart part = FS_PART_TRAIN;
      if (code < 0 || !fs_part_read (labels.names[code], &part))
        status = fs_part_unreadable (column->name, code < 0 ? NULL : labels.names[code], order[t],
                                     problem);
      table->parts[t] = (uint8_t) part;
    }
  fs_labels_clear (&labels);
  return status;
}

/* ---- windows by lot ---- */

/* Every window that there is room for, from the first row on, and its part drawn by lot. */
static FsStatus
draw_rows (FsTable *table, const FsExperiment *experiment, FsProblem *problem)
{
  const size_t n_rows = table->n_rows;
  const uint64_t length = (uint64_t) experiment->window.length;
  const uint64_t horizon = (uint64_t) experiment->window.horizon;
  const size_t stride = experiment->window.stride > 0 ? (size_t) experiment->window.stride : 1;
  memset (table->parts, FS_PART_TRAIN, n_rows);
  if (length >= n_rows || horizon > n_rows - length)
    return FS_OK; /* no window; laying them says so */
  const size_t L = (size_t) length, H = (size_t) horizon, n = (n_rows - L - H) / stride + 1;
  uint32_t *which = malloc (n * sizeof *which);
  uint8_t *drawn = malloc (n);
  size_t ends[FS_N_PARTS];
  if (which && drawn)
    {
      for (size_t i = 0; i < n; i++)
        which[i] = (uint32_t) i;
      FsRandom random = fs_random ((uint64_t) experiment->split.seed, FS_STREAM_SPLIT, 0, 0);
      fs_random_shuffle (&random, which, n);
      fs_split_borders_of_lot (experiment, n, ends);
      for (size_t i = 0; i < n; i++)
        drawn[which[i]] = (uint8_t) fs_part_of_place (ends, i);
      for (size_t i = 0; i < n; i++)
        memset (table->parts + i * stride + L, drawn[i], H);
    }
  const FsStatus status = which && drawn ? FS_OK : fs_dataset_no_memory (problem);
  free (which);
  free (drawn);
  return status;
}

FsStatus
fs_split_series (FsTable *table,
                 const FsFrame *frame,
                 const uint32_t *order,
                 const FsExperiment *experiment,
                 FsProblem *problem)
{
  const FsSplitMethod method = experiment->split.method;
  if (method == FS_SPLIT_GROUPED)
    return fs_problem (problem, FS_MISMATCH, "split.method", "grouped",
                       "chronological: the rows of one series are one group; groups are of "
                       "sequences and texts");
  if (method == FS_SPLIT_CHRONOLOGICAL)
    return FS_OK;
  table->parts = malloc (table->n_rows + 1);
  if (!table->parts)
    return fs_dataset_no_memory (problem);
  return method == FS_SPLIT_GIVEN ? read_rows (table, frame, order, experiment, problem)
                                  : draw_rows (table, experiment, problem);
}

/* ---- of a table ---- */

void
fs_split_place (size_t part_ends[FS_N_PARTS], FsTable *table, const FsExperiment *experiment)
{
  if (!table->parts)
    {
      fs_split_borders (experiment, table->n_rows, part_ends);
      return;
    }
  size_t counts[FS_N_PARTS] = { 0 };
  bool is_in_order = true;
  for (size_t t = 0; t < table->n_rows; t++)
    {
      counts[table->parts[t]]++;
      is_in_order = is_in_order && (t == 0 || table->parts[t] >= table->parts[t - 1]);
    }
  for (int part = 0; part < FS_N_PARTS; part++)
    part_ends[part] = !is_in_order ? table->n_rows
                      : part > 0   ? part_ends[part - 1] + counts[part]
                                   : counts[part];
  if (!is_in_order)
    return;
  free (table->parts);
  table->parts = NULL;
}

bool
fs_table_next_segment (const FsTable *table, const size_t part_ends[FS_N_PARTS], FsSegment *segment)
{
  const size_t begin = segment->end;
  if (begin >= table->n_rows)
    return false;
  segment->begin = begin;
  if (!table->parts)
    {
      segment->part = fs_part_of_place (part_ends, begin);
      segment->end = part_ends[segment->part];
      return true;
    }
  segment->part = (FsPart) table->parts[begin];
  while (segment->end < table->n_rows && table->parts[segment->end] == table->parts[begin])
    segment->end++;
  return true;
}

FsTable *
fs_table_training_rows (const FsTable *table, uint32_t **rows)
{
  size_t n = 0;
  for (size_t t = 0; t < table->n_rows; t++)
    n += table->parts[t] == FS_PART_TRAIN;
  *rows = malloc ((n + 1) * sizeof **rows);
  if (!*rows)
    return NULL;
  n = 0;
  for (size_t t = 0; t < table->n_rows; t++)
    if (table->parts[t] == FS_PART_TRAIN)
      (*rows)[n++] = (uint32_t) t;
  FsTable *taken = fs_table_take_rows (table, *rows, n);
  if (!taken)
    {
      free (*rows);
      *rows = NULL;
    }
  return taken;
}
