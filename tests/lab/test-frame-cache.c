/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file is read once for all who ask for it, and again when it or the way of reading it changes. */

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>
#include "engine/lab/frame-cache.h"
#include "engine/lab/lab-error.h"

static char *
make_file (const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;

  close (g_file_open_tmp ("fitscope-cache-XXXXXX.csv", &path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static FsSharedFrame *
load (const char *path, const FsImport *import)
{
  const FsReadOptions options = { .import = import };
  g_autoptr (GError) error = NULL;
  FsSharedFrame *frame = fs_frame_cache_load (path, NULL, &options, &error);

  g_assert_no_error (error);
  return frame;
}

static void
test_once (void)
{
  g_autofree char *path = make_file ("t,v\n1,2\n2,3\n");
  FsImport import = fs_import_default ();
  FsSharedFrame *first = load (path, NULL), *second = load (path, &import);
  const guint64 id = first->id;

  g_assert_true (first == second);
  fs_frame_cache_release (second);
  fs_frame_cache_release (first);
  first = load (path, NULL); /* small enough to be kept though nobody used it */
  g_assert_cmpuint (first->id, ==, id);

  import.header = FS_IMPORT_HEADER_NO;
  second = load (path, &import);
  g_assert_cmpuint (second->id, !=, id);
  g_assert_cmpuint (second->frame->n_rows, ==, 3);
  fs_frame_cache_release (second);

  g_assert_true (g_file_set_contents (path, "t,v\n1,2\n2,3\n3,4\n", -1, NULL));
  second = load (path, NULL);
  g_assert_cmpuint (second->frame->n_rows, ==, 3);
  g_assert_cmpuint (first->frame->n_rows, ==, 2); /* what is held stays as it was */
  fs_frame_cache_release (second);
  fs_frame_cache_release (first);
  g_remove (path);
}

/* What a program adds to its database may stand beside it for a while. */
static void
test_log_of_database (void)
{
  g_autofree char *path = make_file ("");
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "PRAGMA journal_mode = WAL; CREATE TABLE t (v REAL);"
                                 "INSERT INTO t VALUES (1), (2);",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  FsSharedFrame *first = load (path, NULL);
  g_assert_cmpint (sqlite3_exec (db, "INSERT INTO t VALUES (3)", NULL, NULL, NULL), ==, SQLITE_OK);
  FsSharedFrame *second = load (path, NULL);
  g_assert_cmpuint (first->frame->n_rows, ==, 2);
  g_assert_cmpuint (second->frame->n_rows, ==, 3);
  fs_frame_cache_release (first);
  fs_frame_cache_release (second);
  sqlite3_close (db);
  g_remove (path);
}

static void
test_failure (void)
{
  g_autofree char *path = make_file ("");
  const FsReadOptions options = { 0 };

  for (int i = 0; i < 2; i++) /* a failure is not remembered */
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fs_frame_cache_load (path, NULL, &options, &error));
      g_assert_error (error, FS_LAB_ERROR, FS_MALFORMED);
    }
  g_remove (path);
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (fs_frame_cache_load (path, NULL, &options, &error));
    g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
  }
}

/* ---- several threads ---- */

typedef struct
{
  const char *path;
  FsReadOptions options;
} Asker;

static void *
ask_thread (void *data)
{
  const Asker *asker = data;

  return fs_frame_cache_load (asker->path, NULL, &asker->options, NULL);
}

#define N_THREADS 6

/* Some give up; the others all get the same columns, whoever reads them. */
static void
test_threads (void)
{
  GString *text = g_string_new ("t,v\n");
  FsInterrupt interrupt = { true };
  Asker plain, hasty;
  GThread *threads[N_THREADS];
  guint64 id = 0;

  for (int i = 0; i < 100000; i++)
    g_string_append_printf (text, "%d,%d\n", i, i % 9);
  g_autofree char *path = make_file (text->str);
  plain = (Asker){ path, { 0 } };
  hasty = (Asker){ path, { .interrupt = &interrupt } };
  for (int i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("asker", ask_thread, i % 2 ? &plain : &hasty);
  for (int i = 0; i < N_THREADS; i++)
    {
      FsSharedFrame *frame = g_thread_join (threads[i]);

      if (i % 2 == 0 && !frame)
        continue;
      g_assert_nonnull (frame);
      g_assert_cmpuint (frame->frame->n_rows, ==, 100000);
      g_assert_true (id == 0 || id == frame->id);
      id = frame->id;
      fs_frame_cache_release (frame);
    }
  g_remove (path);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame-cache/once", test_once);
  g_test_add_func ("/frame-cache/log-of-database", test_log_of_database);
  g_test_add_func ("/frame-cache/failure", test_failure);
  g_test_add_func ("/frame-cache/threads", test_threads);
  return g_test_run ();
}
