/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding the dominant season. The peak rule:
 *  1. Bridge gaps, subtract the line of least squares, take the autocorrelation r; and the same for
 *     the series of differences, in which a wandering level cannot hide a season.
 *  2. A candidate is a lag from 2 to n / FS_LEAST_SEASONS where r is the largest within an eighth of
 *     the lag on either side, at least LEAST_CORRELATION, significant (3 / sqrt n), and higher by
 *     LEAST_RISE than the lowest r before it (after a real season r has fallen and risen again).
 *  3. Noise moves a flat peak by a row or two, so each candidate is replaced by the lag in that
 *     neighbourhood whose multiples repeat best; some shorter lag must do worse by
 *     LEAST_FALL, or the series is only smooth. Of these the one that predicts best is
 *     the season; a longer lag (a multiple, as a rule) must be better by MARGIN to be preferred.
 * How often this sees seasons where there are none, and misses those there are, is a test. */

#include "engine/series/season.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include "engine/maths/dot.h"

/* Longer series are judged by their last rows; the work is rows × lags. */
#define MAX_ROWS 20000
#define MAX_LAG 1500
#define LEAST_ROWS 16
#define LEAST_CORRELATION 0.3
#define LEAST_RISE 0.2
#define LEAST_FALL 0.2
#define MARGIN 0.15
/* More would punish seasons of no whole number of rows, such as the year of 52.18 weeks. */
#define MAX_MULTIPLES 4

/* Copies the series with its gaps bridged; false if nothing is known. */
static bool
bridge (double *x, const double *values, size_t n)
{
  size_t left = n;
  for (size_t t = 0; t < n; t++)
    {
      x[t] = values[t];
      if (isnan (x[t]))
        continue;
      if (left == n)
        for (size_t s = 0; s < t; s++)
          x[s] = x[t];
      else
        for (size_t s = left + 1; s < t; s++)
          x[s] = x[left] + (x[t] - x[left]) * (double) (s - left) / (double) (t - left);
      left = t;
    }
  for (size_t s = left + 1; left < n && s < n; s++)
    x[s] = x[left];
  return left < n;
}

static void
subtract_line (double *x, size_t n)
{
  double mean_t = (double) (n - 1) / 2, mean = 0, sum_tt = 0, sum_tx = 0;
  for (size_t t = 0; t < n; t++)
    mean += x[t];
  mean /= (double) n;
  for (size_t t = 0; t < n; t++)
    {
      sum_tt += ((double) t - mean_t) * ((double) t - mean_t);
      sum_tx += ((double) t - mean_t) * (x[t] - mean);
    }
  double slope = sum_tt > 0 ? sum_tx / sum_tt : 0;
  for (size_t t = 0; t < n; t++)
    x[t] -= mean + slope * ((double) t - mean_t);
}

/* r[0 … max_lag]; false if the series does not vary. */
static bool
correlate (double *r, const double *x, size_t n, size_t max_lag)
{
  fs_dots (r, &(FsDots){ .a = x, .b = x, .n = n, .step_a = 1, .step_n = -1 }, max_lag + 1);
  double variance = r[0];
  if (!(variance > 0) || !isfinite (variance))
    return false;
  for (size_t lag = 0; lag <= max_lag; lag++)
    r[lag] /= variance;
  return true;
}

static bool
is_candidate (const double *r, size_t lag, size_t max_lag, size_t n)
{
  size_t reach = lag / 8 < 1 ? 1 : lag / 8;
  double lowest = r[0];
  if (r[lag] < LEAST_CORRELATION || r[lag] < 3 / sqrt ((double) n))
    return false;
  for (size_t k = lag - reach; k <= lag + reach && k <= max_lag; k++)
    if (r[k] > r[lag])
      return false;
  for (size_t k = 1; k < lag; k++)
    lowest = r[k] < lowest ? r[k] : lowest;
  return r[lag] - lowest >= LEAST_RISE;
}

/* errors[lag]: mean squared error of repeating the value `lag` rows earlier, on the rows that all lags
 * can predict. */
static void
measure_repetition (double *errors, const double *x, size_t n, size_t max_lag)
{
  fs_dots_difference (
      errors, &(FsDots){ .a = x + max_lag, .b = x + max_lag, .n = n - max_lag, .step_b = -1 },
      max_lag + 1);
  for (size_t lag = 1; lag <= max_lag; lag++)
    errors[lag] /= (double) (n - max_lag);
}

/* How badly a season of `lag` rows repeats, over its multiples as far as they fit: one lag alone may be
 * good by chance, and a lag that is off by one row is off by three at the third multiple. */
static double
misfit (const double *errors, size_t lag, size_t n_multiples)
{
  double sum = 0;
  if (n_multiples > MAX_MULTIPLES)
    n_multiples = MAX_MULTIPLES;
  for (size_t j = 1; j <= n_multiples; j++)
    sum += errors[j * lag];
  return sum / (double) n_multiples;
}

/* The lag near a candidate that repeats best; 0 if no shorter lag is clearly worse, which means that
 * the series is merely smooth. */
static size_t
refine (const double *errors, size_t lag, size_t max_lag)
{
  size_t reach = lag / 8 < 1 ? 1 : lag / 8, best = lag;
  size_t n_multiples = max_lag / (lag + reach) < 1 ? 1 : max_lag / (lag + reach);
  double least = INFINITY, worst = 0;
  for (size_t k = lag - reach < 2 ? 2 : lag - reach; k <= lag + reach && k <= max_lag; k++)
    if (misfit (errors, k, n_multiples) < least)
      {
        least = misfit (errors, k, n_multiples);
        best = k;
      }
  for (size_t k = 1; k < best; k++)
    worst = errors[k] > worst ? errors[k] : worst;
  return errors[best] <= worst * (1 - LEAST_FALL) ? best : 0;
}

/* Looks for candidates in r and keeps the one that repeats best. */
static void
search (const double *r, const double *errors, size_t n, size_t max_lag, size_t *season)
{
  for (size_t lag = 2; lag < max_lag; lag++)
    {
      size_t best = is_candidate (r, lag, max_lag, n) ? refine (errors, lag, max_lag) : 0;
      if (best == 0)
        continue;
      double factor = best > *season ? 1 - MARGIN : 1 + MARGIN;
      if (*season == 0
          || misfit (errors, best, max_lag / best)
                 < factor * misfit (errors, *season, max_lag / *season))
        *season = best;
    }
}

size_t
fs_season_find (const double *values, size_t n)
{
  if (n < LEAST_ROWS)
    return 0;
  if (n > MAX_ROWS)
    {
      values += n - MAX_ROWS;
      n = MAX_ROWS;
    }
  size_t max_lag = n / FS_LEAST_SEASONS < MAX_LAG ? n / FS_LEAST_SEASONS : MAX_LAG;
  size_t season = 0;
  double *x = malloc (2 * n * sizeof *x);
  double *r = malloc (2 * (max_lag + 1) * sizeof *r);
  if (x && r && bridge (x, values, n))
    {
      double *steps = x + n, *errors = r + max_lag + 1;
      for (size_t t = 1; t < n; t++)
        steps[t - 1] = x[t] - x[t - 1];
      subtract_line (x, n);
      subtract_line (steps, n - 1);
      measure_repetition (errors, x, n, max_lag);
      if (correlate (r, x, n, max_lag))
        search (r, errors, n, max_lag, &season);
      if (correlate (r, steps, n - 1, max_lag))
        search (r, errors, n, max_lag, &season);
    }
  free (x);
  free (r);
  return season;
}
