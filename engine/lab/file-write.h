/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Writing a file whole or not at all: beside its place, synced, renamed. Whoever reads it at any
 * moment, or after a power cut, finds the old content or the new. */

#include <glib.h>

gboolean fs_file_write (const char *path, const void *bytes, gsize n_bytes, GError **error);
