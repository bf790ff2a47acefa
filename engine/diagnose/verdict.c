/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From judgements to a verdict: when each row of the finding table is judged, hysteresis, which
 * finding hides which, and the one word. What is judged is in find-*.c, the sentences of a verdict
 * without a warning in verdict-words.c. */

#include "engine/diagnose/verdict.h"

#include <math.h>
#include <string.h>
#include "engine/diagnose/calibration.h"
#include "engine/diagnose/evidence.h"

/* Hysteresis: checks in a row. */
#define N_TO_RAISE 3
#define N_TO_CLEAR 5

/* Checks are at every epoch up to this many, and then with every fiftieth of the length. */
#define N_CLOSE_CHECKS 50

/* A row that is less sure than this stays a note, whatever symptoms there are. */
#define LEAST_CLAIM 0.6

static const char *const verdict_words[FS_N_VERDICTS] = {
  [FS_VERDICT_WAITING] = "waiting",         [FS_VERDICT_LEARNING] = "learning",
  [FS_VERDICT_HEALTHY] = "healthy",         [FS_VERDICT_SUSPECT] = "suspect",
  [FS_VERDICT_OVERFITTING] = "overfitting", [FS_VERDICT_UNDERFITTING] = "underfitting",
  [FS_VERDICT_NO_SIGNAL] = "no-signal",     [FS_VERDICT_NOT_LEARNING] = "not-learning",
  [FS_VERDICT_DIVERGED] = "diverged",
};

static const FsTone level_tones[] = {
  [FS_LEVEL_NOTE] = FS_TONE_NEUTRAL,
  [FS_LEVEL_WARNING] = FS_TONE_WARNING,
  [FS_LEVEL_BAD] = FS_TONE_BAD,
};

/* The states of the fit that a finding is, worst first: whatever explains them, they are what one
 * sees. */
static const struct
{
  FsFindingId id;
  FsVerdictKind kind;
} fit_states[] = {
  { FS_FOUND_DIVERGED, FS_VERDICT_DIVERGED },
  { FS_FOUND_NOT_LEARNING, FS_VERDICT_NOT_LEARNING },
  { FS_FOUND_OVER_REGULARISED, FS_VERDICT_UNDERFITTING },
  { FS_FOUND_UNDERFITTING, FS_VERDICT_UNDERFITTING },
  { FS_FOUND_COPIES_LAST, FS_VERDICT_NO_SIGNAL },
  { FS_FOUND_NO_SIGNAL, FS_VERDICT_NO_SIGNAL },
  { FS_FOUND_OVERFITTING, FS_VERDICT_OVERFITTING },
};

const char *
fs_verdict_word (FsVerdictKind kind)
{
  return verdict_words[kind];
}

/* ---- judging ---- */

static void
check (FsJudge *judge, const FsEvidence *evidence)
{
  const uint32_t epoch = fs_evidence_newest (evidence)->epoch;
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      if (fs_finding_rules[id].when != FS_WHEN_CHECKED)
        continue;
      double confidence = fs_finding_rules[id].judge (evidence);
      /* The curve's alarm has the same hysteresis in itself, epoch by epoch. */
      const uint8_t n_to_raise = id == FS_FOUND_OVERFITTING ? 1 : N_TO_RAISE;
      const uint8_t n_to_clear = id == FS_FOUND_OVERFITTING ? 1 : N_TO_CLEAR;
      if (confidence > 0)
        {
          if (judge->n_for[id] == 0 && !judge->is_raised[id])
            judge->since[id] = epoch;
          judge->n_for[id] += judge->n_for[id] < UINT8_MAX;
          judge->n_against[id] = 0;
          judge->confidence[id] = (float) confidence;
        }
      else
        {
          judge->n_for[id] = 0;
          judge->n_against[id] += judge->n_against[id] < UINT8_MAX;
        }
      if (judge->n_for[id] >= n_to_raise)
        judge->is_raised[id] = true;
      if (judge->n_against[id] >= n_to_clear)
        judge->is_raised[id] = false;
    }
}

