/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The LSTM layer: its plan, its first weights, and how its passes are put together from kernels. What it
 * computes is in lstm.h and, one number at a time, in lstm-plain.c. */

#include "engine/model/lstm.h"

#include <string.h>
#include "engine/base/size.h"
#include "engine/model/blocked.h"
#include "engine/model/dropout.h"
#include "engine/model/initialiser.h"

static const FsGateRuns runs = { 4, { 0, 1, 2, 3 } };

bool
fs_lstm_drops_state (const FsLayer *layer, const FsLayerPass *pass)
{
  return fs_pass_drops (pass->pass) && layer->spec.recurrent_dropout > 0;
}

const FsReal *
fs_lstm_mask (const FsLayer *layer, const FsLayerPass *pass, size_t t)
{
  return fs_dropout_mask (layer, pass, layer->slots[FS_LSTM_SLOT_MASK], layer->out.stride, t);
}

const FsReal *
fs_lstm_read_hidden (const FsLayer *layer,
                     const FsLayerPass *pass,
                     size_t t,
                     size_t first,
                     size_t end)
{
  const size_t stride = layer->out.stride, step = pass->n_rows * stride;
  const FsReal *h =
      t > 0 ? layer->slots[FS_SLOT_Y] + (t - 1) * step : fs_layer_start (layer, FS_SLOT_START_H);
  if (!h || !fs_lstm_drops_state (layer, pass))
    return h;
  const FsReal *mask = fs_lstm_mask (layer, pass, t);
  FsReal *read = layer->slots[FS_LSTM_SLOT_H_READ] + t * step;
  for (size_t k = first * stride; k < end * stride; k++)
    read[k] = mask[k] * h[k];
  return read;
}

static FsBlocked
blocked_of (const FsLayer *layer, const FsLayerPass *pass)
{
  const FsReal *start = fs_layer_start (layer, FS_SLOT_START_H);
  const FsReal *read = fs_lstm_drops_state (layer, pass) ? layer->slots[FS_LSTM_SLOT_H_READ] : NULL;
  return (FsBlocked){ .layer = layer,
                      .h = read ? read + pass->n_rows * layer->out.stride : layer->slots[FS_SLOT_Y],
                      .start_h = start && read ? read : start,
                      .gates = layer->slots[FS_LSTM_SLOT_GATES],
                      .x_columns = layer->slots[FS_LSTM_SLOT_X_COLUMNS],
                      .h_columns = layer->slots[FS_LSTM_SLOT_H_COLUMNS],
                      .d_weights = layer->slots[FS_LSTM_SLOT_D_WEIGHTS],
                      .n_runs = FS_N_GATES };
}

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
  layer->n_refresh_items = padded / FS_BLOCK;
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
      status = fs_layer_plan_tensor (layer, plan, tensors[i].suffix, lines, tensors[i].cols,
                                     tensors[i].role, problem);
      if (status != FS_OK)
        return status;
    }
  if (layer->spec.has_peepholes)
    status = fs_layer_plan_tensor (layer, plan, "weight_peephole_l0", 3, units, FS_TENSOR_RECURRENT,
                                   problem);
  if (status != FS_OK)
    return status;

  const size_t row = fs_size_multiply (plan->shape->max_rows, padded);
  const size_t sequence = fs_size_multiply (steps, row);
  fs_layer_plan_values (layer, plan, steps);
  fs_layer_plan_slot (layer, plan, fs_size_multiply (FS_N_GATES, sequence)); /* GATES */
  fs_layer_plan_slot (layer, plan, sequence);                                /* CELLS */
  fs_layer_plan_slot (layer, plan, row);                                     /* DC */
  const size_t lines_padded = fs_size_multiply (FS_N_GATES, padded);
  const size_t packed =
      fs_size_multiply (lines_padded, fs_size_add (inputs, fs_size_add (units, 1)));
  fs_layer_plan_slot (layer, plan, packed);                                /* WEIGHTS */
  fs_layer_plan_slot (layer, plan, packed);                                /* D_WEIGHTS */
  fs_layer_plan_slot (layer, plan, fs_panels_size (lines_padded, padded)); /* RECURRENT */
  fs_layer_plan_slot (layer, plan,
                      layer->has_dx ? fs_panels_size (lines_padded, inputs) : 0); /* KERNEL */
  fs_layer_plan_slot (layer, plan, fs_blocked_x_columns_size (layer, plan->shape->max_rows));
  fs_layer_plan_slot (layer, plan, fs_blocked_h_columns_size (layer, plan->shape->max_rows));
  const bool drops = layer->spec.recurrent_dropout > 0;
  fs_layer_plan_slot (layer, plan, drops ? sequence : 0);                    /* MASK */
  fs_layer_plan_slot (layer, plan, drops ? fs_size_add (sequence, row) : 0); /* H_READ */
  fs_layer_plan_slot (layer, plan,
                      layer->spec.has_peepholes ? fs_size_multiply (3, padded) : 0); /* PEEPHOLE */
  return FS_OK;
}

