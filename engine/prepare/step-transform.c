/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Curves that all values pass through: logarithms and powers. Forecasts are brought back through the
 * inverse, which makes the forecast of a mean one of a median. */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "engine/base/text.h"
#include "engine/base/number.h"
#include "engine/prepare/power.h"

/* numbers: [n_channels] λ of the powers (0 for the others). */

/* Whether the curve is defined at x. */
static bool
is_allowed (const FsStep *step, double x)
{
  switch (step->spec.transform_method)
    {
    case FS_TRANSFORM_LOG:
      return x + step->spec.offset > 0;
    case FS_TRANSFORM_LOG1P:
      return x > -1;
    case FS_TRANSFORM_BOX_COX:
      return x > 0;
    case FS_TRANSFORM_ASINH:
    case FS_TRANSFORM_YEO_JOHNSON:
      break;
    }
  return true;
}

static double
forward (const FsStep *step, double x, double lambda)
{
  switch (step->spec.transform_method)
    {
    case FS_TRANSFORM_LOG:
      return log (x + step->spec.offset);
    case FS_TRANSFORM_LOG1P:
      return log1p (x);
    case FS_TRANSFORM_ASINH:
      return asinh (x);
    case FS_TRANSFORM_BOX_COX:
      return fs_box_cox (x, lambda);
    case FS_TRANSFORM_YEO_JOHNSON:
      break;
    }
  return fs_yeo_johnson (x, lambda);
}

static double
backward (const FsStep *step, double y, double lambda)
{
  switch (step->spec.transform_method)
    {
    case FS_TRANSFORM_LOG:
      return exp (y) - step->spec.offset;
    case FS_TRANSFORM_LOG1P:
      return expm1 (y);
    case FS_TRANSFORM_ASINH:
      return sinh (y);
    case FS_TRANSFORM_BOX_COX:
      return fs_box_cox_inverse (y, lambda);
    case FS_TRANSFORM_YEO_JOHNSON:
      break;
    }
  return fs_yeo_johnson_inverse (y, lambda);
}

static FsStatus
refuse (const FsTable *table, size_t t, size_t row, size_t channel, FsProblem *problem)
{
  char value[FS_NUMBER_SIZE];
  fs_number_write (table->values[t * table->n_channels + channel], value);
  return fs_problem_at (problem, FS_OUT_OF_RANGE, table->names[channel], 0, value,
                        "row %zu has no logarithm or power; choose the method yeo-johnson or "
                        "asinh, or the logarithm with a larger offset",
                        row + 1);
}

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  FsStatus status = fs_step_allocate (step, table->n_channels, problem);
  const FsTransformMethod method = step->spec.transform_method;
  for (size_t c = 0; c < table->n_channels && !status; c++)
    {
      double *sorted;
      size_t n;
      if (!fs_step_covers (step, c)
          || (method != FS_TRANSFORM_BOX_COX && method != FS_TRANSFORM_YEO_JOHNSON))
        continue;
      for (size_t t = 0; t < step->n_train; t++)
        {
          double x = table->values[t * table->n_channels + c];
          if (!isnan (x) && !is_allowed (step, x))
            return refuse (table, t, fs_step_row (step, t), c, problem);
        }
      status = fs_step_sorted (step, table, c, &sorted, &n, problem);
      if (status)
        return status;
      double *scratch = malloc ((n + 1) * sizeof *scratch);
      if (!scratch)
        status = fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
      else
        step->numbers[c] = method == FS_TRANSFORM_BOX_COX ? fs_box_cox_fit (sorted, n, scratch)
                                                          : fs_yeo_johnson_fit (sorted, n, scratch);
      free (scratch);
      free (sorted);
    }
  return status;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  for (size_t t = 0; t < table->n_rows; t++)
    for (size_t c = 0; c < table->n_channels; c++)
      {
        double *x = &table->values[t * table->n_channels + c];
        if (!fs_step_covers (step, c) || isnan (*x))
          continue;
        if (!is_allowed (step, *x))
          return refuse (table, t, t, c, problem);
        *x = forward (step, *x, step->numbers[c]);
      }
  return FS_OK;
}

static void
invert (const FsStep *step, double *values, size_t n, size_t first_row)
{
  for (size_t i = 0; i < n && fs_step_covers (step, 0); i++)
    values[i] = backward (step, values[i], step->numbers[0]);
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  static const char *const names[] = {
    [FS_TRANSFORM_LOG] = FS_WORDS ("logarithm"),
    [FS_TRANSFORM_LOG1P] = FS_WORDS ("logarithm of 1 + x"),
    [FS_TRANSFORM_ASINH] = FS_WORDS ("signed logarithm"),
    [FS_TRANSFORM_BOX_COX] = FS_WORDS ("Box\u2013Cox"),
    [FS_TRANSFORM_YEO_JOHNSON] = FS_WORDS ("Yeo\u2013Johnson"),
  };
  const FsTransformMethod method = step->spec.transform_method;
  char lambda[FS_NUMBER_SIZE], of[FS_ROWS_TEXT_SIZE];
  if (method != FS_TRANSFORM_BOX_COX && method != FS_TRANSFORM_YEO_JOHNSON)
    snprintf (buffer, size, fs_text ("transform: %s"), fs_text (names[method]));
  else if (!fs_step_covers (step, 0))
    snprintf (buffer, size, fs_text ("transform: %s of the inputs (of %s)"),
              fs_text (names[method]), fs_step_rows (step, of));
  else
    snprintf (
        buffer, size, fs_text ("transform: %s with the power %s (of %s)"), fs_text (names[method]),
        fs_text_mark_number (fs_number_write_short (step->numbers[0], 4, lambda), sizeof lambda),
        fs_step_rows (step, of));
}

const FsStepOperations fs_step_transform = {
  .fit = fit,
  .apply = apply,
  .invert = invert,
  .describe = describe,
};
