/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A delimited text as stretches of whole lines, one after the other: of a text in memory, in place, or
 * of a file, of which only a stretch is in memory at a time. A file is taken for UTF-8 until it turns
 * out to be something else; then it must be read whole (FsCsvStream.needs_whole), because what
 * encoding it is in is told by all of its bytes. */

#include "engine/base/file-bytes.h"
#include "engine/series/frame-build.h"

typedef struct
{
  const char *name;
  const char *text;  /* offsets are into it */
  size_t begin, end; /* the stretch; it ends with a line */
  bool is_partial;   /* more follows */
  bool needs_whole;
  size_t n_control_bytes, control_line; /* of a file; see text-source.h */
  size_t n_passed;                      /* bytes before `text` */
  size_t n_total;
  size_t block_bytes;
  size_t n_bytes; /* of `text` */

  /* A file's. */
  const FsFileParts *file;
  char *buffer;
  size_t capacity, n_checked;
  bool is_at_end; /* no more can be read */
  FsProblem *problem;
} FsCsvStream;

/* At the beginning of `text`, or behind the mark of `file`. `block_bytes` is about how long stretches
 * are. */
void fs_csv_stream_init_text (FsCsvStream *stream,
                              const char *text,
                              size_t n_bytes,
                              size_t block_bytes);
FsStatus fs_csv_stream_init_file (FsCsvStream *stream,
                                  const FsFileParts *file,
                                  size_t block_bytes,
                                  FsProblem *problem);

/* The stretch from `begin` on; to be called after init and whenever `begin` has been moved. `least`
 * bytes at least, if there are so many: a row that did not fit asks for more. `n_lines` stand before
 * `begin`. */
FsStatus fs_csv_stream_next (FsCsvStream *stream, size_t least, size_t n_lines);
void fs_csv_stream_clear (FsCsvStream *stream);
