/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings about what was learned: the last value, nothing, by jumps, or the training windows by heart. */

#include "engine/diagnose/evidence.h"

#include <math.h>

/* A forecast that is nearer to the last value than to the truth by this much is that value. */
#define COPY_CLOSENESS 0.5
#define COPY_SKILL 0.02

/* What an autoregression of all training rows takes from the error of no learning: a signal. */
#define PAST_TELLS 0.1

/* Jitter of the re-evaluated train loss about its course, as a share of its level. */
#define OSCILLATION 0.15

/* The share of the examples that training and validation usually have together. */
#define USUAL_TRAINING_AND_VALIDATION 0.85

/* Well below a straight line's loss on training. */
#define FAR_BELOW_LINE 0.7

/* Validation against training, as in FS_MEMORISED_GAP, and what is then claimed: a note. */
#define LITTLE_GAP 1.4
#define HARMLESS_CLAIM 0.7

double
fs_judge_copies_last (const FsEvidence *evidence)
{
  const FsForecastFacts *forecast = evidence->forecast;
  if (!forecast || forecast->n < 16 || evidence->curve->n < FS_N_TO_SETTLE
      || (evidence->validation_gain >= FS_FALLING_GAIN && !evidence->is_walk))
    return 0;
  /* What has learned its training windows by heart is no copy, whatever it says elsewhere. */
  if (evidence->gap > FS_MEMORISED_GAP)
    return 0;
  if (forecast->best_lag != -1 || !(forecast->skill <= COPY_SKILL)
      || forecast->closeness > COPY_CLOSENESS)
    return 0;
  return fs_confidence_at (COPY_CLOSENESS / fmax (forecast->closeness, 0.01));
}

void
fs_say_copies_last (FsFinding *finding, const FsEvidence *evidence)
{
  const FsForecastFacts *forecast = evidence->forecast;
  char skill[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "The forecast repeats the last value");
  FS_SAY (finding->detail, "moved one row back it fits the truth best; skill against repeating: %s",
          fs_words_number (forecast->skill, skill));
  FS_SAY (finding->cause,
          "A curve one row late looks right and knows nothing that the last row did "
          "not say.");
  fs_sign_add (finding, "lag of the best match", forecast->best_lag, 0, 0, FS_WORDS (" rows"));
  fs_sign_add (finding, "skill against repeating the last value", forecast->skill, COPY_SKILL, NAN,
               "");
  fs_sign_add (finding, "distance to the last value, against the truth", forecast->closeness,
               COPY_CLOSENESS, NAN, "");
  if (!evidence->experiment)
    return;
  size_t place = 0;
  for (size_t i = 0; i < evidence->experiment->n_steps; i++)
    {
      const FsStepSpec *step = &evidence->experiment->steps[i];
      if (step->is_enabled && step->kind == FS_STEP_DIFFERENCE)
        {
          FS_SAY (finding->advice, "Name Further inputs that may announce the target: its own past "
                                   "does not.");
          return;
        }
      if (step->kind == FS_STEP_IMPUTE)
        place = i + 1;
    }
  fs_advise_edit (finding, fs_edit_insert_step (place, FS_STEP_DIFFERENCE, "lag=1"),
                  "Add the step Difference, so that only the news is left to forecast.");
}

/* Training finds a signal that validation, by the number of its windows, may have missed by chance. */
static bool
is_too_short_to_tell (const FsEvidence *evidence)
{
  double n = evidence->data ? (double) evidence->data->n_windows[FS_PART_VALIDATION] : 0;
  return n > 0 && evidence->has_signal
         && evidence->train_level < FS_ABOUT_THE_MEAN * evidence->naive[FS_EVIDENCE_TRAIN]
         && evidence->curve->best < (1 + 2 / sqrt (n)) * evidence->naive[FS_EVIDENCE_VALIDATION];
}

double
fs_judge_no_signal (const FsEvidence *evidence)
{
  if (!evidence->has_baselines || evidence->curve->n < FS_N_TO_SETTLE
      || !(fs_evidence_is_above_naive (evidence) || fs_evidence_follows_nothing (evidence)))
    return 0;
  if (is_too_short_to_tell (evidence))
    return 0;
  /* It has learned its windows by heart where all rows together do hold a signal: they are too few. */
  if (evidence->has_memorised && evidence->data && evidence->data->past_tells > PAST_TELLS)
    return 0;
  if (!evidence->is_walk
      && (evidence->validation_gain >= FS_FALLING_GAIN || fs_evidence_has_missed_signal (evidence)))
    return 0;
  double ratio = evidence->curve->best / evidence->naive[FS_EVIDENCE_VALIDATION];
  return fs_confidence_at (ratio / fs_evidence_better_than_naive (evidence));
}

static bool
learns_examples_by_heart (const FsEvidence *evidence)
{
  return evidence->has_examples && evidence->history->has_validation && evidence->has_begun;
}

