/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The data as the network sees it: the prepared table and the windows over it, which are views (a
 * window is the number of its first row; nothing is copied until a batch is gathered). Made once by
 * fs_dataset_new() from a frame and an experiment: split → recipe → windows. Immutable afterwards and
 * shared by the trainer, the baselines and the charts, on any thread.
 *
 * The window that starts at row s looks at rows s … s+L-1 and predicts the target at s+L … s+L+H-1.
 * It belongs to the part that holds its target rows; windows whose targets straddle two parts are
 * dropped, so no row of a training window ever lies in another part. The first `purge` rows of the
 * validation and the test part are nobody's target: with purge ≥ L no validation window even looks at
 * a row that a training window used. "auto" is L, or 0 where that would leave a later part fewer than
 * FS_MIN_PURGED_WINDOWS windows (short series); `purge` below tells which it became. A part's row
 * borders are floor (share × rows). With a stride, each part's first window is its first possible one.
 * Parts that a column gives may change as often as it likes: training windows lie with all their rows in
 * rows of training that lie together, and the purge gap is at each beginning of a later part. A shuffled
 * split is wrong on purpose: it draws the windows themselves, from the first row on, and they share rows
 * (geometry.h counts them). Its gap, 0 by "auto", takes away the training windows whose targets are at most
 * `purge` rows from one of another part. What part a row is of then is told in split.h.
 * No window has a row that a step has lost (a first row without a difference, a dropped row).
 * Rows are in order of time: a file with its newest row first is turned round.
 *
 * Other tasks have other windows:
 *   regress, classify   a window is a whole sequence, its rows together, and it aims at one number
 *   text                a window is a text, a row is the number of a word or character
 *   next                windows lie end to end on one text, and aim at what follows each of their steps
 * Sequences and texts lie part by part. A window of fewer steps than `length` is padded, one of more is
 * cut. What the padding means to the network is told by fs_dataset_lengths().
 */

#include <stdint.h>
#include "engine/base/real.h"
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"
#include "engine/prepare/back-translations.h"
#include "engine/prepare/recipe.h"
#include "engine/prepare/text-vocabulary.h"
#include "engine/prepare/word-vectors.h"
#include "engine/series/frame.h"

#define FS_MIN_PURGED_WINDOWS 16

typedef struct
{
  uint32_t *starts; /* first input row of each window, ascending */
  size_t n;
  uint32_t *lengths; /* rows of each, before any is cut; NULL = all have the data set's `length` */
  uint64_t *hashes;  /* of texts: equal texts have equal ones; else NULL */
  char **names; /* of sequences: what the file calls them; of texts: their beginnings; else NULL */
} FsWindows;

/* Word w may stand for each of ids[starts[w] … starts[w + 1]). */
typedef struct
{
  size_t *starts; /* [words of the vocabulary + 1]; NULL = there are none */
  int32_t *ids;
} FsSynonyms;

typedef struct
{
  FsTask task;
  size_t n_rows, n_channels;
  size_t length, horizon; /* L, H */
  size_t n_outputs;       /* numbers the network must give for a window (H for a forecast), or for
                              each of its steps */
  size_t n_targets;       /* numbers that fs_dataset_gather() gives for a window */
  bool is_stepwise;       /* an answer after every step: n_targets = length */
  bool is_masked;         /* padding does not count */
  FsSequenceEnd padding, truncation;
  size_t n_classes;         /* 0 where numbers are to be found */
  char **class_names;       /* [n_classes]; NULL for next, whose classes are the vocabulary */
  double *class_weights;    /* [n_classes]; NULL = 1 each */
  FsVocabulary *vocabulary; /* text, next; else NULL */
  FsSynonyms synonyms;      /* text */
  FsBackTranslations back_translations; /* text: of the training part */
  FsWordVectors vectors;   /* that the embedding begins with; no values if it draws its own */
  FsReal *inputs;          /* [n_rows][n_channels], prepared; 0 in lost rows, which no window has */
  double *target_prepared; /* [n_rows], prepared units, double; NaN in lost rows */
  double *target_raw;      /* [n_rows], original units or number of the class, in every row of a
                              sequence; NaN where the file had none */
  double *times;           /* [n_rows]: seconds since 1970 (has_dates), the numbers of a time column
                              such as years, or the row number */
  bool has_dates;
  /* One past each part's last row. Where parts do not lie one behind the other, all of them are n_rows,
   * and raw->parts has the part of each row: ask fs_dataset_part_of_row(). */
  size_t part_ends[FS_N_PARTS];
  size_t purge; /* rows, as decided */
  FsWindows windows[FS_N_PARTS];
  FsTable *raw;     /* before the recipe */
  FsRecipe *recipe; /* owned */
  size_t season;    /* dominant season in rows found on the training part; 0 = none */
  char target_name[FS_TEXT_SIZE];
  uint64_t frame_hash;
} FsDataset;

/* One past the last of `n` things in each part, by the shares of the split, rounded down. */
void fs_split_borders (const FsExperiment *experiment, size_t n, size_t ends[FS_N_PARTS]);

/* Where the parts of a table from fs_table_from_frame() end, as in a data set. Parts that lie in order
 * are told by this alone; the table forgets them. */
void fs_split_place (size_t part_ends[FS_N_PARTS], FsTable *table, const FsExperiment *experiment);

FsStatus fs_dataset_new (FsDataset **dataset,
                         const FsFrame *frame,
                         const FsExperiment *experiment,
                         FsProblem *problem);
void fs_dataset_free (FsDataset *dataset);

/* Whether the rows of a part do not lie together. */
static inline bool
fs_dataset_is_scattered (const FsDataset *dataset)
{
  return dataset->raw && dataset->raw->parts;
}

static inline FsPart
fs_dataset_part_of_row (const FsDataset *dataset, size_t row)
{
  FsPart part = FS_PART_TRAIN;
  if (fs_dataset_is_scattered (dataset))
    return (FsPart) dataset->raw->parts[row];
  while (part + 1 < FS_N_PARTS && row >= dataset->part_ends[part])
    part++;
  return part;
}

/* values[0 … part_ends[FS_PART_TRAIN]) with NaN in the rows that are not of the training part. */
void fs_dataset_training_only (const FsDataset *dataset, const double *values, double *training);

/* Gathers windows `which[0 … n)` (indices into windows[part].starts) time-major into
 * x[L][n][n_channels] and their targets into y (y may be NULL): y[n][n_targets], or y[L][n] where every
 * step has an answer. A class is its number; a step without an answer is -1. */
void fs_dataset_gather (const FsDataset *dataset,
                        FsPart part,
                        const uint32_t *which,
                        size_t n,
                        FsReal *x,
                        FsReal *y);

/* Steps of each of these windows that count, for FsPass: `lengths`, filled, or NULL if all do. */
const uint32_t *fs_dataset_lengths (const FsDataset *dataset,
                                    FsPart part,
                                    const uint32_t *which,
                                    size_t n,
                                    uint32_t *lengths);

/* Steps of a window after cutting, before padding. */
static inline size_t
fs_window_length (const FsDataset *dataset, FsPart part, size_t window)
{
  const uint32_t *lengths = dataset->windows[part].lengths;
  return !lengths || lengths[window] > dataset->length ? dataset->length : lengths[window];
}

/* The row that has number `step` of what a window aims at. */
static inline size_t
fs_window_target_row (const FsDataset *dataset, FsPart part, size_t window, size_t step)
{
  const size_t start = dataset->windows[part].starts[window];
  return fs_task_is_of_sequences (dataset->task) ? start : start + dataset->length + step;
}
