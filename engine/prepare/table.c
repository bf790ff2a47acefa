/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the frame's columns to the table of channels that the steps work on. */

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/prepare/dataset-private.h"
#include "engine/prepare/split.h"
#include "engine/prepare/step.h"
#include "engine/prepare/time-axis.h"

static void
clear_words (FsChannelWords *words)
{
  for (size_t i = 0; i < words->n; i++)
    free (words->words[i]);
  free (words->words);
  *words = (FsChannelWords){ NULL, 0 };
}

static bool
copy_words (FsChannelWords *words, char *const *from, size_t n)
{
  words->words = calloc (n ? n : 1, sizeof *words->words);
  if (!words->words)
    return false;
  for (; words->n < n; words->n++)
    {
      const size_t size = strlen (from[words->n]) + 1;
      char *copy = malloc (size);
      if (!copy)
        return false;
      words->words[words->n] = memcpy (copy, from[words->n], size);
    }
  return true;
}

void
fs_table_forget_words (FsTable *table, size_t channel)
{
  clear_words (&table->words[channel]);
}

FsTable *
fs_table_new (size_t n_rows, size_t n_channels)
{
  FsTable *table = calloc (1, sizeof *table);
  if (!table)
    return NULL;
  table->n_rows = n_rows;
  table->n_channels = n_channels;
  if (n_rows < SIZE_MAX / sizeof *table->values / n_channels)
    table->values = malloc ((n_rows ? n_rows : 1) * n_channels * sizeof *table->values);
  table->names = calloc (n_channels, sizeof *table->names);
  table->words = calloc (n_channels, sizeof *table->words);
  if (table->values && table->names && table->words)
    return table;
  fs_table_free (table);
  return NULL;
}

static void *
copy_bytes (const void *bytes, size_t n)
{
  void *copy = malloc (n + 1);
  return copy ? memcpy (copy, bytes, n) : NULL;
}

/* What is not of one row alone. */
static bool
copy_header (FsTable *copy, const FsTable *table)
{
  bool is_copied = true;
  memcpy (copy->names, table->names, table->n_channels * sizeof *copy->names);
  copy->has_dates = table->has_dates;
  for (size_t c = 0; c < table->n_channels && is_copied; c++)
    is_copied = fs_table_n_words (table, c) == 0
                || copy_words (&copy->words[c], table->words[c].words, table->words[c].n);
  return is_copied;
}

FsTable *
fs_table_copy (const FsTable *table)
{
  FsTable *copy = fs_table_new (table->n_rows, table->n_channels);
  if (!copy)
    return NULL;
  memcpy (copy->values, table->values, table->n_rows * table->n_channels * sizeof *copy->values);
  bool is_copied = copy_header (copy, table);
  if (table->is_lost)
    copy->is_lost = copy_bytes (table->is_lost, table->n_rows * sizeof *copy->is_lost);
  if (table->times)
    copy->times = copy_bytes (table->times, table->n_rows * sizeof *copy->times);
  if (table->parts)
    copy->parts = copy_bytes (table->parts, table->n_rows * sizeof *copy->parts);
  if (is_copied && (!table->is_lost || copy->is_lost) && (!table->times || copy->times)
      && (!table->parts || copy->parts))
    return copy;
  fs_table_free (copy);
  return NULL;
}

FsTable *
fs_table_take_rows (const FsTable *table, const uint32_t *rows, size_t n)
{
  const size_t n_channels = table->n_channels;
  FsTable *taken = fs_table_new (n, n_channels);
  if (!taken)
    return NULL;
  bool is_taken = copy_header (taken, table);
  if (table->is_lost)
    is_taken = (taken->is_lost = malloc ((n + 1) * sizeof *taken->is_lost)) && is_taken;
  if (table->times)
    is_taken = (taken->times = malloc ((n + 1) * sizeof *taken->times)) && is_taken;
  if (!is_taken)
    {
      fs_table_free (taken);
      return NULL;
    }
  for (size_t t = 0; t < n; t++)
    {
      memcpy (taken->values + t * n_channels, table->values + rows[t] * n_channels,
              n_channels * sizeof *taken->values);
      if (table->is_lost)
        taken->is_lost[t] = table->is_lost[rows[t]];
      if (table->times)
        taken->times[t] = table->times[rows[t]];
    }
  return taken;
}

