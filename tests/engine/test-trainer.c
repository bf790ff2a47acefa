/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trainer: the same bits whatever the threads and the interruptions, honest losses, every way to
 * end, weights that belong to the epoch they claim, and live settings. */

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
static FsExperiment
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

static FsDataset *
wave (void)
{
  double values[ROWS];
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < ROWS; i++)
    values[i] = sin ((double) i * 0.4) + 0.2 * fs_random_normal (&random);
  return dataset_by_hand (values, ROWS, 1, LENGTH, 1, TRAIN_END, VALIDATION_END);
}

static void
set_up (Fixture *fixture, const FsExperiment *experiment, unsigned n_threads)
{
  fixture->experiment = *experiment;
  fixture->dataset = wave ();
  g_assert_cmpint (fs_pool_new (&fixture->pool, n_threads, NULL), ==, FS_OK);
  g_assert_cmpint (
      fs_trainer_new (&fixture->trainer, experiment, fixture->dataset, fixture->pool, NULL), ==,
      FS_OK);
}

static void
tear_down (Fixture *fixture)
{
  fs_trainer_free (fixture->trainer);
  fs_pool_free (fixture->pool);
  dataset_by_hand_free (fixture->dataset);
}

static void
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

static void
run_epochs (FsTrainer *trainer, size_t n)
{
  while (n > 0)
    {
      FsAdvanced advanced = fs_trainer_advance (trainer, NULL);
      g_assert_cmpint (advanced, !=, FS_ADVANCED_END);
      n -= advanced == FS_ADVANCED_EPOCH;
    }
}

static size_t
block_bytes (FsTrainer *trainer)
{
  return fs_network_tensors (fs_trainer_network (trainer))->size * sizeof (FsReal);
}

/* Bit for bit: histories and last weights. */
static void
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
static double
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

static void
test_same_seed_same_bits (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture a, b, c;
  set_up (&a, &experiment, 1);
  set_up (&b, &experiment, 1);
  experiment.train.seed = 2;
  set_up (&c, &experiment, 1);
  run_to_end (a.trainer);
  run_to_end (b.trainer);
  run_to_end (c.trainer);
  assert_same (a.trainer, b.trainer);
  g_assert_cmpuint (fs_trainer_history (a.trainer)->n_observations, ==, 4);
  g_assert_cmpfloat (fs_trainer_history (a.trainer)->observations[3].train_loss, !=,
                     fs_trainer_history (c.trainer)->observations[3].train_loss);
  tear_down (&a);
  tear_down (&b);
  tear_down (&c);
}

static void
test_same_bits_on_any_number_of_threads (void)
{
  static const unsigned thread_counts[] = { 2, 3, 8 };
  FsExperiment experiment = small_experiment ();
  experiment.layers[0].units = 40;
  experiment.train.clip_norm = 0.3;
  experiment.train.l2 = 1e-4;
  Fixture one, many;
  set_up (&one, &experiment, 1);
  run_to_end (one.trainer);
  for (size_t i = 0; i < G_N_ELEMENTS (thread_counts); i++)
    {
      set_up (&many, &experiment, thread_counts[i]);
      run_to_end (many.trainer);
      assert_same (one.trainer, many.trainer);
      tear_down (&many);
    }
  tear_down (&one);
}

