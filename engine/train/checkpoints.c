/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The weights of past epochs, thinned as the run grows; see checkpoints.h. */

#include "engine/train/checkpoints.h"

#include <stdlib.h>
#include <string.h>

/* However small the network: 10^5 epochs are more than anyone can tell apart on a scrubber. */
#define MAX_ENTRIES 16384

typedef struct
{
  uint32_t epoch;
  FsReal *weights; /* [size] */
} Entry;

/* Entries ascend by epoch; all but the last are multiples of the stride. */
struct FsCheckpoints
{
  size_t size;
  size_t max_entries;
  uint32_t stride;
  Entry *entries; /* [max_entries] */
  size_t n_entries;
};

FsStatus
fs_checkpoints_new (FsCheckpoints **checkpoints,
                    size_t size,
                    size_t min_entries,
                    size_t max_bytes,
                    FsProblem *problem)
{
  size_t n = size > 0 ? max_bytes / sizeof (FsReal) / size : MAX_ENTRIES;
  n = n < min_entries ? min_entries : n > MAX_ENTRIES ? MAX_ENTRIES : n;
  FsCheckpoints *made = calloc (1, sizeof *made);
  Entry *entries = calloc (n, sizeof *entries);
  if (!made || !entries)
    {
      free (made);
      free (entries);
      *checkpoints = NULL;
      return fs_problem (problem, FS_OUT_OF_MEMORY, "checkpoints", NULL, NULL);
    }
  *made = (FsCheckpoints){ .size = size, .max_entries = n, .stride = 1, .entries = entries };
  *checkpoints = made;
  return FS_OK;
}

void
fs_checkpoints_clear (FsCheckpoints *checkpoints)
{
  for (size_t i = 0; i < checkpoints->n_entries; i++)
    free (checkpoints->entries[i].weights);
  checkpoints->n_entries = 0;
  checkpoints->stride = 1;
}

void
fs_checkpoints_free (FsCheckpoints *checkpoints)
{
  if (!checkpoints)
    return;
  fs_checkpoints_clear (checkpoints);
  free (checkpoints->entries);
  free (checkpoints);
}

/* Drops what is not a multiple of the stride; returns one of the dropped blocks for use again, or
 * NULL if nothing went. */
static FsReal *
drop_off_stride (FsCheckpoints *checkpoints)
{
  FsReal *spare = NULL;
  size_t n_kept = 0;
  for (size_t i = 0; i < checkpoints->n_entries; i++)
    {
      Entry entry = checkpoints->entries[i];
      if (entry.epoch % checkpoints->stride == 0)
        checkpoints->entries[n_kept++] = entry;
      else
        {
          free (spare);
          spare = entry.weights;
        }
    }
  checkpoints->n_entries = n_kept;
  return spare;
}

FsReal *
fs_checkpoints_reserve (FsCheckpoints *checkpoints, uint32_t epoch)
{
  /* The newest of before stays only if it is a multiple of the stride. */
  FsReal *block = drop_off_stride (checkpoints);
  /* With room for one, the newest is worth more than the beginning. */
  if (!block && checkpoints->max_entries == 1 && checkpoints->n_entries == 1)
    block = checkpoints->entries[--checkpoints->n_entries].weights;
  while (!block)
    {
      if (checkpoints->n_entries < checkpoints->max_entries)
        block = malloc (checkpoints->size * sizeof *block + 1);
      if (block)
        break;
      if (checkpoints->n_entries == 0 || checkpoints->stride > UINT32_MAX / 2)
        return NULL;
      checkpoints->stride *= 2;
      block = drop_off_stride (checkpoints);
    }
  checkpoints->entries[checkpoints->n_entries++] = (Entry){ epoch, block };
  return block;
}

void
fs_checkpoints_add (FsCheckpoints *checkpoints, uint32_t epoch, const FsReal *weights)
{
  FsReal *block = fs_checkpoints_reserve (checkpoints, epoch);
  if (block)
    memcpy (block, weights, checkpoints->size * sizeof *block);
}

size_t
fs_checkpoints_n (const FsCheckpoints *checkpoints)
{
  return checkpoints->n_entries;
}

uint32_t
fs_checkpoints_epoch (const FsCheckpoints *checkpoints, size_t i)
{
  return checkpoints->entries[i].epoch;
}

const FsReal *
fs_checkpoints_nearest (const FsCheckpoints *checkpoints, uint32_t epoch, uint32_t *found_epoch)
{
  const Entry *nearest = NULL;
  uint32_t smallest = UINT32_MAX;
  for (size_t i = 0; i < checkpoints->n_entries; i++)
    {
      const Entry *entry = &checkpoints->entries[i];
      uint32_t distance = entry->epoch > epoch ? entry->epoch - epoch : epoch - entry->epoch;
      if (!nearest || distance < smallest)
        {
          nearest = entry;
          smallest = distance;
        }
    }
  if (!nearest)
    return NULL;
  *found_epoch = nearest->epoch;
  return nearest->weights;
}
