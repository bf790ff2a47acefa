/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Filling gaps. Causality: a value of a later part never reaches an earlier one. Inside one part the
 * linear method draws a line between the known neighbours; a gap at the end of a part repeats the
 * last known value, and a gap at the beginning of a later part goes on repeating it, so nothing is
 * interpolated across a border. Only the very first rows, before the first known value, have no past:
 * they take that first value, which is a training value. */

#include "engine/prepare/split.h"
#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include "engine/base/text.h"
#include "engine/base/number.h"
#include "engine/prepare/fill.h"

/* numbers: [n_channels] the filling value (mean, median, constant), [n_channels] first known training
 * value, [n_channels] gaps in the training part, and for neighbours [donors][n_channels] their rows. */

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels, n_train = step->n_train;
  const bool has_donors = step->spec.impute_method == FS_IMPUTE_NEIGHBOURS;
  const size_t n_donors = has_donors ? fs_neighbours_count (n_train) : 0;
  FsStatus status = fs_step_allocate (step, (3 + n_donors) * n_channels, problem);
  if (status)
    return status;
  if (has_donors)
    fs_neighbours_take (step, table);
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
      if (step->spec.impute_method == FS_IMPUTE_CONSTANT)
        step->numbers[c] = step->spec.impute_value;
      if (step->spec.impute_method == FS_IMPUTE_MEDIAN)
        status =
            fs_step_quantiles (step, table, c, &(double){ 0.5 }, &step->numbers[c], 1, problem);
      if (status)
        return status;
      step->numbers[n_channels + c] = first;
      step->numbers[2 * n_channels + c] = (double) (n_train - n_known);
    }
  return FS_OK;
}

/* Where a row lies: at its time, or at its number. */
static double
place (const double *times, size_t t)
{
  return times ? times[t] : (double) t;
}

/* The line between the known rows `left` and `right`, in between. */
static void
draw_line (double *values, size_t stride, const double *times, size_t left, size_t right)
{
  double from = values[left * stride], to = values[right * stride];
  double begin = place (times, left), length = place (times, right) - begin;
  for (size_t t = left + 1; t < right; t++)
    values[t * stride] = from + (to - from) * ((place (times, t) - begin) / length);
}

/* Dates that do not go forward are no measure: then rows count as equally far apart. */
static const double *
usable_times (const FsTable *table)
{
  for (size_t t = 0; table->times && t < table->n_rows; t++)
    if (!isfinite (table->times[t]) || (t > 0 && !(table->times[t] > table->times[t - 1])))
      return NULL;
  return table->times;
}

/* One column of one part; `before` is the last value before the part. */
static void
fill_part (FsImputeMethod method,
           double *values,
           size_t stride,
           const double *times,
           size_t begin,
           size_t end,
           double before,
           double fill)
{
  const bool draws_lines = method == FS_IMPUTE_LINEAR || method == FS_IMPUTE_TIME;
  const bool puts_fill =
      method == FS_IMPUTE_MEAN || method == FS_IMPUTE_MEDIAN || method == FS_IMPUTE_CONSTANT;
  bool has_left = false;
  size_t left = 0;
  for (size_t t = begin; t < end; t++)
    {
      double *x = &values[t * stride];
      if (!isnan (*x))
        {
          if (draws_lines && has_left && t > left + 1)
            draw_line (values, stride, times, left, t);
          has_left = true;
          left = t;
          before = *x;
        }
      else if (puts_fill)
        *x = fill;
      else if (method == FS_IMPUTE_FORWARD || !has_left)
        *x = before;
    }
  if (draws_lines && has_left)
    for (size_t t = left + 1; t < end; t++)
      values[t * stride] = before;
}

/* The next known value of the part; behind the last one, the last one has to do. */
static void
fill_backward (double *values, size_t stride, size_t begin, size_t end)
{
  double next = NAN;
  for (size_t t = end; t-- > begin;)
    if (isnan (values[t * stride]))
      values[t * stride] = next;
    else
      next = values[t * stride];
}

