/* SPDX-License-Identifier: GPL-3.0-or-later */

/* States between passes: a window in two halves, with the state carried over, is the whole window; without
 * that layers begin anew each time; and a reset forgets. */

#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"

enum
{
  N_ROWS = 5,
  N_STEPS = 6,
  N_INPUTS = 3
};

static FsNetwork *
made_of (const FsExperiment *experiment, size_t n_steps, FsPool *pool)
{
  const FsNetworkShape shape = {
    .n_inputs = N_INPUTS, .n_steps = n_steps, .n_outputs = 1, .max_rows = N_ROWS
  };
  FsNetwork *network = network_of (experiment, &shape, pool);
  draw_parameters (network, 0.5, 1);
  return network;
}

/* Steps first … of the same x that every test reads. */
static void
run_steps (FsNetwork *network, size_t first, size_t n_steps)
{
  FsReal x[N_STEPS * N_ROWS * N_INPUTS];
  draw (x, G_N_ELEMENTS (x), 2, 0);
  memcpy (fs_network_inputs (network), x + first * N_ROWS * N_INPUTS,
          n_steps * N_ROWS * N_INPUTS * sizeof *x);
  const FsPass pass = { .n_rows = N_ROWS };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
}

static void
test_halves (gconstpointer data)
{
  FsLayerSpec peeping = lstm_spec (4);
  peeping.has_peepholes = true;
  const FsLayerSpec layers[] = { lstm_spec (20), gru_spec (18, FS_RESET_AFTER),
                                 gru_spec (4, FS_RESET_BEFORE), rnn_spec (4, FS_CELL_TANH),
                                 peeping };
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  for (size_t i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      const FsExperiment carried = EXPERIMENT (layers[i], layers[(i + 1) % G_N_ELEMENTS (layers)],
                                               dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
      FsPool *pool = pool_of (1);
      FsNetwork *whole = made_of (&carried, N_STEPS, pool);
      FsNetwork *half = made_of (&carried, N_STEPS / 2, pool);
      FsNetwork *other = made_of (&carried, N_STEPS / 2, pool);
      run_steps (whole, 0, N_STEPS);
      run_steps (half, N_STEPS / 2, N_STEPS / 2);
      const size_t size = N_ROWS * sizeof (FsReal);
      g_autofree FsReal *fresh = g_memdup2 (fs_network_outputs (half), size);

      run_steps (half, 0, N_STEPS / 2);
      fs_network_carry_state (half);
      run_steps (half, N_STEPS / 2, N_STEPS / 2);
      g_assert_cmpmem (fs_network_outputs (half), size, fs_network_outputs (whole), size);
      g_assert_cmpint (memcmp (fs_network_outputs (half), fresh, size), !=, 0);

      fs_network_reset_state (half);
      run_steps (half, N_STEPS / 2, N_STEPS / 2);
      g_assert_cmpmem (fs_network_outputs (half), size, fresh, size);

      run_steps (other, 0, N_STEPS / 2);
      run_steps (other, N_STEPS / 2, N_STEPS / 2);
      g_assert_cmpmem (fs_network_outputs (other), size, fresh, size);
      fs_network_free (whole);
      fs_network_free (half);
      fs_network_free (other);
      fs_pool_free (pool);
    }
  g_assert_true (fs_isa_override (kept));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int isa = 0; isa < FS_N_ISAS; isa++)
    if (fs_isa_is_available ((FsIsa) isa))
      {
        g_autofree char *path =
            g_strconcat ("/start-state/halves/", fs_isa_name ((FsIsa) isa), NULL);
        g_test_add_data_func (path, GINT_TO_POINTER (isa), test_halves);
      }
  return g_test_run ();
}
