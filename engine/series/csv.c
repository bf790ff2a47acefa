/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Delimited text into a frame: find the dialect, cut the text block by block into cells, gather the
 * columns, type each one. The parts are in csv-*.c; this file has the order of work and the sentences
 * about rows. Not for what a column is used for: that a target must be numeric is the dataset's
 * business. */

#include "engine/series/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/csv-block.h"
#include "engine/series/csv-cell.h"
#include "engine/series/csv-notices.h"
#include "engine/series/csv-odd-rows.h"
#include "engine/series/csv-sniff.h"
#include "engine/series/csv-stream.h"
#include "engine/series/csv-table.h"
#include "engine/series/text-source.h"

/* Empty cells that may be added to short rows: without a limit, one line of a million commas above a
 * million short lines would ask for terabytes. */
#define MAX_PADDING_PER_BYTE 1
#define FREE_PADDING 65536

typedef struct
{
  const char *name;
  FsFrameBuilder *builder;
  const FsReadOptions *options;
  FsProblem *problem;
  FsCsvStream stream;
  FsCsvPlan plan;
  FsCsvCutting cutting;
  FsCsvBlock block;
  FsCsvTable table;

  /* The names, in memory of their own. */
  char *names;
  FsCell *name_cells;
  size_t n_names, names_line;

  size_t first_row_at, first_row_line; /* where the rows begin: byte, lines before it */
  bool has_units;
  size_t n_short, n_long, n_absent, n_repeated, repeated_line, n_comments;
  size_t open_quote_line, long_quote_line, long_quote_lines;
  size_t last_cell_length;
  bool has_last_line_end, is_second_time;
  size_t n_rows_again; /* of the second time */
} Reader;

static FsStatus
no_memory (Reader *r)
{
  return fs_problem (r->problem, FS_OUT_OF_MEMORY, r->name, NULL, NULL);
}

/* ---- names ---- */

/* The cells of the names outlive the stretch they stand in. */
static FsStatus
keep_names (Reader *r, const FsCell *cells, const FsRow *row)
{
  size_t n_bytes = 0;
  r->n_names = row->n_cells < r->plan.n_columns ? row->n_cells : r->plan.n_columns;
  r->names_line = row->line;
  for (size_t i = 0; i < r->n_names; i++)
    n_bytes += fs_cell_length (cells[i]);
  r->name_cells = malloc ((r->n_names + 1) * sizeof *r->name_cells);
  r->names = malloc (n_bytes + 1);
  if (!r->names || !r->name_cells)
    return no_memory (r);
  n_bytes = 0;
  for (size_t i = 0; i < r->n_names; i++)
    {
      const size_t length = fs_cell_length (cells[i]);
      memcpy (r->names + n_bytes, r->stream.text + cells[i].start, length);
      r->name_cells[i] = (FsCell){ (uint32_t) n_bytes, cells[i].length };
      n_bytes += length;
    }
  return FS_OK;
}

/* Steps over what stands before the rows. */
static FsStatus
read_head (Reader *r)
{
  FsScanner scanner;
  FsRow row;
  FsStatus status = FS_OK;
  size_t least = 0;
  FsCell *cells = malloc (r->plan.n_columns * sizeof *cells);
  if (!cells)
    return no_memory (r);
  do
    {
      if (least > 0)
        status = fs_csv_stream_next (&r->stream, least, 0);
      if (status)
        break;
      fs_scanner_init (&scanner, r->stream.text, r->stream.end, r->plan.dialect);
      scanner.at = r->stream.begin;
      scanner.is_partial = r->stream.is_partial;
      for (size_t i = 0; i < r->plan.n_preamble; i++)
        if (fs_scanner_next (&scanner, cells, r->plan.n_columns, &row) && i == 0)
          fs_builder_warn (r->builder, row.line,
                           fs_text_count ("%zu line before the table is left out",
                                          "%zu lines before the table are left out",
                                          r->plan.n_preamble),
                           r->plan.n_preamble);
      if (r->plan.has_header && !scanner.needs_more
          && fs_scanner_next (&scanner, cells, r->plan.n_columns, &row))
        status = keep_names (r, cells, &row);
      least = 2 * (r->stream.end - r->stream.begin) + 1;
    }
  while (scanner.needs_more && !status);
  free (cells);
  r->n_comments = scanner.n_comments;
  r->open_quote_line = scanner.open_quote_line;
  r->first_row_line = scanner.line - 1;
  r->first_row_at = r->stream.n_passed + scanner.at;
  r->stream.begin = scanner.at;
  return status;
}

