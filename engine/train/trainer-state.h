/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A trainer's whole state as one block of bytes, so that a run can go on in another process as if
 * nothing had happened: the losses that follow are the same bit for bit. There is no random state in
 * it, since every random number is made from seed, epoch and step. Nor are the weights of past epochs in
 * it, but for the best: a state is written every few seconds, and they may take 256 MB. After a
 * resumption one can go back as far as to its beginning.
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

/* ---- Forks ----
 *
 * A fork is another run that shares the past of this one up to an epoch: its history, its weights and
 * its best weights so far. From there on its own experiment counts, which may differ in everything but
 * what that past was about: data, preparation, window, split, loss and the shapes of the weights. With
 * nothing changed, and the moments kept, it trains the same bits. */

/* What becomes of the optimiser's memory. It can only be kept by the same kind of optimiser; another one
 * starts anew whatever is asked. */
typedef enum
{
  FS_FORK_KEEPS_MOMENTS,
  FS_FORK_RESTARTS_MOMENTS
} FsForkMoments;

/* The state after `epoch`, or after the nearest epoch whose state is kept, which *found_epoch tells: all
 * of them in all but long runs or large networks. 0 = the first weights. */
FsStatus fs_trainer_save_at (const FsTrainer *trainer,
                             uint32_t epoch,
                             uint32_t *found_epoch,
                             unsigned char **bytes,
                             size_t *n_bytes,
                             FsProblem *problem);

/* Puts a trainer that has not advanced yet behind such a state, or behind one of fs_trainer_save(). An
 * event says where it forked and what became of the moments. On failure it is to be freed. */
FsStatus fs_trainer_restore_fork (FsTrainer *trainer,
                                  const unsigned char *bytes,
                                  size_t n_bytes,
                                  FsForkMoments moments,
                                  FsProblem *problem);
