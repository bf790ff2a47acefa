/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The members of a ZIP archive, stored or deflated, with 64-bit sizes where they are used; what .npz
 * files are made of. Not encrypted ones, and none spread over several files. As with gzip, what is
 * unpacked is bounded by the archive's own size. */

#include <stdbool.h>
#include "engine/base/file-bytes.h"

typedef struct
{
  const char *name; /* in the archive, not ended by NUL */
  size_t name_length;
  size_t n_packed, n_bytes;
  size_t offset; /* of the local header */
  unsigned method;
  unsigned checksum; /* CRC-32 of its bytes */
} FsZipMember;

typedef struct
{
  const char *bytes;
  size_t n_bytes;
  size_t at, n_left; /* the next entry of the directory */
} FsZipDirectory;

bool fs_zip_is (const char *bytes, size_t n_bytes);

/* Start with open(); next() fills a member and *is_end tells when there is none any more. */
FsStatus fs_zip_open (FsZipDirectory *directory,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      FsProblem *problem);
FsStatus fs_zip_next (FsZipDirectory *directory,
                      const char *name,
                      FsZipMember *member,
                      bool *is_end,
                      FsProblem *problem);

/* A member's bytes, in memory to be freed. */
FsStatus fs_zip_unpack (FsFileBytes *unpacked,
                        const char *name,
                        const FsZipDirectory *directory,
                        const FsZipMember *member,
                        FsProblem *problem);
