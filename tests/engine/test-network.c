/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The network as a whole: rows that do not know of each other, any number of threads, interruption, and
 * sizes that cannot be. */

#include <math.h>
#include "tests/engine/network-fixture.h"

#define MAX_VALUES 4096

typedef struct
{
  const char *name;
  FsExperiment experiment;
  FsNetworkShape shape;
} Case;

static void
fill (FsNetwork *network, const FsNetworkShape *shape, size_t n_rows, FsReal *dy)
{
  draw_parameters (network, 0.5, 11);
  draw (fs_network_inputs (network), shape->n_steps * n_rows * shape->n_inputs, 12, 0);
  draw (dy, n_rows * shape->n_outputs, 13, 0);
}

/* Outputs and gradients of one pass, with so many threads. */
static void
run_case (const Case *c,
          unsigned n_threads,
          FsReal *outputs,
          FsReal *gradients,
          size_t *n_gradients)
{
  FsPool *pool = pool_of (n_threads);
  FsNetwork *network = network_of (&c->experiment, &c->shape, pool);
  const FsPass pass = { .n_rows = c->shape.max_rows, .is_training = true, .seed = 5, .step = 9 };
  FsReal dy[MAX_VALUES];
  fill (network, &c->shape, pass.n_rows, dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  memcpy (outputs, fs_network_outputs (network),
          pass.n_rows * c->shape.n_outputs * sizeof (FsReal));
  *n_gradients = fs_network_tensors (network)->size;
  g_assert_cmpuint (*n_gradients, <=, 1 << 20);
  memcpy (gradients, fs_network_gradients (network), *n_gradients * sizeof (FsReal));
  fs_network_free (network);
  fs_pool_free (pool);
}

/* Large enough that the work is really shared out. */
static Case
large_case (void)
{
  return (Case){
    "large",
    EXPERIMENT (lstm_spec (50), dropout_spec (0.3), lstm_spec (33), gru_spec (33, FS_RESET_AFTER),
                gru_spec (18, FS_RESET_BEFORE), rnn_spec (17, FS_CELL_TANH),
                curved_lstm_spec (9, FS_CELL_TANH, FS_GATE_HARD_SIGMOID),
                dense_spec (20, FS_ACTIVATION_RELU), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
    { .n_inputs = 5, .n_steps = 9, .n_outputs = 3, .max_rows = 37 }
  };
}

static void
test_threads (void)
{
  const Case c = large_case ();
  FsReal *gradients = g_new (FsReal, 1 << 20), *others = g_new (FsReal, 1 << 20);
  FsReal outputs[MAX_VALUES], other_outputs[MAX_VALUES];
  size_t n;
  run_case (&c, 1, outputs, gradients, &n);
  for (unsigned n_threads = 2; n_threads <= 8; n_threads = n_threads == 3 ? 8 : n_threads + 1)
    {
      run_case (&c, n_threads, other_outputs, others, &n);
      g_assert_cmpmem (other_outputs, 37 * 3 * sizeof (FsReal), outputs, 37 * 3 * sizeof (FsReal));
      g_assert_cmpmem (others, n * sizeof (FsReal), gradients, n * sizeof (FsReal));
    }
  g_free (gradients);
  g_free (others);
}

/* A row's forecast is the same bits alone and among others, in whatever place. */
static void
test_rows_are_independent (void)
{
  const Case c = large_case ();
  const size_t n_rows = c.shape.max_rows, n_in = c.shape.n_inputs, n_out = c.shape.n_outputs;
  FsPool *pool = pool_of (2);
  FsNetwork *network = network_of (&c.experiment, &c.shape, pool);
  FsReal dy[MAX_VALUES], together[MAX_VALUES];
  fill (network, &c.shape, n_rows, dy);
  FsReal *x = fs_network_inputs (network);
  FsReal *kept = g_memdup2 (x, c.shape.n_steps * n_rows * n_in * sizeof *x);
  FsPass pass = { .n_rows = n_rows };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  memcpy (together, fs_network_outputs (network), n_rows * n_out * sizeof (FsReal));

  for (size_t t = 0; t < c.shape.n_steps; t++) /* backwards */
    for (size_t row = 0; row < n_rows; row++)
      memcpy (x + (t * n_rows + row) * n_in, kept + (t * n_rows + n_rows - 1 - row) * n_in,
              n_in * sizeof *x);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  for (size_t row = 0; row < n_rows; row++)
    g_assert_cmpmem (fs_network_outputs (network) + row * n_out, n_out * sizeof (FsReal),
                     together + (n_rows - 1 - row) * n_out, n_out * sizeof (FsReal));

  pass.n_rows = 1;
  for (size_t row = 0; row < n_rows; row++)
    {
      for (size_t t = 0; t < c.shape.n_steps; t++)
        memcpy (x + t * n_in, kept + (t * n_rows + row) * n_in, n_in * sizeof *x);
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      g_assert_cmpmem (fs_network_outputs (network), n_out * sizeof (FsReal),
                       together + row * n_out, n_out * sizeof (FsReal));
    }
  g_free (kept);
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_padding_stays_zero (void)
{
  const Case c = large_case ();
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&c.experiment, &c.shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  FsReal dy[MAX_VALUES];
  const FsPass pass = { .n_rows = c.shape.max_rows, .is_training = true };
  fill (network, &c.shape, pass.n_rows, dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[i];
      size_t end = i + 1 < table->n_tensors ? tensor[1].offset : table->size;
      g_assert_cmpuint (tensor->offset * sizeof (FsReal) % 64, ==, 0);
      for (size_t k = tensor->offset + tensor->rows * tensor->cols; k < end; k++)
        g_assert_true (fs_network_gradients (network)[k] == 0);
    }
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_interrupt (void)
{
  const Case c = large_case ();
  FsPool *pool = pool_of (2);
  FsNetwork *network = network_of (&c.experiment, &c.shape, pool);
  FsReal dy[MAX_VALUES], outputs[MAX_VALUES];
  FsInterrupt interrupt = { false };
  const FsPass pass = { .n_rows = c.shape.max_rows, .is_training = true, .interrupt = &interrupt };
  const size_t size = pass.n_rows * c.shape.n_outputs * sizeof (FsReal);
  fill (network, &c.shape, pass.n_rows, dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  memcpy (outputs, fs_network_outputs (network), size);
  atomic_store (&interrupt.is_requested, true);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_INTERRUPTED);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_INTERRUPTED);
  atomic_store (&interrupt.is_requested, false);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpmem (fs_network_outputs (network), size, outputs, size);
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
assert_refused (FsExperiment experiment, FsNetworkShape shape, FsStatus status, const char *where)
{
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  FsProblem problem = { 0 };
  g_assert_cmpint (fs_network_plan (&experiment, &shape, summaries, &table, &problem), ==, status);
  g_assert_cmpint (problem.status, ==, status);
  g_assert_cmpstr (problem.where, ==, where);
  FsNetwork *network = NULL;
  g_assert_cmpint (fs_network_new (&network, &experiment, &shape, NULL, &problem), ==, status);
  g_assert_null (network);
}

static void
test_refusals (void)
{
  const FsNetworkShape shape = { .n_inputs = 1, .n_steps = 24, .n_outputs = 1, .max_rows = 32 };
  const FsLayerSpec head = dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR);
  const int64_t absurd[] = { 100000, 1000000000, INT64_MAX };
  for (size_t i = 0; i < G_N_ELEMENTS (absurd); i++)
    {
      assert_refused (EXPERIMENT (lstm_spec (8), lstm_spec (absurd[i]), head), shape, FS_TOO_LARGE,
                      "model.layers.1.units");
      if (i > 0)
        assert_refused (
            EXPERIMENT (lstm_spec (8), dense_spec (absurd[i], FS_ACTIVATION_RELU), head), shape,
            FS_TOO_LARGE, "model.layers.1.units");
    }
  assert_refused (EXPERIMENT (lstm_spec (0), head), shape, FS_OUT_OF_RANGE, "model.layers.0.units");
  assert_refused (EXPERIMENT (lstm_spec (8)), shape, FS_MISMATCH, "model.layers");
  assert_refused (EXPERIMENT (lstm_spec (8), dense_spec (2, FS_ACTIVATION_LINEAR)), shape,
                  FS_MISMATCH, "model.layers.1.units");
  assert_refused (EXPERIMENT (head), shape, FS_MISMATCH, "model.layers");
  assert_refused ((FsExperiment){ 0 }, shape, FS_MISMATCH, "model.layers");
  FsNetworkShape long_shape = shape;
  long_shape.n_steps = SIZE_MAX / 2;
  assert_refused (EXPERIMENT (lstm_spec (8), head), long_shape, FS_TOO_LARGE,
                  "model.layers.0.units");
}

/* The counts that Keras prints for the same layers. */
static void
test_summary (void)
{
  const FsNetworkShape shape = { .n_inputs = 1, .n_steps = 10, .n_outputs = 1, .max_rows = 32 };
  FsExperiment experiment =
      EXPERIMENT (lstm_spec (50), dropout_spec (0.2), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  g_assert_cmpint (fs_network_plan (&experiment, &shape, summaries, &table, NULL), ==, FS_OK);
  g_assert_cmpstr (summaries[0].name, ==, "LSTM 50");
  g_assert_cmpuint (summaries[0].n_parameters, ==, 10400);
  g_assert_cmpuint (summaries[0].steps, ==, 1);
  g_assert_cmpstr (summaries[1].name, ==, "Dropout 0.2");
  g_assert_cmpuint (summaries[2].n_parameters, ==, 51);
  g_assert_cmpuint (table.n_parameters, ==, 10451);
  g_assert_nonnull (fs_tensor_table_find (&table, "layers.0.weight_hh_l0"));
  g_assert_nonnull (fs_tensor_table_find (&table, "layers.2.bias"));
  g_assert_null (fs_tensor_table_find (&table, "layers.1.weight"));
}

static void
test_first_non_finite (void)
{
  const Case c = large_case ();
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&c.experiment, &c.shape, pool);
  fs_network_initialise (network, 1);
  g_assert_null (fs_network_first_non_finite (network, false));
  const FsTensor *tensor =
      fs_tensor_table_find (fs_network_tensors (network), "layers.2.weight_hh_l0");
  fs_network_parameters (network)[tensor->offset + 3] = (FsReal) NAN;
  g_assert_true (fs_network_first_non_finite (network, false) == tensor);
  g_assert_null (fs_network_first_non_finite (network, true));
  fs_network_free (network);
  fs_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/threads", test_threads);
  g_test_add_func ("/network/rows-are-independent", test_rows_are_independent);
  g_test_add_func ("/network/padding-stays-zero", test_padding_stays_zero);
  g_test_add_func ("/network/interrupt", test_interrupt);
  g_test_add_func ("/network/refusals", test_refusals);
  g_test_add_func ("/network/summary", test_summary);
  g_test_add_func ("/network/first-non-finite", test_first_non_finite);
  return g_test_run ();
}
