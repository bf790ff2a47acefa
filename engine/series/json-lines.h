/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* JSON lines: one object a line, one row an object; also one array of objects. Keys are columns, keys
 * of objects within objects are joined by a dot, arrays are kept as their text. */

#include "engine/series/frame-build.h"
#include "engine/series/read.h"

/* The first character that is not blank begins an object or an array of objects. */
bool fs_json_lines_is (const char *bytes, size_t n_bytes);

FsStatus fs_json_lines_read (FsFrameBuilder *builder,
                             const char *name,
                             const char *bytes,
                             size_t n_bytes,
                             const FsReadOptions *options,
                             FsProblem *problem);
