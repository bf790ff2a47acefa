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

/* The k-th least of |x − m|, k from 0, of sorted values. The deviations grow from m to both sides, so they
 * are two sorted lists, and how many of the left one are among the first k is found by halving. */
static double
deviation_at (const double *x, size_t n, size_t middle, double m, size_t k)
{
  const size_t n_left = middle, n_right = n - middle;
  size_t low = k + 1 > n_right ? k + 1 - n_right : 0; /* of the left list among the first k + 1 */
  size_t high = k + 1 < n_left ? k + 1 : n_left;
  while (low < high)
    {
      size_t taken = (low + high) / 2; /* is it enough? not if the next left one is nearer than … */
      if (m - x[middle - 1 - taken] < x[middle + (k - taken)] - m)
        low = taken + 1; /* … the last right one */
      else
        high = taken;
    }
  double left = low > 0 ? m - x[middle - low] : 0;
  double right = k + 1 > low ? x[middle + (k - low)] - m : 0;
  return left > right ? left : right;
}

/* The first of sorted values that is not below. */
static size_t
lower_bound (const double *x, size_t n, double value)
{
  size_t low = 0;
  while (low < n)
    {
      size_t at = (low + n) / 2;
      if (x[at] < value)
        low = at + 1;
      else
        n = at;
    }
  return low;
}

static double
median_deviation (const double *x, size_t n, double m)
{
  const size_t middle = lower_bound (x, n, m);
  double deviation = deviation_at (x, n, middle, m, n / 2);
  if (n % 2)
    return deviation;
  double before = deviation_at (x, n, middle, m, n / 2 - 1);
  return before + 0.5 * (deviation - before);
}

/* How many sorted values `is_outside` tells of: some at each end, and none between. */
static size_t
count_outside (const double *x,
               size_t n,
               bool (*is_outside) (const FsProfile *p, double value),
               const FsProfile *p)
{
  size_t inside = lower_bound (x, n, p->median), low = 0, high = inside, n_outside;
  while (low < high) /* the first inside, from the left end to the median */
    {
      size_t at = (low + high) / 2;
      if (is_outside (p, x[at]))
        low = at + 1;
      else
        high = at;
    }
  n_outside = low;
  low = inside;
  high = n;
  while (low < high) /* the first outside after the median */
    {
      size_t at = (low + high) / 2;
      if (is_outside (p, x[at]))
        high = at;
      else
        low = at + 1;
    }
  return n_outside + (n - low);
}

static bool
is_outside_quartiles (const FsProfile *p, double value)
{
  const double reach = FS_OUTLIER_IQR * (p->q75 - p->q25);
  return value < p->q25 - reach || value > p->q75 + reach;
}

static bool
is_outside_deviations (const FsProfile *p, double value)
{
  return fabs (value - p->median) > FS_OUTLIER_MAD * p->mad;
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
  p->n_outliers_iqr = count_outside (x, p->n, is_outside_quartiles, p);
  p->mad = FS_MAD_SCALE * median_deviation (x, p->n, p->median);
  p->n_outliers_mad =
      p->mad > 0 ? count_outside (x, p->n, is_outside_deviations, p) : p->n_outliers_iqr;
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
