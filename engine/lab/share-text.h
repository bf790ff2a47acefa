/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An experiment as a short text that survives mail and chat: "fitscope:1:…:…". The third part is what
 * differs from the defaults, squeezed and written in letters, digits, - and _; the last is a checksum, so
 * that a text which was cut or mistyped is refused instead of being another experiment. The version is
 * that of this form. Of data that do not come with the program only the file's name is in it. */

#include <glib.h>
#include "engine/experiment/experiment.h"

#define FS_SHARE_TEXT_PREFIX "fitscope:"

/* Transfer full. */
char *fs_share_text_write (const FsExperiment *experiment);

/* Blanks and line breaks around and within the text do not matter. */
gboolean fs_share_text_read (FsExperiment *experiment, const char *text, GError **error);

/* Whether it means to be such a text. */
gboolean fs_share_text_is_one (const char *text);
