/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Arrays into columns; see npy.h. Numbers go straight into the frame, texts are typed as cells are. */

#include "engine/series/npy.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/base/unzip.h"
#include "engine/series/cell-table.h"
#include "engine/series/npy-header.h"
#include "engine/series/text-encoding.h"

#define NPY_ENDING ".npy"
#define NOT_A_TIME INT64_MIN

typedef struct
{
  const char *name;
  FsFrameBuilder *builder;
  const FsReadOptions *options;
  FsProblem *problem;
  size_t n_rows; /* 0 before the first array */
} Reader;

static FsStatus
no_memory (const Reader *r)
{
  return fs_problem (r->problem, FS_OUT_OF_MEMORY, r->name, NULL, NULL);
}

static double
half_to_double (uint16_t half)
{
  const int exponent = half >> 10 & 31;
  const double fraction = half & 1023;
  const double size = exponent == 31  ? (fraction > 0 ? NAN : INFINITY)
                      : exponent == 0 ? ldexp (fraction, -24)
                                      : ldexp (1024 + fraction, exponent - 25);
  return half & 0x8000 ? -size : size;
}

static double
number_at (const FsNpyArray *array, size_t index)
{
  unsigned char b[8] = { 0 };
  const char *item = array->values + index * array->item_size;
  for (size_t i = 0; i < array->item_size; i++)
    b[i] = (unsigned char) item[array->is_swapped ? array->item_size - 1 - i : i];
  union
  {
    uint16_t u2;
    uint32_t u4;
    uint64_t u8;
    float f4;
    double f8;
  } value;
  memcpy (&value, b, sizeof value);
  const bool is_signed = array->kind == 'i' || array->kind == 'M';
  switch (array->item_size)
    {
    case 1:
      return array->kind == 'b' ? b[0] != 0 : is_signed ? (double) (int8_t) b[0] : (double) b[0];
    case 2:
      return array->kind == 'f' ? half_to_double (value.u2)
             : is_signed        ? (double) (int16_t) value.u2
                                : (double) value.u2;
    case 4:
      return array->kind == 'f' ? (double) value.f4
             : is_signed        ? (double) (int32_t) value.u4
                                : (double) value.u4;
    default:
      if (array->kind == 'M')
        return (int64_t) value.u8 == NOT_A_TIME ? NAN
                                                : (double) (int64_t) value.u8 * array->seconds;
      return array->kind == 'f' ? value.f8
             : is_signed        ? (double) (int64_t) value.u8
                                : (double) value.u8;
    }
}

/* Where item (i, j, k) lies among the values. */
static size_t
place_of (const FsNpyArray *array, size_t i, size_t j, size_t k)
{
  const size_t n1 = array->n_dimensions > 1 ? array->shape[1] : 1,
               n2 = array->n_dimensions > 2 ? array->shape[2] : 1;
  return array->is_fortran ? i + array->shape[0] * (j + n1 * k) : (i * n1 + j) * n2 + k;
}

/* A column with room for its numbers, NULL without memory. */
static FsColumn *
add_column (Reader *r, const char *name)
{
  FsFrame *frame = r->builder->frame;
  if ((frame->n_columns & (frame->n_columns - 1)) == 0)
    {
      size_t capacity = frame->n_columns ? 2 * frame->n_columns : 1;
      FsColumn *columns = realloc (frame->columns, capacity * sizeof *columns);
      if (!columns)
        return NULL;
      memset (columns + frame->n_columns, 0, (capacity - frame->n_columns) * sizeof *columns);
      frame->columns = columns;
    }
  if (!fs_builder_name_column (r->builder, 0, name))
    return NULL;
  FsColumn *column = &frame->columns[frame->n_columns - 1];
  column->type = FS_COLUMN_NUMBER;
  column->numbers = malloc (r->n_rows * sizeof *column->numbers);
  return column->numbers ? column : NULL;
}

static void
count_missing (FsColumn *column, size_t n_rows)
{
  for (size_t t = 0; t < n_rows; t++)
    {
      if (isinf (column->numbers[t]))
        column->numbers[t] = NAN;
      column->n_missing += isnan (column->numbers[t]);
    }
}

