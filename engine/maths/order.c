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

/* From the lowest digit up; all digits are counted in one pass, and one that all values share is left
 * out. Returns which of the two arrays has the result. */
static uint64_t *
sort_keys (uint64_t *keys, uint64_t *other, size_t n, size_t (*counts)[N_BUCKETS])
{
  for (size_t i = 0; i < n; i++)
    for (int digit = 0; digit < N_DIGITS; digit++)
      counts[digit][keys[i] >> digit * DIGIT_BITS & (N_BUCKETS - 1)]++;
  for (int digit = 0; digit < N_DIGITS; digit++)
    {
      const int shift = digit * DIGIT_BITS;
      size_t *places = counts[digit], sum = 0;
      if (places[keys[0] >> shift & (N_BUCKETS - 1)] == n)
        continue;
      for (int bucket = 0; bucket < N_BUCKETS; bucket++)
        {
          size_t count = places[bucket];
          places[bucket] = sum;
          sum += count;
        }
      for (size_t i = 0; i < n; i++)
        other[places[keys[i] >> shift & (N_BUCKETS - 1)]++] = keys[i];
      uint64_t *swap = keys;
      keys = other;
      other = swap;
    }
  return keys;
}

void
fs_sort (double *values, size_t n)
{
  uint64_t *keys = n >= LEAST_FOR_BITS ? malloc (2 * n * sizeof *keys) : NULL;
  size_t (*counts)[N_BUCKETS] = keys ? calloc (N_DIGITS, sizeof *counts) : NULL;
  if (!counts)
    {
      free (keys);
      qsort (values, n, sizeof *values, compare_doubles);
      return;
    }
  for (size_t i = 0; i < n; i++)
    keys[i] = key_of (values[i]);
  const uint64_t *sorted = sort_keys (keys, keys + n, n, counts);
  for (size_t i = 0; i < n; i++)
    values[i] = value_of (sorted[i]);
  free (counts);
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

/* ---- selection ---- */

/* A digit of 16 bits leaves few candidates of most arrays; four of them are all there is. */
#define SELECT_BITS 16
#define SELECT_BUCKETS (1u << SELECT_BITS)
#define SELECT_DIGITS 4

/* The keys of `from` whose top digit (at `shift`) is `digit`, into `to`; returns how many. */
static size_t
gather (uint64_t *to, const uint64_t *from, size_t n, int shift, uint64_t digit)
{
  size_t n_taken = 0;
  for (size_t i = 0; i < n; i++)
    {
      to[n_taken] = from[i];
      n_taken += (from[i] >> shift & (SELECT_BUCKETS - 1)) == digit;
    }
  return n_taken;
}

/* The k-th least of `keys`, k from 0. `counts` holds those of the first digit of all keys; `room` has
 * n + 1 places and `own_counts` one for each bucket. */
static uint64_t
select_key (const uint64_t *keys,
            size_t n,
            size_t k,
            const uint32_t *counts,
            uint64_t *room,
            uint32_t *own_counts)
{
  for (int digit = 0; digit < SELECT_DIGITS; digit++)
    {
      const int shift = 64 - SELECT_BITS * (digit + 1);
      uint64_t bucket = 0;
      if (digit > 0)
        {
          memset (own_counts, 0, SELECT_BUCKETS * sizeof *own_counts);
          for (size_t i = 0; i < n; i++)
            own_counts[keys[i] >> shift & (SELECT_BUCKETS - 1)]++;
          counts = own_counts;
        }
      while (k >= counts[bucket])
        k -= counts[bucket++];
      /* In place from the second digit on: what is written lies behind what is read. */
      n = gather (room, keys, n, shift, bucket);
      keys = room;
      if (n == 1)
        break;
    }
  return keys[0];
}

static bool
quantiles_by_sorting (const double *values,
                      size_t n,
                      const double *probabilities,
                      double *results,
                      size_t n_results)
{
  double *copy = malloc (n * sizeof *copy);
  if (!copy)
    return false;
  memcpy (copy, values, n * sizeof *copy);
  fs_sort (copy, n);
  for (size_t i = 0; i < n_results; i++)
    results[i] = fs_quantile (copy, n, probabilities[i]);
  free (copy);
  return true;
}

bool
fs_select_quantiles (const double *values,
                     size_t n,
                     const double *probabilities,
                     double *results,
                     size_t n_results)
{
  if (n < LEAST_FOR_BITS || n > UINT32_MAX)
    return quantiles_by_sorting (values, n, probabilities, results, n_results);
  uint64_t *keys = malloc ((2 * n + 1) * sizeof *keys);
  uint32_t *counts = calloc (2 * (size_t) SELECT_BUCKETS, sizeof *counts);
  const bool has_memory = keys && counts;
  for (size_t i = 0; has_memory && i < n; i++)
    {
      keys[i] = key_of (values[i]);
      counts[keys[i] >> (64 - SELECT_BITS)]++;
    }
  for (size_t i = 0; has_memory && i < n_results; i++)
    {
      const double at = probabilities[i] * (double) (n - 1);
      size_t below = (size_t) floor (at);
      if (below >= n - 1)
        below = n - 1;
      const double share = at - (double) below;
      double low =
          value_of (select_key (keys, n, below, counts, keys + n, counts + SELECT_BUCKETS));
      double high = low;
      if (below + 1 < n && share > 0)
        high =
            value_of (select_key (keys, n, below + 1, counts, keys + n, counts + SELECT_BUCKETS));
      results[i] = below + 1 >= n ? low : low + share * (high - low);
    }
  free (keys);
  free (counts);
  return has_memory;
}

/* ---- many questions of the same values ---- */

struct FsOrder
{
  size_t n;
  double *values;                    /* [n], bucket after bucket, ascending */
  size_t begins[SELECT_BUCKETS + 1]; /* of each bucket: values that share their top digit */
  bool is_sorted[SELECT_BUCKETS];    /* inside */
};

static uint64_t
top_digit (double value)
{
  return key_of (value) >> (64 - SELECT_BITS);
}

FsOrder *
fs_order_new (const double *values, size_t n)
{
  FsOrder *order = n > 0 ? calloc (1, sizeof *order) : NULL;
  if (!order)
    return NULL;
  order->n = n;
  order->values = malloc (n * sizeof *order->values);
  if (!order->values)
    {
      fs_order_free (order);
      return NULL;
    }
  /* begins[b + 1] counts bucket b, then is where the next of its values goes, and at last its end. */
  for (size_t i = 0; i < n; i++)
    order->begins[top_digit (values[i]) + 1]++;
  size_t sum = 0;
  for (size_t b = 1; b <= SELECT_BUCKETS; b++)
    {
      size_t count = order->begins[b];
      order->begins[b] = sum;
      sum += count;
    }
  for (size_t i = 0; i < n; i++)
    order->values[order->begins[top_digit (values[i]) + 1]++] = values[i];
  return order;
}

void
fs_order_free (FsOrder *order)
{
  if (order)
    free (order->values);
  free (order);
}

/* The k-th least. */
static double
value_at (FsOrder *order, size_t k)
{
  size_t low = 0, high = SELECT_BUCKETS; /* begins[low] <= k < begins[high] */
  while (high - low > 1)
    {
      size_t middle = (low + high) / 2;
      if (order->begins[middle] <= k)
        low = middle;
      else
        high = middle;
    }
  if (!order->is_sorted[low])
    fs_sort (order->values + order->begins[low], order->begins[low + 1] - order->begins[low]);
  order->is_sorted[low] = true;
  return order->values[k];
}

double
fs_order_quantile (FsOrder *order, double p)
{
  double at = p * (double) (order->n - 1);
  size_t below = (size_t) floor (at);
  if (below + 1 >= order->n)
    return value_at (order, order->n - 1);
  double low = value_at (order, below);
  return low + (at - (double) below) * (value_at (order, below + 1) - low);
}
