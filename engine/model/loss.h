/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Losses: what one prediction costs, in double, and its gradient with respect to the predictions.
 * Sums run in row order, so that the value does not depend on threads. Regularisation is no part of
 * a loss here: the optimiser adds its gradient, and charts show the two apart. */

#include <stddef.h>
#include "engine/base/real.h"
#include "engine/experiment/experiment.h"

/* The loss of one number, before any mean. */
double fs_loss_term (FsLoss loss, double predicted, double target);

/* Sum (not mean) over n = rows × outputs. A NaN anywhere makes it NaN. */
double fs_loss_sum (FsLoss loss, const FsReal *predicted, const FsReal *target, size_t n);

/* dy = d(mean loss)/d(predicted). MAE: the subgradient sign(p − y), 0 where equal (as PyTorch's). */
void fs_loss_gradient (FsLoss loss,
                       const FsReal *predicted,
                       const FsReal *target,
                       size_t n,
                       FsReal *d_predicted);
