/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables of the store, and the way from each version of them to the next. A script that was once
 * released is never edited: what changes is another script at the end. */

#include "engine/base/text.h"
#include "engine/lab/store-private.h"

#include "engine/lab/lab-error.h"

static const char *const scripts[] = {
  /* 1: runs with their epochs and events */
  "CREATE TABLE runs ("
  " number INTEGER PRIMARY KEY AUTOINCREMENT," /* in the order in which runs began */
  " id TEXT NOT NULL UNIQUE,"
  " name TEXT NOT NULL,"
  " note TEXT NOT NULL DEFAULT '',"
  " pinned INTEGER NOT NULL DEFAULT 0,"
  " deleted INTEGER NOT NULL DEFAULT 0," /* seconds since 1970; 0 = it is not */
  " begun INTEGER NOT NULL,"
  " changed INTEGER NOT NULL,"
  " owner TEXT NOT NULL,"      /* who has it open; see instances */
  " experiment TEXT NOT NULL," /* JSON, as in *.fit.json */
  " source TEXT NOT NULL,"
  " seed INTEGER NOT NULL,"
  " family TEXT NOT NULL,"    /* hash of experiment without seed, and data */
  " data_hash TEXT NOT NULL," /* of the table that was read */
  " baselines TEXT NOT NULL,"
  " has_validation INTEGER NOT NULL,"
  " n_parameters INTEGER NOT NULL,"
  " state TEXT NOT NULL," /* training, paused, finished */
  " end TEXT NOT NULL DEFAULT 'none',"
  " non_finite_tensor TEXT NOT NULL DEFAULT '',"
  " non_finite_step INTEGER NOT NULL DEFAULT 0,"
  " n_epochs INTEGER NOT NULL DEFAULT 0,"
  " best_epoch INTEGER NOT NULL DEFAULT 0,"
  " best_loss REAL,"
  " train_loss REAL,"
  " validation_loss REAL,"
  " epoch_seconds REAL,"
  " verdict INTEGER NOT NULL DEFAULT 0,"
  " tone INTEGER NOT NULL DEFAULT 0,"
  " headline TEXT NOT NULL DEFAULT '',"
  " spark BLOB" /* floats: train losses, then as many validation losses */
  ");"
  "CREATE TABLE epochs ("
  " run INTEGER NOT NULL, epoch INTEGER NOT NULL,"
  " train_loss REAL, running_loss REAL, validation_loss REAL, learning_rate REAL,"
  " gradient_norm REAL, gradient_norm_max REAL, clipped_share REAL, update_ratio REAL,"
  " seconds REAL, PRIMARY KEY (run, epoch)) WITHOUT ROWID;"
  "CREATE TABLE events ("
  " run INTEGER NOT NULL, number INTEGER NOT NULL, kind INTEGER NOT NULL,"
  " epoch INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run, number)) WITHOUT ROWID;",

  /* 2: branches of runs, and the spread of the gradient's norm */
  "ALTER TABLE runs ADD COLUMN parent TEXT;"
  "ALTER TABLE runs ADD COLUMN fork_epoch INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE epochs ADD COLUMN gradient_norm_p90 REAL;"
  "ALTER TABLE epochs ADD COLUMN gradient_norm_p99 REAL;",

  /* 3: shares of classes that are found */
  "ALTER TABLE epochs ADD COLUMN train_accuracy REAL;"
  "ALTER TABLE epochs ADD COLUMN validation_accuracy REAL;",
};

const FsEpochColumn fs_epoch_columns[] = {
  { "train_loss", offsetof (FsObservation, train_loss) },
  { "running_loss", offsetof (FsObservation, running_loss) },
  { "validation_loss", offsetof (FsObservation, validation_loss) },
  { "learning_rate", offsetof (FsObservation, learning_rate) },
  { "gradient_norm", offsetof (FsObservation, gradient_norm) },
  { "gradient_norm_max", offsetof (FsObservation, gradient_norm_max) },
  { "clipped_share", offsetof (FsObservation, clipped_share) },
  { "update_ratio", offsetof (FsObservation, update_ratio) },
  { "gradient_norm_p90", offsetof (FsObservation, gradient_norm_p90) },
  { "gradient_norm_p99", offsetof (FsObservation, gradient_norm_p99) },
  { "train_accuracy", offsetof (FsObservation, train_accuracy) },
  { "validation_accuracy", offsetof (FsObservation, validation_accuracy) },
};
const int fs_n_epoch_columns = G_N_ELEMENTS (fs_epoch_columns);

char *
fs_store_epoch_columns (void)
{
  GString *names = g_string_new ("epoch, seconds");
  for (int i = 0; i < fs_n_epoch_columns; i++)
    g_string_append_printf (names, ", %s", fs_epoch_columns[i].name);
  return g_string_free (names, FALSE);
}

/* -1 when it cannot be read. */
static int
version_of (FsStoreFile *file)
{
  sqlite3_stmt *statement = NULL;
  int version = -1;
  if (sqlite3_prepare_v2 (file->db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    version = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return version;
}

static gboolean
upgrade (FsStoreFile *file, int version)
{
  for (; version < (int) G_N_ELEMENTS (scripts); version++)
    {
      g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version=%d", version + 1);
      if (sqlite3_exec (file->db, scripts[version], NULL, NULL, NULL) != SQLITE_OK
          || sqlite3_exec (file->db, pragma, NULL, NULL, NULL) != SQLITE_OK)
        return FALSE;
    }
  return TRUE;
}

/* The version is looked at again within the transaction: another program may have been quicker. */
gboolean
fs_store_migrate (FsStoreFile *file, GError **error)
{
  int version = version_of (file);
  if (version < 0)
    return fs_store_fail (file, error);
  if (version > (int) G_N_ELEMENTS (scripts))
    {
      g_set_error (error, FS_LAB_ERROR, FS_MISMATCH,
                   fs_text ("%s was written by a newer Fitscope: runs are not kept with this one."),
                   file->path);
      return FALSE;
    }
  if (version == (int) G_N_ELEMENTS (scripts))
    return TRUE;
  if (!fs_store_begin (file, error))
    return FALSE;
  version = version_of (file);
  const gboolean is_done = version >= 0 && upgrade (file, version);
  if (!is_done)
    fs_store_fail (file, error);
  return fs_store_end (file, is_done, error);
}