void
fs_table_free (FsTable *table)
{
  if (!table)
    return;
  for (size_t c = 0; table->words && c < table->n_channels; c++)
    clear_words (&table->words[c]);
  free (table->words);
  free (table->values);
  free (table->names);
  free (table->is_lost);
  free (table->times);
  free (table->parts);
  free (table);
}

FsStatus
fs_table_add_channels (FsTable *table, size_t n, FsProblem *problem)
{
  const size_t n_before = table->n_channels, n_after = n_before + n;
  double *values = NULL;
  char (*names)[FS_TEXT_SIZE] = calloc (n_after, sizeof *names);
  if (table->n_rows < SIZE_MAX / sizeof *values / n_after)
    values = malloc ((table->n_rows ? table->n_rows : 1) * n_after * sizeof *values);
  FsChannelWords *words = calloc (n_after, sizeof *words);
  if (!values || !names || !words)
    {
      free (values);
      free (names);
      free (words);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
    }
  for (size_t t = 0; t < table->n_rows; t++)
    {
      memcpy (values + t * n_after, table->values + t * n_before, n_before * sizeof *values);
      for (size_t c = n_before; c < n_after; c++)
        values[t * n_after + c] = NAN;
    }
  memcpy (names, table->names, n_before * sizeof *names);
  if (table->words)
    memcpy (words, table->words, n_before * sizeof *words);
  free (table->values);
  free (table->names);
  free (table->words);
  table->words = words;
  table->values = values;
  table->names = names;
  table->n_channels = n_after;
  return FS_OK;
}

void
fs_table_name_channel (FsTable *table, size_t channel, const char *format, ...)
{
  char name[FS_TEXT_SIZE];
  va_list arguments;
  va_start (arguments, format);
  vsnprintf (name, sizeof name, format, arguments);
  va_end (arguments);
  memcpy (table->names[channel], name, sizeof name);
}

static const char *
type_in_words (const FsColumn *column)
{
  switch (column->type)
    {
    case FS_COLUMN_DATE:
      return "this column has dates; choose one of numbers";
    case FS_COLUMN_CATEGORY:
      return "this column has words; choose one of numbers";
    case FS_COLUMN_TEXT:
      return "this column has texts; choose one of numbers";
    case FS_COLUMN_NUMBER:
      break;
    }
  return "this column has no value; choose another one";
}

/* A column that could be forecast if it had any value. */
static const FsColumn *
find_empty (const FsFrame *frame)
{
  for (size_t i = 0; i < frame->n_columns; i++)
    if (frame->columns[i].type == FS_COLUMN_NUMBER && frame->columns[i].n_missing == frame->n_rows)
      return &frame->columns[i];
  return NULL;
}

static FsStatus
find_target (const FsColumn **target,
             const FsFrame *frame,
             const FsExperiment *experiment,
             FsProblem *problem)
{
  const char *name = experiment->data.target;
  if (!name[0])
    {
      *target = fs_frame_default_target (frame);
      if (*target)
        return FS_OK;
      const FsColumn *empty = find_empty (frame);
      return empty
                 ? fs_problem (problem, FS_WRONG_TYPE, "data.target", empty->name,
                               "all cells of this column are missing, and there is no other column "
                               "of numbers to forecast")
                 : fs_problem (problem, FS_WRONG_TYPE, "data.target", NULL,
                               "the file has no column of numbers to forecast");
    }
  FsStatus status = fs_named_column (target, frame, "data.target", name, problem);
  if (!status && ((*target)->type != FS_COLUMN_NUMBER || (*target)->n_missing == frame->n_rows))
    status = fs_problem (problem, FS_WRONG_TYPE, "data.target", name, type_in_words (*target));
  return status;
}

