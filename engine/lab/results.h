/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a run leaves in a folder: experiment.json, history.csv (nothing in it depends on the clock;
 * times go to timings.csv), best.safetensors, last.safetensors, predictions.csv in original units.
 * One writer for the window and the command line, so that the files are byte-identical. Every file is
 * written beside its place, synced and renamed. */

#include <glib.h>
#include "engine/lab/run.h"

char *fs_results_history_csv (const FsHistory *history);
char *fs_results_predictions_csv (const FsSnapshot *snapshot);
gboolean fs_results_write_text (const char *path, const char *text, GError **error);
gboolean fs_results_save (FsRun *run, const char *folder, GError **error);
