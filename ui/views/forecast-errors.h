/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a forecast missed, as numbers: residuals (measured − predicted, original units) in order of
 * time, their histogram and autocorrelation, and the error by the number of steps ahead beside that of
 * repeating the last value. Plain arithmetic over one snapshot; no widget. Windows whose target was
 * missing in the file are left out. */

#include "engine/lab/run.h"

/* The lags of the autocorrelation end here or at a quarter of the residuals. */
#define FS_RESIDUAL_LAGS 48
#define FS_RESIDUAL_BINS 60

typedef struct
{
  gsize n;
  double *times;  /* [n] as in the dataset */
  double *values; /* [n] */
  double mean, sd;
} FsResiduals;

/* One step ahead; n is 0 without a forecast. Free with fs_residuals_clear(). */
void fs_residuals_init (FsResiduals *residuals, const FsSnapshot *snapshot, FsPart part);
void fs_residuals_clear (FsResiduals *residuals);

/* Autocorrelation at lags 1 … returned number, into lags[0 …]; `band` is what chance allows (95 %).
 * 0 for fewer than 8 residuals or when they are all the same. */
gsize fs_residuals_autocorrelation (const FsResiduals *residuals,
                                    double lags[FS_RESIDUAL_LAGS],
                                    double *band);

/* Bins of equal width (Freedman and Diaconis) from *low on, over what all n_parts hold together. */
gsize fs_residuals_bins (const FsResiduals *parts, gsize n_parts, double *low, double *width);

/* The share of the residuals in each bin. */
void fs_residuals_histogram (const FsResiduals *residuals,
                             double low,
                             double width,
                             gsize n_bins,
                             double shares[FS_RESIDUAL_BINS]);

/* Root mean squared error at each step ahead, rmse[horizon]; `repeat` gets that of repeating the
 * window's last value, over the same windows. NaN where there is no window. */
void fs_forecast_horizon_errors (const FsSnapshot *snapshot,
                                 FsPart part,
                                 double *rmse,
                                 double *repeat);
