/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The LSTM's buffers, shared by its plain path (lstm-plain.c) and its kernels (lstm.c).
 *
 *   i = σ(W_i x_t + U_i h_{t-1} + b_i)      f, o likewise      g = tanh(W_g x_t + U_g h_{t-1} + b_g)
 *   c_t = f ⊙ c_{t-1} + i ⊙ g               h_t = o ⊙ tanh(c_t)          h_{-1} = c_{-1} = 0
 *
 * (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000.) With recurrent dropout the products read
 * m ⊙ h_{t-1} (Gal & Ghahramani 2016: m the same in all steps). With peepholes (Gers & Schmidhuber 2000)
 * i, f and o see the cell: p_i ⊙ c_{t-1}, p_f ⊙ c_{t-1} and p_o ⊙ c_t join their sums. What is rarer still
 * is in cell.h. Letters as in layer.h: T, B, I, H; Hp is H padded to whole blocks of 16 units. */

#include "engine/model/blocked.h"

#define FS_N_GATES 4

enum
{
  FS_LSTM_SLOT_GATES = FS_SLOT_OWN, /* [Hp/16][T][B][i16 f16 g16 o16], later their gradients */
  FS_LSTM_SLOT_CELLS,               /* c[T][B][Hp] */
  FS_LSTM_SLOT_DC,                  /* [B][Hp]: ∂L/∂c_t of the step in work */
  FS_LSTM_SLOT_WEIGHTS,             /* [Hp/16][I + H + 1][64]: packed for the way forward */
  FS_LSTM_SLOT_D_WEIGHTS,           /* the same, their gradients */
  FS_LSTM_SLOT_RECURRENT,           /* panels of the recurrent kernel, 4Hp rows × H columns */
  FS_LSTM_SLOT_KERNEL,              /* panels of the kernel, 4Hp rows × I columns; only with dx */
  FS_LSTM_SLOT_X_COLUMNS,           /* x cut into columns: [Ip/16][T × B][16], if I > 16 */
  FS_LSTM_SLOT_H_COLUMNS,           /* h likewise */
  FS_LSTM_SLOT_MASK,                /* recurrent dropout: m[T or 1][B][Hp] … */
  FS_LSTM_SLOT_H_READ,              /* … and m ⊙ h_{t-1}, [T + 1][B][Hp], the last of no use */
  FS_LSTM_SLOT_PEEPHOLE,            /* [3][Hp]: p_i p_f p_o */
};

/* Tensors, counted from the layer's first. */
enum
{
  FS_LSTM_WEIGHT_IH, /* (4H, I), gates in the order i f g o as PyTorch's */
  FS_LSTM_WEIGHT_HH, /* (4H, H) */
  FS_LSTM_BIAS_IH,   /* (4H) */
  FS_LSTM_PEEPHOLE   /* (3, H): i f o; only if it has any */
};

/* Whether this pass drops a part of h on its way into the gates. */
bool fs_lstm_drops_state (const FsLayer *layer, const FsLayerPass *pass);

/* m of step t, [B][Hp]. */
const FsReal *fs_lstm_mask (const FsLayer *layer, const FsLayerPass *pass, size_t t);

/* h_{t-1} as step t reads it, [B][Hp], of which rows first … end-1 are made now if anything is dropped;
 * NULL for 0. */
const FsReal *fs_lstm_read_hidden (const FsLayer *layer,
                                   const FsLayerPass *pass,
                                   size_t t,
                                   size_t first,
                                   size_t end);

void fs_lstm_plain_forward (const FsLayer *layer,
                            const FsLayerPass *pass,
                            size_t first,
                            size_t end);
void fs_lstm_plain_backward (const FsLayer *layer,
                             const FsLayerPass *pass,
                             size_t first,
                             size_t end);
void fs_lstm_plain_gradient (const FsLayer *layer, const FsLayerPass *pass, size_t block);

/* See FsLayerKindOps. */
bool fs_lstm_read_state (const FsLayer *layer,
                         const FsLayerPass *pass,
                         FsState state,
                         size_t t,
                         size_t row,
                         FsReal *values);
