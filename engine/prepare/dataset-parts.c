/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Examples, shared out between training, validation and test; classes and their weights; and the
 * windows over examples, one each. See dataset-private.h. */

#include "engine/prepare/dataset-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/base/random.h"
#include "engine/prepare/split.h"
#include "engine/prepare/time-axis.h"

/* Beyond this a column of labels is taken for something else by mistake. */
#define MAX_CLASSES 1000

FsStatus
fs_examples_init (FsExamples *examples, size_t n, bool has_classes, FsProblem *problem)
{
  *examples = (FsExamples){ .n = n,
                            .n_rows = calloc (n + 1, sizeof *examples->n_rows),
                            .first_rows = calloc (n + 1, sizeof *examples->first_rows),
                            .names = calloc (n + 1, sizeof *examples->names),
                            .parts = calloc (n + 1, sizeof *examples->parts) };
  if (has_classes)
    examples->classes = calloc (n + 1, sizeof *examples->classes);
  if (examples->n_rows && examples->first_rows && examples->names && examples->parts
      && (!has_classes || examples->classes))
    return FS_OK;
  fs_examples_clear (examples);
  return fs_dataset_no_memory (problem);
}

void
fs_examples_clear (FsExamples *examples)
{
  for (size_t i = 0; examples->names && i < examples->n; i++)
    free (examples->names[i]);
  free (examples->names);
  free (examples->n_rows);
  free (examples->classes);
  free (examples->first_rows);
  free (examples->parts);
  free (examples->hashes);
  *examples = (FsExamples){ 0 };
}

bool
fs_examples_set_name (FsExamples *examples, size_t i, const char *text, size_t n_bytes)
{
  char *name = malloc (n_bytes + 1);
  if (!name)
    return false;
  memcpy (name, text, n_bytes);
  name[n_bytes] = '\0';
  examples->names[i] = name;
  return true;
}

/* ---- parts ---- */

/* The examples of each class (of all, without classes) in an order drawn by lot, and the shares of it.
 * Borders are rounded to the nearest, so that small classes are in every part where they can be. */
static FsStatus
share_out_by_lot (FsExamples *examples,
                  const FsExperiment *experiment,
                  size_t n_classes,
                  FsProblem *problem)
{
  uint32_t *which = malloc ((examples->n + 1) * sizeof *which);
  if (!which)
    return fs_dataset_no_memory (problem);
  for (size_t k = 0; k < (n_classes > 0 ? n_classes : 1); k++)
    {
      size_t n = 0;
      for (size_t i = 0; i < examples->n; i++)
        if (n_classes == 0 || examples->classes[i] == (int32_t) k)
          which[n++] = (uint32_t) i;
      FsRandom random = fs_random ((uint64_t) experiment->split.seed, FS_STREAM_SPLIT, k, 0);
      fs_random_shuffle (&random, which, n);
      size_t ends[FS_N_PARTS];
      fs_split_borders_of_lot (experiment, n, ends);
      for (size_t i = 0; i < n; i++)
        examples->parts[which[i]] = fs_part_of_place (ends, i);
    }
  free (which);
  return FS_OK;
}

/* What a column of the file says of each example, as a number of `labels` (to be cleared); its rows must
 * agree. `key` is the setting that names the column. */
static FsStatus
read_examples (const FsExamples *examples,
               const FsExampleRows *source,
               const FsColumn *column,
               const char *key,
               FsLabels *labels,
               int32_t **said,
               FsProblem *problem)
{
  FsStatus status = fs_labels_init (labels, column, source->frame->n_rows, problem);
  if (status != FS_OK)
    return status;
  *said = malloc ((examples->n + 1) * sizeof **said);
  if (!*said)
    status = fs_dataset_no_memory (problem);
  for (size_t i = 0; i < examples->n && status == FS_OK; i++)
    (*said)[i] = -1;
  for (size_t row = 0; row < source->frame->n_rows && status == FS_OK; row++)
    {
      const uint32_t i = source->examples[row];
      const int32_t code = labels->codes[row];
      if (i == FS_NO_EXAMPLE)
        continue;
      if (code < 0)
        status = fs_problem_at (problem, FS_MALFORMED, key, 0, column->name,
                                "row %zu has nothing in this column", row + 1);
      else if ((*said)[i] >= 0 && (*said)[i] != code)
        status = fs_problem_at (problem, FS_MISMATCH, key, 0, column->name,
                                "sequence %s has two different ones (the second in row %zu), and "
                                "goes into one part as a whole",
                                examples->names[i], row + 1);
      else
        (*said)[i] = code;
    }
  if (status == FS_OK)
    return FS_OK;
  fs_labels_clear (labels);
  free (*said);
  *said = NULL;
  return status;
}

