/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking inside recurrent layers, against a second computation: the cells written down naively in
 * double, and gradients by pushing a single h or x a little in them. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"

#define T 5
#define INPUTS 2
#define MAX_UNITS 20
#define ROWS 3
#define PUSH 1e-5

#ifdef FS_REAL_IS_DOUBLE
#define STATE_TOLERANCE 1e-12
#define GRADIENT_TOLERANCE 1e-8
#else
#define STATE_TOLERANCE 2e-6
#define GRADIENT_TOLERANCE 2e-5
#endif

/* The states of one row: [layer][state][t][unit]. */
typedef double States[2][FS_N_STATES][T][MAX_UNITS];

/* Where the naive network is pushed; layer 2 = nowhere. */
typedef struct
{
  size_t layer, t, unit;
  double by_h, by_x;
} Push;

typedef enum
{
  WEIGHT_IH,
  WEIGHT_HH,
  BIAS_IH,
  BIAS_HH,
  WEIGHT,
  BIAS,
  N_SUFFIXES
} Suffix;

typedef struct
{
  FsNetwork *network;
  const FsReal *blocks[3][N_SUFFIXES];
  FsLayerKind kind;
  FsReset reset;
  size_t units[2];
} Naive;

static double
parameter (const Naive *naive, size_t layer, Suffix suffix, size_t i)
{
  return naive->blocks[layer][suffix] ? (double) naive->blocks[layer][suffix][i] : 0;
}

static void
find_blocks (Naive *naive)
{
  static const char *const names[N_SUFFIXES] = { "weight_ih_l0", "weight_hh_l0", "bias_ih_l0",
                                                 "bias_hh_l0",   "weight",       "bias" };
  for (size_t layer = 0; layer < 3; layer++)
    for (size_t i = 0; i < N_SUFFIXES; i++)
      {
        char name[64];
        g_snprintf (name, sizeof name, "layers.%zu.%s", layer, names[i]);
        const FsTensor *tensor = fs_tensor_table_find (fs_network_tensors (naive->network), name);
        if (tensor)
          naive->blocks[layer][i] = fs_network_parameters (naive->network) + tensor->offset;
      }
}

static double
sigmoid (double x)
{
  return 1 / (1 + exp (-x));
}

static double
product (const Naive *naive, size_t layer, Suffix suffix, size_t line, const double *v, size_t n)
{
  double sum = 0;
  for (size_t k = 0; k < n; k++)
    sum += parameter (naive, layer, suffix, line * n + k) * v[k];
  return sum;
}

static void
step (const Naive *naive,
      size_t layer,
      const double *x,
      size_t n_inputs,
      size_t t,
      double states[FS_N_STATES][T][MAX_UNITS])
{
  const size_t n = naive->units[layer];
  double zero[MAX_UNITS] = { 0 }, reset[MAX_UNITS];
  const double *h = t > 0 ? states[FS_STATE_HIDDEN][t - 1] : zero;
  const double *c = t > 0 ? states[FS_STATE_CELL][t - 1] : zero;
  const size_t n_gates = naive->kind == FS_LAYER_LSTM ? 4 : naive->kind == FS_LAYER_GRU ? 3 : 1;
  double a[4 * MAX_UNITS], r[4 * MAX_UNITS];
  for (size_t line = 0; line < n_gates * n; line++)
    {
      a[line] = product (naive, layer, WEIGHT_IH, line, x, n_inputs)
                + parameter (naive, layer, BIAS_IH, line);
      r[line] =
          product (naive, layer, WEIGHT_HH, line, h, n) + parameter (naive, layer, BIAS_HH, line);
    }
  for (size_t u = 0; naive->kind == FS_LAYER_GRU && u < n; u++)
    reset[u] = sigmoid (a[u] + r[u]) * h[u];
  for (size_t u = 0; u < n; u++)
    switch (naive->kind)
      {
      case FS_LAYER_LSTM:
        {
          const double i = sigmoid (a[u] + r[u]), f = sigmoid (a[n + u] + r[n + u]);
          const double g = tanh (a[2 * n + u] + r[2 * n + u]);
          const double o = sigmoid (a[3 * n + u] + r[3 * n + u]);
          states[FS_STATE_INPUT_GATE][t][u] = i;
          states[FS_STATE_FORGET_GATE][t][u] = f;
          states[FS_STATE_CANDIDATE][t][u] = g;
          states[FS_STATE_OUTPUT_GATE][t][u] = o;
          states[FS_STATE_CELL][t][u] = f * c[u] + i * g;
          states[FS_STATE_HIDDEN][t][u] = o * tanh (states[FS_STATE_CELL][t][u]);
          break;
        }
      case FS_LAYER_GRU:
        {
          const double rho = sigmoid (a[u] + r[u]), z = sigmoid (a[n + u] + r[n + u]);
          const double through = naive->reset == FS_RESET_BEFORE
                                     ? product (naive, layer, WEIGHT_HH, 2 * n + u, reset, n)
                                     : rho * r[2 * n + u];
          const double value = tanh (a[2 * n + u] + through);
          states[FS_STATE_RESET_GATE][t][u] = rho;
          states[FS_STATE_UPDATE_GATE][t][u] = z;
          states[FS_STATE_CANDIDATE][t][u] = value;
          states[FS_STATE_HIDDEN][t][u] = (1 - z) * value + z * h[u];
          break;
        }
      default:
        states[FS_STATE_HIDDEN][t][u] = states[FS_STATE_CANDIDATE][t][u] = tanh (a[u] + r[u]);
      }
}

