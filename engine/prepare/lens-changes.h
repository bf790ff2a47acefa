/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What became of single values between the two sides of a lens: filled, cut, and got back when the step
 * is undone. Private to prepare/. */

#include "engine/prepare/lens.h"
#include "engine/prepare/step.h"

/* A channel in one piece: [n_rows] before the step and after it. */
typedef struct
{
  const double *before, *after;
  size_t n_rows;
} FsLensChange;

/* Gaps that are filled and values that are cut. */
void fs_lens_take_changes (FsLensPicture *picture, const FsLensChange *change);

/* Undoes the step where it can be undone, on rows this far apart, the first among them; of `after` only
 * they are read. `channel` is the one before the step. */
size_t fs_lens_undo_stride (size_t n_rows);
void fs_lens_try_undoing (FsLensPicture *picture,
                          const FsLensChange *change,
                          const FsStep *step,
                          size_t channel);