static size_t
first_row_of (const FsExampleRows *source, size_t example)
{
  size_t row = 0;
  while (source->examples[row] != example)
    row++;
  return row;
}

static FsStatus
share_out_as_given (FsExamples *examples,
                    const FsExampleRows *source,
                    const FsExperiment *experiment,
                    FsProblem *problem)
{
  const FsColumn *column;
  FsLabels labels;
  int32_t *said;
  FsStatus status = fs_split_column (&column, source->frame, experiment, problem);
  if (status == FS_OK)
    status = read_examples (examples, source, column, "split.column", &labels, &said, problem);
  if (status != FS_OK)
    return status;
  for (size_t i = 0; i < examples->n && status == FS_OK; i++)
    if (!fs_part_read (labels.names[said[i]], &examples->parts[i]))
      status = fs_part_unreadable (column->name, labels.names[said[i]], first_row_of (source, i),
                                   problem);
  fs_labels_clear (&labels);
  free (said);
  return status;
}

/* Groups in an order drawn by lot; each goes as a whole where its middle one lies among all examples, so
 * that shares are of examples also where groups differ in size. */
static FsStatus
place_groups (FsExamples *examples,
              const int32_t *groups,
              size_t n_groups,
              const FsExperiment *experiment,
              FsProblem *problem)
{
  uint32_t *order = malloc ((n_groups + 1) * sizeof *order);
  size_t *sizes = calloc (n_groups + 1, sizeof *sizes);
  FsPart *parts = calloc (n_groups + 1, sizeof *parts);
  size_t ends[FS_N_PARTS], n_before = 0, n_used = 0;
  const bool has_memory = order && sizes && parts;
  for (size_t i = 0; i < examples->n && has_memory; i++)
    sizes[groups[i]]++;
  /* A group of the file that no example is of has no turn. */
  for (size_t g = 0; g < n_groups && has_memory; g++)
    if (sizes[g] > 0)
      order[n_used++] = (uint32_t) g;
  if (has_memory)
    {
      FsRandom random = fs_random ((uint64_t) experiment->split.seed, FS_STREAM_SPLIT, 0, 0);
      fs_random_shuffle (&random, order, n_used);
      fs_split_borders_of_lot (experiment, examples->n, ends);
    }
  for (size_t k = 0; k < n_used; k++)
    {
      const size_t size = sizes[order[k]];
      parts[order[k]] = fs_part_of_place (ends, n_before + size / 2);
      n_before += size;
    }
  for (size_t i = 0; i < examples->n && has_memory; i++)
    examples->parts[i] = parts[groups[i]];
  free (order);
  free (sizes);
  free (parts);
  return has_memory ? FS_OK : fs_dataset_no_memory (problem);
}

static FsStatus
share_out_groups (FsExamples *examples,
                  const FsExampleRows *source,
                  const FsExperiment *experiment,
                  FsProblem *problem)
{
  const FsColumn *column = NULL;
  FsLabels labels = { 0 };
  int32_t *groups = NULL;
  FsStatus status = FS_OK;
  size_t n_groups = examples->n;
  if (experiment->split.group[0])
    {
      status =
          fs_named_column (&column, source->frame, "split.group", experiment->split.group, problem);
      if (status == FS_OK)
        status = read_examples (examples, source, column, "split.group", &labels, &groups, problem);
      n_groups = labels.n;
    }
  else if (experiment->data.task == FS_TASK_TEXT)
    status = fs_problem (problem, FS_NOT_FOUND, "split.group", NULL,
                         "the name of the column that says which texts belong together");
  else if (!(groups = malloc ((examples->n + 1) * sizeof *groups)))
    status = fs_dataset_no_memory (problem);
  for (size_t i = 0; i < examples->n && groups && !column; i++)
    groups[i] = (int32_t) i;
  if (status == FS_OK)
    status = place_groups (examples, groups, n_groups, experiment, problem);
  fs_labels_clear (&labels);
  free (groups);
  return status;
}

