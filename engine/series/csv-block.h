/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A stretch of a delimited text cut into rows and cells. A long text goes through one block after the
 * other, so that the places of its cells never all lie in memory; within a block several threads cut
 * a piece each. Pieces end with a line, which ends a row wherever the stretch has no quote; a stretch
 * with quotes is one piece. A row keeps the cells that it has: a short row costs nothing. */

#include "engine/base/pool.h"
#include "engine/series/csv-scan.h"

/* Rows of another length that get a sentence of their own. */
#define FS_CSV_MAX_TOLD_ROWS 5

typedef struct
{
  size_t line, n_cells;
} FsCsvOddRow;

typedef struct
{
  FsCell *cells;    /* [starts[n_rows]], places in the block's text */
  uint32_t *starts; /* [n_rows + 1]: the first cell of each row */
  uint32_t *lines;  /* [n_rows], from first_line on */
  size_t n_rows, row_capacity, cell_capacity;
  size_t begin, end;            /* bytes of the text */
  size_t first_row, first_line; /* of the table, of the file */
  size_t n_lines;

  size_t n_short, n_long, n_absent; /* rows, rows, cells that short rows lack */
  FsCsvOddRow short_rows[FS_CSV_MAX_TOLD_ROWS], long_rows[FS_CSV_MAX_TOLD_ROWS];
  size_t n_repeated, repeated_line; /* rows that are the names again, and the first of them */
  FsScanner scanner;                /* what it saw on its way */
  bool is_out_of_memory;
} FsCsvPiece;

/* How rows are cut; the same for all blocks of a text. */
typedef struct
{
  FsDialect dialect;
  size_t n_columns;
  const char *missing; /* cells of this word are empty; "" = none */
  const char *names;   /* rows of exactly these cells are left out; */
  const FsCell *name_cells;
  size_t n_names;  /* 0 = no such rows */
  size_t max_rows; /* of this block; 0 = all */
  FsPool *pool;    /* may be NULL */
} FsCsvCutting;

typedef struct
{
  const char *text;
  FsCsvPiece *pieces; /* n_pieces are in use, the others keep their memory */
  size_t n_pieces, capacity;
  size_t n_rows, n_lines;
  size_t end; /* of the text that was cut */
} FsCsvBlock;

/* Cuts text[begin … end). Where more text follows (`is_partial`), that ends with a line, and a row
 * whose quotes go on behind it is left for the next block. False without memory. */
bool fs_csv_block_cut (FsCsvBlock *block,
                       const FsCsvCutting *cutting,
                       const char *text,
                       size_t begin,
                       size_t end,
                       bool is_partial);
void fs_csv_block_clear (FsCsvBlock *block);

/* Where lines of text[begin … end) end for certain: behind its last line end; `begin` if none does. */
size_t fs_csv_block_whole_lines (const char *text, size_t begin, size_t end);

/* Leaves out rows at an end of the block. */
void fs_csv_block_drop_first (FsCsvBlock *block);
void fs_csv_block_drop_last (FsCsvBlock *block, size_t n);

static inline size_t
fs_csv_piece_n_cells (const FsCsvPiece *piece, size_t row)
{
  return piece->starts[row + 1] - piece->starts[row];
}

/* Absent cells are empty. */
static inline FsCell
fs_csv_piece_cell (const FsCsvPiece *piece, size_t row, size_t column)
{
  const size_t at = piece->starts[row] + column;
  return at < piece->starts[row + 1] ? piece->cells[at] : (FsCell){ 0, 0 };
}

/* Which piece has a row of the block; *row becomes the row of the piece. */
const FsCsvPiece *fs_csv_block_find (const FsCsvBlock *block, size_t *row);
