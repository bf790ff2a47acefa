/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What can be known of a file before anything is trained: a profile of each column of numbers, and
 * what two columns have to do with each other. Facts only; what to do about them is said where they
 * are shown. Statistics are of the known values; autocorrelation, season and the tests of
 * stationarity need a value in every row and see gaps bridged by lines. */

#include <stdbool.h>
#include "engine/series/frame.h"
#include "engine/series/stationarity.h"

#define FS_PROFILE_LAGS 40

/* A value is an outlier by the quartiles outside [q25 − 1.5 IQR, q75 + 1.5 IQR] (Tukey), and by the
 * median if it lies more than 3.5 scaled median absolute deviations from it (Iglewicz and Hoaglin). */
#define FS_OUTLIER_IQR 1.5
#define FS_OUTLIER_MAD 3.5
#define FS_MAD_SCALE 1.482602218505602 /* 1 / Φ⁻¹(3/4): the MAD of a normal is its sd */

typedef struct
{
  size_t n, n_missing;
  size_t longest_gap; /* rows */
  double mean, sd;    /* sd with n − 1; NaN below two values */
  double min, q25, median, q75, max;
  double skewness;
  bool is_constant, is_whole, is_never_negative;
  size_t n_outliers_iqr;
  size_t n_outliers_mad; /* with a MAD of zero the quartiles' count, and mad is 0 */
  double mad;            /* scaled */
  double autocorrelation[FS_PROFILE_LAGS + 1];
  size_t n_lags; /* the last lag above; 0 for constants */
  size_t season; /* rows; 0 = none */
  FsRootTest dickey_fuller, kpss;
  /* Of the rows after the first n_early against those: how many sds of the early rows the mean moved,
   * and the share of later values outside the early range. NaN without later or early values. */
  double drift;
  double share_outside;
} FsProfile;

/* `column` has numbers (a number or a date); `n_early` is the size of the training part, 0 for none. */
FsStatus fs_profile_column (FsProfile *profile,
                            const FsColumn *column,
                            size_t n_rows,
                            size_t n_early,
                            FsProblem *problem);

/* How a column may give the target away: it equals it up to scale and offset, at the same row
 * (*lead = 0) or `*lead` rows ahead of it. FS_MAX_LEAD rows are searched. Returns false if it is no
 * copy. */
#define FS_MAX_LEAD 24
bool fs_profile_gives_away (const FsColumn *target,
                            const FsColumn *column,
                            size_t n_rows,
                            size_t *lead);
