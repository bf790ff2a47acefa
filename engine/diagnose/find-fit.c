/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings about the fit itself: what the curves, the baselines and the forecasts tell together. */

#include "engine/diagnose/evidence.h"

#include <math.h>

/* A verdict on the level of the loss waits while the loss falls faster than this in a fifth. */
#define FALLING_GAIN 0.05

/* The best validation loss counts as better than a baseline only below this share of it: less is
 * within what another seed gives. */
#define BETTER_THAN_NAIVE 0.98

/* The network has not found what the straight line has when its train loss stays this far above. */
#define ABOVE_RIDGE 1.1

/* The train loss has not fallen when its lowest is less than this share below its first. */
#define NOT_LEARNING_GAIN 0.01

/* With baselines there is a second witness: it must still be about what the mean scores. Without this
 * a fine-tuning that begins where it will end would be called ill. */
#define ABOUT_THE_MEAN 0.9

/* Loss as trained on (with dropout) against the same weights evaluated [1.16 … 1.61 against 1.01]. */
#define HELD_BACK 1.12

/* What the last fifth of the epochs still gained when the run was cut off. */
#define CUT_OFF_GAIN 0.08

/* A forecast that is nearer to the last value than to the truth by this much is that value. */
#define COPY_CLOSENESS 0.5
#define COPY_SKILL 0.02

/* Jitter of the re-evaluated train loss about its course, as a share of its level. */
#define OSCILLATION 0.1

/* Layers of so few units are a bottleneck when all of them are independent. */
#define FEW_UNITS 2
#define FULL_RANK 0.8

#define BELOW 0.95
#define AS_GOOD_AS_LINE 1.05

double
fs_judge_not_learning (const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  double first = fabs (curve->first_train);
  bool is_frozen = curve->first_train == curve->best_train && curve->train == curve->first_train;
  if (curve->n < FS_N_TO_SETTLE
      || curve->first_train - curve->best_train >= NOT_LEARNING_GAIN * first)
    return 0;
  if (is_frozen)
    return 0.95;
  /* Curves alone cannot tell a run that never began to learn from one that began at its end. And where
   * the line finds nothing either, there is nothing to learn. */
  if (!evidence->line_finds_signal)
    return 0;
  return curve->best_train < ABOUT_THE_MEAN * evidence->naive[FS_EVIDENCE_TRAIN] ? 0 : 0.95;
}

