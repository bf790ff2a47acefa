/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Eigenvalues of symmetric matrices: by hand, and against the two sums and the library. */

#include <glib.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/maths/eigenvalues.h"

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
test_by_hand (void)
{
  double one[1] = { -3 }, two[4] = { 2, 1, 1, 2 }, values[3];
  g_assert_true (fs_symmetric_eigenvalues (one, 1, values));
  g_assert_cmpfloat (values[0], ==, -3);
  g_assert_true (fs_symmetric_eigenvalues (two, 2, values));
  qsort (values, 2, sizeof values[0], compare);
  g_assert_cmpfloat_with_epsilon (values[0], 1, 1e-14);
  g_assert_cmpfloat_with_epsilon (values[1], 3, 1e-14);
  /* A string of three beads: 2 − √2, 2, 2 + √2. */
  double beads[9] = { 2, -1, 0, -1, 2, -1, 0, -1, 2 };
  g_assert_true (fs_symmetric_eigenvalues (beads, 3, values));
  qsort (values, 3, sizeof values[0], compare);
  g_assert_cmpfloat_with_epsilon (values[0], 2 - G_SQRT2, 1e-14);
  g_assert_cmpfloat_with_epsilon (values[1], 2, 1e-14);
  g_assert_cmpfloat_with_epsilon (values[2], 2 + G_SQRT2, 1e-14);
  double none[9] = { 0 };
  g_assert_true (fs_symmetric_eigenvalues (none, 3, values));
  g_assert_cmpfloat (values[0] + values[1] + values[2], ==, 0);
  double broken[4] = { 1, NAN, NAN, 1 };
  g_assert_false (fs_symmetric_eigenvalues (broken, 2, values));
}

static void
test_against_the_library (void)
{
  for (size_t n = 1; n <= 40; n++)
    for (size_t rank = n; rank > 0; rank /= 3)
      {
        double *a = g_new0 (double, n *n), *b = g_new (double, n *n);
        double *found = g_new (double, n), *expected = g_new (double, n);
        FsRandom random = fs_random (1, FS_STREAM_GENERATOR, n, rank);
        for (size_t k = 0; k < rank; k++)
          {
            double *v = found; /* for a moment */
            for (size_t i = 0; i < n; i++)
              v[i] = fs_random_normal (&random) * pow (10, 3 * fs_random_uniform (&random));
            for (size_t i = 0; i < n * n; i++)
              a[i] += (k % 2 ? -1 : 1) * v[i / n] * v[i % n];
          }
        memcpy (b, a, n * n * sizeof *a);
        g_assert_cmpint (LAPACKE_dsyev (LAPACK_ROW_MAJOR, 'N', 'U', (int) n, b, (int) n, expected),
                         ==, 0);
        g_assert_true (fs_symmetric_eigenvalues (a, n, found));
        qsort (found, n, sizeof *found, compare);
        const double largest = fmax (fabs (expected[0]), fabs (expected[n - 1]));
        for (size_t i = 0; i < n; i++)
          g_assert_cmpfloat_with_epsilon (found[i], expected[i], 1e-13 * (double) n * largest);
        g_free (a);
        g_free (b);
        g_free (found);
        g_free (expected);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eigenvalues/by-hand", test_by_hand);
  g_test_add_func ("/eigenvalues/against-the-library", test_against_the_library);
  return g_test_run ();
}
