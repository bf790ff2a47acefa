/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What one epoch's batches have in common: collected batch by batch, read once at the epoch's end,
 * for the observation. A zeroed struct is an empty collection. */

#include <stdbool.h>
#include <stddef.h>

typedef struct
{
  double *norms; /* [n_norms]: of gradients, before clipping */
  size_t n_norms, capacity;
  size_t n_batches, n_clipped;
  double loss_sum;     /* over all answers */
  double loss_weight;  /* what divides it to a mean */
  double update_ratio; /* of the last batch that was measured */
} FsEpochStatistics;

void fs_epoch_statistics_restart (FsEpochStatistics *statistics); /* keeps its memory */
void fs_epoch_statistics_clear (FsEpochStatistics *statistics);
void fs_epoch_statistics_add (FsEpochStatistics *statistics, double norm, bool is_clipped);

/* Median (of an even number: the mean of the two in the middle) and maximum; NaN without batches.
 * Reorders the norms. */
double fs_epoch_statistics_median_norm (FsEpochStatistics *statistics);
double fs_epoch_statistics_quantile_norm (FsEpochStatistics *statistics, double share); /* type 7 */
double fs_epoch_statistics_max_norm (const FsEpochStatistics *statistics);
double fs_epoch_statistics_clipped_share (const FsEpochStatistics *statistics);
