/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a classifier got wrong, loudest first: the examples whose true class was given the least. Plain
 * data from one snapshot; no widget. */

#include "engine/lab/run.h"

typedef struct
{
  gsize window; /* of the part */
  gsize truth, taken;
  double given;   /* to the class that it was taken for: 0 … 1 */
  double to_true; /* to the true one */
} FsClassError;

/* Up to `capacity` of them, ascending by `to_true`; equals in the order of the windows. Returns how many. */
gsize fs_class_errors_find (const FsSnapshot *snapshot,
                            FsPart part,
                            FsClassError *errors,
                            gsize capacity);

/* How the example is called: its text's beginning, or "sequence 12"; and all of a text, "" for
 * sequences. Transfer full, both. */
char *fs_class_errors_name (const FsDataset *dataset, FsPart part, gsize window);
char *fs_class_errors_text (const FsDataset *dataset,
                            const FsExperiment *experiment,
                            FsPart part,
                            gsize window);
