/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory that goes on from window to window: against Keras (tests/golden/make_stateful.py), the same bits
 * for any number of threads, after moves and in forks, and what does not go with it is refused. */

#include <math.h>
#include <stdlib.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/series/read.h"
#include "engine/train/trainer-private.h"
#include "engine/train/trainer-state.h"
#include "tests/engine/dataset-by-hand.h"
#include "tests/golden/stateful-golden.h"

enum
{
  L = 4,
  TRAIN = 18,
  ALL = 26,
  EPOCHS = 3
};

static FsExperiment
experiment_of (FsLayerKind kind, FsStateful stateful)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (kind);
  experiment.layers[0].units = 5;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.window.length = L;
  experiment.train.batch = 4;
  experiment.train.epochs = EPOCHS;
  experiment.train.optimiser = FS_OPTIMISER_SGD;
  experiment.train.learning_rate = 0.1;
  experiment.train.is_shuffled = false;
  experiment.train.stateful = stateful;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static FsDataset *
series (void)
{
  double values[ALL];
  for (size_t k = 0; k < ALL; k++)
    values[k] = (float) (sin (0.5 * (double) k) + 0.3 * cos (1.7 * (double) k));
  return dataset_by_hand (values, ALL, 1, L, 1, TRAIN, ALL);
}

/* Keras has kernels turned over, and one bias: tensor i of ours begins as wave i of its. */
static void
set_weights (FsTrainer *trainer)
{
  static const struct
  {
    const char *name;
    int phase;
  } waves[] = { { "layers.0.weight_ih_l0", 1 },
                { "layers.0.weight_hh_l0", 2 },
                { "layers.0.bias_ih_l0", 3 },
                { "layers.0.weight_ih_l0_reverse", 4 },
                { "layers.0.weight_hh_l0_reverse", 5 },
                { "layers.0.bias_ih_l0_reverse", 6 },
                { "layers.1.weight", 4 },
                { "layers.1.bias", 5 } };
  const bool is_both = trainer->experiment.layers[0].direction == FS_DIRECTION_BOTH;
  FsReal *parameters = fs_network_parameters (trainer->network);
  memset (parameters, 0, fs_trainer_size (trainer) * sizeof *parameters);
  for (size_t i = 0; i < G_N_ELEMENTS (waves); i++)
    {
      const FsTensor *tensor =
          fs_tensor_table_find (fs_network_tensors (trainer->network), waves[i].name);
      const int phase = waves[i].phase + (is_both && i > 5 ? 3 : 0);
      if (!tensor && !is_both && i > 2 && i < 6)
        continue;
      g_assert_nonnull (tensor);
      for (size_t row = 0; row < tensor->rows; row++)
        for (size_t col = 0; col < tensor->cols; col++)
          parameters[tensor->offset + row * tensor->cols + col] =
              (FsReal) (0.4 * sin (0.7 * (double) (col * tensor->rows + row) + phase));
    }
  fs_network_refresh (trainer->network);
}

static FsTrainer *
new_trainer (const FsExperiment *experiment, const FsDataset *dataset, FsPool *pool)
{
  FsTrainer *trainer = NULL;
  g_assert_cmpint (fs_trainer_new (&trainer, experiment, dataset, pool, NULL), ==, FS_OK);
  return trainer;
}

static void
run_to_end (FsTrainer *trainer)
{
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    {
    }
}

static FsPool *
pool_of (unsigned n_threads)
{
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, n_threads, NULL), ==, FS_OK);
  return pool;
}

static void
test_keras (void)
{
  static const struct
  {
    FsLayerKind kind;
    FsStateful stateful;
    const double *losses, *predicted;
    bool is_both;
  } cases[] = {
    { FS_LAYER_LSTM, FS_STATEFUL_EPOCH, lstm_epoch_losses, lstm_epoch_predicted },
    { FS_LAYER_LSTM, FS_STATEFUL_NEVER, lstm_never_losses, lstm_never_predicted },
    { FS_LAYER_RNN, FS_STATEFUL_EPOCH, rnn_epoch_losses, rnn_epoch_predicted },
    { FS_LAYER_LSTM, FS_STATEFUL_EPOCH, both_epoch_losses, both_epoch_predicted, true },
    { FS_LAYER_RNN, FS_STATEFUL_NEVER, both_never_losses, both_never_predicted, true },
  };
  FsDataset *dataset = series ();
  FsPool *pool = pool_of (1);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsExperiment experiment = experiment_of (cases[i].kind, cases[i].stateful);
      if (cases[i].is_both)
        experiment.layers[0].direction = FS_DIRECTION_BOTH;
      FsTrainer *trainer = new_trainer (&experiment, dataset, pool);
      set_weights (trainer);
      run_to_end (trainer);
      const FsHistory *history = fs_trainer_history (trainer);
      g_assert_cmpuint (history->n_observations, ==, EPOCHS);
      for (size_t epoch = 0; epoch < EPOCHS; epoch++)
        g_assert_cmpfloat_with_epsilon (history->observations[epoch].running_loss,
                                        cases[i].losses[epoch], 2e-6);
      double predicted[ALL - TRAIN], sum = 0;
      g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].n, ==, ALL - TRAIN);
      g_assert_cmpint (fs_trainer_predict_with (trainer, fs_trainer_last_weights (trainer),
                                                FS_PART_VALIDATION, predicted, NULL),
                       ==, FS_OK);
      for (size_t k = 0; k < ALL - TRAIN; k++)
        {
          g_assert_cmpfloat_with_epsilon (predicted[k], cases[i].predicted[k], 5e-6);
          sum += (predicted[k] - dataset->target_prepared[TRAIN + k])
                 * (predicted[k] - dataset->target_prepared[TRAIN + k]);
        }
      /* The evaluation of the last epoch is that of the forecasts. */
      g_assert_cmpfloat_with_epsilon (history->observations[EPOCHS - 1].validation_loss,
                                      sum / (ALL - TRAIN), 1e-6);
      fs_trainer_free (trainer);
    }
  fs_pool_free (pool);
  dataset_by_hand_free (dataset);
}

