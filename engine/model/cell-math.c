/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pointwise half of recurrent layers, forward and back; the equations are in cell.h. After the way
 * forward `a` holds the activated gates, and `r` still holds what the GRU's reset acted on. */

#include "engine/model/cell.h"

#include <string.h>

static FsCurve
value_curve (const FsLayer *layer)
{
  return (FsCurve){ .kind = fs_cell_activation (layer->spec.cell_activation) };
}

static FsCurve
gate_curve (const FsLayer *layer)
{
  return (FsCurve){ .kind = fs_gate_activation (layer->spec.gate_activation) };
}

/* --- LSTM: lines i f g o --- */

/* p ⊙ c joins a gate that sees the cell. */
static void
peep (const FsCellRow *s, size_t peephole, const FsReal *c, FsReal *gate)
{
  const size_t n = s->layer->out.width;
  for (size_t u = 0; s->peephole && c && u < n; u++)
    gate[u] += s->peephole[peephole * n + u] * c[u];
}

static void
forward_lstm (const FsCellRow *s)
{
  const FsLayer *layer = s->layer;
  const size_t n = layer->out.width;
  if (s->norm_a.gain)
    {
      fs_norm_forward (&s->norm_a, layer->spec.norm_epsilon, s->a, 4 * n);
      fs_norm_forward (&s->norm_r, layer->spec.norm_epsilon, s->r, 4 * n);
    }
  for (size_t k = 0; k < 4 * n; k++)
    s->a[k] += s->r[k];
  FsReal *i = s->a, *f = i + n, *g = f + n, *o = g + n;
  peep (s, 0, s->c_before, i);
  peep (s, 1, s->c_before, f);
  fs_curve_apply (gate_curve (layer), layer->kernels, i, 2 * n);
  fs_curve_apply (value_curve (layer), layer->kernels, g, n);
  for (size_t u = 0; u < n; u++)
    s->c[u] = (s->c_before ? f[u] * s->c_before[u] : 0) + i[u] * g[u];
  if (s->norm_c.gain)
    fs_norm_forward (&s->norm_c, layer->spec.norm_epsilon, s->c, n);
  peep (s, 2, s->c, o);
  fs_curve_apply (gate_curve (layer), layer->kernels, o, n);
  memcpy (s->h, s->c, n * sizeof *s->h);
  fs_curve_apply (value_curve (layer), layer->kernels, s->h, n);
  for (size_t u = 0; u < n; u++)
    s->h[u] *= o[u];
}

/* h = o ⊙ φ(c), so with q = φ(c):  do = dh ⊙ q,  dc += dh ⊙ o ⊙ φ'(c) + p_o ⊙ do
 * (and so back through the normalisation of c, if any),
 * df = dc ⊙ c_{t-1},  di = dc ⊙ g,  dg = dc ⊙ i,  dc_{t-1} = dc ⊙ f + p_i ⊙ di + p_f ⊙ df,
 * each by what stands before its curve. */
static void
backward_lstm (const FsCellRow *s)
{
  const FsLayer *layer = s->layer;
  const FsCurve gate = gate_curve (layer), value = value_curve (layer);
  const size_t n = layer->out.width;
  const FsReal *p = s->peephole;
  FsReal *q = s->r; /* r is read no more and written below */
  memcpy (q, s->c, n * sizeof *q);
  fs_curve_apply (value, layer->kernels, q, n);
  for (size_t u = 0; u < n; u++)
    {
      FsReal *o = s->a + 3 * n + u;
      s->dc[u] += s->dh[u] * *o * fs_curve_slope (value, 0, q[u]);
      *o = s->dh[u] * q[u] * fs_curve_slope (gate, 0, *o);
      if (p)
        s->dc[u] += p[2 * n + u] * *o;
      s->dh[u] = 0;
    }
  if (s->norm_c.gain)
    {
      memcpy (s->d_cell, s->dc, n * sizeof *s->dc);
      fs_norm_backward (&s->norm_c, s->dc, n);
    }
  for (size_t u = 0; u < n; u++)
    {
      FsReal *i = s->a + u, *f = i + n, *g = f + n;
      const FsReal di = *i, df = *f, dg = *g, dc = s->dc[u];
      s->dc[u] = dc * df;
      *i = dc * dg * fs_curve_slope (gate, 0, di);
      *f = dc * (s->c_before ? s->c_before[u] : 0) * fs_curve_slope (gate, 0, df);
      *g = dc * di * fs_curve_slope (value, 0, dg);
      if (p)
        s->dc[u] += p[u] * *i + p[n + u] * *f;
    }
  memcpy (s->r, s->a, 4 * n * sizeof *s->r);
  if (s->norm_a.gain)
    {
      memcpy (s->d_gates, s->a, 4 * n * sizeof *s->a);
      fs_norm_backward (&s->norm_a, s->a, 4 * n);
      fs_norm_backward (&s->norm_r, s->r, 4 * n);
    }
}

