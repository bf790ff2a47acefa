/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns of numbers, and the order in which kinds are tried. See csv-column.h. */

#include "engine/series/csv-column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/base/text.h"
#include "engine/series/csv-cell.h"
#include "engine/series/csv-notices.h"
#include "engine/series/csv-times.h"

/* Faulty cells of one column that get a sentence of their own. */
#define MAX_TOLD_FAULTS 5

/* How a column's filled cells read in both styles. */
typedef struct
{
  size_t n_filled;
  size_t n_point, n_comma;           /* cells that are numbers in this style */
  size_t n_only_point, n_only_comma; /* and not in the other */
  size_t n_grouped_point, n_grouped_comma;
  size_t first_grouped; /* row */
} Evidence;

/* In a short column, one. */
static bool
may_be_few (size_t n_faults, size_t n_filled)
{
  return (n_faults == 1 && n_filled >= FS_LEAST_FOR_ONE_FAULT)
         || (double) n_faults <= FS_MAX_FAULT_SHARE * (double) n_filled;
}

bool
fs_cell_read_plain (const char *text, size_t length, double *value)
{
  bool is_grouped = false;
  /* Numbers are tried first because nearly all cells are numbers. */
  if (length > 0 && fs_number_read (text, length, value) == length && isfinite (*value))
    return true;
  if (length > 0 && fs_cell_number (text, length, FS_NUMBERS_POINT, value, &is_grouped))
    return !is_grouped;
  *value = NAN;
  return fs_cell_is_missing (text, length);
}

/* The plain case of a made table: every filled cell is a plain number. */
typedef struct
{
  const FsGrid *grid;
  FsColumn *columns;
} PlainJob;

void
fs_column_read_plain (const FsGrid *grid, size_t index, FsColumn *column)
{
  for (size_t row = 0; row < grid->n_rows && column->numbers; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      if (!fs_cell_read_plain (cell, length, &column->numbers[row]))
        {
          free (column->numbers);
          column->numbers = NULL;
          return;
        }
      column->n_missing += isnan (column->numbers[row]);
    }
}

static void
fill_plain_task (void *context, size_t index, size_t worker)
{
  const PlainJob *job = context;
  (void) worker;
  fs_column_read_plain (job->grid, index, &job->columns[index]);
}

static FsStatus
fill_plain (const FsGrid *grid, FsColumn *columns, FsPool *pool, FsProblem *problem)
{
  PlainJob job = { grid, columns };
  if (grid->import && grid->import->decimal == FS_IMPORT_DECIMAL_COMMA)
    return FS_OK; /* no number is plain */
  for (size_t i = 0; i < grid->n_columns; i++)
    {
      columns[i].numbers = malloc (grid->n_rows * sizeof *columns[i].numbers);
      if (!columns[i].numbers)
        return fs_problem (problem, FS_OUT_OF_MEMORY, columns[i].name, NULL, NULL);
    }
  if (pool)
    fs_pool_run (pool, grid->n_columns, fill_plain_task, &job);
  else
    for (size_t i = 0; i < grid->n_columns; i++)
      fill_plain_task (&job, i, 0);
  return FS_OK;
}

/* How the cells of a column are read: as numbers, or as numbers with signs around them. */
typedef bool (*ReadNumber) (const char *, size_t, FsNumberStyle, double *, bool *);

/* Either: columns in which some values have a percent sign and some have none. */
static bool
read_any_number (const char *text,
                 size_t length,
                 FsNumberStyle style,
                 double *value,
                 bool *is_grouped)
{
  return fs_cell_number (text, length, style, value, is_grouped)
         || fs_cell_decorated_number (text, length, style, value, is_grouped);
}

static Evidence
weigh (const FsGrid *grid, size_t index, ReadNumber read)
{
  Evidence evidence = { 0 };
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      double value;
      bool point_grouped, comma_grouped;
      if (fs_cell_is_missing (cell, length))
        continue;
      evidence.n_filled++;
      bool is_point = read (cell, length, FS_NUMBERS_POINT, &value, &point_grouped);
      bool is_comma = read (cell, length, FS_NUMBERS_COMMA, &value, &comma_grouped);
      evidence.n_point += is_point;
      evidence.n_comma += is_comma;
      evidence.n_only_point += is_point && !is_comma;
      evidence.n_only_comma += is_comma && !is_point;
      if ((is_point && point_grouped) || (is_comma && comma_grouped))
        {
          if (evidence.n_grouped_point + evidence.n_grouped_comma == 0)
            evidence.first_grouped = row;
          evidence.n_grouped_point += is_point && point_grouped;
          evidence.n_grouped_comma += is_comma && comma_grouped;
        }
    }
  return evidence;
}

