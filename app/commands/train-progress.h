/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run for people: what is trained, how far it is, what came of it. On a terminal one line moves;
 * elsewhere a few lines are written (epochs 1, 2, 5, 10, 20, …), so that a log stays short. */

#include "engine/diagnose/verdict.h"
#include "engine/lab/run.h"

typedef struct
{
  gboolean is_terminal;
  gboolean has_header;
  gsize n_seen;      /* epochs looked at */
  guint64 next_line; /* the next epoch that gets a line of its own, off the terminal */
} FsTrainProgress;

void fs_train_progress_init (FsTrainProgress *progress);
void fs_train_progress_show (FsTrainProgress *progress, const FsSnapshot *snapshot);

/* The moving line, if any, is taken away. */
void fs_train_progress_clear (FsTrainProgress *progress);

/* The last words: why it ended, the best epoch, the test, the verdict. */
void fs_train_progress_finish (FsTrainProgress *progress,
                               const FsSnapshot *snapshot,
                               const FsVerdict *verdict);