/* The name of column `index` from its header cell. */
static FsStatus
name_column (Reader *r, size_t index)
{
  FsCell cell = { 0, 0 };
  size_t shift = r->plan.has_row_names ? 1 : 0;
  if (index >= shift && index - shift < r->n_names)
    cell = r->name_cells[index - shift];
  char *raw = malloc (fs_cell_length (cell) + 32);
  if (!raw)
    return no_memory (r);
  size_t length = fs_cell_copy (r->names, cell, r->plan.dialect.quote, raw);
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
        fs_builder_warn (r->builder, r->names_line, "column %zu has no name", index + 1);
    }
  bool is_named = fs_builder_name_column (r->builder, r->names_line, raw);
  free (raw);
  return is_named ? FS_OK : no_memory (r);
}

/* ---- rows ---- */

/* Tells about rows of another length, in the order of the file. */
static void
tell_odd_rows (Reader *r, const FsCsvPiece *piece, size_t n_lines)
{
  const size_t n_columns = r->plan.n_columns, most = FS_CSV_MAX_TOLD_ROWS;
  const size_t n_short = piece->n_short < most ? piece->n_short : most;
  const size_t n_long = piece->n_long < most ? piece->n_long : most;
  for (size_t s = 0, l = 0; s < n_short || l < n_long;)
    if (s < n_short && (l == n_long || piece->short_rows[s].line < piece->long_rows[l].line))
      {
        const FsCsvOddRow *row = &piece->short_rows[s++];
        if (r->n_short + s <= most)
          fs_builder_warn (r->builder, n_lines + row->line,
                           fs_text_count ("%zu cell instead of %zu; the others count as missing",
                                          "%zu cells instead of %zu; the others count as missing",
                                          row->n_cells),
                           row->n_cells, n_columns);
      }
    else
      {
        const FsCsvOddRow *row = &piece->long_rows[l++];
        if (r->n_long + l <= most)
          fs_builder_warn (r->builder, n_lines + row->line,
                           "%zu cells instead of %zu; those beyond the last column are left out",
                           row->n_cells, n_columns);
      }
  r->n_short += piece->n_short;
  r->n_long += piece->n_long;
  r->n_absent += piece->n_absent;
}

static FsStatus
take_notes (Reader *r, size_t n_lines)
{
  for (size_t i = 0; i < r->block.n_pieces; i++)
    {
      const FsCsvPiece *piece = &r->block.pieces[i];
      const FsScanner *scanner = &piece->scanner;
      const size_t before = n_lines + piece->first_line;
      if (scanner->is_cell_too_long)
        return fs_problem (r->problem, FS_TOO_LARGE, r->name, NULL,
                           "a cell has more than a gigabyte");
      tell_odd_rows (r, piece, before);
      if (piece->n_repeated > 0 && r->n_repeated == 0)
        r->repeated_line = before + piece->repeated_line;
      r->n_repeated += piece->n_repeated;
      r->n_comments += scanner->n_comments;
      if (scanner->open_quote_line && !r->open_quote_line)
        r->open_quote_line = before + scanner->open_quote_line;
      if (scanner->long_quote_line && !r->long_quote_line)
        {
          r->long_quote_line = before + scanner->long_quote_line;
          r->long_quote_lines = scanner->long_quote_lines;
        }
      if (piece->n_rows > 0)
        r->last_cell_length =
            fs_cell_length (fs_csv_piece_cell (piece, piece->n_rows - 1, r->plan.n_columns - 1));
      /* Said before room is made for them. */
      if (r->n_absent > FREE_PADDING + MAX_PADDING_PER_BYTE * r->stream.n_total)
        return fs_problem_at (r->problem, FS_MALFORMED, r->name, before + piece->n_lines, NULL,
                              "most rows have far fewer cells than the %zu of the first ones",
                              r->plan.n_columns);
    }
  return FS_OK;
}

