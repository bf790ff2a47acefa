/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How training ends: with the epochs, by the stopping rule, on request, on numbers that are not finite; which
 * weights are left, and how an ended run goes on. */

#include "tests/engine/trainer-fixture.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer-ends/no-epochs", test_no_epochs);
  g_test_add_func ("/trainer-ends/early-stopping", test_early_stopping);
  g_test_add_func ("/trainer-ends/best-weights", test_best_weights);
  g_test_add_func ("/trainer-ends/stop-inside-an-epoch", test_stop_inside_an_epoch);
  g_test_add_func ("/trainer-ends/not-finite", test_not_finite);
  g_test_add_func ("/trainer-ends/not-finite-is-named", test_not_finite_is_named);
  g_test_add_func ("/trainer-ends/extended-run", test_extended_run_is_the_longer_run);
  return g_test_run ();
}
