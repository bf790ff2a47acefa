/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Losses by hand, and their slopes against central differences. */

#include <glib.h>
#include <math.h>
#include "engine/model/loss.h"

static void
test_by_hand (void)
{
  static const FsReal predicted[] = { 1, -2, 0.5f }, target[] = { 3, -2, 0 };
  g_assert_cmpfloat (fs_loss_sum (FS_LOSS_MSE, predicted, target, 3), ==, 4.25);
  g_assert_cmpfloat (fs_loss_sum (FS_LOSS_MAE, predicted, target, 3), ==, 2.5);
  g_assert_cmpfloat (fs_loss_sum (FS_LOSS_MAE, predicted, target, 0), ==, 0);
  FsReal d[3];
  fs_loss_gradient (FS_LOSS_MSE, predicted, target, 3, d);
  g_assert_cmpfloat (d[0], ==, (FsReal) (-4.0 / 3));
  g_assert_cmpfloat (d[1], ==, 0);
  g_assert_cmpfloat (d[2], ==, (FsReal) (1.0 / 3));
  fs_loss_gradient (FS_LOSS_MAE, predicted, target, 3, d);
  g_assert_cmpfloat (d[0], ==, (FsReal) (-1.0 / 3));
  g_assert_cmpfloat (d[1], ==, 0);
  g_assert_cmpfloat (d[2], ==, (FsReal) (1.0 / 3));
}

static void
test_slopes_are_derivatives (void)
{
  static const double predicted[] = { -3, -0.2, 0.1, 0.4, 7 };
  for (int loss = FS_LOSS_MSE; loss <= FS_LOSS_MAE; loss++)
    for (size_t i = 0; i < G_N_ELEMENTS (predicted); i++)
      {
        const double h = 1e-5, y = 0.25;
        FsReal p = (FsReal) predicted[i], target = (FsReal) y, slope;
        fs_loss_gradient ((FsLoss) loss, &p, &target, 1, &slope);
        double difference = (fs_loss_term ((FsLoss) loss, (double) p + h, y)
                             - fs_loss_term ((FsLoss) loss, (double) p - h, y))
                            / (2 * h);
        g_assert_cmpfloat_with_epsilon ((double) slope, difference, 1e-6);
      }
}

static void
test_nan_is_never_swallowed (void)
{
  const FsReal predicted[] = { 1, (FsReal) NAN }, target[] = { 1, 1 };
  for (int loss = FS_LOSS_MSE; loss <= FS_LOSS_MAE; loss++)
    {
      FsReal d[2];
      g_assert_true (isnan (fs_loss_sum ((FsLoss) loss, predicted, target, 2)));
      fs_loss_gradient ((FsLoss) loss, predicted, target, 2, d);
      g_assert_cmpfloat (d[0], ==, 0);
      g_assert_true (isnan (d[1]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss/by-hand", test_by_hand);
  g_test_add_func ("/loss/slopes-are-derivatives", test_slopes_are_derivatives);
  g_test_add_func ("/loss/nan-is-never-swallowed", test_nan_is_never_swallowed);
  return g_test_run ();
}
