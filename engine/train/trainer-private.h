/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The trainer's inside, shared by trainer.c (the state machine), trainer-settings.c (live settings),
 * trainer-predict.c and trainer-feed-back.c (passes without learning), trainer-probe.c (looks inside)
 * and trainer-state.c (saving). Nobody else includes this but the range test, which uses a trainer up. */

#include "engine/prepare/augment.h"
#include "engine/train/checkpoints.h"
#include "engine/train/epoch-statistics.h"
#include "engine/train/optimiser.h"
#include "engine/train/schedule.h"
#include "engine/train/stopping.h"
#include "engine/train/trainer.h"

typedef enum
{
  FS_PHASE_BOUNDARY, /* between two epochs: `epoch` of them are complete */
  FS_PHASE_TRAIN,
  FS_PHASE_EVALUATE_TRAIN,
  FS_PHASE_EVALUATE_VALIDATION,
  FS_PHASE_PROBE, /* the epoch is evaluated, and its inside is looked at */
  FS_PHASE_ENDED
} FsPhase;

/* Probes: what has been put aside for them, and what the next one holds so far. Work and credits are
 * multiply-adds of forward passes. */
typedef struct
{
  bool is_off;
  double work, spent; /* in all; `spent` is not in `work` */
  double credit, noise_credit;
  double noise, signal,
      noise_weight; /* sums over the batches that were cut, the older the lighter */
  FsProbe next;     /* its tensors are of the epoch's last batch */

  FsReal *half;         /* [table size]: gradients of half a batch; NULL before the first */
  uint64_t halved_step; /* which batch that is, counted from 1; 0 = none */
  size_t halved_rows;   /* and how many rows the whole has */
} FsTrainerProbes;

struct FsTrainer
{
  FsExperiment experiment;  /* with the live settings */
  const FsDataset *dataset; /* not owned */
  FsPool *pool;             /* not owned */
  FsNetwork *network;
  FsDescent *descent;
  FsCheckpoints *checkpoints; /* weights of past epochs */
  FsCheckpoints *states;      /* whole states of some of them: trainer-fork.c */
  bool keeps_newest_state_only;
  size_t network_bytes; /* parameters and workspace */
  size_t max_rows;      /* of a pass: at least the batch, more for evaluation */

  /* The state between two pieces of work: these, the parameters, the descent's moments and the
   * weights below are all there is to save. */
  FsPhase phase;
  uint32_t epoch;     /* complete epochs */
  uint64_t n_steps;   /* batches since the start */
  size_t position;    /* windows that the current phase has done */
  double loss_sum;    /* of the current evaluation, over all answers */
  double loss_weight; /* and what divides it to a mean */
  double n_right;     /* classes found, of so many */
  double n_answers;
  double train_loss;      /* of the epoch being evaluated */
  double train_accuracy;  /* likewise */
  double running_loss;    /* likewise */
  double validation_loss; /* likewise */
  double validation_accuracy;
  bool is_broken; /* an evaluated loss was not finite */
  FsStopping stopping;
  FsPlateau plateau;
  FsEpochStatistics statistics;
  FsHistory history;
  FsTrainerProbes probes;
  FsReal *best; /* [table size]: meaningful when stopping.best_epoch > 0 */
  FsReal *last; /* [table size]: meaningful when ended */

  /* Where the memory is kept (train.stateful), [n_lanes][state_width] each, else NULL. See
   * trainer-carry.c. */
  size_t n_lanes, state_width;
  FsReal *carried;   /* of training: what the next batch begins with */
  FsReal *evaluated; /* of the evaluation that is under way */
  FsReal *predicted; /* scratch of other passes */

  bool augments;
  FsAugmentRoom augment_room;

  uint32_t *order; /* [training windows]: of the current epoch, made from seed and epoch alone */

  /* Scratch of one piece of work. */
  uint32_t *which;   /* [max_rows] */
  uint32_t *lengths; /* [max_rows] */
  FsReal *y, *dy;    /* of max_rows windows: their targets, and ∂L/∂(outputs) */
};

