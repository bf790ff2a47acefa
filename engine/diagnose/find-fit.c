/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings about the fit itself: what the curves, the baselines and the forecasts tell together. */

#include "engine/diagnose/evidence.h"

#include <math.h>

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

/* Loss as trained on (with dropout) against the same weights evaluated [1.46 … 1.95 where it harms,
 * 1.12 … 1.27 with a tenth dropped]. */
#define HELD_BACK 1.25

/* λ‖w‖² against the train loss [0.001 … 0.02 at usual penalties, 2 … 160 where they do harm]. */
#define HEAVY_PENALTY 0.1

/* Truth on forecast has this slope and more [0.97 … 1.06 in healthy runs, 1.1 … 2.4 held back]. */
#define SHRUNK 1.08

/* What the last fifth of the epochs still gained when the run was cut off. */
#define CUT_OFF_GAIN 0.08

/* A forecast that is nearer to the last value than to the truth by this much is that value. */
#define COPY_CLOSENESS 0.5
#define COPY_SKILL 0.02

/* Validation against training, each as a share of its loss without learning [0.9 … 1.3 in healthy runs, 7 … 140
 * in large networks on few windows]. */
#define MEMORISED_GAP 3.0

/* Jitter of the re-evaluated train loss about its course, as a share of its level. */
#define OSCILLATION 0.1

/* The share of the examples that training and validation usually have together. */
#define USUAL_TRAINING_AND_VALIDATION 0.85

/* Layers of so few units are a bottleneck when all of them are independent. */
#define FEW_UNITS 2
#define FULL_RANK 0.8

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
    fs_advise_higher_rate (finding, evidence);
}

static bool
is_restrained (const FsExperiment *experiment)
{
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (experiment->layers[i].kind == FS_LAYER_DROPOUT && experiment->layers[i].rate > 0)
      return true;
  return experiment->train.l1 > 0 || experiment->train.l2 > 0;
}

/* How strong the restraint is, as a ratio to what can be passed over. */
static double
measure_restraint (const FsEvidence *evidence)
{
  return fmax (fs_evidence_hold_back (evidence) / HELD_BACK,
               evidence->penalty_share / HEAVY_PENALTY);
}

/* Two witnesses: forecasts that play safe; or a level above what a line reaches. */
double
fs_judge_over_regularised (const FsEvidence *evidence)
{
  if (!evidence->experiment || !is_restrained (evidence->experiment) || !evidence->has_baselines
      || evidence->curve->n < FS_N_TO_SETTLE || evidence->curve->is_overfitting)
    return 0;
  double restraint = measure_restraint (evidence);
  double shrunk = (evidence->shrinkage - 1) / (SHRUNK - 1);
  double above = evidence->line_finds_signal
                     ? evidence->train_level / evidence->ridge[FS_EVIDENCE_TRAIN] / ABOVE_RIDGE
                     : evidence->train_level / evidence->naive[FS_EVIDENCE_TRAIN] / ABOUT_THE_MEAN;
  if (evidence->line_finds_signal
      && evidence->curve->best < evidence->ridge[FS_EVIDENCE_VALIDATION])
    above = 0;
  double ratio = fmin (fmax (above, shrunk), restraint);
  return ratio > 1 ? fs_confidence_at (ratio) : 0;
}

