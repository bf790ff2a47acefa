/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Schedules of the learning rate: against PyTorch's, against Keras 3.16's ReduceLROnPlateau, and what
 * they promise beyond (a base rate that changes, curves before training, warm-ups, sentences). */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/train/optimiser.h"
#include "engine/train/schedule.h"
#include "tests/golden/schedule-golden.h"

#define TOLERANCE 1e-15

static const double keras_losses[][15] = {
  { 1.0, 0.9, 0.95, 0.94, 0.93, 0.92, 0.91, 0.905, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85, NAN },
  { 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, NAN },
  { 0.5, 0.49999, 0.49998, 0.49997, 0.4, 0.41, 0.42, 0.43, NAN },
};

static const struct
{
  size_t losses;
  double factor;
  int64_t patience;
  double min_delta;
  int64_t cooldown;
  double min_rate;
  double rates[14]; /* after each epoch, of a base of 0.1 */
} keras_cases[] = {
  { 0,
    0.5,
    2,
    0.0001,
    0,
    0.0,
    { 0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125, 0.0125, 0.00625, 0.00625, 0.003125,
      0.003125 } },
  { 0,
    0.1,
    1,
    0.0001,
    2,
    0.0,
    { 0.1, 0.1, 0.010000000000000002, 0.010000000000000002, 0.0010000000000000002,
      0.0010000000000000002, 0.00010000000000000003, 0.00010000000000000003, 0.00010000000000000003,
      1.0000000000000004e-05, 1.0000000000000004e-05, 1.0000000000000004e-06,
      1.0000000000000004e-06, 1.0000000000000005e-07 } },
  { 0,
    0.5,
    2,
    0.02,
    0,
    0.03,
    { 0.1, 0.1, 0.1, 0.05, 0.05, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03 } },
  { 1, 0.5, 2, 0.0001, 0, 0.0, { 0.1, 0.1, 0.05, 0.05, 0.025, 0.025 } },
  { 1,
    0.1,
    1,
    0.0001,
    2,
    0.0,
    { 0.1, 0.010000000000000002, 0.010000000000000002, 0.0010000000000000002, 0.0010000000000000002,
      0.00010000000000000003 } },
  { 1, 0.5, 2, 0.02, 0, 0.03, { 0.1, 0.1, 0.05, 0.05, 0.03, 0.03 } },
  { 2, 0.5, 2, 0.0001, 0, 0.0, { 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025 } },
  { 2,
    0.1,
    1,
    0.0001,
    2,
    0.0,
    { 0.1, 0.010000000000000002, 0.010000000000000002, 0.0010000000000000002, 0.0010000000000000002,
      0.00010000000000000003, 0.00010000000000000003, 1.0000000000000004e-05 } },
  { 2, 0.5, 2, 0.02, 0, 0.03, { 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.03, 0.03 } },
};

/* An experiment of a rate of 0.1 with these settings. */
static FsExperiment
scheduled (const char *const *settings)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.train.learning_rate = 0.1;
  for (size_t i = 0; settings[i]; i++)
    g_assert_cmpint (fs_experiment_set (&experiment, settings[i], NULL), ==, FS_OK);
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
  return experiment;
}

static void
test_pytorch (void)
{
  for (size_t c = 0; c < G_N_ELEMENTS (schedule_cases); c++)
    {
      FsExperiment experiment = scheduled (schedule_cases[c].settings);
      const uint32_t length = (uint32_t) experiment.train.schedule.length;
      for (uint32_t k = 0; k < 30; k++)
        {
          const double expected = schedule_cases[c].rates[k];
          g_test_message ("%s, step %u", schedule_cases[c].settings[0], k);
          experiment.train.schedule.unit = FS_SCHEDULE_PER_EPOCH;
          g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 7 * k + 3, k, 7), expected,
                                          TOLERANCE);
          experiment.train.schedule.unit = FS_SCHEDULE_PER_BATCH;
          g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, k, k / 7, 7), expected,
                                          TOLERANCE);
          /* The base rate scales everything, but for a least rate that is a number of its own. */
          experiment.train.learning_rate = 0.4;
          if (experiment.train.schedule.min_rate == 0)
            g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, k, k / 7, 7),
                                            4 * expected, 4 * TOLERANCE);
          experiment.train.learning_rate = 0.1;
        }
      if (experiment.train.schedule.type == FS_SCHEDULE_ONE_CYCLE)
        g_assert_cmpfloat (fs_schedule_rate (&experiment, length + 100, 0, 7), ==,
                           fs_schedule_rate (&experiment, length - 1, 0, 7));
    }
}

