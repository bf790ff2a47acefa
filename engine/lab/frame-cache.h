/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Files that have been read, so that the window, its runs and the runs beside them read a file once and
 * share its columns. A file is known by its place, size and time of change, and by how it was read.
 * Who asks for a file that another thread is reading waits for it. Any thread. */

#include <glib.h>
#include "engine/lab/shared-frame.h"
#include "engine/series/read.h"

/* A reference for the caller; NULL with `error`. As fs_source_load(), with import, interrupt and
 * progress of `options` alone. */
FsSharedFrame *fs_frame_cache_load (const char *source,
                                    const char *base,
                                    const FsReadOptions *options,
                                    GError **error);

/* Instead of fs_shared_unref(): a large file that nobody uses any more is forgotten. NULL allowed. */
void fs_frame_cache_release (FsSharedFrame *frame);
