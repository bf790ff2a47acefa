/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Choosing several columns of the file (data.inputs): a button that says how many, with a
 * searchable list of check boxes that copes with hundreds of columns. Signal "edited" (char *text),
 * the names as the schema reads them. */

#include <gtk/gtk.h>
#include "engine/experiment/experiment.h"
#include "engine/series/frame.h"

G_BEGIN_DECLS

#define FS_TYPE_COLUMN_PICKER (fs_column_picker_get_type ())
G_DECLARE_FINAL_TYPE (FsColumnPicker, fs_column_picker, FS, COLUMN_PICKER, GtkWidget)

GtkWidget *fs_column_picker_new (const char *label);

/* The columns on offer (number columns but the known answers and `target`), and those chosen.
 * `frame` may be NULL: then only what is chosen is listed. */
void fs_column_picker_set (FsColumnPicker *picker,
                           const FsFrame *frame,
                           const char *target,
                           const char (*chosen)[FS_TEXT_SIZE],
                           size_t n_chosen);

G_END_DECLS
