/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The evidence in two loss curves, epoch by epoch; see curve.h. The words are verdict.c's.
 *
 * The thresholds were fitted on several hundred labelled loss curves of small networks; where those
 * (which are nearly free of jitter) leave a range, simulated healthy and overfitting runs with 0 to 6 %
 * of jitter decided. tests/engine/test-curve.c asserts the rates that they stand for. */

#include "engine/diagnose/curve.h"

#include <math.h>
#include <string.h>

const FsCurveLimits fs_curve_limits = {
  /* 98 % of the runs that are labelled healthy rise less than 2.5 %, all that are labelled overfitting
   * rise more than 4.4 %. */
  .overfit_rise = FS_CURVE_OVERFIT_RISE,

  /* Of the difference of two running means. Many scales are looked at in many epochs, so two or three
   * happen in every healthy run: of 100 healthy epochs with 6 % jitter fewer than 1 % ever reach this. */
  .overfit_jitters = 3.7,

  /* Where train and validation rise together, training is unsteady, but nothing is being memorised. */
  .gap_share = 0.5,

  /* What a cyclic learning rate or a slow wobble has done before without harm is no news. */
  .recovered_factor = 3,

  /* The stopping rule asks less of the rise, for it must only be real, not harmful, and a little more
   * of its certainty, for it cannot be taken back. On the labelled curves: the best was behind in 98 % of
   * all of them, and 25 epochs behind (median) where the run overfits. */
  .stop_rise = 0.002,
  .stop_jitters = 4,

  /* Hysteresis: the alarm is raised after so many epochs in a row, and cleared after so many whose rise is
   * below half of the threshold or drowns in the jitter. */
  .n_to_raise = 3,
  .n_to_clear = 5,
  .n_to_stop = 4,
};

#define CLEAR_SHARE 0.5 /* of the rise that raises the alarm */
#define CLEAR_JITTERS 2.0

/* The jitter is itself a guess, and a poor one from few samples: the demand is greater by this many
 * over the number of samples. */
#define SAMPLE_CAUTION 3.0

/* Losses in files have some five digits: jitter below this share of the loss is their rounding. */
#define SMALLEST_JITTER 1e-4

/* How many third differences of neighbours, of epochs FS_CURVE_LAG apart, a median needs. The far ones
 * span 3 lags, which in a short run reaches back into its first steep fall. */
#define N_NEAR_BENDS 4
#define N_FAR_BENDS 20

/* The medians look at the newer half of the run, but at no fewer than this many epochs. */
#define N_LEAST_WINDOW 8

/* For normal values the median of the absolute value is σ / 1.4826; a third difference x - 3x + 3x - x
 * of white jitter has the variance (1 + 9 + 9 + 1) σ². Third differences, because they leave out any
 * parabola: the curve's own bend is no jitter. */
#define BEND_TO_DEVIATION (1.4826 / 4.47213595499957939)

#define GREATEST_PERSISTENCE 0.95

/* Diverging: the train loss is this many times its lowest, and above where it began. The second guards
 * losses near zero, where a doubling is nothing. */
#define DIVERGED_RATIO 2.0

static void
median_drop_oldest (FsSlidingMedian *median)
{
  double oldest = median->arrived[median->first];
  size_t place = 0;
  while (median->sorted[place] != oldest)
    place++;
  median->n--;
  median->first = (median->first + 1) % FS_CURVE_WINDOW;
  memmove (&median->sorted[place], &median->sorted[place + 1],
           (median->n - place) * sizeof *median->sorted);
}

/* Adds a value and keeps the newest `window` of them, at most FS_CURVE_WINDOW. */
static void
median_add (FsSlidingMedian *median, double value, size_t window)
{
  while (median->n >= window)
    median_drop_oldest (median);
  size_t place = median->n;
  for (; place > 0 && median->sorted[place - 1] > value; place--)
    median->sorted[place] = median->sorted[place - 1];
  median->sorted[place] = value;
  median->arrived[(median->first + median->n) % FS_CURVE_WINDOW] = value;
  median->n++;
}

