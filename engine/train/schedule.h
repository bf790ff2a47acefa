/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The learning rate over a run. All schedules but the plateau are functions of k, the epochs or batches
 * that are complete: nothing is remembered, so that a run that is resumed or whose base rate is
 * changed while it trains needs no ceremony. `train.learning_rate` = η is the highest rate of all:
 *   step         η·γ^⌊k / every⌋
 *   exponential  η·γ^k
 *   cosine       e + (η − e)(1 + cos (π·min (k, T) / T)) / 2      (PyTorch's rises again after T),
 *                e = the lowest rate, or η if that is lower
 *   warm-up      η·(s + (1 − s)·min (k, T) / T)
 *   triangular   η·(s + (1 − s)·f), f up from 0 to 1 in T and down again in T; halved each time around
 *                if so wished
 *   one-cycle    over T: from η / divisor up to η by a cosine until k = 0.3·T − 1, then down to
 *                η / divisor / final_divisor at k = T − 1, where it stays
 * A warm-up may come before any other of them, which then begins at k − W. The plateau alone looks at
 * losses, and has a state for that. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/experiment/experiment.h"

/* The rate for batch `step` (from 0, since the start of the run) of epoch `epoch` (complete ones before
 * it), in a run of `steps_per_epoch`. The plateau's is the base rate here. */
double fs_schedule_rate (const FsExperiment *experiment,
                         uint64_t step,
                         uint32_t epoch,
                         size_t steps_per_epoch);

/* The momentum of the same batch, where a schedule moves it against the rate: from the high to the low
 * one and back, as PyTorch's OneCycleLR and CyclicLR do. NaN where none does. */
double fs_schedule_momentum (const FsExperiment *experiment,
                             uint64_t step,
                             uint32_t epoch,
                             size_t steps_per_epoch);

/* The rates of a run that is not yet trained at n_points evenly spaced batches, the first and the last
 * among them, for a curve. For a plateau a flat line: it cannot be known. */
void fs_schedule_preview (const FsExperiment *experiment,
                          size_t steps_per_epoch,
                          double *rates,
                          size_t n_points);

/* ReduceLROnPlateau. */
typedef struct
{
  double best;  /* meaningful when has_best */
  double share; /* of the base rate that the reductions have left */
  int64_t n_waited;
  int64_t n_cooling; /* epochs until waiting counts again */
  bool has_best;
} FsPlateau;

FsPlateau fs_plateau (void);

/* Takes the monitored loss of an epoch; true when the rate was reduced. A NaN is no improvement. */
bool fs_plateau_observe (FsPlateau *plateau, const FsExperiment *experiment, double loss);
