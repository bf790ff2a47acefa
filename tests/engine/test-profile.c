/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Profiles of columns against NumPy, SciPy and statsmodels, and on series built to have one trait. */

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/series/profile.h"
#include "tests/golden/profile-golden.h"

static FsColumn
column_over (double *values, size_t n)
{
  static char name[] = "x";
  FsColumn column = { .name = name, .type = FS_COLUMN_NUMBER, .numbers = values };
  for (size_t i = 0; i < n; i++)
    column.n_missing += isnan (values[i]);
  return column;
}

static FsProfile
profile_of (double *values, size_t n, size_t n_early)
{
  FsProfile profile;
  FsColumn column = column_over (values, n);
  g_assert_cmpint (fs_profile_column (&profile, &column, n, n_early, NULL), ==, FS_OK);
  return profile;
}

static void
assert_near (const char *series, const char *what, double found, double expected)
{
  if (!(fabs (found - expected) <= 1e-10 * fmax (1, fabs (expected))))
    g_error ("%s, %s: %.17g instead of %.17g", series, what, found, expected);
}

static void
test_golden (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (golden_series); i++)
    {
      double values[GOLDEN_N];
      const char *name = golden_series[i].name;
      memcpy (values, golden_series[i].values, sizeof values);
      FsProfile p = profile_of (values, GOLDEN_N, 0);
      assert_near (name, "mean", p.mean, golden_series[i].mean);
      assert_near (name, "sd", p.sd, golden_series[i].sd);
      assert_near (name, "min", p.min, golden_series[i].min);
      assert_near (name, "q25", p.q25, golden_series[i].q25);
      assert_near (name, "median", p.median, golden_series[i].median);
      assert_near (name, "q75", p.q75, golden_series[i].q75);
      assert_near (name, "max", p.max, golden_series[i].max);
      assert_near (name, "skewness", p.skewness, golden_series[i].skewness);
      assert_near (name, "mad", p.mad, golden_series[i].mad);
      g_assert_cmpuint (p.n_outliers_iqr, ==, golden_series[i].n_outliers_iqr);
      g_assert_cmpuint (p.n_outliers_mad, ==, golden_series[i].n_outliers_mad);
      for (int lag = 0; lag <= GOLDEN_LAGS; lag++)
        assert_near (name, "autocorrelation", p.autocorrelation[lag],
                     golden_series[i].autocorrelation[lag]);
      assert_near (name, "Dickey-Fuller", p.dickey_fuller.statistic,
                   golden_series[i].dickey_fuller);
      assert_near (name, "its critical value", p.dickey_fuller.critical,
                   golden_series[i].dickey_fuller_critical);
      assert_near (name, "KPSS", p.kpss.statistic, golden_series[i].kpss);
    }
}

/* How often each test calls 200 noises and 200 walks of 300 rows a random walk. */
static void
test_rates (void)
{
  enum
  {
    N = 300,
    RUNS = 200
  };
  double noise[N], walk[N];
  int noise_adf = 0, noise_kpss = 0, walk_adf = 0, walk_kpss = 0;
  for (int run = 0; run < RUNS; run++)
    {
      FsRandom random = fs_random (run, FS_STREAM_GENERATOR, 9, 0);
      double level = 0;
      for (int t = 0; t < N; t++)
        {
          noise[t] = fs_random_normal (&random);
          walk[t] = level += noise[t];
        }
      FsProfile p = profile_of (noise, N, 0);
      noise_adf += p.dickey_fuller.statistic >= p.dickey_fuller.critical;
      noise_kpss += p.kpss.statistic > p.kpss.critical;
      p = profile_of (walk, N, 0);
      walk_adf += p.dickey_fuller.statistic >= p.dickey_fuller.critical;
      walk_kpss += p.kpss.statistic > p.kpss.critical;
    }
  g_test_message ("called a walk: noise %d and %d, walks %d and %d of %d", noise_adf, noise_kpss,
                  walk_adf, walk_kpss, RUNS);
  g_assert_cmpint (noise_adf, ==, 0);
  g_assert_cmpint (noise_kpss, <=, RUNS / 10);
  g_assert_cmpint (walk_adf, >=, RUNS * 9 / 10);
  g_assert_cmpint (walk_kpss, >=, RUNS * 7 / 10);
}

