/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scaling: z = (x − centre) / scale for every channel, with both numbers from the training rows.
 * Values of later rows may leave the range of the training rows; nothing is cut. */

#include "engine/prepare/step.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include "engine/base/number.h"

/* numbers: [n_channels] centre, [n_channels] scale. */

typedef struct
{
  size_t n;
  double mean, variance; /* population variance (ddof 0), as scikit-learn's StandardScaler has it */
  double min, max;
} Summary;

/* Two passes: the variance of the deviations from the mean loses nothing at large offsets. The second
 * term takes back what rounding left in the mean. */
static Summary
summarise (const FsTable *table, size_t channel, size_t n_rows)
{
  Summary s = { .min = INFINITY, .max = -INFINITY };
  const double *x = table->values + channel;
  const size_t stride = table->n_channels;
  double sum = 0, squares = 0, rest = 0;
  for (size_t t = 0; t < n_rows; t++)
    if (!isnan (x[t * stride]))
      {
        sum += x[t * stride];
        s.min = fmin (s.min, x[t * stride]);
        s.max = fmax (s.max, x[t * stride]);
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

/* A variance that rounding alone could have made is none (scikit-learn's rule, after Chan, Golub and
 * LeVeque 1983). */
static bool
is_constant (const Summary *s)
{
  double n = (double) s->n;
  double limit =
      n * DBL_EPSILON * s->variance + (n * s->mean * DBL_EPSILON) * (n * s->mean * DBL_EPSILON);
  return s->variance <= limit;
}

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  FsStatus status = fs_step_allocate (step, 2 * table->n_channels, problem);
  if (status)
    return status;
  for (size_t c = 0; c < table->n_channels; c++)
    {
      double *centre = &step->numbers[c], *scale = &step->numbers[table->n_channels + c];
      Summary s = summarise (table, c, part_ends[FS_PART_TRAIN]);
      *scale = 1;
      if (s.n == 0)
        return fs_problem (problem, FS_TOO_LITTLE, table->names[c], NULL,
                           "this column has no value in the training part");
      switch (step->spec.scale_method)
        {
        case FS_SCALE_STANDARD:
          *centre = s.mean;
          if (!is_constant (&s))
            *scale = sqrt (s.variance);
          break;
        case FS_SCALE_MIN_MAX:
          *centre = s.min;
          if (s.max - s.min >= 10 * DBL_EPSILON)
            *scale = s.max - s.min;
          break;
        case FS_SCALE_CENTRE:
          *centre = s.mean;
          break;
        case FS_SCALE_NONE:
          break;
        }
      if (!isfinite (*centre) || !isfinite (*scale))
        return fs_problem (problem, FS_OUT_OF_RANGE, table->names[c], NULL,
                           "the values of this column are too large to be scaled");
    }
  return FS_OK;
}

static void
apply (const FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS])
{
  const size_t n_channels = table->n_channels;
  for (size_t t = 0; t < table->n_rows; t++)
    for (size_t c = 0; c < n_channels; c++)
      table->values[t * n_channels + c] =
          (table->values[t * n_channels + c] - step->numbers[c]) / step->numbers[n_channels + c];
}

static void
invert (const FsStep *step, double *values, size_t n, size_t first_row)
{
  double centre = step->numbers[0], scale = step->numbers[step->n_channels];
  for (size_t i = 0; i < n; i++)
    values[i] = values[i] * scale + centre;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  char centre[FS_NUMBER_SIZE], scale[FS_NUMBER_SIZE], top[FS_NUMBER_SIZE];
  fs_number_write_short (step->numbers[0], 4, centre);
  fs_number_write_short (step->numbers[step->n_channels], 4, scale);
  fs_number_write_short (step->numbers[0] + step->numbers[step->n_channels], 4, top);
  switch (step->spec.scale_method)
    {
    case FS_SCALE_STANDARD:
      snprintf (buffer, size, "standard: mean %s, sd %s (of %zu training rows)", centre, scale,
                step->n_train);
      return;
    case FS_SCALE_MIN_MAX:
      snprintf (buffer, size, "min\u2013max: %s becomes 0, %s becomes 1 (of %zu training rows)",
                centre, top, step->n_train);
      return;
    case FS_SCALE_CENTRE:
      snprintf (buffer, size, "centre: mean %s (of %zu training rows)", centre, step->n_train);
      return;
    case FS_SCALE_NONE:
      snprintf (buffer, size, "no scaling");
      return;
    }
}

const FsStepOperations fs_step_scale = {
  .fit = fit,
  .apply = apply,
  .invert = invert,
  .describe = describe,
};
