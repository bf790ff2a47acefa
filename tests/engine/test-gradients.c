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
}

/* The largest deviation of the gradients from central differences, relative to 1e-3 + magnitude. */
static double
worst_gradient (const Case *c, const FsReal *gradients_to_check, char worst_name[64])
{
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&c->experiment, &c->shape, pool);
  const FsPass pass = pass_of (c);
  const size_t n_outputs = n_outputs_of (c);
  FsReal dy[MAX_VALUES];
  fill (network, c, dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  const FsReal *gradients =
      gradients_to_check ? gradients_to_check : fs_network_gradients (network);

  const FsTensorTable *table = fs_network_tensors (network);
  double worst = 0;
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
        double expected = (above - below) / (2 * h);
        double found = gradients[table->tensors[i].offset + k];
        g_assert_true (isfinite (found));
        double deviation = fabs (found - expected) / (1e-3 + fabs (expected));
        if (deviation > worst)
          {
            worst = deviation;
            g_strlcpy (worst_name, table->tensors[i].name, 64);
          }
      }
  fs_network_free (network);
  fs_pool_free (pool);
  return worst;
}

static void
test_gradients (void)
{
  Case list[16];
  size_t n = cases (list);
  for (size_t i = 0; i < n; i++)
    {
      char where[64] = "";
      double worst = worst_gradient (&list[i], NULL, where);
      g_test_message ("%s: worst %.1e at %s", list[i].name, worst, where);
      g_assert_cmpfloat (worst, <, 1e-6);
    }
}

/* A sign that is wrong in one tensor must not pass. */
static void
test_gradients_notice_a_sign (gconstpointer data)
{
  Case list[16];
  cases (list);
  const Case *c = &list[GPOINTER_TO_SIZE (data)];
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&c->experiment, &c->shape, pool);
  const FsPass pass = pass_of (c);
  FsReal dy[MAX_VALUES];
  fill (network, c, dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  const FsTensorTable *table = fs_network_tensors (network);
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      FsReal *gradients = g_memdup2 (fs_network_gradients (network), table->size * sizeof (FsReal));
      for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
        gradients[table->tensors[i].offset + k] *= -1;
      char where[64] = "";
      g_assert_cmpfloat (worst_gradient (c, gradients, where), >, 1e-3);
      g_assert_cmpstr (where, ==, table->tensors[i].name);
      g_free (gradients);
    }
  fs_network_free (network);
  fs_pool_free (pool);
}

/* Nor gradients of a pass that took the masked steps for real ones. */
static void
test_gradients_notice_lengths (void)
{
  Case list[16];
  cases (list);
  Case blind = list[6];
  blind.lengths = NULL;
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&blind.experiment, &blind.shape, pool);
  const FsPass pass = pass_of (&blind);
  FsReal dy[MAX_VALUES];
  fill (network, &blind, dy);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  char where[64] = "";
  g_assert_cmpfloat (worst_gradient (&list[6], fs_network_gradients (network), where), >, 1e-3);
  fs_network_free (network);
  fs_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gradients/differences", test_gradients);
  g_test_add_data_func ("/gradients/notice-a-sign/lstm", GSIZE_TO_POINTER (2),
                        test_gradients_notice_a_sign);
  g_test_add_data_func ("/gradients/notice-a-sign/gru-rnn", GSIZE_TO_POINTER (4),
                        test_gradients_notice_a_sign);
  g_test_add_data_func ("/gradients/notice-a-sign/curves", GSIZE_TO_POINTER (5),
                        test_gradients_notice_a_sign);
  g_test_add_func ("/gradients/notice-lengths", test_gradients_notice_lengths);
  return g_test_run ();
}
