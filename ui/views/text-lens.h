/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What preparation does to texts: the stages with their shapes, how long the texts are and where they are cut,
 * words as numbers, the vocabulary, training texts beside what the steps that vary make of them, and nearest
 * words. It shows the data set that the session has prepared, whenever there is another. Main thread. */

#include <gtk/gtk.h>
#include "ui/chart/chart-plot.h"
#include "engine/prepare/text-profile.h"
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_TEXT_LENS (fs_text_lens_get_type ())
G_DECLARE_FINAL_TYPE (FsTextLens, fs_text_lens, FS, TEXT_LENS, GtkWidget)

GtkWidget *fs_text_lens_new (FsSession *session);

/* How many texts have how many words, and the length that all are cut or padded to; and the same as a
 * sentence. Pure functions. */
FsPlot *fs_text_lens_lengths_plot (const FsTextProfile *profile, size_t length);
char *fs_text_lens_describe_lengths (const FsTextProfile *profile, const FsDataset *dataset);

G_END_DECLS
