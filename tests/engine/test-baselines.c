/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Baselines: by hand on eight rows, the ridge against plain elimination and residuals, and that each
 * is good at what it should be good at. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/train/baselines.h"
#include "engine/train/ridge.h"
#include "tests/engine/dataset-by-hand.h"

/* Windows of 2 rows, horizon 2. Training targets: rows (2,3) and (3,4); validation: (5,6), (6,7). */
static void
test_by_hand (void)
{
  static const double values[] = { 1, 3, 2, 5, 4, 8, 6, 9 };
  FsDataset *dataset = dataset_by_hand (values, 8, 1, 2, 2, 5, 8);
  dataset->season = 3;
  FsBaselines baselines;
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MAE, 0 }, NULL),
                   ==, FS_OK);
  const FsBaseline *train = &baselines.parts[FS_PART_TRAIN];
  const FsBaseline *validation = &baselines.parts[FS_PART_VALIDATION];
  /* Mean of the targets 2 5 5 4 is 4. */
  g_assert_cmpfloat_with_epsilon (train->mean, (2 + 1 + 1 + 0) / 4.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (validation->mean, (4 + 2 + 2 + 5) / 4.0, 1e-12);
  /* Last values: 3 for (2, 5), 2 for (5, 4); 4 for (8, 6), 8 for (6, 9). */
  g_assert_cmpfloat_with_epsilon (train->persistence, (1 + 2 + 3 + 2) / 4.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (validation->persistence, (4 + 2 + 2 + 1) / 4.0, 1e-12);
  /* Row 2 has nothing three rows before, so the last value 3; row 3 has row 0, row 4 has row 1. */
  g_assert_cmpfloat_with_epsilon (train->seasonal_naive, (1 + 4 + 4 + 1) / 4.0, 1e-12);
  /* Rows 5 and 6 have rows 2 and 3; rows 6 and 7 have rows 3 and 4. */
  g_assert_cmpfloat_with_epsilon (validation->seasonal_naive, (6 + 1 + 1 + 5) / 4.0, 1e-12);
  g_assert_true (isnan (validation->ridge));
  g_assert_true (isnan (baselines.parts[FS_PART_TEST].persistence));
  g_assert_cmpuint (baselines.season, ==, 3);

  const char *name;
  g_assert_cmpfloat_with_epsilon (fs_baselines_best (&baselines, FS_PART_VALIDATION, &name), 2.25,
                                  1e-12);
  g_assert_cmpstr (name, ==, "repeating the last value");
  g_assert_true (isnan (fs_baselines_best (&baselines, FS_PART_TEST, &name)));
  g_assert_null (name);

  /* Squared, without a season. */
  dataset->season = 0;
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MSE, 0 }, NULL),
                   ==, FS_OK);
  g_assert_cmpfloat_with_epsilon (validation->persistence, (16 + 4 + 4 + 1) / 4.0, 1e-12);
  g_assert_true (isnan (validation->seasonal_naive));
  dataset_by_hand_free (dataset);
}

/* A season shorter than the horizon: only what was known at the window's end may be repeated. */
static void
test_season_within_the_horizon (void)
{
  double values[30];
  for (size_t i = 0; i < 30; i++)
    values[i] = (double) (i % 2) + (i >= 20 ? 10 : 0);
  FsDataset *dataset = dataset_by_hand (values, 30, 1, 4, 5, 20, 30);
  dataset->season = 2;
  FsBaselines baselines;
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MAE, 0 }, NULL),
                   ==, FS_OK);
  g_assert_cmpfloat (baselines.parts[FS_PART_TRAIN].seasonal_naive, ==, 0);
  /* The window that ends at row 19 misses all five by 10: were row 20 used for row 22, it would look
   * better. The next knows row 20, which serves rows 22 and 24, and misses three. The other four know
   * a whole new season. */
  g_assert_cmpfloat_with_epsilon (baselines.parts[FS_PART_VALIDATION].seasonal_naive,
                                  (5 * 10 + 3 * 10) / 30.0, 1e-12);
  dataset_by_hand_free (dataset);
}

enum
{
  L = 3,
  C = 2,
  H = 2,
  D = L * C + 1,
  N_ROWS = 120
};

