/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Over the text that a network writes: the words it begins with, and how daring it is. Both are settings of
 * the experiment (text.prompt, text.temperature) that act at once on what is shown and never on what is
 * trained. Words that the vocabulary has not are named below. */

#include "ui/session.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define FS_TYPE_SAMPLE_ROW (fs_sample_row_get_type ())
G_DECLARE_FINAL_TYPE (FsSampleRow, fs_sample_row, FS, SAMPLE_ROW, GtkWidget)

GtkWidget *fs_sample_row_new (FsSession *session);

/* The sentence below, "" if every word is known. */
const char *fs_sample_row_get_note (FsSampleRow *row);

G_END_DECLS
