/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scores of forecasts that need no learning, over every window of every part; see baselines.h. */

#include "engine/train/baselines.h"

#include <math.h>
#include <stdlib.h>
#include "engine/model/loss.h"
#include "engine/train/ridge.h"

/* Mean of the targets of the training windows, each target as often as it is one. */
static double
training_mean (const FsDataset *dataset)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  double sum = 0;
  for (size_t i = 0; i < windows->n; i++)
    for (size_t h = 0; h < dataset->n_outputs; h++)
      sum += dataset->target_prepared[windows->starts[i] + dataset->length + h];
  return sum / (double) (windows->n * dataset->n_outputs);
}

/* The newest value that is known at the window's end and lies whole seasons before step h; in the
 * first season of a file there is none yet, and the last value has to do. */
static double
seasonal_value (const FsDataset *dataset, size_t start, size_t h)
{
  const size_t target = start + dataset->length + h;
  const size_t back = (h / dataset->season + 1) * dataset->season;
  const size_t row = target >= back && isfinite (dataset->target_prepared[target - back])
                         ? target - back
                         : start + dataset->length - 1;
  return dataset->target_prepared[row];
}

static void
score_simple (FsBaseline *baseline,
              const FsDataset *dataset,
              FsPart part,
              FsLossRule loss,
              double mean)
{
  const FsWindows *windows = &dataset->windows[part];
  FsBaseline sums = { 0 };
  for (size_t i = 0; i < windows->n; i++)
    {
      const double *end = dataset->target_prepared + windows->starts[i] + dataset->length;
      for (size_t h = 0; h < dataset->n_outputs; h++)
        {
          sums.mean += fs_loss_term (loss, mean, end[h]);
          sums.persistence += fs_loss_term (loss, end[-1], end[h]);
          if (dataset->season > 0)
            sums.seasonal_naive +=
                fs_loss_term (loss, seasonal_value (dataset, windows->starts[i], h), end[h]);
        }
    }
  const double n = (double) (windows->n * dataset->n_outputs);
  baseline->mean = sums.mean / n;
  baseline->persistence = sums.persistence / n;
  baseline->seasonal_naive = dataset->season > 0 ? sums.seasonal_naive / n : NAN;
}

static double
score_ridge (FsRidge *ridge,
             const FsDataset *dataset,
             FsPart part,
             FsLossRule loss,
             double *predicted)
{
  const FsWindows *windows = &dataset->windows[part];
  double sum = 0;
  for (size_t first = 0; first < windows->n; first += FS_RIDGE_ROWS)
    {
      const size_t n_left = windows->n - first;
      const size_t n = n_left < FS_RIDGE_ROWS ? n_left : FS_RIDGE_ROWS;
      fs_ridge_predict (ridge, part, first, n, predicted);
      for (size_t i = 0; i < n; i++)
        for (size_t h = 0; h < dataset->n_outputs; h++)
          sum += fs_loss_term (
              loss, predicted[i * dataset->n_outputs + h],
              dataset->target_prepared[windows->starts[first + i] + dataset->length + h]);
    }
  return sum / (double) (windows->n * dataset->n_outputs);
}

/* ---- classes ---- */

/* The class that step `k` of a window aims at, or its only one. */
static size_t
class_of (const FsDataset *dataset, FsPart part, size_t window, size_t k)
{
  if (dataset->is_stepwise)
    return (size_t) dataset->inputs[dataset->windows[part].starts[window] + k + 1];
  return (size_t) dataset->target_raw[fs_window_target_row (dataset, part, window, k)];
}

static size_t
n_answers (const FsDataset *dataset, FsPart part, size_t window)
{
  return dataset->is_stepwise ? fs_window_length (dataset, part, window) : 1;
}

/* Shares of the classes among the training answers, weighted as the loss weights them. */
static void
find_shares (const FsDataset *dataset, double *shares)
{
  double sum = 0;
  for (size_t k = 0; k < dataset->n_classes; k++)
    shares[k] = dataset->is_stepwise ? 1 : 0;
  for (size_t w = 0; w < dataset->windows[FS_PART_TRAIN].n; w++)
    for (size_t k = 0; k < n_answers (dataset, FS_PART_TRAIN, w); k++)
      shares[class_of (dataset, FS_PART_TRAIN, w, k)]++;
  for (size_t k = 0; k < dataset->n_classes; k++)
    {
      shares[k] *= dataset->class_weights ? dataset->class_weights[k] : 1;
      sum += shares[k];
    }
  for (size_t k = 0; k < dataset->n_classes; k++)
    shares[k] /= sum;
}

