/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scaling: z = (x − centre) / scale for every channel, with both numbers from the training rows.
 * Values of later rows may leave the range of the training rows; nothing is cut. */

#include "engine/prepare/step.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include "engine/base/text.h"
#include "engine/base/number.h"

/* numbers: [n_channels] centre, [n_channels] scale. */

/* A variance that rounding alone could have made is none (scikit-learn's rule, after Chan, Golub and
 * LeVeque 1983). */
static bool
is_constant (const FsStepSummary *s)
{
  double n = (double) s->n;
  double limit =
      n * DBL_EPSILON * s->variance + (n * s->mean * DBL_EPSILON) * (n * s->mean * DBL_EPSILON);
  return s->variance <= limit;
}

/* Median and the distance of two quantiles. */
static FsStatus
fit_robust (const FsStep *step,
            const FsTable *table,
            size_t channel,
            double *centre,
            double *scale,
            FsProblem *problem)
{
  const double probabilities[] = { step->spec.quantile_low / 100, 0.5,
                                   step->spec.quantile_high / 100 };
  double quantiles[3];
  FsStatus status = fs_step_quantiles (step, table, channel, probabilities, quantiles, 3, problem);
  if (status)
    return status;
  *centre = quantiles[1];
  if (quantiles[2] - quantiles[0] >= 10 * DBL_EPSILON)
    *scale = quantiles[2] - quantiles[0];
  return FS_OK;
}

/* Ranges that are none; the rows of the schema know only each end. */
static FsStatus
check_ranges (const FsStep *step, FsProblem *problem)
{
  const FsStepSpec *spec = &step->spec;
  if (spec->scale_method == FS_SCALE_MIN_MAX && !(spec->range_low < spec->range_high))
    return fs_problem (problem, FS_MISMATCH, "prepare", "scale",
                       "\u201clow\u201d has to be below \u201chigh\u201d");
  if (spec->scale_method == FS_SCALE_ROBUST && !(spec->quantile_low < spec->quantile_high))
    return fs_problem (problem, FS_MISMATCH, "prepare", "scale",
                       "\u201cquantile_low\u201d has to be below \u201cquantile_high\u201d");
  return FS_OK;
}

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  FsStatus status = check_ranges (step, problem);
  if (!status)
    status = fs_step_allocate (step, 2 * table->n_channels, problem);
  if (status)
    return status;
  for (size_t c = 0; c < table->n_channels; c++)
    {
      double *centre = &step->numbers[c], *scale = &step->numbers[table->n_channels + c];
      *scale = 1;
      if (!fs_step_covers (step, c))
        continue;
      FsStepSummary s = fs_step_summary (step, table, c);
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
          if (s.max - s.min >= 10 * DBL_EPSILON)
            *scale = s.max - s.min;
          *scale /= step->spec.range_high - step->spec.range_low;
          *centre = s.min - *scale * step->spec.range_low;
          break;
        case FS_SCALE_CENTRE:
          *centre = s.mean;
          break;
        case FS_SCALE_NONE:
          break;
        case FS_SCALE_ROBUST:
          if ((status = fit_robust (step, table, c, centre, scale, problem)) != FS_OK)
            return status;
          break;
        case FS_SCALE_MAX_ABS:
          if (fmax (fabs (s.min), fabs (s.max)) >= 10 * DBL_EPSILON)
            *scale = fmax (fabs (s.min), fabs (s.max));
          break;
        }
      if (!isfinite (*centre) || !isfinite (*scale))
        return fs_problem (problem, FS_OUT_OF_RANGE, table->names[c], NULL,
                           "the values of this column are too large to be scaled");
    }
  return FS_OK;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels;
  for (size_t t = 0; t < table->n_rows; t++)
    for (size_t c = 0; c < n_channels; c++)
      table->values[t * n_channels + c] =
          (table->values[t * n_channels + c] - step->numbers[c]) / step->numbers[n_channels + c];
  return FS_OK;
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
  char low[FS_NUMBER_SIZE], high[FS_NUMBER_SIZE], of[FS_ROWS_TEXT_SIZE];
  const FsStepSpec *spec = &step->spec;
  const double c = step->numbers[0], s = step->numbers[step->n_channels];
  const bool is_min_max = spec->scale_method == FS_SCALE_MIN_MAX;
  fs_step_rows (step, of);
  fs_text_mark_number (fs_number_write_short (is_min_max ? c + s * spec->range_low : c, 4, centre),
                       sizeof centre);
  fs_text_mark_number (fs_number_write_short (s, 4, scale), sizeof scale);
  fs_text_mark_number (fs_number_write_short (c + s * spec->range_high, 4, top), sizeof top);
  fs_text_mark_number (fs_number_write_short (spec->range_low, 4, low), sizeof low);
  fs_text_mark_number (fs_number_write_short (spec->range_high, 4, high), sizeof high);
  if (!fs_step_covers (step, 0))
    {
      snprintf (buffer, size,
                fs_text ("scaling of the inputs; the target is left as it is (of %s)"), of);
      return;
    }
  switch (spec->scale_method)
    {
    case FS_SCALE_STANDARD:
      snprintf (buffer, size, fs_text ("standard: mean %s, sd %s (of %s)"), centre, scale, of);
      return;
    case FS_SCALE_MIN_MAX:
      snprintf (buffer, size, fs_text ("min\u2013max: %s becomes %s, %s becomes %s (of %s)"),
                centre, low, top, high, of);
      return;
    case FS_SCALE_CENTRE:
      snprintf (buffer, size, fs_text ("centre: mean %s (of %s)"), centre, of);
      return;
    case FS_SCALE_NONE:
      snprintf (buffer, size, "no scaling");
      return;
    case FS_SCALE_ROBUST:
      snprintf (buffer, size, fs_text ("robust: median %s, width %s (of %s)"), centre, scale, of);
      return;
    case FS_SCALE_MAX_ABS:
      snprintf (buffer, size, fs_text ("largest to 1: divided by %s (of %s)"), scale, of);
      return;
    }
}

const FsStepOperations fs_step_scale = {
  .fit = fit,
  .apply = apply,
  .invert = invert,
  .describe = describe,
};
