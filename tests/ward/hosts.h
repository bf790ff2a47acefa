/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The bench's patients before anything is done to them: a series, shipped or made here, and a small network
 * that fits it. */

#include <glib.h>
#include "engine/experiment/experiment.h"

typedef struct
{
  gsize n;
  double *target, *extra; /* owned; NaN = missing; extra: a further input, NULL = none */
} WardRows;

guint ward_n_hosts (void);
const char *ward_host_name (guint host);
gboolean ward_host_is_held_out (guint host); /* its misjudged runs are never listed, only counted */
gboolean ward_host_is_made (guint host);     /* its rows are in no file yet */
int64_t ward_host_season (guint host);       /* what a window can be too short for; 0 = nothing */

FsExperiment ward_host_experiment (guint host);
WardRows ward_host_rows (guint host);
