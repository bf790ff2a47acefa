/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The profile of a whole file, for people and as JSON. Nothing is printed here. */

#include <glib.h>
#include "engine/prepare/advice.h"

typedef struct
{
  const FsFrame *frame;              /* borrowed */
  FsProfile *profiles;               /* [n_columns]; of columns with numbers */
  FsAdvice (*advice)[FS_MAX_ADVICE]; /* [n_columns] */
  size_t *n_advice;                  /* [n_columns] */
} FsProfileReport;

/* To be cleared also after a failure. */
FsStatus fs_profile_report_init (FsProfileReport *report, const FsFrame *frame, FsProblem *problem);
void fs_profile_report_clear (FsProfileReport *report);

char *fs_profile_report_text (const FsProfileReport *report);

/* {"rows","columns":[…],"decisions":{…},"reasons":{…},"warnings":[…]}; what is not known is null. */
char *fs_profile_report_json (const FsProfileReport *report, gboolean with_values);
