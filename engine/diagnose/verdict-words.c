/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sentences of a verdict that no single finding speaks: healthy, learning, where the best epoch
 * stands, and the answer to "why is it not overfitting?". Those of findings are in find-*.c. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include <stdio.h>

/* Where the best stands against the baselines: ", 23 % below repeating the last value". */
static void
compare_with_naive (const FsEvidence *evidence, char *text, size_t size)
{
  char number[FS_NUMBER_SIZE];
  text[0] = '\0';
  if (!evidence->has_baselines)
    return;
  double share = fs_words_change (evidence->naive[FS_EVIDENCE_VALIDATION], evidence->curve->best);
  fs_words_say (text, size, share < 0 ? ", %s below %s" : FS_WORDS (", %s above %s"),
                fs_words_percent (share, number), fs_text (evidence->naive_name));
}

/* So far above its best a loss is not said to have settled there, whether it is jitter or not. */
#define ABOVE_BEST 1.05

static bool
stands_above_best (const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  return evidence->history->has_validation && curve->best > 0
         && curve->validation > ABOVE_BEST * curve->best;
}

void
fs_verdict_say (FsVerdict *verdict, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  const char *name = fs_evidence_monitored_loss (evidence);
  char number[FS_NUMBER_SIZE], comparison[128], best[FS_NUMBER_SIZE];
  if (verdict->kind == FS_VERDICT_WAITING)
    {
      FS_SAY (verdict->headline, "Waiting for the first epoch");
      return;
    }
  compare_with_naive (evidence, comparison, sizeof comparison);
  if (verdict->kind == FS_VERDICT_HEALTHY)
    {
      FS_SAY (verdict->headline, "Healthy");
      if (stands_above_best (evidence))
        FS_SAY (verdict->detail,
                "best %s %s at epoch %u%s; now %s above it, no more than jitter may be", name,
                fs_words_number (curve->best, best), curve->best_epoch, comparison,
                fs_words_percent (curve->validation / curve->best - 1, number));
      else
        FS_SAY (verdict->detail, "%s has settled at %s%s; no sign of overfitting", name,
                fs_words_number (curve->best, best), comparison);
      if (!evidence->history->has_validation)
        FS_SAY (verdict->detail,
                "training loss has settled at %s%s; without a validation part "
                "overfitting cannot be seen",
                fs_words_number (curve->best, best), comparison);
      return;
    }
  FS_SAY (verdict->headline, "Learning");
  if (curve->n >= FS_N_TO_SETTLE && fs_evidence_has_hardly_begun (evidence))
    FS_SAY (verdict->detail, "hardly begun: after %zu epochs the best %s is %s%s", curve->n, name,
            fs_words_number (curve->best, best), comparison);
  else if (evidence->validation_gain > 0)
    FS_SAY (verdict->detail, "%s fell %s over the last fifth of the epochs; best so far %s%s", name,
            fs_words_percent (evidence->validation_gain, number),
            fs_words_number (curve->best, best), comparison);
  else
    FS_SAY (verdict->detail, "%zu %s so far; best %s %s%s", curve->n, fs_words_epochs (curve->n),
            name, fs_words_number (curve->best, best), comparison);
}

void
fs_verdict_say_state (FsVerdict *verdict, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  char best[FS_NUMBER_SIZE], rise[2 * FS_NUMBER_SIZE], course[2 * FS_NUMBER_SIZE];
  const char *name = fs_evidence_monitored (evidence);
  if (curve->n == 0)
    FS_SAY (verdict->state, "no finite loss so far");
  else if (curve->epoch != fs_evidence_newest (evidence)->epoch)
    FS_SAY (verdict->state, "%s best %s at epoch %u", name, fs_words_number (curve->best, best),
            curve->best_epoch);
  else if (curve->best_epoch == curve->epoch)
    FS_SAY (verdict->state, "%s best %s at epoch %u, the newest", name,
            fs_words_number (curve->best, best), curve->best_epoch);
  else if (!evidence->history->has_validation)
    FS_SAY (verdict->state, "training best %s at epoch %u; since then %s",
            fs_words_number (curve->best, best), curve->best_epoch,
            fs_words_rise (curve->best, curve->validation, rise));
  else
    FS_SAY (verdict->state, "validation best %s at epoch %u; since then %s while training %s",
            fs_words_number (curve->best, best), curve->best_epoch,
            fs_words_rise (curve->best, curve->validation, rise),
            fs_words_course (curve->train_at_best, curve->train, course));
}

