/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Delimited text into a frame: find the dialect, cut the text into cells, name the columns, type each
 * one. The parts are in csv-*.c; this file has the order of work and the sentences about rows.
 * Not for what a column is used for: that a target must be numeric is the dataset's business. */

#include "engine/series/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-cell.h"
#include "engine/series/csv-column.h"
#include "engine/series/csv-notices.h"
#include "engine/series/csv-odd-rows.h"
#include "engine/series/csv-sniff.h"
#include "engine/series/text-source.h"

/* Ragged rows that get a sentence of their own. */
#define MAX_TOLD_ROWS 5

/* Empty cells that may be added to short rows: without a limit, one line of a million commas above a
 * million short lines would ask for terabytes. */
#define MAX_PADDING_PER_BYTE 1

typedef struct
{
  const char *name;
  FsFrameBuilder *builder;
  FsCsvPlan plan;
  FsGrid grid;
  size_t capacity; /* rows */
  size_t n_short, n_long, n_padded;
  size_t last_line_bytes;
  FsCell *header; /* [n_columns] */
  size_t n_header;
  size_t header_line;
  const FsReadOptions *options;
  FsProblem *problem;
} Reader;

static FsStatus
no_memory (Reader *r)
{
  return fs_problem (r->problem, FS_OUT_OF_MEMORY, r->name, NULL, NULL);
}

static FsStatus
make_room (Reader *r)
{
  if (r->grid.n_rows < r->capacity)
    return FS_OK;
  size_t capacity = r->capacity ? r->capacity + r->capacity / 2 : 1024;
  FsCell *cells = realloc (r->grid.cells, capacity * r->grid.n_columns * sizeof *cells);
  if (cells)
    r->grid.cells = cells;
  uint32_t *lines = realloc (r->grid.lines, capacity * sizeof *lines);
  if (lines)
    r->grid.lines = lines;
  if (!cells || !lines)
    return no_memory (r);
  r->capacity = capacity;
  return FS_OK;
}

/* Cells that a person has said to mean "no value" become empty. */
static void
empty_missing (const Reader *r, FsCell *cells)
{
  const char *word = r->options->import ? r->options->import->missing : "";
  const size_t length = strlen (word);
  for (size_t i = 0; length > 0 && i < r->grid.n_columns; i++)
    if (fs_cell_length (cells[i]) == length
        && memcmp (r->grid.text + cells[i].start, word, length) == 0)
      cells[i].length = 0;
}

/* Fills a short row and tells about rows of another length. */
static void
settle_row (Reader *r, FsCell *cells, const FsRow *row)
{
  size_t n_columns = r->grid.n_columns;
  for (size_t i = row->n_cells; i < n_columns; i++)
    cells[i] = (FsCell){ (uint32_t) row->end, 0 };
  if (row->n_cells < n_columns)
    {
      r->n_padded += n_columns - row->n_cells;
      if (r->n_short++ < MAX_TOLD_ROWS)
        fs_builder_warn (r->builder, row->line,
                         "%zu %s instead of %zu; the others count as missing", row->n_cells,
                         row->n_cells == 1 ? "cell" : "cells", n_columns);
    }
  else if (row->n_extra_filled > 0 && r->n_long++ < MAX_TOLD_ROWS)
    fs_builder_warn (r->builder, row->line,
                     "%zu cells instead of %zu; those beyond the last column are left out",
                     row->n_cells, n_columns);
}

static FsStatus
cut_rows (Reader *r, size_t n_bytes)
{
  FsScanner scanner;
  FsRow row;
  FsStatus status;
  const size_t n_columns = r->grid.n_columns;
  fs_scanner_init (&scanner, r->grid.text, n_bytes, r->plan.dialect);
  for (size_t i = 0; i < r->plan.n_preamble; i++)
    if (fs_scanner_next (&scanner, r->header, n_columns, &row) && i == 0)
      fs_builder_warn (r->builder, row.line, "%zu line%s before the table %s left out",
                       r->plan.n_preamble, r->plan.n_preamble > 1 ? "s" : "",
                       r->plan.n_preamble > 1 ? "are" : "is");
  if (r->plan.has_header && fs_scanner_next (&scanner, r->header, n_columns, &row))
    {
      r->n_header = row.n_cells < n_columns ? row.n_cells : n_columns;
      r->header_line = row.line;
    }
  for (;;)
    {
      if ((status = make_room (r)) != FS_OK)
        return status;
      FsCell *cells = r->grid.cells + r->grid.n_rows * n_columns;
      if (!fs_scanner_next (&scanner, cells, n_columns, &row))
        break;
      settle_row (r, cells, &row);
      empty_missing (r, cells);
      r->grid.lines[r->grid.n_rows++] = (uint32_t) row.line;
      if (r->n_padded > 65536 + MAX_PADDING_PER_BYTE * n_bytes)
        return fs_problem_at (r->problem, FS_MALFORMED, r->name, row.line, NULL,
                              "most rows have far fewer cells than the %zu of the first ones",
                              n_columns);
      if ((r->grid.n_rows & 0xFFFF) == 0)
        {
          if (fs_interrupt_is_requested (r->options->interrupt))
            return fs_problem (r->problem, FS_INTERRUPTED, r->name, NULL, NULL);
          fs_read_progress (r->options, scanner.at, 2 * n_bytes);
        }
      if (r->grid.n_rows == r->options->max_rows)
        break;
    }
  if (scanner.is_cell_too_long)
    return fs_problem (r->problem, FS_TOO_LARGE, r->name, NULL, "a cell has more than a gigabyte");
  if (r->n_short > MAX_TOLD_ROWS)
    fs_builder_warn (r->builder, 0, "%zu rows in all have fewer than %zu cells", r->n_short,
                     n_columns);
  if (r->n_long > MAX_TOLD_ROWS)
    fs_builder_warn (r->builder, 0, "%zu rows in all have more than %zu cells", r->n_long,
                     n_columns);
  if (scanner.open_quote_line)
    fs_builder_warn (r->builder, scanner.open_quote_line,
                     "a quote is opened here and never closed; it is read as a plain character");
  if (scanner.long_quote_line)
    fs_builder_warn (r->builder, scanner.long_quote_line,
                     "one quoted cell goes on for %zu lines from here; is a quote missing?",
                     scanner.long_quote_lines);
  if (scanner.n_comments > 0)
    fs_builder_decide (r->builder, "comments", "#", "%zu lines that begin with # are left out",
                       scanner.n_comments);
  return FS_OK;
}

