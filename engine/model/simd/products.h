/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Products with transposed panels: dx = Wᵀ dz and its like, alone and as the first half of a step back in
 * time. For kernels-simd.c. */

#include <stdbool.h>
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
            size_t width,
            const int reads_ahead,
            Ahead ahead)
{
  const FsReal *a = blocks->a + row * blocks->row_stride;
  for (size_t b = 0; b < blocks->n_full_blocks; b++)
    {
      tile_add_product_ahead (sum, n_rows, 0, n_vectors, a + b * blocks->block_stride,
                              blocks->row_stride, 1, panel + b * blocks->block_length * width,
                              width, LANES, blocks->block_length, reads_ahead, ahead);
      ahead.from += blocks->block_length * ahead.step;
    }
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
  size_t row;
  const FsReal *initial; /* of that row and column, or NULL for 0; rows are initial_stride apart */
  size_t initial_stride;
  Ahead ahead; /* step = 0: nothing is read ahead */
} Place;

/* One tile of `initial` + a · panel into `done`. */
KERNEL_INLINE void
product_tile (const FsBlocks *a,
              const Place *at,
              const int n_rows,
              const int n_vectors,
              const int reads_ahead,
              Tile done)
{
  Tile sum;
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      sum[r][v] =
          at->initial
              ? vector_load (at->initial + (size_t) r * at->initial_stride + (size_t) v * LANES)
              : (Vector){ 0 };
  if (a->a)
    add_blocks (sum, n_rows, n_vectors, a, at->row, at->panel, at->width, reads_ahead, at->ahead);
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      done[r][v] = sum[r][v];
}

#define DEFINE_PRODUCT_TILES(name)                                                                \
  static void product_tiles_##name (const FsBlocks *a, const Place *at, size_t n_rows, Tile done) \
  {                                                                                               \
    TILE_SWITCH (n_rows, CALL)                                                                    \
  }
#define CALL(n) product_tile (a, at, n, 1, 0, done)
DEFINE_PRODUCT_TILES (1)
#undef CALL
#define CALL(n) product_tile (a, at, n, 2, 0, done)
DEFINE_PRODUCT_TILES (2)
#undef CALL
#define CALL(n) product_tile (a, at, n, 3, 0, done)
DEFINE_PRODUCT_TILES (3)
#undef CALL
#define CALL(n) product_tile (a, at, n, 4, 0, done)
DEFINE_PRODUCT_TILES (4)
#undef CALL
#define CALL(n) product_tile (a, at, n, 4, 1, done)
DEFINE_PRODUCT_TILES (4_ahead)
#undef CALL

KERNEL_INLINE void
product_any_tile (const FsBlocks *a, const Place *at, size_t n_rows, size_t n_vectors, Tile done)
{
  switch (n_vectors)
    {
    case 1:
      product_tiles_1 (a, at, n_rows, done);
      break;
    case 2:
      product_tiles_2 (a, at, n_rows, done);
      break;
    case 3:
      product_tiles_3 (a, at, n_rows, done);
      break;
    default:
      if (at->ahead.step > 0)
        product_tiles_4_ahead (a, at, n_rows, done);
      else
        product_tiles_4 (a, at, n_rows, done);
    }
}

/* The tiles of a product, in an order that reads a panel once for all rows. A panel (128 KB for an LSTM
 * 128) comes from the second-level cache once for each tile, and that costs next to nothing: cutting it into
 * pieces of 64, 128 or 256 rows that stay in the first level, for all tiles in turn, was no faster
 * (AVX-512: 180 against 182 GF/s), nor were loops of a length known beforehand. Only of an LSTM from 512
 * units on, a panel, the one after it and the gates of a step fill the second level, and pieces of
 * PIECE_BLOCKS pay; the sums so far wait in memory meanwhile, for GROUP_TILES tiles at a time. */
#define PIECE_BLOCKS 8
#define GROUP_TILES 16

typedef struct
{
  const FsBlocks *a;
  const FsReal *panels;
  size_t panels_rows;
  size_t n_columns;
  const FsReal *initial; /* row 0, column 0 of what the sums begin with, or NULL for 0 */
  size_t initial_stride;
} Walk;

/* What is done with a tile of sums. */
typedef void (*Finish) (const void *job,
                        size_t row,
                        size_t n_rows,
                        size_t column,
                        size_t n_vectors,
                        Tile sum);

/* Registers in the group of up to four that starts at `column`. */
KERNEL_INLINE size_t
walk_vectors (const Walk *walk, size_t column)
{
  size_t left = walk->n_columns - column, panel_left = PANEL - column % PANEL;
  size_t n = (left < panel_left ? left : panel_left) / LANES;
  return n < TILE_VECTORS ? n : TILE_VECTORS;
}

