/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The Compare view: chosen runs on shared axes, in what they differ, and a table ranked by the best
 * epoch. Runs that train move along. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_COMPARE_VIEW (fs_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (FsCompareView, fs_compare_view, FS, COMPARE_VIEW, GtkWidget)

GtkWidget *fs_compare_view_new (FsSession *session);

G_END_DECLS
