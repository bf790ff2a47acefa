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

FsStatus
fs_task_shape_before (FsNetworkShape *shape,
                      const FsExperiment *experiment,
                      const FsDataset *dataset,
                      FsProblem *problem)
{
  const FsTask task = experiment->data.task;
  const size_t max_rows = experiment->train.batch > 1 ? (size_t) experiment->train.batch : 1;
  const bool is_known = dataset && dataset->task == task;
  if (!is_known && task != FS_TASK_FORECAST)
    return fs_problem (problem, FS_TOO_LITTLE, "data.source", NULL,
                       "the file has not been read for this task yet: then the network's shape is "
                       "known");
  if (is_known)
    *shape = fs_task_shape (dataset, max_rows);
  else
    *shape = (FsNetworkShape){ .n_inputs = 1 + experiment->data.n_inputs, .max_rows = max_rows };
  if (task == FS_TASK_FORECAST || task == FS_TASK_NEXT)
    shape->n_steps = experiment->window.length > 1 ? (size_t) experiment->window.length : 1;
  if (task == FS_TASK_FORECAST)
    shape->n_outputs = experiment->window.horizon > 1 ? (size_t) experiment->window.horizon : 1;
  return FS_OK;
}

size_t
fs_task_n_forecasts (const FsDataset *dataset)
{
  size_t n = 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    n += dataset->windows[part].n;
  return fs_task_has_predictions (dataset) ? n * dataset->n_outputs : 0;
}

FsLossRule
fs_task_loss (const FsExperiment *experiment, const FsDataset *dataset)
{
  FsLossRule rule = fs_loss_rule (experiment);
  rule.n_outputs = dataset->n_outputs;
  rule.class_weights = dataset->class_weights;
  return rule;
}
