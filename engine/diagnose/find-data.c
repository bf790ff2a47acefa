/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings about the data: exact, and known before the first epoch. What is found here harms often but
 * not always, so most of these rows are notes until a symptom shows; see finding.h. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A prepared column trains well with a spread of 0.1 to 10 and a mean within three of its sds: wider
 * ones saturate gates (0.997 of them at a spread of 50), narrower ones drown in the biases. Columns
 * scaled to 0 … 1 have spreads of 0.15 to 0.3 and means of 2 to 3 sds, and are well. */
#define LEAST_SPREAD 0.1
#define MOST_SPREAD 10.0
#define MOST_CENTRE 3.0

/* And so far out that no symptom need be waited for. */
#define GROSS_RATIO 3.0

/* In robust sds: a normal column of 10,000 rows stays below 5, a skewed one below 10. */
#define HEAVY_REACH 10.0
#define GROSS_HEAVY_REACH 40.0

#define MANY_MISSING 0.2

/* The share of what its past leaves open of the target that one input explains. Real drivers explain
 * a tenth to a third (rain, and the river a day later: 0.2); a smoothed copy of the target itself, or
 * one with noise, over four fifths. */
#define GIVEAWAY_SHARE 0.8

/* A column that is the target one row ahead, but for noise of its own, has this squared correlation with it. */
#define AHEAD_SHARE 0.9

/* An input of an example that is the answer from its first step to its last, but for noise. */
#define ANSWER_SHARE 0.95

/* How much more of the correlation an input may have further back than the window reaches. */
#define LATE_GAIN 0.2

/* Repeating the last season against a straight line through the window. */
#define SEASON_BEATS_LINE 0.8

/* What rows older than the window take from a straight line's squared error: 6 % are the 3 % of the error
 * that count as harm anywhere. */
#define UNSEEN_PAST FS_HARMFUL_LOSS
#define SURELY_UNSEEN_PAST 0.1

/* The training loss is as far above what needs no network, in the same window. */
#define UNLEARNED 1.1

/* The shift is what one sees: validation scores worse than repeating the last value by this factor, while
 * training scores better. */
#define SHIFT_HARMS 1.2

#define SHIFTED_BY 2.0 /* sds of the training part */
#define LEAST_WINDOWS 30
#define UNSURE_SHARE 0.15 /* standard error of the validation score */
#define MANY_WEIGHTS 50.0 /* for each number to learn from */
#define DUPLICATE 0.999

static double
beyond (double value, double low, double high)
{
  if (value > high)
    return value / high;
  return value > 0 && value < low ? low / value : 0;
}

static double
confidence_beyond (double ratio)
{
  if (!(ratio > 1))
    return 0;
  return ratio > GROSS_RATIO ? 0.99 : 0.9;
}

double
fs_judge_missing_code (const FsEvidence *evidence)
{
  return evidence->data && evidence->data->sentinel_share > 0 ? 0.95 : 0;
}

void
fs_say_missing_code (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  char number[FS_NUMBER_SIZE];
  fs_words_number (data->sentinel, number);
  FS_SAY (finding->headline, "%s looks like a code for missing", number);
  FS_SAY (finding->detail,
          "it repeats at the end of the target's range, far from all other values");
  FS_SAY (finding->cause,
          "A code read as a measurement stretches the scale, and the network learns "
          "to forecast the code.");
  fs_sign_add_percent (finding, "rows with this value", data->sentinel_share, 0, 0.002);
  fs_advise_edit (
      finding, fs_edit_insert_step (0, FS_STEP_CLIP, "method=mad action=missing columns=all"),
      "Add the step Cut outliers (median deviation, to missing) before gaps are filled.");
}

double
fs_judge_missing_values (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  return data && data->missing.value > MANY_MISSING
             ? fs_confidence_at (data->missing.value / MANY_MISSING)
             : 0;
}

void
fs_say_missing_values (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  const FsExperiment *experiment = evidence->experiment;
  char number[FS_NUMBER_SIZE], key[64];
  FS_SAY (finding->headline, "Much of %.40s is filled in", data->missing.name);
  FS_SAY (finding->detail, "%s of its values are missing in the file",
          fs_words_percent (data->missing.value, number));
  FS_SAY (finding->cause, "Filled values are the step's invention: the network learns how gaps are "
                          "bridged.");
  fs_sign_add_percent (finding, "missing values", data->missing.value, 0, MANY_MISSING);
  if (data->longest_gap > 1)
    fs_sign_add (finding, "longest gap of the target", (double) data->longest_gap, 0,
                 (double) data->length, FS_WORDS (" rows"));
  for (size_t i = 0; experiment && i < experiment->n_steps; i++)
    if (experiment->steps[i].kind == FS_STEP_IMPUTE && !experiment->steps[i].marks_gaps)
      {
        FS_SAY (key, "prepare.%zu.mark_gaps", i);
        fs_advise_word (finding, evidence, key, "true");
        break;
      }
}

