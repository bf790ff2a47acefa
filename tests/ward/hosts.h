/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The bench's patients before anything is done to them: a series or a set of sequences, shipped or made
 * here, and a small network that fits it. */

#include <glib.h>
#include "engine/experiment/experiment.h"

#define WARD_MAX_INPUTS 4

/* Of a series the inputs are beside its own past; of sequences they are all there is to look at, and the
 * target is the same in all rows of one. */
typedef struct
{
  gsize n;
  double *target; /* owned, as are the inputs; NaN = missing; of classes their numbers */
  guint n_inputs;
  double *inputs[WARD_MAX_INPUTS];
  guint *sequence; /* owned: whose row it is, ascending; NULL = a series */
  gboolean is_of_classes;
} WardRows;

guint ward_n_hosts (void);
const char *ward_host_name (guint host);
gboolean ward_host_is_held_out (guint host); /* its misjudged runs are never listed, only counted */
gboolean ward_host_is_made (guint host);     /* its rows are in no file yet */
int64_t ward_host_season (guint host);       /* what a window can be too short for; 0 = nothing */
FsTask ward_host_task (guint host);

/* Which hosts to work on. */
typedef struct
{
  const char *name;    /* this one; NULL = each */
  gboolean only_tuned; /* none that is held out */
} WardChoice;
gboolean ward_host_is_chosen (guint host, const WardChoice *choice);

FsExperiment ward_host_experiment (guint host);
WardRows ward_host_rows (guint host);
void ward_rows_clear (WardRows *rows);
