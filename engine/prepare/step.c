/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all kinds of steps share; see step.h. */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "engine/base/text.h"
#include "engine/maths/order.h"

FsStatus
fs_step_allocate (FsStep *step, size_t n, FsProblem *problem)
{
  step->numbers = calloc (n ? n : 1, sizeof *step->numbers);
  if (!step->numbers)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  step->n_numbers = n;
  return FS_OK;
}

const char *
fs_step_rows (const FsStep *step, char buffer[FS_ROWS_TEXT_SIZE])
{
  snprintf (buffer, FS_ROWS_TEXT_SIZE,
            step->spec.fits_all_rows ? fs_text ("all %zu rows, tested ones too")
                                     : fs_text ("%zu training rows"),
            step->n_train);
  return buffer;
}

bool
fs_step_covers (const FsStep *step, size_t channel)
{
  switch (step->spec.columns)
    {
    case FS_COLUMNS_TARGET:
      return channel == 0;
    case FS_COLUMNS_INPUTS:
      return channel != 0;
    case FS_COLUMNS_ALL:
      break;
    }
  return true;
}

FsStatus
fs_step_known (const FsStep *step,
               const FsTable *table,
               size_t channel,
               double **known,
               size_t *n,
               FsProblem *problem)
{
  *n = 0;
  *known = malloc ((step->n_train + 1) * sizeof **known);
  if (!*known)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  for (size_t t = 0; t < step->n_train; t++)
    {
      double x = table->values[t * table->n_channels + channel];
      if (!isnan (x))
        (*known)[(*n)++] = x;
    }
  if (*n > 0)
    return FS_OK;
  free (*known);
  *known = NULL;
  return fs_problem (problem, FS_TOO_LITTLE, table->names[channel], NULL,
                     "this column has no value in the training part");
}

FsStatus
fs_step_sorted (const FsStep *step,
                const FsTable *table,
                size_t channel,
                double **sorted,
                size_t *n,
                FsProblem *problem)
{
  FsStatus status = fs_step_known (step, table, channel, sorted, n, problem);
  if (!status)
    fs_sort (*sorted, *n);
  return status;
}

/* Two passes: the variance of the deviations from the mean loses nothing at large offsets. The second
 * term takes back what rounding left in the mean. */
static FsStepSummary
summarise (const FsTable *table, size_t channel, size_t n_rows)
{
  FsStepSummary s = { .min = INFINITY, .max = -INFINITY };
  const double *x = table->values + channel;
  const size_t stride = table->n_channels;
  double sum = 0, squares = 0, rest = 0;
  for (size_t t = 0; t < n_rows; t++)
    if (!isnan (x[t * stride]))
      {
        sum += x[t * stride];
        s.min = x[t * stride] < s.min ? x[t * stride] : s.min;
        s.max = x[t * stride] > s.max ? x[t * stride] : s.max;
        s.n++;
      }
  s.mean = sum / (double) s.n;
  for (size_t t = 0; t < n_rows; t++)
    if (!isnan (x[t * stride]))
      {
        double deviation = x[t * stride] - s.mean;
        squares += deviation * deviation;
        rest += deviation;
      }
  s.variance = (squares - rest * rest / (double) s.n) / (double) s.n;
  return s;
}

/* The memory of a channel, emptied if it is of other rows; NULL where none is kept. */
static FsStepMemory *
memory_of (const FsStep *step, size_t channel)
{
  FsStepMemory *memory = step->memory ? &step->memory[channel] : NULL;
  if (memory && memory->n_rows != step->n_train)
    {
      fs_step_memory_clear (memory, 1);
      memory->n_rows = step->n_train;
    }
  return memory;
}

void
fs_step_memory_clear (FsStepMemory *memory, size_t n_channels)
{
  for (size_t c = 0; c < n_channels; c++)
    {
      fs_order_free (memory[c].order);
      memory[c] = (FsStepMemory){ 0 };
    }
}

FsStepSummary
fs_step_summary (const FsStep *step, const FsTable *table, size_t channel)
{
  FsStepMemory *memory = memory_of (step, channel);
  if (memory && memory->has_summary)
    return memory->summary;
  FsStepSummary summary = summarise (table, channel, step->n_train);
  if (memory)
    {
      memory->summary = summary;
      memory->has_summary = true;
    }
  return summary;
}

FsStatus
fs_step_quantiles (const FsStep *step,
                   const FsTable *table,
                   size_t channel,
                   const double *probabilities,
                   double *results,
                   size_t n_results,
                   FsProblem *problem)
{
  FsStepMemory *memory = memory_of (step, channel);
  double *known = NULL;
  size_t n;
  FsStatus status = FS_OK;
  if (!memory || !memory->order)
    status = fs_step_known (step, table, channel, &known, &n, problem);
  if (!status && memory && !memory->order)
    memory->order = fs_order_new (known, n);
  if (!status && memory && memory->order)
    for (size_t i = 0; i < n_results; i++)
      results[i] = fs_order_quantile (memory->order, probabilities[i]);
  else if (!status && !fs_select_quantiles (known, n, probabilities, results, n_results))
    status = fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  free (known);
  return status;
}

FsStatus
fs_table_allow_loss (FsTable *table, FsProblem *problem)
{
  if (!table->is_lost)
    table->is_lost = calloc (table->n_rows + 1, sizeof *table->is_lost);
  return table->is_lost ? FS_OK : fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
}

bool
fs_table_next_run (const FsTable *table, size_t *begin, size_t *end)
{
  size_t t = *end;
  while (t < table->n_rows && table->is_lost && table->is_lost[t])
    t++;
  *begin = t;
  while (t < table->n_rows && !(table->is_lost && table->is_lost[t]))
    t++;
  *end = t;
  return *begin < *end;
}
