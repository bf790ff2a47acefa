/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sorting and selecting: against the C library's sort, on what is easy to get wrong. */

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include "engine/base/random.h"
#include "engine/maths/order.h"

static const double probabilities[] = { 0, 0.001, 0.25, 0.5, 0.731, 0.99, 1 };
#define N_PROBABILITIES G_N_ELEMENTS (probabilities)

static int
compare (const void *left, const void *right)
{
  double l = *(const double *) left, r = *(const double *) right;
  return l < r ? -1 : l > r;
}

static void
check (const double *values, size_t n)
{
  g_autofree double *sorted = g_memdup2 (values, n * sizeof *values);
  g_autofree double *ours = g_memdup2 (values, n * sizeof *values);
  double selected[N_PROBABILITIES];
  qsort (sorted, n, sizeof *sorted, compare);
  fs_sort (ours, n);
  for (size_t i = 0; i < n; i++)
    g_assert_cmpfloat (ours[i], ==, sorted[i]);
  g_assert_true (fs_select_quantiles (values, n, probabilities, selected, N_PROBABILITIES));
  for (size_t i = 0; i < N_PROBABILITIES; i++)
    g_assert_cmpfloat (selected[i], ==, fs_quantile (sorted, n, probabilities[i]));
  double distance, centre = selected[3];
  g_assert_true (fs_select_median_distance (values, n, centre, &distance));
  for (size_t i = 0; i < n; i++)
    ours[i] = fabs (values[i] - centre);
  qsort (ours, n, sizeof *ours, compare);
  g_assert_cmpfloat (distance, ==, fs_quantile (ours, n, 0.5));
  FsOrder *order = fs_order_new (values, n);
  for (int round = 0; round < 2; round++)
    for (size_t i = N_PROBABILITIES; i-- > 0;)
      g_assert_cmpfloat (fs_order_quantile (order, probabilities[i]), ==, selected[i]);
  fs_order_free (order);
}

static void
test_values (const void *size)
{
  size_t n = GPOINTER_TO_SIZE (size);
  g_autofree double *values = g_new (double, n);
  FsRandom random = fs_random (7, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < n; i++)
    values[i] = fs_random_normal (&random);
  check (values, n);
  for (size_t i = 0; i < n; i++) /* few different ones */
    values[i] = floor (3 * values[i]);
  check (values, n);
  for (size_t i = 0; i < n; i++) /* that differ in their last bits alone */
    values[i] = 1000 + values[i] * 1e-12;
  check (values, n);
  for (size_t i = 0; i < n; i++)
    values[i] = i % 2 ? 1e300 * values[i] : 1e-300 * values[i];
  check (values, n);
  for (size_t i = 0; i < n; i++)
    values[i] = -3.5;
  check (values, n);
  for (size_t i = 0; i < n; i++)
    values[i] = -(double) i;
  check (values, n);
}

/* 1, 2, 3, 4: the quartiles of type 7 are 1.75, 2.5 and 3.25. */
static void
test_by_hand (void)
{
  const double values[] = { 3, 1, 4, 2 }, p[] = { 0.25, 0.5, 0.75 };
  double q[3];
  g_assert_true (fs_select_quantiles (values, 4, p, q, 3));
  g_assert_cmpfloat (q[0], ==, 1.75);
  g_assert_cmpfloat (q[1], ==, 2.5);
  g_assert_cmpfloat (q[2], ==, 3.25);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order/by-hand", test_by_hand);
  g_test_add_data_func ("/order/one", GSIZE_TO_POINTER (1), test_values);
  g_test_add_data_func ("/order/few", GSIZE_TO_POINTER (99), test_values);
  g_test_add_data_func ("/order/many", GSIZE_TO_POINTER (20001), test_values);
  g_test_add_data_func ("/order/between", GSIZE_TO_POINTER (20000), test_values);
  return g_test_run ();
}
