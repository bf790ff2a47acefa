/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What every judgement reads, measured once: levels, gains, jitter and baselines. The thresholds here
 * are what "level" and "gain" mean; those of the findings stand with the findings. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include <string.h>
#include "engine/maths/order.h"

/* Levels are means over this share of the epochs. */
#define LEVEL_SHARE 0.2
#define LEARNING_JITTERS 2.5

/* The straight line has found a signal when it is this much better than the baselines. */
#define RIDGE_FINDS 0.95

/* A walk: neighbours agree as much, and a line comes to no less than this of the error of repeating the
 * last value on rows it was not fitted to, and hardly to less on those it was. */
#define WALK_ORDER 0.95
#define WALK_LINE 0.98
#define WALK_LINE_FITTED 0.9

/* Windows from which a correlation says something, and what an autoregression may find in noise. */
#define FEWEST_FOLLOWED 50
#define NOISE_TELLS 0.02

/* Quantiles of the square of a normal number: one in forty, and one in two hundred where the data say
 * beforehand that there is nothing. */
#define CHANCE 5.0
#define CHANCE_IN_NOISE 8.0

/* The best validation loss counts as better than a baseline only below this share of it. */
#define BETTER_THAN_NAIVE 0.98

/* Of the loss without learning: what is left is no matter of memory. */
#define NEXT_TO_NOTHING 0.01

/* Third differences of the newest train losses; for normal jitter their median is 3 σ. */
#define N_BENDS 32
#define BEND_TO_DEVIATION (1.4826 / 4.47213595499957939)

static bool
is_finite_at (const FsHistory *history, size_t i)
{
  return isfinite (history->observations[i].train_loss)
         && isfinite (fs_history_monitored (history, i));
}

typedef struct
{
  double train, monitored, running;
  size_t n;
} Means;

/* Over the observations from `begin` to before `end`, of those that are finite. */
static Means
mean_losses (const FsHistory *history, size_t begin, size_t end)
{
  Means means = { 0 };
  for (size_t i = begin; i < end; i++)
    if (is_finite_at (history, i))
      {
        means.train += history->observations[i].train_loss;
        means.running += history->observations[i].running_loss;
        means.monitored += fs_history_monitored (history, i);
        means.n++;
      }
  double n = means.n > 0 ? (double) means.n : NAN;
  means.train /= n;
  means.running /= n;
  means.monitored /= n;
  return means;
}

static double
gain_of (double before, double after, double deviation)
{
  if (!(fabs (before - after) > LEARNING_JITTERS * deviation))
    return 0;
  return (before - after) / fmax (fabs (before), 1e-300);
}

static void
measure_train_jitter (FsEvidence *evidence)
{
  const FsObservation *seen = evidence->history->observations;
  double bends[N_BENDS];
  size_t n_bends = 0;
  for (size_t i = evidence->n; i > 3 && n_bends < N_BENDS && 2 * i > evidence->n; i--)
    {
      double bend = seen[i - 1].train_loss - 3 * seen[i - 2].train_loss + 3 * seen[i - 3].train_loss
                    - seen[i - 4].train_loss;
      if (isfinite (bend))
        bends[n_bends++] = fabs (bend);
    }
  size_t fifth = (size_t) ceil (LEVEL_SHARE * (double) evidence->n);
  double level = mean_losses (evidence->history, evidence->n - fifth, evidence->n).train;
  if (n_bends < 6 || !(level > 0))
    return;
  fs_sort (bends, n_bends);
  evidence->train_jitter = BEND_TO_DEVIATION * fs_quantile (bends, n_bends, 0.5) / level;
}

static void
measure_levels (FsEvidence *evidence)
{
  const FsHistory *history = evidence->history;
  size_t n = evidence->n;
  size_t fifth = (size_t) ceil (LEVEL_SHARE * (double) n);
  if (fifth > n / 2)
    fifth = n / 2;
  Means after = mean_losses (history, n - fifth, n);
  Means before = mean_losses (history, n - 2 * fifth, n - fifth);
  evidence->train_level = after.train;
  evidence->validation_level = after.monitored;
  evidence->running_level = after.running;
  if (after.n == 0 || before.n == 0 || n < FS_N_TO_JUDGE)
    return;
  double deviation = sqrt (2) * fs_loss_curve_deviation_of_mean (evidence->curve, after.n);
  evidence->validation_gain = gain_of (before.monitored, after.monitored, deviation);
  double train_deviation = evidence->train_jitter * after.train * sqrt (2 / (double) after.n);
  evidence->train_gain =
      gain_of (before.train, after.train, history->has_validation ? train_deviation : deviation);
}

