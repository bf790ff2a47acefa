/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The strip of runs: the current one first, then those that are pinned, then the others, newest first,
 * of this window and of earlier days. A click shows a run again, for reading. Nothing leaves the strip
 * unless somebody deletes it. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_RUN_STRIP (fs_run_strip_get_type ())
G_DECLARE_FINAL_TYPE (FsRunStrip, fs_run_strip, FS, RUN_STRIP, GtkWidget)

GtkWidget *fs_run_strip_new (FsSession *session);

/* Tiles that are there, whether there will be more, and how often one was told of its run. */
guint fs_run_strip_get_n_tiles (FsRunStrip *strip);
guint fs_run_strip_get_n_filled (FsRunStrip *strip);
gboolean fs_run_strip_is_complete (FsRunStrip *strip);

G_END_DECLS
