/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Whole numbers of up to 5,000 bits on the stack, with just the verbs that exact reading and
 * shortest writing of doubles need. Private to number.c and number-write.c; no checks for overflow,
 * because the callers' numbers are bounded: 770 decimal digits (2,558 bits) times 5^310 (720 bits),
 * or 54 bits times 5^1,115 (2,589 bits), shifted by at most 1,200 bits. */

#include <stdint.h>

#define FS_BIG_WORDS 160

typedef struct
{
  uint32_t words[FS_BIG_WORDS]; /* least significant first */
  unsigned n;                   /* used words; the last one is not zero */
} FsBig;

void fs_big_set (FsBig *big, uint64_t value);
void fs_big_multiply_add (FsBig *big, uint32_t factor, uint32_t addend);
void fs_big_multiply_power_of_5 (FsBig *big, unsigned exponent);
void fs_big_shift_left (FsBig *big, unsigned n_bits);
int fs_big_compare (const FsBig *left, const FsBig *right); /* -1, 0, 1 */
void fs_big_add (FsBig *sum, const FsBig *left, const FsBig *right);
void fs_big_subtract (FsBig *from, const FsBig *what); /* from ≥ what */
