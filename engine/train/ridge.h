/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Ridge regression from a window's inputs to its targets: the best that a straight line can do with
 * what the network sees. Fitted on training windows only, λ chosen on the last fifth of them. Not a
 * model to train or to export: a yardstick, so its cost is bounded on any series. */

#include "engine/prepare/dataset.h"

typedef struct FsRidge FsRidge;

/* *ridge becomes NULL, with FS_OK, where there are too few windows to choose λ. */
FsStatus fs_ridge_fit (FsRidge **ridge, const FsDataset *dataset, FsProblem *problem);
void fs_ridge_free (FsRidge *ridge);

/* λ over the mean square of the centred inputs; for reports and tests. */
double fs_ridge_lambda (const FsRidge *ridge);

/* Predictions of windows [first, first + n) of `part`: predicted[n][n_outputs], prepared units.
 * n ≤ FS_RIDGE_ROWS. */
#define FS_RIDGE_ROWS 256
void fs_ridge_predict (FsRidge *ridge, FsPart part, size_t first, size_t n, double *predicted);
