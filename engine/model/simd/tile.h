/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The register tile: up to TILE_ROWS rows × 4 registers of sums, to which products of one broadcast
 * number and one row of a packed panel are added. Everything heavy in the program runs here.
 *
 *   sum[r][first_vector + v] += Σ_k a[r·a_stride + k·a_step] × panel[k·panel_stride + v·step + lane]
 *
 * The order of the sum is that of k, whatever the tile: a row's result does not depend on the rows it is
 * computed with. `n_rows`, `n_vectors` and `step` are compile-time constants at every call, so that the
 * sums stay in registers.
 *
 * The panel in work comes fast enough by itself. The one after it does not, if all of them do not fit the
 * second-level cache: its first tile then waits for the third level. So a tile may ask for a share of it,
 * one line each few steps of k: with 512 units and 64 rows a step takes a tenth less time, with 384 units an
 * eighth. The same in bursts before every 16, 32 or 64 steps gained a third of that and cost small networks
 * 2 %, for which reason reading ahead is a constant as well. */

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

/* Numbers in all panels from which on they are read ahead: 1 MB of floats. */
#define AHEAD_SIZE ((size_t) 1 << 18)

/* What is wanted next: `step` numbers of it for each step of k. */
typedef struct
{
  const FsReal *from;
  size_t step;
} Ahead;

/* Tile `tile` of `n_tiles`' share of a panel from `next` on, which has as many rows as they have steps. */
KERNEL_INLINE Ahead
ahead_share (const FsReal *next, size_t n_panel_rows, size_t tile, size_t n_tiles)
{
  const size_t step = PANEL / n_tiles + 1;
  return (Ahead){ .from = next + tile * step * n_panel_rows, .step = step };
}

KERNEL_INLINE void
tile_add_product_ahead (Tile sum,
                        const int n_rows,
                        const int first_vector,
                        const int n_vectors,
                        const FsReal *a,
                        size_t a_stride,
                        size_t a_step,
                        const FsReal *panel,
                        size_t panel_stride,
                        const size_t step,
                        size_t length,
                        const int reads_ahead,
                        Ahead ahead)
{
#pragma GCC unroll TILE_UNROLL
  for (size_t k = 0; k < length; k++)
    {
      if (reads_ahead)
        __builtin_prefetch (ahead.from + k * ahead.step, 0, 2);
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
  tile_add_product_ahead (sum, n_rows, first_vector, n_vectors, a, a_stride, a_step, panel,
                          panel_stride, step, length, 0, (Ahead){ 0 });
}

/* `n` rows cut into the fewest tiles, as equal as possible, for short tiles leave the multipliers idle, and
 * the longer ones first: 32 rows into 6 6 5 5 5 5, not 6 6 6 6 6 2. Mixed (6 5 5 5 5 6) they
 * were 1 % slower: each change of length is a branch that may be foreseen wrongly. */
typedef struct
{
  size_t n_tiles;
  size_t n_rows; /* of a tile, but … */
  size_t n_long; /* … one more in so many at the start */
} Tiles;

KERNEL_INLINE Tiles
tiles_of (size_t n)
{
  const size_t n_tiles = n > 0 ? (n + TILE_ROWS - 1) / TILE_ROWS : 1;
  return (Tiles){ .n_tiles = n_tiles, .n_rows = n / n_tiles, .n_long = n % n_tiles };
}

KERNEL_INLINE size_t
tile_start (Tiles tiles, size_t tile)
{
  return tile * tiles.n_rows + (tile < tiles.n_long ? tile : tiles.n_long);
}

KERNEL_INLINE size_t
tile_rows (Tiles tiles, size_t tile)
{
  return tiles.n_rows + (tile < tiles.n_long);
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
