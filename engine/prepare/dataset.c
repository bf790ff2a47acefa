/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Frame and experiment into a prepared table with windows over it; see dataset.h. The steps of
 * preparation are the recipe's; scores without learning are in train/baselines. */

#include "engine/prepare/dataset-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/series/season.h"
#include "engine/prepare/time-axis.h"

/* A target that never changes in the training part cannot be learned, only repeated. */
static FsStatus
check_target (const FsDataset *dataset, FsProblem *problem)
{
  size_t n_known = 0;
  double first = 0;
  for (size_t t = 0; t < dataset->part_ends[FS_PART_TRAIN]; t++)
    {
      double x = dataset->target_raw[t];
      if (isnan (x) || fs_dataset_part_of_row (dataset, t) != FS_PART_TRAIN)
        continue;
      if (n_known++ == 0)
        first = x;
      else if (x != first)
        return FS_OK;
    }
  if (n_known == 0)
    return fs_problem (problem, FS_TOO_LITTLE, "data.target", dataset->target_name,
                       "the target has no value in the training part");
  return fs_problem (problem, FS_CONSTANT, "data.target", dataset->target_name,
                     "the target has the same value in every training row; choose another one");
}

FsStatus
fs_dataset_no_memory (FsProblem *problem)
{
  return fs_problem (problem, FS_OUT_OF_MEMORY, "data.source", NULL, NULL);
}

/* Copies the time axis and the raw target. */
static FsStatus
take_raw (FsDataset *dataset,
          const FsFrame *frame,
          const FsExperiment *experiment,
          FsProblem *problem)
{
  FsTimeAxis axis;
  FsStatus status = fs_time_axis_init (&axis, frame, experiment, problem);
  if (status)
    return status;
  dataset->times = axis.times;
  dataset->has_dates = axis.has_dates;
  axis.times = NULL;
  fs_time_axis_clear (&axis);
  const FsTable *raw = dataset->raw;
  dataset->target_raw = malloc ((raw->n_rows + 1) * sizeof *dataset->target_raw);
  if (!dataset->target_raw)
    return fs_dataset_no_memory (problem);
  for (size_t t = 0; t < raw->n_rows; t++)
    dataset->target_raw[t] = raw->values[t * raw->n_channels];
  memcpy (dataset->target_name, raw->names[0], sizeof dataset->target_name);
  return FS_OK;
}

FsStatus
fs_dataset_prepare (FsDataset *dataset,
                    const FsExperiment *experiment,
                    size_t first_input,
                    FsTable **prepared,
                    FsProblem *problem)
{
  FsTable *table = *prepared = fs_table_copy (dataset->raw);
  if (!table)
    return fs_dataset_no_memory (problem);
  FsStatus status =
      fs_recipe_fit (&dataset->recipe, experiment, table, dataset->part_ends, problem);
  if (status)
    return status;
  const size_t n_channels = table->n_channels - first_input;
  dataset->n_channels = n_channels;
  dataset->inputs = malloc ((table->n_rows * n_channels + 1) * sizeof *dataset->inputs);
  dataset->target_prepared = malloc ((table->n_rows + 1) * sizeof *dataset->target_prepared);
  if (!dataset->inputs || !dataset->target_prepared)
    return fs_dataset_no_memory (problem);
  for (size_t t = 0; t < table->n_rows; t++)
    {
      const double *values = table->values + t * table->n_channels;
      dataset->target_prepared[t] = values[0];
      for (size_t c = 0; c < n_channels; c++)
        {
          const bool is_lost = table->is_lost && table->is_lost[t];
          const FsReal value = is_lost ? 0 : (FsReal) values[first_input + c];
          dataset->inputs[t * n_channels + c] = value;
          if (!isfinite (value))
            return fs_problem_at (problem, FS_OUT_OF_RANGE, table->names[first_input + c], 0, NULL,
                                  "the prepared value of row %zu is too large for the network; "
                                  "add the step \u201cscale\u201d",
                                  t + 1);
        }
    }
  return FS_OK;
}

