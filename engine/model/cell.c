/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recurrent layers as passes over time: planning, first weights, and the order in which products and
 * the cell of cell-math.c take turns. See cell.h for what they compute. */

#include "engine/model/cell.h"

#include <string.h>
#include "engine/base/size.h"
#include "engine/model/dropout.h"
#include "engine/model/initialiser.h"
#include "engine/model/pack.h"

static size_t
n_lines_of (const FsLayer *layer)
{
  return fs_size_multiply (fs_cell_n_gates (layer), layer->out.width);
}

/* Items of the gradient stay within a gate, as the reset gives one of them another operand. */
static size_t
blocks_of_gate (const FsLayer *layer)
{
  return layer->out.stride / FS_BLOCK;
}

bool
fs_cell_has_tensor (const FsLayer *layer, FsCellTensor tensor)
{
  const bool is_lstm = layer->spec.kind == FS_LAYER_LSTM;
  const bool is_normed = is_lstm && layer->spec.has_layer_norm;
  switch (tensor)
    {
    case FS_CELL_BIAS_IH:
      return !is_normed;
    case FS_CELL_BIAS_HH:
      return fs_cell_has_second_bias (layer);
    case FS_CELL_PEEPHOLE:
      return is_lstm && layer->spec.has_peepholes;
    case FS_CELL_WEIGHT_IH:
    case FS_CELL_WEIGHT_HH:
      return true;
    default:
      return is_normed;
    }
}

size_t
fs_cell_tensor (const FsLayer *layer, FsCellTensor tensor)
{
  size_t number = 0;
  for (int i = 0; i < (int) tensor; i++)
    number += fs_cell_has_tensor (layer, (FsCellTensor) i);
  return number;
}

static FsStatus
plan_tensors (const FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  const size_t lines = n_lines_of (layer), units = layer->out.width;
  const struct
  {
    const char *name;
    size_t rows, cols;
    FsTensorRole role;
  } tensors[FS_CELL_N_TENSORS] = {
    [FS_CELL_WEIGHT_IH] = { "weight_ih_l0", lines, layer->in.width, FS_TENSOR_KERNEL },
    [FS_CELL_WEIGHT_HH] = { "weight_hh_l0", lines, units, FS_TENSOR_RECURRENT },
    [FS_CELL_BIAS_IH] = { "bias_ih_l0", lines, 1, FS_TENSOR_BIAS },
    [FS_CELL_BIAS_HH] = { "bias_hh_l0", lines, 1, FS_TENSOR_BIAS },
    [FS_CELL_PEEPHOLE] = { "weight_peephole_l0", 3, units, FS_TENSOR_RECURRENT },
    [FS_CELL_GAIN_A] = { "norm_ih_weight_l0", lines, 1, FS_TENSOR_BIAS },
    [FS_CELL_SHIFT_A] = { "norm_ih_bias_l0", lines, 1, FS_TENSOR_BIAS },
    [FS_CELL_GAIN_R] = { "norm_hh_weight_l0", lines, 1, FS_TENSOR_BIAS },
    [FS_CELL_SHIFT_R] = { "norm_hh_bias_l0", lines, 1, FS_TENSOR_BIAS },
    [FS_CELL_GAIN_C] = { "norm_cell_weight_l0", units, 1, FS_TENSOR_BIAS },
    [FS_CELL_SHIFT_C] = { "norm_cell_bias_l0", units, 1, FS_TENSOR_BIAS },
  };
  FsStatus status = FS_OK;
  for (int i = 0; i < FS_CELL_N_TENSORS && status == FS_OK; i++)
    if (fs_cell_has_tensor (layer, (FsCellTensor) i))
      status = fs_layer_plan_tensor (layer, plan, tensors[i].name, tensors[i].rows, tensors[i].cols,
                                     tensors[i].role, problem);
  return status;
}

static bool
is_normed (const FsLayer *layer)
{
  return fs_cell_has_tensor (layer, FS_CELL_GAIN_A);
}

