/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Delimited text into a frame. A state machine over bytes in memory; `name` is only for messages.
 * Called through read.h, which knows that a file may be something else. */

#include "engine/series/frame-build.h"
#include "engine/series/read.h"

/* Fills builder->frame; what it has already decided stays. `options` is never NULL. */
FsStatus fs_csv_read (FsFrameBuilder *builder,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      const FsReadOptions *options,
                      FsProblem *problem);