/* The standard deviation that the median stands for, widened for few samples; 0 below `n_least`. */
static double
median_deviation (const FsSlidingMedian *median, size_t n_least)
{
  size_t n = median->n;
  if (n < n_least)
    return 0;
  double middle = (median->sorted[(n - 1) / 2] + median->sorted[n / 2]) / 2;
  return BEND_TO_DEVIATION * middle * (1 + SAMPLE_CAUTION / (double) n);
}

/* The validation loss `back` epochs ago; 0 is the newest. */
static double
past_validation (const FsLossCurve *curve, size_t back)
{
  return curve->past[(curve->n - 1 - back) % FS_CURVE_PAST];
}

static void
add_bend (const FsLossCurve *curve, FsSlidingMedian *median, size_t lag)
{
  if (curve->n <= 3 * lag)
    return;
  size_t window = curve->n / 2;
  window = window < N_LEAST_WINDOW ? N_LEAST_WINDOW
                                   : (window > FS_CURVE_WINDOW ? FS_CURVE_WINDOW : window);
  double bend = past_validation (curve, 0) - 3 * past_validation (curve, lag)
                + 3 * past_validation (curve, 2 * lag) - past_validation (curve, 3 * lag);
  /* A loss near the end of the number range may overflow; such a bend is as wide as can be. */
  median_add (median, isfinite (bend) ? fabs (bend) : HUGE_VAL, window);
}

/* Jitter that wanders is seen whole by far differences and in part by near ones. For jitter whose
 * neighbours correlate by ρ, the ratio r of the two variances is (20 - 30ρ + 12ρ² - 2ρ³)/20, which
 * ρ = 1 - r^(3/4) inverts to within 0.02 for ρ < 0.9. */
static void
measure_jitter (FsLossCurve *curve)
{
  add_bend (curve, &curve->near_bends, 1);
  add_bend (curve, &curve->far_bends, FS_CURVE_LAG);
  double near = median_deviation (&curve->near_bends, N_NEAR_BENDS);
  double far = median_deviation (&curve->far_bends, N_FAR_BENDS);
  curve->jitter = fmax (near, far);
  curve->persistence = 0;
  if (far > near)
    {
      double ratio = near / far * (near / far);
      curve->persistence = fmin (GREATEST_PERSISTENCE, 1 - sqrt (ratio * sqrt (ratio)));
    }
}

/* Whether there is a jitter to compare with: before, nothing can be told from chance. */
static bool
knows_jitter (const FsLossCurve *curve)
{
  return curve->near_bends.n >= N_NEAR_BENDS;
}

static double
span_of_scale (size_t k)
{
  return (double) ((size_t) 1 << k);
}

/* The weight of the newest epoch in a running mean of scale k. */
static double
weight_of_scale (size_t k)
{
  return 2.0 / (span_of_scale (k) + 1.0);
}

/* Variance of the running mean of scale k from jitter alone. For a geometric mean of weight w of
 * values whose neighbours correlate by ρ: σ² w/(2-w) (1+ρq)/(1-ρq), q = 1-w. */
static double
variance_of_scale (const FsLossCurve *curve, size_t k)
{
  double w = weight_of_scale (k);
  double rounding = SMALLEST_JITTER * curve->best;
  double variance = curve->jitter * curve->jitter + rounding * rounding;
  double carried = curve->persistence * (1 - w);
  return variance * w / (2 - w) * (1 + carried) / (1 - carried);
}

double
fs_loss_curve_deviation_of_mean (const FsLossCurve *curve, size_t n)
{
  double rounding = SMALLEST_JITTER * curve->best;
  double variance = curve->jitter * curve->jitter + rounding * rounding;
  double wandering = (1 + curve->persistence) / (1 - curve->persistence);
  return sqrt (variance * fmin (wandering, (double) n) / (double) n);
}

static void
feed_scale (FsLossCurve *curve, size_t k)
{
  FsLossCurveScale *scale = &curve->scales[k];
  /* The first epochs are averaged evenly, until there are enough of them. */
  double weight = fmax (weight_of_scale (k), 1.0 / (double) curve->n);
  scale->validation += weight * (curve->validation - scale->validation);
  scale->train += weight * (curve->train - scale->train);
  if ((double) curve->n < span_of_scale (k))
    return; /* a mean of too few may be the lowest by chance */
  if (scale->best_at == 0 || scale->validation < scale->best)
    {
      scale->best = scale->validation;
      scale->train_at_best = scale->train;
      scale->best_at = curve->n;
      scale->recovered = fmax (scale->recovered, scale->peak);
      scale->peak = 0;
    }
  scale->peak = fmax (scale->peak, scale->validation - scale->best);
}

