/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The columns of a file that a task of texts reads, and the texts of its training part as the file has
 * them. */

#include "engine/prepare/dataset.h"

FsStatus fs_text_column (const FsColumn **column,
                         const FsFrame *frame,
                         const FsExperiment *experiment,
                         FsProblem *problem);
FsStatus fs_text_label_column (const FsColumn **column,
                               const FsColumn *text,
                               const FsFrame *frame,
                               const FsExperiment *experiment,
                               FsProblem *problem);

/* NULL where there is none. */
const char *fs_text_of_row (const FsColumn *column, size_t row);

/* Each different text of the training part once, in the file's order; texts[*n] are the frame's own, the array
 * is the caller's. `dataset` was made of both. */
FsStatus fs_training_texts (const char ***texts,
                            size_t *n,
                            const FsDataset *dataset,
                            const FsFrame *frame,
                            const FsExperiment *experiment,
                            FsProblem *problem);
