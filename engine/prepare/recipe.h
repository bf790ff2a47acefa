/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The recipe: the experiment's preparation steps, fitted on the training rows only, applied to every
 * row, and inverted for reports in original units. A recipe is immutable after fs_recipe_fit().
 *
 * Channel 0 of the table is the target, channels 1 … are data.inputs in order. Poisoning validation
 * or test rows with 1e9 before fitting leaves the fitted numbers bit-identical (a test). */

#include <stdint.h>
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"
#include "engine/series/frame.h"

/* Rows × channels in double, row-major, with the split of each row. */
typedef enum
{
  FS_PART_TRAIN,
  FS_PART_VALIDATION,
  FS_PART_TEST,
  FS_N_PARTS
} FsPart;

/* The words of a channel that is of words: its values are indices into them, NaN where none is. A step
 * "encode" must make numbers of it before any other step works on the table. */
typedef struct
{
  char **words; /* [n], sorted by code point; NULL and 0 for a channel of numbers */
  size_t n;
} FsChannelWords;

typedef struct
{
  size_t n_rows, n_channels;
  double *values;              /* [n_rows][n_channels]; NaN = missing */
  char (*names)[FS_TEXT_SIZE]; /* [n_channels] */
  /* Rows that no window may look at or aim for, NULL = none: those that a difference has used up, and
   * those that a step has dropped. Every value in them is NaN. */
  bool *is_lost;         /* [n_rows] */
  FsChannelWords *words; /* [n_channels]; NULL where no channel is of words */
  double *times;         /* [n_rows], as the dataset's; NULL where rows are equally far apart */
  bool has_dates;
  /* [n_rows]: the FsPart of each row, as split.h has it; NULL where shares of the rows tell, and where
   * rows lie part by part. */
  uint8_t *parts;
} FsTable;

/* How many words a channel has, 0 for one of numbers. */
static inline size_t
fs_table_n_words (const FsTable *table, size_t channel)
{
  return table->words ? table->words[channel].n : 0;
}

FsStatus fs_table_from_frame (FsTable **table,
                              const FsFrame *frame,
                              const FsExperiment *experiment,
                              FsProblem *problem);
/* Values not yet set; NULL without memory. */
FsTable *fs_table_new (size_t n_rows, size_t n_channels);
FsTable *fs_table_copy (const FsTable *table);
/* These rows alone, without their parts. */
FsTable *fs_table_take_rows (const FsTable *table, const uint32_t *rows, size_t n);
void fs_table_free (FsTable *table);

typedef struct FsRecipe FsRecipe;

/* Fits every enabled step in turn on the training rows of `table` and applies it in place to all rows
 * (within rows that lie together in one part where a step would otherwise look across a border). Training
 * are the rows [0, part_ends[FS_PART_TRAIN]), and of these, if `parts` of the table tells, the rows whose
 * part it is. part_ends[p] is one past the last row of part p. Steps never change the number of rows; rows without
 * a complete past are marked lost. A step that is wrong on purpose (fit_on_all_rows) is fitted on all. */
FsStatus fs_recipe_fit (FsRecipe **recipe,
                        const FsExperiment *experiment,
                        FsTable *table,
                        const size_t part_ends[FS_N_PARTS],
                        FsProblem *problem);
void fs_recipe_free (FsRecipe *recipe);

/* Prepared target values back to original units. values[0 … n) is ONE forecast: of the rows from
 * `first_row` on, made when the rows before it were known. A difference is undone with what was known
 * where that reaches, and further ahead with the forecast itself, never with later truth. */
void fs_recipe_invert_target (const FsRecipe *recipe, double *values, size_t n, size_t first_row);

/* One line a step for people: "standard: mean 230.1, sd 81.3 (of 101 training rows)". */
size_t fs_recipe_n_steps (const FsRecipe *recipe);
void fs_recipe_describe (const FsRecipe *recipe, size_t step, char *buffer, size_t size);

/* How many channels the step received; what it left is what the next one received, or the table has. */
size_t fs_recipe_n_channels (const FsRecipe *recipe, size_t step);

/* The fitted numbers of an enabled step, as the step lays them out (step-*.c): what must not change
 * when later rows do, and what is stored with a run. */
const double *fs_recipe_numbers (const FsRecipe *recipe, size_t step, size_t *n);
