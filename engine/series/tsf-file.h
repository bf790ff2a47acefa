/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The .tsf of the Monash forecasting archive: a line is a series, its attributes (name, start) and its
 * values. Series of one start and length become columns side by side; others follow each other, with a
 * column that names the series. Times are counted on from the start by the @frequency. */

#include "engine/series/frame-build.h"
#include "engine/series/read.h"

bool fs_tsf_is (const char *bytes, size_t n_bytes);
FsStatus fs_tsf_read (FsFrameBuilder *builder,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      const FsReadOptions *options,
                      FsProblem *problem);
