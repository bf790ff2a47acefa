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

/* Mean, sd and skewness (the third moment over the population sd cubed) in two passes. */
static void
take_moments (FsProfile *p, const double *x)
{
  double sum = 0, squares = 0, cubes = 0, n = (double) p->n;
  size_t n_fractions = 0, n_negative = 0;
  for (size_t i = 0; i < p->n; i++)
    {
      sum += x[i];
      /* Beyond 2^53 every double is whole. */
      n_fractions += fabs (x[i]) < LARGEST_FRACTION && x[i] != (double) (int64_t) x[i];
      n_negative += x[i] < 0;
    }
  p->is_whole = n_fractions == 0;
  p->is_never_negative = n_negative == 0;
  p->mean = sum / n;
  for (size_t i = 0; i < p->n; i++)
    {
      double deviation = x[i] - p->mean;
      squares += deviation * deviation;
      cubes += deviation * deviation * deviation;
    }
  p->sd = p->n > 1 ? sqrt (squares / (n - 1)) : NAN;
  p->skewness = squares > 0 ? cubes / n / pow (squares / n, 1.5) : NAN;
}

/* The median of |x − m| of sorted values: the deviations grow to both sides of m, so they come in order
 * when always the nearer of the two next ones is taken. */
static double
median_deviation (const double *x, size_t n, double m)
{
  size_t right = 0;
  double before = 0, deviation = 0;
  while (right < n && x[right] < m)
    right++;
  for (size_t left = right, taken = 0; taken <= n / 2; taken++)
    {
      const bool is_left = left > 0 && (right == n || m - x[left - 1] <= x[right] - m);
      before = deviation;
      deviation = is_left ? m - x[--left] : x[right++] - m;
    }
  return n % 2 ? deviation : before + 0.5 * (deviation - before);
}

/* Sorts x and takes all that order tells; x is used up. */
static void
take_order (FsProfile *p, double *x)
{
  fs_sort (x, p->n);
  p->min = x[0];
  p->max = x[p->n - 1];
  p->q25 = fs_quantile (x, p->n, 0.25);
  p->median = fs_quantile (x, p->n, 0.5);
  p->q75 = fs_quantile (x, p->n, 0.75);
  p->is_constant = p->min == p->max;
  double reach = FS_OUTLIER_IQR * (p->q75 - p->q25);
  for (size_t i = 0; i < p->n; i++)
    p->n_outliers_iqr += x[i] < p->q25 - reach || x[i] > p->q75 + reach;
  p->mad = FS_MAD_SCALE * median_deviation (x, p->n, p->median);
  for (size_t i = 0; i < p->n && p->mad > 0; i++)
    p->n_outliers_mad += fabs (x[i] - p->median) > FS_OUTLIER_MAD * p->mad;
  if (p->mad == 0)
    p->n_outliers_mad = p->n_outliers_iqr;
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
  for (size_t t = 0; t < n; t++)
    mean += x[t];
  mean /= (double) n;
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
  for (size_t t = 0; t < n; t++)
    {
      int is_late = t >= n_early;
      if (isnan (values[t]))
        continue;
      sums[is_late] += values[t];
      counts[is_late]++;
      if (!is_late)
        {
          least = values[t] < least ? values[t] : least;
          most = values[t] > most ? values[t] : most;
        }
      else
        n_outside += values[t] < least || values[t] > most;
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
  for (size_t t = 0; t < n_rows; t++)
    if (!isnan (column->numbers[t]))
      x[p->n++] = column->numbers[t];
  if (p->n > 0)
    {
      take_moments (p, x);
      take_order (p, x);
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
