/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks against PyTorch (tests/golden/make_network.py) and against arithmetic on paper. */

#include <math.h>
#include "engine/model/kernels.h"
#include "engine/model/loss.h"
#include "engine/train/optimiser.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/network-golden.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-9
#else
#define TOLERANCE 1e-4
#endif

typedef struct
{
  const char *name;
  FsExperiment experiment;
  size_t n_inputs, n_steps, n_outputs, n_samples, batch;
  const double *outputs, *gradients, *losses, *after_steps, *after_epoch;
} Golden;

static Golden
golden_single (void)
{
  return (Golden){ "single",
                   EXPERIMENT (lstm_spec (5), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                   2,
                   6,
                   1,
                   10,
                   4,
                   single_outputs,
                   single_gradients,
                   single_losses,
                   single_after_steps,
                   single_after_epoch };
}

static Golden
golden_stacked (void)
{
  return (Golden){ "stacked",
                   EXPERIMENT (lstm_spec (7), lstm_spec (4), dense_spec (6, FS_ACTIVATION_RELU),
                               dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                   3,
                   5,
                   2,
                   19,
                   8,
                   stacked_outputs,
                   stacked_gradients,
                   stacked_losses,
                   stacked_after_steps,
                   stacked_after_epoch };
}

static double
wave (size_t k, double phase)
{
  return sin (0.7 * (double) k + phase);
}

static void
set_parameters (FsNetwork *network)
{
  const FsTensorTable *table = fs_network_tensors (network);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      fs_network_parameters (network)[table->tensors[i].offset + k] =
          (FsReal) (0.4 * wave (k, 1.0 + (double) i));
  fs_network_refresh (network);
}

/* Relative to the largest number of the list, as single numbers may be as good as zero. */
static void
assert_near (const char *what, const double *found, const double *expected, size_t n)
{
  double largest = 0, worst = 0;
  for (size_t i = 0; i < n; i++)
    {
      g_assert_true (isfinite (found[i]));
      largest = MAX (largest, fabs (expected[i]));
      worst = MAX (worst, fabs (found[i] - expected[i]));
    }
  g_test_message ("%s: %.1e of %.1e", what, worst, largest);
  g_assert_cmpfloat (worst, <, TOLERANCE * largest);
}

static void
assert_block_near (const char *what,
                   const FsTensorTable *table,
                   const FsReal *block,
                   const double *expected)
{
  for (size_t i = 0, at = 0; i < table->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[i];
      const size_t n = tensor->rows * tensor->cols;
      g_autofree double *found = g_new (double, n);
      g_autofree char *name = g_strconcat (what, " ", tensor->name, NULL);
      for (size_t k = 0; k < n; k++)
        found[k] = block[tensor->offset + k];
      assert_near (name, found, expected + at, n);
      at += n;
    }
}

typedef struct
{
  const Golden *golden;
  FsPool *pool;
  FsNetwork *network;
  FsDescent *descent;
} Training;

static void
training_begin (Training *training, const Golden *golden)
{
  const FsNetworkShape shape = { .n_inputs = golden->n_inputs,
                                 .n_steps = golden->n_steps,
                                 .n_outputs = golden->n_outputs,
                                 .max_rows = golden->batch };
  training->golden = golden;
  training->pool = pool_of (1);
  training->network = network_of (&golden->experiment, &shape, training->pool);
  g_assert_cmpint (fs_descent_new (&training->descent, FS_OPTIMISER_ADAM,
                                   fs_network_tensors (training->network), training->pool, NULL),
                   ==, FS_OK);
  set_parameters (training->network);
}

static void
training_end (Training *training)
{
  fs_descent_free (training->descent);
  fs_network_free (training->network);
  fs_pool_free (training->pool);
}

/* Both passes over samples first …; returns the mean loss. */
static double
pass_over (Training *training, size_t first, bool updates)
{
  const Golden *g = training->golden;
  const size_t n_rows = MIN (g->batch, g->n_samples - first);
  const FsPass pass = { .n_rows = n_rows, .is_training = true };
  FsReal *x = fs_network_inputs (training->network);
  FsReal y[64], dy[64];
  for (size_t t = 0; t < g->n_steps; t++)
    for (size_t row = 0; row < n_rows; row++)
      for (size_t k = 0; k < g->n_inputs; k++)
        *x++ = (FsReal) wave (((first + row) * g->n_steps + t) * g->n_inputs + k, 0.3);
  for (size_t i = 0; i < n_rows * g->n_outputs; i++)
    y[i] = (FsReal) (0.5 * wave (first * g->n_outputs + i, 2.1));
  g_assert_cmpint (fs_network_forward (training->network, &pass), ==, FS_OK);
  const FsReal *predicted = fs_network_outputs (training->network);
  const size_t n = n_rows * g->n_outputs;
  const double loss = fs_loss_sum ((FsLossRule){ FS_LOSS_MSE, 0 }, predicted, y, n) / (double) n;
  fs_loss_gradient ((FsLossRule){ FS_LOSS_MSE, 0 }, predicted, y, n, dy);
  g_assert_cmpint (fs_network_backward (training->network, &pass, dy), ==, FS_OK);
  if (updates)
    {
      const FsDescentSettings settings = { .learning_rate = 0.01 };
      FsDescentReport report;
      g_assert_true (fs_descent_step (training->descent, &settings,
                                      fs_network_parameters (training->network),
                                      fs_network_gradients (training->network), false, &report));
      fs_network_refresh (training->network);
    }
  return loss;
}

static void
check_golden (const Golden *golden)
{
  Training training;
  training_begin (&training, golden);
  const FsTensorTable *table = fs_network_tensors (training.network);
  pass_over (&training, 0, false);
  double outputs[64];
  for (size_t i = 0; i < golden->batch * golden->n_outputs; i++)
    outputs[i] = fs_network_outputs (training.network)[i];
  assert_near ("outputs", outputs, golden->outputs, golden->batch * golden->n_outputs);
  assert_block_near ("gradient of", table, fs_network_gradients (training.network),
                     golden->gradients);

  double losses[10];
  for (size_t i = 0; i < 10; i++)
    losses[i] = pass_over (&training, 0, true);
  assert_near ("losses of ten steps", losses, golden->losses, 10);
  assert_block_near ("after ten steps", table, fs_network_parameters (training.network),
                     golden->after_steps);
  training_end (&training);

  training_begin (&training, golden);
  for (size_t first = 0; first < golden->n_samples; first += golden->batch)
    pass_over (&training, first, true);
  assert_block_near ("after an epoch", fs_network_tensors (training.network),
                     fs_network_parameters (training.network), golden->after_epoch);
  training_end (&training);
}

static void
test_golden (gconstpointer data)
{
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  const Golden goldens[] = { golden_single (), golden_stacked () };
  for (size_t i = 0; i < G_N_ELEMENTS (goldens); i++)
    {
      g_test_message ("%s", goldens[i].name);
      check_golden (&goldens[i]);
    }
  g_assert_true (fs_isa_override (kept));
}

/* One unit, two steps, on paper. All weights and biases 0 but those named, so that the gates of both
 * steps are:  i = f = o = σ(0) = ½,  g = tanh(w x).  With w x = 1 at step 0 and 0 at step 1:
 *   c_0 = ½ tanh 1 = 0.380797…,  h_0 = ½ tanh c_0,  c_1 = ½ c_0,  h_1 = ½ tanh c_1,  y = 2 h_1 + 3
 * and with dy = 1:  dh_1 = 2,  dz_o = 2 tanh(c_1) ¼,  dc_1 = 2 · ½ (1 − tanh² c_1),
 *   dc_0 = ½ dc_1 (the recurrent weights are 0),  dw = dc_0 · ½ (1 − tanh² 1) · x_0,
 *   ∂/∂u_i = dz_i(1) h_0 = dc_1 · g_1 · ¼ · h_0 = 0 since g_1 = 0. */
static void
test_by_hand (void)
{
  const FsExperiment experiment =
      EXPERIMENT (lstm_spec (1), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = 1, .n_steps = 2, .n_outputs = 1, .max_rows = 1 };
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  const size_t w = fs_tensor_table_find (table, "layers.0.weight_ih_l0")->offset;
  const size_t u = fs_tensor_table_find (table, "layers.0.weight_hh_l0")->offset;
  const size_t b = fs_tensor_table_find (table, "layers.0.bias_ih_l0")->offset;
  const size_t head = fs_tensor_table_find (table, "layers.1.weight")->offset;
  const size_t offset = fs_tensor_table_find (table, "layers.1.bias")->offset;
  FsReal *p = fs_network_parameters (network);
  p[w + 2] = (FsReal) 0.5; /* gates in the order i f g o */
  p[head] = 2;
  p[offset] = 3;
  fs_network_refresh (network);
  fs_network_inputs (network)[0] = 2;
  fs_network_inputs (network)[1] = 0;
  const FsPass pass = { .n_rows = 1, .is_training = true };
  const FsReal one = 1;
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  const double near = sizeof (FsReal) == 8 ? 1e-12 : 2e-6;
  g_assert_cmpfloat_with_epsilon (fs_network_outputs (network)[0], 3.1881306681, MAX (near, 1e-10));
  g_assert_cmpint (fs_network_backward (network, &pass, &one), ==, FS_OK);

  const double c0 = tanh (1) / 2, c1 = c0 / 2, h0 = tanh (c0) / 2;
  const double dc1 = 1 - tanh (c1) * tanh (c1), dc0 = dc1 / 2;
  const FsReal *d = fs_network_gradients (network);
  g_assert_cmpfloat_with_epsilon (d[w + 2], dc0 * 0.5 * (1 - tanh (1) * tanh (1)) * 2, near);
  g_assert_cmpfloat_with_epsilon (d[b + 0], dc0 * tanh (1) * 0.25, near);
  g_assert_cmpfloat_with_epsilon (d[b + 1], dc1 * c0 * 0.25, near);
  g_assert_cmpfloat_with_epsilon (d[u + 0], 0, near);
  g_assert_cmpfloat_with_epsilon (d[u + 1], dc1 * c0 * 0.25 * h0, near);
  g_assert_cmpfloat_with_epsilon (d[u + 2], dc1 * 0.5 * h0, near);
  g_assert_cmpfloat_with_epsilon (d[u + 3], 2 * tanh (c1) * 0.25 * h0, near);
  g_assert_cmpfloat_with_epsilon (d[head], tanh (c1) / 2, near);
  g_assert_cmpfloat_with_epsilon (d[offset], 1, near);
  fs_network_free (network);
  fs_pool_free (pool);
}

/* Plumbing: with the input gate and the output gate held open, the forget gate too, and inputs so small
 * that tanh is the identity, a unit adds up its input over time: y = Σ_t w·x_t, whatever the order of
 * channels and steps in memory. */
static void
test_linear_plumbing (void)
{
  enum
  {
    H = 20,
    I = 3,
    T = 4,
    B = 5
  };
  const FsExperiment experiment =
      EXPERIMENT (lstm_spec (H), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = I, .n_steps = T, .n_outputs = H, .max_rows = B };
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  FsReal *p = fs_network_parameters (network);
  FsReal *w = p + table->tensors[0].offset, *b = p + table->tensors[2].offset;
  FsReal *head = p + table->tensors[3].offset;
  for (size_t unit = 0; unit < H; unit++)
    {
      for (size_t k = 0; k < I; k++)
        w[(2 * H + unit) * I + k] = (FsReal) (unit + 1 + 100 * k);
      b[unit] = b[H + unit] = b[3 * H + unit] = 40;
      head[unit * H + unit] = 1;
    }
  fs_network_refresh (network);
  for (size_t i = 0; i < T * B * I; i++)
    fs_network_inputs (network)[i] = (FsReal) (1e-7 * (double) (i * i % 31));
  const FsPass pass = { .n_rows = B };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  for (size_t row = 0; row < B; row++)
    for (size_t unit = 0; unit < H; unit++)
      {
        double sum = 0;
        for (size_t t = 0; t < T; t++)
          for (size_t k = 0; k < I; k++)
            sum += (double) (unit + 1 + 100 * k)
                   * (1e-7 * (double) (((t * B + row) * I + k) * ((t * B + row) * I + k) % 31));
        g_assert_cmpfloat_with_epsilon (fs_network_outputs (network)[row * H + unit], sum,
                                        1e-5 * sum);
      }
  fs_network_free (network);
  fs_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int isa = 0; isa < FS_N_ISAS; isa++)
    if (fs_isa_is_available ((FsIsa) isa))
      {
        g_autofree char *path = g_strconcat ("/golden/network/", fs_isa_name ((FsIsa) isa), NULL);
        g_test_add_data_func (path, GINT_TO_POINTER (isa), test_golden);
      }
  g_test_add_func ("/golden/by-hand", test_by_hand);
  g_test_add_func ("/golden/linear-plumbing", test_linear_plumbing);
  return g_test_run ();
}