static FsDataset *
noisy_pair (uint64_t seed, double noise)
{
  double values[N_ROWS * C];
  FsRandom random = fs_random (seed, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < N_ROWS; i++)
    {
      values[i * C] = 5 + sin ((double) i * 0.7) + noise * fs_random_normal (&random);
      values[i * C + 1] = -2 + cos ((double) i * 0.7) + noise * fs_random_normal (&random);
    }
  return dataset_by_hand (values, N_ROWS, C, L, H, 80, 100);
}

/* Centred regressors of a window, as the definition has them. */
static void
regressors (const FsDataset *dataset, FsPart part, size_t window, double x[D])
{
  for (size_t c = 0; c < C; c++)
    {
      double mean = 0;
      for (size_t i = 0; i < 80; i++)
        mean += (double) dataset->inputs[i * C + c] / 80;
      for (size_t t = 0; t < L; t++)
        x[t * C + c] =
            (double) dataset->inputs[(dataset->windows[part].starts[window] + t) * C + c] - mean;
    }
  x[D - 1] = 1;
}

static double
target (const FsDataset *dataset, FsPart part, size_t window, size_t h)
{
  return dataset->target_prepared[dataset->windows[part].starts[window] + L + h];
}

/* Fits output h on training windows [0, n) by elimination with pivoting. */
static void
fit_plainly (const FsDataset *dataset, size_t n, double lambda, size_t h, double w[D])
{
  double a[D][D + 1] = { 0 }, trace = 0;
  for (size_t i = 0; i < n; i++)
    {
      double x[D];
      regressors (dataset, FS_PART_TRAIN, i, x);
      for (size_t r = 0; r < D; r++)
        {
          for (size_t c = 0; c < D; c++)
            a[r][c] += x[r] * x[c];
          a[r][D] += x[r] * target (dataset, FS_PART_TRAIN, i, h);
        }
    }
  for (size_t r = 0; r + 1 < D; r++)
    trace += a[r][r];
  for (size_t r = 0; r + 1 < D; r++)
    a[r][r] += lambda * trace / (D - 1);
  for (size_t k = 0; k < D; k++)
    {
      size_t pivot = k;
      for (size_t r = k; r < D; r++)
        if (fabs (a[r][k]) > fabs (a[pivot][k]))
          pivot = r;
      for (size_t c = 0; c <= D; c++)
        {
          double kept = a[k][c];
          a[k][c] = a[pivot][c];
          a[pivot][c] = kept;
        }
      for (size_t r = 0; r < D; r++)
        if (r != k)
          for (size_t c = D + 1; c-- > k;)
            a[r][c] -= a[r][k] / a[k][k] * a[k][c];
    }
  for (size_t r = 0; r < D; r++)
    w[r] = a[r][D] / a[r][r];
}

static double
predict_plainly (const FsDataset *dataset, FsPart part, size_t window, const double w[D])
{
  double x[D], sum = 0;
  regressors (dataset, part, window, x);
  for (size_t r = 0; r < D; r++)
    sum += w[r] * x[r];
  return sum;
}

static void
check_ridge (uint64_t seed, double noise)
{
  FsDataset *dataset = noisy_pair (seed, noise);
  FsRidge *ridge = NULL;
  g_assert_cmpint (fs_ridge_fit (&ridge, dataset, NULL), ==, FS_OK);
  g_assert_nonnull (ridge);
  const size_t n = dataset->windows[FS_PART_TRAIN].n;
  g_assert_cmpuint (n, ==, 76);
  double lowest = INFINITY, chosen = 0, w[D];
  for (double lambda = 1e-8; lambda < 50; lambda *= 10)
    {
      double error = 0;
      for (size_t h = 0; h < H; h++)
        {
          fit_plainly (dataset, n - n / 5, lambda, h, w);
          for (size_t i = n - n / 5; i < n; i++)
            {
              double e = predict_plainly (dataset, FS_PART_TRAIN, i, w)
                         - target (dataset, FS_PART_TRAIN, i, h);
              error += e * e;
            }
        }
      if (error < lowest)
        {
          lowest = error;
          chosen = lambda;
        }
    }
  g_assert_cmpfloat_with_epsilon (fs_ridge_lambda (ridge) / chosen, 1, 1e-9);
  double predicted[20 * H];
  const size_t n_validation = dataset->windows[FS_PART_VALIDATION].n;
  fs_ridge_predict (ridge, FS_PART_VALIDATION, 0, n_validation, predicted);
  for (size_t h = 0; h < H; h++)
    {
      fit_plainly (dataset, n, chosen, h, w);
      for (size_t i = 0; i < n_validation; i++)
        g_assert_cmpfloat_with_epsilon (predicted[i * H + h],
                                        predict_plainly (dataset, FS_PART_VALIDATION, i, w), 1e-7);
    }
  fs_ridge_free (ridge);
  dataset_by_hand_free (dataset);
}

