/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The window of the learning-rate range test: begins at once, draws its curve while it grows, can be
 * cancelled, and sets the rate that it suggests. It tries the experiment as it was when the window
 * opened, with a network of its own; closing the window ends it. */

#include <adwaita.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_RATE_FINDER (fs_rate_finder_get_type ())
G_DECLARE_FINAL_TYPE (FsRateFinder, fs_rate_finder, FS, RATE_FINDER, AdwWindow)

GtkWidget *fs_rate_finder_new (GtkWindow *parent, FsSession *session);

G_END_DECLS
