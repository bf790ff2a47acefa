/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Early stopping by Keras's rules: which epoch is the best so far, and whether to go on. It sees one
 * loss an epoch and holds no weights. One deliberate difference: here a NaN never improves, whereas
 * Keras lets a NaN in the first epoch become a best that nothing improves on. */

#include <stdbool.h>
#include <stdint.h>
#include "engine/experiment/experiment.h"

typedef struct
{
  /* Settings; they may change between two epochs. */
  int64_t patience;     /* epochs without improvement before the end; FS_NEVER = go on for ever */
  double min_delta;     /* an improvement must exceed this */
  double baseline;      /* waiting is only reset by losses better than this; NaN = none */
  uint32_t first_epoch; /* earlier epochs are not looked at; 1 = look at all */

  /* State. */
  double best;         /* meaningful when best_epoch > 0 */
  uint32_t best_epoch; /* 1-based; 0 = none yet */
  uint32_t last_epoch; /* the last one looked at */
  int64_t n_waited;    /* epochs since the last reset */
} FsStopping;

FsStopping fs_stopping (int64_t patience, double min_delta);

/* Takes the loss of `epoch` (1-based, ascending); true when its weights are now the best. */
bool fs_stopping_observe (FsStopping *stopping, uint32_t epoch, double loss);

/* Whether training should stop after the last observed epoch, by the settings as they are now: a
 * patience that is raised afterwards makes it false again. */
bool fs_stopping_is_due (const FsStopping *stopping);