static void
test_ridge_is_the_definition (void)
{
  for (uint64_t seed = 1; seed <= 5; seed++)
    {
      check_ridge (seed, 0.1);
      check_ridge (seed, 1);
    }
}

/* A pure wave is a straight line of its last two values; on white noise nothing beats the mean; on a
 * walk nothing beats the last value. */
static void
test_each_has_its_field (void)
{
  enum
  {
    N = 3000
  };
  static double wave[N], noise[N], walk[N];
  FsRandom random = fs_random (9, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < N; i++)
    {
      double step = fs_random_normal (&random);
      wave[i] = sin ((double) i * 0.3);
      noise[i] = step;
      walk[i] = (i > 0 ? walk[i - 1] : 0) + step;
    }
  FsBaselines baselines;
  FsDataset *dataset = dataset_by_hand (wave, N, 1, 10, 1, 2000, 2500);
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MSE, 0 }, NULL),
                   ==, FS_OK);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].ridge, <, 1e-8);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].persistence, >, 0.04);
  dataset_by_hand_free (dataset);

  dataset = dataset_by_hand (noise, N, 1, 10, 1, 2000, 2500);
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MSE, 0 }, NULL),
                   ==, FS_OK);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].ridge, >,
                     0.97 * baselines.parts[FS_PART_TEST].mean);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].ridge, <,
                     1.05 * baselines.parts[FS_PART_TEST].mean);
  dataset_by_hand_free (dataset);

  dataset = dataset_by_hand (walk, N, 1, 10, 1, 2000, 2500);
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MSE, 0 }, NULL),
                   ==, FS_OK);
  const char *name;
  fs_baselines_best (&baselines, FS_PART_VALIDATION, &name);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].ridge, >,
                     0.97 * baselines.parts[FS_PART_TEST].persistence);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].persistence, <,
                     0.2 * baselines.parts[FS_PART_TEST].mean);
  dataset_by_hand_free (dataset);
}

/* Long windows and long series are cut down, and still give an answer. */
static void
test_bounded_cost (void)
{
  enum
  {
    N = 60000
  };
  double *values = g_new (double, N);
  FsRandom random = fs_random (2, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < N; i++)
    values[i] = sin ((double) i * 0.3) + 0.1 * fs_random_normal (&random);
  FsDataset *dataset = dataset_by_hand (values, N, 1, 700, 1, 50000, 55000);
  FsBaselines baselines;
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MSE, 0 }, NULL),
                   ==, FS_OK);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].ridge, <, 0.012);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].ridge, >, 0.009);
  dataset_by_hand_free (dataset);
  /* Rows that are all the same make a singular matrix, and a perfect forecast. */
  for (size_t i = 0; i < N; i++)
    values[i] = 3;
  dataset = dataset_by_hand (values, 200, 1, 5, 1, 150, 180);
  g_assert_cmpint (fs_baselines_compute (&baselines, dataset, (FsLossRule){ FS_LOSS_MSE, 0 }, NULL),
                   ==, FS_OK);
  g_assert_cmpfloat (baselines.parts[FS_PART_TEST].persistence, ==, 0);
  g_assert_true (isnan (baselines.parts[FS_PART_TEST].ridge));
  dataset_by_hand_free (dataset);
  g_free (values);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/baselines/by-hand", test_by_hand);
  g_test_add_func ("/baselines/season-within-horizon", test_season_within_the_horizon);
  g_test_add_func ("/baselines/ridge-is-the-definition", test_ridge_is_the_definition);
  g_test_add_func ("/baselines/each-has-its-field", test_each_has_its_field);
  g_test_add_func ("/baselines/bounded-cost", test_bounded_cost);
  return g_test_run ();
}
