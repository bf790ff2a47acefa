/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The side of a lens after a scaler, from the side before it. Private to prepare/.
 *
 * A scaler is z = (x − centre) / scale with scale > 0. It never turns two values around, in floating
 * point neither: both operations round monotonically. So the least and the greatest value of a bucket
 * stay the least and the greatest, each bin keeps its share, and autocorrelation and skewness stay as
 * they are. Only the numbers on the axes are others, and those are the scaler's own, bit by bit: two
 * thousand points instead of a million rows. */

#include "engine/prepare/lens-side.h"
#include "engine/prepare/step.h"

/* values[0 … n) of one channel as the step changes them; false where there is no memory. For steps that
 * change each value by itself. */
bool fs_lens_apply_to (FsStep *step, size_t channel, double *values, size_t n);

/* False where it cannot be had this way: the numbers leave what a double can hold, or become so coarse
 * that values fall together. */
bool fs_lens_side_carry (FsLensSide *after, const FsLensSide *before, FsStep *step, size_t channel);
