/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Made tables column by column; see cell-columns.h. */

#include "engine/series/cell-columns.h"

#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-notices.h"

#define ROWS_PER_CHECK 65536

static FsStatus
no_memory (const FsCellTable *table)
{
  return fs_problem (table->problem, FS_OUT_OF_MEMORY, table->name, NULL, NULL);
}

FsStatus
fs_cell_columns_add_rows (FsCellTable *table, size_t line, size_t n)
{
  FsGrid *grid = &table->grid;
  FsStatus status = fs_cell_table_check_size (table, line, n);
  if (status)
    return status;
  if (n > table->row_capacity - grid->n_rows)
    {
      const size_t capacity = grid->n_rows + grid->n_rows / 2 + n;
      uint32_t *lines = realloc (grid->lines, capacity * sizeof *lines);
      if (!lines)
        return no_memory (table);
      grid->lines = lines;
      table->row_capacity = capacity;
    }
  for (size_t i = 0; i < n; i++)
    grid->lines[grid->n_rows++] = (uint32_t) line;
  return FS_OK;
}

FsStatus
fs_cell_columns_begin (FsCellTable *table, const char *source)
{
  FsGrid *grid = &table->grid;
  if (grid->n_rows == 0)
    return fs_cell_table_finish (table);
  if (!grid->has_only)
    {
      uint32_t *lines = realloc (grid->lines, grid->n_rows * sizeof *lines);
      grid->lines = lines ? lines : grid->lines;
      grid->cells = malloc (grid->n_rows * sizeof *grid->cells);
      if (!grid->cells)
        return no_memory (table);
      table->row_capacity = grid->n_rows;
      table->builder->frame->n_rows = grid->n_rows;
      grid->has_only = true;
    }
  grid->text = source;
  table->n_put = 0;
  return FS_OK;
}

/* Room for the text of one more cell, with that of the cells behind it foreseen. */
static bool
make_room (FsCellTable *table, size_t length)
{
  const size_t wanted = table->n_text + length;
  if (wanted <= table->text_capacity)
    return true;
  const double share = (double) (table->n_put + 1) / (double) table->grid.n_rows;
  const double foreseen = 1.02 * (double) wanted / share;
  const size_t most = 2 * wanted + 1024, least = wanted + wanted / 16;
  size_t capacity = foreseen < (double) most ? (size_t) foreseen : most;
  capacity = capacity > least ? capacity : least;
  char *larger = realloc (table->text, capacity + 1);
  if (!larger)
    return false;
  table->text = larger;
  table->text_capacity = capacity;
  return true;
}

static FsStatus
take_text (FsCellTable *table, const char *text, size_t length, uint32_t *start)
{
  if (length > FS_CELL_MAX_LENGTH
      || (!table->grid.text && length > FS_CSV_MAX_BYTES - table->n_text))
    return fs_problem (table->problem, FS_TOO_LARGE, table->name, NULL,
                       "files of 4 GB and more cannot be read");
  if (table->grid.text)
    {
      *start = (uint32_t) (text - table->grid.text);
      return FS_OK;
    }
  if (!make_room (table, length))
    return no_memory (table);
  *start = (uint32_t) table->n_text;
  memcpy (table->text + table->n_text, text, length);
  table->n_text += length;
  return FS_OK;
}

FsStatus
fs_cell_columns_put (FsCellTable *table, const char *text, size_t length, size_t n_rows)
{
  FsCell cell = { 0 };
  FsStatus status = FS_OK;
  if (table->n_put / ROWS_PER_CHECK != (table->n_put + n_rows) / ROWS_PER_CHECK
      && fs_interrupt_is_requested (table->options->interrupt))
    return fs_problem (table->problem, FS_INTERRUPTED, table->name, NULL, NULL);
  if (text && n_rows > 0)
    {
      status = take_text (table, text, length, &cell.start);
      cell.length = (uint32_t) length | FS_CELL_QUOTED;
    }
  for (size_t i = 0; i < n_rows && !status; i++)
    table->grid.cells[table->n_put++] = cell;
  return status;
}

FsStatus
fs_cell_columns_end (FsCellTable *table)
{
  FsGrid *grid = &table->grid;
  FsColumn *column = &table->builder->frame->columns[grid->only];
  const FsImport *import = grid->import;
  if (!grid->text)
    grid->text = table->text ? table->text : "";
  if (!import || import->decimal != FS_IMPORT_DECIMAL_COMMA)
    {
      column->numbers = malloc (grid->n_rows * sizeof *column->numbers);
      if (!column->numbers)
        return no_memory (table);
      fs_column_read_plain (grid, grid->only, column);
    }
  FsStatus status = fs_column_fill (grid, grid->only, column, table->builder,
                                    table->options->interrupt, table->problem);
  if (!status)
    fs_csv_notice_sentinels (grid, column, table->builder);
  grid->only++;
  free (table->text);
  table->text = NULL;
  table->n_text = table->text_capacity = 0;
  return status;
}

FsStatus
fs_cell_columns_put_dates (FsCellTable *table, double *seconds)
{
  FsColumn *column = &table->builder->frame->columns[table->grid.only];
  column->numbers = seconds;
  FsStatus status = fs_cell_columns_begin (table, NULL);
  if (status)
    return status;
  fs_column_take_dates (table->grid.only, column, table->builder);
  fs_csv_notice_sentinels (&table->grid, column, table->builder);
  table->grid.only++;
  return FS_OK;
}

FsStatus
fs_cell_columns_finish (FsCellTable *table)
{
  FsGrid *grid = &table->grid;
  free (grid->cells);
  grid->cells = NULL;
  FsStatus status = fs_grid_settle (grid, table->name, table->builder, table->problem);
  if (!status && table->builder->is_out_of_memory)
    status = no_memory (table);
  return status;
}
