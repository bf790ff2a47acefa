/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The first row of the panel: which file, what is in it, and a menu to take another (a file, or one
 * of the built-in series). It only names actions: win.open, win.open-data and, while a long file is
 * read, win.cancel-reading. */

#include <adwaita.h>
#include "engine/series/frame.h"

G_BEGIN_DECLS

#define FS_TYPE_SOURCE_ROW (fs_source_row_get_type ())
G_DECLARE_FINAL_TYPE (FsSourceRow, fs_source_row, FS, SOURCE_ROW, AdwActionRow)

GtkWidget *fs_source_row_new (void);
/* `problem` (NULL: none) stands in place of the facts about `frame` (NULL: being read). */
void fs_source_row_set (FsSourceRow *row,
                        const char *source,
                        const FsFrame *frame,
                        const char *problem);
/* How much of the file has been read (0 … 1); less than 0 once it is. */
void fs_source_row_set_reading (FsSourceRow *row, double share);

G_END_DECLS
