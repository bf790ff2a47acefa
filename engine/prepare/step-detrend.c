/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Takes a constant or the least-squares line a + b t through the training rows away, t = 0 at the
 * first row; later rows lose the same line drawn on. */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include "engine/base/text.h"
#include "engine/base/number.h"

/* numbers: [n_channels] a, [n_channels] b. */

static FsStatus
fit_channel (FsStep *step, const FsTable *table, size_t channel, FsProblem *problem)
{
  const double *x = table->values + channel;
  const size_t stride = table->n_channels;
  double n = 0, sum_t = 0, sum_x = 0, tt = 0, tx = 0;
  for (size_t t = 0; t < step->n_train; t++)
    if (!isnan (x[t * stride]))
      {
        n++;
        sum_t += (double) fs_step_row (step, t);
        sum_x += x[t * stride];
      }
  if (n == 0)
    return fs_problem (problem, FS_TOO_LITTLE, table->names[channel], NULL,
                       "this column has no value in the training part");
  const double mean_t = sum_t / n, mean_x = sum_x / n;
  for (size_t t = 0; t < step->n_train; t++)
    if (!isnan (x[t * stride]))
      {
        const double from_mean = (double) fs_step_row (step, t) - mean_t;
        tt += from_mean * from_mean;
        tx += from_mean * (x[t * stride] - mean_x);
      }
  const double b = step->spec.detrend_method == FS_DETREND_LINE && tt > 0 ? tx / tt : 0;
  step->numbers[channel] = mean_x - b * mean_t;
  step->numbers[step->n_channels + channel] = b;
  return FS_OK;
}

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  FsStatus status = fs_step_allocate (step, 2 * table->n_channels, problem);
  for (size_t c = 0; c < table->n_channels && !status; c++)
    if (fs_step_covers (step, c))
      status = fit_channel (step, table, c, problem);
  return status;
}

static double
trend (const FsStep *step, size_t channel, size_t row)
{
  return step->numbers[channel] + step->numbers[step->n_channels + channel] * (double) row;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  for (size_t t = 0; t < table->n_rows; t++)
    for (size_t c = 0; c < table->n_channels; c++)
      if (fs_step_covers (step, c))
        table->values[t * table->n_channels + c] -= trend (step, c, t);
  return FS_OK;
}

static void
invert (const FsStep *step, double *values, size_t n, size_t first_row)
{
  for (size_t i = 0; i < n && fs_step_covers (step, 0); i++)
    values[i] += trend (step, 0, first_row + i);
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  char level[FS_NUMBER_SIZE], slope[FS_NUMBER_SIZE], of[FS_ROWS_TEXT_SIZE];
  fs_text_mark_number (fs_number_write_short (step->numbers[0], 4, level), sizeof level);
  fs_text_mark_number (fs_number_write_short (step->numbers[step->n_channels], 4, slope),
                       sizeof slope);
  fs_step_rows (step, of);
  if (step->spec.detrend_method == FS_DETREND_LINE)
    snprintf (buffer, size, fs_text ("trend: %s at the first row, %s more each row (of %s)"), level,
              slope, of);
  else
    snprintf (buffer, size, fs_text ("trend: the mean %s taken away (of %s)"), level, of);
}

const FsStepOperations fs_step_detrend = {
  .fit = fit,
  .apply = apply,
  .invert = invert,
  .describe = describe,
};
