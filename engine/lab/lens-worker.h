/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Looks through a lens on a thread of its own, so that a parameter can be dragged on a million rows
 * while the window goes on drawing. Asking replaces a question that has not been taken up, and an
 * answer replaces one that has not been fetched: who asks faster than the lens can look gets the newest
 * answers and no backlog.
 *
 * Load: a question each frame. Used from the thread that made it; `ready` is called there, from the main
 * context that was the thread default at fs_lens_worker_new(), and never after fs_lens_worker_free(). */

#include "engine/lab/lab-error.h"
#include "engine/lab/shared-frame.h"
#include "engine/prepare/lens.h"

typedef struct
{
  guint64 question; /* which one this answers: as fs_lens_worker_ask() returned */
  size_t step;      /* as asked */
  char error[1024]; /* why there is nothing to see: the file or an earlier step; "" if there is */
  FsStatus status;  /* the same as a code */
  FsLensPicture picture;
  char (*channels)[FS_TEXT_SIZE]; /* [n_channels]: names after the step */
  size_t n_channels;
  double seconds; /* of processor time that the look took */
} FsLensAnswer;

void fs_lens_answer_free (FsLensAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsLensAnswer, fs_lens_answer_free)

typedef struct FsLensWorker FsLensWorker;
/* Takes the answer. */
typedef void (*FsLensReady) (FsLensAnswer *answer, void *data);

FsLensWorker *fs_lens_worker_new (FsLensReady ready, void *data);

/* Never waits: a look that is under way ends by itself, and its thread with it. */
void fs_lens_worker_free (FsLensWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsLensWorker, fs_lens_worker_free)

/* `step` and `channel` as for fs_lens_look(); the frame is referenced, the experiment copied. Returns
 * the number of the question, 1, 2, …; 0 when memory is short. */
guint64 fs_lens_worker_ask (FsLensWorker *worker,
                            FsSharedFrame *frame,
                            const FsExperiment *experiment,
                            size_t step,
                            size_t channel);
