/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From data.source to a file: the program's own series, relative and absolute paths, and what is said
 * when there is nothing. */

#include <glib.h>
#include <string.h>
#include "engine/lab/source.h"

static void
test_builtin (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = fs_source_resolve ("builtin:air-passengers", "/nowhere", &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (path, "series/air_passengers.csv"));
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));

  g_auto (GStrv) names = fs_source_list_builtin ();
  g_assert_true (g_strv_contains ((const char *const *) names, "co2-weekly"));
  for (guint i = 0; names[i]; i++)
    {
      g_autofree char *source = g_strconcat ("builtin:", names[i], NULL);
      g_autofree char *file = fs_source_resolve (source, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (file);
      if (i > 0)
        g_assert_cmpint (strcmp (names[i - 1], names[i]), <, 0);
    }
}

static void
test_relative (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = fs_source_resolve ("series/nile.csv", fs_source_data_dir (), &error);
  g_assert_no_error (error);
  g_autofree char *same = fs_source_resolve (path, "/nowhere", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (path, ==, same);
}

static void
assert_refused (const char *source, FsStatus status, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (fs_source_resolve (source, fs_source_data_dir (), &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, FS_LAB_ERROR, (int) status);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_refusals (void)
{
  assert_refused ("builtin:air-pasengers", FS_NOT_FOUND, "the nearest is builtin:air-passengers");
  assert_refused ("builtin:air_passengers", FS_NOT_FOUND, "builtin:air-passengers");
  assert_refused ("builtin:", FS_NOT_FOUND, "nile");
  assert_refused ("builtin:../series/nile", FS_NOT_FOUND, "data.source");
  assert_refused ("nile", FS_NOT_FOUND, "builtin:nile");
  assert_refused ("no/such.csv", FS_NOT_FOUND, "looked for the file in");
  assert_refused ("series", FS_UNREADABLE, "folder");
}

static void
test_load (void)
{
  g_autoptr (GError) error = NULL;
  FsFrame *frame = fs_source_load ("builtin:nile", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame->n_rows, ==, 100);
  g_assert_nonnull (fs_frame_column (frame, "flow_1e8_m3"));
  fs_frame_free (frame);

  g_assert_null (fs_source_load ("builtin:mile", NULL, NULL, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/builtin", test_builtin);
  g_test_add_func ("/source/relative", test_relative);
  g_test_add_func ("/source/refusals", test_refusals);
  g_test_add_func ("/source/load", test_load);
  return g_test_run ();
}
