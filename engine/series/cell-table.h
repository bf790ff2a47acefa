/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Cells that do not lie in a text but are made: JSON values, rows of a database, values of a format
 * with rules of its own. Once complete, the table is typed as a delimited text is. */

#include "engine/series/csv-column.h"

typedef struct
{
  const char *name; /* for messages */
  FsFrameBuilder *builder;
  const FsReadOptions *options;
  FsProblem *problem;
  FsGrid grid; /* grid.text is `text` */
  char *text;
  size_t n_text, text_capacity, row_capacity, most_cells;
  size_t n_put; /* of cell-columns.h: rows that have their cell of the column */
} FsCellTable;

/* `name` and the options stay the caller's. `n_source` is the size of what the table is made of: a
 * few bytes that stand for millions of empty cells are refused. */
void fs_cell_table_init (FsCellTable *table,
                         const char *name,
                         size_t n_source,
                         FsFrameBuilder *builder,
                         const FsReadOptions *options,
                         FsProblem *problem);

/* First all columns, in order, at most FS_MAX_TABLE_COLUMNS; `length` bytes of a name, "" = "column 3". */
#define FS_MAX_TABLE_COLUMNS 4096
FsStatus fs_cell_table_add_column (FsCellTable *table, const char *name, size_t length);

/* Then rows: empty cells from a line of the file (0 = none), and what is in them. A text that is
 * present but empty is a value, an absent one is missing. NULs become blanks. */
FsStatus fs_cell_table_add_row (FsCellTable *table, size_t line);
FsStatus fs_cell_table_put (FsCellTable *table, size_t column, const char *text, size_t length);

/* Whether the table may have `n` rows more. */
FsStatus fs_cell_table_check_size (const FsCellTable *table, size_t line, size_t n);

/* Types the columns; no row is a problem. */
FsStatus fs_cell_table_finish (FsCellTable *table);
void fs_cell_table_clear (FsCellTable *table);
