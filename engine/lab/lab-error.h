/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The engine's problems as GErrors: the code is the FsStatus, the message is the sentence. */

#include <glib.h>
#include "engine/base/status.h"

#define FS_LAB_ERROR (fs_lab_error_quark ())
GQuark fs_lab_error_quark (void);

/* Returns FALSE, so that failing is one statement. */
gboolean fs_lab_error_take (GError **error, const FsProblem *problem);
