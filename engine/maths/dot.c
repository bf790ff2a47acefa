/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vectors by GCC's extension, which clang has too; two doubles are a register on every
 * machine. See dot.h. */

#include "engine/maths/dot.h"

#include <string.h>

#define LANES 2
#define PIECE 2048 /* doubles: two pieces are 32 KiB */

typedef double Lanes __attribute__ ((vector_size (LANES * sizeof (double))));

static inline Lanes
load (const double *x)
{
  Lanes lanes;
  memcpy (&lanes, x, sizeof lanes);
  return lanes;
}

static inline double
add_up (Lanes a, Lanes b, Lanes c, Lanes d)
{
  Lanes sum = (a + b) + (c + d);
  return sum[0] + sum[1];
}

double
fs_dot (const double *a, const double *b, size_t n)
{
  Lanes s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 };
  size_t i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES)
    {
      s0 += load (a + i) * load (b + i);
      s1 += load (a + i + LANES) * load (b + i + LANES);
      s2 += load (a + i + 2 * LANES) * load (b + i + 2 * LANES);
      s3 += load (a + i + 3 * LANES) * load (b + i + 3 * LANES);
    }
  double sum = add_up (s0, s1, s2, s3);
  for (; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

double
fs_dot_difference (const double *a, const double *b, size_t n)
{
  Lanes s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 };
  size_t i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES)
    {
      Lanes d0 = load (a + i) - load (b + i);
      Lanes d1 = load (a + i + LANES) - load (b + i + LANES);
      Lanes d2 = load (a + i + 2 * LANES) - load (b + i + 2 * LANES);
      Lanes d3 = load (a + i + 3 * LANES) - load (b + i + 3 * LANES);
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
  double sum = add_up (s0, s1, s2, s3);
  for (; i < n; i++)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

void
fs_dot_lags (double *products,
             const double *x,
             const double *y,
             size_t from,
             size_t n,
             size_t max_lag)
{
  for (size_t k = 0; k <= max_lag; k++)
    products[k] = 0;
  for (size_t begin = from; begin < n; begin += PIECE)
    {
      const size_t length = n - begin < PIECE ? n - begin : PIECE;
      for (size_t k = 0; k <= max_lag; k++)
        products[k] += fs_dot (x + begin, y + begin - k, length);
    }
}