/* More examples are the surest where they are left over, then what is against learning by heart. */
static void
advise_more_examples (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  const double largest = USUAL_TRAINING_AND_VALIDATION - experiment->split.validation;
  if (experiment->split.train < 0.9 * largest)
    fs_advise_set (finding, evidence, "split.train", largest);
  else
    fs_advise_restraint (finding, experiment);
}

void
fs_say_no_signal (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  double naive = evidence->naive[FS_EVIDENCE_VALIDATION];
  char best[FS_NUMBER_SIZE], naive_text[FS_NUMBER_SIZE];
  if (fs_evidence_is_above_naive (evidence))
    {
      FS_SAY (finding->headline, "No better than %s", fs_text (evidence->naive_name));
      FS_SAY (finding->detail, "the best %s is %s; %s scores %s",
              fs_evidence_monitored_loss (evidence), fs_words_number (evidence->curve->best, best),
              fs_text (evidence->naive_name), fs_words_number (naive, naive_text));
    }
  else
    {
      FS_SAY (finding->headline, "The forecast does not follow the truth");
      FS_SAY (finding->detail, "over %zu validation windows their correlation is %s",
              evidence->forecast->n,
              fs_words_number (evidence->forecast->validation_correlation, best));
    }
  FS_SAY (finding->cause,
          evidence->line_finds_signal
              ? "A straight line finds a signal in these windows: the network is not "
                "there yet."
          : learns_examples_by_heart (evidence) ? FS_WORDS (
                "It learns its training examples by heart, and that does not hold for others: "
                "they are too few, or nothing in them tells the answer.")
          : evidence->has_examples
              ? FS_WORDS ("The network has found nothing yet that tells the examples apart.")
              : FS_WORDS ("Neither network nor straight line finds anything in these windows "
                          "that announces the target."));
  if (!fs_evidence_is_above_naive (evidence))
    fs_sign_add (finding, "correlation of forecast and truth",
                 evidence->forecast->validation_correlation,
                 fs_evidence_chance_correlation (evidence), 1, "");
  fs_sign_add (finding, "best loss against no learning", evidence->curve->best / naive, NAN,
               fs_evidence_better_than_naive (evidence), "");
  double line = evidence->ridge[FS_EVIDENCE_VALIDATION] / naive;
  if (isfinite (line) && line < fs_evidence_better_than_naive (evidence))
    fs_sign_add_against (finding, "a straight line's loss against no learning", line, NAN,
                         fs_evidence_better_than_naive (evidence), "");
  else if (isfinite (line))
    fs_sign_add (finding, "a straight line's loss against no learning", line, NAN,
                 fs_evidence_better_than_naive (evidence), "");
  /* More epochs are no help to a run that patience ended. */
  if (evidence->line_finds_signal && experiment && evidence->history->end == FS_END_EARLY_STOPPING)
    fs_advise_capacity (finding, evidence);
  else if (learns_examples_by_heart (evidence))
    advise_more_examples (finding, evidence);
  else if (experiment && (evidence->line_finds_signal || evidence->has_examples))
    fs_advise_set (finding, evidence, "train.epochs", 2.0 * (double) experiment->train.epochs);
  else if (experiment && experiment->data.n_inputs == 0)
    FS_SAY (finding->advice,
            "Name Further inputs that may announce the target: its own past does not.");
  else if (experiment)
    fs_advise_set (finding, evidence, "window.length", 2.0 * (double) experiment->window.length);
  else
    FS_SAY (finding->advice, "Try other inputs, or a longer window.");
}

double
fs_judge_oscillating (const FsEvidence *evidence)
{
  if (evidence->curve->n < 2 * FS_N_TO_SETTLE || evidence->train_gain >= FS_FALLING_GAIN)
    return 0;
  /* Where the loss is next to nothing, so is its jitter. */
  if (evidence->has_baselines
      && evidence->train_level
             < 0.9 * fmin (evidence->naive[FS_EVIDENCE_TRAIN], evidence->ridge[FS_EVIDENCE_TRAIN]))
    return 0;
  double ratio = evidence->train_jitter / OSCILLATION;
  return ratio > 1 ? fs_confidence_at (ratio) : 0;
}

void
fs_say_oscillating (FsFinding *finding, const FsEvidence *evidence)
{
  char jitter[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "The training loss swings");
  FS_SAY (finding->detail, "from epoch to epoch by %s of its level",
          fs_words_percent (evidence->train_jitter, jitter));
  FS_SAY (finding->cause, "The steps jump over the valley instead of going down into it.");
  fs_sign_add_percent (finding, "jitter of the training loss", evidence->train_jitter, 0,
                       OSCILLATION);
  if (evidence->n > 0)
    fs_sign_add (finding, "step against weights", fs_evidence_newest (evidence)->update_ratio, 1e-4,
                 0.1, "");
  fs_advise_rate (finding, evidence, 0.3);
}

