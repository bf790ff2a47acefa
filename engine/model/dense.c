/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dense layer, on each step of what it is given:
 *
 *   y = φ(z),  z = W x + b;     dz = dy ⊙ φ'(z),  dx = Wᵀ dz,  dW = Σ dz xᵀ,  db = Σ dz
 *
 * φ' is computed from y = φ(z), so that z is not kept. */

#include <math.h>
#include <stdio.h>
#include "engine/base/size.h"
#include "engine/model/initialiser.h"
#include "engine/model/layer.h"

enum
{
  WEIGHT, /* (O, I) */
  BIAS    /* (O) */
};

enum
{
  SLOT_DZ = FS_SLOT_OWN /* [steps][B][stride] */
};

static FsStatus
plan_units (FsLayer *layer, const FsLayerPlan *plan, size_t *units, FsProblem *problem)
{
  if (!plan->is_last)
    return fs_layer_plan_units (layer, units, problem);
  *units = plan->shape->n_outputs;
  if (layer->spec.units == FS_AUTO || layer->spec.units == (int64_t) *units)
    return FS_OK;
  char where[64], value[32];
  snprintf (where, sizeof where, "model.layers.%zu.units", layer->index);
  snprintf (value, sizeof value, "%lld", (long long) layer->spec.units);
  return fs_problem_at (problem, FS_MISMATCH, where, 0, value,
                        "%zu, the numbers to forecast for each window, or \"auto\"", *units);
}

static FsStatus
plan_dense (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  size_t units;
  FsStatus status = plan_units (layer, plan, &units, problem);
  if (status != FS_OK)
    return status;
  layer->out = (FsValueShape){ .steps = layer->in.steps,
                               .width = units,
                               .stride = fs_size_round_up (units, FS_BLOCK) };
  layer->multiply_adds = (double) layer->in.steps * (double) units * (double) layer->in.width;
  layer->n_gradient_items = layer->out.stride / FS_BLOCK;
  status = fs_tensor_table_add (plan->table, layer->index, "weight", units, layer->in.width,
                                FS_TENSOR_KERNEL, problem);
  if (status == FS_OK)
    status =
        fs_tensor_table_add (plan->table, layer->index, "bias", units, 1, FS_TENSOR_BIAS, problem);
  fs_layer_plan_values (layer, plan, layer->out.steps);
  fs_layer_plan_slot (layer, plan,
                      fs_size_multiply (layer->out.steps, fs_size_multiply (plan->shape->max_rows,
                                                                            layer->out.stride)));
  return status;
}

static void
initialise_dense (const FsLayer *layer,
                  const FsTensorTable *table,
                  FsReal *parameters,
                  uint64_t seed)
{
  fs_initialise_glorot (table, layer->first_tensor + WEIGHT, parameters, seed);
}

static FsReal
activation (FsActivation kind, FsReal z)
{
  switch (kind)
    {
    case FS_ACTIVATION_TANH:
      return (FsReal) tanh ((double) z);
    case FS_ACTIVATION_SIGMOID:
      return (FsReal) (1.0 / (1.0 + exp (-(double) z)));
    case FS_ACTIVATION_RELU:
      return z < 0 ? 0 : z; /* in this order NaN stays NaN */
    case FS_ACTIVATION_LINEAR:
      break;
    }
  return z;
}

/* φ'(z) as a function of y = φ(z). */
static FsReal
slope (FsActivation kind, FsReal y)
{
  switch (kind)
    {
    case FS_ACTIVATION_TANH:
      return 1 - y * y;
    case FS_ACTIVATION_SIGMOID:
      return y * (1 - y);
    case FS_ACTIVATION_RELU:
      return y > 0 ? 1 : 0;
    case FS_ACTIVATION_LINEAR:
      break;
    }
  return 1;
}

static void
forward_dense (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t n_in = layer->in.width, n_out = layer->out.width;
  const FsReal *w = fs_layer_parameter (layer, pass->table, pass->parameters, WEIGHT);
  const FsReal *b = fs_layer_parameter (layer, pass->table, pass->parameters, BIAS);
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    for (size_t row = first; row < end; row++)
      {
        const FsReal *x = pass->x + (t * pass->n_rows + row) * layer->in.stride;
        FsReal *y = pass->y + (t * pass->n_rows + row) * layer->out.stride;
        for (size_t o = 0; o < n_out; o++)
          {
            FsReal z = b[o];
            for (size_t k = 0; k < n_in; k++)
              z += w[o * n_in + k] * x[k];
            y[o] = activation (layer->spec.activation, z);
          }
      }
}

static void
backward_dense (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t n_in = layer->in.width, n_out = layer->out.width;
  const FsReal *w = fs_layer_parameter (layer, pass->table, pass->parameters, WEIGHT);
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    for (size_t row = first; row < end; row++)
      {
        size_t here = (t * pass->n_rows + row) * layer->out.stride;
        FsReal *dz = layer->slots[SLOT_DZ] + here;
        for (size_t o = 0; o < n_out; o++)
          dz[o] = pass->dy[here + o] * slope (layer->spec.activation, pass->y[here + o]);
        if (!pass->dx)
          continue;
        FsReal *dx = pass->dx + (t * pass->n_rows + row) * layer->in.stride;
        for (size_t k = 0; k < n_in; k++)
          dx[k] = 0;
        for (size_t o = 0; o < n_out; o++)
          for (size_t k = 0; k < n_in; k++)
            dx[k] += dz[o] * w[o * n_in + k];
      }
}

static void
gradient_dense (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  const size_t n_in = layer->in.width, n_out = layer->out.width;
  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  FsReal *dw = pass->gradients + tensors[WEIGHT].offset;
  FsReal *db = pass->gradients + tensors[BIAS].offset;
  size_t end = (block + 1) * FS_BLOCK < n_out ? (block + 1) * FS_BLOCK : n_out;
  for (size_t o = block * FS_BLOCK; o < end && !fs_layer_pass_is_interrupted (pass); o++)
    {
      db[o] = 0;
      for (size_t k = 0; k < n_in; k++)
        dw[o * n_in + k] = 0;
      for (size_t r = 0; r < layer->in.steps * pass->n_rows; r++)
        {
          FsReal dz = layer->slots[SLOT_DZ][r * layer->out.stride + o];
          const FsReal *x = pass->x + r * layer->in.stride;
          db[o] += dz;
          for (size_t k = 0; k < n_in; k++)
            dw[o * n_in + k] += dz * x[k];
        }
    }
}

const FsLayerKindOps fs_dense_ops = {
  .name = "Dense",
  .has_units = true,
  .plan = plan_dense,
  .initialise = initialise_dense,
  .forward = forward_dense,
  .backward = backward_dense,
  .gradient = gradient_dense,
};
