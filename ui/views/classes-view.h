/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How a classifier errs: the confusion matrix beside the examples whose errors are the loudest. A press on
 * an example shows all of it, the text or the sequence. */

#include <gtk/gtk.h>
#include "engine/lab/run.h"

G_BEGIN_DECLS

#define FS_TYPE_CLASSES_VIEW (fs_classes_view_get_type ())
G_DECLARE_FINAL_TYPE (FsClassesView, fs_classes_view, FS, CLASSES_VIEW, GtkWidget)

GtkWidget *fs_classes_view_new (void);

/* Of the validation part, the training part where there is none, or, if it is shown, the test part. Keeps a
 * reference. `title_end_px` stays free at the end of the title. */
void fs_classes_view_show (FsClassesView *view,
                           const FsSnapshot *snapshot,
                           gboolean shows_test,
                           int title_end_px);

G_END_DECLS
