/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which part each row of one series belongs to. Parts that lie one behind the other are told by where
 * they end (part_ends); where they do not, each row of the table has its part (FsTable.parts). How
 * sequences and texts are shared out is in dataset-parts.c. Private to prepare/.
 *
 * A row belongs to the part of the window that aims for it, of several that do to that of the newest,
 * whose first target is nearest; a row that none aims for is one of training, whose windows may look at
 * it. So a window's part is that of its first target row, under every method. */

#include "engine/prepare/dataset.h"

/* The place of one part's last thing, and one more, when `place` lies among things shared out so. */
FsPart fs_part_of_place (const size_t ends[FS_N_PARTS], size_t place);

/* As fs_split_borders(), to the nearest whole thing, where they are drawn by lot. */
void fs_split_borders_of_lot (const FsExperiment *experiment, size_t n, size_t ends[FS_N_PARTS]);

/* What a cell of a column of parts says; false if it is none of the words for a part. */
bool fs_part_read (const char *word, FsPart *part);
FsStatus fs_part_unreadable (const char *column, const char *word, size_t row, FsProblem *problem);

/* The name of the column that the split asks for parts or groups; NULL = it asks none. */
const char *fs_split_column_name (const FsExperiment *experiment);

/* The column that split.column names. */
FsStatus fs_split_column (const FsColumn **column,
                          const FsFrame *frame,
                          const FsExperiment *experiment,
                          FsProblem *problem);

/* Writes the parts of a series into its table, where shares of its rows do not tell them: `order` has
 * the file's row at each place. */
FsStatus fs_split_series (FsTable *table,
                          const FsFrame *frame,
                          const uint32_t *order,
                          const FsExperiment *experiment,
                          FsProblem *problem);

/* Rows that lie together in one part. Begins with *end = 0; false at the end of the table. */
typedef struct
{
  FsPart part;
  size_t begin, end;
} FsSegment;
bool fs_table_next_segment (const FsTable *table,
                            const size_t part_ends[FS_N_PARTS],
                            FsSegment *segment);

/* The training rows of a table whose parts are scattered, as a table of their own, and which they are
 * (to be freed); NULL without memory. */
FsTable *fs_table_training_rows (const FsTable *table, uint32_t **rows);
