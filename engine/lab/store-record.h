/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Runs as the store hands them out: a summary for lists (small, cheap by the hundred) and a record
 * with everything that was observed. Plain data, immutable once read; how they lie on the disk is
 * store-file.h's matter. */

#include <glib.h>
#include "engine/diagnose/verdict.h"
#include "engine/lab/run.h"
#include "engine/lab/spark.h"

typedef enum
{
  FS_STORED_TRAINING,    /* by the program that owns it now */
  FS_STORED_PAUSED,      /* at rest, and open in the program that owns it */
  FS_STORED_INTERRUPTED, /* not finished, and nobody has it open */
  FS_STORED_FINISHED
} FsStoredState;

typedef struct
{
  char id[FS_RUN_ID_SIZE];
  gint64 number; /* in the order in which runs began */
  char *name, *note;
  char *source; /* the experiment's data.source, built-in or absolute */
  gboolean is_pinned, is_deleted;
  gint64 begun; /* seconds since 1970 */
  FsStoredState state;
  gboolean is_elsewhere; /* another program has it open */
  FsEndReason end;
  gboolean has_validation;
  guint32 n_epochs, best_epoch;       /* 0 = none yet */
  double best_loss;                   /* monitored: validation if there is any, else train */
  double train_loss, validation_loss; /* of the last epoch */
  double epoch_seconds;               /* median of the recent ones; NaN unknown */
  gint64 n_parameters;
  gint64 seed;
  guint64 family; /* hash of the experiment without its seed, and of the data */
  char *parent;   /* id of the run it is a branch of; NULL if none */
  guint32 fork_epoch;
  FsVerdictKind verdict;
  FsTone tone;
  char *headline; /* the verdict in words */
  FsSpark spark;
} FsRunSummary;

void fs_run_summary_free (FsRunSummary *summary);
FsRunSummary *fs_run_summary_copy (const FsRunSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsRunSummary, fs_run_summary_free)

/* Of a run that is in memory; its number is 0, and its id "" while no store has it. */
FsRunSummary *fs_run_summary_new (const FsSnapshot *snapshot, const char *name);

/* What was found of it by somebody who has watched it. */
void fs_run_summary_set_verdict (FsRunSummary *summary, const FsVerdict *verdict);

/* TRUE when the run could go on: it has not come to its own end, and nobody has it open. */
gboolean fs_run_summary_can_continue (const FsRunSummary *summary);

/* "training", "paused", "interrupted", "finished". */
const char *fs_stored_state_word (FsStoredState state);

typedef struct
{
  FsRunSummary *summary;
  FsExperiment experiment;
  FsHistory history;
  FsBaselines baselines;
  double *epoch_seconds; /* [history.n_observations]; NaN unknown */
} FsRunRecord;

void fs_run_record_free (FsRunRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsRunRecord, fs_run_record_free)

/* The record as the last snapshot of its run: without data, forecast and weights. Never NULL. */
const FsSnapshot *fs_run_record_to_snapshot (const FsRunRecord *record);

/* Hash of everything in the experiment but its name and seed. */
guint64 fs_experiment_family (const FsExperiment *experiment, guint64 data_hash);
