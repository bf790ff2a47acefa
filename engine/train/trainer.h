/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The trainer: network + optimiser + data order, advanced one small piece of work at a time by its
 * only owner (in the program: the run's thread). It knows no clock, no file and no window.
 *
 * A piece of work is one training batch or one evaluation chunk; fs_trainer_advance() says what came
 * of it. All state between two calls is in the trainer, so that the caller may stop, pause or change
 * live settings between any two calls, and an interrupted piece (FS_ADVANCED_INTERRUPTED) is simply
 * done again, with the same numbers. */

#include "engine/base/pool.h"
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"
#include "engine/model/network.h"
#include "engine/prepare/dataset.h"
#include "engine/train/history.h"

typedef struct FsTrainer FsTrainer;

typedef enum
{
  FS_ADVANCED_BATCH,      /* a batch was trained */
  FS_ADVANCED_EVALUATION, /* a chunk was evaluated */
  FS_ADVANCED_EPOCH,      /* an observation was appended to the history */
  FS_ADVANCED_END, /* the run is over; history.end says why; best weights restored if asked */
  FS_ADVANCED_INTERRUPTED, /* nothing happened; call again */
} FsAdvanced;

/* Keeps `dataset` and `pool` (not owned). `network` shape comes from both. */
FsStatus fs_trainer_new (FsTrainer **trainer,
                         const FsExperiment *experiment,
                         const FsDataset *dataset,
                         FsPool *pool,
                         FsProblem *problem);
void fs_trainer_free (FsTrainer *trainer);

/* FS_ADVANCED_EPOCH is what the last evaluation chunk of an epoch returns; FS_ADVANCED_END comes with
 * a call of its own after it, and again with every further call. */
FsAdvanced fs_trainer_advance (FsTrainer *trainer, const FsInterrupt *interrupt);

const FsHistory *fs_trainer_history (const FsTrainer *trainer);
const FsExperiment *fs_trainer_experiment (const FsTrainer *trainer); /* with the live settings */
FsNetwork *fs_trainer_network (FsTrainer *trainer); /* may change when train.batch grows */

/* Batches done in the current epoch and batches an epoch has: for progress within long epochs. */
void fs_trainer_progress (const FsTrainer *trainer, size_t *done, size_t *total);

/* Ends the run as FS_END_STOPPED (restoring the best weights if the experiment says so). */
void fs_trainer_stop (FsTrainer *trainer);

/* A live setting by key ("train.learning_rate", "model.layers.1.rate", "train.epochs", …); it acts
 * from the next batch on, the experiment inside follows and an event is recorded. FS_UNKNOWN_KEY if
 * the setting is not live. More epochs or more patience reopen a run that ended for the want of them:
 * it goes on from its last weights. */
FsStatus fs_trainer_set (FsTrainer *trainer, const char *key, double value, FsProblem *problem);

/* A setting of what is shown (is_for_show) by key, as text: the next sample goes by it, and training does
 * not know. FS_UNKNOWN_KEY for any other setting. */
FsStatus fs_trainer_set_shown (FsTrainer *trainer,
                               const char *key,
                               const char *text,
                               FsProblem *problem);

/* Records what happened outside, such as a pause. */
void fs_trainer_note (FsTrainer *trainer, FsEventKind kind, const char *text);

/* Probes (probe.h) are taken unless this turns them off; every other number is the same either way. The
 * share is that of all work so far which went into them, counted in multiply-adds. */
void fs_trainer_set_probing (FsTrainer *trainer, bool is_on);
double fs_trainer_probe_share (const FsTrainer *trainer);

/* Weights, [tensor table size], valid until the next call that advances, sets or stops. Best is NULL
 * before the first epoch; last are those that training left, also when the best are restored. */
const FsReal *fs_trainer_best_weights (const FsTrainer *trainer);
const FsReal *fs_trainer_last_weights (const FsTrainer *trainer);

/* The weights at the end of the epoch nearest to `epoch` among those that are kept (all of them, in
 * all but very long runs or very large networks), and which epoch that is; 0 = the initial ones. */
const FsReal *fs_trainer_weights_at (const FsTrainer *trainer,
                                     uint32_t epoch,
                                     uint32_t *found_epoch);

/* Predictions of every window of `part` in prepared units with the current weights:
 * predicted[n_windows][n_outputs]. FS_INTERRUPTED leaves it undefined. */
FsStatus fs_trainer_predict (FsTrainer *trainer,
                             FsPart part,
                             double *predicted,
                             const FsInterrupt *interrupt);

/* The same with other weights (a checkpoint's); the current weights are back afterwards. */
FsStatus fs_trainer_predict_with (FsTrainer *trainer,
                                  const FsReal *weights,
                                  FsPart part,
                                  double *predicted,
                                  const FsInterrupt *interrupt);

/* The forecast fed back: from the window before the first target of `part` on, the network is given
 * its own predictions instead of what was measured. How many steps `part` has room for; 0 where it
 * cannot be done, because something else than the target's own past goes in. */
size_t fs_trainer_feed_back_steps (const FsTrainer *trainer, FsPart part);

/* path[n_steps ≤ those] in prepared units, with `weights` or, if NULL, the current ones. FS_INTERRUPTED
 * leaves it undefined. */
FsStatus fs_trainer_feed_back (FsTrainer *trainer,
                               const FsReal *weights,
                               FsPart part,
                               size_t n_steps,
                               double *path,
                               const FsInterrupt *interrupt);
