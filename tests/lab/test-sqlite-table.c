/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of SQLite databases: which is read, how its values come out, and what is said of databases
 * that are locked, damaged, empty, or mean ill. */

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>
#include "engine/lab/exchange/sqlite-table.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/source.h"

static char *
make_database (const char *sql)
{
  sqlite3 *db;
  char *path = NULL, *trouble = NULL;

  close (g_file_open_tmp ("fitscope-table-XXXXXX.db", &path, NULL));
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, &trouble) != SQLITE_OK)
    g_error ("%s: %s", sql, trouble);
  sqlite3_close (db);
  return path;
}

static FsFrame *
read_table (const char *path, const char *name, FsStatus expected, const char *words)
{
  FsImport import = fs_import_default ();
  const FsReadOptions options = { .import = &import };
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];

  g_strlcpy (import.table, name, sizeof import.table);
  g_assert_cmpint (fs_sqlite_table_read (&frame, path, &options, &problem), ==, expected);
  if (expected != FS_OK)
    {
      g_assert_null (frame);
      fs_problem_sentence (&problem, sentence, sizeof sentence);
      if (!strstr (sentence, words))
        g_error ("“%s” lacks “%s”", sentence, words);
    }
  return frame;
}

static bool
tells (const FsFrame *frame, const char *words)
{
  for (size_t i = 0; i < frame->n_warnings; i++)
    if (strstr (frame->warnings[i].text, words))
      return true;
  return false;
}

static const char prices[] =
    "CREATE TABLE note (t TEXT); INSERT INTO note VALUES ('x'), ('y');"
    "CREATE TABLE \"day \"\" price\" (day TEXT, price REAL, shop TEXT, n INTEGER, raw BLOB);"
    "INSERT INTO \"day \"\" price\" VALUES"
    " ('2020-01-01', 0.1, 'a', 9007199254740991, x'00'), ('2020-01-02', NULL, 'b', 2, NULL),"
    " ('2020-01-03', 1e-300, 'a', -3, NULL), ('2020-01-04', 2, 'b', 4, NULL);"
    "CREATE VIEW dear AS SELECT day, price FROM \"day \"\" price\" WHERE price > 0.05;";

static void
test_values (void)
{
  g_autofree char *path = make_database (prices);
  FsFrame *frame = read_table (path, "", FS_OK, NULL);

  g_assert_true (fs_sqlite_table_is (path));
  g_assert_cmpuint (frame->n_rows, ==, 4); /* of the larger table */
  g_assert_true (tells (frame, "note, day \" price"));
  g_assert_true (tells (frame, "1 values are bytes"));
  g_assert_cmpint (fs_frame_column (frame, "day")->type, ==, FS_COLUMN_DATE);
  g_assert_cmpfloat (fs_frame_column (frame, "day")->numbers[1], ==, 86400.0 * 18263);
  g_assert_cmpfloat (fs_frame_column (frame, "price")->numbers[0], ==, 0.1);
  g_assert_true (isnan (fs_frame_column (frame, "price")->numbers[1]));
  g_assert_cmpfloat (fs_frame_column (frame, "price")->numbers[2], ==, 1e-300);
  g_assert_cmpfloat (fs_frame_column (frame, "n")->numbers[0], ==, 9007199254740991.0);
  g_assert_cmpint (fs_frame_column (frame, "shop")->type, ==, FS_COLUMN_CATEGORY);
  fs_frame_free (frame);
  g_remove (path);
}

static void
test_choice (void)
{
  g_autofree char *path = make_database (prices);
  FsFrame *frame = read_table (path, "note", FS_OK, NULL);

  g_assert_cmpuint (frame->n_rows, ==, 2);
  fs_frame_free (frame);
  frame = read_table (path, "dear", FS_OK, NULL); /* a view */
  g_assert_cmpuint (frame->n_rows, ==, 2);
  fs_frame_free (frame);
  read_table (path, "notes", FS_NOT_FOUND, "did you mean “note”");
  read_table (path, "temperature", FS_NOT_FOUND, "note, day \" price, dear");
  g_remove (path);
}

/* Texts in another encoding can be shown, and tables of an unknown kind do not hide the others. */
static void
test_foreign (void)
{
  g_autofree char *path = make_database (
      "CREATE TABLE t (name TEXT, x REAL); INSERT INTO t VALUES (CAST (x'66fc72' AS TEXT), 1),"
      " ('b', 2), ('b', 3); PRAGMA writable_schema = ON;"
      "INSERT INTO sqlite_schema VALUES ('table', 'place', 'place', 0,"
      " 'CREATE VIRTUAL TABLE place USING nowhere (x)');");
  FsFrame *frame = read_table (path, "", FS_OK, NULL);

  g_assert_cmpuint (frame->n_rows, ==, 3);
  g_assert_true (tells (frame, "1 values are texts"));
  g_assert_cmpint (frame->columns[0].type, ==, FS_COLUMN_TEXT);
  g_assert_cmpstr (frame->columns[0].texts[0], ==, "f\uFFFDr");
  fs_frame_free (frame);
  read_table (path, "place", FS_MALFORMED, "no such module");
  g_remove (path);
}

