/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The glossary window: every word and setting with its explanation, found while typing. */

#include <adwaita.h>

G_BEGIN_DECLS

#define FS_TYPE_GLOSSARY (fs_glossary_get_type ())
G_DECLARE_FINAL_TYPE (FsGlossary, fs_glossary, FS, GLOSSARY, AdwWindow)

/* Stands beside its parent and goes with it; `query` (may be NULL) is what it begins with. */
GtkWidget *fs_glossary_new (GtkWindow *parent, const char *query);

G_END_DECLS
