/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row of the experiment panel: the setting's label, a fact or an error below it, its control. The
 * help, what is allowed, and what PyTorch and Keras call it are its tooltip. Signal "edited" (char
 * *path, char *text). */

#include <adwaita.h>
#include "engine/experiment/schema.h"
#include "engine/series/frame.h"

G_BEGIN_DECLS

#define FS_TYPE_SETTING_ROW (fs_setting_row_get_type ())
G_DECLARE_FINAL_TYPE (FsSettingRow, fs_setting_row, FS, SETTING_ROW, AdwActionRow)

GtkWidget *fs_setting_row_new (const char *path, const FsSetting *setting);

/* A flat button before the control, for something that finds a value for it. */
void fs_setting_row_add_button (FsSettingRow *row,
                                const char *icon,
                                const char *label,
                                const char *action);

const char *fs_setting_row_get_path (FsSettingRow *row);
void fs_setting_row_sync (FsSettingRow *row,
                          const FsPlace *place,
                          const FsExperiment *experiment,
                          const FsFrame *frame);
/* Below the label: a fact, or in its place what is wrong (NULL: nothing). */
void fs_setting_row_set_fact (FsSettingRow *row, const char *fact);
void fs_setting_row_set_error (FsSettingRow *row, const char *sentence);

/* Help, range and foreign names of a setting, for its tooltip. Transfer full. */
char *fs_setting_row_describe (const FsSetting *setting);

G_END_DECLS
