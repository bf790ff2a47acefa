/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The short names by which the window looks up its words; see engine/base/text.h. */

#include <glib.h>
#include "engine/base/text.h"

#define _(english) fs_text (english)
#define C_(context, english) fs_text_in (context, english)
#define N_(english) FS_WORDS (english)

/* A label as it stands within a sentence: English writes it small, German keeps its capitals. */
char *fs_text_within (const char *label);
