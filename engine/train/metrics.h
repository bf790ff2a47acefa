/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How good forecasts are in the units of the file, for reports and scripts. Losses, which training
 * goes by, are in prepared units and live elsewhere (engine/model/loss.h, baselines.h).
 *
 * e = ŷ − y over every window and every step of its horizon whose true value the file has:
 *   rmse = √ mean e²    mae = mean |e|    bias = mean e    r2 = 1 − Σe² / Σ(y − ȳ)²
 *   skill = 1 − Σe² / Σe_ref², both sums over the same windows and steps
 *   mape = 100 mean |e / y|    smape = 200 mean |e| / (|y| + |ŷ|), 0 where both are 0
 *   mase = mean |e| / mean |y_t − y_{t−m}| over the training rows, m the season, or 1 without one
 *          (Hyndman & Koehler 2006)
 * where the reference repeats the last known value (persistence), or the last known value a whole
 * number of seasons earlier. Of whole sequences there is no such reference, and what needs one is NaN. Skill is 1 for perfect, 0 for "no better", negative for worse. */

#include <stddef.h>
#include "engine/prepare/dataset.h"

typedef struct
{
  size_t n;    /* values compared; 0 makes every number below NaN */
  double rmse; /* original units, as mae and bias */
  double mae;
  double bias;
  double r2;                /* NaN where the true values do not differ */
  double mape;              /* percent; over the values that are not 0, NaN if there are none */
  size_t n_mape;            /* how many those are */
  double smape;             /* percent, 0 … 200 */
  double mase;              /* below 1 is better than repeating in the training part */
  double persistence_rmse;  /* of the reference itself */
  double skill_persistence; /* NaN where the reference makes no error at all */
  double skill_seasonal;    /* NaN without a season */
} FsMetrics;

/* `predicted` is [windows[part].n][n_outputs] in original units. */
FsMetrics fs_metrics_compute (const FsDataset *dataset, FsPart part, const double *predicted);
