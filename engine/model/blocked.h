/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What recurrent layers with kernels of their own have in common: units in blocks of 16, whose weights,
 * gates and gradients lie in panels of 64 columns, and the weight gradient made from them. */

#include "engine/model/layer.h"
#include "engine/model/pack.h"
#include "engine/model/simd/kernel-table.h"

/* A layer seen like that. Hp is H padded to whole blocks. */
typedef struct
{
  const FsLayer *layer;
  FsReal *gates;     /* [Hp/16][T][B][64], after the way back the gradients of their sums */
  FsReal *x_columns; /* x cut into columns: [Ip/16][T × B][16]; not used if I ≤ 16 */
  FsReal *h_columns; /* h likewise */
  const FsReal *h;   /* [T][B][Hp]: h_t as step t+1 read it; that of the last step is of no use */
  const FsReal *start_h; /* what step 0 read, [B][Hp]; NULL for 0 */
  FsReal *d_weights;     /* [Hp/16][I + H + 1][64]: gradients of inputs', units' weights and bias */
  size_t kernel_run;     /* inputs act on the runs of 16 from this one on … */
  size_t state_run;      /* … and units on those from this one on: */
  size_t n_runs;         /* so many each */
} FsBlocked;

/* Where unit `u` of run `run` in row `row` of step `t` is, among T × n_rows rows of gates. */
static inline size_t
fs_block_index (size_t n_steps, size_t n_rows, size_t t, size_t row, size_t run, size_t u)
{
  return ((u / FS_BLOCK * n_steps + t) * n_rows + row) * FS_PANEL + run * FS_BLOCK + u % FS_BLOCK;
}

/* Units of block `block` that exist. */
size_t fs_block_units (const FsLayer *layer, size_t block);

/* Rows of a block's panel of weights: I + H + 1. */
size_t fs_block_lines (const FsLayer *layer);

/* Numbers in the slots of columns, for x (0 if it is not cut) and for h. */
size_t fs_blocked_x_columns_size (const FsLayer *layer, size_t max_rows);
size_t fs_blocked_h_columns_size (const FsLayer *layer, size_t max_rows);

/* Cuts x and h of step t, rows first … end-1, into columns. */
void fs_blocked_copy_columns (const FsBlocked *blocked,
                              const FsLayerPass *pass,
                              size_t t,
                              size_t first,
                              size_t end);

/* What the products of step t sum over: `n_runs` runs of the gates from run `first_run` on. */
FsBlocks fs_blocked_gates (const FsBlocked *blocked, size_t n_rows, size_t t, size_t first_run);

/* No gradient enters a masked step. */
void fs_blocked_clear_gates (const FsBlocked *blocked,
                             size_t n_rows,
                             size_t t,
                             size_t first,
                             size_t end);

/* dW = Σ dz xᵀ, dU = Σ dz h_{t-1}ᵀ, db = Σ dz for the units of one block, into its panel of d_weights; the
 * sum is over the T × B rows in their order. */
void fs_blocked_gradient (const FsBlocked *blocked, const FsLayerPass *pass, size_t block);