static double
lowest_naive (const FsBaselines *baselines, const FsBaseline *baseline, const char **name)
{
  double lowest = baseline->mean;
  *name = baselines->is_of_classes ? FS_WORDS ("the shares of the classes")
                                   : FS_WORDS ("forecasting the mean");
  if (baseline->persistence < lowest)
    {
      lowest = baseline->persistence;
      *name = FS_WORDS ("repeating the last value");
    }
  if (baseline->seasonal_naive < lowest) /* false for NaN */
    {
      lowest = baseline->seasonal_naive;
      *name = FS_WORDS ("repeating the last season");
    }
  return lowest;
}

/* A line is fitted to the training windows that it is scored on: with k weights and n windows its error there
 * is below that of the line that holds, by (n − k)/(n + k) (Akaike 1970). */
static double
measure_optimism (const FsDataFacts *data)
{
  if (!data)
    return 1;
  double n = (double) data->n_windows[FS_PART_TRAIN];
  double k = fmin ((double) (data->length * data->n_channels), n / 4);
  return n > 0 ? (n + k) / (n - k) : 1;
}

/* What the best epoch of a forecast that knows nothing takes by chance from the error of n windows, times n. */
static double
chance_of (const FsEvidence *evidence)
{
  return evidence->is_white ? CHANCE_IN_NOISE : CHANCE;
}

double
fs_evidence_chance_correlation (const FsEvidence *evidence)
{
  return sqrt (chance_of (evidence) / fmax (1, (double) evidence->forecast->n));
}

bool
fs_evidence_follows_nothing (const FsEvidence *evidence)
{
  const FsForecastFacts *forecast = evidence->forecast;
  return forecast && forecast->n >= FEWEST_FOLLOWED
         && forecast->validation_correlation < fs_evidence_chance_correlation (evidence);
}

double
fs_evidence_better_than_naive (const FsEvidence *evidence)
{
  double n = evidence->data && !evidence->has_signal
                 ? (double) evidence->data->n_windows[FS_PART_VALIDATION]
                 : 0;
  return n > 0 ? fmin (BETTER_THAN_NAIVE, 1 - chance_of (evidence) / fmax (n, FEWEST_FOLLOWED))
               : BETTER_THAN_NAIVE;
}

bool
fs_evidence_has_missed_signal (const FsEvidence *evidence)
{
  return evidence->has_signal
         && evidence->train_level >= FS_ABOVE_SIMPLE * evidence->simple[FS_EVIDENCE_TRAIN];
}

/* Where a series goes on as it was, or repeats its season, the last value or season forecasts better than
 * the mean, and a network has as much to learn. */
static void
gather_simple (FsEvidence *evidence, const FsBaseline *train, const FsBaseline *monitored)
{
  const double means[] = { train->mean, monitored->mean };
  evidence->is_white = evidence->data && evidence->data->n_channels == 1
                       && evidence->data->n_rows > 0 && evidence->data->raw_tells < NOISE_TELLS;
  evidence->is_noise = evidence->is_white && fs_evidence_follows_nothing (evidence);
  /* In differences of noise a line finds the way back to the mean. */
  evidence->line_finds_signal = evidence->line_finds_signal && !evidence->is_noise;
  evidence->has_signal = evidence->has_baselines && !evidence->is_walk && !evidence->is_noise;
  for (int part = 0; part < 2; part++)
    {
      evidence->simple[part] = fmin (evidence->ridge[part], evidence->naive[part]);
      if (!(evidence->simple[part] <= RIDGE_FINDS * means[part]))
        evidence->has_signal = false;
    }
  if (evidence->ridge[FS_EVIDENCE_TRAIN] <= evidence->naive[FS_EVIDENCE_TRAIN])
    evidence->simple_name = FS_WORDS ("a straight line");
}

