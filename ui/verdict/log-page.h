/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A training log that another program wrote, in a window of its own: its two curves, the verdict on them,
 * what was found, and how the log was read. The run in the window behind is left alone. */

#include <gtk/gtk.h>
#include "engine/lab/exchange/logs.h"

G_BEGIN_DECLS

/* `name` is the file's. What is in `log` is shared, not taken. Returns the window. */
GtkWidget *fs_log_page_present (GtkWindow *parent, const FsLog *log, const char *name);

G_END_DECLS