static FsStatus
fill_channel (FsStep *step,
              FsTable *table,
              size_t channel,
              const size_t part_ends[FS_N_PARTS],
              FsProblem *problem)
{
  const size_t stride = table->n_channels;
  double *values = table->values + channel;
  double before = step->numbers[step->n_channels + channel];
  FsImputeMethod method = step->spec.impute_method;
  const double *times = method == FS_IMPUTE_TIME ? usable_times (table) : NULL;
  FsStatus status = FS_OK;
  for (FsSegment segment = { 0 }; !status && fs_table_next_segment (table, part_ends, &segment);)
    {
      const size_t begin = segment.begin, end = segment.end;
      if (method == FS_IMPUTE_BACKWARD)
        fill_backward (values, stride, begin, end);
      else if (method == FS_IMPUTE_SPLINE)
        status = fs_spline_fill (values, stride, begin, end, problem);
      /* What these have left is at the ends of the part. */
      fill_part (method == FS_IMPUTE_BACKWARD || method == FS_IMPUTE_SPLINE ? FS_IMPUTE_FORWARD
                                                                            : method,
                 values, stride, times, begin, end, before, step->numbers[channel]);
      before = values[(end - 1) * stride];
    }
  return status;
}

/* A channel of 0 and 1 for each column that has gaps in the training rows. */
static FsStatus
mark_gaps (FsStep *step, FsTable *table, FsProblem *problem)
{
  size_t n = 0, next = table->n_channels;
  const size_t n_channels = step->n_channels;
  for (size_t c = 0; c < n_channels; c++)
    n += step->numbers[2 * n_channels + c] > 0;
  FsStatus status = n > 0 ? fs_table_add_channels (table, n, problem) : FS_OK;
  for (size_t c = 0; c < n_channels && n > 0 && !status; c++)
    {
      if (!(step->numbers[2 * n_channels + c] > 0))
        continue;
      fs_table_name_channel (table, next, "%.240s missing", table->names[c]);
      for (size_t t = 0; t < table->n_rows; t++)
        table->values[t * table->n_channels + next] =
            isnan (table->values[t * table->n_channels + c]);
      next++;
    }
  return status;
}

static FsStatus
drop_rows (FsTable *table, FsProblem *problem)
{
  FsStatus status = fs_table_allow_loss (table, problem);
  for (size_t t = 0; t < table->n_rows && !status; t++)
    for (size_t c = 0; c < table->n_channels; c++)
      if (isnan (table->values[t * table->n_channels + c]))
        table->is_lost[t] = true;
  return status;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  FsStatus status = FS_OK;
  if (step->spec.impute_method == FS_IMPUTE_DROP)
    return drop_rows (table, problem);
  if (step->spec.marks_gaps)
    status = mark_gaps (step, table, problem);
  if (step->spec.impute_method == FS_IMPUTE_NEIGHBOURS && !status)
    return fs_neighbours_fill (step, table, problem);
  for (size_t c = 0; c < step->n_channels && !status; c++)
    status = fill_channel (step, table, c, part_ends, problem);
  return status;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  static const char *const ways[] = {
    [FS_IMPUTE_LINEAR] = FS_WORDS ("a line between the neighbours inside each part"),
    [FS_IMPUTE_FORWARD] = FS_WORDS ("the last known value"),
    [FS_IMPUTE_MEAN] = FS_WORDS ("the training mean "),
    [FS_IMPUTE_MEDIAN] = FS_WORDS ("the training median "),
    [FS_IMPUTE_CONSTANT] = FS_WORDS ("the number "),
    [FS_IMPUTE_BACKWARD] = FS_WORDS ("the next known value of the part, which looks ahead"),
    [FS_IMPUTE_TIME] = FS_WORDS ("a line by the dates inside each part"),
    [FS_IMPUTE_SPLINE] = FS_WORDS ("a smooth curve inside each part"),
    [FS_IMPUTE_NEIGHBOURS] = FS_WORDS ("the mean of similar training rows"),
    [FS_IMPUTE_DROP] = FS_WORDS ("rows with a gap are left out"),
  };
  const FsImputeMethod method = step->spec.impute_method;
  char value[FS_NUMBER_SIZE] = "", n_gaps[FS_NUMBER_SIZE], of[FS_ROWS_TEXT_SIZE];
  double n = step->numbers[2 * step->n_channels];
  if (method == FS_IMPUTE_MEAN || method == FS_IMPUTE_MEDIAN || method == FS_IMPUTE_CONSTANT)
    fs_text_mark_number (fs_number_write_short (step->numbers[0], 4, value), sizeof value);
  fs_number_write (n, n_gaps);
  snprintf (buffer, size, fs_text ("fill gaps: %s%s (%s %s in %s)"), fs_text (ways[method]), value,
            n_gaps, fs_text_count ("gap", "gaps", (size_t) n), fs_step_rows (step, of));
}

const FsStepOperations fs_step_impute = {
  .fit = fit,
  .apply = apply,
  .invert = NULL,
  .describe = describe,
};
