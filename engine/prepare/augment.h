/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Variants of training windows (the steps "augment"): what the network reads of a window is changed a
 * little, anew in every epoch, so that it cannot learn the windows by heart. Nothing that is evaluated is
 * ever varied. Which windows, and how, depends on seed, epoch and window alone. */

#include <stdbool.h>
#include "engine/base/random.h"
#include "engine/prepare/dataset.h"

/* As the step says, or as usual for its method. */
static inline double
fs_augment_strength (const FsStepSpec *spec)
{
  if (spec->augment_strength != FS_AUTO)
    return spec->augment_strength;
  const FsAugmentMethod method = spec->augment_method;
  return method == FS_AUGMENT_JITTER ? 0.03
         : method == FS_AUGMENT_MAGNITUDE_WARP || method == FS_AUGMENT_TIME_WARP
                 || method == FS_AUGMENT_MIXUP
             ? 0.2
             : 0.1;
}

/* Scratch for one window; owned by one thread. */
typedef struct
{
  FsReal *window, *copy; /* [length][n_channels] each */
  double *curve;         /* [2 length + n_ahead + 2] */
  double *ahead;         /* [n_ahead]: what the numbers that the window aims at are multiplied by */
  FsReal
      *other_targets; /* [n_ahead]: of the window that one is mixed with; its rows are in `copy` */
} FsAugmentRoom;

bool fs_experiment_augments (const FsExperiment *experiment);
FsStatus fs_augment_room_init (FsAugmentRoom *room,
                               size_t length,
                               size_t n_channels,
                               size_t n_ahead,
                               FsProblem *problem);
void fs_augment_room_clear (FsAugmentRoom *room);

/* Varies what fs_dataset_gather() gave for these training windows: x, y, and, where there are any, how many
 * steps of each count. */
void fs_dataset_vary (const FsDataset *dataset,
                      const FsExperiment *experiment,
                      const FsAugmentRoom *room,
                      uint64_t epoch,
                      const uint32_t *which,
                      size_t n,
                      FsReal *x,
                      FsReal *y,
                      uint32_t *lengths);

/* One step's variant of room->window, of `length` rows, for any method of numbers but mixup, which needs a
 * second window; room->ahead[n_ahead] is what the numbers of channel 0 in the rows that follow are multiplied
 * by, so that they still follow. */
void fs_augment_window (const FsStepSpec *spec,
                        FsRandom *random,
                        const FsAugmentRoom *room,
                        size_t length,
                        size_t n_channels,
                        size_t n_ahead);

/* The same of words, of which there may be other ones afterwards, at most `most`; how many. Synonyms and
 * back-translations, those of training text `window`, are the ones of `dataset`, NULL = none. */
size_t fs_augment_words (const FsStepSpec *spec,
                         FsRandom *random,
                         const FsDataset *dataset,
                         size_t window,
                         FsReal *words,
                         size_t length,
                         size_t most);

/* ---- The formulas, with their random numbers given ---- */

#define FS_WARP_KNOTS 6

/* curve[n] through the knots at 0, (n−1)/5, … n−1: the cubic spline whose first and last two pieces are one
 * ("not-a-knot"). */
void fs_warp_curve (const double knots[FS_WARP_KNOTS], size_t n, double *curve);

/* Row t moves to time[t]: the curve through t · knots, the last row to its old place, none before another. */
void fs_warp_time (const double knots[FS_WARP_KNOTS], size_t n, double *time);

/* All channels of x[n] as they are at rows 0 … n−1, when row t is at time[t]. */
void fs_warp_rows (const FsReal *x, size_t n, size_t n_channels, const double *time, FsReal *y);

/* y[n]: rows first … first+n_kept−1 stretched to n rows. */
void fs_slice_rows (const FsReal *x,
                    size_t first,
                    size_t n_kept,
                    size_t n,
                    size_t n_channels,
                    FsReal *y);

/* y[n]: rows first … first+width−1 take width·factor rows, and all then n again. */
void fs_warp_window (const FsReal *x,
                     size_t first,
                     size_t width,
                     double factor,
                     size_t n,
                     size_t n_channels,
                     FsReal *y);

/* x[n] becomes share · x + (1 − share) · other (Zhang et al. 2018, "mixup: Beyond empirical risk
 * minimization"). */
void fs_mix_rows (FsReal *x, const FsReal *other, size_t n, double share);

/* The larger of λ and 1 − λ, λ ~ Beta (α, α), 0 < α ≤ 1: which of two windows is the other one is a matter
 * of their names, and so the one that stays recognisable is the window that was asked for. */
double fs_mix_share (FsRandom *random, double alpha);