FsStatus
fs_cell_plan_shape (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  size_t units;
  FsStatus status = fs_layer_plan_units (layer, &units, problem);
  if (status != FS_OK)
    return status;
  const size_t inputs = layer->in.width, steps = layer->in.steps;
  layer->skip = plan->is_last_recurrent ? steps - 1 : 0;
  layer->out = (FsValueShape){ .steps = steps - layer->skip,
                               .width = units,
                               .stride = fs_size_round_up (units, FS_BLOCK) };
  const size_t lines = n_lines_of (layer);
  layer->multiply_adds = (double) steps * (double) lines * (double) inputs
                         + (double) (steps > 0 ? steps - 1 : 0) * (double) lines * (double) units;
  return plan_tensors (layer, plan, problem);
}

static FsStatus
plan_cell (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  FsStatus status = fs_cell_plan_shape (layer, plan, problem);
  if (status != FS_OK)
    return status;
  const size_t inputs = layer->in.width, steps = layer->in.steps;
  const size_t units = layer->out.width, padded = layer->out.stride;
  const bool is_lstm = layer->spec.kind == FS_LAYER_LSTM;
  const bool resets_before = fs_cell_resets_before (layer);
  const size_t lines = n_lines_of (layer), lines_padded = fs_size_round_up (lines, FS_BLOCK);
  layer->n_gradient_items = fs_size_multiply (fs_cell_n_gates (layer), padded / FS_BLOCK);
  layer->n_refresh_items = lines_padded / FS_BLOCK;

  const size_t row = fs_size_multiply (plan->shape->max_rows, padded);
  const size_t sequence = fs_size_multiply (steps, row);
  const size_t all_lines =
      fs_size_multiply (steps, fs_size_multiply (plan->shape->max_rows, lines_padded));
  fs_layer_plan_values (layer, plan, steps);
  const size_t sizes[] = {
    all_lines,                                          /* A */
    all_lines,                                          /* R */
    is_lstm ? sequence : 0,                             /* C */
    sequence,                                           /* H_BEFORE */
    resets_before ? sequence : 0,                       /* RESET */
    row,                                                /* DH */
    is_lstm ? row : 0,                                  /* DC */
    row,                                                /* PRODUCT */
    resets_before ? row : 0,                            /* D_RESET */
    fs_size_multiply (2, lines_padded),                 /* BIAS */
    fs_panels_size (inputs, lines),                     /* W */
    fs_panels_size (units, lines),                      /* U */
    layer->has_dx ? fs_panels_size (lines, inputs) : 0, /* W_BACK */
    fs_panels_size (lines, units),                      /* U_BACK */
    resets_before ? fs_panels_size (units, units) : 0,  /* UN */
    resets_before ? fs_panels_size (units, units) : 0,  /* UN_BACK */
    layer->spec.recurrent_dropout > 0 ? sequence : 0,   /* MASK */
    is_normed (layer) ? all_lines : 0,                  /* NORMAL_A */
    is_normed (layer) ? all_lines : 0,                  /* NORMAL_R */
    is_normed (layer) ? sequence : 0,                   /* NORMAL_C */
    is_normed (layer) ? sequence : 0,                   /* SCALE */
    is_normed (layer) ? all_lines : 0,                  /* D_GATES */
    is_normed (layer) ? sequence : 0,                   /* D_CELL */
  };
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    fs_layer_plan_slot (layer, plan, sizes[i]);
  return status;
}

static void
initialise_cell (const FsLayer *layer,
                 const FsTensorTable *table,
                 FsReal *parameters,
                 uint64_t seed)
{
  const size_t first = layer->first_tensor;
  const FsRecurrentTensors tensors = {
    .kernel = FS_CELL_WEIGHT_IH,
    .recurrent = FS_CELL_WEIGHT_HH,
    /* That of a normalisation takes the bias's place. */
    .bias = fs_cell_tensor (layer, is_normed (layer) ? FS_CELL_SHIFT_A : FS_CELL_BIAS_IH),
    .second_bias = fs_cell_has_second_bias (layer) ? FS_CELL_BIAS_HH : FS_NO_TENSOR,
  };
  fs_initialise_recurrent (layer, table, &tensors, parameters, seed);
  for (int i = FS_CELL_GAIN_A; is_normed (layer) && i <= FS_CELL_GAIN_C; i += 2)
    {
      const FsTensor *gain = &table->tensors[first + fs_cell_tensor (layer, (FsCellTensor) i)];
      for (size_t k = 0; k < gain->rows; k++)
        parameters[gain->offset + k] = 1;
    }
}

