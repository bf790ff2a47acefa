/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tests for random walks and steady levels; see stationarity.h. */

#include "engine/series/stationarity.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "engine/maths/dot.h"

/* The 5 % value of the test about a level (Kwiatkowski et al. 1992, table 1). */
#define KPSS_CRITICAL 0.463

/* Fewer rows than this left for the regression say nothing. */
#define LEAST_ROWS 12

/* Of longer series the last rows are tested: they are what a forecast goes on from, and with so many
 * rows either test has long decided. */
#define MOST_ROWS 100000

/* Of a column of length 1, what must be left of it without those before it. */
#define LEAST_PIVOT 1e-14

/* The products of all regressors with each other and with what they explain, over rows first … n − 1:
 * column 0 is 1, columns 1 … n_lags are Δx_{t−c}, then x_{t−1}, and last Δx_t. Neighbouring lags differ
 * in their first and last rows alone, so each diagonal of lags is one long sum and then steps. */
static void
fill_products (double *a, const double *x, const double *d, size_t n, size_t n_lags, double *work)
{
  const size_t size = n_lags + 3, first = n_lags + 1, level = n_lags + 1, change = n_lags + 2;
#define PRODUCT(i, j) a[(i) *size + (j)]
  double *ones = work, sum = 0;
  PRODUCT (0, 0) = (double) (n - first);
  /* d[t] = x[t] − x[t − 1]; Δx_{t − c} is d[t − c], with c = 0 for what is explained. */
  fs_dot_lags (ones, d, d, first, n, n_lags);
  for (size_t distance = 0; distance <= n_lags; distance++)
    {
      double product = ones[distance];
      for (size_t c = 0; c + distance <= n_lags; c++)
        {
          const size_t i = c == 0 ? change : c, j = c + distance == 0 ? change : c + distance;
          PRODUCT (i, j) = PRODUCT (j, i) = product;
          /* From lags (c, c + distance) to the next pair: one row more before, one less behind. */
          if (first >= c + 1 + distance)
            product += d[first - 1 - c] * d[first - 1 - c - distance]
                       - d[n - 1 - c] * d[n - 1 - c - distance];
        }
    }
  for (size_t t = first; t < n; t++)
    sum += d[t];
  for (size_t c = 0; c <= n_lags; c++)
    {
      const size_t i = c == 0 ? change : c;
      PRODUCT (0, i) = PRODUCT (i, 0) = sum;
      sum += d[first - 1 - c] - d[n - 1 - c];
    }
  sum = 0;
  for (size_t t = first; t < n; t++)
    sum += x[t - 1];
  PRODUCT (0, level) = PRODUCT (level, 0) = sum;
  fs_dot_lags (ones, x, d + 1, first - 1, n - 1, n_lags);
  for (size_t c = 0; c <= n_lags; c++)
    {
      const size_t i = c == 0 ? change : c;
      PRODUCT (level, i) = PRODUCT (i, level) = ones[c];
    }
  PRODUCT (level, level) = fs_dot (x + first - 1, x + first - 1, n - first);
#undef PRODUCT
}

/* The Cholesky factor of a matrix whose columns are scaled to 1 first; false if it has none, or if a
 * column is nearly made of those before it. Only the last column, what is explained, may be. */
static bool
factorise (double *a, double *scale, size_t size)
{
  for (size_t i = 0; i < size; i++)
    {
      scale[i] = sqrt (a[i * size + i]);
      if (!(scale[i] > 0))
        return false;
    }
  for (size_t i = 0; i < size; i++)
    for (size_t j = 0; j < size; j++)
      a[i * size + j] /= scale[i] * scale[j];
  for (size_t i = 0; i < size; i++)
    for (size_t j = 0; j <= i; j++)
      {
        double sum = a[i * size + j] - fs_dot (a + i * size, a + j * size, j);
        if (i != j)
          a[i * size + j] = sum / a[j * size + j];
        else if (sum > LEAST_PIVOT)
          a[i * size + i] = sqrt (sum);
        else
          return false;
      }
  return true;
}

/* Δx_t = a + Σ γ_i Δx_{t−i} + ρ x_{t−1} + e. With what is explained as the last column of a Cholesky
 * factor L of all products, and x_{t−1} before it, ρ's t is l_{y,x} / (l_{y,y} / √(m − k)): what the
 * level adds against what is left. The level counts from its mean, which changes a alone. */
FsStatus
fs_test_dickey_fuller (FsRootTest *test, const double *x, size_t n, FsProblem *problem)
{
  if (n > MOST_ROWS)
    {
      x += n - MOST_ROWS;
      n = MOST_ROWS;
    }
  size_t n_lags = (size_t) floor (4 * pow ((double) n / 100, 0.25));
  *test = (FsRootTest){ NAN, NAN, n_lags };
  if (n < n_lags + 1 + LEAST_ROWS + n_lags)
    return FS_OK;
  const size_t size = n_lags + 3, n_columns = n_lags + 2, rows = n - n_lags - 1;
  double *block = malloc ((2 * n + size * size + 2 * size) * sizeof *block);
  if (!block)
    return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
  double *level = block, *d = level + n, *a = d + n, *scale = a + size * size, mean = 0;
  for (size_t t = 0; t < n; t++)
    mean += x[t];
  mean /= (double) n;
  d[0] = 0;
  for (size_t t = 0; t < n; t++)
    {
      level[t] = x[t] - mean;
      d[t] = t > 0 ? x[t] - x[t - 1] : 0;
    }
  fill_products (a, level, d, n, n_lags, scale);
  if (factorise (a, scale, size))
    {
      const double *last = a + (size - 1) * size;
      const double m = (double) rows;
      test->statistic = last[size - 2] / (last[size - 1] / sqrt (m - (double) n_columns));
      test->critical = -2.86154 - 2.8903 / m - 4.234 / (m * m) - 40.04 / (m * m * m);
    }
  free (block);
  return FS_OK;
}

/* η = Σ S_t² / (n² s²), S the sums of deviations from the mean, s² their long-run variance. */
FsStatus
fs_test_kpss (FsRootTest *test, const double *x, size_t n, FsProblem *problem)
{
  if (n > MOST_ROWS)
    {
      x += n - MOST_ROWS;
      n = MOST_ROWS;
    }
  size_t n_lags = (size_t) ceil (12 * pow ((double) n / 100, 0.25));
  *test = (FsRootTest){ NAN, KPSS_CRITICAL, n_lags };
  if (n < LEAST_ROWS || n <= n_lags + 1)
    return FS_OK;
  double *e = malloc (n * sizeof *e);
  if (!e)
    return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
  double mean = 0, sum = 0, squares = 0;
  for (size_t t = 0; t < n; t++)
    mean += x[t];
  mean /= (double) n;
  for (size_t t = 0; t < n; t++)
    {
      e[t] = x[t] - mean;
      sum += e[t];
      squares += sum * sum;
    }
  double variance = fs_dot (e, e, n);
  for (size_t lag = 1; lag <= n_lags; lag++)
    variance += 2 * (1 - (double) lag / (double) (n_lags + 1)) * fs_dot (e + lag, e, n - lag);
  variance /= (double) n;
  if (variance > 0)
    test->statistic = squares / ((double) n * (double) n * variance);
  free (e);
  return FS_OK;
}
