/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One run in the strip: its curves in small, its name, its best value and its verdict. A button; what a
 * press means, and the menu, are the window's actions with the run's number. */

#include <gtk/gtk.h>
#include "engine/lab/store-record.h"

G_BEGIN_DECLS

#define FS_TYPE_RUN_TILE (fs_run_tile_get_type ())
G_DECLARE_FINAL_TYPE (FsRunTile, fs_run_tile, FS, RUN_TILE, GtkWidget)

GtkWidget *fs_run_tile_new (guint id);
guint fs_run_tile_get_id (FsRunTile *tile);

/* Draws anew only what changed. The current run is named so, and can be neither continued nor
 * deleted. */
void fs_run_tile_show (FsRunTile *tile,
                       const FsRunSummary *summary,
                       gboolean is_current,
                       gboolean can_continue);
void fs_run_tile_set_shown (FsRunTile *tile, gboolean is_shown);

/* The actions on a run, for a menu: transfer full. */
GMenuModel *fs_run_menu_new (guint id,
                             gboolean is_current,
                             gboolean is_pinned,
                             gboolean can_continue);

G_END_DECLS
