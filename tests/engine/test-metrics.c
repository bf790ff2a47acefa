/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Metrics in original units, with numbers worked out on paper. */

#include <glib.h>
#include <math.h>
#include "engine/train/metrics.h"

#define assert_close(actual, expected) g_assert_cmpfloat_with_epsilon ((actual), (expected), 1e-12)

/* Rows 0 … 5 hold 1 2 4 8 ? 16; windows of two rows predict one or two. */
static FsDataset
dataset_by_hand (double *raw, uint32_t *starts, size_t n_windows, size_t horizon)
{
  FsDataset dataset = {
    .n_rows = 6, .length = 2, .horizon = horizon, .n_outputs = horizon, .target_raw = raw
  };
  dataset.windows[FS_PART_TEST] = (FsWindows){ starts, n_windows };
  return dataset;
}

static void
test_one_step (void)
{
  double raw[6] = { 1, 2, 4, 8, NAN, 16 };
  uint32_t starts[4] = { 0, 1, 2, 3 };
  FsDataset dataset = dataset_by_hand (raw, starts, 4, 1);
  /* Truths 4 8 ? 16; errors +1 −1 . −2; persistence repeats 2 4 . 8 (row 4 is unknown). */
  double predicted[4] = { 5, 7, 100, 14 };
  FsMetrics metrics = fs_metrics_compute (&dataset, FS_PART_TEST, predicted);
  g_assert_cmpuint (metrics.n, ==, 3);
  assert_close (metrics.rmse, sqrt (6.0 / 3));
  assert_close (metrics.mae, 4.0 / 3);
  assert_close (metrics.bias, -2.0 / 3);
  /* ȳ = 28/3; Σ(y−ȳ)² = 16 + 64 + 256 − 784/3 = 224/3. */
  assert_close (metrics.r2, 1.0 - 6.0 / (224.0 / 3));
  assert_close (metrics.persistence_rmse, sqrt ((4.0 + 16 + 64) / 3));
  assert_close (metrics.skill_persistence, 1.0 - 6.0 / 84);
  g_assert_true (isnan (metrics.skill_seasonal));
}

static void
test_relative_errors (void)
{
  double raw[6] = { 1, 2, 4, 0, NAN, 16 };
  uint32_t starts[4] = { 0, 1, 2, 3 };
  FsDataset dataset = dataset_by_hand (raw, starts, 4, 1);
  dataset.part_ends[FS_PART_TRAIN] = 4; /* changes of 1, 2 and 4 */
  /* Truths 4 0 ? 16; errors +1 0 . −4: 0 of 0 costs nothing, and has no share of itself. */
  double predicted[4] = { 5, 0, 100, 12 };
  FsMetrics metrics = fs_metrics_compute (&dataset, FS_PART_TEST, predicted);
  g_assert_cmpuint (metrics.n_mape, ==, 2);
  assert_close (metrics.mape, 100.0 * (1.0 / 4 + 4.0 / 16) / 2);
  assert_close (metrics.smape, 200.0 * (1.0 / 9 + 0 + 4.0 / 28) / 3);
  assert_close (metrics.mase, (5.0 / 3) / (7.0 / 3));
  dataset.season = 2; /* changes of 3 and 2 */
  metrics = fs_metrics_compute (&dataset, FS_PART_TEST, predicted);
  assert_close (metrics.mase, (5.0 / 3) / 2.5);
  dataset.part_ends[FS_PART_TRAIN] = 2; /* nothing to compare */
  metrics = fs_metrics_compute (&dataset, FS_PART_TEST, predicted);
  g_assert_true (isnan (metrics.mase));
  predicted[1] = 3; /* wrong where the truth is 0: the worst there is */
  metrics = fs_metrics_compute (&dataset, FS_PART_TEST, predicted);
  assert_close (metrics.smape, 200.0 * (1.0 / 9 + 1 + 4.0 / 28) / 3);
  g_assert_cmpuint (metrics.n_mape, ==, 2);
}