/* A run of blocks of `a` that is summed over for all tiles of a group in turn. */
typedef struct
{
  FsBlocks blocks;
  const FsReal *panel; /* its first row, at the first of the registers */
  size_t width;        /* of the panel's rows */
  size_t n_rows;       /* rows of the panel */
  const FsReal *next;  /* the panel's row after them, or NULL if nothing is to be read ahead */
  bool is_first, is_last;
} Piece;

KERNEL_INLINE size_t
walk_n_pieces (const Walk *walk)
{
  const size_t n_blocks = walk->a->a ? walk->a->n_full_blocks : 0;
  return n_blocks >= 4 * PIECE_BLOCKS ? (n_blocks + PIECE_BLOCKS - 1) / PIECE_BLOCKS : 1;
}

/* The last panel is followed by the first, of the next step in time. */
KERNEL_INLINE Piece
walk_piece (const Walk *walk, size_t column, size_t number, size_t n_pieces)
{
  const size_t start = column - column % PANEL, left = walk->n_columns - start;
  const size_t next_start = start + PANEL < walk->n_columns ? start + PANEL : 0;
  const size_t length = PIECE_BLOCKS * walk->a->block_length;
  Piece piece = { .blocks = *walk->a,
                  .panel = walk->panels + walk->panels_rows * start + column % PANEL,
                  .width = left < PANEL ? left : PANEL,
                  .n_rows = walk->panels_rows,
                  .is_first = number == 0,
                  .is_last = number + 1 == n_pieces };
  const bool reads_ahead = walk->panels_rows * walk->n_columns >= AHEAD_SIZE;
  if (reads_ahead)
    piece.next = walk->panels + walk->panels_rows * next_start;
  if (n_pieces == 1)
    return piece;
  piece.blocks.a += number * PIECE_BLOCKS * piece.blocks.block_stride;
  piece.blocks.n_full_blocks -= number * PIECE_BLOCKS;
  piece.n_rows -= number * length;
  piece.panel += number * length * piece.width;
  if (piece.is_last)
    return piece;
  piece.blocks.n_full_blocks = PIECE_BLOCKS;
  piece.blocks.tail_length = 0;
  piece.n_rows = length;
  if (reads_ahead)
    piece.next = piece.panel + length * piece.width;
  return piece;
}

/* All tiles of the product for rows first … end-1. */
KERNEL_INLINE void
walk_tiles (const Walk *walk, size_t first, size_t end, Finish finish, const void *job)
{
  FsReal waiting[GROUP_TILES * TILE_ROWS][PANEL];
  const size_t n_pieces = walk_n_pieces (walk);
  const size_t longest = n_pieces > 1 ? GROUP_TILES * TILE_ROWS : end - first;
  size_t n_vectors;
  for (size_t column = 0; column < walk->n_columns; column += n_vectors * LANES)
    {
      n_vectors = walk_vectors (walk, column);
      for (size_t group = first, group_end; group < end; group = group_end)
        {
          group_end = end - group < longest ? end : group + longest;
          const Tiles tiles = tiles_of (group_end - group);
          for (size_t number = 0; number < n_pieces; number++)
            {
              const Piece piece = walk_piece (walk, column, number, n_pieces);
              for (size_t tile = 0; tile < tiles.n_tiles; tile++)
                {
                  const size_t start = tile_start (tiles, tile), n_rows = tile_rows (tiles, tile);
                  Place at = { .panel = piece.panel,
                               .width = piece.width,
                               .row = group + start,
                               .initial_stride = piece.is_first ? walk->initial_stride : PANEL };
                  if (!piece.is_first)
                    at.initial = waiting[start];
                  else if (walk->initial)
                    at.initial = walk->initial + at.row * at.initial_stride + column;
                  if (piece.next)
                    at.ahead = ahead_share (piece.next, piece.n_rows, tile, tiles.n_tiles);
                  Tile sum;
                  product_any_tile (&piece.blocks, &at, n_rows, n_vectors, sum);
                  if (piece.is_last)
                    finish (job, at.row, n_rows, column, n_vectors, sum);
                  else
                    for (size_t r = 0; r < n_rows; r++)
                      for (size_t v = 0; v < n_vectors; v++)
                        vector_store (waiting[start + r] + v * LANES, sum[r][v]);
                }
            }
        }
    }
}

KERNEL_INLINE void
store_product (const void *data,
               size_t row,
               size_t n_rows,
               size_t column,
               size_t n_vectors,
               Tile sum)
{
  const FsProduct *job = data;
  for (size_t r = 0; r < n_rows; r++)
    for (size_t v = 0; v < n_vectors; v++)
      vector_store (job->out + (row + r) * job->out_stride + column + v * LANES, sum[r][v]);
}

static void
product (const FsProduct *job, size_t first, size_t end)
{
  const Walk walk = { .a = &job->a,
                      .panels = job->panels,
                      .panels_rows = job->panels_rows,
                      .n_columns = job->n_columns,
                      .initial = job->initial };
  walk_tiles (&walk, first, end, store_product, job);
}
