/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sequences of unequal length in one batch: masked steps change nothing, to the bit, a row is what it
 * would be alone, gradients agree with differences, and PyTorch's packed sequences say the same. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/masks-golden.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-9
#else
#define TOLERANCE 1e-4
#endif

enum
{
  N_ROWS = 9,
  N_INPUTS = 3,
  N_OUTPUTS = 2,
  N_STEPS = 7,
  MOST_STEPS = 40,
};

static const uint32_t lengths[N_ROWS] = { 3, 7, 1, 5, 5, 0, 7, 2, 6 };

typedef struct
{
  const char *name;
  FsExperiment experiment;
} Case;

static size_t
cases (Case *list)
{
  size_t n = 0;
  list[n++] = (Case){ "LSTMs", EXPERIMENT (lstm_spec (6), dropout_spec (0.3), lstm_spec (17),
                                           dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)) };
  list[n++] = (Case){ "wide inputs", EXPERIMENT (dense_spec (20, FS_ACTIVATION_TANH),
                                                 lstm_spec (33), dense_spec (4, FS_ACTIVATION_TANH),
                                                 dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)) };
  list[n++] = (Case){
    "GRUs, an RNN, an LSTM with other curves",
    EXPERIMENT (gru_spec (5, FS_RESET_AFTER), gru_spec (18, FS_RESET_BEFORE), dropout_spec (0.2),
                rnn_spec (6, FS_CELL_TANH), curved_lstm_spec (5, FS_CELL_SOFTSIGN, FS_GATE_SIGMOID),
                gru_spec (4, FS_RESET_AFTER), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR))
  };
  list[n++] =
      (Case){ "both ways", EXPERIMENT (TURNED (lstm_spec (5), BOTH, CONCAT),
                                       TURNED (gru_spec (17, FS_RESET_AFTER), BOTH, PRODUCT),
                                       TURNED (rnn_spec (4, FS_CELL_TANH), BACKWARD, SUM),
                                       TURNED (lstm_spec (6), BOTH, AVERAGE),
                                       dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)) };
  return n;
}

typedef struct
{
  FsReal outputs[N_ROWS * N_OUTPUTS];
  FsReal *gradients;
  size_t n;
} Result;

/* x[row][step][channel] whatever the number of steps; masked steps hold rubbish. */
static void
fill_inputs (FsReal *x, size_t n_steps, const uint32_t *row_lengths)
{
  FsReal values[N_ROWS * N_STEPS * N_INPUTS];
  draw (values, G_N_ELEMENTS (values), 12, 0);
  for (size_t t = 0; t < n_steps; t++)
    for (size_t row = 0; row < N_ROWS; row++)
      for (size_t k = 0; k < N_INPUTS; k++)
        *x++ = t < row_lengths[row] ? values[(row * N_STEPS + t) * N_INPUTS + k]
                                    : (FsReal) (3 + 0.1 * (double) (t + row));
}

static Result
run_case (const FsExperiment *experiment, size_t n_steps, unsigned n_threads, bool is_masked)
{
  const FsNetworkShape shape = {
    .n_inputs = N_INPUTS, .n_steps = n_steps, .n_outputs = N_OUTPUTS, .max_rows = N_ROWS
  };
  FsPool *pool = pool_of (n_threads);
  FsNetwork *network = network_of (experiment, &shape, pool);
  const FsPass pass = { .n_rows = N_ROWS,
                        .is_training = true,
                        .seed = 5,
                        .step = 9,
                        .lengths = is_masked ? lengths : NULL };
  FsReal dy[N_ROWS * N_OUTPUTS];
  Result result = { .n = fs_network_tensors (network)->size };
  draw_parameters (network, 0.5, 11);
  draw (dy, G_N_ELEMENTS (dy), 13, 0);
  for (int round = 0; round < 2;
       round++) /* what a pass leaves behind does not matter to the next */
    {
      fill_inputs (fs_network_inputs (network), n_steps, lengths);
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
    }
  memcpy (result.outputs, fs_network_outputs (network), sizeof result.outputs);
  result.gradients = g_memdup2 (fs_network_gradients (network), result.n * sizeof (FsReal));
  fs_network_free (network);
  fs_pool_free (pool);
  return result;
}

