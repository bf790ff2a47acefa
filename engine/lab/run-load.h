/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From an experiment to a trainer that is ready for its first batch: read the file, prepare it, score
 * the baselines, start the threads. On the run's thread; each stage can fail with a sentence. */

#include "engine/base/pool.h"
#include "engine/lab/snapshot.h"

typedef struct
{
  FsPrepared *prepared;
  FsPool *pool;
  FsTrainer *trainer;
} FsLoaded;

/* `n_threads` 0 = as many as pay for this network; `is_watched` leaves room for a window. On failure
 * `loaded` holds what there is so far; clear it in any case. */
gboolean fs_loaded_make (FsLoaded *loaded,
                         const FsExperiment *experiment,
                         const char *base,
                         unsigned n_threads,
                         const FsInterrupt *interrupt,
                         GError **error);
void fs_loaded_clear (FsLoaded *loaded);
