/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The Watch view: the verdict in words, the loss, the epoch slider, the forecast. Both charts show
 * the same run at the same epoch. Reads the session, draws from its snapshots alone. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_WATCH_VIEW (fs_watch_view_get_type ())
G_DECLARE_FINAL_TYPE (FsWatchView, fs_watch_view, FS, WATCH_VIEW, GtkWidget)

GtkWidget *fs_watch_view_new (FsSession *session);
void fs_watch_view_play (FsWatchView *view);
void fs_watch_view_move_epoch (FsWatchView *view, int by);

G_END_DECLS
