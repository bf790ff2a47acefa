/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cutting a stretch of text; see csv-block.h. */

#define _GNU_SOURCE /* memrchr */

#include "engine/series/csv-block.h"

#include <stdlib.h>
#include <string.h>

/* A piece's text and cells stay in a core's second cache between cutting and reading. */
#define PIECE_BYTES ((size_t) 128 << 10)

size_t
fs_csv_block_whole_lines (const char *text, size_t begin, size_t end)
{
  const char *last = begin < end ? memrchr (text + begin, '\n', end - begin) : NULL;
  if (last)
    return (size_t) (last - text) + 1;
  /* Lines that end with CR alone: one with something behind it that is no second half of its end. */
  for (size_t i = end; i > begin + 1; i--)
    if (text[i - 2] == '\r' && text[i - 1] != '\r')
      return i - 1;
  return begin;
}

/* ---- one piece ---- */

static bool
make_room (FsCsvPiece *piece, size_t n_columns)
{
  const size_t n_cells = piece->starts ? piece->starts[piece->n_rows] : 0;
  if (piece->n_rows == piece->row_capacity)
    {
      const size_t capacity = 256 + piece->row_capacity + piece->row_capacity / 4;
      uint32_t *starts = realloc (piece->starts, (capacity + 1) * sizeof *starts);
      if (!starts)
        return false;
      starts[0] = 0;
      piece->starts = starts;
      uint32_t *lines = realloc (piece->lines, capacity * sizeof *lines);
      if (!lines)
        return false;
      piece->lines = lines;
      piece->row_capacity = capacity;
    }
  if (n_cells + n_columns > piece->cell_capacity)
    {
      const size_t capacity = piece->cell_capacity + piece->cell_capacity / 4 + n_columns;
      FsCell *cells = realloc (piece->cells, capacity * sizeof *cells);
      if (!cells)
        return false;
      piece->cells = cells;
      piece->cell_capacity = capacity;
    }
  return true;
}

static bool
is_equal (const char *left_text, FsCell left, const char *right_text, FsCell right)
{
  const size_t length = fs_cell_length (left);
  return length == fs_cell_length (right)
         && memcmp (left_text + left.start, right_text + right.start, length) == 0;
}

static bool
repeats_names (const FsCsvCutting *cutting, const char *text, const FsCell *cells, size_t n)
{
  for (size_t i = 0; i < cutting->n_names; i++)
    if (!is_equal (cutting->names, cutting->name_cells[i], text,
                   i < n ? cells[i] : (FsCell){ 0, 0 }))
      return false;
  return cutting->n_names > 0;
}

static void
note_length (FsCsvPiece *piece, const FsRow *row, size_t n_columns)
{
  const FsCsvOddRow odd = { row->line, row->n_cells };
  if (row->n_cells < n_columns)
    {
      piece->n_absent += n_columns - row->n_cells;
      if (piece->n_short++ < FS_CSV_MAX_TOLD_ROWS)
        piece->short_rows[piece->n_short - 1] = odd;
    }
  else if (row->n_extra_filled > 0 && piece->n_long++ < FS_CSV_MAX_TOLD_ROWS)
    piece->long_rows[piece->n_long - 1] = odd;
}

/* Lines are counted from 1 within the piece until it is known how many stand before it. */
static void
cut_piece (FsCsvPiece *piece, const FsCsvCutting *cutting, const char *text, bool is_partial)
{
  const size_t n_missing = strlen (cutting->missing);
  FsRow row;
  FsScanner *scanner = &piece->scanner;
  fs_scanner_init (scanner, text, piece->end, cutting->dialect);
  scanner->at = piece->begin;
  scanner->is_partial = is_partial;
  piece->n_rows = 0;
  if (piece->starts)
    piece->starts[0] = 0;
  piece->n_short = piece->n_long = piece->n_absent = piece->n_repeated = 0;
  piece->is_out_of_memory = false;
  while (!cutting->max_rows || piece->n_rows < cutting->max_rows)
    {
      if (!make_room (piece, cutting->n_columns))
        {
          piece->is_out_of_memory = true;
          return;
        }
      FsCell *cells = piece->cells + piece->starts[piece->n_rows];
      if (!fs_scanner_next (scanner, cells, cutting->n_columns, &row))
        break;
      const size_t n = row.n_cells < cutting->n_columns ? row.n_cells : cutting->n_columns;
      note_length (piece, &row, cutting->n_columns);
      for (size_t i = 0; n_missing > 0 && i < n; i++)
        if (fs_cell_length (cells[i]) == n_missing
            && memcmp (text + cells[i].start, cutting->missing, n_missing) == 0)
          cells[i].length = 0;
      if (repeats_names (cutting, text, cells, n))
        {
          if (piece->n_repeated++ == 0)
            piece->repeated_line = row.line;
          continue;
        }
      piece->lines[piece->n_rows] = (uint32_t) row.line;
      piece->starts[piece->n_rows + 1] = piece->starts[piece->n_rows] + (uint32_t) n;
      piece->n_rows++;
    }
  piece->n_lines = scanner->line - 1;
}