/* Momenta, and where thirty steps with rate and momentum lead: SGD's momentum, Adam's β₁. */
static void
test_momentum_of_pytorch (void)
{
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 1, NULL), ==, FS_OK);
  for (size_t c = 0; c < G_N_ELEMENTS (cycle_cases); c++)
    {
      FsExperiment experiment = scheduled (cycle_cases[c].settings);
      experiment.train.optimiser =
          strcmp (cycle_cases[c].optimiser, "sgd") == 0 ? FS_OPTIMISER_SGD : FS_OPTIMISER_ADAM;
      g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);
      FsDescent *descent = NULL;
      FsReal weights[64] = { 0.5, -0.25, 1 }, gradients[64] = { 0 };
      fs_tensor_table_add (table, 0, "weight", 3, 1, FS_TENSOR_KERNEL, NULL);
      g_assert_cmpint (fs_descent_new (&descent, experiment.train.optimiser, table, pool, NULL), ==,
                       FS_OK);
      for (uint32_t k = 0; k < 30; k++)
        {
          const double momentum = fs_schedule_momentum (&experiment, 7 * k + 3, k, 7);
          g_test_message ("%s, %s, step %u", cycle_cases[c].settings[0], cycle_cases[c].optimiser,
                          k);
          g_assert_cmpfloat_with_epsilon (momentum, cycle_cases[c].momenta[k], TOLERANCE);
          experiment.train.schedule.unit = FS_SCHEDULE_PER_BATCH;
          g_assert_cmpfloat (fs_schedule_momentum (&experiment, k, k / 7, 7), ==, momentum);
          experiment.train.schedule.unit = FS_SCHEDULE_PER_EPOCH;
          const double rate = fs_schedule_rate (&experiment, 7 * k + 3, k, 7);
          FsDescentSettings settings = fs_descent_settings (&experiment, rate);
          settings.momentum = momentum;
          settings.has_beta1 = true;
          settings.beta1 = momentum;
          for (size_t i = 0; i < 3; i++)
            gradients[i] = (FsReal) cos (0.3 * k + (double) i);
          FsDescentReport report;
          g_assert_true (fs_descent_step (descent, &settings, weights, gradients, false, &report));
          for (size_t i = 0; i < 3; i++)
            g_assert_cmpfloat_with_epsilon ((double) weights[i], cycle_cases[c].weights[k][i],
                                            5e-6);
        }
      fs_descent_free (descent);
    }
  FsExperiment plain = fs_experiment_default ();
  g_assert_true (isnan (fs_schedule_momentum (&plain, 0, 0, 7)));
  plain.train.schedule.cycles_momentum = true;
  g_assert_true (isnan (fs_schedule_momentum (&plain, 0, 0, 7)));
  fs_pool_free (pool);
}

static void
test_plateau_of_pytorch (void)
{
  for (size_t c = 0; c < G_N_ELEMENTS (plateau_cases); c++)
    {
      const FsExperiment experiment = scheduled (plateau_cases[c].settings);
      FsPlateau plateau = fs_plateau ();
      for (size_t i = 0; i < G_N_ELEMENTS (plateau_losses); i++)
        {
          const double before = plateau.share;
          const bool is_reduced = fs_plateau_observe (&plateau, &experiment, plateau_losses[i]);
          g_assert_cmpint (is_reduced, ==, plateau.share < before);
          g_assert_cmpfloat_with_epsilon (0.1 * plateau.share, plateau_cases[c].rates[i],
                                          TOLERANCE);
        }
    }
}

static void
test_plateau_of_keras (void)
{
  for (size_t c = 0; c < G_N_ELEMENTS (keras_cases); c++)
    {
      static const char *const words[] = { "train.schedule.type=plateau", "train.convention=keras",
                                           NULL };
      FsExperiment experiment = scheduled (words);
      experiment.train.schedule.factor = keras_cases[c].factor;
      experiment.train.schedule.patience = keras_cases[c].patience;
      experiment.train.schedule.threshold = keras_cases[c].min_delta;
      experiment.train.schedule.cooldown = keras_cases[c].cooldown;
      experiment.train.schedule.min_rate = keras_cases[c].min_rate;
      FsPlateau plateau = fs_plateau ();
      const double *losses = keras_losses[keras_cases[c].losses];
      for (size_t i = 0; losses[i] > 0; i++)
        {
          fs_plateau_observe (&plateau, &experiment, losses[i]);
          g_test_message ("case %zu, epoch %zu", c, i + 1);
          g_assert_cmpfloat_with_epsilon (0.1 * plateau.share, keras_cases[c].rates[i], TOLERANCE);
        }
    }
}

