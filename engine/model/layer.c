/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of layer kinds, and what their planning has in common. */

#include "engine/model/layer.h"

#include <stdio.h>
#include <string.h>
#include "engine/base/size.h"

const FsLayerKindOps *
fs_layer_kind_ops (FsLayerKind kind)
{
  static const FsLayerKindOps *const ops[FS_N_LAYER_KINDS] = {
    [FS_LAYER_LSTM] = &fs_lstm_ops,       [FS_LAYER_DROPOUT] = &fs_dropout_ops,
    [FS_LAYER_DENSE] = &fs_dense_ops,     [FS_LAYER_GRU] = &fs_gru_ops,
    [FS_LAYER_RNN] = &fs_rnn_ops,         [FS_LAYER_ATTENTION] = &fs_attention_ops,
    [FS_LAYER_NORM] = &fs_layer_norm_ops, [FS_LAYER_EMBEDDING] = &fs_embedding_ops,
  };
  return ops[kind];
}

static bool
has_usual_curves (const FsLayerSpec *spec)
{
  return spec->cell_activation == FS_CELL_TANH && spec->gate_activation == FS_GATE_SIGMOID;
}

const FsLayerKindOps *
fs_layer_core_ops (const FsLayerSpec *spec)
{
  if (spec->kind == FS_LAYER_LSTM && (!has_usual_curves (spec) || spec->has_layer_norm))
    return &fs_lstm_cell_ops;
  /* Its reference is the cell itself, without kernels. */
  if (spec->kind == FS_LAYER_GRU && has_usual_curves (spec) && spec->reset == FS_RESET_AFTER
      && !(spec->recurrent_dropout > 0) && fs_isa_kernels (fs_isa_current ()))
    return &fs_gru_kernel_ops;
  return fs_layer_kind_ops (spec->kind);
}

const FsLayerKindOps *
fs_layer_spec_ops (const FsLayerSpec *spec)
{
  const FsLayerKindOps *ops = fs_layer_core_ops (spec);
  return ops->is_recurrent && spec->direction != FS_DIRECTION_FORWARD ? &fs_bidirectional_ops : ops;
}

void
fs_layer_plan_slot (FsLayer *layer, FsLayerPlan *plan, size_t n)
{
  size_t size = fs_size_round_up (fs_size_add (n, FS_SLACK), FS_BLOCK);
  layer->slot_offsets[layer->n_slots++] = plan->workspace;
  plan->workspace = fs_size_add (plan->workspace, size);
}

void
fs_layer_plan_values (FsLayer *layer, FsLayerPlan *plan, size_t y_steps)
{
  const size_t row = fs_size_multiply (plan->shape->max_rows, layer->out.stride);
  const size_t start = layer->ops->is_recurrent && layer->n_children == 0 ? row : 0;
  const size_t inputs = fs_size_multiply (
      layer->in.steps, fs_size_multiply (plan->shape->max_rows, layer->in.stride));
  layer->drops_inputs = layer->ops->is_recurrent && !layer->is_child && layer->spec.dropout > 0;
  fs_layer_plan_slot (layer, plan, fs_size_multiply (y_steps, row));
  fs_layer_plan_slot (layer, plan, fs_size_multiply (y_steps, row));
  fs_layer_plan_slot (layer, plan, start);
  fs_layer_plan_slot (layer, plan, start);
  fs_layer_plan_slot (layer, plan, layer->drops_inputs ? inputs : 0);
  fs_layer_plan_slot (layer, plan, layer->drops_inputs ? inputs : 0);
}

void
fs_layer_hold_state (const FsLayer *layer,
                     const FsLayerPass *pass,
                     FsReal *values,
                     const FsReal *start,
                     size_t stride,
                     size_t t,
                     size_t first,
                     size_t end)
{
  for (size_t row = first; pass->pass->lengths && row < end; row++)
    {
      FsReal *here = values + (t * pass->n_rows + row) * stride;
      if (fs_layer_step_role (layer, pass, t, row) != FS_STEP_MASKED)
        continue;
      if (t > 0)
        memcpy (here, here - pass->n_rows * stride, stride * sizeof *here);
      else if (start)
        memcpy (here, start + row * stride, stride * sizeof *here);
      else
        memset (here, 0, stride * sizeof *here);
    }
}

FsStatus
fs_layer_plan_tensor (const FsLayer *layer,
                      FsLayerPlan *plan,
                      const char *name,
                      size_t rows,
                      size_t cols,
                      FsTensorRole role,
                      FsProblem *problem)
{
  char suffix[48];
  snprintf (suffix, sizeof suffix, "%s%s", name, layer->tensor_suffix ? layer->tensor_suffix : "");
  return fs_tensor_table_add (plan->table, layer->index, suffix, rows, cols, role, problem);
}

FsStatus
fs_layer_plan_units (const FsLayer *layer, size_t *units, FsProblem *problem)
{
  if (layer->spec.units >= 1)
    {
      *units = (size_t) layer->spec.units;
      return FS_OK;
    }
  char where[64], value[32];
  snprintf (where, sizeof where, "model.layers.%zu.units", layer->index);
  snprintf (value, sizeof value, "%lld", (long long) layer->spec.units);
  return fs_problem (problem, FS_OUT_OF_RANGE, where, layer->spec.units == FS_AUTO ? "auto" : value,
                     "a whole number from 1");
}
