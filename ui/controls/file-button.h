/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A button beside a setting that is a path: it opens the desktop's own dialog, and the file that is chosen
 * there is told by the signal "chosen" (path). Nothing is opened or read here. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define FS_TYPE_FILE_BUTTON (fs_file_button_get_type ())
G_DECLARE_FINAL_TYPE (FsFileButton, fs_file_button, FS, FILE_BUTTON, GtkWidget)

/* `label` names what the file is: "Word vectors". */
GtkWidget *fs_file_button_new (const char *label);

G_END_DECLS
