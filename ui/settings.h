/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the program remembers between starts: what is chosen in the preferences, the window's size,
 * which page is open, the files opened last.
 * A key file in the user's configuration folder rather than GSettings, because a schema must be
 * compiled and installed before GSettings opens it, and an uninstalled run must remember too.
 * Reading falls back to defaults and writing may fail silently: no setting is worth a dialog. */

#include <glib.h>

char *fs_settings_get_text (const char *key, const char *fallback);
int fs_settings_get_integer (const char *key, int fallback);
gboolean fs_settings_get_boolean (const char *key, gboolean fallback);
char **fs_settings_get_list (const char *key); /* empty without one */

void fs_settings_set_text (const char *key, const char *value);
void fs_settings_set_integer (const char *key, int value);
void fs_settings_set_boolean (const char *key, gboolean value);
void fs_settings_set_list (const char *key, const char *const *values);
