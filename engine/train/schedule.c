/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Schedules of the learning rate; see schedule.h. Sources: PyTorch's lr_scheduler in closed form
 * (its own recursions agree to rounding), Smith 2017 (cyclical), Smith & Topin 2018 (one cycle). */

#include "engine/train/schedule.h"

#include <math.h>

#define PI 3.14159265358979323846

/* The share of one cycle in which the rate rises; Smith & Topin's, and PyTorch's default. */
#define RISE_SHARE 0.3

/* PyTorch leaves a rate alone that would change by less than this. */
#define SMALLEST_REDUCTION 1e-8

/* T: as written, or the whole run. */
static double
length_of (const FsExperiment *experiment, size_t steps_per_epoch)
{
  const bool is_per_batch = experiment->train.schedule.unit == FS_SCHEDULE_PER_BATCH;
  if (experiment->train.schedule.length != FS_AUTO)
    return (double) experiment->train.schedule.length;
  const double run =
      (double) experiment->train.epochs * (is_per_batch ? (double) steps_per_epoch : 1);
  return fmax (run - (double) experiment->train.schedule.warm_up, 1);
}

/* From `from` at p = 0 to `to` at p = 1 along half a cosine. */
static double
half_cosine (double from, double to, double p)
{
  return to + (from - to) / 2 * (cos (PI * p) + 1);
}

/* f: how far up between the lowest and the highest the rate of step k is. */
static double
height_in_triangle (const FsExperiment *experiment, double k)
{
  const double rise = (double) experiment->train.schedule.rise;
  const double cycle = floor (k / (2 * rise));
  const double x = k / rise - 2 * cycle; /* 0 … 2 */
  const double f = x <= 1 ? x : 2 - x;
  return experiment->train.schedule.is_halved ? f / exp2 (cycle) : f;
}

static double
triangular (const FsExperiment *experiment, double k, double rate)
{
  const double start = experiment->train.schedule.start_factor;
  return rate * (start + (1 - start) * height_in_triangle (experiment, k));
}

/* From `first` to `top` and on to `last`. */
static double
one_cycle_between (double first, double top, double last, double k, double length)
{
  const double turn = RISE_SHARE * length - 1, end = length - 1;
  if (turn > 0 && k <= turn)
    return half_cosine (first, top, k / turn);
  /* A cycle too short to rise in only falls. */
  const double from = fmax (turn, 0);
  return k >= end ? last : half_cosine (top, last, (k - from) / (end - from));
}

static double
one_cycle (const FsExperiment *experiment, double k, double rate, double length)
{
  const double first = rate / experiment->train.schedule.divisor;
  const double last = first / experiment->train.schedule.final_divisor;
  return one_cycle_between (first, rate, last, k, length);
}

static double
rate_at (const FsExperiment *experiment, double k, size_t steps_per_epoch)
{
  const double rate = experiment->train.learning_rate;
  const double start = experiment->train.schedule.start_factor;
  const double warm_up = (double) experiment->train.schedule.warm_up;
  const FsSchedule type = experiment->train.schedule.type;
  const double length = length_of (experiment, steps_per_epoch);
  if (type == FS_SCHEDULE_NONE || type == FS_SCHEDULE_PLATEAU)
    return rate;
  const bool comes_warm = type != FS_SCHEDULE_WARM_UP && type != FS_SCHEDULE_TRIANGULAR
                          && type != FS_SCHEDULE_ONE_CYCLE;
  if (comes_warm && k < warm_up)
    return rate * (start + (1 - start) * k / warm_up);
  if (comes_warm)
    k -= warm_up;
  switch (type)
    {
    case FS_SCHEDULE_STEP:
      return rate
             * pow (experiment->train.schedule.factor,
                    floor (k / (double) experiment->train.schedule.every));
    case FS_SCHEDULE_EXPONENTIAL:
      return rate * pow (experiment->train.schedule.decay, k);
    case FS_SCHEDULE_COSINE:
      return half_cosine (rate, fmin (experiment->train.schedule.min_rate, rate),
                          fmin (k, length) / length);
    case FS_SCHEDULE_WARM_UP:
      return rate * (start + (1 - start) * fmin (k, length) / length);
    case FS_SCHEDULE_TRIANGULAR:
      return triangular (experiment, k, rate);
    case FS_SCHEDULE_ONE_CYCLE:
      return one_cycle (experiment, k, rate, length);
    case FS_SCHEDULE_NONE:
    case FS_SCHEDULE_PLATEAU:
      break;
    }
  return rate;
}

