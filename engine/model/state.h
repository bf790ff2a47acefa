/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What there is to see inside a recurrent layer while it reads a window: one vector over the units for
 * each window and step. Names only; fs_network_read_state() gives the numbers. */

typedef enum
{
  FS_STATE_INPUT_GATE,              /* LSTM: i */
  FS_STATE_FORGET_GATE,             /* LSTM: f */
  FS_STATE_OUTPUT_GATE,             /* LSTM: o */
  FS_STATE_RESET_GATE,              /* GRU: ρ */
  FS_STATE_UPDATE_GATE,             /* GRU: z, the share of the old state that is kept */
  FS_STATE_CANDIDATE,               /* LSTM: g, GRU: n, RNN: h itself */
  FS_N_GATE_STATES,                 /* those above pass through a curve that can be saturated */
  FS_STATE_CELL = FS_N_GATE_STATES, /* LSTM: c */
  FS_STATE_HIDDEN,                  /* h */
  FS_STATE_HIDDEN_GRADIENT,         /* ∂L/∂h_t, by all ways that lead on from it */
  FS_STATE_INPUT_GRADIENT,          /* ∂L/∂x_t, over the layer's inputs instead of its units */
  FS_N_STATES
} FsState;
