/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The store of runs on the disk: one SQLite file in a folder of the user's, with the states that runs
 * go on from beside it.
 *   runs.db            tables runs, epochs, events (store-schema.c); may be read with any SQLite tool
 *   states/ID.state    as state-file.h writes them
 *   instances/X.lock   one for each program that has the store open, locked while it lives: however a
 *                      program ends, its lock goes, and its unfinished runs count as interrupted
 *
 * Write-ahead logging, without a sync for each commit: what a commit wrote survives the death of the
 * program at any moment, and after a power cut the file is sound though its last seconds may be
 * missing. Several programs may have it open.
 *
 * Load: a commit for each epoch (some 50 µs), 200 runs listed in some ms. An FsStoreFile belongs to one
 * thread at a time. In a window that is the thread of store.h; nothing here is quick enough for a main
 * loop when the disk is slow. Every failure is a sentence that names the file. */

#include "engine/lab/store-record.h"

typedef struct FsStoreFile FsStoreFile;

/* $FITSCOPE_STORE_DIR, else "fitscope" in the user's data folder. */
char *fs_store_folder (void);
char *fs_store_state_path (const char *folder, const char *id);

/* Makes the folder and the file if need be, and brings an older file up to date. A file that may not
 * be written is opened for reading, and then every writing verb fails with a sentence. */
FsStoreFile *fs_store_file_open (const char *folder, GError **error);
void fs_store_file_close (FsStoreFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsStoreFile, fs_store_file_close)

gboolean fs_store_file_is_read_only (const FsStoreFile *file);
const char *fs_store_file_get_folder (const FsStoreFile *file);

/* ---- writing a run ---- */

/* What is known when a run begins. */
typedef struct
{
  const FsExperiment *experiment; /* source built-in or absolute */
  guint64 data_hash;
  const FsBaselines *baselines;
  gboolean has_validation;
  const FsDataFacts *facts; /* for the verdict; may be NULL */
  gint64 n_parameters;
  const char *name;
  const char *parent; /* may be NULL */
  guint32 fork_epoch;
  /* It goes on from a state that somebody kept: an unfinished run of the same experiment and data is
   * taken up again, if there is one. */
  gboolean resumes;
} FsRunStart;

/* How much of a run the file has. */
typedef struct
{
  size_t n_epochs, n_events;
  guint64 experiment; /* hash of the newest settings that are written; 0 = unknown */
} FsRunWritten;

/* Enters a run. The id is a hash of experiment and data, the same everywhere, for the first such run
 * here, and one made from it for those that repeat it. */
gboolean fs_store_file_begin (FsStoreFile *file,
                              const FsRunStart *start,
                              char id[FS_RUN_ID_SIZE],
                              FsRunWritten *written,
                              GError **error);

/* Takes over a run that is to go on. Fails if somebody else has it open. */
gboolean fs_store_file_reopen (FsStoreFile *file,
                               const char *id,
                               FsRunWritten *written,
                               GError **error);

/* How a run stands. */
typedef struct
{
  FsRunState state;
  const FsExperiment *experiment;
  const FsHistory *history;
  const double *epoch_seconds; /* of the first n_seconds epochs */
  size_t n_seconds;
  const FsBaselines *baselines; /* for the verdict */
  const FsDataFacts *facts;     /* likewise; NULL = not known any more */
} FsRunStand;

/* Writes what is new since `written`, in one transaction: epochs and events always, and with
 * `with_summary` also where the run stands, its verdict and its small picture, which takes longer (for
 * a run that was killed in between, reading makes up for them). Epochs that the file has from before
 * the run was interrupted are overwritten one by one; should one come out different, those after it
 * go. */
gboolean fs_store_file_write (FsStoreFile *file,
                              const char *id,
                              const FsRunStand *stand,
                              gboolean with_summary,
                              FsRunWritten *written,
                              GError **error);

/* The run is closed here: another program, or another part of this one, may open it. */
void fs_store_file_release (FsStoreFile *file, const char *id);

gboolean fs_store_file_rename (FsStoreFile *file, const char *id, const char *name, GError **error);
gboolean fs_store_file_set_note (FsStoreFile *file,
                                 const char *id,
                                 const char *note,
                                 GError **error);
gboolean fs_store_file_set_pinned (FsStoreFile *file,
                                   const char *id,
                                   gboolean pinned,
                                   GError **error);
/* A deleted run can be had back for FS_STORE_KEEP_DELETED_DAYS. */
gboolean fs_store_file_set_deleted (FsStoreFile *file,
                                    const char *id,
                                    gboolean deleted,
                                    GError **error);
#define FS_STORE_KEEP_DELETED_DAYS 30

/* ---- reading ---- */

/* All runs that are not deleted (or all that are), oldest first: FsRunSummary, owned by the array. */
GPtrArray *fs_store_file_list (FsStoreFile *file, gboolean deleted, GError **error);
FsRunRecord *fs_store_file_load (FsStoreFile *file, const char *id, GError **error);
/* The id that begins with these digits; an error if there is none or more than one. */
char *fs_store_file_find (FsStoreFile *file, const char *digits, GError **error);
