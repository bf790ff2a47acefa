/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The button beside the epoch slider: go on from that epoch with one setting changed. Its popover asks
 * which setting and to what, and begins the branch through the action "win.try", so that original and
 * branch stand on the same axes. */

#include "ui/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define FS_TYPE_BRANCH_BUTTON (fs_branch_button_get_type ())
G_DECLARE_FINAL_TYPE (FsBranchButton, fs_branch_button, FS, BRANCH_BUTTON, GtkWidget)

GtkWidget *fs_branch_button_new (FsSession *session);

/* From which epoch: 0 = the newest. An open popover keeps the one that it was opened with. */
void fs_branch_button_set_epoch (FsBranchButton *button, guint epoch);

G_END_DECLS
