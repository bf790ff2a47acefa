/* SPDX-License-Identifier: GPL-3.0-or-later */

/* First weights as numbers: bounds, moments and distributions of each way of drawing them, by Kolmogorov
 * and Smirnov's distance on large layers, and what each layer's tensors get. */

#include <math.h>
#include <stdlib.h>
#include "tests/engine/network-fixture.h"

enum
{
  UNITS = 120,
  INPUTS = 70
};

typedef struct
{
  FsPool *pool;
  FsNetwork *network;
} Made;

static Made
made_of (FsLayerSpec layer, size_t n_steps)
{
  const FsExperiment experiment = EXPERIMENT (layer, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = {
    .n_inputs = INPUTS, .n_steps = n_steps, .n_outputs = 1, .max_rows = 1
  };
  Made made = { .pool = pool_of (1) };
  made.network = network_of (&experiment, &shape, made.pool);
  fs_network_initialise (made.network, 42);
  return made;
}

static void
unmake (Made *made)
{
  fs_network_free (made->network);
  fs_pool_free (made->pool);
}

static const FsReal *
values_of (const Made *made, const char *name, size_t *n)
{
  const FsTensor *tensor = fs_tensor_table_find (fs_network_tensors (made->network), name);
  g_assert_nonnull (tensor);
  *n = tensor->rows * tensor->cols;
  return fs_network_parameters (made->network) + tensor->offset;
}

static int
compare_numbers (const void *left, const void *right)
{
  const double a = *(const double *) left, b = *(const double *) right;
  return (a > b) - (a < b);
}

/* The distribution function of a uniform number in ±limit, or of a normal one that is cut at ±limit. */
static double
expected_share (double x, double limit, bool is_normal)
{
  if (!is_normal)
    return (x / limit + 1) / 2;
  const double z = x / (limit / 2);
  const double below = 0.5 * erfc (2 / sqrt (2));
  return (0.5 * erfc (-z / sqrt (2)) - below) / (1 - 2 * below);
}

/* Within ±limit, and nearer to the expected distribution than 1.95 / √n: the distance that one in a
 * thousand samples exceeds. */
static void
assert_distributed (const Made *made, const char *name, double limit, bool is_normal)
{
  size_t n;
  const FsReal *values = values_of (made, name, &n);
  g_autofree double *sorted = g_new (double, n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = (double) values[i];
  qsort (sorted, n, sizeof *sorted, compare_numbers);
  g_assert_cmpfloat (fabs (sorted[0]), <=, limit * (1 + 1e-6));
  g_assert_cmpfloat (fabs (sorted[n - 1]), <=, limit * (1 + 1e-6));
  double worst = 0;
  for (size_t i = 0; i < n; i++)
    {
      const double share = expected_share (sorted[i], limit, is_normal);
      worst = MAX (worst, fabs (share - (double) i / (double) n));
      worst = MAX (worst, fabs (share - (double) (i + 1) / (double) n));
    }
  g_test_message ("%s: distance %.4f of %zu numbers", name, worst, n);
  g_assert_cmpfloat (worst, <, 1.95 / sqrt ((double) n));
}

/* The standard deviation of a normal cut at two of its own. */
#define CUT 0.87962566103423978

static void
test_distributions (void)
{
  const double lines = 4 * UNITS, inputs = INPUTS, units = UNITS;
  const struct
  {
    FsInitialiser kernel;
    FsRecurrentInitialiser recurrent;
    double kernel_limit, recurrent_limit;
    bool is_normal;
  } rows[] = {
    { FS_INIT_GLOROT_UNIFORM, FS_RECURRENT_INIT_GLOROT_UNIFORM, sqrt (6 / (inputs + lines)),
      sqrt (6 / (units + lines)), false },
    { FS_INIT_GLOROT_UNIFORM_PER_GATE, FS_RECURRENT_INIT_GLOROT_UNIFORM_PER_GATE,
      sqrt (6 / (inputs + units)), sqrt (6 / (units + units)), false },
    { FS_INIT_GLOROT_NORMAL, FS_RECURRENT_INIT_GLOROT_NORMAL, 2 / CUT * sqrt (2 / (inputs + lines)),
      2 / CUT * sqrt (2 / (units + lines)), true },
    { FS_INIT_HE_UNIFORM, FS_RECURRENT_INIT_HE_UNIFORM, sqrt (6 / inputs), sqrt (6 / units),
      false },
    { FS_INIT_HE_NORMAL, FS_RECURRENT_INIT_HE_NORMAL, 2 / CUT * sqrt (2 / inputs),
      2 / CUT * sqrt (2 / units), true },
    { FS_INIT_PYTORCH, FS_RECURRENT_INIT_PYTORCH, 1 / sqrt (units), 1 / sqrt (units), false },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FsLayerSpec layer = lstm_spec (UNITS);
      layer.kernel_init = rows[i].kernel;
      layer.recurrent_init = rows[i].recurrent;
      Made made = made_of (layer, 3);
      assert_distributed (&made, "layers.0.weight_ih_l0", rows[i].kernel_limit, rows[i].is_normal);
      assert_distributed (&made, "layers.0.weight_hh_l0", rows[i].recurrent_limit,
                          rows[i].is_normal);
      unmake (&made);
    }
}

/* The standard deviation that the formulas promise, for what is cut. */
static void
test_spread (void)
{
  FsLayerSpec layer = lstm_spec (UNITS);
  layer.kernel_init = FS_INIT_GLOROT_NORMAL;
  Made made = made_of (layer, 3);
  size_t n;
  const FsReal *values = values_of (&made, "layers.0.weight_ih_l0", &n);
  double squares = 0;
  for (size_t i = 0; i < n; i++)
    squares += (double) values[i] * (double) values[i];
  const double expected = 2.0 / (INPUTS + 4 * UNITS);
  g_assert_cmpfloat (fabs (squares / (double) n / expected - 1), <, 0.03);
  unmake (&made);
}

/* Columns orthonormal, or rows where there are more columns. */
static void
test_orthogonal (void)
{
  FsLayerSpec wide = rnn_spec (20, FS_CELL_TANH);
  wide.kernel_init = FS_INIT_ORTHOGONAL; /* (20, 70) */
  Made made = made_of (wide, 3);
  for (int is_wide = 0; is_wide < 2; is_wide++)
    {
      const FsTensor *tensor =
          fs_tensor_table_find (fs_network_tensors (made.network),
                                is_wide ? "layers.0.weight_ih_l0" : "layers.0.weight_hh_l0");
      const FsReal *w = fs_network_parameters (made.network) + tensor->offset;
      for (size_t a = 0; a < 20; a++)
        for (size_t b = 0; b < 20; b++)
          {
            double product = 0;
            for (size_t k = 0; k < (is_wide ? tensor->cols : tensor->rows); k++)
              product += is_wide
                             ? (double) w[a * tensor->cols + k] * (double) w[b * tensor->cols + k]
                             : (double) w[k * tensor->cols + a] * (double) w[k * tensor->cols + b];
            g_assert_cmpfloat (fabs (product - (a == b)), <, 1e-6);
          }
    }
  unmake (&made);
}

static void
assert_all (const Made *made, const char *name, size_t first, size_t end, double expected)
{
  size_t n;
  const FsReal *values = values_of (made, name, &n);
  for (size_t i = first; i < end; i++)
    g_assert_cmpfloat_with_epsilon ((double) values[i], expected, 1e-6);
}

static void
test_biases (void)
{
  FsLayerSpec layer = lstm_spec (UNITS);
  layer.kernel_init = FS_INIT_CONSTANT;
  layer.recurrent_init = FS_RECURRENT_INIT_ZEROS;
  layer.bias_init = FS_BIAS_INIT_CONSTANT;
  layer.init_constant = 0.25;
  Made made = made_of (layer, 3);
  assert_all (&made, "layers.0.weight_ih_l0", 0, 4 * UNITS * INPUTS, 0.25);
  assert_all (&made, "layers.0.weight_hh_l0", 0, 4 * UNITS * UNITS, 0);
  assert_all (&made, "layers.0.bias_ih_l0", 0, UNITS, 0.25);
  assert_all (&made, "layers.0.bias_ih_l0", UNITS, 2 * UNITS, 1.25); /* the forget gate's */
  assert_all (&made, "layers.0.bias_ih_l0", 2 * UNITS, 4 * UNITS, 0.25);
  unmake (&made);

  layer = lstm_spec (3);
  made = made_of (layer, 3);
  assert_all (&made, "layers.0.bias_ih_l0", 0, 3, 0);
  assert_all (&made, "layers.0.bias_ih_l0", 3, 6, 1);
  unmake (&made);

  layer = lstm_spec (3);
  layer.has_layer_norm = true;
  layer.norm_epsilon = 1e-5;
  made = made_of (layer, 3);
  assert_all (&made, "layers.0.norm_ih_weight_l0", 0, 12, 1);
  assert_all (&made, "layers.0.norm_ih_bias_l0", 3, 6, 1);
  assert_all (&made, "layers.0.norm_hh_bias_l0", 0, 12, 0);
  assert_all (&made, "layers.0.norm_cell_weight_l0", 0, 3, 1);
  unmake (&made);
}

/* PyTorch's: one bias of two draws, a GRU's of one each, and the dense layer's by its inputs. */
static void
test_pytorch (void)
{
  FsLayerSpec gru = gru_spec (UNITS, FS_RESET_AFTER), lstm = lstm_spec (UNITS);
  gru.bias_init = lstm.bias_init = FS_BIAS_INIT_PYTORCH;
  lstm.forget_bias = 0;
  Made made = made_of (gru, 3);
  assert_distributed (&made, "layers.0.bias_ih_l0", 1 / sqrt (UNITS), false);
  assert_distributed (&made, "layers.0.bias_hh_l0", 1 / sqrt (UNITS), false);
  unmake (&made);
  made = made_of (lstm, 3);
  size_t n;
  const FsReal *values = values_of (&made, "layers.0.bias_ih_l0", &n);
  double squares = 0;
  for (size_t i = 0; i < n; i++)
    squares += (double) values[i] * (double) values[i];
  g_assert_cmpfloat (fabs (squares / (double) n / (2.0 / 3 / UNITS) - 1), <, 0.15);
  unmake (&made);

  const FsExperiment experiment = EXPERIMENT (rnn_spec (UNITS, FS_CELL_TANH),
                                              ((FsLayerSpec){ .kind = FS_LAYER_DENSE,
                                                              .units = UNITS,
                                                              .kernel_init = FS_INIT_PYTORCH,
                                                              .bias_init = FS_BIAS_INIT_PYTORCH }),
                                              dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = INPUTS, .n_steps = 2, .n_outputs = 1, .max_rows = 1 };
  made.pool = pool_of (1);
  made.network = network_of (&experiment, &shape, made.pool);
  fs_network_initialise (made.network, 42);
  assert_distributed (&made, "layers.1.weight", 1 / sqrt (UNITS), false);
  assert_distributed (&made, "layers.1.bias", 1 / sqrt (UNITS), false);
  unmake (&made);
}

/* exp(b_f) is uniform between 1 and T − 1, and b_i its mirror; a window of two rows leaves 0. */
static void
test_chrono (void)
{
  const size_t steps = 101;
  FsLayerSpec layer = lstm_spec (UNITS);
  layer.bias_init = FS_BIAS_INIT_CHRONO;
  Made made = made_of (layer, steps);
  size_t n;
  const FsReal *bias = values_of (&made, "layers.0.bias_ih_l0", &n);
  double mean = 0;
  for (size_t u = 0; u < UNITS; u++)
    {
      const double memory = exp ((double) bias[UNITS + u]);
      g_assert_cmpfloat (memory, >=, 1 - 1e-6);
      g_assert_cmpfloat (memory, <=, (double) steps - 1 + 1e-3);
      g_assert_cmpfloat ((double) bias[u], ==, -(double) bias[UNITS + u]);
      mean += memory / UNITS;
    }
  const double sd = ((double) steps - 2) / sqrt (12);
  g_assert_cmpfloat (fabs (mean - (double) steps / 2), <, 4 * sd / sqrt (UNITS));
  assert_all (&made, "layers.0.bias_ih_l0", 2 * UNITS, 4 * UNITS, 0);
  unmake (&made);

  FsLayerSpec gru = gru_spec (5, FS_RESET_AFTER);
  gru.bias_init = FS_BIAS_INIT_CHRONO;
  made = made_of (gru, steps);
  bias = values_of (&made, "layers.0.bias_ih_l0", &n);
  for (size_t u = 0; u < 5; u++)
    g_assert_cmpfloat ((double) bias[5 + u], >, 0); /* the update gate keeps */
  assert_all (&made, "layers.0.bias_ih_l0", 0, 5, 0);
  unmake (&made);
  made = made_of (gru, 2);
  assert_all (&made, "layers.0.bias_ih_l0", 0, 15, 0);
  unmake (&made);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/initialiser/distributions", test_distributions);
  g_test_add_func ("/initialiser/spread", test_spread);
  g_test_add_func ("/initialiser/orthogonal", test_orthogonal);
  g_test_add_func ("/initialiser/biases", test_biases);
  g_test_add_func ("/initialiser/pytorch", test_pytorch);
  g_test_add_func ("/initialiser/chrono", test_chrono);
  return g_test_run ();
}
