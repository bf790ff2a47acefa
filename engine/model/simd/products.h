/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Products with transposed panels: dx = Wᵀ dz and its like, alone and as the first half of a step back in
 * time. For kernels-simd.c. */

#include "engine/model/simd/kernel-table.h"
#include "engine/model/simd/tile.h"

/* sum += a · panel over the blocks of `a`, for n_vectors registers of the panel. */
KERNEL_INLINE void
add_blocks (Tile sum,
            const int n_rows,
            const int n_vectors,
            const FsBlocks *blocks,
            size_t row,
            const FsReal *panel,
            size_t width)
{
  const FsReal *a = blocks->a + row * blocks->row_stride;
  for (size_t b = 0; b < blocks->n_full_blocks; b++)
    tile_add_product (sum, n_rows, 0, n_vectors, a + b * blocks->block_stride, blocks->row_stride,
                      1, panel + b * blocks->block_length * width, width, LANES,
                      blocks->block_length);
  if (blocks->tail_length == 0)
    return;
  a += blocks->n_full_blocks * blocks->block_stride;
  panel += blocks->n_full_blocks * blocks->block_length * width;
  for (size_t run = 0; run < blocks->n_tail_runs; run++)
    tile_add_product (sum, n_rows, 0, n_vectors, a + run * BLOCK, blocks->row_stride, 1,
                      panel + run * BLOCK * width, width, LANES, blocks->tail_length);
}

typedef struct
{
  const FsReal *panel; /* its first row, at the first of the registers */
  size_t width;        /* of the panel's rows */
  size_t column;       /* in the whole matrix */
  size_t row;
} Place;

/* One tile of `initial` + a · panel into `done`; a row's initial numbers are initial_stride apart. */
KERNEL_INLINE void
product_tile (const FsBlocks *a,
              const FsReal *initial,
              size_t initial_stride,
              Place at,
              const int n_rows,
              const int n_vectors,
              Tile done)
{
  Tile sum;
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      sum[r][v] = initial ? vector_load (initial + (at.row + (size_t) r) * initial_stride
                                         + at.column + (size_t) v * LANES)
                          : (Vector){ 0 };
  if (a->a)
    add_blocks (sum, n_rows, n_vectors, a, at.row, at.panel, at.width);
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      done[r][v] = sum[r][v];
}

#define DEFINE_PRODUCT_TILES(n_vectors)                                                  \
  static void product_tiles_##n_vectors (const FsBlocks *a, const FsReal *initial,       \
                                         size_t initial_stride, Place at, size_t n_rows, \
                                         Tile done)                                      \
  {                                                                                      \
    TILE_SWITCH (n_rows, CALL)                                                           \
  }
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 1, done)
DEFINE_PRODUCT_TILES (1)
#undef CALL
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 2, done)
DEFINE_PRODUCT_TILES (2)
#undef CALL
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 3, done)
DEFINE_PRODUCT_TILES (3)
#undef CALL
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 4, done)
DEFINE_PRODUCT_TILES (4)
#undef CALL

static void
product_any_tile (const FsBlocks *a,
                  const FsReal *initial,
                  size_t initial_stride,
                  Place at,
                  size_t n_rows,
                  size_t n_vectors,
                  Tile done)
{
  switch (n_vectors)
    {
    case 1:
      product_tiles_1 (a, initial, initial_stride, at, n_rows, done);
      break;
    case 2:
      product_tiles_2 (a, initial, initial_stride, at, n_rows, done);
      break;
    case 3:
      product_tiles_3 (a, initial, initial_stride, at, n_rows, done);
      break;
    default:
      product_tiles_4 (a, initial, initial_stride, at, n_rows, done);
    }
}

/* The tiles of a product, in an order that reads a panel once for all rows. A panel
 * (128 KB for an LSTM 128) comes from the second-level cache once for each tile, and that costs next to
 * nothing: cutting it into pieces of 64, 128 or 256 rows that stay in the first level, for all tiles in
 * turn, was no faster (AVX-512: 180 against 182 GF/s), nor were loops of a length known beforehand. */
typedef struct
{
  size_t first, end, n_tiles;
  const FsReal *panels;
  size_t panels_rows;
  size_t n_columns;
} Walk;

/* Registers in the group of up to four that starts at `column`. */
KERNEL_INLINE size_t
walk_vectors (const Walk *walk, size_t column)
{
  size_t left = walk->n_columns - column, panel_left = PANEL - column % PANEL;
  size_t n = (left < panel_left ? left : panel_left) / LANES;
  return n < TILE_VECTORS ? n : TILE_VECTORS;
}

KERNEL_INLINE Place
walk_place (const Walk *walk, size_t column, size_t tile)
{
  const size_t start = column - column % PANEL, left = walk->n_columns - start;
  return (Place){
    .panel = walk->panels + walk->panels_rows * start + column % PANEL,
    .width = left < PANEL ? left : PANEL,
    .column = column,
    .row = walk->first + tile_start (walk->end - walk->first, walk->n_tiles, tile),
  };
}

KERNEL_INLINE size_t
walk_rows (const Walk *walk, Place at, size_t tile)
{
  return walk->first + tile_start (walk->end - walk->first, walk->n_tiles, tile + 1) - at.row;
}

static void
product (const FsProduct *job, size_t first, size_t end)
{
  const Walk walk = { .first = first,
                      .end = end,
                      .n_tiles = tile_count (end - first),
                      .panels = job->panels,
                      .panels_rows = job->panels_rows,
                      .n_columns = job->n_columns };
  size_t n_vectors;
  for (size_t column = 0; column < job->n_columns; column += n_vectors * LANES)
    {
      n_vectors = walk_vectors (&walk, column);
      for (size_t tile = 0; tile < walk.n_tiles; tile++)
        {
          const Place at = walk_place (&walk, column, tile);
          const size_t n_rows = walk_rows (&walk, at, tile);
          Tile done;
          product_any_tile (&job->a, job->initial, 0, at, n_rows, n_vectors, done);
          for (size_t r = 0; r < n_rows; r++)
            for (size_t v = 0; v < n_vectors; v++)
              vector_store (job->out + (at.row + r) * job->out_stride + column + v * LANES,
                            done[r][v]);
        }
    }
}
