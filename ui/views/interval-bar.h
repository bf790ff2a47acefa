/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A number with its interval on a line whose middle is 0: to the right is better with the step, to the
 * left better without it. Several of them with the same reach can be compared. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define FS_TYPE_INTERVAL_BAR (fs_interval_bar_get_type ())
G_DECLARE_FINAL_TYPE (FsIntervalBar, fs_interval_bar, FS, INTERVAL_BAR, GtkWidget)

GtkWidget *fs_interval_bar_new (void);

/* `reach` is the value at the right end; `low` and `high` may be NaN (no interval), `value` too
 * (nothing but the zero line). */
void fs_interval_bar_set (FsIntervalBar *bar, double value, double low, double high, double reach);

G_END_DECLS
