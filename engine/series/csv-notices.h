/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is worth telling about a table that was read without fault: numbers that probably mean "no
 * value", columns that are copies of each other, a last row that was cut off, a table that lies on
 * its side. Nothing is changed; a person decides. */

#include "engine/series/csv-column.h"

/* About one column, once it is typed. */
void fs_csv_notice_sentinels (const FsGrid *grid, const FsColumn *column, FsFrameBuilder *builder);

/* About the whole table, once all columns are. */
void fs_csv_notice_table (const FsGrid *grid, bool has_last_line_end, FsFrameBuilder *builder);