static void
refresh_cell (const FsLayer *layer,
              const FsTensorTable *table,
              const FsReal *parameters,
              size_t block)
{
  const size_t inputs = layer->in.width, units = layer->out.width, lines = n_lines_of (layer);
  const size_t first = block * FS_BLOCK;
  const size_t end = first + FS_BLOCK < lines ? first + FS_BLOCK : lines;
  FsReal *const *slots = layer->slots;
  const FsReal *w = fs_layer_parameter (layer, table, parameters, FS_CELL_WEIGHT_IH);
  const FsReal *u = fs_layer_parameter (layer, table, parameters, FS_CELL_WEIGHT_HH);
  FsReal *bias = slots[FS_CELL_SLOT_BIAS];
  const size_t n = end - first;
  if (!is_normed (layer))
    memcpy (bias + first, fs_layer_parameter (layer, table, parameters, FS_CELL_BIAS_IH) + first,
            n * sizeof *bias);
  if (fs_cell_has_second_bias (layer))
    memcpy (bias + fs_size_round_up (lines, FS_BLOCK) + first,
            fs_layer_parameter (layer, table, parameters, FS_CELL_BIAS_HH) + first,
            n * sizeof *bias);
  fs_panels_set_columns (slots[FS_CELL_SLOT_W], inputs, w, first, end, lines);
  fs_panels_set_columns (slots[FS_CELL_SLOT_U], units, u, first, end, lines);
  for (size_t line = first; line < end; line++)
    {
      if (layer->has_dx)
        fs_panels_set_row (slots[FS_CELL_SLOT_W_BACK], lines, line, w + line * inputs, inputs);
      fs_panels_set_row (slots[FS_CELL_SLOT_U_BACK], lines, line, u + line * units, units);
      if (!fs_cell_resets_before (layer) || line < 2 * units)
        continue;
      const size_t unit = line - 2 * units;
      fs_panels_set_columns (slots[FS_CELL_SLOT_UN], units, u + 2 * units * units, unit, unit + 1,
                             units);
      fs_panels_set_row (slots[FS_CELL_SLOT_UN_BACK], units, unit, u + line * units, units);
    }
}

/* --- Passes --- */

/* What the functions below need of one step. */
typedef struct
{
  const FsLayer *layer;
  const FsLayerPass *pass;
  size_t t;
  size_t first, end;    /* rows */
  size_t lines, stride; /* L, Lp */
  const FsReal *w, *u;
  const FsReal *peephole; /* or NULL */
} Step;

static Step
step_of (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  return (Step){
    .layer = layer,
    .pass = pass,
    .first = first,
    .end = end,
    .lines = n_lines_of (layer),
    .stride = fs_size_round_up (n_lines_of (layer), FS_BLOCK),
    .w = fs_layer_parameter (layer, pass->table, pass->parameters, FS_CELL_WEIGHT_IH),
    .u = fs_layer_parameter (layer, pass->table, pass->parameters, FS_CELL_WEIGHT_HH),
    .peephole = fs_cell_has_tensor (layer, FS_CELL_PEEPHOLE) ? fs_layer_parameter (
                    layer, pass->table, pass->parameters, fs_cell_tensor (layer, FS_CELL_PEEPHOLE))
                                                             : NULL,
  };
}

/* The start of step `t` in a slot of [T][B][stride]. */
static FsReal *
at_step (const Step *s, size_t slot, size_t t, size_t stride)
{
  return s->layer->slots[slot] + t * s->pass->n_rows * stride;
}

