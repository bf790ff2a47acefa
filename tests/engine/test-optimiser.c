/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Optimisers: against PyTorch's numbers and Keras's, against the formulas as plain loops in double, and the
 * promises of a step: same bits on any number of threads, nothing changed by a rate of 0 or by a
 * gradient that is not finite. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/model/kernels.h"
#include "engine/train/optimiser.h"
#include "tests/golden/keras-optimiser-golden.h"
#include "tests/golden/optimiser-golden.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-13
#define MANY_STEPS_TOLERANCE 1e-12
#else
#define TOLERANCE 1e-6
#define MANY_STEPS_TOLERANCE 2e-5
#endif

#define MAX_SIZE 65536

static _Alignas(64) FsReal weights[MAX_SIZE], gradients[MAX_SIZE];

static void
add_tensor (FsTensorTable *table, FsTensorRole role, size_t rows, size_t cols)
{
  FsTensor *tensor = &table->tensors[table->n_tensors++];
  *tensor = (FsTensor){ .rows = rows, .cols = cols, .offset = table->size, .role = role };
  table->size += (rows * cols + 15) / 16 * 16;
  table->n_parameters += rows * cols;
  g_assert_cmpuint (table->size, <=, MAX_SIZE);
}

/* Four numbers of a kernel, padding, two of a bias, padding: as the golden cases have it. */
static FsTensorTable
small_table (void)
{
  FsTensorTable table = { 0 };
  add_tensor (&table, FS_TENSOR_KERNEL, 2, 2);
  add_tensor (&table, FS_TENSOR_BIAS, 2, 1);
  return table;
}

/* More than one piece a tensor, more than the limit for sharing, odd sizes, and four gates. */
static FsTensorTable
large_table (void)
{
  FsTensorTable table = { 0 };
  add_tensor (&table, FS_TENSOR_KERNEL, 401, 33);
  add_tensor (&table, FS_TENSOR_RECURRENT, 404, 101);
  add_tensor (&table, FS_TENSOR_BIAS, 4500, 1);
  add_tensor (&table, FS_TENSOR_KERNEL, 1, 3);
  return table;
}

static FsPool *
new_pool (unsigned n_threads)
{
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, n_threads, NULL), ==, FS_OK);
  return pool;
}

static FsDescent *
new_ruled_descent (const FsDescentRule *rule, const FsTensorTable *table, FsPool *pool)
{
  FsDescent *descent = NULL;
  g_assert_cmpint (fs_descent_new_with_rule (&descent, rule, table, pool, NULL), ==, FS_OK);
  return descent;
}

static FsDescent *
new_descent (FsOptimiser optimiser, const FsTensorTable *table, FsPool *pool)
{
  FsDescent *descent = NULL;
  g_assert_cmpint (fs_descent_new (&descent, optimiser, table, pool, NULL), ==, FS_OK);
  return descent;
}

/* Where the golden cases' number i lies in the small table. */
static size_t
place (size_t i)
{
  return i < 4 ? i : 16 + i - 4;
}