static FsStatus
check_classes (const FsExamples *examples, const FsLabels *classes, FsProblem *problem)
{
  if (classes->n > MAX_CLASSES)
    return fs_problem_at (problem, FS_TOO_LARGE, "data.target", 0, NULL,
                          "the target has %zu different values; at most %d classes can be told "
                          "apart, and a number is found by the task \u201cregress\u201d",
                          classes->n, MAX_CLASSES);
  size_t n_occurring = 0;
  for (size_t k = 0; k < classes->n; k++)
    {
      size_t n = 0, n_train = 0;
      for (size_t i = 0; i < examples->n; i++)
        if (examples->classes[i] == (int32_t) k)
          {
            n++;
            n_train += examples->parts[i] == FS_PART_TRAIN;
          }
      n_occurring += n > 0;
      if (n > 0 && n_train == 0)
        return fs_problem_at (problem, FS_TOO_LITTLE, "data.target", 0, classes->names[k],
                              "none of this class's %zu examples is in the training part; let "
                              "split.method be \u201cshuffled\u201d, or train on a larger share",
                              n);
    }
  if (n_occurring < 2)
    return fs_problem (problem, FS_CONSTANT, "data.target",
                       classes->n > 0 ? classes->names[0] : NULL,
                       "every example is of this one class; there is nothing to tell apart");
  return FS_OK;
}

FsStatus
fs_examples_share_out (FsExamples *examples,
                       const FsExampleRows *source,
                       const FsExperiment *experiment,
                       const FsLabels *classes,
                       FsProblem *problem)
{
  const FsSplitMethod method = experiment->split.method;
  FsStatus status = FS_OK;
  if (method == FS_SPLIT_GIVEN)
    status = share_out_as_given (examples, source, experiment, problem);
  else if (method == FS_SPLIT_GROUPED)
    status = share_out_groups (examples, source, experiment, problem);
  else if (method == FS_SPLIT_SHUFFLED)
    status = share_out_by_lot (examples, experiment, classes ? classes->n : 0, problem);
  else
    {
      size_t ends[FS_N_PARTS];
      fs_split_borders (experiment, examples->n, ends);
      for (size_t i = 0; i < examples->n; i++)
        examples->parts[i] = fs_part_of_place (ends, i);
    }
  return status == FS_OK && classes ? check_classes (examples, classes, problem) : status;
}

/* ---- class weights ---- */

/* n / (K n_k), as scikit-learn's "balanced": every class weighs the same in sum. */
static void
balance (double *weights, size_t n_classes, const FsExamples *examples)
{
  size_t n_train = 0;
  memset (weights, 0, n_classes * sizeof *weights);
  for (size_t i = 0; i < examples->n; i++)
    if (examples->parts[i] == FS_PART_TRAIN && examples->classes[i] >= 0)
      {
        weights[examples->classes[i]]++;
        n_train++;
      }
  for (size_t k = 0; k < n_classes; k++)
    weights[k] = weights[k] > 0 ? (double) n_train / ((double) n_classes * weights[k]) : 1;
}

static FsStatus
wrong_weight (FsProblem *problem, const char *item, size_t n, const char *wanted)
{
  char value[FS_TEXT_SIZE];
  memcpy (value, item, n);
  value[n] = '\0';
  return fs_problem (problem, FS_MISMATCH, "train.class_weight_list", value, wanted);
}

/* "yes 2, no 0.5": the weight is behind the last blank of an item. */
static FsStatus
read_weights (double *weights, const FsLabels *classes, const char *list, FsProblem *problem)
{
  for (size_t k = 0; k < classes->n; k++)
    weights[k] = 1;
  while (*list)
    {
      list += strspn (list, " ,");
      size_t n = strcspn (list, ","), end = n, k;
      while (end > 0 && list[end - 1] == ' ')
        end--;
      if (end == 0)
        break;
      size_t blank = end;
      while (blank > 0 && list[blank - 1] != ' ')
        blank--;
      char number[FS_TEXT_SIZE];
      memcpy (number, list + blank, end - blank);
      number[end - blank] = '\0';
      double weight;
      if (blank == 0 || !fs_number_parse (number, &weight) || !(weight > 0) || !isfinite (weight))
        return wrong_weight (problem, list, end, "a class and its weight above 0, as in: yes 2");
      size_t length = blank;
      while (length > 0
             && (list[length - 1] == ' ' || list[length - 1] == ':' || list[length - 1] == '='))
        length--;
      for (k = 0; k < classes->n; k++)
        if (strlen (classes->names[k]) == length && memcmp (classes->names[k], list, length) == 0)
          break;
      if (k == classes->n)
        return wrong_weight (problem, list, length, "a class that the target has");
      weights[k] = weight;
      list += n;
    }
  return FS_OK;
}