/* h_{t-1} or c_{t-1} of all rows; NULL = 0. */
static const FsReal *
state_before (const Step *s, size_t slot, size_t start_slot)
{
  return s->t > 0 ? at_step (s, slot, s->t - 1, s->layer->out.stride)
                  : fs_layer_start (s->layer, start_slot);
}

static FsNorm
norm_of (const Step *s, size_t row, FsCellTensor gain, size_t slot, size_t stride)
{
  const FsLayerPass *pass = s->pass;
  const size_t number = fs_cell_tensor (s->layer, gain);
  const size_t which = (size_t) (gain - FS_CELL_GAIN_A) / 2;
  return (FsNorm){
    .gain = fs_layer_parameter (s->layer, pass->table, pass->parameters, number),
    .shift = fs_layer_parameter (s->layer, pass->table, pass->parameters, number + 1),
    .normal = at_step (s, slot, s->t, stride) + row * stride,
    .scale = at_step (s, FS_CELL_SLOT_SCALE, s->t, 3) + 3 * row + which,
  };
}

static FsCellRow
row_of (const Step *s, size_t row)
{
  const FsLayer *layer = s->layer;
  const size_t hp = layer->out.stride, here = row * hp;
  const FsReal *h_before = state_before (s, FS_SLOT_Y, FS_SLOT_START_H);
  const bool is_lstm = layer->spec.kind == FS_LAYER_LSTM;
  const bool resets_before = fs_cell_resets_before (layer);
  const FsReal *c_before = is_lstm ? state_before (s, FS_CELL_SLOT_C, FS_SLOT_START_C) : NULL;
  FsCellRow cell = {
    .layer = layer,
    .a = at_step (s, FS_CELL_SLOT_A, s->t, s->stride) + row * s->stride,
    .r = at_step (s, FS_CELL_SLOT_R, s->t, s->stride) + row * s->stride,
    .h = at_step (s, FS_SLOT_Y, s->t, hp) + here,
    .c = is_lstm ? at_step (s, FS_CELL_SLOT_C, s->t, hp) + here : NULL,
    .h_before = h_before ? h_before + here : NULL,
    .c_before = c_before ? c_before + here : NULL,
    .h_read = at_step (s, FS_CELL_SLOT_H_BEFORE, s->t, hp) + here,
    .reset = resets_before ? at_step (s, FS_CELL_SLOT_RESET, s->t, hp) + here : NULL,
    .d_reset = layer->slots[FS_CELL_SLOT_D_RESET] + here,
    .dh = layer->slots[FS_CELL_SLOT_DH] + here,
    .dc = layer->slots[FS_CELL_SLOT_DC] + here,
    .peephole = s->peephole,
  };
  if (!is_normed (layer))
    return cell;
  cell.norm_a = norm_of (s, row, FS_CELL_GAIN_A, FS_CELL_SLOT_NORMAL_A, s->stride);
  cell.norm_r = norm_of (s, row, FS_CELL_GAIN_R, FS_CELL_SLOT_NORMAL_R, s->stride);
  cell.norm_c = norm_of (s, row, FS_CELL_GAIN_C, FS_CELL_SLOT_NORMAL_C, hp);
  cell.d_gates = at_step (s, FS_CELL_SLOT_D_GATES, s->t, s->stride) + row * s->stride;
  cell.d_cell = at_step (s, FS_CELL_SLOT_D_CELL, s->t, hp) + here;
  return cell;
}

static bool
is_masked (const Step *s, size_t row)
{
  return fs_layer_step_role (s->layer, s->pass, s->t, row) == FS_STEP_MASKED;
}

