/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Losses by hand, and their slopes against central differences. */

#include <glib.h>
#include <math.h>
#include "engine/model/loss.h"

static void
test_by_hand (void)
{
  static const FsReal predicted[] = { 1, -2, 0.5f }, target[] = { 3, -2, 0 };
  g_assert_cmpfloat (fs_loss_sum ((FsLossRule){ FS_LOSS_MSE, 0 }, predicted, target, 3), ==, 4.25);
  g_assert_cmpfloat (fs_loss_sum ((FsLossRule){ FS_LOSS_MAE, 0 }, predicted, target, 3), ==, 2.5);
  g_assert_cmpfloat (fs_loss_sum ((FsLossRule){ FS_LOSS_MAE, 0 }, predicted, target, 0), ==, 0);
  FsReal d[3];
  fs_loss_gradient ((FsLossRule){ FS_LOSS_MSE, 0 }, predicted, target, 3, d);
  g_assert_cmpfloat (d[0], ==, (FsReal) (-4.0 / 3));
  g_assert_cmpfloat (d[1], ==, 0);
  g_assert_cmpfloat (d[2], ==, (FsReal) (1.0 / 3));
  fs_loss_gradient ((FsLossRule){ FS_LOSS_MAE, 0 }, predicted, target, 3, d);
  g_assert_cmpfloat (d[0], ==, (FsReal) (-1.0 / 3));
  g_assert_cmpfloat (d[1], ==, 0);
  g_assert_cmpfloat (d[2], ==, (FsReal) (1.0 / 3));
}

static void
test_slopes_are_derivatives (void)
{
  static const double predicted[] = { -3, -0.2, 0.1, 0.4, 7 };
  for (int loss = FS_LOSS_MSE; loss <= FS_LOSS_QUANTILE; loss++)
    for (size_t i = 0; i < G_N_ELEMENTS (predicted); i++)
      {
        const FsLossRule rule = { (FsLoss) loss, 0.3 };
        const double h = 1e-5, y = 0.25;
        FsReal p = (FsReal) predicted[i], target = (FsReal) y, slope;
        fs_loss_gradient (rule, &p, &target, 1, &slope);
        double difference =
            (fs_loss_term (rule, (double) p + h, y) - fs_loss_term (rule, (double) p - h, y))
            / (2 * h);
        g_assert_cmpfloat_with_epsilon ((double) slope, difference, 1e-6);
      }
}

static void
test_nan_is_never_swallowed (void)
{
  const FsReal predicted[] = { 1, (FsReal) NAN }, target[] = { 1, 1 };
  for (int loss = FS_LOSS_MSE; loss <= FS_LOSS_QUANTILE; loss++)
    {
      const FsLossRule rule = { (FsLoss) loss, 0.3 };
      FsReal d[2];
      g_assert_true (isnan (fs_loss_sum (rule, predicted, target, 2)));
      fs_loss_gradient (rule, predicted, target, 2, d);
      g_assert_cmpfloat (d[0], ==, 0);
      g_assert_true (isnan (d[1]));
    }
}

/* e = −2, −0.5, 0, 0.5, 2 against formulas and numbers of their own. */
static void
test_other_losses_by_hand (void)
{
  static const double errors[] = { -2, -0.5, 0, 0.5, 2 };
  static const double huber[] = { 1.21875, 0.125, 0, 0.125, 1.21875 }; /* δ = ¾: ¾·(2 − ⅜) */
  static const double quantile[] = { 1.6, 0.4, 0, 0.1, 0.4 };          /* q = 0.8 */
  for (size_t i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      const double e = errors[i], p = 3 + e;
      g_assert_cmpfloat_with_epsilon (fs_loss_term ((FsLossRule){ FS_LOSS_HUBER, 0.75 }, p, 3),
                                      huber[i], 1e-15);
      g_assert_cmpfloat_with_epsilon (fs_loss_term ((FsLossRule){ FS_LOSS_QUANTILE, 0.8 }, p, 3),
                                      quantile[i], 1e-15);
      g_assert_cmpfloat_with_epsilon (fs_loss_term ((FsLossRule){ FS_LOSS_LOG_COSH, 0 }, p, 3),
                                      log (cosh (e)), 1e-15);
    }
  /* No overflow: ln cosh 1000 = 1000 − ln 2. */
  g_assert_cmpfloat_with_epsilon (fs_loss_term ((FsLossRule){ FS_LOSS_LOG_COSH, 0 }, 1000, 0),
                                  1000 - log (2), 1e-12);
}

/* The least mean of the quantile loss over 0 … 99 lies at the quantile. */
static void
test_quantile_is_found (void)
{
  const FsLossRule rule = { FS_LOSS_QUANTILE, 0.9 };
  double least = INFINITY, where = NAN;
  for (int p = 0; p < 100; p++)
    {
      double sum = 0;
      for (int y = 0; y < 100; y++)
        sum += fs_loss_term (rule, p, y);
      if (sum < least - 1e-9)
        {
          least = sum;
          where = p;
        }
    }
  g_assert_cmpfloat_with_epsilon (where, 89.5, 0.6);
}

static void
test_rule_of_an_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_assert_cmpint (fs_loss_rule (&experiment).kind, ==, FS_LOSS_MSE);
  experiment.train.huber_delta = 2.5;
  experiment.train.quantile = 0.75;
  experiment.train.loss = FS_LOSS_HUBER;
  g_assert_cmpfloat (fs_loss_rule (&experiment).parameter, ==, 2.5);
  experiment.train.loss = FS_LOSS_QUANTILE;
  g_assert_cmpfloat (fs_loss_rule (&experiment).parameter, ==, 0.75);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss/by-hand", test_by_hand);
  g_test_add_func ("/loss/slopes-are-derivatives", test_slopes_are_derivatives);
  g_test_add_func ("/loss/nan-is-never-swallowed", test_nan_is_never_swallowed);
  g_test_add_func ("/loss/other-losses-by-hand", test_other_losses_by_hand);
  g_test_add_func ("/loss/quantile-is-found", test_quantile_is_found);
  g_test_add_func ("/loss/rule-of-an-experiment", test_rule_of_an_experiment);
  return g_test_run ();
}
