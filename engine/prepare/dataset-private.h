/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the kinds of data sets are made: forecasts in dataset.c, sequences of numbers in
 * dataset-sequences.c, texts in dataset-text.c; what they share in dataset-parts.c. Private to
 * prepare/. */

#include "engine/prepare/dataset.h"
#include "engine/prepare/labels.h"

FsStatus fs_dataset_no_memory (FsProblem *problem);

/* Fits the recipe on a copy of dataset->raw and takes the prepared numbers from channel `first_input`
 * on; channel 0 is the target. */
FsStatus fs_dataset_prepare (FsDataset *dataset,
                             const FsExperiment *experiment,
                             size_t first_input,
                             FsTable **prepared,
                             FsProblem *problem);

/* Fills an empty data set. */
FsStatus fs_dataset_make_sequences (FsDataset *dataset,
                                    const FsFrame *frame,
                                    const FsExperiment *experiment,
                                    FsProblem *problem);
FsStatus fs_dataset_make_texts (FsDataset *dataset,
                                const FsFrame *frame,
                                const FsExperiment *experiment,
                                FsProblem *problem);
FsStatus fs_dataset_make_next (FsDataset *dataset,
                               const FsFrame *frame,
                               const FsExperiment *experiment,
                               FsProblem *problem);

/* The synonyms of the experiment's file that the vocabulary has, if a step asks for them. */
FsStatus fs_dataset_make_synonyms (FsDataset *dataset,
                                   const FsExperiment *experiment,
                                   FsProblem *problem);

/* What came back of the training texts from other languages, in the experiment's file, if a step asks for it;
 * once the texts have their windows. */
FsStatus fs_dataset_make_back_translations (FsDataset *dataset,
                                            const FsExperiment *experiment,
                                            FsProblem *problem);

/* The vectors that the embedding begins with, once there is a vocabulary: the first n_train of `texts`
 * are those of the training part. */
FsStatus fs_dataset_make_vectors (FsDataset *dataset,
                                  const FsTokenTexts *texts,
                                  size_t n_train,
                                  const FsExperiment *experiment,
                                  FsProblem *problem);

/* Lays the windows over one series, and decides on the purge gap; once more when the steps have lost
 * rows, with the same gap. */
FsStatus fs_dataset_lay_windows (FsDataset *dataset,
                                 const FsExperiment *experiment,
                                 const bool *is_lost,
                                 FsProblem *problem);

/* The examples that are to be shared out: what is known of each, in the order of the file. */
typedef struct
{
  size_t n;
  uint32_t *n_rows;   /* [n]: of its own */
  int32_t *classes;   /* [n], -1 unknown; NULL if there are none */
  size_t *first_rows; /* [n]: in the file, for messages */
  char **names;       /* [n] */
  uint64_t *hashes;   /* [n]: of texts; else NULL */
  FsPart *parts;      /* [n]: of fs_examples_share_out() */
} FsExamples;

FsStatus fs_examples_init (FsExamples *examples, size_t n, bool has_classes, FsProblem *problem);
void fs_examples_clear (FsExamples *examples);
bool fs_examples_set_name (FsExamples *examples, size_t i, const char *text, size_t n_bytes);

/* Which example each row of the file is of. */
#define FS_NO_EXAMPLE UINT32_MAX
typedef struct
{
  const FsFrame *frame;
  uint32_t *examples; /* [n_rows] */
} FsExampleRows;

/* Chooses each example's part: in order of the file, by lot class by class, as a column says, or by lot
 * and whole groups together. A class without an example in the training part is a problem. */
FsStatus fs_examples_share_out (FsExamples *examples,
                                const FsExampleRows *source,
                                const FsExperiment *experiment,
                                const FsLabels *classes,
                                FsProblem *problem);

/* Lays the windows, one an example, over rows that lie part by part and in the examples' order, and
 * takes over classes, names and weights. dataset->n_rows is set; part_ends are set here. */
FsStatus fs_dataset_lay_examples (FsDataset *dataset,
                                  FsExamples *examples,
                                  const FsExperiment *experiment,
                                  FsLabels *classes,
                                  FsProblem *problem);

/* The table's rows in the file's order that sequences ask for, with the target as channel 0. */
FsStatus fs_sequence_table (FsTable **table,
                            const FsFrame *frame,
                            const FsExperiment *experiment,
                            FsProblem *problem);
