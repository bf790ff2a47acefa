/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words within sentences. See text.h. */

#include "ui/text.h"

#include <string.h>

char *
fs_text_within (const char *label)
{
  /* Translators: translate as "kept" where labels keep their capitals within a sentence. */
  const char *capitals = C_ ("capitals within sentences", "lowered");

  return strcmp (capitals, "kept") == 0 ? g_strdup (label) : g_utf8_strdown (label, -1);
}
