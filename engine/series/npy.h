/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* NumPy's arrays (.npy, format 1 to 3) and archives of them (.npz). A row of numbers is a column, a
 * matrix is columns, an array of three dimensions is sequences (a column of their numbers, one of steps,
 * then the values). Integers, floats, booleans, dates and texts in either order of bytes, in C's order
 * or Fortran's; objects are refused, for they are programs. */

#include "engine/series/frame-build.h"
#include "engine/series/read.h"

bool fs_npy_is (const char *bytes, size_t n_bytes);
FsStatus fs_npy_read (FsFrameBuilder *builder,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      const FsReadOptions *options,
                      FsProblem *problem);

/* Of an archive: the array that import->table names, else all that have as many rows as the first. */
bool fs_npz_is (const char *bytes, size_t n_bytes);
FsStatus fs_npz_read (FsFrameBuilder *builder,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      const FsReadOptions *options,
                      FsProblem *problem);
