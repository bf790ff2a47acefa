/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a data set asks of network and loss: the one place that knows how a task's answers look. */

#include "engine/model/loss.h"
#include "engine/model/network.h"
#include "engine/prepare/dataset.h"

FsNetworkShape fs_task_shape (const FsDataset *dataset, size_t max_rows);

/* The same for an experiment that is still being written, whose data set may have been made before the
 * latest changes, or not yet (NULL). FS_TOO_LITTLE if the shape cannot be known. */
FsStatus fs_task_shape_before (FsNetworkShape *shape,
                               const FsExperiment *experiment,
                               const FsDataset *dataset,
                               FsProblem *problem);

/* Numbers that are predicted for the windows of all parts. */
size_t fs_task_n_forecasts (const FsDataset *dataset);

/* Borrows the class weights of `dataset`. */
FsLossRule fs_task_loss (const FsExperiment *experiment, const FsDataset *dataset);

/* Rows of outputs that `n` windows have: one each, or one for each step. */
static inline size_t
fs_task_n_output_rows (const FsDataset *dataset, size_t n)
{
  return dataset->is_stepwise ? n * dataset->length : n;
}

/* Whether predictions of every window are worth keeping; those of every next word are not. */
static inline bool
fs_task_has_predictions (const FsDataset *dataset)
{
  return !dataset->is_stepwise;
}
