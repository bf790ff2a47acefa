/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the two loss curves say by themselves: evidence, no words. A curve is fed one epoch after
 * another and never looks ahead, so what it says at an epoch is what it would have said live, and
 * feeding it the rest of a history gives the same bits as feeding all of it afresh. Feeding costs
 * constant time and takes no memory: 10^5 epochs take some milliseconds.
 *
 * The curve is seen at several scales at once: running means whose span doubles from one scale to the
 * next. A smooth curve shows its turn at the shortest, a noisy one only where the mean is long enough
 * to quiet the jitter; no single window serves both. All quantities are ratios (to the best loss, to
 * the curve's own jitter, to its own past), so that thresholds travel from one loss, data set and
 * schedule to another. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FS_CURVE_N_SCALES 7 /* spans of 1, 2, 4 … 64 epochs */

/* A rise of the validation loss by this share of its best is overfitting; see curve.c. */
#define FS_CURVE_OVERFIT_RISE 0.042

/* The jitter is a median over at most this many epochs: enough for a stable median, few enough to
 * follow a learning rate that decays. */
#define FS_CURVE_WINDOW 48

/* Third differences are taken over neighbours and over epochs this far apart: the first see white
 * jitter only, the second also see what wanders for some epochs. Their ratio tells the two apart. */
#define FS_CURVE_LAG 4
#define FS_CURVE_PAST (3 * FS_CURVE_LAG + 1)

/* A median of the newest values: the values in a ring by arrival, and in order of size. */
typedef struct
{
  double arrived[FS_CURVE_WINDOW];
  double sorted[FS_CURVE_WINDOW];
  size_t n, first;
} FsSlidingMedian;

typedef struct
{
  double validation, train; /* running means, weights falling geometrically into the past */
  double best;              /* lowest running mean of the validation loss */
  double train_at_best;     /* the mean of the train loss then */
  size_t best_at;           /* epochs fed then; 0 = fewer than the span so far */
  double peak;              /* highest rise above `best` since */
  double recovered;         /* highest rise of the past that a new best has erased */
} FsLossCurveScale;

/* A zeroed curve has been fed nothing. */
typedef struct
{
  size_t n;       /* epochs fed */
  uint32_t epoch; /* the number of the last one */
  double first_train, first_validation;
  double train, validation; /* as fed last */
  double best;              /* lowest validation loss */
  uint32_t best_epoch;
  double train_at_best; /* train loss of that epoch */
  double best_train;    /* lowest train loss of any epoch */

  FsLossCurveScale scales[FS_CURVE_N_SCALES];

  double past[FS_CURVE_PAST]; /* ring of the newest validation losses, by epochs fed */
  FsSlidingMedian near_bends; /* |third differences| of neighbours */
  FsSlidingMedian far_bends;  /* the same of epochs FS_CURVE_LAG apart */
  double jitter;              /* standard deviation of the validation loss about its course */
  double persistence;         /* correlation of the jitter of two neighbours, 0 … 0.95 */

  /* The overfitting alarm, with its hysteresis. */
  unsigned n_for, n_against; /* epochs in a row that speak for raising it, for clearing it */
  bool is_overfitting;
  double rise;                /* of the validation loss over its best, as the alarm saw it last */
  uint32_t overfitting_since; /* the best epoch when the alarm was raised last; 0 = never */

  /* The stopping rule: the best epoch lies behind. */
  unsigned n_behind;   /* epochs in a row that say so */
  uint32_t stop_epoch; /* the first at which it would have stopped; 0 = none yet */

  unsigned n_diverging; /* epochs in a row with a train loss far above where it had been */
} FsLossCurve;

/* What the alarm and the stopping rule ask for; curve.c says why so much. */
typedef struct
{
  double overfit_rise;     /* of the validation loss, as a share of its best */
  double overfit_jitters;  /* the rise, in standard deviations of jitter */
  double gap_share;        /* by which the gap to the train loss must have widened */
  double recovered_factor; /* times the greatest rise that was taken back before */
  double stop_rise, stop_jitters;
  unsigned n_to_raise, n_to_clear, n_to_stop; /* epochs in a row */
} FsCurveLimits;

/* Those that hold; others only serve to measure how much depends on them. */
extern const FsCurveLimits fs_curve_limits;

/* Both losses are finite; epochs ascend. */
void fs_loss_curve_feed (FsLossCurve *curve, uint32_t epoch, double train, double validation);
void fs_loss_curve_feed_by (FsLossCurve *curve,
                            const FsCurveLimits *limits,
                            uint32_t epoch,
                            double train,
                            double validation);

/* Standard deviation of the mean of `n` neighbouring validation losses, from jitter alone. */
double fs_loss_curve_deviation_of_mean (const FsLossCurve *curve, size_t n);
