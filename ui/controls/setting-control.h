/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The control of one setting, by the type its schema row says: number field, drop-down, switch,
 * text entry, or a picker where the text is the name of a column. It shows what it is told and says
 * what the user did, as the text that --set would take: signal "edited" (char *text). */

#include <gtk/gtk.h>
#include "engine/experiment/schema.h"
#include "engine/series/frame.h"

G_BEGIN_DECLS

#define FS_TYPE_SETTING_CONTROL (fs_setting_control_get_type ())
G_DECLARE_FINAL_TYPE (FsSettingControl, fs_setting_control, FS, SETTING_CONTROL, GtkWidget)

GtkWidget *fs_setting_control_new (const FsSetting *setting);

/* Shows the value at `place` (of the same row) and forgets an error. `experiment` and `frame` serve
 * the pickers of columns; `frame` may be NULL. */
void fs_setting_control_sync (FsSettingControl *control,
                              const FsPlace *place,
                              const FsExperiment *experiment,
                              const FsFrame *frame);
void fs_setting_control_set_is_wrong (FsSettingControl *control, gboolean is_wrong);

const FsSetting *fs_setting_control_get_setting (FsSettingControl *control);

/* FALSE for a choice that leaves no choice: it needs no control. */
gboolean fs_setting_control_is_needed (const FsSetting *setting);

/* Gives every widget below `widget` that takes the focus and has no words of its own an accessible
 * name. */
void fs_controls_name_focusables (GtkWidget *widget, const char *label);

G_END_DECLS
