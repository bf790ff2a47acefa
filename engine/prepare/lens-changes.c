/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What became of single values; see lens-changes.h. */

#include "engine/prepare/lens-changes.h"

#include <math.h>

/* Rows on which a step is undone to see how exactly. */
#define UNDO_SAMPLES 2048

static void
add_mark (FsLensMarks *marks, size_t total, size_t *nth, size_t row, double y)
{
  const size_t every = (total + FS_LENS_MARKS - 1) / FS_LENS_MARKS;
  if ((*nth)++ % every == 0 && marks->n < FS_LENS_MARKS)
    {
      marks->x[marks->n] = (double) row;
      marks->y[marks->n++] = y;
    }
}

/* The first pass counts, for thinning. */
void
fs_lens_take_changes (FsLensPicture *picture, const FsLensChange *change)
{
  const double *before = change->before, *after = change->after;
  const size_t n = change->n_rows;
  const bool cuts = picture->kind == FS_STEP_CLIP, fills = picture->before.n_missing > 0;
  size_t nth_filled = 0, nth_cut = 0;
  if (!cuts && !fills)
    return;
  for (size_t t = 0; t < n; t++)
    {
      picture->n_filled += !isfinite (before[t]) && isfinite (after[t]);
      picture->n_cut += cuts && isfinite (before[t]) && after[t] != before[t];
    }
  if (picture->n_filled + picture->n_cut == 0)
    return;
  for (size_t t = 0; t < n; t++)
    if (!isfinite (before[t]) && isfinite (after[t]))
      add_mark (&picture->filled, picture->n_filled, &nth_filled, t, after[t]);
    else if (cuts && isfinite (before[t]) && after[t] != before[t])
      add_mark (&picture->cut, picture->n_cut, &nth_cut, t, before[t]);
}

size_t
fs_lens_undo_stride (size_t n_rows)
{
  return n_rows / UNDO_SAMPLES > 0 ? n_rows / UNDO_SAMPLES : 1;
}

void
fs_lens_try_undoing (FsLensPicture *picture,
                     const FsLensChange *change,
                     const FsStep *step,
                     size_t channel)
{
  const size_t n = change->n_rows, every = fs_lens_undo_stride (n);
  double largest = fmax (fabs (picture->before.min), fabs (picture->before.max)), error = 0;
  picture->undo_error = NAN;
  if (channel != 0 || !step->operations->invert || picture->kind == FS_STEP_CLIP)
    return;
  for (size_t t = 0; t < n; t += every)
    {
      double x = change->after[t];
      if (!isfinite (x) || !isfinite (change->before[t]))
        continue;
      step->operations->invert (step, &x, 1, t);
      error = fmax (error, fabs (x - change->before[t]));
      picture->n_undone++;
    }
  if (picture->n_undone > 0)
    picture->undo_error = largest > 0 ? error / largest : error;
}
