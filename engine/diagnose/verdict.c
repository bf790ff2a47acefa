/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of the kinds a run is, judged in the order of causes. The evidence of the curves is curve.c's,
 * the sentences are verdict-words.c's. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include <string.h>

/* Fewer epochs say nothing about a course. */
#define N_TO_JUDGE 5

/* Fewer epochs say nothing about where a course will end. */
#define N_TO_SETTLE 10

/* Still learning: the mean loss of the last fifth of the epochs is lower than that of the fifth before
 * by this share, and by more than this many standard deviations of jitter. A run that loses 1 % in a
 * fifth of its length has some 5 % to gain from as long again. */
#define LEARNING_SHARE 0.2
#define LEARNING_GAIN 0.01
#define LEARNING_JITTERS 2.5

/* A verdict on the level of the loss waits while the loss falls faster than this in a fifth. */
#define FALLING_GAIN 0.05

/* The best validation loss counts as better than a baseline only below this share of it: less is
 * within what another seed gives. */
#define BETTER_THAN_NAIVE 0.98

/* The straight line has found a signal when it is this much better than the baselines ... */
#define RIDGE_FINDS 0.95

/* ... and the network has not when its train loss stays this far above the line's. */
#define ABOVE_RIDGE 1.1

/* The train loss has not fallen when its lowest is less than this share below its first. */
#define NOT_LEARNING_GAIN 0.01

/* With baselines there is a second witness: it must still be about what the mean scores. Without this
 * a fine-tuning that begins where it will end would be called ill. */
#define ABOUT_THE_MEAN 0.9

#define N_DIVERGING 5

static const char *const verdict_words[FS_N_VERDICTS] = {
  [FS_VERDICT_WAITING] = "waiting",           [FS_VERDICT_LEARNING] = "learning",
  [FS_VERDICT_HEALTHY] = "healthy",           [FS_VERDICT_OVERFITTING] = "overfitting",
  [FS_VERDICT_UNDERFITTING] = "underfitting", [FS_VERDICT_NO_SIGNAL] = "no-signal",
  [FS_VERDICT_NOT_LEARNING] = "not-learning", [FS_VERDICT_DIVERGED] = "diverged",
};

static const FsTone verdict_tones[FS_N_VERDICTS] = {
  [FS_VERDICT_WAITING] = FS_TONE_NEUTRAL,      [FS_VERDICT_LEARNING] = FS_TONE_NEUTRAL,
  [FS_VERDICT_HEALTHY] = FS_TONE_GOOD,         [FS_VERDICT_OVERFITTING] = FS_TONE_WARNING,
  [FS_VERDICT_UNDERFITTING] = FS_TONE_WARNING, [FS_VERDICT_NO_SIGNAL] = FS_TONE_WARNING,
  [FS_VERDICT_NOT_LEARNING] = FS_TONE_BAD,     [FS_VERDICT_DIVERGED] = FS_TONE_BAD,
};

const char *
fs_verdict_word (FsVerdictKind kind)
{
  return verdict_words[kind];
}

static bool
is_finite_at (const FsHistory *history, size_t i)
{
  return isfinite (history->observations[i].train_loss)
         && isfinite (fs_history_monitored (history, i));
}

/* Mean losses over the observations from `begin` to before `end`, of those that are finite. */
static size_t
mean_losses (const FsHistory *history, size_t begin, size_t end, double *train, double *monitored)
{
  double sums[2] = { 0, 0 };
  size_t n = 0;
  for (size_t i = begin; i < end; i++)
    if (is_finite_at (history, i))
      {
        sums[0] += history->observations[i].train_loss;
        sums[1] += fs_history_monitored (history, i);
        n++;
      }
  *train = n > 0 ? sums[0] / (double) n : NAN;
  *monitored = n > 0 ? sums[1] / (double) n : NAN;
  return n;
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
  size_t n = history->n_observations;
  size_t fifth = (size_t) ceil (LEARNING_SHARE * (double) n);
  if (fifth > n / 2)
    fifth = n / 2;
  double train_before, validation_before;
  size_t n_after =
      mean_losses (history, n - fifth, n, &evidence->train_level, &evidence->validation_level);
  size_t n_before =
      mean_losses (history, n - 2 * fifth, n - fifth, &train_before, &validation_before);
  if (n_after == 0 || n_before == 0 || n < N_TO_JUDGE)
    return;
  double deviation = sqrt (2) * fs_curve_deviation_of_mean (evidence->curve, n_after);
  evidence->validation_gain = gain_of (validation_before, evidence->validation_level, deviation);
  /* The jitter of the train loss is not measured, but re-evaluated on fixed weights it is not greater
   * than that of the validation loss, which has fewer windows. */
  evidence->train_gain =
      gain_of (train_before, evidence->train_level, history->has_validation ? 0 : deviation);
}

