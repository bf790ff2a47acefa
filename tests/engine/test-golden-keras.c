/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recurrent layers under Keras's conventions, against what Keras computed (tests/golden/
 * make_keras_recurrent.py). Keras masks any step and repeats the last output there, or gives 0 if it reads
 * both ways; here steps that count stand at the front of a row, so that a mask is a matter of where they
 * are put and where their outputs are looked for. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/keras-recurrent-golden.h"

#define TOLERANCE 2e-6

enum
{
  N = 3,
  T = 6,
  I = 4,
  H = 5
};

typedef __typeof__ (keras_cases[0]) Case;

static size_t
n_gates (const Case *c)
{
  return c->layer.kind == FS_LAYER_LSTM ? 4 : c->layer.kind == FS_LAYER_GRU ? 3 : 1;
}

/* Keras's block of our block: z r h of a GRU are our r z n. */
static size_t
block_of (const Case *c, size_t gate)
{
  static const size_t blocks[] = { 1, 0, 2 };
  return c->layer.kind == FS_LAYER_GRU ? blocks[gate] : gate;
}

static FsReal *
tensor (FsNetwork *network, const char *name, size_t way)
{
  g_autofree char *whole = g_strdup_printf ("layers.0.%s%s", name, way ? "_reverse" : "");
  const FsTensor *found = fs_tensor_table_find (fs_network_tensors (network), whole);
  return found ? fs_network_parameters (network) + found->offset : NULL;
}

/* Keras's kernels are ours turned over. */
static void
set_kernel (FsReal *to, const Case *c, const float *from, size_t n_inputs)
{
  const size_t lines = n_gates (c) * H;
  for (size_t gate = 0; gate < n_gates (c); gate++)
    for (size_t u = 0; u < H; u++)
      for (size_t k = 0; k < n_inputs; k++)
        to[(gate * H + u) * n_inputs + k] = from[k * lines + block_of (c, gate) * H + u];
}

static void
set_bias (FsReal *to, const Case *c, const float *from)
{
  for (size_t k = 0; to && k < n_gates (c) * H; k++)
    to[k] = from ? from[block_of (c, k / H) * H + k % H] : 0;
}

static void
set_way (FsNetwork *network, const Case *c, size_t way)
{
  const float *const *w = c->weights[way];
  set_kernel (tensor (network, "weight_ih_l0", way), c, w[0], I);
  set_kernel (tensor (network, "weight_hh_l0", way), c, w[1], H);
  set_bias (tensor (network, "bias_ih_l0", way), c, w[2]);
  set_bias (tensor (network, "bias_hh_l0", way), c, w[2] ? w[2] + n_gates (c) * H : NULL);
}

static void
assert_near (size_t number, FsReal found, float expected)
{
  if (!(fabs ((double) found - (double) expected) <= TOLERANCE * MAX (1, fabs ((double) expected))))
    g_error ("case %zu: %.9g instead of %.9g", number, (double) found, (double) expected);
}

/* What Keras gives at a step: our output where the step counts (in the order in which it read them), and
 * else the one before, or 0. */
static void
check_sequence (FsNetwork *network, const Case *c, size_t number)
{
  FsValueShape shape;
  const FsReal *y = fs_network_layer_values (network, 0, &shape);
  for (size_t row = 0; row < N; row++)
    for (size_t t = 0, n_before = 0; t < T; t++)
      {
        n_before += c->mask[row * T + t] != 0;
        const bool counts = c->mask[row * T + t] != 0;
        const bool is_zero = n_before == 0 || (!counts && c->layer.direction == FS_DIRECTION_BOTH);
        const size_t at = c->layer.direction == FS_DIRECTION_BACKWARD ? T - n_before : n_before - 1;
        for (size_t u = 0; u < shape.width; u++)
          assert_near (number, is_zero ? 0 : y[(at * N + row) * shape.stride + u],
                       c->y[(row * T + t) * shape.width + u]);
      }
}

static void
check_case (const Case *c, size_t number)
{
  const FsExperiment experiment =
      EXPERIMENT (c->layer, rnn_spec (1, FS_CELL_TANH), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = I, .n_steps = T, .n_outputs = 1, .max_rows = N };
  const size_t n_ways = c->layer.direction == FS_DIRECTION_BOTH ? 2 : 1;
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  for (size_t way = 0; way < n_ways; way++)
    set_way (network, c, way);
  fs_network_refresh (network);
  uint32_t lengths[N] = { 0 };
  FsReal *x = fs_network_inputs (network);
  memset (x, 0, N * T * I * sizeof *x);
  for (size_t row = 0; row < N; row++)
    for (size_t t = 0; t < T; t++)
      if (c->mask[row * T + t])
        {
          for (size_t k = 0; k < I; k++)
            x[(lengths[row] * N + row) * I + k] = keras_x[(row * T + t) * I + k];
          lengths[row]++;
        }
  const FsPass pass = { .n_rows = N, .lengths = lengths };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  check_sequence (network, c, number);

  const float *expected = c->states;
  for (size_t way = 0; way < n_ways; way++)
    for (int is_cell = 0; is_cell <= (c->layer.kind == FS_LAYER_LSTM); is_cell++, expected += N * H)
      for (size_t row = 0; row < N; row++)
        {
          FsReal values[H];
          g_assert_true (fs_network_end_state (
              network, 0, way, is_cell ? FS_STATE_CELL : FS_STATE_HIDDEN, row, values));
          for (size_t u = 0; u < H; u++)
            assert_near (number, values[u], expected[row * H + u]);
        }
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_keras (gconstpointer data)
{
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  for (size_t i = 0; i < G_N_ELEMENTS (keras_cases); i++)
    check_case (&keras_cases[i], i);
  g_assert_true (fs_isa_override (kept));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int isa = 0; isa < FS_N_ISAS; isa++)
    if (fs_isa_is_available ((FsIsa) isa))
      {
        g_autofree char *path = g_strconcat ("/keras/", fs_isa_name ((FsIsa) isa), NULL);
        g_test_add_data_func (path, GINT_TO_POINTER (isa), test_keras);
      }
  return g_test_run ();
}
