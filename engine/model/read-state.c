/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What recurrent layers show of their inside, as plain vectors, wherever their passes keep it; see
 * fs_network_read_state(). Nothing is computed here but the way back to the inputs. */

#include <string.h>
#include "engine/base/size.h"
#include "engine/model/cell.h"
#include "engine/model/gru.h"
#include "engine/model/lstm.h"

/* ---- Layers in blocks of units ---- */

/* One run of 16 of the gates, of all units. */
static void
read_run (const FsLayer *layer,
          const FsLayerPass *pass,
          const FsReal *gates,
          size_t run,
          size_t t,
          size_t row,
          FsReal *values)
{
  const size_t units = layer->out.width;
  for (size_t u = 0; u < units; u += FS_BLOCK)
    memcpy (values + u, gates + fs_block_index (layer->in.steps, pass->n_rows, t, row, run, u),
            (units - u < FS_BLOCK ? units - u : FS_BLOCK) * sizeof *values);
}

/* ∂L/∂x_t = Wᵀ dz_t, of one row. */
static void
read_block_input_gradient (const FsLayer *layer,
                           const FsLayerPass *pass,
                           const FsReal *gates,
                           const FsGateRuns *runs,
                           size_t t,
                           size_t row,
                           FsReal *values)
{
  const size_t inputs = layer->in.width, units = layer->out.width;
  const FsReal *w = fs_layer_parameter (layer, pass->table, pass->parameters, 0);
  memset (values, 0, inputs * sizeof *values);
  for (size_t gate = 0; gate < runs->n_gates; gate++)
    for (size_t u = 0; u < units; u++)
      {
        const FsReal dz =
            gates[fs_block_index (layer->in.steps, pass->n_rows, t, row, runs->runs[gate], u)];
        for (size_t k = 0; k < inputs; k++)
          values[k] += dz * w[(gate * units + u) * inputs + k];
      }
}

/* ---- LSTM ---- */

bool
fs_lstm_read_state (const FsLayer *layer,
                    const FsLayerPass *pass,
                    FsState state,
                    size_t t,
                    size_t row,
                    FsReal *values)
{
  static const size_t gates[] = { [FS_STATE_INPUT_GATE] = 0,
                                  [FS_STATE_FORGET_GATE] = 1,
                                  [FS_STATE_CANDIDATE] = 2,
                                  [FS_STATE_OUTPUT_GATE] = 3 };
  static const FsGateRuns runs = { FS_N_GATES, { 0, 1, 2, 3 } };
  const size_t units = layer->out.width;
  const size_t here = (t * pass->n_rows + row) * layer->out.stride;
  switch (state)
    {
    case FS_STATE_INPUT_GATE:
    case FS_STATE_FORGET_GATE:
    case FS_STATE_CANDIDATE:
    case FS_STATE_OUTPUT_GATE:
      read_run (layer, pass, layer->slots[FS_LSTM_SLOT_GATES], gates[state], t, row, values);
      return true;
    case FS_STATE_CELL:
      memcpy (values, layer->slots[FS_LSTM_SLOT_CELLS] + here, units * sizeof *values);
      return true;
    case FS_STATE_HIDDEN:
      memcpy (values, layer->slots[FS_SLOT_Y] + here, units * sizeof *values);
      return true;
    case FS_STATE_HIDDEN_GRADIENT:
      memcpy (values, layer->slots[FS_SLOT_DY] + here, units * sizeof *values);
      return true;
    case FS_STATE_INPUT_GRADIENT:
      read_block_input_gradient (layer, pass, layer->slots[FS_LSTM_SLOT_GATES], &runs, t, row,
                                 values);
      return true;
    default:
      return false;
    }
}

/* ---- GRU with kernels ---- */

