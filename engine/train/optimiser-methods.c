/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The optimisers' formulas but for their inner loops, and the constants of both conventions; see
 * optimiser-methods.h. Sources: PyTorch 2.x's and Keras 3's documented updates. (PyTorch 1.13's NAdam
 * multiplies μₜ into its product twice; that is not followed.) */

#include "engine/train/optimiser-methods.h"

#include <math.h>

/* ---- Rules ---- */

/* What each convention means where a setting says "auto". */
static const struct
{
  double epsilon, rho, decay;
} defaults[][2] = {
  [FS_OPTIMISER_ADAM] = { { 1e-8, 0, 0 }, { 1e-7, 0, 0 } },
  [FS_OPTIMISER_SGD] = { { 0, 0, 0 }, { 0, 0, 0 } },
  [FS_OPTIMISER_ADAMW] = { { 1e-8, 0, 0.01 }, { 1e-7, 0, 0.004 } },
  [FS_OPTIMISER_NADAM] = { { 1e-8, 0, 0 }, { 1e-7, 0, 0 } },
  [FS_OPTIMISER_RMSPROP] = { { 1e-8, 0.99, 0 }, { 1e-7, 0.9, 0 } },
  [FS_OPTIMISER_ADAGRAD] = { { 1e-10, 0, 0 }, { 1e-7, 0, 0 } },
};

FsDescentRule
fs_descent_rule_default (FsOptimiser optimiser, FsConvention convention)
{
  const bool is_keras = convention == FS_CONVENTION_KERAS;
  return (FsDescentRule){
    .optimiser = optimiser,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .rho = defaults[optimiser][convention].rho,
    .epsilon = defaults[optimiser][convention].epsilon,
    .epsilon_is_inside = is_keras,
    .rate_is_inside = is_keras,
    .corrects_rate = is_keras,
    .first_sum = is_keras ? 0.1 : 0,
    .momentum_warmth = is_keras ? 1 : 0.004,
  };
}

FsDescentRule
fs_descent_rule (const FsExperiment *experiment)
{
  const FsOptimiser optimiser = experiment->train.optimiser;
  FsDescentRule rule = fs_descent_rule_default (optimiser, experiment->train.convention);
  rule.beta1 = experiment->train.beta1;
  rule.beta2 = experiment->train.beta2;
  if (experiment->train.rho != FS_AUTO)
    rule.rho = experiment->train.rho;
  if (experiment->train.epsilon != FS_AUTO)
    rule.epsilon = experiment->train.epsilon;
  rule.is_amsgrad = experiment->train.is_amsgrad;
  rule.is_nesterov = experiment->train.is_nesterov;
  rule.is_centred = experiment->train.is_centred;
  rule.has_momentum = experiment->train.momentum > 0;
  return rule;
}

FsDescentSettings
fs_descent_settings (const FsExperiment *experiment, double learning_rate)
{
  FsDescentSettings settings = {
    .learning_rate = learning_rate,
    .momentum = experiment->train.momentum,
    .l1 = experiment->train.l1,
    .l2 = experiment->train.l2,
    .clip_norm = experiment->train.clip_norm,
    .clip_value = experiment->train.clip_value,
    .max_norm = experiment->train.max_norm,
    .recurrent_is_apart = experiment->train.penalties == FS_PENALTY_APART,
    .l1_recurrent = experiment->train.l1_recurrent,
    .l2_recurrent = experiment->train.l2_recurrent,
    .l1_bias = experiment->train.l1_bias,
    .l2_bias = experiment->train.l2_bias,
  };
  if (experiment->train.optimiser == FS_OPTIMISER_ADAMW)
    settings.decay = experiment->train.weight_decay == FS_AUTO
                         ? defaults[FS_OPTIMISER_ADAMW][experiment->train.convention].decay
                         : experiment->train.weight_decay;
  return settings;
}

/* ---- The table ---- */

static size_t
one_moment (const FsDescentRule *rule)
{
  return 1;
}

static size_t
two_moments (const FsDescentRule *rule)
{
  return 2;
}

static size_t
adam_moments (const FsDescentRule *rule)
{
  return rule->is_amsgrad ? 3 : 2;
}

static size_t
rmsprop_moments (const FsDescentRule *rule)
{
  return 1 + (size_t) rule->has_momentum + (size_t) rule->is_centred;
}

static void
prepare_sgd (FsStepNumbers *numbers,
             const FsDescentSettings *settings,
             uint64_t t,
             double mu_product)
{
  const bool rate_is_inside = numbers->rule->rate_is_inside;
  numbers->momentum = (FsReal) settings->momentum;
  numbers->gain =
      rate_is_inside ? (FsReal) settings->learning_rate * numbers->scale : numbers->scale;
  numbers->rate = rate_is_inside ? 1 : (FsReal) settings->learning_rate;
}

/* At the first step the buffer is 0, so b = g as PyTorch has it. */
static void
update_sgd (const FsStepNumbers *numbers,
            FsReal *w,
            const FsReal *g,
            FsReal *const *moments,
            size_t n)
{
  if (numbers->momentum == 0)
    numbers->kernels->sgd (w, g, numbers->gain, numbers->rate, n);
  else if (numbers->rule->is_nesterov)
    numbers->kernels->nesterov (w, moments[0], g, numbers->gain, numbers->rate, numbers->momentum,
                                n);
  else
    numbers->kernels->momentum (w, moments[0], g, numbers->gain, numbers->rate, numbers->momentum,
                                n);
}

