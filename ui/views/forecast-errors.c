/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a forecast missed. See forecast-errors.h. */

#include "ui/views/forecast-errors.h"

#include <math.h>
#include "engine/maths/order.h"

/* How many of the part's windows have a forecast. */
static gsize
n_forecasts (const FsSnapshot *snapshot, FsPart part)
{
  if (!snapshot || !snapshot->dataset || !snapshot->forecast
      || snapshot->dataset->task != FS_TASK_FORECAST)
    return 0;
  return MIN (snapshot->dataset->windows[part].n, snapshot->forecast->n_windows[part]);
}

void
fs_residuals_init (FsResiduals *residuals, const FsSnapshot *snapshot, FsPart part)
{
  gsize n = n_forecasts (snapshot, part);
  double sum = 0, squares = 0;

  *residuals = (FsResiduals){ .mean = NAN, .sd = NAN };
  residuals->times = g_new (double, n);
  residuals->values = g_new (double, n);
  for (gsize i = 0; i < n; i++)
    {
      const FsDataset *dataset = snapshot->dataset;
      gsize row = dataset->windows[part].starts[i] + dataset->length;
      double value;

      if (row >= dataset->n_rows)
        break;
      value =
          dataset->target_raw[row] - snapshot->forecast->predicted[part][i * dataset->n_outputs];
      if (!isfinite (value))
        continue;
      residuals->times[residuals->n] = dataset->times[row];
      residuals->values[residuals->n++] = value;
      sum += value;
    }
  if (residuals->n == 0)
    return;
  residuals->mean = sum / (double) residuals->n;
  for (gsize i = 0; i < residuals->n; i++)
    squares += (residuals->values[i] - residuals->mean) * (residuals->values[i] - residuals->mean);
  residuals->sd = sqrt (squares / (double) residuals->n);
}

void
fs_residuals_clear (FsResiduals *residuals)
{
  g_clear_pointer (&residuals->times, g_free);
  g_clear_pointer (&residuals->values, g_free);
  residuals->n = 0;
}

gsize
fs_residuals_autocorrelation (const FsResiduals *residuals,
                              double lags[FS_RESIDUAL_LAGS],
                              double *band)
{
  gsize n = residuals->n;
  gsize n_lags = MIN (n / 4, FS_RESIDUAL_LAGS);
  double mean = residuals->mean;
  double variance = residuals->sd * residuals->sd * (double) n;

  if (n < 8 || !(variance > 0))
    return 0;
  for (gsize lag = 1; lag <= n_lags; lag++)
    {
      double sum = 0;

      for (gsize i = lag; i < n; i++)
        sum += (residuals->values[i] - mean) * (residuals->values[i - lag] - mean);
      lags[lag - 1] = sum / variance;
    }
  *band = 1.96 / sqrt ((double) n);
  return n_lags;
}

gsize
fs_residuals_bins (const FsResiduals *parts, gsize n_parts, double *low, double *width)
{
  g_autofree double *all = NULL;
  gsize n = 0, filled = 0;
  double range, bin;

  for (gsize i = 0; i < n_parts; i++)
    n += parts[i].n;
  if (n == 0)
    return 0;
  all = g_new (double, n);
  for (gsize i = 0; i < n_parts; i++)
    for (gsize k = 0; k < parts[i].n; k++)
      all[filled++] = parts[i].values[k];
  fs_sort (all, n);
  range = all[n - 1] - all[0];
  *low = all[0];
  if (!(range > 0))
    {
      *width = MAX (fabs (all[0]) * 1e-3, 1e-9);
      return 1;
    }
  bin = 2 * (fs_quantile (all, n, 0.75) - fs_quantile (all, n, 0.25)) / cbrt ((double) n);
  n = bin > 0 ? (gsize) CLAMP (ceil (range / bin), 8, FS_RESIDUAL_BINS) : 8;
  *width = range / (double) n;
  return n;
}

void
fs_residuals_histogram (const FsResiduals *residuals,
                        double low,
                        double width,
                        gsize n_bins,
                        double shares[FS_RESIDUAL_BINS])
{
  for (gsize bin = 0; bin < n_bins; bin++)
    shares[bin] = 0;
  for (gsize i = 0; i < residuals->n; i++)
    {
      double place = (residuals->values[i] - low) / width;
      gsize bin = place > 0 ? MIN ((gsize) place, n_bins - 1) : 0;

      shares[bin] += 1.0 / (double) residuals->n;
    }
}

void
fs_forecast_horizon_errors (const FsSnapshot *snapshot, FsPart part, double *rmse, double *repeat)
{
  const FsDataset *dataset = snapshot->dataset;
  gsize n = n_forecasts (snapshot, part);

  for (gsize ahead = 0; ahead < dataset->horizon; ahead++)
    {
      double squares = 0, squares_of_repeating = 0;
      gsize n_both = 0;

      for (gsize i = 0; i < n; i++)
        {
          gsize origin = dataset->windows[part].starts[i] + dataset->length;
          double truth, last;

          if (origin + ahead >= dataset->n_rows)
            break;
          truth = dataset->target_raw[origin + ahead];
          last = dataset->target_raw[origin - 1];
          if (!isfinite (truth) || !isfinite (last))
            continue;
          truth -= snapshot->forecast->predicted[part][i * dataset->n_outputs + ahead];
          squares += truth * truth;
          last -= dataset->target_raw[origin + ahead];
          squares_of_repeating += last * last;
          n_both++;
        }
      rmse[ahead] = n_both ? sqrt (squares / (double) n_both) : NAN;
      repeat[ahead] = n_both ? sqrt (squares_of_repeating / (double) n_both) : NAN;
    }
}