static void
initialise_lstm (const FsLayer *layer,
                 const FsTensorTable *table,
                 FsReal *parameters,
                 uint64_t seed)
{
  const FsRecurrentTensors tensors = { .kernel = FS_LSTM_WEIGHT_IH,
                                       .recurrent = FS_LSTM_WEIGHT_HH,
                                       .bias = FS_LSTM_BIAS_IH,
                                       .second_bias = FS_NO_TENSOR };
  fs_initialise_recurrent (layer, table, &tensors, parameters, seed);
}

static void
refresh_lstm (const FsLayer *layer,
              const FsTensorTable *table,
              const FsReal *parameters,
              size_t block)
{
  if (!layer->kernels)
    return;
  const size_t inputs = layer->in.width, units = layer->out.width;
  const size_t first = block * FS_BLOCK, n_valid = fs_block_units (layer, block);
  for (size_t gate = 0; layer->spec.has_peepholes && gate < 3; gate++)
    memcpy (layer->slots[FS_LSTM_SLOT_PEEPHOLE] + gate * layer->out.stride + first,
            fs_layer_parameter (layer, table, parameters, FS_LSTM_PEEPHOLE) + gate * units + first,
            n_valid * sizeof *parameters);
  const size_t n_rows = FS_N_GATES * layer->out.stride;
  const FsReal *w = fs_layer_parameter (layer, table, parameters, FS_LSTM_WEIGHT_IH);
  const FsReal *u = fs_layer_parameter (layer, table, parameters, FS_LSTM_WEIGHT_HH);
  const FsReal *b = fs_layer_parameter (layer, table, parameters, FS_LSTM_BIAS_IH);
  FsReal *panel = layer->slots[FS_LSTM_SLOT_WEIGHTS] + block * fs_block_lines (layer) * FS_PANEL;
  const size_t row = block * FS_PANEL;
  const FsTransposedPanels recurrent = { layer->slots[FS_LSTM_SLOT_RECURRENT], n_rows, row };
  const FsTransposedPanels kernel = { layer->has_dx ? layer->slots[FS_LSTM_SLOT_KERNEL] : NULL,
                                      n_rows, row };
  const FsTransposedPanels none = { 0 };
  fs_gates_to_panel (layer->kernels, &runs, panel, &kernel, w, inputs, units, first, n_valid);
  fs_gates_to_panel (layer->kernels, &runs, panel + inputs * FS_PANEL, &recurrent, u, units, units,
                     first, n_valid);
  fs_gates_to_panel (layer->kernels, &runs, panel + (inputs + units) * FS_PANEL, &none, b, 1, units,
                     first, n_valid);
}

static const FsReal *
peephole_of (const FsLayer *layer)
{
  return layer->spec.has_peepholes ? layer->slots[FS_LSTM_SLOT_PEEPHOLE] : NULL;
}

static void
forward_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  if (fs_lstm_drops_state (layer, pass))
    fs_dropout_draw_rows (layer, pass,
                          layer->tensor_suffix ? FS_DROP_RECURRENT_BACK : FS_DROP_RECURRENT,
                          layer->spec.recurrent_dropout, layer->slots[FS_LSTM_SLOT_MASK],
                          layer->out.width, layer->out.stride, first, end);
  if (!layer->kernels)
    {
      fs_lstm_plain_forward (layer, pass, first, end);
      return;
    }
  const size_t n_rows = pass->n_rows, step = n_rows * layer->out.stride;
  FsReal *c = layer->slots[FS_LSTM_SLOT_CELLS], *h = layer->slots[FS_SLOT_Y];
  const FsReal *start_h = fs_layer_start (layer, FS_SLOT_START_H);
  const FsReal *start_c = fs_layer_start (layer, FS_SLOT_START_C);
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    {
      const FsLstmForward job = {
        .n_blocks = layer->out.stride / FS_BLOCK,
        .weights = layer->slots[FS_LSTM_SLOT_WEIGHTS],
        .x = pass->x + t * n_rows * layer->in.stride,
        .n_inputs = layer->in.width,
        .x_stride = layer->in.stride,
        .h_before = fs_lstm_read_hidden (layer, pass, t, first, end),
        .c_before = t > 0 ? c + (t - 1) * step : start_c,
        .n_units = layer->out.width,
        .stride = layer->out.stride,
        .c = c + t * step,
        .h = h + t * step,
        .gates = pass->pass->is_training ? layer->slots[FS_LSTM_SLOT_GATES] + t * n_rows * FS_PANEL
                                         : NULL,
        .gates_block_stride = layer->in.steps * n_rows * FS_PANEL,
        .peephole = peephole_of (layer),
      };
      for (size_t row = first, run_end; row < end; row = run_end)
        {
          run_end = fs_layer_same_role_end (layer, pass, t, row, end);
          if (fs_layer_step_role (layer, pass, t, row) != FS_STEP_MASKED)
            layer->kernels->lstm_forward (&job, row, run_end);
        }
      fs_layer_hold_state (layer, pass, c, start_c, layer->out.stride, t, first, end);
      fs_layer_hold_state (layer, pass, h, start_h, layer->out.stride, t, first, end);
    }
}

