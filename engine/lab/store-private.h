/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of FsStoreFile, for the store-*.c files that share it. */

#include <sqlite3.h>
#include "engine/lab/store-file.h"

typedef enum
{
  FS_STORE_BEGIN,
  FS_STORE_COMMIT,
  FS_STORE_ROLLBACK,
  FS_STORE_PUT_EPOCH,
  FS_STORE_PUT_EVENT,
  FS_STORE_PUT_STAND,
  FS_STORE_N_STATEMENTS
} FsStoreStatement;

struct FsStoreFile
{
  sqlite3 *db;
  char *folder;
  char *path; /* of the database */
  gboolean is_read_only;
  char *owner; /* this opening's name in the runs it has open; NULL when read-only */
  char *lock_path;
  int lock;         /* -1 = none */
  GHashTable *open; /* ids that are being written through this opening */
  sqlite3_stmt *statements[FS_STORE_N_STATEMENTS]; /* made when first used */
};

/* The columns of the table "epochs" after run, epoch and seconds, each a double of an observation. */
typedef struct
{
  const char *name;
  size_t offset;
} FsEpochColumn;
extern const FsEpochColumn fs_epoch_columns[];
extern const int fs_n_epoch_columns;

/* "epoch, seconds, train_loss, …". */
char *fs_store_epoch_columns (void);

/* Creates the tables or brings them up to date. */
gboolean fs_store_migrate (FsStoreFile *file, GError **error);

/* Sets `error` from SQLite's last one; returns FALSE. */
gboolean fs_store_fail (FsStoreFile *file, GError **error);

/* A statement that is kept, reset and without bindings. NULL with an error. */
sqlite3_stmt *fs_store_statement (FsStoreFile *file, FsStoreStatement which, GError **error);
/* One for a single use: sqlite3_finalize() it. */
sqlite3_stmt *fs_store_prepare (FsStoreFile *file, const char *sql, GError **error);
/* Steps a statement that gives no rows, to its end. */
gboolean fs_store_run (FsStoreFile *file, sqlite3_stmt *statement, GError **error);

gboolean fs_store_begin (FsStoreFile *file, GError **error);
/* Ends what fs_store_begin() began: as it should if `is_done`, else as if nothing had happened. */
gboolean fs_store_end (FsStoreFile *file, gboolean is_done, GError **error);

/* The row of a run, 0 with an error if there is none. */
gint64 fs_store_number (FsStoreFile *file, const char *id, GError **error);

/* Epochs the file has of a run. */
size_t fs_store_count_epochs (FsStoreFile *file, gint64 number);

/* Whether the program of that name has the store open. */
gboolean fs_store_is_alive (const FsStoreFile *file, const char *owner);

/* Where a run stands, its verdict and picture, anew from its epochs. */
void fs_store_write_again (FsStoreFile *file, const FsRunRecord *record);

/* Baselines as text: thirteen numbers and blanks. */
char *fs_store_baselines_to_text (const FsBaselines *baselines);
void fs_store_baselines_from_text (FsBaselines *baselines, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)
