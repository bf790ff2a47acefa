/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernels of every instruction set that this processor has, against the plain loops, over shapes
 * that exercise each way of cutting rows and units into tiles; and against each other. */

#include <math.h>
#include "engine/model/kernels.h"
#include "engine/model/simd/kernel-table.h"
#include "tests/engine/network-fixture.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-12
#else
#define TOLERANCE 1e-5 /* of a tensor's norm; float itself differs from double by 1e-6 of it */
#endif

typedef struct
{
  size_t units, inputs, steps, rows;
} Size;

/* Rows around multiples of the tile's 3 and 6, units around the block's 16 and the panel's 64. */
static const Size sizes[] = {
  { 1, 1, 1, 1 },    { 1, 1, 2, 3 },    { 2, 3, 5, 2 },    { 15, 2, 4, 4 },   { 16, 1, 3, 5 },
  { 17, 16, 3, 6 },  { 31, 17, 2, 7 },  { 32, 4, 6, 8 },   { 33, 1, 3, 11 },  { 47, 5, 2, 12 },
  { 48, 33, 3, 13 }, { 50, 1, 10, 32 }, { 63, 7, 2, 19 },  { 64, 64, 3, 32 }, { 65, 65, 2, 33 },
  { 80, 3, 4, 64 },  { 100, 2, 5, 37 }, { 128, 8, 4, 32 }, { 130, 9, 9, 31 },
};

typedef struct
{
  size_t n_outputs, n_parameters;
  FsReal *outputs;
  FsReal *gradients;
  FsTensorTable table;
} Result;

/* Networks made of kernels of their own, of the products alone, and of LSTMs with something more. */
typedef enum
{
  OWN_KERNELS,
  PRODUCTS,
  LSTMS,
  N_NETWORKS
} Network;

