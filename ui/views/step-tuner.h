/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The settings of one step where its pictures are: each with its control, numbers with a slider to drag
 * besides. Generated from the schema's rows for steps; edits go to the session. */

#include <gtk/gtk.h>
#include "engine/experiment/schema.h"
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_STEP_TUNER (fs_step_tuner_get_type ())
G_DECLARE_FINAL_TYPE (FsStepTuner, fs_step_tuner, FS, STEP_TUNER, GtkWidget)

GtkWidget *fs_step_tuner_new (FsSession *session);

/* Shows step `step` of the session's experiment; beyond the last, nothing. */
void fs_step_tuner_show (FsStepTuner *tuner, guint step);

/* Where a slider of this setting begins and ends around `value`; pure. A setting that may be anything
 * up to a million is dragged through the neighbourhood of its default. */
void fs_step_tuner_range (const FsSetting *setting, double value, double *low, double *high);

G_END_DECLS
