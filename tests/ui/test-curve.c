/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The growing curve: exact while it is short, true to every extreme when it is long. */

#include "ui/views/curve.h"

#include <math.h>

static void
test_short_curves_are_exact (void)
{
  g_autoptr (FsCurve) curve = fs_curve_new ();
  const double *x, *y;

  g_assert_cmpuint (fs_curve_points (curve, &x, &y), ==, 0);
  for (int i = 0; i < 100; i++)
    fs_curve_add (curve, i, i % 7);
  g_assert_cmpuint (fs_curve_points (curve, &x, &y), ==, 100);
  for (int i = 0; i < 100; i++)
    {
      g_assert_cmpfloat (x[i], ==, i);
      g_assert_cmpfloat (y[i], ==, i % 7);
    }
}

static void
test_long_curves_keep_every_spike (void)
{
  const int n = 100000;

  for (int spike = 0; spike < n; spike += 9973)
    {
      g_autoptr (FsCurve) curve = fs_curve_new ();
      const double *x, *y;
      gsize n_points;
      gboolean has_top = FALSE, has_bottom = FALSE;

      for (int i = 0; i < n; i++)
        fs_curve_add (curve, i, i == spike ? 50 : i == spike + 1 ? -50 : sin (i));
      n_points = fs_curve_points (curve, &x, &y);
      g_assert_cmpuint (n_points, <=, FS_CURVE_MAX_POINTS);
      g_assert_cmpuint (n_points, >=, FS_CURVE_MAX_POINTS / 4);
      for (gsize i = 0; i < n_points; i++)
        {
          if (i > 0)
            g_assert_cmpfloat (x[i], >, x[i - 1]);
          has_top |= x[i] == spike && y[i] == 50;
          has_bottom |= x[i] == spike + 1 && y[i] == -50;
        }
      g_assert_true (has_top);
      g_assert_true (has_bottom);
    }
}

static void
test_the_newest_point_is_there (void)
{
  g_autoptr (FsCurve) curve = fs_curve_new ();
  const double *x, *y;

  for (int i = 0; i < 50000; i++)
    fs_curve_add (curve, i, -i);
  gsize n = fs_curve_points (curve, &x, &y);
  g_assert_cmpfloat (x[n - 1], ==, 49999);
  g_assert_cmpfloat (y[n - 1], ==, -49999);
}

static void
test_gaps (void)
{
  g_autoptr (FsCurve) curve = fs_curve_new ();
  const double *x, *y;

  fs_curve_add (curve, 0, 1);
  fs_curve_add (curve, 1, NAN);
  fs_curve_add (curve, 2, 3);
  g_assert_cmpuint (fs_curve_points (curve, &x, &y), ==, 3);
  g_assert_true (isnan (y[1]));
  fs_curve_clear (curve);
  /* A number is never lost to a gap in its bucket. */
  for (int i = 0; i < 40000; i++)
    fs_curve_add (curve, i, i % 2 ? NAN : 1);
  gsize n = fs_curve_points (curve, &x, &y);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (y[i], ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/curve/short-curves-are-exact", test_short_curves_are_exact);
  g_test_add_func ("/curve/long-curves-keep-every-spike", test_long_curves_keep_every_spike);
  g_test_add_func ("/curve/the-newest-point-is-there", test_the_newest_point_is_there);
  g_test_add_func ("/curve/gaps", test_gaps);
  return g_test_run ();
}
