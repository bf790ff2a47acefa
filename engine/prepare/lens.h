/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A lens: what one step of the preparation does to one channel. It shows the channel as the step
 * receives it and as the step leaves it, each as a curve short enough to draw, a histogram and an
 * autocorrelation, with what became of gaps and of single values in between.
 *
 * A lens is looked through many times while a parameter is dragged, so it keeps what does not change
 * from one look to the next: the table of the file, the table before the step with all earlier steps
 * fitted and applied, and the whole "before" side. Measured at 10^6 rows on one core: the first look
 * 100 ms, further ones at a scaler 0.2 ms, at steps that change the autocorrelation 50 to 70 ms.
 *
 * The steps that are looked at are fitted exactly as a recipe fits them, on the training rows. A step
 * that is switched off is shown as if it were on, and the earlier ones that are off are left out. */

#include <stdbool.h>
#include "engine/prepare/recipe.h"

#define FS_LENS_BUCKETS 1024 /* a curve has at most two points for each */
#define FS_LENS_BINS 48
#define FS_LENS_LAGS 40
#define FS_LENS_MARKS 512 /* rows that are pointed at; more are thinned out */
#define FS_LENS_GAPS 256  /* runs of missing rows that are told apart */

/* Points of a series of any length: every row if there are few, else the least and the greatest value
 * of each bucket of rows, in their order. A bucket without a value is NaN. */
typedef struct
{
  size_t n;
  double x[2 * FS_LENS_BUCKETS]; /* row, from 0 */
  double y[2 * FS_LENS_BUCKETS];
} FsLensCurve;

typedef struct
{
  bool is_there; /* FALSE: the step has no such channel before it, or could not be taken */
  FsLensCurve curve;
  size_t n_known, n_missing; /* rows; lost ones are neither */
  double mean, sd;           /* sd with n */
  double min, max, skewness; /* NaN of constants */
  /* Known values by size, in equal bins from bin_low on; the training rows and the later ones. */
  double bin_low, bin_width;
  double train_bins[FS_LENS_BINS], later_bins[FS_LENS_BINS]; /* shares of each, adding up to 1 */
  /* r_k = Σ d_t d_{t−k} / Σ d_t², d the deviation from the mean, 0 where a value is missing. */
  size_t n_lags; /* the last lag; 0 for constants */
  double autocorrelation[FS_LENS_LAGS + 1];
} FsLensSide;

typedef struct
{
  size_t n;
  double x[FS_LENS_MARKS], y[FS_LENS_MARKS];
} FsLensMarks;

typedef struct
{
  size_t begin, end; /* rows */
} FsLensGap;

typedef struct
{
  size_t n_rows;
  size_t part_ends[FS_N_PARTS];
  bool is_scattered; /* the parts do not lie one behind the other: see FsDataset */
  FsStepKind kind;
  char channel[FS_TEXT_SIZE]; /* what is shown after the step, */
  char
      source[FS_TEXT_SIZE]; /* and what before it: another channel where the step makes a new one */
  size_t n_channels_before, n_channels_after;
  FsLensSide before, after;

  FsLensGap gaps[FS_LENS_GAPS]; /* before the step; beyond their number the last one runs on */
  size_t n_gaps;
  size_t n_filled;    /* missing before and known after */
  FsLensMarks filled; /* where, and with what */
  size_t n_cut;       /* clip: known before and different or missing after */
  FsLensMarks cut;    /* where, with the value before */
  size_t n_lost;      /* rows that no window may use after the step */

  /* The step undone: the largest error of `n_undone` sampled rows, relative to the largest value.
   * NaN where the step is not undone (gaps filled, values cut, features). */
  double undo_error;
  size_t n_undone;

  char description[256]; /* what the step has learned, in one line */
  char problem[1024];    /* why the step cannot be taken; "" if it can */
} FsLensPicture;

typedef struct FsLens FsLens;

FsStatus fs_lens_new (FsLens **lens, FsProblem *problem);
void fs_lens_free (FsLens *lens);

/* Looks at step `step` of the experiment (its number among all steps). `frame` has to stay the same as
 * long as `frame_id` does: another file, another number. `channel` counts the channels after the step;
 * beyond the last is the last, and FS_LENS_NATURAL is the one that the step is about: what a feature
 * adds, else the target. Fails when the file or an earlier step is at fault; when the step itself
 * cannot be taken the picture says so and has its "before". */
#define FS_LENS_NATURAL ((size_t) -1)
FsStatus fs_lens_look (FsLens *lens,
                       const FsFrame *frame,
                       uint64_t frame_id,
                       const FsExperiment *experiment,
                       size_t step,
                       size_t channel,
                       FsLensPicture *picture,
                       FsProblem *problem);

/* Names of the channels after the step of the last look; NULL beyond them. */
const char *fs_lens_channel_name (const FsLens *lens, size_t channel);
