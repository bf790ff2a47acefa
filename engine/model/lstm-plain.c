/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The LSTM as the book has it, one number at a time: the reference against which the kernels are
 * tested, and the place to read what they compute. Not for speed. */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/model/lstm.h"

enum
{
  GATE_I,
  GATE_F,
  GATE_G,
  GATE_O
};

static FsReal
sigmoid (FsReal x)
{
  return (FsReal) (1.0 / (1.0 + exp (-(double) x)));
}

static FsReal
hyperbolic_tangent (FsReal x)
{
  return (FsReal) tanh ((double) x);
}

/* What both directions read, under the names of the equations. */
typedef struct
{
  size_t n_steps, n_rows, n_inputs, n_units;
  const FsReal *w; /* (4H, I) */
  const FsReal *u; /* (4H, H) */
  const FsReal *b; /* (4H) */
  const FsReal *p; /* (3, H), or NULL: peepholes of i f o */
  FsReal *gates;
  FsReal *c;                       /* [T][B][Hp] */
  FsReal *h;                       /* [T][B][Hp] */
  const FsReal *start_c, *start_h; /* [B][Hp], or NULL */
  size_t stride;
} Buffers;

static Buffers
buffers_of (const FsLayer *layer, const FsLayerPass *pass)
{
  return (Buffers){
    .n_steps = layer->in.steps,
    .n_rows = pass->n_rows,
    .n_inputs = layer->in.width,
    .n_units = layer->out.width,
    .w = fs_layer_parameter (layer, pass->table, pass->parameters, FS_LSTM_WEIGHT_IH),
    .u = fs_layer_parameter (layer, pass->table, pass->parameters, FS_LSTM_WEIGHT_HH),
    .b = fs_layer_parameter (layer, pass->table, pass->parameters, FS_LSTM_BIAS_IH),
    .p = layer->spec.has_peepholes
             ? fs_layer_parameter (layer, pass->table, pass->parameters, FS_LSTM_PEEPHOLE)
             : NULL,
    .gates = layer->slots[FS_LSTM_SLOT_GATES],
    .c = layer->slots[FS_LSTM_SLOT_CELLS],
    .h = layer->slots[FS_SLOT_Y],
    .start_c = fs_layer_start (layer, FS_SLOT_START_C),
    .start_h = fs_layer_start (layer, FS_SLOT_START_H),
    .stride = layer->out.stride,
  };
}

/* h_{t-1} or c_{t-1} of a row; NULL = 0. */
static const FsReal *
before (const Buffers *s, const FsReal *values, const FsReal *start, size_t t, size_t row)
{
  if (t > 0)
    return values + ((t - 1) * s->n_rows + row) * s->stride;
  return start ? start + row * s->stride : NULL;
}

static FsReal *
gate_at (const Buffers *s, size_t t, size_t row, size_t gate, size_t unit)
{
  return s->gates + fs_block_index (s->n_steps, s->n_rows, t, row, gate, unit);
}

/* z = W x + U h + b for one gate of one unit. */
static FsReal
pre_activation (const Buffers *s, const FsReal *x, const FsReal *h_before, size_t gate, size_t unit)
{
  size_t line = gate * s->n_units + unit;
  FsReal z = s->b[line];
  for (size_t k = 0; k < s->n_inputs; k++)
    z += s->w[line * s->n_inputs + k] * x[k];
  for (size_t k = 0; h_before && k < s->n_units; k++)
    z += s->u[line * s->n_units + k] * h_before[k];
  return z;
}