static bool
is_finite_at (const FsHistory *history, size_t i)
{
  return isfinite (history->observations[i].train_loss)
         && isfinite (fs_history_monitored (history, i));
}

static void
read_on (FsJudge *judge, const FsCase *subject)
{
  const FsHistory *history = subject->history;
  FsEvidence evidence;
  for (; judge->n_read < history->n_observations; judge->n_read++)
    {
      const size_t n = judge->n_read + 1;
      if (is_finite_at (history, judge->n_read))
        fs_loss_curve_feed (&judge->curve, history->observations[judge->n_read].epoch,
                            history->observations[judge->n_read].train_loss,
                            fs_history_monitored (history, judge->n_read));
      if (n < judge->next_check)
        continue;
      fs_evidence_gather (&evidence, subject, &judge->curve, n);
      check (judge, &evidence);
      judge->next_check = n + 1 + n / N_CLOSE_CHECKS;
    }
}

/* Confidence by row, 0 = does not hold. What is not judged at the checks is judged now. */
static void
judge_all (const FsJudge *judge, const FsEvidence *evidence, double confidence[FS_N_FOUND])
{
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      const FsFindingRule *rule = &fs_finding_rules[id];
      confidence[id] = 0;
      /* At the end there is no check to come that would clear it. */
      if (rule->when == FS_WHEN_CHECKED)
        confidence[id] = judge->is_raised[id] && (!evidence->is_over || rule->judge (evidence) > 0)
                             ? (double) judge->confidence[id]
                             : 0;
      else if (rule->when == FS_WHEN_LOOKED || evidence->is_over)
        confidence[id] = rule->judge (evidence);
    }
  /* Alarms of the curve may have been raised or cleared since the last check. */
  confidence[FS_FOUND_OVERFITTING] = fs_finding_rules[FS_FOUND_OVERFITTING].judge (evidence);
}

/* ---- causes and symptoms ---- */

/* What a row hides when it holds: what it explains downstream. */
static uint64_t
hidden_by (FsFindingId id, const uint64_t explains[FS_N_FOUND])
{
  return explains[id] & ~(FS_BIT (id + 1) - 1);
}

/* What each row explains in this run. Examples that a network has not begun to learn may have no signal, and no line
 * tells: what is wrong with its steps or gates must be mended before that can be said. */
static void
gather_explains (const FsEvidence *evidence, uint64_t explains[FS_N_FOUND])
{
  static const FsFindingId of_network[] = { FS_FOUND_TIGHT_CLIP, FS_FOUND_HIGH_RATE,
                                            FS_FOUND_FEW_STEPS, FS_FOUND_SATURATED,
                                            FS_FOUND_FORGETS };
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    explains[id] = fs_finding_rules[id].explains;
  if (evidence->has_examples && evidence->has_baselines && !evidence->has_begun)
    for (size_t i = 0; i < sizeof of_network / sizeof *of_network; i++)
      explains[of_network[i]] |= FS_BIT (FS_FOUND_NO_SIGNAL);
}

/* Whether a row is a warning as soon as it holds. */
static bool
is_sure (FsFindingId id, double confidence)
{
  const FsFindingRule *rule = &fs_finding_rules[id];
  return !rule->needs_symptom || (rule->gross > 0 && confidence >= rule->gross);
}

/* Which rows are warnings and which notes; hidden rows get confidence 0. Returns the rows that held
 * before any was hidden.
 *
 * Sure rows come first: where the steps are a thousand times too short, that the window is shorter than
 * the season explains nothing. What they leave unexplained is then claimed by the rows that waited for
 * it, causes first. */
