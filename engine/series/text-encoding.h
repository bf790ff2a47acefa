/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Encodings of text: which one a file is in, by its mark or by evidence, and its characters as UTF-8.
 * Shift-JIS goes through the C library's iconv, which asks no locale. Pure functions. */

#include <stdbool.h>
#include <stddef.h>
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"

typedef FsImportEncoding FsEncoding; /* AUTO = not known */

const char *fs_encoding_name (FsEncoding encoding);

/* Never AUTO. *n_mark is the length of the byte order mark, *reason a clause. */
FsEncoding fs_encoding_find (const char *bytes, size_t n, size_t *n_mark, const char **reason);

/* Into UTF-8 in memory to be freed, ended by NUL; what is no character becomes U+FFFD. */
FsStatus fs_encoding_convert (char **text,
                              size_t *n_text,
                              const char *name,
                              const char *bytes,
                              size_t n_bytes,
                              FsEncoding encoding,
                              FsProblem *problem);

/* The first byte that is not valid UTF-8, n if all are. */
size_t fs_encoding_find_invalid (const char *bytes, size_t n);

/* Valid pairs of bytes that are Japanese rather than chance. */
bool fs_encoding_is_shift_jis (const char *bytes, size_t n);
