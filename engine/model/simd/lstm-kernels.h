/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The LSTM's steps, forward and back. For kernels-simd.c.
 *
 * Where the bound lies, measured with AVX-512 on a processor that has two multipliers of that width: a
 * tile's loop reaches 85 to 90 % of what registers alone do, products of a whole step 80 %. That is not the
 * loop's fault: written by hand, with everything in the first-level cache, it does 192 of 213 GF/s, with
 * zeros for numbers as well; a chain of integer multiplications put into it runs as if the core's clock were
 * 3.1 instead of 3.57 GHz. Tiles of 12 × 2, 5 × 5 or 7 × 4 registers and broadcasts within the multiplication
 * (157 GF/s) were slower. With 128 units the gates and the cell add a fifth to the product's time; they use the
 * same two multipliers, so nothing of it can be hidden. Spreading their polynomials over two loops took 12 %
 * longer, and going over the four gates step by step gained nothing. */

#include "engine/model/simd/activation.h"
#include "engine/model/simd/products.h"

/* --- Forward --- */

/* The pointwise half of a step, for one register of units of the rows row … row + n_rows: z[r] are the
 * pre-activations of i f g o. A function of its own: inlined, its constants would be held in registers
 * that the sums need (the tile then ran at half its speed). The outputs of all rows come after the cells of
 * all rows: the chain from a row's sums to its output, two divisions long, is longer than the processor looks
 * ahead, and in one loop this took a sixth more time. */
static __attribute__ ((noinline)) void
lstm_forward_units (const FsLstmForward *job, size_t row, size_t n_rows, size_t unit, Tile z)
{
  for (size_t r = 0; r < n_rows; r++)
    {
      const size_t here = (row + r) * job->stride + unit;
      activate_gates (z[r]);
      if (job->gates)
        {
          FsReal *gates = job->gates + unit / BLOCK * job->gates_block_stride + (row + r) * PANEL
                          + unit % BLOCK;
          for (size_t gate = 0; gate < TILE_VECTORS; gate++)
            vector_store (gates + gate * BLOCK, z[r][gate]);
        }
      /* c_t = f ⊙ c_{t-1} + i ⊙ g */
      Vector c = z[r][0] * z[r][2];
      if (job->c_before)
        c = vector_fma (z[r][1], vector_load (job->c_before + here), c);
      vector_store (job->c + here, c);
    }
  /* h_t = o ⊙ tanh(c_t) */
  for (size_t r = 0; r < n_rows; r++)
    {
      const size_t here = (row + r) * job->stride + unit;
      vector_store (job->h + here, z[r][3] * vector_tanh (vector_load (job->c + here)));
    }
}

/* The same with peepholes: i and f see the cell as it was, o sees it as it will be. */
static __attribute__ ((noinline)) void
lstm_forward_peeping_units (const FsLstmForward *job,
                            size_t row,
                            size_t n_rows,
                            size_t unit,
                            Tile z)
{
  const FsReal *p = job->peephole + unit;
  for (size_t r = 0; r < n_rows; r++)
    {
      const size_t here = (row + r) * job->stride + unit;
      const Vector c_before = job->c_before ? vector_load (job->c_before + here) : (Vector){ 0 };
      Vector i = z[r][0] + vector_load (p) * c_before;
      Vector f = z[r][1] + vector_load (p + job->stride) * c_before;
      activate_two_gates (&i, &f);
      const Vector g = vector_tanh (z[r][2]);
      const Vector c = f * c_before + i * g;
      const Vector o = vector_sigmoid (z[r][3] + vector_load (p + 2 * job->stride) * c);
      if (job->gates)
        {
          FsReal *gates = job->gates + unit / BLOCK * job->gates_block_stride + (row + r) * PANEL
                          + unit % BLOCK;
          vector_store (gates, i);
          vector_store (gates + BLOCK, f);
          vector_store (gates + 2 * BLOCK, g);
          vector_store (gates + 3 * BLOCK, o);
        }
      vector_store (job->c + here, c);
      vector_store (job->h + here, o * vector_tanh (c));
    }
}

/* Rows row … row + n_rows of one block: the tile is rows × four gates, so the gates, the cell and the
 * output are made from it at once, and pre-activations are never stored. */
