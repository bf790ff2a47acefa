/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What stands before the numbers of a NumPy array: their kind, their order and the array's shape.
 * Private to the reader of arrays. */

#include <stdbool.h>
#include <stddef.h>
#include "engine/base/status.h"

#define FS_NPY_DIMENSIONS 3

typedef struct
{
  char
      kind; /* 'f' float, 'i' and 'u' whole numbers, 'b' boolean, 'M' dates, 'S' bytes, 'U' texts */
  size_t item_size; /* bytes */
  bool is_swapped;  /* against this machine's order of bytes */
  bool is_fortran;  /* the first index runs fastest */
  double seconds;   /* 'M': how long one unit is */
  size_t shape[FS_NPY_DIMENSIONS];
  size_t n_dimensions;
  const char *values; /* in the caller's bytes, all there */
} FsNpyArray;

bool fs_npy_is_array (const char *bytes, size_t n_bytes);
FsStatus fs_npy_open (FsNpyArray *array,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      FsProblem *problem);
