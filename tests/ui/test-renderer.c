/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which renderer a machine gets, by made-up folders of devices. */

#include <glib.h>
#include <glib/gstdio.h>
#include "ui/renderer.h"

/* The renderer where the one device is this file. */
static const char *
renderer_with (const char *subfolder, const char *device)
{
  g_autofree char *devices = g_dir_make_tmp ("devices-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (devices, subfolder, NULL);
  g_autofree char *path = g_build_filename (folder, device, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  const char *renderer = fs_renderer_for (devices);
  g_remove (path);
  g_rmdir (folder);
  g_rmdir (devices);
  return renderer;
}

static void
test_card (void)
{
#ifdef __linux__
  g_assert_null (renderer_with ("dri", "renderD128"));
  g_assert_null (renderer_with ("", "nvidiactl"));
  g_assert_null (renderer_with ("", "dxg"));
  /* A virtual screen that renders nothing. */
  g_assert_cmpstr (renderer_with ("dri", "card0"), ==, "cairo");
  g_assert_cmpstr (renderer_with ("", "null"), ==, "cairo");
  g_assert_cmpstr (fs_renderer_for ("/nowhere"), ==, "cairo");
#else
  g_assert_null (fs_renderer_for ("/nowhere"));
#endif
}

static void
test_person_chooses (void)
{
  g_setenv ("GSK_RENDERER", "gl", TRUE);
  fs_renderer_choose ();
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "gl");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/renderer/card", test_card);
  g_test_add_func ("/renderer/person-chooses", test_person_chooses);
  return g_test_run ();
}
