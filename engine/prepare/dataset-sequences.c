/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of many sequences, each with one answer: rows are gathered by the column that names the
 * sequence and put in order of time within it. Sequences stay in the order in which the file first
 * names them; those of a part lie together, so that the recipe can be fitted on training rows. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/prepare/dataset-private.h"
#include "engine/prepare/split.h"
#include "engine/prepare/step.h"
#include "engine/prepare/time-axis.h"

typedef struct
{
  const FsColumn *sequence, *target, *time; /* `time` may be NULL */
  const FsColumn *split;                    /* says part or group; NULL = none does */
  const FsColumn *inputs[FS_MAX_INPUTS];
  size_t n_inputs;
} Columns;

typedef struct
{
  Columns columns;
  FsLabels ids;
  FsLabels classes; /* classify */
  FsExamples examples;
  uint32_t *rank_of_id; /* [ids.n]: its sequence's place in the file */
  double *answers;      /* [n]: number of the class, or the number */
  uint32_t *rows; /* [n_rows]: of the file, part by part, sequence by sequence, in order of time */
  size_t n_rows;
} Work;

/* ---- columns ---- */

static FsStatus
find_sequence (Columns *columns,
               const FsFrame *frame,
               const FsExperiment *experiment,
               FsProblem *problem)
{
  if (!experiment->data.sequence[0])
    {
      columns->sequence = &frame->columns[0];
      return FS_OK;
    }
  return fs_named_column (&columns->sequence, frame, "data.sequence", experiment->data.sequence,
                          problem);
}

/* Without a name the classes are the first column of words, the number the first one of numbers. */
static FsStatus
find_target (Columns *columns,
             const FsFrame *frame,
             const FsExperiment *experiment,
             FsProblem *problem)
{
  const bool is_class = experiment->data.task == FS_TASK_CLASSIFY;
  const char *name = experiment->data.target;
  columns->target = NULL;
  if (name[0])
    {
      FsStatus status = fs_named_column (&columns->target, frame, "data.target", name, problem);
      if (status != FS_OK)
        return status;
    }
  for (size_t c = 0; !name[0] && c < frame->n_columns && !columns->target; c++)
    if (&frame->columns[c] != columns->sequence && &frame->columns[c] != columns->time
        && &frame->columns[c] != columns->split
        && (frame->columns[c].type == FS_COLUMN_NUMBER) == !is_class
        && frame->columns[c].type != FS_COLUMN_DATE)
      columns->target = &frame->columns[c];
  if (!columns->target)
    return fs_problem (problem, FS_WRONG_TYPE, "data.target", NULL,
                       is_class ? "the file has no column of words that could be classes"
                                : FS_WORDS ("the file has no column of numbers to find"));
  if (columns->target == columns->sequence)
    return fs_problem (problem, FS_MISMATCH, "data.target", name,
                       "this column names the sequences; choose another one");
  if (!is_class && columns->target->type != FS_COLUMN_NUMBER)
    return fs_problem (problem, FS_WRONG_TYPE, "data.target", columns->target->name,
                       "a column of numbers; classes are found by the task \u201cclassify\u201d");
  return FS_OK;
}

static bool
is_free_for_input (const Columns *columns, const FsColumn *column, size_t n_rows)
{
  return column != columns->sequence && column != columns->target && column != columns->time
         && column != columns->split && column->type == FS_COLUMN_NUMBER && !column->is_answer
         && column->n_missing < n_rows;
}

static FsStatus
find_inputs (Columns *columns,
             const FsFrame *frame,
             const FsExperiment *experiment,
             FsProblem *problem)
{
  for (size_t i = 0; i < experiment->data.n_inputs; i++)
    {
      const char *name = experiment->data.inputs[i];
      const FsColumn *column;
      FsStatus status = fs_named_column (&column, frame, "data.inputs", name, problem);
      if (status != FS_OK)
        return status;
      if (column == columns->target)
        return fs_problem (problem, FS_MISMATCH, "data.inputs", name,
                           "this is the answer that is to be found");
      if (column->type != FS_COLUMN_NUMBER || column->n_missing == frame->n_rows)
        return fs_problem (problem, FS_WRONG_TYPE, "data.inputs", name, "a column of numbers");
      for (size_t j = 0; j < i; j++)
        if (columns->inputs[j] == column)
          return fs_problem (problem, FS_MISMATCH, "data.inputs", name,
                             "this input is named twice");
      columns->inputs[columns->n_inputs++] = column;
    }
  for (size_t c = 0; experiment->data.n_inputs == 0 && c < frame->n_columns; c++)
    if (columns->n_inputs < FS_MAX_INPUTS
        && is_free_for_input (columns, &frame->columns[c], frame->n_rows))
      columns->inputs[columns->n_inputs++] = &frame->columns[c];
  if (columns->n_inputs == 0)
    return fs_problem (problem, FS_TOO_LITTLE, "data.inputs", NULL,
                       "the file has no column of numbers besides the target for the network to "
                       "read");
  return FS_OK;
}

