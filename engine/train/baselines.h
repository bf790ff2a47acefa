/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a model without learning scores: the lines no verdict about "learning" can do without. All
 * are computed before epoch 1, on the same windows and in the same units as the run's losses (mean
 * squared or mean absolute error of the prepared target, cross-entropy of classes), so that they can be
 * drawn on its axis. Where classes are to be found the only one is the share of each in training, which
 * is the best that looking at no input can do (for words, each counted once more than it occurs). */

#include "engine/experiment/experiment.h"
#include "engine/model/loss.h"
#include "engine/prepare/dataset.h"

typedef struct
{
  double mean;           /* always the training mean; of classes, always their shares in training */
  double persistence;    /* repeat the last value of the window */
  double seasonal_naive; /* repeat the value one season earlier; NaN without a season */
  double ridge; /* ridge autoregression on the window's inputs, λ chosen on training windows; NaN
                 * where there are too few of them */
  double majority_accuracy; /* of classes: always naming the most frequent one; else NaN */
} FsBaseline;

typedef struct
{
  FsBaseline parts[FS_N_PARTS]; /* NaN throughout for a part without windows */
  size_t season;                /* rows; 0 = none */
  bool is_of_classes;           /* `mean` is that of the shares of classes */
} FsBaselines;

FsStatus fs_baselines_compute (FsBaselines *baselines,
                               const FsDataset *dataset,
                               FsLossRule loss,
                               FsProblem *problem);

/* Lowest of the four on `part`, and its name ("repeating the last value"); NaN and NULL for a part
 * without windows. */
double fs_baselines_best (const FsBaselines *baselines, FsPart part, const char **name);
