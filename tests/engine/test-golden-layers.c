/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Attention, layer normalisation and peepholes against PyTorch (tests/golden/make_layers.py), and the laws of
 * attention's weights. */

#include <math.h>
#include "engine/model/kernels.h"
#include "tests/engine/network-fixture.h"
#include "tests/golden/layers-golden.h"

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
  const FsLayerSpec rnn = rnn_spec (5, FS_CELL_TANH);
  FsLayerSpec peeping = lstm_spec (5), normed = lstm_spec (5);
  peeping.has_peepholes = true;
  normed.has_layer_norm = true;
  normed.norm_epsilon = 1e-5;
  const Golden goldens[] = {
    GOLDEN (additive, lengths, rnn, attention_spec (FS_SCORE_ADDITIVE, 3)),
    GOLDEN (dot, NULL, rnn, attention_spec (FS_SCORE_DOT, 0)),
    GOLDEN (scaled, lengths, rnn, attention_spec (FS_SCORE_SCALED, 0)),
    GOLDEN (general, lengths, rnn, attention_spec (FS_SCORE_GENERAL, 0)),
    GOLDEN (by_itself, NULL, rnn, attention_spec (FS_SCORE_LEARNED, 3)),
    GOLDEN (peepholes, lengths, peeping),
    GOLDEN (normed, lengths, normed),
    GOLDEN (layer_norm, NULL, norm_spec (), rnn),
  };
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  for (size_t i = 0; i < G_N_ELEMENTS (goldens); i++)
    check_golden (&goldens[i]);
  g_assert_true (fs_isa_override (kept));
}

/* The weights of a window are shares, those of steps that do not count are 0, and what is asked for the mean
 * gets it. A row without any step gives 0. */
static void
test_weights (void)
{
  static const uint32_t some[N] = { 5, 3, 0, 1 };
  for (int score = 0; score <= FS_SCORE_MEAN; score++)
    {
      const FsExperiment experiment =
          EXPERIMENT (rnn_spec (5, FS_CELL_TANH), attention_spec ((FsAttentionScore) score, 4),
                      dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
      FsPool *pool = pool_of (1);
      FsNetwork *network = network_of (&experiment, &shape, pool);
      fill_waves (network);
      const FsPass pass = { .n_rows = N, .lengths = some };
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      FsReal weights[T];
      g_assert_false (fs_network_attention (network, 0, 0, weights));
      for (size_t row = 0; row < N; row++)
        {
          double sum = 0;
          g_assert_true (fs_network_attention (network, 1, row, weights));
          for (size_t t = 0; t < T; t++)
            {
              sum += (double) weights[t];
              if (t >= some[row])
                g_assert_cmpfloat ((double) weights[t], ==, 0);
              else if (score == FS_SCORE_MEAN)
                g_assert_cmpfloat_with_epsilon ((double) weights[t], 1.0 / some[row], 1e-6);
              else
                g_assert_cmpfloat ((double) weights[t], >, 0);
            }
          g_assert_cmpfloat_with_epsilon (sum, some[row] > 0, 1e-6);
        }
      FsValueShape found;
      const FsReal *y = fs_network_layer_values (network, 1, &found);
      g_assert_cmpuint (found.steps, ==, 1);
      for (size_t k = 0; k < found.width; k++)
        g_assert_cmpfloat ((double) y[2 * found.stride + k], ==, 0);
      fs_network_free (network);
      fs_pool_free (pool);
    }
}

/* The same bits on any number of threads. */
static void
test_threads (void)
{
  enum
  {
    ROWS = 150
  };
  const FsExperiment experiment = EXPERIMENT (TURNED (lstm_spec (24), BOTH, CONCAT), norm_spec (),
                                              attention_spec (FS_SCORE_ADDITIVE, 20),
                                              dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape wide = { .n_inputs = I, .n_steps = 8, .n_outputs = O, .max_rows = ROWS };
  FsReal dy[ROWS * O], outputs[2][ROWS * O];
  FsReal *gradients[2];
  size_t size = 0;
  draw (dy, ROWS * O, 3, 0);
  for (unsigned i = 0; i < 2; i++)
    {
      FsPool *pool = pool_of (1 + 2 * i);
      FsNetwork *network = network_of (&experiment, &wide, pool);
      draw_parameters (network, 0.5, 1);
      draw (fs_network_inputs (network), 8 * ROWS * I, 2, 0);
      const FsPass pass = { .n_rows = ROWS, .is_training = true };
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      memcpy (outputs[i], fs_network_outputs (network), sizeof outputs[i]);
      g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
      size = fs_network_tensors (network)->size * sizeof (FsReal);
      gradients[i] = g_memdup2 (fs_network_gradients (network), size);
      fs_network_free (network);
      fs_pool_free (pool);
    }
  g_assert_cmpmem (outputs[0], sizeof outputs[0], outputs[1], sizeof outputs[1]);
  g_assert_cmpmem (gradients[0], size, gradients[1], size);
  g_free (gradients[0]);
  g_free (gradients[1]);
}

static void
assert_refused (const FsExperiment *experiment, const FsNetworkShape *asked, const char *part)
{
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  FsProblem problem = { 0 };
  char sentence[1024];
  g_assert_cmpint (fs_network_plan (experiment, asked, summaries, &table, &problem), !=, FS_OK);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  g_test_message ("%s", sentence);
  g_assert_nonnull (strstr (sentence, part));
}

/* What does not fit is refused with the layer's name, before any memory is taken. */
static void
test_refusals (void)
{
  const FsExperiment late =
      EXPERIMENT (rnn_spec (5, FS_CELL_TANH), attention_spec (FS_SCORE_DOT, 0), lstm_spec (4),
                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  assert_refused (&late, &shape, "model.layers.2");
  const FsExperiment twice =
      EXPERIMENT (attention_spec (FS_SCORE_DOT, 0), attention_spec (FS_SCORE_DOT, 0),
                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  assert_refused (&twice, &shape, "model.layers.1");
  const FsExperiment empty = EXPERIMENT (attention_spec (FS_SCORE_ADDITIVE, 0),
                                         dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  assert_refused (&empty, &shape, "model.layers.0.units");
  const FsExperiment none = EXPERIMENT (lstm_spec (0), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  assert_refused (&none, &shape, "model.layers.0.units");
  const FsExperiment one = EXPERIMENT (rnn_spec (5, FS_CELL_TANH), attention_spec (FS_SCORE_DOT, 0),
                                       dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  FsNetworkShape stepwise = shape;
  stepwise.is_stepwise = true;
  assert_refused (&one, &stepwise, "model.layers.1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int isa = 0; isa < FS_N_ISAS; isa++)
    if (fs_isa_is_available ((FsIsa) isa))
      {
        g_autofree char *path = g_strconcat ("/layers/golden/", fs_isa_name ((FsIsa) isa), NULL);
        g_test_add_data_func (path, GINT_TO_POINTER (isa), test_golden);
      }
  g_test_add_func ("/layers/attention-weights", test_weights);
  g_test_add_func ("/layers/threads", test_threads);
  g_test_add_func ("/layers/refusals", test_refusals);
  return g_test_run ();
}
