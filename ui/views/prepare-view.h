/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The Prepare view: how the file becomes what the network sees, in pages from left to right as the
 * data flows. Each page is a widget of its own (prepare-*.c) that reads the session for itself. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_PREPARE_VIEW (fs_prepare_view_get_type ())
G_DECLARE_FINAL_TYPE (FsPrepareView, fs_prepare_view, FS, PREPARE_VIEW, GtkWidget)

GtkWidget *fs_prepare_view_new (FsSession *session);

G_END_DECLS