static FsStatus
take_block (Reader *r, size_t n_lines, bool is_first)
{
  FsStatus status = FS_OK;
  const double share =
      r->stream.is_partial && !r->cutting.max_rows
          ? (double) (r->stream.n_passed + r->block.end) / (double) r->stream.n_total
          : 1;
  if (r->is_second_time)
    {
      if (is_first && r->has_units && r->block.n_rows > 0)
        fs_csv_block_drop_first (&r->block);
      r->n_rows_again += r->block.n_rows;
      return fs_csv_table_add_again (&r->table, &r->block, r->problem);
    }
  if (is_first && r->n_names > 0)
    r->has_units = fs_csv_leave_out_units (&r->block, r->plan.n_columns, n_lines, r->builder);
  if ((status = take_notes (r, n_lines)) != FS_OK)
    return status;
  if (!r->stream.is_partial && !r->cutting.max_rows)
    fs_csv_leave_out_footer (&r->block, r->plan.n_columns, n_lines, r->builder);
  return fs_csv_table_add (&r->table, &r->block, n_lines, share, r->problem);
}

/* Rows that have been taken, this time. */
static size_t
n_rows_there (const Reader *r)
{
  return r->is_second_time ? r->n_rows_again : r->table.n_rows;
}

/* All blocks from the stream's `begin` on, which has `n_lines` before it. */
static FsStatus
read_blocks (Reader *r, size_t n_lines)
{
  bool is_first = true;
  size_t least = 0;
  for (;;)
    {
      FsStatus status = fs_csv_stream_next (&r->stream, least, n_lines);
      if (status)
        return status;
      if (fs_interrupt_is_requested (r->options->interrupt))
        return fs_problem (r->problem, FS_INTERRUPTED, r->name, NULL, NULL);
      if (r->options->max_rows)
        r->cutting.max_rows = r->options->max_rows - n_rows_there (r);
      if (!fs_csv_block_cut (&r->block, &r->cutting, r->stream.text, r->stream.begin, r->stream.end,
                             r->stream.is_partial))
        return no_memory (r);
      const bool is_stuck =
          r->stream.is_partial && r->block.n_rows == 0 && r->block.end == r->stream.begin;
      if (is_stuck)
        {
          least = 2 * (r->stream.end - r->stream.begin) + 1;
          continue;
        }
      least = 0;
      if (r->block.n_rows > 0 || !r->stream.is_partial)
        {
          if ((status = take_block (r, n_lines, is_first)) != FS_OK)
            return status;
          is_first = is_first && r->block.n_rows == 0;
        }
      fs_read_progress (r->options, r->stream.n_passed + r->block.end, r->stream.n_total);
      const bool has_enough = r->options->max_rows && n_rows_there (r) >= r->options->max_rows;
      r->has_last_line_end = has_enough || r->stream.end == 0
                             || (r->stream.text[r->stream.end - 1] == '\n'
                                 || r->stream.text[r->stream.end - 1] == '\r');
      if (!r->stream.is_partial || has_enough)
        return FS_OK;
      n_lines += r->block.n_lines;
      r->stream.begin = r->block.end;
    }
}

