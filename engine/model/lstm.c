/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The LSTM layer: its plan, its first weights, and how its passes are put together from kernels. What it
 * computes is in lstm.h and, one number at a time, in lstm-plain.c. */

#include "engine/model/lstm.h"

#include <string.h>
#include "engine/base/size.h"
#include "engine/model/initialiser.h"
#include "engine/model/simd/kernel-table.h"

/* Whether rows of x are so long that the weight gradient reads them as columns of 16: see
 * copy_columns(). Short rows lie close together as they are. */
static bool
has_input_columns (const FsLayer *layer)
{
  return layer->in.width > FS_BLOCK;
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
  const size_t rows = fs_size_multiply (steps, plan->shape->max_rows);
  fs_layer_plan_slot (layer, plan,
                      has_input_columns (layer) ? fs_panels_size (rows, inputs) : 0); /* X */
  fs_layer_plan_slot (layer, plan, sequence);                                         /* H */
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

/* Units of block `block` that exist. */
static size_t
units_of_block (const FsLayer *layer, size_t block)
{
  size_t left = layer->out.width - block * FS_BLOCK;
  return left < FS_BLOCK ? left : FS_BLOCK;
}

static size_t
packed_lines (const FsLayer *layer)
{
  return layer->in.width + layer->out.width + 1;
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
  const size_t first = block * FS_BLOCK, n_valid = units_of_block (layer, block);
  const size_t n_rows = FS_N_GATES * layer->out.stride;
  const FsReal *w = fs_layer_parameter (layer, table, parameters, FS_LSTM_WEIGHT_IH);
  const FsReal *u = fs_layer_parameter (layer, table, parameters, FS_LSTM_WEIGHT_HH);
  const FsReal *b = fs_layer_parameter (layer, table, parameters, FS_LSTM_BIAS_IH);
  FsReal *panel = layer->slots[FS_LSTM_SLOT_WEIGHTS] + block * packed_lines (layer) * FS_PANEL;
  fs_gates_to_panel (layer->kernels, panel, w, inputs, units, first, n_valid);
  fs_gates_to_panel (layer->kernels, panel + inputs * FS_PANEL, u, units, units, first, n_valid);
  fs_gates_to_panel (layer->kernels, panel + (inputs + units) * FS_PANEL, b, 1, units, first,
                     n_valid);
  for (size_t gate = 0; gate < FS_N_GATES; gate++)
    for (size_t unit = 0; unit < n_valid; unit++)
      {
        const size_t row = block * FS_PANEL + gate * FS_BLOCK + unit;
        const size_t line = gate * units + first + unit;
        fs_panels_set_row (layer->slots[FS_LSTM_SLOT_RECURRENT], n_rows, row, u + line * units,
                           units);
        if (layer->has_dx)
          fs_panels_set_row (layer->slots[FS_LSTM_SLOT_KERNEL], n_rows, row, w + line * inputs,
                             inputs);
      }
}

static void
forward_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  if (!layer->kernels)
    {
      fs_lstm_plain_forward (layer, pass, first, end);
      return;
    }
  const size_t n_rows = pass->n_rows, step = n_rows * layer->out.stride;
  FsReal *c = layer->slots[FS_LSTM_SLOT_CELLS], *h = layer->slots[FS_SLOT_Y];
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    {
      const FsLstmForward job = {
        .n_blocks = layer->out.stride / FS_BLOCK,
        .weights = layer->slots[FS_LSTM_SLOT_WEIGHTS],
        .x = pass->x + t * n_rows * layer->in.stride,
        .n_inputs = layer->in.width,
        .x_stride = layer->in.stride,
        .h_before = t > 0 ? h + (t - 1) * step : NULL,
        .c_before = t > 0 ? c + (t - 1) * step : NULL,
        .n_units = layer->out.width,
        .stride = layer->out.stride,
        .c = c + t * step,
        .h = h + t * step,
        .gates = pass->pass->is_training ? layer->slots[FS_LSTM_SLOT_GATES] + t * n_rows * FS_PANEL
                                         : NULL,
        .gates_block_stride = layer->in.steps * n_rows * FS_PANEL,
      };
      for (size_t row = first, run_end; row < end; row = run_end)
        {
          run_end = fs_layer_same_role_end (layer, pass, t, row, end);
          if (fs_layer_step_role (layer, pass, t, row) != FS_STEP_MASKED)
            layer->kernels->lstm_forward (&job, row, run_end);
        }
      fs_layer_hold_state (layer, pass, c, layer->out.stride, t, first, end);
      fs_layer_hold_state (layer, pass, h, layer->out.stride, t, first, end);
    }
}