static FsStatus
take_weights (FsDataset *dataset,
              const FsExamples *examples,
              const FsExperiment *experiment,
              const FsLabels *classes,
              FsProblem *problem)
{
  if (experiment->train.class_weights == FS_CLASS_WEIGHTS_NONE)
    return FS_OK;
  dataset->class_weights = malloc ((classes->n + 1) * sizeof *dataset->class_weights);
  if (!dataset->class_weights)
    return fs_dataset_no_memory (problem);
  if (experiment->train.class_weights == FS_CLASS_WEIGHTS_GIVEN)
    return read_weights (dataset->class_weights, classes, experiment->train.class_weight_list,
                         problem);
  balance (dataset->class_weights, classes->n, examples);
  return FS_OK;
}

/* ---- windows ---- */

static FsStatus
take_classes (FsDataset *dataset,
              const FsExamples *examples,
              const FsExperiment *experiment,
              FsLabels *classes,
              FsProblem *problem)
{
  const bool is_binary = experiment->train.loss == FS_LOSS_BINARY_CROSS_ENTROPY;
  if (is_binary && classes->n != 2)
    return fs_problem_at (
        problem, FS_MISMATCH, "train.loss", 0, "binary-cross-entropy",
        "cross-entropy: the target has %zu classes, and this loss tells two apart", classes->n);
  const FsStatus status = take_weights (dataset, examples, experiment, classes, problem);
  if (status != FS_OK)
    return status;
  dataset->n_classes = classes->n;
  dataset->n_outputs = is_binary ? 1 : classes->n;
  dataset->class_names = classes->names;
  classes->names = NULL;
  return FS_OK;
}

static FsStatus
lay_part (FsDataset *dataset, FsExamples *examples, FsPart part, size_t *row, FsProblem *problem)
{
  FsWindows *windows = &dataset->windows[part];
  size_t n = 0;
  for (size_t i = 0; i < examples->n; i++)
    n += examples->parts[i] == part;
  windows->starts = malloc ((n + 1) * sizeof *windows->starts);
  windows->lengths = malloc ((n + 1) * sizeof *windows->lengths);
  windows->names = calloc (n + 1, sizeof *windows->names);
  if (examples->hashes)
    windows->hashes = malloc ((n + 1) * sizeof *windows->hashes);
  if (!windows->starts || !windows->lengths || !windows->names
      || (examples->hashes && !windows->hashes))
    return fs_dataset_no_memory (problem);
  for (size_t i = 0; i < examples->n; i++)
    {
      if (examples->parts[i] != part)
        continue;
      windows->starts[windows->n] = (uint32_t) *row;
      windows->lengths[windows->n] = examples->n_rows[i];
      if (examples->hashes)
        windows->hashes[windows->n] = examples->hashes[i];
      windows->names[windows->n++] = examples->names[i];
      examples->names[i] = NULL;
      /* An example without a row of its own has a place all the same, for its target. */
      *row += examples->n_rows[i] > 0 ? examples->n_rows[i] : 1;
    }
  dataset->part_ends[part] = *row;
  return FS_OK;
}

FsStatus
fs_dataset_lay_examples (FsDataset *dataset,
                         FsExamples *examples,
                         const FsExperiment *experiment,
                         FsLabels *classes,
                         FsProblem *problem)
{
  size_t row = 0, longest = 1;
  FsStatus status = FS_OK;
  dataset->n_outputs = dataset->n_targets = 1;
  if (classes)
    status = take_classes (dataset, examples, experiment, classes, problem);
  for (int part = 0; part < FS_N_PARTS && status == FS_OK; part++)
    status = lay_part (dataset, examples, (FsPart) part, &row, problem);
  if (status != FS_OK)
    return status;
  for (size_t i = 0; i < examples->n; i++)
    if (examples->n_rows[i] > longest)
      longest = examples->n_rows[i];
  const int64_t most = experiment->window.longest;
  dataset->length = most != FS_AUTO && (uint64_t) most < longest ? (size_t) most : longest;
  dataset->horizon = 1;
  dataset->is_masked = experiment->window.is_masked;
  dataset->padding = experiment->window.padding;
  dataset->truncation = experiment->window.truncation;
  static const char *const keys[FS_N_PARTS] = { "split.train", "split.validation", "split" };
  const bool is_wanted[FS_N_PARTS] = { true, experiment->split.validation > 0, false };
  for (int part = 0; part < FS_N_PARTS; part++)
    if (is_wanted[part] && dataset->windows[part].n == 0)
      return fs_problem_at (problem, FS_TOO_LITTLE, keys[part], 0, NULL,
                            "of %zu examples none is in this part; choose other shares or more "
                            "data",
                            examples->n);
  return FS_OK;
}