static void
test_golden (void)
{
  FsPool *pool = new_pool (1);
  FsTensorTable table = small_table ();
  for (size_t c = 0; c < G_N_ELEMENTS (golden_cases); c++)
    {
      FsDescentRule rule =
          fs_descent_rule_default (golden_cases[c].optimiser, FS_CONVENTION_PYTORCH);
      rule.is_nesterov = golden_cases[c].is_nesterov;
      rule.is_amsgrad = golden_cases[c].is_amsgrad;
      rule.is_centred = golden_cases[c].is_centred;
      rule.has_momentum = golden_cases[c].momentum > 0;
      FsDescent *descent = new_ruled_descent (&rule, &table, pool);
      const FsDescentSettings settings = { .learning_rate = golden_cases[c].rate,
                                           .momentum = golden_cases[c].momentum,
                                           .l1 = golden_cases[c].l1,
                                           .l2 = golden_cases[c].l2,
                                           .clip_norm = golden_cases[c].clip,
                                           .clip_value = golden_cases[c].clip_value,
                                           .decay = golden_cases[c].decay };
      g_test_message ("%s", golden_cases[c].name);
      memset (weights, 0, sizeof weights);
      for (int i = 0; i < 6; i++)
        weights[place ((size_t) i)] = (FsReal) (((i * 7) % 5 - 2) / 4.0);
      for (int step = 0; step < 10; step++)
        {
          memset (gradients, 0, sizeof gradients);
          for (int i = 0; i < 6; i++)
            gradients[place ((size_t) i)] = (FsReal) (((i * 13 + step * 5) % 11 - 5) / 8.0);
          FsDescentReport report;
          g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
          g_assert_cmpfloat_with_epsilon (report.gradient_norm, golden_cases[c].norms[step],
                                          TOLERANCE);
          if (golden_cases[c].clip_value == 0)
            g_assert_cmpint (report.is_clipped, ==,
                             golden_cases[c].clip > 0
                                 && golden_cases[c].norms[step] > golden_cases[c].clip);
          g_assert_true (isnan (report.update_ratio));
        }
      for (size_t i = 0; i < 6; i++)
        g_assert_cmpfloat_with_epsilon ((double) weights[place (i)], golden_cases[c].last[i],
                                        TOLERANCE);
      for (size_t i = 4; i < 16; i++)
        g_assert_cmpfloat ((double) weights[i], ==, 0); /* padding */
      fs_descent_free (descent);
    }
  fs_pool_free (pool);
}

static void
fill_random (FsReal *values, const FsTensorTable *table, uint64_t index, double scale)
{
  memset (values, 0, table->size * sizeof *values);
  FsRandom random = fs_random (1, FS_STREAM_PROBE, index, 0);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t j = 0; j < table->tensors[i].rows * table->tensors[i].cols; j++)
      values[table->tensors[i].offset + j] = (FsReal) (scale * fs_random_normal (&random));
}

/* Sixty steps under Keras's conventions, which computed in single precision. */
static void
test_keras (void)
{
  FsPool *pool = new_pool (1);
  FsTensorTable table = small_table ();
  for (size_t c = 0; c < G_N_ELEMENTS (keras_cases); c++)
    {
      FsDescentRule rule = fs_descent_rule_default (keras_cases[c].optimiser, FS_CONVENTION_KERAS);
      rule.is_nesterov = keras_cases[c].is_nesterov;
      rule.is_amsgrad = keras_cases[c].is_amsgrad;
      rule.is_centred = keras_cases[c].is_centred;
      rule.has_momentum = keras_cases[c].momentum > 0;
      FsDescent *descent = new_ruled_descent (&rule, &table, pool);
      const FsDescentSettings settings = { .learning_rate = keras_cases[c].rate,
                                           .momentum = keras_cases[c].momentum,
                                           .clip_norm = keras_cases[c].clip,
                                           .clip_value = keras_cases[c].clip_value,
                                           .decay = keras_cases[c].decay };
      memset (weights, 0, sizeof weights);
      for (size_t i = 0; i < 6; i++)
        weights[place (i)] = (FsReal) keras_start[i];
      double worst = 0;
      for (size_t step = 0; step < 60; step++)
        {
          memset (gradients, 0, sizeof gradients);
          for (size_t i = 0; i < 6; i++)
            gradients[place (i)] = (FsReal) keras_gradients[step][i];
          FsDescentReport report;
          g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
          for (size_t i = 0; step % 10 == 9 && i < 6; i++)
            worst = fmax (worst,
                          fabs ((double) weights[place (i)] - keras_cases[c].trace[step / 10][i]));
        }
      g_test_message ("%s: worst difference %g", keras_cases[c].name, worst);
      g_assert_cmpfloat (worst, <, 2e-6);
      fs_descent_free (descent);
    }
  fs_pool_free (pool);
}

/* Rows of (3, 4) and (0.3, 0.4) with a limit of 1: the first is brought to length 1, the second and
 * the bias stay. */
