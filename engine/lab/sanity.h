/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The sanity battery: five small experiments on the way from the data to the loss, each with an answer
 * that is known beforehand. What fails here fails for a reason that no number of epochs will mend.
 * Takes some seconds, on the caller's thread; trainers of its own are used up, the run stays as it is. */

#include "engine/base/pool.h"
#include "engine/experiment/experiment.h"
#include "engine/lab/lab-error.h"

typedef enum
{
  FS_SANITY_FIRST_LOSS, /* of the initial weights: as of forecasting 0 */
  FS_SANITY_ONE_BATCH,  /* one batch, over and over: its loss falls to a tenth */
  FS_SANITY_MEMORISE,   /* 16 windows are learned by heart */
  FS_SANITY_SHUFFLED,   /* targets in random order are learned worse than in their own */
  FS_SANITY_RATE,       /* the learning rate lies where the loss falls */
  FS_N_SANITY
} FsSanityCheck;

typedef struct
{
  gboolean is_done; /* FALSE: not reached, or not possible; the sentence says why */
  gboolean is_well;
  double value, expected; /* what the sentence compares */
  char sentence[256];
} FsSanity;

const char *fs_sanity_word (FsSanityCheck check); /* "one-batch", for scripts */
const char *fs_sanity_name (FsSanityCheck check); /* "One batch can be learned" */

/* Calls `progress` (may be NULL) after each check. FALSE if the experiment cannot be prepared. */
typedef void (*FsSanityProgress) (FsSanityCheck check, const FsSanity *result, void *data);
gboolean fs_sanity_run (FsSanity results[FS_N_SANITY],
                        const FsExperiment *experiment,
                        const char *base,
                        const FsInterrupt *interrupt,
                        FsSanityProgress progress,
                        void *data,
                        GError **error);
