/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A small trainer on a noisy wave, for the tests of trainers: made, run, compared bit for bit. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/model/loss.h"
#include "engine/train/optimiser.h"
#include "engine/train/trainer.h"
#include "tests/engine/dataset-by-hand.h"

enum
{
  ROWS = 160,
  LENGTH = 6,
  TRAIN_END = 110,
  VALIDATION_END = 140
};

typedef struct
{
  FsExperiment experiment;
  FsDataset *dataset;
  FsPool *pool;
  FsTrainer *trainer;
} Fixture;

/* LSTM 7 → dropout 0.3 → dense 1 on a noisy wave: 104 training windows, the last batch of 20 partial. */
static inline FsExperiment
small_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_layers = 3;
  experiment.layers[0] = (FsLayerSpec){ .kind = FS_LAYER_LSTM, .units = 7, .forget_bias = 1 };
  experiment.layers[1] = (FsLayerSpec){ .kind = FS_LAYER_DROPOUT, .rate = 0.3 };
  experiment.layers[2] = (FsLayerSpec){ .kind = FS_LAYER_DENSE, .units = FS_AUTO };
  experiment.window.length = LENGTH;
  experiment.train.batch = 20;
  experiment.train.epochs = 4;
  experiment.train.learning_rate = 0.01;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static inline FsDataset *
wave (void)
{
  double values[ROWS];
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < ROWS; i++)
    values[i] = sin ((double) i * 0.4) + 0.2 * fs_random_normal (&random);
  return dataset_by_hand (values, ROWS, 1, LENGTH, 1, TRAIN_END, VALIDATION_END);
}

static inline void
set_up (Fixture *fixture, const FsExperiment *experiment, unsigned n_threads)
{
  fixture->experiment = *experiment;
  fixture->dataset = wave ();
  g_assert_cmpint (fs_pool_new (&fixture->pool, n_threads, NULL), ==, FS_OK);
  g_assert_cmpint (
      fs_trainer_new (&fixture->trainer, experiment, fixture->dataset, fixture->pool, NULL), ==,
      FS_OK);
}

static inline void
tear_down (Fixture *fixture)
{
  fs_trainer_free (fixture->trainer);
  fs_pool_free (fixture->pool);
  dataset_by_hand_free (fixture->dataset);
}

static inline void
run_to_end (FsTrainer *trainer)
{
  FsAdvanced advanced;
  do
    {
      advanced = fs_trainer_advance (trainer, NULL);
      g_assert_cmpint (advanced, !=, FS_ADVANCED_INTERRUPTED);
    }
  while (advanced != FS_ADVANCED_END);
}

static inline void
run_epochs (FsTrainer *trainer, size_t n)
{
  while (n > 0)
    {
      FsAdvanced advanced = fs_trainer_advance (trainer, NULL);
      g_assert_cmpint (advanced, !=, FS_ADVANCED_END);
      n -= advanced == FS_ADVANCED_EPOCH;
    }
}

static inline size_t
block_bytes (FsTrainer *trainer)
{
  return fs_network_tensors (fs_trainer_network (trainer))->size * sizeof (FsReal);
}

/* Bit for bit: histories and last weights. */
static inline void
assert_same (FsTrainer *a, FsTrainer *b)
{
  const FsHistory *left = fs_trainer_history (a), *right = fs_trainer_history (b);
  g_assert_cmpuint (left->n_observations, ==, right->n_observations);
  for (size_t i = 0; i < left->n_observations; i++)
    {
      const FsObservation *x = &left->observations[i], *y = &right->observations[i];
      g_assert_cmpuint (x->epoch, ==, y->epoch);
      g_assert_cmpfloat (x->train_loss, ==, y->train_loss);
      g_assert_cmpfloat (x->running_loss, ==, y->running_loss);
      g_assert_cmpfloat (x->validation_loss, ==, y->validation_loss);
      g_assert_cmpfloat (x->gradient_norm, ==, y->gradient_norm);
      g_assert_cmpfloat (x->gradient_norm_max, ==, y->gradient_norm_max);
      g_assert_cmpfloat (x->clipped_share, ==, y->clipped_share);
      g_assert_cmpfloat (x->update_ratio, ==, y->update_ratio);
    }
  g_assert_cmpint (left->end, ==, right->end);
  g_assert_cmpuint (left->best, ==, right->best);
  g_assert_cmpmem (fs_trainer_last_weights (a), block_bytes (a), fs_trainer_last_weights (b),
                   block_bytes (b));
}

/* The mean loss of the network as it stands, from its predictions. */
static inline double
loss_of (Fixture *fixture, const FsReal *weights, FsPart part)
{
  const FsDataset *dataset = fixture->dataset;
  const size_t n = dataset->windows[part].n;
  double predicted[ROWS], sum = 0;
  g_assert_cmpint (weights
                       ? fs_trainer_predict_with (fixture->trainer, weights, part, predicted, NULL)
                       : fs_trainer_predict (fixture->trainer, part, predicted, NULL),
                   ==, FS_OK);
  for (size_t i = 0; i < n; i++)
    sum += fs_loss_term (fs_loss_rule (&fixture->experiment), predicted[i],
                         dataset->inputs[dataset->windows[part].starts[i] + LENGTH]);
  return sum / (double) n;
}
