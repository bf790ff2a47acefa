/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which columns have texts and classes; see text-columns.h. */

#include "engine/prepare/text-columns.h"

#include <stdlib.h>
#include <string.h>
#include "engine/prepare/split.h"
#include "engine/prepare/text-profile.h"
#include "engine/prepare/time-axis.h"

FsStatus
fs_text_column (const FsColumn **column,
                const FsFrame *frame,
                const FsExperiment *experiment,
                FsProblem *problem)
{
  const char *name = experiment->data.text;
  *column = NULL;
  if (name[0])
    {
      const FsStatus status = fs_named_column (column, frame, "data.text", name, problem);
      if (status != FS_OK)
        return status;
    }
  for (size_t c = 0; !name[0] && c < frame->n_columns && !*column; c++)
    if (frame->columns[c].type == FS_COLUMN_TEXT)
      *column = &frame->columns[c];
  for (size_t c = 0; !name[0] && c < frame->n_columns && !*column; c++)
    if (frame->columns[c].type == FS_COLUMN_CATEGORY)
      *column = &frame->columns[c];
  if (!*column)
    return fs_problem (problem, FS_WRONG_TYPE, "data.text", NULL,
                       "the file has no column of texts to read");
  if ((*column)->type != FS_COLUMN_TEXT && (*column)->type != FS_COLUMN_CATEGORY)
    return fs_problem (problem, FS_WRONG_TYPE, "data.text", name,
                       "a column of texts; this one has numbers or dates");
  return FS_OK;
}

const char *
fs_text_of_row (const FsColumn *column, size_t row)
{
  if (column->type == FS_COLUMN_TEXT)
    return column->texts[row];
  return column->codes[row] < 0 ? NULL : column->categories[column->codes[row]];
}

FsStatus
fs_text_label_column (const FsColumn **column,
                      const FsColumn *text,
                      const FsFrame *frame,
                      const FsExperiment *experiment,
                      FsProblem *problem)
{
  const char *name = experiment->data.target, *split = fs_split_column_name (experiment);
  const FsColumn *of_split = split ? fs_frame_column (frame, split) : NULL;
  *column = NULL;
  if (name[0])
    {
      const FsStatus status = fs_named_column (column, frame, "data.target", name, problem);
      if (status != FS_OK)
        return status;
      if (*column == text)
        return fs_problem (problem, FS_MISMATCH, "data.target", name,
                           "this column has the texts; choose the one of classes");
      return FS_OK;
    }
  for (size_t c = 0; c < frame->n_columns && !*column; c++)
    if (&frame->columns[c] != text && &frame->columns[c] != of_split && !frame->columns[c].is_answer
        && frame->columns[c].type == FS_COLUMN_CATEGORY)
      *column = &frame->columns[c];
  for (size_t c = 0; c < frame->n_columns && !*column; c++)
    if (&frame->columns[c] != text && &frame->columns[c] != of_split && !frame->columns[c].is_answer
        && frame->columns[c].type == FS_COLUMN_NUMBER)
      *column = &frame->columns[c];
  if (!*column)
    return fs_problem (problem, FS_WRONG_TYPE, "data.target", NULL,
                       "the file has no column of classes beside the texts");
  return FS_OK;
}

static int
compare_hashes (const void *a, const void *b)
{
  const uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;
  return (x > y) - (x < y);
}

/* sorted[n] are the training texts' hashes; each is taken once. */
static FsStatus
take_training (const char **texts,
               size_t *n_taken,
               const uint64_t *sorted,
               bool *is_taken,
               size_t n,
               const FsColumn *column,
               size_t n_rows,
               const FsTokenRule *rule,
               FsProblem *problem)
{
  FsStatus status = FS_OK;
  for (size_t row = 0; row < n_rows && status == FS_OK; row++)
    {
      const char *text = fs_text_of_row (column, row);
      uint64_t hash;
      if (!text)
        continue;
      status = fs_text_hashes (rule, &text, 1, &hash, problem);
      const uint64_t *found =
          status == FS_OK ? bsearch (&hash, sorted, n, sizeof *sorted, compare_hashes) : NULL;
      if (!found)
        continue;
      while (found > sorted && found[-1] == hash)
        found--;
      if (!is_taken[found - sorted])
        texts[(*n_taken)++] = text;
      is_taken[found - sorted] = true;
    }
  return status;
}

FsStatus
fs_training_texts (const char ***texts,
                   size_t *n,
                   const FsDataset *dataset,
                   const FsFrame *frame,
                   const FsExperiment *experiment,
                   FsProblem *problem)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  const FsColumn *column;
  *texts = NULL;
  *n = 0;
  FsStatus status = fs_text_column (&column, frame, experiment, problem);
  if (status != FS_OK)
    return status;
  if (!windows->hashes)
    return fs_problem (problem, FS_MISMATCH, "data.task", NULL, "text: texts with a class each");
  *texts = malloc ((windows->n + 1) * sizeof **texts);
  uint64_t *sorted = malloc ((windows->n + 1) * sizeof *sorted);
  bool *is_taken = calloc (windows->n + 1, sizeof *is_taken);
  if (*texts && sorted && is_taken)
    {
      memcpy (sorted, windows->hashes, windows->n * sizeof *sorted);
      qsort (sorted, windows->n, sizeof *sorted, compare_hashes);
      status = take_training (*texts, n, sorted, is_taken, windows->n, column, frame->n_rows,
                              &fs_vocabulary_rule (dataset->vocabulary)->rule, problem);
    }
  else
    status = fs_problem (problem, FS_OUT_OF_MEMORY, "data.text", NULL, NULL);
  free (sorted);
  free (is_taken);
  if (status != FS_OK)
    {
      free (*texts);
      *texts = NULL;
    }
  return status;
}