/* dy · y of one row. */
static double
loss (const Naive *naive, double x[T][INPUTS], double dy, const Push *push, States states)
{
  for (size_t t = 0; t < T; t++)
    for (size_t layer = 0; layer < 2; layer++)
      {
        double in[MAX_UNITS];
        const size_t n_in = layer == 0 ? INPUTS : naive->units[0];
        for (size_t k = 0; k < n_in; k++)
          in[k] = layer == 0 ? x[t][k] : states[0][FS_STATE_HIDDEN][t][k];
        if (push->layer == layer && push->t == t)
          in[push->unit % n_in] += push->by_x;
        step (naive, layer, in, n_in, t, states[layer]);
        if (push->layer == layer && push->t == t)
          states[layer][FS_STATE_HIDDEN][t][push->unit % naive->units[layer]] += push->by_h;
      }
  double y = parameter (naive, 2, BIAS, 0);
  for (size_t u = 0; u < naive->units[1]; u++)
    y += parameter (naive, 2, WEIGHT, u) * states[1][FS_STATE_HIDDEN][T - 1][u];
  return dy * y;
}

static double
slope (const Naive *naive, double x[T][INPUTS], double dy, Push push)
{
  States states;
  const double above = loss (naive, x, dy, &push, states);
  push.by_h = -push.by_h;
  push.by_x = -push.by_x;
  return (above - loss (naive, x, dy, &push, states)) / (2 * PUSH);
}

static void
check_states (const Naive *naive, double x[ROWS][T][INPUTS], FsState first, FsState end)
{
  States states;
  FsReal values[MAX_UNITS];
  for (size_t row = 0; row < ROWS; row++)
    {
      loss (naive, x[row], 0, &(Push){ .layer = 2 }, states);
      for (FsState state = first; state < end; state++)
        for (size_t layer = 0; layer < 2; layer++)
          for (size_t t = 0; t < T; t++)
            {
              const bool is_lstm = naive->kind == FS_LAYER_LSTM;
              const bool is_gru = naive->kind == FS_LAYER_GRU;
              const bool is_there =
                  state == FS_STATE_HIDDEN || state == FS_STATE_CANDIDATE
                  || (is_lstm && state != FS_STATE_RESET_GATE && state != FS_STATE_UPDATE_GATE)
                  || (is_gru && (state == FS_STATE_RESET_GATE || state == FS_STATE_UPDATE_GATE));
              g_assert_cmpint (fs_network_read_state (naive->network, layer, state, t, row, values),
                               ==, is_there);
              for (size_t u = 0; is_there && u < naive->units[layer]; u++)
                g_assert_cmpfloat_with_epsilon (values[u], states[layer][state][t][u],
                                                STATE_TOLERANCE);
            }
    }
}

static void
check_gradients (const Naive *naive, double x[ROWS][T][INPUTS], const FsReal *dy)
{
  FsReal values[MAX_UNITS];
  for (size_t row = 0; row < ROWS; row++)
    for (size_t layer = 0; layer < 2; layer++)
      for (size_t t = 0; t < T; t++)
        {
          g_assert_true (fs_network_read_state (naive->network, layer, FS_STATE_HIDDEN_GRADIENT, t,
                                                row, values));
          for (size_t u = 0; u < naive->units[layer]; u++)
            g_assert_cmpfloat_with_epsilon (
                values[u],
                slope (naive, x[row], (double) dy[row], (Push){ layer, t, u, .by_h = PUSH }),
                GRADIENT_TOLERANCE);
          g_assert_true (fs_network_read_state (naive->network, layer, FS_STATE_INPUT_GRADIENT, t,
                                                row, values));
          for (size_t k = 0; k < (layer == 0 ? INPUTS : naive->units[0]); k++)
            g_assert_cmpfloat_with_epsilon (
                values[k],
                slope (naive, x[row], (double) dy[row], (Push){ layer, t, k, .by_x = PUSH }),
                GRADIENT_TOLERANCE);
        }
}

