/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Files packed with gzip. A packed file may be made to unpack to anything, so the result is bounded:
 * FS_GUNZIP_FREE bytes for any file, beyond that FS_GUNZIP_RATIO times its own size. A file that was
 * cut short is refused whole; half a table would look like a whole one. */

#include <stdbool.h>
#include "engine/base/file-bytes.h"

#define FS_GUNZIP_FREE ((size_t) 64 << 20)
#define FS_GUNZIP_RATIO 20 /* tables of numbers pack to a third or a tenth */

bool fs_gunzip_is_packed (const char *bytes, size_t n_bytes);

/* The bytes unpacked into `*unpacked`; `name` is for the message. */
FsStatus fs_gunzip (FsFileBytes *unpacked,
                    const char *name,
                    const char *bytes,
                    size_t n_bytes,
                    FsProblem *problem);
