/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From evidence to words: which of the kinds a run is, judged in the order of causes, and the
 * sentences that say so with their numbers. The evidence of the curves is curve.c's. */

#include "engine/diagnose/verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/diagnose/curve.h"

/* Fewer epochs than this say nothing about a course. */
#define N_EPOCHS_TO_JUDGE 5

/* Still learning: the validation loss gained this share over the last fifth of the epochs. */
#define LEARNING_GAIN 0.01
#define LEARNING_SHARE 0.2

#define N_DIVERGING 5

static const char *const verdict_words[FS_N_VERDICTS] = {
  [FS_VERDICT_WAITING] = "waiting",           [FS_VERDICT_LEARNING] = "learning",
  [FS_VERDICT_HEALTHY] = "healthy",           [FS_VERDICT_OVERFITTING] = "overfitting",
  [FS_VERDICT_UNDERFITTING] = "underfitting", [FS_VERDICT_NO_SIGNAL] = "no-signal",
  [FS_VERDICT_NOT_LEARNING] = "not-learning", [FS_VERDICT_DIVERGED] = "diverged",
};

const char *
fs_verdict_word (FsVerdictKind kind)
{
  return verdict_words[kind];
}

/* Three significant digits, the same in every locale. */
static const char *
write_loss (double value, char buffer[FS_NUMBER_SIZE])
{
  if (value == 0 || !isfinite (value))
    return fs_number_write (value, buffer);
  int decimals = 2 - (int) floor (log10 (fabs (value)));
  double power = pow (10, fabs ((double) decimals));
  /* Dividing whole numbers gives the double nearest to the short decimal, which is then written. */
  double rounded = decimals >= 0 ? round (value * power) / power : round (value / power) * power;
  return fs_number_write (rounded, buffer);
}

static const char *
write_change (double from, double to, char buffer[FS_NUMBER_SIZE])
{
  double percent = 100 * (to - from) / fmax (fabs (from), 1e-300);
  if (fabs (percent) >= 999.5)
    snprintf (buffer, FS_NUMBER_SIZE, "× %.0f", to / from);
  else
    snprintf (buffer, FS_NUMBER_SIZE, "%+.0f %%", percent);
  return buffer;
}

static bool
is_finite_at (const FsHistory *history, size_t i)
{
  return isfinite (history->observations[i].train_loss)
         && isfinite (fs_history_monitored (history, i));
}

static double
recent_gain (const FsHistory *history, const FsCurve *curve)
{
  size_t n = history->n_observations;
  size_t back = (size_t) ceil (LEARNING_SHARE * (double) n);
  if (back < 3)
    back = 3;
  double before = INFINITY;
  for (size_t i = 0; i + back < n; i++)
    if (is_finite_at (history, i))
      before = fmin (before, fs_history_monitored (history, i));
  return (before - curve->best) / fmax (fabs (before), 1e-300);
}

static void
choose_kind (FsVerdict *verdict, const FsHistory *history, const FsCurve *curve)
{
  size_t n = history->n_observations;
  if (history->end == FS_END_NON_FINITE || !is_finite_at (history, n - 1)
      || curve->n_diverging >= N_DIVERGING)
    {
      verdict->kind = FS_VERDICT_DIVERGED;
      verdict->tone = FS_TONE_BAD;
      verdict->confidence = 1;
    }
  else if (curve->is_overfitting && history->has_validation)
    {
      verdict->kind = FS_VERDICT_OVERFITTING;
      verdict->tone = FS_TONE_WARNING;
      verdict->confidence = 0.95;
      verdict->since_epoch = (uint32_t) curve->overfitting_since;
    }
  else if (n < N_EPOCHS_TO_JUDGE || !(recent_gain (history, curve) < LEARNING_GAIN))
    {
      verdict->kind = FS_VERDICT_LEARNING;
      verdict->tone = FS_TONE_NEUTRAL;
      verdict->confidence = n < N_EPOCHS_TO_JUDGE ? 0.5 : 0.9;
    }
  else
    {
      verdict->kind = FS_VERDICT_HEALTHY;
      verdict->tone = FS_TONE_GOOD;
      verdict->confidence = 0.8;
    }
}

static void
say_state (FsVerdict *verdict, const FsHistory *history, const FsCurve *curve)
{
  char best[FS_NUMBER_SIZE], rise[FS_NUMBER_SIZE], fall[FS_NUMBER_SIZE];
  const char *which = history->has_validation ? "validation" : "training";
  if (curve->n == 0)
    snprintf (verdict->state, sizeof verdict->state, "no finite loss yet");
  else if (curve->best_at == curve->n)
    snprintf (verdict->state, sizeof verdict->state, "%s best %s at epoch %u, the newest", which,
              write_loss (curve->best, best), verdict->best_epoch);
  else
    snprintf (verdict->state, sizeof verdict->state,
              "%s best %s at epoch %u; since then %s while training changed %s", which,
              write_loss (curve->best, best), verdict->best_epoch,
              write_change (curve->best, curve->validation, rise),
              write_change (curve->train_at_best, curve->train, fall));
}

static void
say_headline (FsVerdict *verdict, const FsHistory *history)
{
  switch (verdict->kind)
    {
    case FS_VERDICT_DIVERGED:
      snprintf (verdict->headline, sizeof verdict->headline, "Diverged");
      if (history->end == FS_END_NON_FINITE)
        snprintf (verdict->detail, sizeof verdict->detail,
                  "%s is not a finite number since step %llu",
                  history->non_finite_tensor[0] ? history->non_finite_tensor : "the loss",
                  (unsigned long long) history->non_finite_step);
      else
        snprintf (verdict->detail, sizeof verdict->detail, "the training loss rises");
      snprintf (verdict->advice, sizeof verdict->advice, "Divide the Learning rate by 10.");
      break;
    case FS_VERDICT_OVERFITTING:
      snprintf (verdict->headline, sizeof verdict->headline, "Overfitting since epoch %u",
                verdict->since_epoch);
      snprintf (verdict->detail, sizeof verdict->detail,
                "the validation loss rises while the training loss does not");
      snprintf (verdict->advice, sizeof verdict->advice,
                "Halve the Units, or add a Dropout rate of 0.2.");
      break;
    case FS_VERDICT_LEARNING:
      snprintf (verdict->headline, sizeof verdict->headline, "Learning");
      snprintf (verdict->detail, sizeof verdict->detail, "the loss still improves");
      break;
    default:
      snprintf (verdict->headline, sizeof verdict->headline, "Settled");
      snprintf (verdict->detail, sizeof verdict->detail, "no sign of overfitting");
      break;
    }
}

FsVerdict
fs_verdict_judge (const FsHistory *history,
                  const FsBaselines *baselines,
                  const FsExperiment *experiment)
{
  FsVerdict verdict = { .kind = FS_VERDICT_WAITING };
  /* A run may leave the finite numbers before its first epoch is over. */
  if (history->n_observations == 0 && history->end != FS_END_NON_FINITE)
    {
      snprintf (verdict.headline, sizeof verdict.headline, "Waiting for the first epoch");
      return verdict;
    }
  FsCurve curve = { 0 };
  for (size_t i = 0; i < history->n_observations; i++)
    if (is_finite_at (history, i))
      fs_curve_feed (&curve, history->observations[i].train_loss,
                     fs_history_monitored (history, i));
  verdict.best_epoch = (uint32_t) curve.best_at;
  verdict.stop_epoch = (uint32_t) curve.stop_at;
  choose_kind (&verdict, history, &curve);
  say_headline (&verdict, history);
  say_state (&verdict, history, &curve);
  return verdict;
}