/* ---- all pieces ---- */

typedef struct
{
  FsCsvBlock *block;
  const FsCsvCutting *cutting;
  bool is_partial;
} CutJob;

static void
cut_task (void *context, size_t item, size_t worker)
{
  const CutJob *job = context;
  (void) worker;
  cut_piece (&job->block->pieces[item], job->cutting, job->block->text, job->is_partial);
}

static FsCsvPiece *
add_piece (FsCsvBlock *block)
{
  if (block->n_pieces == block->capacity)
    {
      const size_t capacity = block->capacity ? 2 * block->capacity : 4;
      FsCsvPiece *pieces = realloc (block->pieces, capacity * sizeof *pieces);
      if (!pieces)
        return NULL;
      memset (pieces + block->capacity, 0, (capacity - block->capacity) * sizeof *pieces);
      block->pieces = pieces;
      block->capacity = capacity;
    }
  return &block->pieces[block->n_pieces++];
}

static bool
lay_out (FsCsvBlock *block, const FsCsvCutting *cutting, size_t begin, size_t end)
{
  const char *text = block->text, quote = cutting->dialect.quote;
  const bool is_one =
      cutting->max_rows > 0 || (quote && begin < end && memchr (text + begin, quote, end - begin));
  block->n_pieces = 0;
  do
    {
      FsCsvPiece *piece = add_piece (block);
      if (!piece)
        return false;
      piece->begin = begin;
      piece->end = end;
      if (!is_one && end - begin > PIECE_BYTES)
        {
          const char *line_end =
              memchr (text + begin + PIECE_BYTES, '\n', end - begin - PIECE_BYTES);
          piece->end = line_end ? (size_t) (line_end - text) + 1 : end;
        }
      begin = piece->end;
    }
  while (begin < end);
  return true;
}

bool
fs_csv_block_cut (FsCsvBlock *block,
                  const FsCsvCutting *cutting,
                  const char *text,
                  size_t begin,
                  size_t end,
                  bool is_partial)
{
  CutJob job = { block, cutting, is_partial };
  block->text = text;
  block->n_rows = block->n_lines = 0;
  block->end = begin;
  if (!lay_out (block, cutting, begin, end))
    return false;
  if (cutting->pool && block->n_pieces > 1)
    fs_pool_run (cutting->pool, block->n_pieces, cut_task, &job);
  else
    for (size_t i = 0; i < block->n_pieces; i++)
      cut_task (&job, i, 0);
  for (size_t i = 0; i < block->n_pieces; i++)
    {
      FsCsvPiece *piece = &block->pieces[i];
      if (piece->is_out_of_memory)
        return false;
      piece->first_row = block->n_rows;
      piece->first_line = block->n_lines;
      block->n_rows += piece->n_rows;
      block->n_lines += piece->n_lines;
      block->end = piece->scanner.at;
    }
  return true;
}

void
fs_csv_block_clear (FsCsvBlock *block)
{
  for (size_t i = 0; i < block->capacity; i++)
    {
      free (block->pieces[i].cells);
      free (block->pieces[i].starts);
      free (block->pieces[i].lines);
    }
  free (block->pieces);
  *block = (FsCsvBlock){ 0 };
}

void
fs_csv_block_drop_first (FsCsvBlock *block)
{
  size_t i = 0;
  while (block->pieces[i].n_rows == 0)
    i++;
  FsCsvPiece *piece = &block->pieces[i];
  piece->n_rows--;
  block->n_rows--;
  memmove (piece->starts, piece->starts + 1, (piece->n_rows + 1) * sizeof *piece->starts);
  memmove (piece->lines, piece->lines + 1, piece->n_rows * sizeof *piece->lines);
  while (++i < block->n_pieces)
    block->pieces[i].first_row--;
}

void
fs_csv_block_drop_last (FsCsvBlock *block, size_t n)
{
  block->n_rows -= n;
  for (size_t i = block->n_pieces; i-- > 0 && n > 0;)
    {
      FsCsvPiece *piece = &block->pieces[i];
      const size_t taken = n < piece->n_rows ? n : piece->n_rows;
      piece->n_rows -= taken;
      n -= taken;
    }
  for (size_t i = 1; i < block->n_pieces; i++)
    block->pieces[i].first_row = block->pieces[i - 1].first_row + block->pieces[i - 1].n_rows;
}

const FsCsvPiece *
fs_csv_block_find (const FsCsvBlock *block, size_t *row)
{
  size_t low = 0, high = block->n_pieces;
  while (high - low > 1)
    {
      const size_t middle = (low + high) / 2;
      if (block->pieces[middle].first_row <= *row)
        low = middle;
      else
        high = middle;
    }
  *row -= block->pieces[low].first_row;
  return &block->pieces[low];
}
