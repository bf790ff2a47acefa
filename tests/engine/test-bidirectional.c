/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layers that read the window from its end, or both ways: against PyTorch's bidirectional modules
 * (tests/golden/make_bidirectional.py), and against layers that read a window turned round by hand. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/bidirectional-golden.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-9
#else
#define TOLERANCE 1e-4
#endif

enum
{
  N = 4,
  T = 5,
  I = 3,
  O = 2
};

static const uint32_t lengths[N] = { 5, 3, 1, 4 };

typedef struct
{
  const char *name;
  FsExperiment experiment;
  const uint32_t *lengths;
  const double *outputs, *gradients;
  size_t n_parameters;
} Golden;

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
fill_waves (FsNetwork *network)
{
  const FsTensorTable *table = fs_network_tensors (network);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      fs_network_parameters (network)[table->tensors[i].offset + k] =
          (FsReal) (0.4 * wave (k, 1.0 + (double) i));
  fs_network_refresh (network);
  FsReal *x = fs_network_inputs (network);
  for (size_t t = 0; t < T; t++)
    for (size_t row = 0; row < N; row++)
      for (size_t k = 0; k < I; k++)
        *x++ = (FsReal) wave ((row * T + t) * I + k, 0.3);
}

static const FsNetworkShape shape = { .n_inputs = I, .n_steps = T, .n_outputs = O, .max_rows = N };

static void
check_golden (const Golden *golden)
{
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&golden->experiment, &shape, pool);
  const FsTensorTable *table = fs_network_tensors (network);
  g_assert_cmpuint (table->n_parameters, ==, golden->n_parameters);
  fill_waves (network);
  FsReal dy[N * O];
  for (size_t i = 0; i < N * O; i++)
    dy[i] = (FsReal) (0.5 * wave (i, 2.1));
  const FsPass pass = { .n_rows = N, .is_training = true, .lengths = golden->lengths };
  for (int round = 0; round < 2; round++) /* what a pass leaves behind must not matter */
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

#define GOLDEN(word, list_of_lengths, ...)                                                      \
  {                                                                                             \
#word, EXPERIMENT(__VA_ARGS__, dense_spec(FS_AUTO, FS_ACTIVATION_LINEAR)), list_of_lengths, \
        word##_outputs, word##_gradients, G_N_ELEMENTS(word##_gradients)                        \
  }

static void
test_golden (gconstpointer data)
{
  const Golden goldens[] = {
    GOLDEN (lstm, NULL, TURNED (lstm_spec (5), BOTH, CONCAT)),
    GOLDEN (gru, NULL, TURNED (gru_spec (5, FS_RESET_AFTER), BOTH, CONCAT)),
    GOLDEN (rnn, lengths, TURNED (rnn_spec (5, FS_CELL_TANH), BOTH, PRODUCT)),
    GOLDEN (lstms, lengths, TURNED (lstm_spec (5), BOTH, CONCAT),
            TURNED (lstm_spec (5), BOTH, SUM)),
    GOLDEN (mixed, lengths, TURNED (gru_spec (5, FS_RESET_AFTER), BOTH, AVERAGE),
            TURNED (rnn_spec (5, FS_CELL_TANH), BOTH, PRODUCT),
            TURNED (lstm_spec (5), BOTH, CONCAT)),
  };
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  for (size_t i = 0; i < G_N_ELEMENTS (goldens); i++)
    check_golden (&goldens[i]);
  g_assert_true (fs_isa_override (kept));
}

/* Unit by unit, the second's steps from the end. */
static void
assert_same_states (FsNetwork *one, FsNetwork *other, size_t n_units)
{
  static const FsState states[] = { FS_STATE_HIDDEN, FS_STATE_HIDDEN_GRADIENT,
                                    FS_STATE_INPUT_GRADIENT, FS_STATE_CELL };
  for (size_t i = 0; i < G_N_ELEMENTS (states); i++)
    for (size_t t = 0; t < T; t++)
      for (size_t row = 0; row < N; row++)
        {
          FsReal left[32] = { 0 }, right[32] = { 0 };
          g_assert_cmpuint (n_units, <=, 32);
          g_assert_true (fs_network_read_state (one, 0, states[i], t, row, left)
                         == fs_network_read_state (other, 0, states[i], T - 1 - t, row, right));
          g_assert_cmpmem (left, sizeof left, right, sizeof right);
        }
}

