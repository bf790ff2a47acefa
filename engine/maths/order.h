/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What order tells: sorting and quantiles of doubles without NaN. */

#include <stdbool.h>
#include <stddef.h>

/* Ascending. Long arrays are sorted by their bits in a copy, four times as fast as by comparing; where
 * there is no memory for it, by comparing. −0 and 0 are equal, their order is not promised. */
void fs_sort (double *values, size_t n);

/* The p-quantile of n ≥ 1 sorted values, linear between neighbours (type 7, the default of NumPy and
 * of R). */
double fs_quantile (const double *sorted, size_t n, double p);

/* The same quantiles of values in any order, which stay as they are: results[i] is the probabilities[i]
 * quantile. Of a long array a sorted sample tells between which values each lies, and only those are looked
 * at; few values are sorted in a copy. False where there is no memory. */
bool fs_select_quantiles (const double *values,
                          size_t n,
                          const double *probabilities,
                          double *results,
                          size_t n_results);

/* The median of |value − centre| in the same way. */
bool fs_select_median_distance (const double *values, size_t n, double centre, double *result);

/* Values of which quantiles are asked again and again. Making one costs two passes; a question sorts no
 * more than the values around the answer, once. NULL where there is no memory, or no value. */
typedef struct FsOrder FsOrder;
FsOrder *fs_order_new (const double *values, size_t n);
void fs_order_free (FsOrder *order);

/* The p-quantile, the same as of sorted values. */
double fs_order_quantile (FsOrder *order, double p);