double
fs_judge_leak (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data)
    return 0;
  if (data->giveaway.value > GIVEAWAY_SHARE)
    return data->giveaway.value > 0.95 ? 0.97 : 0.85;
  return data->ahead.value > AHEAD_SHARE || data->answer.value > ANSWER_SHARE ? 0.85 : 0;
}

void
fs_say_leak (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  const FsExperiment *experiment = evidence->experiment;
  const bool is_giveaway = data->giveaway.value > GIVEAWAY_SHARE;
  const bool is_answer = !is_giveaway && data->answer.value > ANSWER_SHARE;
  const FsChannelFact *fact = is_giveaway ? &data->giveaway
                              : is_answer ? &data->answer
                                          : &data->ahead;
  char number[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "%.40s gives the target away", fact->name);
  if (is_answer)
    FS_SAY (finding->detail, "%s of its variance is the answer, at the first step as at the last",
            fs_words_percent (fact->value, number));
  else if (is_giveaway)
    FS_SAY (finding->detail,
            "it explains %s of what the target's own past leaves open, one row before the target",
            fs_words_percent (fact->value, number));
  else
    FS_SAY (
        finding->detail,
        "%s of it is the target one row later, and the rest does not depend on the target's past",
        fs_words_percent (fact->value, number));
  FS_SAY (finding->cause, is_answer ? "A column made from the answer needs no sequence to be read, "
                                      "and is not there where the answer is not known yet."
                                    : FS_WORDS ("A column made from the target's future looks like "
                                                "a driver, and is not there on the day of the "
                                                "forecast."));
  if (is_answer)
    fs_sign_add_percent (finding, "of its variance, the answer", fact->value, 0, ANSWER_SHARE);
  else if (is_giveaway)
    fs_sign_add_percent (finding, "explained beyond its past", fact->value, 0, GIVEAWAY_SHARE);
  else
    fs_sign_add_percent (finding, "the target one row later", fact->value, 0, AHEAD_SHARE);
  if (!experiment || fact->channel < 1 || fact->channel > experiment->data.n_inputs)
    return;
  char sentence[192];
  FsEdit edit = { .kind = FS_EDIT_REMOVE_INPUT, .index = fact->channel - 1 };
  FS_SAY (sentence, "Leave %.60s out of Further inputs.", fact->name);
  fs_advise_edit (finding, edit, sentence);
}

double
fs_judge_overlap (const FsEvidence *evidence)
{
  return evidence->data && evidence->data->n_overlapping > 0 ? 1 : 0;
}

void
fs_say_overlap (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  FS_SAY (finding->headline, "Validation has been seen in training");
  FS_SAY (finding->detail, "%zu of %zu validation windows aim at rows that a training window holds",
          data->n_overlapping, data->n_windows[FS_PART_VALIDATION]);
  FS_SAY (finding->cause,
          "Neighbouring windows share rows; shuffled between the parts, they tell the answers.");
  fs_sign_add (finding, "overlapping windows", (double) data->n_overlapping, 0, 0, "");
  fs_sign_add (finding, "training windows that share rows with other parts",
               (double) data->n_sharing, 0, 0, "");
  fs_advise_word (finding, evidence, "split.method", "chronological");
}

double
fs_judge_fitted_on_all (const FsEvidence *evidence)
{
  return evidence->data && evidence->data->wrong_fit > 0 ? 1 : 0;
}

void
fs_say_fitted_on_all (FsFinding *finding, const FsEvidence *evidence)
{
  const size_t step = evidence->data->wrong_fit - 1;
  char key[64];
  FS_SAY (finding->headline, "Step %zu is fitted on all rows", step + 1);
  FS_SAY (finding->detail,
          "it learns from the rows it will be tested on; the harm is usually small");
  FS_SAY (finding->cause, "Whatever is fitted, a mean as much as a weight, belongs to training.");
  FS_SAY (key, "prepare.%zu.fit_on_all_rows", step);
  fs_advise_word (finding, evidence, key, "false");
}

double
fs_judge_unscaled_target (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || !(data->target_sd > 0))
    return 0;
  double spread = beyond (data->target_sd, LEAST_SPREAD, MOST_SPREAD);
  double centre = beyond (fabs (data->target_mean) / fmax (data->target_sd, 1), 0, MOST_CENTRE);
  return confidence_beyond (fmax (spread, centre));
}