static void
test_two_steps_and_a_season (void)
{
  double raw[6] = { 1, 2, 4, 8, NAN, 16 };
  uint32_t starts[2] = { 0, 1 };
  FsDataset dataset = dataset_by_hand (raw, starts, 2, 2);
  dataset.season = 1; /* shorter than the horizon: step two goes back two seasons */
  /* Truths (4, 8) and (8, ?): persistence 2 2, 4; the season of one row gives the same. */
  double predicted[4] = { 4, 8, 9, 0 };
  FsMetrics metrics = fs_metrics_compute (&dataset, FS_PART_TEST, predicted);
  g_assert_cmpuint (metrics.n, ==, 3);
  assert_close (metrics.skill_persistence, 1.0 - 1.0 / (4 + 36 + 16));
  assert_close (metrics.skill_seasonal, metrics.skill_persistence);
  dataset.season = 3;
  /* Rows 2 and 3 look back to −1 (none) and 0; row 3 again to 0: errors of the reference 7 and 7. */
  metrics = fs_metrics_compute (&dataset, FS_PART_TEST, predicted);
  assert_close (metrics.skill_seasonal, 1.0 - 1.0 / (49 + 49));
}

static void
test_perfect_and_repeating (void)
{
  double raw[6] = { 1, 2, 4, 8, 12, 16 };
  uint32_t starts[4] = { 0, 1, 2, 3 };
  FsDataset dataset = dataset_by_hand (raw, starts, 4, 1);
  FsMetrics metrics = fs_metrics_compute (&dataset, FS_PART_TEST, (double[]){ 4, 8, 12, 16 });
  assert_close (metrics.rmse, 0.0);
  assert_close (metrics.skill_persistence, 1.0);
  assert_close (metrics.r2, 1.0);
  metrics = fs_metrics_compute (&dataset, FS_PART_TEST, (double[]){ 2, 4, 8, 12 });
  assert_close (metrics.skill_persistence, 0.0);
}

static void
test_nothing_to_compare (void)
{
  double raw[6] = { 1, 2, NAN, NAN, NAN, NAN };
  uint32_t starts[1] = { 0 };
  FsDataset dataset = dataset_by_hand (raw, starts, 1, 1);
  FsMetrics metrics = fs_metrics_compute (&dataset, FS_PART_TEST, (double[]){ 3 });
  g_assert_cmpuint (metrics.n, ==, 0);
  g_assert_true (isnan (metrics.rmse) && isnan (metrics.mae) && isnan (metrics.skill_persistence));
  metrics = fs_metrics_compute (&dataset, FS_PART_VALIDATION, NULL);
  g_assert_cmpuint (metrics.n, ==, 0);
  double constant[6] = { 3, 3, 3, 3, 3, 3 };
  dataset.target_raw = constant;
  metrics = fs_metrics_compute (&dataset, FS_PART_TEST, (double[]){ 3 });
  g_assert_true (isnan (metrics.r2) && isnan (metrics.skill_persistence));
}

/* A network that blew up must not look good. */
static void
test_non_finite_predictions (void)
{
  double raw[6] = { 1, 2, 4, 8, 12, 16 };
  uint32_t starts[2] = { 0, 1 };
  FsDataset dataset = dataset_by_hand (raw, starts, 2, 1);
  FsMetrics metrics = fs_metrics_compute (&dataset, FS_PART_TEST, (double[]){ NAN, 8 });
  g_assert_true (isnan (metrics.rmse));
  g_assert_true (isnan (metrics.skill_persistence));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/one-step", test_one_step);
  g_test_add_func ("/metrics/relative-errors", test_relative_errors);
  g_test_add_func ("/metrics/two-steps-and-a-season", test_two_steps_and_a_season);
  g_test_add_func ("/metrics/perfect-and-repeating", test_perfect_and_repeating);
  g_test_add_func ("/metrics/nothing-to-compare", test_nothing_to_compare);
  g_test_add_func ("/metrics/non-finite-predictions", test_non_finite_predictions);
  return g_test_run ();
}
