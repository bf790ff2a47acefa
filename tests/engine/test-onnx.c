/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recurrent layers against ONNX's own operator vectors and against what ONNX Runtime computes
 * (tests/golden/make_onnx.py): directions, lengths, states to begin with, peepholes, both resets. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/onnx-golden.h"

#define TOLERANCE 1e-6
#define MAX_UNITS 16

typedef __typeof__ (onnx_cases[0]) Case;

static const FsLayerKind kinds[] = { FS_LAYER_LSTM, FS_LAYER_GRU, FS_LAYER_RNN };
static const size_t n_gates[] = { 4, 3, 1 };

/* Which of ONNX's blocks (i o f c; z r h) each of ours (i f g o; r z n) is. */
static const size_t blocks[][4] = { { 0, 2, 3, 1 }, { 1, 0, 2 }, { 0 } };
static const size_t peephole_blocks[3] = { 0, 2, 1 }; /* ONNX: i o f; ours: i f o */

static size_t
n_ways (const Case *c)
{
  return c->direction == 2 ? 2 : 1;
}

static FsReal *
tensor (FsNetwork *network, const char *name, size_t way, bool must_exist)
{
  g_autofree char *whole = g_strdup_printf ("layers.0.%s%s", name, way ? "_reverse" : "");
  const FsTensor *found = fs_tensor_table_find (fs_network_tensors (network), whole);
  if (must_exist)
    g_assert_nonnull (found);
  return found ? fs_network_parameters (network) + found->offset : NULL;
}

static void
set_blocks (FsReal *to, const float *from, const size_t *order, size_t n, size_t size)
{
  for (size_t block = 0; block < n; block++)
    for (size_t k = 0; k < size; k++)
      to[block * size + k] = from[order[block] * size + k];
}

static void
set_way (FsNetwork *network, const Case *c, size_t way)
{
  const size_t gates = n_gates[c->op], h = c->n_units;
  set_blocks (tensor (network, "weight_ih_l0", way, true), c->w + way * gates * h * c->n_inputs,
              blocks[c->op], gates, h * c->n_inputs);
  set_blocks (tensor (network, "weight_hh_l0", way, true), c->r + way * gates * h * h,
              blocks[c->op], gates, h * h);
  if (c->p)
    set_blocks (tensor (network, "weight_peephole_l0", way, true), c->p + way * 3 * h,
                peephole_blocks, 3, h);
  if (!c->b)
    return;
  /* Two biases of which one may be enough. */
  FsReal *first = tensor (network, "bias_ih_l0", way, true);
  FsReal *second = tensor (network, "bias_hh_l0", way, false);
  FsReal other[4 * MAX_UNITS];
  const float *b = c->b + way * 2 * gates * h;
  set_blocks (first, b, blocks[c->op], gates, h);
  set_blocks (second ? second : other, b + gates * h, blocks[c->op], gates, h);
  for (size_t k = 0; !second && k < gates * h; k++)
    first[k] += other[k];
}

static void
set_start (FsNetwork *network, const Case *c)
{
  for (size_t way = 0; c->start_h && way < n_ways (c); way++)
    for (size_t row = 0; row < c->n_rows; row++)
      {
        FsReal h[MAX_UNITS], state[MAX_UNITS];
        for (size_t u = 0; u < c->n_units; u++)
          {
            h[u] = c->start_h[(way * c->n_rows + row) * c->n_units + u];
            state[u] = c->start_c ? c->start_c[(way * c->n_rows + row) * c->n_units + u] : 0;
          }
        g_assert_true (fs_network_set_start (network, 0, way, row, h, c->start_c ? state : NULL));
      }
}

static void
assert_near (const char *name, FsReal found, float expected)
{
  if (!(fabs ((double) found - (double) expected) <= TOLERANCE))
    g_error ("%s: %.9g instead of %.9g", name, (double) found, (double) expected);
}

/* Steps that are masked are 0 in ONNX, while a layer that reads one way stands still: not compared. */
static void
check_sequence (FsNetwork *network, const Case *c)
{
  FsValueShape shape;
  const FsReal *values = fs_network_layer_values (network, 0, &shape);
  const size_t ways = n_ways (c), h = c->n_units;
  g_assert_cmpuint (shape.steps, ==, c->n_steps);
  g_assert_cmpuint (shape.width, ==, ways * h);
  for (size_t t = 0; c->y && t < c->n_steps; t++)
    for (size_t row = 0; row < c->n_rows; row++)
      for (size_t way = 0; way < ways; way++)
        for (size_t u = 0; u < h && (!c->lengths || t < c->lengths[row]); u++)
          assert_near (c->name, values[(t * c->n_rows + row) * shape.stride + way * h + u],
                       c->y[c->is_batchwise ? ((row * c->n_steps + t) * ways + way) * h + u
                                            : ((t * ways + way) * c->n_rows + row) * h + u]);
}

static void
check_end (FsNetwork *network, const Case *c, FsState state, const float *expected)
{
  const size_t ways = n_ways (c), h = c->n_units;
  for (size_t way = 0; expected && way < ways; way++)
    for (size_t row = 0; row < c->n_rows; row++)
      {
        FsReal values[MAX_UNITS];
        g_assert_true (fs_network_end_state (network, 0, way, state, row, values));
        for (size_t u = 0; u < h; u++)
          assert_near (
              c->name, values[u],
              expected[(c->is_batchwise ? row * ways + way : way * c->n_rows + row) * h + u]);
      }
}

static void
check_case (const Case *c)
{
  FsLayerSpec layer = { .kind = kinds[c->op], .units = (int64_t) c->n_units };
  layer.direction = (FsDirection) c->direction;
  layer.reset = c->is_reset_after ? FS_RESET_AFTER : FS_RESET_BEFORE;
  layer.has_peepholes = c->p != NULL;
  /* A second layer makes the first yield every step. */
  const FsExperiment experiment =
      EXPERIMENT (layer, rnn_spec (1, FS_CELL_TANH), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = {
    .n_inputs = c->n_inputs, .n_steps = c->n_steps, .n_outputs = 1, .max_rows = c->n_rows
  };
  g_assert_cmpuint (c->n_units, <=, MAX_UNITS);
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  for (size_t way = 0; way < n_ways (c); way++)
    set_way (network, c, way);
  fs_network_refresh (network);
  set_start (network, c);
  FsReal *x = fs_network_inputs (network);
  for (size_t t = 0; t < c->n_steps; t++)
    for (size_t row = 0; row < c->n_rows; row++)
      for (size_t k = 0; k < c->n_inputs; k++)
        *x++ =
            c->x[(c->is_batchwise ? row * c->n_steps + t : t * c->n_rows + row) * c->n_inputs + k];
  const FsPass pass = { .n_rows = c->n_rows, .lengths = c->lengths };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  check_sequence (network, c);
  check_end (network, c, FS_STATE_HIDDEN, c->end_h);
  check_end (network, c, FS_STATE_CELL, c->end_c);
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_onnx (gconstpointer data)
{
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  for (size_t i = 0; i < G_N_ELEMENTS (onnx_cases); i++)
    check_case (&onnx_cases[i]);
  g_assert_true (fs_isa_override (kept));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int isa = 0; isa < FS_N_ISAS; isa++)
    if (fs_isa_is_available ((FsIsa) isa))
      {
        g_autofree char *path = g_strconcat ("/onnx/", fs_isa_name ((FsIsa) isa), NULL);
        g_test_add_data_func (path, GINT_TO_POINTER (isa), test_onnx);
      }
  return g_test_run ();
}
