/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A table of made cells (cell-table.h) whose columns are made and typed one after the other: cells of
 * all columns at once would be many times a file of long series, whose rows each repeat what stands in
 * it once. The reader goes through its file as often as there are columns. */

#include "engine/series/cell-table.h"

/* Once all columns are named: rows, all from a line of the file. */
FsStatus fs_cell_columns_add_rows (FsCellTable *table, size_t line, size_t n);

/* Then for each column, in order: its cells from the first row to the last, and its type. With a
 * `source` without NULs, which stays the caller's, cells must lie in it; without one they are copied.
 * NULL is a cell that is missing. */
FsStatus fs_cell_columns_begin (FsCellTable *table, const char *source);
FsStatus fs_cell_columns_put (FsCellTable *table, const char *text, size_t length, size_t n_rows);
FsStatus fs_cell_columns_end (FsCellTable *table);

/* Or a column of dates, each of them written year first: seconds for all rows, which become the
 * table's. */
FsStatus fs_cell_columns_put_dates (FsCellTable *table, double *seconds);

/* Behind the last column; no row is a problem, before the first one too. */
FsStatus fs_cell_columns_finish (FsCellTable *table);