/* As everything else is read: by source, with the import settings. */
static void
test_source (void)
{
  g_autofree char *path = make_database (prices);
  g_autoptr (GError) error = NULL;
  FsImport import = fs_import_default ();
  const FsReadOptions options = { .import = &import };
  FsFrame *frame;

  g_strlcpy (import.table, "note", sizeof import.table);
  frame = fs_source_load (path, NULL, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame->n_rows, ==, 2);
  fs_frame_free (frame);
  g_remove (path);
}

static void
test_untouched (void)
{
  g_autofree char *path = make_database (prices);
  g_autofree char *before = NULL, *after = NULL;
  gsize n_before, n_after;

  g_assert_true (g_file_get_contents (path, &before, &n_before, NULL));
  g_chmod (path, 0400);
  fs_frame_free (read_table (path, "", FS_OK, NULL));
  g_assert_true (g_file_get_contents (path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
  g_remove (path);
}

static void
test_faults (void)
{
  g_autofree char *empty = make_database ("CREATE TABLE t (a); DROP TABLE t;");
  g_autofree char *rowless = make_database ("CREATE TABLE t (a);");
  g_autofree char *damaged = make_database (prices);
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  read_table (empty, "", FS_MALFORMED, "has no table");
  read_table (rowless, "", FS_MALFORMED, "no row");
  read_table ("/nonexistent.db", "", FS_NOT_FOUND, "no such file");
  g_assert_true (g_file_get_contents (damaged, &bytes, &n_bytes, NULL));
  memset (bytes + 100, 0x5A, n_bytes - 100);
  g_assert_true (g_file_set_contents (damaged, bytes, (gssize) n_bytes, NULL));
  read_table (damaged, "", FS_MALFORMED, "damaged");
  g_assert_true (g_file_set_contents (damaged, bytes, 16, NULL));
  read_table (damaged, "", FS_MALFORMED, "damaged");
  g_assert_false (fs_sqlite_table_is ("/nonexistent.db"));
  g_remove (empty);
  g_remove (rowless);
  g_remove (damaged);
}

static void
test_locked (void)
{
  g_autofree char *path = make_database (prices);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), ==, SQLITE_OK);
  read_table (path, "", FS_UNREADABLE, "another program is writing");
  sqlite3_close (db);
  fs_frame_free (read_table (path, "", FS_OK, NULL));
  g_remove (path);
}

/* A view can compute for ever; this one makes no row on the way. */
static void
test_endless_view (void)
{
  g_autofree char *path = make_database (
      "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);"
      "CREATE VIEW endless AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
      " SELECT x FROM n WHERE x < 0;");

  fs_frame_free (read_table (path, "", FS_OK, NULL));
  read_table (path, "endless", FS_TOO_LARGE, "does not come to an end");
  g_remove (path);
}

static void
test_interrupt (void)
{
  GString *sql = g_string_new ("CREATE TABLE t (a, b); WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL"
                               " SELECT x + 1 FROM n WHERE x < 50000)"
                               " INSERT INTO t SELECT x, x * 0.5 FROM n;");
  g_autofree char *path = make_database (sql->str);
  FsInterrupt interrupt = { true };
  const FsReadOptions stopped = { .interrupt = &interrupt }, preview = { .max_rows = 7 };
  FsFrame *frame = NULL;

  g_assert_cmpint (fs_sqlite_table_read (&frame, path, &stopped, NULL), ==, FS_INTERRUPTED);
  g_assert_null (frame);
  g_assert_cmpint (fs_sqlite_table_read (&frame, path, &preview, NULL), ==, FS_OK);
  g_assert_cmpuint (frame->n_rows, ==, 7);
  fs_frame_free (frame);
  g_remove (path);
  g_string_free (sql, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sqlite-table/values", test_values);
  g_test_add_func ("/sqlite-table/choice", test_choice);
  g_test_add_func ("/sqlite-table/foreign", test_foreign);
  g_test_add_func ("/sqlite-table/source", test_source);
  g_test_add_func ("/sqlite-table/untouched", test_untouched);
  g_test_add_func ("/sqlite-table/faults", test_faults);
  g_test_add_func ("/sqlite-table/locked", test_locked);
  g_test_add_func ("/sqlite-table/endless-view", test_endless_view);
  g_test_add_func ("/sqlite-table/interrupt", test_interrupt);
  return g_test_run ();
}
