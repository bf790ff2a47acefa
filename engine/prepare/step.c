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

FsStatus
fs_step_quantiles (const FsStep *step,
                   const FsTable *table,
                   size_t channel,
                   const double *probabilities,
                   double *results,
                   size_t n_results,
                   FsProblem *problem)
{
  double *known;
  size_t n;
  FsStatus status = fs_step_known (step, table, channel, &known, &n, problem);
  if (!status && !fs_select_quantiles (known, n, probabilities, results, n_results))
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