/* Each piece is first tried with the interrupt up, then done. */
static void
test_interrupted_pieces_are_redone (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture plain, interrupted;
  set_up (&plain, &experiment, 2);
  set_up (&interrupted, &experiment, 2);
  run_to_end (plain.trainer);
  FsInterrupt interrupt = { 0 };
  FsAdvanced advanced = FS_ADVANCED_BATCH;
  size_t n_interrupted = 0;
  while (advanced != FS_ADVANCED_END)
    {
      atomic_store (&interrupt.is_requested, true);
      advanced = fs_trainer_advance (interrupted.trainer, &interrupt);
      n_interrupted += advanced == FS_ADVANCED_INTERRUPTED;
      atomic_store (&interrupt.is_requested, false);
      if (advanced != FS_ADVANCED_END)
        {
          g_assert_cmpint (advanced, ==, FS_ADVANCED_INTERRUPTED);
          advanced = fs_trainer_advance (interrupted.trainer, &interrupt);
          g_assert_cmpint (advanced, !=, FS_ADVANCED_INTERRUPTED);
        }
    }
  /* Six batches and two evaluation chunks an epoch, and the looks inside. */
  g_assert_cmpuint (n_interrupted, ==, 4 * 8 + fs_trainer_history (plain.trainer)->n_probes);
  assert_same (plain.trainer, interrupted.trainer);
  tear_down (&plain);
  tear_down (&interrupted);
}

typedef struct
{
  FsInterrupt interrupt;
  gint is_done;
} Heckler;

static void *
heckler_main (void *data)
{
  Heckler *heckler = data;
  for (unsigned i = 0; !g_atomic_int_get (&heckler->is_done); i++)
    {
      /* Quiet for longer and longer, so that also a slow machine gets something done. */
      atomic_store (&heckler->interrupt.is_requested, true);
      g_usleep (20);
      atomic_store (&heckler->interrupt.is_requested, false);
      g_usleep (MIN (50 + i * 10, 100000));
    }
  return NULL;
}

/* Interrupted from another thread at any time step, forward or backward. */
static void
test_interrupted_anywhere (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.layers[0].units = 64;
  experiment.train.epochs = 8;
  Fixture plain, interrupted;
  set_up (&plain, &experiment, 2);
  set_up (&interrupted, &experiment, 2);
  run_to_end (plain.trainer);
  Heckler heckler = { 0 };
  GThread *thread = g_thread_new ("heckler", heckler_main, &heckler);
  while (fs_trainer_advance (interrupted.trainer, &heckler.interrupt) != FS_ADVANCED_END)
    ;
  g_atomic_int_set (&heckler.is_done, 1);
  g_thread_join (thread);
  assert_same (plain.trainer, interrupted.trainer);
  tear_down (&plain);
  tear_down (&interrupted);
}

/* The trainer written out: order, partial last batch, numbers of steps, running loss. */
static void
check_against_plain_loop (bool is_shuffled)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.is_shuffled = is_shuffled;
  Fixture f;
  set_up (&f, &experiment, 1);
  const size_t n_windows = f.dataset->windows[FS_PART_TRAIN].n;
  g_assert_cmpuint (n_windows, ==, 104);
  FsNetworkShape shape = { 1, LENGTH, 1, 20 };
  FsNetwork *network = NULL;
  FsDescent *descent = NULL;
  g_assert_cmpint (fs_network_new (&network, &experiment, &shape, f.pool, NULL), ==, FS_OK);
  fs_network_initialise (network, (uint64_t) experiment.train.seed);
  const FsTensorTable *table = fs_network_tensors (network);
  g_assert_cmpint (fs_descent_new (&descent, FS_OPTIMISER_ADAM, table, f.pool, NULL), ==, FS_OK);
  uint64_t step = 0;
  double running_loss = 0;
  for (uint64_t epoch = 1; epoch <= 2; epoch++)
    {
      uint32_t order[ROWS];
      for (uint32_t i = 0; i < n_windows; i++)
        order[i] = i;
      FsRandom random = fs_random ((uint64_t) experiment.train.seed, FS_STREAM_ORDER, epoch, 0);
      if (is_shuffled)
        fs_random_shuffle (&random, order, n_windows);
      running_loss = 0;
      for (size_t first = 0; first < n_windows; first += 20)
        {
          size_t n = MIN (20, n_windows - first);
          FsReal y[20], dy[20];
          FsPass pass = { n, true, (uint64_t) experiment.train.seed, step++, NULL };
          fs_dataset_gather (f.dataset, FS_PART_TRAIN, order + first, n,
                             fs_network_inputs (network), y);
          fs_network_forward (network, &pass);
          running_loss +=
              fs_loss_sum ((FsLossRule){ FS_LOSS_MSE, 0 }, fs_network_outputs (network), y, n);
          fs_loss_gradient ((FsLossRule){ FS_LOSS_MSE, 0 }, fs_network_outputs (network), y, n, dy);
          fs_network_backward (network, &pass, dy);
          FsDescentSettings settings = { .learning_rate = 0.01 };
          FsDescentReport report;
          fs_descent_step (descent, &settings, fs_network_parameters (network),
                           fs_network_gradients (network), false, &report);
          fs_network_refresh (network);
        }
    }
  run_epochs (f.trainer, 2);
  g_assert_cmpmem (fs_network_parameters (network), table->size * sizeof (FsReal),
                   fs_trainer_last_weights (f.trainer), block_bytes (f.trainer));
  g_assert_cmpfloat (fs_trainer_history (f.trainer)->observations[1].running_loss, ==,
                     running_loss / (double) n_windows);
  fs_descent_free (descent);
  fs_network_free (network);
  tear_down (&f);
}