static void
gather_baselines (FsEvidence *evidence, const FsBaselines *baselines)
{
  if (!baselines)
    return;
  evidence->is_of_classes = baselines->is_of_classes;
  const FsBaseline *train = &baselines->parts[FS_PART_TRAIN];
  const FsBaseline *monitored =
      evidence->history->has_validation ? &baselines->parts[FS_PART_VALIDATION] : train;
  evidence->seasonal_naive = monitored->seasonal_naive;
  evidence->naive[FS_EVIDENCE_TRAIN] = lowest_naive (baselines, train, &evidence->simple_name);
  evidence->naive[FS_EVIDENCE_VALIDATION] =
      lowest_naive (baselines, monitored, &evidence->naive_name);
  evidence->ridge[FS_EVIDENCE_TRAIN] = train->ridge * measure_optimism (evidence->data);
  evidence->ridge[FS_EVIDENCE_VALIDATION] = monitored->ridge;
  evidence->has_baselines =
      evidence->naive[FS_EVIDENCE_TRAIN] > 0 && evidence->naive[FS_EVIDENCE_VALIDATION] > 0;
  evidence->line_finds_signal = evidence->has_baselines;
  for (int part = 0; part < 2; part++)
    if (!(evidence->ridge[part] > 0) || evidence->ridge[part] > RIDGE_FINDS * evidence->naive[part])
      evidence->line_finds_signal = false;
  evidence->is_walk =
      evidence->has_baselines && evidence->data && evidence->data->first_order > WALK_ORDER
      && monitored->persistence <= evidence->naive[FS_EVIDENCE_VALIDATION]
      && train->persistence <= evidence->naive[FS_EVIDENCE_TRAIN]
      && evidence->ridge[FS_EVIDENCE_VALIDATION]
             > WALK_LINE * evidence->naive[FS_EVIDENCE_VALIDATION]
      && evidence->ridge[FS_EVIDENCE_TRAIN] > WALK_LINE_FITTED * evidence->naive[FS_EVIDENCE_TRAIN];
  gather_simple (evidence, train, monitored);
}

static void
weigh_penalty (FsEvidence *evidence)
{
  const FsProbe *probe = evidence->probe;
  double squares = 0;
  if (!probe || !evidence->experiment || !(evidence->train_level > 0))
    return;
  for (size_t i = 0; i < probe->n_tensors; i++)
    squares += (double) probe->tensors[i].weight_norm * (double) probe->tensors[i].weight_norm;
  evidence->penalty_share = evidence->experiment->train.l2 * squares / evidence->train_level;
}

static void
measure_shrinkage (FsEvidence *evidence)
{
  const FsForecastFacts *forecast = evidence->forecast;
  if (!forecast || forecast->n < 16 || !(forecast->variance_ratio > 0))
    return;
  double r = forecast->validation_correlation;
  double slope = r / sqrt (forecast->variance_ratio);
  double error = fabs (slope) * sqrt ((1 / (r * r) - 1) / (double) forecast->n);
  if (slope > 0 && isfinite (error))
    evidence->shrinkage = fmax (0, slope - 2 * error);
}

static void
measure_gap (FsEvidence *evidence)
{
  if (evidence->has_baselines && evidence->train_level > 0 && evidence->curve->n > 0)
    evidence->gap = evidence->curve->best / evidence->naive[FS_EVIDENCE_VALIDATION]
                    / (evidence->train_level / evidence->naive[FS_EVIDENCE_TRAIN]);
  /* What validation still gains counts only where its best is not long past. */
  evidence->memorised_gap =
      evidence->is_of_classes ? FS_MEMORISED_GAP_OF_CLASSES : FS_MEMORISED_GAP;
  evidence->has_memorised =
      evidence->gap > evidence->memorised_gap && evidence->curve->n >= 2 * FS_N_TO_SETTLE
      && !(evidence->curve->best < NEXT_TO_NOTHING * evidence->naive[FS_EVIDENCE_VALIDATION])
      && (evidence->validation_gain < FS_FALLING_GAIN
          || 5.0 * evidence->curve->best_epoch < 4.0 * fs_evidence_newest (evidence)->epoch);
}

void
fs_evidence_gather (FsEvidence *evidence, const FsCase *subject, const FsLossCurve *curve, size_t n)
{
  *evidence = (FsEvidence){ .history = subject->history,
                            .experiment = subject->experiment,
                            .data = subject->data,
                            .forecast = subject->forecast,
                            .curve = curve,
                            .n = n,
                            .ridge = { NAN, NAN },
                            .seasonal_naive = NAN };
  evidence->is_over = subject->history->end != FS_END_NONE && n == subject->history->n_observations;
  if (n > 0)
    {
      evidence->probe =
          fs_history_probe_at (subject->history, subject->history->observations[n - 1].epoch);
      measure_train_jitter (evidence);
      measure_levels (evidence);
      weigh_penalty (evidence);
    }
  gather_baselines (evidence, subject->baselines);
  evidence->has_examples =
      subject->experiment && subject->experiment->data.task != FS_TASK_FORECAST;
  evidence->has_begun =
      evidence->has_baselines && n > 0
      && evidence->train_level < FS_ABOUT_THE_MEAN * evidence->naive[FS_EVIDENCE_TRAIN];
  measure_shrinkage (evidence);
  measure_gap (evidence);
}
