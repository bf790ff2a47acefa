/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The profile of a whole file: of each column what series/profile.h finds and prepare/advice.h makes of
 * it. Facts alone; what people and scripts read is made of them in app/commands and in the window. */

#include <glib.h>
#include "engine/lab/text-facts.h"
#include "engine/prepare/advice.h"

typedef struct
{
  const FsFrame *frame;              /* borrowed */
  FsProfile *profiles;               /* [n_columns]; of columns with numbers */
  FsAdvice (*advice)[FS_MAX_ADVICE]; /* [n_columns] */
  size_t *n_advice;                  /* [n_columns] */
  FsDataset *text_data;              /* of a file with texts and their classes; else NULL */
  FsTextProfile texts;               /* if there is one */
} FsProfileReport;

/* Later rows are compared with the training rows of `experiment`, in order of time, and columns with its
 * target; NULL = as by default. To be cleared also after a failure. Takes a second for 10^7 cells: not
 * for the main thread. */
FsStatus fs_profile_report_init (FsProfileReport *report,
                                 const FsFrame *frame,
                                 const FsExperiment *experiment,
                                 FsProblem *problem);
void fs_profile_report_clear (FsProfileReport *report);