static void
test_plain_loop (void)
{
  check_against_plain_loop (false);
  check_against_plain_loop (true);
}

static void
test_losses_are_those_of_the_final_weights (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.loss = FS_LOSS_MAE;
  Fixture f;
  set_up (&f, &experiment, 1);
  for (size_t epoch = 0; epoch < 3; epoch++)
    {
      run_epochs (f.trainer, 1);
      const FsObservation *observation = &fs_trainer_history (f.trainer)->observations[epoch];
      g_assert_cmpfloat_with_epsilon (observation->train_loss, loss_of (&f, NULL, FS_PART_TRAIN),
                                      1e-9);
      g_assert_cmpfloat_with_epsilon (observation->validation_loss,
                                      loss_of (&f, NULL, FS_PART_VALIDATION), 1e-9);
      g_assert_cmpfloat (observation->learning_rate, ==, 0.01);
      g_assert_cmpfloat (observation->gradient_norm, >, 0);
      g_assert_cmpfloat (observation->gradient_norm_max, >=, observation->gradient_norm);
      g_assert_cmpfloat (observation->clipped_share, ==, 0);
      g_assert_cmpfloat (observation->update_ratio, >, 0);
    }
  tear_down (&f);
}

static void
test_rate_of_zero_changes_nothing (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.learning_rate = 0;
  experiment.train.l2 = 0.1;
  experiment.layers[1].rate = 0;
  Fixture f;
  set_up (&f, &experiment, 1);
  run_to_end (f.trainer);
  uint32_t found;
  const FsReal *initial = fs_trainer_weights_at (f.trainer, 0, &found);
  g_assert_cmpuint (found, ==, 0);
  g_assert_cmpmem (initial, block_bytes (f.trainer), fs_trainer_last_weights (f.trainer),
                   block_bytes (f.trainer));
  /* Without dropout and without change, the loss while training is the loss afterwards: without
   * the penalty. */
  const FsObservation *observation = &fs_trainer_history (f.trainer)->observations[0];
  g_assert_cmpfloat_with_epsilon (observation->running_loss, observation->train_loss, 1e-6);
  g_assert_cmpfloat (observation->update_ratio, ==, 0);
  tear_down (&f);
}

static void
test_no_epochs (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 0;
  Fixture f;
  set_up (&f, &experiment, 1);
  g_assert_null (fs_trainer_best_weights (f.trainer));
  g_assert_cmpint (fs_trainer_advance (f.trainer, NULL), ==, FS_ADVANCED_END);
  g_assert_cmpint (fs_trainer_history (f.trainer)->end, ==, FS_END_EPOCHS);
  g_assert_cmpuint (fs_trainer_history (f.trainer)->n_observations, ==, 0);
  uint32_t found;
  g_assert_cmpmem (fs_trainer_weights_at (f.trainer, 5, &found), block_bytes (f.trainer),
                   fs_trainer_last_weights (f.trainer), block_bytes (f.trainer));
  tear_down (&f);
}