/* dx_t = Wᵀ dz_t */
static void
backward_to_input (const FsLayer *layer,
                   const FsLayerPass *pass,
                   size_t t,
                   size_t first,
                   size_t end)
{
  const FsBlocked blocked = blocked_of (layer, pass);
  const FsProduct job = {
    .a = fs_blocked_gates (&blocked, pass->n_rows, t, 0),
    .panels = layer->slots[FS_LSTM_SLOT_KERNEL],
    .panels_rows = FS_N_GATES * layer->out.stride,
    .n_columns = layer->in.stride,
    .out = pass->dx + t * pass->n_rows * layer->in.stride,
    .out_stride = layer->in.stride,
  };
  layer->kernels->product (&job, first, end);
}

/* ∂L/∂h_t = dy_t + m ⊙ Uᵀ dz_{t+1} of all steps, once more: the kernel keeps it to itself. From the newest
 * on, so that no dy is written over before it is read. */
static void
keep_hidden_gradients (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t n_rows = pass->n_rows, stride = layer->out.stride;
  const FsBlocked blocked = blocked_of (layer, pass);
  const bool drops = fs_lstm_drops_state (layer, pass);
  FsReal *from_after = layer->slots[FS_LSTM_SLOT_DC]; /* nobody reads it any more */
  for (size_t t = layer->in.steps; t-- > 0 && !fs_layer_pass_is_interrupted (pass);)
    {
      const FsProduct job = {
        .a = fs_blocked_gates (&blocked, n_rows, t + 1, 0),
        .panels = layer->slots[FS_LSTM_SLOT_RECURRENT],
        .panels_rows = FS_N_GATES * stride,
        .n_columns = stride,
        .out = from_after,
        .out_stride = stride,
      };
      if (t + 1 < layer->in.steps)
        layer->kernels->product (&job, first, end);
      for (size_t row = first; row < end; row++)
        {
          const FsStepRole role = fs_layer_step_role (layer, pass, t, row);
          const FsReal *dy = fs_layer_dy_of_step (layer, pass, t, role == FS_STEP_LAST);
          for (size_t u = 0; u < layer->out.width; u++)
            {
              FsReal dh = role == FS_STEP_INNER ? from_after[row * stride + u] : 0;
              if (drops && role == FS_STEP_INNER)
                dh *= fs_lstm_mask (layer, pass, t + 1)[row * stride + u];
              if (dy && role != FS_STEP_MASKED)
                dh += dy[row * stride + u];
              pass->dy[(t * n_rows + row) * stride + u] = dh;
            }
        }
    }
}

static void
backward_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  if (!layer->kernels)
    {
      fs_lstm_plain_backward (layer, pass, first, end);
      return;
    }
  const size_t n_rows = pass->n_rows, step = n_rows * layer->out.stride;
  const FsReal *c = layer->slots[FS_LSTM_SLOT_CELLS];
  const FsBlocked blocked = blocked_of (layer, pass);
  const bool drops = fs_lstm_drops_state (layer, pass);
  for (size_t t = layer->in.steps; t-- > 0 && !fs_layer_pass_is_interrupted (pass);)
    {
      FsLstmBackward job = {
        .n_blocks = layer->out.stride / FS_BLOCK,
        .weights = layer->slots[FS_LSTM_SLOT_RECURRENT],
        .weights_rows = FS_N_GATES * layer->out.stride,
        .c = c + t * step,
        .c_before = t > 0 ? c + (t - 1) * step : fs_layer_start (layer, FS_SLOT_START_C),
        .dc = layer->slots[FS_LSTM_SLOT_DC],
        .stride = layer->out.stride,
        .gates = layer->slots[FS_LSTM_SLOT_GATES] + t * n_rows * FS_PANEL,
        .gates_block_stride = layer->in.steps * n_rows * FS_PANEL,
        .mask = drops && t + 1 < layer->in.steps ? fs_lstm_mask (layer, pass, t + 1) : NULL,
        .peephole = peephole_of (layer),
      };
      for (size_t row = first, run_end; row < end; row = run_end)
        {
          const FsStepRole role = fs_layer_step_role (layer, pass, t, row);
          run_end = fs_layer_same_role_end (layer, pass, t, row, end);
          if (role == FS_STEP_MASKED)
            {
              fs_blocked_clear_gates (&blocked, n_rows, t, row, run_end);
              continue;
            }
          job.is_last_step = role == FS_STEP_LAST;
          job.dz_after =
              job.is_last_step ? (FsBlocks){ 0 } : fs_blocked_gates (&blocked, n_rows, t + 1, 0);
          job.dy = fs_layer_dy_of_step (layer, pass, t, job.is_last_step);
          layer->kernels->lstm_backward (&job, row, run_end);
        }
      fs_blocked_copy_columns (&blocked, pass, t, first, end);
      if (pass->dx)
        backward_to_input (layer, pass, t, first, end);
    }
  if (pass->pass->is_probe)
    keep_hidden_gradients (layer, pass, first, end);
}