/* Which style the column is in, with the reason on record. */
static FsNumberStyle
choose_style (FsGrid *grid,
              size_t index,
              const FsColumn *column,
              const Evidence *e,
              FsFrameBuilder *builder)
{
  char what[64];
  size_t length;
  const char *cell = fs_grid_cell (grid, e->first_grouped, index, &length);
  int shown = (int) (length < 40 ? length : 40);
  snprintf (what, sizeof what, "decimal mark of column %zu", index + 1);
  if (grid->import && grid->import->decimal != FS_IMPORT_DECIMAL_AUTO)
    {
      const bool is_comma = grid->import->decimal == FS_IMPORT_DECIMAL_COMMA;
      fs_builder_decide (builder, what, is_comma ? FS_WORDS ("comma") : FS_WORDS ("point"),
                         "chosen");
      return is_comma ? FS_NUMBERS_COMMA : FS_NUMBERS_POINT;
    }
  if (e->n_only_comma > e->n_only_point)
    {
      grid->has_comma_numbers = true;
      fs_builder_decide (builder, what, "comma",
                         "%zu of %zu values can only be read with a decimal comma", e->n_only_comma,
                         e->n_filled);
      if (e->n_grouped_comma > 0)
        fs_builder_warn (
            builder, grid->lines[e->first_grouped],
            "column %s: marks between groups of thousands are left out (\u201c%.*s\u201d)",
            column->name, shown, cell);
      return FS_NUMBERS_COMMA;
    }
  bool is_ambiguous = e->n_only_point == 0 && e->n_comma == e->n_point;
  if (is_ambiguous && (grid->has_comma_numbers || grid->delimiter == ';') && e->n_grouped_point > 0
      && e->n_grouped_comma == 0)
    {
      fs_builder_decide (
          builder, what, "comma",
          grid->has_comma_numbers
              ? FS_WORDS ("every value reads either way; other columns have decimal commas")
              : FS_WORDS ("every value reads either way; files with semicolons mostly have decimal "
                          "commas"));
      fs_builder_warn (builder, grid->lines[e->first_grouped],
                       "column %s: \u201c%.*s\u201d is read with a decimal comma; it could also be "
                       "a group of thousands",
                       column->name, shown, cell);
      return FS_NUMBERS_COMMA;
    }
  if (is_ambiguous && e->n_grouped_comma > 0 && e->n_grouped_point == 0)
    fs_builder_decide (builder, what, "point",
                       "every value reads either way; a decimal point is the rule");
  else if (e->n_grouped_point > 0)
    {
      fs_builder_decide (
          builder, what, "point",
          is_ambiguous ? FS_WORDS (
              "every value reads either way; groups of three digits are taken for thousands")
                       : FS_WORDS ("marks between groups of three digits are thousands"));
      fs_builder_warn (
          builder, grid->lines[e->first_grouped],
          is_ambiguous
              ? "column %s: \u201c%.*s\u201d is read as thousands; it could also be a decimal comma"
              : "column %s: marks between groups of thousands are left out (\u201c%.*s\u201d)",
          column->name, shown, cell);
    }
  return FS_NUMBERS_POINT;
}

/* Tells of the first cell that has something around its number. */
static void
tell_decoration (const FsGrid *grid,
                 size_t index,
                 const FsColumn *column,
                 FsNumberStyle style,
                 FsFrameBuilder *builder)
{
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      double value;
      char number[FS_NUMBER_SIZE];
      if (!fs_cell_decorated_number (cell, length, style, &value, NULL))
        continue;
      fs_builder_warn (
          builder, grid->lines[row],
          "column %s: \u201c%.*s\u201d is read as %s; signs around numbers are left out",
          column->name, (int) (length < 40 ? length : 40), cell, fs_number_write (value, number));
      return;
    }
}

/* Numbers with some faulty cells, grouped thousands, decimal commas or signs around them. */
static bool
fill_with_style (FsGrid *grid,
                 size_t index,
                 FsColumn *column,
                 ReadNumber read,
                 FsFrameBuilder *builder)
{
  Evidence evidence = weigh (grid, index, read);
  size_t n_best = evidence.n_point > evidence.n_comma ? evidence.n_point : evidence.n_comma;
  if (grid->import && grid->import->decimal != FS_IMPORT_DECIMAL_AUTO)
    n_best = grid->import->decimal == FS_IMPORT_DECIMAL_COMMA ? evidence.n_comma : evidence.n_point;
  if (n_best == 0 || !may_be_few (evidence.n_filled - n_best, evidence.n_filled))
    return false;
  FsNumberStyle style = choose_style (grid, index, column, &evidence, builder);
  size_t n_faults = 0;
  column->n_missing = 0;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      double value = NAN;
      if (!fs_cell_is_missing (cell, length) && !read (cell, length, style, &value, NULL))
        {
          value = NAN;
          if (n_faults++ < MAX_TOLD_FAULTS)
            fs_builder_warn (builder, grid->lines[row],
                             "column %s: \u201c%.*s\u201d is not a number and counts as missing",
                             column->name, (int) (length < 60 ? length : 60), cell);
        }
      column->n_missing += isnan (value);
      column->numbers[row] = value;
    }
  if (read == read_any_number)
    tell_decoration (grid, index, column, style, builder);
  if (n_faults > MAX_TOLD_FAULTS)
    fs_builder_warn (builder, 0, "column %s: %zu cells in all are not numbers and count as missing",
                     column->name, n_faults);
  return true;
}

