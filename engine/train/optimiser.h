/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A descent: an optimiser at work on one network's flat block of parameters, with its moments and its
 * count of steps. Owned by the trainer. A step is
 *   penalties:  g += 2·l2·w + l1·sign (w), on kernels and recurrent kernels
 *   norm:       ‖g‖ over everything, in double
 *   clipping:   g scaled by min (1, clip / (‖g‖ + 1e-6))
 *   update:     the optimiser's row in the table, in PyTorch's form
 * shared out over the pool in fixed pieces whose sums are added in order: the same bits for any number
 * of threads. Settings are given with each step, so a live change needs no ceremony. */

#include <stdbool.h>
#include <stdint.h>
#include "engine/base/pool.h"
#include "engine/base/real.h"
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"
#include "engine/model/tensor-table.h"

typedef struct FsDescent FsDescent;

typedef struct
{
  double learning_rate;
  double momentum;  /* sgd */
  double l1, l2;    /* 0 = off */
  double clip_norm; /* 0 = off */
} FsDescentSettings;

typedef struct
{
  double gradient_norm; /* with penalties, before clipping; NaN or Inf if any gradient is */
  bool is_clipped;
  double update_ratio; /* ‖Δw‖ / ‖w‖ of this step; NaN when it was not asked for */
} FsDescentReport;

/* `table` is copied from, `pool` is kept. */
FsStatus fs_descent_new (FsDescent **descent,
                         FsOptimiser optimiser,
                         const FsTensorTable *table,
                         FsPool *pool,
                         FsProblem *problem);
void fs_descent_free (FsDescent *descent);

/* One step on parameters[table.size] with gradients[table.size], which the penalties are added to.
 * False when a gradient is not finite: nothing but the gradients has changed then. The ratio costs
 * about as much as the update, so it is measured only where it is wanted. */
bool fs_descent_step (FsDescent *descent,
                      const FsDescentSettings *settings,
                      FsReal *parameters,
                      FsReal *gradients,
                      bool measures_ratio,
                      FsDescentReport *report);

/* All that a descent remembers between two steps, for checkpoints: moments[n_moments][table.size] in
 * one block (NULL for an optimiser without any) and the number of steps done. Both may be written. */
FsReal *fs_descent_moments (FsDescent *descent, size_t *n_reals);
uint64_t *fs_descent_n_steps (FsDescent *descent);
