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

/* The k-th least of `keys`, k from 0, which stay as they are; `room` has n + 1 places and `counts` one
 * for each bucket. */
static uint64_t
select_key (const uint64_t *keys, size_t n, size_t k, uint64_t *room, uint32_t *counts)
{
  for (int digit = 0; digit < SELECT_DIGITS && n > 1; digit++)
    {
      const int shift = 64 - SELECT_BITS * (digit + 1);
      uint64_t bucket = 0;
      memset (counts, 0, SELECT_BUCKETS * sizeof *counts);
      for (size_t i = 0; i < n; i++)
        counts[keys[i] >> shift & (SELECT_BUCKETS - 1)]++;
      while (k >= counts[bucket])
        k -= counts[bucket++];
      /* In place from the second digit on: what is written lies behind what is read. */
      n = gather (room, keys, n, shift, bucket);
      keys = room;
    }
  return keys[0];
}

/* Values, or how far they are from `centre`. */
typedef struct
{
  const double *values;
  size_t n;
  bool is_distance;
  double centre;
} Asked;

static double
asked_value (const Asked *asked, size_t i)
{
  return asked->is_distance ? fabs (asked->values[i] - asked->centre) : asked->values[i];
}

/* A sorted sample tells between which values an answer lies, nearly always. */
#define N_SAMPLE 8192
#define SAMPLE_REACH 180 /* four standard deviations of a rank in the sample */

/* One value of each of N_SAMPLE stretches, at changing places, so that no period agrees with them. */
static void
take_sample (double *sample, const Asked *asked)
{
  uint64_t state = 1;
  for (size_t i = 0; i < N_SAMPLE; i++)
    {
      const size_t begin = asked->n / N_SAMPLE * i;
      state = state * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
      sample[i] = asked_value (asked, begin + (size_t) (state >> 33) % (asked->n / N_SAMPLE));
    }
  fs_sort (sample, N_SAMPLE);
}

/* So many values at a time are held against all the places that are asked for. */
#define BLOCK_VALUES 1024
#define MOST_PLACES 4

/* One that is asked for, and what may be it. */
typedef struct
{
  size_t k; /* from 0 */
  double low, high;
  size_t n_below; /* low */
  uint64_t *keys; /* [n + 1], of what lies in [low, high]; hardly any are touched */
  size_t n_keys;
} Place;

static void
gather_block (Place *place, const double *values, size_t n)
{
  const double low = place->low, high = place->high;
  uint64_t *keys = place->keys + place->n_keys;
  size_t n_taken = 0, n_below = 0;
  for (size_t i = 0; i < n; i++)
    {
      const bool is_below = values[i] < low;
      keys[n_taken] = key_of (values[i]);
      n_below += is_below;
      n_taken += (values[i] <= high) & !is_below;
    }
  place->n_below += n_below;
  place->n_keys += n_taken;
}

static void
gather_places (Place *places, size_t n_places, const Asked *asked)
{
  double distances[BLOCK_VALUES];
  for (size_t p = 0; p < n_places; p++)
    places[p].n_below = places[p].n_keys = 0;
  for (size_t begin = 0; begin < asked->n; begin += BLOCK_VALUES)
    {
      const size_t n = asked->n - begin < BLOCK_VALUES ? asked->n - begin : BLOCK_VALUES;
      const double *values = asked->values + begin;
      for (size_t i = 0; asked->is_distance && i < n; i++)
        distances[i] = fabs (values[i] - asked->centre);
      for (size_t p = 0; p < n_places; p++)
        gather_block (&places[p], asked->is_distance ? distances : values, n);
    }
}

