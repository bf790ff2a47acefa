/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of made cells; see cell-table.h. */

#include "engine/series/cell-table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/size.h"

/* A value of one digit and its comma may be three cells: itself, its step and its series. */
#define FREE_CELLS 65536
#define CELLS_A_BYTE 3

static FsStatus
no_memory (const FsCellTable *table)
{
  return fs_problem (table->problem, FS_OUT_OF_MEMORY, table->name, NULL, NULL);
}

void
fs_cell_table_init (FsCellTable *table,
                    const char *name,
                    size_t n_source,
                    FsFrameBuilder *builder,
                    const FsReadOptions *options,
                    FsProblem *problem)
{
  *table =
      (FsCellTable){ .name = name, .builder = builder, .options = options, .problem = problem };
  table->most_cells = FREE_CELLS + fs_size_multiply (CELLS_A_BYTE, n_source);
  table->grid.delimiter = FS_DELIMITER_NONE;
  table->grid.import = options->import;
}

FsStatus
fs_cell_table_add_column (FsCellTable *table, const char *name, size_t length)
{
  FsFrame *frame = table->builder->frame;
  if (frame->n_columns == FS_MAX_TABLE_COLUMNS)
    return fs_problem_at (table->problem, FS_TOO_LARGE, table->name, 0, NULL,
                          "at most %d columns can be read", FS_MAX_TABLE_COLUMNS);
  if ((frame->n_columns & (frame->n_columns - 1)) == 0)
    {
      size_t capacity = frame->n_columns ? 2 * frame->n_columns : 1;
      FsColumn *columns = realloc (frame->columns, capacity * sizeof *columns);
      if (!columns)
        return no_memory (table);
      memset (columns + frame->n_columns, 0, (capacity - frame->n_columns) * sizeof *columns);
      frame->columns = columns;
    }
  char *wanted = malloc (length + 32);
  if (!wanted)
    return no_memory (table);
  if (length == 0)
    snprintf (wanted, 32, "column %zu", frame->n_columns + 1);
  else
    {
      memcpy (wanted, name, length);
      wanted[length] = '\0';
      for (size_t i = 0; i < length; i++)
        if (wanted[i] == '\0')
          wanted[i] = ' ';
    }
  bool is_named = fs_builder_name_column (table->builder, 0, wanted);
  free (wanted);
  table->grid.n_columns = frame->n_columns;
  return is_named ? FS_OK : no_memory (table);
}

FsStatus
fs_cell_table_check_size (const FsCellTable *table, size_t line, size_t n)
{
  const FsGrid *grid = &table->grid;
  const size_t most = table->most_cells / grid->n_columns;
  if (n <= most && grid->n_rows <= most - n)
    return FS_OK;
  return fs_problem_at (table->problem, FS_MALFORMED, table->name, line, NULL,
                        "most rows have far fewer values than the table has columns (%zu)",
                        grid->n_columns);
}

FsStatus
fs_cell_table_add_row (FsCellTable *table, size_t line)
{
  FsGrid *grid = &table->grid;
  FsStatus status = fs_cell_table_check_size (table, line, 1);
  if (status)
    return status;
  if (grid->n_rows == table->row_capacity)
    {
      size_t capacity = table->row_capacity ? table->row_capacity + table->row_capacity / 2 : 64;
      if (capacity > SIZE_MAX / sizeof (FsCell) / grid->n_columns)
        return fs_problem (table->problem, FS_TOO_LARGE, table->name, NULL, NULL);
      FsCell *cells = realloc (grid->cells, capacity * grid->n_columns * sizeof *cells);
      if (cells)
        grid->cells = cells;
      uint32_t *lines = realloc (grid->lines, capacity * sizeof *lines);
      if (lines)
        grid->lines = lines;
      if (!cells || !lines)
        return no_memory (table);
      table->row_capacity = capacity;
    }
  if ((grid->n_rows & 0xFFFF) == 0 && fs_interrupt_is_requested (table->options->interrupt))
    return fs_problem (table->problem, FS_INTERRUPTED, table->name, NULL, NULL);
  memset (grid->cells + grid->n_rows * grid->n_columns, 0, grid->n_columns * sizeof *grid->cells);
  grid->lines[grid->n_rows++] = (uint32_t) line;
  return FS_OK;
}

FsStatus
fs_cell_table_put (FsCellTable *table, size_t column, const char *text, size_t length)
{
  FsGrid *grid = &table->grid;
  if (length > FS_CELL_MAX_LENGTH || length > FS_CSV_MAX_BYTES - table->n_text)
    return fs_problem (table->problem, FS_TOO_LARGE, table->name, NULL,
                       "files of 4 GB and more cannot be read");
  if (length > table->text_capacity - table->n_text)
    {
      size_t capacity = table->text_capacity + table->text_capacity / 2 + length + 1024;
      char *larger = realloc (table->text, capacity);
      if (!larger)
        return no_memory (table);
      table->text = larger;
      table->text_capacity = capacity;
    }
  char *copy = table->text + table->n_text;
  for (size_t i = 0; i < length; i++)
    copy[i] = text[i] ? text[i] : ' ';
  grid->cells[(grid->n_rows - 1) * grid->n_columns + column] =
      (FsCell){ (uint32_t) table->n_text, (uint32_t) length | FS_CELL_QUOTED };
  table->n_text += length;
  return FS_OK;
}

FsStatus
fs_cell_table_finish (FsCellTable *table)
{
  if (table->grid.n_rows == 0)
    return fs_problem (table->problem, FS_MALFORMED, table->name, NULL, "the file has no row");
  table->grid.text = table->text ? table->text : "";
  FsStatus status =
      fs_grid_fill (&table->grid, table->name, table->builder, table->options, table->problem);
  if (!status && table->builder->is_out_of_memory)
    status = no_memory (table);
  return status;
}

void
fs_cell_table_clear (FsCellTable *table)
{
  free (table->text);
  free (table->grid.cells);
  free (table->grid.lines);
}
