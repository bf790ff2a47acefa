/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The table of compared runs: a row for each, the best first, and a column for each setting in which
 * they differ. Only what changed is set anew, so that it may follow runs that train. */

#include <gtk/gtk.h>
#include "ui/views/compare-plot.h"

G_BEGIN_DECLS

#define FS_TYPE_COMPARE_TABLE (fs_compare_table_get_type ())
G_DECLARE_FINAL_TYPE (FsCompareTable, fs_compare_table, FS, COMPARE_TABLE, GtkWidget)

GtkWidget *fs_compare_table_new (void);
void fs_compare_table_show (FsCompareTable *table, const FsComparedRun *runs, guint n);

G_END_DECLS
