/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a data set to the shape of its network and the rule of its loss; see task.h. */

#include "engine/train/task.h"

FsNetworkShape
fs_task_shape (const FsDataset *dataset, size_t max_rows)
{
  return (FsNetworkShape){ .n_inputs = dataset->n_channels,
                           .n_steps = dataset->length,
                           .n_outputs = dataset->n_outputs,
                           .max_rows = max_rows,
                           .is_stepwise = dataset->is_stepwise,
                           .n_tokens =
                               dataset->vocabulary ? fs_vocabulary_size (dataset->vocabulary) : 0 };
}

FsLossRule
fs_task_loss (const FsExperiment *experiment, const FsDataset *dataset)
{
  FsLossRule rule = fs_loss_rule (experiment);
  rule.n_outputs = dataset->n_outputs;
  rule.class_weights = dataset->class_weights;
  return rule;
}
