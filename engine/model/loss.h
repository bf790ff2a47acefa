/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Losses: what one prediction costs, in double, and its gradient with respect to the predictions.
 * Sums run in row order, so that the value does not depend on threads. Regularisation is no part of
 * a loss here: the optimiser adds its gradient, and charts show the two apart. */

#include <stddef.h>
#include "engine/base/real.h"
#include "engine/experiment/experiment.h"

/* Which loss, and the one number that some of them have: Huber's δ (> 0), the quantile q. */
typedef struct
{
  FsLoss kind;
  double parameter;
} FsLossRule;

FsLossRule fs_loss_rule (const FsExperiment *experiment);

/* The loss of one number, before any mean; e = p − y:
 *   mse e²    mae |e|    huber ½e² where |e| ≤ δ, else δ(|e| − ½δ)    log-cosh ln cosh e
 *   quantile max (q(y − p), (q − 1)(y − p)) */
double fs_loss_term (FsLossRule loss, double predicted, double target);

/* Sum (not mean) over n = rows × outputs. A NaN anywhere makes it NaN. */
double fs_loss_sum (FsLossRule loss, const FsReal *predicted, const FsReal *target, size_t n);

/* dy = d(mean loss)/d(predicted). MAE and quantile: 0 at the kink
 * (as PyTorch's sign). */
void fs_loss_gradient (FsLossRule loss,
                       const FsReal *predicted,
                       const FsReal *target,
                       size_t n,
                       FsReal *d_predicted);