static bool
has_encoder (const FsExperiment *experiment)
{
  for (size_t i = 0; i < experiment->n_steps; i++)
    if (experiment->steps[i].kind == FS_STEP_ENCODE && experiment->steps[i].is_enabled)
      return true;
  return false;
}

/* Fills columns[1 …] with the inputs, each of numbers (or of words that a step will encode), none
 * twice, none the target. */
static FsStatus
find_inputs (const FsColumn **columns,
             const FsFrame *frame,
             const FsExperiment *experiment,
             FsProblem *problem)
{
  for (size_t i = 0; i < experiment->data.n_inputs; i++)
    {
      const char *name = experiment->data.inputs[i];
      FsStatus status = fs_named_column (&columns[i + 1], frame, "data.inputs", name, problem);
      if (status)
        return status;
      if (columns[i + 1] == columns[0])
        return fs_problem (problem, FS_MISMATCH, "data.inputs", name,
                           "this is the target, whose own past is an input already");
      for (size_t j = 1; j <= i; j++)
        if (columns[j] == columns[i + 1])
          return fs_problem (problem, FS_MISMATCH, "data.inputs", name,
                             "this input is named twice");
      const bool is_words = columns[i + 1]->type == FS_COLUMN_CATEGORY;
      if (is_words && !has_encoder (experiment))
        return fs_problem (problem, FS_WRONG_TYPE, "data.inputs", name,
                           "this column has words; add the step \u201cencode\u201d before the "
                           "others, or choose one of numbers");
      if ((columns[i + 1]->type != FS_COLUMN_NUMBER && !is_words)
          || columns[i + 1]->n_missing == frame->n_rows)
        return fs_problem (problem, FS_WRONG_TYPE, "data.inputs", name,
                           type_in_words (columns[i + 1]));
    }
  return FS_OK;
}

static double
value_at (const FsColumn *column, size_t row)
{
  if (column->numbers)
    return column->numbers[row];
  return column->codes[row] >= 0 ? (double) column->codes[row] : NAN;
}

FsStatus
fs_table_from_frame (FsTable **table,
                     const FsFrame *frame,
                     const FsExperiment *experiment,
                     FsProblem *problem)
{
  const FsColumn *columns[FS_MAX_INPUTS + 1] = { NULL };
  const size_t n_channels = experiment->data.n_inputs + 1;
  FsTimeAxis axis;
  *table = NULL;
  if (fs_task_is_of_tokens (experiment->data.task))
    return fs_problem (problem, FS_MISMATCH, "data.task", NULL,
                       "texts become numbers of words and pass through no step of preparation");
  if (fs_task_is_of_sequences (experiment->data.task))
    return fs_sequence_table (table, frame, experiment, problem);
  FsStatus status = find_target (&columns[0], frame, experiment, problem);
  if (!status)
    status = find_inputs (columns, frame, experiment, problem);
  if (!status)
    status = fs_time_axis_init (&axis, frame, experiment, problem);
  if (status)
    return status;
  FsTable *made = fs_table_new (frame->n_rows, n_channels);
  for (size_t c = 0; made && c < n_channels; c++)
    {
      snprintf (made->names[c], sizeof made->names[c], "%s", columns[c]->name);
      for (size_t t = 0; t < frame->n_rows; t++)
        made->values[t * n_channels + c] = value_at (columns[c], axis.order[t]);
      if (columns[c]->codes
          && !copy_words (&made->words[c], columns[c]->categories, columns[c]->n_categories))
        {
          fs_table_free (made);
          made = NULL;
        }
    }
  if (made)
    {
      made->times = axis.times;
      made->has_dates = axis.has_dates;
      axis.times = NULL;
      status = fs_split_series (made, frame, axis.order, experiment, problem);
    }
  else
    status = fs_dataset_no_memory (problem);
  fs_time_axis_clear (&axis);
  if (status)
    fs_table_free (made);
  else
    *table = made;
  return status;
}