/* It fits its training windows far better than a straight line does, and validation worse than that: what it
 * has found beyond the line holds for training alone. */
static bool
has_overtaken_line (const FsEvidence *evidence)
{
  return evidence->line_finds_signal && evidence->curve->n >= FS_N_TO_SETTLE
         && evidence->validation_gain < FS_FALLING_GAIN
         && evidence->train_level < FAR_BELOW_LINE * evidence->ridge[FS_EVIDENCE_TRAIN]
         && evidence->curve->best > FS_ABOVE_SIMPLE * evidence->ridge[FS_EVIDENCE_VALIDATION];
}

double
fs_judge_overfitting (const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  if (!evidence->history->has_validation)
    return 0;
  double confidence =
      curve->is_overfitting ? fs_confidence_at (curve->rise / FS_CURVE_OVERFIT_RISE) : 0;
  /* When it is over, and the best weights were kept, what came after them harms no more; and where training
   * has not left validation behind, there is nothing that restraint would gain. Of classes it is the certainty that
   * rises with every epoch, before the decisions suffer: the limit of memory is that of harm. */
  if (evidence->is_over && evidence->experiment && evidence->experiment->train.stop.restores_best
      && evidence->gap > 0
      && evidence->gap < (evidence->is_of_classes ? evidence->memorised_gap : LITTLE_GAP))
    confidence = fmin (confidence, HARMLESS_CLAIM);
  if (evidence->has_memorised)
    confidence = fmax (confidence, fs_confidence_at (evidence->gap / evidence->memorised_gap));
  if (has_overtaken_line (evidence))
    confidence = fmax (confidence, 0.85);
  return confidence;
}

void
fs_say_overfitting (FsFinding *finding, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  char rise[FS_NUMBER_SIZE], course[2 * FS_NUMBER_SIZE];
  finding->since_epoch = curve->is_overfitting ? curve->overfitting_since : 0;
  if (curve->is_overfitting)
    FS_SAY (finding->headline, "Overfitting since epoch %u", finding->since_epoch);
  else
    FS_SAY (finding->headline, "Overfitting: training is learned by heart");
  if (!curve->is_overfitting && !evidence->has_memorised)
    FS_SAY (finding->detail,
            "it is below a straight line's loss on training, and above it on validation: %s times",
            fs_words_number (curve->best / evidence->ridge[FS_EVIDENCE_VALIDATION], rise));
  else if (!curve->is_overfitting)
    FS_SAY (finding->detail,
            "against no learning, validation loss is %s times as high as training loss",
            fs_words_number (evidence->gap, rise));
  else
    FS_SAY (finding->detail, "validation loss is %s above its best, while training loss %s",
            fs_words_percent (curve->rise, rise),
            fs_words_course (curve->train_at_best, curve->train, course));
  if (evidence->data)
    FS_SAY (finding->cause,
            "The network memorises the %zu training windows instead of what they have "
            "in common.",
            evidence->data->n_windows[FS_PART_TRAIN]);
  else
    FS_SAY (finding->cause, "The network memorises the training rows instead of what they have in "
                            "common.");
  if (evidence->has_memorised)
    fs_sign_add (finding, "validation against training, each against no learning", evidence->gap,
                 NAN, evidence->memorised_gap, FS_WORDS (" times"));
  else if (has_overtaken_line (evidence))
    fs_sign_add (finding, "validation loss against a straight line's",
                 curve->best / evidence->ridge[FS_EVIDENCE_VALIDATION], NAN, FS_ABOVE_SIMPLE, "");
  double deviation = fs_loss_curve_deviation_of_mean (curve, 1);
  if (deviation > 0)
    fs_sign_add (finding, "rise against the curve's own jitter",
                 (curve->validation - curve->best) / deviation, NAN, 3.7, FS_WORDS (" ×"));
  fs_sign_add_percent (finding, "rise of the validation loss", curve->rise, NAN,
                       FS_CURVE_OVERFIT_RISE);
  fs_sign_add (finding, "best epoch ago", (double) (curve->epoch - curve->best_epoch), NAN, NAN,
               FS_WORDS (" epochs"));
  if (evidence->data && fabs (evidence->data->validation_shift) > 1)
    fs_sign_add_against (finding, "validation lies off the training rows by",
                         evidence->data->validation_shift, -1, 1, FS_WORDS (" sd"));
  /* More of the data that are there costs nothing but time, and is the surest. */
  if (evidence->experiment && evidence->data && evidence->experiment->data.task == FS_TASK_FORECAST
      && evidence->experiment->window.stride > 1
      && evidence->data->n_parameters > evidence->data->n_training_values)
    fs_advise_set (finding, evidence, "window.stride", 1);
  else
    fs_advise_restraint (finding, evidence->experiment);
}
