/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A picture of the split: training, gap, validation, gap, test, as long as their shares of the
 * rows. Says itself in words through its accessible label. */

#include <gtk/gtk.h>
#include "engine/lab/run.h"

G_BEGIN_DECLS

#define FS_TYPE_SPLIT_BAR (fs_split_bar_get_type ())
G_DECLARE_FINAL_TYPE (FsSplitBar, fs_split_bar, FS, SPLIT_BAR, GtkWidget)

GtkWidget *fs_split_bar_new (void);

/* Shares of the experiment, with the gap of the prepared data; `dataset` may be NULL (no gap). */
void fs_split_bar_set (FsSplitBar *bar, const FsExperiment *experiment, const FsDataset *dataset);

G_END_DECLS