void
fs_lstm_plain_forward (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const Buffers s = buffers_of (layer, pass);
  for (size_t t = 0; t < s.n_steps && !fs_layer_pass_is_interrupted (pass); t++)
    for (size_t row = first; row < end; row++)
      {
        size_t here = (t * s.n_rows + row) * s.stride;
        const FsReal *x = pass->x + (t * s.n_rows + row) * layer->in.stride;
        const FsReal *h_read = fs_lstm_read_hidden (layer, pass, t, row, row + 1);
        const FsReal *h_before = h_read ? h_read + row * s.stride : NULL;
        const FsReal *all_c_before = before (&s, s.c, s.start_c, t, row);
        if (fs_layer_step_role (layer, pass, t, row) == FS_STEP_MASKED)
          {
            fs_layer_hold_state (layer, pass, s.c, s.start_c, s.stride, t, row, row + 1);
            fs_layer_hold_state (layer, pass, s.h, s.start_h, s.stride, t, row, row + 1);
            continue;
          }
        for (size_t n = 0; n < s.n_units; n++)
          {
            FsReal c_before = all_c_before ? all_c_before[n] : 0;
            FsReal z_i = pre_activation (&s, x, h_before, GATE_I, n);
            FsReal z_f = pre_activation (&s, x, h_before, GATE_F, n);
            FsReal i = sigmoid (s.p ? z_i + s.p[n] * c_before : z_i);
            FsReal f = sigmoid (s.p ? z_f + s.p[s.n_units + n] * c_before : z_f);
            FsReal g = hyperbolic_tangent (pre_activation (&s, x, h_before, GATE_G, n));

            /* c_t = f ⊙ c_{t-1} + i ⊙ g,  h_t = o ⊙ tanh(c_t) */
            FsReal c = f * c_before + i * g;
            FsReal z_o = pre_activation (&s, x, h_before, GATE_O, n);
            FsReal o = sigmoid (s.p ? z_o + s.p[2 * s.n_units + n] * c : z_o);
            s.c[here + n] = c;
            s.h[here + n] = o * hyperbolic_tangent (c);
            *gate_at (&s, t, row, GATE_I, n) = i;
            *gate_at (&s, t, row, GATE_F, n) = f;
            *gate_at (&s, t, row, GATE_G, n) = g;
            *gate_at (&s, t, row, GATE_O, n) = o;
          }
      }
}

/* Replaces the gates of one unit by ∂L/∂z, given ∂L/∂h_t, and passes ∂L/∂c back in time. */
static void
backward_unit (const Buffers *s, size_t t, size_t row, size_t n, FsReal dh, FsReal *dc_carried)
{
  size_t here = (t * s->n_rows + row) * s->stride + n;
  const FsReal *all_c_before = before (s, s->c, s->start_c, t, row);
  FsReal c_before = all_c_before ? all_c_before[n] : 0;
  FsReal *i = gate_at (s, t, row, GATE_I, n), *f = gate_at (s, t, row, GATE_F, n);
  FsReal *g = gate_at (s, t, row, GATE_G, n), *o = gate_at (s, t, row, GATE_O, n);
  FsReal tanh_c = hyperbolic_tangent (s->c[here]);

  /* h = o ⊙ tanh(c):          dc += dh ⊙ o ⊙ (1 − tanh²(c)),   dz_o = dh ⊙ tanh(c) ⊙ o(1 − o)
   * c = f ⊙ c_{t-1} + i ⊙ g:  dc_{t-1} = dc ⊙ f,               dz_f = dc ⊙ c_{t-1} ⊙ f(1 − f)
   *                           dz_i = dc ⊙ g ⊙ i(1 − i),        dz_g = dc ⊙ i ⊙ (1 − g²)
   * peepholes:                dc += p_o ⊙ dz_o,                dc_{t-1} += p_i ⊙ dz_i + p_f ⊙ dz_f */
  FsReal dz_o = dh * tanh_c * *o * (1 - *o);
  FsReal dc = *dc_carried + dh * *o * (1 - tanh_c * tanh_c);
  if (s->p)
    dc += s->p[2 * s->n_units + n] * dz_o;
  FsReal dz_f = dc * c_before * *f * (1 - *f);
  FsReal dz_i = dc * *g * *i * (1 - *i);
  FsReal dz_g = dc * *i * (1 - *g * *g);
  *dc_carried = dc * *f;
  if (s->p)
    *dc_carried += s->p[n] * dz_i + s->p[s->n_units + n] * dz_f;
  *i = dz_i;
  *f = dz_f;
  *g = dz_g;
  *o = dz_o;
}

/* Σ over gates and units of dz at (t, row) times one column of a (4H, n_cols) matrix. */
static FsReal
transposed_product (const Buffers *s,
                    size_t t,
                    size_t row,
                    const FsReal *m,
                    size_t n_cols,
                    size_t k)
{
  FsReal sum = 0;
  for (size_t gate = 0; gate < FS_N_GATES; gate++)
    for (size_t n = 0; n < s->n_units; n++)
      sum += *gate_at (s, t, row, gate, n) * m[(gate * s->n_units + n) * n_cols + k];
  return sum;
}