static void
test_plateau_and_nan (void)
{
  static const char *const words[] = { "train.schedule.type=plateau", "train.schedule.patience=1",
                                       NULL };
  const FsExperiment experiment = scheduled (words);
  FsPlateau plateau = fs_plateau ();
  g_assert_false (fs_plateau_observe (&plateau, &experiment, NAN));
  g_assert_false (fs_plateau_observe (&plateau, &experiment, 1)); /* better than nothing */
  g_assert_false (fs_plateau_observe (&plateau, &experiment, NAN));
  g_assert_true (fs_plateau_observe (&plateau, &experiment, NAN));
}

/* 0.1 of the rate, then evenly up to all of it after 5 steps, from where the steps of 3 begin. */
static void
test_warm_up_before (void)
{
  static const char *const words[] = { "train.schedule.type=step", "train.schedule.every=3",
                                       "train.schedule.factor=0.5", "train.schedule.warm_up=5",
                                       NULL };
  static const double expected[] = { 0.01, 0.028, 0.046, 0.064, 0.082, 0.1, 0.1, 0.1, 0.05, 0.05 };
  const FsExperiment experiment = scheduled (words);
  for (uint32_t k = 0; k < G_N_ELEMENTS (expected); k++)
    g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, k, k, 1), expected[k],
                                    TOLERANCE);
}

static void
test_length_of_the_whole_run (void)
{
  static const char *const words[] = { "train.schedule.type=cosine", "train.epochs=20",
                                       "train.schedule.warm_up=4", NULL };
  FsExperiment experiment = scheduled (words);
  g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 0, 4, 9), 0.1, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 0, 12, 9), 0.05, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 0, 20, 9), 0, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 0, 30, 9), 0, TOLERANCE);
  experiment.train.schedule.unit = FS_SCHEDULE_PER_BATCH;
  g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 4 + 88, 0, 9), 0.05, TOLERANCE);
}

static void
test_preview (void)
{
  static const char *const words[] = { "train.schedule.type=exponential", "train.epochs=5",
                                       "train.schedule.decay=0.5", NULL };
  FsExperiment experiment = scheduled (words);
  double rates[50];
  fs_schedule_preview (&experiment, 10, rates, 50);
  for (size_t i = 0; i < 50; i++)
    g_assert_cmpfloat_with_epsilon (rates[i], 0.1 * pow (0.5, (double) (i / 10)), TOLERANCE);
  fs_schedule_preview (&experiment, 10, rates, 2);
  g_assert_cmpfloat_with_epsilon (rates[0], 0.1, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rates[1], 0.1 / 16, TOLERANCE);
  fs_schedule_preview (&experiment, 10, rates, 1);
  g_assert_cmpfloat (rates[0], ==, 0.1);
  experiment.train.epochs = 0;
  fs_schedule_preview (&experiment, 10, rates, 3);
  g_assert_cmpfloat (rates[2], ==, 0.1);
}

static void
test_sentences (void)
{
  static const char *const words[] = { "train.schedule.type=cosine", NULL };
  FsExperiment experiment = scheduled (words);
  FsProblem problem = { 0 };
  experiment.train.epochs = 0;
  g_assert_cmpint (fs_experiment_validate (&experiment, &problem), ==, FS_TOO_LITTLE);
  g_assert_cmpstr (problem.where, ==, "train.schedule.length");
  experiment.train.schedule.length = 10;
  g_assert_cmpint (fs_experiment_validate (&experiment, &problem), ==, FS_OK);

  /* A lowest rate above the rate itself lifts nothing. */
  experiment.train.schedule.min_rate = 0.2;
  g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 5, 5, 1), 0.1, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (fs_schedule_rate (&experiment, 10, 10, 1), 0.1, TOLERANCE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/pytorch", test_pytorch);
  g_test_add_func ("/schedule/momentum-of-pytorch", test_momentum_of_pytorch);
  g_test_add_func ("/schedule/plateau-of-pytorch", test_plateau_of_pytorch);
  g_test_add_func ("/schedule/plateau-of-keras", test_plateau_of_keras);
  g_test_add_func ("/schedule/plateau-and-nan", test_plateau_and_nan);
  g_test_add_func ("/schedule/warm-up-before", test_warm_up_before);
  g_test_add_func ("/schedule/length-of-the-whole-run", test_length_of_the_whole_run);
  g_test_add_func ("/schedule/preview", test_preview);
  g_test_add_func ("/schedule/sentences", test_sentences);
  return g_test_run ();
}
