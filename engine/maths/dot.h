/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Sums of products of doubles, eight partial sums at a time: faster than one by one, as exact or more
 * so, and in the same order on every machine. */

#include <stddef.h>

double fs_dot (const double *a, const double *b, size_t n);
double fs_dot_difference (const double *a, const double *b, size_t n); /* Σ (a − b)² */

/* Many sums, bit by bit those of the functions above. The k-th is of `n + k step_n` values from
 * `a + k step_a` and `b + k step_b` on. */
typedef struct
{
  const double *a, *b;
  size_t n;
  ptrdiff_t step_a, step_b, step_n;
} FsDots;
void fs_dots (double *results, const FsDots *dots, size_t n_results);
void fs_dots_difference (double *results, const FsDots *dots, size_t n_results);

/* products[k] = Σ over t in [from, n) of x[t] y[t − k], for k = 0 … max_lag ≤ from; in pieces that stay
 * in the cache. */
void fs_dot_lags (double *products,
                  const double *x,
                  const double *y,
                  size_t from,
                  size_t n,
                  size_t max_lag);