void
fs_say_over_regularised (FsFinding *finding, const FsEvidence *evidence)
{
  char level[FS_NUMBER_SIZE], naive[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Held back too much");
  if (evidence->shrinkage > SHRUNK)
    FS_SAY (
        finding->detail,
        "with dropout and penalties its forecasts stay near the mean: the truth moves %s times as "
        "far",
        fs_words_number (evidence->shrinkage, level));
  else
    FS_SAY (finding->detail,
            "with dropout and penalties the training loss is %s; without learning it is %s",
            fs_words_number (evidence->train_level, level),
            fs_words_number (evidence->naive[FS_EVIDENCE_TRAIN], naive));
  FS_SAY (finding->cause, "What keeps it from memorising also keeps it from learning.");
  if (evidence->shrinkage > 0)
    fs_sign_add (finding, "how far the truth moves with the forecast", evidence->shrinkage, NAN,
                 SHRUNK, FS_WORDS (" times"));
  if (evidence->line_finds_signal)
    fs_sign_add (finding, "loss against a straight line's",
                 evidence->train_level / evidence->ridge[FS_EVIDENCE_TRAIN], NAN, ABOVE_RIDGE, "");
  fs_sign_add (finding, "loss as trained on against evaluated", fs_evidence_hold_back (evidence),
               NAN, HELD_BACK, "");
  fs_sign_add (finding, "penalty against the loss", evidence->penalty_share, NAN, HEAVY_PENALTY,
               "");
  fs_advise_capacity (finding, evidence);
}

double
fs_judge_stopped_early (const FsEvidence *evidence)
{
  if (evidence->history->end != FS_END_EPOCHS || evidence->n < 4 || evidence->curve->is_overfitting)
    return 0;
  /* On a walk what is still gained is the way to repeating the last value. */
  if (evidence->is_walk)
    return 0;
  if (evidence->n < FS_N_TO_SETTLE && evidence->line_finds_signal
      && evidence->train_level > evidence->ridge[FS_EVIDENCE_TRAIN])
    return 0.85; /* too few epochs to see a course, and a line still does better */
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
  if (evidence->validation_gain <= CUT_OFF_GAIN)
    FS_SAY (finding->detail, "after %zu epochs a straight line is still better on training",
            evidence->n);
  else
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
  if (!evidence->probe || evidence->curve->is_overfitting || evidence->curve->n < FS_N_TO_SETTLE
      || evidence->train_gain >= CUT_OFF_GAIN)
    return false;
  for (size_t i = 0; i < evidence->probe->n_layers; i++)
    if (evidence->probe->layers[i].n_units <= FEW_UNITS
        && (double) evidence->probe->layers[i].effective_rank > FULL_RANK)
      return true;
  return false;
}

/* The line shows that there is a signal, and training has not come near it. */
static bool
has_missed_line (const FsEvidence *evidence)
{
  return evidence->line_finds_signal
         && evidence->train_level >= ABOVE_RIDGE * evidence->ridge[FS_EVIDENCE_TRAIN];
}

static bool
is_above_naive (const FsEvidence *evidence)
{
  return evidence->curve->best >= BETTER_THAN_NAIVE * evidence->naive[FS_EVIDENCE_VALIDATION];
}

double
fs_judge_underfitting (const FsEvidence *evidence)
{
  const double *ridge = evidence->ridge;
  if (is_exhausted (evidence) && evidence->line_finds_signal)
    return 0.8;
  if (!has_missed_line (evidence) || evidence->curve->n < FS_N_TO_SETTLE)
    return 0;
  double train_ratio = evidence->train_level / ridge[FS_EVIDENCE_TRAIN];
  bool has_ended = fs_evidence_is_slow (evidence, train_ratio)
                   || (is_above_naive (evidence) && evidence->validation_gain < FS_FALLING_GAIN);
  if (!has_ended || evidence->curve->best < ridge[FS_EVIDENCE_VALIDATION])
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
      || (evidence->validation_gain >= FS_FALLING_GAIN && !evidence->is_walk))
    return 0;
  /* What has learned its training windows by heart is no copy, whatever it says elsewhere. */
  if (evidence->gap > MEMORISED_GAP)
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
  if (!evidence->has_baselines || evidence->curve->n < FS_N_TO_SETTLE || !is_above_naive (evidence))
    return 0;
  if (!evidence->is_walk
      && (evidence->validation_gain >= FS_FALLING_GAIN || has_missed_line (evidence)))
    return 0;
  return fs_confidence_at (evidence->curve->best / evidence->naive[FS_EVIDENCE_VALIDATION]
                           / BETTER_THAN_NAIVE);
}

/* Examples with an answer each have no straight line beside them that could say whether there is a signal:
 * what the network makes of those it was trained on is the only witness. */
static bool
has_examples (const FsEvidence *evidence)
{
  return evidence->experiment && evidence->experiment->data.task != FS_TASK_FORECAST;
}

static bool
learns_examples_by_heart (const FsEvidence *evidence)
{
  return has_examples (evidence) && evidence->history->has_validation
         && evidence->train_level < ABOUT_THE_MEAN * evidence->naive[FS_EVIDENCE_TRAIN];
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
  FS_SAY (finding->headline, "No better than %s", fs_text (evidence->naive_name));
  FS_SAY (finding->detail, "the best %s is %s; %s scores %s", fs_evidence_monitored_loss (evidence),
          fs_words_number (evidence->curve->best, best), fs_text (evidence->naive_name),
          fs_words_number (naive, naive_text));
  FS_SAY (finding->cause,
          evidence->line_finds_signal
              ? "A straight line finds a signal in these windows: the network is not "
                "there yet."
          : learns_examples_by_heart (evidence) ? FS_WORDS (
                "It learns its training examples by heart, and that does not hold for others: "
                "they are too few, or nothing in them tells the answer.")
          : has_examples (evidence)
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
  else if (learns_examples_by_heart (evidence))
    advise_more_examples (finding, evidence);
  else if (experiment && (evidence->line_finds_signal || has_examples (evidence)))
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

/* Without a rise that stands out of the jitter: training far better than validation, both measured by what
 * they score without learning. */
static bool
has_memorised (const FsEvidence *evidence)
{
  return evidence->gap > MEMORISED_GAP && evidence->curve->n >= 2 * FS_N_TO_SETTLE
         && evidence->validation_gain < FS_FALLING_GAIN;
}

double
fs_judge_overfitting (const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  if (!evidence->history->has_validation)
    return 0;
  double confidence =
      curve->is_overfitting ? fs_confidence_at (curve->rise / FS_CURVE_OVERFIT_RISE) : 0;
  if (has_memorised (evidence))
    confidence = fmax (confidence, fs_confidence_at (evidence->gap / MEMORISED_GAP));
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
  if (!curve->is_overfitting)
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
  if (has_memorised (evidence))
    fs_sign_add (finding, "validation against training, each against no learning", evidence->gap,
                 NAN, MEMORISED_GAP, FS_WORDS (" times"));
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
