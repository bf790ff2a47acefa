/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* In what several experiments differ, as a table: a row for each setting that is not the same in all of
 * them, a column for each experiment. Nothing that they share is named. */

#include <glib.h>
#include "engine/experiment/experiment.h"

typedef struct
{
  char *path;   /* "model.layers.0.units", or "model.layers.1" where the kinds differ */
  char *label;  /* "LSTM: Units" */
  char **texts; /* [n experiments], NULL-terminated; "" = it has no such layer or step */
} FsDifference;

/* FsDifference, owned by the array. A name makes no difference. */
GPtrArray *fs_differences_find (const FsExperiment *const *experiments, guint n);

/* "LSTM: Units 50 or 25; Rate 0.001 or 0.01": what sets them apart, in one line; "" if nothing does. */
char *fs_differences_to_text (const GPtrArray *differences);
