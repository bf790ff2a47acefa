/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A file into a frame, whatever it is: what kind of file is found by its content, never by its name,
 * and each kind has a reader of its own. Decisions and warnings are in the frame; failure is one
 * sentence with the line where it can be told. */

#include <stdatomic.h>
#include "engine/base/pool.h"
#include "engine/experiment/experiment.h"
#include "engine/series/frame.h"

/* How far a reader is: written by it, read by any thread. */
typedef struct
{
  atomic_size_t n_done, n_total; /* bytes of work; 0 of 0 before it begins */
} FsReadProgress;

typedef struct
{
  const FsImport *import;       /* what a person has decided; NULL = everything by evidence */
  const FsInterrupt *interrupt; /* may be NULL */
  FsReadProgress *progress;     /* may be NULL */
  size_t max_rows;              /* a preview: only the first rows of a long text; 0 = all */
  size_t block_bytes;           /* of a long text at a time; 0 = as many as is quick */
  FsPool *pool;                 /* to share the work of a long text; NULL = the caller alone */
} FsReadOptions;

/* Nothing decided: everything by evidence. */
FsImport fs_import_default (void);
bool fs_import_is_equal (const FsImport *left, const FsImport *right);

/* For readers: how far they are. */
static inline void
fs_read_progress (const FsReadOptions *options, size_t n_done, size_t n_total)
{
  if (!options->progress)
    return;
  atomic_store_explicit (&options->progress->n_total, n_total, memory_order_relaxed);
  atomic_store_explicit (&options->progress->n_done, n_done, memory_order_relaxed);
}

/* `name` is only for messages. `options` may be NULL. */
FsStatus fs_frame_read (FsFrame **frame,
                        const char *name,
                        const char *bytes,
                        size_t n_bytes,
                        const FsReadOptions *options,
                        FsProblem *problem);

/* The same for a file on disk. */
FsStatus fs_frame_read_file (FsFrame **frame,
                             const char *path,
                             const FsReadOptions *options,
                             FsProblem *problem);
