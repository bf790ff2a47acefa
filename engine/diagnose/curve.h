/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the two loss curves say by themselves: evidence, no words. A curve is fed one epoch after
 * another and never looks ahead, so what it says at an epoch is what it would have said live, and
 * feeding the rest of a history to a curve gives the same bits as feeding all of it afresh. Feeding
 * costs constant time and takes no memory: 10^5 epochs take some milliseconds.
 *
 * The curve is seen at several scales at once: running means whose span doubles from one scale to the
 * next. A smooth curve shows its turn at the shortest, a noisy one only where the mean is long enough
 * to quiet the jitter; no single window serves both. All quantities are ratios (to the best loss, to
 * the curve's own jitter), so that thresholds travel from one loss, data set and schedule to another. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FS_CURVE_N_SCALES 7 /* spans of 1, 2, 4 … 64 epochs */

/* The jitter is a median over this many epochs: enough for a stable median, few enough to follow a
 * learning rate that decays. */
#define FS_CURVE_JITTER_WINDOW 48

/* A median of the newest values: the values in order of arrival and in order of size. */
typedef struct
{
  double arrived[FS_CURVE_JITTER_WINDOW];
  double sorted[FS_CURVE_JITTER_WINDOW];
  size_t n, next;
} FsSlidingMedian;

typedef struct
{
  double validation, train; /* running means, weights falling geometrically into the past */
  double best;              /* lowest running mean of the validation loss */
  double train_at_best;
  size_t best_at; /* epochs fed when it was lowest */
} FsCurveScale;

/* A zeroed curve has been fed nothing. */
typedef struct
{
  size_t n; /* epochs fed */
  double first_train, first_validation;
  double train, validation; /* as fed last */
  double best;              /* lowest validation loss */
  double best_train;        /* lowest train loss */
  double train_at_best;
  size_t best_at; /* epochs fed at the lowest validation loss */

  FsCurveScale scales[FS_CURVE_N_SCALES];
  double jitter;         /* standard deviation of the validation loss about its course */
  double previous[2];    /* the last two validation losses, newest first */
  FsSlidingMedian bends; /* |second differences| of the validation loss */

  /* The overfitting alarm. */
  size_t n_for, n_against; /* epochs in a row that speak for raising it, for clearing it */
  bool is_overfitting;
  size_t overfitting_since; /* the best epoch before the alarm; 0 = never raised */

  /* The stopping rule. */
  size_t n_past;  /* epochs in a row on which the best is behind */
  size_t stop_at; /* epochs fed when the rule first said stop; 0 = not yet */

  size_t n_diverging; /* epochs in a row with a train loss far above where it was */
} FsCurve;

/* Both losses are finite. */
void fs_curve_feed (FsCurve *curve, double train, double validation);

/* How far the validation loss has risen above its best, as a share of the best, at the scale that
 * shows it best; 0 where no rise stands out of the jitter. */
double fs_curve_rise (const FsCurve *curve);
