/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Profiles of columns; see profile.h. */

#include "engine/series/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/maths/dot.h"
#include "engine/maths/order.h"
#include "engine/series/season.h"

/* Two series of at least this many common rows whose correlation is within rounding of ±1 are copies. */
#define LEAST_COMMON_ROWS 8
#define COPY_SLACK 1e-9

#define LARGEST_FRACTION 9007199254740992.0 /* 2^53 */

/* Rounding may show more in few rows of little change. */
#define FIRST_ROWS 1024
#define FIRST_SLACK 1e-3

/* The ends, mean, sd and skewness (the third moment over the population sd cubed) in two passes. */
static void
take_moments (FsProfile *p, const double *x)
{
  double sum = 0, squares = 0, cubes = 0, least = x[0], most = x[0];
  const double n = (double) p->n;
  size_t n_fractions = 0, n_negative = 0;
  for (size_t i = 0; i < p->n; i++)
    {
      const double value = x[i];
      sum += value;
      least = value < least ? value : least;
      most = value > most ? value : most;
      n_negative += value < 0;
      /* Beyond 2^53 every double is whole. */
      if (n_fractions == 0)
        n_fractions += fabs (value) < LARGEST_FRACTION && value != (double) (int64_t) value;
    }
  p->min = least;
  p->max = most;
  p->is_constant = least == most;
  p->is_whole = n_fractions == 0;
  p->is_never_negative = n_negative == 0;
  p->mean = sum / n;
  const double mean = p->mean;
  for (size_t i = 0; i < p->n; i++)
    {
      double deviation = x[i] - mean;
      squares += deviation * deviation;
      cubes += deviation * deviation * deviation;
    }
  p->sd = p->n > 1 ? sqrt (squares / (n - 1)) : NAN;
  p->skewness = squares > 0 ? cubes / n / pow (squares / n, 1.5) : NAN;
}

/* Quartiles, the median of the distances from the median, and the values far out by either. False
 * without memory. */
static bool
take_order (FsProfile *p, const double *x)
{
  static const double probabilities[] = { 0.25, 0.5, 0.75 };
  double quartiles[3], distance;
  if (!fs_select_quantiles (x, p->n, probabilities, quartiles, 3)
      || !fs_select_median_distance (x, p->n, quartiles[1], &distance))
    return false;
  p->q25 = quartiles[0];
  p->median = quartiles[1];
  p->q75 = quartiles[2];
  p->mad = FS_MAD_SCALE * distance;
  const double reach = FS_OUTLIER_IQR * (p->q75 - p->q25), farthest = FS_OUTLIER_MAD * p->mad;
  const double low = p->q25 - reach, high = p->q75 + reach, median = p->median;
  size_t n_iqr = 0, n_mad = 0;
  for (size_t i = 0; i < p->n; i++)
    {
      n_iqr += (x[i] < low) | (x[i] > high);
      n_mad += fabs (x[i] - median) > farthest;
    }
  p->n_outliers_iqr = n_iqr;
  p->n_outliers_mad = p->mad > 0 ? n_mad : n_iqr;
  return true;
}

/* The series with its gaps bridged by lines, and the longest gap. */
static void
bridge (FsProfile *p, double *x, const double *values, size_t n)
{
  size_t known = n; /* the last known row */
  size_t gap = 0;
  for (size_t t = 0; t < n; t++)
    {
      x[t] = values[t];
      gap = isnan (values[t]) ? gap + 1 : 0;
      p->longest_gap = gap > p->longest_gap ? gap : p->longest_gap;
      if (isnan (values[t]))
        continue;
      for (size_t s = known == n ? 0 : known + 1; s < t; s++)
        x[s] = known == n
                   ? x[t]
                   : x[known] + (x[t] - x[known]) * (double) (s - known) / (double) (t - known);
      known = t;
    }
  for (size_t s = known + 1; known < n && s < n; s++)
    x[s] = x[known];
}

/* x becomes its deviations from its mean. */
static void
take_autocorrelation (FsProfile *p, double *x, size_t n)
{
  double mean = 0;
  for (size_t t = 0; p->n < n && t < n; t++)
    mean += x[t];
  mean = p->n < n ? mean / (double) n : p->mean;
  for (size_t t = 0; t < n; t++)
    x[t] -= mean;
  const double variance = fs_dot (x, x, n);
  if (!(variance > 0) || n < 2)
    return;
  p->n_lags = n - 1 < FS_PROFILE_LAGS ? n - 1 : FS_PROFILE_LAGS;
  /* The rows that have all lags, in pieces; then the few before them. */
  fs_dot_lags (p->autocorrelation, x, x, p->n_lags, n, p->n_lags);
  for (size_t lag = 0; lag <= p->n_lags; lag++)
    {
      for (size_t t = lag; t < p->n_lags; t++)
        p->autocorrelation[lag] += x[t] * x[t - lag];
      p->autocorrelation[lag] /= variance;
    }
}