/* dp_i = Σ dz_i ⊙ c_{t-1}, dp_f likewise, dp_o = Σ dz_o ⊙ c_t for the units of one block, over the T × B
 * rows in their order. */
static void
gradient_of_peephole (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  const size_t units = layer->out.width, stride = layer->out.stride, n_rows = pass->n_rows;
  const size_t n_all = layer->in.steps * n_rows, n_valid = fs_block_units (layer, block);
  const FsReal *dz = layer->slots[FS_LSTM_SLOT_GATES] + block * n_all * FS_PANEL;
  const FsReal *c = layer->slots[FS_LSTM_SLOT_CELLS] + block * FS_BLOCK;
  const FsReal *start = fs_layer_start (layer, FS_SLOT_START_C);
  FsReal sums[3][FS_BLOCK] = { { 0 } };
  for (size_t row = 0; row < n_all; row++)
    {
      const FsReal *d = dz + row * FS_PANEL;
      const FsReal *before = row >= n_rows ? c + (row - n_rows) * stride
                             : start       ? start + row * stride + block * FS_BLOCK
                                           : NULL;
      for (size_t u = 0; before && u < FS_BLOCK; u++)
        {
          sums[0][u] += d[u] * before[u];
          sums[1][u] += d[FS_BLOCK + u] * before[u];
        }
      for (size_t u = 0; u < FS_BLOCK; u++)
        sums[2][u] += d[3 * FS_BLOCK + u] * c[row * stride + u];
    }
  const FsTensor *tensor = &pass->table->tensors[layer->first_tensor + FS_LSTM_PEEPHOLE];
  for (size_t gate = 0; gate < 3; gate++)
    memcpy (pass->gradients + tensor->offset + gate * units + block * FS_BLOCK, sums[gate],
            n_valid * sizeof sums[gate][0]);
}

/* The gradients of one block's units, brought into the tensors' order. */
static void
gradient_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  if (layer->spec.has_peepholes)
    gradient_of_peephole (layer, pass, block);
  if (!layer->kernels)
    {
      fs_lstm_plain_gradient (layer, pass, block);
      return;
    }
  const FsBlocked blocked = blocked_of (layer, pass);
  fs_blocked_gradient (&blocked, pass, block);
  const size_t inputs = layer->in.width, units = layer->out.width;
  const size_t first = block * FS_BLOCK, n_valid = fs_block_units (layer, block);
  const FsReal *panel = blocked.d_weights + block * fs_block_lines (layer) * FS_PANEL;
  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  fs_gates_from_panel (layer->kernels, &runs, panel,
                       pass->gradients + tensors[FS_LSTM_WEIGHT_IH].offset, inputs, units, first,
                       n_valid);
  fs_gates_from_panel (layer->kernels, &runs, panel + inputs * FS_PANEL,
                       pass->gradients + tensors[FS_LSTM_WEIGHT_HH].offset, units, units, first,
                       n_valid);
  fs_gates_from_panel (layer->kernels, &runs, panel + (inputs + units) * FS_PANEL,
                       pass->gradients + tensors[FS_LSTM_BIAS_IH].offset, 1, units, first, n_valid);
}

const FsLayerKindOps fs_lstm_ops = {
  .name = "LSTM",
  .is_recurrent = true,
  .has_units = true,
  .plan = plan_lstm,
  .initialise = initialise_lstm,
  .refresh = refresh_lstm,
  .forward = forward_lstm,
  .backward = backward_lstm,
  .gradient = gradient_lstm,
  .read_state = fs_lstm_read_state,
};
