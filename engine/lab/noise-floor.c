/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The floors of the series that were made here. See noise-floor.h. */

#include "engine/lab/noise-floor.h"

#include <glib.h>
#include <math.h>

/* As data/series/README.md has it. */
static const struct
{
  const char *source, *target;
  double sd;            /* of the noise in one row, original units */
  gboolean accumulates; /* a row keeps the noise of those before it */
  double flipped;       /* share of answers that were turned round; 0 = a series */
} makings[] = {
  { "builtin:synthetic-sine-noise", "value", 0.30, FALSE, 0 },
  { "builtin:synthetic-white-noise", "value", 1.0, FALSE, 0 },
  { "builtin:synthetic-random-walk", "value", 1.0, TRUE, 0 },
  { "builtin:synthetic-sentiment", "sentiment", 0, FALSE, 0.084 },
};

/* Prepared units of an original one, or NaN where that is no constant. */
static double
stretch_of_target (const FsExperiment *experiment, const FsDataset *dataset)
{
  double zero = 0, one = 1;

  for (gsize i = 0; i < experiment->n_steps; i++)
    {
      const FsStepSpec *step = &experiment->steps[i];
      if (step->is_enabled && step->columns != FS_COLUMNS_INPUTS && step->kind != FS_STEP_IMPUTE
          && step->kind != FS_STEP_SCALE)
        return NAN;
    }
  fs_recipe_invert_target (dataset->recipe, &zero, 1, dataset->length);
  fs_recipe_invert_target (dataset->recipe, &one, 1, dataset->length);
  return 1 / fabs (one - zero);
}

/* The best forecast of a normal variable is its mean: E (x − μ)² = σ², E |x − μ| = σ √(2 / π); with the
 * noise of h rows in it, σ² grows to h σ². The mean over the rows ahead. */
static double
floor_of_series (FsLoss loss, double sd, gboolean accumulates, gsize n_ahead)
{
  double sum = 0;

  for (gsize h = 1; h <= n_ahead; h++)
    {
      const double variance = sd * sd * (accumulates ? (double) h : 1);
      sum += loss == FS_LOSS_MSE ? variance : sqrt (variance * 2 / G_PI);
    }
  return sum / (double) n_ahead;
}

double
fs_noise_floor (const FsExperiment *experiment, const FsDataset *dataset)
{
  for (gsize i = 0; i < G_N_ELEMENTS (makings); i++)
    {
      const double p = makings[i].flipped;

      if (!g_str_equal (experiment->data.source, makings[i].source)
          || !g_str_equal (dataset->target_name, makings[i].target))
        continue;
      /* Whoever knows the sentence is right with 1 − p: −p ln p − (1 − p) ln (1 − p) nats. */
      if (p > 0)
        return experiment->data.task == FS_TASK_TEXT && !dataset->class_weights
                   ? -p * log (p) - (1 - p) * log1p (-p)
                   : NAN;
      if (experiment->data.task != FS_TASK_FORECAST
          || (experiment->train.loss != FS_LOSS_MSE && experiment->train.loss != FS_LOSS_MAE))
        return NAN;
      return floor_of_series (experiment->train.loss,
                              makings[i].sd * stretch_of_target (experiment, dataset),
                              makings[i].accumulates, dataset->n_outputs);
    }
  return NAN;
}
