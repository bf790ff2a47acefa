/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The cards of the shown run's findings, causes first, and what their buttons do. Proofs run in the
 * background, one at a time, and are remembered for their run as long as the window lives; what was put
 * aside stays aside for its run. Reads the session; changes it by its verbs alone. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_FINDING_LIST (fs_finding_list_get_type ())
G_DECLARE_FINAL_TYPE (FsFindingList, fs_finding_list, FS, FINDING_LIST, GtkWidget)

GtkWidget *fs_finding_list_new (FsSession *session);

G_END_DECLS