static void
test_early_stopping (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 1000;
  experiment.train.learning_rate = 0;
  experiment.train.stop.patience = 3;
  Fixture f;
  set_up (&f, &experiment, 1);
  run_to_end (f.trainer);
  const FsHistory *history = fs_trainer_history (f.trainer);
  g_assert_cmpint (history->end, ==, FS_END_EARLY_STOPPING);
  g_assert_cmpuint (history->n_observations, ==, 4);
  g_assert_cmpuint (history->best, ==, 0);
  /* More patience: it goes on, and stops where it would have stopped. */
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.stop.patience", 5, NULL), ==, FS_OK);
  g_assert_cmpint (history->end, ==, FS_END_NONE);
  run_to_end (f.trainer);
  g_assert_cmpint (history->end, ==, FS_END_EARLY_STOPPING);
  g_assert_cmpuint (history->n_observations, ==, 6);
  tear_down (&f);
}

/* A long run overfits the small wave: the best epoch is not the last. */
static void
test_best_weights (void)
{
  for (int restores = 0; restores <= 1; restores++)
    {
      FsExperiment experiment = small_experiment ();
      experiment.layers[0].units = 32;
      experiment.train.learning_rate = 0.03;
      experiment.train.epochs = 60;
      experiment.train.stop.restores_best = restores;
      Fixture f;
      set_up (&f, &experiment, 2);
      run_to_end (f.trainer);
      const FsHistory *history = fs_trainer_history (f.trainer);
      g_assert_cmpint (history->end, ==, FS_END_EPOCHS);
      size_t lowest = 0;
      for (size_t i = 0; i < history->n_observations; i++)
        if (history->observations[i].validation_loss
            < history->observations[lowest].validation_loss)
          lowest = i;
      g_assert_cmpuint (history->best, ==, lowest);
      g_assert_cmpuint (lowest, <, 59);
      const double best_loss = history->observations[lowest].validation_loss;
      const double last_loss = history->observations[59].validation_loss;
      g_assert_cmpfloat_with_epsilon (
          loss_of (&f, fs_trainer_best_weights (f.trainer), FS_PART_VALIDATION), best_loss, 1e-9);
      g_assert_cmpfloat_with_epsilon (
          loss_of (&f, fs_trainer_last_weights (f.trainer), FS_PART_VALIDATION), last_loss, 1e-9);
      g_assert_cmpfloat_with_epsilon (loss_of (&f, NULL, FS_PART_VALIDATION),
                                      restores ? best_loss : last_loss, 1e-9);
      for (uint32_t epoch = 1; epoch <= 60; epoch += 7)
        {
          uint32_t found;
          const FsReal *weights = fs_trainer_weights_at (f.trainer, epoch, &found);
          g_assert_cmpuint (found, ==, epoch);
          g_assert_cmpfloat_with_epsilon (loss_of (&f, weights, FS_PART_VALIDATION),
                                          history->observations[epoch - 1].validation_loss, 1e-9);
        }
      tear_down (&f);
    }
}

