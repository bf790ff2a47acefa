/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run as lines of JSON on stdout, for scripts: one object an epoch and one at the end. The keys are
 * promised; new ones may be added, none change. What is not a number is null. */

#include "engine/diagnose/verdict.h"
#include "engine/lab/run.h"

/* Writes the epochs from index *n_written on, and counts them. */
void fs_train_events_write_epochs (const FsSnapshot *snapshot, gsize *n_written);

/* `snapshot` is the last one. */
void fs_train_events_write_end (const FsSnapshot *snapshot, const FsVerdict *verdict);
