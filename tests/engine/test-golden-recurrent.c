/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recurrent layers other than the usual LSTM, and all activations, against PyTorch
 * (tests/golden/make_recurrent.py). */

#include <math.h>
#include "engine/model/activation.h"
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/recurrent-golden.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-9
#else
#define TOLERANCE 1e-4
#endif

typedef struct
{
  const char *name;
  FsLayerSpec layer;
  const double *outputs, *gradients;
  size_t n_parameters;
} Golden;

#define GOLDEN(word, ...)                   \
  {                                         \
#word, { .units = 5, __VA_ARGS__ },     \
             word##_outputs,                \
             word##_gradients,              \
             G_N_ELEMENTS(word##_gradients) \
  }

static const Golden goldens[] = {
  GOLDEN (gru, .kind = FS_LAYER_GRU),
  GOLDEN (gru_before, .kind = FS_LAYER_GRU, .reset = FS_RESET_BEFORE),
  GOLDEN (rnn_tanh, .kind = FS_LAYER_RNN),
  GOLDEN (rnn_relu, .kind = FS_LAYER_RNN, .cell_activation = FS_CELL_RELU),
  GOLDEN (lstm_hard, .kind = FS_LAYER_LSTM, .gate_activation = FS_GATE_HARD_SIGMOID),
  GOLDEN (lstm_hard2,
          .kind = FS_LAYER_LSTM,
          .cell_activation = FS_CELL_SOFTSIGN,
          .gate_activation = FS_GATE_HARD_SIGMOID_KERAS_2),
  GOLDEN (lstm_relu, .kind = FS_LAYER_LSTM, .cell_activation = FS_CELL_RELU),
};

static double
wave (size_t k, double phase)
{
  return sin (0.7 * (double) k + phase);
}

static void
assert_near (const char *name, const FsReal *found, const double *expected, size_t n)
{
  double largest = 0, worst = 0;
  for (size_t i = 0; i < n; i++)
    {
      g_assert_true (isfinite (found[i]));
      largest = MAX (largest, fabs (expected[i]));
      worst = MAX (worst, fabs ((double) found[i] - expected[i]));
    }
  if (worst >= TOLERANCE * largest)
    g_test_message ("%s: %.1e of %.1e", name, worst, largest);
  g_assert_cmpfloat (worst, <, TOLERANCE * largest);
}

static void
check_golden (const Golden *golden)
{
  enum
  {
    N = 4,
    T = 5,
    I = 3,
    O = 2
  };
  const FsExperiment experiment =
      EXPERIMENT (golden->layer, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = I, .n_steps = T, .n_outputs = O, .max_rows = N };
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  g_assert_cmpuint (table->n_parameters, ==, golden->n_parameters);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      fs_network_parameters (network)[table->tensors[i].offset + k] =
          (FsReal) (0.4 * wave (k, 1.0 + (double) i));
  fs_network_refresh (network);
  FsReal *x = fs_network_inputs (network), dy[N * O];
  for (size_t t = 0; t < T; t++)
    for (size_t row = 0; row < N; row++)
      for (size_t k = 0; k < I; k++)
        *x++ = (FsReal) wave ((row * T + t) * I + k, 0.3);
  for (size_t i = 0; i < N * O; i++)
    dy[i] = (FsReal) (0.5 * wave (i, 2.1));
  const FsPass pass = { .n_rows = N, .is_training = true };
  for (int round = 0; round < 2;
       round++) /* what a pass leaves behind must not matter to the next */
    {
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      assert_near (golden->name, fs_network_outputs (network), golden->outputs, N * O);
      g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
      const double *expected = golden->gradients;
      for (size_t i = 0; i < table->n_tensors; i++)
        {
          const size_t n = table->tensors[i].rows * table->tensors[i].cols;
          assert_near (table->tensors[i].name,
                       fs_network_gradients (network) + table->tensors[i].offset, expected, n);
          expected += n;
        }
    }
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_golden (gconstpointer data)
{
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  for (size_t i = 0; i < G_N_ELEMENTS (goldens); i++)
    {
      g_test_message ("%s", goldens[i].name);
      check_golden (&goldens[i]);
    }
  g_assert_true (fs_isa_override (kept));
}

static void
test_activations (void)
{
  const struct
  {
    FsActivation kind;
    const double *y, *dz;
  } rows[] = {
    { FS_ACTIVATION_LINEAR, activation_linear_y, activation_linear_dz },
    { FS_ACTIVATION_TANH, activation_tanh_y, activation_tanh_dz },
    { FS_ACTIVATION_SIGMOID, activation_sigmoid_y, activation_sigmoid_dz },
    { FS_ACTIVATION_RELU, activation_relu_y, activation_relu_dz },
    { FS_ACTIVATION_LEAKY_RELU, activation_leaky_y, activation_leaky_dz },
    { FS_ACTIVATION_ELU, activation_elu_y, activation_elu_dz },
    { FS_ACTIVATION_SELU, activation_selu_y, activation_selu_dz },
    { FS_ACTIVATION_SOFTPLUS, activation_softplus_y, activation_softplus_dz },
    { FS_ACTIVATION_SOFTSIGN, activation_softsign_y, activation_softsign_dz },
    { FS_ACTIVATION_SILU, activation_silu_y, activation_silu_dz },
    { FS_ACTIVATION_GELU, activation_gelu_y, activation_gelu_dz },
    { FS_ACTIVATION_MISH, activation_mish_y, activation_mish_dz },
    { FS_ACTIVATION_SOFTMAX, activation_softmax_y, activation_softmax_dz },
    { FS_ACTIVATION_HARD_SIGMOID, activation_hard_y, activation_hard_dz },
    { FS_ACTIVATION_HARD_SIGMOID_KERAS_2, activation_hard2_y, activation_hard2_dz },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FsCurve curve = { .kind = rows[i].kind, .below = (FsReal) 0.2 };
      FsReal z[20], y[20], dy[20], dz[20];
      for (size_t k = 0; k < 20; k++)
        {
          y[k] = z[k] = (FsReal) activation_z[k];
          dy[k] = (FsReal) (0.5 * wave (k, 2.1));
        }
      fs_curve_apply (curve, fs_isa_kernels (fs_isa_current ()), y, 20);
      fs_curve_backward (curve, fs_curve_needs_z (curve) ? z : NULL, y, dy, dz, 20);
      g_autofree char *name = g_strdup_printf ("activation %d", (int) rows[i].kind);
      assert_near (name, y, rows[i].y, 20);
      assert_near (name, dz, rows[i].dz, 20);

      FsReal odd[2] = { (FsReal) NAN, 1 };
      fs_curve_apply (curve, NULL, odd, 2);
      g_assert_true (isnan (odd[0]));
    }
}

/* The numbers of parameters that PyTorch and Keras report for one input and 50 units. */
static void
test_parameter_counts (void)
{
  const struct
  {
    FsLayerSpec layer;
    size_t expected;
  } rows[] = {
    { { .kind = FS_LAYER_LSTM, .units = 50 }, 10400 },
    { { .kind = FS_LAYER_GRU, .units = 50 }, 7950 },
    { { .kind = FS_LAYER_GRU, .units = 50, .reset = FS_RESET_BEFORE }, 7800 },
    { { .kind = FS_LAYER_RNN, .units = 50 }, 2600 },
  };
  const FsNetworkShape shape = { .n_inputs = 1, .n_steps = 3, .n_outputs = 1, .max_rows = 2 };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const FsExperiment experiment =
          EXPERIMENT (rows[i].layer, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
      FsLayerSummary summaries[FS_MAX_LAYERS];
      FsTensorTable table;
      g_assert_cmpint (fs_network_plan (&experiment, &shape, summaries, &table, NULL), ==, FS_OK);
      g_assert_cmpuint (summaries[0].n_parameters, ==, rows[i].expected);
      g_assert_cmpuint (table.n_parameters, ==, rows[i].expected + 51);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int isa = 0; isa < FS_N_ISAS; isa++)
    if (fs_isa_is_available ((FsIsa) isa))
      {
        g_autofree char *path = g_strconcat ("/golden/recurrent/", fs_isa_name ((FsIsa) isa), NULL);
        g_test_add_data_func (path, GINT_TO_POINTER (isa), test_golden);
      }
  g_test_add_func ("/golden/activations", test_activations);
  g_test_add_func ("/golden/parameter-counts", test_parameter_counts);
  return g_test_run ();
}