KERNEL_INLINE void
lstm_forward_tile (const FsLstmForward *job,
                   size_t unit,
                   size_t row,
                   const int n_rows,
                   const int reads_ahead,
                   Ahead ahead)
{
  const size_t n_lines = job->n_inputs + job->n_units + 1;
  const FsReal *weights = job->weights + unit / BLOCK * n_lines * PANEL + unit % BLOCK;
  const FsReal *bias = weights + (n_lines - 1) * PANEL;
  Tile sum, z;
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int gate = 0; gate < TILE_VECTORS; gate++)
      sum[r][gate] = vector_load (bias + gate * BLOCK);

  /* z = b + W x + U h_{t-1} */
  tile_add_product (sum, n_rows, 0, TILE_VECTORS, job->x + row * job->x_stride, job->x_stride, 1,
                    weights, PANEL, BLOCK, job->n_inputs);
  if (job->h_before)
    tile_add_product_ahead (sum, n_rows, 0, TILE_VECTORS, job->h_before + row * job->stride,
                            job->stride, 1, weights + job->n_inputs * PANEL, PANEL, BLOCK,
                            job->n_units, reads_ahead, ahead);
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int gate = 0; gate < TILE_VECTORS; gate++)
      z[r][gate] = sum[r][gate];
  if (job->peephole)
    lstm_forward_peeping_units (job, row, (size_t) n_rows, unit, z);
  else
    lstm_forward_units (job, row, (size_t) n_rows, unit, z);
}

/* The last block's weights are followed by the first's, of the next step in time. */
KERNEL_INLINE void
lstm_forward_tiles (const FsLstmForward *job, size_t first, size_t end, const int reads_ahead)
{
  const Tiles tiles = tiles_of (end - first);
  const size_t n_lines = job->n_inputs + job->n_units + 1;
  for (size_t block = 0; block < job->n_blocks; block++)
    for (size_t tile = 0; tile < tiles.n_tiles; tile++)
      {
        const size_t row = first + tile_start (tiles, tile), n_rows = tile_rows (tiles, tile);
        const size_t next = block + 1 < job->n_blocks ? block + 1 : 0;
        const Ahead ahead =
            ahead_share (job->weights + next * n_lines * PANEL, n_lines, tile, tiles.n_tiles);
        for (size_t part = 0; part < PARTS; part++)
          {
#define CALL(n) lstm_forward_tile (job, block *BLOCK + part * LANES, row, n, reads_ahead, ahead)
            TILE_SWITCH (n_rows, CALL)
#undef CALL
          }
      }
}

static void
lstm_forward (const FsLstmForward *job, size_t first, size_t end)
{
  if (job->n_blocks * (job->n_inputs + job->n_units + 1) * PANEL < AHEAD_SIZE)
    lstm_forward_tiles (job, first, end, 0);
  else
    lstm_forward_tiles (job, first, end, 1);
}

/* --- Backward --- */

/* Replaces the gates of one register of units by ∂L/∂z; the equations are those of lstm-plain.c. */
KERNEL_INLINE void
lstm_backward_units (const FsLstmBackward *job, size_t row, size_t unit, Vector dh)
{
  const Vector one = vector_all (1);
  const size_t here = row * job->stride + unit;
  FsReal *gates = job->gates + unit / BLOCK * job->gates_block_stride + row * PANEL + unit % BLOCK;
  const Vector i = vector_load (gates), f = vector_load (gates + BLOCK);
  const Vector g = vector_load (gates + 2 * BLOCK), o = vector_load (gates + 3 * BLOCK);
  const Vector tanh_c = vector_tanh (vector_load (job->c + here));
  const Vector c_before = job->c_before ? vector_load (job->c_before + here) : (Vector){ 0 };
  const Vector dh_o = dh * o;

  /* h = o ⊙ tanh(c):  dc += dh ⊙ o ⊙ (1 − tanh²(c)) = dh_o − dh_o tanh(c) tanh(c) */
  Vector dc = dh_o - dh_o * tanh_c * tanh_c;
  if (!job->is_last_step)
    dc += vector_load (job->dc + here);
  vector_store (job->dc + here, dc * f);
  vector_store (gates, dc * g * i * (one - i));
  vector_store (gates + BLOCK, dc * c_before * f * (one - f));
  vector_store (gates + 2 * BLOCK, dc * i * (one - g * g));
  vector_store (gates + 3 * BLOCK, dh_o * tanh_c * (one - o));
}

