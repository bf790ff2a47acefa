/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a network will be, before it is trained: the shape that each layer yields, its weights, its work and
 * its memory. */

#include <glib.h>
#include "engine/model/network.h"

typedef struct
{
  FsLayerSummary layers[FS_MAX_LAYERS];
  gsize n_layers;
  gsize n_parameters;
  double multiply_adds; /* of one window's forward pass */
  gsize bytes;          /* weights, their gradients, and the workspace of a batch */
} FsModelSummary;

/* For windows of `n_channels` columns that `n_outputs` numbers are wanted of. */
FsStatus fs_model_summary_make (FsModelSummary *summary,
                                const FsExperiment *experiment,
                                gsize n_channels,
                                gsize n_outputs,
                                FsProblem *problem);

/* "24 × 50", or "50" for one row. */
char *fs_model_summary_shape (const FsLayerSummary *layer);

/* "10.2 MB" */
char *fs_model_summary_memory (gsize n_bytes);

/* "1.2 million" from a million on, else the number itself. */
char *fs_model_summary_count (double n);

/* A table for people, and the same for scripts. */
char *fs_model_summary_to_text (const FsModelSummary *summary);
char *fs_model_summary_to_json (const FsModelSummary *summary);