/* No gradient enters a masked step. */
static void
clear_row (const Buffers *s, size_t t, size_t row)
{
  for (size_t gate = 0; gate < FS_N_GATES; gate++)
    for (size_t n = 0; n < s->n_units; n++)
      *gate_at (s, t, row, gate, n) = 0;
}

void
fs_lstm_plain_backward (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const Buffers s = buffers_of (layer, pass);
  FsReal *dc = layer->slots[FS_LSTM_SLOT_DC];
  for (size_t t = s.n_steps; t-- > 0 && !fs_layer_pass_is_interrupted (pass);)
    for (size_t row = first; row < end; row++)
      {
        const FsStepRole role = fs_layer_step_role (layer, pass, t, row);
        const FsReal *dy = fs_layer_dy_of_step (layer, pass, t, role == FS_STEP_LAST);
        if (role == FS_STEP_MASKED)
          clear_row (&s, t, row);
        if (role == FS_STEP_MASKED && pass->pass->is_probe)
          memset (pass->dy + (t * s.n_rows + row) * s.stride, 0, s.n_units * sizeof *s.h);
        for (size_t n = 0; role != FS_STEP_MASKED && n < s.n_units; n++)
          {
            /* dh_t = dy_t + m ⊙ Uᵀ dz_{t+1}; dy exists for the steps that are passed on. */
            FsReal dh = 0;
            if (role == FS_STEP_INNER)
              dh = transposed_product (&s, t + 1, row, s.u, s.n_units, n);
            if (role == FS_STEP_INNER && fs_lstm_drops_state (layer, pass))
              dh *= fs_lstm_mask (layer, pass, t + 1)[row * s.stride + n];
            if (dy)
              dh += dy[row * s.stride + n];
            if (pass->pass->is_probe)
              pass->dy[(t * s.n_rows + row) * s.stride + n] = dh;
            FsReal *dc_carried = &dc[row * s.stride + n];
            if (role == FS_STEP_LAST)
              *dc_carried = 0;
            backward_unit (&s, t, row, n, dh, dc_carried);
          }
        /* dx_t = Wᵀ dz_t */
        for (size_t k = 0; pass->dx && k < s.n_inputs; k++)
          pass->dx[(t * s.n_rows + row) * layer->in.stride + k] =
              transposed_product (&s, t, row, s.w, s.n_inputs, k);
      }
}

void
fs_lstm_plain_gradient (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  const Buffers s = buffers_of (layer, pass);
  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  FsReal *dw = pass->gradients + tensors[FS_LSTM_WEIGHT_IH].offset;
  FsReal *du = pass->gradients + tensors[FS_LSTM_WEIGHT_HH].offset;
  FsReal *db = pass->gradients + tensors[FS_LSTM_BIAS_IH].offset;
  const bool drops = fs_lstm_drops_state (layer, pass);
  const FsReal *read = layer->slots[FS_LSTM_SLOT_H_READ]; /* m ⊙ h_{t-1} */
  size_t end = (block + 1) * FS_BLOCK < s.n_units ? (block + 1) * FS_BLOCK : s.n_units;
  for (size_t gate = 0; gate < FS_N_GATES; gate++)
    for (size_t n = block * FS_BLOCK; n < end && !fs_layer_pass_is_interrupted (pass); n++)
      {
        /* dW = Σ_t dz_t x_tᵀ,  dU = Σ_t dz_t h_{t-1}ᵀ,  db = Σ_t dz_t (all over the rows, too) */
        size_t line = gate * s.n_units + n;
        for (size_t k = 0; k < s.n_inputs; k++)
          dw[line * s.n_inputs + k] = 0;
        for (size_t k = 0; k < s.n_units; k++)
          du[line * s.n_units + k] = 0;
        db[line] = 0;
        for (size_t t = 0; t < s.n_steps; t++)
          for (size_t row = 0; row < s.n_rows; row++)
            {
              FsReal dz = *gate_at (&s, t, row, gate, n);
              const FsReal *x = pass->x + (t * s.n_rows + row) * layer->in.stride;
              for (size_t k = 0; k < s.n_inputs; k++)
                dw[line * s.n_inputs + k] += dz * x[k];
              const FsReal *h_before = drops && (t > 0 || s.start_h)
                                           ? read + (t * s.n_rows + row) * s.stride
                                           : before (&s, s.h, s.start_h, t, row);
              for (size_t k = 0; h_before && k < s.n_units; k++)
                du[line * s.n_units + k] += dz * h_before[k];
              db[line] += dz;
            }
      }
}
