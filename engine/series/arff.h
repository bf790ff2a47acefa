/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Weka's ARFF: declared columns, then rows of values between commas; "?" is missing. Sparse rows
 * ({3 1.5, 7 x}) are filled with 0 or the first word of a column, as the format says. */

#include "engine/series/frame-build.h"
#include "engine/series/read.h"

bool fs_arff_is (const char *bytes, size_t n_bytes);
FsStatus fs_arff_read (FsFrameBuilder *builder,
                       const char *name,
                       const char *bytes,
                       size_t n_bytes,
                       const FsReadOptions *options,
                       FsProblem *problem);
