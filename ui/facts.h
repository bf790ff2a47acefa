/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Sentences and names made from experiments and snapshots: what the header, the rows, the run strip
 * and screen readers say. Pure functions over plain data; no widget, no clock. All strings are
 * transfer full. */

#include <glib.h>
#include "engine/lab/run.h"

/* "LSTM 50", "LSTM 64 + 32", "no recurrent layer". */
char *fs_facts_model_name (const FsExperiment *experiment);
/* "Air passengers", from "builtin:air-passengers" or a path. */
char *fs_facts_source_name (const char *source);
/* "Air passengers · LSTM 50" */
char *fs_facts_title (const FsExperiment *experiment);
/* The model's name, or, after `previous`, the one or two settings that differ: "Units 16". */
char *fs_facts_run_name (const FsExperiment *experiment, const FsExperiment *previous);

/* "epoch 87 of 300 · 11 ms an epoch · 2.3 s left", "ready", "finished: …". `is_pending` adds that
 * edits wait for a new run; `problem` (may be NULL) replaces "ready". */
char *fs_facts_subtitle (const FsSnapshot *snapshot, gboolean is_pending, const char *problem);
char *fs_facts_duration (double seconds); /* "40 µs", "11 ms", "2.3 s", "4 min", "1 h 20 min" */

/* What hinders training, by the name of its row instead of its key: "Target: there is no column …".
 * `key` as fs_session_get_problem() gives it. */
char *fs_facts_problem (const FsExperiment *experiment, const char *problem, const char *key);

/* Beside the rows; NULL while there is no dataset. */
char *fs_facts_windows (const FsSnapshot *snapshot); /* "91 windows × 24 steps × 1" */
/* "70 · 15 · 15"; shares that a column gives are known once there is a data set, which may be NULL. */
char *fs_facts_split (const FsExperiment *experiment, const FsDataset *dataset);
gboolean fs_facts_shares (const FsExperiment *experiment,
                          const FsDataset *dataset,
                          double shares[FS_N_PARTS]);
/* "in time order, gap 24 rows"; `leaks` (may be NULL): windows of different parts share rows. */
char *fs_facts_gap (const FsSnapshot *snapshot, gboolean *leaks);
/* "144 rows · nothing missing", "1,204 rows · 3 values missing in 2 columns". */
char *fs_facts_frame (const FsFrame *frame);
/* Decisions and warnings of reading, one a line; NULL if there are none. */
char *fs_facts_reading (const FsFrame *frame);
/* "10,451 parameters", or NULL when the experiment cannot be planned; `dataset` may be of an older state of
 * it, or NULL. */
char *fs_facts_parameters (const FsExperiment *experiment, const FsDataset *dataset);

char *fs_facts_count (gint64 n);                           /* "10,451" */
char *fs_facts_loss (double loss);                         /* "0.0747", four significant digits */
char *fs_facts_loss_name (const FsExperiment *experiment); /* "mean squared error, standardised" */
