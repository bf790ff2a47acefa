/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Blocks of numbers of past epochs, the weights above all, for going back to "what did it know at epoch 12". Bounded memory for
 * any length of run: epochs that are multiples of a stride are kept, and the newest; when the budget
 * is used up the stride doubles and every second one goes. The trainer keeps two of these: weights alone,
 * and, of fewer epochs, all that going on from them needs. Owned and used by one thread. */

#include <stddef.h>
#include <stdint.h>
#include "engine/base/real.h"
#include "engine/base/status.h"

typedef struct FsCheckpoints FsCheckpoints;

/* Blocks of `size` numbers, `max_bytes` of them together, though never fewer than `min_entries` (≥ 2). */
FsStatus fs_checkpoints_new (FsCheckpoints **checkpoints,
                             size_t size,
                             size_t min_entries,
                             size_t max_bytes,
                             FsProblem *problem);
void fs_checkpoints_free (FsCheckpoints *checkpoints);

/* Copies `weights`[size] as those of `epoch`; epochs ascend. When memory is short an older epoch
 * makes room. */
void fs_checkpoints_add (FsCheckpoints *checkpoints, uint32_t epoch, const FsReal *weights);

/* The same with a block that the caller fills before anything else is asked; NULL if there is no memory
 * for even one. */
FsReal *fs_checkpoints_reserve (FsCheckpoints *checkpoints, uint32_t epoch);

void fs_checkpoints_clear (FsCheckpoints *checkpoints); /* forgets all of them */

size_t fs_checkpoints_n (const FsCheckpoints *checkpoints);

/* The kept epochs, i < fs_checkpoints_n(), ascending. */
uint32_t fs_checkpoints_epoch (const FsCheckpoints *checkpoints, size_t i);

/* The weights[size] of the kept epoch nearest to `epoch` (the earlier of two equally near), valid
 * until the next addition; NULL while there is none. */
const FsReal *fs_checkpoints_nearest (const FsCheckpoints *checkpoints,
                                      uint32_t epoch,
                                      uint32_t *found_epoch);
