/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening the store, and what its readers and writers share; see store-file.h. */

#include "engine/base/text.h"
#include "engine/lab/store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/lab/lab-error.h"

/* How long another program's commit is waited for. */
#define BUSY_MS 5000

#define SECONDS_A_DAY (24 * 60 * 60)

/* ---- errors ---- */

/* A clause after the file's name: what is wrong, and what to do. */
static const char *
trouble (int code, const char *own_words)
{
  switch (code & 0xFF)
    {
    case SQLITE_FULL:
      return fs_text ("there is no room on the disk; free some");
    case SQLITE_IOERR:
      return fs_text ("the disk would not read or write it");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return fs_text ("it may not be written to");
    case SQLITE_CANTOPEN:
      return fs_text ("it cannot be opened");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return fs_text ("it is damaged; move it away, and a new one is begun");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fs_text ("another program holds it; try again");
    default:
      return own_words;
    }
}

gboolean
fs_store_fail (FsStoreFile *file, GError **error)
{
  const int code = file->db ? sqlite3_errcode (file->db) : SQLITE_NOMEM;
  const gboolean is_damaged = (code & 0xFF) == SQLITE_NOTADB || (code & 0xFF) == SQLITE_CORRUPT;
  if (error && !*error)
    g_set_error (
        error, FS_LAB_ERROR, is_damaged ? FS_MALFORMED : FS_UNREADABLE,
        fs_text ("The store of runs %s: %s."), file->path,
        trouble (code, file->db ? sqlite3_errmsg (file->db) : fs_text ("not enough memory")));
  return FALSE;
}

/* ---- statements ---- */

sqlite3_stmt *
fs_store_prepare (FsStoreFile *file, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (file->db, sql, -1, &statement, NULL) != SQLITE_OK)
    fs_store_fail (file, error);
  return statement;
}

static char *
epoch_sql (void)
{
  g_autofree char *columns = fs_store_epoch_columns ();
  GString *sql = g_string_new (NULL);
  g_string_printf (sql, "INSERT OR REPLACE INTO epochs (run, %s) VALUES (?, ?, ?", columns);
  for (int i = 0; i < fs_n_epoch_columns; i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  return g_string_free (sql, FALSE);
}

sqlite3_stmt *
fs_store_statement (FsStoreFile *file, FsStoreStatement which, GError **error)
{
  static const char *const sql[] = {
    [FS_STORE_BEGIN] = "BEGIN IMMEDIATE",
    [FS_STORE_COMMIT] = "COMMIT",
    [FS_STORE_ROLLBACK] = "ROLLBACK",
    [FS_STORE_PUT_EVENT] = "INSERT OR REPLACE INTO events (run, number, kind, epoch, text)"
                           " VALUES (?, ?, ?, ?, ?)",
    [FS_STORE_PUT_STAND] = "UPDATE runs SET changed = ?2, state = ?3, end = ?4,"
                           " non_finite_tensor = ?5, non_finite_step = ?6, n_epochs = ?7,"
                           " best_epoch = ?8, best_loss = ?9, train_loss = ?10,"
                           " validation_loss = ?11, epoch_seconds = ?12 WHERE number = ?1",
  };
  if (!file->statements[which])
    {
      g_autofree char *put_epoch = which == FS_STORE_PUT_EPOCH ? epoch_sql () : NULL;
      file->statements[which] = fs_store_prepare (file, put_epoch ? put_epoch : sql[which], error);
    }
  if (file->statements[which])
    {
      sqlite3_reset (file->statements[which]);
      sqlite3_clear_bindings (file->statements[which]);
    }
  return file->statements[which];
}

gboolean
fs_store_run (FsStoreFile *file, sqlite3_stmt *statement, GError **error)
{
  if (!statement)
    return FALSE;
  const gboolean is_done = sqlite3_step (statement) == SQLITE_DONE;
  if (!is_done)
    fs_store_fail (file, error);
  sqlite3_reset (statement);
  return is_done;
}

gboolean
fs_store_begin (FsStoreFile *file, GError **error)
{
  if (file->is_read_only)
    {
      g_set_error (error, FS_LAB_ERROR, FS_UNREADABLE,
                   fs_text ("The store of runs %s: it may not be written to."), file->path);
      return FALSE;
    }
  return fs_store_run (file, fs_store_statement (file, FS_STORE_BEGIN, error), error);
}

gboolean
fs_store_end (FsStoreFile *file, gboolean is_done, GError **error)
{
  if (is_done && fs_store_run (file, fs_store_statement (file, FS_STORE_COMMIT, error), error))
    return TRUE;
  if (!sqlite3_get_autocommit (file->db))
    fs_store_run (file, fs_store_statement (file, FS_STORE_ROLLBACK, NULL), NULL);
  return FALSE;
}

/* ---- who has what open ---- */

static char *
lock_path_of (const FsStoreFile *file, const char *owner)
{
  g_autofree char *name = g_strconcat (owner, ".lock", NULL);
  return g_build_filename (file->folder, "instances", name, NULL);
}

/* Opened and locked, or -1: somebody holds it, or it is not there. */
static int
take_lock (const char *path, int flags)
{
  const int lock = g_open (path, flags | O_RDWR | O_CLOEXEC, 0600);
  if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0)
    return lock;
  if (lock >= 0)
    close (lock);
  return -1;
}