static void
tell_rows (Reader *r)
{
  FsFrameBuilder *builder = r->builder;
  if (r->n_short > FS_CSV_MAX_TOLD_ROWS)
    fs_builder_warn (builder, 0, "%zu rows in all have fewer than %zu cells", r->n_short,
                     r->plan.n_columns);
  if (r->n_long > FS_CSV_MAX_TOLD_ROWS)
    fs_builder_warn (builder, 0, "%zu rows in all have more than %zu cells", r->n_long,
                     r->plan.n_columns);
  if (r->open_quote_line)
    fs_builder_warn (builder, r->open_quote_line,
                     "a quote is opened here and never closed; it is read as a plain character");
  if (r->long_quote_line)
    fs_builder_warn (builder, r->long_quote_line,
                     "one quoted cell goes on for %zu lines from here; is a quote missing?",
                     r->long_quote_lines);
  if (r->n_comments > 0)
    fs_builder_decide (builder, "comments", "#", "%zu lines that begin with # are left out",
                       r->n_comments);
  if (r->n_repeated > 0)
    fs_builder_warn (
        builder, r->repeated_line,
        fs_text_count (
            "%zu row has the names of the columns again and is left out, the first here",
            "%zu rows have the names of the columns again and are left out, the first here",
            r->n_repeated),
        r->n_repeated);
}

/* The column behind the last delimiter of every line. */
static void
leave_out_last_column (Reader *r, FsGrid *grid)
{
  const size_t n = grid->n_columns;
  const bool has_name = r->n_names >= n && fs_cell_length (r->name_cells[n - 1]) > 0;
  if (r->plan.has_row_names || n < 2 || has_name || r->table.columns[n - 1].has_text)
    return;
  grid->n_columns = n - 1;
  fs_builder_decide (r->builder, "end of lines", "delimiter",
                     "nothing follows the last delimiter of any line");
}

static FsStatus
fill_columns (Reader *r)
{
  FsFrame *frame = r->builder->frame;
  fs_csv_block_clear (&r->block);
  FsGrid grid = { .text = r->stream.file ? NULL : r->stream.text,
                  .quote = r->plan.dialect.quote,
                  .delimiter = r->plan.dialect.delimiter,
                  .n_columns = r->plan.n_columns,
                  .import = r->options->import,
                  .last_cell_length = r->last_cell_length };
  leave_out_last_column (r, &grid);
  frame->columns = calloc (grid.n_columns, sizeof *frame->columns);
  FsStatus status = frame->columns ? FS_OK : no_memory (r);
  for (size_t i = 0; i < grid.n_columns && !status; i++)
    status = name_column (r, i);
  if (!status)
    status = fs_csv_table_fill (&r->table, &grid, r->name, r->builder, r->problem);
  if (!status)
    fs_csv_notice_table (&grid, r->has_last_line_end, r->builder);
  if (!status && r->builder->is_out_of_memory)
    status = no_memory (r);
  return status;
}

/* Cells that were not kept on the way are fetched by going through the rows once more. */
static FsStatus
read_again (Reader *r)
{
  FsStatus status = FS_OK;
  if (!fs_csv_table_lacks_cells (&r->table))
    return FS_OK;
  r->is_second_time = true;
  if (r->stream.file)
    {
      const FsFileParts *file = r->stream.file;
      const size_t block_bytes = r->stream.block_bytes;
      fs_csv_stream_clear (&r->stream);
      status = fs_csv_stream_init_file (&r->stream, file, block_bytes, r->problem);
      size_t least = r->first_row_at;
      while (!status && r->stream.is_partial
             && r->stream.n_passed + r->stream.end < r->first_row_at)
        status = fs_csv_stream_next (&r->stream, least *= 2, 0);
      if (!status && r->stream.n_passed + r->stream.end < r->first_row_at)
        return fs_problem (r->problem, FS_UNREADABLE, r->name, NULL,
                           "the file changed while it was read; read it again");
    }
  r->stream.begin = r->first_row_at - r->stream.n_passed;
  return status ? status : read_blocks (r, r->first_row_line);
}

