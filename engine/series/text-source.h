/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The bytes of a file as UTF-8 text, and the refusal of what is no text at all. The text may be the
 * caller's own bytes (nothing is copied in the common case). `import` may name the encoding (NULL = by
 * evidence). */

#include "engine/experiment/experiment.h"
#include "engine/series/frame-build.h"

typedef struct
{
  const char *text;
  size_t n_bytes;
  char *owned; /* what close() frees */
} FsTextSource;

FsStatus fs_text_source_open (FsTextSource *source,
                              const char *name,
                              const char *bytes,
                              size_t n_bytes,
                              const FsImport *import,
                              FsFrameBuilder *builder,
                              FsProblem *problem);
void fs_text_source_close (FsTextSource *source);

/* Control characters that no text has: how many, and the first of them; whether those of so many
 * bytes make them binary data; and the line of a byte, from 1 on. */
size_t fs_text_count_controls (const char *text, size_t n_bytes, size_t *first);
bool fs_text_has_too_many_controls (size_t n_controls, size_t n_bytes);
size_t fs_text_line_of (const char *text, size_t at);

/* Refuses files by their first bytes: pictures, archives, databases. */
FsStatus fs_text_check_magic (const char *name,
                              const char *bytes,
                              size_t n_bytes,
                              FsProblem *problem);