static FsBaseline
score_classes (const FsDataset *dataset, FsPart part, const double *shares, size_t majority)
{
  double sum = 0, weights = 0, n = 0, n_majority = 0;
  for (size_t w = 0; w < dataset->windows[part].n; w++)
    for (size_t k = 0; k < n_answers (dataset, part, w); k++)
      {
        const size_t y = class_of (dataset, part, w, k);
        const double weight = dataset->class_weights ? dataset->class_weights[y] : 1;
        sum -= weight * log (shares[y]);
        weights += weight;
        n_majority += y == majority;
        n++;
      }
  return (FsBaseline){ .mean = sum / weights,
                       .persistence = NAN,
                       .seasonal_naive = NAN,
                       .ridge = NAN,
                       .majority_accuracy = n_majority / n };
}

static size_t
find_majority (const FsDataset *dataset, const double *shares)
{
  size_t best = 0;
  for (size_t k = 1; k < dataset->n_classes; k++)
    {
      const double *w = dataset->class_weights;
      if (shares[k] / (w ? w[k] : 1) > shares[best] / (w ? w[best] : 1))
        best = k;
    }
  return best;
}

static FsStatus
compute_for_classes (FsBaselines *baselines, const FsDataset *dataset, FsProblem *problem)
{
  double *shares = malloc ((dataset->n_classes + 1) * sizeof *shares);
  if (!shares)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "baselines", NULL, NULL);
  find_shares (dataset, shares);
  baselines->is_of_classes = true;
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      baselines->parts[part] = (FsBaseline){ NAN, NAN, NAN, NAN, NAN };
      if (dataset->windows[part].n > 0)
        baselines->parts[part] =
            score_classes (dataset, (FsPart) part, shares, find_majority (dataset, shares));
    }
  free (shares);
  return FS_OK;
}

/* ---- one number a sequence ---- */

static void
compute_for_sequences (FsBaselines *baselines, const FsDataset *dataset, FsLossRule loss)
{
  double mean = 0;
  const FsWindows *train = &dataset->windows[FS_PART_TRAIN];
  for (size_t w = 0; w < train->n; w++)
    mean += dataset->target_prepared[fs_window_target_row (dataset, FS_PART_TRAIN, w, 0)]
            / (double) train->n;
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      const size_t n = dataset->windows[part].n;
      double sum = 0;
      for (size_t w = 0; w < n; w++)
        sum += fs_loss_term (
            loss, mean,
            dataset->target_prepared[fs_window_target_row (dataset, (FsPart) part, w, 0)]);
      baselines->parts[part] = (FsBaseline){ n > 0 ? sum / (double) n : NAN, NAN, NAN, NAN, NAN };
    }
}

FsStatus
fs_baselines_compute (FsBaselines *baselines,
                      const FsDataset *dataset,
                      FsLossRule loss,
                      FsProblem *problem)
{
  *baselines = (FsBaselines){ .season = dataset->season };
  if (dataset->n_classes > 0)
    return compute_for_classes (baselines, dataset, problem);
  if (fs_task_is_of_sequences (dataset->task))
    {
      compute_for_sequences (baselines, dataset, loss);
      return FS_OK;
    }
  FsRidge *ridge = NULL;
  FsStatus status = fs_ridge_fit (&ridge, dataset, problem);
  if (status != FS_OK)
    return status;
  double *predicted = calloc (FS_RIDGE_ROWS * dataset->n_outputs, sizeof *predicted);
  if (!predicted)
    {
      fs_ridge_free (ridge);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "baselines", NULL, NULL);
    }
  const double mean = training_mean (dataset);
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      FsBaseline *baseline = &baselines->parts[part];
      *baseline = (FsBaseline){ NAN, NAN, NAN, NAN, NAN };
      if (dataset->windows[part].n == 0)
        continue;
      score_simple (baseline, dataset, (FsPart) part, loss, mean);
      if (ridge)
        baseline->ridge = score_ridge (ridge, dataset, (FsPart) part, loss, predicted);
    }
  free (predicted);
  fs_ridge_free (ridge);
  return FS_OK;
}

double
fs_baselines_best (const FsBaselines *baselines, FsPart part, const char **name)
{
  const FsBaseline *baseline = &baselines->parts[part];
  const struct
  {
    double loss;
    const char *name;
  } rows[] = {
    { baseline->mean,
      baselines->is_of_classes ? "the shares of the classes" : "always the training mean" },
    { baseline->persistence, "repeating the last value" },
    { baseline->seasonal_naive, "repeating the last season" },
    { baseline->ridge, "a straight line through the window" },
  };
  double lowest = NAN;
  *name = NULL;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!isnan (rows[i].loss) && !(lowest <= rows[i].loss))
      {
        lowest = rows[i].loss;
        *name = rows[i].name;
      }
  return lowest;
}
