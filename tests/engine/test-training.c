/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a shipped file to a trained network: it learns what can be learnt, and claims nothing where
 * nothing can. The second is the test for leaks in our own way of the data. */

#include <glib.h>
#include <math.h>
#include "engine/experiment/schema.h"
#include "engine/series/read.h"
#include "engine/train/baselines.h"
#include "engine/train/trainer.h"

typedef struct
{
  FsFrame *frame;
  FsDataset *dataset;
  FsPool *pool;
  FsTrainer *trainer;
  FsBaselines baselines;
} Run;

/* LSTM 50 → dense on standardised values of the file's default target. */
static FsExperiment
plain_experiment (int64_t length, int64_t epochs)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.source[0] = experiment.data.target[0] = experiment.data.time[0] = '\0';
  experiment.data.n_inputs = 0;
  experiment.n_steps = 1;
  experiment.steps[0] = fs_step_spec_default (FS_STEP_SCALE);
  experiment.window.length = length;
  experiment.window.horizon = 1;
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 50;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.layers[1].units = FS_AUTO;
  experiment.train.epochs = epochs;
  experiment.train.batch = 32;
  experiment.train.learning_rate = 0.003;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static void
train (Run *run, const char *file, const FsExperiment *experiment)
{
  g_autofree char *path = g_build_filename (g_getenv ("FITSCOPE_DATA_DIR"), "series", file, NULL);
  FsProblem problem = { 0 };
  *run = (Run){ 0 };
  g_assert_cmpint (fs_frame_read_file (&run->frame, path, NULL, &problem), ==, FS_OK);
  g_assert_cmpint (fs_dataset_new (&run->dataset, run->frame, experiment, &problem), ==, FS_OK);
  g_assert_cmpint (fs_pool_new (&run->pool, 2, &problem), ==, FS_OK);
  g_assert_cmpint (
      fs_baselines_compute (&run->baselines, run->dataset, fs_loss_rule (experiment), &problem), ==,
      FS_OK);
  g_assert_cmpint (fs_trainer_new (&run->trainer, experiment, run->dataset, run->pool, &problem),
                   ==, FS_OK);
  FsAdvanced advanced;
  do
    {
      advanced = fs_trainer_advance (run->trainer, NULL);
      if (advanced == FS_ADVANCED_EPOCH)
        {
          const FsHistory *history = fs_trainer_history (run->trainer);
          const FsObservation *last = &history->observations[history->n_observations - 1];
          g_test_message ("epoch %u: train %.5f (running %.5f), validation %.5f, norm %.3f",
                          last->epoch, last->train_loss, last->running_loss, last->validation_loss,
                          last->gradient_norm);
        }
    }
  while (advanced != FS_ADVANCED_END);
}

static void
clear (Run *run)
{
  fs_trainer_free (run->trainer);
  fs_pool_free (run->pool);
  fs_dataset_free (run->dataset);
  fs_frame_free (run->frame);
}

static const FsObservation *
best (const Run *run)
{
  const FsHistory *history = fs_trainer_history (run->trainer);
  return &history->observations[history->best];
}

/* Demand for electricity is nearly a function of its last day. */
static void
test_learns (void)
{
  Run run;
  FsExperiment experiment = plain_experiment (48, 4);
  train (&run, "electricity_england_wales.csv", &experiment);
  const FsBaseline *validation = &run.baselines.parts[FS_PART_VALIDATION];
  g_test_message ("mean %.5f persistence %.5f season %.5f ridge %.5f (season %zu)",
                  validation->mean, validation->persistence, validation->seasonal_naive,
                  validation->ridge, run.baselines.season);
  g_assert_cmpint (fs_trainer_history (run.trainer)->end, ==, FS_END_EPOCHS);
  g_assert_cmpfloat (best (&run)->validation_loss, <, 0.5 * validation->persistence);
  g_assert_cmpfloat (best (&run)->train_loss, <,
                     0.5 * run.baselines.parts[FS_PART_TRAIN].persistence);
  /* A line through a day of a season's shape does much better than the last value, too. */
  g_assert_cmpfloat (validation->ridge, <, 0.25 * validation->persistence);
  clear (&run);
}

/* On a random walk the best that can be known is the last value: skill beyond 5 % would be a leak. */
static void
test_claims_nothing_on_a_random_walk (void)
{
  Run run;
  FsExperiment experiment = plain_experiment (16, 6);
  train (&run, "synthetic_random_walk.csv", &experiment);
  const FsHistory *history = fs_trainer_history (run.trainer);
  for (int part = FS_PART_VALIDATION; part < FS_N_PARTS; part++)
    {
      const FsBaseline *baseline = &run.baselines.parts[part];
      g_test_message ("part %d: mean %.5f persistence %.5f ridge %.5f", part, baseline->mean,
                      baseline->persistence, baseline->ridge);
      g_assert_cmpfloat (baseline->ridge, >, 0.95 * baseline->persistence);
    }
  for (size_t i = 0; i < history->n_observations; i++)
    g_assert_cmpfloat (history->observations[i].validation_loss, >,
                       0.95 * run.baselines.parts[FS_PART_VALIDATION].persistence);
  /* It does learn to repeat the last value, more or less. */
  g_assert_cmpfloat (best (&run)->train_loss, <, 0.1 * run.baselines.parts[FS_PART_TRAIN].mean);
  clear (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/learns", test_learns);
  g_test_add_func ("/training/random-walk", test_claims_nothing_on_a_random_walk);
  return g_test_run ();
}