void
fs_say_not_learning (FsFinding *finding, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  const FsExperiment *experiment = evidence->experiment;
  char first[FS_NUMBER_SIZE], lowest[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Not learning");
  FS_SAY (finding->detail,
          "in %zu %s the training loss has not fallen: %s at first, %s at its lowest", curve->n,
          fs_words_epochs (curve->n), fs_words_number (curve->first_train, first),
          fs_words_number (curve->best_train, lowest));
  FS_SAY (finding->cause,
          "The steps lead nowhere: too short, cut off, or of weights that no gradient "
          "reaches.");
  fs_sign_add_percent (finding, "fall of the training loss",
                       (curve->first_train - curve->best_train)
                           / fmax (fabs (curve->first_train), 1e-300),
                       NOT_LEARNING_GAIN, NAN);
  double update = evidence->n > 0 ? fs_evidence_newest (evidence)->update_ratio : 0;
  if (update > 0)
    fs_sign_add (finding, "step against weights", update, 1e-4, 0.1, "");
  if (experiment && experiment->train.clip_norm > 0
      && fs_evidence_newest (evidence)->clipped_share >= 0.95 && experiment->train.clip_norm < 1)
    fs_advise_set (finding, evidence, "train.clip_norm", 1);
  else
    fs_advise_rate (finding, evidence, 10);
}

static bool
is_restrained (const FsExperiment *experiment)
{
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (experiment->layers[i].kind == FS_LAYER_DROPOUT && experiment->layers[i].rate > 0)
      return true;
  return experiment->train.l1 > 0 || experiment->train.l2 > 0;
}

static double
hold_back (const FsEvidence *evidence)
{
  return evidence->train_level > 0 ? evidence->running_level / evidence->train_level : 0;
}

double
fs_judge_over_regularised (const FsEvidence *evidence)
{
  if (!evidence->experiment || !is_restrained (evidence->experiment)
      || !fs_evidence_has_settled (evidence) || evidence->curve->is_overfitting
      || !evidence->line_finds_signal)
    return 0;
  double above = evidence->train_level / evidence->ridge[FS_EVIDENCE_TRAIN];
  if (above < ABOVE_RIDGE || evidence->curve->best < evidence->ridge[FS_EVIDENCE_VALIDATION])
    return 0;
  return fs_confidence_at (fmax (hold_back (evidence) / HELD_BACK, above / ABOVE_RIDGE));
}

void
fs_say_over_regularised (FsFinding *finding, const FsEvidence *evidence)
{
  char level[FS_NUMBER_SIZE], ridge[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Held back too much");
  FS_SAY (finding->detail,
          "with dropout and penalties the training loss has settled at %s; a straight line has %s",
          fs_words_number (evidence->train_level, level),
          fs_words_number (evidence->ridge[FS_EVIDENCE_TRAIN], ridge));
  FS_SAY (finding->cause, "What keeps it from memorising also keeps it from learning.");
  fs_sign_add (finding, "loss against a straight line's",
               evidence->train_level / evidence->ridge[FS_EVIDENCE_TRAIN], NAN, ABOVE_RIDGE, "");
  fs_sign_add (finding, "loss as trained on against evaluated", hold_back (evidence), NAN,
               HELD_BACK, "");
  fs_advise_capacity (finding, evidence);
}

double
fs_judge_stopped_early (const FsEvidence *evidence)
{
  if (evidence->history->end != FS_END_EPOCHS || evidence->n < 4 || evidence->curve->is_overfitting)
    return 0;
  double gain = fmin (evidence->validation_gain, evidence->train_gain);
  /* A run of a handful of epochs has no fifths: the last step is all there is to see. */
  if (evidence->n < FS_N_TO_JUDGE)
    gain = 0;
  return gain > CUT_OFF_GAIN ? fs_confidence_at (gain / CUT_OFF_GAIN) : 0;
}

void
fs_say_stopped_early (FsFinding *finding, const FsEvidence *evidence)
{
  char gain[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Stopped while it was still learning");
  FS_SAY (finding->detail, "over the last fifth of the %zu epochs the %s fell %s", evidence->n,
          fs_evidence_monitored_loss (evidence),
          fs_words_percent (evidence->validation_gain, gain));
  FS_SAY (finding->cause, "The number of epochs ended the run, not the data.");
  fs_sign_add_percent (finding, "gain of the last fifth", evidence->validation_gain, NAN,
                       CUT_OFF_GAIN);
  if (evidence->experiment)
    fs_advise_set (finding, evidence, "train.epochs",
                   3.0 * (double) evidence->experiment->train.epochs);
  else
    FS_SAY (finding->advice, "Train three times as long.");
}

/* A layer of a unit or two that uses all it has, and has settled: what it lacks cannot be seen by a
 * straight line's score where the network has found more than that. */
static bool
is_exhausted (const FsEvidence *evidence)
{
  if (!evidence->probe || evidence->curve->is_overfitting || !fs_evidence_has_settled (evidence))
    return false;
  for (size_t i = 0; i < evidence->probe->n_layers; i++)
    if (evidence->probe->layers[i].n_units <= FEW_UNITS
        && (double) evidence->probe->layers[i].effective_rank > FULL_RANK)
      return true;
  return false;
}

double
fs_judge_underfitting (const FsEvidence *evidence)
{
  const double *ridge = evidence->ridge;
  if (is_exhausted (evidence) && evidence->line_finds_signal)
    return 0.8;
  if (!evidence->line_finds_signal || !fs_evidence_has_settled (evidence))
    return 0;
  double train_ratio = evidence->train_level / ridge[FS_EVIDENCE_TRAIN];
  double validation_ratio = evidence->curve->best / ridge[FS_EVIDENCE_VALIDATION];
  if (train_ratio < ABOVE_RIDGE || validation_ratio < 1)
    return 0;
  return fs_confidence_at (train_ratio / ABOVE_RIDGE);
}

void
fs_say_underfitting (FsFinding *finding, const FsEvidence *evidence)
{
  char level[FS_NUMBER_SIZE], ridge[FS_NUMBER_SIZE];
  if (is_exhausted (evidence) && evidence->train_level < ABOVE_RIDGE * evidence->ridge[0])
    {
      FS_SAY (finding->headline, "Underfitting: too few units");
      FS_SAY (finding->detail, "training loss has settled at %s with every unit in full use",
              fs_words_number (evidence->train_level, level));
      FS_SAY (finding->cause,
              "A unit or two cannot hold more than one or two numbers about the past.");
      fs_advise_capacity (finding, evidence);
      return;
    }
  FS_SAY (finding->headline, "Underfitting: a straight line does better");
  FS_SAY (
      finding->detail,
      "training loss has settled at %s, where a linear forecast from the same windows reaches %s",
      fs_words_number (evidence->train_level, level),
      fs_words_number (evidence->ridge[FS_EVIDENCE_TRAIN], ridge));
  FS_SAY (finding->cause, "Too few units, too much restraint or too short steps: the signal is "
                          "there, and the network has not found it.");
  fs_sign_add (finding, "loss against a straight line's",
               evidence->train_level / evidence->ridge[FS_EVIDENCE_TRAIN], NAN, ABOVE_RIDGE, "");
  fs_sign_add_percent (finding, "gain of the last fifth", evidence->train_gain, FS_LEARNING_GAIN,
                       NAN);
  fs_advise_capacity (finding, evidence);
}

double
fs_judge_copies_last (const FsEvidence *evidence)
{
  const FsForecastFacts *forecast = evidence->forecast;
  if (!forecast || forecast->n < 16 || evidence->curve->n < FS_N_TO_SETTLE
      || evidence->validation_gain >= FALLING_GAIN)
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

double
fs_judge_no_signal (const FsEvidence *evidence)
{
  if (!evidence->has_baselines || evidence->curve->n < FS_N_TO_SETTLE
      || evidence->validation_gain >= FALLING_GAIN)
    return 0;
  double ratio = evidence->curve->best / evidence->naive[FS_EVIDENCE_VALIDATION];
  return ratio >= BETTER_THAN_NAIVE ? fs_confidence_at (ratio / BETTER_THAN_NAIVE) : 0;
}

void
fs_say_no_signal (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  double naive = evidence->naive[FS_EVIDENCE_VALIDATION];
  char best[FS_NUMBER_SIZE], naive_text[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "No better than %s", fs_text (evidence->naive_name));
  FS_SAY (finding->detail, "the best %s is %s; %s scores %s", fs_evidence_monitored_loss (evidence),
          fs_words_number (evidence->curve->best, best), fs_text (evidence->naive_name),
          fs_words_number (naive, naive_text));
  FS_SAY (finding->cause,
          evidence->line_finds_signal
              ? "A straight line finds a signal in these windows: the network is not "
                "there yet."
          : experiment && experiment->data.task != FS_TASK_FORECAST
              ? FS_WORDS ("The network has found nothing yet that tells the examples apart.")
              : FS_WORDS ("Neither network nor straight line finds anything in these windows "
                          "that announces the target."));
  fs_sign_add (finding, "best loss against no learning", evidence->curve->best / naive, NAN,
               BETTER_THAN_NAIVE, "");
  double line = evidence->ridge[FS_EVIDENCE_VALIDATION] / naive;
  if (isfinite (line) && line < BETTER_THAN_NAIVE)
    fs_sign_add_against (finding, "a straight line's loss against no learning", line, NAN,
                         BETTER_THAN_NAIVE, "");
  else if (isfinite (line))
    fs_sign_add (finding, "a straight line's loss against no learning", line, NAN,
                 BETTER_THAN_NAIVE, "");
  /* More epochs are no help to a run that patience ended. */
  if (evidence->line_finds_signal && experiment && evidence->history->end == FS_END_EARLY_STOPPING)
    fs_advise_capacity (finding, evidence);
  /* Sequences and texts have no straight line beside them that could say whether there is a signal. */
  else if (experiment && (evidence->line_finds_signal || experiment->data.task != FS_TASK_FORECAST))
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
  if (evidence->curve->n < 2 * FS_N_TO_SETTLE || evidence->train_gain >= FALLING_GAIN)
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

double
fs_judge_overfitting (const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  if (!curve->is_overfitting || !evidence->history->has_validation)
    return 0;
  return fs_confidence_at (curve->rise / FS_CURVE_OVERFIT_RISE);
}

void
fs_say_overfitting (FsFinding *finding, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  char rise[FS_NUMBER_SIZE], course[2 * FS_NUMBER_SIZE];
  finding->since_epoch = curve->overfitting_since;
  FS_SAY (finding->headline, "Overfitting since epoch %u", finding->since_epoch);
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
  fs_advise_restraint (finding, evidence->experiment);
}

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
  fs_sign_add (finding, "training as trained on against evaluated", hold_back (evidence), NAN,
               HELD_BACK, "");
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
