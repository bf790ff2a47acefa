/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The program with a display: windows, the actions and keys that belong to all of them, the style,
 * and the options of a start with a window (--frame-log, --screenshot, --threads). */

#include <adwaita.h>

G_BEGIN_DECLS

#define FS_APPLICATION_ID "org.fitscope.Fitscope"

#define FS_TYPE_APPLICATION (fs_application_get_type ())
G_DECLARE_FINAL_TYPE (FsApplication, fs_application, FS, APPLICATION, AdwApplication)

FsApplication *fs_application_new (void);

/* From argv to the end of the last window; the exit code. */
int fs_application_main (int argc, char **argv);

G_END_DECLS