static void
test_stop_inside_an_epoch (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture f;
  set_up (&f, &experiment, 1);
  run_epochs (f.trainer, 1);
  g_assert_cmpint (fs_trainer_advance (f.trainer, NULL), ==, FS_ADVANCED_BATCH);
  g_assert_cmpint (fs_trainer_advance (f.trainer, NULL), ==, FS_ADVANCED_BATCH);
  size_t done, total;
  fs_trainer_progress (f.trainer, &done, &total);
  g_assert_cmpuint (done, ==, 2);
  g_assert_cmpuint (total, ==, 6);
  fs_trainer_stop (f.trainer);
  const FsHistory *history = fs_trainer_history (f.trainer);
  g_assert_cmpint (history->end, ==, FS_END_STOPPED);
  g_assert_cmpuint (history->n_observations, ==, 1);
  g_assert_cmpint (fs_trainer_advance (f.trainer, NULL), ==, FS_ADVANCED_END);
  g_assert_cmpfloat_with_epsilon (loss_of (&f, NULL, FS_PART_VALIDATION),
                                  history->observations[0].validation_loss, 1e-9);
  /* Stopped is stopped: more epochs do not reopen it. */
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.epochs", 50, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_advance (f.trainer, NULL), ==, FS_ADVANCED_END);
  g_assert_cmpint (history->end, ==, FS_END_STOPPED);
  tear_down (&f);
}

static void
test_not_finite (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 50;
  experiment.train.optimiser = FS_OPTIMISER_SGD;
  experiment.train.learning_rate = 1e30;
  Fixture f;
  set_up (&f, &experiment, 1);
  run_to_end (f.trainer);
  const FsHistory *history = fs_trainer_history (f.trainer);
  g_assert_cmpint (history->end, ==, FS_END_NON_FINITE);
  g_assert_cmpuint (history->n_observations, <, 50);
  g_assert_cmpuint (history->non_finite_step, >, 0);
  g_assert_cmpuint (history->n_events, ==, 1);
  g_assert_cmpint (history->events[0].kind, ==, FS_EVENT_NON_FINITE);
  g_assert_true (g_str_has_prefix (history->events[0].text, "not finite: "));
  tear_down (&f);
}

/* A weight that is spoilt between two batches is found by its name, at the next batch. */
static void
test_not_finite_is_named (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture f;
  set_up (&f, &experiment, 1);
  run_epochs (f.trainer, 1);
  FsNetwork *network = fs_trainer_network (f.trainer);
  const FsTensorTable *table = fs_network_tensors (network);
  const FsTensor *spoilt = &table->tensors[1];
  fs_network_parameters (network)[spoilt->offset + 3] = (FsReal) NAN;
  fs_network_refresh (network);
  run_to_end (f.trainer);
  const FsHistory *history = fs_trainer_history (f.trainer);
  g_assert_cmpint (history->end, ==, FS_END_NON_FINITE);
  g_assert_cmpstr (history->non_finite_tensor, ==, spoilt->name);
  g_assert_cmpuint (history->non_finite_step, ==, 7);
  g_assert_cmpuint (history->n_observations, ==, 1);
  /* The best weights are back, and they are sound. */
  g_assert_cmpfloat_with_epsilon (loss_of (&f, NULL, FS_PART_VALIDATION),
                                  history->observations[0].validation_loss, 1e-9);
  tear_down (&f);
}

/* A run of three epochs that is given six is the run of six, although its best weights were back. */
static void
test_extended_run_is_the_longer_run (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 6;
  Fixture longer, extended;
  set_up (&longer, &experiment, 1);
  experiment.train.epochs = 3;
  experiment.train.stop.restores_best = true;
  set_up (&extended, &experiment, 1);
  run_to_end (longer.trainer);
  run_to_end (extended.trainer);
  g_assert_cmpint (fs_trainer_set (extended.trainer, "train.epochs", 6, NULL), ==, FS_OK);
  run_to_end (extended.trainer);
  assert_same (longer.trainer, extended.trainer);
  g_assert_cmpuint (fs_trainer_history (extended.trainer)->n_events, ==, 1);
  tear_down (&longer);
  tear_down (&extended);
}

