/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Published rules; see rules.h. Formulas and defaults as documented by their authors. */

#include "tests/ward/rules.h"

#include <math.h>
#include <stdbool.h>

static double
train (const FsHistory *history, size_t i)
{
  return history->observations[i].train_loss;
}

static double
valid (const FsHistory *history, size_t i)
{
  return fs_history_monitored (history, i);
}

/* SageMaker Debugger, Overfit: (validation − train) / train > 0.1, patience 1. */
static bool
debugger_overfit (const FsHistory *history, const FsExperiment *experiment)
{
  for (size_t i = 0; i < history->n_observations; i++)
    if ((valid (history, i) - train (history, i)) / train (history, i) > 0.1)
      return true;
  return false;
}

/* SageMaker Debugger, LossNotDecreasing: less than 0.1 % in ten steps (epochs here). */
static bool
debugger_not_decreasing (const FsHistory *history, const FsExperiment *experiment)
{
  for (size_t i = 10; i < history->n_observations; i++)
    if (train (history, i - 10) - train (history, i) < 0.001 * train (history, i - 10))
      return true;
  return false;
}

/* SageMaker Debugger, Overtraining: train no better for 5, validation no better for 10; δ = 0.01. */
static bool
debugger_overtraining (const FsHistory *history, const FsExperiment *experiment)
{
  double best_train = INFINITY, best_valid = INFINITY;
  size_t at_train = 0, at_valid = 0;
  for (size_t i = 0; i < history->n_observations; i++)
    {
      if (train (history, i) < best_train - 0.01)
        {
          best_train = train (history, i);
          at_train = i;
        }
      if (valid (history, i) < best_valid - 0.01)
        {
          best_valid = valid (history, i);
          at_valid = i;
        }
      if (i - at_train >= 5 && i - at_valid >= 10)
        return true;
    }
  return false;
}

/* UMLAUT: validation rises while training does not, in one epoch. */
static bool
umlaut_overfit (const FsHistory *history, const FsExperiment *experiment)
{
  for (size_t i = 1; i < history->n_observations; i++)
    if (valid (history, i) > valid (history, i - 1) && train (history, i) <= train (history, i - 1))
      return true;
  return false;
}

/* UMLAUT: a rate above 0.01 or below 1e-7, whatever the optimiser. */
static bool
umlaut_rate (const FsHistory *history, const FsExperiment *experiment)
{
  return experiment->train.learning_rate > 0.01 || experiment->train.learning_rate < 1e-7;
}

/* AutoTrainer, oscillating loss: turns of at least 0.03 in a fifth of the epochs. */
static bool
autotrainer_oscillating (const FsHistory *history, const FsExperiment *experiment)
{
  size_t n = 0;
  for (size_t i = 1; i + 1 < history->n_observations; i++)
    {
      double up = train (history, i) - train (history, i - 1);
      double down = train (history, i) - train (history, i + 1);
      n += up > 0 && down > 0 && fmin (up, down) >= 0.03;
    }
  return (double) n >= 0.2 * (double) history->n_observations;
}

/* SageMaker Debugger, ExplodingTensor: any value that is not finite. */
static bool
debugger_exploding (const FsHistory *history, const FsExperiment *experiment)
{
  for (size_t i = 0; i < history->n_observations; i++)
    if (!isfinite (train (history, i)) || !isfinite (history->observations[i].gradient_norm))
      return true;
  return history->end == FS_END_NON_FINITE;
}

/* Whether some tensor of some probe is beyond what the measure allows. */
typedef bool (*TensorRule) (const FsTensorProbe *tensor);

static bool
has_tensor (const FsHistory *history, TensorRule is_beyond)
{
  for (size_t p = 0; p < history->n_probes; p++)
    for (uint32_t i = 0; i < history->probes[p].n_tensors; i++)
      if (is_beyond (&history->probes[p].tensors[i]))
        return true;
  return false;
}

