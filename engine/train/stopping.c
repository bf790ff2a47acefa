/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Early stopping; see stopping.h. */

#include "engine/train/stopping.h"

#include <math.h>

FsStopping
fs_stopping (int64_t patience, double min_delta)
{
  return (FsStopping){
    .patience = patience, .min_delta = min_delta, .baseline = NAN, .first_epoch = 1
  };
}

bool
fs_stopping_observe (FsStopping *stopping, uint32_t epoch, double loss, bool *is_best)
{
  *is_best = false;
  if (epoch < stopping->first_epoch)
    return false;
  stopping->n_waited++;
  if (stopping->best_epoch == 0 ? !isnan (loss) : loss + stopping->min_delta < stopping->best)
    {
      stopping->best = loss;
      stopping->best_epoch = epoch;
      *is_best = true;
      if (isnan (stopping->baseline) || loss + stopping->min_delta < stopping->baseline)
        stopping->n_waited = 0;
      return false;
    }
  /* Keras never stops after the very first epoch, whatever the patience. */
  return stopping->patience != FS_NEVER && stopping->n_waited >= stopping->patience && epoch > 1;
}