/* Reals in a block of parameters. */
static inline size_t
fs_trainer_size (const FsTrainer *trainer)
{
  return fs_network_tensors (trainer->network)->size;
}

/* Makes network and scratch for the experiment's batch size, or replaces them by larger ones, keeping
 * the parameters. On failure everything is as before. */
FsStatus fs_trainer_make_room (FsTrainer *trainer, FsProblem *problem);

/* Forward without dropout over `n` windows of `part` from place `first` of its order on: trainer->which
 * says which they are; their targets in trainer->y and the outputs in the network. `memory` is
 * trainer->evaluated or trainer->predicted, and begins anew at place 0. FS_OK or FS_INTERRUPTED. */
FsStatus fs_trainer_forward (FsTrainer *trainer,
                             FsPart part,
                             size_t first,
                             size_t n,
                             FsReal *memory,
                             const FsInterrupt *interrupt);

/* Puts other weights into the network until they are returned; `kept` are those that were there, and
 * NULL on failure (returning NULL does nothing). */
FsStatus fs_trainer_lend_weights (FsTrainer *trainer, const FsReal *weights, FsReal **kept);
void fs_trainer_return_weights (FsTrainer *trainer, FsReal *kept);

/* These training windows as the epoch under way has them, for a pass: inputs in the network, targets in
 * trainer->y, and what is given back are their lengths (NULL = all steps count). */
const uint32_t *fs_trainer_gather_batch (FsTrainer *trainer, const uint32_t *which, size_t n);

/* The order of the training windows in the epoch after those that are complete, from the seed. */
void fs_trainer_order_windows (FsTrainer *trainer);

/* ---- trainer-carry.c ---- */

/* Once there is a network: room for what is carried over, if the experiment asks for it. */
FsStatus fs_trainer_make_carry (FsTrainer *trainer, FsProblem *problem);

/* How many windows of a part may go through one pass. */
size_t fs_trainer_pass_rows (const FsTrainer *trainer, FsPart part);

/* The window at place `place` of the order in which a part of `n` windows is read. */
size_t fs_trainer_window_at (const FsTrainer *trainer, FsPart part, size_t place);

/* Before a pass over n rows, and after it: its memory is what it begins with, and then what it ended
 * with. Other passes begin with 0. Nothing happens where no memory is kept. */
void fs_trainer_begin_carried (FsTrainer *trainer, size_t n_rows, const FsReal *memory);
void fs_trainer_keep_carried (FsTrainer *trainer, size_t n_rows, FsReal *memory);
void fs_trainer_forget (FsTrainer *trainer, FsReal *memory);

/* Numbers in `carried`, 0 where no memory is kept. */
size_t fs_trainer_carried_size (const FsTrainer *trainer);

/* Goes on after an end whose reason the settings have removed. */
void fs_trainer_reopen (FsTrainer *trainer);

/* ---- trainer-probe.c ---- */

/* A pass over so many rows was made: a share of it is put aside for probes. */
void fs_trainer_count_work (FsTrainer *trainer, size_t n_rows, bool is_training);

/* Before the pass over a batch: the gradient of its first half, if there is enough put aside. The batch
 * is then trained as if nothing had been. FS_OK or FS_INTERRUPTED. */
FsStatus fs_trainer_halve_batch (FsTrainer *trainer, size_t n_rows, const FsInterrupt *interrupt);

/* After that pass, while the gradients are those of the loss alone. */
void fs_trainer_measure_noise (FsTrainer *trainer, size_t n_rows);

/* After a step whose ratio was measured. */
void fs_trainer_note_tensors (FsTrainer *trainer);

/* After an epoch's evaluation: whether to look inside, and doing so: fills probes.next. */
bool fs_trainer_probe_is_due (const FsTrainer *trainer);
FsStatus fs_trainer_look_inside (FsTrainer *trainer, const FsInterrupt *interrupt);

/* ---- trainer-fork.c ---- */

FsStatus fs_trainer_make_states (FsTrainer *trainer, size_t max_bytes, FsProblem *problem);

/* Between two epochs: keeps the state, so that a fork can go on from it. */
void fs_trainer_keep_state (FsTrainer *trainer);
