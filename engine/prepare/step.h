/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One kind of preparation step = one file with a table of four functions, entered in steps[] of
 * recipe.c. What a step has learned is an array of doubles, so that all steps can be compared,
 * stored and poisoned alike. Private to prepare/. */

#include "engine/prepare/recipe.h"

typedef struct FsStep FsStep;

typedef struct
{
  /* Learns step->numbers from the rows [0, step->n_train) alone; what they are called in the whole
   * table is told by fs_step_row(). */
  FsStatus (*fit) (FsStep *step,
                   const FsTable *table,
                   const size_t part_ends[FS_N_PARTS],
                   FsProblem *problem);
  /* Changes all rows in place. A row may depend on earlier rows and, inside its own part, on later
   * ones. */
  FsStatus (*apply) (FsStep *step,
                     FsTable *table,
                     const size_t part_ends[FS_N_PARTS],
                     FsProblem *problem);
  /* Undoes it for one forecast of the target (channel 0), see fs_recipe_invert_target(); NULL if the
   * step leaves values as they are. */
  void (*invert) (const FsStep *step, double *values, size_t n, size_t first_row);
  /* One line for people. */
  void (*describe) (const FsStep *step, char *buffer, size_t size);
} FsStepOperations;

typedef struct
{
  size_t n;
  double mean, variance; /* population variance (ddof 0), as scikit-learn's StandardScaler has it */
  double min, max;
} FsStepSummary;

/* What a fit finds out about one channel before any setting of the step comes in, for fitting the same
 * step on the same rows many times. All 0 at first; what it holds is of the first `n_rows` rows. */
typedef struct
{
  size_t n_rows;
  bool has_summary;
  FsStepSummary summary;
  struct FsOrder *order; /* of the known values; NULL until somebody needs it */
} FsStepMemory;

struct FsStep
{
  const FsStepOperations *operations;
  FsStepSpec spec;
  FsStepMemory *memory; /* [n_channels], or NULL; not the step's own */
  size_t n_channels;
  size_t n_train; /* rows it was fitted on: the training rows, or all if it is wrong on purpose */
  const uint32_t *rows; /* [n_train]: while it is fitted, which rows those are; NULL = the first */
  size_t n_numbers;
  double *numbers; /* of fit(); what they are is the step's own affair */
  double
      *history; /* [n_rows]: the target as the step received it, for what needs the past; or NULL */
};

extern const FsStepOperations fs_step_impute;
extern const FsStepOperations fs_step_scale;
extern const FsStepOperations fs_step_clip;
extern const FsStepOperations fs_step_transform;
extern const FsStepOperations fs_step_difference;
extern const FsStepOperations fs_step_detrend;
extern const FsStepOperations fs_step_feature;
extern const FsStepOperations fs_step_encode;
extern const FsStepOperations fs_step_augment;

/* For the lens: the training rows as variants, window by window of `length` rows. */
FsStatus fs_augment_show (const FsStepSpec *spec,
                          FsTable *table,
                          const size_t part_ends[FS_N_PARTS],
                          size_t length,
                          FsProblem *problem);

/* Fits a step of this kind on its rows of `table` and applies it to all; what later steps and windows
 * may not use is blank then. `step` is to be cleared whatever comes of it (recipe.c). */
FsStatus fs_step_run (FsStep *step,
                      const FsStepSpec *spec,
                      FsTable *table,
                      const size_t part_ends[FS_N_PARTS],
                      FsProblem *problem);
void fs_step_clear (FsStep *step);

/* The first half of it: only fits. `memory` is of the table's channels, or NULL. */
FsStatus fs_step_fit (FsStep *step,
                      const FsStepSpec *spec,
                      const FsTable *table,
                      const size_t part_ends[FS_N_PARTS],
                      FsStepMemory *memory,
                      FsProblem *problem);
void fs_step_memory_clear (FsStepMemory *memory, size_t n_channels);

/* Room for `n` numbers, zeroed. */
FsStatus fs_step_allocate (FsStep *step, size_t n, FsProblem *problem);

/* The row of the whole table that is number t of those the step is fitted on. */
static inline size_t
fs_step_row (const FsStep *step, size_t t)
{
  return step->rows ? step->rows[t] : t;
}

/* "101 training rows", "all 144 rows, tested ones too". */
#define FS_ROWS_TEXT_SIZE 64
const char *fs_step_rows (const FsStep *step, char buffer[FS_ROWS_TEXT_SIZE]);

/* Whether the step works on this channel (its setting "columns"). */
bool fs_step_covers (const FsStep *step, size_t channel);

/* The known values of a channel among the rows the step is fitted on, in order of rows or ascending, in
 * memory to be freed; none is a problem. */
FsStatus fs_step_known (const FsStep *step,
                        const FsTable *table,
                        size_t channel,
                        double **known,
                        size_t *n,
                        FsProblem *problem);
FsStatus fs_step_sorted (const FsStep *step,
                         const FsTable *table,
                         size_t channel,
                         double **sorted,
                         size_t *n,
                         FsProblem *problem);

/* Their number, moments and ends; all NaN but the number where there is none. */
FsStepSummary fs_step_summary (const FsStep *step, const FsTable *table, size_t channel);

/* Quantiles of them, for which nothing need be sorted. */
FsStatus fs_step_quantiles (const FsStep *step,
                            const FsTable *table,
                            size_t channel,
                            const double *probabilities,
                            double *results,
                            size_t n_results,
                            FsProblem *problem);

/* `n` more channels of missing values without names, behind the others. */
FsStatus fs_table_add_channels (FsTable *table, size_t n, FsProblem *problem);

/* The channel is one of numbers from now on. */
void fs_table_forget_words (FsTable *table, size_t channel);

/* Names a channel, also after another one of the table. */
void fs_table_name_channel (FsTable *table, size_t channel, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

/* Makes room to mark rows as lost. */
FsStatus fs_table_allow_loss (FsTable *table, FsProblem *problem);

/* The next run of rows without a lost one, from *end = 0 on; false at the end. */
bool fs_table_next_run (const FsTable *table, size_t *begin, size_t *end);

/* The first row of a part. */
static inline size_t
fs_part_begin (const size_t part_ends[FS_N_PARTS], FsPart part)
{
  return part == FS_PART_TRAIN ? 0 : part_ends[part - 1];
}