/* Looking does not touch: forecasts between any two pieces. */
static void
test_predicting_disturbs_nothing (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture plain, watched;
  set_up (&plain, &experiment, 1);
  set_up (&watched, &experiment, 1);
  run_to_end (plain.trainer);
  while (fs_trainer_advance (watched.trainer, NULL) != FS_ADVANCED_END)
    {
      uint32_t found;
      loss_of (&watched, NULL, FS_PART_TEST);
      loss_of (&watched, fs_trainer_weights_at (watched.trainer, 0, &found), FS_PART_TRAIN);
      loss_of (&watched, fs_trainer_last_weights (watched.trainer), FS_PART_TRAIN);
    }
  assert_same (plain.trainer, watched.trainer);
  FsInterrupt interrupt = { 0 };
  double predicted[ROWS];
  atomic_store (&interrupt.is_requested, true);
  g_assert_cmpint (fs_trainer_predict (watched.trainer, FS_PART_TRAIN, predicted, &interrupt), ==,
                   FS_INTERRUPTED);
  tear_down (&plain);
  tear_down (&watched);
}

static void
test_live_settings (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 8;
  Fixture f;
  set_up (&f, &experiment, 1);
  run_epochs (f.trainer, 1);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.learning_rate", 0.005, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.learning_rate", 0.005, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_set (f.trainer, "model.layers.1.rate", 0.5, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.clip_norm", 1e-3, NULL), ==, FS_OK);
  const FsHistory *history = fs_trainer_history (f.trainer);
  g_assert_cmpuint (history->n_events, ==, 3); /* setting what already is, is no event */
  g_assert_cmpint (history->events[0].kind, ==, FS_EVENT_LEARNING_RATE);
  g_assert_cmpstr (history->events[0].text, ==, "rate 0.01 \u2192 0.005");
  g_assert_cmpuint (history->events[0].epoch, ==, 1);
  g_assert_cmpint (history->events[1].kind, ==, FS_EVENT_SETTING);
  g_assert_true (g_str_has_suffix (history->events[1].text, " of layer 2 0.3 \u2192 0.5"));
  run_epochs (f.trainer, 1);
  g_assert_cmpfloat (history->observations[1].learning_rate, ==, 0.005);
  g_assert_cmpfloat (history->observations[1].clipped_share, ==, 1);
  g_assert_cmpfloat (fs_trainer_experiment (f.trainer)->layers[1].rate, ==, 0.5);

  /* A layer that begins to drop needs another network, too. */
  double kept = loss_of (&f, NULL, FS_PART_VALIDATION);
  g_assert_cmpint (fs_trainer_set (f.trainer, "model.layers.0.recurrent_dropout", 0.4, NULL), ==,
                   FS_OK);
  g_assert_cmpint (fs_trainer_set (f.trainer, "model.layers.0.dropout", 0.1, NULL), ==, FS_OK);
  g_assert_cmpfloat_with_epsilon (loss_of (&f, NULL, FS_PART_VALIDATION), kept, 1e-6);
  run_epochs (f.trainer, 1);

  /* A larger batch than anything so far needs a larger network, with the same weights. */
  double before = loss_of (&f, NULL, FS_PART_VALIDATION);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.batch", 1000, NULL), ==, FS_OK);
  g_assert_cmpfloat_with_epsilon (loss_of (&f, NULL, FS_PART_VALIDATION), before, 1e-9);
  g_assert_cmpint (fs_trainer_advance (f.trainer, NULL), ==, FS_ADVANCED_BATCH);
  size_t done, total;
  fs_trainer_progress (f.trainer, &done, &total);
  g_assert_cmpuint (done, ==, 1);
  g_assert_cmpuint (total, ==, 1);
  /* A smaller one acts in the middle of an epoch. */
  run_epochs (f.trainer, 1);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.batch", 10, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_advance (f.trainer, NULL), ==, FS_ADVANCED_BATCH);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.batch", 47, NULL), ==, FS_OK);
  fs_trainer_progress (f.trainer, &done, &total);
  g_assert_cmpuint (done, ==, 1);
  g_assert_cmpuint (total, ==, 3);
  run_epochs (f.trainer, 1);
  tear_down (&f);
}