/* What the rise of one epoch amounts to, over all scales, as a share of the best. */
typedef struct
{
  double for_alarm, for_clearing, for_stopping;
} Rise;

static void
look_at_scale (const FsLossCurve *curve, const FsCurveLimits *limits, size_t k, Rise *greatest)
{
  const FsLossCurveScale *scale = &curve->scales[k];
  double rise = scale->validation - scale->best;
  double share = rise / fmax (fabs (scale->best), 1e-300);
  /* The mean at the best and the newest must not share most of their epochs. */
  bool is_apart = scale->best_at > 0 && (double) (curve->n - scale->best_at) >= span_of_scale (k);
  if (!is_apart || !(share >= limits->stop_rise))
    return;
  if (rise - (scale->train - scale->train_at_best) < limits->gap_share * rise)
    return;

  double variance = 2 * variance_of_scale (curve, k);
  double squares = rise * rise;
  bool is_new = rise >= limits->recovered_factor * scale->recovered;
  if (squares >= CLEAR_JITTERS * CLEAR_JITTERS * variance)
    greatest->for_clearing = fmax (greatest->for_clearing, share);
  if (is_new && squares >= limits->overfit_jitters * limits->overfit_jitters * variance)
    greatest->for_alarm = fmax (greatest->for_alarm, share);
  if (is_new && squares >= limits->stop_jitters * limits->stop_jitters * variance)
    greatest->for_stopping = fmax (greatest->for_stopping, share);
}

static void
watch_rise (FsLossCurve *curve, const FsCurveLimits *limits)
{
  Rise rise = { 0 };
  if (knows_jitter (curve))
    for (size_t k = 0; k < FS_CURVE_N_SCALES; k++)
      look_at_scale (curve, limits, k, &rise);

  curve->n_for = rise.for_alarm >= limits->overfit_rise ? curve->n_for + 1 : 0;
  curve->n_against =
      rise.for_clearing < CLEAR_SHARE * limits->overfit_rise ? curve->n_against + 1 : 0;
  curve->rise = fmax (rise.for_alarm, rise.for_clearing);
  if (!curve->is_overfitting && curve->n_for >= limits->n_to_raise)
    {
      curve->is_overfitting = true;
      curve->overfitting_since = curve->best_epoch;
    }
  else if (curve->is_overfitting && curve->n_against >= limits->n_to_clear)
    curve->is_overfitting = false;

  curve->n_behind = rise.for_stopping >= limits->stop_rise ? curve->n_behind + 1 : 0;
  if (curve->stop_epoch == 0 && curve->n_behind >= limits->n_to_stop)
    curve->stop_epoch = curve->epoch;
}

void
fs_loss_curve_feed (FsLossCurve *curve, uint32_t epoch, double train, double validation)
{
  fs_loss_curve_feed_by (curve, &fs_curve_limits, epoch, train, validation);
}

void
fs_loss_curve_feed_by (FsLossCurve *curve,
                       const FsCurveLimits *limits,
                       uint32_t epoch,
                       double train,
                       double validation)
{
  bool is_first = curve->n++ == 0;
  curve->epoch = epoch;
  curve->train = train;
  curve->validation = validation;
  curve->past[(curve->n - 1) % FS_CURVE_PAST] = validation;
  if (is_first)
    {
      curve->first_train = curve->best_train = train;
      curve->first_validation = validation;
    }
  if (is_first || validation < curve->best)
    {
      curve->best = validation;
      curve->train_at_best = train;
      curve->best_epoch = epoch;
    }
  curve->best_train = fmin (curve->best_train, train);

  measure_jitter (curve);
  for (size_t k = 0; k < FS_CURVE_N_SCALES; k++)
    feed_scale (curve, k);
  watch_rise (curve, limits);

  bool is_diverging = train > DIVERGED_RATIO * curve->best_train && train > curve->first_train;
  curve->n_diverging = is_diverging ? curve->n_diverging + 1 : 0;
}
