/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The import report: what was decided while the file was read, each with its reason and the setting that
 * overrules it, and what is worth a warning. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_PREPARE_IMPORT (fs_prepare_import_get_type ())
G_DECLARE_FINAL_TYPE (FsPrepareImport, fs_prepare_import, FS, PREPARE_IMPORT, GtkWidget)

GtkWidget *fs_prepare_import_new (FsSession *session);

G_END_DECLS
