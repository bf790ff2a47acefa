/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbering the values of a column; see labels.h. */

#include "engine/prepare/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/number.h"

static char *
copy_text (const char *text)
{
  const size_t n = strlen (text) + 1;
  char *copy = malloc (n);
  return copy ? memcpy (copy, text, n) : NULL;
}

static int
compare_numbers (const void *left, const void *right)
{
  const double a = *(const double *) left, b = *(const double *) right;
  return (a > b) - (a < b);
}

static int
compare_texts (const void *left, const void *right)
{
  return strcmp (*(const char *const *) left, *(const char *const *) right);
}

/* Sorts items[0 … n) and keeps one of equals; returns how many. */
static size_t
sort_unique (void *items, size_t n, size_t size, int (*compare) (const void *, const void *))
{
  char *bytes = items;
  size_t n_kept = 0;
  if (n > 0)
    qsort (items, n, size, compare);
  for (size_t i = 0; i < n; i++)
    if (n_kept == 0 || compare (bytes + (n_kept - 1) * size, bytes + i * size) != 0)
      memmove (bytes + n_kept++ * size, bytes + i * size, size);
  return n_kept;
}

static bool
take_numbers (FsLabels *labels, const FsColumn *column, size_t n_rows)
{
  double *values = malloc ((n_rows + 1) * sizeof *values);
  size_t n = 0;
  for (size_t t = 0; values && t < n_rows; t++)
    if (!isnan (column->numbers[t]))
      values[n++] = column->numbers[t];
  if (values)
    n = sort_unique (values, n, sizeof *values, compare_numbers);
  labels->names = values ? calloc (n + 1, sizeof *labels->names) : NULL;
  bool is_whole = labels->names != NULL;
  for (; is_whole && labels->n < n; labels->n++)
    {
      char text[FS_NUMBER_SIZE];
      labels->names[labels->n] = copy_text (fs_number_write (values[labels->n], text));
      is_whole = labels->names[labels->n] != NULL;
    }
  for (size_t t = 0; is_whole && t < n_rows; t++)
    {
      const double *found =
          bsearch (&column->numbers[t], values, n, sizeof *values, compare_numbers);
      labels->codes[t] = found && !isnan (column->numbers[t]) ? (int32_t) (found - values) : -1;
    }
  free (values);
  return is_whole;
}

static bool
take_texts (FsLabels *labels, const FsColumn *column, size_t n_rows)
{
  char **values = malloc ((n_rows + 1) * sizeof *values);
  size_t n = 0;
  for (size_t t = 0; values && t < n_rows; t++)
    if (column->texts[t])
      values[n++] = column->texts[t];
  if (values)
    n = sort_unique (values, n, sizeof *values, compare_texts);
  labels->names = values ? calloc (n + 1, sizeof *labels->names) : NULL;
  bool is_whole = labels->names != NULL;
  for (; is_whole && labels->n < n; labels->n++)
    {
      labels->names[labels->n] = copy_text (values[labels->n]);
      is_whole = labels->names[labels->n] != NULL;
    }
  for (size_t t = 0; is_whole && t < n_rows; t++)
    {
      char **found = column->texts[t]
                         ? bsearch (&column->texts[t], values, n, sizeof *values, compare_texts)
                         : NULL;
      labels->codes[t] = found ? (int32_t) (found - values) : -1;
    }
  free (values);
  return is_whole;
}

static bool
take_categories (FsLabels *labels, const FsColumn *column, size_t n_rows)
{
  labels->names = calloc (column->n_categories + 1, sizeof *labels->names);
  bool is_whole = labels->names != NULL;
  for (; is_whole && labels->n < column->n_categories; labels->n++)
    {
      labels->names[labels->n] = copy_text (column->categories[labels->n]);
      is_whole = labels->names[labels->n] != NULL;
    }
  if (is_whole)
    memcpy (labels->codes, column->codes, n_rows * sizeof *labels->codes);
  return is_whole;
}

FsStatus
fs_labels_init (FsLabels *labels, const FsColumn *column, size_t n_rows, FsProblem *problem)
{
  *labels = (FsLabels){ NULL, 0, malloc ((n_rows + 1) * sizeof *labels->codes) };
  bool is_whole = labels->codes != NULL;
  if (is_whole && (column->type == FS_COLUMN_NUMBER || column->type == FS_COLUMN_DATE))
    is_whole = take_numbers (labels, column, n_rows);
  else if (is_whole && column->type == FS_COLUMN_CATEGORY)
    is_whole = take_categories (labels, column, n_rows);
  else if (is_whole)
    is_whole = take_texts (labels, column, n_rows);
  if (is_whole)
    return FS_OK;
  fs_labels_clear (labels);
  return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
}

void
fs_labels_clear (FsLabels *labels)
{
  for (size_t i = 0; labels->names && i < labels->n; i++)
    free (labels->names[i]);
  free (labels->names);
  free (labels->codes);
  *labels = (FsLabels){ NULL, 0, NULL };
}
