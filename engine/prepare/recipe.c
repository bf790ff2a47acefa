/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order of the steps: each is fitted on what the one before it made of the training rows. What a
 * step does is in step-*.c. */

#include "engine/prepare/recipe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "engine/prepare/split.h"
#include "engine/prepare/step.h"

struct FsRecipe
{
  FsStep steps[FS_MAX_STEPS];
  size_t n_steps; /* the enabled ones */
};

/* A new kind of step is a file and a line here. */
static const FsStepOperations *const operations[FS_N_STEP_KINDS] = {
  [FS_STEP_IMPUTE] = &fs_step_impute,
  [FS_STEP_SCALE] = &fs_step_scale,
  [FS_STEP_CLIP] = &fs_step_clip,
  [FS_STEP_TRANSFORM] = &fs_step_transform,
  [FS_STEP_DIFFERENCE] = &fs_step_difference,
  [FS_STEP_DETREND] = &fs_step_detrend,
  [FS_STEP_FEATURE] = &fs_step_feature,
  [FS_STEP_ENCODE] = &fs_step_encode,
  [FS_STEP_AUGMENT] = &fs_step_augment,
};

/* Whatever a step has put into lost rows: nothing is known of them. */
static void
blank_lost_rows (FsTable *table)
{
  for (size_t t = 0; table->is_lost && t < table->n_rows; t++)
    for (size_t c = 0; table->is_lost[t] && c < table->n_channels; c++)
      table->values[t * table->n_channels + c] = NAN;
}

/* Indices of words are no numbers to scale or to fill. */
static FsStatus
check_words (const FsStepSpec *spec, const FsTable *table, FsProblem *problem)
{
  for (size_t c = 0; spec->kind != FS_STEP_ENCODE && c < table->n_channels; c++)
    if (fs_table_n_words (table, c) > 0)
      return fs_problem (problem, FS_MISMATCH, "prepare", table->names[c],
                         "this column has words; the step \u201cencode\u201d must come before all "
                         "other steps");
  return FS_OK;
}

/* Fits on training rows that do not lie together: on a table that has these alone. */
static FsStatus
fit_on_scattered (FsStep *step,
                  const FsTable *table,
                  const size_t part_ends[FS_N_PARTS],
                  FsProblem *problem)
{
  uint32_t *rows;
  FsTable *training = fs_table_training_rows (table, &rows);
  if (!training)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  step->n_train = training->n_rows;
  step->rows = rows;
  step->memory = NULL; /* it remembers rows of the whole table */
  const FsStatus status = step->operations->fit (step, training, part_ends, problem);
  step->rows = NULL;
  free (rows);
  fs_table_free (training);
  return status;
}

FsStatus
fs_step_fit (FsStep *step,
             const FsStepSpec *spec,
             const FsTable *table,
             const size_t part_ends[FS_N_PARTS],
             FsStepMemory *memory,
             FsProblem *problem)
{
  *step = (FsStep){ .operations = operations[spec->kind],
                    .spec = *spec,
                    .memory = memory,
                    .n_channels = table->n_channels,
                    .n_train = spec->fits_all_rows ? table->n_rows : part_ends[FS_PART_TRAIN] };
  const FsStatus status = check_words (spec, table, problem);
  if (status != FS_OK)
    return status;
  return table->parts && !spec->fits_all_rows
             ? fit_on_scattered (step, table, part_ends, problem)
             : step->operations->fit (step, table, part_ends, problem);
}

FsStatus
fs_step_run (FsStep *step,
             const FsStepSpec *spec,
             FsTable *table,
             const size_t part_ends[FS_N_PARTS],
             FsProblem *problem)
{
  FsStatus status = fs_step_fit (step, spec, table, part_ends, NULL, problem);
  if (!status)
    status = step->operations->apply (step, table, part_ends, problem);
  blank_lost_rows (table);
  return status;
}

void
fs_step_clear (FsStep *step)
{
  free (step->numbers);
  free (step->history);
  *step = (FsStep){ 0 };
}

/* Networks cannot read gaps: after the last step there is none left. */
static FsStatus
check_complete (const FsTable *table, FsProblem *problem)
{
  for (size_t t = 0; t < table->n_rows; t++)
    for (size_t c = 0; c < table->n_channels; c++)
      {
        double x = table->values[t * table->n_channels + c];
        if (table->is_lost && table->is_lost[t])
          continue;
        if (isnan (x))
          return fs_problem_at (problem, FS_MALFORMED, table->names[c], 0, NULL,
                                "the value of row %zu is missing after all steps of preparation; "
                                "add the step \u201cimpute\u201d",
                                t + 1);
        if (!isfinite (x))
          return fs_problem_at (problem, FS_OUT_OF_RANGE, table->names[c], 0, NULL,
                                "the value of row %zu is not finite after all steps of preparation",
                                t + 1);
      }
  return FS_OK;
}

FsStatus
fs_recipe_fit (FsRecipe **recipe,
               const FsExperiment *experiment,
               FsTable *table,
               const size_t part_ends[FS_N_PARTS],
               FsProblem *problem)
{
  FsStatus status = FS_OK;
  *recipe = NULL;
  FsRecipe *made = calloc (1, sizeof *made);
  if (!made)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  for (size_t i = 0; i < experiment->n_steps && !status; i++)
    {
      if (!experiment->steps[i].is_enabled)
        continue;
      status = fs_step_run (&made->steps[made->n_steps++], &experiment->steps[i], table, part_ends,
                            problem);
    }
  if (!status)
    status = check_complete (table, problem);
  if (status)
    fs_recipe_free (made);
  else
    *recipe = made;
  return status;
}

void
fs_recipe_free (FsRecipe *recipe)
{
  for (size_t i = 0; recipe && i < recipe->n_steps; i++)
    fs_step_clear (&recipe->steps[i]);
  free (recipe);
}

void
fs_recipe_invert_target (const FsRecipe *recipe, double *values, size_t n, size_t first_row)
{
  for (size_t i = recipe->n_steps; i-- > 0;)
    {
      const FsStep *step = &recipe->steps[i];
      if (step->operations->invert)
        step->operations->invert (step, values, n, first_row);
    }
}

size_t
fs_recipe_n_steps (const FsRecipe *recipe)
{
  return recipe->n_steps;
}

void
fs_recipe_describe (const FsRecipe *recipe, size_t step, char *buffer, size_t size)
{
  if (step < recipe->n_steps)
    recipe->steps[step].operations->describe (&recipe->steps[step], buffer, size);
  else if (size > 0)
    buffer[0] = '\0';
}

size_t
fs_recipe_n_channels (const FsRecipe *recipe, size_t step)
{
  return step < recipe->n_steps ? recipe->steps[step].n_channels : 0;
}

const double *
fs_recipe_numbers (const FsRecipe *recipe, size_t step, size_t *n)
{
  *n = step < recipe->n_steps ? recipe->steps[step].n_numbers : 0;
  return *n ? recipe->steps[step].numbers : NULL;
}
