/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Two opposite tests of a series without gaps. Neither proves anything alone: the first looks for
 * evidence against a random walk, the second for evidence against a steady level. Of series of more
 * than 100,000 rows the last ones are tested. */

#include <stddef.h>
#include "engine/base/status.h"

typedef struct
{
  double statistic; /* NaN if it cannot be computed (constant or too short) */
  double critical;  /* at 5 % */
  size_t n_lags;
} FsRootTest;

/* Augmented Dickey–Fuller with a constant: a statistic BELOW the critical value speaks against a
 * random walk. Lags: 4 (n/100)^(1/4), rounded down; critical value from MacKinnon (2010). */
FsStatus fs_test_dickey_fuller (FsRootTest *test, const double *x, size_t n, FsProblem *problem);

/* Kwiatkowski–Phillips–Schmidt–Shin about a level: a statistic ABOVE the critical value speaks against
 * a steady level. Bartlett weights over 12 (n/100)^(1/4) lags, rounded up. */
FsStatus fs_test_kpss (FsRootTest *test, const double *x, size_t n, FsProblem *problem);
