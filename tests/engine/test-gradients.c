/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gradients of small networks against central differences, every parameter; built in double only. */

#include <math.h>
#include "tests/engine/network-fixture.h"

#define MAX_VALUES 4096

typedef struct
{
  const char *name;
  FsExperiment experiment;
  FsNetworkShape shape;
  const uint32_t *lengths; /* of rows; NULL = all steps count */
  bool has_start;          /* layers begin with a state */
} Case;

static const uint32_t some_lengths[] = { 3, 1, 4, 0, 2 };

static size_t
cases (Case *list)
{
  size_t n = 0;
  list[n++] = (Case){ "one unit",
                      EXPERIMENT (lstm_spec (1), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 1, .n_steps = 2, .n_outputs = 1, .max_rows = 1 } };
  list[n++] = (Case){ "one step",
                      EXPERIMENT (lstm_spec (5), dense_spec (FS_AUTO, FS_ACTIVATION_TANH)),
                      { .n_inputs = 3, .n_steps = 1, .n_outputs = 2, .max_rows = 3 } };
  list[n++] = (Case){ "stacked, dropout, relu head",
                      EXPERIMENT (lstm_spec (6), dropout_spec (0.4), lstm_spec (17),
                                  dropout_spec (0.2), dense_spec (7, FS_ACTIVATION_RELU),
                                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 7 } };
  list[n++] = (Case){ "dense before the recurrence",
                      EXPERIMENT (dense_spec (3, FS_ACTIVATION_SIGMOID), lstm_spec (4),
                                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 3, .n_outputs = 1, .max_rows = 2 } };
  list[n++] = (Case){ "GRUs and an RNN",
                      EXPERIMENT (gru_spec (5, FS_RESET_AFTER), gru_spec (17, FS_RESET_BEFORE),
                                  rnn_spec (6, FS_CELL_TANH), gru_spec (4, FS_RESET_AFTER),
                                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 } };
  list[n++] =
      (Case){ "other curves",
              EXPERIMENT (curved_lstm_spec (5, FS_CELL_SOFTSIGN, FS_GATE_TANH),
                          dense_spec (6, FS_ACTIVATION_GELU),
                          curved_lstm_spec (4, FS_CELL_TANH, FS_GATE_HARD_SIGMOID),
                          dense_spec (6, FS_ACTIVATION_MISH), dense_spec (5, FS_ACTIVATION_SOFTMAX),
                          dense_spec (FS_AUTO, FS_ACTIVATION_SELU)),
              { .n_inputs = 2, .n_steps = 3, .n_outputs = 2, .max_rows = 4 } };
  list[n++] = (Case){ "rows of unequal length",
                      EXPERIMENT (lstm_spec (5), gru_spec (4, FS_RESET_BEFORE), dropout_spec (0.3),
                                  gru_spec (4, FS_RESET_AFTER), rnn_spec (3, FS_CELL_TANH),
                                  lstm_spec (4), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 },
                      some_lengths };
  list[n++] =
      (Case){ "outputs after every step",
              EXPERIMENT (lstm_spec (4), rnn_spec (3, FS_CELL_TANH),
                          dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
              { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5, .is_stepwise = true } };
  list[n++] = (Case){ "both ways, rows of unequal length",
                      EXPERIMENT (TURNED (lstm_spec (4), BOTH, CONCAT),
                                  TURNED (gru_spec (3, FS_RESET_BEFORE), BOTH, PRODUCT),
                                  TURNED (rnn_spec (3, FS_CELL_TANH), BACKWARD, SUM),
                                  TURNED (gru_spec (3, FS_RESET_AFTER), BOTH, SUM),
                                  TURNED (lstm_spec (4), BOTH, AVERAGE),
                                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 },
                      some_lengths };
  list[n++] =
      (Case){ "both ways, outputs after every step",
              EXPERIMENT (TURNED (rnn_spec (3, FS_CELL_TANH), BOTH, CONCAT),
                          TURNED (lstm_spec (3), BOTH, CONCAT),
                          dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
              { .n_inputs = 2, .n_steps = 3, .n_outputs = 2, .max_rows = 4, .is_stepwise = true } };
  FsLayerSpec peeping = lstm_spec (4), normed = lstm_spec (3), both = lstm_spec (3);
  peeping.has_peepholes = both.has_peepholes = true;
  normed.has_layer_norm = both.has_layer_norm = true;
  normed.norm_epsilon = both.norm_epsilon = 1e-5;
  list[n++] = (Case){ "peepholes and layer normalisation",
                      EXPERIMENT (peeping, TURNED (normed, BOTH, CONCAT), both,
                                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 },
                      some_lengths };
  FsLayerSpec lstm = lstm_spec (4), gru = gru_spec (4, FS_RESET_AFTER),
              rnn = rnn_spec (3, FS_CELL_TANH);
  FsLayerSpec before = gru_spec (3, FS_RESET_BEFORE);
  lstm.recurrent_dropout = gru.recurrent_dropout = 0.4;
  rnn.recurrent_dropout = before.recurrent_dropout = 0.3;
  gru.dropout_mask = rnn.dropout_mask = FS_DROPOUT_PER_STEP;
  lstm.dropout = gru.dropout = rnn.dropout = 0.2;
  list[n++] = (Case){ "recurrent dropout",
                      EXPERIMENT (TURNED (lstm, BOTH, CONCAT), gru, rnn, before,
                                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 } };
  list[n++] =
      (Case){ "states to begin with",
              EXPERIMENT (lstm_spec (4), gru_spec (3, FS_RESET_AFTER), rnn_spec (3, FS_CELL_TANH),
                          TURNED (gru_spec (3, FS_RESET_BEFORE), BOTH, CONCAT), peeping,
                          dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
              { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 },
              some_lengths,
              .has_start = true };
  FsLayerSpec dropping = lstm_spec (17);
  dropping.recurrent_dropout = peeping.recurrent_dropout = both.recurrent_dropout = 0.3;
  peeping.dropout_mask = FS_DROPOUT_PER_STEP;
  list[n++] = (Case){ "recurrent dropout of rows of unequal length with states to begin with",
                      EXPERIMENT (dropping, TURNED (peeping, BOTH, CONCAT), both,
                                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
                      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 },
                      some_lengths,
                      .has_start = true };
  for (int score = 0; score <= FS_SCORE_MEAN; score++)
    list[n++] = (Case){
      "attention",
      EXPERIMENT (lstm_spec (4), norm_spec (), attention_spec ((FsAttentionScore) score, 5),
                  dense_spec (3, FS_ACTIVATION_TANH), dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR)),
      { .n_inputs = 2, .n_steps = 4, .n_outputs = 2, .max_rows = 5 },
      score % 2 ? some_lengths : NULL
    };
  return n;
}

static size_t
n_outputs_of (const Case *c)
{
  return c->shape.max_rows * c->shape.n_outputs * (c->shape.is_stepwise ? c->shape.n_steps : 1);
}

static FsPass
pass_of (const Case *c)
{
  return (FsPass){
    .n_rows = c->shape.max_rows, .is_training = true, .seed = 5, .step = 9, .lengths = c->lengths
  };
}

/* L = Σ r ⊙ y for a fixed random r, so that dy = r; summed in double. */
static double
loss (FsNetwork *network, const FsPass *pass, const FsReal *r, size_t n)
{
  g_assert_cmpint (fs_network_forward (network, pass), ==, FS_OK);
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += (double) r[i] * (double) fs_network_outputs (network)[i];
  return sum;
}

static void
fill (FsNetwork *network, const Case *c, FsReal *dy)
{
  const FsNetworkShape *shape = &c->shape;
  draw_parameters (network, 0.5, 11);
  draw (fs_network_inputs (network), shape->n_steps * shape->max_rows * shape->n_inputs, 12, 0);
  draw (dy, n_outputs_of (c), 13, 0);
  for (size_t i = 0; c->has_start && i < c->experiment.n_layers; i++)
    for (size_t row = 0; row < 2 * shape->max_rows; row++)
      {
        FsReal h[32], state[32];
        draw (h, 32, 14, 100 * i + row);
        draw (state, 32, 15, 100 * i + row);
        fs_network_set_start (network, i, row % 2, row / 2, h,
                              c->experiment.layers[i].kind == FS_LAYER_LSTM ? state : NULL);
      }
}

/* Central differences of every parameter, laid out as the table. */
static FsReal *
differences (const Case *c)
{
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&c->experiment, &c->shape, pool);
  const FsPass pass = pass_of (c);
  const size_t n_outputs = n_outputs_of (c);
  FsReal dy[MAX_VALUES];
  fill (network, c, dy);
  const FsTensorTable *table = fs_network_tensors (network);
  FsReal *found = g_new0 (FsReal, table->size);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      {
        const double h = 1e-5;
        FsReal *parameter = fs_network_parameters (network) + table->tensors[i].offset + k;
        const FsReal kept = *parameter;
        *parameter = kept + h;
        fs_network_refresh (network);
        double above = loss (network, &pass, dy, n_outputs);
        *parameter = kept - h;
        fs_network_refresh (network);
        double below = loss (network, &pass, dy, n_outputs);
        *parameter = kept;
        found[table->tensors[i].offset + k] = (above - below) / (2 * h);
      }
  fs_network_free (network);
  fs_pool_free (pool);
  return found;
}

/* What the layers say. */
static FsReal *
gradients_of (const Case *c, FsTensorTable *table)
{
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&c->experiment, &c->shape, pool);
  const FsPass pass = pass_of (c);
  FsReal dy[MAX_VALUES];
  fill (network, c, dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  *table = *fs_network_tensors (network);
  FsReal *found = g_memdup2 (fs_network_gradients (network), table->size * sizeof (FsReal));
  fs_network_free (network);
  fs_pool_free (pool);
  return found;
}

/* The largest deviation of the gradients from central differences, relative to 1e-3 + magnitude. */
static double
worst_gradient (const FsTensorTable *table,
                const FsReal *gradients,
                const FsReal *expected,
                char worst_name[64])
{
  double worst = 0;
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      {
        const size_t at = table->tensors[i].offset + k;
        g_assert_true (isfinite (gradients[at]));
        double deviation = fabs (gradients[at] - expected[at]) / (1e-3 + fabs (expected[at]));
        if (deviation > worst)
          {
            worst = deviation;
            g_strlcpy (worst_name, table->tensors[i].name, 64);
          }
      }
  return worst;
}

/* Whether there was anything to turn: a window of one step learns nothing recurrent. */
static bool
turn_sign (const FsTensor *tensor, FsReal *gradients)
{
  double largest = 0;
  for (size_t i = 0; i < tensor->rows * tensor->cols; i++)
    {
      FsReal *value = gradients + tensor->offset + i;
      *value = -*value;
      largest = MAX (largest, fabs (*value));
    }
  return largest > 0;
}

/* Every case, and that a sign that is wrong in any one tensor would not pass. */
static void
test_gradients (void)
{
  Case list[32];
  size_t n = cases (list);
  for (size_t i = 0; i < n; i++)
    {
      FsTensorTable table;
      char where[64] = "";
      g_autofree FsReal *expected = differences (&list[i]);
      g_autofree FsReal *gradients = gradients_of (&list[i], &table);
      double worst = worst_gradient (&table, gradients, expected, where);
      g_test_message ("%s: worst %.1e at %s", list[i].name, worst, where);
      g_assert_cmpfloat (worst, <, 1e-6);
      for (size_t k = 0; k < table.n_tensors; k++)
        if (turn_sign (&table.tensors[k], gradients))
          {
            g_assert_cmpfloat (worst_gradient (&table, gradients, expected, where), >, 1e-3);
            g_assert_cmpstr (where, ==, table.tensors[k].name);
            turn_sign (&table.tensors[k], gradients);
          }
    }
}

/* Nor gradients of a pass that took the masked steps for real ones. */
static void
test_gradients_notice_lengths (void)
{
  Case list[32];
  cases (list);
  Case blind = list[6];
  g_assert_nonnull (blind.lengths);
  g_autofree FsReal *expected = differences (&blind);
  blind.lengths = NULL;
  FsTensorTable table;
  g_autofree FsReal *gradients = gradients_of (&blind, &table);
  char where[64] = "";
  g_assert_cmpfloat (worst_gradient (&table, gradients, expected, where), >, 1e-3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gradients/differences", test_gradients);
  g_test_add_func ("/gradients/notice-lengths", test_gradients_notice_lengths);
  return g_test_run ();
}