double
fs_schedule_rate (const FsExperiment *experiment,
                  uint64_t step,
                  uint32_t epoch,
                  size_t steps_per_epoch)
{
  const bool is_per_batch = experiment->train.schedule.unit == FS_SCHEDULE_PER_BATCH;
  return rate_at (experiment, is_per_batch ? (double) step : (double) epoch, steps_per_epoch);
}

double
fs_schedule_momentum (const FsExperiment *experiment,
                      uint64_t step,
                      uint32_t epoch,
                      size_t steps_per_epoch)
{
  const bool is_per_batch = experiment->train.schedule.unit == FS_SCHEDULE_PER_BATCH;
  const double low = experiment->train.schedule.low_momentum;
  const double high = experiment->train.schedule.high_momentum;
  const double k = is_per_batch ? (double) step : (double) epoch;
  if (!experiment->train.schedule.cycles_momentum)
    return NAN;
  switch (experiment->train.schedule.type)
    {
    case FS_SCHEDULE_TRIANGULAR:
      return high - (high - low) * height_in_triangle (experiment, k);
    case FS_SCHEDULE_ONE_CYCLE:
      return one_cycle_between (high, low, high, k, length_of (experiment, steps_per_epoch));
    default:
      return NAN;
    }
}

void
fs_schedule_preview (const FsExperiment *experiment,
                     size_t steps_per_epoch,
                     double *rates,
                     size_t n_points)
{
  const double n_steps = (double) experiment->train.epochs * (double) steps_per_epoch;
  const double last = fmax (n_steps - 1, 0);
  for (size_t i = 0; i < n_points; i++)
    {
      const double share = n_points > 1 ? (double) i / (double) (n_points - 1) : 0;
      const uint64_t step = (uint64_t) floor (last * share + 0.5);
      const uint32_t epoch = steps_per_epoch > 0 ? (uint32_t) (step / steps_per_epoch) : 0;
      rates[i] = fs_schedule_rate (experiment, step, epoch, steps_per_epoch);
    }
}

/* ---- Plateau ---- */

FsPlateau
fs_plateau (void)
{
  return (FsPlateau){ .share = 1 };
}

/* Whether the rate went down: not below its least, nor (PyTorch) by next to nothing. */
static bool
reduce (FsPlateau *plateau, const FsExperiment *experiment)
{
  const double base = experiment->train.learning_rate;
  const double rate = base * plateau->share;
  const double reduced =
      fmax (rate * experiment->train.schedule.factor, experiment->train.schedule.min_rate);
  const bool is_keras = experiment->train.convention == FS_CONVENTION_KERAS;
  if (!(rate - reduced > (is_keras ? 0 : SMALLEST_REDUCTION)))
    return false;
  plateau->share = reduced / base;
  return true;
}

/* A loss must fall by a share of the best (PyTorch's default), or by a number (Keras). */
static bool
is_improvement (const FsPlateau *plateau, const FsExperiment *experiment, double loss)
{
  const double threshold = experiment->train.schedule.threshold;
  if (!plateau->has_best)
    return !isnan (loss);
  if (experiment->train.convention == FS_CONVENTION_KERAS)
    return loss + threshold < plateau->best;
  return loss < plateau->best * (1 - threshold);
}

/* The cooling epochs end before Keras looks at the loss and after PyTorch has: Keras waits for
 * `patience` epochs, PyTorch for one more. */
bool
fs_plateau_observe (FsPlateau *plateau, const FsExperiment *experiment, double loss)
{
  const bool is_keras = experiment->train.convention == FS_CONVENTION_KERAS;
  const bool is_better = is_improvement (plateau, experiment, loss);
  const int64_t patience = experiment->train.schedule.patience;
  if (is_keras && plateau->n_cooling > 0)
    {
      plateau->n_cooling--;
      plateau->n_waited = 0;
    }
  if (is_better)
    {
      plateau->best = loss;
      plateau->has_best = true;
      plateau->n_waited = 0;
    }
  else if (!is_keras || plateau->n_cooling == 0)
    plateau->n_waited++;
  if (!is_keras && plateau->n_cooling > 0)
    {
      plateau->n_cooling--;
      plateau->n_waited = 0;
    }
  const bool is_due = is_keras
                          ? !is_better && plateau->n_cooling == 0 && plateau->n_waited >= patience
                          : plateau->n_waited > patience;
  if (!is_due)
    return false;
  const bool is_reduced = reduce (plateau, experiment);
  if (is_reduced || !is_keras)
    {
      plateau->n_cooling = experiment->train.schedule.cooldown;
      plateau->n_waited = 0;
    }
  return is_reduced;
}
