/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Between a run's thread and the store's: what is known of the run is put into a slot, constant time
 * and latest wins (a history holds all that came before), and the store's thread writes what is new.
 *
 * What may be lost. The run's thread lets the store fall behind by one epoch at most: before it goes on
 * after epoch n it waits until n − 1 is written, and before it tells anybody of an epoch, until that
 * one is. A commit takes some 50 µs beside the training, so that the wait is almost always over before
 * it begins; a disk that stalls is waited for no longer than FS_RECORDER_PATIENCE_MS each time.
 *
 * Made by a run's owner, who gives it away with the run; the functions below belong to the run's
 * thread. */

#include "engine/base/pool.h"
#include "engine/lab/shared.h"
#include "engine/lab/snapshot.h"
#include "engine/lab/store.h"

#define FS_RECORDER_PATIENCE_MS 50

typedef struct FsRecorder FsRecorder;

/* For a new run; `parent` (may be NULL) is the run it branches off. */
FsRecorder *fs_recorder_new (FsStore *store,
                             const char *name,
                             const char *parent,
                             guint32 fork_epoch);
/* For one that the store has already and that is to go on. */
FsRecorder *fs_recorder_new_continued (FsStore *store, const char *id);
void fs_recorder_free (FsRecorder *recorder); /* the run is closed in the store */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsRecorder, fs_recorder_free)

/* Enters the run, or takes it over; once. FALSE if it must not go on because somebody else has it
 * open. A store that is in trouble is no reason: see fs_recorder_problem(). */
gboolean fs_recorder_begin (FsRecorder *recorder,
                            const FsRunStart *start,
                            const FsInterrupt *quits);
gboolean fs_recorder_has_begun (const FsRecorder *recorder);

/* Where the run stands now. */
void fs_recorder_note (FsRecorder *recorder,
                       FsRunState state,
                       const FsExperiment *experiment,
                       const FsHistory *history,
                       FsEpochTimes *times,
                       size_t n_times);

/* Waits until the first n epochs are written, or patience or the interrupt ends it. */
void fs_recorder_wait (FsRecorder *recorder, size_t n_epochs, const FsInterrupt *interrupt);

/* The run's id, and where its state is to be kept; NULL until the store has answered. */
const char *fs_recorder_id (const FsRecorder *recorder);
const char *fs_recorder_state_path (const FsRecorder *recorder);

/* Of a run that is to go on: where its state was kept; else NULL. */
char *fs_recorder_dup_earlier_state_path (const FsRecorder *recorder);

/* Why the run is not kept; NULL while all is well. */
const char *fs_recorder_problem (const FsRecorder *recorder);
