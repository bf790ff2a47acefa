/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bucketing by length; see buckets.h. */

#include "engine/train/buckets.h"

#include <string.h>

#define BATCHES_A_CHUNK 50

typedef struct
{
  const uint32_t *lengths;
  uint64_t lot;
} Rule;

/* Equally long ones are in an order drawn by lot: numbers scattered by Steele's and Lea's mixer. */
static uint64_t
scatter (uint64_t x)
{
  x = (x ^ (x >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static int
is_before (const Rule *rule, uint32_t a, uint32_t b)
{
  if (rule->lengths[a] != rule->lengths[b])
    return rule->lengths[a] < rule->lengths[b];
  return scatter (rule->lot + a) < scatter (rule->lot + b);
}

/* Heap sort, in place. */

static void
sift (uint32_t *items, size_t root, size_t n, const Rule *rule)
{
  const uint32_t item = items[root];
  for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1)
    {
      if (child + 1 < n && is_before (rule, items[child], items[child + 1]))
        child++;
      if (!is_before (rule, item, items[child]))
        break;
      items[root] = items[child];
      root = child;
    }
  items[root] = item;
}

static void
sort_by_length (uint32_t *items, size_t n, const Rule *rule)
{
  for (size_t root = n / 2; root-- > 0;)
    sift (items, root, n, rule);
  for (size_t end = n; end-- > 1;)
    {
      const uint32_t longest = items[0];
      items[0] = items[end];
      items[end] = longest;
      sift (items, 0, end, rule);
    }
}

void
fs_buckets_order (uint32_t *order, size_t n, const uint32_t *lengths, size_t batch, FsRandom random)
{
  if (!lengths || batch == 0 || n == 0)
    return;
  const Rule rule = { lengths, fs_random_next (&random) };
  const size_t chunk = batch < n / BATCHES_A_CHUNK ? BATCHES_A_CHUNK * batch : n;
  for (size_t first = 0; first < n; first += chunk)
    sort_by_length (order + first, n - first < chunk ? n - first : chunk, &rule);
  /* Fisher and Yates, whole batches at a time. */
  for (size_t left = n / batch; left > 1; left--)
    {
      uint32_t *a = order + (left - 1) * batch,
               *b = order + fs_random_below (&random, left) * batch;
      for (size_t i = 0; i < batch; i++)
        {
          const uint32_t kept = a[i];
          a[i] = b[i];
          b[i] = kept;
        }
    }
}