static uint64_t
order_by_cause (double confidence[FS_N_FOUND],
                FsLevel levels[FS_N_FOUND],
                const FsEvidence *evidence)
{
  uint64_t explains[FS_N_FOUND];
  gather_explains (evidence, explains);
  uint64_t holding = 0, hidden = 0, visible = 0;
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      levels[id] = FS_LEVEL_NOTE;
      if (!(confidence[id] > 0))
        continue;
      holding |= FS_BIT (id);
      if (!is_sure (id, confidence[id]) || (hidden & FS_BIT (id)))
        continue;
      levels[id] = fs_finding_rules[id].level;
      if (levels[id] > FS_LEVEL_NOTE)
        {
          visible |= FS_BIT (id);
          hidden |= hidden_by (id, explains);
        }
    }
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      const bool waits = (holding & FS_BIT (id)) && !is_sure (id, confidence[id]);
      /* DIVERGED and the like may stand before what waits for them. */
      if (!waits || (hidden & FS_BIT (id)) || confidence[id] < LEAST_CLAIM
          || !(explains[id] & visible & ~hidden))
        continue;
      levels[id] = fs_finding_rules[id].level;
      hidden |= hidden_by (id, explains);
    }
  /* Where all else has had its time and is well, what could be better is the finding. */
  bool is_silent = evidence->n >= FS_N_TO_SETTLE;
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    is_silent = is_silent && (levels[id] == FS_LEVEL_NOTE || (hidden & FS_BIT (id)));
  for (FsFindingId id = 0; id < FS_N_FOUND && is_silent; id++)
    if ((holding & FS_BIT (id)) && fs_finding_rules[id].gross < 0
        && confidence[id] >= -fs_finding_rules[id].gross)
      levels[id] = fs_finding_rules[id].level;
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    if (hidden & FS_BIT (id))
      confidence[id] = 0;
  return holding;
}

/* Whether the bench of planted faults has runs of the task. Curves from elsewhere have no task, and rules of their
 * own. */
static bool
is_on_bench (const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  return !experiment || experiment->data.task == FS_TASK_FORECAST
         || experiment->data.task == FS_TASK_CLASSIFY || experiment->data.task == FS_TASK_REGRESS;
}

static void
add_findings (FsVerdict *verdict,
              const FsJudge *judge,
              const FsEvidence *evidence,
              const double confidence[FS_N_FOUND],
              const FsLevel levels[FS_N_FOUND])
{
  for (int notes = 0; notes < 2; notes++)
    for (FsFindingId id = 0; id < FS_N_FOUND && verdict->n_findings < FS_MAX_FINDINGS; id++)
      {
        if (!(confidence[id] > 0) || (levels[id] == FS_LEVEL_NOTE) != (notes == 1))
          continue;
        /* A note that waits to be cleared would tell a figure that is no longer beyond its limit. */
        if (notes == 1 && fs_finding_rules[id].when == FS_WHEN_CHECKED
            && !(fs_finding_rules[id].judge (evidence) > 0))
          continue;
        FsFinding *finding = &verdict->findings[verdict->n_findings++];
        finding->id = id;
        finding->level = levels[id];
        finding->claim = confidence[id];
        finding->confidence = fs_finding_calibrate (id, confidence[id]);
        if (!is_on_bench (evidence))
          finding->confidence = fs_confidence_of_unmeasured (finding->confidence);
        finding->since_epoch = judge->is_raised[id] ? judge->since[id] : 0;
        fs_finding_rules[id].say (finding, evidence);
        verdict->n_warnings += notes == 0;
      }
}

/* ---- the verdict ---- */

static void
conclude_ill (FsVerdict *verdict, uint64_t holding)
{
  const FsFinding *first = &verdict->findings[0];
  verdict->kind = FS_VERDICT_SUSPECT;
  for (size_t i = 0; i < sizeof fit_states / sizeof *fit_states; i++)
    if (holding & FS_BIT (fit_states[i].id))
      {
        verdict->kind = fit_states[i].kind;
        break;
      }
  verdict->tone = level_tones[first->level];
  verdict->confidence = first->confidence;
  verdict->since_epoch = first->since_epoch;
  memcpy (verdict->headline, first->headline, sizeof verdict->headline);
  memcpy (verdict->detail, first->detail, sizeof verdict->detail);
  memcpy (verdict->advice, first->advice, sizeof first->advice);
}