/* a = W x_t + b_ih */
static void
product_of_input (const Step *s)
{
  const FsLayer *layer = s->layer;
  const FsCellProduct job = {
    .layer = layer,
    .matrix = s->w,
    .panels = layer->slots[FS_CELL_SLOT_W],
    .panels_rows = layer->in.width,
    .n_lines = s->lines,
    .n_columns = layer->in.width,
    .initial = layer->slots[FS_CELL_SLOT_BIAS],
    .in = s->pass->x + s->t * s->pass->n_rows * layer->in.stride,
    .in_stride = layer->in.stride,
    .out = at_step (s, FS_CELL_SLOT_A, s->t, s->stride),
    .out_stride = s->stride,
  };
  fs_cell_product (&job, s->first, s->end);
}

/* Whether this pass drops a part of h on its way into the gates. */
static bool
drops_state (const FsLayer *layer, const FsLayerPass *pass)
{
  return fs_pass_drops (pass->pass) && layer->spec.recurrent_dropout > 0;
}

/* The masks of step `t`. */
static const FsReal *
mask_of (const Step *s)
{
  return fs_dropout_mask (s->layer, s->pass, s->layer->slots[FS_CELL_SLOT_MASK],
                          s->layer->out.stride, s->t);
}

/* What the product reads: h_{t-1}, or 0 at the first step, or m ⊙ h_{t-1}. False if it is 0. */
static bool
read_state (const Step *s, FsReal *h_read)
{
  const size_t hp = s->layer->out.stride, first = s->first * hp, end = s->end * hp;
  const FsReal *h = state_before (s, FS_SLOT_Y, FS_SLOT_START_H);
  if (!h)
    memset (h_read + first, 0, (end - first) * sizeof *h_read);
  else if (!drops_state (s->layer, s->pass))
    memcpy (h_read + first, h + first, (end - first) * sizeof *h_read);
  else
    for (size_t k = first; k < end; k++)
      h_read[k] = mask_of (s)[k] * h[k];
  return h != NULL;
}

/* r = U h_{t-1} + b_hh */
static void
product_of_state (const Step *s)
{
  const FsLayer *layer = s->layer;
  const size_t hp = layer->out.stride;
  FsReal *h_read = at_step (s, FS_CELL_SLOT_H_BEFORE, s->t, hp);
  const bool has_state = read_state (s, h_read);
  const FsCellProduct job = {
    .layer = layer,
    .matrix = s->u,
    .panels = layer->slots[FS_CELL_SLOT_U],
    .panels_rows = layer->out.width,
    .n_lines = s->lines,
    .n_columns = has_state ? layer->out.width : 0,
    .initial = layer->slots[FS_CELL_SLOT_BIAS] + s->stride,
    .in = h_read,
    .in_stride = hp,
    .out = at_step (s, FS_CELL_SLOT_R, s->t, s->stride),
    .out_stride = s->stride,
  };
  fs_cell_product (&job, s->first, s->end);
}

/* U_n (ρ ⊙ h_{t-1}), of a GRU whose reset comes first, and its way back. */
static FsCellProduct
product_of_reset (const Step *s, bool is_back)
{
  const FsLayer *layer = s->layer;
  const size_t units = layer->out.width, hp = layer->out.stride;
  return (FsCellProduct){
    .layer = layer,
    .matrix = s->u + 2 * units * units,
    .panels = layer->slots[is_back ? FS_CELL_SLOT_UN_BACK : FS_CELL_SLOT_UN],
    .panels_rows = units,
    .n_lines = units,
    .n_columns = units,
    .in = is_back ? at_step (s, FS_CELL_SLOT_A, s->t, s->stride) + 2 * units
                  : at_step (s, FS_CELL_SLOT_RESET, s->t, hp),
    .in_stride = is_back ? s->stride : hp,
    .out = layer->slots[is_back ? FS_CELL_SLOT_D_RESET : FS_CELL_SLOT_PRODUCT],
    .out_stride = hp,
  };
}

