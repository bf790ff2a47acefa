/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run: one experiment being trained on a thread of its own. The thread owns the trainer from start
 * to join. Two things cross the boundary, and nothing else:
 *   commands, main → worker, through a queue, taken between two pieces of work (an interrupt flag cuts
 *   a long piece short, so that every command is acknowledged within 100 ms);
 *   snapshots, worker → main, immutable and reference counted, through a latest-wins mailbox
 *   (mailbox.h). A snapshot's history is complete, so no epoch is ever lost.
 *
 * FsRun is used from the thread that made it (the main thread, or a test's); `notify` is called there,
 * from the main context that was the thread default at fs_run_new(), at most about 30 times a second
 * and always once for the last snapshot. Freeing a run takes less than 100 ms in any state and calls
 * nobody afterwards: it stops and joins the thread, or, if that is in the middle of what cannot be cut
 * short (preparing a million rows), lets it end by itself. */

#include <glib-object.h>
#include "engine/diagnose/verdict.h"
#include "engine/experiment/experiment.h"
#include "engine/lab/lab-error.h"
#include "engine/model/tensor-table.h"
#include "engine/prepare/dataset.h"
#include "engine/train/baselines.h"
#include "engine/train/history.h"
#include "engine/train/trainer-state.h"

typedef enum
{
  FS_RUN_LOADING, /* reading the file, preparing, baselines */
  FS_RUN_READY,   /* prepared, not yet told to train (or paused before the first epoch) */
  FS_RUN_TRAINING,
  FS_RUN_PAUSED,
  FS_RUN_FINISHED, /* history.end says why */
  FS_RUN_FAILED    /* `error` says why; nothing was trained */
} FsRunState;

/* Predictions for every window, with the weights of one epoch: in original units, or of classes their
 * probabilities (one output: that of class 1). Of the task "next" a text that the network wrote instead. */
typedef struct
{
  uint32_t epoch;
  size_t n_windows[FS_N_PARTS];
  double *predicted[FS_N_PARTS]; /* [n_windows][n_outputs] */
  char *sample;                  /* next; else NULL */
  /* The forecast that is given its own predictions instead of what was measured, from the row of the
   * first validation window's target on; none where further inputs would have to be known. */
  size_t n_fed_back;
  double *fed_back; /* [n_fed_back], original units */
} FsForecast;

/* Copies of the parameters, each a block as the table says. `best` are those of the epoch with the
 * lowest monitored loss, `last` those at the end of training; epoch 0 = as initialised. A run that was
 * paused inside an epoch has `last` of that moment, with the number of the last complete epoch. */
typedef struct
{
  FsTensorTable tensors;
  FsReal *best, *last; /* [tensors.size] */
  uint32_t best_epoch, last_epoch;
} FsRunWeights;

#define FS_RUN_ID_SIZE 17 /* 16 hexadecimal digits and a NUL */

/* Immutable once published. Shares its parts with its neighbours by reference. */
typedef struct
{
  FsRunState state;
  FsExperiment experiment;  /* with the live settings as they are now */
  FsHistory history;        /* complete; a view that belongs to the snapshot */
  const FsDataset *dataset; /* lives as long as the snapshot; NULL while loading */
  FsBaselines baselines;
  const FsDataFacts *facts;    /* of the dataset; NULL while loading */
  const FsForecast *forecast;  /* latest wins; NULL before the first epoch */
  const FsRunWeights *weights; /* while the run rests (ready, paused, finished), else NULL */
  /* [history.n_observations] seconds of training and evaluation; NaN for epochs of an earlier
   * process. */
  const double *epoch_times;
  size_t n_parameters;  /* learned numbers; 0 while loading */
  double epoch_seconds; /* median of the recent ones, 0 before the first */
  double epoch_share;   /* progress inside the epoch, 0 … 1 */
  char error[1024];     /* FS_RUN_FAILED: why. Otherwise why the last command was refused, or "" */
  char id[FS_RUN_ID_SIZE]; /* in the store of runs; "" if it is not there (yet) */
  char not_kept[512];      /* why it is not there, though it should be; "" while all is well */
} FsSnapshot;

/* What there is to judge in a snapshot; `forecast` is room for what its forecasts tell, and must live as
 * long as the case. */
FsCase fs_snapshot_case (const FsSnapshot *snapshot, FsForecastFacts *forecast);

const FsSnapshot *fs_snapshot_ref (const FsSnapshot *snapshot);
void fs_snapshot_unref (const FsSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsSnapshot, fs_snapshot_unref)

/* `snapshot` with the epochs and events of `other`: of a run that was restored to an earlier epoch than
 * it is known to have come to. */
const FsSnapshot *fs_snapshot_with_history_of (const FsSnapshot *snapshot, const FsSnapshot *other);

typedef struct FsRun FsRun;
typedef void (*FsRunNotify) (FsRun *run, const FsSnapshot *snapshot, void *data);

/* Starts the thread, which loads and prepares at once, so that the first forecast axis and the
 * baselines are there before Train is pressed. `base` as in source.h. n_threads 0 = all cores. */
FsRun *fs_run_new (const FsExperiment *experiment,
                   const char *base,
                   unsigned n_threads,
                   FsRunNotify notify,
                   void *data);

/* Keeps the run's state in the file `path`, so that it can go on in another process with the same
 * numbers: now and then while training (no more than a few seconds of work are ever lost, and a small
 * share of the time is spent on it), and whenever it rests. With `resumes` the run begins with what the
 * file has; without a file, at the beginning. A state of other data or of another experiment (but for
 * live settings) makes the run fail with a sentence. */
FsRun *fs_run_new_kept (const FsExperiment *experiment,
                        const char *base,
                        unsigned n_threads,
                        const char *path,
                        gboolean resumes,
                        FsRunNotify notify,
                        void *data);

/* All that can be said when a run is made; zero fields mean the ordinary thing. */
typedef struct FsRecorder FsRecorder; /* recorder.h */
typedef struct
{
  const char *base;
  unsigned n_threads;
  const char *state_path; /* as in fs_run_new_kept(); NULL = nowhere */
  gboolean resumes;       /* from the state at that path, or from the store's */
  /* A fork: the run begins with what `origin` was after the epoch, or after the nearest whose state it has
   * kept (the history tells how many it begins with; 0 = the first weights, G_MAXUINT32 = now). From
   * there on its own experiment counts, which may differ in all but what the past was about: see
   * engine/train/trainer-state.h. The origin goes on undisturbed; once it has loaded it
   * may be freed right after this. */
  FsRun *origin;
  uint32_t fork_epoch;
  FsForkMoments fork_moments;
  FsRecorder *recorder; /* taken: the run is written into the store of runs, its state too */
  FsRunNotify notify;
  void *data;
} FsRunOptions;
FsRun *fs_run_new_with (const FsExperiment *experiment, const FsRunOptions *options);

void fs_run_free (FsRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsRun, fs_run_free)

void fs_run_train (FsRun *run); /* start, or resume after pause */
void fs_run_pause (FsRun *run); /* within 100 ms; an unfinished epoch goes on where it was */
void fs_run_step (FsRun *run);  /* to the end of the current or next epoch, then pause */
void fs_run_stop (FsRun *run);  /* ends the run, best weights restored if the experiment says so */
void fs_run_set (FsRun *run, const char *key, double value); /* a live setting */
/* A setting of what is shown (is_for_show), as text, in any state: what the run writes is written anew, with
 * the weights that it has or keeps. Training goes on with the same bits. */
void fs_run_set_shown (FsRun *run, const char *key, const char *text);

/* The newest snapshot that was handed over (never NULL). */
const FsSnapshot *fs_run_snapshot (const FsRun *run);

/* What a relative data.source is relative to; NULL = the current directory. */
const char *fs_run_base (const FsRun *run);

/* The forecast with the weights of `epoch` (from the checkpoints); arrives in a snapshot's
 * `forecast`. 0 = follow the newest epoch again. */
void fs_run_show_epoch (FsRun *run, uint32_t epoch);

/* Blocks until every command given so far is done with and the run rests (ready, paused, finished or
 * failed) with its forecast and weights in the snapshot. Iterates no main context; for headless use,
 * where `notify` is NULL and `progress` (may be NULL) is called on the caller's thread when epochs
 * have been added: one at a time while they are slow, several at once while they are fast, so go on
 * from the observation after the last one you saw. */
typedef void (*FsRunProgress) (const FsSnapshot *snapshot, void *data);
void fs_run_wait (FsRun *run, FsRunProgress progress, void *data);
