/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dense layer, on each step of what it is given:
 *
 *   y = φ(z),  z = W x + b;     dz = dy ⊙ φ'(z),  dx = Wᵀ dz,  dW = Σ dz xᵀ,  db = Σ dz
 *
 * φ' is computed from y = φ(z) where that says enough, so that z is mostly not kept. */

#include <stdio.h>
#include <string.h>
#include "engine/base/size.h"
#include "engine/model/activation.h"
#include "engine/model/initialiser.h"
#include "engine/model/layer.h"
#include "engine/model/pack.h"
#include "engine/model/simd/kernel-table.h"

enum
{
  WEIGHT, /* (O, I) */
  BIAS    /* (O) */
};

enum
{
  SLOT_DZ = FS_SLOT_OWN, /* [steps][B][stride] */
  SLOT_BIAS,             /* [stride], padded by zeros */
  SLOT_FORWARD,          /* panels of Wᵀ: I rows × O columns */
  SLOT_BACKWARD,         /* panels of W: O rows × I columns; only with dx */
  SLOT_Z,                /* [steps][B][stride], if φ' cannot be had from y */
};

static FsCurve
curve_of (const FsLayer *layer)
{
  return (FsCurve){ .kind = layer->spec.activation, .below = (FsReal) layer->spec.leak };
}

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
  layer->n_refresh_items = layer->out.stride / FS_BLOCK;
  status = fs_tensor_table_add (plan->table, layer->index, "weight", units, layer->in.width,
                                FS_TENSOR_KERNEL, problem);
  if (status == FS_OK)
    status =
        fs_tensor_table_add (plan->table, layer->index, "bias", units, 1, FS_TENSOR_BIAS, problem);
  const size_t row = fs_size_multiply (plan->shape->max_rows, layer->out.stride);
  fs_layer_plan_values (layer, plan, layer->out.steps);
  fs_layer_plan_slot (layer, plan, fs_size_multiply (layer->out.steps, row)); /* DZ */
  fs_layer_plan_slot (layer, plan, layer->out.stride);                        /* BIAS */
  fs_layer_plan_slot (layer, plan, fs_panels_size (layer->in.width, units));  /* FORWARD */
  fs_layer_plan_slot (layer, plan,
                      layer->has_dx ? fs_panels_size (units, layer->in.width) : 0); /* BACKWARD */
  fs_layer_plan_slot (layer, plan,
                      fs_curve_needs_z (curve_of (layer)) ? fs_size_multiply (layer->out.steps, row)
                                                          : 0); /* Z */
  return status;
}

static void
initialise_dense (const FsLayer *layer,
                  const FsTensorTable *table,
                  FsReal *parameters,
                  uint64_t seed)
{
  fs_initialise_dense (layer, table, WEIGHT, BIAS, parameters, seed);
}

/* The row of z that starts at `here`, kept where the slope needs it. */
static FsReal *
z_of (const FsLayer *layer, size_t here)
{
  return fs_curve_needs_z (curve_of (layer)) ? layer->slots[SLOT_Z] + here : NULL;
}

/* y = φ(z), from z in y's place. */
static void
activate_row (const FsLayer *layer, const FsLayerPass *pass, size_t row)
{
  const size_t width = layer->out.width, here = row * layer->out.stride;
  if (z_of (layer, here))
    memcpy (z_of (layer, here), pass->y + here, width * sizeof (FsReal));
  fs_curve_apply (curve_of (layer), layer->kernels, pass->y + here, width);
}

/* --- The reference: one number at a time --- */

static void
forward_plain (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
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
            y[o] = z;
          }
        activate_row (layer, pass, t * pass->n_rows + row);
      }
}

