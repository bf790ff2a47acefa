/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The profile of the file: each column with its facts, and each finding as a sentence with, where a step
 * of the preparation helps, a button that adds it. Profiles are made on a thread of GLib's pool when the
 * page is looked at, and kept as long as file, target and split stay the same. */

#include <gtk/gtk.h>
#include "engine/lab/file-profile.h"
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_PREPARE_PROFILE (fs_prepare_profile_get_type ())
G_DECLARE_FINAL_TYPE (FsPrepareProfile, fs_prepare_profile, FS, PREPARE_PROFILE, GtkWidget)

GtkWidget *fs_prepare_profile_new (FsSession *session);

/* "number · mean 52, deviation 43, from 0 to 254 · 12 missing · season of 132 rows". Transfer full. */
char *fs_prepare_profile_facts (const FsColumn *column, const FsProfile *profile);

G_END_DECLS