static void
test_settings_that_are_refused (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture f;
  FsProblem problem;
  set_up (&f, &experiment, 1);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.seed", 3, &problem), ==, FS_UNKNOWN_KEY);
  g_assert_cmpint (fs_trainer_set (f.trainer, "model.layers.0.units", 3, &problem), ==,
                   FS_UNKNOWN_KEY);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.lerning_rate", 3, &problem), ==,
                   FS_UNKNOWN_KEY);
  g_assert_cmpint (fs_trainer_set (f.trainer, "train.learning_rate", -1, &problem), ==,
                   FS_OUT_OF_RANGE);
  g_assert_cmpuint (fs_trainer_history (f.trainer)->n_events, ==, 0);
  g_assert_cmpfloat (fs_trainer_experiment (f.trainer)->train.learning_rate, ==, 0.01);
  tear_down (&f);
}

static void
test_without_validation (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture f = { .experiment = experiment, .dataset = wave () };
  f.dataset->windows[FS_PART_VALIDATION].n = 0;
  g_assert_cmpint (fs_pool_new (&f.pool, 1, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_new (&f.trainer, &experiment, f.dataset, f.pool, NULL), ==, FS_OK);
  run_to_end (f.trainer);
  const FsHistory *history = fs_trainer_history (f.trainer);
  g_assert_cmpint (history->end, ==, FS_END_EPOCHS);
  g_assert_true (isnan (history->observations[3].validation_loss));
  g_assert_cmpfloat (fs_history_monitored (history, history->best), ==,
                     history->observations[history->best].train_loss);
  fs_trainer_free (f.trainer);
  f.dataset->windows[FS_PART_TRAIN].n = 0;
  FsProblem problem;
  g_assert_cmpint (fs_trainer_new (&f.trainer, &experiment, f.dataset, f.pool, &problem), ==,
                   FS_TOO_LITTLE);
  g_assert_null (f.trainer);
  tear_down (&f);
}

/* A schedule acts where the learning rate stands in the history, and so does a change of the base. */
static void
test_schedule (void)
{
  Fixture fixture;
  FsExperiment experiment = small_experiment ();
  experiment.train.schedule.type = FS_SCHEDULE_EXPONENTIAL;
  experiment.train.schedule.decay = 0.5;
  set_up (&fixture, &experiment, 1);
  while (fs_trainer_history (fixture.trainer)->n_observations < 2)
    fs_trainer_advance (fixture.trainer, NULL);
  g_assert_cmpint (fs_trainer_set (fixture.trainer, "train.learning_rate", 0.04, NULL), ==, FS_OK);
  run_to_end (fixture.trainer);
  static const double expected[] = { 0.01, 0.005, 0.01, 0.005 };
  const FsHistory *history = fs_trainer_history (fixture.trainer);
  for (size_t i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (history->observations[i].learning_rate, expected[i], 1e-15);
  tear_down (&fixture);

  /* By batches: 6 an epoch, the last of them is noted. */
  experiment.train.schedule.unit = FS_SCHEDULE_PER_BATCH;
  set_up (&fixture, &experiment, 1);
  run_to_end (fixture.trainer);
  history = fs_trainer_history (fixture.trainer);
  for (size_t i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (history->observations[i].learning_rate,
                                    0.01 * pow (0.5, (double) (6 * i + 5)), 1e-15);
  tear_down (&fixture);
}

/* A rate of nothing never improves: with a patience of 1 the plateau reduces after epochs 3 and 5,
 * says so, and the next epoch is trained with the lower rate. */
static void
test_plateau (void)
{
  Fixture fixture;
  FsExperiment experiment = small_experiment ();
  experiment.train.schedule.type = FS_SCHEDULE_PLATEAU;
  experiment.train.schedule.patience = 1;
  experiment.train.schedule.threshold = 0.99; /* no epoch is ever this much better */
  experiment.train.epochs = 6;
  set_up (&fixture, &experiment, 1);
  run_to_end (fixture.trainer);
  static const double expected[] = { 0.01, 0.01, 0.01, 0.001, 0.001, 0.0001 };
  const FsHistory *history = fs_trainer_history (fixture.trainer);
  for (size_t i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (history->observations[i].learning_rate, expected[i], 1e-15);
  g_assert_cmpuint (history->n_events, ==, 2);
  g_assert_cmpint (history->events[0].kind, ==, FS_EVENT_LEARNING_RATE);
  g_assert_cmpuint (history->events[0].epoch, ==, 3);
  g_assert_cmpstr (history->events[0].text, ==, "plateau: rate 0.01 \u2192 0.001");
  tear_down (&fixture);
}

/* Every optimiser learns the wave: the last loss is well below the first. */
static void
test_every_optimiser_learns (void)
{
  for (int optimiser = FS_OPTIMISER_ADAM; optimiser <= FS_OPTIMISER_ADAGRAD; optimiser++)
    for (int convention = FS_CONVENTION_PYTORCH; convention <= FS_CONVENTION_KERAS; convention++)
      {
        Fixture fixture;
        FsExperiment experiment = small_experiment ();
        experiment.train.optimiser = (FsOptimiser) optimiser;
        experiment.train.convention = (FsConvention) convention;
        experiment.train.epochs = 30;
        if (optimiser == FS_OPTIMISER_SGD || optimiser == FS_OPTIMISER_ADAGRAD)
          experiment.train.learning_rate = 0.05;
        set_up (&fixture, &experiment, 1);
        run_to_end (fixture.trainer);
        const FsHistory *history = fs_trainer_history (fixture.trainer);
        g_test_message ("optimiser %d: %g to %g", optimiser, history->observations[0].train_loss,
                        history->observations[29].train_loss);
        g_assert_cmpfloat (history->observations[29].train_loss, <,
                           0.8 * history->observations[0].train_loss);
        tear_down (&fixture);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer/same-seed-same-bits", test_same_seed_same_bits);
  g_test_add_func ("/trainer/any-number-of-threads", test_same_bits_on_any_number_of_threads);
  g_test_add_func ("/trainer/interrupted-pieces", test_interrupted_pieces_are_redone);
  g_test_add_func ("/trainer/interrupted-anywhere", test_interrupted_anywhere);
  g_test_add_func ("/trainer/plain-loop", test_plain_loop);
  g_test_add_func ("/trainer/losses-of-final-weights", test_losses_are_those_of_the_final_weights);
  g_test_add_func ("/trainer/rate-of-zero", test_rate_of_zero_changes_nothing);
  g_test_add_func ("/trainer/no-epochs", test_no_epochs);
  g_test_add_func ("/trainer/early-stopping", test_early_stopping);
  g_test_add_func ("/trainer/best-weights", test_best_weights);
  g_test_add_func ("/trainer/stop-inside-an-epoch", test_stop_inside_an_epoch);
  g_test_add_func ("/trainer/not-finite", test_not_finite);
  g_test_add_func ("/trainer/not-finite-is-named", test_not_finite_is_named);
  g_test_add_func ("/trainer/extended-run", test_extended_run_is_the_longer_run);
  g_test_add_func ("/trainer/predicting-disturbs-nothing", test_predicting_disturbs_nothing);
  g_test_add_func ("/trainer/live-settings", test_live_settings);
  g_test_add_func ("/trainer/settings-refused", test_settings_that_are_refused);
  g_test_add_func ("/trainer/without-validation", test_without_validation);
  g_test_add_func ("/trainer/schedule", test_schedule);
  g_test_add_func ("/trainer/plateau", test_plateau);
  g_test_add_func ("/trainer/every-optimiser-learns", test_every_optimiser_learns);
  return g_test_run ();
}
