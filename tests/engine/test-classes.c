/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Losses of classes against PyTorch and differences, scores of classifications against scikit-learn. */

#include <glib.h>
#include <math.h>
#include "engine/model/loss.h"
#include "engine/train/class-metrics.h"
#include "tests/golden/classes-golden.h"

#ifdef FS_REAL_IS_DOUBLE
#define TOLERANCE 1e-13
#else
#define TOLERANCE 1e-6
#endif

enum
{
  N = 12,
  K = 4
};

static const FsReal targets[N] = { 0, 2, 1, 3, 3, 2, 0, 0, 1, 2, 0, 2 };
static const FsReal binary_targets[N] = { 0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0 };
static const double weights[K] = { 0.5, 2, 1, 3 };
static const double binary_weights[2] = { 0.5, 2 };

static double
wave (size_t k, double phase)
{
  return 3 * sin (0.7 * (double) k + phase);
}

static void
check_loss (FsLossRule rule,
            const FsReal *y,
            double phase,
            double expected,
            const double *expected_gradient)
{
  FsReal z[N * K], d[N * K];
  const size_t n = N * rule.n_outputs;
  for (size_t i = 0; i < n; i++)
    z[i] = (FsReal) wave (i, phase);
  FsLossSum all = fs_loss_sum_rows (rule, z, y, N);
  g_assert_cmpfloat_with_epsilon (all.sum / all.weight, expected, TOLERANCE);
  fs_loss_gradient_rows (rule, z, y, N, d);
  for (size_t i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon ((double) d[i], expected_gradient[i], TOLERANCE);
}

static void
test_golden_losses (void)
{
  FsLossRule rule = { .kind = FS_LOSS_CROSS_ENTROPY, .n_outputs = K };
  check_loss (rule, targets, 0.4, cross_entropy_plain[0], cross_entropy_plain_gradient);
  rule.class_weights = weights;
  check_loss (rule, targets, 0.4, cross_entropy_weighted[0], cross_entropy_weighted_gradient);
  rule = (FsLossRule){ .kind = FS_LOSS_BINARY_CROSS_ENTROPY, .n_outputs = 1 };
  check_loss (rule, binary_targets, 0.9, binary_plain[0], binary_plain_gradient);
  rule.class_weights = binary_weights;
  check_loss (rule, binary_targets, 0.9, binary_weighted[0], binary_weighted_gradient);
}

static double
mean_loss (FsLossRule rule, const FsReal *z, const FsReal *y)
{
  const FsLossSum all = fs_loss_sum_rows (rule, z, y, N);
  return all.sum / all.weight;
}

/* Two classes with two outputs are two classes with one: p = σ(z₁ − z₀). */
static void
test_two_classes_agree (void)
{
  const FsLossRule two = { .kind = FS_LOSS_CROSS_ENTROPY, .n_outputs = 2 };
  const FsLossRule one = { .kind = FS_LOSS_BINARY_CROSS_ENTROPY, .n_outputs = 1 };
  FsReal pairs[2 * N], differences[N];
  for (size_t i = 0; i < N; i++)
    {
      pairs[2 * i] = (FsReal) wave (2 * i, 0.1);
      pairs[2 * i + 1] = (FsReal) wave (2 * i + 1, 0.1);
      differences[i] = pairs[2 * i + 1] - pairs[2 * i];
    }
  g_assert_cmpfloat_with_epsilon (mean_loss (two, pairs, binary_targets),
                                  mean_loss (one, differences, binary_targets), TOLERANCE);
}

/* What is masked changes no bit of the rest, wherever it stands; a gradient with a wrong sign would be
 * noticed by the differences. */
static void
test_masked_rows (void)
{
  const FsLossRule rule = { .kind = FS_LOSS_CROSS_ENTROPY,
                            .n_outputs = K,
                            .class_weights = weights };
  FsReal z[N * K], y[N], d[N * K], short_d[N * K];
  for (size_t i = 0; i < N * K; i++)
    z[i] = (FsReal) wave (i, 0.4);
  for (size_t i = 0; i < N; i++)
    y[i] = i < 8 ? targets[i] : -1;
  const FsLossSum part = fs_loss_sum_rows (rule, z, y, 8), all = fs_loss_sum_rows (rule, z, y, N);
  g_assert_cmpfloat (part.sum, ==, all.sum);
  g_assert_cmpfloat (part.weight, ==, all.weight);
  fs_loss_gradient_rows (rule, z, y, N, d);
  fs_loss_gradient_rows (rule, z, y, 8, short_d);
  g_assert_cmpmem (d, 8 * K * sizeof *d, short_d, 8 * K * sizeof *d);
  for (size_t i = 8 * K; i < N * K; i++)
    g_assert_cmpfloat (d[i], ==, 0);
  for (size_t i = 0; i < N; i++)
    y[i] = -1;
  fs_loss_gradient_rows (rule, z, y, N, d);
  g_assert_cmpfloat (fs_loss_sum_rows (rule, z, y, N).weight, ==, 0);
  for (size_t i = 0; i < N * K; i++)
    g_assert_cmpfloat (d[i], ==, 0);
}

/* Logits of a thousand overflow nothing; a NaN stays one. */
static void
test_extremes (void)
{
  const FsLossRule rule = { .kind = FS_LOSS_CROSS_ENTROPY, .n_outputs = 2 };
  const FsLossRule binary = { .kind = FS_LOSS_BINARY_CROSS_ENTROPY, .n_outputs = 1 };
  FsReal z[2] = { 1000, -1000 }, d[2];
  const FsReal right = 0, wrong = 1;
  g_assert_cmpfloat (fs_loss_sum_rows (rule, z, &right, 1).sum, ==, 0);
  g_assert_cmpfloat (fs_loss_sum_rows (rule, z, &wrong, 1).sum, ==, 2000);
  fs_loss_gradient_rows (rule, z, &wrong, 1, d);
  g_assert_cmpfloat (d[0], ==, 1);
  g_assert_cmpfloat (d[1], ==, -1);
  g_assert_cmpfloat (fs_loss_sum_rows (binary, z, &wrong, 1).sum, ==, 0);
  g_assert_cmpfloat (fs_loss_sum_rows (binary, z, &right, 1).sum, ==, 1000);
  z[1] = (FsReal) NAN;
  g_assert_true (isnan (fs_loss_sum_rows (rule, z, &right, 1).sum));
  g_assert_true (isnan (fs_loss_sum_rows (binary, z + 1, &right, 1).sum));
  fs_loss_gradient_rows (rule, z, &right, 1, d);
  g_assert_true (isnan (d[0]));
}

#ifdef FS_REAL_IS_DOUBLE
static double
worst_slope (FsLossRule rule, const FsReal *y, double sign)
{
  FsReal z[N * K] = { 0 }, d[N * K];
  double worst = 0;
  for (size_t i = 0; i < N * rule.n_outputs; i++)
    z[i] = wave (i, 0.4);
  fs_loss_gradient_rows (rule, z, y, N, d);
  for (size_t i = 0; i < N * rule.n_outputs; i++)
    {
      const double h = 1e-5, kept = z[i];
      z[i] = kept + h;
      const double above = mean_loss (rule, z, y);
      z[i] = kept - h;
      const double below = mean_loss (rule, z, y);
      z[i] = kept;
      const double expected = (above - below) / (2 * h);
      worst = MAX (worst, fabs (sign * d[i] - expected) / (1e-3 + fabs (expected)));
    }
  return worst;
}

static void
test_differences (void)
{
  const FsLossRule rules[] = {
    { .kind = FS_LOSS_CROSS_ENTROPY, .n_outputs = K, .class_weights = weights },
    { .kind = FS_LOSS_BINARY_CROSS_ENTROPY, .n_outputs = 1, .class_weights = binary_weights },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const FsReal *y = i == 0 ? targets : binary_targets;
      g_assert_cmpfloat (worst_slope (rules[i], y, 1), <, 1e-6);
      g_assert_cmpfloat (worst_slope (rules[i], y, -1), >, 1e-3);
    }
}
#endif

static void
check_scores (const double *probabilities,
              size_t n_outputs,
              const FsReal *y,
              size_t n_classes,
              const double *expected)
{
  double truth[N + 1], padded[(N + 1) * K] = { 0 };
  for (size_t i = 0; i < N; i++)
    truth[i] = (double) y[i];
  truth[N] = NAN; /* of an unknown class: not counted */
  for (size_t i = 0; i < N * n_outputs; i++)
    padded[i] = probabilities[i];
  FsClassMetrics found;
  g_assert_cmpint (fs_class_metrics_compute (&found, padded, n_outputs, truth, N + 1, n_classes),
                   ==, FS_OK);
  const double scores[] = { found.accuracy, found.balanced_accuracy, found.precision, found.recall,
                            found.f1,       found.log_loss,          found.perplexity };
  g_assert_cmpuint (found.n, ==, N);
  for (size_t i = 0; i < G_N_ELEMENTS (scores); i++)
    g_assert_cmpfloat_with_epsilon (scores[i], expected[i], 1e-12 * fabs (expected[i]));
  for (size_t i = 0; n_classes == K && i < K * K; i++)
    g_assert_cmpfloat ((double) found.confusion[i], ==, class_confusion[i]);
  fs_class_metrics_clear (&found);
}

static void
test_golden_scores (void)
{
  const FsLossRule rule = { .kind = FS_LOSS_CROSS_ENTROPY, .n_outputs = K };
  const FsLossRule binary = { .kind = FS_LOSS_BINARY_CROSS_ENTROPY, .n_outputs = 1 };
  double p[N * K];
  for (size_t i = 0; i < N * K; i++)
    p[i] = wave (i, 0.4);
  for (size_t i = 0; i < N; i++)
    fs_loss_probabilities (rule, p + i * K, p + i * K);
  check_scores (p, K, targets, K, class_scores);
  for (size_t i = 0; i < N; i++)
    {
      p[i] = wave (i, 0.9);
      fs_loss_probabilities (binary, p + i, p + i);
    }
  check_scores (p, 1, binary_targets, 2, binary_scores);

  FsClassMetrics none;
  g_assert_cmpint (fs_class_metrics_compute (&none, p, 1, NULL, 0, 2), ==, FS_OK);
  g_assert_true (isnan (none.accuracy));
  fs_class_metrics_clear (&none);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/classes/golden-losses", test_golden_losses);
  g_test_add_func ("/classes/two-classes-agree", test_two_classes_agree);
  g_test_add_func ("/classes/masked-rows", test_masked_rows);
  g_test_add_func ("/classes/extremes", test_extremes);
#ifdef FS_REAL_IS_DOUBLE
  g_test_add_func ("/classes/differences", test_differences);
#endif
  g_test_add_func ("/classes/golden-scores", test_golden_scores);
  return g_test_run ();
}
