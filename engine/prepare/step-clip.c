/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cutting outliers. The limits are the training rows'; the Hampel filter has none, it compares each
 * value with the rows before it (a centred window would look ahead). What is cut is not brought back:
 * reports compare forecasts with the values of the file. */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "engine/base/text.h"
#include "engine/maths/order.h"
#include "engine/series/profile.h"

#define HAMPEL_REACH 3.0

/* numbers: [n_channels] lower limit, [n_channels] upper limit, [n_channels] values beyond them in the
 * rows it was fitted on. */

static double
reach_of (const FsStep *step)
{
  if (step->spec.clip_reach != FS_AUTO)
    return step->spec.clip_reach;
  return step->spec.clip_method == FS_CLIP_MAD      ? FS_OUTLIER_MAD
         : step->spec.clip_method == FS_CLIP_HAMPEL ? HAMPEL_REACH
                                                    : FS_OUTLIER_IQR;
}

/* Limits that are quantiles need no sorting. */
static FsStatus
select_limits (const FsStep *step,
               const FsTable *table,
               size_t channel,
               double *low,
               double *high,
               FsProblem *problem)
{
  const bool has_fences = step->spec.clip_method == FS_CLIP_IQR;
  const double share = has_fences ? 0.25 : step->spec.clip_share;
  double limits[2] = { 0, 0 };
  FsStatus status =
      fs_step_quantiles (step, table, channel, (double[]){ share, 1 - share }, limits, 2, problem);
  const double width = has_fences ? reach_of (step) * (limits[1] - limits[0]) : 0;
  *low = limits[0] - width;
  *high = limits[1] + width;
  return status;
}

/* Quartile fences; a reach meant for another method is not used. */
static void
place_fences (const double *sorted, size_t n, double reach, double *low, double *high)
{
  double q25 = fs_quantile (sorted, n, 0.25), q75 = fs_quantile (sorted, n, 0.75);
  *low = q25 - reach * (q75 - q25);
  *high = q75 + reach * (q75 - q25);
}

/* `sorted` is used up. */
static void
place_limits (const FsStep *step, double *sorted, size_t n, double *low, double *high)
{
  const double share = step->spec.clip_share, reach = reach_of (step);
  switch (step->spec.clip_method)
    {
    case FS_CLIP_WINSORISE:
      {
        size_t k = (size_t) (share * (double) n); /* share < 1/2 leaves at least one */
        *low = sorted[k];
        *high = sorted[n - 1 - k];
        return;
      }
    case FS_CLIP_MAD:
      {
        double median = fs_quantile (sorted, n, 0.5);
        /* More than half of the values are one: the quartiles have to do. */
        place_fences (sorted, n, FS_OUTLIER_IQR, low, high);
        for (size_t i = 0; i < n; i++)
          sorted[i] = fabs (sorted[i] - median);
        fs_sort (sorted, n);
        double mad = FS_MAD_SCALE * fs_quantile (sorted, n, 0.5);
        if (mad > 0)
          {
            *low = median - reach * mad;
            *high = median + reach * mad;
          }
        return;
      }
    case FS_CLIP_QUANTILE:
    case FS_CLIP_IQR:
    case FS_CLIP_HAMPEL:
      break;
    }
  *low = -INFINITY;
  *high = INFINITY;
}

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels;
  FsStatus status = fs_step_allocate (step, 3 * n_channels, problem);
  for (size_t c = 0; c < n_channels && !status; c++)
    {
      double *low = &step->numbers[c], *high = &step->numbers[n_channels + c], *sorted;
      size_t n;
      *low = -INFINITY;
      *high = INFINITY;
      if (!fs_step_covers (step, c))
        continue;
      if (step->spec.clip_method == FS_CLIP_QUANTILE || step->spec.clip_method == FS_CLIP_IQR)
        status = select_limits (step, table, c, low, high, problem);
      else
        {
          status = fs_step_sorted (step, table, c, &sorted, &n, problem);
          if (!status)
            place_limits (step, sorted, n, low, high);
          free (sorted);
        }
      if (status)
        return status;
      for (size_t t = 0; t < step->n_train; t++)
        {
          double x = table->values[t * n_channels + c];
          step->numbers[2 * n_channels + c] += x < *low || x > *high;
        }
    }
  return status;
}