static bool
is_odd_update (const FsTensorProbe *tensor)
{
  return (double) tensor->update_ratio > 10 || (double) tensor->update_ratio < 1e-8;
}

/* SageMaker Debugger, WeightUpdateRatio: above 10 or below 1e-8. */
static bool
debugger_update (const FsHistory *history, const FsExperiment *experiment)
{
  return has_tensor (history, is_odd_update);
}

/* The mean of |g| is at most the norm: of a tensor of n, norm / √n where all are alike. */
static bool
is_vanished (const FsTensorProbe *tensor)
{
  return (double) tensor->gradient_norm < 1e-7;
}

/* SageMaker Debugger, VanishingGradient: mean |g| below 1e-7. */
static bool
debugger_vanishing (const FsHistory *history, const FsExperiment *experiment)
{
  return has_tensor (history, is_vanished);
}

/* ‖g‖ of the first tensor over that of the last, and the first itself, of each probe. */
static bool
has_ratio (const FsHistory *history, double least, double most, double floor)
{
  for (size_t p = 0; p < history->n_probes; p++)
    {
      const FsProbe *probe = &history->probes[p];
      if (probe->n_tensors < 2)
        continue;
      double first = (double) probe->tensors[0].gradient_norm;
      double ratio = first / (double) probe->tensors[probe->n_tensors - 1].gradient_norm;
      if ((ratio < least && first < floor) || ratio > most)
        return true;
    }
  return false;
}

/* AutoTrainer, gradient vanish: ratio below 1e-3 and the first below 1e-4. */
static bool
autotrainer_vanishing (const FsHistory *history, const FsExperiment *experiment)
{
  return has_ratio (history, 1e-3, INFINITY, 1e-4);
}

/* AutoTrainer, gradient explosion: ratio above 70, or a loss of 1000 and more. */
static bool
autotrainer_exploding (const FsHistory *history, const FsExperiment *experiment)
{
  for (size_t i = 0; i < history->n_observations; i++)
    if (!(train (history, i) < 1e3))
      return true;
  return has_ratio (history, 0, 70, 0);
}

/* AutoTrainer, slow convergence: after 30 % of the epochs the measure is still poor and no epoch gained
 * 0.01. Its measure is accuracy, poor below 0.6; here 1 − loss / first loss stands for it. */
static bool
autotrainer_slow (const FsHistory *history, const FsExperiment *experiment)
{
  const size_t n = (size_t) (0.3 * (double) history->n_observations);
  double best = 0, greatest = 0, first = n > 0 ? train (history, 0) : 1;
  for (size_t i = 1; i < n; i++)
    {
      best = fmax (best, 1 - train (history, i) / first);
      greatest = fmax (greatest, (train (history, i - 1) - train (history, i)) / first);
    }
  return n >= 3 && best < 0.6 && greatest < 0.01;
}

/* UMLAUT: validation far better than training: too good to be true. */
static bool
umlaut_too_good (const FsHistory *history, const FsExperiment *experiment)
{
  for (size_t i = 3; i < history->n_observations; i++)
    if (valid (history, i) < 0.95 * train (history, i))
      return true;
  return false;
}

/* UMLAUT: dropout above one half. */
static bool
umlaut_dropout (const FsHistory *history, const FsExperiment *experiment)
{
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (experiment->layers[i].kind == FS_LAYER_DROPOUT && experiment->layers[i].rate > 0.5)
      return true;
  return false;
}

static bool
has_generalisation_loss (const FsHistory *history, double limit)
{
  double lowest = INFINITY;
  for (size_t i = 0; i < history->n_observations; i++)
    {
      lowest = fmin (lowest, valid (history, i));
      if (100 * (valid (history, i) / lowest - 1) > limit)
        return true;
    }
  return false;
}

/* Prechelt 1998: generalisation loss above so many per cent. */
static bool
prechelt_gl1 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_generalisation_loss (history, 1);
}

static bool
prechelt_gl2 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_generalisation_loss (history, 2);
}

