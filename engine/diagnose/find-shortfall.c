/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings of training that falls short: it leads nowhere, is held back, ends too soon, or ends above what needs
 * no network. */

#include "engine/diagnose/evidence.h"

#include <math.h>

/* Somewhat above what needs no network on both parts. */
#define ABOVE_ON_BOTH 1.05

/* The train loss has not fallen when its lowest is less than this share below its first. */
#define NOT_LEARNING_GAIN 0.01

/* Loss as trained on (with dropout) against the same weights evaluated [1.46 … 1.95 where it harms,
 * 1.12 … 1.27 with a tenth dropped]. */
#define HELD_BACK 1.25

/* Where the loss as trained on hardly shows it: so much dropped is always strong. */
#define HALF_DROPPED 0.5

/* λ‖w‖² against the train loss [0.001 … 0.02 at usual penalties, 2 … 160 where they do harm]. */
#define HEAVY_PENALTY 0.1

/* Where the penalty outweighs the loss, or more is dropped than kept, less of a deficit is their doing. */
#define RULING_PENALTY 1.0
#define ABOVE_UNDER_PENALTY 1.03

/* Truth on forecast has this slope and more [0.97 … 1.06 in healthy runs, 1.1 … 2.4 held back]. */
#define SHRUNK 1.08

/* What the last fifth of the epochs still gained when the run was cut off. */
#define CUT_OFF_GAIN 0.08

/* And where what needs no network is still better: there is that much to be had. */
#define CUT_OFF_GAIN_BELOW 0.03

/* A gain of less than this share of the loss without learning is next to nothing, however large a share of what
 * is left: a fit that is nearly perfect falls by a third in every fifth, without end. */
#define NEXT_TO_NOTHING 0.005

/* And as a share of the loss without learning. */
#define CUT_OFF_GAIN_OF_ALL 0.05

/* Examples that a network of few units, or one that is held back, has left unlearned. */
#define LEFT_UNLEARNED 0.1

/* Training and validation agree: what holds back gains nothing here. */
#define NO_GAP 1.25

/* And of less than ten epochs, an epoch or two of which are a fifth. */
#define CUT_OFF_GAIN_OF_FEW 0.04

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
  if (!evidence->has_signal)
    return 0;
  return curve->best_train < FS_ABOUT_THE_MEAN * evidence->naive[FS_EVIDENCE_TRAIN] ? 0 : 0.95;
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

static void
add_level_sign (FsFinding *finding, const FsEvidence *evidence, double limit)
{
  const char *label = evidence->simple[FS_EVIDENCE_TRAIN] == evidence->ridge[FS_EVIDENCE_TRAIN]
                          ? "loss against a straight line's"
                          : FS_WORDS ("loss against what needs no learning");
  fs_sign_add (finding, label, evidence->train_level / evidence->simple[FS_EVIDENCE_TRAIN], NAN,
               limit, "");
}

static double
largest_dropout (const FsExperiment *experiment)
{
  double largest = 0;
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (experiment->layers[i].kind == FS_LAYER_DROPOUT)
      largest = fmax (largest, experiment->layers[i].rate);
  return largest;
}

static bool
is_restrained (const FsExperiment *experiment)
{
  return largest_dropout (experiment) > 0 || experiment->train.l1 > 0 || experiment->train.l2 > 0;
}

/* How strong the restraint is, as a ratio to what can be passed over. */
static double
measure_restraint (const FsEvidence *evidence)
{
  return fmax (
      fmax (fs_evidence_hold_back (evidence) / HELD_BACK, evidence->penalty_share / HEAVY_PENALTY),
      largest_dropout (evidence->experiment) / HALF_DROPPED);
}

/* How far above what needs no network the training loss may settle. */
static double
limit_of_level (const FsEvidence *evidence)
{
  return evidence->penalty_share > RULING_PENALTY
                 || largest_dropout (evidence->experiment) > HALF_DROPPED
             ? ABOVE_UNDER_PENALTY
             : FS_ABOVE_SIMPLE;
}

static bool
leaves_unlearned (const FsEvidence *evidence)
{
  return evidence->has_examples && evidence->has_baselines
         && evidence->train_level > LEFT_UNLEARNED * evidence->naive[FS_EVIDENCE_TRAIN];
}

/* No line tells what examples have to teach. That more is dropped than kept, or that the penalty outweighs the loss,
 * while training has not left validation behind and much is unlearned, tells that restraint is all that is left
 * to take away. */
static bool
holds_examples_back (const FsEvidence *evidence)
{
  return leaves_unlearned (evidence) && evidence->curve->n >= FS_N_TO_SETTLE
         && !evidence->curve->is_overfitting && evidence->train_gain < CUT_OFF_GAIN
         && evidence->gap > 0 && evidence->gap < NO_GAP
         && (evidence->penalty_share > RULING_PENALTY
             || largest_dropout (evidence->experiment) > HALF_DROPPED);
}

