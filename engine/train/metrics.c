/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Errors of forecasts in original units, and what two references without learning would have made of
 * the same windows; see metrics.h for the formulas. All sums are doubles in window order. */

#include "engine/train/metrics.h"

#include <math.h>

typedef struct
{
  size_t n;
  double squared;           /* Σ e_ref² */
  double squared_of_errors; /* Σ e² over the same values */
} Reference;

static void
reference_add (Reference *reference, double repeated, double truth, double error)
{
  if (!isfinite (repeated))
    return;
  double reference_error = repeated - truth;
  reference->n++;
  reference->squared += reference_error * reference_error;
  reference->squared_of_errors += error * error;
}

static double
reference_skill (const Reference *reference)
{
  if (reference->n == 0 || !(reference->squared > 0.0))
    return NAN;
  return 1.0 - reference->squared_of_errors / reference->squared;
}

/* The last value the file knows at or before `row`: what a reader would repeat. */
static double
last_known (const FsDataset *dataset, size_t row)
{
  for (size_t r = row + 1; r-- > 0;)
    if (isfinite (dataset->target_raw[r]))
      return dataset->target_raw[r];
  return NAN;
}

/* The newest value a whole number of seasons before `row` that the window, which ends at `last_row`,
 * could look at. */
static double
one_season_earlier (const FsDataset *dataset, size_t row, size_t last_row)
{
  size_t season = dataset->season;
  if (season == 0)
    return NAN;
  size_t back = season;
  while (back <= row && row - back > last_row)
    back += season;
  return back <= row ? dataset->target_raw[row - back] : NAN;
}

static FsMetrics
metrics_of_nothing (void)
{
  return (FsMetrics){ .rmse = NAN,
                      .mae = NAN,
                      .bias = NAN,
                      .r2 = NAN,
                      .mape = NAN,
                      .smape = NAN,
                      .mase = NAN,
                      .persistence_rmse = NAN,
                      .skill_persistence = NAN,
                      .skill_seasonal = NAN };
}

/* Σ (y − ȳ)² over the values that were compared, with ȳ their mean. */
static double
total_variation (const FsDataset *dataset, FsPart part, double mean)
{
  const FsWindows *windows = &dataset->windows[part];
  double sum = 0.0;
  for (size_t w = 0; w < windows->n; w++)
    for (size_t h = 0; h < dataset->n_outputs; h++)
      {
        double truth = dataset->target_raw[fs_window_target_row (dataset, part, w, h)];
        if (isfinite (truth))
          sum += (truth - mean) * (truth - mean);
      }
  return sum;
}

/* mean |y_t − y_{t−m}| over the training rows; NaN if nothing can be compared or nothing changes. */
static double
naive_error (const FsDataset *dataset)
{
  const size_t season = dataset->season > 0 ? dataset->season : 1;
  if (dataset->task != FS_TASK_FORECAST)
    return NAN;
  double sum = 0.0;
  size_t n = 0;
  for (size_t row = season; row < dataset->part_ends[FS_PART_TRAIN]; row++)
    {
      const double change = dataset->target_raw[row] - dataset->target_raw[row - season];
      if (!isfinite (change) || fs_dataset_part_of_row (dataset, row) != FS_PART_TRAIN
          || fs_dataset_part_of_row (dataset, row - season) != FS_PART_TRAIN)
        continue;
      sum += fabs (change);
      n++;
    }
  return sum > 0.0 ? sum / (double) n : NAN;
}

FsMetrics
fs_metrics_compute (const FsDataset *dataset, FsPart part, const double *predicted)
{
  const FsWindows *windows = &dataset->windows[part];
  const size_t n_outputs = dataset->n_outputs;
  size_t n = 0;
  double squared = 0.0, absolute = 0.0, signed_sum = 0.0, truth_sum = 0.0;
  double relative = 0.0, symmetric = 0.0;
  size_t n_relative = 0;
  Reference persistence = { 0, 0.0, 0.0 }, seasonal = { 0, 0.0, 0.0 };

  for (size_t w = 0; w < windows->n; w++)
    {
      /* A sequence has no last value of what is to be found. */
      const bool is_forecast = dataset->task == FS_TASK_FORECAST;
      const size_t last_row = windows->starts[w] + dataset->length - 1;
      const double repeated = is_forecast ? last_known (dataset, last_row) : NAN;
      for (size_t h = 0; h < n_outputs; h++)
        {
          const size_t row = fs_window_target_row (dataset, part, w, h);
          double truth = dataset->target_raw[row];
          if (!isfinite (truth))
            continue;
          double error = predicted[w * n_outputs + h] - truth;
          n++;
          squared += error * error;
          absolute += fabs (error);
          signed_sum += error;
          truth_sum += truth;
          if (truth != 0.0)
            {
              relative += fabs (error / truth);
              n_relative++;
            }
          if (error != 0.0)
            symmetric += fabs (error) / (fabs (truth) + fabs (predicted[w * n_outputs + h]));
          reference_add (&persistence, repeated, truth, error);
          reference_add (&seasonal, one_season_earlier (dataset, row, last_row), truth, error);
        }
    }
  if (n == 0)
    return metrics_of_nothing ();

  double count = (double) n;
  double variation = total_variation (dataset, part, truth_sum / count);
  return (FsMetrics){
    .n = n,
    .rmse = sqrt (squared / count),
    .mae = absolute / count,
    .bias = signed_sum / count,
    .r2 = variation > 0.0 ? 1.0 - squared / variation : NAN,
    .mape = n_relative > 0 ? 100.0 * relative / (double) n_relative : NAN,
    .n_mape = n_relative,
    .smape = 200.0 * symmetric / count,
    .mase = absolute / count / naive_error (dataset),
    .persistence_rmse = persistence.n ? sqrt (persistence.squared / (double) persistence.n) : NAN,
    .skill_persistence = reference_skill (&persistence),
    .skill_seasonal = reference_skill (&seasonal),
  };
}
