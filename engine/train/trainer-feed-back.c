/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trainer's forecast that lives on its own forecasts: after the first window nothing measured goes
 * in any more. Errors add up, and what the network has really learned of the series' course shows. */

#include <string.h>
#include "engine/train/trainer-private.h"

/* Only the target's own past goes in, as the target itself comes out: then an output can be an input.
 * Any further input would have to be known in advance. */
static bool
is_own_past (const FsDataset *dataset)
{
  if (dataset->n_channels != 1 || dataset->n_outputs != dataset->horizon)
    return false;
  for (size_t row = 0; row < dataset->n_rows; row++)
    if (dataset->target_prepared[row] == dataset->target_prepared[row] /* no lost row */
        && dataset->inputs[row] != (FsReal) dataset->target_prepared[row])
      return false;
  return true;
}

size_t
fs_trainer_feed_back_steps (const FsTrainer *trainer, FsPart part)
{
  const FsDataset *dataset = trainer->dataset;
  const FsWindows *windows = &dataset->windows[part];
  if (windows->n == 0 || trainer->experiment.data.task != FS_TASK_FORECAST
      || !is_own_past (dataset))
    return 0;
  const size_t from = windows->starts[0] + dataset->length;
  size_t to = from;
  while (to < dataset->n_rows && fs_dataset_part_of_row (dataset, to) == part)
    to++;
  return to - from;
}

/* x[L] → ŷ[H], H values further: x slides over what it has said itself. A memory that is kept goes on from
 * one to the next. */
static FsStatus
walk (FsTrainer *trainer,
      const FsReal *start,
      size_t n_steps,
      double *path,
      const FsInterrupt *interrupt)
{
  const size_t length = trainer->dataset->length, horizon = trainer->dataset->horizon;
  const FsPass pass = { .n_rows = 1, .is_training = false, .interrupt = interrupt };
  fs_trainer_forget (trainer, trainer->predicted);
  for (size_t done = 0; done < n_steps; done += horizon)
    {
      FsReal *x = fs_network_inputs (trainer->network);
      for (size_t t = 0; t < length; t++)
        x[t] = done + t < length ? start[done + t] : (FsReal) path[done + t - length];
      fs_trainer_begin_carried (trainer, 1, trainer->predicted);
      if (fs_network_forward (trainer->network, &pass) != FS_OK)
        return FS_INTERRUPTED;
      fs_trainer_keep_carried (trainer, 1, trainer->predicted);
      const FsReal *y = fs_network_outputs (trainer->network);
      for (size_t h = 0; h < horizon && done + h < n_steps; h++)
        path[done + h] = (double) y[h];
    }
  return FS_OK;
}

FsStatus
fs_trainer_feed_back (FsTrainer *trainer,
                      const FsReal *weights,
                      FsPart part,
                      size_t n_steps,
                      double *path,
                      const FsInterrupt *interrupt)
{
  const FsDataset *dataset = trainer->dataset;
  const FsReal *start = dataset->inputs + dataset->windows[part].starts[0];
  FsReal *kept = NULL;
  FsStatus status = weights ? fs_trainer_lend_weights (trainer, weights, &kept) : FS_OK;
  if (status != FS_OK)
    return status;
  status = walk (trainer, start, n_steps, path, interrupt);
  fs_trainer_return_weights (trainer, kept);
  return status;
}