static void
test_max_norm (void)
{
  FsPool *pool = new_pool (2);
  FsTensorTable table = small_table ();
  FsDescent *descent = new_descent (FS_OPTIMISER_SGD, &table, pool);
  const FsDescentSettings settings = { .learning_rate = 0, .max_norm = 1 };
  static const double begin[] = { 3, 4, 0.3, 0.4, 5, 12 }, end[] = { 0.6, 0.8, 0.3, 0.4, 5, 12 };
  memset (weights, 0, sizeof weights);
  memset (gradients, 0, sizeof gradients);
  for (size_t i = 0; i < 6; i++)
    weights[place (i)] = (FsReal) begin[i];
  FsDescentReport report;
  g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
  for (size_t i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon ((double) weights[place (i)], end[i], 1e-7);
  fs_descent_free (descent);
  fs_pool_free (pool);
}

/* One kernel and one recurrent kernel of the weight 2 each, gradients 0, rate 1: w − (2·l2·w + l1). */
static void
test_penalties_apart (void)
{
  FsPool *pool = new_pool (1);
  FsTensorTable table = { 0 };
  add_tensor (&table, FS_TENSOR_KERNEL, 1, 1);
  add_tensor (&table, FS_TENSOR_RECURRENT, 1, 1);
  add_tensor (&table, FS_TENSOR_BIAS, 1, 1);
  FsDescentSettings settings = { .learning_rate = 1, .l1 = 0.5, .l2 = 0.125, .l2_recurrent = 0.25 };
  for (int is_apart = 0; is_apart < 2; is_apart++)
    {
      FsDescent *descent = new_descent (FS_OPTIMISER_SGD, &table, pool);
      settings.recurrent_is_apart = is_apart;
      memset (weights, 0, sizeof weights);
      memset (gradients, 0, sizeof gradients);
      weights[0] = weights[16] = weights[32] = 2;
      FsDescentReport report;
      g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
      g_assert_cmpfloat ((double) weights[0], ==, 1);
      g_assert_cmpfloat ((double) weights[16], ==,
                         1); /* 2·0.25·2 or 0.5 + 2·0.125·2: both take 1 */
      g_assert_cmpfloat ((double) weights[32], ==, 2);
      g_assert_cmpfloat_with_epsilon (report.gradient_norm, sqrt (2), 1e-12);
      fs_descent_free (descent);
    }
  settings.l1_recurrent = 0.75;
  settings.l1_bias = 0.25;
  settings.l2_bias = 0.0625;
  FsDescent *descent = new_descent (FS_OPTIMISER_SGD, &table, pool);
  FsDescentReport report;
  weights[16] = weights[32] = 2;
  memset (gradients, 0, sizeof gradients);
  g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
  g_assert_cmpfloat ((double) weights[16], ==, 0.25);
  g_assert_cmpfloat ((double) weights[32], ==, 1.5); /* 2 − (0.25 + 2·0.0625·2) */
  fs_descent_free (descent);
  fs_pool_free (pool);
}

/* A descent that is put back to step 30 (moments and count) goes on as the one it was copied from:
 * nothing else is remembered, Nadam's product of momenta included. */
static void
test_state_is_moments_and_count (void)
{
  static FsReal kept[MAX_SIZE], kept_moments[3 * MAX_SIZE], end[MAX_SIZE];
  FsPool *pool = new_pool (1);
  FsTensorTable table = small_table ();
  for (int optimiser = FS_OPTIMISER_ADAM; optimiser <= FS_OPTIMISER_ADAGRAD; optimiser++)
    {
      FsDescentRule rule = fs_descent_rule_default ((FsOptimiser) optimiser, FS_CONVENTION_PYTORCH);
      rule.has_momentum = rule.is_centred = rule.is_amsgrad = true;
      const FsDescentSettings settings = { .learning_rate = 0.01, .momentum = 0.9, .decay = 0.1 };
      FsDescent *descent = new_ruled_descent (&rule, &table, pool);
      FsDescentReport report;
      size_t n = 0;
      fill_random (weights, &table, 0, 0.3);
      for (uint64_t t = 1; t <= 60; t++)
        {
          fill_random (gradients, &table, t, 1);
          g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
          if (t != 30)
            continue;
          memcpy (kept, weights, sizeof kept);
          const FsReal *moments = fs_descent_moments (descent, &n);
          memcpy (kept_moments, moments, n * sizeof (FsReal));
        }
      memcpy (end, weights, sizeof end);
      fs_descent_free (descent);

      descent = new_ruled_descent (&rule, &table, pool);
      memcpy (weights, kept, sizeof weights);
      memcpy (fs_descent_moments (descent, &n), kept_moments, n * sizeof (FsReal));
      *fs_descent_n_steps (descent) = 30;
      for (uint64_t t = 31; t <= 60; t++)
        {
          fill_random (gradients, &table, t, 1);
          g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
        }
      g_assert_cmpmem (end, sizeof end, weights, sizeof weights);
      fs_descent_free (descent);
    }
  fs_pool_free (pool);
}

static double reference_w[MAX_SIZE], reference_m[MAX_SIZE], reference_v[MAX_SIZE];

/* A step as the textbook writes it, element by element in double. */
static void
reference_step (const FsTensorTable *table,
                FsOptimiser optimiser,
                const FsDescentSettings *s,
                int t)
{
  static double g[MAX_SIZE];
  double sum = 0;
  for (size_t k = 0; k < table->n_tensors; k++)
    for (size_t j = 0; j < table->tensors[k].rows * table->tensors[k].cols; j++)
      {
        size_t i = table->tensors[k].offset + j;
        double w = reference_w[i];
        g[i] = (double) gradients[i];
        if (table->tensors[k].role != FS_TENSOR_BIAS)
          g[i] += 2 * s->l2 * w + s->l1 * (w > 0 ? 1 : w < 0 ? -1 : 0);
        sum += g[i] * g[i];
      }
  double scale = s->clip_norm > 0 ? fmin (1, s->clip_norm / (sqrt (sum) + 1e-6)) : 1;
  for (size_t k = 0; k < table->n_tensors; k++)
    for (size_t j = 0; j < table->tensors[k].rows * table->tensors[k].cols; j++)
      {
        size_t i = table->tensors[k].offset + j;
        double c = scale * g[i];
        if (optimiser == FS_OPTIMISER_SGD)
          {
            reference_m[i] = t == 1 ? c : s->momentum * reference_m[i] + c;
            reference_w[i] -= s->learning_rate * reference_m[i];
            continue;
          }
        reference_m[i] = 0.9 * reference_m[i] + (1 - 0.9) * c;
        reference_v[i] = 0.999 * reference_v[i] + (1 - 0.999) * c * c;
        double m_hat = reference_m[i] / (1 - pow (0.9, t));
        double v_hat = reference_v[i] / (1 - pow (0.999, t));
        reference_w[i] -= s->learning_rate * m_hat / (sqrt (v_hat) + 1e-8);
      }
}

static void
test_formulas (void)
{
  FsPool *pool = new_pool (2);
  FsTensorTable table = large_table ();
  static const FsOptimiser optimisers[] = { FS_OPTIMISER_ADAM, FS_OPTIMISER_SGD };
  for (size_t o = 0; o < G_N_ELEMENTS (optimisers); o++)
    {
      FsDescent *descent = new_descent (optimisers[o], &table, pool);
      fill_random (weights, &table, 0, 0.3);
      for (size_t i = 0; i < table.size; i++)
        reference_w[i] = (double) weights[i];
      memset (reference_m, 0, sizeof reference_m);
      memset (reference_v, 0, sizeof reference_v);
      for (int t = 1; t <= 40; t++)
        {
          /* Everything changes while it runs: it must act on the very next step. The norm is about
           * 24, so that some steps are clipped and some are not. */
          FsDescentSettings s = { .learning_rate = t < 20 ? 0.01 : 0.002,
                                  .momentum = 0.9,
                                  .l1 = t < 10 ? 0 : 1e-4,
                                  .l2 = t < 30 ? 1e-3 : 0,
                                  .clip_norm = t % 3 == 0 ? 0 : t };
          fill_random (gradients, &table, (uint64_t) t, 0.1);
          reference_step (&table, optimisers[o], &s, t);
          FsDescentReport report;
          g_assert_true (fs_descent_step (descent, &s, weights, gradients, false, &report));
        }
      double worst = 0;
      for (size_t i = 0; i < table.size; i++)
        worst = fmax (worst, fabs ((double) weights[i] - reference_w[i]));
      g_test_message ("optimiser %d: worst difference %g", (int) optimisers[o], worst);
      g_assert_cmpfloat (worst, <, MANY_STEPS_TOLERANCE);
      fs_descent_free (descent);
    }
  fs_pool_free (pool);
}

static void
test_same_bits_on_any_number_of_threads (void)
{
  static const unsigned thread_counts[] = { 1, 2, 3, 8 };
  static FsReal first[MAX_SIZE];
  FsDescentReport first_report = { 0 };
  FsDescentNorms first_norms[FS_MAX_TENSORS];
  FsTensorTable table = large_table ();
  for (size_t c = 0; c < G_N_ELEMENTS (thread_counts); c++)
    {
      FsPool *pool = new_pool (thread_counts[c]);
      FsDescent *descent = new_descent (FS_OPTIMISER_ADAM, &table, pool);
      const FsDescentSettings s = { 0.01, 0, 1e-5, 1e-4, 20 };
      FsDescentReport report;
      fill_random (weights, &table, 0, 0.3);
      for (uint64_t t = 1; t <= 10; t++)
        {
          fill_random (gradients, &table, t, 0.1);
          g_assert_true (fs_descent_step (descent, &s, weights, gradients, true, &report));
        }
      if (c == 0)
        {
          memcpy (first, weights, sizeof first);
          first_report = report;
        }
      g_assert_cmpmem (first, table.size * sizeof (FsReal), weights, table.size * sizeof (FsReal));
      g_assert_cmpfloat (report.gradient_norm, ==, first_report.gradient_norm);
      g_assert_cmpfloat (report.update_ratio, ==, first_report.update_ratio);
      for (size_t i = 0; i < table.n_tensors; i++)
        {
          const FsDescentNorms norms = fs_descent_tensor_norms (descent, i);
          if (c == 0)
            first_norms[i] = norms;
          g_assert_cmpfloat (norms.gradient, ==, first_norms[i].gradient);
          g_assert_cmpfloat (norms.weight, ==, first_norms[i].weight);
          g_assert_cmpfloat (norms.change, ==, first_norms[i].change);
        }
      fs_descent_free (descent);
      fs_pool_free (pool);
    }
}

/* Exact arithmetic element by element: the width of the vectors leaves no trace. */
static void
test_same_bits_on_every_instruction_set (void)
{
  static FsReal first[MAX_SIZE];
  FsDescentReport first_report = { 0 };
  FsTensorTable table = large_table ();
  FsPool *pool = new_pool (1);
  const FsIsa best = fs_isa_current ();
  for (int isa = FS_ISA_PORTABLE; isa < FS_N_ISAS; isa++)
    for (int optimiser = FS_OPTIMISER_ADAM; optimiser <= FS_OPTIMISER_ADAGRAD; optimiser++)
      {
        if (!fs_isa_override ((FsIsa) isa))
          continue;
        FsDescent *descent = new_descent ((FsOptimiser) optimiser, &table, pool);
        const FsDescentSettings s = { 0.01, 0.9, 1e-5, 1e-4, 20 };
        FsDescentReport report;
        if (optimiser == FS_OPTIMISER_ADAM)
          fill_random (weights, &table, 0, 0.3);
        for (uint64_t t = 1; t <= 5; t++)
          {
            fill_random (gradients, &table, t, 0.1);
            g_assert_true (fs_descent_step (descent, &s, weights, gradients, true, &report));
          }
        fs_descent_free (descent);
        if (optimiser != FS_OPTIMISER_ADAGRAD)
          continue;
        if (isa == FS_ISA_PORTABLE)
          {
            memcpy (first, weights, sizeof first);
            first_report = report;
          }
        g_assert_cmpmem (first, sizeof first, weights, sizeof weights);
        g_assert_cmpfloat (report.gradient_norm, ==, first_report.gradient_norm);
        g_assert_cmpfloat (report.update_ratio, ==, first_report.update_ratio);
      }
  g_assert_true (fs_isa_override (best));
  fs_pool_free (pool);
}

static void
test_rate_of_zero_changes_nothing (void)
{
  static FsReal before[MAX_SIZE];
  FsPool *pool = new_pool (1);
  FsTensorTable table = large_table ();
  for (int optimiser = FS_OPTIMISER_ADAM; optimiser <= FS_OPTIMISER_ADAGRAD; optimiser++)
    {
      FsDescent *descent = new_descent ((FsOptimiser) optimiser, &table, pool);
      fill_random (weights, &table, 0, 0.3);
      memcpy (before, weights, sizeof before);
      const FsDescentSettings s = { 0, 0.9, 0.1, 0.1, 1 };
      FsDescentReport report;
      for (uint64_t t = 1; t <= 3; t++)
        {
          fill_random (gradients, &table, t, 1);
          g_assert_true (fs_descent_step (descent, &s, weights, gradients, true, &report));
          g_assert_cmpfloat (report.update_ratio, ==, 0);
        }
      g_assert_cmpmem (before, sizeof before, weights, sizeof weights);
      fs_descent_free (descent);
    }
  fs_pool_free (pool);
}

/* w = (3, 4), Δw = 0.1 · (0, 5): the ratio is 0.5 / 5. */
static void
test_update_ratio_by_hand (void)
{
  FsPool *pool = new_pool (1);
  FsTensorTable table = small_table ();
  FsDescent *descent = new_descent (FS_OPTIMISER_SGD, &table, pool);
  const FsDescentSettings s = { .learning_rate = 0.1 };
  memset (weights, 0, sizeof weights);
  memset (gradients, 0, sizeof gradients);
  weights[0] = 3;
  weights[16] = 4;
  gradients[16] = 5;
  FsDescentReport report;
  g_assert_true (fs_descent_step (descent, &s, weights, gradients, true, &report));
  g_assert_cmpfloat_with_epsilon (report.update_ratio, 0.1, 1e-7);
  g_assert_cmpfloat (report.gradient_norm, ==, 5);
  g_assert_cmpfloat_with_epsilon ((double) weights[16], 3.5, 1e-6);
  fs_descent_free (descent);
  fs_pool_free (pool);
}

static void
test_gradient_that_is_not_finite (void)
{
  static const double bad[] = { NAN, INFINITY, -INFINITY };
  static FsReal before[MAX_SIZE];
  FsPool *pool = new_pool (2);
  FsTensorTable table = large_table ();
  FsDescent *descent = new_descent (FS_OPTIMISER_ADAM, &table, pool);
  const FsDescentSettings s = { .learning_rate = 0.1, .clip_norm = 1 };
  fill_random (weights, &table, 0, 0.3);
  memcpy (before, weights, sizeof before);
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      fill_random (gradients, &table, 1, 1);
      gradients[table.tensors[2].offset + 4499] = (FsReal) bad[i];
      FsDescentReport report;
      g_assert_false (fs_descent_step (descent, &s, weights, gradients, true, &report));
      g_assert_false (isfinite (report.gradient_norm));
      g_assert_cmpmem (before, sizeof before, weights, sizeof weights);
      g_assert_cmpuint (*fs_descent_n_steps (descent), ==, 0);
      size_t n;
      const FsReal *moments = fs_descent_moments (descent, &n);
      g_assert_cmpuint (n, ==, 2 * table.size);
      for (size_t j = 0; j < n; j++)
        g_assert_cmpfloat ((double) moments[j], ==, 0);
    }
  fs_descent_free (descent);
  fs_pool_free (pool);
}

