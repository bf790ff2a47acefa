/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The dominant season of a series, in rows, from its autocorrelation; 0 if there is none. Used for
 * the seasonal-naive line, so a season counts only if it repeats at least FS_LEAST_SEASONS times and
 * repeating it predicts better than the mean does. */

#include <stddef.h>

#define FS_LEAST_SEASONS 4

/* values[0 … n) may have NaN, which are bridged by lines. Returns 0 also when memory is short. */
size_t fs_season_find (const double *values, size_t n);
