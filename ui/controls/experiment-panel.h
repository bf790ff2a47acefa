/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The left column: every setting of the session's experiment in the groups of the schema, generated
 * by walking its table, with the facts that follow from them. It edits through the session alone,
 * and shows what the session answers at the row that asked. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_EXPERIMENT_PANEL (fs_experiment_panel_get_type ())
G_DECLARE_FINAL_TYPE (FsExperimentPanel, fs_experiment_panel, FS, EXPERIMENT_PANEL, GtkWidget)

GtkWidget *fs_experiment_panel_new (FsSession *session);

/* The row or item row of a setting, NULL if it has none; for tests and for pointing at it. */
GtkWidget *fs_experiment_panel_find (FsExperimentPanel *panel, const char *path);

G_END_DECLS
