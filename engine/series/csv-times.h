/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The times of a table once its columns have types: a date and a time of day in neighbouring columns
 * become one, year, month and day in columns of their own become a date beside them; then every date
 * column is looked through for steps back, repeated times and gaps. */

#include "engine/series/csv-column.h"

/* False without memory. */
bool fs_csv_settle_times (const FsGrid *grid, FsFrameBuilder *builder);
