/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vectors by GCC's extension, which clang has too; two doubles are a register on every
 * machine. See dot.h. */

#include "engine/maths/dot.h"

#include <stdbool.h>
#include <stdint.h>
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

/* Four sums at once, each in the order of fs_dot(), so with its bits: eight partial sums that are added up
 * as its four pairs. One sum waits for its own last addition most of the time; four do not, and a machine
 * with wider registers holds all partial sums of one in one or two of them. */
#define WIDE (4 * LANES)
#define AT_ONCE 4

typedef double Wide __attribute__ ((vector_size (WIDE * sizeof (double))));

/* The loader chooses; sanitizers cannot bear that it does so before they are ready. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) \
    && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_EACH_MACHINE __attribute__ ((target_clones ("avx512f", "avx2", "default")))
#else
#define FOR_EACH_MACHINE
#endif

/* `n` products of each pair, a multiple of WIDE. */
FOR_EACH_MACHINE static void
add_products (Wide sums[AT_ONCE],
              const double *const a[AT_ONCE],
              const double *const b[AT_ONCE],
              size_t n)
{
  Wide s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 }, x, y;
  const double *a0 = a[0], *a1 = a[1], *a2 = a[2], *a3 = a[3];
  const double *b0 = b[0], *b1 = b[1], *b2 = b[2], *b3 = b[3];
  for (size_t i = 0; i < n; i += WIDE)
    {
      memcpy (&x, a0 + i, sizeof x);
      memcpy (&y, b0 + i, sizeof y);
      s0 += x * y;
      memcpy (&x, a1 + i, sizeof x);
      memcpy (&y, b1 + i, sizeof y);
      s1 += x * y;
      memcpy (&x, a2 + i, sizeof x);
      memcpy (&y, b2 + i, sizeof y);
      s2 += x * y;
      memcpy (&x, a3 + i, sizeof x);
      memcpy (&y, b3 + i, sizeof y);
      s3 += x * y;
    }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

FOR_EACH_MACHINE static void
add_squares (Wide sums[AT_ONCE],
             const double *const a[AT_ONCE],
             const double *const b[AT_ONCE],
             size_t n)
{
  Wide s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 }, x, y;
  const double *a0 = a[0], *a1 = a[1], *a2 = a[2], *a3 = a[3];
  const double *b0 = b[0], *b1 = b[1], *b2 = b[2], *b3 = b[3];
  for (size_t i = 0; i < n; i += WIDE)
    {
      memcpy (&x, a0 + i, sizeof x);
      memcpy (&y, b0 + i, sizeof y);
      s0 += (x - y) * (x - y);
      memcpy (&x, a1 + i, sizeof x);
      memcpy (&y, b1 + i, sizeof y);
      s1 += (x - y) * (x - y);
      memcpy (&x, a2 + i, sizeof x);
      memcpy (&y, b2 + i, sizeof y);
      s2 += (x - y) * (x - y);
      memcpy (&x, a3 + i, sizeof x);
      memcpy (&y, b3 + i, sizeof y);
      s3 += (x - y) * (x - y);
    }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

/* As add_up() of the pairs. */
static double
add_up_wide (const double s[WIDE])
{
  return ((s[0] + s[2]) + (s[4] + s[6])) + ((s[1] + s[3]) + (s[5] + s[7]));
}

/* The k-th of the pairs. */
static size_t
pair_at (const FsDots *dots, size_t k, const double **a, const double **b)
{
  const ptrdiff_t at = (ptrdiff_t) k;
  *a = dots->a + at * dots->step_a;
  *b = dots->b + at * dots->step_b;
  return (size_t) ((ptrdiff_t) dots->n + at * dots->step_n);
}

static inline double
term (double x, double y, bool is_difference)
{
  return is_difference ? (x - y) * (x - y) : x * y;
}

static void
take_all (double *results, const FsDots *dots, size_t n_results, bool is_difference)
{
  size_t k = 0;
  for (; k + AT_ONCE <= n_results; k += AT_ONCE)
    {
      const double *a[AT_ONCE], *b[AT_ONCE];
      size_t n[AT_ONCE], shared = SIZE_MAX;
      Wide sums[AT_ONCE];
      for (size_t j = 0; j < AT_ONCE; j++)
        {
          n[j] = pair_at (dots, k + j, &a[j], &b[j]);
          shared = n[j] < shared ? n[j] : shared;
        }
      shared -= shared % WIDE;
      if (is_difference)
        add_squares (sums, a, b, shared);
      else
        add_products (sums, a, b, shared);
      for (size_t j = 0; j < AT_ONCE; j++)
        {
          double *lanes = (double *) &sums[j];
          size_t i = shared;
          for (; i + WIDE <= n[j]; i += WIDE)
            for (size_t lane = 0; lane < WIDE; lane++)
              lanes[lane] += term (a[j][i + lane], b[j][i + lane], is_difference);
          results[k + j] = add_up_wide (lanes);
          for (; i < n[j]; i++)
            results[k + j] += term (a[j][i], b[j][i], is_difference);
        }
    }
  for (; k < n_results; k++)
    {
      const double *a, *b;
      const size_t n = pair_at (dots, k, &a, &b);
      results[k] = is_difference ? fs_dot_difference (a, b, n) : fs_dot (a, b, n);
    }
}

void
fs_dots (double *results, const FsDots *dots, size_t n_results)
{
  take_all (results, dots, n_results, false);
}

void
fs_dots_difference (double *results, const FsDots *dots, size_t n_results)
{
  take_all (results, dots, n_results, true);
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
      for (size_t k = 0; k <= max_lag; k += AT_ONCE)
        {
          const FsDots dots = { .a = x + begin, .b = y + begin - k, .n = length, .step_b = -1 };
          const size_t n_now = max_lag + 1 - k < AT_ONCE ? max_lag + 1 - k : AT_ONCE;
          double some[AT_ONCE];
          fs_dots (some, &dots, n_now);
          for (size_t j = 0; j < n_now; j++)
            products[k + j] += some[j];
        }
    }
}