static FsStatus
add_numbers (Reader *r, const FsNpyArray *array, const char *stem)
{
  const bool is_sequences = array->n_dimensions == 3;
  const size_t n_series = is_sequences ? array->shape[1] : 1;
  const size_t n_values = is_sequences               ? array->shape[2]
                          : array->n_dimensions == 2 ? array->shape[1]
                                                     : 1;
  char name[FS_TEXT_SIZE];
  for (int which = 0; which < 2 && is_sequences; which++)
    {
      FsColumn *column = add_column (r, which == 0 ? "sequence" : "step");
      if (!column)
        return no_memory (r);
      for (size_t t = 0; t < r->n_rows; t++)
        column->numbers[t] = (double) (which == 0 ? t / n_series + 1 : t % n_series + 1);
    }
  for (size_t c = 0; c < n_values; c++)
    {
      if (fs_interrupt_is_requested (r->options->interrupt))
        return fs_problem (r->problem, FS_INTERRUPTED, r->name, NULL, NULL);
      if (n_values == 1 && *stem)
        snprintf (name, sizeof name, "%.200s", stem);
      else if (*stem)
        snprintf (name, sizeof name, "%.200s %zu", stem, c + 1);
      else
        snprintf (name, sizeof name, "column %zu", c + 1);
      FsColumn *column = add_column (r, name);
      if (!column)
        return no_memory (r);
      if (array->kind == 'M')
        column->type = FS_COLUMN_DATE;
      for (size_t t = 0; t < r->n_rows; t++)
        column->numbers[t] =
            number_at (array, is_sequences ? place_of (array, t / n_series, t % n_series, c)
                                           : place_of (array, t, c, 0));
      count_missing (column, r->n_rows);
    }
  return FS_OK;
}

/* Texts without the NULs they are filled up with. */
static FsStatus
add_texts (Reader *r, const FsNpyArray *array, const char *stem)
{
  FsCellTable table;
  FsFrameBuilder apart = *r->builder;
  FsFrame frame = { 0 };
  FsStatus status;
  /* A table of its own, whose columns are moved over when they are typed. */
  apart.frame = &frame;
  fs_cell_table_init (&table, r->name, r->n_rows * array->item_size, &apart, r->options,
                      r->problem);
  status = fs_cell_table_add_column (&table, stem, strlen (stem));
  for (size_t t = 0; t < r->n_rows && !status; t++)
    {
      const char *item = array->values + t * array->item_size;
      char *text = (char *) item;
      size_t length = array->item_size;
      if (array->kind == 'U')
        {
          const uint16_t one = 1;
          const bool is_big = (*(const unsigned char *) &one == 0) != array->is_swapped;
          status = fs_encoding_convert (
              &text, &length, r->name, item, array->item_size,
              is_big ? FS_IMPORT_ENCODING_UTF_32_BE : FS_IMPORT_ENCODING_UTF_32_LE, r->problem);
        }
      else
        status = fs_encoding_convert (&text, &length, r->name, item, array->item_size,
                                      FS_IMPORT_ENCODING_UTF_8, r->problem);
      while (!status && length > 0 && text[length - 1] == '\0')
        length--;
      if (!status)
        status = fs_cell_table_add_row (&table, 0);
      if (!status && length > 0)
        status = fs_cell_table_put (&table, 0, text, length);
      free (text);
    }
  if (!status)
    status = fs_cell_table_finish (&table);
  fs_cell_table_clear (&table);
  for (size_t i = 0; i < frame.n_warnings; i++)
    fs_builder_warn (r->builder, 0, "%s", frame.warnings[i].text);
  for (size_t i = 0; i < frame.n_decisions; i++)
    fs_builder_decide (r->builder, frame.decisions[i].what, frame.decisions[i].choice, "%s",
                       frame.decisions[i].reason);
  free (frame.warnings);
  free (frame.decisions);
  if (!status && frame.n_columns == 1)
    {
      FsColumn *column = add_column (r, frame.columns[0].name);
      if (column)
        {
          char *unique = column->name;
          free (column->numbers);
          free (frame.columns[0].name);
          *column = frame.columns[0];
          column->name = unique;
          free (frame.columns);
          return FS_OK;
        }
      status = no_memory (r);
    }
  FsFrame *copy = calloc (1, sizeof *copy);
  if (copy)
    {
      copy->columns = frame.columns;
      copy->n_columns = frame.n_columns;
    }
  fs_frame_free (copy);
  return status;
}

static FsStatus
add_array (Reader *r, const FsNpyArray *array, const char *stem)
{
  size_t n_rows = array->n_dimensions == 0 ? 0 : array->shape[0];
  size_t n_values = array->n_dimensions == 0 ? 0 : 1;
  const bool is_text = array->kind == 'U' || array->kind == 'S';
  for (size_t i = 1; i < array->n_dimensions; i++)
    n_values *= array->shape[i];
  if (n_rows == 0 || n_values == 0)
    return fs_problem (r->problem, FS_MALFORMED, r->name, stem, "this array holds no value");
  if (array->n_dimensions == 3)
    {
      n_rows *= array->shape[1];
      n_values = array->shape[2];
    }
  if (n_values > FS_MAX_TABLE_COLUMNS)
    return fs_problem_at (r->problem, FS_TOO_LARGE, r->name, 0, NULL,
                          "at most %d columns can be read, and this array has %zu",
                          FS_MAX_TABLE_COLUMNS, n_values);
  if (is_text && array->n_dimensions != 1)
    return fs_problem (r->problem, FS_MALFORMED, r->name, stem,
                       "this array has texts in more than one column");
  r->n_rows = r->builder->frame->n_rows = n_rows;
  return is_text ? add_texts (r, array, *stem ? stem : "text") : add_numbers (r, array, stem);
}