void
fs_say_unscaled_target (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  char sd[FS_NUMBER_SIZE], mean[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "The target is not scaled");
  FS_SAY (finding->detail, "after preparation its mean is %s and its standard deviation %s",
          fs_words_number (data->target_mean, mean), fs_words_number (data->target_sd, sd));
  FS_SAY (finding->cause, "The network starts near 0 with steps made for numbers near 1: it spends "
                          "its epochs on reaching the level.");
  fs_sign_add (finding, "spread of the prepared target", data->target_sd, LEAST_SPREAD, MOST_SPREAD,
               "");
  fs_sign_add (finding, "its mean, in sds or units",
               fabs (data->target_mean) / fmax (data->target_sd, 1), 0, MOST_CENTRE, "");
  fs_advise_scaling (finding, evidence);
}

double
fs_judge_unscaled_input (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || data->widest.value == 0)
    return 0;
  double spread =
      data->widest.channel == 0 ? 0 : beyond (data->widest.value, LEAST_SPREAD, MOST_SPREAD);
  return confidence_beyond (spread);
}

void
fs_say_unscaled_input (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  char sd[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "%.40s is not scaled", data->widest.name);
  FS_SAY (finding->detail, "after preparation its standard deviation is %s",
          fs_words_number (data->widest.value, sd));
  FS_SAY (finding->cause,
          data->widest.value > 1
              ? "Wide inputs push the gates to their ends, where they no longer learn."
              : FS_WORDS ("Inputs that hardly move are drowned by the others."));
  fs_sign_add (finding, "spread of the input", data->widest.value, LEAST_SPREAD, MOST_SPREAD, "");
  fs_advise_scaling (finding, evidence);
}

double
fs_judge_heavy_tails (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || !(data->heaviest.value > HEAVY_REACH))
    return 0;
  return data->heaviest.value > GROSS_HEAVY_REACH ? 0.93 : 0.85;
}

void
fs_say_heavy_tails (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  char reach[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "%.40s has extreme values", data->heaviest.name);
  FS_SAY (finding->detail, "the farthest lies %s robust standard deviations from the median",
          fs_words_number (data->heaviest.value, reach));
  FS_SAY (finding->cause,
          "A few rows make most of a squared error; the weights follow them, not the rest.");
  fs_sign_add (finding, "farthest value", data->heaviest.value, 0, HEAVY_REACH,
               FS_WORDS (" robust sd"));
  if (evidence->forecast && evidence->forecast->n > 0)
    fs_sign_add_percent (finding, "error in the worst hundredth of windows",
                         evidence->forecast->worst_share, 0, 0.3);
  /* Cutting inputs costs nothing that is to be forecast; of the target, only the weight of its
   * extremes may be taken away. */
  if (data->heaviest.channel > 0)
    fs_advise_edit (finding, fs_edit_insert_step (0, FS_STEP_CLIP, "method=mad"),
                    "Add the step Cut outliers (median deviation) for the inputs.");
  else if (evidence->experiment && evidence->experiment->train.loss == FS_LOSS_MSE)
    fs_advise_word (finding, evidence, "train.loss", "huber");
}

double
fs_judge_constant_input (const FsEvidence *evidence)
{
  return evidence->data && evidence->data->constant.value > 0 ? 1 : 0;
}

static void
advise_without (FsFinding *finding, const FsEvidence *evidence, const FsChannelFact *fact)
{
  char sentence[192];
  if (!evidence->experiment || fact->channel < 1
      || fact->channel > evidence->experiment->data.n_inputs)
    return;
  FsEdit edit = { .kind = FS_EDIT_REMOVE_INPUT, .index = fact->channel - 1 };
  FS_SAY (sentence, "Leave %.60s out of Further inputs.", fact->name);
  fs_advise_edit (finding, edit, sentence);
}

void
fs_say_constant_input (FsFinding *finding, const FsEvidence *evidence)
{
  FS_SAY (finding->headline, "%.40s never changes in training", evidence->data->constant.name);
  FS_SAY (finding->detail, "the network cannot learn what it means when it does change");
  FS_SAY (finding->cause,
          "Its weights keep the values they were drawn with, and act once it moves.");
  advise_without (finding, evidence, &evidence->data->constant);
}

double
fs_judge_duplicate_input (const FsEvidence *evidence)
{
  return evidence->data && evidence->data->copy.value > DUPLICATE ? 0.95 : 0;
}

