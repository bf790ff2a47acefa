/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What may change while a trainer trains and what may not, schedules of the rate, and every optimiser. */

#include "tests/engine/trainer-fixture.h"

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
  g_test_add_func ("/trainer-settings/live-settings", test_live_settings);
  g_test_add_func ("/trainer-settings/settings-refused", test_settings_that_are_refused);
  g_test_add_func ("/trainer-settings/schedule", test_schedule);
  g_test_add_func ("/trainer-settings/plateau", test_plateau);
  g_test_add_func ("/trainer-settings/every-optimiser-learns", test_every_optimiser_learns);
  return g_test_run ();
}
