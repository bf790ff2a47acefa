/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes instead of values: y(t) = x(t) − x(t−m). The first m rows of each run of whole rows have no
 * such change and are lost. Undone with the values that were known before the forecast, and m rows
 * further ahead with the forecast itself: x̂(t) = ŷ(t) + x̂(t−m). */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "engine/base/text.h"

/* numbers: [1] the lag. Nothing is learned. */

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  FsStatus status = fs_step_allocate (step, 1, problem);
  if (status)
    return status;
  step->numbers[0] = (double) step->spec.lag;
  if (step->spec.lag < 1 || (size_t) step->spec.lag >= step->n_train)
    return fs_problem_at (problem, FS_TOO_LITTLE, "prepare", 0, "difference",
                          "a difference over %lld rows needs more than the %zu training rows",
                          (long long) step->spec.lag, step->n_train);
  return FS_OK;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels, lag = (size_t) step->spec.lag;
  size_t begin, end = 0;
  step->history = malloc ((table->n_rows + 1) * sizeof *step->history);
  FsStatus status = fs_table_allow_loss (table, problem);
  if (!step->history)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  if (status)
    return status;
  for (size_t t = 0; t < table->n_rows; t++)
    step->history[t] = table->values[t * n_channels];
  while (fs_table_next_run (table, &begin, &end))
    {
      /* Backwards, so that the earlier values are still there. */
      for (size_t t = end; t-- > begin && t - begin >= lag;)
        for (size_t c = 0; c < n_channels; c++)
          if (fs_step_covers (step, c))
            table->values[t * n_channels + c] -= table->values[(t - lag) * n_channels + c];
      for (size_t t = begin; t < end && t - begin < lag; t++)
        table->is_lost[t] = true;
    }
  return FS_OK;
}

static void
invert (const FsStep *step, double *values, size_t n, size_t first_row)
{
  const size_t lag = (size_t) step->spec.lag;
  if (!fs_step_covers (step, 0))
    return;
  for (size_t i = 0; i < n; i++)
    if (i >= lag)
      values[i] += values[i - lag];
    else
      values[i] += first_row + i >= lag ? step->history[first_row + i - lag] : NAN;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  long long lag = (long long) step->spec.lag;
  snprintf (
      buffer, size,
      fs_text_count ("difference: change since %lld row before; the first %lld row is lost",
                     "difference: change since %lld rows before; the first %lld rows are lost",
                     (size_t) lag),
      lag, lag);
}

const FsStepOperations fs_step_difference = {
  .fit = fit,
  .apply = apply,
  .invert = invert,
  .describe = describe,
};
