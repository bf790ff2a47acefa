/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The workbench window: the transport in its header, the experiment on the left, the views in the
 * middle, the diagnosis on the right, the runs of the session below. It owns one session and puts
 * the parts around it; each part reads the session for itself. Everything a user can do here is an
 * action "win.…" (window-actions.c), so that keys, buttons, menus and tests do the same. */

#include <adwaita.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_WINDOW (fs_window_get_type ())
G_DECLARE_FINAL_TYPE (FsWindow, fs_window, FS, WINDOW, AdwApplicationWindow)

/* `application` may be NULL in tests. n_threads as for fs_run_new(). */
FsWindow *fs_window_new (GtkApplication *application, unsigned n_threads);

FsSession *fs_window_get_session (FsWindow *window);

/* The experiment shipped for the first start, or the defaults where it is not to be found. */
void fs_window_start (FsWindow *window);
/* A table or an experiment, by its name; a failure becomes a toast and leaves things as they are. */
void fs_window_open (FsWindow *window, GFile *file);
/* A sentence at the bottom; `button` and `action` may be NULL. */
void fs_window_say (FsWindow *window, const char *sentence, const char *button, const char *action);

G_END_DECLS