static double
lowest_naive (const FsBaseline *baseline, const char **name)
{
  double lowest = baseline->mean;
  *name = "forecasting the mean";
  if (baseline->persistence < lowest)
    {
      lowest = baseline->persistence;
      *name = "repeating the last value";
    }
  if (baseline->seasonal_naive < lowest) /* false for NaN */
    {
      lowest = baseline->seasonal_naive;
      *name = "repeating the last season";
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
  evidence->naive[FS_EVIDENCE_TRAIN] = lowest_naive (train, &name);
  evidence->naive[FS_EVIDENCE_VALIDATION] = lowest_naive (monitored, &evidence->naive_name);
  evidence->ridge[FS_EVIDENCE_TRAIN] = train->ridge;
  evidence->ridge[FS_EVIDENCE_VALIDATION] = monitored->ridge;
  evidence->has_baselines =
      evidence->naive[FS_EVIDENCE_TRAIN] > 0 && evidence->naive[FS_EVIDENCE_VALIDATION] > 0;
  evidence->line_finds_signal = evidence->has_baselines;
  for (int part = 0; part < 2; part++)
    if (!(evidence->ridge[part] > 0) || evidence->ridge[part] > RIDGE_FINDS * evidence->naive[part])
      evidence->line_finds_signal = false;
}

/* The confidence of a measure that reached `ratio` times its threshold: 0.8 at the threshold, towards
 * 1 as it leaves it behind. Of simulated runs whose rise is at the threshold, about four in five have
 * a true one. */
static double
confidence_at (double ratio)
{
  return 1 - 0.2 / fmax (ratio * ratio, 1);
}

static double
judge_divergence (const FsEvidence *evidence)
{
  const FsHistory *history = evidence->history;
  if (history->end == FS_END_NON_FINITE || !is_finite_at (history, history->n_observations - 1))
    return 1;
  return evidence->curve->n_diverging >= N_DIVERGING ? 0.95 : 0;
}

static double
judge_not_learning (const FsEvidence *evidence)
{
  const FsCurve *curve = evidence->curve;
  double first = fabs (curve->first_train);
  bool is_frozen = curve->first_train == curve->best_train && curve->train == curve->first_train;
  if (curve->n < N_TO_SETTLE || curve->first_train - curve->best_train >= NOT_LEARNING_GAIN * first)
    return 0;
  if (is_frozen)
    return 0.95;
  /* Curves alone cannot tell a run that never began to learn from one that began at its end. And where
   * the line finds nothing either, there is nothing to learn. */
  if (!evidence->line_finds_signal)
    return 0;
  return curve->best_train < ABOUT_THE_MEAN * evidence->naive[FS_EVIDENCE_TRAIN] ? 0 : 0.95;
}

static double
judge_underfitting (const FsEvidence *evidence)
{
  const double *ridge = evidence->ridge;
  if (!evidence->line_finds_signal || evidence->curve->n < N_TO_SETTLE
      || evidence->train_gain >= LEARNING_GAIN)
    return 0;
  double train_ratio = evidence->train_level / ridge[FS_EVIDENCE_TRAIN];
  double validation_ratio = evidence->curve->best / ridge[FS_EVIDENCE_VALIDATION];
  if (train_ratio < ABOVE_RIDGE || validation_ratio < 1)
    return 0;
  return confidence_at (train_ratio / ABOVE_RIDGE);
}

static double
judge_no_signal (const FsEvidence *evidence)
{
  if (!evidence->has_baselines || evidence->curve->n < N_TO_SETTLE
      || evidence->validation_gain >= FALLING_GAIN)
    return 0;
  double ratio = evidence->curve->best / evidence->naive[FS_EVIDENCE_VALIDATION];
  return ratio >= BETTER_THAN_NAIVE ? confidence_at (ratio / BETTER_THAN_NAIVE) : 0;
}

static double
judge_overfitting (const FsEvidence *evidence)
{
  const FsCurve *curve = evidence->curve;
  if (!curve->is_overfitting || !evidence->history->has_validation)
    return 0;
  return confidence_at (curve->rise / FS_CURVE_OVERFIT_RISE);
}

static void
add_finding (FsVerdict *verdict, FsVerdictKind kind, double confidence, const FsEvidence *evidence)
{
  if (!(confidence > 0))
    return;
  FsFinding *finding = &verdict->findings[verdict->n_findings++];
  finding->kind = kind;
  finding->confidence = confidence;
  if (kind == FS_VERDICT_OVERFITTING)
    finding->since_epoch = evidence->curve->overfitting_since;
  fs_finding_say (finding, evidence);
}

/* Causes first; what is only the consequence of one found is left out. */
static void
find (FsVerdict *verdict, const FsEvidence *evidence)
{
  double divergence = judge_divergence (evidence);
  if (divergence > 0)
    {
      add_finding (verdict, FS_VERDICT_DIVERGED, divergence, evidence);
      return;
    }
  double not_learning = judge_not_learning (evidence);
  double underfitting = judge_underfitting (evidence);
  add_finding (verdict, FS_VERDICT_NOT_LEARNING, not_learning, evidence);
  if (not_learning == 0)
    add_finding (verdict, FS_VERDICT_UNDERFITTING, underfitting, evidence);
  if (not_learning == 0 && underfitting == 0)
    add_finding (verdict, FS_VERDICT_NO_SIGNAL, judge_no_signal (evidence), evidence);
  add_finding (verdict, FS_VERDICT_OVERFITTING, judge_overfitting (evidence), evidence);
}

static void
conclude (FsVerdict *verdict, const FsEvidence *evidence)
{
  const FsCurve *curve = evidence->curve;
  if (verdict->n_findings > 0)
    {
      const FsFinding *first = &verdict->findings[0];
      verdict->kind = first->kind;
      verdict->confidence = first->confidence;
      verdict->since_epoch = first->since_epoch;
      memcpy (verdict->headline, first->headline, sizeof verdict->headline);
      memcpy (verdict->detail, first->detail, sizeof verdict->detail);
      memcpy (verdict->advice, first->advice, sizeof verdict->advice);
      return;
    }
  bool is_short = curve->n < N_TO_SETTLE;
  bool is_learning = is_short || evidence->validation_gain >= LEARNING_GAIN;
  verdict->kind = is_learning ? FS_VERDICT_LEARNING : FS_VERDICT_HEALTHY;
  /* "Healthy" is the absence of a finding: the surer, the longer the run and the smaller a rise that
   * its jitter could hide, and never sure without baselines. */
  double hidden =
      2 * fs_curve_deviation_of_mean (curve, curve->n / 4 + 1) / fmax (curve->best, 1e-300);
  double healthy = (evidence->has_baselines ? 0.9 : 0.75) - fmin (0.3, fmax (0, hidden));
  verdict->confidence = is_short ? 0.5 : (is_learning ? 0.9 : healthy);
  fs_verdict_say (verdict, evidence);
}

static FsVerdict
judge_curve (const FsCurve *curve,
             const FsHistory *history,
             const FsBaselines *baselines,
             const FsExperiment *experiment)
{
  FsVerdict verdict = { .kind = FS_VERDICT_WAITING };
  FsEvidence evidence = {
    .history = history, .experiment = experiment, .curve = curve, .ridge = { NAN, NAN }
  };
  /* A run may leave the finite numbers before its first epoch is over. */
  if (history->n_observations == 0 && history->end != FS_END_NON_FINITE)
    {
      fs_verdict_say (&verdict, &evidence);
      return verdict;
    }
  measure_levels (&evidence);
  gather_baselines (&evidence, baselines);
  verdict.best_epoch = curve->best_epoch;
  verdict.stop_epoch = history->has_validation ? curve->stop_epoch : 0;
  verdict.is_overfitting = curve->is_overfitting && history->has_validation;
  find (&verdict, &evidence);
  conclude (&verdict, &evidence);
  verdict.tone = verdict_tones[verdict.kind];
  fs_verdict_say_state (&verdict, &evidence);
  return verdict;
}

FsVerdict
fs_judge_look (FsJudge *judge,
               const FsHistory *history,
               const FsBaselines *baselines,
               const FsExperiment *experiment)
{
  if (judge->n_read > history->n_observations)
    *judge = (FsJudge){ 0 };
  for (; judge->n_read < history->n_observations; judge->n_read++)
    if (is_finite_at (history, judge->n_read))
      fs_curve_feed (&judge->curve, history->observations[judge->n_read].epoch,
                     history->observations[judge->n_read].train_loss,
                     fs_history_monitored (history, judge->n_read));
  return judge_curve (&judge->curve, history, baselines, experiment);
}

FsVerdict
fs_verdict_judge (const FsHistory *history,
                  const FsBaselines *baselines,
                  const FsExperiment *experiment)
{
  FsJudge judge = { 0 };
  return fs_judge_look (&judge, history, baselines, experiment);
}
