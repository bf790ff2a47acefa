/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A descent: an optimiser at work on one network's flat block of parameters, with its moments and its
 * count of steps. Owned by the trainer. A step is
 *   penalties:  g += 2·l2·w + l1·sign (w), on kernels and recurrent kernels, on biases only if asked
 *   norm:       ‖g‖ over everything, in double
 *   clipping:   g scaled by min (1, clip / (‖g‖ + 1e-6)), then each number cut to ±clip_value
 *   decay:      w −= rate·decay·w, apart from the gradient (AdamW)
 *   update:     the optimiser's row in the table
 *   max-norm:   rows of kernels longer than max_norm are scaled back to it
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

/* What is fixed while a descent lives. PyTorch and Keras give the same names to slightly different
 * formulas; where they part is data here, so that either's numbers can be had:
 *   pytorch: ε beside the root, the rate outside the momentum, Adagrad's sums from 0
 *   keras:   ε inside the root (RMSprop, Adagrad), the rate inside, Adagrad's sums from 0.1 */
typedef struct
{
  FsOptimiser optimiser;
  double beta1, beta2; /* adam, adamw, nadam */
  double rho;          /* rmsprop */
  double epsilon;
  bool epsilon_is_inside;
  bool rate_is_inside; /* b = μ b + rate·g, w −= b, instead of b = μ b + g, w −= rate·b */
  bool corrects_rate; /* Adam: √(1 − β₂ᵗ) goes with the rate, so that ε is not divided by it */
  double first_sum;       /* adagrad: what the sums of squares begin with */
  double momentum_warmth; /* nadam: ψ in μₜ = β₁ (1 − ½·0.96^(tψ)) */
  bool is_amsgrad;        /* adam, adamw: by the largest mean square so far */
  bool is_nesterov;       /* sgd */
  bool is_centred;        /* rmsprop: by the variance instead of the mean square */
  bool has_momentum;      /* rmsprop: keeps a moment for it */
} FsDescentRule;

typedef struct
{
  double learning_rate;
  double momentum;   /* sgd, rmsprop */
  double l1, l2;     /* 0 = off */
  double clip_norm;  /* 0 = off */
  double clip_value; /* 0 = off */
  double max_norm;   /* 0 = off */
  double decay;      /* 0 = off */

  /* On recurrent kernels and on biases; those above are then for the other kernels alone. */
  bool recurrent_is_apart;
  double l1_recurrent, l2_recurrent;
  double l1_bias, l2_bias;

  /* Adam and AdamW: β₁ of this step instead of the rule's, while a schedule moves it. */
  bool has_beta1;
  double beta1;
} FsDescentSettings;

typedef struct
{
  double gradient_norm; /* with penalties, before clipping; NaN or Inf if any gradient is */
  bool is_clipped;      /* by norm or by value */
  double update_ratio;  /* ‖Δw‖ / ‖w‖ of this step; NaN when it was not asked for */
} FsDescentReport;

/* The rule as the convention has it by default, and as an experiment has it. */
FsDescentRule fs_descent_rule_default (FsOptimiser optimiser, FsConvention convention);
FsDescentRule fs_descent_rule (const FsExperiment *experiment);

/* A step's settings with `learning_rate` as they stand in an experiment. */
FsDescentSettings fs_descent_settings (const FsExperiment *experiment, double learning_rate);

/* `table` is copied from, `pool` is kept. */
FsStatus fs_descent_new_with_rule (FsDescent **descent,
                                   const FsDescentRule *rule,
                                   const FsTensorTable *table,
                                   FsPool *pool,
                                   FsProblem *problem);

/* With PyTorch's defaults. */
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

/* ‖g‖ (with penalties, before clipping), ‖w‖ (before) and ‖Δw‖ of one tensor in the last step, which
 * must have measured the ratio. */
typedef struct
{
  double gradient, weight, change;
} FsDescentNorms;

FsDescentNorms fs_descent_tensor_norms (const FsDescent *descent, size_t tensor);

/* All that a descent remembers between two steps, for checkpoints: moments[n_moments][table.size] in
 * one block (NULL for an optimiser without any) and the number of steps done. Both may be written. */
FsReal *fs_descent_moments (FsDescent *descent, size_t *n_reals);
uint64_t *fs_descent_n_steps (FsDescent *descent);