/* With two ways, the states of one stand beside those of the other. */
static void
test_states_of_both (void)
{
  const FsExperiment experiment =
      EXPERIMENT (TURNED (lstm_spec (5), BOTH, CONCAT), rnn_spec (3, FS_CELL_TANH),
                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  fill_waves (network);
  const FsPass pass = { .n_rows = N, .is_training = true, .is_probe = true, .lengths = lengths };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  FsStateShape found;
  g_assert_true (fs_network_state_shape (network, 0, &found));
  g_assert_cmpuint (found.n_units, ==, 10);
  /* At its first step each way has seen the same row. */
  FsReal *parameters = fs_network_parameters (network);
  const FsTensorTable *table = fs_network_tensors (network);
  for (size_t i = 0; i < 3; i++)
    memcpy (parameters + table->tensors[3 + i].offset, parameters + table->tensors[i].offset,
            table->tensors[i].rows * table->tensors[i].cols * sizeof *parameters);
  fs_network_refresh (network);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  FsReal values[10];
  g_assert_true (fs_network_read_state (network, 0, FS_STATE_HIDDEN, 0, 2, values));
  g_assert_cmpmem (values, 5 * sizeof *values, values + 5, 5 * sizeof *values); /* length 1 */
  g_assert_true (fs_network_read_state (network, 0, FS_STATE_HIDDEN, 0, 0, values));
  g_assert_cmpfloat (fabs (values[0] - values[5]), >, 1e-3);
  g_assert_false (fs_network_read_state (network, 0, FS_STATE_RESET_GATE, 0, 0, values));
  fs_network_free (network);
  fs_pool_free (pool);
}

/* A layer that reads backward is the layer that reads forward, on the window turned round. */
static void
test_backward_alone (void)
{
  const FsLayerSpec layers[] = { lstm_spec (5), gru_spec (17, FS_RESET_BEFORE),
                                 rnn_spec (4, FS_CELL_TANH) };
  for (size_t i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      const FsExperiment ahead = EXPERIMENT (layers[i], dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
      const FsExperiment back = EXPERIMENT (TURNED (layers[i], BACKWARD, CONCAT),
                                            dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
      FsPool *pool = pool_of (1);
      FsNetwork *one = network_of (&ahead, &shape, pool), *other = network_of (&back, &shape, pool);
      fill_waves (one);
      fill_waves (other);
      for (size_t t = 0; t < T; t++)
        memcpy (fs_network_inputs (one) + t * N * I,
                fs_network_inputs (other) + (T - 1 - t) * N * I, N * I * sizeof (FsReal));
      const FsPass pass = { .n_rows = N, .is_training = true, .is_probe = true };
      g_assert_cmpint (fs_network_forward (one, &pass), ==, FS_OK);
      g_assert_cmpint (fs_network_forward (other, &pass), ==, FS_OK);
      g_assert_cmpmem (fs_network_outputs (one), N * O * sizeof (FsReal),
                       fs_network_outputs (other), N * O * sizeof (FsReal));
      FsReal dy[N * O];
      draw (dy, N * O, 3, 0);
      g_assert_cmpint (fs_network_backward (one, &pass, dy), ==, FS_OK);
      g_assert_cmpint (fs_network_backward (other, &pass, dy), ==, FS_OK);
      assert_same_states (one, other, (size_t) layers[i].units);
      g_assert_cmpstr (fs_network_tensors (other)->tensors[0].name, ==, "layers.0.weight_ih_l0");
      fs_network_free (one);
      fs_network_free (other);
      fs_pool_free (pool);
    }
}

/* What the user reads before training, and the names that PyTorch's module has. */
static void
test_plan (void)
{
  const FsExperiment experiment = EXPERIMENT (TURNED (lstm_spec (50), BOTH, CONCAT),
                                              TURNED (gru_spec (7, FS_RESET_AFTER), BOTH, SUM),
                                              TURNED (rnn_spec (3, FS_CELL_TANH), BACKWARD, SUM),
                                              dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape one = { .n_inputs = 1, .n_steps = 6, .n_outputs = 1, .max_rows = 2 };
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  g_assert_cmpint (fs_network_plan (&experiment, &one, summaries, &table, NULL), ==, FS_OK);
  g_assert_cmpstr (summaries[0].name, ==, "Bidirectional LSTM 50");
  g_assert_cmpstr (summaries[1].name, ==, "Bidirectional GRU 7");
  g_assert_cmpstr (summaries[2].name, ==, "Backward RNN 3");
  g_assert_cmpuint (summaries[0].n_parameters, ==, 2 * 10400);
  g_assert_cmpuint (summaries[0].width, ==, 100);
  g_assert_cmpuint (summaries[0].steps, ==, 6);
  g_assert_cmpuint (summaries[1].width, ==, 7);
  g_assert_nonnull (fs_tensor_table_find (&table, "layers.0.weight_ih_l0_reverse"));
  g_assert_nonnull (fs_tensor_table_find (&table, "layers.1.bias_hh_l0_reverse"));
  g_assert_null (fs_tensor_table_find (&table, "layers.2.weight_ih_l0_reverse"));
}

static void
test_absurd_size (void)
{
  FsExperiment experiment = EXPERIMENT (TURNED (lstm_spec (1000000), BOTH, CONCAT),
                                        dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  FsProblem problem = { 0 };
  char sentence[1024];
  g_assert_cmpint (fs_network_plan (&experiment, &shape, summaries, &table, &problem), ==,
                   FS_TOO_LARGE);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  g_assert_nonnull (strstr (sentence, "model.layers.0.units"));
  g_assert_nonnull (strstr (sentence, "1000000"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int isa = 0; isa < FS_N_ISAS; isa++)
    if (fs_isa_is_available ((FsIsa) isa))
      {
        g_autofree char *path =
            g_strconcat ("/bidirectional/golden/", fs_isa_name ((FsIsa) isa), NULL);
        g_test_add_data_func (path, GINT_TO_POINTER (isa), test_golden);
      }
  g_test_add_func ("/bidirectional/backward-alone", test_backward_alone);
  g_test_add_func ("/bidirectional/states-of-both", test_states_of_both);
  g_test_add_func ("/bidirectional/plan", test_plan);
  g_test_add_func ("/bidirectional/absurd-size", test_absurd_size);
  return g_test_run ();
}