/* The name of column `index` from its header cell. */
static FsStatus
name_column (Reader *r, size_t index)
{
  FsCell cell = { 0, 0 };
  size_t shift = r->plan.has_row_names ? 1 : 0;
  if (index >= shift && index - shift < r->n_header)
    cell = r->header[index - shift];
  char *raw = malloc (fs_cell_length (cell) + 32);
  if (!raw)
    return no_memory (r);
  size_t length = fs_cell_copy (r->grid.text, cell, r->plan.dialect.quote, raw);
  const char *trimmed = raw;
  bool was_trimmed = fs_cell_trim (&trimmed, &length);
  memmove (raw, trimmed, length);
  raw[length] = '\0';
  if (was_trimmed)
    fs_builder_decide (r->builder, "invisible characters", "removed",
                       "the name of column %zu has some at its ends", index + 1);
  if (length == 0)
    {
      snprintf (raw, 32, "column %zu", index + 1);
      if (r->plan.has_header && index > 0)
        fs_builder_warn (r->builder, r->header_line, "column %zu has no name", index + 1);
    }
  bool is_named = fs_builder_name_column (r->builder, r->header_line, raw);
  free (raw);
  return is_named ? FS_OK : no_memory (r);
}

static FsStatus
fill_columns (Reader *r)
{
  r->builder->frame->columns = calloc (r->grid.n_columns, sizeof *r->builder->frame->columns);
  FsStatus status = r->builder->frame->columns ? FS_OK : no_memory (r);
  for (size_t i = 0; i < r->grid.n_columns && !status; i++)
    status = name_column (r, i);
  return status ? status : fs_grid_fill (&r->grid, r->name, r->builder, r->options, r->problem);
}

static FsStatus
read_text (Reader *r, const char *text, size_t n_bytes)
{
  FsStatus status =
      fs_csv_sniff (&r->plan, r->name, text, n_bytes, r->options->import, r->builder, r->problem);
  if (status)
    return status;
  r->grid.text = text;
  r->grid.quote = r->plan.dialect.quote;
  r->grid.delimiter = r->plan.dialect.delimiter;
  r->grid.n_columns = r->plan.n_columns;
  r->grid.import = r->options->import;
  r->header = calloc (r->grid.n_columns, sizeof *r->header);
  if (!r->header)
    return no_memory (r);
  if ((status = cut_rows (r, n_bytes)) != FS_OK)
    return status;
  fs_csv_leave_out_odd_rows (&r->grid, r->header, &r->n_header, r->plan.has_row_names, r->builder);
  if (r->grid.n_rows == 0)
    return fs_problem (r->problem, FS_MALFORMED, r->name, NULL,
                       r->plan.has_header ? "the file has names of columns and no row below them"
                                          : "the file has no row");
  if ((status = fill_columns (r)) != FS_OK)
    return status;
  fs_csv_notice_table (&r->grid, n_bytes, r->builder);
  return r->builder->is_out_of_memory ? no_memory (r) : FS_OK;
}

FsStatus
fs_csv_read (FsFrameBuilder *builder,
             const char *name,
             const char *bytes,
             size_t n_bytes,
             const FsReadOptions *options,
             FsProblem *problem)
{
  Reader r = { .name = name, .builder = builder, .options = options, .problem = problem };
  FsTextSource source = { 0 };
  FsStatus status =
      fs_text_source_open (&source, name, bytes, n_bytes, options->import, builder, problem);
  if (!status)
    status = read_text (&r, source.text, source.n_bytes);
  fs_text_source_close (&source);
  free (r.grid.cells);
  free (r.grid.lines);
  free (r.header);
  return status;
}