static void
assert_same (const Result *a, const Result *b)
{
  g_assert_cmpmem (a->outputs, sizeof a->outputs, b->outputs, sizeof b->outputs);
  g_assert_cmpmem (a->gradients, a->n * sizeof (FsReal), b->gradients, b->n * sizeof (FsReal));
}

static void
test_more_masked_steps (gconstpointer data)
{
  const FsIsa kept = fs_isa_current ();
  Case list[8];
  const size_t n = cases (list);
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  for (size_t i = 0; i < n; i++)
    {
      g_test_message ("%s", list[i].name);
      Result tight = run_case (&list[i].experiment, N_STEPS, 1, true);
      for (size_t n_steps = N_STEPS + 1; n_steps <= MOST_STEPS; n_steps += 16)
        {
          Result loose = run_case (&list[i].experiment, n_steps, n_steps % 3 + 1, true);
          assert_same (&tight, &loose);
          g_free (loose.gradients);
        }
      /* The other way the padding does count, or this test would see nothing. */
      Result unmasked = run_case (&list[i].experiment, N_STEPS, 1, false);
      g_assert_cmpfloat (unmasked.outputs[0], !=, tight.outputs[0]);
      g_assert_cmpfloat (unmasked.gradients[0], !=, tight.gradients[0]);
      g_free (unmasked.gradients);
      g_free (tight.gradients);
    }
  g_assert_true (fs_isa_override (kept));
}

/* Row by row, each with as many steps as it has. */
static void
test_a_row_is_as_alone (void)
{
  Case list[8];
  const size_t n = cases (list);
  FsPool *pool = pool_of (1);
  for (size_t i = 0; i < n; i++)
    {
      Result together = run_case (&list[i].experiment, N_STEPS, 1, true);
      for (size_t row = 0; row < N_ROWS; row++)
        {
          if (lengths[row] == 0)
            continue;
          const FsNetworkShape shape = { .n_inputs = N_INPUTS,
                                         .n_steps = lengths[row],
                                         .n_outputs = N_OUTPUTS,
                                         .max_rows = N_ROWS };
          FsNetwork *network = network_of (&list[i].experiment, &shape, pool);
          /* All rows, so that dropout draws for the same row; only one of them is whole. */
          const FsPass pass = { .n_rows = N_ROWS, .is_training = true, .seed = 5, .step = 9 };
          draw_parameters (network, 0.5, 11);
          fill_inputs (fs_network_inputs (network), lengths[row], lengths);
          g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
          g_assert_cmpmem (fs_network_outputs (network) + row * N_OUTPUTS,
                           N_OUTPUTS * sizeof (FsReal), together.outputs + row * N_OUTPUTS,
                           N_OUTPUTS * sizeof (FsReal));
          fs_network_free (network);
        }
      g_free (together.gradients);
    }
  fs_pool_free (pool);
}

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
      largest = MAX (largest, fabs (expected[i]));
      worst = MAX (worst, fabs ((double) found[i] - expected[i]));
    }
  g_test_message ("%s: %.1e of %.1e", name, worst, largest);
  g_assert_cmpfloat (worst, <, TOLERANCE * largest);
}