/* --- GRU: lines r z n --- */

void
fs_cell_forward_gates (const FsCellRow *s)
{
  const size_t n = s->layer->out.width;
  for (size_t k = 0; k < 2 * n; k++)
    s->a[k] += s->r[k];
  fs_curve_apply (gate_curve (s->layer), s->layer->kernels, s->a, 2 * n);
  for (size_t u = 0; s->reset && u < n; u++)
    s->reset[u] = s->a[u] * s->h_read[u];
}

static void
forward_gru (const FsCellRow *s)
{
  const size_t n = s->layer->out.width;
  const FsReal *reset = s->a, *keep = s->a + n;
  FsReal *value = s->a + 2 * n;
  for (size_t u = 0; u < n; u++)
    value[u] += s->reset ? s->r[2 * n + u] : reset[u] * s->r[2 * n + u];
  fs_curve_apply (value_curve (s->layer), s->layer->kernels, value, n);
  for (size_t u = 0; u < n; u++)
    s->h[u] = (1 - keep[u]) * value[u] + (s->h_before ? keep[u] * s->h_before[u] : 0);
}

/* dn = dh ⊙ (1 − z),  dz = dh ⊙ (h_{t-1} − n),  and dh ⊙ z goes straight to h_{t-1} */
void
fs_cell_backward_value (const FsCellRow *s)
{
  const FsCurve gate = gate_curve (s->layer), value = value_curve (s->layer);
  const size_t n = s->layer->out.width;
  for (size_t u = 0; u < n; u++)
    {
      const FsReal z = s->a[n + u], y = s->a[2 * n + u], dh = s->dh[u];
      const FsReal h_before = s->h_before ? s->h_before[u] : 0;
      s->a[n + u] = dh * (h_before - y) * fs_curve_slope (gate, 0, z);
      s->a[2 * n + u] = dh * (1 - z) * fs_curve_slope (value, 0, y);
      s->dh[u] = dh * z;
    }
}

/* What the reset gate scaled is r_n, or h_{t-1} itself: with the gradient dq of the product,
 * dρ = dq ⊙ (what was scaled), and dq ⊙ ρ goes on to what was scaled. */
static void
backward_reset (const FsCellRow *s)
{
  const FsCurve gate = gate_curve (s->layer);
  const size_t n = s->layer->out.width;
  for (size_t u = 0; u < n; u++)
    {
      const FsReal reset = s->a[u], dn = s->a[2 * n + u];
      const FsReal dq = s->reset ? s->d_reset[u] : dn;
      const FsReal scaled = s->reset ? s->h_read[u] : s->r[2 * n + u];
      s->a[u] = dq * scaled * fs_curve_slope (gate, 0, reset);
      s->r[u] = s->a[u];
      s->r[n + u] = s->a[n + u];
      s->r[2 * n + u] = s->reset ? dn : dn * reset;
      if (s->reset)
        s->d_reset[u] = dq * reset;
    }
}

/* --- RNN --- */

static void
forward_rnn (const FsCellRow *s)
{
  const size_t n = s->layer->out.width;
  for (size_t u = 0; u < n; u++)
    s->h[u] = s->a[u] + s->r[u];
  fs_curve_apply (value_curve (s->layer), s->layer->kernels, s->h, n);
}

static void
backward_rnn (const FsCellRow *s)
{
  const FsCurve value = value_curve (s->layer);
  for (size_t u = 0; u < s->layer->out.width; u++)
    {
      s->r[u] = s->a[u] = s->dh[u] * fs_curve_slope (value, 0, s->h[u]);
      s->dh[u] = 0;
    }
}

void
fs_cell_forward (const FsCellRow *row)
{
  switch (row->layer->spec.kind)
    {
    case FS_LAYER_LSTM:
      forward_lstm (row);
      break;
    case FS_LAYER_GRU:
      forward_gru (row);
      break;
    default:
      forward_rnn (row);
    }
}

void
fs_cell_backward (const FsCellRow *row)
{
  switch (row->layer->spec.kind)
    {
    case FS_LAYER_LSTM:
      backward_lstm (row);
      break;
    case FS_LAYER_GRU:
      backward_reset (row);
      break;
    default:
      backward_rnn (row);
    }
}
