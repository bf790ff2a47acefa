/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What saving a trainer as it is (trainer-state.c) and as it was after an earlier epoch (trainer-fork.c)
 * have in common. Nobody else includes this. */

#include "engine/train/trainer-private.h"
#include "engine/train/trainer-state.h"

/* What must agree before anything else is read. */
typedef struct
{
  uint64_t experiment; /* hash without live settings and source */
  uint64_t past;       /* hash of what decides what the losses so far mean */
  uint64_t layout;     /* hash of the shapes and roles of the tensors */
  uint64_t method;     /* hash of what the moments mean */
  uint64_t data;       /* hash of the table that was prepared */
  uint64_t size;       /* of a block of parameters */
  uint64_t real_size;
  uint64_t n_moments; /* reals */
} FsStateIdentity;

/* The numbers of a trainer that are not arrays, and how much of each array there is. */
typedef struct
{
  uint64_t phase, epoch, n_steps, position, is_broken;
  double loss_sum, train_loss, running_loss, validation_loss;
  double probe_credits[2], probe_noise[3], probe_work[2];
  uint64_t probe_gap;
  uint64_t best_epoch, last_epoch;
  int64_t n_waited;
  double best;
  FsPlateau plateau;
  uint64_t n_batches, n_clipped;
  double loss_weight, n_right, n_answers, train_accuracy, validation_accuracy;
  double batch_loss_sum, batch_loss_weight, update_ratio;
  uint64_t end, best_index, non_finite_step, descent_steps;
  uint64_t n_observations, n_events, n_norms;
  char non_finite_tensor[64];
} FsStateCounters;

/* A trainer at one moment. Pointers into the trainer, or into what it kept. */
typedef struct
{
  FsStateCounters counters;
  const FsReal *parameters, *best, *last, *moments;
  const FsReal *carried,
      *evaluated; /* NULL where nothing is, or where no evaluation is under way */
} FsStatePicture;

FsStateIdentity fs_state_identity (const FsTrainer *trainer);
FsStateCounters fs_state_counters (const FsTrainer *trainer);

/* Writes the picture, with the trainer's history up to it. */
FsStatus fs_state_write (const FsTrainer *trainer,
                         const FsStatePicture *picture,
                         unsigned char **bytes,
                         size_t *n_bytes,
                         FsProblem *problem);

/* Whether the bytes are whole and from this kind of machine; gives the identity they were saved with. */
FsStatus fs_state_open (const unsigned char *bytes,
                        size_t n_bytes,
                        FsStateIdentity *identity,
                        FsProblem *problem);

/* Everything but the live settings; without the moments the optimiser begins anew. */
FsStatus fs_state_take (FsTrainer *trainer,
                        const unsigned char *bytes,
                        size_t n_bytes,
                        bool takes_moments,
                        FsProblem *problem);