static void
forward_cell (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  Step s = step_of (layer, pass, first, end);
  const size_t units = layer->out.width;
  if (drops_state (layer, pass))
    fs_dropout_draw_rows (layer, pass,
                          layer->tensor_suffix ? FS_DROP_RECURRENT_BACK : FS_DROP_RECURRENT,
                          layer->spec.recurrent_dropout, layer->slots[FS_CELL_SLOT_MASK], units,
                          layer->out.stride, first, end);
  for (; s.t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); s.t++)
    {
      product_of_input (&s);
      product_of_state (&s);
      for (size_t row = first; layer->spec.kind == FS_LAYER_GRU && row < end; row++)
        {
          const FsCellRow cell = row_of (&s, row);
          fs_cell_forward_gates (&cell);
        }
      if (fs_cell_resets_before (layer))
        {
          const FsCellProduct job = product_of_reset (&s, false);
          fs_cell_product (&job, first, end);
          for (size_t row = first; row < end; row++)
            memcpy (row_of (&s, row).r + 2 * units, job.out + row * job.out_stride,
                    units * sizeof *job.out);
        }
      for (size_t row = first; row < end; row++)
        {
          const FsCellRow cell = row_of (&s, row);
          if (!is_masked (&s, row))
            fs_cell_forward (&cell);
        }
      fs_layer_hold_state (layer, pass, layer->slots[FS_SLOT_Y],
                           fs_layer_start (layer, FS_SLOT_START_H), layer->out.stride, s.t, first,
                           end);
      if (layer->spec.kind == FS_LAYER_LSTM)
        fs_layer_hold_state (layer, pass, layer->slots[FS_CELL_SLOT_C],
                             fs_layer_start (layer, FS_SLOT_START_C), layer->out.stride, s.t, first,
                             end);
    }
}

/* dh = dy_t + what came from step t + 1. No gradient enters a masked step. */
static void
begin_backward (const Step *s)
{
  const FsLayer *layer = s->layer;
  for (size_t row = s->first; row < s->end; row++)
    {
      const FsCellRow cell = row_of (s, row);
      const bool is_last = fs_layer_step_role (layer, s->pass, s->t, row) == FS_STEP_LAST;
      const FsReal *dy = fs_layer_dy_of_step (layer, s->pass, s->t, is_last);
      FsReal *kept = s->pass->pass->is_probe ? at_step (s, FS_SLOT_DY, s->t, layer->out.stride)
                                                   + row * layer->out.stride
                                             : NULL;
      if (is_masked (s, row))
        {
          memset (cell.a, 0, s->stride * sizeof *cell.a);
          memset (cell.r, 0, s->stride * sizeof *cell.r);
          if (cell.d_gates)
            memset (cell.d_gates, 0, s->stride * sizeof *cell.d_gates);
          if (cell.d_gates)
            memset (cell.d_cell, 0, layer->out.stride * sizeof *cell.d_cell);
          if (kept)
            memset (kept, 0, layer->out.width * sizeof *kept);
          continue;
        }
      for (size_t u = 0; u < layer->out.width; u++)
        {
          if (is_last)
            cell.dh[u] = 0;
          if (is_last && cell.c)
            cell.dc[u] = 0;
          if (dy)
            cell.dh[u] += dy[row * layer->out.stride + u];
          if (kept)
            kept[u] = cell.dh[u];
        }
    }
}

/* dh_{t-1} = what passed the product by + m ⊙ Uᵀ dr. With the reset first, its lines went through ρ. */
static void
backward_to_state (const Step *s)
{
  const FsLayer *layer = s->layer;
  const bool resets_before = fs_cell_resets_before (layer);
  const size_t hp = layer->out.stride;
  const FsCellProduct job = {
    .layer = layer,
    .matrix = s->u,
    .panels = layer->slots[FS_CELL_SLOT_U_BACK],
    .panels_rows = s->lines,
    .n_lines = resets_before ? 2 * layer->out.width : s->lines,
    .n_columns = layer->out.width,
    .in = at_step (s, FS_CELL_SLOT_R, s->t, s->stride),
    .in_stride = s->stride,
    .out = layer->slots[FS_CELL_SLOT_PRODUCT],
    .out_stride = hp,
  };
  fs_cell_product_back (&job, s->first, s->end);
  for (size_t row = s->first; row < s->end; row++)
    {
      const FsCellRow cell = row_of (s, row);
      const FsReal *mask = drops_state (layer, s->pass) ? mask_of (s) + row * hp : NULL;
      for (size_t u = 0; !is_masked (s, row) && u < layer->out.width; u++)
        cell.dh[u] +=
            (mask ? mask[u] : 1) * (job.out[row * hp + u] + (resets_before ? cell.d_reset[u] : 0));
    }
}

