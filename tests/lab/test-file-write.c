/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files are written whole or not at all, and a refusal says why. */

#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "engine/lab/file-write.h"
#include "engine/lab/lab-error.h"

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("fitscope-XXXXXX", &error);
  g_assert_no_error (error);
  return folder;
}

static unsigned
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  unsigned n = 0;
  while (g_dir_read_name (dir))
    n++;
  return n;
}

static void
test_replaces (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.csv", NULL);
  g_autofree char *content = NULL;
  gsize length;
  g_assert_true (fs_file_write (path, "longer than the next", 20, NULL));
  g_assert_true (fs_file_write (path, "a\0b", 3, NULL));
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpmem (content, length, "a\0b", 3);
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_assert_true (fs_file_write (path, "", 0, NULL));
  g_remove (path);
  g_rmdir (folder);
}

static void
test_no_such_folder (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "none", "a.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (fs_file_write (path, "x", 1, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_true (
      g_str_has_suffix (error->message, "could not be written: there is no such folder."));
  g_rmdir (folder);
}

/* A limit on the size of files stands in for a full disk: the write fails half way. */
static void
test_no_room (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.csv", NULL);
  g_autofree char *big = g_malloc0 (100000);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (fs_file_write (path, "old", 3, NULL));
  struct rlimit before, low;
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  low = (struct rlimit){ 5000, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &low), ==, 0);
  gboolean is_written = fs_file_write (path, big, 100000, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (is_written);
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_assert_cmpuint (count_files (folder), ==, 1); /* nothing half-written is left behind */
  g_remove (path);
  g_rmdir (folder);
}

static void
test_folder_in_the_way (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GError) error = NULL;
  g_assert_false (fs_file_write (folder, "x", 1, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-write/replaces", test_replaces);
  g_test_add_func ("/file-write/no-such-folder", test_no_such_folder);
  g_test_add_func ("/file-write/no-room", test_no_room);
  g_test_add_func ("/file-write/folder-in-the-way", test_folder_in_the_way);
  return g_test_run ();
}
