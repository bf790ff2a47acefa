/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The learning-rate range test: its two suggestions on curves that were drawn by hand, and a real run
 * whose suggestion trains better than rates far below and far above it. */

#include <glib.h>
#include <math.h>
#include <stdatomic.h>
#include "engine/base/random.h"
#include "engine/train/range-test.h"
#include "tests/engine/dataset-by-hand.h"

enum
{
  ROWS = 160,
  LENGTH = 6,
  N = 40
};

/* Flat at 1, falling from rate 10 on evenly to 0.2 at 20, rising after 25. */
static void
draw (double rates[N], double losses[N])
{
  for (int i = 0; i < N; i++)
    {
      rates[i] = pow (10, i / 8.0 - 4);
      losses[i] = i < 15 ? 1 : i <= 25 ? 1 - 0.08 * (i - 15) : 0.2 + 0.5 * (i - 25);
    }
}

static void
test_suggestions_by_hand (void)
{
  double rates[N], losses[N];
  draw (rates, losses);
  losses[20] -= 0.05; /* the steepest place: from 19 on to 20 */
  g_assert_cmpfloat (fs_range_test_steepest (rates, losses, N), ==, rates[19]);
  losses[20] += 0.05;
  losses[5] += 0.3; /* between neighbours the noise of the beginning falls more steeply */
  g_assert_cmpfloat (fs_range_test_steepest (rates, losses, N), >=, rates[19]);
  g_assert_cmpfloat (fs_range_test_steepest (rates, losses, N), <=, rates[21]);
  losses[5] -= 0.3;

  /* The longest fall begins with the first of the equal losses and goes from 0 to 25. */
  g_assert_cmpfloat (fs_range_test_valley (rates, losses, N), ==, rates[8 + 4]);
  losses[22] += 0.3; /* a bump is stepped over */
  g_assert_cmpfloat (fs_range_test_valley (rates, losses, N), ==, rates[8 + 4]);
  losses[22] -= 0.3;
  for (int i = 0; i < 15; i++)
    losses[i] = 0.99 + 0.001 * i; /* 11 is the first above 1: from there to 25 are 14 steps */
  g_assert_cmpfloat (fs_range_test_valley (rates, losses, N), ==, rates[11 + 4 + 2]);
}

static void
test_nothing_to_suggest (void)
{
  const double rates[] = { 0.1, 0.2, 0.4 }, rising[] = { 1, 2, 3 };
  for (size_t n = 0; n <= 3; n++)
    {
      g_assert_true (isnan (fs_range_test_steepest (rates, rising, n)));
      g_assert_true (isnan (fs_range_test_valley (rates, rising, n)));
    }
}

static FsDataset *
wave (void)
{
  double values[ROWS];
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < ROWS; i++)
    values[i] = sin ((double) i * 0.4) + 0.2 * fs_random_normal (&random);
  return dataset_by_hand (values, ROWS, 1, LENGTH, 1, 110, 140);
}

static double
loss_after (FsExperiment experiment, const FsDataset *dataset, FsPool *pool, double rate)
{
  FsTrainer *trainer = NULL;
  experiment.train.learning_rate = rate;
  g_assert_cmpint (fs_trainer_new (&trainer, &experiment, dataset, pool, NULL), ==, FS_OK);
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    {
    }
  const FsHistory *history = fs_trainer_history (trainer);
  const double loss =
      history->n_observations == 10 ? history->observations[9].train_loss : INFINITY;
  fs_trainer_free (trainer);
  return loss;
}

static void
test_real_run (void)
{
  FsDataset *dataset = wave ();
  FsPool *pool = NULL;
  FsTrainer *trainer = NULL;
  FsRangeTest test, again;
  g_assert_cmpint (fs_pool_new (&pool, 1, NULL), ==, FS_OK);
  FsExperiment experiment = fs_experiment_default ();
  experiment.layers[0].units = 7;
  experiment.window.length = LENGTH;
  experiment.train.batch = 20;
  experiment.train.epochs = 10;
  experiment.train.stop.patience = FS_NEVER;
  const FsRangeTestSettings settings = fs_range_test_settings_default ();

  g_assert_cmpint (fs_trainer_new (&trainer, &experiment, dataset, pool, NULL), ==, FS_OK);
  g_assert_cmpint (fs_range_test_run (&test, trainer, &settings, NULL, NULL), ==, FS_OK);
  fs_trainer_free (trainer);
  g_test_message ("%zu steps, steepest %g, valley %g", test.n, test.steepest, test.valley);
  g_assert_cmpuint (test.n, >, 50);
  g_assert_cmpfloat (test.rates[0], ==, 1e-7);
  g_assert_cmpfloat (test.steepest, >, 1e-5);
  g_assert_cmpfloat (test.steepest, <, 1);
  g_assert_cmpfloat (test.valley, >, 1e-6);
  g_assert_cmpfloat (test.valley, <, 1);
  const double suggested = loss_after (experiment, dataset, pool, test.steepest);
  g_assert_cmpfloat (suggested, <, loss_after (experiment, dataset, pool, 1e-3 * test.steepest));
  g_assert_cmpfloat (suggested, <, loss_after (experiment, dataset, pool, 1e3 * test.steepest));

  /* The same experiment gives the same curve. */
  g_assert_cmpint (fs_trainer_new (&trainer, &experiment, dataset, pool, NULL), ==, FS_OK);
  g_assert_cmpint (fs_range_test_run (&again, trainer, &settings, NULL, NULL), ==, FS_OK);
  fs_trainer_free (trainer);
  g_assert_cmpmem (test.losses, test.n * sizeof (double), again.losses, again.n * sizeof (double));
  fs_range_test_clear (&test);
  fs_range_test_clear (&again);

  FsInterrupt interrupt;
  atomic_init (&interrupt.is_requested, true);
  g_assert_cmpint (fs_trainer_new (&trainer, &experiment, dataset, pool, NULL), ==, FS_OK);
  g_assert_cmpint (fs_range_test_run (&test, trainer, &settings, &interrupt, NULL), ==,
                   FS_INTERRUPTED);
  g_assert_null (test.rates);
  fs_trainer_free (trainer);
  fs_pool_free (pool);
  dataset_by_hand_free (dataset);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/range-test/suggestions-by-hand", test_suggestions_by_hand);
  g_test_add_func ("/range-test/nothing-to-suggest", test_nothing_to_suggest);
  g_test_add_func ("/range-test/real-run", test_real_run);
  return g_test_run ();
}
