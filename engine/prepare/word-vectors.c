/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is done with vectors of words once they are there; see word-vectors.h. */

#include "engine/prepare/word-vectors.h"

#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void
fs_word_vectors_clear (FsWordVectors *vectors)
{
  free (vectors->values);
  *vectors = (FsWordVectors){ 0 };
}

/* X = U S Vᵀ of the centred rows; the reduced rows are U S, the variances S² / (n − 1). */
static FsStatus
take_components (FsWordVectors *vectors,
                 size_t k,
                 double *shares,
                 double *x,
                 double *s,
                 double *u,
                 double *vt,
                 FsProblem *problem)
{
  const size_t n = vectors->n_words - 1, d = vectors->n_dimensions, r = n < d ? n : d;
  double total = 0;
  for (size_t c = 0; c < d; c++)
    {
      double mean = 0;
      for (size_t i = 0; i < n; i++)
        mean += (double) vectors->values[(i + 1) * d + c];
      mean /= (double) n;
      for (size_t i = 0; i < n; i++)
        x[i * d + c] = (double) vectors->values[(i + 1) * d + c] - mean;
    }
  /* The order of OpenBLAS's sums depends on its threads. */
  openblas_set_num_threads (1);
  if (LAPACKE_dgesdd (LAPACK_ROW_MAJOR, 'S', (lapack_int) n, (lapack_int) d, x, (lapack_int) d, s,
                      u, (lapack_int) r, vt, (lapack_int) d)
      != 0)
    return fs_problem (problem, FS_MALFORMED, "the word vectors", NULL,
                       "their principal components could not be found");
  for (size_t j = 0; j < r; j++)
    total += s[j] * s[j];
  memset (vectors->values, 0, k * sizeof *vectors->values);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < k; j++)
      vectors->values[(i + 1) * k + j] = (float) (u[i * r + j] * s[j]);
  for (size_t j = 0; shares && j < k; j++)
    shares[j] = total > 0 ? s[j] * s[j] / total : 0;
  vectors->n_dimensions = k;
  return FS_OK;
}

FsStatus
fs_word_vectors_reduce (FsWordVectors *vectors,
                        size_t n_dimensions,
                        double *shares,
                        FsProblem *problem)
{
  const size_t n = vectors->n_words - 1, d = vectors->n_dimensions, r = n < d ? n : d;
  if (n_dimensions < 1 || n_dimensions > r || n > INT_MAX / (d + 1))
    return fs_problem_at (problem, FS_OUT_OF_RANGE, "the word vectors", 0, NULL,
                          "%zu words of %zu numbers have 1 to %zu components", n, d, r);
  double *block = malloc ((n * d + r + n * r + r * d) * sizeof *block);
  if (!block)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "the word vectors", NULL, NULL);
  double *s = block + n * d, *u = s + r, *vt = u + n * r;
  FsStatus status = take_components (vectors, n_dimensions, shares, block, s, u, vt, problem);
  free (block);
  return status;
}

size_t
fs_word_vectors_nearest (const FsWordVectors *vectors,
                         int32_t id,
                         size_t n,
                         int32_t *ids,
                         double *cosines)
{
  const size_t d = vectors->n_dimensions;
  const float *word = vectors->values + (size_t) id * d;
  size_t n_found = 0;
  double own = 0;
  for (size_t i = 0; i < d; i++)
    own += (double) word[i] * (double) word[i];
  for (size_t w = FS_ID_FIRST_WORD; w < vectors->n_words && own > 0; w++)
    {
      const float *other = vectors->values + w * d;
      double product = 0, square = 0;
      for (size_t i = 0; i < d; i++)
        {
          product += (double) word[i] * (double) other[i];
          square += (double) other[i] * (double) other[i];
        }
      if (w == (size_t) id || !(square > 0))
        continue;
      const double cosine = product / sqrt (own * square);
      size_t place = n_found;
      for (; place > 0 && cosines[place - 1] < cosine; place--)
        if (place < n)
          {
            cosines[place] = cosines[place - 1];
            ids[place] = ids[place - 1];
          }
      if (place < n)
        {
          cosines[place] = cosine;
          ids[place] = (int32_t) w;
        }
      n_found += n_found < n;
    }
  return n_found;
}
