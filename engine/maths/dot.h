/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Sums of products of doubles, eight partial sums at a time: faster than one by one, as exact or more
 * so, and in the same order on every machine. */

#include <stddef.h>

double fs_dot (const double *a, const double *b, size_t n);
double fs_dot_difference (const double *a, const double *b, size_t n); /* Σ (a − b)² */

/* products[k] = Σ over t in [from, n) of x[t] y[t − k], for k = 0 … max_lag ≤ from; in pieces that stay
 * in the cache. */
void fs_dot_lags (double *products,
                  const double *x,
                  const double *y,
                  size_t from,
                  size_t n,
                  size_t max_lag);