static FsStatus
find_columns (Columns *columns,
              const FsFrame *frame,
              const FsExperiment *experiment,
              FsProblem *problem)
{
  *columns = (Columns){ 0 };
  if (frame->n_columns < 2 || frame->n_rows == 0)
    return fs_problem (problem, FS_TOO_LITTLE, "data.source", NULL,
                       "sequences need a column that names them and a column to find");
  FsStatus status = find_sequence (columns, frame, experiment, problem);
  const char *split = fs_split_column_name (experiment);
  columns->split = split ? fs_frame_column (frame, split) : NULL;
  if (status == FS_OK)
    status = fs_time_column (&columns->time, frame, experiment, problem);
  if (status == FS_OK)
    status = find_target (columns, frame, experiment, problem);
  return status == FS_OK ? find_inputs (columns, frame, experiment, problem) : status;
}

/* ---- gathering ---- */

static FsStatus
rank_sequences (Work *work, const FsFrame *frame, FsProblem *problem)
{
  uint32_t n = 0;
  work->rank_of_id = malloc ((work->ids.n + 1) * sizeof *work->rank_of_id);
  if (!work->rank_of_id)
    return fs_dataset_no_memory (problem);
  memset (work->rank_of_id, 0xff, work->ids.n * sizeof *work->rank_of_id);
  for (size_t t = 0; t < frame->n_rows; t++)
    {
      const int32_t id = work->ids.codes[t];
      if (id < 0)
        return fs_problem_at (problem, FS_MALFORMED, "data.sequence", 0,
                              work->columns.sequence->name,
                              "row %zu does not say which sequence it belongs to", t + 1);
      if (work->rank_of_id[id] == UINT32_MAX)
        work->rank_of_id[id] = n++;
    }
  return FS_OK;
}

/* The row's answer, NaN if it has none. */
static double
answer_of_row (const Work *work, size_t row)
{
  if (work->examples.classes)
    return work->classes.codes[row] < 0 ? NAN : (double) work->classes.codes[row];
  return work->columns.target->numbers[row];
}

/* Every sequence has one answer, in whichever of its rows it stands. */
static FsStatus
take_answers (Work *work, const FsFrame *frame, FsProblem *problem)
{
  FsExamples *examples = &work->examples;
  work->answers = malloc ((examples->n + 1) * sizeof *work->answers);
  if (!work->answers)
    return fs_dataset_no_memory (problem);
  for (size_t i = 0; i < examples->n; i++)
    work->answers[i] = NAN;
  for (size_t row = 0; row < frame->n_rows; row++)
    {
      const int32_t id = work->ids.codes[row];
      const size_t i = work->rank_of_id[id];
      const double answer = answer_of_row (work, row);
      if (examples->n_rows[i]++ == 0)
        {
          examples->first_rows[i] = row;
          if (!fs_examples_set_name (examples, i, work->ids.names[id],
                                     strlen (work->ids.names[id])))
            return fs_dataset_no_memory (problem);
        }
      if (isnan (answer) || answer == work->answers[i])
        continue;
      if (!isnan (work->answers[i]))
        return fs_problem_at (problem, FS_MISMATCH, "data.target", 0, work->columns.target->name,
                              "sequence %s has two different ones (the second in row %zu), and a "
                              "sequence has one answer",
                              work->ids.names[id], row + 1);
      work->answers[i] = answer;
    }
  for (size_t i = 0; i < examples->n; i++)
    if (isnan (work->answers[i]))
      return fs_problem_at (problem, FS_MALFORMED, "data.target", 0, work->columns.target->name,
                            "no row of sequence %s has it", examples->names[i]);
    else if (examples->classes)
      examples->classes[i] = (int32_t) work->answers[i];
  return FS_OK;
}

typedef struct
{
  uint32_t place; /* of the sequence */
  uint32_t row;
  double time;
} Row;

static int
compare_rows (const void *left, const void *right)
{
  const Row *a = left, *b = right;
  if (a->place != b->place)
    return a->place < b->place ? -1 : 1;
  if (a->time != b->time && !isnan (a->time) && !isnan (b->time))
    return a->time < b->time ? -1 : 1;
  return (a->row > b->row) - (a->row < b->row);
}

