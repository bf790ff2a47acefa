/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Feeds every file of a corpus folder to the fuzz target it is linked with: replay FOLDER. */

#include <glib.h>
#include "tests/fuzz/target.h"

static gconstpointer folder;

static void
test_replay (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  unsigned n_files = 0;
  for (const char *name; (name = g_dir_read_name (dir)); n_files++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *bytes = NULL;
      gsize n_bytes = 0;
      g_file_get_contents (path, &bytes, &n_bytes, &error);
      g_assert_no_error (error);
      g_test_message ("%s, %" G_GSIZE_FORMAT " bytes", name, n_bytes);
      /* A copy of exactly the right size, so that a sanitizer sees one byte too far. */
      g_autofree uint8_t *exact = n_bytes ? g_memdup2 (bytes, n_bytes) : g_malloc (1);
      g_assert_cmpint (LLVMFuzzerTestOneInput (exact, n_bytes), ==, 0);
    }
  g_assert_cmpuint (n_files, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = argv[1];
  g_test_add_func ("/fuzz/replay", test_replay);
  return g_test_run ();
}
