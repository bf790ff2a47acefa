/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dropout within recurrent layers: how much is dropped, for how long, that evaluation and a rate of 0 know
 * nothing of it, and that a draw is the same on any number of threads. Its gradients are with the others. */

#include <math.h>
#include "engine/model/dropout.h"
#include "tests/engine/network-fixture.h"

enum
{
  N_ROWS = 200,
  N_STEPS = 6,
  N_INPUTS = 8,
  N_UNITS = 5
};

static const FsNetworkShape shape = { .n_inputs = N_INPUTS,
                                      .n_steps = N_STEPS,
                                      .n_outputs = 1,
                                      .max_rows = N_ROWS };

static FsLayerSpec
dropping (FsLayerSpec layer, double inputs, double state, FsDropoutMask mask)
{
  layer.dropout = inputs;
  layer.recurrent_dropout = state;
  layer.dropout_mask = mask;
  return layer;
}

static FsExperiment
network_with (FsLayerSpec layer)
{
  return EXPERIMENT (layer, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
}

/* An RNN without curve that adds up its inputs with weight 1 and forgets at once: its output is the last
 * step's sum, so that it counts what was kept. */
static void
test_inputs (gconstpointer data)
{
  const FsDropoutMask mask = (FsDropoutMask) GPOINTER_TO_INT (data);
  const double rate = 0.3;
  FsLayerSpec layer = dropping (rnn_spec (1, FS_CELL_LINEAR), rate, 0, mask);
  const FsExperiment experiment =
      EXPERIMENT (layer, rnn_spec (1, FS_CELL_LINEAR), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  FsReal *w = fs_network_parameters (network);
  memset (w, 0, fs_network_tensors (network)->size * sizeof *w);
  for (size_t k = 0; k < N_INPUTS; k++)
    w[k] = 1;
  fs_network_refresh (network);
  FsReal *x = fs_network_inputs (network);
  for (size_t i = 0; i < N_STEPS * N_ROWS * N_INPUTS; i++)
    x[i] = 1;
  const FsPass pass = { .n_rows = N_ROWS, .is_training = true, .seed = 3, .step = 4 };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  FsValueShape found;
  const FsReal *y = fs_network_layer_values (network, 0, &found);
  double mean = 0;
  size_t n_changes = 0;
  for (size_t t = 0; t < N_STEPS; t++)
    for (size_t row = 0; row < N_ROWS; row++)
      {
        const double here = (double) y[(t * N_ROWS + row) * found.stride];
        const double kept = here * (1 - rate);
        g_assert_cmpfloat (fabs (kept - round (kept)), <, 1e-4);
        mean += here / (N_STEPS * N_ROWS);
        n_changes += t > 0 && here != (double) y[((t - 1) * N_ROWS + row) * found.stride];
      }
  /* The mean of the inverted draws is that of x, within four standard deviations of it. */
  const double n_draws = N_ROWS * N_INPUTS * (mask == FS_DROPOUT_PER_STEP ? N_STEPS : 1);
  g_assert_cmpfloat (fabs (mean / N_INPUTS - 1), <, 4 * sqrt (rate / (1 - rate) / n_draws));
  if (mask == FS_DROPOUT_PER_SEQUENCE)
    g_assert_cmpuint (n_changes, ==, 0);
  else
    g_assert_cmpuint (n_changes, >, N_ROWS);

  const FsPass evaluation = { .n_rows = N_ROWS };
  g_assert_cmpint (fs_network_forward (network, &evaluation), ==, FS_OK);
  for (size_t row = 0; row < N_STEPS * N_ROWS; row++)
    g_assert_cmpfloat ((double) y[row * found.stride], ==, N_INPUTS);
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
run_pass (const FsExperiment *experiment, unsigned n_threads, FsReal *outputs, FsReal **gradients)
{
  FsPool *pool = pool_of (n_threads);
  FsNetwork *network = network_of (experiment, &shape, pool);
  draw_parameters (network, 0.5, 1);
  draw (fs_network_inputs (network), N_STEPS * N_ROWS * N_INPUTS, 2, 0);
  FsReal dy[N_ROWS];
  draw (dy, N_ROWS, 3, 0);
  const FsPass pass = { .n_rows = N_ROWS, .is_training = true, .seed = 7, .step = 2 };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  memcpy (outputs, fs_network_outputs (network), N_ROWS * sizeof *outputs);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  *gradients = g_memdup2 (fs_network_gradients (network),
                          fs_network_tensors (network)->size * sizeof (FsReal));
  fs_network_free (network);
  fs_pool_free (pool);
}

/* The same bits on any number of threads, and other ones than without dropout. */
static void
test_threads (void)
{
  FsLayerSpec lstm = dropping (lstm_spec (20), 0.2, 0.3, FS_DROPOUT_PER_STEP);
  FsLayerSpec gru = dropping (gru_spec (30, FS_RESET_AFTER), 0.1, 0.2, FS_DROPOUT_PER_SEQUENCE);
  FsLayerSpec normed = dropping (lstm_spec (20), 0.2, 0, FS_DROPOUT_PER_SEQUENCE);
  normed.has_layer_norm = normed.has_peepholes = true;
  normed.norm_epsilon = 1e-5;
  const FsExperiment experiment = EXPERIMENT (TURNED (lstm, BOTH, CONCAT), gru, normed,
                                              dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsReal one[N_ROWS], other[N_ROWS];
  FsReal *gradients = NULL;
  run_pass (&experiment, 1, one, &gradients);
  for (unsigned n = 2; n <= 5; n++)
    {
      FsReal *others = NULL;
      run_pass (&experiment, n, other, &others);
      g_assert_cmpmem (one, sizeof one, other, sizeof other);
      g_assert_cmpmem (gradients, 1000 * sizeof *gradients, others, 1000 * sizeof *others);
      g_free (others);
    }
  g_free (gradients);
}

/* The state is dropped on its way into the gates alone: with U = 0 nothing is. */
static void
test_state (void)
{
  const FsExperiment with =
      network_with (dropping (rnn_spec (N_UNITS, FS_CELL_TANH), 0, 0.9, FS_DROPOUT_PER_STEP));
  const FsExperiment without = network_with (rnn_spec (N_UNITS, FS_CELL_TANH));
  FsPool *pool = pool_of (1);
  FsReal outputs[2][N_ROWS];
  for (int is_linked = 0; is_linked < 2; is_linked++)
    {
      for (int i = 0; i < 2; i++)
        {
          FsNetwork *network = network_of (i ? &with : &without, &shape, pool);
          draw_parameters (network, 0.5, 1);
          const FsTensor *u =
              fs_tensor_table_find (fs_network_tensors (network), "layers.0.weight_hh_l0");
          if (!is_linked)
            memset (fs_network_parameters (network) + u->offset, 0,
                    u->rows * u->cols * sizeof (FsReal));
          fs_network_refresh (network);
          draw (fs_network_inputs (network), N_STEPS * N_ROWS * N_INPUTS, 2, 0);
          const FsPass pass = { .n_rows = N_ROWS, .is_training = true, .seed = 7 };
          g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
          memcpy (outputs[i], fs_network_outputs (network), sizeof outputs[i]);
          fs_network_free (network);
        }
      if (is_linked)
        g_assert_cmpint (memcmp (outputs[0], outputs[1], sizeof outputs[0]), !=, 0);
      else
        g_assert_cmpmem (outputs[0], sizeof outputs[0], outputs[1], sizeof outputs[1]);
    }
  fs_pool_free (pool);
}

/* A network takes other rates, but says so when it was made for none. */
static void
test_live (void)
{
  FsExperiment experiment =
      network_with (dropping (lstm_spec (N_UNITS), 0.2, 0.2, FS_DROPOUT_PER_SEQUENCE));
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  experiment.layers[0].dropout = 0.5;
  experiment.layers[0].recurrent_dropout = 0.7;
  g_assert_true (fs_network_take_dropout (network, &experiment));
  experiment.layers[0].recurrent_dropout = 0;
  g_assert_false (fs_network_take_dropout (network, &experiment));
  fs_network_free (network);
  fs_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/dropout/inputs/sequence", GINT_TO_POINTER (FS_DROPOUT_PER_SEQUENCE),
                        test_inputs);
  g_test_add_data_func ("/dropout/inputs/step", GINT_TO_POINTER (FS_DROPOUT_PER_STEP), test_inputs);
  g_test_add_func ("/dropout/threads", test_threads);
  g_test_add_func ("/dropout/state", test_state);
  g_test_add_func ("/dropout/live", test_live);
  return g_test_run ();
}
