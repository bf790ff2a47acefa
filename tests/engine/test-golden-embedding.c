/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Embeddings against PyTorch (tests/golden/make_embedding.py): looking up, gradients, frozen ones and
 * largest norms; gradients against central differences in double; and an evaluation changes nothing. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/embedding-golden.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-10
#else
#define TOLERANCE 2e-6
#endif

enum
{
  N = 3,
  T = 5,
  V = 7,
  E = 4,
  O = 2
};

static const int words[N][T] = { { 2, 5, 3, 2, 6 }, { 1, 1, 4, 0, 0 }, { 3, 2, 2, 5, 1 } };

static double
wave (size_t k, double phase)
{
  return sin (0.7 * (double) k + phase);
}

static FsNetwork *
network_with (double max_norm, bool is_frozen, FsPool *pool)
{
  static const FsNetworkShape shape = {
    .n_inputs = 1, .n_steps = T, .n_outputs = O, .max_rows = N, .n_tokens = V
  };
  const FsLayerSpec embedding = {
    .kind = FS_LAYER_EMBEDDING, .units = E, .max_norm = max_norm, .is_frozen = is_frozen
  };
  const FsExperiment experiment = EXPERIMENT (embedding, rnn_spec (3, FS_CELL_TANH),
                                              dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsNetwork *network = network_of (&experiment, &shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      fs_network_parameters (network)[table->tensors[i].offset + k] =
          i == 0 && k < E ? 0 : (FsReal) (0.4 * wave (k, 1.0 + (double) i));
  fs_network_refresh (network);
  FsReal *x = fs_network_inputs (network);
  for (size_t t = 0; t < T; t++)
    for (size_t row = 0; row < N; row++)
      *x++ = (FsReal) words[row][t];
  return network;
}

static void
fill_dy (FsReal dy[N * O])
{
  for (size_t i = 0; i < N * O; i++)
    dy[i] = (FsReal) (0.5 * wave (i, 2.1));
}

static void
assert_near (const FsReal *found, const double *expected, size_t n)
{
  for (size_t i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon ((double) found[i], expected[i], TOLERANCE);
}

static void
test_golden (void)
{
  static const struct
  {
    double max_norm;
    bool is_frozen;
    const double *outputs, *words, *gradient, *kernel_gradient;
  } cases[] = {
    { 0, false, plain_outputs, plain_words, plain_gradient, plain_kernel_gradient },
    { 0.6, false, limited_outputs, limited_words, limited_gradient, limited_kernel_gradient },
    { 0, true, frozen_outputs, frozen_words, NULL, frozen_kernel_gradient },
  };
  FsPool *pool = pool_of (2);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsNetwork *network = network_with (cases[i].max_norm, cases[i].is_frozen, pool);
      const FsTensor *tensors = fs_network_tensors (network)->tensors;
      const FsReal *gradients = fs_network_gradients (network);
      const size_t size = V * E * sizeof (FsReal);
      g_autofree FsReal *before = g_memdup2 (fs_network_parameters (network), size);
      FsPass pass = { .n_rows = N };
      FsReal dy[N * O];
      fill_dy (dy);
      /* An evaluation sees rows of the largest norm, and leaves them as they are. */
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      assert_near (fs_network_outputs (network), cases[i].outputs, N * O);
      g_assert_cmpmem (fs_network_parameters (network), size, before, size);
      pass.is_training = true;
      for (int round = 0; round < 2; round++)
        {
          g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
          g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
          assert_near (fs_network_outputs (network), cases[i].outputs, N * O);
          assert_near (fs_network_parameters (network), cases[i].words, V * E);
          assert_near (gradients + tensors[1].offset, cases[i].kernel_gradient, E * 3);
          for (size_t k = 0; k < V * E; k++)
            g_assert_cmpfloat_with_epsilon (
                (double) gradients[k], cases[i].gradient ? cases[i].gradient[k] : 0, TOLERANCE);
        }
      fs_network_free (network);
    }
  fs_pool_free (pool);
}

#ifdef FS_REAL_IS_DOUBLE
static double
loss_of (FsNetwork *network)
{
  const FsPass pass = { .n_rows = N };
  double dy[N * O], loss = 0;
  fill_dy (dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  for (size_t i = 0; i < N * O; i++)
    loss += dy[i] * fs_network_outputs (network)[i];
  return loss;
}

static void
test_gradients (void)
{
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_with (0, false, pool);
  const FsPass pass = { .n_rows = N, .is_training = true };
  double dy[N * O], *parameters = fs_network_parameters (network);
  fill_dy (dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  for (size_t k = E; k < V * E; k++)
    {
      const double kept = parameters[k], h = 1e-6;
      parameters[k] = kept + h;
      const double above = loss_of (network);
      parameters[k] = kept - h;
      const double below = loss_of (network);
      parameters[k] = kept;
      g_assert_cmpfloat_with_epsilon (fs_network_gradients (network)[k], (above - below) / (2 * h),
                                      1e-8);
    }
  for (size_t k = 0; k < E; k++)
    g_assert_cmpfloat (fs_network_gradients (network)[k], ==, 0);
  fs_network_free (network);
  fs_pool_free (pool);
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/embedding/golden", test_golden);
#ifdef FS_REAL_IS_DOUBLE
  g_test_add_func ("/embedding/gradients", test_gradients);
#endif
  return g_test_run ();
}
