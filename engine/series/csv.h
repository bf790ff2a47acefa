/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Delimited text into a frame. A state machine over bytes in memory, or over a file of which only a
 * part is in memory at a time; `name` is only for messages. Called through read.h, which knows that a
 * file may be something else. */

#include "engine/base/file-bytes.h"
#include "engine/series/frame-build.h"
#include "engine/series/read.h"

/* Of a long text so much is cut into cells at a time: the cells of all threads fit into the
 * processor's caches, and starting the threads costs a thousandth of the work. */
#define FS_CSV_BLOCK_BYTES ((size_t) 1 << 20)

/* The dialect is found on so many bytes. */
#define FS_CSV_LEAST_FIRST ((size_t) 512 << 10)

/* Fills builder->frame; what it has already decided stays. `options` is never NULL. */
FsStatus fs_csv_read (FsFrameBuilder *builder,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      const FsReadOptions *options,
                      FsProblem *problem);

/* The same for a file that is UTF-8 without any NUL; where it is not, or has no row, *needs_whole: then
 * what the builder has is to be thrown away and the file's bytes to be read by fs_csv_read(). */
FsStatus fs_csv_read_file (FsFrameBuilder *builder,
                           const FsFileParts *file,
                           const FsReadOptions *options,
                           bool *needs_whole,
                           FsProblem *problem);
