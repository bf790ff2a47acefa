/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The batches of an epoch in a few numbers; see epoch-statistics.h. */

#include "engine/train/epoch-statistics.h"

#include <math.h>
#include <stdlib.h>

void
fs_epoch_statistics_restart (FsEpochStatistics *statistics)
{
  *statistics = (FsEpochStatistics){ .norms = statistics->norms,
                                     .capacity = statistics->capacity,
                                     .update_ratio = NAN };
}

void
fs_epoch_statistics_clear (FsEpochStatistics *statistics)
{
  free (statistics->norms);
  *statistics = (FsEpochStatistics){ 0 };
}

void
fs_epoch_statistics_add (FsEpochStatistics *statistics, double norm, bool is_clipped)
{
  statistics->n_batches++;
  statistics->n_clipped += is_clipped;
  if (statistics->n_norms == statistics->capacity)
    {
      /* Without memory the median is that of the batches so far: no reason to end a run. */
      size_t capacity = statistics->capacity < 64 ? 64 : 2 * statistics->capacity;
      double *norms = realloc (statistics->norms, capacity * sizeof *norms);
      if (!norms)
        return;
      statistics->norms = norms;
      statistics->capacity = capacity;
    }
  statistics->norms[statistics->n_norms++] = norm;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

double
fs_epoch_statistics_median_norm (FsEpochStatistics *statistics)
{
  const size_t n = statistics->n_norms;
  if (n == 0)
    return NAN;
  qsort (statistics->norms, n, sizeof *statistics->norms, compare_doubles);
  return 0.5 * (statistics->norms[(n - 1) / 2] + statistics->norms[n / 2]);
}

double
fs_epoch_statistics_quantile_norm (FsEpochStatistics *statistics, double share)
{
  const size_t n = statistics->n_norms;
  if (n == 0)
    return NAN;
  qsort (statistics->norms, n, sizeof *statistics->norms, compare_doubles);
  const double place = share * (double) (n - 1);
  const size_t below = (size_t) place;
  const double low = statistics->norms[below];
  const double high = statistics->norms[below + 1 < n ? below + 1 : below];
  return low + (place - (double) below) * (high - low);
}

double
fs_epoch_statistics_max_norm (const FsEpochStatistics *statistics)
{
  double max = NAN;
  for (size_t i = 0; i < statistics->n_norms; i++)
    max = fmax (max, statistics->norms[i]); /* fmax prefers numbers to NaN */
  return max;
}

double
fs_epoch_statistics_clipped_share (const FsEpochStatistics *statistics)
{
  return statistics->n_batches > 0 ? (double) statistics->n_clipped / (double) statistics->n_batches
                                   : NAN;
}
