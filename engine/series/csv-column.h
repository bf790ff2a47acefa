/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From cells to a typed column. The type is decided by all cells of the column, never by the first
 * ones: numbers if nearly all are numbers (the others are told with their lines and become missing),
 * else dates of one form, else categories if few texts repeat, else texts. */

#include "engine/base/pool.h"
#include "engine/series/csv-scan.h"
#include "engine/series/frame-build.h"
#include "engine/series/read.h"

/* The rows of a file as cells: all of a made table (cell-table.h), row-major; of a delimited text only
 * one column at a time, or none where its numbers are plain and its words not asked for. */
typedef struct
{
  const char *text;
  char quote;
  char delimiter;
  FsCell *cells; /* [n_rows][n_columns], or of `only` [n_rows]; NULL */
  bool has_only;
  size_t only;     /* the one column that has cells */
  uint32_t *lines; /* [n_rows] */
  size_t n_rows, n_columns;
  const FsImport *import;  /* NULL = nothing is decided */
  bool has_comma_numbers;  /* some column so far had unmistakable decimal commas */
  size_t last_cell_length; /* of the last row's last column */
} FsGrid;

static inline FsCell
fs_grid_at (const FsGrid *grid, size_t row, size_t index)
{
  return grid->has_only ? grid->cells[row] : grid->cells[row * grid->n_columns + index];
}

/* A column whose faulty cells are at most this share of its filled ones keeps its type: one mistyped
 * cell in twenty is a fault, more are another kind of column. */
#define FS_MAX_FAULT_SHARE 0.05

/* One fault is a fault from as many filled cells on. */
#define FS_LEAST_FOR_ONE_FAULT 5

/* More different words than this are texts: a person could not tell them apart in a list, and one
 * input per word would dwarf the network. */
#define FS_MAX_CATEGORIES 1000

/* Types column `index` of `grid` into `column`, whose name is already set. Where its `numbers` are
 * set, they and n_missing are plain numbers read from all cells. */
FsStatus fs_column_fill (FsGrid *grid,
                         size_t index,
                         FsColumn *column,
                         FsFrameBuilder *builder,
                         const FsInterrupt *interrupt,
                         FsProblem *problem);

/* All columns of a made table, whose names are set. No value at all is a problem. */
FsStatus fs_grid_fill (FsGrid *grid,
                       const char *name,
                       FsFrameBuilder *builder,
                       const FsReadOptions *options,
                       FsProblem *problem);

/* What there is to say about the columns together, once all are typed. */
FsStatus fs_grid_settle (const FsGrid *grid,
                         const char *name,
                         FsFrameBuilder *builder,
                         FsProblem *problem);

/* A cell of plain numbers: with a decimal point and without groups, or missing (then NaN). */
bool fs_cell_read_plain (const char *text, size_t length, double *value);

/* Categories or texts (csv-words.c). */
FsStatus fs_column_fill_words (const FsGrid *grid,
                               size_t index,
                               FsColumn *column,
                               FsFrameBuilder *builder,
                               FsProblem *problem);

/* The plain numbers of all cells into column->numbers, which has room for them; it is freed and NULL
 * if a cell is none. */
void fs_column_read_plain (const FsGrid *grid, size_t index, FsColumn *column);

/* Numbers (csv-column.c) and dates (csv-dates.c): *is_filled tells whether the column is of the kind. */
FsStatus fs_column_fill_dates (const FsGrid *grid,
                               size_t index,
                               FsColumn *column,
                               FsFrameBuilder *builder,
                               bool *is_filled,
                               FsProblem *problem);

/* A column whose numbers are already those of dates, each of which was written year first. */
void fs_column_take_dates (size_t index, FsColumn *column, FsFrameBuilder *builder);

/* A number column that is dates in truth (20200131, Unix seconds) becomes one, in place. */
void fs_column_numbers_to_dates (const FsGrid *grid,
                                 size_t index,
                                 FsColumn *column,
                                 FsFrameBuilder *builder);

/* Tells where a date column does not go forward in time. */
void fs_column_check_order (const FsGrid *grid, const FsColumn *column, FsFrameBuilder *builder);

/* The bytes of a cell that is not texts: without blanks inside its quotes. */
static inline const char *
fs_cell_bytes (const char *text, FsCell cell, size_t *length)
{
  const char *bytes = text + cell.start;
  size_t n = fs_cell_length (cell);
  while (n > 0 && (bytes[0] == ' ' || bytes[0] == '\t'))
    bytes++, n--;
  while (n > 0 && (bytes[n - 1] == ' ' || bytes[n - 1] == '\t'))
    n--;
  *length = n;
  return bytes;
}

static inline const char *
fs_grid_cell (const FsGrid *grid, size_t row, size_t index, size_t *length)
{
  return fs_cell_bytes (grid->text, fs_grid_at (grid, row, index), length);
}
