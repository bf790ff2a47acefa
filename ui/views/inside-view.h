/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The Inside view: what the gates, states, gradients and weights of the shown run do, epoch by epoch,
 * one layer at a time. Four pages of two charts; below each chart stands whether it is healthy, the
 * range that would be, and what it means. A click on a chart chooses an epoch for all of them, and for
 * the picture of the gradient through time. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_INSIDE_VIEW (fs_inside_view_get_type ())
G_DECLARE_FINAL_TYPE (FsInsideView, fs_inside_view, FS, INSIDE_VIEW, GtkWidget)

GtkWidget *fs_inside_view_new (FsSession *session);

G_END_DECLS
