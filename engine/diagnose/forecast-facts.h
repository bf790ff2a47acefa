/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the forecasts of one set of weights say, beyond their loss: whether they are the last value in
 * disguise, whether they move at all, and how far the validation score can be trusted. Measured on the
 * first step of the horizon, over the newest windows (enough for a correlation, and a bounded cost). */

#include "engine/prepare/dataset.h"

#define FS_FORECAST_LAGS 3 /* on either side */

typedef struct
{
  size_t n;                                     /* windows of the validation part looked at */
  double correlation[2 * FS_FORECAST_LAGS + 1]; /* of forecast and truth moved by −3 … 3 rows */
  int best_lag; /* of the greatest: −1 = it follows one row behind */
  /* Mean squared distance of the forecast from the last value seen, over that from the truth. */
  double closeness;
  double skill;          /* 1 − squared error / that of repeating the last value, validation */
  double variance_ratio; /* of the forecast / of the truth, validation */
  double train_correlation, validation_correlation; /* of the forecast with the truth */
  double
      error_share; /* standard error of the mean squared validation error / that mean, from blocks of
                         neighbouring windows, which are not independent; NaN for too few */
  double
      worst_share; /* of the squared validation error that the worst hundredth of windows carries */
} FsForecastFacts;

/* `predicted` [part][n_windows × n_outputs] in original units, as a snapshot has it. */
void fs_forecast_facts_measure (FsForecastFacts *facts,
                                const FsDataset *dataset,
                                double *const predicted[FS_N_PARTS]);
