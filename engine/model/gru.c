/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The GRU in its usual form, its reset gate acting on the product (PyTorch's), put together from kernels
 * of its own. What it computes is in cell.h; cell.c computes it plainly and in every other form. */

#include "engine/model/gru.h"

#include <string.h>
#include "engine/base/size.h"
#include "engine/model/cell.h"

#define N_GATES 3

/* Tensors have their gates in the order r z n. */
static const FsGateRuns kernel_runs = { N_GATES, { FS_GRU_RUN_R, FS_GRU_RUN_Z, FS_GRU_RUN_N } };
static const FsGateRuns state_runs = { N_GATES, { FS_GRU_RUN_R, FS_GRU_RUN_Z, FS_GRU_RUN_Q } };

static FsBlocked
blocked_of (const FsLayer *layer)
{
  return (FsBlocked){ .layer = layer,
                      .gates = layer->slots[FS_GRU_SLOT_GATES],
                      .x_columns = layer->slots[FS_GRU_SLOT_X_COLUMNS],
                      .h_columns = layer->slots[FS_GRU_SLOT_H_COLUMNS],
                      .h = layer->slots[FS_SLOT_Y],
                      .start_h = fs_layer_start (layer, FS_SLOT_START_H),
                      .d_weights = layer->slots[FS_GRU_SLOT_D_WEIGHTS],
                      .kernel_run = FS_GRU_RUN_N,
                      .state_run = FS_GRU_RUN_R,
                      .n_runs = N_GATES };
}

static FsStatus
plan_gru (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  FsStatus status = fs_cell_plan_shape (layer, plan, problem);
  if (status != FS_OK)
    return status;
  const size_t inputs = layer->in.width, steps = layer->in.steps, padded = layer->out.stride;
  const size_t max_rows = plan->shape->max_rows;
  const size_t row = fs_size_multiply (max_rows, padded);
  const size_t packed = fs_size_multiply (fs_size_multiply (padded / FS_BLOCK, FS_PANEL),
                                          fs_size_add (inputs, fs_size_add (layer->out.width, 1)));
  const size_t lines_padded = fs_size_multiply (N_GATES, padded);
  const size_t sizes[] = {
    fs_size_multiply (FS_PANEL / FS_BLOCK, fs_size_multiply (steps, row)), /* GATES */
    row,                                                                   /* DH */
    packed,                                                                /* WEIGHTS */
    packed,                                                                /* D_WEIGHTS */
    fs_panels_size (lines_padded, padded),                                 /* RECURRENT */
    layer->has_dx ? fs_panels_size (lines_padded, inputs) : 0,             /* KERNEL */
    fs_blocked_x_columns_size (layer, max_rows),
    fs_blocked_h_columns_size (layer, max_rows),
  };
  layer->n_gradient_items = padded / FS_BLOCK;
  layer->n_refresh_items = padded / FS_BLOCK;
  fs_layer_plan_values (layer, plan, steps);
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    fs_layer_plan_slot (layer, plan, sizes[i]);
  return FS_OK;
}

static void
initialise_gru (const FsLayer *layer, const FsTensorTable *table, FsReal *parameters, uint64_t seed)
{
  fs_gru_ops.initialise (layer, table, parameters, seed);
}

static void
refresh_gru (const FsLayer *layer,
             const FsTensorTable *table,
             const FsReal *parameters,
             size_t block)
{
  const size_t inputs = layer->in.width, units = layer->out.width;
  const size_t first = block * FS_BLOCK, n_valid = fs_block_units (layer, block);
  const size_t n_rows = N_GATES * layer->out.stride;
  const FsReal *w = fs_layer_parameter (layer, table, parameters, FS_CELL_WEIGHT_IH);
  const FsReal *u = fs_layer_parameter (layer, table, parameters, FS_CELL_WEIGHT_HH);
  const FsReal *b_ih = fs_layer_parameter (layer, table, parameters, FS_CELL_BIAS_IH);
  const FsReal *b_hh = fs_layer_parameter (layer, table, parameters, FS_CELL_BIAS_HH);
  FsReal *panel = layer->slots[FS_GRU_SLOT_WEIGHTS] + block * fs_block_lines (layer) * FS_PANEL;
  FsReal *bias = panel + (inputs + units) * FS_PANEL;
  /* The rows of the transposed panels are the runs of block after block: n r z and r z q. */
  const size_t row = block * N_GATES * FS_BLOCK;
  const FsTransposedPanels kernel = { layer->has_dx ? layer->slots[FS_GRU_SLOT_KERNEL] : NULL,
                                      n_rows, row - FS_GRU_RUN_N * FS_BLOCK };
  const FsTransposedPanels recurrent = { layer->slots[FS_GRU_SLOT_RECURRENT], n_rows,
                                         row - FS_GRU_RUN_R * FS_BLOCK };
  fs_gates_to_panel (layer->kernels, &kernel_runs, panel, &kernel, w, inputs, units, first,
                     n_valid);
  fs_gates_to_panel (layer->kernels, &state_runs, panel + inputs * FS_PANEL, &recurrent, u, units,
                     units, first, n_valid);
  for (size_t unit = 0; unit < n_valid; unit++)
    {
      const size_t r = first + unit, z = units + r, n = units + z;
      bias[FS_GRU_RUN_N * FS_BLOCK + unit] = b_ih[n];
      bias[FS_GRU_RUN_R * FS_BLOCK + unit] = b_ih[r] + b_hh[r];
      bias[FS_GRU_RUN_Z * FS_BLOCK + unit] = b_ih[z] + b_hh[z];
      bias[FS_GRU_RUN_Q * FS_BLOCK + unit] = b_hh[n];
    }
}

static void
forward_gru (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t n_rows = pass->n_rows, stride = layer->out.stride, step = n_rows * stride;
  FsReal *h = layer->slots[FS_SLOT_Y];
  const FsReal *start = fs_layer_start (layer, FS_SLOT_START_H);
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    {
      const FsGruForward job = {
        .n_blocks = stride / FS_BLOCK,
        .weights = layer->slots[FS_GRU_SLOT_WEIGHTS],
        .x = pass->x + t * n_rows * layer->in.stride,
        .n_inputs = layer->in.width,
        .x_stride = layer->in.stride,
        .h_before = t > 0 ? h + (t - 1) * step : start,
        .n_units = layer->out.width,
        .stride = stride,
        .h = h + t * step,
        .gates = pass->pass->is_training ? layer->slots[FS_GRU_SLOT_GATES] + t * n_rows * FS_PANEL
                                         : NULL,
        .gates_block_stride = layer->in.steps * n_rows * FS_PANEL,
      };
      for (size_t row = first, run_end; row < end; row = run_end)
        {
          run_end = fs_layer_same_role_end (layer, pass, t, row, end);
          if (fs_layer_step_role (layer, pass, t, row) != FS_STEP_MASKED)
            layer->kernels->gru_forward (&job, row, run_end);
        }
      fs_layer_hold_state (layer, pass, h, start, stride, t, first, end);
    }
}

/* dx_t = Wᵀ (dn, dr, dz) */
static void
backward_to_input (const FsBlocked *blocked,
                   const FsLayerPass *pass,
                   size_t t,
                   size_t first,
                   size_t end)
{
  const FsLayer *layer = blocked->layer;
  const FsProduct job = {
    .a = fs_blocked_gates (blocked, pass->n_rows, t, FS_GRU_RUN_N),
    .panels = layer->slots[FS_GRU_SLOT_KERNEL],
    .panels_rows = N_GATES * layer->out.stride,
    .n_columns = layer->in.stride,
    .out = pass->dx + t * pass->n_rows * layer->in.stride,
    .out_stride = layer->in.stride,
  };
  layer->kernels->product (&job, first, end);
}

static void
backward_gru (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t n_rows = pass->n_rows, step = n_rows * layer->out.stride;
  const FsReal *h = layer->slots[FS_SLOT_Y];
  const FsBlocked blocked = blocked_of (layer);
  for (size_t t = layer->in.steps; t-- > 0 && !fs_layer_pass_is_interrupted (pass);)
    {
      FsGruBackward job = {
        .n_blocks = layer->out.stride / FS_BLOCK,
        .weights = layer->slots[FS_GRU_SLOT_RECURRENT],
        .weights_rows = N_GATES * layer->out.stride,
        .h_before = t > 0 ? h + (t - 1) * step : fs_layer_start (layer, FS_SLOT_START_H),
        .dh = layer->slots[FS_GRU_SLOT_DH],
        .stride = layer->out.stride,
        .gates = blocked.gates + t * n_rows * FS_PANEL,
        .gates_block_stride = layer->in.steps * n_rows * FS_PANEL,
        .kept_dh = pass->pass->is_probe ? layer->slots[FS_SLOT_DY] + t * step : NULL,
      };
      for (size_t row = first, run_end; row < end; row = run_end)
        {
          const FsStepRole role = fs_layer_step_role (layer, pass, t, row);
          run_end = fs_layer_same_role_end (layer, pass, t, row, end);
          if (role == FS_STEP_MASKED)
            {
              fs_blocked_clear_gates (&blocked, n_rows, t, row, run_end);
              if (job.kept_dh)
                memset (job.kept_dh + row * job.stride, 0,
                        (run_end - row) * job.stride * sizeof *job.kept_dh);
              continue;
            }
          job.is_last_step = role == FS_STEP_LAST;
          job.dq_after = job.is_last_step
                             ? (FsBlocks){ 0 }
                             : fs_blocked_gates (&blocked, n_rows, t + 1, FS_GRU_RUN_R);
          job.dy = fs_layer_dy_of_step (layer, pass, t, job.is_last_step);
          layer->kernels->gru_backward (&job, row, run_end);
        }
      fs_blocked_copy_columns (&blocked, pass, t, first, end);
      if (pass->dx)
        backward_to_input (&blocked, pass, t, first, end);
    }
}

/* The gradients of one block's units, brought into the tensors' order. */
static void
gradient_gru (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  const FsBlocked blocked = blocked_of (layer);
  fs_blocked_gradient (&blocked, pass, block);
  const size_t inputs = layer->in.width, units = layer->out.width;
  const FsReal *panel = blocked.d_weights + block * fs_block_lines (layer) * FS_PANEL;
  const struct
  {
    size_t tensor;
    const FsGateRuns *runs;
    size_t line, n_columns;
  } parts[] = { { FS_CELL_WEIGHT_IH, &kernel_runs, 0, inputs },
                { FS_CELL_WEIGHT_HH, &state_runs, inputs, units },
                { FS_CELL_BIAS_IH, &kernel_runs, inputs + units, 1 },
                { FS_CELL_BIAS_HH, &state_runs, inputs + units, 1 } };
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    fs_gates_from_panel (
        layer->kernels, parts[i].runs, panel + parts[i].line * FS_PANEL,
        pass->gradients + pass->table->tensors[layer->first_tensor + parts[i].tensor].offset,
        parts[i].n_columns, units, block * FS_BLOCK, fs_block_units (layer, block));
}

const FsLayerKindOps fs_gru_kernel_ops = {
  .name = "GRU",
  .is_recurrent = true,
  .has_units = true,
  .plan = plan_gru,
  .initialise = initialise_gru,
  .refresh = refresh_gru,
  .forward = forward_gru,
  .backward = backward_gru,
  .gradient = gradient_gru,
  .read_state = fs_gru_read_state,
};
