/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* sktime's .ts: a line is a case of one or more series of any length and its class (or number). The
 * frame has a row for every step: the number of the case, the step or its time, the values, the class. */

#include "engine/series/frame-build.h"
#include "engine/series/read.h"

bool fs_ts_is (const char *bytes, size_t n_bytes);
FsStatus fs_ts_read (FsFrameBuilder *builder,
                     const char *name,
                     const char *bytes,
                     size_t n_bytes,
                     const FsReadOptions *options,
                     FsProblem *problem);
