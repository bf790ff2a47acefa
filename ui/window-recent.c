/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files opened last, as a menu. They are kept with the settings rather than in the desktop's own
 * list, where a class of thirty on one account would find each other's. */

#include "ui/window-private.h"

#include "ui/settings.h"
#include "ui/text.h"

#define KEY "recent"
#define MAX_FILES 8

/* "tides.csv", or "tides.csv (harbour)" where another of that name is on the list. */
static char *
name_in_menu (char **paths, guint index)
{
  g_autofree char *name = g_filename_display_basename (paths[index]);

  for (guint i = 0; paths[i]; i++)
    {
      g_autofree char *other = g_filename_display_basename (paths[i]);

      if (i != index && g_str_equal (name, other))
        {
          g_autofree char *folder = g_path_get_dirname (paths[index]);
          g_autofree char *place = g_filename_display_basename (folder);

          return g_strdup_printf ("%s (%s)", name, place);
        }
    }
  return g_steal_pointer (&name);
}

void
fs_window_show_recent (FsWindow *self)
{
  g_auto (GStrv) paths = fs_settings_get_list (KEY);
  g_autoptr (GMenu) files = g_menu_new ();
  g_autoptr (GMenu) rest = g_menu_new ();

  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; paths[i]; i++)
    {
      g_autofree char *name = name_in_menu (paths, i);
      g_auto (GStrv) parts = g_strsplit (name, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts); /* no mnemonic */
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.open-recent", "s", paths[i]);
      g_menu_append_item (files, item);
    }
  g_menu_append (rest, _ ("_Clear the List"), "win.clear-recent");
  g_menu_append_section (self->recent_menu, NULL, G_MENU_MODEL (files));
  g_menu_append_section (self->recent_menu, NULL, G_MENU_MODEL (rest));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.clear-recent", paths[0] != NULL);
}

/* `path` first, each path once. With `is_gone` it is taken off instead. */
static void
put (const char *path, gboolean is_gone)
{
  g_auto (GStrv) paths = fs_settings_get_list (KEY);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  if (!is_gone)
    g_ptr_array_add (kept, (char *) path);
  for (guint i = 0; paths[i] && kept->len < MAX_FILES; i++)
    if (!g_str_equal (paths[i], path))
      g_ptr_array_add (kept, paths[i]);
  g_ptr_array_add (kept, NULL);
  fs_settings_set_list (KEY, (const char *const *) kept->pdata);
}

void
fs_window_remember_file (FsWindow *self, const char *path)
{
  g_autofree char *whole = g_canonicalize_filename (path, NULL);

  if (!g_utf8_validate (whole, -1, NULL))
    return;
  put (whole, FALSE);
  fs_window_show_recent (self);
}

void
fs_window_open_recent (FsWindow *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *sentence = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      fs_window_open (self, file);
      return;
    }
  put (path, TRUE);
  fs_window_show_recent (self);
  sentence = g_strdup_printf (_ ("%s is no longer there, and was taken off the list. If it was "
                                 "moved, open it where it is."),
                              path);
  fs_window_say (self, sentence, NULL, NULL);
}

void
fs_window_clear_recent (FsWindow *self)
{
  fs_settings_set_list (KEY, (const char *const[]){ NULL });
  fs_window_show_recent (self);
}