static void
backward_plain (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t n_in = layer->in.width, n_out = layer->out.width;
  const FsReal *w = fs_layer_parameter (layer, pass->table, pass->parameters, WEIGHT);
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    for (size_t row = first; row < end; row++)
      {
        size_t here = (t * pass->n_rows + row) * layer->out.stride;
        FsReal *dz = layer->slots[SLOT_DZ] + here;
        fs_curve_backward (curve_of (layer), z_of (layer, here), pass->y + here, pass->dy + here,
                           dz, n_out);
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
gradient_plain (const FsLayer *layer, const FsLayerPass *pass, size_t block)
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

/* --- The same by kernels --- */

/* Outputs of item `block` that exist: first … end-1. */
static void
outputs_of_block (const FsLayer *layer, size_t block, size_t *first, size_t *end)
{
  *first = block * FS_BLOCK;
  *end = *first + FS_BLOCK < layer->out.width ? *first + FS_BLOCK : layer->out.width;
}

static void
refresh_dense (const FsLayer *layer,
               const FsTensorTable *table,
               const FsReal *parameters,
               size_t block)
{
  if (!layer->kernels)
    return;
  const size_t n_in = layer->in.width, n_out = layer->out.width;
  const FsReal *w = fs_layer_parameter (layer, table, parameters, WEIGHT);
  const FsReal *b = fs_layer_parameter (layer, table, parameters, BIAS);
  size_t first, end;
  outputs_of_block (layer, block, &first, &end);
  memcpy (layer->slots[SLOT_BIAS] + first, b + first, (end - first) * sizeof *b);
  fs_panels_set_columns (layer->slots[SLOT_FORWARD], n_in, w, first, end, n_out);
  for (size_t o = first; layer->has_dx && o < end; o++)
    fs_panels_set_row (layer->slots[SLOT_BACKWARD], n_out, o, w + o * n_in, n_in);
}

static void
forward_dense (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  if (!layer->kernels)
    {
      forward_plain (layer, pass, first, end);
      return;
    }
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    {
      const FsProduct job = {
        .a = { .a = pass->x + t * pass->n_rows * layer->in.stride,
               .row_stride = layer->in.stride,
               .n_full_blocks = 1,
               .block_length = layer->in.width },
        .panels = layer->slots[SLOT_FORWARD],
        .panels_rows = layer->in.width,
        .n_columns = layer->out.stride,
        .initial = layer->slots[SLOT_BIAS],
        .out = pass->y + t * pass->n_rows * layer->out.stride,
        .out_stride = layer->out.stride,
      };
      layer->kernels->product (&job, first, end);
      for (size_t row = first; row < end; row++)
        activate_row (layer, pass, t * pass->n_rows + row);
    }
}

static void
backward_dense (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  if (!layer->kernels)
    {
      backward_plain (layer, pass, first, end);
      return;
    }
  const size_t stride = layer->out.stride;
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    {
      FsReal *dz = layer->slots[SLOT_DZ] + t * pass->n_rows * stride;
      for (size_t row = first; row < end; row++)
        {
          const size_t here = (t * pass->n_rows + row) * stride;
          fs_curve_backward (curve_of (layer), z_of (layer, here), pass->y + here, pass->dy + here,
                             layer->slots[SLOT_DZ] + here, layer->out.width);
        }
      if (!pass->dx)
        continue;
      const FsProduct job = {
        .a = { .a = dz,
               .row_stride = stride,
               .n_full_blocks = 1,
               .block_length = layer->out.width },
        .panels = layer->slots[SLOT_BACKWARD],
        .panels_rows = layer->out.width,
        .n_columns = layer->in.stride,
        .out = pass->dx + t * pass->n_rows * layer->in.stride,
        .out_stride = layer->in.stride,
      };
      layer->kernels->product (&job, first, end);
    }
}

static void
gradient_dense (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  if (!layer->kernels)
    {
      gradient_plain (layer, pass, block);
      return;
    }
  const size_t n_in = layer->in.width, n_rows = layer->in.steps * pass->n_rows;
  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  FsReal *dw = pass->gradients + tensors[WEIGHT].offset;
  FsReal *db = pass->gradients + tensors[BIAS].offset;
  size_t first, end;
  outputs_of_block (layer, block, &first, &end);
  FsReal panel[FS_BLOCK * FS_PANEL];
  for (size_t column = 0; column < n_in && !fs_layer_pass_is_interrupted (pass); column += FS_PANEL)
    {
      const size_t n = n_in - column < FS_PANEL ? n_in - column : FS_PANEL;
      const FsOuter job = { .a = layer->slots[SLOT_DZ] + first,
                            .a_stride = layer->out.stride,
                            .n_i = end - first,
                            .b = pass->x + column,
                            .b_stride = layer->in.stride,
                            .n_j = fs_size_round_up (n, FS_BLOCK),
                            .n_rows = n_rows,
                            .out = panel };
      layer->kernels->outer (&job);
      for (size_t o = first; o < end; o++)
        memcpy (dw + o * n_in + column, panel + (o - first) * FS_PANEL, n * sizeof *dw);
    }
  for (size_t o = first; o < end; o++)
    {
      FsReal sum = 0;
      for (size_t r = 0; r < n_rows; r++)
        sum += layer->slots[SLOT_DZ][r * layer->out.stride + o];
      db[o] = sum;
    }
}

const FsLayerKindOps fs_dense_ops = {
  .name = "Dense",
  .has_units = true,
  .plan = plan_dense,
  .initialise = initialise_dense,
  .refresh = refresh_dense,
  .forward = forward_dense,
  .backward = backward_dense,
  .gradient = gradient_dense,
};