static FsExperiment
network_for (Size size, Network network)
{
  const int64_t units = (int64_t) size.units;
  FsLayerSpec dropping = lstm_spec (units), peeping = lstm_spec (units / 2 + 1);
  FsLayerSpec both = lstm_spec (units / 3 + 1);
  dropping.recurrent_dropout = both.recurrent_dropout = 0.3;
  both.dropout_mask = FS_DROPOUT_PER_STEP;
  peeping.has_peepholes = both.has_peepholes = true;
  if (network == LSTMS)
    return EXPERIMENT (dropping, peeping, both, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  if (network == PRODUCTS)
    return EXPERIMENT (gru_spec (units, FS_RESET_AFTER), gru_spec (units / 2 + 1, FS_RESET_BEFORE),
                       gru_spec (units / 3 + 1, FS_RESET_AFTER), rnn_spec (9, FS_CELL_TANH),
                       curved_lstm_spec (6, FS_CELL_SOFTSIGN, FS_GATE_HARD_SIGMOID),
                       dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  return EXPERIMENT (lstm_spec (units), dropout_spec (0.1), lstm_spec (units / 2 + 1),
                     dense_spec (19, FS_ACTIVATION_TANH), dense_spec (70, FS_ACTIVATION_SIGMOID),
                     dense_spec (5, FS_ACTIVATION_RELU),
                     dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
}

static Result
run (FsIsa isa, Size size, Network kind)
{
  const FsExperiment experiment = network_for (size, kind);
  const FsNetworkShape shape = {
    .n_inputs = size.inputs, .n_steps = size.steps, .n_outputs = 2, .max_rows = size.rows + 3
  };
  const FsPass pass = { .n_rows = size.rows, .is_training = true, .seed = 3, .step = 4 };
  g_assert_true (fs_isa_override (isa));
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  draw_parameters (network, 0.3, 7);
  draw (fs_network_inputs (network), size.steps * size.rows * size.inputs, 8, 0);
  FsReal *dy = g_new (FsReal, size.rows * 2);
  draw (dy, size.rows * 2, 9, 0);
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  Result result = { .n_outputs = size.rows * 2, .table = *fs_network_tensors (network) };
  result.outputs = g_memdup2 (fs_network_outputs (network), result.n_outputs * sizeof (FsReal));
  result.gradients =
      g_memdup2 (fs_network_gradients (network), result.table.size * sizeof (FsReal));
  g_free (dy);
  fs_network_free (network);
  fs_pool_free (pool);
  return result;
}

static void
clear (Result *result)
{
  g_free (result->outputs);
  g_free (result->gradients);
}

static double
distance (const FsReal *a, const FsReal *b, size_t n)
{
  double difference = 0, norm = 0;
  for (size_t i = 0; i < n; i++)
    {
      g_assert_true (isfinite (a[i]));
      difference += ((double) a[i] - (double) b[i]) * ((double) a[i] - (double) b[i]);
      norm += (double) b[i] * (double) b[i];
    }
  return sqrt (difference / (norm + 1e-20));
}

static void
test_against_plain (gconstpointer data)
{
  const FsIsa isa = (FsIsa) GPOINTER_TO_INT (data);
  const FsIsa kept = fs_isa_current ();
  double worst = 0;
  for (size_t s = 0; s < N_NETWORKS * G_N_ELEMENTS (sizes); s++)
    {
      const Size size = sizes[s / N_NETWORKS];
      const Network kind = (Network) (s % N_NETWORKS);
      Result plain = run (FS_ISA_PLAIN, size, kind), fast = run (isa, size, kind);
      double found = distance (fast.outputs, plain.outputs, plain.n_outputs);
      worst = MAX (worst, found);
      g_assert_cmpfloat (found, <, TOLERANCE);
      for (size_t i = 0; i < plain.table.n_tensors; i++)
        {
          const FsTensor *tensor = &plain.table.tensors[i];
          found = distance (fast.gradients + tensor->offset, plain.gradients + tensor->offset,
                            tensor->rows * tensor->cols);
          if (found >= TOLERANCE)
            g_test_message ("H %zu I %zu T %zu B %zu: %s", size.units, size.inputs, size.steps,
                            size.rows, tensor->name);
          g_assert_cmpfloat (found, <, TOLERANCE);
          worst = MAX (worst, found);
        }
      clear (&plain);
      clear (&fast);
    }
  g_test_message ("%s: worst %.1e", fs_isa_name (isa), worst);
  g_assert_true (fs_isa_override (kept));
}

/* Both have a fused multiply-add and do the same operations lane by lane. */
static void
test_same_bits (void)
{
  if (!fs_isa_is_available (FS_ISA_AVX512) || !fs_isa_is_available (FS_ISA_AVX2))
    {
      g_test_skip ("needs AVX2 and AVX-512");
      return;
    }
  const FsIsa kept = fs_isa_current ();
  for (size_t s = 0; s < N_NETWORKS * G_N_ELEMENTS (sizes); s++)
    {
      const Size size = sizes[s / N_NETWORKS];
      const Network kind = (Network) (s % N_NETWORKS);
      Result a = run (FS_ISA_AVX2, size, kind), b = run (FS_ISA_AVX512, size, kind);
      g_assert_cmpmem (a.outputs, a.n_outputs * sizeof (FsReal), b.outputs,
                       b.n_outputs * sizeof (FsReal));
      g_assert_cmpmem (a.gradients, a.table.size * sizeof (FsReal), b.gradients,
                       b.table.size * sizeof (FsReal));
      clear (&a);
      clear (&b);
    }
  g_assert_true (fs_isa_override (kept));
}

/* 16 numbers at a time from −20 to 20, and those that matter. */
static void
test_activations (gconstpointer data)
{
  const FsKernels *kernels = fs_isa_kernels ((FsIsa) GPOINTER_TO_INT (data));
  double worst_tanh = 0, worst_sigmoid = 0;
  for (size_t block = 0; block < 20000; block++)
    {
      FsReal x[16], t[16], s[16];
      for (size_t i = 0; i < 16; i++)
        t[i] = s[i] = x[i] = (FsReal) (((double) (block * 16 + i) / 160000.0 - 1) * 20);
      kernels->tanh (t, 16);
      kernels->sigmoid (s, 16);
      for (size_t i = 0; i < 16; i++)
        {
          worst_tanh = MAX (worst_tanh, fabs (t[i] - tanh (x[i])));
          worst_sigmoid = MAX (worst_sigmoid, fabs (s[i] - 1 / (1 + exp (-(double) x[i]))));
          g_assert_true (t[i] >= -1 && t[i] <= 1 && s[i] >= 0 && s[i] <= 1);
        }
    }
  g_test_message ("worst deviation: tanh %.1e, sigmoid %.1e", worst_tanh, worst_sigmoid);
  g_assert_cmpfloat (worst_tanh, <, 5e-7);
  g_assert_cmpfloat (worst_sigmoid, <, 5e-7);

  FsReal odd[16] = {
    0, (FsReal) NAN, (FsReal) INFINITY, (FsReal) -INFINITY, (FsReal) 1e30, (FsReal) 1e-30
  };
  FsReal t[16];
  memcpy (t, odd, sizeof t);
  kernels->tanh (t, 16);
  g_assert_true (t[0] == 0 && isnan (t[1]) && t[5] >= 0);
  g_assert_cmpfloat (fabs (t[2] - 1), <, 5e-7);
  g_assert_cmpfloat (fabs (t[3] + 1), <, 5e-7);
  g_assert_cmpfloat (fabs (t[4] - 1), <, 5e-7);
  kernels->sigmoid (odd, 16);
  g_assert_true (odd[0] == (FsReal) 0.5 && isnan (odd[1]));
  g_assert_cmpfloat (fabs (odd[2] - 1), <, 5e-7);
  g_assert_cmpfloat (fabs (odd[3]), <, 5e-7);
}

/* A NaN among the weights has to be seen in the forecast: an activation must not swallow it. */
static void
assert_nan_passes (FsLayerSpec layer, size_t n_gates)
{
  const FsExperiment experiment = EXPERIMENT (layer, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = { .n_inputs = 1, .n_steps = 3, .n_outputs = 1, .max_rows = 2 };
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  for (size_t gate = 0; gate < n_gates; gate++)
    {
      draw_parameters (network, 0.3, 7);
      const FsTensor *bias =
          fs_tensor_table_find (fs_network_tensors (network), "layers.0.bias_ih_l0");
      fs_network_parameters (network)[bias->offset + gate * 5 + 2] = (FsReal) NAN;
      fs_network_refresh (network);
      const FsPass pass = { .n_rows = 2 };
      g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
      g_assert_true (isnan (fs_network_outputs (network)[0]));
      g_assert_true (isnan (fs_network_outputs (network)[1]));
    }
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_nan_passes (gconstpointer data)
{
  const FsIsa kept = fs_isa_current ();
  g_assert_true (fs_isa_override ((FsIsa) GPOINTER_TO_INT (data)));
  assert_nan_passes (lstm_spec (5), 4);
  assert_nan_passes (gru_spec (5, FS_RESET_AFTER), 3);
  g_assert_true (fs_isa_override (kept));
}

/* A product so long that it is summed in pieces, for more rows than one group of tiles has: each number
 * against a plain sum, and against what the row yields by itself. */
static void
test_long_product (gconstpointer data)
{
  enum
  {
    ROWS = 107,
    FULL_BLOCKS = 35,
    TAIL_UNITS = 3,
    COLUMNS = 80,
    BLOCK_STRIDE = ROWS * 64,
    PANELS_ROWS = 36 * 64
  };
  const FsKernels *kernels = fs_isa_kernels ((FsIsa) GPOINTER_TO_INT (data));
  FsReal *a = g_new (FsReal, 36 * BLOCK_STRIDE + 64);
  FsReal *panels = g_new (FsReal, PANELS_ROWS * COLUMNS + 64);
  FsReal *all = g_new (FsReal, ROWS * COLUMNS), *alone = g_new (FsReal, ROWS * COLUMNS);
  draw (a, 36 * BLOCK_STRIDE + 64, 5, 0);
  draw (panels, PANELS_ROWS * COLUMNS + 64, 6, 0);
  FsProduct job = { .a = { .a = a,
                           .row_stride = 64,
                           .block_stride = BLOCK_STRIDE,
                           .n_full_blocks = FULL_BLOCKS,
                           .block_length = 64,
                           .tail_length = TAIL_UNITS,
                           .n_tail_runs = 4 },
                    .panels = panels,
                    .panels_rows = PANELS_ROWS,
                    .n_columns = COLUMNS,
                    .out = all,
                    .out_stride = COLUMNS };
  kernels->product (&job, 0, ROWS);
  job.out = alone;
  for (size_t row = 0; row < ROWS; row++)
    kernels->product (&job, row, row + 1);
  g_assert_cmpmem (all, ROWS * COLUMNS * sizeof *all, alone, ROWS * COLUMNS * sizeof *all);

  double error = 0, norm = 0;
  for (size_t row = 0; row < ROWS; row++)
    for (size_t column = 0; column < COLUMNS; column++)
      {
        const size_t width = column < 64 ? 64 : 16;
        const FsReal *panel = panels + (column < 64 ? 0 : PANELS_ROWS * 64) + column % 64;
        double sum = 0;
        for (size_t k = 0; k < PANELS_ROWS; k++)
          if (k < FULL_BLOCKS * 64 || k % 16 < TAIL_UNITS)
            sum +=
                (double) a[k / 64 * BLOCK_STRIDE + row * 64 + k % 64] * (double) panel[k * width];
        const double off = (double) all[row * COLUMNS + column] - sum;
        error += off * off;
        norm += sum * sum;
      }
  g_assert_cmpfloat (sqrt (error / norm), <, TOLERANCE);
  g_free (a);
  g_free (panels);
  g_free (all);
  g_free (alone);
}

static void
test_names (void)
{
  for (int i = 0; i < FS_N_ISAS; i++)
    {
      FsIsa isa = FS_N_ISAS;
      g_assert_true (fs_isa_from_name (fs_isa_name ((FsIsa) i), &isa));
      g_assert_cmpint (isa, ==, i);
    }
  FsIsa isa;
  g_assert_false (fs_isa_from_name ("sse9", &isa));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  static const struct
  {
    const char *name;
    GTestDataFunc function;
  } tests[] = { { "against-plain", test_against_plain },
                { "activations", test_activations },
                { "long-product", test_long_product },
                { "nan-passes", test_nan_passes } };
  for (int isa = FS_ISA_PORTABLE; isa < FS_N_ISAS; isa++)
    for (size_t i = 0; i < G_N_ELEMENTS (tests) && fs_isa_is_available ((FsIsa) isa); i++)
      {
        char *path = g_strdup_printf ("/kernels/%s/%s", tests[i].name, fs_isa_name ((FsIsa) isa));
        g_test_add_data_func (path, GINT_TO_POINTER (isa), tests[i].function);
        g_free (path);
      }
  g_test_add_func ("/kernels/same-bits", test_same_bits);
  g_test_add_func ("/kernels/names", test_names);
  return g_test_run ();
}