/* dx_t = Wᵀ da */
static void
backward_to_input (const Step *s)
{
  const FsLayer *layer = s->layer;
  const FsCellProduct job = {
    .layer = layer,
    .matrix = s->w,
    .panels = layer->slots[FS_CELL_SLOT_W_BACK],
    .panels_rows = s->lines,
    .n_lines = s->lines,
    .n_columns = layer->in.width,
    .in = at_step (s, FS_CELL_SLOT_A, s->t, s->stride),
    .in_stride = s->stride,
    .out = s->pass->dx + s->t * s->pass->n_rows * layer->in.stride,
    .out_stride = layer->in.stride,
  };
  fs_cell_product_back (&job, s->first, s->end);
}

static void
backward_cell (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  Step s = step_of (layer, pass, first, end);
  for (s.t = layer->in.steps; s.t-- > 0 && !fs_layer_pass_is_interrupted (pass);)
    {
      begin_backward (&s);
      for (size_t row = first; layer->spec.kind == FS_LAYER_GRU && row < end; row++)
        {
          const FsCellRow cell = row_of (&s, row);
          if (!is_masked (&s, row))
            fs_cell_backward_value (&cell);
        }
      if (fs_cell_resets_before (layer))
        {
          const FsCellProduct job = product_of_reset (&s, true);
          fs_cell_product_back (&job, first, end);
        }
      for (size_t row = first; row < end; row++)
        {
          const FsCellRow cell = row_of (&s, row);
          if (!is_masked (&s, row))
            fs_cell_backward (&cell);
        }
      if (s.t > 0)
        backward_to_state (&s);
      if (pass->dx)
        backward_to_input (&s);
    }
}

/* dp_i = Σ di ⊙ c_{t-1}, dp_f likewise, dp_o = Σ do ⊙ c_t, for units start … end-1 of a gate. */
static void
gradient_of_peephole (const Step *whole, size_t gate, size_t start, size_t end, FsReal *gradients)
{
  const FsLayer *layer = whole->layer;
  const size_t units = layer->out.width, hp = layer->out.stride;
  const size_t slot = is_normed (layer) ? FS_CELL_SLOT_D_GATES : FS_CELL_SLOT_A;
  FsReal *dp = gradients + (gate == 3 ? 2 : gate) * units;
  Step s = *whole;
  memset (dp + start, 0, (end - start) * sizeof *dp);
  for (s.t = 0; s.t < layer->in.steps; s.t++)
    {
      const FsReal *c = gate == 3 ? at_step (&s, FS_CELL_SLOT_C, s.t, hp)
                                  : state_before (&s, FS_CELL_SLOT_C, FS_SLOT_START_C);
      const FsReal *d = at_step (&s, slot, s.t, s.stride) + gate * units;
      for (size_t row = 0; c && row < s.end; row++)
        for (size_t u = start; u < end; u++)
          dp[u] += d[row * s.stride + u] * c[row * hp + u];
    }
}

/* dγ and dβ of the normalisations, for lines first … end-1 of a and r; c has its units with the first
 * gate's lines. */
