/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Sizes that users can make absurd: sums and products that stop at SIZE_MAX instead of wrapping, so
 * that one comparison with a limit at the end finds any overflow on the way. */

#include <stddef.h>
#include <stdint.h>

static inline size_t
fs_size_add (size_t a, size_t b)
{
  size_t sum;
  return __builtin_add_overflow (a, b, &sum) ? SIZE_MAX : sum;
}

static inline size_t
fs_size_multiply (size_t a, size_t b)
{
  size_t product;
  return __builtin_mul_overflow (a, b, &product) ? SIZE_MAX : product;
}

/* The next multiple of `step`, which is a power of two. */
static inline size_t
fs_size_round_up (size_t a, size_t step)
{
  size_t sum = fs_size_add (a, step - 1);
  return sum == SIZE_MAX ? SIZE_MAX : sum & ~(step - 1);
}