/* Two witnesses: forecasts that play safe; or a level above what needs no network. */
double
fs_judge_over_regularised (const FsEvidence *evidence)
{
  if (holds_examples_back (evidence))
    return 0.8;
  if (!evidence->experiment || !is_restrained (evidence->experiment) || !evidence->has_baselines
      || evidence->curve->n < FS_N_TO_SETTLE || evidence->curve->is_overfitting)
    return 0;
  double restraint = measure_restraint (evidence), level = limit_of_level (evidence);
  double shrunk = (evidence->shrinkage - 1) / (SHRUNK - 1);
  double above =
      evidence->has_signal
          ? evidence->train_level / evidence->simple[FS_EVIDENCE_TRAIN] / level
          : evidence->train_level / evidence->naive[FS_EVIDENCE_TRAIN] / FS_ABOUT_THE_MEAN;
  if (evidence->has_signal && evidence->curve->best < evidence->simple[FS_EVIDENCE_VALIDATION])
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
  if (evidence->has_signal)
    add_level_sign (finding, evidence, limit_of_level (evidence));
  fs_sign_add (finding, "loss as trained on against evaluated", fs_evidence_hold_back (evidence),
               NAN, HELD_BACK, "");
  fs_sign_add (finding, "penalty against the loss", evidence->penalty_share, NAN, HEAVY_PENALTY,
               "");
  fs_advise_capacity (finding, evidence);
}

/* Better than the network on both parts. */
static bool
is_above_simple (const FsEvidence *evidence)
{
  return evidence->has_signal && evidence->train_level > evidence->simple[FS_EVIDENCE_TRAIN]
         && evidence->curve->best > evidence->simple[FS_EVIDENCE_VALIDATION];
}

/* How far above what needs no network it stands on both parts, 1 = at the limit. Somewhat on both is as sure as
 * more on one. */
static double
exceeds_simple (const FsEvidence *evidence)
{
  if (!is_above_simple (evidence))
    return 0;
  double train = evidence->train_level / evidence->simple[FS_EVIDENCE_TRAIN];
  double validation = evidence->curve->best / evidence->simple[FS_EVIDENCE_VALIDATION];
  return fmax (train / FS_ABOVE_SIMPLE, fmin (train, validation) / ABOVE_ON_BOTH);
}

/* Training that gains on, and would reach it, has not. */
static bool
has_ended (const FsEvidence *evidence)
{
  double ratio = evidence->train_level / evidence->simple[FS_EVIDENCE_TRAIN];
  return fs_evidence_is_slow (evidence, ratio)
         || (fs_evidence_is_above_naive (evidence) && evidence->validation_gain < FS_FALLING_GAIN);
}

/* What was still gained. Of a few epochs there is no jitter that a gain could be held against: that the best is at
 * their end must do. */
static double
cut_off_gain (const FsEvidence *evidence)
{
  if (evidence->n < FS_N_TO_JUDGE)
    return 0; /* a run of a handful of epochs has no fifths: the last step is all there is to see */
  if (evidence->has_baselines
      && fmax (evidence->validation_gain, evidence->train_gain) * evidence->validation_level
             < NEXT_TO_NOTHING * evidence->naive[FS_EVIDENCE_VALIDATION])
    return 0;
  if (evidence->n >= FS_N_TO_SETTLE)
    return fmin (evidence->validation_gain, evidence->train_gain);
  return evidence->curve->best_epoch + 1 >= fs_evidence_newest (evidence)->epoch
             ? fmax (evidence->train_gain, evidence->validation_gain)
             : 0;
}

static double
cut_off_limit (const FsEvidence *evidence)
{
  if (evidence->n < FS_N_TO_SETTLE)
    return CUT_OFF_GAIN_OF_FEW;
  /* Examples are still about what the mean scores: all is to be had. */
  bool is_at_mean = evidence->has_examples && evidence->has_baselines && !evidence->has_begun;
  return is_above_simple (evidence) || is_at_mean ? CUT_OFF_GAIN_BELOW : CUT_OFF_GAIN;
}

double
fs_judge_stopped_early (const FsEvidence *evidence)
{
  if (evidence->history->end != FS_END_EPOCHS || evidence->n < 4 || evidence->curve->is_overfitting)
    return 0;
  /* On a walk what is still gained is the way to repeating the last value. */
  if (evidence->is_walk)
    return 0;
  if (evidence->n < FS_N_TO_SETTLE && evidence->has_signal
      && evidence->train_level > evidence->simple[FS_EVIDENCE_TRAIN])
    return 0.85; /* too few epochs to see a course, and what needs no network still does better */
  /* On its way there: it would reach that in as long again twice over. */
  bool comes =
      evidence->n >= FS_N_TO_SETTLE && exceeds_simple (evidence) >= 1 && !has_ended (evidence);
  double ratio = cut_off_gain (evidence) / cut_off_limit (evidence);
  return fmax (comes ? 0.8 : 0, ratio > 1 ? fs_confidence_at (ratio) : 0);
}

