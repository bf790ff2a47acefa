/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Random numbers: the published sequence, streams that depend on their whole name, and distributions
 * that are what they say. Seeds are fixed, so that no assertion depends on luck. */

#include <glib.h>
#include <math.h>
#include "engine/base/random.h"

/* The sequence that the authors' reference implementation gives from state 1 2 3 4. */
static void
test_known_answer (void)
{
  static const uint64_t expected[] = { 41943041u, 58720359u, 3588806011781223u, 3591011842654386u };
  FsRandom random = { { 1, 2, 3, 4 } };
  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (fs_random_next (&random), ==, expected[i]);
}

/* Old runs must stay reproducible: these came from a separate implementation of the seeding. */
static void
test_seeding_is_fixed (void)
{
  FsRandom random = fs_random (1, (FsStream) 2, 3, 4);
  g_assert_cmphex (random.state[0], ==, 0x68055585a968b899u);
  g_assert_cmphex (random.state[3], ==, 0x748964799e5242dbu);
  g_assert_cmphex (fs_random_next (&random), ==, 0x67a9330363d6fff5u);
  g_assert_cmphex (fs_random_next (&random), ==, 0xff8079e0d5d75c55u);
  g_assert_cmphex (fs_random_next (&random), ==, 0x672d690e62dd16c3u);
}

static void
test_every_part_of_the_name_counts (void)
{
  FsRandom variants[] = {
    fs_random (7, FS_STREAM_ORDER, 5, 9),   fs_random (8, FS_STREAM_ORDER, 5, 9),
    fs_random (7, FS_STREAM_DROPOUT, 5, 9), fs_random (7, FS_STREAM_ORDER, 6, 9),
    fs_random (7, FS_STREAM_ORDER, 5, 10),  fs_random (7, FS_STREAM_ORDER, 9, 5),
    fs_random (5, FS_STREAM_ORDER, 7, 9),
  };
  uint64_t first[G_N_ELEMENTS (variants)];
  for (size_t i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      first[i] = fs_random_next (&variants[i]);
      for (size_t j = 0; j < i; j++)
        g_assert_cmphex (first[i], !=, first[j]);
    }
}

/* Neighbouring streams must look unrelated: correlation of 10^5 first draws with their neighbours'. */
static void
test_neighbouring_streams_are_unrelated (void)
{
  enum
  {
    N = 100000
  };
  double sum = 0, product = 0, previous = 0;
  for (uint64_t i = 0; i < N; i++)
    {
      FsRandom random = fs_random (1, FS_STREAM_DROPOUT, i, 0);
      double u = fs_random_uniform (&random) - 0.5;
      sum += u;
      product += u * previous;
      previous = u;
    }
  /* Standard errors: mean 0.2887 / √N, correlation 1 / √N; four of them. */
  g_assert_cmpfloat (fabs (sum / N), <, 4 * 0.2887 / sqrt (N));
  g_assert_cmpfloat (fabs (12 * product / N), <, 4 / sqrt (N));
}

static void
test_uniform (void)
{
  enum
  {
    N = 1000000,
    CELLS = 100
  };
  static unsigned counts[CELLS];
  FsRandom random = fs_random (3, FS_STREAM_PROBE, 0, 0);
  for (size_t i = 0; i < N; i++)
    {
      double u = fs_random_uniform (&random);
      g_assert_true (u >= 0 && u < 1);
      counts[(size_t) (u * CELLS)]++;
    }
  double chi2 = 0, expected = (double) N / CELLS;
  for (size_t i = 0; i < CELLS; i++)
    chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
  /* χ² with 99 degrees of freedom: 99.9 % below 148.2, 0.1 % below 61.1. */
  g_assert_cmpfloat (chi2, <, 148.2);
  g_assert_cmpfloat (chi2, >, 61.1);
}

static void
test_normal (void)
{
  enum
  {
    N = 1000000
  };
  double moments[5] = { 0 };
  FsRandom random = fs_random (4, FS_STREAM_PROBE, 0, 0);
  for (size_t i = 0; i < N; i++)
    {
      double x = fs_random_normal (&random), power = 1;
      g_assert_true (isfinite (x));
      for (int k = 0; k < 5; k++, power *= x)
        moments[k] += power / N;
    }
  /* Standard errors of the moments of N(0, 1): 1, √2, √15, √96 over √N; four of each. */
  g_assert_cmpfloat (fabs (moments[1]), <, 4 / sqrt (N));
  g_assert_cmpfloat (fabs (moments[2] - 1), <, 4 * sqrt (2.0 / N));
  g_assert_cmpfloat (fabs (moments[3]), <, 4 * sqrt (15.0 / N));
  g_assert_cmpfloat (fabs (moments[4] - 3), <, 4 * sqrt (96.0 / N));
}

/* n = 3·2^62 is the hardest case for a plain remainder: it would give the first third twice as often. */
static void
test_below_is_unbiased (void)
{
  enum
  {
    N = 30000
  };
  const uint64_t n = UINT64_C (3) << 62;
  unsigned thirds[3] = { 0 };
  FsRandom random = fs_random (5, FS_STREAM_PROBE, 0, 0);
  for (size_t i = 0; i < N; i++)
    {
      uint64_t x = fs_random_below (&random, n);
      g_assert_cmpuint (x, <, n);
      thirds[x >> 62]++;
    }
  for (size_t i = 0; i < 3; i++)
    g_assert_cmpfloat (fabs (thirds[i] - N / 3.0), <, 4 * sqrt (N * 2.0 / 9.0));
  for (size_t i = 0; i < 100; i++)
    g_assert_cmpuint (fs_random_below (&random, 1), ==, 0);
}

/* All 24 orders of four items must be equally frequent, and nothing may be lost. */
static void
test_shuffle (void)
{
  enum
  {
    N = 48000
  };
  static unsigned counts[4 * 4 * 4 * 4];
  FsRandom random = fs_random (6, FS_STREAM_ORDER, 0, 0);
  for (size_t i = 0; i < N; i++)
    {
      uint32_t items[4] = { 0, 1, 2, 3 };
      fs_random_shuffle (&random, items, 4);
      g_assert_cmpuint ((1u << items[0]) | (1u << items[1]) | (1u << items[2]) | (1u << items[3]),
                        ==, 15);
      counts[((items[0] * 4 + items[1]) * 4 + items[2]) * 4 + items[3]]++;
    }
  double chi2 = 0;
  unsigned n_orders = 0;
  for (size_t i = 0; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > 0)
      {
        n_orders++;
        chi2 += (counts[i] - 2000.0) * (counts[i] - 2000.0) / 2000.0;
      }
  g_assert_cmpuint (n_orders, ==, 24);
  g_assert_cmpfloat (chi2, <, 49.7); /* χ² with 23 degrees of freedom: 99.9 % */
  fs_random_shuffle (&random, NULL, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/known-answer", test_known_answer);
  g_test_add_func ("/random/seeding-is-fixed", test_seeding_is_fixed);
  g_test_add_func ("/random/every-part-of-the-name-counts", test_every_part_of_the_name_counts);
  g_test_add_func ("/random/neighbouring-streams", test_neighbouring_streams_are_unrelated);
  g_test_add_func ("/random/uniform", test_uniform);
  g_test_add_func ("/random/normal", test_normal);
  g_test_add_func ("/random/below-is-unbiased", test_below_is_unbiased);
  g_test_add_func ("/random/shuffle", test_shuffle);
  return g_test_run ();
}
