/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Going on from an earlier epoch in another trainer. For that the trainer keeps, beside the weights of
 * past epochs, whole states of some: weights, best weights, moments and counters. There is no random
 * state to keep: every random number is made from seed, epoch and step. */

#include <stdio.h>
#include <string.h>
#include "engine/train/trainer-state-private.h"
#include "engine/train/training-memory.h"

/* A kept state: parameters[size], best[size], moments[n_moments], what is carried over, then the counters.
 * If only the newest is kept, since there is no
 * room for more, its parameters are those of the newest checkpoint and the best are still the
 * best, so that the first two are left out. */
static size_t
n_reals_of_weights (const FsTrainer *trainer)
{
  return trainer->keeps_newest_state_only ? 0 : 2 * fs_trainer_size (trainer);
}

static size_t
n_reals_of_state (const FsTrainer *trainer)
{
  size_t n_moments;
  fs_descent_moments (trainer->descent, &n_moments);
  return n_reals_of_weights (trainer) + n_moments + fs_trainer_carried_size (trainer)
         + (sizeof (FsStateCounters) + sizeof (FsReal) - 1) / sizeof (FsReal);
}

FsStatus
fs_trainer_make_states (FsTrainer *trainer, size_t max_bytes, FsProblem *problem)
{
  trainer->keeps_newest_state_only =
      max_bytes / sizeof (FsReal) / FS_MIN_CHECKPOINTS < n_reals_of_state (trainer);
  if (trainer->keeps_newest_state_only)
    max_bytes = 0;
  return fs_checkpoints_new (&trainer->states, n_reals_of_state (trainer), 1, max_bytes, problem);
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
  if (!trainer->keeps_newest_state_only)
    {
      memcpy (block, fs_network_parameters (trainer->network), size * sizeof *block);
      memcpy (block + size, trainer->best, size * sizeof *block);
    }
  block += n_reals_of_weights (trainer);
  if (n_moments > 0)
    memcpy (block, moments, n_moments * sizeof *block);
  FsReal *rest = block + n_moments;
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
  const FsReal *weights = block, *best = block + size;
  uint32_t epoch_of_weights = block ? *found_epoch : 0;
  if (block && trainer->keeps_newest_state_only)
    {
      weights = fs_checkpoints_nearest (trainer->checkpoints, *found_epoch, &epoch_of_weights);
      best = trainer->best;
    }
  if (!block || !weights || epoch_of_weights != *found_epoch)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "state", NULL, NULL);
  block += n_reals_of_weights (trainer);
  FsStatePicture picture = {
    .parameters = weights,
    .best = best,
    .last = weights,
    .moments = block,
    .carried = block + n_moments,
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
