/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One layer of the model or one step of the preparation, as a row: its main setting beside its
 * name, the other settings and the moving and removing inside. It also moves by Alt+Up and Alt+Down
 * while the focus is in it, and by being dragged (its list adds that). A step that is switched off, or
 * that learns from rows it is tested on, says so below its name. Signals: "edited" (char *path, char
 * *text), "move" (int by: −1 up, 1 down), "remove",
 * "opened" (for the first time: its rows are there now and want their values). */

#include <adwaita.h>
#include "engine/experiment/schema.h"
#include "engine/series/frame.h"

G_BEGIN_DECLS

#define FS_TYPE_ITEM_ROW (fs_item_row_get_type ())
G_DECLARE_FINAL_TYPE (FsItemRow, fs_item_row, FS, ITEM_ROW, AdwExpanderRow)

/* `index` of `n` in its list. */
GtkWidget *fs_item_row_new (const FsKind *kind, size_t index, size_t n);

/* The item's settings, in table order; the first that is a number or a choice becomes the main one. */
void fs_item_row_add (FsItemRow *row, const FsPlace *place);

/* Shows a value; FALSE if the path is not one of this row's. */
gboolean fs_item_row_sync (FsItemRow *row,
                           const FsPlace *place,
                           const FsExperiment *experiment,
                           const FsFrame *frame);
void fs_item_row_set_fact (FsItemRow *row, const char *fact);
/* FALSE if the path is not one of this row's. */
gboolean fs_item_row_set_error (FsItemRow *row, const char *path, const char *sentence);

G_END_DECLS
