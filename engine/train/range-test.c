/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The learning-rate range test; see range-test.h. */

#include "engine/train/range-test.h"

#include <math.h>
#include <stdlib.h>
#include "engine/train/trainer-private.h"

/* The running mean means little at its beginning, and the last step may have burst: steps that the
 * steepest fall is not looked for in. */
#define SKIPPED_AT_BEGIN 10
#define SKIPPED_AT_END 1

/* Long curves are looked at in so many places. */
#define MOST_PLACES 1000

/* Half a decade, as a factor. */
#define HALF_WIDTH 3.1622776601683795

FsRangeTestSettings
fs_range_test_settings_default (void)
{
  return (FsRangeTestSettings){
    .lowest = 1e-7, .highest = 10, .n_steps = 100, .smoothing = 0.98, .burst = 4
  };
}

void
fs_range_test_clear (FsRangeTest *test)
{
  free (test->rates);
  free (test->losses);
  *test = (FsRangeTest){ .steepest = NAN, .valley = NAN };
}

/* The slope of a least-squares line through losses[first … end-1] over the logarithm of the rates. */
static double
slope_of (const double *rates, const double *losses, size_t first, size_t end)
{
  const double n = (double) (end - first);
  double x_mean = 0, y_mean = 0, xy = 0, xx = 0;
  for (size_t i = first; i < end; i++)
    {
      x_mean += log (rates[i] / rates[first]) / n;
      y_mean += losses[i] / n;
    }
  for (size_t i = first; i < end; i++)
    {
      const double x = log (rates[i] / rates[first]) - x_mean;
      xy += x * (losses[i] - y_mean);
      xx += x * x;
    }
  return xx > 0 ? xy / xx : 0;
}

/* Between neighbours the noise of the first batches, over rates that move nothing, falls more steeply than
 * the fall that is looked for: on the shipped series that suggested 6e-7. So the slope is that over a
 * decade of rates, which the curve has on both sides of a rate; a shorter curve is one piece. */
double
fs_range_test_steepest (const double *rates, const double *losses, size_t n)
{
  const size_t skipped = n > SKIPPED_AT_BEGIN + SKIPPED_AT_END + 2 ? SKIPPED_AT_BEGIN : 0;
  const size_t last = skipped > 0 ? n - SKIPPED_AT_END : n;
  double lowest = 0, found = NAN;
  size_t first = skipped, end = skipped;
  if (last < skipped + 2)
    return NAN;
  const bool is_short = rates[last - 1] < rates[skipped] * HALF_WIDTH * HALF_WIDTH;
  for (size_t i = skipped; i < last; i += n / MOST_PLACES + 1)
    {
      while (rates[first] * HALF_WIDTH < rates[i])
        first++;
      while (end < last && rates[end] <= rates[i] * HALF_WIDTH)
        end++;
      if (!is_short
          && (rates[i] < rates[skipped] * HALF_WIDTH || rates[i] * HALF_WIDTH > rates[last - 1]))
        continue;
      const double slope = slope_of (rates, losses, first, end);
      if (slope < lowest)
        {
          lowest = slope;
          found = rates[i];
        }
    }
  return found;
}

/* The longest strictly decreasing subsequence, which a few bumps do not break, is where the loss falls
 * altogether; a third of it goes before, and half a third more. */
double
fs_range_test_valley (const double *rates, const double *losses, size_t n)
{
  size_t *lengths = calloc (n + 1, sizeof *lengths), *begins = calloc (n + 1, sizeof *begins);
  size_t last = 0;
  double found = NAN;
  for (size_t i = 0; lengths && begins && i < n; i++)
    {
      lengths[i] = 1;
      begins[i] = i;
      for (size_t j = 0; j < i; j++)
        if (losses[j] > losses[i] && lengths[j] + 1 > lengths[i])
          {
            lengths[i] = lengths[j] + 1;
            begins[i] = begins[j];
          }
      if (lengths[i] > lengths[last])
        last = i;
    }
  if (lengths && begins && n > 1 && lengths[last] > 1)
    {
      const size_t third = (last - begins[last]) / 3;
      found = rates[begins[last] + third + third / 2];
    }
  free (lengths);
  free (begins);
  return found;
}

double
fs_range_test_suggestion (const FsRangeTest *test)
{
  return isnan (test->steepest) ? test->valley : test->steepest;
}

/* The loss of one more batch with `rate`; NaN at the end of what can be trained. */
static FsStatus
train_one (FsTrainer *trainer, double rate, const FsInterrupt *interrupt, double *loss)
{
  const double sum_before = trainer->phase == FS_PHASE_TRAIN ? trainer->statistics.loss_sum : 0;
  const double weight_before =
      trainer->phase == FS_PHASE_TRAIN ? trainer->statistics.loss_weight : 0;
  trainer->experiment.train.learning_rate = rate;
  const FsAdvanced advanced = fs_trainer_advance (trainer, interrupt);
  *loss = NAN;
  if (advanced == FS_ADVANCED_INTERRUPTED)
    return FS_INTERRUPTED;
  if (advanced != FS_ADVANCED_BATCH)
    return FS_OK;
  const bool is_last = trainer->phase != FS_PHASE_TRAIN;
  *loss = (trainer->statistics.loss_sum - sum_before)
          / (trainer->statistics.loss_weight - weight_before);
  if (is_last)
    {
      /* No evaluation: the next epoch's batches follow. */
      trainer->epoch++;
      trainer->phase = FS_PHASE_BOUNDARY;
    }
  return FS_OK;
}

FsStatus
fs_range_test_run (FsRangeTest *test,
                   FsTrainer *trainer,
                   const FsRangeTestSettings *settings,
                   const FsInterrupt *interrupt,
                   FsProblem *problem)
{
  const size_t n = settings->n_steps;
  double mean = 0, lowest = INFINITY;
  *test = (FsRangeTest){ .rates = calloc (n + 1, sizeof (double)),
                         .losses = calloc (n + 1, sizeof (double)),
                         .steepest = NAN,
                         .valley = NAN };
  if (!test->rates || !test->losses)
    {
      fs_range_test_clear (test);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "range test", NULL, NULL);
    }
  fs_trainer_set_probing (trainer, false);
  trainer->experiment.train.schedule.type = FS_SCHEDULE_NONE;
  trainer->experiment.train.epochs = INT64_MAX; /* the steps are what ends it */
  for (size_t i = 0; i < n; i++)
    {
      const double share = n > 1 ? (double) i / (double) (n - 1) : 0;
      const double rate = settings->lowest * pow (settings->highest / settings->lowest, share);
      double loss;
      if (train_one (trainer, rate, interrupt, &loss) != FS_OK)
        {
          fs_range_test_clear (test);
          return fs_problem (problem, FS_INTERRUPTED, NULL, NULL, NULL);
        }
      if (!isfinite (loss))
        break;
      mean = settings->smoothing * mean + (1 - settings->smoothing) * loss;
      const double smooth = mean / (1 - pow (settings->smoothing, (double) (i + 1)));
      if (i > 1 && smooth > settings->burst * lowest)
        break;
      lowest = fmin (lowest, smooth);
      test->rates[test->n] = rate;
      test->losses[test->n++] = smooth;
      if (settings->progress)
        settings->progress (test, settings->data);
    }
  test->steepest = fs_range_test_steepest (test->rates, test->losses, test->n);
  test->valley = fs_range_test_valley (test->rates, test->losses, test->n);
  return FS_OK;
}
