/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A trainer's whole state as one block of bytes, so that a run can go on in another process as if
 * nothing had happened: the losses that follow are the same bit for bit. There is no random state in
 * it, since every random number is made from seed, epoch and step. The weights of past epochs are not
 * in it either, but for the best.
 *
 * The bytes are named blocks between a signature and a checksum. They are for the same kind of machine
 * and the same build of numbers; anything else is refused with a sentence. */

#include "engine/train/trainer.h"

/* Between two pieces of work, in any phase. `*bytes` is the caller's, to be freed with free(). */
FsStatus fs_trainer_save (const FsTrainer *trainer,
                          unsigned char **bytes,
                          size_t *n_bytes,
                          FsProblem *problem);

/* Puts a trainer that has not advanced yet into the state. It must have been made of the same
 * experiment and data; live settings may differ, and count as changed then, with an event each. On
 * failure the trainer is to be freed. */
FsStatus fs_trainer_restore (FsTrainer *trainer,
                             const unsigned char *bytes,
                             size_t n_bytes,
                             FsProblem *problem);
