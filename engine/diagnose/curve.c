/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The evidence in two loss curves, epoch by epoch; see curve.h. The words are verdict.c's. */

#include "engine/diagnose/curve.h"

#include <math.h>
#include <string.h>

/* A rise of the validation loss is overfitting from this share of its best. */
#define OVERFIT_RISE 0.042

/* It must also be this many standard deviations of what jitter alone does to the running mean. */
#define OVERFIT_JITTERS 5.0

/* And the gap to the train loss must have widened by this share of the rise: where train and
 * validation rise together, training is unsteady, but nothing is being memorised. */
#define GAP_SHARE 0.5

/* Hysteresis: epochs in a row before the alarm is raised, and before it is cleared. */
#define N_TO_RAISE 3
#define N_TO_CLEAR 5
#define CLEAR_RISE (OVERFIT_RISE / 2)

#define STOP_RISE 0.002
#define STOP_JITTERS 6.0
#define N_TO_STOP 5

/* Losses in files have some five digits: differences below this share are their rounding. */
#define SMALLEST_JITTER 1e-4

/* Diverging: the train loss this many times its lowest, and no lower than where it began. */
#define DIVERGED_RATIO 2.0

static void
median_add (FsSlidingMedian *median, double value)
{
  size_t place;
  if (median->n == FS_CURVE_JITTER_WINDOW)
    {
      double oldest = median->arrived[median->next];
      for (place = 0; median->sorted[place] != oldest; place++)
        ;
      memmove (&median->sorted[place], &median->sorted[place + 1],
               (--median->n - place) * sizeof *median->sorted);
    }
  for (place = median->n; place > 0 && median->sorted[place - 1] > value; place--)
    median->sorted[place] = median->sorted[place - 1];
  median->sorted[place] = value;
  median->n++;
  median->arrived[median->next] = value;
  median->next = (median->next + 1) % FS_CURVE_JITTER_WINDOW;
}

static double
median_get (const FsSlidingMedian *median)
{
  size_t n = median->n;
  return n == 0 ? 0 : (median->sorted[(n - 1) / 2] + median->sorted[n / 2]) / 2;
}

/* The jitter from second differences, which a straight course leaves at zero: for white jitter of
 * standard deviation σ they have √6 σ, and a median of absolute values is 0.6745 of that. */
static void
measure_jitter (FsCurve *curve, double validation)
{
  if (curve->n >= 2)
    median_add (&curve->bends, fabs (validation - 2 * curve->previous[0] + curve->previous[1]));
  curve->previous[1] = curve->previous[0];
  curve->previous[0] = validation;
  curve->jitter = 1.4826 * median_get (&curve->bends) / sqrt (6.0);
}

static double
span_of_scale (size_t k)
{
  return (double) ((size_t) 1 << k);
}

/* The weight of the newest epoch in a running mean of that span; the first epochs are averaged
 * evenly until there are enough of them. */
static double
newest_weight (size_t k, size_t n)
{
  return fmax (2.0 / (span_of_scale (k) + 1.0), 1.0 / (double) n);
}

static void
feed_scale (FsCurveScale *scale, size_t k, size_t n, double train, double validation)
{
  double weight = newest_weight (k, n);
  scale->validation += weight * (validation - scale->validation);
  scale->train += weight * (train - scale->train);
  if (n == 1 || scale->validation < scale->best)
    {
      scale->best = scale->validation;
      scale->train_at_best = scale->train;
      scale->best_at = n;
    }
}

/* The rise at scale k in shares of the best, or 0 where it does not stand out of `jitters` standard
 * deviations, where the two means still share epochs, or where train rose with it. */
static double
scale_rise (const FsCurve *curve, size_t k, double jitters)
{
  const FsCurveScale *scale = &curve->scales[k];
  double rise = scale->validation - scale->best;
  if ((double) (curve->n - scale->best_at) < span_of_scale (k) || !(rise > 0))
    return 0;

  /* Var of a running mean of white jitter is w / (2 - w) σ²; of the difference of two, twice that. */
  double w = 2.0 / (span_of_scale (k) + 1.0);
  double floor = SMALLEST_JITTER * fabs (scale->best);
  double deviation = sqrt (curve->jitter * curve->jitter + floor * floor);
  if (rise < jitters * deviation * sqrt (2 * w / (2 - w)))
    return 0;
  if (rise - (scale->train - scale->train_at_best) < GAP_SHARE * rise)
    return 0;
  return rise / fmax (fabs (scale->best), 1e-300);
}

static double
greatest_rise (const FsCurve *curve, double jitters)
{
  double greatest = 0;
  for (size_t k = 0; k < FS_CURVE_N_SCALES; k++)
    greatest = fmax (greatest, scale_rise (curve, k, jitters));
  return greatest;
}

double
fs_curve_rise (const FsCurve *curve)
{
  return curve->n == 0 ? 0 : greatest_rise (curve, OVERFIT_JITTERS);
}

static void
watch_overfitting (FsCurve *curve)
{
  double rise = greatest_rise (curve, OVERFIT_JITTERS);
  curve->n_for = rise >= OVERFIT_RISE ? curve->n_for + 1 : 0;
  curve->n_against = rise < CLEAR_RISE ? curve->n_against + 1 : 0;
  if (!curve->is_overfitting && curve->n_for >= N_TO_RAISE)
    {
      curve->is_overfitting = true;
      curve->overfitting_since = curve->best_at;
    }
  else if (curve->is_overfitting && curve->n_against >= N_TO_CLEAR)
    curve->is_overfitting = false;

  curve->n_past = greatest_rise (curve, STOP_JITTERS) >= STOP_RISE ? curve->n_past + 1 : 0;
  if (curve->stop_at == 0 && curve->n_past >= N_TO_STOP)
    curve->stop_at = curve->n;
}

void
fs_curve_feed (FsCurve *curve, double train, double validation)
{
  measure_jitter (curve, validation);
  size_t n = ++curve->n;
  curve->train = train;
  curve->validation = validation;
  if (n == 1)
    {
      curve->first_train = curve->best_train = train;
      curve->first_validation = validation;
    }
  if (n == 1 || validation < curve->best)
    {
      curve->best = validation;
      curve->train_at_best = train;
      curve->best_at = n;
    }
  curve->best_train = fmin (curve->best_train, train);
  for (size_t k = 0; k < FS_CURVE_N_SCALES; k++)
    feed_scale (&curve->scales[k], k, n, train, validation);
  watch_overfitting (curve);

  bool is_diverging = train > DIVERGED_RATIO * curve->best_train && train > curve->first_train;
  curve->n_diverging = is_diverging ? curve->n_diverging + 1 : 0;
}
