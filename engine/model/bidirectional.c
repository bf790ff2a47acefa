/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recurrent layers that read the window from its end (Schuster & Paliwal 1997), made of the layers that
 * read it from its start: what is called backward here gets a copy of x with time turned round,
 *
 *   h→ = layer (x),   h← = turn (layer' (turn (x))),   y = merge (h→, h←)
 *
 * and has tensors of its own, named as PyTorch's ("…_reverse"). Where only the end of the sequence is
 * passed on, h← has then read all of it: what it yields is its state after the window's first row, as
 * PyTorch's h_n (not the last row of its output, which has seen one row). With the one direction
 * alone, y = h←. */

#include <stdio.h>
#include <string.h>
#include "engine/base/size.h"
#include "engine/model/layer.h"

enum
{
  SLOT_X = FS_SLOT_OWN, /* turn (x): [T][B][in.stride] */
  SLOT_DX,              /* the gradient by it; only with dx */
};

static bool
is_both (const FsLayer *layer)
{
  return layer->spec.direction == FS_DIRECTION_BOTH;
}

/* The one that reads what was turned round is the last. */
static const FsLayer *
turned (const FsLayer *layer)
{
  return &layer->children[layer->n_children - 1];
}

static FsStatus
plan_child (const FsLayer *layer, FsLayer *child, FsLayerPlan *plan, FsProblem *problem)
{
  *child = (FsLayer){ .ops = fs_layer_core_ops (&layer->spec),
                      .spec = layer->spec,
                      .index = layer->index,
                      .in = layer->in,
                      .has_dx = layer->has_dx,
                      .is_child = true,
                      .first_tensor = plan->table->n_tensors };
  if (is_both (layer) && child == turned (layer))
    child->tensor_suffix = "_reverse";
  FsStatus status = child->ops->plan (child, plan, problem);
  child->n_tensors = plan->table->n_tensors - child->first_tensor;
  return status;
}

static FsStatus
plan_turned (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  layer->children = plan->free_children;
  layer->n_children = is_both (layer) ? 2 : 1;
  plan->free_children += layer->n_children;
  FsStatus status = FS_OK;
  for (size_t i = 0; i < layer->n_children && status == FS_OK; i++)
    {
      FsLayer *child = &layer->children[i];
      status = plan_child (layer, child, plan, problem);
      layer->n_refresh_items = fs_size_add (layer->n_refresh_items, child->n_refresh_items);
      layer->n_gradient_items = fs_size_add (layer->n_gradient_items, child->n_gradient_items);
      layer->multiply_adds += child->multiply_adds;
    }
  if (status != FS_OK)
    return status;

  layer->out = turned (layer)->out;
  if (is_both (layer) && layer->spec.merge == FS_MERGE_CONCAT)
    {
      layer->out.width = fs_size_multiply (2, layer->out.width);
      layer->out.stride = fs_size_round_up (layer->out.width, FS_BLOCK);
    }
  const size_t size = fs_size_multiply (layer->in.steps,
                                        fs_size_multiply (plan->shape->max_rows, layer->in.stride));
  fs_layer_plan_values (layer, plan, layer->out.steps);
  fs_layer_plan_slot (layer, plan, size);                     /* X */
  fs_layer_plan_slot (layer, plan, layer->has_dx ? size : 0); /* DX */
  return FS_OK;
}

static void
initialise_turned (const FsLayer *layer,
                   const FsTensorTable *table,
                   FsReal *parameters,
                   uint64_t seed)
{
  for (size_t i = 0; i < layer->n_children; i++)
    layer->children[i].ops->initialise (&layer->children[i], table, parameters, seed);
}

static void
refresh_turned (const FsLayer *layer,
                const FsTensorTable *table,
                const FsReal *parameters,
                size_t item)
{
  const FsLayer *child = layer->children;
  for (; item >= child->n_refresh_items; child++)
    item -= child->n_refresh_items;
  child->ops->refresh (child, table, parameters, item);
}

/* --- Passes --- */

static size_t
length_of (const FsLayer *layer, const FsLayerPass *pass, size_t row)
{
  return pass->pass->lengths ? pass->pass->lengths[row] : layer->in.steps;
}

/* Where step `t` of a row is after turning: its steps that count change places, and masked ones are
 * still behind them. */
static size_t
turn (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t row)
{
  const size_t length = length_of (layer, pass, row);
  return t < length ? length - 1 - t : t;
}

static FsLayerPass
pass_of_child (const FsLayer *layer, const FsLayer *child, const FsLayerPass *pass)
{
  FsLayerPass own = *pass;
  if (child == turned (layer))
    own.x = layer->slots[SLOT_X];
  if (child == turned (layer) && pass->dx)
    own.dx = layer->slots[SLOT_DX];
  own.y = fs_layer_yield (child, pass->n_rows);
  own.dy = child->slots[FS_SLOT_DY];
  return own;
}

/* One row of one step of what the layer yields, and where its directions have theirs. NULL: they have
 * none, the step is masked. */
typedef struct
{
  size_t n_units;
  FsReal *y, *dy;
  FsReal *ahead, *d_ahead; /* NULL too if there is one direction alone */
  FsReal *back, *d_back;
} Merged;

static Merged
merged_row (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t row)
{
  const FsLayer *back = turned (layer), *ahead = is_both (layer) ? layer->children : NULL;
  const size_t stride = back->out.stride;
  const bool is_end = back->skip > 0; /* only the end is passed on */
  const size_t here = (t * pass->n_rows + row) * stride;
  const size_t there = is_end ? here : (turn (layer, pass, t, row) * pass->n_rows + row) * stride;
  Merged m = { .n_units = back->out.width };
  m.y = pass->y + (t * pass->n_rows + row) * layer->out.stride;
  m.dy = pass->dy + (t * pass->n_rows + row) * layer->out.stride;
  if (!is_end && t >= length_of (layer, pass, row))
    return m;
  m.back = fs_layer_yield (back, pass->n_rows) + there;
  m.d_back = back->slots[FS_SLOT_DY] + there;
  m.ahead = ahead ? fs_layer_yield (ahead, pass->n_rows) + here : NULL;
  m.d_ahead = ahead ? ahead->slots[FS_SLOT_DY] + here : NULL;
  return m;
}

static void
merge (const FsLayer *layer, const Merged *m)
{
  const size_t n = m->n_units;
  if (!m->back)
    {
      memset (m->y, 0, layer->out.width * sizeof *m->y);
      return;
    }
  if (!m->ahead)
    {
      memcpy (m->y, m->back, n * sizeof *m->y);
      return;
    }
  switch (layer->spec.merge)
    {
    case FS_MERGE_CONCAT:
      memcpy (m->y, m->ahead, n * sizeof *m->y);
      memcpy (m->y + n, m->back, n * sizeof *m->y);
      break;
    case FS_MERGE_SUM:
      for (size_t u = 0; u < n; u++)
        m->y[u] = m->ahead[u] + m->back[u];
      break;
    case FS_MERGE_AVERAGE:
      for (size_t u = 0; u < n; u++)
        m->y[u] = (m->ahead[u] + m->back[u]) / 2;
      break;
    case FS_MERGE_PRODUCT:
      for (size_t u = 0; u < n; u++)
        m->y[u] = m->ahead[u] * m->back[u];
      break;
    }
}

static void
merge_back (const FsLayer *layer, const Merged *m)
{
  const size_t n = m->n_units;
  if (!m->back)
    return;
  if (!m->ahead)
    {
      memcpy (m->d_back, m->dy, n * sizeof *m->dy);
      return;
    }
  switch (layer->spec.merge)
    {
    case FS_MERGE_CONCAT:
      memcpy (m->d_ahead, m->dy, n * sizeof *m->dy);
      memcpy (m->d_back, m->dy + n, n * sizeof *m->dy);
      break;
    case FS_MERGE_SUM:
      memcpy (m->d_ahead, m->dy, n * sizeof *m->dy);
      memcpy (m->d_back, m->dy, n * sizeof *m->dy);
      break;
    case FS_MERGE_AVERAGE:
      for (size_t u = 0; u < n; u++)
        m->d_ahead[u] = m->d_back[u] = m->dy[u] / 2;
      break;
    case FS_MERGE_PRODUCT:
      for (size_t u = 0; u < n; u++)
        {
          m->d_ahead[u] = m->dy[u] * m->back[u];
          m->d_back[u] = m->dy[u] * m->ahead[u];
        }
      break;
    }
}

static void
forward_turned (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t stride = layer->in.stride;
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    for (size_t row = first; row < end; row++)
      memcpy (layer->slots[SLOT_X] + (t * pass->n_rows + row) * stride,
              pass->x + (turn (layer, pass, t, row) * pass->n_rows + row) * stride,
              stride * sizeof *pass->x);
  for (size_t i = 0; i < layer->n_children && !fs_layer_pass_is_interrupted (pass); i++)
    {
      const FsLayer *child = &layer->children[i];
      const FsLayerPass own = pass_of_child (layer, child, pass);
      child->ops->forward (child, &own, first, end);
    }
  for (size_t t = 0; t < layer->out.steps; t++)
    for (size_t row = first; row < end; row++)
      {
        const Merged m = merged_row (layer, pass, t, row);
        merge (layer, &m);
      }
}

static void
backward_turned (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  for (size_t t = 0; t < layer->out.steps; t++)
    for (size_t row = first; row < end; row++)
      {
        const Merged m = merged_row (layer, pass, t, row);
        merge_back (layer, &m);
      }
  for (size_t i = 0; i < layer->n_children && !fs_layer_pass_is_interrupted (pass); i++)
    {
      const FsLayer *child = &layer->children[i];
      const FsLayerPass own = pass_of_child (layer, child, pass);
      child->ops->backward (child, &own, first, end);
    }
  for (size_t t = 0; pass->dx && t < layer->in.steps; t++)
    for (size_t row = first; row < end; row++)
      {
        const size_t there = turn (layer, pass, t, row) * pass->n_rows + row;
        const FsReal *d = layer->slots[SLOT_DX] + there * layer->in.stride;
        FsReal *dx = pass->dx + (t * pass->n_rows + row) * layer->in.stride;
        for (size_t k = 0; k < layer->in.width; k++)
          dx[k] = is_both (layer) ? dx[k] + d[k] : d[k];
      }
}

static void
gradient_turned (const FsLayer *layer, const FsLayerPass *pass, size_t item)
{
  const FsLayer *child = layer->children;
  for (; item >= child->n_gradient_items; child++)
    item -= child->n_gradient_items;
  const FsLayerPass own = pass_of_child (layer, child, pass);
  child->ops->gradient (child, &own, item);
}

/* The units of one direction after those of the other, at the same step of the window; what reaches x
 * through both adds up. */
static bool
read_turned (const FsLayer *layer,
             const FsLayerPass *pass,
             FsState state,
             size_t t,
             size_t row,
             FsReal *values)
{
  const FsLayer *back = turned (layer), *ahead = is_both (layer) ? layer->children : NULL;
  const FsLayerPass ahead_pass = pass_of_child (layer, layer->children, pass);
  const FsLayerPass back_pass = pass_of_child (layer, back, pass);
  const size_t there = turn (layer, pass, t, row);
  if (ahead && !ahead->ops->read_state (ahead, &ahead_pass, state, t, row, values))
    return false;
  if (!ahead || state != FS_STATE_INPUT_GRADIENT)
    return back->ops->read_state (back, &back_pass, state, there, row,
                                  ahead ? values + ahead->out.width : values);
  /* The backward pass is over: nobody reads its copy of x any more. */
  FsReal *other = layer->slots[SLOT_X] + (there * pass->n_rows + row) * layer->in.stride;
  if (!back->ops->read_state (back, &back_pass, state, there, row, other))
    return false;
  for (size_t k = 0; k < layer->in.width; k++)
    values[k] += other[k];
  return true;
}

const FsLayerKindOps fs_bidirectional_ops = {
  .name = "Bidirectional",
  .is_recurrent = true,
  .has_units = true,
  .plan = plan_turned,
  .initialise = initialise_turned,
  .refresh = refresh_turned,
  .forward = forward_turned,
  .backward = backward_turned,
  .gradient = gradient_turned,
  .read_state = read_turned,
};