/* ---- why is it not overfitting? ---- */

/* A network has memorised when its training loss is this far below the noise that validation shows. */
#define MEMORISED 0.5

/* The decision tree: still on its way; cannot (too few weights); may not (restraint, short steps); need
 * not (a simple law, much data); has not had the time. The first that holds answers. */
void
fs_verdict_say_why_not (FsVerdict *verdict, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  const FsDataFacts *data = evidence->data;
  double update = fs_evidence_newest (evidence)->update_ratio;
  double held = evidence->train_level > 0 ? evidence->running_level / evidence->train_level : 0;
  char a[FS_NUMBER_SIZE], b[FS_NUMBER_SIZE];
  if (verdict->is_overfitting || !evidence->history->has_validation
      || verdict->kind == FS_VERDICT_DIVERGED || curve->n < FS_N_TO_SETTLE)
    return;
  if (evidence->validation_gain >= FS_LEARNING_GAIN)
    FS_SAY (verdict->why_not,
            "Validation still falls (%s over the last fifth): what it learns still holds for rows "
            "that it has not seen. Overfitting begins, if at all, when that ends.",
            fs_words_percent (evidence->validation_gain, a));
  else if (data && data->n_parameters > 0 && 2 * data->n_parameters < data->n_training_values)
    FS_SAY (verdict->why_not,
            "It cannot: %zu weights are too few to memorise %zu training values. They are just "
            "enough for what the values have in common.",
            data->n_parameters, data->n_training_values);
  else if (held > 1.12)
    FS_SAY (verdict->why_not,
            "It is held back: with dropout the loss is %s, without %s. Switch dropout and "
            "penalties off to see what it would memorise.",
            fs_words_number (evidence->running_level, a),
            fs_words_number (evidence->train_level, b));
  else if (update > 0 && update < 3e-4)
    FS_SAY (verdict->why_not,
            "Its steps are short (%s of the weights): memorising single rows needs many more of "
            "them.",
            fs_words_percent (update, a));
  else if (evidence->train_level < MEMORISED * evidence->validation_level
           && stands_above_best (evidence))
    FS_SAY (verdict->why_not,
            "It does memorise (training %s, validation %s), and validation is above its best: not "
            "yet by more than it jitters, or not for long enough.",
            fs_words_number (evidence->train_level, a),
            fs_words_number (evidence->validation_level, b));
  else if (evidence->train_level < MEMORISED * evidence->validation_level)
    FS_SAY (verdict->why_not,
            "It does memorise (training %s, validation %s), but validation has not risen from its "
            "best: what it adds is harmless so far.",
            fs_words_number (evidence->train_level, a),
            fs_words_number (evidence->validation_level, b));
  else if (evidence->has_baselines && !evidence->line_finds_signal
           && curve->best > 0.95 * evidence->naive[FS_EVIDENCE_VALIDATION])
    FS_SAY (verdict->why_not,
            "There is no signal to learn first, only noise to memorise, and that takes far longer: "
            "try ten times the epochs. %zu were not enough.",
            curve->n);
  else if (evidence->line_finds_signal
           && curve->best < 1.05 * evidence->ridge[FS_EVIDENCE_VALIDATION])
    FS_SAY (verdict->why_not,
            "The task is simple: the law is found early (a straight line has %s, the network %s), "
            "and what is left is noise that so few epochs do not memorise.",
            fs_words_number (evidence->ridge[FS_EVIDENCE_VALIDATION], a),
            fs_words_number (curve->best, b));
  else
    FS_SAY (verdict->why_not,
            "Training (%s) and validation (%s) still go together: the network has learned what the "
            "rows share and has not begun on single ones. More epochs or units would let it.",
            fs_words_number (evidence->train_level, a),
            fs_words_number (evidence->validation_level, b));
}
