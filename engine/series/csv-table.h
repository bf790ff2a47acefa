/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The columns of a delimited text, gathered block by block. A column is taken for plain numbers, which
 * are read at once, until a cell is none; from then on its cells are kept as they are, because what
 * it holds is decided by all of them. Cells that went by before that, and those of numbers that may
 * be names (00501), are fetched by going through the text once more: fs_csv_table_lacks_cells(). */

#include <stdatomic.h>
#include "engine/series/csv-block.h"
#include "engine/series/csv-column.h"

typedef struct
{
  /* The cells of rows [first_row, first_row + n_cells). */
  bool is_kept;
  size_t first_row;
  FsCell *cells;
  size_t n_cells, cell_capacity;
  char *text; /* NULL: they lie in the whole text */
  size_t n_text, text_capacity;
  bool is_out_of_memory, is_too_large;

  atomic_bool is_odd; /* some cell is no plain number */
  atomic_size_t n_missing;
  bool has_text; /* some cell is not empty; found out for the last column alone */

  /* For fixed numbers of digits with leading zeros, and for words like "NA" alone. */
  bool can_be_names, has_other_words;
  size_t n_digits, n_zeros;
  char word[16];
} FsCsvColumn;

typedef struct
{
  FsCsvColumn *columns; /* [n_columns] */
  double **numbers;     /* [n_columns][row_capacity]; NULL once not plain */
  uint32_t *lines;      /* [row_capacity] */
  size_t n_columns, n_rows, row_capacity;
  bool copies_text; /* a block's text does not outlive it */
  const FsReadOptions *options;
} FsCsvTable;

FsStatus fs_csv_table_init (FsCsvTable *table,
                            size_t n_columns,
                            bool copies_text,
                            const FsReadOptions *options,
                            FsProblem *problem);

/* Adds the block's rows, of which the first stands `n_lines` below the file's. `share` is how much of
 * the text has been added with them (0 … 1), to foresee how much room the rest takes. */
FsStatus fs_csv_table_add (FsCsvTable *table,
                           const FsCsvBlock *block,
                           size_t n_lines,
                           double share,
                           FsProblem *problem);

/* After the last block: whether the text must be gone through again, and its blocks for that. */
bool fs_csv_table_lacks_cells (FsCsvTable *table);
FsStatus fs_csv_table_add_again (FsCsvTable *table, const FsCsvBlock *block, FsProblem *problem);

/* Types all columns, whose names are set; `grid` has what is common to them. */
FsStatus fs_csv_table_fill (FsCsvTable *table,
                            FsGrid *grid,
                            const char *name,
                            FsFrameBuilder *builder,
                            FsProblem *problem);
void fs_csv_table_clear (FsCsvTable *table);
