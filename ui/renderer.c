/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks for a graphics card by its device files: asking OpenGL itself would load the driver that draws
 * in software. Measured on two cores without a card, ten seconds of training on one thread: OpenGL took
 * 3.2 s of processor time for the window, Cairo 1.0 s, and training got 1.1 s and 3.6 s. */

#include "ui/renderer.h"

#include <glib.h>

#ifdef __linux__
/* A card that can render; the driver of NVIDIA without the kernel's mode setting; a card lent by the host. */
static gboolean
has_card (const char *devices)
{
  static const char *const others[] = { "nvidiactl", "dxg", NULL };
  g_autofree char *folder = g_build_filename (devices, "dri", NULL);
  g_autoptr (GDir) cards = g_dir_open (folder, 0, NULL);
  const char *name;

  while (cards && (name = g_dir_read_name (cards)))
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  for (guint i = 0; others[i]; i++)
    {
      g_autofree char *path = g_build_filename (devices, others[i], NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}
#endif

const char *
fs_renderer_for (const char *devices)
{
#ifdef __linux__
  return has_card (devices) ? NULL : "cairo";
#else
  return NULL;
#endif
}

void
fs_renderer_choose (void)
{
  const char *renderer = fs_renderer_for ("/dev");

  if (renderer)
    g_setenv ("GSK_RENDERER", renderer, FALSE);
}
