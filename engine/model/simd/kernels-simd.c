/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernels: see kernel-table.h for what each computes. This one source is compiled once for each
 * instruction set, with that set's flags and with FS_KERNELS as the name of its table; everything else in
 * it is static. It knows numbers, not layers. */

#include "engine/model/simd/gru-kernels.h"
#include "engine/model/simd/lstm-kernels.h"

/* --- Weight gradients --- */

KERNEL_INLINE void
outer_tile (const FsOuter *job, size_t i, size_t j, const int n_i, const int n_vectors)
{
  Tile sum;
  FsReal *out = job->out + i * PANEL + j;
#pragma GCC unroll 8
  for (int r = 0; r < n_i; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      sum[r][v] =
          job->accumulates ? vector_load (out + r * PANEL + (size_t) v * LANES) : (Vector){ 0 };
  tile_add_product (sum, n_i, 0, n_vectors, job->a + i, 1, job->a_stride, job->b + j, job->b_stride,
                    LANES, job->n_rows);
#pragma GCC unroll 8
  for (int r = 0; r < n_i; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      vector_store (out + r * PANEL + (size_t) v * LANES, sum[r][v]);
}

/* All rows of `out` for `n_vectors` registers of columns. */
KERNEL_INLINE void
outer_columns (const FsOuter *job, size_t j, const int n_vectors)
{
  const Tiles tiles = tiles_of (job->n_i);
  for (size_t tile = 0; tile < tiles.n_tiles; tile++)
    {
      const size_t i = tile_start (tiles, tile), n_i = tile_rows (tiles, tile);
#define CALL(n) outer_tile (job, i, j, n, n_vectors)
      TILE_SWITCH (n_i, CALL)
#undef CALL
    }
}

static void
outer (const FsOuter *job)
{
  size_t n_vectors;
  for (size_t j = 0; j < job->n_j; j += n_vectors * LANES)
    {
      const size_t n_left = (job->n_j - j) / LANES;
      /* Six are three and three: two would leave the multipliers idle. */
      n_vectors = n_left == 3 || n_left == 6 ? 3 : n_left < TILE_VECTORS ? 1 : TILE_VECTORS;
      if (n_vectors == TILE_VECTORS)
        outer_columns (job, j, TILE_VECTORS);
      else if (n_vectors == 3)
        outer_columns (job, j, 3);
      else
        outer_columns (job, j, 1);
    }
}

static void
column_sums (const FsReal *b, size_t n_rows, FsReal sum[PANEL])
{
  for (size_t j = 0; j < PANEL; j += TILE_VECTORS * LANES)
    {
      Vector s[TILE_VECTORS];
#pragma GCC unroll 4
      for (size_t v = 0; v < TILE_VECTORS; v++)
        s[v] = vector_load (sum + j + v * LANES);
      for (size_t row = 0; row < n_rows; row++)
#pragma GCC unroll 4
        for (size_t v = 0; v < TILE_VECTORS; v++)
          s[v] += vector_load (b + row * PANEL + j + v * LANES);
#pragma GCC unroll 4
      for (size_t v = 0; v < TILE_VECTORS; v++)
        vector_store (sum + j + v * LANES, s[v]);
    }
}

/* --- Activations of whole arrays; n is a multiple of 16 --- */

static void
tanh_all (FsReal *values, size_t n)
{
  for (size_t i = 0; i < n; i += LANES)
    vector_store (values + i, vector_tanh (vector_load (values + i)));
}

static void
sigmoid_all (FsReal *values, size_t n)
{
  for (size_t i = 0; i < n; i += LANES)
    vector_store (values + i, vector_sigmoid (vector_load (values + i)));
}

/* --- Layout --- */

/* Lanes of two vectors by a mask. Clang has no __builtin_shuffle of GCC's; it is used for fuzzing, where
 * speed does not matter. */
KERNEL_INLINE Vector
vector_shuffle (Vector a, Vector b, VectorMask mask)
{
#ifdef __clang__
  Vector shuffled;
  for (size_t i = 0; i < LANES; i++)
    shuffled[i] = (size_t) mask[i] < LANES ? a[mask[i]] : b[(size_t) mask[i] - LANES];
  return shuffled;
#else
  return __builtin_shuffle (a, b, mask);
#endif
}

/* Rows i and i + LANES/2 interleaved become rows 2i and 2i + 1; log2 (LANES) such rounds turn a square
 * over. */
KERNEL_INLINE void
transpose_square (const FsReal *from,
                  size_t from_stride,
                  FsReal *to,
                  size_t to_stride,
                  FsReal *copy,
                  size_t copy_stride)
{
  Vector rows[LANES], next[LANES];
#pragma GCC unroll 16
  for (size_t i = 0; i < LANES; i++)
    rows[i] = vector_load (from + i * from_stride);
  if (copy)
#pragma GCC unroll 16
    for (size_t i = 0; i < LANES; i++)
      vector_store (copy + i * copy_stride, rows[i]);
#pragma GCC unroll 4
  for (size_t n = 1; n < LANES; n *= 2)
    {
#pragma GCC unroll 8
      for (size_t i = 0; i < LANES / 2; i++)
        {
          next[2 * i] = vector_shuffle (rows[i], rows[i + LANES / 2], (VectorMask) INTERLEAVE_LOW);
          next[2 * i + 1] =
              vector_shuffle (rows[i], rows[i + LANES / 2], (VectorMask) INTERLEAVE_HIGH);
        }
#pragma GCC unroll 16
      for (size_t i = 0; i < LANES; i++)
        rows[i] = next[i];
    }
#pragma GCC unroll 16
  for (size_t i = 0; i < LANES; i++)
    vector_store (to + i * to_stride, rows[i]);
}

static void
transpose (const FsReal *from,
           size_t from_stride,
           FsReal *to,
           size_t to_stride,
           FsReal *copy,
           size_t copy_stride)
{
  for (size_t i = 0; i < BLOCK; i += LANES)
    for (size_t j = 0; j < BLOCK; j += LANES)
      transpose_square (from + i * from_stride + j, from_stride, to + j * to_stride + i, to_stride,
                        copy ? copy + i * copy_stride + j : NULL, copy_stride);
}

/* --- The bound --- */

static double
peak (size_t n_rounds, FsReal *sink)
{
  Tile sum;
  const Vector factors[2] = { vector_all (sink[0]), vector_all (sink[1]) };
  /* All different, or the compiler would see that one sum does for all. */
  for (int r = 0; r < TILE_ROWS; r++)
    for (int v = 0; v < TILE_VECTORS; v++)
      sum[r][v] = vector_all (sink[0] * (FsReal) (1 + r * TILE_VECTORS + v));
  for (size_t round = 0; round < n_rounds; round++)
#pragma GCC unroll 8
    for (int r = 0; r < TILE_ROWS; r++)
#pragma GCC unroll 4
      for (int v = 0; v < TILE_VECTORS; v++)
        sum[r][v] = vector_fma (sum[r][v], factors[0], factors[1]);
  for (int r = 0; r < TILE_ROWS; r++)
    for (int v = 0; v < TILE_VECTORS; v++)
      sink[2] += sum[r][v][0];
  return (double) n_rounds * TILE_ROWS * TILE_VECTORS * LANES;
}

const FsKernels FS_KERNELS = {
  .lstm_forward = lstm_forward,
  .lstm_backward = lstm_backward,
  .gru_forward = gru_forward,
  .gru_backward = gru_backward,
  .product = product,
  .outer = outer,
  .column_sums = column_sums,
  .tanh = tanh_all,
  .sigmoid = sigmoid_all,
  .transpose = transpose,
  .peak = peak,
};