/* What an experiment says is what a descent does. */
static void
test_rule_of_an_experiment (void)
{
  static const char *const settings[] = {
    "train.optimiser=adamw", "train.convention=keras", "train.beta1=0.8",        "train.beta2=0.99",
    "train.amsgrad=true",    "train.clip_value=0.5",   "train.penalties=apart",  "train.l1=0.1",
    "train.l2=0.2",          "train.l1_recurrent=0.3", "train.l2_recurrent=0.4", "train.max_norm=3",
    "train.momentum=0.7",    "train.nesterov=true",    "train.centred=true",
  };
  FsExperiment experiment = fs_experiment_default ();
  FsDescentRule rule = fs_descent_rule (&experiment);
  g_assert_cmpfloat (rule.epsilon, ==, 1e-8);
  g_assert_false (rule.rate_is_inside || rule.is_amsgrad || rule.has_momentum);
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    g_assert_cmpint (fs_experiment_set (&experiment, settings[i], NULL), ==, FS_OK);
  rule = fs_descent_rule (&experiment);
  g_assert_cmpfloat (rule.epsilon, ==, 1e-7);
  g_assert_cmpfloat (rule.beta1, ==, 0.8);
  g_assert_cmpfloat (rule.beta2, ==, 0.99);
  g_assert_true (rule.is_amsgrad && rule.is_nesterov && rule.is_centred && rule.has_momentum);
  g_assert_true (rule.rate_is_inside && rule.epsilon_is_inside && rule.corrects_rate);
  FsDescentSettings step = fs_descent_settings (&experiment, 0.25);
  g_assert_cmpfloat (step.learning_rate, ==, 0.25);
  g_assert_cmpfloat (step.decay, ==, 0.004);
  g_assert_cmpfloat (step.clip_value, ==, 0.5);
  g_assert_cmpfloat (step.max_norm, ==, 3);
  g_assert_true (step.recurrent_is_apart);
  g_assert_cmpfloat (step.l1_recurrent, ==, 0.3);
  g_assert_cmpfloat (step.l2_recurrent, ==, 0.4);
  g_assert_cmpint (fs_experiment_set (&experiment, "train.weight_decay=0.5", NULL), ==, FS_OK);
  g_assert_cmpint (fs_experiment_set (&experiment, "train.epsilon=0.125", NULL), ==, FS_OK);
  g_assert_cmpfloat (fs_descent_settings (&experiment, 1).decay, ==, 0.5);
  g_assert_cmpfloat (fs_descent_rule (&experiment).epsilon, ==, 0.125);

  g_assert_cmpint (fs_experiment_set (&experiment, "train.optimiser=rmsprop", NULL), ==, FS_OK);
  g_assert_cmpfloat (fs_descent_rule (&experiment).rho, ==, 0.9);
  g_assert_cmpint (fs_experiment_set (&experiment, "train.rho=0.5", NULL), ==, FS_OK);
  g_assert_cmpfloat (fs_descent_rule (&experiment).rho, ==, 0.5);
  g_assert_cmpfloat (fs_descent_settings (&experiment, 1).decay, ==, 0); /* AdamW's alone */

  g_assert_cmpint (fs_experiment_set (&experiment, "train.optimiser=sgd", NULL), ==, FS_OK);
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
  experiment.train.momentum = 0; /* Nesterov without a momentum */
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_MISMATCH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/optimiser/golden", test_golden);
  g_test_add_func ("/optimiser/keras", test_keras);
  g_test_add_func ("/optimiser/max-norm", test_max_norm);
  g_test_add_func ("/optimiser/penalties-apart", test_penalties_apart);
  g_test_add_func ("/optimiser/rule-of-an-experiment", test_rule_of_an_experiment);
  g_test_add_func ("/optimiser/state", test_state_is_moments_and_count);
  g_test_add_func ("/optimiser/formulas", test_formulas);
  g_test_add_func ("/optimiser/any-number-of-threads", test_same_bits_on_any_number_of_threads);
  g_test_add_func ("/optimiser/any-instruction-set", test_same_bits_on_every_instruction_set);
  g_test_add_func ("/optimiser/rate-of-zero", test_rate_of_zero_changes_nothing);
  g_test_add_func ("/optimiser/update-ratio-by-hand", test_update_ratio_by_hand);
  g_test_add_func ("/optimiser/not-finite", test_gradient_that_is_not_finite);
  return g_test_run ();
}
