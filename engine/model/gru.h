/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the GRU with kernels of its own (gru.c) keeps what it computes. Letters as in layer.h; Hp is H
 * padded to whole blocks of 16 units. */

#include "engine/model/blocked.h"

enum
{
  FS_GRU_SLOT_GATES = FS_SLOT_OWN, /* [Hp/16][T][B][n16 r16 z16 q16], later their gradients */
  FS_GRU_SLOT_DH,        /* [B][Hp]: what of ∂L/∂h_t goes to h_{t-1} past the product */
  FS_GRU_SLOT_WEIGHTS,   /* [Hp/16][I + H + 1][64]: packed for the way forward */
  FS_GRU_SLOT_D_WEIGHTS, /* the same, their gradients */
  FS_GRU_SLOT_RECURRENT, /* panels of the recurrent kernel, 3Hp rows × H columns */
  FS_GRU_SLOT_KERNEL,    /* panels of the kernel, 3Hp rows × I columns; only with dx */
  FS_GRU_SLOT_X_COLUMNS, /* see blocked.h */
  FS_GRU_SLOT_H_COLUMNS,
};

/* The runs of 16 in a row of a panel: the candidate n, the gates r and z, and q = U_n h + b_hn, which the
 * reset gate scales. */
enum
{
  FS_GRU_RUN_N,
  FS_GRU_RUN_R,
  FS_GRU_RUN_Z,
  FS_GRU_RUN_Q
};

/* See FsLayerKindOps. */
bool fs_gru_read_state (const FsLayer *layer,
                        const FsLayerPass *pass,
                        FsState state,
                        size_t t,
                        size_t row,
                        FsReal *values);
