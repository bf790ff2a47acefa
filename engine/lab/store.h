/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The store of runs as a program has it open: a thread of its own that holds the file (store-file.h),
 * so that a slow disk stalls neither a window nor a training. Work is handed to it and done in order;
 * what comes of it is told to the main context that was the thread default at fs_store_new().
 *
 * A store that cannot be opened is still a store: work that is handed to it hears of the trouble, and
 * the program goes on without. */

#include "engine/lab/store-file.h"

typedef struct FsStore FsStore;

/* Opens the folder in the background. */
FsStore *fs_store_new (const char *folder);

/* The owner's end of it: does what was handed over before, tells nobody any more, joins the thread.
 * Recorders may outlive it; what they hand over then is lost. */
void fs_store_close (FsStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsStore, fs_store_close)

/* On the store's thread; `file` is NULL when it could not be opened, and then `trouble` says why. */
typedef void (*FsStoreWork) (FsStoreFile *file, const GError *trouble, void *data);
/* On the owner's thread, after it, unless the store was closed; may be NULL. */
typedef void (*FsStoreDone) (void *data);

/* Any thread. `free_data` is called on the owner's thread, or, once the store is closed, on any; then
 * nothing is done any more. */
void fs_store_do (FsStore *store,
                  FsStoreWork work,
                  FsStoreDone done,
                  void *data,
                  GDestroyNotify free_data);

/* Waits until all is done that this thread has handed over so far. For commands, not for windows. */
void fs_store_wait (FsStore *store);

/* For who keeps one beyond the owner's closing. */
FsStore *fs_store_ref (FsStore *store);
void fs_store_unref (FsStore *store);
const char *fs_store_get_folder (FsStore *store);
