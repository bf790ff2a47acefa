/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The rows of the table by their part, with the gaps that nobody aims for, and below them the windows
 * on both sides of each border, row by row: what they look at, what they aim for, and in red those that
 * share rows with another part. Says itself in words through its accessible description. */

#include <gtk/gtk.h>
#include "engine/prepare/geometry.h"

G_BEGIN_DECLS

#define FS_TYPE_WINDOW_PICTURE (fs_window_picture_get_type ())
G_DECLARE_FINAL_TYPE (FsWindowPicture, fs_window_picture, FS, WINDOW_PICTURE, GtkWidget)

GtkWidget *fs_window_picture_new (void);

/* Copies what it needs; a dataset of NULL shows nothing. `experiment` is the dataset's. */
void fs_window_picture_set (FsWindowPicture *picture,
                            const FsDataset *dataset,
                            const FsExperiment *experiment);

/* What the picture shows, in words, and in one sentence whether windows cross a border; *is_fair: nothing
 * of it makes scores look better than they are. Pure; transfer full. */
char *fs_window_picture_describe (const FsDataset *dataset, const FsExperiment *experiment);
char *fs_window_picture_judge (const FsDataset *dataset,
                               const FsExperiment *experiment,
                               gboolean *is_fair);

G_END_DECLS
