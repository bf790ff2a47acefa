/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pictures of what a forecast missed, for the lower chart of the Watch view: residuals over
 * time, their histogram, their autocorrelation, the error by steps ahead. The test part is left out
 * until asked for. No widget; the chart draws them. */

#include "ui/chart/chart-plot.h"
#include "ui/views/forecast-errors.h"

typedef enum
{
  FS_ERROR_RESIDUALS,
  FS_ERROR_HISTOGRAM,
  FS_ERROR_AUTOCORRELATION,
  FS_ERROR_HORIZON,
} FsErrorPicture;

/* `snapshot` may be NULL or without forecast. Transfer full. */
FsPlot *fs_error_plot_make (FsErrorPicture picture,
                            const FsSnapshot *snapshot,
                            gboolean shows_test);

/* The same in words. Transfer full. */
char *fs_error_plot_describe (FsErrorPicture picture,
                              const FsSnapshot *snapshot,
                              gboolean shows_test);
