/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a forecast missed, against numbers worked by hand, and its pictures' words. */

#include "ui/views/error-plot.h"
#include "ui/views/fed-back-plot.h"

#include <math.h>
#include <string.h>
#include "tests/ui/other-tongue.h"

/* Ten rows 0 1 4 9 … 81, windows of two rows that look two ahead, all of them in train. */
#define N_ROWS 10
#define N_WINDOWS 7

typedef struct
{
  FsDataset dataset;
  FsForecast forecast;
  FsSnapshot snapshot;
  double times[N_ROWS], raw[N_ROWS], predicted[2 * N_WINDOWS];
  uint32_t starts[N_WINDOWS];
} Squares;

static void
squares_init (Squares *squares)
{
  *squares = (Squares){ 0 };
  for (int i = 0; i < N_ROWS; i++)
    {
      squares->times[i] = i;
      squares->raw[i] = i * i;
    }
  for (uint32_t i = 0; i < N_WINDOWS; i++)
    {
      squares->starts[i] = i;
      squares->predicted[2 * i] = squares->raw[i + 2] - (i % 2 ? 1 : 3);
      squares->predicted[2 * i + 1] = squares->raw[i + 3] + 2;
    }
  squares->dataset = (FsDataset){ .n_rows = N_ROWS,
                                  .length = 2,
                                  .horizon = 2,
                                  .n_outputs = 2,
                                  .times = squares->times,
                                  .target_raw = squares->raw,
                                  .target_name = "square",
                                  .part_ends = { N_ROWS, N_ROWS, N_ROWS } };
  squares->dataset.windows[FS_PART_TRAIN] = (FsWindows){ squares->starts, N_WINDOWS };
  squares->forecast =
      (FsForecast){ .epoch = 3, .n_windows = { N_WINDOWS }, .predicted = { squares->predicted } };
  squares->snapshot.dataset = &squares->dataset;
  squares->snapshot.forecast = &squares->forecast;
}

static void
test_residuals (void)
{
  Squares squares;
  FsResiduals residuals;

  squares_init (&squares);
  fs_residuals_init (&residuals, &squares.snapshot, FS_PART_TRAIN);
  g_assert_cmpuint (residuals.n, ==, N_WINDOWS);
  for (int i = 0; i < N_WINDOWS; i++)
    {
      g_assert_cmpfloat (residuals.times[i], ==, i + 2);
      g_assert_cmpfloat (residuals.values[i], ==, i % 2 ? 1 : 3);
    }
  /* Four threes and three ones: mean 15/7, variance 4·4·3/49. */
  g_assert_cmpfloat_with_epsilon (residuals.mean, 15.0 / 7, 1e-12);
  g_assert_cmpfloat_with_epsilon (residuals.sd, sqrt (48.0) / 7, 1e-12);
  fs_residuals_clear (&residuals);

  /* A target the file did not have is no miss. */
  squares.raw[4] = NAN;
  fs_residuals_init (&residuals, &squares.snapshot, FS_PART_TRAIN);
  g_assert_cmpuint (residuals.n, ==, N_WINDOWS - 1);
  g_assert_cmpfloat (residuals.times[2], ==, 5);
  fs_residuals_clear (&residuals);

  fs_residuals_init (&residuals, &squares.snapshot, FS_PART_VALIDATION);
  g_assert_cmpuint (residuals.n, ==, 0);
  fs_residuals_clear (&residuals);
  fs_residuals_init (&residuals, NULL, FS_PART_TRAIN);
  g_assert_cmpuint (residuals.n, ==, 0);
  fs_residuals_clear (&residuals);
}

static void
test_autocorrelation (void)
{
  double values[16], lags[FS_RESIDUAL_LAGS], band;
  FsResiduals residuals = { .n = 16, .values = values, .mean = 0, .sd = 1 };

  for (int i = 0; i < 16; i++)
    values[i] = i % 2 ? -1 : 1;
  g_assert_cmpuint (fs_residuals_autocorrelation (&residuals, lags, &band), ==, 4);
  /* Σ x(t) x(t−k) = ±(16 − k), over 16. */
  for (int lag = 1; lag <= 4; lag++)
    g_assert_cmpfloat_with_epsilon (lags[lag - 1], (lag % 2 ? -1 : 1) * (16 - lag) / 16.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (band, 0.49, 1e-12);
  residuals.sd = 0;
  g_assert_cmpuint (fs_residuals_autocorrelation (&residuals, lags, &band), ==, 0);
}

static void
test_histogram (void)
{
  double first[] = { 0, 1, 2, 3, 4, 5, 6, 7 }, second[] = { 8, 8, 8, 0 };
  double low, width, shares[FS_RESIDUAL_BINS], sum = 0;
  FsResiduals parts[] = { { .n = 8, .values = first }, { .n = 4, .values = second } };
  gsize n = fs_residuals_bins (parts, 2, &low, &width);

  g_assert_cmpuint (n, ==, 8);
  g_assert_cmpfloat (low, ==, 0);
  g_assert_cmpfloat (width, ==, 1);
  fs_residuals_histogram (&parts[1], low, width, n, shares);
  /* The highest value belongs to the last bin. */
  g_assert_cmpfloat (shares[0], ==, 0.25);
  g_assert_cmpfloat (shares[7], ==, 0.75);
  fs_residuals_histogram (&parts[0], low, width, n, shares);
  for (gsize i = 0; i < n; i++)
    sum += shares[i];
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-12);

  for (int i = 0; i < 8; i++)
    first[i] = 5;
  g_assert_cmpuint (fs_residuals_bins (parts, 1, &low, &width), ==, 1);
  g_assert_cmpfloat (width, >, 0);
}

