/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which row comes when. A forecast reads rows in order of time, so a file that begins with its newest
 * row is turned round (the reader has told so). Private to prepare/. */

#include <stdint.h>
#include "engine/experiment/experiment.h"
#include "engine/series/frame.h"

typedef struct
{
  double *
      times; /* [n_rows] in order: seconds since 1970, the numbers of a time column, or 0, 1, 2 … */
  uint32_t *order; /* [n_rows]: the file's row at each place */
  bool has_dates;
} FsTimeAxis;

FsStatus fs_time_axis_init (FsTimeAxis *axis,
                            const FsFrame *frame,
                            const FsExperiment *experiment,
                            FsProblem *problem);
void fs_time_axis_clear (FsTimeAxis *axis);

/* The time column the experiment names, or the default one; *column is NULL if there is none. */
FsStatus fs_time_column (const FsColumn **column,
                         const FsFrame *frame,
                         const FsExperiment *experiment,
                         FsProblem *problem);

/* A column by the name the setting `key` has, or a sentence with the nearest name. */
FsStatus fs_named_column (const FsColumn **column,
                          const FsFrame *frame,
                          const char *key,
                          const char *name,
                          FsProblem *problem);
