/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a run leaves in a folder: experiment.json, history.csv and probes.csv (nothing in them depends on
 * the clock; times go to timings.csv), best.safetensors, last.safetensors, predictions.csv in original units.
 * One writer for the window and the command line, so that the files are byte-identical. Every file is
 * written beside its place, synced and renamed. */

#include <glib.h>
#include "engine/lab/run.h"
#include "engine/series/read.h"

/* A folder of a million rows takes seconds: how far it is, and the wish to end it. Either may be NULL. */
typedef struct
{
  const FsInterrupt *interrupt;
  FsReadProgress *progress;
} FsResultsWatch;

/* One line an epoch: epoch,train_loss,val_loss,running_loss,learning_rate,gradient_norm,
 * gradient_norm_max,clipped_share,update_ratio,gradient_norm_p90,gradient_norm_p99. Numbers are the shortest that read back to the same
 * double; val_loss is empty where there is no validation part. */
char *fs_results_history_csv (const FsHistory *history);

/* One line a probe (engine/train/probe.h): epoch,noise,signal,noise_scale, then of each tensor NAME.
 * gradient_norm, weight_norm and update_ratio, and of each recurrent layer layers.N. followed by its
 * figures, but for those that a layer of its kind does not have. `tensors` names the tensors. */
char *fs_results_probes_csv (const FsHistory *history, const FsTensorTable *tensors);

/* epoch,seconds. */
char *fs_results_timings_csv (const FsSnapshot *snapshot);

/* One line for each window and step of its horizon: row,time,part,step,truth,predicted. `row` is the
 * data row that is predicted, from 1; `time` its date (the row again where there are no dates); truth
 * is empty where the file has none. The lines go up by part, window, step. `watch` may be NULL; called
 * off, the text ends early. */
char *fs_results_predictions_csv (const FsSnapshot *snapshot, const FsResultsWatch *watch);

gboolean fs_results_write_text (const char *path, const char *text, GError **error);

/* All of it; the folder is made if need be. The run rests (see fs_run_wait()). */
gboolean fs_results_save (FsRun *run, const char *folder, GError **error);

/* The same of a snapshot of a run that rests, on any thread. What `base` is, fs_run_base() says; `watch` may
 * be NULL. Called off (FS_INTERRUPTED) or failed, nothing in the folder has changed: the files are written
 * in a hidden folder within it, and take their places once the last of them is whole. */
gboolean fs_results_save_snapshot (const FsSnapshot *snapshot,
                                   const char *base,
                                   const char *folder,
                                   const FsResultsWatch *watch,
                                   GError **error);