static bool
prechelt_gl5 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_generalisation_loss (history, 5);
}

static bool
has_lost_progress (const FsHistory *history, double limit)
{
  double lowest = INFINITY;
  for (size_t i = 0; i < history->n_observations; i++)
    {
      lowest = fmin (lowest, valid (history, i));
      if (i % 5 != 4)
        continue;
      double sum = 0, least = INFINITY;
      for (size_t k = i - 4; k <= i; k++)
        {
          sum += train (history, k);
          least = fmin (least, train (history, k));
        }
      double progress = 1000 * (sum / (5 * least) - 1);
      if (100 * (valid (history, i) / lowest - 1) > limit * progress)
        return true;
    }
  return false;
}

/* Prechelt 1998: generalisation loss over progress in strips of five, above so much. */
static bool
prechelt_pq05 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_lost_progress (history, 0.5);
}

static bool
prechelt_pq075 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_lost_progress (history, 0.75);
}

static bool
prechelt_pq2 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_lost_progress (history, 2);
}

static bool
has_risen (const FsHistory *history, unsigned n_strips)
{
  unsigned n = 0;
  for (size_t i = 9; i < history->n_observations; i += 5)
    {
      n = valid (history, i) > valid (history, i - 5) ? n + 1 : 0;
      if (n == n_strips)
        return true;
    }
  return false;
}

/* Prechelt 1998: validation rose in so many successive strips of five. */
static bool
prechelt_up2 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_risen (history, 2);
}

static bool
prechelt_up3 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_risen (history, 3);
}

static bool
prechelt_up4 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_risen (history, 4);
}

static bool
prechelt_up6 (const FsHistory *history, const FsExperiment *experiment)
{
  return has_risen (history, 6);
}

static const struct
{
  const char *name;
  bool (*judge) (const FsHistory *history, const FsExperiment *experiment);
} rules[WARD_N_RULES] = {
  { "SageMaker Debugger: overfit", debugger_overfit },
  { "SageMaker Debugger: not decreasing", debugger_not_decreasing },
  { "SageMaker Debugger: overtraining", debugger_overtraining },
  { "SageMaker Debugger: exploding tensor", debugger_exploding },
  { "SageMaker Debugger: vanishing gradient", debugger_vanishing },
  { "SageMaker Debugger: weight update ratio", debugger_update },
  { "UMLAUT: overfit", umlaut_overfit },
  { "UMLAUT: learning rate", umlaut_rate },
  { "UMLAUT: validation too good", umlaut_too_good },
  { "UMLAUT: dropout", umlaut_dropout },
  { "AutoTrainer: oscillating loss", autotrainer_oscillating },
  { "AutoTrainer: gradient vanishes", autotrainer_vanishing },
  { "AutoTrainer: gradient explodes", autotrainer_exploding },
  { "AutoTrainer: slow convergence", autotrainer_slow },
  { "Prechelt: GL 1", prechelt_gl1 },
  { "Prechelt: GL 2", prechelt_gl2 },
  { "Prechelt: GL 5", prechelt_gl5 },
  { "Prechelt: PQ 0.5", prechelt_pq05 },
  { "Prechelt: PQ 0.75", prechelt_pq075 },
  { "Prechelt: PQ 2", prechelt_pq2 },
  { "Prechelt: UP 2", prechelt_up2 },
  { "Prechelt: UP 3", prechelt_up3 },
  { "Prechelt: UP 4", prechelt_up4 },
  { "Prechelt: UP 6", prechelt_up6 },
};

const char *
ward_rule_name (unsigned rule)
{
  return rules[rule].name;
}

unsigned
ward_rules_judge (const FsHistory *history, const FsExperiment *experiment)
{
  unsigned alarms = 0;
  for (unsigned r = 0; r < WARD_N_RULES; r++)
    if (rules[r].judge (history, experiment))
      alarms |= 1u << r;
  return alarms;
}