/* Early rows against later ones. */
static void
take_drift (FsProfile *p, const double *values, size_t n, size_t n_early)
{
  double sums[2] = { 0, 0 }, squares = 0, least = INFINITY, most = -INFINITY;
  size_t counts[2] = { 0, 0 }, n_outside = 0;
  p->drift = p->share_outside = NAN;
  if (n_early > n)
    n_early = n;
  for (size_t t = 0; t < n_early; t++)
    if (!isnan (values[t]))
      {
        sums[0] += values[t];
        counts[0]++;
        least = values[t] < least ? values[t] : least;
        most = values[t] > most ? values[t] : most;
      }
  for (size_t t = n_early; t < n; t++)
    if (!isnan (values[t]))
      {
        sums[1] += values[t];
        counts[1]++;
        n_outside += (values[t] < least) | (values[t] > most);
      }
  if (counts[0] < 2 || counts[1] == 0)
    return;
  double early = sums[0] / (double) counts[0], late = sums[1] / (double) counts[1];
  for (size_t t = 0; t < n_early; t++)
    if (!isnan (values[t]))
      squares += (values[t] - early) * (values[t] - early);
  double sd = sqrt (squares / (double) (counts[0] - 1));
  p->drift = sd > 0 ? (late - early) / sd : NAN;
  p->share_outside = (double) n_outside / (double) counts[1];
}

FsStatus
fs_profile_column (FsProfile *profile,
                   const FsColumn *column,
                   size_t n_rows,
                   size_t n_early,
                   FsProblem *problem)
{
  FsStatus status = FS_OK;
  *profile = (FsProfile){ .n_missing = column->n_missing };
  FsProfile *p = profile;
  p->mean = p->sd = p->min = p->q25 = p->median = p->q75 = p->max = p->skewness = p->mad = NAN;
  p->drift = p->share_outside = p->dickey_fuller.statistic = p->kpss.statistic = NAN;
  double *x = malloc ((n_rows + 1) * sizeof *x);
  if (!x)
    return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
  size_t n = 0;
  for (size_t t = 0; t < n_rows; t++)
    {
      x[n] = column->numbers[t];
      n += !isnan (x[n]);
    }
  p->n = n;
  if (n > 0)
    {
      take_moments (p, x);
      if (!take_order (p, x))
        {
          free (x);
          return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
        }
      if (n < n_rows) /* else x is the series */
        bridge (p, x, column->numbers, n_rows);
      take_autocorrelation (p, x, n_rows);
      take_drift (p, column->numbers, n_rows, n_early);
      p->season = fs_season_find (column->numbers, n_rows);
      if (!p->is_constant)
        {
          status = fs_test_dickey_fuller (&p->dickey_fuller, x, n_rows, problem);
          if (!status)
            status = fs_test_kpss (&p->kpss, x, n_rows, problem);
        }
    }
  else
    p->longest_gap = n_rows;
  free (x);
  return status;
}

/* Correlation of column[t] with target[t + lead] over the rows where both are known. */
static double
correlation (const double *target, const double *column, size_t n, size_t lead, size_t *n_common)
{
  double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  *n_common = 0;
  for (size_t t = 0; t + lead < n; t++)
    if (!isnan (column[t]) && !isnan (target[t + lead]))
      {
        mean_x += column[t];
        mean_y += target[t + lead];
        (*n_common)++;
      }
  mean_x /= (double) *n_common;
  mean_y /= (double) *n_common;
  for (size_t t = 0; t + lead < n; t++)
    if (!isnan (column[t]) && !isnan (target[t + lead]))
      {
        xx += (column[t] - mean_x) * (column[t] - mean_x);
        yy += (target[t + lead] - mean_y) * (target[t + lead] - mean_y);
        xy += (column[t] - mean_x) * (target[t + lead] - mean_y);
      }
  return xx > 0 && yy > 0 ? xy / sqrt (xx * yy) : 0;
}

bool
fs_profile_gives_away (const FsColumn *target, const FsColumn *column, size_t n_rows, size_t *lead)
{
  if (!target->numbers || !column->numbers || target == column)
    return false;
  for (*lead = 0; *lead <= FS_MAX_LEAD && *lead < n_rows; (*lead)++)
    {
      size_t n_common;
      /* A copy is one in its first rows too; that spares most columns the whole way. */
      size_t n_first = *lead + FIRST_ROWS < n_rows ? *lead + FIRST_ROWS : n_rows;
      double first = correlation (target->numbers, column->numbers, n_first, *lead, &n_common);
      if (n_common >= LEAST_COMMON_ROWS && first != 0 && fabs (first) < 1 - FIRST_SLACK)
        continue;
      double r = correlation (target->numbers, column->numbers, n_rows, *lead, &n_common);
      if (n_common >= LEAST_COMMON_ROWS && fabs (r) >= 1 - COPY_SLACK)
        return true;
    }
  return false;
}
