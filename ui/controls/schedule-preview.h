/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The learning rate over the run that is planned, as a row below the schedule's choice: the numbers that
 * the trainer will use, drawn before it begins. It hides where there is no schedule. */

#include <adwaita.h>
#include "engine/prepare/dataset.h"
#include "ui/chart/chart-plot.h"

G_BEGIN_DECLS

#define FS_TYPE_SCHEDULE_PREVIEW (fs_schedule_preview_get_type ())
G_DECLARE_FINAL_TYPE (FsSchedulePreview,
                      fs_schedule_preview,
                      FS,
                      SCHEDULE_PREVIEW,
                      AdwPreferencesRow)

GtkWidget *fs_schedule_preview_new (void);

/* `dataset` may be NULL: how many batches an epoch has is not known yet. */
void fs_schedule_preview_set (FsSchedulePreview *preview,
                              const FsExperiment *experiment,
                              const FsDataset *dataset);

/* What it draws and says, for a run of so many batches an epoch. Transfer full, both. */
FsPlot *fs_schedule_preview_plot (const FsExperiment *experiment, gsize steps_per_epoch);
char *fs_schedule_preview_describe (const FsExperiment *experiment, gsize steps_per_epoch);

G_END_DECLS