static void
test_horizon (void)
{
  Squares squares;
  double rmse[2], repeat[2], one = 0, two = 0;

  squares_init (&squares);
  fs_forecast_horizon_errors (&squares.snapshot, FS_PART_TRAIN, rmse, repeat);
  /* Four threes and three ones; always two. From row r to r + 1 a square grows by 2r + 1, to r + 2 by
   * 4r + 4. */
  g_assert_cmpfloat_with_epsilon (rmse[0], sqrt (39.0 / 7), 1e-12);
  g_assert_cmpfloat_with_epsilon (rmse[1], 2, 1e-12);
  for (int r = 1; r <= N_WINDOWS; r++)
    {
      one += (2 * r + 1) * (2 * r + 1) / 7.0;
      two += (4 * r + 4) * (4 * r + 4) / 7.0;
    }
  g_assert_cmpfloat_with_epsilon (repeat[0], sqrt (one), 1e-9);
  g_assert_cmpfloat_with_epsilon (repeat[1], sqrt (two), 1e-9);
  fs_forecast_horizon_errors (&squares.snapshot, FS_PART_TEST, rmse, repeat);
  g_assert_true (isnan (rmse[0]));
}

static void
test_pictures (void)
{
  Squares squares;
  char *words;

  squares_init (&squares);
  for (int picture = FS_ERROR_RESIDUALS; picture <= FS_ERROR_HORIZON; picture++)
    {
      g_autoptr (FsPlot) plot =
          fs_error_plot_make ((FsErrorPicture) picture, &squares.snapshot, FALSE);
      g_autoptr (FsPlot) empty = fs_error_plot_make ((FsErrorPicture) picture, NULL, FALSE);

      /* Seven windows are too few for an autocorrelation, and then it says so. */
      g_assert_cmpint (fs_plot_is_empty (plot), ==, picture == FS_ERROR_AUTOCORRELATION);
      g_assert_true (fs_plot_is_empty (empty));
      ASSERT_SAME_FILE (fs_error_plot_make ((FsErrorPicture) picture, &squares.snapshot, FALSE));
    }
  words = fs_error_plot_describe (FS_ERROR_HORIZON, &squares.snapshot, FALSE);
  g_assert_cmpstr (
      words, ==,
      "Error by steps ahead of square by the weights of epoch 3. Of train it is 2.36 one "
      "step ahead; 2 steps ahead it is 2, where repeating the last value misses by 21.5.");
  g_free (words);
  words = fs_error_plot_describe (FS_ERROR_RESIDUALS, &squares.snapshot, TRUE);
  g_assert_cmpstr (words, ==,
                   "Residuals of square by the weights of epoch 3. Of train: mean 2.14, standard "
                   "deviation 0.99.");
  g_free (words);
}

/* From row 5 on it says 10 where 25, 36, 49 were measured; standing still is 16. */
static void
test_fed_back (void)
{
  Squares squares;
  double path[] = { 10, 10, 10 };
  uint32_t starts[] = { 3 };
  g_autoptr (FsPlot) plot = NULL;
  g_autoptr (FsPlot) without = NULL;
  const FsPlotSeries *series;
  char *words;

  squares_init (&squares);
  squares.dataset.windows[FS_PART_VALIDATION] = (FsWindows){ starts, 1 };
  squares.forecast.n_windows[FS_PART_VALIDATION] = 1;
  squares.forecast.predicted[FS_PART_VALIDATION] = squares.predicted;
  without = fs_fed_back_plot_make (&squares.snapshot);
  g_assert_true (fs_plot_is_empty (without));
  squares.forecast.fed_back = path;
  squares.forecast.n_fed_back = 3;
  plot = fs_fed_back_plot_make (&squares.snapshot);
  g_assert_cmpuint (fs_plot_get_n_series (plot), ==, 3);
  ASSERT_SAME_FILE (fs_fed_back_plot_make (&squares.snapshot));
  series = fs_plot_get_series (plot, 2);
  g_assert_cmpuint (series->n, ==, 3);
  g_assert_cmpfloat (series->x[0], ==, 5);
  series = fs_plot_get_series (plot, 0);
  g_assert_cmpfloat (series->x[0], ==, 1); /* two windows before */
  g_assert_cmpfloat (series->x[series->n - 1], ==, 7);
  words = fs_fed_back_plot_describe (&squares.snapshot);
  g_assert_nonnull (strstr (words, "For 3 steps"));
  g_assert_nonnull (strstr (words, "error is 28.4")); /* √((15² + 26² + 39²)/3) */
  g_assert_nonnull (strstr (words, "miss by 22.9"));  /* √((9² + 20² + 33²)/3) */
  g_free (words);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forecast-errors/residuals", test_residuals);
  g_test_add_func ("/forecast-errors/autocorrelation", test_autocorrelation);
  g_test_add_func ("/forecast-errors/histogram", test_histogram);
  g_test_add_func ("/forecast-errors/horizon", test_horizon);
  g_test_add_func ("/forecast-errors/pictures", test_pictures);
  g_test_add_func ("/forecast-errors/fed-back", test_fed_back);
  return g_test_run ();
}
