/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A side carried through a scaler; see lens-carry.h. */

#include "engine/prepare/lens-carry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A range below this share of the largest value leaves less than ten digits to tell values by. */
#define LEAST_RANGE_SHARE 1e-6

bool
fs_lens_apply_to (FsStep *step, size_t channel, double *values, size_t n)
{
  FsTable loose = { .n_rows = n, .n_channels = step->n_channels };
  loose.values = calloc (n * loose.n_channels + 1, sizeof *loose.values);
  if (!loose.values)
    return false;
  for (size_t i = 0; i < n; i++)
    loose.values[i * loose.n_channels + channel] = values[i];
  bool is_done =
      step->operations->apply (step, &loose, (size_t[FS_N_PARTS]){ n, n, n }, NULL) == FS_OK;
  for (size_t i = 0; is_done && i < n; i++)
    values[i] = loose.values[i * loose.n_channels + channel];
  free (loose.values);
  return is_done;
}

bool
fs_lens_side_carry (FsLensSide *after, const FsLensSide *before, FsStep *step, size_t channel)
{
  double ends[] = { before->min, before->max, before->mean };
  const double range = before->max - before->min;
  *after = *before;
  if (!before->is_there || before->n_known == 0
      || !fs_lens_apply_to (step, channel, ends, sizeof ends / sizeof *ends)
      || !fs_lens_apply_to (step, channel, after->curve.y, after->curve.n))
    return false;
  after->min = ends[0];
  after->max = ends[1];
  after->mean = ends[2];
  const double new_range = after->max - after->min;
  if (!isfinite (new_range) || !isfinite (range) || !isfinite (after->mean))
    return false;
  if (range > 0 && !(new_range > LEAST_RANGE_SHARE * fmax (fabs (after->min), fabs (after->max))))
    return false;
  after->sd = range > 0 ? before->sd * (new_range / range) : 0;
  after->bin_low = after->min;
  after->bin_width = new_range / FS_LENS_BINS;
  return true;
}
