/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The profile of a whole file, for people and as JSON. Nothing is printed here. */

#include "engine/lab/file-profile.h"

char *fs_profile_report_text (const FsProfileReport *report);

/* {"rows","columns":[…],"decisions":{…},"reasons":{…},"warnings":[…],"text":{…} of texts}; what is not known is null. */
char *fs_profile_report_json (const FsProfileReport *report, gboolean with_values);
