/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What training will take, told beforehand. The trainer takes its own limits from here, so that the two
 * cannot differ. */

#include "engine/model/network.h"

typedef struct
{
  size_t layers;    /* parameters, and the workspace of a batch */
  size_t gradients; /* and those of half a batch, which show their noise */
  size_t moments;   /* of the optimiser */
  size_t kept;      /* best and last weights, and those and the states of past epochs */
  size_t forecasts; /* of every window */
} FsTrainingMemory;

/* Of a network that fs_network_plan() gave summaries and table for; `n_forecasts` numbers are predicted for
 * the windows of all parts. */
FsTrainingMemory fs_training_memory (const FsExperiment *experiment,
                                     const FsLayerSummary *summaries,
                                     const FsTensorTable *table,
                                     size_t n_forecasts);
size_t fs_training_memory_sum (const FsTrainingMemory *memory);

/* What the weights of past epochs may take, and as much again their states, beside a network of so many
 * bytes. */
size_t fs_training_kept_bytes (size_t network_bytes);

/* Weights of at least so many epochs are kept whatever they take, and the state of the newest. */
#define FS_MIN_CHECKPOINTS 2
