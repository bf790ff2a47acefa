/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How a run's thread builds the snapshots of run.h: the immutable parts that neighbouring snapshots
 * share, and the frame that holds them together. Users of a run need run.h alone.
 *
 * Every function here may fail for want of memory and then says so by NULL or FALSE; nothing aborts. */

#include "engine/lab/run.h"
#include "engine/lab/shared.h"
#include "engine/train/trainer.h"

/* What loading made; there from FS_RUN_READY on. */
typedef struct
{
  FsShared shared;
  FsDataset *dataset; /* owned */
  FsBaselines baselines;
  FsDataFacts facts;
} FsPrepared;

typedef struct
{
  FsShared shared;
  FsForecast forecast; /* owns its arrays */
} FsSharedForecast;

typedef struct
{
  FsShared shared;
  FsRunWeights weights; /* owns its arrays */
} FsSharedWeights;

/* Seconds of each epoch, appended to in place like the history: entries below the n of any snapshot
 * are never written again. */
typedef struct
{
  FsShared shared;
  size_t capacity;
  double seconds[];
} FsEpochTimes;

FsPrepared *fs_prepared_new (void);

/* Predictions of every window with `weights`, or with the current ones if NULL. NULL when memory is
 * short or `interrupt` came (*was_interrupted tells). */
FsSharedForecast *fs_forecast_compute (FsTrainer *trainer,
                                       const FsDataset *dataset,
                                       const FsReal *weights,
                                       uint32_t epoch,
                                       const FsInterrupt *interrupt,
                                       bool *was_interrupted);

/* Copies; `best` may be NULL (then the last are the best there is). */
FsSharedWeights *fs_weights_copy (const FsTensorTable *tensors,
                                  const FsReal *best,
                                  uint32_t best_epoch,
                                  const FsReal *last,
                                  uint32_t last_epoch);

/* Appends entry n (< capacity of what is there, or growing into a new block, which replaces *times). */
gboolean fs_epoch_times_append (FsEpochTimes **times, size_t n, double seconds);

/* Median of the newest few of n entries, those of this process (the others are NaN); 0 if there are
 * none. */
double fs_epoch_times_median (const FsEpochTimes *times, size_t n);

typedef struct
{
  FsShared shared;
  FsSnapshot public;
  uint64_t n_commands; /* how many commands the worker had taken */
  gboolean is_idle;    /* the worker went to sleep after this one */
  FsPrepared *prepared;
  FsSharedForecast *forecast;
  FsSharedWeights *weights;
  FsEpochTimes *times;
} FsSnapshotFrame;

/* A zeroed frame with one reference. Setting its parts is the caller's; freeing it drops them. */
FsSnapshotFrame *fs_snapshot_frame_new (void);

static inline FsSnapshotFrame *
fs_snapshot_frame (const FsSnapshot *snapshot)
{
  return (FsSnapshotFrame *) ((char *) snapshot - offsetof (FsSnapshotFrame, public));
}
