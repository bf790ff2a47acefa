/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Verdicts on histories built to be ill in one way, and on healthy ones. */

#include <glib.h>
#include <math.h>
#include "engine/diagnose/verdict.h"

static void
add_epoch (FsHistory *history, double train, double validation)
{
  FsObservation observation = { .epoch = (uint32_t) history->n_observations + 1,
                                .train_loss = train,
                                .validation_loss = validation };
  g_assert_cmpint (fs_history_append (history, &observation), ==, FS_OK);
}

static void
test_waiting (void)
{
  FsHistory history = { .has_validation = true };
  FsVerdict verdict = fs_verdict_judge (&history, NULL, NULL);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_WAITING);
  g_assert_cmpuint (verdict.best_epoch, ==, 0);
}

/* A valley: the validation loss is lowest at epoch 30 and then rises, train falls throughout. */
static void
test_overfitting (void)
{
  FsHistory history = { .has_validation = true };
  for (int epoch = 1; epoch <= 100; epoch++)
    {
      double past = fmax (0, epoch - 30);
      add_epoch (&history, exp (-0.05 * epoch), 0.4 + 0.0005 * pow (fabs (epoch - 30.0), 1.5));
      FsVerdict verdict = fs_verdict_judge (&history, NULL, NULL);
      if (past == 0)
        g_assert_cmpint (verdict.kind, !=, FS_VERDICT_OVERFITTING);
    }
  FsVerdict verdict = fs_verdict_judge (&history, NULL, NULL);
  g_test_message ("%s / %s", verdict.headline, verdict.state);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_OVERFITTING);
  g_assert_cmpuint (verdict.best_epoch, ==, 30);
  g_assert_cmpuint (verdict.since_epoch, ==, 30);
  g_assert_cmpuint (verdict.stop_epoch, >, 30);
  g_assert_cmpuint (verdict.stop_epoch, <=, 40);
  fs_history_clear (&history);
}

static void
test_non_finite (void)
{
  FsHistory history = { .has_validation = true };
  add_epoch (&history, 1, 1);
  add_epoch (&history, NAN, 1);
  FsVerdict verdict = fs_verdict_judge (&history, NULL, NULL);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_DIVERGED);
  fs_history_clear (&history);
}

/* The first batch already gives NaN: nothing was observed, and yet there is a verdict. */
static void
test_non_finite_at_once (void)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.train.learning_rate = 1000;
  FsHistory history = { .has_validation = true,
                        .end = FS_END_NON_FINITE,
                        .non_finite_tensor = "layers.0.weight_ih_l0",
                        .non_finite_step = 3 };
  FsVerdict verdict = fs_verdict_judge (&history, NULL, &experiment);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_DIVERGED);
  g_assert_cmpint (verdict.tone, ==, FS_TONE_BAD);
  g_assert_cmpstr (
      verdict.detail, ==,
      "layers.0.weight_ih_l0 was the first to hold a value that is not finite, at step 3");
  g_assert_cmpstr (verdict.findings[0].remedy_key, ==, "train.learning_rate");
  g_assert_cmpstr (verdict.findings[0].remedy_value, ==, "100");
  g_assert_cmpuint (verdict.best_epoch, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verdict/waiting", test_waiting);
  g_test_add_func ("/verdict/overfitting", test_overfitting);
  g_test_add_func ("/verdict/non-finite", test_non_finite);
  g_test_add_func ("/verdict/non-finite-at-once", test_non_finite_at_once);
  return g_test_run ();
}