static void
check (FsLayerSpec first, FsLayerSpec second)
{
  FsExperiment experiment = EXPERIMENT (first, second, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = {
    .n_inputs = INPUTS, .n_steps = T, .n_outputs = 1, .max_rows = ROWS + 2
  };
  FsPool *pool = pool_of (2);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  Naive naive = { .network = network,
                  .kind = first.kind,
                  .reset = first.reset,
                  .units = { (size_t) first.units, (size_t) second.units } };
  find_blocks (&naive);
  draw_parameters (network, 0.4, 3);
  draw (fs_network_inputs (network), T * ROWS * INPUTS, 4, 0);
  double x[ROWS][T][INPUTS];
  for (size_t t = 0; t < T; t++)
    for (size_t row = 0; row < ROWS; row++)
      for (size_t k = 0; k < INPUTS; k++)
        x[row][t][k] = (double) fs_network_inputs (network)[(t * ROWS + row) * INPUTS + k];
  FsReal dy[ROWS];
  draw (dy, ROWS, 5, 0);
  const FsPass pass = { .n_rows = ROWS, .is_training = true, .is_probe = true };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  check_states (&naive, x, FS_STATE_INPUT_GATE, FS_STATE_HIDDEN_GRADIENT);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  check_states (&naive, x, FS_STATE_HIDDEN, FS_STATE_HIDDEN_GRADIENT);
  check_gradients (&naive, x, dy);
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_states (void)
{
  const FsIsa current = fs_isa_current ();
  for (FsIsa isa = FS_ISA_PLAIN; isa < FS_N_ISAS; isa++)
    {
      if (!fs_isa_override (isa))
        continue;
      check (lstm_spec (5), lstm_spec (17));
      check (lstm_spec (16), lstm_spec (3));
      check (gru_spec (4, FS_RESET_AFTER), gru_spec (17, FS_RESET_AFTER));
      check (gru_spec (17, FS_RESET_BEFORE), gru_spec (3, FS_RESET_BEFORE));
      check (rnn_spec (5, FS_CELL_TANH), rnn_spec (17, FS_CELL_TANH));
    }
  g_assert_true (fs_isa_override (current));
}

/* The parameters' gradients are those of any other backward pass, and dropout rests. */
static void
test_probe_is_a_pass_without_dropout (void)
{
  FsExperiment dropped = EXPERIMENT (lstm_spec (7), dropout_spec (0.5), lstm_spec (4),
                                     dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = 2, .n_steps = T, .n_outputs = 1, .max_rows = ROWS };
  FsPool *pool = pool_of (1);
  FsReal *kept = NULL;
  FsReal dy[ROWS];
  draw (dy, ROWS, 5, 0);
  for (int round = 0; round < 2; round++)
    {
      dropped.layers[1].rate = round == 0 ? 0.5 : 0;
      FsNetwork *network = network_of (&dropped, &shape, pool);
      draw_parameters (network, 0.4, 3);
      draw (fs_network_inputs (network), T * ROWS * 2, 4, 0);
      const FsPass pass = { .n_rows = ROWS, .is_training = true, .is_probe = round == 0 };
      fs_network_forward (network, &pass);
      fs_network_backward (network, &pass, dy);
      const size_t n_bytes = fs_network_tensors (network)->size * sizeof (FsReal);
      if (round == 0)
        kept = g_memdup2 (fs_network_gradients (network), n_bytes);
      else
        g_assert_cmpmem (kept, n_bytes, fs_network_gradients (network), n_bytes);
      fs_network_free (network);
    }
  g_free (kept);
  fs_pool_free (pool);
}

static void
test_shapes (void)
{
  FsExperiment experiment =
      EXPERIMENT (dense_spec (3, FS_ACTIVATION_TANH), lstm_spec (7), dropout_spec (0.1),
                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = 2, .n_steps = T, .n_outputs = 1, .max_rows = ROWS };
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  FsStateShape found;
  g_assert_false (fs_network_state_shape (network, 0, &found));
  g_assert_true (fs_network_state_shape (network, 1, &found));
  g_assert_cmpuint (found.n_steps, ==, T);
  g_assert_cmpuint (found.n_units, ==, 7);
  g_assert_cmpuint (found.n_inputs, ==, 3);
  g_assert_false (fs_network_state_shape (network, 2, &found));
  g_assert_false (fs_network_state_shape (network, 4, &found));
  fs_network_free (network);
  fs_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/read-state/states", test_states);
  g_test_add_func ("/read-state/without-dropout", test_probe_is_a_pass_without_dropout);
  g_test_add_func ("/read-state/shapes", test_shapes);
  return g_test_run ();
}
