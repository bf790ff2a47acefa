/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Numbers made of the past of a series: rolling statistics, fading means, and the indicators that
 * traders know, each with TA-Lib's conventions. Value t of a result depends on values 0 … t alone.
 *
 * x[0 … n) is one run of rows without a lost one; y[k] is the k-th result, [n]. Each function returns
 * how many leading rows have no value yet, which are NaN; a missing value is missing in all that
 * depends on it. Private to prepare/. */

#include "engine/prepare/step.h"

#define FS_MAX_RESULTS 3

size_t fs_indicator_rolling (FsFeatureMethod which,
                             const double *x,
                             size_t n,
                             size_t length,
                             double *y);
size_t fs_indicator_ewma (const double *x, size_t n, size_t span, double *y);
size_t fs_indicator_rsi (const double *x, size_t n, size_t length, double *y);
/* 12, 26 and 9 rows: the difference, its signal, and the difference of the two. */
size_t fs_indicator_macd (const double *x, size_t n, double *const y[3]);
/* Middle, upper, lower: mean ± 2 population deviations. */
size_t fs_indicator_bollinger (const double *x, size_t n, size_t length, double *const y[3]);
/* The root of the sum of the last `length` squared logarithmic returns: realised volatility, not less
 * its mean and not of a year. */
size_t fs_indicator_volatility (const double *x, size_t n, size_t length, double *y);
size_t fs_indicator_atr (const double *high,
                         const double *low,
                         const double *close,
                         size_t n,
                         size_t length,
                         double *y);