/* Part by part, sequence by sequence. Rows are sorted by time only where each has one. */
static FsStatus
order_rows (Work *work, const FsFrame *frame, FsProblem *problem)
{
  const FsExamples *examples = &work->examples;
  const FsColumn *time =
      work->columns.time && work->columns.time->n_missing == 0 ? work->columns.time : NULL;
  uint32_t *places = malloc ((examples->n + 1) * sizeof *places), n = 0;
  Row *rows = malloc ((frame->n_rows + 1) * sizeof *rows);
  work->rows = malloc ((frame->n_rows + 1) * sizeof *work->rows);
  if (!places || !rows || !work->rows)
    {
      free (places);
      free (rows);
      return fs_dataset_no_memory (problem);
    }
  for (int part = 0; part < FS_N_PARTS; part++)
    for (size_t i = 0; i < examples->n; i++)
      if (examples->parts[i] == (FsPart) part)
        places[i] = n++;
  for (size_t t = 0; t < frame->n_rows; t++)
    rows[t] = (Row){ places[work->rank_of_id[work->ids.codes[t]]], (uint32_t) t,
                     time ? time->numbers[t] : (double) t };
  qsort (rows, frame->n_rows, sizeof *rows, compare_rows);
  for (size_t t = 0; t < frame->n_rows; t++)
    work->rows[t] = rows[t].row;
  work->n_rows = frame->n_rows;
  free (places);
  free (rows);
  return FS_OK;
}

static void
clear_work (Work *work)
{
  fs_labels_clear (&work->ids);
  fs_labels_clear (&work->classes);
  fs_examples_clear (&work->examples);
  free (work->rank_of_id);
  free (work->answers);
  free (work->rows);
}

static FsStatus
share_out (Work *work, const FsFrame *frame, const FsExperiment *experiment, FsProblem *problem)
{
  const FsExampleRows source = { .frame = frame,
                                 .examples =
                                     malloc ((frame->n_rows + 1) * sizeof *source.examples) };
  if (!source.examples)
    return fs_dataset_no_memory (problem);
  for (size_t row = 0; row < frame->n_rows; row++)
    source.examples[row] = work->rank_of_id[work->ids.codes[row]];
  const FsStatus status =
      fs_examples_share_out (&work->examples, &source, experiment,
                             work->examples.classes ? &work->classes : NULL, problem);
  free (source.examples);
  return status;
}

/* Everything up to the order of rows. The caller clears `work` whatever comes of it. */
static FsStatus
gather (Work *work, const FsFrame *frame, const FsExperiment *experiment, FsProblem *problem)
{
  const bool is_class = experiment->data.task == FS_TASK_CLASSIFY;
  *work = (Work){ 0 };
  if (frame->n_rows > UINT32_MAX - 1)
    return fs_problem (problem, FS_TOO_LARGE, "data.source", NULL,
                       "at most 4 billion rows can be used");
  FsStatus status = find_columns (&work->columns, frame, experiment, problem);
  if (status == FS_OK)
    status = fs_labels_init (&work->ids, work->columns.sequence, frame->n_rows, problem);
  if (status == FS_OK && is_class)
    status = fs_labels_init (&work->classes, work->columns.target, frame->n_rows, problem);
  if (status == FS_OK)
    status = rank_sequences (work, frame, problem);
  if (status == FS_OK)
    status = fs_examples_init (&work->examples, work->ids.n, is_class, problem);
  if (status == FS_OK)
    status = take_answers (work, frame, problem);
  if (status == FS_OK)
    status = share_out (work, frame, experiment, problem);
  return status == FS_OK ? order_rows (work, frame, problem) : status;
}

static FsTable *
make_table (const Work *work, const FsFrame *frame)
{
  const Columns *columns = &work->columns;
  FsTable *table = fs_table_new (frame->n_rows, columns->n_inputs + 1);
  if (!table)
    return NULL;
  for (size_t c = 0; c <= columns->n_inputs; c++)
    snprintf (table->names[c], sizeof table->names[c], "%s",
              c == 0 ? columns->target->name : columns->inputs[c - 1]->name);
  for (size_t t = 0; t < frame->n_rows; t++)
    {
      const size_t row = work->rows[t];
      double *values = table->values + t * table->n_channels;
      /* A class stands for itself by a number from 1: no step has to fear it. */
      values[0] =
          work->answers[work->rank_of_id[work->ids.codes[row]]] + (work->examples.classes ? 1 : 0);
      for (size_t c = 0; c < columns->n_inputs; c++)
        values[c + 1] = columns->inputs[c]->numbers[row];
    }
  return table;
}

