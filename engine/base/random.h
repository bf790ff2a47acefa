/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Random numbers that depend on nothing but their name: a generator is made from (seed, purpose,
 * index), so dropout of batch 17, row 3 is the same whichever thread draws it, whenever, and after
 * any restart. xoshiro256++ seeded through splitmix64 (Blackman & Vigna 2019). Not for cryptography.
 * A generator is a plain value owned by the caller; no function here touches shared state. */

#include <stddef.h>
#include <stdint.h>

typedef struct
{
  uint64_t state[4];
} FsRandom;

/* What a stream of random numbers is for. Appending keeps old runs reproducible; never renumber. */
typedef enum
{
  FS_STREAM_INITIALISER = 1, /* index = tensor number */
  FS_STREAM_ORDER = 2,       /* index = epoch */
  FS_STREAM_DROPOUT = 3,     /* index = batch step; sub = layer and row */
  FS_STREAM_PROBE = 4,
  FS_STREAM_AUGMENT = 5,
  FS_STREAM_GENERATOR = 6, /* synthetic data */
  FS_STREAM_SPLIT = 7,     /* index = class */
  FS_STREAM_SAMPLE = 8,    /* index = epoch */
  FS_STREAM_WORDS = 9,     /* index = epoch; sub = text */
} FsStream;

FsRandom fs_random (uint64_t seed, FsStream stream, uint64_t index, uint64_t sub);
uint64_t fs_random_next (FsRandom *random);
double fs_random_uniform (FsRandom *random); /* [0, 1) with 53 bits */
double fs_random_normal (FsRandom *random);  /* Box-Muller, one value a call, no hidden state */
uint64_t fs_random_below (FsRandom *random, uint64_t n);              /* unbiased; n > 0 */
void fs_random_shuffle (FsRandom *random, uint32_t *items, size_t n); /* Fisher-Yates */
