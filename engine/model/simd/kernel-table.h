/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the kernels are to the layers: one table of functions for each instruction set. Pointers are to
 * row 0 of the batch and to the step in work, unless said otherwise; rows are first … end-1.
 *
 * Packed weights. Forward: panel of a block of 16 units, W[k][i16 f16 g16 o16], k = the inputs, then
 * the units, then the bias. Backward ("transposed"): panels of up to 64 columns of a matrix, all its rows
 * in the order of the gate panels: see fs_transposed_*(). Padding is exactly 0. */

#include <stddef.h>
#include "engine/base/real.h"

/* One time step of the LSTM, forward, for all units. */
typedef struct
{
  size_t n_blocks;       /* of 16 units */
  const FsReal *weights; /* [n_blocks][n_inputs + n_units + 1][64] */
  const FsReal *x;       /* [B][x_stride] */
  size_t n_inputs;
  size_t x_stride;
  const FsReal *h_before; /* [B][stride], NULL at the first step */
  const FsReal *c_before; /* [B][stride], NULL at the first step */
  size_t n_units;
  size_t stride; /* of h and c */
  FsReal *c;     /* [B][stride] */
  FsReal *h;     /* [B][stride] */
  FsReal *gates; /* [B][64] of block 0; NULL if nobody will ask for them */
  size_t gates_block_stride;
  const FsReal *peephole; /* [3][stride]: what i f o see of the cell; or NULL */
} FsLstmForward;

/* Numbers in gate panels that a product sums over: a[block·block_stride + row·64 + …], of which the
 * last block has only some units. */
typedef struct
{
  const FsReal *a;
  size_t row_stride;
  size_t block_stride;
  size_t n_full_blocks;
  size_t block_length; /* numbers in a full block */
  size_t tail_length;  /* units in the last block, if it is not full: so many numbers … */
  size_t n_tail_runs;  /* … for each of its gates, 16 apart */
} FsBlocks;

/* One time step of the LSTM, backward: dh = dy + m ⊙ Uᵀ dz_{t+1}, then gates → dz_t, c → dc. */
typedef struct
{
  size_t n_blocks;
  FsBlocks dz_after;     /* dz_{t+1}; a = NULL at the last step */
  const FsReal *weights; /* transposed recurrent kernel */
  size_t weights_rows;   /* 64 × n_blocks */
  const FsReal *dy;      /* [B][stride], or NULL */
  const FsReal *c;       /* [B][stride] */
  const FsReal *c_before;
  FsReal *dc; /* [B][stride] */
  size_t stride;
  FsReal *gates; /* [B][64] of block 0, replaced by dz_t */
  size_t gates_block_stride;
  int is_last_step;       /* dc is not there yet */
  const FsReal *mask;     /* [B][stride]: m, by which step t+1 read h_t; NULL for 1 */
  const FsReal *peephole; /* as forward */
} FsLstmBackward;

/* One time step of the GRU whose reset gate acts on the product, forward, for all units. A row of a panel
 * is [n16 r16 z16 q16], q = U_n h + b_hn being what the reset gate scales: inputs have weights in the first
 * three of them, units in the last three, the bias in all four. */
typedef struct
{
  size_t n_blocks;       /* of 16 units */
  const FsReal *weights; /* [n_blocks][n_inputs + n_units + 1][64] */
  const FsReal *x;       /* [B][x_stride] */
  size_t n_inputs;
  size_t x_stride;
  const FsReal *h_before; /* [B][stride], NULL at the first step */
  size_t n_units;
  size_t stride; /* of h */
  FsReal *h;     /* [B][stride] */
  FsReal *gates; /* [B][n16 r16 z16 q16] of block 0; NULL if nobody will ask for them */
  size_t gates_block_stride;
} FsGruForward;

/* One time step of it, backward: dh = dy + what passed the gates + Uᵀ dq_{t+1}; the gates are replaced by
 * the gradients of their sums, and q by its own. */
typedef struct
{
  size_t n_blocks;
  FsBlocks dq_after;     /* r z q of step t+1; a = NULL at the last step */
  const FsReal *weights; /* transposed recurrent kernel */
  size_t weights_rows;   /* 48 × n_blocks */
  const FsReal *dy;      /* [B][stride], or NULL */
  const FsReal *h_before;
  FsReal *dh;      /* [B][stride]: what goes to h_{t-1} past the product */
  FsReal *kept_dh; /* [B][stride]: ∂L/∂h_t for those who want to see it; may be dy; or NULL */
  size_t stride;
  FsReal *gates; /* [B][64] of block 0 */
  size_t gates_block_stride;
  int is_last_step; /* dh is not there yet */
} FsGruBackward;

/* out[row][column] = initial[column] + Σ_k a[row][k] · panels[k][column] */
typedef struct
{
  FsBlocks a;
  const FsReal *panels; /* transposed panels of n_columns columns */
  size_t panels_rows;
  size_t n_columns;      /* whole blocks of 16 */
  const FsReal *initial; /* [n_columns], or NULL for 0 */
  FsReal *out;           /* [B][out_stride] */
  size_t out_stride;
} FsProduct;

/* out[i][j] (+)= Σ_row a[row·a_stride + i] · b[row·b_stride + j], i < n_i, j < n_j (≤ 64, whole blocks
 * of 16); out has rows of 64. */
typedef struct
{
  const FsReal *a;
  size_t a_stride;
  size_t n_i;
  const FsReal *b;
  size_t b_stride;
  size_t n_j;
  size_t n_rows;
  FsReal *out; /* [n_i][64] */
  int accumulates;
} FsOuter;

typedef struct FsKernels
{
  void (*lstm_forward) (const FsLstmForward *job, size_t first, size_t end);
  void (*lstm_backward) (const FsLstmBackward *job, size_t first, size_t end);
  void (*gru_forward) (const FsGruForward *job, size_t first, size_t end);
  void (*gru_backward) (const FsGruBackward *job, size_t first, size_t end);
  void (*product) (const FsProduct *job, size_t first, size_t end);
  void (*outer) (const FsOuter *job);
  /* sum[64] (+)= Σ_row b[row·64 + j] */
  void (*column_sums) (const FsReal *b, size_t n_rows, FsReal sum[64]);
  void (*tanh) (FsReal *values, size_t n);
  void (*sigmoid) (FsReal *values, size_t n);
  /* to[j][i] = from[i][j], 16 × 16; and copy[i][j] = from[i][j], unless it is NULL */
  void (*transpose) (const FsReal *from,
                     size_t from_stride,
                     FsReal *to,
                     size_t to_stride,
                     FsReal *copy,
                     size_t copy_stride);
  /* Does n_rounds times as many multiply-adds as the processor can at once, with no memory in the way;
   * returns how many that were. What the tiles are measured against. */
  double (*peak) (size_t n_rounds, FsReal *sink);
} FsKernels;

extern const FsKernels fs_kernels_portable;
extern const FsKernels fs_kernels_avx2;
extern const FsKernels fs_kernels_avx512;
