/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A table of an SQLite database into a frame. The database is opened for reading alone, its pages are
 * read and not mapped, and nothing in it is believed: a view that never ends is cut off. data.table
 * names the table or view; without it the table of the most rows is taken, and all are told. */

#include <stdbool.h>
#include "engine/series/read.h"

/* Whether the file begins like a database. False of what cannot be read. */
bool fs_sqlite_table_is (const char *path);

FsStatus fs_sqlite_table_read (FsFrame **frame,
                               const char *path,
                               const FsReadOptions *options,
                               FsProblem *problem);