/* The three ways of beginning differ, and each reads every window once. */
static void
test_rules (void)
{
  FsDataset *dataset = series ();
  FsPool *pool = pool_of (1);
  double losses[3];
  for (int stateful = FS_STATEFUL_OFF; stateful <= FS_STATEFUL_NEVER; stateful++)
    {
      const FsExperiment experiment = experiment_of (FS_LAYER_GRU, (FsStateful) stateful);
      FsTrainer *trainer = new_trainer (&experiment, dataset, pool);
      const size_t n = dataset->windows[FS_PART_TRAIN].n;
      size_t n_read[TRAIN] = { 0 };
      for (size_t place = 0; place < n; place++)
        n_read[fs_trainer_window_at (trainer, FS_PART_TRAIN, place)]++;
      for (size_t i = 0; i < n; i++)
        g_assert_cmpuint (n_read[i], ==, 1);
      run_to_end (trainer);
      losses[stateful] = fs_trainer_history (trainer)->observations[EPOCHS - 1].running_loss;
      fs_trainer_free (trainer);
    }
  g_assert_cmpfloat (losses[0], !=, losses[1]);
  g_assert_cmpfloat (losses[1], !=, losses[2]);
  fs_pool_free (pool);
  dataset_by_hand_free (dataset);
}

/* The lanes of all numbers of windows and rows: runs of windows, a lane each, longer ones first. */
static void
test_lanes (void)
{
  for (size_t n = 1; n <= 40; n++)
    for (size_t n_lanes = 1; n_lanes <= n; n_lanes++)
      {
        FsDataset dataset = { .windows = { { .n = n } } };
        const FsTrainer trainer = { .dataset = &dataset, .n_lanes = n_lanes };
        size_t next[40], n_seen = 0;
        for (size_t place = 0; place < n; place++)
          {
            const size_t window = fs_trainer_window_at (&trainer, FS_PART_TRAIN, place);
            const size_t lane = place % n_lanes;
            g_assert_cmpuint (window, <, n);
            if (place >= n_lanes)
              g_assert_cmpuint (window, ==, next[lane]);
            else if (place > 0)
              g_assert_cmpuint (window, >, next[lane - 1] - 1);
            else
              g_assert_cmpuint (window, ==, 0);
            next[lane] = window + 1;
            n_seen++;
          }
        g_assert_cmpuint (n_seen, ==, n);
        for (size_t lane = 0; lane + 1 < n_lanes; lane++)
          g_assert_cmpuint (next[lane], ==,
                            fs_trainer_window_at (&trainer, FS_PART_TRAIN, lane + 1));
        g_assert_cmpuint (next[n_lanes - 1], ==, n);
      }
}

static void
assert_same (FsTrainer *a, FsTrainer *b)
{
  const FsHistory *left = fs_trainer_history (a), *right = fs_trainer_history (b);
  const size_t size = fs_trainer_size (a) * sizeof (FsReal);
  g_assert_cmpuint (left->n_observations, ==, right->n_observations);
  for (size_t i = 0; i < left->n_observations; i++)
    {
      g_assert_cmpfloat (left->observations[i].running_loss, ==,
                         right->observations[i].running_loss);
      g_assert_cmpfloat (left->observations[i].validation_loss, ==,
                         right->observations[i].validation_loss);
    }
  g_assert_cmpmem (fs_trainer_last_weights (a), size, fs_trainer_last_weights (b), size);
}

