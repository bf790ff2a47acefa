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

/* Prechelt 1998: generalisation loss above 5 %. */
static bool
prechelt_gl (const FsHistory *history, const FsExperiment *experiment)
{
  double lowest = INFINITY;
  for (size_t i = 0; i < history->n_observations; i++)
    {
      lowest = fmin (lowest, valid (history, i));
      if (100 * (valid (history, i) / lowest - 1) > 5)
        return true;
    }
  return false;
}

/* Prechelt 1998: generalisation loss over progress in strips of five, above 0.75. */
static bool
prechelt_pq (const FsHistory *history, const FsExperiment *experiment)
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
      if (100 * (valid (history, i) / lowest - 1) > 0.75 * progress)
        return true;
    }
  return false;
}

/* Prechelt 1998: validation rose in three successive strips of five. */
static bool
prechelt_up (const FsHistory *history, const FsExperiment *experiment)
{
  unsigned n = 0;
  for (size_t i = 9; i < history->n_observations; i += 5)
    {
      n = valid (history, i) > valid (history, i - 5) ? n + 1 : 0;
      if (n == 3)
        return true;
    }
  return false;
}

static const struct
{
  const char *name;
  bool (*judge) (const FsHistory *history, const FsExperiment *experiment);
} rules[WARD_N_RULES] = {
  { "SageMaker Debugger: overfit", debugger_overfit },
  { "SageMaker Debugger: not decreasing", debugger_not_decreasing },
  { "SageMaker Debugger: overtraining", debugger_overtraining },
  { "UMLAUT: overfit", umlaut_overfit },
  { "UMLAUT: learning rate", umlaut_rate },
  { "AutoTrainer: oscillating loss", autotrainer_oscillating },
  { "Prechelt: GL 5", prechelt_gl },
  { "Prechelt: PQ 0.75", prechelt_pq },
  { "Prechelt: UP 3", prechelt_up },
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
