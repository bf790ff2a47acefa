/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows that are no data; see csv-odd-rows.h. */

#include "engine/series/csv-odd-rows.h"

#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/csv-kind.h"

/* Rows from whose cells it is seen what a column holds. */
#define N_PROBES 32

/* Fewer rows than this say nothing about what is odd among them. */
#define LEAST_ROWS 3

/* Notes and sums below a table. */
#define MAX_FOOTER_ROWS 5

static FsCell
cell_at (const FsCsvBlock *block, size_t row, size_t column)
{
  const FsCsvPiece *piece = fs_csv_block_find (block, &row);
  return fs_csv_piece_cell (piece, row, column);
}

static size_t
line_of (const FsCsvBlock *block, size_t row)
{
  const FsCsvPiece *piece = fs_csv_block_find (block, &row);
  return piece->first_line + piece->lines[row];
}

/* ---- units and footers: words where the column has values ---- */

/* Whether the cells of the column are numbers or dates in (nearly) all rows of [from, to) that are
 * looked at. */
static bool
is_typed (const FsCsvBlock *block, size_t column, size_t from, size_t to)
{
  size_t n_typed = 0, n_words = 0;
  const size_t step = (to - from) / N_PROBES + 1;
  for (size_t row = from; row < to; row += step)
    {
      FsCellKind kind = fs_cell_kind (block->text, cell_at (block, row, column));
      n_typed += kind == FS_CELL_IS_NUMBER || kind == FS_CELL_IS_DATE;
      n_words += kind == FS_CELL_IS_WORD;
    }
  return n_typed >= 2 && n_words * 20 <= n_typed;
}

/* The row below the names: words above values, in two columns or more and nowhere a value. */
bool
fs_csv_leave_out_units (FsCsvBlock *block,
                        size_t n_columns,
                        size_t n_lines,
                        FsFrameBuilder *builder)
{
  size_t n_words = 0, n_typed = 0, shown = 0;
  if (block->n_rows < LEAST_ROWS)
    return false;
  for (size_t i = 0; i < n_columns; i++)
    {
      FsCellKind kind = fs_cell_kind (block->text, cell_at (block, 0, i));
      if (kind == FS_CELL_IS_NUMBER || kind == FS_CELL_IS_DATE)
        return false;
      if (!is_typed (block, i, 1, block->n_rows))
        continue;
      n_typed++;
      if (kind == FS_CELL_IS_WORD && n_words++ == 0)
        shown = i;
    }
  if (n_typed < 2 || n_words == 0)
    return false;
  const FsCell cell = cell_at (block, 0, shown);
  const size_t length = fs_cell_length (cell);
  fs_builder_warn (
      builder, n_lines + line_of (block, 0),
      "the row below the names has words above numbers (\u201c%.*s\u201d), as units are "
      "given, and is left out",
      (int) (length < 24 ? length : 24), block->text + cell.start);
  fs_csv_block_drop_first (block);
  return true;
}

static bool
has_letters (const char *text, size_t length, size_t least)
{
  size_t n = 0;
  for (size_t i = 0; i < length; i++)
    n += (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z';
  return n >= least;
}

/* "Total", "Sum", "Summe", "Average", … in any case, at the beginning of the cell. */
static bool
begins_like_a_sum (const char *text, size_t length)
{
  static const char *const words[] = { "total",  "sum",   "average", "mean",   "gesamt",
                                       "mittel", "somme", "grand",   "median", "moyenne" };
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    {
      size_t n = strlen (words[i]), k = 0;
      while (k < n && k < length && (text[k] | 0x20) == words[i][k])
        k++;
      if (k == n)
        return true;
    }
  return false;
}

/* A row whose first cell is a word where that column has values, and that has nothing else or begins
 * like a sum. */
static bool
is_footer (const FsCsvBlock *block, size_t row, size_t n_columns)
{
  const FsCell first = cell_at (block, row, 0);
  const char *text = block->text + first.start;
  const size_t length = fs_cell_length (first);
  bool is_alone = n_columns > 1;
  if (fs_cell_kind (block->text, first) != FS_CELL_IS_WORD || !has_letters (text, length, 3))
    return false;
  for (size_t i = 1; i < n_columns && is_alone; i++)
    is_alone = fs_cell_length (cell_at (block, row, i)) == 0;
  return is_alone || begins_like_a_sum (text, length);
}

void
fs_csv_leave_out_footer (FsCsvBlock *block,
                         size_t n_columns,
                         size_t n_lines,
                         FsFrameBuilder *builder)
{
  size_t n = 0;
  while (n < MAX_FOOTER_ROWS && n + LEAST_ROWS <= block->n_rows
         && is_footer (block, block->n_rows - n - 1, n_columns))
    n++;
  if (n == 0 || !is_typed (block, 0, 0, block->n_rows - n))
    return;
  const size_t first = block->n_rows - n;
  const FsCell cell = cell_at (block, first, 0);
  const size_t length = fs_cell_length (cell);
  fs_builder_warn (builder, n_lines + line_of (block, first),
                   n == 1
                       ? FS_WORDS ("the last row is no data (\u201c%.*s\u201d) and is left out")
                       : FS_WORDS ("the last rows are no data (\u201c%.*s\u201d) and are left out"),
                   (int) (length < 40 ? length : 40), block->text + cell.start);
  fs_csv_block_drop_last (block, n);
}
