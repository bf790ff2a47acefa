/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Words that both forms of a profile share. */

#include <glib.h>
#include "engine/series/frame.h"

const char *fs_profile_type_word (FsColumnType type);

/* ISO 8601, with the time of day where there is one; NULL for what is no date (NaN). */
char *fs_profile_date (double seconds);
