/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Batches of sequences that are about equally long, so that little of a batch is padding and its rows end
 * together. In chunks of 50 batches the order is that of length, and the whole batches are then put in an
 * order drawn by lot; what is left for a smaller batch stays the last one. Depends on its arguments
 * alone. */

#include <stddef.h>
#include <stdint.h>
#include "engine/base/random.h"

/* Reorders order[0 … n), indices into `lengths` (NULL = all are equal: the order stays). */
void fs_buckets_order (uint32_t *order,
                       size_t n,
                       const uint32_t *lengths,
                       size_t batch,
                       FsRandom random);