/* The gates' gradients of step t, as what a product sums over. */
static FsBlocks
gate_blocks (const FsLayer *layer, size_t n_rows, size_t t)
{
  return (FsBlocks){
    .a = layer->slots[FS_LSTM_SLOT_GATES] + t * n_rows * FS_PANEL,
    .row_stride = FS_PANEL,
    .block_stride = layer->in.steps * n_rows * FS_PANEL,
    .n_full_blocks = layer->out.width / FS_BLOCK,
    .block_length = FS_PANEL,
    .tail_length = layer->out.width % FS_BLOCK,
  };
}

/* The weight gradient runs down the rows of x and h, a few columns at a time. Rows a power of two apart
 * fall into few sets of the cache, so it reads copies cut into columns of 16, columns[width/16][T × B][16]:
 * two layers of 512 units train a fifth faster for it. */
static void
copy_columns (FsReal *columns, size_t n_rows_in_all, size_t row, const FsReal *values, size_t width)
{
  for (size_t k = 0; k < width; k += FS_BLOCK)
    memcpy (columns + k * n_rows_in_all + row * FS_BLOCK, values + k, FS_BLOCK * sizeof *columns);
}

static void
copy_operands (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t first, size_t end)
{
  const size_t n_all = layer->in.steps * pass->n_rows;
  for (size_t row = t * pass->n_rows + first; row < t * pass->n_rows + end; row++)
    {
      if (has_input_columns (layer))
        copy_columns (layer->slots[FS_LSTM_SLOT_X_COLUMNS], n_all, row,
                      pass->x + row * layer->in.stride, layer->in.width);
      copy_columns (layer->slots[FS_LSTM_SLOT_H_COLUMNS], n_all, row,
                    layer->slots[FS_SLOT_Y] + row * layer->out.stride, layer->out.stride);
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
  const FsProduct job = {
    .a = gate_blocks (layer, pass->n_rows, t),
    .panels = layer->slots[FS_LSTM_SLOT_KERNEL],
    .panels_rows = FS_N_GATES * layer->out.stride,
    .n_columns = layer->in.stride,
    .out = pass->dx + t * pass->n_rows * layer->in.stride,
    .out_stride = layer->in.stride,
  };
  layer->kernels->product (&job, first, end);
}

/* No gradient enters a masked step. */
static void
clear_gates (const FsLayer *layer, size_t n_rows, size_t t, size_t first, size_t end)
{
  for (size_t block = 0; block < layer->out.stride / FS_BLOCK; block++)
    memset (layer->slots[FS_LSTM_SLOT_GATES]
                + ((block * layer->in.steps + t) * n_rows + first) * FS_PANEL,
            0, (end - first) * FS_PANEL * sizeof (FsReal));
}

/* ∂L/∂h_t = dy_t + Uᵀ dz_{t+1} of all steps, once more: the kernel keeps it to itself. From the newest
 * on, so that no dy is written over before it is read. */
static void
keep_hidden_gradients (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t n_rows = pass->n_rows, stride = layer->out.stride;
  FsReal *from_after = layer->slots[FS_LSTM_SLOT_DC]; /* nobody reads it any more */
  for (size_t t = layer->in.steps; t-- > 0 && !fs_layer_pass_is_interrupted (pass);)
    {
      const FsProduct job = {
        .a = gate_blocks (layer, n_rows, t + 1),
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
  for (size_t t = layer->in.steps; t-- > 0 && !fs_layer_pass_is_interrupted (pass);)
    {
      FsLstmBackward job = {
        .n_blocks = layer->out.stride / FS_BLOCK,
        .weights = layer->slots[FS_LSTM_SLOT_RECURRENT],
        .weights_rows = FS_N_GATES * layer->out.stride,
        .c = c + t * step,
        .c_before = t > 0 ? c + (t - 1) * step : NULL,
        .dc = layer->slots[FS_LSTM_SLOT_DC],
        .stride = layer->out.stride,
        .gates = layer->slots[FS_LSTM_SLOT_GATES] + t * n_rows * FS_PANEL,
        .gates_block_stride = layer->in.steps * n_rows * FS_PANEL,
      };
      for (size_t row = first, run_end; row < end; row = run_end)
        {
          const FsStepRole role = fs_layer_step_role (layer, pass, t, row);
          run_end = fs_layer_same_role_end (layer, pass, t, row, end);
          if (role == FS_STEP_MASKED)
            {
              clear_gates (layer, n_rows, t, row, run_end);
              continue;
            }
          job.is_last_step = role == FS_STEP_LAST;
          job.dz_after = job.is_last_step ? (FsBlocks){ 0 } : gate_blocks (layer, n_rows, t + 1);
          job.dy = fs_layer_dy_of_step (layer, pass, t, job.is_last_step);
          layer->kernels->lstm_backward (&job, row, run_end);
        }
      copy_operands (layer, pass, t, first, end);
      if (pass->dx)
        backward_to_input (layer, pass, t, first, end);
    }
  if (pass->pass->is_probe)
    keep_hidden_gradients (layer, pass, first, end);
}

/* Rows of gate gradients worked on at a time: 96 × 256 bytes and a column of 96 × 64 stay in the
 * first-level cache while all inputs pass over them. */
#define CHUNK_ROWS 96

/* `job` for a matrix that was cut into columns of 16, of which `columns` is the first row in work. */
static void
add_columns (const FsLayer *layer, FsOuter job, const FsReal *columns, size_t n_all, size_t width)
{
  job.a_stride = FS_BLOCK;
  for (size_t k = 0; k < width; k += FS_BLOCK)
    {
      job.a = columns + k * n_all;
      job.n_i = width - k < FS_BLOCK ? width - k : FS_BLOCK;
      layer->kernels->outer (&job);
      job.out += FS_BLOCK * FS_PANEL;
    }
}

/* dW = Σ dz xᵀ, dU = Σ dz h_{t-1}ᵀ, db = Σ dz for the units of one block; the sum is over the T × B rows
 * in their order. */
static void
gradient_lstm (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  if (!layer->kernels)
    {
      fs_lstm_plain_gradient (layer, pass, block);
      return;
    }
  const size_t inputs = layer->in.width, units = layer->out.width, n_rows = pass->n_rows;
  const size_t n_all = layer->in.steps * n_rows, size = packed_lines (layer) * FS_PANEL;
  const FsReal *dz = layer->slots[FS_LSTM_SLOT_GATES] + block * n_all * FS_PANEL;
  FsReal *d_kernel = layer->slots[FS_LSTM_SLOT_D_WEIGHTS] + block * size;
  FsReal *d_recurrent = d_kernel + inputs * FS_PANEL, *d_bias = d_kernel + size - FS_PANEL;
  memset (d_kernel, 0, size * sizeof *d_kernel);
  for (size_t row = 0; row < n_all && !fs_layer_pass_is_interrupted (pass); row += CHUNK_ROWS)
    {
      const size_t end = row + CHUNK_ROWS < n_all ? row + CHUNK_ROWS : n_all;
      FsOuter job = { .a = pass->x + row * layer->in.stride,
                      .a_stride = layer->in.stride,
                      .n_i = inputs,
                      .b = dz + row * FS_PANEL,
                      .b_stride = FS_PANEL,
                      .n_j = FS_PANEL,
                      .n_rows = end - row,
                      .out = d_kernel,
                      .accumulates = true };
      if (has_input_columns (layer))
        add_columns (layer, job, layer->slots[FS_LSTM_SLOT_X_COLUMNS] + row * FS_BLOCK, n_all,
                     inputs);
      else
        layer->kernels->outer (&job);
      layer->kernels->column_sums (job.b, job.n_rows, d_bias);

      const size_t start = row > n_rows ? row : n_rows; /* step 0 has no h_{t-1} */
      if (start >= end)
        continue;
      job.b = dz + start * FS_PANEL;
      job.n_rows = end - start;
      job.out = d_recurrent;
      add_columns (layer, job, layer->slots[FS_LSTM_SLOT_H_COLUMNS] + (start - n_rows) * FS_BLOCK,
                   n_all, units);
    }

  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  const size_t first = block * FS_BLOCK, n_valid = units_of_block (layer, block);
  fs_gates_from_panel (layer->kernels, d_kernel,
                       pass->gradients + tensors[FS_LSTM_WEIGHT_IH].offset, inputs, units, first,
                       n_valid);
  fs_gates_from_panel (layer->kernels, d_recurrent,
                       pass->gradients + tensors[FS_LSTM_WEIGHT_HH].offset, units, units, first,
                       n_valid);
  fs_gates_from_panel (layer->kernels, d_bias, pass->gradients + tensors[FS_LSTM_BIAS_IH].offset, 1,
                       units, first, n_valid);
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
