/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Losses: mean over rows and outputs, in double, summed in row order (so that the value does not
 * depend on threads), and their gradient with respect to the predictions. */

#include <stddef.h>
#include "engine/base/real.h"
#include "engine/experiment/experiment.h"

/* Sum (not mean) over n = rows × outputs. */
double fs_loss_sum (FsLoss loss, const FsReal *predicted, const FsReal *target, size_t n);

/* dy = d(mean loss)/d(predicted). MAE: the subgradient sign(p − y), 0 where equal (as PyTorch's). */
void fs_loss_gradient (FsLoss loss,
                       const FsReal *predicted,
                       const FsReal *target,
                       size_t n,
                       FsReal *d_predicted);