static void
prepare_adam (FsStepNumbers *numbers,
              const FsDescentSettings *settings,
              uint64_t t,
              double mu_product)
{
  const FsDescentRule *rule = numbers->rule;
  const double root = sqrt (1 - pow (rule->beta2, (double) t));
  const double rate = settings->learning_rate / (1 - pow (numbers->beta1, (double) t));
  numbers->adam.adam = (FsAdamNumbers){
    .scale = numbers->scale,
    .beta1 = (FsReal) numbers->beta1,
    .one_minus1 = (FsReal) (1 - numbers->beta1),
    .beta2 = (FsReal) rule->beta2,
    .one_minus2 = (FsReal) (1 - rule->beta2),
    .rate = (FsReal) (rule->corrects_rate ? rate * root : rate),
    .correction = (FsReal) (rule->corrects_rate ? 1 : 1 / root),
    .epsilon = (FsReal) rule->epsilon,
  };
}

static void
update_adam (const FsStepNumbers *numbers,
             FsReal *w,
             const FsReal *g,
             FsReal *const *moments,
             size_t n)
{
  if (numbers->rule->is_amsgrad)
    numbers->kernels->adam_max (w, moments[0], moments[1], moments[2], g, &numbers->adam.adam, n);
  else
    numbers->kernels->adam (w, moments[0], moments[1], g, &numbers->adam.adam, n);
}

double
fs_nadam_mu (const FsDescentRule *rule, uint64_t t)
{
  return rule->beta1 * (1 - 0.5 * pow (0.96, (double) t * rule->momentum_warmth));
}

/* In both conventions ε stands beside the corrected root. */
static void
prepare_nadam (FsStepNumbers *numbers,
               const FsDescentSettings *settings,
               uint64_t t,
               double mu_product)
{
  const FsDescentRule *rule = numbers->rule;
  const double mu = fs_nadam_mu (rule, t), mu_next = fs_nadam_mu (rule, t + 1);
  const double product = mu_product * mu;
  prepare_adam (numbers, settings, t, mu_product);
  numbers->adam.adam.correction = (FsReal) (1 / sqrt (1 - pow (rule->beta2, (double) t)));
  numbers->adam.gradient_rate = (FsReal) (settings->learning_rate * (1 - mu) / (1 - product));
  numbers->adam.moment_rate =
      (FsReal) (settings->learning_rate * mu_next / (1 - product * mu_next));
}

static void
update_nadam (const FsStepNumbers *numbers,
              FsReal *w,
              const FsReal *g,
              FsReal *const *moments,
              size_t n)
{
  numbers->kernels->nadam (w, moments[0], moments[1], g, &numbers->adam, n);
}

static void
prepare_root (FsStepNumbers *numbers,
              const FsDescentSettings *settings,
              uint64_t t,
              double mu_product)
{
  const FsDescentRule *rule = numbers->rule;
  const bool rate_is_inside = rule->has_momentum && rule->rate_is_inside;
  numbers->root = (FsRootNumbers){
    .scale = numbers->scale,
    .rho = (FsReal) rule->rho,
    .one_minus = (FsReal) (1 - rule->rho),
    .epsilon_inside = rule->epsilon_is_inside ? (FsReal) rule->epsilon : 0,
    .epsilon = rule->epsilon_is_inside ? 0 : (FsReal) rule->epsilon,
    .momentum = (FsReal) settings->momentum,
    .gain = rate_is_inside ? (FsReal) settings->learning_rate : 1,
    .rate = rate_is_inside ? 1 : (FsReal) settings->learning_rate,
  };
}

static void
update_rmsprop (const FsStepNumbers *numbers,
                FsReal *w,
                const FsReal *g,
                FsReal *const *moments,
                size_t n)
{
  FsReal *momentum = numbers->rule->has_momentum ? moments[1] : NULL;
  FsReal *mean = numbers->rule->is_centred ? moments[1 + numbers->rule->has_momentum] : NULL;
  numbers->kernels->rmsprop (w, moments[0], momentum, mean, g, &numbers->root, n);
}

static void
update_adagrad (const FsStepNumbers *numbers,
                FsReal *w,
                const FsReal *g,
                FsReal *const *moments,
                size_t n)
{
  numbers->kernels->adagrad (w, moments[0], g, &numbers->root, n);
}

const FsMethod *
fs_method (FsOptimiser optimiser)
{
  static const FsMethod methods[] = {
    [FS_OPTIMISER_ADAM] = { adam_moments, prepare_adam, update_adam },
    [FS_OPTIMISER_SGD] = { one_moment, prepare_sgd, update_sgd },
    [FS_OPTIMISER_ADAMW] = { adam_moments, prepare_adam, update_adam },
    [FS_OPTIMISER_NADAM] = { two_moments, prepare_nadam, update_nadam },
    [FS_OPTIMISER_RMSPROP] = { rmsprop_moments, prepare_root, update_rmsprop },
    [FS_OPTIMISER_ADAGRAD] = { one_moment, prepare_root, update_adagrad },
  };
  return &methods[optimiser];
}
