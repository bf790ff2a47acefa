/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trainer's passes without learning, and the size of all its passes. */

#include <stdlib.h>
#include <string.h>
#include "engine/train/task.h"
#include "engine/train/trainer-private.h"

/* Evaluation takes more rows at a time than a small batch, so that the pool is woken less often. For
 * one thread it hardly matters: an LSTM 50 over 10 steps takes 2.0 µs a row with 32 as with 512 rows
 * at a time, an LSTM 128 over 48 steps 43 µs; from 1,024 rows on both get slower. */
#define EVALUATION_ROWS 256

/* … unless the workspace would grow beyond this: where that much is needed for long windows and large
 * layers, a batch is enough to keep the pool busy. */
#define MAX_EVALUATION_BYTES ((size_t) 32 << 20)

/* What all layers take; SIZE_MAX if they cannot be. */
static size_t
count_bytes (const FsTrainer *trainer, const FsNetworkShape *shape)
{
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  size_t n_bytes = 0;
  if (fs_network_plan (&trainer->experiment, shape, summaries, &table, NULL) != FS_OK)
    return SIZE_MAX;
  for (size_t i = 0; i < trainer->experiment.n_layers; i++)
    n_bytes += summaries[i].bytes;
  return n_bytes;
}

static FsNetworkShape
choose_shape (const FsTrainer *trainer)
{
  const FsDataset *dataset = trainer->dataset;
  size_t most_windows = 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    if (dataset->windows[part].n > most_windows)
      most_windows = dataset->windows[part].n;
  size_t batch = (size_t) trainer->experiment.train.batch;
  if (batch > dataset->windows[FS_PART_TRAIN].n)
    batch = dataset->windows[FS_PART_TRAIN].n;
  size_t rows = EVALUATION_ROWS < most_windows ? EVALUATION_ROWS : most_windows;
  FsNetworkShape shape = fs_task_shape (dataset, rows > batch ? rows : batch);
  while (shape.max_rows > batch && count_bytes (trainer, &shape) > MAX_EVALUATION_BYTES)
    shape.max_rows = shape.max_rows / 2 > batch ? shape.max_rows / 2 : batch;
  return shape;
}

FsStatus
fs_trainer_make_room (FsTrainer *trainer, FsProblem *problem)
{
  FsNetworkShape shape = choose_shape (trainer);
  if (trainer->network && shape.max_rows <= trainer->max_rows
      && fs_network_take_dropout (trainer->network, &trainer->experiment))
    return FS_OK;
  if (shape.max_rows < trainer->max_rows)
    shape.max_rows = trainer->max_rows;
  FsNetwork *network = NULL;
  FsStatus status = fs_network_new (&network, &trainer->experiment, &shape, trainer->pool, problem);
  if (status != FS_OK)
    return status;
  const size_t n_rows = fs_task_n_output_rows (trainer->dataset, shape.max_rows);
  uint32_t *which = calloc (shape.max_rows, sizeof *which);
  uint32_t *lengths = calloc (shape.max_rows, sizeof *lengths);
  /* A row of outputs has one target, or as many as outputs. */
  FsReal *y = calloc (n_rows * shape.n_outputs, sizeof *y);
  FsReal *dy = calloc (n_rows * shape.n_outputs, sizeof *dy);
  if (!which || !lengths || !y || !dy)
    {
      fs_network_free (network);
      free (which);
      free (lengths);
      free (y);
      free (dy);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "train.batch", NULL, "a smaller batch");
    }
  if (trainer->network)
    {
      memcpy (fs_network_parameters (network), fs_network_parameters (trainer->network),
              fs_trainer_size (trainer) * sizeof (FsReal));
      fs_network_refresh (network);
      fs_network_free (trainer->network);
      free (trainer->which);
      free (trainer->lengths);
      free (trainer->y);
      free (trainer->dy);
    }
  trainer->network = network;
  trainer->network_bytes = count_bytes (trainer, &shape);
  trainer->max_rows = shape.max_rows;
  trainer->which = which;
  trainer->lengths = lengths;
  trainer->y = y;
  trainer->dy = dy;
  return FS_OK;
}

FsStatus
fs_trainer_forward (FsTrainer *trainer,
                    FsPart part,
                    size_t first,
                    size_t n,
                    FsReal *memory,
                    const FsInterrupt *interrupt)
{
  for (size_t i = 0; i < n; i++)
    trainer->which[i] = (uint32_t) fs_trainer_window_at (trainer, part, first + i);
  fs_dataset_gather (trainer->dataset, part, trainer->which, n,
                     fs_network_inputs (trainer->network), trainer->y);
  const FsPass pass = { .n_rows = n,
                        .is_training = false,
                        .lengths = fs_dataset_lengths (trainer->dataset, part, trainer->which, n,
                                                       trainer->lengths),
                        .interrupt = interrupt };
  if (first == 0)
    fs_trainer_forget (trainer, memory);
  fs_trainer_begin_carried (trainer, n, memory);
  const FsStatus status = fs_network_forward (trainer->network, &pass);
  if (status == FS_OK)
    fs_trainer_keep_carried (trainer, n, memory);
  return status;
}

FsStatus
fs_trainer_predict (FsTrainer *trainer,
                    FsPart part,
                    double *predicted,
                    const FsInterrupt *interrupt)
{
  const size_t n_windows = trainer->dataset->windows[part].n;
  const size_t n_outputs = trainer->dataset->n_outputs;
  const size_t most_rows = fs_trainer_pass_rows (trainer, part);
  for (size_t first = 0; first < n_windows;)
    {
      const size_t n_left = n_windows - first;
      const size_t n = n_left < most_rows ? n_left : most_rows;
      if (fs_trainer_forward (trainer, part, first, n, trainer->predicted, interrupt) != FS_OK)
        return FS_INTERRUPTED;
      const FsReal *outputs = fs_network_outputs (trainer->network);
      for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_outputs; k++)
          predicted[trainer->which[i] * n_outputs + k] = (double) outputs[i * n_outputs + k];
      first += n;
    }
  return FS_OK;
}

FsStatus
fs_trainer_lend_weights (FsTrainer *trainer, const FsReal *weights, FsReal **kept)
{
  FsReal *parameters = fs_network_parameters (trainer->network);
  const size_t n_bytes = fs_trainer_size (trainer) * sizeof *parameters;
  *kept = malloc (n_bytes + 1);
  if (!*kept)
    return FS_OUT_OF_MEMORY;
  memcpy (*kept, parameters, n_bytes);
  memmove (parameters, weights, n_bytes); /* they may be the current ones */
  fs_network_refresh (trainer->network);
  return FS_OK;
}

void
fs_trainer_return_weights (FsTrainer *trainer, FsReal *kept)
{
  if (!kept)
    return;
  memcpy (fs_network_parameters (trainer->network), kept, fs_trainer_size (trainer) * sizeof *kept);
  fs_network_refresh (trainer->network);
  free (kept);
}

FsStatus
fs_trainer_predict_with (FsTrainer *trainer,
                         const FsReal *weights,
                         FsPart part,
                         double *predicted,
                         const FsInterrupt *interrupt)
{
  FsReal *kept;
  FsStatus status = fs_trainer_lend_weights (trainer, weights, &kept);
  if (status != FS_OK)
    return status;
  status = fs_trainer_predict (trainer, part, predicted, interrupt);
  fs_trainer_return_weights (trainer, kept);
  return status;
}
