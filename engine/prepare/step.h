/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One kind of preparation step = one file with a table of four functions, entered in steps[] of
 * recipe.c. What a step has learned is an array of doubles, so that all steps can be compared,
 * stored and poisoned alike. Private to prepare/. */

#include "engine/prepare/recipe.h"

typedef struct FsStep FsStep;

typedef struct
{
  /* Learns step->numbers from the training rows [0, part_ends[FS_PART_TRAIN]) alone. */
  FsStatus (*fit) (FsStep *step,
                   const FsTable *table,
                   const size_t part_ends[FS_N_PARTS],
                   FsProblem *problem);
  /* Changes all rows in place. A row may depend on earlier rows and, inside its own part, on later
   * ones. */
  void (*apply) (const FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS]);
  /* Undoes it for values of the target (channel 0); NULL if the step leaves values as they are. */
  void (*invert) (const FsStep *step, double *values, size_t n, size_t first_row);
  /* One line for people. */
  void (*describe) (const FsStep *step, char *buffer, size_t size);
} FsStepOperations;

struct FsStep
{
  const FsStepOperations *operations;
  FsStepSpec spec;
  size_t n_channels;
  size_t n_train; /* training rows it was fitted on */
  size_t n_numbers;
  double *numbers; /* of fit(); what they are is the step's own affair */
};

extern const FsStepOperations fs_step_impute;
extern const FsStepOperations fs_step_scale;

/* Room for `n` numbers, zeroed. */
FsStatus fs_step_allocate (FsStep *step, size_t n, FsProblem *problem);

/* The first row of a part. */
static inline size_t
fs_part_begin (const size_t part_ends[FS_N_PARTS], FsPart part)
{
  return part == FS_PART_TRAIN ? 0 : part_ends[part - 1];
}
