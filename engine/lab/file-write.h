/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Writing a file whole or not at all: beside its place, synced, renamed. Whoever reads it at any
 * moment, or after a power cut, finds the old content or the new. */

#include <glib.h>

gboolean fs_file_write (const char *path, const void *bytes, gsize n_bytes, GError **error);

/* `from` takes the place of `to`, in one step; both on one file system. */
gboolean fs_file_move (const char *from, const char *to, GError **error);

/* The sentence for a system's error number (errno). */
void fs_file_say_unwritten (const char *path, int number, GError **error);
