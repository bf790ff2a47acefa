/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layer normalisation as a layer: each step of each row is brought to mean 0 and spread 1 over its width,
 * then scaled and shifted by what is learned. The equations are in norm.h. */

#include <string.h>
#include "engine/base/size.h"
#include "engine/model/layer.h"
#include "engine/model/norm.h"

enum
{
  WEIGHT, /* γ (F) */
  BIAS    /* β (F) */
};

enum
{
  SLOT_NORMAL = FS_SLOT_OWN, /* [steps][B][stride] */
  SLOT_SCALE,                /* [steps][B] */
  SLOT_DX,                   /* [B][stride]: dy on its way to dx */
};

static FsStatus
plan_norm (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  const size_t width = layer->in.width;
  layer->out = layer->in;
  layer->out.stride = fs_size_round_up (width, FS_BLOCK);
  layer->n_gradient_items = layer->out.stride / FS_BLOCK;
  layer->multiply_adds = 4 * (double) layer->in.steps * (double) width;
  FsStatus status = fs_layer_plan_tensor (layer, plan, "weight", width, 1, FS_TENSOR_BIAS, problem);
  if (status == FS_OK)
    status = fs_layer_plan_tensor (layer, plan, "bias", width, 1, FS_TENSOR_BIAS, problem);
  const size_t row = fs_size_multiply (plan->shape->max_rows, layer->out.stride);
  fs_layer_plan_values (layer, plan, layer->out.steps);
  fs_layer_plan_slot (layer, plan, fs_size_multiply (layer->out.steps, row)); /* NORMAL */
  fs_layer_plan_slot (layer, plan,
                      fs_size_multiply (layer->out.steps, plan->shape->max_rows)); /* SCALE */
  fs_layer_plan_slot (layer, plan, row);                                           /* DX */
  return status;
}

static void
initialise_norm (const FsLayer *layer,
                 const FsTensorTable *table,
                 FsReal *parameters,
                 uint64_t seed)
{
  const FsTensor *gain = &table->tensors[layer->first_tensor + WEIGHT];
  for (size_t k = 0; k < gain->rows; k++)
    parameters[gain->offset + k] = 1;
}

static FsNorm
norm_of (const FsLayer *layer, const FsLayerPass *pass, size_t at)
{
  return (FsNorm){
    .gain = fs_layer_parameter (layer, pass->table, pass->parameters, WEIGHT),
    .shift = fs_layer_parameter (layer, pass->table, pass->parameters, BIAS),
    .normal = layer->slots[SLOT_NORMAL] + at * layer->out.stride,
    .scale = layer->slots[SLOT_SCALE] + at,
  };
}

static void
forward_norm (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    for (size_t at = t * pass->n_rows + first; at < t * pass->n_rows + end; at++)
      {
        FsReal *y = pass->y + at * layer->out.stride;
        const FsNorm norm = norm_of (layer, pass, at);
        memcpy (y, pass->x + at * layer->in.stride, layer->in.width * sizeof *y);
        fs_norm_forward (&norm, layer->spec.norm_epsilon, y, layer->in.width);
      }
}

static void
backward_norm (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  for (size_t t = 0; pass->dx && t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    for (size_t row = first; row < end; row++)
      {
        const size_t at = t * pass->n_rows + row;
        FsReal *d = layer->slots[SLOT_DX] + row * layer->out.stride;
        const FsNorm norm = norm_of (layer, pass, at);
        memcpy (d, pass->dy + at * layer->out.stride, layer->in.width * sizeof *d);
        fs_norm_backward (&norm, d, layer->in.width);
        memcpy (pass->dx + at * layer->in.stride, d, layer->in.width * sizeof *d);
      }
}

static void
gradient_norm (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  const size_t first = block * FS_BLOCK;
  const size_t end = first + FS_BLOCK < layer->in.width ? first + FS_BLOCK : layer->in.width;
  fs_norm_gradient (
      pass->dy, layer->slots[SLOT_NORMAL], layer->out.stride, layer->in.steps * pass->n_rows, first,
      end, pass->gradients + tensors[WEIGHT].offset, pass->gradients + tensors[BIAS].offset);
}

const FsLayerKindOps fs_layer_norm_ops = {
  .name = "Layer norm",
  .plan = plan_norm,
  .initialise = initialise_norm,
  .forward = forward_norm,
  .backward = backward_norm,
  .gradient = gradient_norm,
};
