/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From argv to a window or to a headless run: no verb opens the window, a verb runs without a
 * display. Each verb is a file of app/commands/. */

#include <glib.h>

int
main (int argc, char **argv)
{
  g_print ("fitscope %s\n", FS_VERSION);
  return 0;
}
