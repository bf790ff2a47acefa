/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The right column: the state of the shown run in words (what, how sure, what to try), and how it
 * compares with models that learn nothing. Reads the session; draws nothing itself. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_DIAGNOSIS_PANEL (fs_diagnosis_panel_get_type ())
G_DECLARE_FINAL_TYPE (FsDiagnosisPanel, fs_diagnosis_panel, FS, DIAGNOSIS_PANEL, GtkWidget)

GtkWidget *fs_diagnosis_panel_new (FsSession *session);

G_END_DECLS