/* The same with peepholes. */
KERNEL_INLINE void
lstm_backward_peeping_units (const FsLstmBackward *job, size_t row, size_t unit, Vector dh)
{
  const Vector one = vector_all (1);
  const size_t here = row * job->stride + unit;
  const FsReal *p = job->peephole + unit;
  FsReal *gates = job->gates + unit / BLOCK * job->gates_block_stride + row * PANEL + unit % BLOCK;
  const Vector i = vector_load (gates), f = vector_load (gates + BLOCK);
  const Vector g = vector_load (gates + 2 * BLOCK), o = vector_load (gates + 3 * BLOCK);
  const Vector tanh_c = vector_tanh (vector_load (job->c + here));
  const Vector c_before = job->c_before ? vector_load (job->c_before + here) : (Vector){ 0 };
  const Vector dh_o = dh * o, dz_o = dh_o * tanh_c * (one - o);

  /* o sees c_t, i and f see c_{t-1}:  dc += p_o ⊙ dz_o,  dc_{t-1} = dc ⊙ f + p_i ⊙ dz_i + p_f ⊙ dz_f */
  Vector dc = dh_o - dh_o * tanh_c * tanh_c + vector_load (p + 2 * job->stride) * dz_o;
  if (!job->is_last_step)
    dc += vector_load (job->dc + here);
  const Vector dz_i = dc * g * i * (one - i), dz_f = dc * c_before * f * (one - f);
  vector_store (job->dc + here,
                dc * f + vector_load (p) * dz_i + vector_load (p + job->stride) * dz_f);
  vector_store (gates, dz_i);
  vector_store (gates + BLOCK, dz_f);
  vector_store (gates + 2 * BLOCK, dc * i * (one - g * g));
  vector_store (gates + 3 * BLOCK, dz_o);
}

/* dy + m ⊙ (what came back) for one register. */
KERNEL_INLINE Vector
lstm_masked_gradient (const FsLstmBackward *job, size_t row, size_t unit, Vector dh)
{
  const size_t here = row * job->stride + unit;
  dh *= vector_load (job->mask + here);
  return job->dy ? dh + vector_load (job->dy + here) : dh;
}

/* What is done with a tile of dh: two functions, so that the usual layer does not pay for what it has not. */
KERNEL_INLINE void
lstm_backward_usual (const void *data,
                     size_t row,
                     size_t n_rows,
                     size_t unit,
                     size_t n_vectors,
                     Tile dh)
{
  const FsLstmBackward *job = data;
  for (size_t r = 0; r < n_rows; r++)
    for (size_t v = 0; v < n_vectors; v++)
      lstm_backward_units (job, row + r, unit + v * LANES, dh[r][v]);
}

KERNEL_INLINE void
lstm_backward_unusual (const void *data,
                       size_t row,
                       size_t n_rows,
                       size_t unit,
                       size_t n_vectors,
                       Tile dh)
{
  const FsLstmBackward *job = data;
  for (size_t r = 0; r < n_rows; r++)
    for (size_t v = 0; v < n_vectors; v++)
      {
        const size_t here = unit + v * LANES;
        if (job->mask)
          dh[r][v] = lstm_masked_gradient (job, row + r, here, dh[r][v]);
        if (job->peephole)
          lstm_backward_peeping_units (job, row + r, here, dh[r][v]);
        else
          lstm_backward_units (job, row + r, here, dh[r][v]);
      }
}

static void
lstm_backward (const FsLstmBackward *job, size_t first, size_t end)
{
  const Walk walk = { .a = &job->dz_after,
                      .panels = job->weights,
                      .panels_rows = job->weights_rows,
                      .n_columns = job->n_blocks * BLOCK,
                      .initial = job->mask ? NULL : job->dy,
                      .initial_stride = job->stride };
  if (job->mask || job->peephole)
    walk_tiles (&walk, first, end, lstm_backward_unusual, job);
  else
    walk_tiles (&walk, first, end, lstm_backward_usual, job);
}