static double
cut (const FsStep *step, double x, double low, double high)
{
  if (!(x < low || x > high))
    return x;
  return step->spec.clip_action == FS_CLIP_TO_MISSING ? NAN : x < low ? low : high;
}

/* Median and MAD of the known values of rows [t − 2 width, t], as they were before the filter. Without
 * any spread there is nothing to measure a distance by, and the value stays. */
static double
hampel (const FsStep *step, const double *column, size_t t, double *window)
{
  const size_t reach_back = 2 * (size_t) step->spec.clip_width;
  size_t n = 0;
  for (size_t s = t > reach_back ? t - reach_back : 0; s <= t; s++)
    if (!isnan (column[s]))
      window[n++] = column[s];
  if (n == 0)
    return column[t];
  fs_sort (window, n);
  double median = fs_quantile (window, n, 0.5);
  for (size_t i = 0; i < n; i++)
    window[i] = fabs (window[i] - median);
  fs_sort (window, n);
  double far = reach_of (step) * FS_MAD_SCALE * fs_quantile (window, n, 0.5);
  return far > 0 ? cut (step, column[t], median - far, median + far) : column[t];
}

static FsStatus
apply_hampel (FsStep *step, FsTable *table, FsProblem *problem)
{
  const size_t n_channels = table->n_channels, n_rows = table->n_rows;
  double *column = malloc ((n_rows + 1) * sizeof *column);
  double *window = malloc ((2 * (size_t) step->spec.clip_width + 1) * sizeof *window);
  for (size_t c = 0; column && window && c < n_channels; c++)
    {
      if (!fs_step_covers (step, c))
        continue;
      for (size_t t = 0; t < n_rows; t++)
        column[t] = table->values[t * n_channels + c];
      for (size_t t = 0; t < n_rows; t++)
        {
          double *x = &table->values[t * n_channels + c], y = hampel (step, column, t, window);
          step->numbers[2 * n_channels + c] += t < step->n_train && !isnan (*x) && y != *x;
          *x = y;
        }
    }
  const bool is_done = column && window;
  free (column);
  free (window);
  return is_done ? FS_OK : fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels;
  if (step->spec.clip_method == FS_CLIP_HAMPEL)
    return apply_hampel (step, table, problem);
  for (size_t t = 0; t < table->n_rows; t++)
    for (size_t c = 0; c < n_channels; c++)
      {
        double *x = &table->values[t * n_channels + c];
        *x = cut (step, *x, step->numbers[c], step->numbers[n_channels + c]);
      }
  return FS_OK;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  static const char *const names[] = {
    [FS_CLIP_QUANTILE] = FS_WORDS ("quantiles"),
    [FS_CLIP_WINSORISE] = FS_WORDS ("winsorise"),
    [FS_CLIP_IQR] = FS_WORDS ("quartile fences"),
    [FS_CLIP_MAD] = FS_WORDS ("median deviation"),
    [FS_CLIP_HAMPEL] = FS_WORDS ("the Hampel filter"),
  };
  char of[FS_ROWS_TEXT_SIZE];
  double n = 0;
  for (size_t c = 0; c < step->n_channels; c++)
    n += step->numbers[2 * step->n_channels + c];
  snprintf (buffer, size, fs_text ("cut by %s: %.0f values (of %s)%s"),
            fs_text (names[step->spec.clip_method]), n, fs_step_rows (step, of),
            fs_step_covers (step, 0) ? "" : fs_text ("; the target is left as it is"));
}

const FsStepOperations fs_step_clip = {
  .fit = fit,
  .apply = apply,
  .invert = NULL,
  .describe = describe,
};
