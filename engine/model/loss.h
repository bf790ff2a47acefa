/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Losses: what one prediction costs, in double, and its gradient with respect to the predictions.
 * Sums run in row order, so that the value does not depend on threads. Regularisation is no part of
 * a loss here: the optimiser adds its gradient, and charts show the two apart. */

#include <stddef.h>
#include "engine/base/real.h"
#include "engine/experiment/experiment.h"

/* Which loss, and the one number that some of them have: Huber's δ (> 0), the quantile q. The rest is for
 * losses by rows (loss-rows.c). */
typedef struct
{
  FsLoss kind;
  double parameter;
  size_t n_outputs;            /* of a row; 0 counts as 1 */
  const double *class_weights; /* [n_classes], not owned; NULL = 1 each */
} FsLossRule;

FsLossRule fs_loss_rule (const FsExperiment *experiment); /* of one output, without weights */

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

/* Losses of classes cost a row of outputs (logits z) and its class y at once, weighted by w_y:
 *   cross-entropy         w_y (ln Σ_k exp z_k − z_y), n_outputs classes
 *   binary cross-entropy  w_y (max (z, 0) − z y + ln (1 + exp −|z|)), classes 0 and 1, one output
 * neither of which a large logit overflows. The mean is over the weights, Σ w ℓ / Σ w. A target below 0
 * is masked: it costs nothing and weighs nothing. */

/* Sum over `n_rows` rows of outputs and what divides it to a mean. Losses of numbers have n_outputs
 * targets a row, each of weight 1; losses of classes have one, the number of the class. */
typedef struct
{
  double sum, weight;
} FsLossSum;

FsLossSum fs_loss_sum_rows (FsLossRule loss,
                            const FsReal *predicted,
                            const FsReal *target,
                            size_t n_rows);

/* d(mean loss)/d(predicted); 0 where nothing has weight. */
void fs_loss_gradient_rows (FsLossRule loss,
                            const FsReal *predicted,
                            const FsReal *target,
                            size_t n_rows,
                            FsReal *d_predicted);

/* The cost of class `y` where the classes have these probabilities: −w_y ln p_y. */
double fs_loss_of_probabilities (FsLossRule loss, const double *probabilities, size_t y);

/* Probabilities of a row's logits, in double: probabilities[n_classes], that of class 1 alone for one
 * output. May be done in place. */
void fs_loss_probabilities (FsLossRule loss, const double *logits, double *probabilities);

/* Rows whose likeliest class is the true one, and rows that have a true one at all. */
void fs_loss_count_right (FsLossRule loss,
                          const FsReal *predicted,
                          const FsReal *target,
                          size_t n_rows,
                          double *n_right,
                          double *n_answers);
