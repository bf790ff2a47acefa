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

/* A file that is read part by part, from the start again as often as wanted. */
typedef struct
{
  int fd;
  size_t n_bytes; /* when it was opened; it may have become shorter or longer since */
  const char *path;
} FsFileParts;

FsStatus fs_file_parts_open (FsFileParts *file, const char *path, FsProblem *problem);
/* Up to `size` bytes from `offset` on; fewer only at the end of the file. */
FsStatus fs_file_parts_read (const FsFileParts *file,
                             size_t offset,
                             char *bytes,
                             size_t size,
                             size_t *n_read,
                             FsProblem *problem);
/* The problem of a file whose end came before its n_bytes. */
FsStatus fs_file_parts_shrank (const FsFileParts *file, FsProblem *problem);
void fs_file_parts_close (FsFileParts *file);

FsStatus fs_file_bytes_read (FsFileBytes *bytes, const char *path, FsProblem *problem);
FsStatus fs_file_bytes_read_open (FsFileBytes *bytes, const FsFileParts *file, FsProblem *problem);
void fs_file_bytes_free (FsFileBytes *file);
