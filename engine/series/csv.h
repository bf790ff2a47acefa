/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Delimited text into a frame. A state machine over bytes in memory; `name` is only for messages. */

#include "engine/base/pool.h"
#include "engine/series/frame.h"

FsStatus fs_csv_read (FsFrame **frame,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      const FsInterrupt *interrupt,
                      FsProblem *problem);

/* The same for a file on disk (memory-mapped). */
FsStatus fs_csv_read_file (FsFrame **frame,
                           const char *path,
                           const FsInterrupt *interrupt,
                           FsProblem *problem);
