/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The steps of the preparation as a row of chips in the order of the data: one is selected, and can be
 * moved (by dragging, or with buttons), removed, and joined by others. It edits the session's
 * experiment. Signal "selected" (uint step). */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_STEP_CHIPS (fs_step_chips_get_type ())
G_DECLARE_FINAL_TYPE (FsStepChips, fs_step_chips, FS, STEP_CHIPS, GtkWidget)

GtkWidget *fs_step_chips_new (FsSession *session);
guint fs_step_chips_get_selected (FsStepChips *chips); /* 0 where there is no step */
void fs_step_chips_select (FsStepChips *chips, guint step);

G_END_DECLS
