/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Undo and redo of experiment changes. An experiment is plain data, so a step is simply the whole
 * experiment as it was (about 20 kB); at most FS_UNDO_DEPTH of them are kept. Changes of the same
 * setting in quick succession (a slider being dragged, a number being typed) are one step. Main
 * thread; knows no clock: the caller says when. */

#include <glib.h>
#include "engine/experiment/experiment.h"

#define FS_UNDO_DEPTH 200
#define FS_UNDO_MERGE_MS 1200 /* a pause longer than this in the same setting is a new thought */

typedef struct FsUndo FsUndo;

FsUndo *fs_undo_new (void);
void fs_undo_free (FsUndo *undo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsUndo, fs_undo_free)

/* Remembers `before`, which is about to be replaced. `label` says what changes ("Look back");
 * `merge_key` is the setting's path, or NULL for a change that never merges. Forgets all redo. */
void fs_undo_push (FsUndo *undo,
                   const FsExperiment *before,
                   const char *label,
                   const char *merge_key,
                   gint64 now_ms);

/* Exchanges `current` for the experiment before (after) it; FALSE when there is none. */
gboolean fs_undo_undo (FsUndo *undo, FsExperiment *current);
gboolean fs_undo_redo (FsUndo *undo, FsExperiment *current);

/* What would be undone or redone, NULL when there is nothing. */
const char *fs_undo_get_undo_label (FsUndo *undo);
const char *fs_undo_get_redo_label (FsUndo *undo);
