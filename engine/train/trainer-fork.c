/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Going on from an earlier epoch in another trainer. For that the trainer keeps, beside the weights of
 * past epochs, whole states of some: weights, best weights, moments and counters. There is no random
 * state to keep: every random number is made from seed, epoch and step. */

#include <stdio.h>
#include <string.h>
#include "engine/train/trainer-state-private.h"

/* The fewest that are kept, though they be larger than the room for them: the beginning and the newest. */
#define MIN_STATES 2

/* A kept state: parameters[size], best[size], moments[n_moments], what is carried over, then the
 * counters. */
static size_t
n_reals_of_state (const FsTrainer *trainer)
{
  size_t n_moments;
  fs_descent_moments (trainer->descent, &n_moments);
  return 2 * fs_trainer_size (trainer) + n_moments + fs_trainer_carried_size (trainer)
         + (sizeof (FsStateCounters) + sizeof (FsReal) - 1) / sizeof (FsReal);
}

FsStatus
fs_trainer_make_states (FsTrainer *trainer, size_t max_bytes, FsProblem *problem)
{
  return fs_checkpoints_new (&trainer->states, n_reals_of_state (trainer), MIN_STATES, max_bytes,
                             problem);
}

void
fs_trainer_keep_state (FsTrainer *trainer)
{
  const size_t size = fs_trainer_size (trainer);
  const FsStateCounters counters = fs_state_counters (trainer);
  size_t n_moments;
  const FsReal *moments = fs_descent_moments (trainer->descent, &n_moments);
  FsReal *block = fs_checkpoints_reserve (trainer->states, trainer->epoch);
  if (!block)
    return;
  memcpy (block, fs_network_parameters (trainer->network), size * sizeof *block);
  memcpy (block + size, trainer->best, size * sizeof *block);
  if (n_moments > 0)
    memcpy (block + 2 * size, moments, n_moments * sizeof *block);
  FsReal *rest = block + 2 * size + n_moments;
  const size_t n_carried = fs_trainer_carried_size (trainer);
  if (n_carried > 0)
    memcpy (rest, trainer->carried, n_carried * sizeof *rest);
  memcpy (rest + n_carried, &counters, sizeof counters);
}

FsStatus
fs_trainer_save_at (const FsTrainer *trainer,
                    uint32_t epoch,
                    uint32_t *found_epoch,
                    unsigned char **bytes,
                    size_t *n_bytes,
                    FsProblem *problem)
{
  const size_t size = fs_trainer_size (trainer);
  size_t n_moments;
  fs_descent_moments (trainer->descent, &n_moments);
  const FsReal *block = fs_checkpoints_nearest (trainer->states, epoch, found_epoch);
  if (!block)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "state", NULL, NULL);
  FsStatePicture picture = {
    .parameters = block,
    .best = block + size,
    .last = block,
    .moments = block + 2 * size,
    .carried = block + 2 * size + n_moments,
  };
  memcpy (&picture.counters, picture.carried + fs_trainer_carried_size (trainer),
          sizeof picture.counters);
  /* The batches of the epoch that has ended, which the next one forgets. */
  picture.counters.n_norms = 0;
  return fs_state_write (trainer, &picture, bytes, n_bytes, problem);
}

static FsStatus
check_fork (const FsStateIdentity *ours, const FsStateIdentity *theirs, FsProblem *problem)
{
  if (theirs->data != ours->data || theirs->past != ours->past)
    return fs_problem (problem, FS_MISMATCH, "fork", NULL,
                       "data, preparation, window, split and loss as in the run that it goes on "
                       "from, whose past it shares; start a new run");
  if (theirs->layout != ours->layout || theirs->size != ours->size)
    return fs_problem (problem, FS_MISMATCH, "fork", NULL,
                       "layers with weights of the same number and shapes as in the run that it "
                       "goes on from; start a new run");
  return FS_OK;
}

FsStatus
fs_trainer_restore_fork (FsTrainer *trainer,
                         const unsigned char *bytes,
                         size_t n_bytes,
                         FsForkMoments moments,
                         FsProblem *problem)
{
  FsStateIdentity theirs;
  const FsStateIdentity ours = fs_state_identity (trainer);
  FsStatus status = fs_state_open (bytes, n_bytes, &theirs, problem);
  if (status == FS_OK)
    status = check_fork (&ours, &theirs, problem);
  if (status != FS_OK)
    return status;
  /* The first weights of this trainer are not those of the past that it is given. */
  fs_checkpoints_clear (trainer->checkpoints);
  fs_checkpoints_clear (trainer->states);
  const bool are_alike = theirs.method == ours.method && theirs.n_moments == ours.n_moments;
  const bool keeps = moments == FS_FORK_KEEPS_MOMENTS && are_alike;
  status = fs_state_take (trainer, bytes, n_bytes, keeps, problem);
  if (status != FS_OK)
    return status;
  if (trainer->phase == FS_PHASE_ENDED)
    {
      /* That run came to its end; this one goes on from the weights of before that. */
      memcpy (fs_network_parameters (trainer->network), trainer->last,
              fs_trainer_size (trainer) * sizeof *trainer->last);
      fs_network_refresh (trainer->network);
      trainer->phase = FS_PHASE_BOUNDARY;
    }
  trainer->history.end = FS_END_NONE;
  char text[sizeof ((FsEvent *) NULL)->text];
  snprintf (text, sizeof text, "forked after epoch %u, optimiser %s", (unsigned) trainer->epoch,
            keeps ? "goes on" : "starts anew");
  fs_history_add_event (&trainer->history, FS_EVENT_FORKED, trainer->epoch, text);
  return FS_OK;
}
