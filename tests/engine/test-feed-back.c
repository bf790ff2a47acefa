/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The forecast fed back: step by step what the network says of a series whose later rows are its own
 * predictions; refused where something else goes in; and without a trace in the run. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/train/trainer.h"
#include "tests/engine/dataset-by-hand.h"

enum
{
  ROWS = 120,
  LENGTH = 5,
  TRAIN_END = 70,
  VALIDATION_END = 100
};

typedef struct
{
  FsExperiment experiment;
  FsDataset *dataset;
  FsPool *pool;
  FsTrainer *trainer;
} Fixture;

static void
set_up (Fixture *fixture, size_t n_channels, size_t horizon)
{
  double values[2 * ROWS];
  for (size_t i = 0; i < n_channels * ROWS; i++)
    values[i] = sin ((double) i * 0.3);
  fixture->experiment = fs_experiment_default ();
  fixture->experiment.n_layers = 2;
  fixture->experiment.layers[0] = (FsLayerSpec){ .kind = FS_LAYER_LSTM, .units = 6 };
  fixture->experiment.layers[1] = (FsLayerSpec){ .kind = FS_LAYER_DENSE, .units = FS_AUTO };
  fixture->experiment.window.length = LENGTH;
  fixture->experiment.window.horizon = (int64_t) horizon;
  fixture->experiment.train.epochs = 3;
  fixture->dataset =
      dataset_by_hand (values, ROWS, n_channels, LENGTH, horizon, TRAIN_END, VALIDATION_END);
  g_assert_cmpint (fs_pool_new (&fixture->pool, 1, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_new (&fixture->trainer, &fixture->experiment, fixture->dataset,
                                   fixture->pool, NULL),
                   ==, FS_OK);
}

static void
tear_down (Fixture *fixture)
{
  fs_trainer_free (fixture->trainer);
  fs_pool_free (fixture->pool);
  dataset_by_hand_free (fixture->dataset);
}

static void
train (Fixture *fixture)
{
  while (fs_trainer_advance (fixture->trainer, NULL) != FS_ADVANCED_END)
    ;
}

/* With the predictions written over the series, the ordinary forecast says the same, bit for bit. */
static void
check_path (size_t horizon)
{
  Fixture fixture;
  double path[ROWS], predicted[2 * ROWS];
  size_t n, origin;

  set_up (&fixture, 1, horizon);
  train (&fixture);
  n = fs_trainer_feed_back_steps (fixture.trainer, FS_PART_VALIDATION);
  origin = fixture.dataset->windows[FS_PART_VALIDATION].starts[0] + LENGTH;
  g_assert_cmpuint (n, ==, VALIDATION_END - origin);
  g_assert_cmpint (fs_trainer_feed_back (fixture.trainer, NULL, FS_PART_VALIDATION, n, path, NULL),
                   ==, FS_OK);
  for (size_t i = 0; i < n; i++)
    fixture.dataset->inputs[origin + i] = (FsReal) path[i];
  g_assert_cmpint (fs_trainer_predict (fixture.trainer, FS_PART_VALIDATION, predicted, NULL), ==,
                   FS_OK);
  for (size_t i = 0; i + horizon <= n; i += horizon)
    for (size_t h = 0; h < horizon; h++)
      g_assert_cmpfloat (path[i + h], ==, predicted[i * horizon + h]);
  tear_down (&fixture);
}

static void
test_path (void)
{
  check_path (1);
  check_path (2);
}

static void
test_other_weights (void)
{
  Fixture fixture;
  double with_initial[8], with_last[8], again[8];
  uint32_t found;
  const FsReal *initial;

  set_up (&fixture, 1, 1);
  train (&fixture);
  g_assert_cmpint (
      fs_trainer_feed_back (fixture.trainer, NULL, FS_PART_VALIDATION, 8, with_last, NULL), ==,
      FS_OK);
  initial = fs_trainer_weights_at (fixture.trainer, 0, &found);
  g_assert_cmpuint (found, ==, 0);
  g_assert_cmpint (
      fs_trainer_feed_back (fixture.trainer, initial, FS_PART_VALIDATION, 8, with_initial, NULL),
      ==, FS_OK);
  g_assert_cmpint (fs_trainer_feed_back (fixture.trainer, NULL, FS_PART_VALIDATION, 8, again, NULL),
                   ==, FS_OK);
  g_assert_cmpmem (again, sizeof again, with_last, sizeof with_last);
  g_assert_cmpfloat (with_initial[0], !=, with_last[0]);
  tear_down (&fixture);
}

static void
test_refused (void)
{
  Fixture fixture;

  set_up (&fixture, 2, 1); /* the other column's future is not known */
  g_assert_cmpuint (fs_trainer_feed_back_steps (fixture.trainer, FS_PART_VALIDATION), ==, 0);
  tear_down (&fixture);
  set_up (&fixture, 1, 1);
  fixture.dataset->inputs[3] += 1; /* not the target itself: a feature made of it */
  g_assert_cmpuint (fs_trainer_feed_back_steps (fixture.trainer, FS_PART_VALIDATION), ==, 0);
  tear_down (&fixture);
}

/* Looking does not touch. */
static void
test_training_goes_on_the_same (void)
{
  Fixture looked, left_alone;
  double path[8];
  FsAdvanced advanced;

  set_up (&looked, 1, 1);
  set_up (&left_alone, 1, 1);
  do
    {
      g_assert_cmpint (
          fs_trainer_feed_back (looked.trainer, NULL, FS_PART_VALIDATION, 8, path, NULL), ==,
          FS_OK);
      advanced = fs_trainer_advance (looked.trainer, NULL);
    }
  while (advanced != FS_ADVANCED_END);
  train (&left_alone);
  for (size_t i = 0; i < 3; i++)
    g_assert_cmpfloat (fs_trainer_history (looked.trainer)->observations[i].train_loss, ==,
                       fs_trainer_history (left_alone.trainer)->observations[i].train_loss);
  tear_down (&looked);
  tear_down (&left_alone);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feed-back/path", test_path);
  g_test_add_func ("/feed-back/other-weights", test_other_weights);
  g_test_add_func ("/feed-back/refused", test_refused);
  g_test_add_func ("/feed-back/training-goes-on-the-same", test_training_goes_on_the_same);
  return g_test_run ();
}
