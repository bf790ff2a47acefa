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
  /* The jitter of the train loss is not measured, but re-evaluated on fixed weights it is not greater
   * than that of the validation loss, which has fewer windows. */
  evidence->train_gain =
      gain_of (before.train, after.train, history->has_validation ? 0 : deviation);
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
  if (n_bends < 6 || !(evidence->train_level > 0))
    return;
  fs_sort (bends, n_bends);
  evidence->train_jitter =
      BEND_TO_DEVIATION * fs_quantile (bends, n_bends, 0.5) / evidence->train_level;
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

static void
gather_baselines (FsEvidence *evidence, const FsBaselines *baselines)
{
  if (!baselines)
    return;
  const char *name;
  const FsBaseline *train = &baselines->parts[FS_PART_TRAIN];
  const FsBaseline *monitored =
      evidence->history->has_validation ? &baselines->parts[FS_PART_VALIDATION] : train;
  evidence->seasonal_naive = monitored->seasonal_naive;
  evidence->naive[FS_EVIDENCE_TRAIN] = lowest_naive (baselines, train, &name);
  evidence->naive[FS_EVIDENCE_VALIDATION] =
      lowest_naive (baselines, monitored, &evidence->naive_name);
  evidence->ridge[FS_EVIDENCE_TRAIN] = train->ridge;
  evidence->ridge[FS_EVIDENCE_VALIDATION] = monitored->ridge;
  evidence->has_baselines =
      evidence->naive[FS_EVIDENCE_TRAIN] > 0 && evidence->naive[FS_EVIDENCE_VALIDATION] > 0;
  evidence->line_finds_signal = evidence->has_baselines;
  for (int part = 0; part < 2; part++)
    if (!(evidence->ridge[part] > 0) || evidence->ridge[part] > RIDGE_FINDS * evidence->naive[part])
      evidence->line_finds_signal = false;
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
      measure_levels (evidence);
      measure_train_jitter (evidence);
    }
  gather_baselines (evidence, subject->baselines);
}