/* Numbers of a fixed number of digits that begin with zeros are names: 00501, 01234. Two-digit hours
 * and months stay numbers. */
static bool
has_leading_zeros (const FsGrid *grid, size_t index)
{
  size_t n_zeros = 0, common = 0;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      if (length == 0)
        continue;
      if (length < 4 || (common && length != common))
        return false;
      common = length;
      for (size_t i = 0; i < length; i++)
        if (cell[i] < '0' || cell[i] > '9')
          return false;
      n_zeros += cell[0] == '0';
    }
  return n_zeros > 0;
}

/* A column of nothing but "NA", "None" and "Null" is one of words: a single spelling would do for
 * missing values. */
static bool
has_only_missing_words (const FsGrid *grid, size_t index)
{
  const char *first = NULL;
  size_t first_length = 0;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      if (length == 0)
        continue;
      if (first && (length != first_length || memcmp (first, cell, length) != 0))
        return true;
      first = cell;
      first_length = length;
    }
  return false;
}

static void
tell_missing (const FsGrid *grid, const FsColumn *column, FsFrameBuilder *builder)
{
  if (column->n_missing == 0)
    return;
  if (column->n_missing == grid->n_rows)
    {
      fs_builder_warn (builder, 0, "column %s has no value at all", column->name);
      return;
    }
  size_t first = 0;
  while (!isnan (column->numbers[first]))
    first++;
  fs_builder_warn (builder, grid->lines[first],
                   "column %s: %zu of %zu values are missing, the first here", column->name,
                   column->n_missing, grid->n_rows);
}

FsStatus
fs_column_fill (FsGrid *grid,
                size_t index,
                FsColumn *column,
                FsFrameBuilder *builder,
                const FsInterrupt *interrupt,
                FsProblem *problem)
{
  bool is_plain = column->numbers != NULL;
  size_t n_filled = is_plain ? grid->n_rows - column->n_missing : 0;
  if (fs_interrupt_is_requested (interrupt))
    return fs_problem (problem, FS_INTERRUPTED, column->name, NULL, NULL);
  if (!is_plain)
    column->numbers = malloc (grid->n_rows * sizeof *column->numbers);
  if (!column->numbers)
    return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
  column->type = FS_COLUMN_NUMBER;
  if (is_plain || fill_with_style (grid, index, column, fs_cell_number, builder)
      || fill_with_style (grid, index, column, read_any_number, builder))
    {
      if (is_plain && grid->cells && n_filled > 0 && has_leading_zeros (grid, index))
        {
          fs_builder_decide (
              builder, "leading zeros", column->name,
              "all values have as many digits and some begin with 0: they are names, not numbers");
          return fs_column_fill_words (grid, index, column, builder, problem);
        }
      if (is_plain && grid->cells && n_filled == 0 && has_only_missing_words (grid, index))
        return fs_column_fill_words (grid, index, column, builder, problem);
      if (is_plain && n_filled > 0)
        fs_column_numbers_to_dates (grid, index, column, builder);
      tell_missing (grid, column, builder);
      return FS_OK;
    }
  bool is_dates = false;
  FsStatus status = fs_column_fill_dates (grid, index, column, builder, &is_dates, problem);
  if (status != FS_OK || !is_dates)
    return status ? status : fs_column_fill_words (grid, index, column, builder, problem);
  tell_missing (grid, column, builder);
  return FS_OK;
}

FsStatus
fs_grid_settle (const FsGrid *grid, const char *name, FsFrameBuilder *builder, FsProblem *problem)
{
  size_t n_empty = 0;
  for (size_t i = 0; i < grid->n_columns; i++)
    n_empty += builder->frame->columns[i].n_missing == grid->n_rows;
  if (n_empty == grid->n_columns)
    return fs_problem (problem, FS_MALFORMED, name, NULL, "no column has a value");
  return fs_csv_settle_times (grid, builder)
             ? FS_OK
             : fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
}

FsStatus
fs_grid_fill (FsGrid *grid,
              const char *name,
              FsFrameBuilder *builder,
              const FsReadOptions *options,
              FsProblem *problem)
{
  builder->frame->n_rows = grid->n_rows;
  FsStatus status = fill_plain (grid, builder->frame->columns, options->pool, problem);
  for (size_t i = 0; i < grid->n_columns && !status; i++)
    {
      FsColumn *column = &builder->frame->columns[i];
      status = fs_column_fill (grid, i, column, builder, options->interrupt, problem);
      if (!status)
        fs_csv_notice_sentinels (grid, column, builder);
    }
  return status ? status : fs_grid_settle (grid, name, builder, problem);
}
