/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Filling gaps. Causality: a value of a later part never reaches an earlier one. Inside one part the
 * linear method draws a line between the known neighbours; a gap at the end of a part repeats the
 * last known value, and a gap at the beginning of a later part goes on repeating it, so nothing is
 * interpolated across a border. Only the very first rows, before the first known value, have no past:
 * they take that first value, which is a training value. */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/base/number.h"

/* numbers: [n_channels] the filling value (mean), [n_channels] first known training value,
 * [n_channels] gaps in the training part. */

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels, n_train = step->n_train;
  FsStatus status = fs_step_allocate (step, 3 * n_channels, problem);
  if (status)
    return status;
  for (size_t c = 0; c < n_channels; c++)
    {
      double sum = 0, first = NAN;
      size_t n_known = 0;
      for (size_t t = 0; t < n_train; t++)
        {
          double x = table->values[t * n_channels + c];
          if (isnan (x))
            continue;
          if (n_known++ == 0)
            first = x;
          sum += x;
        }
      if (n_known == 0)
        return fs_problem (problem, FS_TOO_LITTLE, table->names[c], NULL,
                           "this column has no value in the training part");
      step->numbers[c] = sum / (double) n_known;
      step->numbers[n_channels + c] = first;
      step->numbers[2 * n_channels + c] = (double) (n_train - n_known);
    }
  return FS_OK;
}

/* The line between the known rows `left` and `right`, in between. */
static void
draw_line (double *values, size_t stride, size_t left, size_t right)
{
  double from = values[left * stride], to = values[right * stride];
  for (size_t t = left + 1; t < right; t++)
    values[t * stride] = from + (to - from) * ((double) (t - left) / (double) (right - left));
}

/* One column of one part; `before` is the last value before the part. */
static void
fill_part (FsImputeMethod method,
           double *values,
           size_t stride,
           size_t begin,
           size_t end,
           double before,
           double mean)
{
  bool has_left = false;
  size_t left = 0;
  for (size_t t = begin; t < end; t++)
    {
      double *x = &values[t * stride];
      if (!isnan (*x))
        {
          if (method == FS_IMPUTE_LINEAR && has_left && t > left + 1)
            draw_line (values, stride, left, t);
          has_left = true;
          left = t;
          before = *x;
        }
      else if (method == FS_IMPUTE_MEAN)
        *x = mean;
      else if (method == FS_IMPUTE_FORWARD || !has_left)
        *x = before;
    }
  if (method == FS_IMPUTE_LINEAR && has_left)
    for (size_t t = left + 1; t < end; t++)
      values[t * stride] = before;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels;
  for (size_t c = 0; c < n_channels; c++)
    {
      double before = step->numbers[n_channels + c];
      for (FsPart part = FS_PART_TRAIN; part < FS_N_PARTS; part++)
        {
          size_t begin = fs_part_begin (part_ends, part), end = part_ends[part];
          if (begin == end)
            continue;
          fill_part (step->spec.impute_method, table->values + c, n_channels, begin, end, before,
                     step->numbers[c]);
          before = table->values[(end - 1) * n_channels + c];
        }
    }
  return FS_OK;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  char value[FS_NUMBER_SIZE];
  double n_gaps = step->numbers[2 * step->n_channels];
  fs_number_write (n_gaps, value);
  const char *gaps = n_gaps == 1 ? "gap" : "gaps";
  switch (step->spec.impute_method)
    {
    case FS_IMPUTE_LINEAR:
      snprintf (
          buffer, size,
          "fill gaps: a line between the neighbours inside each part (%s %s in %zu training rows)",
          value, gaps, step->n_train);
      return;
    case FS_IMPUTE_FORWARD:
      snprintf (buffer, size, "fill gaps: the last known value (%s %s in %zu training rows)", value,
                gaps, step->n_train);
      return;
    case FS_IMPUTE_MEAN:
      {
        char mean[FS_NUMBER_SIZE];
        fs_number_write_short (step->numbers[0], 4, mean);
        snprintf (buffer, size, "fill gaps: the training mean %s (%s %s in %zu training rows)",
                  mean, value, gaps, step->n_train);
        return;
      }
    }
}

const FsStepOperations fs_step_impute = {
  .fit = fit,
  .apply = apply,
  .invert = NULL,
  .describe = describe,
};
