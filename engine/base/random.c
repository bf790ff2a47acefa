/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Named random numbers; see random.h. Seeding hashes the four numbers of the name twice, with two
 * different constants, through splitmix64's finaliser: one 64-bit hash would let two of 10^9 streams
 * meet with a chance of some percent, two make it negligible. The finaliser is a bijection, so words 0
 * and 2 of a state (successive values of one sequence) are never both 0, which xoshiro could not leave. */

#include "engine/base/random.h"

#include <math.h>

/* Steps of the two splitmix64 sequences: the usual golden ratio, and an odd constant of its own. */
#define GOLDEN 0x9E3779B97F4A7C15u
#define SILVER 0xD1342543DE82EF95u
#define TWO_PI 6.283185307179586476925

/* Steele, Lea & Flood 2014, variant 13 of Stafford's mixers. */
static uint64_t
mix (uint64_t z)
{
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static uint64_t
rotate_left (uint64_t x, int k)
{
  return (x << k) | (x >> (64 - k));
}

static uint64_t
hash_name (uint64_t step, uint64_t seed, uint64_t stream, uint64_t index, uint64_t sub)
{
  uint64_t h = mix (seed + step);
  h = mix ((h ^ stream) + step);
  h = mix ((h ^ index) + step);
  return mix ((h ^ sub) + step);
}

FsRandom
fs_random (uint64_t seed, FsStream stream, uint64_t index, uint64_t sub)
{
  uint64_t a = hash_name (GOLDEN, seed, (uint64_t) stream, index, sub);
  uint64_t b = hash_name (SILVER, seed, (uint64_t) stream, index, sub);
  return (FsRandom){ .state = { mix (a + GOLDEN), mix (b + GOLDEN), mix (a + 2 * GOLDEN),
                                mix (b + 2 * GOLDEN) } };
}

uint64_t
fs_random_next (FsRandom *random)
{
  uint64_t *s = random->state;
  const uint64_t result = rotate_left (s[0] + s[3], 23) + s[0];
  const uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left (s[3], 45);
  return result;
}

double
fs_random_uniform (FsRandom *random)
{
  return (double) (fs_random_next (random) >> 11) * 0x1p-53;
}

double
fs_random_normal (FsRandom *random)
{
  /* 1 − u lies in (0, 1], so that the logarithm is finite. */
  double radius = sqrt (-2.0 * log (1.0 - fs_random_uniform (random)));
  return radius * cos (TWO_PI * fs_random_uniform (random));
}

uint64_t
fs_random_below (FsRandom *random, uint64_t n)
{
  /* The lowest 2^64 mod n values are rejected: what is left is a whole number of rounds of n. */
  const uint64_t n_rejected = (0 - n) % n;
  uint64_t x;
  do
    x = fs_random_next (random);
  while (x < n_rejected);
  return x % n;
}

void
fs_random_shuffle (FsRandom *random, uint32_t *items, size_t n)
{
  for (size_t i = n; i > 1; i--)
    {
      size_t j = (size_t) fs_random_below (random, i);
      uint32_t kept = items[i - 1];
      items[i - 1] = items[j];
      items[j] = kept;
    }
}
