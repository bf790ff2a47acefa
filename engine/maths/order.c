/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sorting and quantiles; see order.h. */

#include "engine/maths/order.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Below this comparing is as fast, and needs no memory. */
#define LEAST_FOR_BITS 4096

#define DIGIT_BITS 11
#define N_DIGITS 6 /* of 11 bits in 64 */
#define N_BUCKETS (1 << DIGIT_BITS)

static int
compare_doubles (const void *left, const void *right)
{
  double l = *(const double *) left, r = *(const double *) right;
  return l < r ? -1 : l > r;
}

/* Doubles in the order of unsigned integers: negative ones have all bits turned, the others the sign. */
static uint64_t
key_of (double value)
{
  uint64_t bits;
  memcpy (&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | UINT64_C (1) << 63;
}

static double
value_of (uint64_t key)
{
  double value;
  key = key >> 63 ? key & ~(UINT64_C (1) << 63) : ~key;
  memcpy (&value, &key, sizeof value);
  return value;
}

/* From the lowest digit up; an even number of passes ends where it began. A digit that all values
 * share still counts as a pass, so that this holds. */
static void
sort_keys (uint64_t *keys, uint64_t *other, size_t n)
{
  for (int digit = 0; digit < N_DIGITS; digit++)
    {
      size_t counts[N_BUCKETS] = { 0 }, sum = 0;
      const int shift = digit * DIGIT_BITS;
      for (size_t i = 0; i < n; i++)
        counts[keys[i] >> shift & (N_BUCKETS - 1)]++;
      for (int bucket = 0; bucket < N_BUCKETS; bucket++)
        {
          size_t count = counts[bucket];
          counts[bucket] = sum;
          sum += count;
        }
      for (size_t i = 0; i < n; i++)
        other[counts[keys[i] >> shift & (N_BUCKETS - 1)]++] = keys[i];
      uint64_t *swap = keys;
      keys = other;
      other = swap;
    }
}

void
fs_sort (double *values, size_t n)
{
  uint64_t *keys = n >= LEAST_FOR_BITS ? malloc (2 * n * sizeof *keys) : NULL;
  if (!keys)
    {
      qsort (values, n, sizeof *values, compare_doubles);
      return;
    }
  for (size_t i = 0; i < n; i++)
    keys[i] = key_of (values[i]);
  sort_keys (keys, keys + n, n);
  for (size_t i = 0; i < n; i++)
    values[i] = value_of (keys[i]);
  free (keys);
}

double
fs_quantile (const double *sorted, size_t n, double p)
{
  double at = p * (double) (n - 1);
  size_t below = (size_t) floor (at);
  if (below + 1 >= n)
    return sorted[n - 1];
  return sorted[below] + (at - (double) below) * (sorted[below + 1] - sorted[below]);
}
