/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The learning-rate range test of an experiment on a thread of its own, with a network of its own: a run
 * that trains meanwhile is not disturbed, and the numbers are those of `fitscope range`.
 *
 * Used from the thread that made it; `ready` is called there, from the main context that was the thread
 * default at fs_range_worker_new(): with the curve so far while it grows (the newest alone, if many come
 * at once), at last with `is_over`, and never after fs_range_worker_free(). */

#include "engine/lab/lab-error.h"
#include "engine/train/range-test.h"

typedef struct
{
  double *rates, *losses; /* [n]; owned */
  size_t n;
  size_t n_steps; /* as many as there will be, if the loss does not burst */
  gboolean is_over;
  double suggestion, valley; /* once it is over; NaN = none */
  char error[1024];          /* why it could not be made; "" if it could */
} FsRangeNews;

void fs_range_news_free (FsRangeNews *news);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsRangeNews, fs_range_news_free)

typedef struct FsRangeWorker FsRangeWorker;
/* Takes the news. */
typedef void (*FsRangeReady) (FsRangeNews *news, void *data);

/* Copies the experiment and begins; `base` and `n_threads` as for fs_run_new(). */
FsRangeWorker *fs_range_worker_new (const FsExperiment *experiment,
                                    const char *base,
                                    unsigned n_threads,
                                    FsRangeReady ready,
                                    void *data);

/* Never waits: what is under way ends by itself, soon, and its thread with it. */
void fs_range_worker_free (FsRangeWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsRangeWorker, fs_range_worker_free)
