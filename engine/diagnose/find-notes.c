/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Notes about the fit: worth knowing, and nothing need be done. */

#include "engine/diagnose/evidence.h"

#include <math.h>

#define BELOW 0.95
#define AS_GOOD_AS_LINE 1.05

/* As in find-fit.c: the loss as trained on against the same weights evaluated. */
#define HELD_BACK 1.12

/* A lead of fewer standard deviations of the curve's jitter could be another's with another seed. */
#define CLEAR_LEAD 2.0

/* The best of the whole run is within 1 % of that of its first half. */
static double
best_of_half (const FsEvidence *evidence)
{
  double best = INFINITY;
  for (size_t i = 0; i < evidence->n / 2; i++)
    best = fmin (best, fs_history_monitored (evidence->history, i));
  return best;
}

double
fs_judge_plateau (const FsEvidence *evidence)
{
  if (evidence->n < 40 || evidence->curve->is_overfitting || !fs_evidence_has_settled (evidence))
    return 0;
  return evidence->curve->best > 0.99 * best_of_half (evidence) ? 0.8 : 0;
}

void
fs_say_plateau (FsFinding *finding, const FsEvidence *evidence)
{
  FS_SAY (finding->headline, "The second half brought nothing");
  FS_SAY (finding->detail, "the best %s of %zu epochs was there, within 1 %%, by epoch %u",
          fs_evidence_monitored_loss (evidence), evidence->n,
          evidence->history->observations[evidence->n / 2 - 1].epoch);
  FS_SAY (finding->cause, "The run has settled; more of the same epochs give the same.");
  if (evidence->experiment && evidence->experiment->train.stop.patience == FS_NEVER)
    fs_advise_set (finding, evidence, "train.stop.patience",
                   fmax (10, floor ((double) evidence->n / 10)));
}

double
fs_judge_validation_below (const FsEvidence *evidence)
{
  if (!evidence->history->has_validation || evidence->n < FS_N_TO_SETTLE)
    return 0;
  return evidence->validation_level < BELOW * evidence->train_level
                 || evidence->validation_level < BELOW * evidence->running_level
             ? 0.9
             : 0;
}

void
fs_say_validation_below (FsFinding *finding, const FsEvidence *evidence)
{
  char a[FS_NUMBER_SIZE], b[FS_NUMBER_SIZE];
  bool is_by_mode = evidence->validation_level >= BELOW * evidence->train_level;
  FS_SAY (finding->headline, "Why is validation below training?");
  if (is_by_mode)
    {
      FS_SAY (finding->detail,
              "it is not: the same weights without dropout score %s on training, %s on validation",
              fs_words_number (evidence->train_level, a),
              fs_words_number (evidence->validation_level, b));
      FS_SAY (finding->cause,
              "The loss that is added up while training has dropout in it and older "
              "weights; evaluated alike, training is not above.");
    }
  else if (evidence->has_baselines
           && evidence->naive[FS_EVIDENCE_VALIDATION] < evidence->naive[FS_EVIDENCE_TRAIN])
    {
      FS_SAY (finding->detail,
              "its rows are easier: without learning they score %s, the training rows %s",
              fs_words_number (evidence->naive[FS_EVIDENCE_VALIDATION], a),
              fs_words_number (evidence->naive[FS_EVIDENCE_TRAIN], b));
      FS_SAY (finding->cause, "The two parts are not equally hard, so their losses do not compare "
                              "directly.");
    }
  else
    {
      FS_SAY (finding->detail, "evaluated alike, training scores %s and validation %s",
              fs_words_number (evidence->train_level, a),
              fs_words_number (evidence->validation_level, b));
      FS_SAY (finding->cause,
              "A small or calm validation part scores better by chance or by place; "
              "a leak would do it too.");
    }
  fs_sign_add (finding, "validation against training, evaluated alike",
               evidence->validation_level / evidence->train_level, BELOW, NAN, "");
  fs_sign_add (finding, "training as trained on against evaluated",
               fs_evidence_hold_back (evidence), NAN, HELD_BACK, "");
}

double
fs_judge_simple_task (const FsEvidence *evidence)
{
  if (!evidence->line_finds_signal || !fs_evidence_has_settled (evidence)
      || evidence->curve->is_overfitting || !evidence->history->has_validation)
    return 0;
  double ratio = evidence->curve->best / evidence->ridge[FS_EVIDENCE_VALIDATION];
  return ratio > 1 / AS_GOOD_AS_LINE && ratio < AS_GOOD_AS_LINE ? 0.85 : 0;
}

void
fs_say_simple_task (FsFinding *finding, const FsEvidence *evidence)
{
  char best[FS_NUMBER_SIZE], line[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "A straight line does as well");
  FS_SAY (finding->detail, "the network's best validation loss is %s, the line's %s",
          fs_words_number (evidence->curve->best, best),
          fs_words_number (evidence->ridge[FS_EVIDENCE_VALIDATION], line));
  FS_SAY (finding->cause, "The task is simple: there is little to gain from units, and little to "
                          "memorise.");
  fs_sign_add (finding, "loss against a straight line's",
               evidence->curve->best / evidence->ridge[FS_EVIDENCE_VALIDATION], NAN,
               1 / AS_GOOD_AS_LINE, "");
}

/* The best model without learning on the monitored part, and its name. */
static double
nearest_rival (const FsEvidence *evidence, const char **name)
{
  *name = evidence->naive_name;
  if (!(evidence->ridge[FS_EVIDENCE_VALIDATION] < evidence->naive[FS_EVIDENCE_VALIDATION]))
    return evidence->naive[FS_EVIDENCE_VALIDATION];
  *name = "a straight line";
  return evidence->ridge[FS_EVIDENCE_VALIDATION];
}

/* The lead of the better one of the two, in standard deviations of the jitter. */
static double
measure_lead (const FsEvidence *evidence)
{
  const char *name;
  return fabs (nearest_rival (evidence, &name) - evidence->curve->best)
         / fmax (evidence->curve->jitter, 1e-300);
}

double
fs_judge_within_noise (const FsEvidence *evidence)
{
  if (!evidence->has_baselines || !evidence->history->has_validation
      || !fs_evidence_has_settled (evidence) || !(evidence->curve->jitter > 0))
    return 0;
  return measure_lead (evidence) < CLEAR_LEAD ? 0.8 : 0;
}

void
fs_say_within_noise (FsFinding *finding, const FsEvidence *evidence)
{
  const char *name;
  char best[FS_NUMBER_SIZE], other[FS_NUMBER_SIZE];
  double rival = nearest_rival (evidence, &name);
  FS_SAY (finding->headline, "Another seed may change the order");
  FS_SAY (finding->detail,
          "the best validation loss is %s, %s scores %s, and the curve jitters as much",
          fs_words_number (evidence->curve->best, best), fs_text (name),
          fs_words_number (rival, other));
  FS_SAY (finding->cause, "The best epoch is the luckiest of many; a lead within its jitter is no "
                          "lead.");
  fs_sign_add (finding, "lead against the curve's jitter", measure_lead (evidence), CLEAR_LEAD, NAN,
               FS_WORDS (" ×"));
  FS_SAY (finding->advice, "Train with three or more seeds, or cross-validate, before you choose.");
}