void
fs_say_stopped_early (FsFinding *finding, const FsEvidence *evidence)
{
  char gain[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Stopped while it was still learning");
  if (evidence->has_signal && evidence->train_level > evidence->simple[FS_EVIDENCE_TRAIN])
    FS_SAY (finding->detail, "after %zu epochs %s is still better on training", evidence->n,
            fs_text (evidence->simple_name));
  else
    FS_SAY (finding->detail, "over the last fifth of the %zu epochs the %s fell %s", evidence->n,
            evidence->validation_gain > 0 ? fs_evidence_monitored_loss (evidence)
                                          : fs_text ("training loss"),
            fs_words_percent (cut_off_gain (evidence), gain));
  FS_SAY (finding->cause, "The number of epochs ended the run, not the data.");
  if (!(cut_off_gain (evidence) > cut_off_limit (evidence)))
    add_level_sign (finding, evidence, 1);
  fs_sign_add_percent (finding, "gain of the last fifth", cut_off_gain (evidence), NAN,
                       cut_off_limit (evidence));
  if (evidence->experiment)
    fs_advise_set (finding, evidence, "train.epochs",
                   3.0 * (double) evidence->experiment->train.epochs);
  else
    FS_SAY (finding->advice, "Train three times as long.");
}

/* Of a loss that has a floor the gain is a share of what is above it, if of anything. That of examples may go to
 * zero, and by ever the same share: what counts is the share of what there was to learn. */
static bool
comes_down (const FsEvidence *evidence)
{
  return evidence->has_examples && evidence->has_baselines
             ? evidence->train_gain * evidence->train_level
                   >= CUT_OFF_GAIN_OF_ALL * evidence->naive[FS_EVIDENCE_TRAIN]
             : evidence->train_gain >= CUT_OFF_GAIN;
}

/* A layer of a unit or two that uses all it has, and has settled: what it lacks cannot be seen by a
 * straight line's score where the network has found more than that. */
static bool
is_exhausted (const FsEvidence *evidence)
{
  /* What has learned nothing has nothing to overfit. */
  bool overfits = evidence->curve->is_overfitting
                  && !(evidence->has_examples && fs_evidence_is_above_naive (evidence));
  if (!evidence->probe || overfits || evidence->curve->n < FS_N_TO_SETTLE || comes_down (evidence))
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
  if (is_exhausted (evidence) && (evidence->has_signal || leaves_unlearned (evidence)))
    return 0.8;
  double ratio = exceeds_simple (evidence);
  return evidence->curve->n >= FS_N_TO_SETTLE && ratio >= 1 && has_ended (evidence)
             ? fs_confidence_at (ratio)
             : 0;
}

void
fs_say_underfitting (FsFinding *finding, const FsEvidence *evidence)
{
  const double simple = evidence->simple[FS_EVIDENCE_TRAIN];
  char level[FS_NUMBER_SIZE], other[FS_NUMBER_SIZE];
  if (is_exhausted (evidence) && evidence->train_level < FS_ABOVE_SIMPLE * simple)
    {
      FS_SAY (finding->headline, "Underfitting: too few units");
      FS_SAY (finding->detail, "training loss has settled at %s with every unit in full use",
              fs_words_number (evidence->train_level, level));
      FS_SAY (finding->cause,
              "A unit or two cannot hold more than one or two numbers about the past.");
      fs_advise_capacity (finding, evidence);
      return;
    }
  fs_words_number (evidence->train_level, level);
  fs_words_number (simple, other);
  if (simple == evidence->ridge[FS_EVIDENCE_TRAIN])
    {
      FS_SAY (finding->headline, "Underfitting: a straight line does better");
      FS_SAY (finding->detail,
              "training loss has settled at %s, where a linear forecast from the same windows "
              "reaches %s",
              level, other);
    }
  else
    {
      FS_SAY (finding->headline, "Underfitting: %s does better", fs_text (evidence->simple_name));
      FS_SAY (finding->detail, "training loss has settled at %s, where %s scores %s", level,
              fs_text (evidence->simple_name), other);
    }
  FS_SAY (finding->cause, "Too few units, too much restraint or too short steps: the signal is "
                          "there, and the network has not found it.");
  add_level_sign (finding, evidence, FS_ABOVE_SIMPLE);
  fs_sign_add_percent (finding, "gain of the last fifth", evidence->train_gain, FS_LEARNING_GAIN,
                       NAN);
  fs_advise_capacity (finding, evidence);
}