static void
tell_shape (const Reader *r, const FsNpyArray *array, const char *stem)
{
  char shape[64];
  if (array->n_dimensions == 1)
    snprintf (shape, sizeof shape, "%zu", array->shape[0]);
  else if (array->n_dimensions == 2)
    snprintf (shape, sizeof shape, "%zu × %zu", array->shape[0], array->shape[1]);
  else
    snprintf (shape, sizeof shape, "%zu × %zu × %zu", array->shape[0], array->shape[1],
              array->shape[2]);
  fs_builder_decide (
      r->builder, *stem ? stem : "array", shape,
      array->n_dimensions == 3
          ? FS_WORDS ("a NumPy array of sequences, steps and values: a row for every step")
          : FS_WORDS ("a NumPy array, its first dimension are the rows"));
}

bool
fs_npy_is (const char *bytes, size_t n_bytes)
{
  return fs_npy_is_array (bytes, n_bytes);
}

FsStatus
fs_npy_read (FsFrameBuilder *builder,
             const char *name,
             const char *bytes,
             size_t n_bytes,
             const FsReadOptions *options,
             FsProblem *problem)
{
  Reader r = { .name = name, .builder = builder, .options = options, .problem = problem };
  FsNpyArray array;
  FsStatus status = fs_npy_open (&array, name, bytes, n_bytes, problem);
  if (!status)
    status = add_array (&r, &array, "");
  if (!status)
    tell_shape (&r, &array, "");
  return status;
}

static bool
is_array_name (const FsZipMember *member)
{
  const size_t length = sizeof NPY_ENDING - 1;
  return member->name_length > length
         && memcmp (member->name + member->name_length - length, NPY_ENDING, length) == 0;
}

bool
fs_npz_is (const char *bytes, size_t n_bytes)
{
  FsZipDirectory directory;
  FsZipMember member;
  bool is_end = true;
  return fs_zip_is (bytes, n_bytes) && fs_zip_open (&directory, "", bytes, n_bytes, NULL) == FS_OK
         && fs_zip_next (&directory, "", &member, &is_end, NULL) == FS_OK && !is_end
         && is_array_name (&member);
}

/* One member of the archive, if it is wanted and fits. */
static FsStatus
add_member (Reader *r, const FsZipDirectory *directory, const FsZipMember *member)
{
  const char *wanted = r->options->import ? r->options->import->table : "";
  char stem[FS_TEXT_SIZE] = "";
  FsFileBytes unpacked;
  FsNpyArray array;
  size_t length = member->name_length - (sizeof NPY_ENDING - 1);
  memcpy (stem, member->name, length < sizeof stem - 1 ? length : sizeof stem - 1);
  if (fs_encoding_find_invalid (stem, strlen (stem)) < strlen (stem) || !stem[0])
    snprintf (stem, sizeof stem, "array");
  if (*wanted && strcmp (wanted, stem) != 0)
    return FS_OK;
  FsStatus status = fs_zip_unpack (&unpacked, r->name, directory, member, r->problem);
  if (status)
    return status;
  status = fs_npy_open (&array, r->name, unpacked.bytes, unpacked.n_bytes, r->problem);
  if (!status)
    {
      const size_t n_rows = array.n_dimensions == 0   ? 0
                            : array.n_dimensions == 3 ? array.shape[0] * array.shape[1]
                                                      : array.shape[0];
      if (r->n_rows > 0 && (n_rows != r->n_rows || array.n_dimensions == 3))
        fs_builder_warn (r->builder, 0,
                         "the array %.60s has not as many rows as the first one and is left out; "
                         "data.table names the one to read",
                         stem);
      else
        {
          status = add_array (r, &array, stem);
          if (!status)
            tell_shape (r, &array, stem);
        }
    }
  fs_file_bytes_free (&unpacked);
  return status;
}

FsStatus
fs_npz_read (FsFrameBuilder *builder,
             const char *name,
             const char *bytes,
             size_t n_bytes,
             const FsReadOptions *options,
             FsProblem *problem)
{
  Reader r = { .name = name, .builder = builder, .options = options, .problem = problem };
  FsZipDirectory directory;
  FsStatus status = fs_zip_open (&directory, name, bytes, n_bytes, problem);
  for (bool is_end = false; !status && !is_end;)
    {
      FsZipMember member;
      status = fs_zip_next (&directory, name, &member, &is_end, problem);
      if (!status && !is_end && is_array_name (&member))
        status = add_member (&r, &directory, &member);
    }
  if (!status && builder->frame->n_columns == 0)
    status = fs_problem (problem, FS_NOT_FOUND, "data.table",
                         options->import ? options->import->table : NULL,
                         "an array that the archive holds");
  return status;
}
