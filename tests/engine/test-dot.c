/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums of products: many at once have the bits of each alone, whatever the lengths; each alone is right. */

#include <glib.h>
#include <math.h>
#include "engine/base/random.h"
#include "engine/maths/dot.h"

#define N 700

static double x[N], y[N];

static void
make_values (void)
{
  FsRandom random = fs_random (5, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < N; i++)
    {
      x[i] = fs_random_normal (&random) * pow (10, (double) (i % 7));
      y[i] = fs_random_normal (&random);
    }
}

static void
check (const FsDots *dots, size_t n_results)
{
  double products[64], squares[64];
  g_assert_cmpuint (n_results, <=, 64);
  fs_dots (products, dots, n_results);
  fs_dots_difference (squares, dots, n_results);
  for (size_t k = 0; k < n_results; k++)
    {
      const ptrdiff_t at = (ptrdiff_t) k;
      const double *a = dots->a + at * dots->step_a, *b = dots->b + at * dots->step_b;
      const size_t n = (size_t) ((ptrdiff_t) dots->n + at * dots->step_n);
      long double product = 0, size = 0;
      for (size_t i = 0; i < n; i++)
        {
          product += (long double) a[i] * b[i];
          size += fabsl ((long double) a[i] * b[i]);
        }
      g_assert_cmpfloat (products[k], ==, fs_dot (a, b, n));
      g_assert_cmpfloat (squares[k], ==, fs_dot_difference (a, b, n));
      g_assert_cmpfloat (fabs (products[k] - (double) product), <=, 1e-14 * (double) size);
    }
}

static void
test_many (void)
{
  make_values ();
  for (size_t n = 0; n < 60; n++)
    for (size_t n_results = 0; n_results < 10; n_results++)
      {
        check (&(FsDots){ .a = x + 20, .b = y + 20, .n = n, .step_b = -1 }, n_results);
        check (&(FsDots){ .a = x, .b = x, .n = n + 10, .step_a = 1, .step_n = -1 }, n_results);
      }
  check (&(FsDots){ .a = x, .b = x, .n = N, .step_a = 1, .step_n = -1 }, 50);
  check (&(FsDots){ .a = x + 60, .b = y + 60, .n = N - 60, .step_b = -1 }, 61);
}

/* 1·4 + 2·5 + 3·6 and the lags 0 and 1 of them. */
static void
test_by_hand (void)
{
  const double a[] = { 1, 2, 3 }, b[] = { 4, 5, 6 };
  double lags[2];
  g_assert_cmpfloat (fs_dot (a, b, 3), ==, 32);
  g_assert_cmpfloat (fs_dot_difference (a, b, 3), ==, 27);
  fs_dot_lags (lags, a, b, 1, 3, 1);
  g_assert_cmpfloat (lags[0], ==, 28);
  g_assert_cmpfloat (lags[1], ==, 23);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dot/by-hand", test_by_hand);
  g_test_add_func ("/dot/many", test_many);
  return g_test_run ();
}
