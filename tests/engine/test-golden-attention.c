/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Attention against Keras (tests/golden/make_keras_attention.py): what it gives and how it weighs the steps.
 * Keras's additive attention has no matrices and is ours with the identity for both; its scale is our v. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/keras-attention-golden.h"

#define TOLERANCE 2e-6

enum
{
  N = 3,
  T = 5,
  H = 4
};

static const uint32_t lengths[N] = { 5, 3, 1 };

static void
set_identity (FsNetwork *network, const char *name)
{
  const FsTensor *tensor = fs_tensor_table_find (fs_network_tensors (network), name);
  g_assert_nonnull (tensor);
  for (size_t i = 0; i < H; i++)
    fs_network_parameters (network)[tensor->offset + i * tensor->cols + i] = 1;
}

static FsNetwork *
network_of_score (FsAttentionScore score, FsPool *pool)
{
  static const FsNetworkShape shape = {
    .n_inputs = H, .n_steps = T, .n_outputs = H, .max_rows = N
  };
  const FsExperiment experiment =
      EXPERIMENT (attention_spec (score, H), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsNetwork *network = network_of (&experiment, &shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  memset (fs_network_parameters (network), 0, table->size * sizeof (FsReal));
  set_identity (network, "layers.1.weight");
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[i];
      if (tensor->layer == 0 && tensor->rows == H && tensor->cols == H)
        set_identity (network, tensor->name);
      for (size_t k = 0; tensor->layer == 0 && tensor->rows == 1 && k < H; k++)
        fs_network_parameters (network)[tensor->offset + k] =
            (FsReal) (0.5 * sin (0.7 * (double) k + 1.0));
    }
  fs_network_refresh (network);
  FsReal *x = fs_network_inputs (network);
  for (size_t t = 0; t < T; t++)
    for (size_t row = 0; row < N; row++)
      for (size_t k = 0; k < H; k++)
        *x++ = (FsReal) sin (0.7 * (double) ((row * T + t) * H + k) + 0.3);
  return network;
}

static void
test_keras (void)
{
  static const struct
  {
    FsAttentionScore score;
    const double *outputs, *weights;
  } cases[] = { { FS_SCORE_DOT, dot_outputs, dot_weights },
                { FS_SCORE_SCALED, scaled_outputs, scaled_weights },
                { FS_SCORE_ADDITIVE, additive_outputs, additive_weights } };
  FsPool *pool = pool_of (1);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsNetwork *network = network_of_score (cases[i].score, pool);
      const FsPass pass = { .n_rows = N, .lengths = lengths };
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      for (size_t k = 0; k < N * H; k++)
        g_assert_cmpfloat_with_epsilon (fs_network_outputs (network)[k], cases[i].outputs[k],
                                        TOLERANCE);
      for (size_t row = 0; row < N; row++)
        {
          FsReal weights[T];
          g_assert_true (fs_network_attention (network, 0, row, weights));
          for (size_t t = 0; t < T; t++)
            g_assert_cmpfloat_with_epsilon (weights[t], cases[i].weights[row * T + t], TOLERANCE);
        }
      fs_network_free (network);
    }
  fs_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attention/keras", test_keras);
  return g_test_run ();
}
