/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The strip of this session's runs: newest first, the current one framed, each with its curves in
 * small, its name and its best value. A click shows that run again, for reading. Nothing leaves the
 * strip while the window is open. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_RUN_STRIP (fs_run_strip_get_type ())
G_DECLARE_FINAL_TYPE (FsRunStrip, fs_run_strip, FS, RUN_STRIP, GtkWidget)

GtkWidget *fs_run_strip_new (FsSession *session);

G_END_DECLS