gboolean
fs_store_is_alive (const FsStoreFile *file, const char *owner)
{
  g_autofree char *path = lock_path_of (file, owner);
  if (g_strcmp0 (owner, file->owner) == 0)
    return TRUE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  const int lock = take_lock (path, 0);
  if (lock < 0)
    return errno == EWOULDBLOCK;
  close (lock);
  return FALSE;
}

/* Locks that nobody holds are left over from programs that were killed. */
static void
sweep_locks (const char *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;
  while (directory && (name = g_dir_read_name (directory)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      const int lock = g_str_has_suffix (name, ".lock") ? take_lock (path, 0) : -1;
      if (lock < 0)
        continue;
      g_unlink (path);
      close (lock);
    }
}

/* A sweeper may lock and remove the file between its making and its locking here: then once more. */
static gboolean
take_name (FsStoreFile *file)
{
  g_autofree char *folder = g_build_filename (file->folder, "instances", NULL);
  sweep_locks (folder);
  for (int attempt = 0; attempt < 10 && file->lock < 0; attempt++)
    {
      g_autofree char *owner = g_uuid_string_random ();
      g_autofree char *path = lock_path_of (file, owner);
      struct stat about;
      file->lock = take_lock (path, O_CREAT | O_EXCL);
      if (file->lock >= 0 && (fstat (file->lock, &about) != 0 || about.st_nlink == 0))
        {
          close (file->lock);
          file->lock = -1;
        }
      if (file->lock < 0)
        continue;
      file->owner = g_steal_pointer (&owner);
      file->lock_path = g_steal_pointer (&path);
    }
  return file->lock >= 0;
}

/* ---- opening ---- */

char *
fs_store_folder (void)
{
  const char *folder = g_getenv ("FITSCOPE_STORE_DIR");
  if (folder && *folder)
    return g_canonicalize_filename (folder, NULL);
  return g_build_filename (g_get_user_data_dir (), "fitscope", NULL);
}

char *
fs_store_state_path (const char *folder, const char *id)
{
  g_autofree char *name = g_strconcat (id, ".state", NULL);
  return g_build_filename (folder, "states", name, NULL);
}

static gboolean
make_folders (FsStoreFile *file, GError **error)
{
  static const char *const names[] = { "states", "instances" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (file->folder, names[i], NULL);
      if (g_mkdir_with_parents (path, 0700) == 0)
        continue;
      g_set_error (error, FS_LAB_ERROR, FS_UNREADABLE,
                   fs_text ("The folder %s could not be made: %s."), path, g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

static gboolean
set_up (FsStoreFile *file)
{
  /* Through a commit and a kill the file is sound without a sync each time; see store-file.h. */
  static const char *const pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                                     "PRAGMA foreign_keys=OFF;";
  sqlite3_busy_timeout (file->db, BUSY_MS);
  return sqlite3_exec (file->db, pragmas, NULL, NULL, NULL) == SQLITE_OK;
}

/* What may be read but not written, a stick that is locked, say, is opened as it lies there. */
static gboolean
open_to_read (FsStoreFile *file)
{
  g_autofree char *escaped = g_uri_escape_string (file->path, "/", FALSE);
  g_autofree char *uri = g_strdup_printf ("file:%s?immutable=1", escaped);
  sqlite3_close_v2 (file->db);
  file->db = NULL;
  file->is_read_only = TRUE;
  return sqlite3_open_v2 (uri, &file->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL)
         == SQLITE_OK;
}

/* States of runs that were deleted long ago, and the runs. */
static void
purge (FsStoreFile *file)
{
  const gint64 before =
      g_get_real_time () / G_USEC_PER_SEC - FS_STORE_KEEP_DELETED_DAYS * SECONDS_A_DAY;
  g_autoptr (sqlite3_stmt) gone = fs_store_prepare (
      file, "SELECT id, number FROM runs WHERE deleted > 0 AND deleted < ?", NULL);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!gone)
    return;
  sqlite3_bind_int64 (gone, 1, before);
  while (sqlite3_step (gone) == SQLITE_ROW)
    {
      g_autofree char *path =
          fs_store_state_path (file->folder, (const char *) sqlite3_column_text (gone, 0));
      const gint64 number = sqlite3_column_int64 (gone, 1);
      g_unlink (path);
      g_array_append_val (numbers, number);
    }
  for (guint i = 0; i < numbers->len; i++)
    {
      g_autofree char *sql = g_strdup_printf ("DELETE FROM epochs WHERE run = %1$" G_GINT64_FORMAT
                                              "; DELETE FROM events WHERE run = %1$" G_GINT64_FORMAT
                                              "; DELETE FROM runs WHERE number = "
                                              "%1$" G_GINT64_FORMAT,
                                              g_array_index (numbers, gint64, i));
      sqlite3_exec (file->db, sql, NULL, NULL, NULL);
    }
}

FsStoreFile *
fs_store_file_open (const char *folder, GError **error)
{
  g_autoptr (FsStoreFile) file = g_new0 (FsStoreFile, 1);
  file->lock = -1;
  file->folder = g_strdup (folder);
  file->path = g_build_filename (folder, "runs.db", NULL);
  file->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const gboolean has_folders = make_folders (file, error);
  if (!has_folders && !g_file_test (file->path, G_FILE_TEST_EXISTS))
    return NULL;
  gboolean is_open =
      has_folders
      && sqlite3_open_v2 (file->path, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)
             == SQLITE_OK
      && set_up (file);
  const int code = file->db ? sqlite3_errcode (file->db) & 0xFF : SQLITE_CANTOPEN;
  if (is_open && sqlite3_db_readonly (file->db, "main") == 1)
    is_open = FALSE;
  else if (!is_open && has_folders && code != SQLITE_READONLY && code != SQLITE_CANTOPEN
           && code != SQLITE_PERM)
    {
      fs_store_fail (file, error);
      return NULL;
    }
  if (!is_open && !open_to_read (file))
    {
      fs_store_fail (file, error);
      return NULL;
    }
  if (is_open && !take_name (file))
    {
      g_set_error (error, FS_LAB_ERROR, FS_UNREADABLE,
                   fs_text ("The store of runs %s: its folder may not be written to."), file->path);
      return NULL;
    }
  if (!fs_store_migrate (file, error))
    return NULL;
  g_clear_error (error);
  if (!file->is_read_only)
    purge (file);
  return g_steal_pointer (&file);
}

void
fs_store_file_close (FsStoreFile *file)
{
  if (!file)
    return;
  for (int i = 0; i < FS_STORE_N_STATEMENTS; i++)
    sqlite3_finalize (file->statements[i]);
  sqlite3_close_v2 (file->db);
  if (file->lock_path)
    g_unlink (file->lock_path);
  if (file->lock >= 0)
    close (file->lock);
  g_hash_table_unref (file->open);
  g_free (file->lock_path);
  g_free (file->owner);
  g_free (file->path);
  g_free (file->folder);
  g_free (file);
}

gboolean
fs_store_file_is_read_only (const FsStoreFile *file)
{
  return file->is_read_only;
}

const char *
fs_store_file_get_folder (const FsStoreFile *file)
{
  return file->folder;
}
