/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dropout layer, and the draws of all dropout (see dropout.h). On a sequence each step draws anew.
 *
 *   y = m ⊙ x,   m = 0 with probability p, else 1/(1 − p);   dx = m ⊙ dy */

#include "engine/model/dropout.h"

#include <string.h>
#include "engine/base/size.h"

enum
{
  SLOT_MASK = FS_SLOT_OWN /* [steps][B][stride] */
};

static FsStatus
plan_dropout (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  layer->out = layer->in;
  layer->out.stride = fs_size_round_up (layer->in.width, FS_BLOCK);
  fs_layer_plan_values (layer, plan, layer->out.steps);
  fs_layer_plan_slot (layer, plan,
                      fs_size_multiply (layer->out.steps, fs_size_multiply (plan->shape->max_rows,
                                                                            layer->out.stride)));
  return FS_OK;
}

/* Whether this pass leaves the values as they are. */
static bool
is_identity (const FsLayer *layer, const FsLayerPass *pass)
{
  return !fs_pass_drops (pass->pass) || layer->spec.rate <= 0;
}

FsRandom
fs_dropout_random (const FsLayer *layer, const FsLayerPass *pass, FsDropPlace place, size_t row)
{
  return fs_random (pass->pass->seed, FS_STREAM_DROPOUT, pass->pass->step,
                    (uint64_t) place << 48 | (uint64_t) layer->index << 32 | row);
}

void
fs_dropout_draw (FsReal *mask, size_t n, FsRandom *random, double rate)
{
  const uint64_t threshold = (uint64_t) (rate * 0x1p32);
  const FsReal kept = (FsReal) (1.0 / (1.0 - rate));
  for (size_t i = 0; i < n; i += 2)
    {
      uint64_t bits = fs_random_next (random);
      mask[i] = (bits >> 32) < threshold ? 0 : kept;
      if (i + 1 < n)
        mask[i + 1] = (bits & 0xffffffffu) < threshold ? 0 : kept;
    }
}

void
fs_dropout_draw_rows (const FsLayer *layer,
                      const FsLayerPass *pass,
                      FsDropPlace place,
                      double rate,
                      FsReal *mask,
                      size_t width,
                      size_t stride,
                      size_t first,
                      size_t end)
{
  const size_t steps = layer->spec.dropout_mask == FS_DROPOUT_PER_STEP ? layer->in.steps : 1;
  for (size_t row = first; row < end; row++)
    {
      FsRandom random = fs_dropout_random (layer, pass, place, row);
      for (size_t t = 0; t < steps; t++)
        fs_dropout_draw (mask + (t * pass->n_rows + row) * stride, width, &random, rate);
    }
}

bool
fs_dropout_acts_on_inputs (const FsLayer *layer, const FsPass *pass)
{
  return layer->drops_inputs && fs_pass_drops (pass) && layer->spec.dropout > 0;
}

void
fs_dropout_forward_inputs (const FsLayer *layer,
                           const FsLayerPass *pass,
                           const FsReal *x,
                           size_t first,
                           size_t end)
{
  const size_t stride = layer->in.stride;
  FsReal *all = layer->slots[FS_SLOT_X_MASK];
  fs_dropout_draw_rows (layer, pass, FS_DROP_INPUT, layer->spec.dropout, all, layer->in.width,
                        stride, first, end);
  for (size_t t = 0; t < layer->in.steps; t++)
    {
      const FsReal *mask = fs_dropout_mask (layer, pass, all, stride, t);
      const size_t start = t * pass->n_rows * stride;
      for (size_t k = first * stride; k < end * stride; k++)
        layer->slots[FS_SLOT_X][start + k] = mask[k] * x[start + k];
    }
}

void
fs_dropout_backward_inputs (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t stride = layer->in.stride;
  for (size_t t = 0; pass->dx && t < layer->in.steps; t++)
    {
      const FsReal *mask = fs_dropout_mask (layer, pass, layer->slots[FS_SLOT_X_MASK], stride, t);
      FsReal *dx = pass->dx + t * pass->n_rows * stride;
      for (size_t k = first * stride; k < end * stride; k++)
        dx[k] *= mask[k];
    }
}

static void
forward_dropout (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t width = layer->in.width;
  for (size_t row = first; row < end; row++)
    {
      FsRandom random = fs_dropout_random (layer, pass, FS_DROP_LAYER, row);
      for (size_t t = 0; t < layer->in.steps; t++)
        {
          const FsReal *x = pass->x + (t * pass->n_rows + row) * layer->in.stride;
          FsReal *y = pass->y + (t * pass->n_rows + row) * layer->out.stride;
          FsReal *mask = layer->slots[SLOT_MASK] + (t * pass->n_rows + row) * layer->out.stride;
          if (is_identity (layer, pass))
            {
              memcpy (y, x, width * sizeof *y);
              continue;
            }
          fs_dropout_draw (mask, width, &random, layer->spec.rate);
          for (size_t k = 0; k < width; k++)
            y[k] = mask[k] * x[k];
        }
    }
}

static void
backward_dropout (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t width = layer->in.width;
  for (size_t t = 0; pass->dx && t < layer->in.steps; t++)
    for (size_t row = first; row < end; row++)
      {
        FsReal *dx = pass->dx + (t * pass->n_rows + row) * layer->in.stride;
        const FsReal *dy = pass->dy + (t * pass->n_rows + row) * layer->out.stride;
        const FsReal *mask = layer->slots[SLOT_MASK] + (t * pass->n_rows + row) * layer->out.stride;
        if (is_identity (layer, pass))
          memcpy (dx, dy, width * sizeof *dx);
        else
          for (size_t k = 0; k < width; k++)
            dx[k] = mask[k] * dy[k];
      }
}

const FsLayerKindOps fs_dropout_ops = {
  .name = "Dropout",
  .plan = plan_dropout,
  .forward = forward_dropout,
  .backward = backward_dropout,
};
