/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a network will be, before it is trained: the shape that each layer yields, its weights, its work and
 * its memory. */

#include <glib.h>
#include "engine/prepare/dataset.h"
#include "engine/train/training-memory.h"

typedef struct
{
  FsLayerSummary layers[FS_MAX_LAYERS];
  gsize n_layers;
  gsize n_parameters;
  double multiply_adds; /* of one window's forward pass */
  FsTrainingMemory memory;
  gsize bytes; /* all of it */
  gsize n_words,
      n_words_found; /* of the texts, and those whose vectors the embedding begins with */
} FsModelSummary;

/* `dataset` may be of an older state of the experiment; NULL before there is one. */
FsStatus fs_model_summary_make (FsModelSummary *summary,
                                const FsExperiment *experiment,
                                const FsDataset *dataset,
                                FsProblem *problem);

/* What training takes beside the layers themselves, row 0 … FS_N_MEMORY_ROWS-1 of a table. */
typedef struct
{
  const char *label, *key;
  gsize bytes;
} FsMemoryRow;
#define FS_N_MEMORY_ROWS 4

FsMemoryRow fs_model_summary_memory_row (const FsModelSummary *summary, guint row);

/* "24 × 50", or "50" for one row. */
char *fs_model_summary_shape (const FsLayerSummary *layer);

/* "10.2 MB" */
char *fs_model_summary_memory (gsize n_bytes);

/* "1.2 million" from a million on, else the number itself. */
char *fs_model_summary_count (double n);

/* "412 of 430 words have a vector to begin with"; NULL if the embedding draws its own. */
char *fs_model_summary_coverage (const FsModelSummary *summary);

/* A table for people, and the same for scripts. */
char *fs_model_summary_to_text (const FsModelSummary *summary);
char *fs_model_summary_to_json (const FsModelSummary *summary);
