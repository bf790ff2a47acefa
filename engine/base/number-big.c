/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole numbers of a few thousand bits; see number-big.h. */

#include "engine/base/number-big.h"

#include <string.h>

void
fs_big_set (FsBig *big, uint64_t value)
{
  big->words[0] = (uint32_t) value;
  big->words[1] = (uint32_t) (value >> 32);
  big->n = big->words[1] ? 2 : big->words[0] ? 1 : 0;
}

void
fs_big_multiply_add (FsBig *big, uint32_t factor, uint32_t addend)
{
  uint64_t carry = addend;
  for (unsigned i = 0; i < big->n; i++)
    {
      carry += (uint64_t) big->words[i] * factor;
      big->words[i] = (uint32_t) carry;
      carry >>= 32;
    }
  if (carry)
    big->words[big->n++] = (uint32_t) carry;
}

void
fs_big_multiply_power_of_5 (FsBig *big, unsigned exponent)
{
  for (; exponent >= 13; exponent -= 13)
    fs_big_multiply_add (big, 1220703125u, 0); /* 5^13, the largest in 32 bits */
  uint32_t rest = 1;
  while (exponent-- > 0)
    rest *= 5;
  fs_big_multiply_add (big, rest, 0);
}

void
fs_big_shift_left (FsBig *big, unsigned n_bits)
{
  unsigned n_words = n_bits / 32;
  n_bits %= 32;
  if (big->n == 0)
    return;
  if (n_bits > 0)
    fs_big_multiply_add (big, UINT32_C (1) << n_bits, 0);
  if (n_words > 0)
    {
      memmove (big->words + n_words, big->words, big->n * sizeof big->words[0]);
      memset (big->words, 0, n_words * sizeof big->words[0]);
      big->n += n_words;
    }
}

int
fs_big_compare (const FsBig *left, const FsBig *right)
{
  if (left->n != right->n)
    return left->n < right->n ? -1 : 1;
  for (unsigned i = left->n; i-- > 0;)
    if (left->words[i] != right->words[i])
      return left->words[i] < right->words[i] ? -1 : 1;
  return 0;
}

void
fs_big_add (FsBig *sum, const FsBig *left, const FsBig *right)
{
  uint64_t carry = 0;
  unsigned n = left->n > right->n ? left->n : right->n;
  for (unsigned i = 0; i < n; i++)
    {
      carry += (i < left->n ? left->words[i] : 0);
      carry += (i < right->n ? right->words[i] : 0);
      sum->words[i] = (uint32_t) carry;
      carry >>= 32;
    }
  if (carry)
    sum->words[n++] = (uint32_t) carry;
  sum->n = n;
}

void
fs_big_subtract (FsBig *from, const FsBig *what)
{
  int64_t borrow = 0;
  for (unsigned i = 0; i < from->n; i++)
    {
      int64_t difference = (int64_t) from->words[i] - (i < what->n ? what->words[i] : 0) + borrow;
      from->words[i] = (uint32_t) difference;
      borrow = difference < 0 ? -1 : 0;
    }
  while (from->n > 0 && from->words[from->n - 1] == 0)
    from->n--;
}
