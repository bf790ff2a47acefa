/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Rows that are no data: the names repeated further down, a row of units below the names, sums and
 * notes at the end; and the empty column that a delimiter at the end of every line makes. All are
 * taken out of the grid and told with their lines, before the columns get their types. */

#include "engine/series/csv-column.h"

/* `header` has the cells of the names, *n_header of them (0: the file has no names); has_row_names as
 * in csv-sniff.h. */
void fs_csv_leave_out_odd_rows (FsGrid *grid,
                                const FsCell *header,
                                size_t *n_header,
                                bool has_row_names,
                                FsFrameBuilder *builder);