bool
fs_gru_read_state (const FsLayer *layer,
                   const FsLayerPass *pass,
                   FsState state,
                   size_t t,
                   size_t row,
                   FsReal *values)
{
  static const FsGateRuns runs = { 3, { FS_GRU_RUN_R, FS_GRU_RUN_Z, FS_GRU_RUN_N } };
  const FsReal *gates = layer->slots[FS_GRU_SLOT_GATES];
  const size_t here = (t * pass->n_rows + row) * layer->out.stride;
  switch (state)
    {
    case FS_STATE_RESET_GATE:
      read_run (layer, pass, gates, FS_GRU_RUN_R, t, row, values);
      return true;
    case FS_STATE_UPDATE_GATE:
      read_run (layer, pass, gates, FS_GRU_RUN_Z, t, row, values);
      return true;
    case FS_STATE_CANDIDATE:
      read_run (layer, pass, gates, FS_GRU_RUN_N, t, row, values);
      return true;
    case FS_STATE_HIDDEN:
      memcpy (values, layer->slots[FS_SLOT_Y] + here, layer->out.width * sizeof *values);
      return true;
    case FS_STATE_HIDDEN_GRADIENT:
      memcpy (values, layer->slots[FS_SLOT_DY] + here, layer->out.width * sizeof *values);
      return true;
    case FS_STATE_INPUT_GRADIENT:
      read_block_input_gradient (layer, pass, gates, &runs, t, row, values);
      return true;
    default:
      return false;
    }
}

/* ---- Cells ---- */

/* Which line of gates a state is; FS_N_GATES if the cell has no such gate. */
static size_t
gate_of (const FsLayer *layer, FsState state)
{
  const bool is_lstm = layer->spec.kind == FS_LAYER_LSTM;
  const bool is_gru = layer->spec.kind == FS_LAYER_GRU;
  switch (state)
    {
    case FS_STATE_INPUT_GATE:
      return is_lstm ? 0 : FS_N_GATES;
    case FS_STATE_FORGET_GATE:
      return is_lstm ? 1 : FS_N_GATES;
    case FS_STATE_OUTPUT_GATE:
      return is_lstm ? 3 : FS_N_GATES;
    case FS_STATE_RESET_GATE:
      return is_gru ? 0 : FS_N_GATES;
    case FS_STATE_UPDATE_GATE:
      return is_gru ? 1 : FS_N_GATES;
    case FS_STATE_CANDIDATE:
      return is_lstm || is_gru ? 2 : FS_N_GATES;
    default:
      return FS_N_GATES;
    }
}

/* ∂L/∂x_t = Wᵀ da_t, of one row. */
static void
read_cell_input_gradient (const FsLayer *layer,
                          const FsLayerPass *pass,
                          const FsReal *da,
                          FsReal *values)
{
  const size_t inputs = layer->in.width, n_lines = fs_cell_n_gates (layer) * layer->out.width;
  const FsReal *w = fs_layer_parameter (layer, pass->table, pass->parameters, FS_CELL_WEIGHT_IH);
  memset (values, 0, inputs * sizeof *values);
  for (size_t line = 0; line < n_lines; line++)
    for (size_t k = 0; k < inputs; k++)
      values[k] += da[line] * w[line * inputs + k];
}

bool
fs_cell_read_state (const FsLayer *layer,
                    const FsLayerPass *pass,
                    FsState state,
                    size_t t,
                    size_t row,
                    FsReal *values)
{
  const size_t units = layer->out.width, here = t * pass->n_rows + row;
  const size_t lines = fs_size_round_up (fs_cell_n_gates (layer) * units, FS_BLOCK);
  const FsReal *a = layer->slots[FS_CELL_SLOT_A] + here * lines;
  const size_t gate = gate_of (layer, state);
  const FsReal *found = NULL;
  if (gate < FS_N_GATES)
    found = a + gate * units;
  else if (state == FS_STATE_HIDDEN || state == FS_STATE_CANDIDATE) /* an RNN's */
    found = layer->slots[FS_SLOT_Y] + here * layer->out.stride;
  else if (state == FS_STATE_CELL && layer->spec.kind == FS_LAYER_LSTM)
    found = layer->slots[FS_CELL_SLOT_C] + here * layer->out.stride;
  else if (state == FS_STATE_HIDDEN_GRADIENT)
    found = layer->slots[FS_SLOT_DY] + here * layer->out.stride;
  if (found)
    memcpy (values, found, units * sizeof *values);
  else if (state == FS_STATE_INPUT_GRADIENT)
    read_cell_input_gradient (layer, pass, a, values);
  return found || state == FS_STATE_INPUT_GRADIENT;
}