void
fs_say_duplicate_input (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  FS_SAY (finding->headline, "%.40s repeats another column", data->copy.name);
  FS_SAY (finding->detail, "up to scale and offset it is the same");
  FS_SAY (finding->cause, "It adds weights and no news.");
  fs_sign_add (finding, "correlation with the other", data->copy.value, NAN, DUPLICATE, "");
  advise_without (finding, evidence, &data->copy);
}

double
fs_judge_late_input (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  return data && data->late.value > LATE_GAIN ? fs_confidence_at (data->late.value / LATE_GAIN) : 0;
}

void
fs_say_late_input (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  FS_SAY (finding->headline, "%.40s acts %zu rows later", data->late.name, data->late_lag + 1);
  FS_SAY (finding->detail,
          "further back than the window's %zu rows it says more about the target "
          "than within",
          data->length);
  FS_SAY (finding->cause,
          "Input and target are out of step, or the window is too short to see what "
          "drives the target.");
  fs_sign_add (finding, "correlation gained beyond the window", data->late.value, NAN, LATE_GAIN,
               "");
  fs_sign_add (finding, "lag", (double) data->late_lag + 1, 1, (double) data->length,
               FS_WORDS (" rows"));
  fs_advise_set (finding, evidence, "window.length", (double) data->late_lag + 2);
}

double
fs_judge_drift (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || data->n_windows[FS_PART_VALIDATION] == 0)
    return 0;
  double shift = fabs (data->validation_shift);
  if (!(shift > SHIFTED_BY))
    return 0;
  bool is_seen = evidence->has_baselines && evidence->n >= FS_N_TO_SETTLE
                 && evidence->curve->best > SHIFT_HARMS * evidence->naive[FS_EVIDENCE_VALIDATION]
                 && evidence->train_level < evidence->naive[FS_EVIDENCE_TRAIN];
  return is_seen ? 0.97 : 0.96 - 0.16 / (shift / SHIFTED_BY);
}

void
fs_say_drift (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  const FsExperiment *experiment = evidence->experiment;
  char shift[FS_NUMBER_SIZE], outside[FS_NUMBER_SIZE], settings[64];
  FS_SAY (finding->headline, "Validation drifts");
  FS_SAY (finding->detail, "it lies %s sd %s the training rows, %s of it beyond their range",
          fs_words_number (fabs (data->validation_shift), shift),
          data->validation_shift > 0 ? fs_text ("above") : fs_text ("below"),
          fs_words_percent (data->validation_outside, outside));
  FS_SAY (finding->cause,
          "Part of the gap is the trend, not memory: the network has never seen such "
          "levels.");
  fs_sign_add (finding, "shift of the mean", data->validation_shift, -SHIFTED_BY, SHIFTED_BY,
               FS_WORDS (" sd"));
  fs_sign_add_percent (finding, "beyond the training range", data->validation_outside, 0, 0.1);
  if (!experiment)
    return;
  for (size_t i = 0; i < experiment->n_steps; i++)
    if (experiment->steps[i].is_enabled && experiment->steps[i].kind == FS_STEP_DIFFERENCE)
      return;
  size_t place = 0;
  while (place < experiment->n_steps && experiment->steps[place].kind != FS_STEP_SCALE)
    place++;
  FS_SAY (settings, "lag=%zu", data->season > 1 ? data->season : (size_t) 1);
  fs_advise_edit (finding, fs_edit_insert_step (place, FS_STEP_DIFFERENCE, settings),
                  data->season > 1 ? "Add the step Difference over one season, before scaling."
                                   : FS_WORDS ("Add the step Difference, before scaling."));
}

/* To blame where older rows would tell more: to an autoregression, or by repeating the last season. */
double
fs_judge_short_window (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data)
    return 0;
  if (data->unseen_past > UNSEEN_PAST)
    {
      /* What has not learned what its window tells, or has learned it by heart, has another fault; and what finds more in its window than
       * a line does may not miss what the line misses. */
      if (evidence->has_memorised || evidence->is_noise
          || (evidence->has_signal && evidence->n >= FS_N_TO_SETTLE
              && evidence->train_level > UNLEARNED * evidence->simple[FS_EVIDENCE_TRAIN]))
        return 0.5;
      const double left = 1 - data->unseen_past;
      bool is_missed = evidence->has_baselines && evidence->n >= FS_N_TO_SETTLE
                       && evidence->train_level > left * evidence->ridge[FS_EVIDENCE_TRAIN]
                       && evidence->curve->best > left * evidence->ridge[FS_EVIDENCE_VALIDATION];
      return data->unseen_past > SURELY_UNSEEN_PAST || is_missed ? 0.92 : 0.8;
    }
  if (data->season <= data->length)
    return 0;
  return evidence->seasonal_naive < SEASON_BEATS_LINE * evidence->ridge[FS_EVIDENCE_VALIDATION]
             ? 0.91
             : 0.5;
}

