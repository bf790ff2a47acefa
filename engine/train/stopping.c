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
fs_stopping_observe (FsStopping *stopping, uint32_t epoch, double loss)
{
  if (epoch < stopping->first_epoch)
    return false;
  stopping->last_epoch = epoch;
  stopping->n_waited++;
  const bool is_best =
      stopping->best_epoch == 0 ? !isnan (loss) : loss + stopping->min_delta < stopping->best;
  if (is_best)
    {
      stopping->best = loss;
      stopping->best_epoch = epoch;
      if (isnan (stopping->baseline) || loss + stopping->min_delta < stopping->baseline)
        stopping->n_waited = 0;
    }
  return is_best;
}

bool
fs_stopping_is_due (const FsStopping *stopping)
{
  /* Keras never stops after the very first epoch, whatever the patience, nor after an epoch that
   * improved without reaching the baseline. */
  return stopping->patience != FS_NEVER && stopping->n_waited >= stopping->patience
         && stopping->last_epoch > 1 && stopping->last_epoch != stopping->best_epoch;
}
