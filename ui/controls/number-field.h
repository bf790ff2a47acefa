/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A number of the schema: an entry with − and + buttons, or with a slider where the setting acts
 * while training and has a natural middle. It steps as the row says (by adding, or by factors on a
 * log scale), knows the row's word ("auto", "never"), and never judges: whatever is typed goes out
 * as text through "edited", and the schema answers. It shows numbers and words in the person's
 * language and sends them out as files hold them. A GtkSpinButton has a fixed number of digits and
 * knows no factors. */

#include <gtk/gtk.h>
#include "engine/experiment/schema.h"

G_BEGIN_DECLS

#define FS_TYPE_NUMBER_FIELD (fs_number_field_get_type ())
G_DECLARE_FINAL_TYPE (FsNumberField, fs_number_field, FS, NUMBER_FIELD, GtkWidget)

/* `setting` is a row of a constant table. Signal "edited" (char *text). */
GtkWidget *fs_number_field_new (const FsSetting *setting);

void fs_number_field_set_value (FsNumberField *field, double value, const char *text);
/* Frames the entry as wrong; setting a value clears it. */
void fs_number_field_set_is_wrong (FsNumberField *field, gboolean is_wrong);

/* One press of + (direction 1) or − (−1) from `value`, inside the row's range; pure. */
double fs_number_field_step (const FsSetting *setting, double value, int direction);
/* Between a value and its place on a slider (0 … 1); pure. The slider of a log setting spans three
 * decades on each side of the default. */
double fs_number_field_to_slider (const FsSetting *setting, double value);
double fs_number_field_from_slider (const FsSetting *setting, double place);

/* A value as files hold it, in the person's language, and back; pure. */
char *fs_number_field_show (const FsSetting *setting, const char *text);
char *fs_number_field_read (const FsSetting *setting, const char *shown);

G_END_DECLS
