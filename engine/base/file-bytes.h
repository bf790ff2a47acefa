/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A whole file in memory. Read, not mapped: a mapped file that another program cuts short while we
 * look at it ends the process with SIGBUS, and copying costs a tenth of the time that reading the
 * numbers in it takes. Only regular files: a pipe may never end and a device has no length. */

#include <stddef.h>
#include "engine/base/status.h"

typedef struct
{
  char *bytes; /* with a NUL after the last byte */
  size_t n_bytes;
} FsFileBytes;

FsStatus fs_file_bytes_read (FsFileBytes *file, const char *path, FsProblem *problem);
void fs_file_bytes_free (FsFileBytes *file);
