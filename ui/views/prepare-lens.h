/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The lens: the steps of the preparation, the settings of the selected one, and what it does to a
 * column - series, histogram and autocorrelation before and after, following each edit at once. It
 * looks on a thread of its own (engine/lab/lens-worker.h), so that a million rows do not hold up the
 * window; the main thread only draws a few thousand points. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_PREPARE_LENS (fs_prepare_lens_get_type ())
G_DECLARE_FINAL_TYPE (FsPrepareLens, fs_prepare_lens, FS, PREPARE_LENS, GtkWidget)

GtkWidget *fs_prepare_lens_new (FsSession *session);

/* For tests and measurements: how many answers have been shown, and how long the last one took. */
guint fs_prepare_lens_get_n_shown (FsPrepareLens *lens);
double fs_prepare_lens_get_look_seconds (FsPrepareLens *lens); /* of the answer on show */

G_END_DECLS
