/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a reader needs to make a frame: recording decisions and warnings while it works. Private to
 * the readers in this directory; a finished frame is never changed again. */

#include <stdbool.h>
#include "engine/series/frame.h"

/* A file of a thousand faults gets a hundred sentences; the last one says how many were left out. */
#define FS_MAX_WARNINGS 100

typedef struct
{
  FsFrame *frame;
  size_t n_suppressed;   /* warnings beyond FS_MAX_WARNINGS */
  bool is_out_of_memory; /* a note could not be kept; the reader gives up at its next check */
} FsFrameBuilder;

void fs_builder_decide (FsFrameBuilder *builder,
                        const char *what,
                        const char *choice,
                        const char *reason_format,
                        ...) __attribute__ ((format (printf, 4, 5)));
void fs_builder_warn (FsFrameBuilder *builder, size_t line, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

/* Names the next column of frame->columns, which has room for it: as wanted, or with a number behind
 * where another has that name. False without memory. */
bool fs_builder_name_column (FsFrameBuilder *builder, size_t line, const char *wanted);

/* The last touch: counts of suppressed warnings and the hash. */
void fs_builder_finish (FsFrameBuilder *builder);
