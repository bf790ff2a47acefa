/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The GRU's steps, forward and back, for the reset gate that acts on the product; the equations are those
 * of cell.h. For kernels-simd.c.
 *
 * The sums of a tile are n r z q: products with inputs go to the first three, those with the state to the
 * last three, so that none is wasted and all four meet in registers. */

#include "engine/model/simd/activation.h"
#include "engine/model/simd/products.h"

/* The pointwise half of a step, for one register of units; not inlined, as lstm_forward_units(). */
static __attribute__ ((noinline)) void
gru_forward_units (const FsGruForward *job, size_t row, size_t n_rows, size_t unit, Tile sum)
{
  for (size_t r = 0; r < n_rows; r++)
    {
      const size_t here = (row + r) * job->stride + unit;
      Vector reset = sum[r][1], keep = sum[r][2];
      activate_two_gates (&reset, &keep);
      /* n = tanh(n_x + r ⊙ q),  h = (1 − z) ⊙ n + z ⊙ h_{t-1} = n + z ⊙ (h_{t-1} − n) */
      const Vector value = vector_tanh (vector_fma (reset, sum[r][3], sum[r][0]));
      const Vector h_before = job->h_before ? vector_load (job->h_before + here) : (Vector){ 0 };
      vector_store (job->h + here, vector_fma (keep, h_before - value, value));
      if (!job->gates)
        continue;
      FsReal *gates =
          job->gates + unit / BLOCK * job->gates_block_stride + (row + r) * PANEL + unit % BLOCK;
      vector_store (gates, value);
      vector_store (gates + BLOCK, reset);
      vector_store (gates + 2 * BLOCK, keep);
      vector_store (gates + 3 * BLOCK, sum[r][3]);
    }
}

KERNEL_INLINE void
gru_forward_tile (const FsGruForward *job, size_t unit, size_t row, const int n_rows)
{
  const size_t n_lines = job->n_inputs + job->n_units + 1;
  const FsReal *weights = job->weights + unit / BLOCK * n_lines * PANEL + unit % BLOCK;
  const FsReal *bias = weights + (n_lines - 1) * PANEL;
  Tile sum, done;
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < TILE_VECTORS; v++)
      sum[r][v] = vector_load (bias + v * BLOCK);
  tile_add_product (sum, n_rows, 0, 3, job->x + row * job->x_stride, job->x_stride, 1, weights,
                    PANEL, BLOCK, job->n_inputs);
  if (job->h_before)
    tile_add_product (sum, n_rows, 1, 3, job->h_before + row * job->stride, job->stride, 1,
                      weights + job->n_inputs * PANEL + BLOCK, PANEL, BLOCK, job->n_units);
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < TILE_VECTORS; v++)
      done[r][v] = sum[r][v];
  gru_forward_units (job, row, (size_t) n_rows, unit, done);
}

static void
gru_forward (const FsGruForward *job, size_t first, size_t end)
{
  const Tiles tiles = tiles_of (end - first);
  for (size_t block = 0; block < job->n_blocks; block++)
    for (size_t tile = 0; tile < tiles.n_tiles; tile++)
      {
        const size_t row = first + tile_start (tiles, tile), n_rows = tile_rows (tiles, tile);
        for (size_t part = 0; part < PARTS; part++)
          {
#define CALL(n) gru_forward_tile (job, block *BLOCK + part * LANES, row, n)
            TILE_SWITCH (n_rows, CALL)
#undef CALL
          }
      }
}

/* Replaces the gates of one register of units by the gradients of their sums. */
KERNEL_INLINE void
gru_backward_units (const FsGruBackward *job, size_t row, size_t unit, Vector dh)
{
  const Vector one = vector_all (1);
  const size_t here = row * job->stride + unit;
  FsReal *gates = job->gates + unit / BLOCK * job->gates_block_stride + row * PANEL + unit % BLOCK;
  const Vector n = vector_load (gates), r = vector_load (gates + BLOCK);
  const Vector z = vector_load (gates + 2 * BLOCK), q = vector_load (gates + 3 * BLOCK);
  const Vector h_before = job->h_before ? vector_load (job->h_before + here) : (Vector){ 0 };
  if (!job->is_last_step)
    dh += vector_load (job->dh + here);
  if (job->kept_dh)
    vector_store (job->kept_dh + here, dh);

  /* h = (1 − z) ⊙ n + z ⊙ h_{t-1}:  dn = dh ⊙ (1 − z) ⊙ (1 − n²),  dz = dh ⊙ (h_{t-1} − n) ⊙ z(1 − z)
   * n = tanh(n_x + r ⊙ q):          dr = dn ⊙ q ⊙ r(1 − r),         dq = dn ⊙ r */
  const Vector dh_z = dh * z;
  const Vector dn = (dh - dh_z) * (one - n * n);
  const Vector dq = dn * r;
  vector_store (job->dh + here, dh_z);
  vector_store (gates, dn);
  vector_store (gates + BLOCK, dq * q * (one - r));
  vector_store (gates + 2 * BLOCK, dh_z * (h_before - n) * (one - z));
  vector_store (gates + 3 * BLOCK, dq);
}

KERNEL_INLINE void
gru_backward_tile (const void *data,
                   size_t row,
                   size_t n_rows,
                   size_t unit,
                   size_t n_vectors,
                   Tile dh)
{
  const FsGruBackward *job = data;
  for (size_t r = 0; r < n_rows; r++)
    for (size_t v = 0; v < n_vectors; v++)
      gru_backward_units (job, row + r, unit + v * LANES, dh[r][v]);
}

static void
gru_backward (const FsGruBackward *job, size_t first, size_t end)
{
  const Walk walk = { .a = &job->dq_after,
                      .panels = job->weights,
                      .panels_rows = job->weights_rows,
                      .n_columns = job->n_blocks * BLOCK,
                      .initial = job->dy,
                      .initial_stride = job->stride };
  walk_tiles (&walk, first, end, gru_backward_tile, job);
}