/* Goes on in a fork after every epoch that was kept, and with more threads. */
static void
test_forks_and_threads (void)
{
  FsDataset *dataset = series ();
  FsPool *pool = pool_of (1), *wide = pool_of (3);
  FsExperiment experiment = experiment_of (FS_LAYER_LSTM, FS_STATEFUL_NEVER);
  experiment.layers[0].units = 40;
  FsTrainer *straight = new_trainer (&experiment, dataset, pool);
  FsTrainer *shared = new_trainer (&experiment, dataset, wide);
  run_to_end (straight);
  run_to_end (shared);
  assert_same (straight, shared);
  for (uint32_t epoch = 0; epoch < EPOCHS; epoch++)
    {
      unsigned char *bytes;
      size_t n_bytes;
      uint32_t found;
      g_assert_cmpint (fs_trainer_save_at (straight, epoch, &found, &bytes, &n_bytes, NULL), ==,
                       FS_OK);
      g_assert_cmpuint (found, ==, epoch);
      FsTrainer *forked = new_trainer (&experiment, dataset, wide);
      g_assert_cmpint (
          fs_trainer_restore_fork (forked, bytes, n_bytes, FS_FORK_KEEPS_MOMENTS, NULL), ==, FS_OK);
      run_to_end (forked);
      assert_same (straight, forked);
      fs_trainer_free (forked);
      free (bytes);
    }
  fs_trainer_free (straight);
  fs_trainer_free (shared);
  fs_pool_free (pool);
  fs_pool_free (wide);
  dataset_by_hand_free (dataset);
}

static void
assert_refused (const FsExperiment *experiment, const char *where, const char *word)
{
  FsProblem problem = { 0 };
  char sentence[512];
  g_assert_cmpint (fs_experiment_validate (experiment, &problem), ==, FS_MISMATCH);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  g_test_message ("%s", sentence);
  g_assert_nonnull (strstr (sentence, where));
  g_assert_nonnull (strstr (sentence, word));
}

static void
test_refused (void)
{
  FsExperiment experiment = experiment_of (FS_LAYER_LSTM, FS_STATEFUL_EPOCH);
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
  experiment.train.is_shuffled = true;
  assert_refused (&experiment, "train.shuffle", "order");
  experiment.train.is_shuffled = false;
  experiment.data.task = FS_TASK_REGRESS;
  assert_refused (&experiment, "train.stateful", "example");

  FsDataset *dataset = series ();
  FsPool *pool = pool_of (1);
  const FsExperiment kept = experiment_of (FS_LAYER_LSTM, FS_STATEFUL_EPOCH);
  FsTrainer *trainer = new_trainer (&kept, dataset, pool);
  g_assert_cmpint (fs_trainer_set (trainer, "train.batch", 4, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_set (trainer, "train.batch", 2, NULL), ==, FS_MISMATCH);
  g_assert_cmpint (trainer->experiment.train.batch, ==, 4);
  fs_trainer_free (trainer);
  fs_pool_free (pool);
  dataset_by_hand_free (dataset);
}

/* Characters in windows of 4: what comes next often depends on more than that, and a memory that goes on
 * knows it. */
static void
test_next (void)
{
  static const char *const words[] = { "one two three", "four five six", "seven eight" };
  g_autoptr (GString) table = g_string_new ("text\n");
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (int i = 0; i < 60; i++)
    {
      for (int k = 0; k < 6; k++)
        g_string_append_printf (table, "%s%s", k ? " " : "\"", words[fs_random_below (&random, 3)]);
      g_string_append (table, "\"\n");
    }
  FsFrame *frame = NULL;
  FsPool *pool = pool_of (1);
  double losses[2];
  g_assert_cmpint (fs_frame_read (&frame, "t.csv", table->str, table->len, NULL, NULL), ==, FS_OK);
  for (int stateful = FS_STATEFUL_OFF; stateful <= FS_STATEFUL_EPOCH; stateful++)
    {
      FsExperiment experiment = fs_experiment_default ();
      FsDataset *dataset = NULL;
      experiment.data.task = FS_TASK_NEXT;
      fs_experiment_suit_task (&experiment);
      experiment.n_steps = 0;
      experiment.n_layers = 3;
      experiment.layers[1].units = 16;
      experiment.layers[2] = fs_layer_spec_default (FS_LAYER_DENSE);
      experiment.text.unit = FS_TEXT_UNIT_CHARACTERS;
      experiment.window.length = 4;
      experiment.train.batch = 8;
      experiment.train.epochs = 8;
      experiment.train.learning_rate = 0.01;
      experiment.train.is_shuffled = false;
      experiment.train.stateful = (FsStateful) stateful;
      experiment.train.stop.patience = FS_NEVER;
      g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
      g_assert_cmpint (fs_dataset_new (&dataset, frame, &experiment, NULL), ==, FS_OK);
      FsTrainer *trainer = new_trainer (&experiment, dataset, pool);
      run_to_end (trainer);
      losses[stateful] = fs_trainer_history (trainer)->observations[7].validation_loss;
      fs_trainer_free (trainer);
      fs_dataset_free (dataset);
    }
  g_test_message ("perplexity %.3f, with its memory kept %.3f", exp (losses[0]), exp (losses[1]));
  g_assert_cmpfloat (losses[1], <, 0.9 * losses[0]);
  fs_frame_free (frame);
  fs_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stateful/keras", test_keras);
  g_test_add_func ("/stateful/rules", test_rules);
  g_test_add_func ("/stateful/lanes", test_lanes);
  g_test_add_func ("/stateful/forks-and-threads", test_forks_and_threads);
  g_test_add_func ("/stateful/next", test_next);
  g_test_add_func ("/stateful/refused", test_refused);
  return g_test_run ();
}