/* On what training rows have; what lies between them is as good as missing. */
static FsStatus
find_season (FsDataset *dataset, FsProblem *problem)
{
  const size_t n = dataset->part_ends[FS_PART_TRAIN];
  if (!fs_dataset_is_scattered (dataset))
    {
      dataset->season = fs_season_find (dataset->target_raw, n);
      return FS_OK;
    }
  double *known = malloc ((n + 1) * sizeof *known);
  if (!known)
    return fs_dataset_no_memory (problem);
  fs_dataset_training_only (dataset, dataset->target_raw, known);
  dataset->season = fs_season_find (known, n);
  free (known);
  return FS_OK;
}

/* Windows over the rows of one series. */
static FsStatus
make_forecast (FsDataset *made,
               const FsFrame *frame,
               const FsExperiment *experiment,
               FsProblem *problem)
{
  if (experiment->window.length < 1 || experiment->window.horizon < 1)
    return fs_problem (problem, FS_OUT_OF_RANGE,
                       experiment->window.length < 1 ? "window.length" : "window.horizon", NULL,
                       "a whole number from 1");
  FsTable *prepared = NULL;
  FsStatus status = fs_table_from_frame (&made->raw, frame, experiment, problem);
  if (!status)
    {
      made->n_rows = frame->n_rows;
      made->n_channels = made->raw->n_channels;
      /* No window is longer than the file, so sums of these never overflow. */
      size_t cap = made->n_rows + 1;
      made->length =
          (uint64_t) experiment->window.length < cap ? (size_t) experiment->window.length : cap;
      made->horizon =
          (uint64_t) experiment->window.horizon < cap ? (size_t) experiment->window.horizon : cap;
      made->n_outputs = made->n_targets = made->horizon;
      fs_split_place (made->part_ends, made->raw, experiment);
      status = take_raw (made, frame, experiment, problem);
    }
  if (!status)
    status = fs_dataset_lay_windows (made, experiment, NULL, problem);
  if (!status)
    status = check_target (made, problem);
  if (!status)
    status = fs_dataset_prepare (made, experiment, 0, &prepared, problem);
  if (!status && prepared->is_lost)
    status = fs_dataset_lay_windows (made, experiment, prepared->is_lost, problem);
  if (!status)
    status = find_season (made, problem);
  fs_table_free (prepared);
  return status;
}

FsStatus
fs_dataset_new (FsDataset **dataset,
                const FsFrame *frame,
                const FsExperiment *experiment,
                FsProblem *problem)
{
  FsStatus status = FS_OK;
  *dataset = NULL;
  FsDataset *made = calloc (1, sizeof *made);
  if (!made)
    return fs_dataset_no_memory (problem);
  made->task = experiment->data.task;
  made->frame_hash = frame->hash;
  switch (made->task)
    {
    case FS_TASK_FORECAST:
      status = make_forecast (made, frame, experiment, problem);
      break;
    case FS_TASK_REGRESS:
    case FS_TASK_CLASSIFY:
      status = fs_dataset_make_sequences (made, frame, experiment, problem);
      break;
    case FS_TASK_TEXT:
      status = fs_dataset_make_texts (made, frame, experiment, problem);
      break;
    case FS_TASK_NEXT:
      status = fs_dataset_make_next (made, frame, experiment, problem);
      break;
    }
  if (status)
    fs_dataset_free (made);
  else
    *dataset = made;
  return status;
}

void
fs_dataset_training_only (const FsDataset *dataset, const double *values, double *training)
{
  for (size_t t = 0; t < dataset->part_ends[FS_PART_TRAIN]; t++)
    training[t] = fs_dataset_part_of_row (dataset, t) == FS_PART_TRAIN ? values[t] : NAN;
}

static void
clear_windows (FsWindows *windows)
{
  for (size_t i = 0; windows->names && i < windows->n; i++)
    free (windows->names[i]);
  free (windows->names);
  free (windows->starts);
  free (windows->lengths);
  free (windows->hashes);
}

