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
