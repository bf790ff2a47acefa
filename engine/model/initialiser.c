/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Initial weights; see initialiser.h. All arithmetic is double and in a fixed order: a seed gives the
 * same weights on every processor. */

#include "engine/model/initialiser.h"

#include <math.h>
#include <stdlib.h>
#include "engine/base/random.h"

void
fs_initialise_glorot (const FsTensorTable *table, size_t tensor, FsReal *parameters, uint64_t seed)
{
  const FsTensor *shape = &table->tensors[tensor];
  const double limit = sqrt (6.0 / (double) (shape->rows + shape->cols));
  FsRandom random = fs_random (seed, FS_STREAM_INITIALISER, tensor, 0);
  for (size_t i = 0; i < shape->rows * shape->cols; i++)
    parameters[shape->offset + i] = (FsReal) (limit * (2.0 * fs_random_uniform (&random) - 1.0));
}

/* Eight sums side by side: a fixed order that the compiler can still do in vector registers. */
static double
dot (const double *a, const double *b, size_t n)
{
  double sums[8] = { 0 };
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < 8; j++)
      sums[j] += a[i + j] * b[i + j];
  for (; i < n; i++)
    sums[i % 8] += a[i] * b[i];
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

/* Modified Gram-Schmidt over n_vectors vectors of n numbers each. One pass suffices: a tall normal
 * matrix is well conditioned (about 3 for four rows a column), so what is lost is a few ulp. The
 * factor R it implies has a positive diagonal, as the usual sign convention wants. */
static void
orthonormalise (double *vectors, size_t n_vectors, size_t n)
{
  for (size_t j = 0; j < n_vectors; j++)
    {
      double *v = vectors + j * n;
      double scale = 1.0 / sqrt (dot (v, v, n));
      for (size_t i = 0; i < n; i++)
        v[i] *= scale;
      for (size_t k = j + 1; k < n_vectors; k++)
        {
          double *w = vectors + k * n;
          double along = dot (v, w, n);
          for (size_t i = 0; i < n; i++)
            w[i] -= along * v[i];
        }
    }
}

void
fs_initialise_orthogonal (const FsTensorTable *table,
                          size_t tensor,
                          FsReal *parameters,
                          uint64_t seed)
{
  const FsTensor *shape = &table->tensors[tensor];
  const size_t rows = shape->rows, cols = shape->cols;
  double *columns = calloc (cols, rows * sizeof *columns);
  if (!columns)
    {
      fs_initialise_glorot (table, tensor, parameters, seed);
      return;
    }
  FsRandom random = fs_random (seed, FS_STREAM_INITIALISER, tensor, 0);
  for (size_t i = 0; i < rows * cols; i++)
    columns[i] = fs_random_normal (&random);
  orthonormalise (columns, cols, rows);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < cols; c++)
      parameters[shape->offset + r * cols + c] = (FsReal) columns[c * rows + r];
  free (columns);
}
