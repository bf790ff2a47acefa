/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counting what training takes; see training-memory.h. */

#include "engine/train/training-memory.h"

#include "engine/base/size.h"
#include "engine/train/optimiser-methods.h"

/* What the weights of past epochs may take, and as much for whole states of them: an eighth of what the
 * network takes, so that training needs little more memory than its summary says, though never less than
 * the first of these (every one of 190 epochs of a small network, LSTM 50, then every second, fourth …)
 * nor more than the second. */
#define MIN_KEPT_BYTES ((size_t) 8 << 20)
#define MAX_KEPT_BYTES ((size_t) 128 << 20)

size_t
fs_training_kept_bytes (size_t network_bytes)
{
  const size_t share = network_bytes / 8;
  return share < MIN_KEPT_BYTES ? MIN_KEPT_BYTES : share > MAX_KEPT_BYTES ? MAX_KEPT_BYTES : share;
}

/* Blocks of `n_bytes`, one an epoch and one of the beginning, but no more than there is room for; `least`
 * of them if there is none. */
static size_t
kept_of (size_t n_bytes, const FsExperiment *experiment, size_t room, size_t least)
{
  const size_t n_epochs = (size_t) experiment->train.epochs + 1;
  size_t n = n_bytes > 0 ? room / n_bytes : 0;
  n = n > n_epochs ? n_epochs : n;
  return fs_size_multiply (n > least ? n : least, n_bytes);
}

FsTrainingMemory
fs_training_memory (const FsExperiment *experiment,
                    const FsLayerSummary *summaries,
                    const FsTensorTable *table,
                    size_t n_forecasts)
{
  const FsDescentRule rule = fs_descent_rule (experiment);
  const size_t weights = fs_size_multiply (table->size, sizeof (FsReal));
  FsTrainingMemory memory = { .gradients = fs_size_multiply (2, weights) };
  memory.moments = fs_size_multiply (fs_method (rule.optimiser)->n_moments (&rule), weights);
  for (size_t i = 0; i < experiment->n_layers; i++)
    memory.layers = fs_size_add (memory.layers, summaries[i].bytes);
  const size_t room = fs_training_kept_bytes (memory.layers);
  const size_t state = fs_size_add (fs_size_multiply (2, weights), memory.moments);
  /* The newest state shares its weights, if it is the only one. */
  const size_t states =
      room / 2 < state ? memory.moments : kept_of (state, experiment, room, FS_MIN_CHECKPOINTS);
  memory.kept =
      fs_size_add (fs_size_multiply (2, weights),
                   fs_size_add (kept_of (weights, experiment, room, FS_MIN_CHECKPOINTS), states));
  memory.forecasts = fs_size_multiply (n_forecasts, sizeof (double));
  return memory;
}

size_t
fs_training_memory_sum (const FsTrainingMemory *memory)
{
  const size_t network = fs_size_add (memory->layers, memory->gradients);
  return fs_size_add (fs_size_add (network, memory->moments),
                      fs_size_add (memory->kept, memory->forecasts));
}