static void
gradient_of_norms (const Step *s, size_t first, size_t end, FsReal *gradients)
{
  const FsLayer *layer = s->layer;
  const FsTensor *tensors = &s->pass->table->tensors[layer->first_tensor];
  const size_t gain = fs_cell_tensor (layer, FS_CELL_GAIN_A);
  const size_t n_all = layer->in.steps * s->pass->n_rows;
  FsReal *const *slots = layer->slots;
  fs_norm_gradient (slots[FS_CELL_SLOT_D_GATES], slots[FS_CELL_SLOT_NORMAL_A], s->stride, n_all,
                    first, end, gradients + tensors[gain].offset,
                    gradients + tensors[gain + 1].offset);
  fs_norm_gradient (slots[FS_CELL_SLOT_D_GATES], slots[FS_CELL_SLOT_NORMAL_R], s->stride, n_all,
                    first, end, gradients + tensors[gain + 2].offset,
                    gradients + tensors[gain + 3].offset);
  if (end <= layer->out.width)
    fs_norm_gradient (slots[FS_CELL_SLOT_D_CELL], slots[FS_CELL_SLOT_NORMAL_C], layer->out.stride,
                      n_all, first, end, gradients + tensors[gain + 4].offset,
                      gradients + tensors[gain + 5].offset);
}

/* dW = Σ da xᵀ, dU = Σ dr h_{t-1}ᵀ, db_ih = Σ da, db_hh = Σ dr for 16 lines of one gate, over the T × B
 * rows in their order. Step 0 has no h_{t-1}, unless the layer began with one. */
static void
gradient_cell (const FsLayer *layer, const FsLayerPass *pass, size_t item)
{
  const size_t units = layer->out.width, gate = item / blocks_of_gate (layer);
  const size_t start = item % blocks_of_gate (layer) * FS_BLOCK;
  const size_t stop = start + FS_BLOCK < units ? start + FS_BLOCK : units;
  const size_t first = gate * units + start, end = gate * units + stop;
  const Step s = step_of (layer, pass, 0, pass->n_rows);
  const size_t n_all = layer->in.steps * pass->n_rows;
  const size_t t_first = layer->has_start ? 0 : 1;
  const FsReal *da = layer->slots[FS_CELL_SLOT_A], *dr = layer->slots[FS_CELL_SLOT_R];
  const bool is_reset = fs_cell_resets_before (layer) && gate == 2;
  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  FsReal *gradients = pass->gradients;
  fs_cell_sum_outer (layer, da, s.stride, pass->x, layer->in.stride, layer->in.width, n_all, first,
                     end, gradients + tensors[FS_CELL_WEIGHT_IH].offset);
  if (fs_layer_pass_is_interrupted (pass))
    return;
  fs_cell_sum_outer (layer, dr + t_first * pass->n_rows * s.stride, s.stride,
                     at_step (&s, is_reset ? FS_CELL_SLOT_RESET : FS_CELL_SLOT_H_BEFORE, t_first,
                              layer->out.stride),
                     layer->out.stride, units, n_all - t_first * pass->n_rows, first, end,
                     gradients + tensors[FS_CELL_WEIGHT_HH].offset);
  if (s.peephole && gate != 2)
    gradient_of_peephole (&s, gate, start, stop,
                          gradients + tensors[fs_cell_tensor (layer, FS_CELL_PEEPHOLE)].offset);
  if (is_normed (layer))
    {
      gradient_of_norms (&s, first, end, gradients);
      return;
    }
  fs_cell_sum_rows (da, s.stride, n_all, first, end, gradients + tensors[FS_CELL_BIAS_IH].offset);
  if (fs_cell_has_second_bias (layer))
    fs_cell_sum_rows (dr, s.stride, n_all, first, end, gradients + tensors[FS_CELL_BIAS_HH].offset);
}

#define CELL_OPS(label)                                                                    \
  {                                                                                        \
    .name = label, .is_recurrent = true, .has_units = true, .plan = plan_cell,             \
    .initialise = initialise_cell, .refresh = refresh_cell, .forward = forward_cell,       \
    .backward = backward_cell, .gradient = gradient_cell, .read_state = fs_cell_read_state \
  }

const FsLayerKindOps fs_gru_ops = CELL_OPS ("GRU");
const FsLayerKindOps fs_rnn_ops = CELL_OPS ("RNN");
const FsLayerKindOps fs_lstm_cell_ops = CELL_OPS ("LSTM");