static void
test_gaps_and_drift (void)
{
  double x[100];
  for (int t = 0; t < 100; t++)
    x[t] = t < 70 ? (t % 2 ? 1 : -1) : 5;
  x[0] = x[20] = x[21] = x[22] = x[99] = NAN;
  FsProfile p = profile_of (x, 100, 70);
  g_assert_cmpuint (p.n, ==, 95);
  g_assert_cmpuint (p.n_missing, ==, 5);
  g_assert_cmpuint (p.longest_gap, ==, 3);
  g_assert_cmpfloat_with_epsilon (p.drift, 5, 0.1);
  g_assert_cmpfloat (p.share_outside, ==, 1);
  g_assert_true (p.is_whole);
  g_assert_false (p.is_never_negative);

  double constant[20];
  for (int t = 0; t < 20; t++)
    constant[t] = 3;
  p = profile_of (constant, 20, 10);
  g_assert_true (p.is_constant);
  g_assert_cmpuint (p.n_lags, ==, 0);
  g_assert_cmpuint (p.n_outliers_mad, ==, 0);
  g_assert_true (isnan (p.dickey_fuller.statistic));

  double nothing[4] = { NAN, NAN, NAN, NAN };
  p = profile_of (nothing, 4, 2);
  g_assert_cmpuint (p.n, ==, 0);
  g_assert_cmpuint (p.longest_gap, ==, 4);
  g_assert_true (isnan (p.mean));
  double one[1] = { 7 };
  p = profile_of (one, 1, 0);
  g_assert_cmpfloat (p.median, ==, 7);
  g_assert_true (isnan (p.sd));
}

static void
test_gives_away (void)
{
  enum
  {
    N = 200
  };
  double target[N], copy[N], ahead[N], noisy[N];
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 3, 0);
  size_t lead = 99;
  for (int t = 0; t < N; t++)
    target[t] = sin (0.3 * t) + 0.5 * fs_random_normal (&random);
  for (int t = 0; t < N; t++)
    {
      copy[t] = 32 + 1.8 * target[t];
      ahead[t] = t + 3 < N ? target[t + 3] : NAN;
      noisy[t] = target[t] + 0.01 * fs_random_normal (&random);
    }
  FsColumn y = column_over (target, N), a = column_over (copy, N), b = column_over (ahead, N),
           c = column_over (noisy, N);
  g_assert_true (fs_profile_gives_away (&y, &a, N, &lead));
  g_assert_cmpuint (lead, ==, 0);
  g_assert_true (fs_profile_gives_away (&y, &b, N, &lead));
  g_assert_cmpuint (lead, ==, 3);
  g_assert_false (fs_profile_gives_away (&y, &c, N, &lead));
  g_assert_false (fs_profile_gives_away (&y, &y, N, &lead));
}

static int
compare (const void *left, const void *right)
{
  double l = *(const double *) left, r = *(const double *) right;
  return l < r ? -1 : l > r;
}

/* What is found by halving, by going through all values: few and many ones, ties, heavy tails, all of them
 * on one side of the median. */
static void
test_order (void)
{
  FsRandom random = fs_random (9, FS_STREAM_GENERATOR, 0, 0);
  for (int round = 0; round < 3000; round++)
    {
      double values[41], deviations[41];
      size_t n = 1 + fs_random_below (&random, 41), n_iqr = 0, n_mad = 0;
      for (size_t i = 0; i < n; i++)
        {
          double z = fs_random_normal (&random);
          values[i] = round % 4 == 0   ? z
                      : round % 4 == 1 ? floor (2 * z)
                      : round % 4 == 2 ? z * z * z * z * z
                                       : fmax (z, 0);
        }
      FsProfile p = profile_of (values, n, 0);
      for (size_t i = 0; i < n; i++)
        deviations[i] = fabs (values[i] - p.median);
      qsort (deviations, n, sizeof *deviations, compare);
      double mad = n % 2
                       ? deviations[n / 2]
                       : deviations[n / 2 - 1] + 0.5 * (deviations[n / 2] - deviations[n / 2 - 1]);
      g_assert_cmpfloat (p.mad, ==, FS_MAD_SCALE * mad);
      double reach = FS_OUTLIER_IQR * (p.q75 - p.q25);
      for (size_t i = 0; i < n; i++)
        {
          n_iqr += values[i] < p.q25 - reach || values[i] > p.q75 + reach;
          n_mad += fabs (values[i] - p.median) > FS_OUTLIER_MAD * p.mad;
        }
      g_assert_cmpuint (p.n_outliers_iqr, ==, n_iqr);
      g_assert_cmpuint (p.n_outliers_mad, ==, p.mad > 0 ? n_mad : n_iqr);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/golden", test_golden);
  g_test_add_func ("/profile/order", test_order);
  g_test_add_func ("/profile/rates", test_rates);
  g_test_add_func ("/profile/gaps-and-drift", test_gaps_and_drift);
  g_test_add_func ("/profile/gives-away", test_gives_away);
  return g_test_run ();
}
