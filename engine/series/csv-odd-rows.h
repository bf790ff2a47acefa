/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Rows that are no data: a row of units below the names, in the first block of a text, and sums and
 * notes at its end, in the last. They are taken out of the block and told with their lines, before
 * the columns get their types. (Names that are repeated further down are left out in cutting.) */

#include "engine/series/csv-block.h"
#include "engine/series/frame-build.h"

/* `n_lines` of the file stand before the block. */
bool fs_csv_leave_out_units (FsCsvBlock *block,
                             size_t n_columns,
                             size_t n_lines,
                             FsFrameBuilder *builder);
void fs_csv_leave_out_footer (FsCsvBlock *block,
                              size_t n_columns,
                              size_t n_lines,
                              FsFrameBuilder *builder);
