/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The LSTM layer: its plan and its first weights. What it computes is in lstm.h and, one number at a
 * time, in lstm-plain.c. */

#include "engine/model/lstm.h"

#include "engine/base/size.h"
#include "engine/model/initialiser.h"

static FsStatus
plan_lstm (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  size_t units;
  FsStatus status = fs_layer_plan_units (layer, &units, problem);
  if (status != FS_OK)
    return status;
  const size_t inputs = layer->in.width, steps = layer->in.steps;
  const size_t lines = fs_size_multiply (FS_N_GATES, units);
  const size_t padded = fs_size_round_up (units, FS_BLOCK);

  layer->skip = plan->is_last_recurrent ? steps - 1 : 0;
  layer->out = (FsValueShape){ .steps = steps - layer->skip, .width = units, .stride = padded };
  layer->n_gradient_items = padded / FS_BLOCK;
  layer->multiply_adds = (double) steps * (double) lines * (double) inputs
                         + (double) (steps > 0 ? steps - 1 : 0) * (double) lines * (double) units;

  const struct
  {
    const char *suffix;
    size_t cols;
    FsTensorRole role;
  } tensors[] = { { "weight_ih_l0", inputs, FS_TENSOR_KERNEL },
                  { "weight_hh_l0", units, FS_TENSOR_RECURRENT },
                  { "bias_ih_l0", 1, FS_TENSOR_BIAS } };
  for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++)
    {
      status = fs_tensor_table_add (plan->table, layer->index, tensors[i].suffix, lines,
                                    tensors[i].cols, tensors[i].role, problem);
      if (status != FS_OK)
        return status;
    }

  const size_t row = fs_size_multiply (plan->shape->max_rows, padded);
  const size_t sequence = fs_size_multiply (steps, row);
  fs_layer_plan_values (layer, plan, steps);
  fs_layer_plan_slot (layer, plan, fs_size_multiply (FS_N_GATES, sequence)); /* GATES */
  fs_layer_plan_slot (layer, plan, sequence);                                /* CELLS */
  fs_layer_plan_slot (layer, plan, row);                                     /* DC */
  fs_layer_plan_slot (layer, plan, row);                                     /* DH */
  return FS_OK;
}

static void
initialise_lstm (const FsLayer *layer,
                 const FsTensorTable *table,
                 FsReal *parameters,
                 uint64_t seed)
{
  const size_t units = layer->out.width, first = layer->first_tensor;
  fs_initialise_glorot (table, first + FS_LSTM_WEIGHT_IH, parameters, seed);
  fs_initialise_orthogonal (table, first + FS_LSTM_WEIGHT_HH, parameters, seed);
  FsReal *bias = parameters + table->tensors[first + FS_LSTM_BIAS_IH].offset;
  for (size_t u = 0; u < units; u++)
    bias[units + u] = (FsReal) layer->spec.forget_bias;
}

static void
forward_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  fs_lstm_plain_forward (layer, pass, first, end);
}

static void
backward_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  fs_lstm_plain_backward (layer, pass, first, end);
}

static void
gradient_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t item)
{
  fs_lstm_plain_gradient (layer, pass, item);
}

const FsLayerKindOps fs_lstm_ops = {
  .name = "LSTM",
  .is_recurrent = true,
  .has_units = true,
  .plan = plan_lstm,
  .initialise = initialise_lstm,
  .forward = forward_lstm,
  .backward = backward_lstm,
  .gradient = gradient_lstm,
};
