/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The page of split and windows: which rows train, validate and test, where windows lie at the borders,
 * and the shape of the numbers at each stage from the file to the forecast. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_PREPARE_WINDOWS (fs_prepare_windows_get_type ())
G_DECLARE_FINAL_TYPE (FsPrepareWindows, fs_prepare_windows, FS, PREPARE_WINDOWS, GtkWidget)

GtkWidget *fs_prepare_windows_new (FsSession *session);

/* One stage of the way from the file to the forecast. */
typedef struct
{
  char *name;    /* "Scale" */
  char *shape;   /* "2,820 × 1" */
  char *meaning; /* "rows × columns" */
} FsStage;

void fs_stage_free (FsStage *stage);
/* The stages of an experiment with its prepared data: owned FsStages, in order. */
GPtrArray *fs_stages_of (const FsExperiment *experiment, const FsDataset *dataset);

G_END_DECLS
