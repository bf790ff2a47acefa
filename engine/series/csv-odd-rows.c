/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows that are no data; see csv-odd-rows.h. */

#include "engine/series/csv-odd-rows.h"

#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-kind.h"

/* Rows from whose cells it is seen what a column holds. */
#define N_PROBES 32

/* Fewer rows than this say nothing about what is odd among them. */
#define LEAST_ROWS 3

/* Notes and sums below a table. */
#define MAX_FOOTER_ROWS 5

static const FsCell *
row_cells (const FsGrid *grid, size_t row)
{
  return grid->cells + row * grid->n_columns;
}

static void
remove_rows (FsGrid *grid, size_t first, size_t n)
{
  const size_t after = grid->n_rows - first - n;
  memmove (grid->cells + first * grid->n_columns, grid->cells + (first + n) * grid->n_columns,
           after * grid->n_columns * sizeof *grid->cells);
  memmove (grid->lines + first, grid->lines + first + n, after * sizeof *grid->lines);
  grid->n_rows -= n;
}

/* ---- the column behind the last delimiter ---- */

static void
leave_out_last_column (FsGrid *grid,
                       const FsCell *header,
                       size_t *n_header,
                       FsFrameBuilder *builder)
{
  const size_t n = grid->n_columns;
  if (n < 2 || (*n_header >= n && fs_cell_length (header[n - 1]) > 0))
    return;
  for (size_t row = 0; row < grid->n_rows; row++)
    if (fs_cell_length (row_cells (grid, row)[n - 1]) > 0)
      return;
  for (size_t row = 1; row < grid->n_rows; row++)
    memmove (grid->cells + row * (n - 1), grid->cells + row * n, (n - 1) * sizeof *grid->cells);
  grid->n_columns = n - 1;
  if (*n_header > n - 1)
    *n_header = n - 1;
  fs_builder_decide (builder, "end of lines", "delimiter",
                     "nothing follows the last delimiter of any line");
}

/* ---- the names again ---- */

static bool
is_equal (const FsGrid *grid, FsCell left, FsCell right)
{
  const size_t length = fs_cell_length (left);
  return length == fs_cell_length (right)
         && memcmp (grid->text + left.start, grid->text + right.start, length) == 0;
}

static bool
repeats_names (const FsGrid *grid, size_t row, const FsCell *header, size_t n_header)
{
  const FsCell *cells = row_cells (grid, row);
  for (size_t i = 0; i < n_header; i++)
    if (!is_equal (grid, cells[i], header[i]))
      return false;
  return true;
}

static void
leave_out_names (FsGrid *grid, const FsCell *header, size_t n_header, FsFrameBuilder *builder)
{
  size_t n_kept = 0, n_repeated = 0, first_line = 0;
  if (n_header < 2) /* a single word may well occur below itself */
    return;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      if (repeats_names (grid, row, header, n_header))
        {
          if (n_repeated++ == 0)
            first_line = grid->lines[row];
          continue;
        }
      if (n_kept != row)
        {
          memcpy (grid->cells + n_kept * grid->n_columns, row_cells (grid, row),
                  grid->n_columns * sizeof *grid->cells);
          grid->lines[n_kept] = grid->lines[row];
        }
      n_kept++;
    }
  grid->n_rows = n_kept;
  if (n_repeated > 0)
    fs_builder_warn (builder, first_line,
                     "%zu %s the names of the columns again and %s left out, the first here",
                     n_repeated, n_repeated == 1 ? "row has" : "rows have",
                     n_repeated == 1 ? "is" : "are");
}

/* ---- units and footers: words where the column has values ---- */

/* Whether the cells of the column are numbers or dates in (nearly) all rows of [from, to) that are
 * looked at. */
static bool
is_typed (const FsGrid *grid, size_t column, size_t from, size_t to)
{
  size_t n_typed = 0, n_words = 0;
  const size_t step = (to - from) / N_PROBES + 1;
  for (size_t row = from; row < to; row += step)
    {
      FsCellKind kind = fs_cell_kind (grid->text, row_cells (grid, row)[column]);
      n_typed += kind == FS_CELL_IS_NUMBER || kind == FS_CELL_IS_DATE;
      n_words += kind == FS_CELL_IS_WORD;
    }
  return n_typed >= 2 && n_words * 20 <= n_typed;
}

/* The row below the names: words above values, in two columns or more and nowhere a value. */
static void
leave_out_units (FsGrid *grid, size_t n_header, FsFrameBuilder *builder)
{
  const FsCell *cells = grid->cells;
  size_t n_words = 0, n_typed = 0, shown = 0;
  if (n_header == 0 || grid->n_rows < LEAST_ROWS)
    return;
  for (size_t i = 0; i < grid->n_columns; i++)
    {
      FsCellKind kind = fs_cell_kind (grid->text, cells[i]);
      if (kind == FS_CELL_IS_NUMBER || kind == FS_CELL_IS_DATE)
        return;
      if (!is_typed (grid, i, 1, grid->n_rows))
        continue;
      n_typed++;
      if (kind == FS_CELL_IS_WORD && n_words++ == 0)
        shown = i;
    }
  if (n_typed < 2 || n_words == 0)
    return;
  const size_t length = fs_cell_length (cells[shown]);
  fs_builder_warn (
      builder, grid->lines[0],
      "the row below the names has words above numbers (\u201c%.*s\u201d), as units are "
      "given, and is left out",
      (int) (length < 24 ? length : 24), grid->text + cells[shown].start);
  remove_rows (grid, 0, 1);
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
is_footer (const FsGrid *grid, size_t row)
{
  const FsCell *cells = row_cells (grid, row);
  const char *text = grid->text + cells[0].start;
  const size_t length = fs_cell_length (cells[0]);
  bool is_alone = grid->n_columns > 1;
  if (fs_cell_kind (grid->text, cells[0]) != FS_CELL_IS_WORD || !has_letters (text, length, 3))
    return false;
  for (size_t i = 1; i < grid->n_columns && is_alone; i++)
    is_alone = fs_cell_length (cells[i]) == 0;
  return is_alone || begins_like_a_sum (text, length);
}

static void
leave_out_footer (FsGrid *grid, FsFrameBuilder *builder)
{
  size_t n = 0;
  while (n < MAX_FOOTER_ROWS && n + LEAST_ROWS <= grid->n_rows
         && is_footer (grid, grid->n_rows - n - 1))
    n++;
  if (n == 0 || !is_typed (grid, 0, 0, grid->n_rows - n))
    return;
  const size_t first = grid->n_rows - n;
  const FsCell cell = row_cells (grid, first)[0];
  const size_t length = fs_cell_length (cell);
  fs_builder_warn (builder, grid->lines[first],
                   "the last %s no data (\u201c%.*s\u201d) and %s left out",
                   n == 1 ? "row is" : "rows are", (int) (length < 40 ? length : 40),
                   grid->text + cell.start, n == 1 ? "is" : "are");
  remove_rows (grid, first, n);
}

void
fs_csv_leave_out_odd_rows (FsGrid *grid,
                           const FsCell *header,
                           size_t *n_header,
                           bool has_row_names,
                           FsFrameBuilder *builder)
{
  if (grid->n_rows == 0)
    return;
  if (!has_row_names)
    {
      leave_out_last_column (grid, header, n_header, builder);
      leave_out_names (grid, header, *n_header, builder);
    }
  if (grid->n_rows == 0)
    return;
  leave_out_units (grid, *n_header, builder);
  leave_out_footer (grid, builder);
}