/* From the beginning of the stream. */
static FsStatus
read_stream (Reader *r)
{
  const FsImport *import = r->options->import;
  FsStatus status = fs_csv_sniff (&r->plan, r->name, r->stream.text + r->stream.begin,
                                  r->stream.end - r->stream.begin, import, r->builder, r->problem);
  if (!status)
    status = read_head (r);
  if (status)
    return status;
  r->cutting = (FsCsvCutting){ .dialect = r->plan.dialect,
                               .n_columns = r->plan.n_columns,
                               .missing = import ? import->missing : "",
                               .names = r->names,
                               .name_cells = r->name_cells,
                               .max_rows = r->options->max_rows,
                               .pool = r->options->pool };
  /* A single word may well occur below itself, and an empty name is none. */
  const bool ends_empty = r->n_names > 0 && fs_cell_length (r->name_cells[r->n_names - 1]) == 0;
  if (!r->plan.has_row_names && r->n_names - (ends_empty ? 1 : 0) >= 2)
    r->cutting.n_names = r->n_names;
  status = fs_csv_table_init (&r->table, r->plan.n_columns, r->stream.file != NULL, r->options,
                              r->problem);
  if (!status)
    status = read_blocks (r, r->first_row_line);
  if (status)
    return status;
  tell_rows (r);
  if (r->table.n_rows == 0)
    return r->plan.has_header
               ? fs_problem_at (r->problem, FS_MALFORMED, r->name, r->first_row_line, NULL,
                                "here are names of columns, and there is no row below them")
               : fs_problem (r->problem, FS_MALFORMED, r->name, NULL, "the file has no row");
  status = read_again (r);
  return status ? status : fill_columns (r);
}

/* Before everything else, as of a text in memory. */
static void
tell_controls (Reader *r)
{
  FsFrame *frame = r->builder->frame;
  const size_t n_before = frame->n_warnings;
  fs_builder_warn (r->builder, r->stream.control_line, "%zu control characters, the first here",
                   r->stream.n_control_bytes);
  if (frame->n_warnings == n_before)
    return;
  const FsWarning last = frame->warnings[n_before];
  memmove (frame->warnings + 1, frame->warnings, n_before * sizeof *frame->warnings);
  frame->warnings[0] = last;
}

static void
clear_reader (Reader *r)
{
  fs_csv_stream_clear (&r->stream);
  fs_csv_block_clear (&r->block);
  fs_csv_table_clear (&r->table);
  free (r->names);
  free (r->name_cells);
}

static size_t
block_bytes (const FsReadOptions *options)
{
  return options->block_bytes ? options->block_bytes : FS_CSV_BLOCK_BYTES;
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
    {
      fs_csv_stream_init_text (&r.stream, source.text, source.n_bytes, block_bytes (options));
      status = fs_csv_stream_next (&r.stream, FS_CSV_LEAST_FIRST, 0);
    }
  if (!status)
    status = read_stream (&r);
  clear_reader (&r);
  fs_text_source_close (&source);
  return status;
}

FsStatus
fs_csv_read_file (FsFrameBuilder *builder,
                  const FsFileParts *file,
                  const FsReadOptions *options,
                  bool *needs_whole,
                  FsProblem *problem)
{
  Reader r = { .name = file->path, .builder = builder, .options = options, .problem = problem };
  const FsImport *import = options->import;
  *needs_whole = import && import->encoding != FS_IMPORT_ENCODING_AUTO
                 && import->encoding != FS_IMPORT_ENCODING_UTF_8;
  if (*needs_whole)
    return FS_MALFORMED;
  FsStatus status = fs_csv_stream_init_file (&r.stream, file, block_bytes (options), problem);
  if (!status)
    {
      fs_builder_decide (builder, "encoding", "UTF-8",
                         r.stream.begin > 0           ? FS_WORDS ("the file begins with its mark")
                         : import && import->encoding ? FS_WORDS ("chosen")
                                                      : FS_WORDS ("every byte is valid in it"));
      status = fs_csv_stream_next (&r.stream, FS_CSV_LEAST_FIRST, 0);
    }
  if (!status)
    status = read_stream (&r);
  if (!status && r.stream.n_control_bytes > 0)
    tell_controls (&r);
  *needs_whole = r.stream.needs_whole || (status == FS_MALFORMED && r.table.n_rows == 0);
  clear_reader (&r);
  return status;
}