/* ---- steps ---- */

/* Steps that look from row to row would look from one sequence into another. */
static FsStatus
check_steps (const FsTable *table, const FsExperiment *experiment, FsProblem *problem)
{
  size_t n_missing = 0;
  for (size_t i = 0; i < table->n_rows * table->n_channels; i++)
    n_missing += isnan (table->values[i]);
  for (size_t i = 0; i < experiment->n_steps; i++)
    {
      const FsStepSpec *step = &experiment->steps[i];
      const bool is_by_value = step->impute_method == FS_IMPUTE_CONSTANT
                               || step->impute_method == FS_IMPUTE_MEAN
                               || step->impute_method == FS_IMPUTE_MEDIAN;
      bool is_harmless = step->kind == FS_STEP_SCALE || step->kind == FS_STEP_TRANSFORM;
      if (step->kind == FS_STEP_CLIP)
        is_harmless = step->clip_method != FS_CLIP_HAMPEL;
      if (step->kind == FS_STEP_IMPUTE)
        is_harmless = is_by_value || n_missing == 0;
      if (is_harmless || !step->is_enabled)
        continue;
      char where[32];
      snprintf (where, sizeof where, "prepare.%zu", i);
      return fs_problem (problem, FS_MISMATCH, where, NULL,
                         "this step looks from row to row, and so from one sequence into the "
                         "next; use impute with a constant, the mean or the median, scale, clip "
                         "or transform");
    }
  return FS_OK;
}

FsStatus
fs_sequence_table (FsTable **table,
                   const FsFrame *frame,
                   const FsExperiment *experiment,
                   FsProblem *problem)
{
  Work work;
  FsStatus status = gather (&work, frame, experiment, problem);
  *table = status == FS_OK ? make_table (&work, frame) : NULL;
  clear_work (&work);
  return status == FS_OK && !*table ? fs_dataset_no_memory (problem) : status;
}

/* ---- the data set ---- */

static FsStatus
take_rows (FsDataset *dataset, const Work *work, FsProblem *problem)
{
  dataset->target_raw = malloc ((work->n_rows + 1) * sizeof *dataset->target_raw);
  dataset->times = malloc ((work->n_rows + 1) * sizeof *dataset->times);
  if (!dataset->target_raw || !dataset->times)
    return fs_dataset_no_memory (problem);
  for (size_t t = 0; t < work->n_rows; t++)
    {
      dataset->target_raw[t] = work->answers[work->rank_of_id[work->ids.codes[work->rows[t]]]];
      dataset->times[t] = (double) t;
    }
  return FS_OK;
}

static FsStatus
check_numbers_differ (const FsDataset *dataset, FsProblem *problem)
{
  const double *y = dataset->target_raw;
  for (size_t t = 1; t < dataset->part_ends[FS_PART_TRAIN]; t++)
    if (y[t] != y[0])
      return FS_OK;
  return fs_problem (problem, FS_CONSTANT, "data.target", dataset->target_name,
                     "the target is the same for every training sequence; choose another one");
}

FsStatus
fs_dataset_make_sequences (FsDataset *dataset,
                           const FsFrame *frame,
                           const FsExperiment *experiment,
                           FsProblem *problem)
{
  Work work;
  FsTable *prepared = NULL;
  const bool is_class = experiment->data.task == FS_TASK_CLASSIFY;
  FsStatus status = gather (&work, frame, experiment, problem);
  if (status == FS_OK)
    {
      dataset->n_rows = frame->n_rows;
      dataset->raw = make_table (&work, frame);
      status = dataset->raw ? check_steps (dataset->raw, experiment, problem)
                            : fs_dataset_no_memory (problem);
    }
  if (status == FS_OK)
    {
      memcpy (dataset->target_name, dataset->raw->names[0], sizeof dataset->target_name);
      status = take_rows (dataset, &work, problem);
    }
  if (status == FS_OK)
    status = fs_dataset_lay_examples (dataset, &work.examples, experiment,
                                      is_class ? &work.classes : NULL, problem);
  if (status == FS_OK && !is_class)
    status = check_numbers_differ (dataset, problem);
  if (status == FS_OK)
    status = fs_dataset_prepare (dataset, experiment, 1, &prepared, problem);
  fs_table_free (prepared);
  clear_work (&work);
  return status;
}