static void
conclude_well (FsVerdict *verdict, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  if (evidence->n == 0)
    {
      verdict->kind = FS_VERDICT_WAITING;
      fs_verdict_say (verdict, evidence);
      return;
    }
  bool is_short = curve->n < FS_N_TO_SETTLE;
  bool is_learning = is_short || evidence->validation_gain >= FS_LEARNING_GAIN
                     || fs_evidence_has_hardly_begun (evidence);
  verdict->kind = is_learning ? FS_VERDICT_LEARNING : FS_VERDICT_HEALTHY;
  verdict->tone = is_learning ? FS_TONE_NEUTRAL : FS_TONE_GOOD;
  /* "Healthy" is the absence of a finding: the surer, the longer the run and the smaller a rise that
   * its jitter could hide, and never sure without baselines. */
  double hidden =
      2 * fs_loss_curve_deviation_of_mean (curve, curve->n / 4 + 1) / fmax (curve->best, 1e-300);
  double healthy = (evidence->has_baselines ? 0.9 : 0.75) - fmin (0.3, fmax (0, hidden));
  verdict->confidence =
      is_short || fs_evidence_has_hardly_begun (evidence) ? 0.5 : (is_learning ? 0.9 : healthy);
  fs_verdict_say (verdict, evidence);
}

FsVerdict
fs_judge_look (FsJudge *judge, const FsCase *subject)
{
  FsVerdict verdict = { .kind = FS_VERDICT_WAITING };
  FsEvidence evidence;
  double confidence[FS_N_FOUND];
  FsLevel levels[FS_N_FOUND] = { 0 };
  if (judge->n_read > subject->history->n_observations)
    *judge = (FsJudge){ 0 };
  read_on (judge, subject);
  fs_evidence_gather (&evidence, subject, &judge->curve, subject->history->n_observations);
  verdict.best_epoch = judge->curve.best_epoch;
  verdict.stop_epoch = subject->history->has_validation ? judge->curve.stop_epoch : 0;
  verdict.is_overfitting = judge->curve.is_overfitting && subject->history->has_validation;
  judge_all (judge, &evidence, confidence);
  uint64_t holding = order_by_cause (confidence, levels, &evidence);
  add_findings (&verdict, judge, &evidence, confidence, levels);
  if (verdict.n_warnings > 0)
    conclude_ill (&verdict, holding);
  else
    conclude_well (&verdict, &evidence);
  if (evidence.n > 0 || subject->history->end == FS_END_NON_FINITE)
    fs_verdict_say_state (&verdict, &evidence);
  if (evidence.n > 0)
    fs_verdict_say_why_not (&verdict, &evidence);
  return verdict;
}

FsVerdict
fs_verdict_judge (const FsCase *subject)
{
  FsJudge judge = { 0 };
  return fs_judge_look (&judge, subject);
}

double
fs_finding_look (FsFindingId id, const FsCase *subject, FsFinding *finding)
{
  FsJudge judge = { 0 };
  FsEvidence evidence;
  double confidence[FS_N_FOUND];
  read_on (&judge, subject);
  fs_evidence_gather (&evidence, subject, &judge.curve, subject->history->n_observations);
  judge_all (&judge, &evidence, confidence);
  if (finding && confidence[id] > 0)
    {
      *finding = (FsFinding){ .id = id,
                              .claim = confidence[id],
                              .confidence = fs_finding_calibrate (id, confidence[id]) };
      fs_finding_rules[id].say (finding, &evidence);
    }
  return confidence[id];
}