void
fs_dataset_free (FsDataset *dataset)
{
  if (!dataset)
    return;
  free (dataset->inputs);
  free (dataset->target_prepared);
  free (dataset->target_raw);
  free (dataset->times);
  for (FsPart part = FS_PART_TRAIN; part < FS_N_PARTS; part++)
    clear_windows (&dataset->windows[part]);
  for (size_t k = 0; dataset->class_names && k < dataset->n_classes; k++)
    free (dataset->class_names[k]);
  free (dataset->class_names);
  free (dataset->class_weights);
  fs_vocabulary_free (dataset->vocabulary);
  fs_word_vectors_clear (&dataset->vectors);
  free (dataset->synonyms.starts);
  free (dataset->synonyms.ids);
  fs_back_translations_clear (&dataset->back_translations);
  fs_table_free (dataset->raw);
  fs_recipe_free (dataset->recipe);
  free (dataset);
}

/* The rows of a window, of its own length, padded to the data set's. */
static void
gather_window (const FsDataset *dataset, FsPart part, size_t window, FsReal *x, size_t n_between)
{
  const size_t n_bytes = dataset->n_channels * sizeof *x;
  const size_t length = fs_window_length (dataset, part, window);
  const size_t n_rows =
      dataset->windows[part].lengths ? dataset->windows[part].lengths[window] : length;
  const size_t n_padded = dataset->length - length;
  /* Masked padding is always behind: the network stands still there. */
  const bool is_before = dataset->padding == FS_AT_START && !dataset->is_masked;
  const size_t first = is_before ? n_padded : 0;
  const FsReal *rows = dataset->inputs
                       + (dataset->windows[part].starts[window]
                          + (dataset->truncation == FS_AT_START ? n_rows - length : 0))
                             * dataset->n_channels;
  for (size_t t = 0; t < dataset->length; t++)
    if (t >= first && t < first + length)
      memcpy (x + t * n_between, rows + (t - first) * dataset->n_channels, n_bytes);
    else
      memset (x + t * n_between, 0, n_bytes);
}

static void
gather_targets (const FsDataset *dataset, FsPart part, const uint32_t *which, size_t n, FsReal *y)
{
  for (size_t b = 0; b < n; b++)
    {
      const size_t start = dataset->windows[part].starts[which[b]];
      const size_t length = fs_window_length (dataset, part, which[b]);
      for (size_t k = 0; k < dataset->n_targets; k++)
        if (dataset->is_stepwise)
          y[k * n + b] = k < length ? dataset->inputs[start + k + 1] : -1;
        else
          {
            const size_t row = fs_window_target_row (dataset, part, which[b], k);
            y[b * dataset->n_targets + k] =
                (FsReal) (dataset->n_classes > 0 ? dataset->target_raw[row]
                                                 : dataset->target_prepared[row]);
          }
    }
}

void
fs_dataset_gather (const FsDataset *dataset,
                   FsPart part,
                   const uint32_t *which,
                   size_t n,
                   FsReal *x,
                   FsReal *y)
{
  const size_t n_channels = dataset->n_channels;
  const uint32_t *starts = dataset->windows[part].starts;
  if (dataset->windows[part].lengths)
    for (size_t b = 0; b < n; b++)
      gather_window (dataset, part, which[b], x + b * n_channels, n * n_channels);
  else
    for (size_t t = 0; t < dataset->length; t++)
      for (size_t b = 0; b < n; b++)
        memcpy (x + (t * n + b) * n_channels, dataset->inputs + (starts[which[b]] + t) * n_channels,
                n_channels * sizeof *x);
  if (y)
    gather_targets (dataset, part, which, n, y);
}

const uint32_t *
fs_dataset_lengths (const FsDataset *dataset,
                    FsPart part,
                    const uint32_t *which,
                    size_t n,
                    uint32_t *lengths)
{
  if (!dataset->is_masked || !dataset->windows[part].lengths)
    return NULL;
  for (size_t b = 0; b < n; b++)
    lengths[b] = (uint32_t) fs_window_length (dataset, part, which[b]);
  return lengths;
}
