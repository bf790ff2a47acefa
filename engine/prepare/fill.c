/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Smooth curves and similar rows; see fill.h. */

#include "engine/prepare/fill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Known values of a part: n places x, values y, slopes s, and what elimination needs. */
typedef struct
{
  size_t n;
  double *x, *y, *s, *diagonal, *upper, *lower;
} Knots;

/* Slopes s of the spline at its knots. With h_i = x_{i+1} − x_i and m_i = (y_{i+1} − y_i) / h_i, inside:
 *   h_i s_{i-1} + 2 (h_{i-1} + h_i) s_i + h_{i-1} s_{i+1} = 3 (h_i m_{i-1} + h_{i-1} m_i)
 * and at the ends the two outermost pieces are one cubic (de Boor 1978, chapter IV). */
static void
solve_slopes (Knots *k)
{
  const size_t n = k->n, last = n - 1;
  const double *x = k->x, *y = k->y;
#define H(i) (x[(i) + 1] - x[i])
#define M(i) ((y[(i) + 1] - y[i]) / H (i))
  double span = x[2] - x[0];
  k->diagonal[0] = H (1);
  k->upper[0] = span;
  k->s[0] = ((H (0) + 2 * span) * H (1) * M (0) + H (0) * H (0) * M (1)) / span;
  for (size_t i = 1; i < last; i++)
    {
      k->lower[i] = H (i);
      k->diagonal[i] = 2 * (H (i - 1) + H (i));
      k->upper[i] = H (i - 1);
      k->s[i] = 3 * (H (i) * M (i - 1) + H (i - 1) * M (i));
    }
  span = x[last] - x[last - 2];
  k->lower[last] = span;
  k->diagonal[last] = H (last - 2);
  k->s[last] = (H (last - 1) * H (last - 1) * M (last - 2)
                + (2 * span + H (last - 1)) * H (last - 2) * M (last - 1))
               / span;
#undef H
#undef M
  for (size_t i = 1; i < n; i++)
    {
      double factor = k->lower[i] / k->diagonal[i - 1];
      k->diagonal[i] -= factor * k->upper[i - 1];
      k->s[i] -= factor * k->s[i - 1];
    }
  k->s[last] /= k->diagonal[last];
  for (size_t i = last; i-- > 0;)
    k->s[i] = (k->s[i] - k->upper[i] * k->s[i + 1]) / k->diagonal[i];
}

/* The parabola through three knots, or the line through two. */
static double
few_knots (const Knots *k, double at)
{
  const double *x = k->x, *y = k->y;
  if (k->n == 2)
    return y[0] + (y[1] - y[0]) * ((at - x[0]) / (x[1] - x[0]));
  return y[0] * ((at - x[1]) * (at - x[2])) / ((x[0] - x[1]) * (x[0] - x[2]))
         + y[1] * ((at - x[0]) * (at - x[2])) / ((x[1] - x[0]) * (x[1] - x[2]))
         + y[2] * ((at - x[0]) * (at - x[1])) / ((x[2] - x[0]) * (x[2] - x[1]));
}

/* The cubic between knots i and i + 1 (Hermite's form). */
static double
between (const Knots *k, size_t i, double at)
{
  const double h = k->x[i + 1] - k->x[i], u = (at - k->x[i]) / h, v = 1 - u;
  return k->y[i] * (1 + 2 * u) * v * v + k->y[i + 1] * u * u * (3 - 2 * u)
         + h * (k->s[i] * u * v * v - k->s[i + 1] * u * u * v);
}

FsStatus
fs_spline_fill (double *values, size_t stride, size_t begin, size_t end, FsProblem *problem)
{
  const size_t room = end - begin;
  double *block = malloc (6 * room * sizeof *block + 1);
  Knots k = {
    0, block, block + room, block + 2 * room, block + 3 * room, block + 4 * room, block + 5 * room
  };
  if (!block)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  for (size_t t = begin; t < end; t++)
    if (!isnan (values[t * stride]))
      {
        k.x[k.n] = (double) (t - begin);
        k.y[k.n++] = values[t * stride];
      }
  if (k.n > 3)
    solve_slopes (&k);
  for (size_t i = 0; i + 1 < k.n; i++)
    for (double at = k.x[i] + 1; at < k.x[i + 1]; at++)
      values[(begin + (size_t) at) * stride] = k.n > 3 ? between (&k, i, at) : few_knots (&k, at);
  free (block);
  return FS_OK;
}

/* Every how many-th training row gives. */
static size_t
donor_stride (size_t n_train)
{
  return n_train == 0 ? 1 : (n_train - 1) / FS_MAX_DONORS + 1;
}

size_t
fs_neighbours_count (size_t n_train)
{
  return n_train == 0 ? 0 : (n_train - 1) / donor_stride (n_train) + 1;
}

void
fs_neighbours_take (FsStep *step, const FsTable *table)
{
  const size_t n = fs_neighbours_count (step->n_train), n_channels = table->n_channels;
  const size_t stride = donor_stride (step->n_train);
  double *donors = step->numbers + 3 * n_channels;
  for (size_t i = 0; i < n; i++)
    memcpy (donors + i * n_channels, table->values + i * stride * n_channels,
            n_channels * sizeof *donors);
}

/* Squared, infinite where nothing is known in common. */
static double
distance (const double *left, const double *right, size_t n_channels)
{
  double sum = 0;
  size_t n = 0;
  for (size_t c = 0; c < n_channels; c++)
    if (!isnan (left[c]) && !isnan (right[c]))
      {
        sum += (left[c] - right[c]) * (left[c] - right[c]);
        n++;
      }
  return n > 0 ? sum * (double) n_channels / (double) n : INFINITY;
}

/* The mean of channel `c` over the nearest donors; `nearest` and `given` have room for k. */
static double
mean_of_nearest (const FsStep *step,
                 const double *row,
                 size_t c,
                 size_t k,
                 double *nearest,
                 double *given)
{
  const size_t n_channels = step->n_channels, n_donors = fs_neighbours_count (step->n_train);
  const double *donors = step->numbers + 3 * n_channels;
  size_t n = 0;
  double sum = 0;
  for (size_t i = 0; i < n_donors; i++)
    {
      const double *donor = donors + i * n_channels;
      if (isnan (donor[c]))
        continue;
      double d = distance (row, donor, n_channels);
      if (isinf (d) || (n == k && d >= nearest[n - 1]))
        continue;
      size_t at = n < k ? n++ : n - 1;
      for (; at > 0 && nearest[at - 1] > d; at--)
        {
          nearest[at] = nearest[at - 1];
          given[at] = given[at - 1];
        }
      nearest[at] = d;
      given[at] = donor[c];
    }
  for (size_t i = 0; i < n; i++)
    sum += given[i];
  return n > 0 ? sum / (double) n : step->numbers[c];
}

FsStatus
fs_neighbours_fill (const FsStep *step, FsTable *table, FsProblem *problem)
{
  const size_t k = (size_t) step->spec.n_neighbours, n_channels = step->n_channels;
  double *block = malloc ((2 * k + n_channels) * sizeof *block);
  if (!block)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  double *row = block + 2 * k;
  for (size_t t = 0; t < table->n_rows; t++)
    {
      double *values = table->values + t * table->n_channels;
      memcpy (row, values, n_channels * sizeof *row);
      for (size_t c = 0; c < n_channels; c++)
        if (isnan (row[c]))
          values[c] = mean_of_nearest (step, row, c, k, block, block + k);
    }
  free (block);
  return FS_OK;
}
