/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Householder reflections to a tridiagonal matrix, then the implicit QL method (Bowdler, Martin,
 * Reinsch & Wilkinson 1968). */

#include "engine/maths/eigenvalues.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* QL steps an eigenvalue takes at most; two or three are usual. */
#define MAX_STEPS 60

/* A ← A − v wᵀ − w vᵀ with w = p − (β/2 vᵀp) v, p = β A v: the reflection I − β v vᵀ from both sides of
 * the m × m matrix. */
static void
reflect (double *a, size_t stride, size_t m, const double *v, double beta, double *w)
{
  double product = 0;
  for (size_t i = 0; i < m; i++)
    w[i] = 0;
  for (size_t j = 0; j < m; j++) /* by columns, so that rows of sums go side by side */
    for (size_t i = 0; i < m; i++)
      w[i] += beta * v[j] * a[j * stride + i];
  for (size_t i = 0; i < m; i++)
    product += v[i] * w[i];
  for (size_t i = 0; i < m; i++)
    w[i] -= beta / 2 * product * v[i];
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < m; j++)
      a[i * stride + j] -= v[i] * w[j] + w[i] * v[j];
}

/* d[n] on the diagonal, e[n - 1] beside it; v and w are scratch of n numbers. */
static void
tridiagonalise (double *a, size_t n, double *d, double *e, double *v, double *w)
{
  for (size_t k = 0; k + 2 < n; k++)
    {
      const size_t m = n - k - 1;
      double squares = 0;
      for (size_t i = 0; i < m; i++)
        {
          v[i] = a[(k + 1 + i) * n + k];
          squares += v[i] * v[i];
        }
      const double alpha = v[0] > 0 ? -sqrt (squares) : sqrt (squares);
      const double length = squares - alpha * v[0]; /* vᵀv / 2 */
      v[0] -= alpha;
      d[k] = a[k * n + k];
      e[k] = alpha;
      if (length > 0)
        reflect (a + (k + 1) * (n + 1), n, m, v, 1 / length, w);
    }
  for (size_t k = n > 2 ? n - 2 : 0; k < n; k++)
    d[k] = a[k * n + k];
  if (n > 1)
    e[n - 2] = a[(n - 1) * n + n - 2];
}

/* The first place from `l` on where the matrix falls apart. A NaN is no such place. */
static size_t
find_split (const double *d, const double *e, size_t n, size_t l)
{
  size_t m = l;
  while (m + 1 < n && !(fabs (e[m]) <= DBL_EPSILON * (fabs (d[m]) + fabs (d[m + 1]))))
    m++;
  return m;
}

/* One implicit QL step on rows l … m, m > l. */
static void
step (double *d, double *e, size_t l, size_t m)
{
  double g = (d[l + 1] - d[l]) / (2 * e[l]);
  g = d[m] - d[l] + e[l] / (g + copysign (sqrt (g * g + 1), g));
  double s = 1, c = 1, p = 0;
  for (size_t i = m; i-- > l;)
    {
      const double f = s * e[i], b = c * e[i];
      const double r = sqrt (f * f + g * g);
      if (i + 1 < m)
        e[i + 1] = r;
      if (r == 0)
        {
          d[i + 1] -= p;
          return;
        }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      const double q = (d[i] - g) * s + 2 * c * b;
      p = s * q;
      d[i + 1] = g + p;
      g = c * q - b;
    }
  d[l] -= p;
  e[l] = g;
}

bool
fs_symmetric_eigenvalues (double *matrix, size_t n, double *values)
{
  double *scratch = calloc (3 * n + 1, sizeof *scratch);
  if (!scratch)
    return false;
  double *e = scratch;
  bool is_done = true;
  tridiagonalise (matrix, n, values, e, scratch + n, scratch + 2 * n);
  for (size_t l = 0; l < n && is_done; l++)
    {
      size_t n_steps = 0, m;
      while ((m = find_split (values, e, n, l)) != l && n_steps++ < MAX_STEPS)
        step (values, e, l, m);
      is_done = m == l && isfinite (values[l]);
    }
  free (scratch);
  return is_done;
}
