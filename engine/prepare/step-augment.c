/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The step "augment" in the table of a file: it learns nothing and changes nothing there, since variants are
 * made of training windows, batch by batch (augment.h). The lens shows what they look like. */

#include <stdio.h>
#include "engine/prepare/augment.h"
#include "engine/prepare/step.h"

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  return FS_OK;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  return FS_OK;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  snprintf (buffer, size, "%.0f %% of the training windows, anew in each epoch; no others",
            100 * step->spec.augment_share);
}

const FsStepOperations fs_step_augment = {
  .fit = fit,
  .apply = apply,
  .describe = describe,
};

/* Rows from `begin` on are still as they were. */
static void
mix_with_later (const FsStepSpec *spec,
                FsRandom *random,
                const FsAugmentRoom *room,
                const FsTable *table,
                size_t begin,
                size_t n_rows,
                size_t end)
{
  const size_t n = table->n_channels;
  const size_t other = begin + (size_t) fs_random_below (random, end - begin - n_rows + 1);
  for (size_t i = 0; i < n_rows * n; i++)
    room->copy[i] = (FsReal) table->values[other * n + i];
  fs_mix_rows (room->window, room->copy, n_rows * n,
               fs_mix_share (random, fs_augment_strength (spec)));
}

FsStatus
fs_augment_show (const FsStepSpec *spec,
                 FsTable *table,
                 const size_t part_ends[FS_N_PARTS],
                 size_t length,
                 FsProblem *problem)
{
  FsAugmentRoom room;
  const size_t n = table->n_channels;
  FsStatus status = fs_augment_room_init (&room, length, n, 0, problem);
  if (status != FS_OK)
    return status;
  for (size_t begin = 0, window = 0; begin < part_ends[FS_PART_TRAIN]; begin += length, window++)
    {
      const size_t left = part_ends[FS_PART_TRAIN] - begin, n_rows = left < length ? left : length;
      FsRandom random = fs_random (0, FS_STREAM_AUGMENT, 0, window);
      for (size_t i = 0; i < n_rows * n; i++)
        room.window[i] = (FsReal) table->values[begin * n + i];
      if (spec->augment_method == FS_AUGMENT_MIXUP)
        mix_with_later (spec, &random, &room, table, begin, n_rows, part_ends[FS_PART_TRAIN]);
      else
        fs_augment_window (spec, &random, &room, n_rows, n, 0);
      for (size_t i = 0; i < n_rows * n; i++)
        table->values[begin * n + i] = (double) room.window[i];
    }
  fs_augment_room_clear (&room);
  return FS_OK;
}
