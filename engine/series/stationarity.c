/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tests for random walks and steady levels; see stationarity.h. */

#include "engine/series/stationarity.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The 5 % value of the test about a level (Kwiatkowski et al. 1992, table 1). */
#define KPSS_CRITICAL 0.463

/* Fewer rows than this left for the regression say nothing. */
#define LEAST_ROWS 12

static double
dot (const double *a, const double *b, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* Takes the part along the unit vector q out of v. */
static void
take_out (double *v, const double *q, size_t n)
{
  double along = dot (q, v, n);
  for (size_t i = 0; i < n; i++)
    v[i] -= along * q[i];
}

/* Makes `v` orthogonal to the n_columns unit vectors in q (twice: once leaves what rounding put back)
 * and returns its length. */
static double
orthogonalise (double *v, const double *q, size_t n_columns, size_t n)
{
  for (int pass = 0; pass < 2; pass++)
    for (size_t c = 0; c < n_columns; c++)
      take_out (v, q + c * n, n);
  return sqrt (dot (v, v, n));
}

/* Δx_t = a + Σ γ_i Δx_{t−i} + ρ x_{t−1} + e. With x_{t−1} as the last column q_k of a QR
 * decomposition, ρ = q_k·Δx / r_kk and its standard error is s / r_kk, so t = q_k·Δx / s. */
FsStatus
fs_test_dickey_fuller (FsRootTest *test, const double *x, size_t n, FsProblem *problem)
{
  size_t n_lags = (size_t) floor (4 * pow ((double) n / 100, 0.25));
  *test = (FsRootTest){ NAN, NAN, n_lags };
  if (n < n_lags + 1 + LEAST_ROWS + n_lags)
    return FS_OK;
  size_t rows = n - n_lags - 1, first = n_lags + 1, n_columns = n_lags + 2;
  double *q = malloc (n_columns * rows * sizeof *q);
  double *y = malloc (rows * sizeof *y);
  if (!q || !y)
    {
      free (q);
      free (y);
      return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
    }
  bool is_singular = false;
  for (size_t c = 0; c < n_columns && !is_singular; c++)
    {
      double *v = q + c * rows;
      for (size_t i = 0; i < rows; i++)
        {
          size_t t = first + i;
          v[i] = c == 0 ? 1 : c == n_columns - 1 ? x[t - 1] : x[t - c] - x[t - c - 1];
        }
      double before = sqrt (dot (v, v, rows));
      double length = orthogonalise (v, q, c, rows);
      is_singular = !(length > 1e-10 * before);
      for (size_t i = 0; i < rows; i++)
        v[i] /= length;
    }
  for (size_t i = 0; i < rows; i++)
    y[i] = x[first + i] - x[first + i - 1];
  double along = dot (q + (n_columns - 1) * rows, y, rows), scale = sqrt (dot (y, y, rows));
  double rest = is_singular ? 0 : orthogonalise (y, q, n_columns, rows);
  if (rest > 1e-10 * scale)
    {
      double m = (double) rows;
      test->statistic = along / (rest / sqrt ((double) (rows - n_columns)));
      test->critical = -2.86154 - 2.8903 / m - 4.234 / (m * m) - 40.04 / (m * m * m);
    }
  free (q);
  free (y);
  return FS_OK;
}

/* η = Σ S_t² / (n² s²), S the sums of deviations from the mean, s² their long-run variance. */
FsStatus
fs_test_kpss (FsRootTest *test, const double *x, size_t n, FsProblem *problem)
{
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
  double variance = dot (e, e, n);
  for (size_t lag = 1; lag <= n_lags; lag++)
    variance += 2 * (1 - (double) lag / (double) (n_lags + 1)) * dot (e + lag, e, n - lag);
  variance /= (double) n;
  if (variance > 0)
    test->statistic = squares / ((double) n * (double) n * variance);
  free (e);
  return FS_OK;
}