static void
check_golden (FsLayerSpec layer, const double *outputs, const double *gradients, size_t n)
{
  static const uint32_t golden_lengths[] = { 3, 7, 1, 5, 5 };
  enum
  {
    N = G_N_ELEMENTS (golden_lengths)
  };
  const FsExperiment experiment =
      EXPERIMENT (layer, layer, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = {
    .n_inputs = N_INPUTS, .n_steps = N_STEPS, .n_outputs = N_OUTPUTS, .max_rows = N
  };
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  g_assert_cmpuint (table->n_parameters, ==, n);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      fs_network_parameters (network)[table->tensors[i].offset + k] =
          (FsReal) (0.4 * wave (k, 1.0 + (double) i));
  fs_network_refresh (network);
  FsReal *x = fs_network_inputs (network), dy[N * N_OUTPUTS];
  for (size_t t = 0; t < N_STEPS; t++)
    for (size_t row = 0; row < N; row++)
      for (size_t k = 0; k < N_INPUTS; k++)
        *x++ = (FsReal) wave ((row * N_STEPS + t) * N_INPUTS + k, 0.3);
  for (size_t i = 0; i < N * N_OUTPUTS; i++)
    dy[i] = (FsReal) (0.5 * wave (i, 2.1));
  const FsPass pass = { .n_rows = N, .is_training = true, .lengths = golden_lengths };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  assert_near ("outputs", fs_network_outputs (network), outputs, N * N_OUTPUTS);
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      const size_t size = table->tensors[i].rows * table->tensors[i].cols;
      assert_near (table->tensors[i].name,
                   fs_network_gradients (network) + table->tensors[i].offset, gradients, size);
      gradients += size;
    }
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_golden (gconstpointer data)
{
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  check_golden ((FsLayerSpec){ .kind = FS_LAYER_LSTM, .units = 6 }, masked_lstm_outputs,
                masked_lstm_gradients, G_N_ELEMENTS (masked_lstm_gradients));
  check_golden (gru_spec (6, FS_RESET_AFTER), masked_gru_outputs, masked_gru_gradients,
                G_N_ELEMENTS (masked_gru_gradients));
  check_golden (rnn_spec (6, FS_CELL_TANH), masked_rnn_outputs, masked_rnn_gradients,
                G_N_ELEMENTS (masked_rnn_gradients));
  g_assert_true (fs_isa_override (kept));
}

/* After every step instead of after the last one: the outputs of step t are those of a window that ends
 * there, and the masked ones say nothing about the gradients. */
static void
test_stepwise (void)
{
  const FsExperiment experiment = EXPERIMENT (lstm_spec (6), gru_spec (5, FS_RESET_AFTER),
                                              dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsNetworkShape shape = { .n_inputs = N_INPUTS,
                           .n_steps = N_STEPS,
                           .n_outputs = N_OUTPUTS,
                           .max_rows = N_ROWS,
                           .is_stepwise = true };
  FsPool *pool = pool_of (2);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  const FsPass pass = { .n_rows = N_ROWS, .is_training = true, .lengths = lengths };
  draw_parameters (network, 0.5, 11);
  fill_inputs (fs_network_inputs (network), N_STEPS, lengths);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  for (size_t t = 0; t < N_STEPS; t++)
    {
      shape.n_steps = t + 1;
      shape.is_stepwise = false;
      FsNetwork *other = network_of (&experiment, &shape, pool);
      const FsPass whole = { .n_rows = N_ROWS };
      draw_parameters (other, 0.5, 11);
      fill_inputs (fs_network_inputs (other), t + 1, lengths);
      g_assert_cmpint (fs_network_forward (other, &whole), ==, FS_OK);
      for (size_t row = 0; row < N_ROWS; row++)
        if (t < lengths[row])
          g_assert_cmpmem (fs_network_outputs (other) + row * N_OUTPUTS,
                           N_OUTPUTS * sizeof (FsReal),
                           fs_network_outputs (network) + (t * N_ROWS + row) * N_OUTPUTS,
                           N_OUTPUTS * sizeof (FsReal));
      fs_network_free (other);
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
        const char *name = fs_isa_name ((FsIsa) isa);
        g_autofree char *more = g_strconcat ("/masks/more-steps/", name, NULL);
        g_autofree char *golden = g_strconcat ("/masks/golden/", name, NULL);
        g_test_add_data_func (more, GINT_TO_POINTER (isa), test_more_masked_steps);
        g_test_add_data_func (golden, GINT_TO_POINTER (isa), test_golden);
      }
  g_test_add_func ("/masks/a-row-is-as-alone", test_a_row_is_as_alone);
  g_test_add_func ("/masks/stepwise", test_stepwise);
  return g_test_run ();
}