void
fs_say_short_window (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  char share[FS_NUMBER_SIZE];
  if (data->unseen_past > UNSEEN_PAST)
    {
      FS_SAY (finding->headline, "The window is too short");
      FS_SAY (finding->detail,
              "with %zu rows instead of %zu a straight line has %s less squared error",
              data->unseen_rows, data->length, fs_words_percent (data->unseen_past, share));
      FS_SAY (finding->cause, "What counts happened before the window begins.");
      fs_sign_add_percent (finding, "told by rows before the window", data->unseen_past, 0,
                           UNSEEN_PAST);
      fs_advise_set (
          finding, evidence, "window.length",
          (double) (data->season > data->unseen_rows ? data->season : data->unseen_rows));
      return;
    }
  FS_SAY (finding->headline, "The window is shorter than the season");
  FS_SAY (finding->detail, "it holds %zu rows, and the series repeats every %zu", data->length,
          data->season);
  FS_SAY (finding->cause, "What happened at this point of the last season is out of sight.");
  fs_sign_add (finding, "window against season", (double) data->length / (double) data->season, 1,
               NAN, "");
  fs_advise_set (finding, evidence, "window.length", (double) data->season);
}

static double
unsure_share (const FsEvidence *evidence)
{
  return evidence->forecast && evidence->forecast->n > 0
                 && isfinite (evidence->forecast->error_share)
             ? evidence->forecast->error_share
             : 0;
}

double
fs_judge_small_validation (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || data->n_windows[FS_PART_VALIDATION] == 0)
    return 0;
  double few = (double) LEAST_WINDOWS / (double) data->n_windows[FS_PART_VALIDATION];
  double unsure = unsure_share (evidence) / (2 * UNSURE_SHARE);
  double ratio = fmax (few, unsure);
  return ratio > 1 ? fs_confidence_at (ratio) : 0;
}

void
fs_say_small_validation (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  const FsExperiment *experiment = evidence->experiment;
  char number[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "The validation score is uncertain");
  if (unsure_share (evidence) > 0)
    FS_SAY (finding->detail, "%zu windows: its standard error is %s of it",
            data->n_windows[FS_PART_VALIDATION],
            fs_words_percent (unsure_share (evidence), number));
  else
    FS_SAY (finding->detail, "it rests on %zu windows", data->n_windows[FS_PART_VALIDATION]);
  FS_SAY (finding->cause, "A few windows decide which epoch or setting looks best.");
  fs_sign_add (finding, "validation windows", (double) data->n_windows[FS_PART_VALIDATION],
               LEAST_WINDOWS, NAN, "");
  if (unsure_share (evidence) > 0)
    fs_sign_add_percent (finding, "standard error of the score", unsure_share (evidence), 0,
                         UNSURE_SHARE);
  if (experiment && experiment->split.train + experiment->split.validation < 0.85)
    fs_advise_set (finding, evidence, "split.validation", experiment->split.validation + 0.1);
  else if (experiment && experiment->split.train > 0.6)
    fs_advise_set (finding, evidence, "split.train", experiment->split.train - 0.1);
}

double
fs_judge_many_weights (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || data->n_training_values == 0)
    return 0;
  double ratio = (double) data->n_parameters / (double) data->n_training_values / MANY_WEIGHTS;
  return ratio > 1 ? fs_confidence_at (ratio) : 0;
}

void
fs_say_many_weights (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  double ratio = (double) data->n_parameters / (double) data->n_training_values;
  FS_SAY (finding->headline, "Far more weights than numbers to learn from");
  FS_SAY (finding->detail, "%zu weights for %zu training values", data->n_parameters,
          data->n_training_values);
  FS_SAY (finding->cause,
          "Such a network can memorise every value; that it does is only a matter of "
          "epochs.");
  fs_sign_add (finding, "weights for each value", ratio, 0, MANY_WEIGHTS, "");
  if (evidence->experiment)
    {
      size_t recurrent = fs_largest_recurrent (evidence->experiment);
      char key[64];
      FS_SAY (key, "model.layers.%zu.units", recurrent);
      if (recurrent < evidence->experiment->n_layers
          && evidence->experiment->layers[recurrent].units > 1)
        fs_advise_set (finding, evidence, key,
                       floor ((double) evidence->experiment->layers[recurrent].units / 2));
    }
}
