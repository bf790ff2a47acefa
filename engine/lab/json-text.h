/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* JSON as text, for what json-glib does not do: a strict check of the grammar that knows lines
 * (json-glib takes comments, single quotes and any depth, and forgets lines), and writing values with
 * the shortest exact numbers (json-glib writes 17 digits). */

#include <glib.h>
#include "engine/lab/lab-error.h"

/* What the check remembers of each value, by its full path ("model.layers.0.units"). */
typedef struct
{
  gsize line;   /* 1-based, of the key or of the array's element */
  char *number; /* as written, if the value is a number; else NULL */
} FsJsonMark;

/* RFC 8259 in full, and less: one object at the top, no key twice in one object, no \u0000, no depth
 * over 32. Returns path → FsJsonMark, or NULL with an error that names the line. */
GHashTable *fs_json_check (const char *text, gsize length, const char *name, GError **error);

void fs_json_append_string (GString *json, const char *text);
void fs_json_append_number (GString *json, double value); /* NaN and infinities are null */
