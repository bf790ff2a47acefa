/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Forecasts against truth, the last value and each other; see forecast-facts.h. */

#include "engine/diagnose/forecast-facts.h"

#include <math.h>
#include "engine/maths/order.h"

#define MOST_WINDOWS 2000

/* Blocks of neighbouring windows, whose errors are alike: fewer give no spread, more no independence. */
#define N_BLOCKS 10
#define LEAST_A_BLOCK 2

typedef struct
{
  double n, x, y, xx, yy, xy;
} Sums;

static void
add (Sums *sums, double x, double y)
{
  if (!isfinite (x) || !isfinite (y))
    return;
  sums->n++;
  sums->x += x;
  sums->y += y;
  sums->xx += x * x;
  sums->yy += y * y;
  sums->xy += x * y;
}

static double
correlation_of (const Sums *sums)
{
  double vx = sums->xx - sums->x * sums->x / sums->n, vy = sums->yy - sums->y * sums->y / sums->n;
  double v = vx > 0 && vy > 0 ? sqrt (vx) * sqrt (vy) : 0;
  return v > 0 ? (sums->xy - sums->x * sums->y / sums->n) / v : 0;
}

static double
correlate_part (const FsDataset *dataset, FsPart part, const double *predicted)
{
  const FsWindows *windows = &dataset->windows[part];
  size_t first = windows->n > MOST_WINDOWS ? windows->n - MOST_WINDOWS : 0;
  double origin = dataset->target_raw[windows->starts[0] + dataset->length];
  Sums sums = { 0 };
  for (size_t i = first; i < windows->n; i++)
    add (&sums, predicted[i * dataset->n_outputs] - origin,
         dataset->target_raw[windows->starts[i] + dataset->length] - origin);
  return correlation_of (&sums);
}

static void
measure_lags (FsForecastFacts *facts,
              const FsDataset *dataset,
              const double *predicted,
              size_t first,
              size_t n)
{
  const uint32_t *starts = dataset->windows[FS_PART_VALIDATION].starts;
  double origin = dataset->target_raw[starts[first] + dataset->length];
  double greatest = -2;
  for (int lag = -FS_FORECAST_LAGS; lag <= FS_FORECAST_LAGS; lag++)
    {
      Sums sums = { 0 };
      for (size_t i = first; i < n; i++)
        {
          size_t row = starts[i] + dataset->length;
          if (lag < 0 ? row >= (size_t) -lag : row + (size_t) lag < dataset->n_rows)
            add (&sums, predicted[i * dataset->n_outputs] - origin,
                 dataset->target_raw[lag < 0 ? row - (size_t) -lag : row + (size_t) lag] - origin);
        }
      double r = correlation_of (&sums);
      facts->correlation[lag + FS_FORECAST_LAGS] = r;
      if (r > greatest)
        {
          greatest = r;
          facts->best_lag = lag;
        }
    }
}

static void
measure_errors (FsForecastFacts *facts,
                const FsDataset *dataset,
                const double *predicted,
                size_t first,
                size_t n)
{
  const uint32_t *starts = dataset->windows[FS_PART_VALIDATION].starts;
  double squares[MOST_WINDOWS], blocks[N_BLOCKS] = { 0 };
  double to_truth = 0, to_last = 0, last_to_truth = 0, mean = 0, spread = 0;
  Sums both = { 0 };
  double origin = dataset->target_raw[starts[first] + dataset->length];
  size_t m = 0;
  for (size_t i = first; i < n; i++)
    {
      double truth = dataset->target_raw[starts[i] + dataset->length];
      double last = dataset->target_raw[starts[i] + dataset->length - 1];
      double forecast = predicted[i * dataset->n_outputs];
      if (!isfinite (truth) || !isfinite (last) || !isfinite (forecast))
        continue;
      to_truth += (forecast - truth) * (forecast - truth);
      to_last += (forecast - last) * (forecast - last);
      last_to_truth += (last - truth) * (last - truth);
      add (&both, forecast - origin, truth - origin);
      squares[m++] = (forecast - truth) * (forecast - truth);
    }
  facts->n = m;
  facts->error_share = NAN;
  if (m == 0 || !(to_truth > 0))
    return;
  facts->closeness = to_last / to_truth;
  facts->skill = last_to_truth > 0 ? 1 - to_truth / last_to_truth : NAN;
  double vx = both.xx - both.x * both.x / both.n, vy = both.yy - both.y * both.y / both.n;
  facts->variance_ratio = vy > 0 ? vx / vy : NAN;
  if (m >= N_BLOCKS * LEAST_A_BLOCK)
    {
      for (size_t b = 0; b < N_BLOCKS; b++)
        {
          size_t from = b * m / N_BLOCKS, to = (b + 1) * m / N_BLOCKS;
          for (size_t i = from; i < to; i++)
            blocks[b] += squares[i] / (double) (to - from);
          mean += blocks[b] / N_BLOCKS;
        }
      for (size_t b = 0; b < N_BLOCKS; b++)
        spread += (blocks[b] - mean) * (blocks[b] - mean) / (N_BLOCKS - 1);
      facts->error_share = sqrt (spread / N_BLOCKS) / mean;
    }
  fs_sort (squares, m);
  size_t n_worst = m / 100 + 1;
  for (size_t i = m - n_worst; i < m; i++)
    facts->worst_share += squares[i] / to_truth;
}

void
fs_forecast_facts_measure (FsForecastFacts *facts,
                           const FsDataset *dataset,
                           double *const predicted[FS_N_PARTS])
{
  const FsPart part = FS_PART_VALIDATION;
  *facts = (FsForecastFacts){ .error_share = NAN };
  if (dataset->task != FS_TASK_FORECAST)
    return;
  if (dataset->windows[FS_PART_TRAIN].n > 0 && predicted[FS_PART_TRAIN])
    facts->train_correlation = correlate_part (dataset, FS_PART_TRAIN, predicted[FS_PART_TRAIN]);
  const size_t n = dataset->windows[part].n;
  if (n == 0 || !predicted[part])
    return;
  const size_t first = n > MOST_WINDOWS ? n - MOST_WINDOWS : 0;
  facts->validation_correlation = correlate_part (dataset, part, predicted[part]);
  measure_lags (facts, dataset, predicted[part], first, n);
  measure_errors (facts, dataset, predicted[part], first, n);
}
