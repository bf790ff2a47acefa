/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The register tile: up to TILE_ROWS rows × 4 registers of sums, to which products of one broadcast
 * number and one row of a packed panel are added. Everything heavy in the program runs here.
 *
 *   sum[r][first_vector + v] += Σ_k a[r·a_stride + k·a_step] × panel[k·panel_stride + v·step + lane]
 *
 * The order of the sum is that of k, whatever the tile: a row's result does not depend on the rows it is
 * computed with. `n_rows`, `n_vectors` and `step` are compile-time constants at every call, so that the
 * sums stay in registers. Prefetching the panel in software made this 5 times slower. */

#include "engine/model/simd/vector.h"

#define BLOCK 16              /* units that are computed together: one register of AVX-512 */
#define PANEL 64              /* numbers in a row of a panel */
#define PARTS (BLOCK / LANES) /* registers for one gate of a block */
#define TILE_VECTORS 4

/* Steps of k in one turn of the loop. With AVX-512 four are 3 to 6 % faster than one (eight no more); with
 * AVX2's 16 registers they spill, and cost a third. */
enum
{
#if VECTOR_BYTES == 64
  TILE_UNROLL = 4
#else
  TILE_UNROLL = 1
#endif
};

typedef Vector Tile[TILE_ROWS][TILE_VECTORS];

KERNEL_INLINE void
tile_add_product (Tile sum,
                  const int n_rows,
                  const int first_vector,
                  const int n_vectors,
                  const FsReal *a,
                  size_t a_stride,
                  size_t a_step,
                  const FsReal *panel,
                  size_t panel_stride,
                  const size_t step,
                  size_t length)
{
#pragma GCC unroll TILE_UNROLL
  for (size_t k = 0; k < length; k++)
    {
      Vector b[TILE_VECTORS];
#pragma GCC unroll 4
      for (int v = 0; v < n_vectors; v++)
        b[v] = vector_load (panel + k * panel_stride + (size_t) v * step);
#pragma GCC unroll 8
      for (int r = 0; r < n_rows; r++)
        {
          Vector x = vector_all (a[(size_t) r * a_stride + k * a_step]);
#pragma GCC unroll 4
          for (int v = 0; v < n_vectors; v++)
            sum[r][first_vector + v] = vector_fma (x, b[v], sum[r][first_vector + v]);
        }
    }
}

/* Cuts `n` rows into the fewest tiles, as equal as possible: 32 rows into 6 5 5 5 5 6, not 6 6 6 6 6 2,
 * for short tiles leave the multipliers idle. */
KERNEL_INLINE size_t
tile_count (size_t n)
{
  return (n + TILE_ROWS - 1) / TILE_ROWS;
}

KERNEL_INLINE size_t
tile_start (size_t n, size_t n_tiles, size_t tile)
{
  return n * tile / n_tiles;
}

/* Calls an inlined body with the number of rows as a constant. */
#if TILE_ROWS == 3
#define TILE_SWITCH(n_rows, CALL) \
  switch (n_rows)                 \
    {                             \
    case 1:                       \
      CALL (1);                   \
      break;                      \
    case 2:                       \
      CALL (2);                   \
      break;                      \
    default:                      \
      CALL (3);                   \
      break;                      \
    }
#else
#define TILE_SWITCH(n_rows, CALL) \
  switch (n_rows)                 \
    {                             \
    case 1:                       \
      CALL (1);                   \
      break;                      \
    case 2:                       \
      CALL (2);                   \
      break;                      \
    case 3:                       \
      CALL (3);                   \
      break;                      \
    case 4:                       \
      CALL (4);                   \
      break;                      \
    case 5:                       \
      CALL (5);                   \
      break;                      \
    default:                      \
      CALL (6);                   \
      break;                      \
    }
#endif