/* What is asked for, and the value after it. */
static void
settle_place (Place *place,
              const Asked *asked,
              uint64_t *room,
              uint32_t *counts,
              double *value,
              double *next)
{
  if (place->k < place->n_below
      || (place->k + 1 >= place->n_below + place->n_keys && place->n_keys < asked->n))
    { /* The sample misled. */
      place->low = -INFINITY;
      place->high = INFINITY;
      gather_places (place, 1, asked);
    }
  const size_t k = place->k - place->n_below;
  const uint64_t *keys = place->keys;
  const uint64_t key = select_key (keys, place->n_keys, k, room, counts);
  uint64_t least_above = UINT64_MAX;
  size_t n_up_to = 0;
  for (size_t i = 0; i < place->n_keys; i++)
    {
      n_up_to += keys[i] <= key;
      least_above = keys[i] > key && keys[i] < least_above ? keys[i] : least_above;
    }
  *value = value_of (key);
  *next = value_of (n_up_to > k + 1 || n_up_to == place->n_keys ? key : least_above);
}

/* Between which values of the sample the k-th lies in all likelihood. */
static void
bound_place (Place *place, const double *sample, size_t n)
{
  const size_t at = (size_t) ((double) place->k / (double) n * N_SAMPLE);
  place->low = sample && at >= SAMPLE_REACH ? sample[at - SAMPLE_REACH] : -INFINITY;
  place->high = sample && at + SAMPLE_REACH < N_SAMPLE ? sample[at + SAMPLE_REACH] : INFINITY;
}

static bool
quantiles_by_sorting (const Asked *asked,
                      const double *probabilities,
                      double *results,
                      size_t n_results)
{
  double *copy = malloc (asked->n * sizeof *copy);
  if (!copy)
    return false;
  for (size_t i = 0; i < asked->n; i++)
    copy[i] = asked_value (asked, i);
  fs_sort (copy, asked->n);
  for (size_t i = 0; i < n_results; i++)
    results[i] = fs_quantile (copy, asked->n, probabilities[i]);
  free (copy);
  return true;
}

static bool
select_quantiles (const Asked *asked,
                  const double *probabilities,
                  double *results,
                  size_t n_results)
{
  const size_t n = asked->n, n_places = n_results < MOST_PLACES ? n_results : MOST_PLACES;
  if (n < LEAST_FOR_BITS || n > UINT32_MAX)
    return quantiles_by_sorting (asked, probabilities, results, n_results);
  double *sample = n >= 2 * N_SAMPLE ? malloc (N_SAMPLE * sizeof *sample) : NULL;
  uint64_t *keys = malloc ((n_places + 1) * (n + 1) * sizeof *keys);
  uint32_t *counts = malloc (SELECT_BUCKETS * sizeof *counts);
  const bool has_memory = keys && counts;
  if (sample && has_memory)
    take_sample (sample, asked);
  for (size_t done = 0; has_memory && done < n_results; done += n_places)
    {
      Place places[MOST_PLACES];
      const size_t n_now = n_results - done < n_places ? n_results - done : n_places;
      for (size_t p = 0; p < n_now; p++)
        {
          const size_t below = (size_t) floor (probabilities[done + p] * (double) (n - 1));
          places[p].k = below < n - 1 ? below : n - 1;
          places[p].keys = keys + p * (n + 1);
          bound_place (&places[p], sample, n);
        }
      gather_places (places, n_now, asked);
      for (size_t p = 0; p < n_now; p++)
        {
          const double share = probabilities[done + p] * (double) (n - 1) - (double) places[p].k;
          double low, high;
          settle_place (&places[p], asked, keys + n_places * (n + 1), counts, &low, &high);
          results[done + p] = share > 0 ? low + share * (high - low) : low + 0;
        }
    }
  free (sample);
  free (keys);
  free (counts);
  return has_memory;
}

bool
fs_select_quantiles (const double *values,
                     size_t n,
                     const double *probabilities,
                     double *results,
                     size_t n_results)
{
  return select_quantiles (&(Asked){ .values = values, .n = n }, probabilities, results, n_results);
}

bool
fs_select_median_distance (const double *values, size_t n, double centre, double *result)
{
  const double half = 0.5;
  return select_quantiles (
      &(Asked){ .values = values, .n = n, .is_distance = true, .centre = centre }, &half, result,
      1);
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
