/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program remembers between starts. See settings.h. The file is read and written anew for
 * each value: they are few, and several windows may be open. */

#include "ui/settings.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#define GROUP "window"

static char *
settings_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "fitscope", "settings.ini", NULL);
}

static GKeyFile *
load (void)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *path = settings_path ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  return file;
}

static void
save (GKeyFile *file)
{
  g_autofree char *path = settings_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_key_file_save_to_file (file, path, NULL);
}

char *
fs_settings_get_text (const char *key, const char *fallback)
{
  g_autoptr (GKeyFile) file = load ();
  char *value = g_key_file_get_string (file, GROUP, key, NULL);

  return value ? value : g_strdup (fallback);
}

int
fs_settings_get_integer (const char *key, int fallback)
{
  g_autoptr (GKeyFile) file = load ();
  g_autoptr (GError) error = NULL;
  int value = g_key_file_get_integer (file, GROUP, key, &error);

  return error ? fallback : value;
}

gboolean
fs_settings_get_boolean (const char *key, gboolean fallback)
{
  g_autoptr (GKeyFile) file = load ();
  g_autoptr (GError) error = NULL;
  gboolean value = g_key_file_get_boolean (file, GROUP, key, &error);

  return error ? fallback : value;
}

char **
fs_settings_get_list (const char *key)
{
  g_autoptr (GKeyFile) file = load ();
  char **values = g_key_file_get_string_list (file, GROUP, key, NULL, NULL);

  return values ? values : g_new0 (char *, 1);
}

void
fs_settings_set_text (const char *key, const char *value)
{
  g_autoptr (GKeyFile) file = load ();

  g_key_file_set_string (file, GROUP, key, value);
  save (file);
}

void
fs_settings_set_integer (const char *key, int value)
{
  g_autoptr (GKeyFile) file = load ();

  g_key_file_set_integer (file, GROUP, key, value);
  save (file);
}

void
fs_settings_set_boolean (const char *key, gboolean value)
{
  g_autoptr (GKeyFile) file = load ();

  g_key_file_set_boolean (file, GROUP, key, value);
  save (file);
}

void
fs_settings_set_list (const char *key, const char *const *values)
{
  g_autoptr (GKeyFile) file = load ();

  g_key_file_set_string_list (file, GROUP, key, values, g_strv_length ((char **) values));
  save (file);
}
