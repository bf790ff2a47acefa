/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Several experiments, each run with the same few seeds: what fair comparisons are made of. Run k of
 * every arm has the same seed, so that it begins with the same weights (where the networks have the
 * same shape) and sees the same batches in the same order; what then differs is the experiment.
 *
 * Each run is one job on one thread; as many jobs as there are free cores work at once, at a niceness
 * that leaves the window and the user's own run their share. Nothing here depends on the clock or on
 * the number of jobs: the same arms and seeds give the same results.
 *
 * Used from the thread that made it. `notify` is called there, from the main context that was the
 * thread default at fs_paired_runs_new(), a few times a second while there is progress and once after
 * the last job; never after fs_paired_runs_free(), which cancels and joins. */

#include "engine/lab/run.h"

#define FS_PAIRED_MAX_ARMS 16
#define FS_PAIRED_MAX_SEEDS 32

typedef struct
{
  const FsExperiment *experiment; /* copied */
  gint64 seed_shift;              /* added to every seed: a placebo differs in its seed alone */
} FsPairedArm;

/* One run, complete. Errors are in original units, of the weights the run kept, for each row of the
 * test part that a window aims at (the mean over the windows that do); NaN elsewhere. Arms with other
 * window lengths aim at other rows: compare on the rows both have. Of sequences and texts the row is the
 * first of each. Of classes the squared error is Brier's Σ (p − y)², the absolute one Σ |p − y|. */
typedef struct
{
  char error[1024];        /* why it failed; "" if it did not */
  FsExperiment experiment; /* of this run, with its seed */
  FsHistory history;
  FsBaselines baselines;
  FsDataFacts facts;
  FsForecastFacts forecast;
  size_t n_rows;
  double *squared, *absolute; /* [n_rows] */
  double *
      naive; /* [n_rows]: squared error without learning: of repeating the last value; of sequences, of the
                    training mean; of classes, of their shares in training */
  double *validation_squared;    /* [n_rows]: as `squared`, of the validation part */
  double train_loss, validation; /* losses at the best epoch */
} FsPairedResult;

typedef struct FsPairedRuns FsPairedRuns;
typedef void (*FsPairedNotify) (FsPairedRuns *runs, void *data);

/* Seed k (from 0) of an arm is its experiment's train.seed + seed_shift + k. `base` as in source.h;
 * n_jobs 0 = all cores but one. */
FsPairedRuns *fs_paired_runs_new (const FsPairedArm *arms,
                                  guint n_arms,
                                  guint n_seeds,
                                  const char *base,
                                  guint n_jobs,
                                  FsPairedNotify notify,
                                  void *data);
void fs_paired_runs_free (FsPairedRuns *runs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsPairedRuns, fs_paired_runs_free)

void fs_paired_runs_cancel (FsPairedRuns *runs); /* within 100 ms; finished results stay */
gboolean fs_paired_runs_is_done (FsPairedRuns *runs);
gboolean fs_paired_runs_is_cancelled (FsPairedRuns *runs);
double fs_paired_runs_progress (FsPairedRuns *runs); /* 0 … 1, of the epochs that were asked for */
guint fs_paired_runs_n_done (FsPairedRuns *runs);    /* of n_arms × n_seeds jobs */

/* What there is to judge in a result. */
FsCase fs_paired_result_case (const FsPairedResult *result);

/* NULL while the run is not done, or was cancelled. Valid as long as `runs`. */
const FsPairedResult *fs_paired_runs_result (FsPairedRuns *runs, guint arm, guint seed);

/* Blocks until all jobs are done or cancelled, without iterating any main context. `progress` (may be
 * NULL) is called on this thread now and then. */
void fs_paired_runs_wait (FsPairedRuns *runs, FsPairedNotify progress, void *data);
