/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One side of a lens: a column of any length made small. Private to prepare/. */

#include "engine/prepare/lens.h"

/* A column in one piece; what is not finite counts as missing. */
typedef struct
{
  const double *values; /* [n_rows] */
  size_t n_rows, n_lost;
  size_t n_train;       /* rows of the training part */
  const uint8_t *parts; /* [n_rows]: which of these they are; NULL = all */
} FsLensColumn;

/* `scratch` has room for n_rows + FS_LENS_LAGS numbers. */
void fs_lens_side_take (FsLensSide *side, const FsLensColumn *column, double *scratch);
