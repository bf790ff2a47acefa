/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory that goes on from window to window (train.stateful), as Keras's stateful layers have it: row i
 * of a batch begins with the state that row i of the batch before ended with. Keras leaves it to its user
 * to put into row i what follows on row i. Here the windows of a part are cut into as many runs as a
 * batch has rows, its lanes; lane i reads run i from its first window to its last, one a batch:
 *
 *   n windows, B lanes, m = ⌈n / B⌉ batches, r = n − (m − 1) B lanes of m windows, then B − r of m − 1
 *
 * so that only the last batch is smaller, and its rows are the first r lanes. Every lane begins with 0: in
 * training at the start of each epoch (or of the run alone), in evaluations and forecasts each time. No
 * gradient goes back into the window before. A layer that reads both ways has two memories: its way back
 * begins a window with what it had after the first row of the window before, as Keras's Bidirectional.
 *
 * What is carried lies in the trainer, not in the network: a piece of work begins with what it finds here
 * and replaces it when it is complete, so that an interrupted one can be done again. */

#include <stdlib.h>
#include <string.h>
#include "engine/train/trainer-private.h"

FsStatus
fs_trainer_make_carry (FsTrainer *trainer, FsProblem *problem)
{
  if (trainer->experiment.train.stateful == FS_STATEFUL_OFF)
    return FS_OK;
  const size_t n_windows = trainer->dataset->windows[FS_PART_TRAIN].n;
  const size_t batch = (size_t) trainer->experiment.train.batch;
  trainer->n_lanes = batch < n_windows ? batch : n_windows;
  trainer->state_width = fs_network_state_width (trainer->network);
  const size_t n = trainer->n_lanes * trainer->state_width + 1;
  trainer->carried = calloc (n, sizeof *trainer->carried);
  trainer->evaluated = calloc (n, sizeof *trainer->evaluated);
  trainer->predicted = calloc (n, sizeof *trainer->predicted);
  if (!trainer->carried || !trainer->evaluated || !trainer->predicted)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "train.batch", NULL, "a smaller batch");
  return FS_OK;
}

size_t
fs_trainer_carried_size (const FsTrainer *trainer)
{
  return trainer->n_lanes * trainer->state_width;
}

static size_t
n_lanes_of (const FsTrainer *trainer, FsPart part)
{
  const size_t n_windows = trainer->dataset->windows[part].n;
  return trainer->n_lanes < n_windows ? trainer->n_lanes : n_windows;
}

size_t
fs_trainer_pass_rows (const FsTrainer *trainer, FsPart part)
{
  return trainer->n_lanes > 0 ? n_lanes_of (trainer, part) : trainer->max_rows;
}

size_t
fs_trainer_window_at (const FsTrainer *trainer, FsPart part, size_t place)
{
  if (trainer->n_lanes == 0)
    return place;
  const size_t n = trainer->dataset->windows[part].n, n_lanes = n_lanes_of (trainer, part);
  const size_t n_batches = (n + n_lanes - 1) / n_lanes, n_long = n - (n_batches - 1) * n_lanes;
  const size_t lane = place % n_lanes;
  /* Lanes before this one that are a window shorter. */
  const size_t n_shorter = lane > n_long ? lane - n_long : 0;
  return lane * n_batches - n_shorter + place / n_lanes;
}

void
fs_trainer_begin_carried (FsTrainer *trainer, size_t n_rows, const FsReal *memory)
{
  if (trainer->n_lanes > 0)
    fs_network_begin_state (trainer->network, n_rows, memory);
}

void
fs_trainer_keep_carried (FsTrainer *trainer, size_t n_rows, FsReal *memory)
{
  if (trainer->n_lanes == 0)
    return;
  fs_network_keep_state (trainer->network, n_rows, memory);
  fs_network_reset_state (trainer->network);
}

void
fs_trainer_forget (FsTrainer *trainer, FsReal *memory)
{
  if (trainer->n_lanes > 0)
    memset (memory, 0, fs_trainer_carried_size (trainer) * sizeof *memory);
}
