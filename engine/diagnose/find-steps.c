/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings about how training moves: losses that leave the numbers, learning rate, clipping, batches,
 * schedule. The figures in brackets are medians of ill against healthy runs of small LSTMs. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include <string.h>
#include "engine/diagnose/limits.h"

#define N_DIVERGING 5

/* Every parameter of a network that trains moves by more than this share of itself in a batch, also at
 * the end (1e-6); what does not is not connected, or not trained. */
#define FROZEN_RATIO 1e-9

/* Clipping also has to be far below what the gradients are. */
#define CLIPPED_BY 10.0

#define TINY_UPDATE 3e-5
#define TINY_STEP 1.5e-4
#define LITTLE_GAIN 0.3

/* Dead units [0.6 against 0] that speak of too high a rate. */
#define DEAD_SHARE 0.3
#define WEIGHTY_PENALTY 0.1
#define RULING_PENALTY 1.0

/* The first with one of the others at once, which healthy runs have not [0.1 … 0.2 with 0.06 … 0.1 of jitter, an
 * eighth to a quarter of the units dead, or steps of 0.011 … 0.017 at thirty times the rate]. */
#define SOME_AT_LIMITS 0.05
#define SWINGING 0.05
#define SOME_DEAD 0.1
#define LONG_STEP 0.01

#define FEW_BATCHES 2
#define ENOUGH_STEPS 600
#define FEWEST_STEPS 100 /* after which no network of any size has settled */

#define DECAYED_TO 0.05
#define FALLING_A_FIFTH 0.05

static bool
is_finite_at (const FsHistory *history, size_t i)
{
  return isfinite (history->observations[i].train_loss)
         && isfinite (fs_history_monitored (history, i));
}

double
fs_judge_diverged (const FsEvidence *evidence)
{
  const FsHistory *history = evidence->history;
  if (history->end == FS_END_NON_FINITE)
    return 1;
  if (evidence->n == 0)
    return 0;
  if (!is_finite_at (history, evidence->n - 1))
    return 1;
  return evidence->curve->n_diverging >= N_DIVERGING ? 0.95 : 0;
}

void
fs_say_diverged (FsFinding *finding, const FsEvidence *evidence)
{
  const FsHistory *history = evidence->history;
  const FsLossCurve *curve = evidence->curve;
  char from[FS_NUMBER_SIZE], to[FS_NUMBER_SIZE];
  if (history->end == FS_END_NON_FINITE)
    {
      FS_SAY (finding->headline, "Not a number since step %llu",
              (unsigned long long) history->non_finite_step);
      if (history->non_finite_tensor[0])
        FS_SAY (finding->detail,
                "%s was the first to hold a value that is not finite, at step %llu",
                history->non_finite_tensor, (unsigned long long) history->non_finite_step);
      else
        FS_SAY (finding->detail,
                "the loss itself was the first value that is not finite, at step %llu",
                (unsigned long long) history->non_finite_step);
    }
  else if (curve->n_diverging == 0 || curve->epoch != fs_evidence_newest (evidence)->epoch)
    {
      FS_SAY (finding->headline, "Not a number at epoch %u", fs_evidence_newest (evidence)->epoch);
      FS_SAY (finding->detail, "the loss of epoch %u is not a finite number",
              fs_evidence_newest (evidence)->epoch);
    }
  else
    {
      FS_SAY (finding->headline, "Diverged");
      FS_SAY (finding->detail,
              "training loss went from its lowest, %s, up to %s, above where it began",
              fs_words_number (curve->best_train, from), fs_words_number (curve->train, to));
      fs_sign_add (finding, "training loss against its lowest", curve->train / curve->best_train, 1,
                   2, FS_WORDS (" times"));
    }
  FS_SAY (finding->cause,
          "Each step overshoots by more than the one before: the steps are too long "
          "for this slope.");
  fs_advise_lower_rate (finding, evidence);
}

static size_t
count_frozen (const FsEvidence *evidence, size_t *n_moving)
{
  const FsProbe *probe = evidence->probe;
  size_t n_frozen = 0;
  *n_moving = 0;
  for (size_t i = 0; probe && i < probe->n_tensors; i++)
    if (probe->tensors[i].weight_norm > 0)
      {
        bool is_frozen = (double) probe->tensors[i].update_ratio < FROZEN_RATIO;
        n_frozen += is_frozen;
        *n_moving += !is_frozen;
      }
  return n_frozen;
}

double
fs_judge_frozen (const FsEvidence *evidence)
{
  size_t n_moving;
  return evidence->n > 0 && fs_evidence_newest (evidence)->learning_rate > 0
                 && count_frozen (evidence, &n_moving) > 0
             ? 0.95
             : 0;
}

void
fs_say_frozen (FsFinding *finding, const FsEvidence *evidence)
{
  size_t n_moving, n_frozen = count_frozen (evidence, &n_moving);
  FS_SAY (finding->headline, "Some weights never move");
  FS_SAY (finding->detail, "%zu of %zu tensors took no step in epoch %u", n_frozen,
          n_frozen + n_moving, evidence->probe->epoch);
  FS_SAY (finding->cause, "No gradient reaches them, or they are not trained: the network is "
                          "smaller than it looks.");
  fs_sign_add (finding, "tensors without a step", (double) n_frozen, 0, 0, "");
}

double
fs_judge_symmetric (const FsEvidence *evidence)
{
  const FsProbe *probe = evidence->probe;
  for (size_t i = 0; probe && i < probe->n_layers; i++)
    {
      const FsLayerProbe *layer = &probe->layers[i];
      if (layer->n_units >= 4 && (double) layer->effective_rank * fmin (layer->n_units, 64) < 1.02)
        return 0.9;
    }
  return 0;
}

void
fs_say_symmetric (FsFinding *finding, const FsEvidence *evidence)
{
  FS_SAY (finding->headline, "All units say the same");
  FS_SAY (finding->detail, "the states of a whole layer are one number over and over");
  FS_SAY (finding->cause, "Units that begin alike get the same gradient and stay alike.");
  fs_sign_add (finding, "independent directions, share of units",
               (double) evidence->probe->layers[0].effective_rank, 0.1, NAN, "");
}

double
fs_judge_tight_clip (const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  if (!experiment || evidence->n == 0 || !(experiment->train.clip_norm > 0))
    return 0;
  const FsObservation *seen = fs_evidence_newest (evidence);
  double ratio = seen->gradient_norm / experiment->train.clip_norm / CLIPPED_BY;
  return seen->clipped_share >= FS_LIMIT_CLIPPED && ratio > 1 ? fs_confidence_at (ratio) : 0;
}

void
fs_say_tight_clip (FsFinding *finding, const FsEvidence *evidence)
{
  const FsObservation *seen = fs_evidence_newest (evidence);
  double clip = evidence->experiment->train.clip_norm;
  char share[FS_NUMBER_SIZE], ratio[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Clipping holds training back");
  FS_SAY (finding->detail, "%s of the batches are cut, and a usual gradient is %s times the limit",
          fs_words_percent (seen->clipped_share, share),
          fs_words_number (seen->gradient_norm / clip, ratio));
  FS_SAY (finding->cause, "A guard against rare spikes has become the length of every step.");
  fs_sign_add_percent (finding, "batches that are clipped", seen->clipped_share, 0,
                       FS_LIMIT_CLIPPED);
  fs_sign_add (finding, "gradient against the limit", seen->gradient_norm / clip, NAN, CLIPPED_BY,
               FS_WORDS (" times"));
  fs_advise_set (finding, evidence, "train.clip_norm", fmax (1, seen->gradient_norm_p90));
}

/* The signs of too long steps. */
typedef enum
{
  HASTE_STEP,
  HASTE_LIMITS,
  HASTE_BOTH,
  HASTE_DEAD,
  N_HASTES
} Haste;

/* How far they are beyond their limits; 1 = at one of them. The worst speaks. */
static double
measure_haste (const FsEvidence *evidence, Haste *worst)
{
  double haste[N_HASTES] = { [HASTE_STEP] = fs_evidence_newest (evidence)->update_ratio
                                            / FS_LIMIT_LARGE_UPDATE };
  for (size_t i = 0; evidence->probe && i < evidence->probe->n_layers; i++)
    {
      const FsLayerProbe *layer = &evidence->probe->layers[i];
      const FsGateProbe *candidate = &layer->gates[FS_STATE_CANDIDATE];
      double at_limits = (double) (candidate->low + candidate->high);
      haste[HASTE_LIMITS] = fmax (haste[HASTE_LIMITS], at_limits / FS_LIMIT_SATURATED);
      /* A heavy penalty kills units too, and by no haste. */
      double dead = evidence->penalty_share < WEIGHTY_PENALTY ? (double) layer->dead_share : 0;
      /* Next to nothing swings by much of itself. */
      double swings = evidence->has_memorised ? 0 : evidence->train_jitter / SWINGING;
      double second = fmax (fmax (swings, dead / SOME_DEAD),
                            fs_evidence_newest (evidence)->update_ratio / LONG_STEP);
      haste[HASTE_BOTH] = fmax (haste[HASTE_BOTH], fmin (at_limits / SOME_AT_LIMITS, second));
      haste[HASTE_DEAD] = fmax (haste[HASTE_DEAD], dead / DEAD_SHARE);
    }
  *worst = HASTE_STEP;
  for (Haste i = HASTE_LIMITS; i < N_HASTES; i++)
    if (haste[i] > haste[*worst] || isnan (haste[*worst]))
      *worst = i;
  return haste[*worst];
}

double
fs_judge_high_rate (const FsEvidence *evidence)
{
  if (evidence->n < FS_N_TO_JUDGE)
    return 0;
  Haste worst;
  double haste = measure_haste (evidence, &worst);
  return haste > 1 ? fs_confidence_at (haste) : 0;
}

void
fs_say_high_rate (FsFinding *finding, const FsEvidence *evidence)
{
  const FsObservation *seen = fs_evidence_newest (evidence);
  const FsLayerProbe *layer =
      evidence->probe && evidence->probe->n_layers > 0 ? &evidence->probe->layers[0] : NULL;
  double limits = 0, dead = 0;
  char number[FS_NUMBER_SIZE], other[FS_NUMBER_SIZE];
  Haste worst;
  measure_haste (evidence, &worst);
  for (size_t i = 0; layer && i < evidence->probe->n_layers; i++)
    {
      const FsGateProbe *candidate = &layer[i].gates[FS_STATE_CANDIDATE];
      limits = fmax (limits, (double) (candidate->low + candidate->high));
      dead = fmax (dead, (double) layer[i].dead_share);
    }
  FS_SAY (finding->headline, "The learning rate is too high");
  if (worst == HASTE_STEP)
    FS_SAY (finding->detail, "a step changes the weights by %s; healthy is about 0.3 %%",
            fs_words_percent (seen->update_ratio, number));
  else if (worst == HASTE_LIMITS)
    FS_SAY (finding->detail, "%s of the candidates have been driven to their limits",
            fs_words_percent (limits, number));
  else if (worst == HASTE_BOTH && evidence->train_jitter > SWINGING)
    FS_SAY (finding->detail,
            "%s of the candidates are at their limits, and the training loss swings by %s",
            fs_words_percent (limits, other), fs_words_percent (evidence->train_jitter, number));
  else if (worst == HASTE_BOTH && dead > SOME_DEAD)
    FS_SAY (finding->detail,
            "%s of the candidates are at their limits, and %s of the units no longer move",
            fs_words_percent (limits, other), fs_words_percent (dead, number));
  else if (worst == HASTE_BOTH)
    FS_SAY (finding->detail,
            "%s of the candidates are at their limits, and a step changes the weights by %s",
            fs_words_percent (limits, other), fs_words_percent (seen->update_ratio, number));
  else
    FS_SAY (finding->detail, "%s of the units no longer move", fs_words_percent (dead, number));
  FS_SAY (finding->cause, "Long steps throw the weights about, and gates and units are driven to "
                          "where they no longer answer.");
  const bool is_both = worst == HASTE_BOTH;
  /* The sign that speaks comes first; those within their range are said to speak against. */
  const struct
  {
    const char *label;
    double value, high;
  } signs[N_HASTES] = {
    [HASTE_STEP] = { "step against weights", seen->update_ratio,
                     is_both ? LONG_STEP : FS_LIMIT_LARGE_UPDATE },
    [HASTE_LIMITS] = { "candidates at their limits", limits,
                       is_both ? SOME_AT_LIMITS : FS_LIMIT_SATURATED },
    [HASTE_BOTH] = { "jitter of the training loss", evidence->train_jitter, SWINGING },
    [HASTE_DEAD] = { "dead units", dead, is_both ? SOME_DEAD : DEAD_SHARE },
  };
  const int first = is_both ? HASTE_LIMITS : (int) worst;
  for (int k = 0; k < N_HASTES; k++)
    {
      int i = k == 0 ? first : k <= first ? k - 1 : k;
      size_t n = finding->n_signs;
      if (!layer && (i == HASTE_LIMITS || i == HASTE_DEAD))
        continue;
      if (i == HASTE_STEP)
        fs_sign_add (finding, signs[i].label, signs[i].value, 1e-4, signs[i].high, "");
      else
        fs_sign_add_percent (finding, signs[i].label, signs[i].value, 0, signs[i].high);
      if (finding->n_signs > n)
        finding->signs[n].speaks_against = !(signs[i].value > signs[i].high);
    }
  fs_advise_lower_rate (finding, evidence);
}

double
fs_judge_low_rate (const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  const FsExperiment *experiment = evidence->experiment;
  if (curve->n < FS_N_TO_SETTLE || !evidence->has_baselines || !experiment)
    return 0;
  const FsObservation *seen = fs_evidence_newest (evidence);
  /* At the end of a decay small steps are meant. */
  if (!(seen->update_ratio > 0) || seen->update_ratio > FS_LIMIT_SMALL_UPDATE
      || seen->learning_rate < 0.3 * experiment->train.learning_rate)
    return 0;
  double gained =
      (curve->first_train - curve->best_train) / fmax (fabs (curve->first_train), 1e-300);
  /* Weights that a penalty holds take no long steps at any rate. */
  if (evidence->penalty_share > RULING_PENALTY)
    return 0;
  /* Where nothing tells that there is something to come down to, the steps must be shorter still, and the
   * loss that of learning nothing. Adam and its kin step by the rate, whatever the gradient. */
  double tiny = experiment->train.optimiser == FS_OPTIMISER_SGD ? TINY_UPDATE : TINY_STEP;
  /* But where examples are learned, if slowly, at every step, that is told. */
  if (evidence->has_examples && evidence->train_gain > 0)
    tiny = FS_LIMIT_SMALL_UPDATE;
  if (!evidence->has_signal
      && (seen->update_ratio > tiny
          || curve->best_train < FS_ABOUT_THE_MEAN * evidence->naive[FS_EVIDENCE_TRAIN]))
    return 0;
  if (gained > LITTLE_GAIN
      || (evidence->has_signal
          && curve->best_train < FS_ABOVE_SIMPLE * evidence->simple[FS_EVIDENCE_TRAIN]))
    return 0;
  return fs_confidence_at (FS_LIMIT_SMALL_UPDATE / seen->update_ratio);
}

void
fs_say_low_rate (FsFinding *finding, const FsEvidence *evidence)
{
  const FsLossCurve *curve = evidence->curve;
  double gained =
      (curve->first_train - curve->best_train) / fmax (fabs (curve->first_train), 1e-300);
  char number[FS_NUMBER_SIZE], share[FS_NUMBER_SIZE];
  double update = fs_evidence_newest (evidence)->update_ratio;
  FS_SAY (finding->headline, "The learning rate is too low");
  FS_SAY (finding->detail, "a step changes the weights by %s; in %zu epochs the loss fell by %s",
          fs_words_percent (update, number), curve->n, fs_words_percent (gained, share));
  FS_SAY (finding->cause, "The direction is right, but the steps are so short that the run ends "
                          "where it began.");
  fs_sign_add (finding, "step against weights", update, FS_LIMIT_SMALL_UPDATE,
               FS_LIMIT_LARGE_UPDATE, "");
  fs_sign_add_percent (finding, "fall of the training loss", gained, LITTLE_GAIN, NAN);
  fs_advise_higher_rate (finding, evidence);
}

static double
measure_spikes (const FsEvidence *evidence)
{
  if (evidence->n == 0)
    return 0;
  const FsObservation *seen = fs_evidence_newest (evidence);
  return seen->gradient_norm > 0 ? seen->gradient_norm_max / seen->gradient_norm : 0;
}

double
fs_judge_spikes (const FsEvidence *evidence)
{
  double ratio = measure_spikes (evidence) / FS_LIMIT_SPIKE;
  return ratio > 1 ? fs_confidence_at (ratio) : 0;
}

void
fs_say_spikes (FsFinding *finding, const FsEvidence *evidence)
{
  char number[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Gradients spike");
  FS_SAY (finding->detail, "the largest of an epoch is %s times the usual one",
          fs_words_number (measure_spikes (evidence), number));
  FS_SAY (finding->cause,
          "A few batches, often of a few extreme rows, undo what the others learned.");
  fs_sign_add (finding, "largest against median gradient", measure_spikes (evidence), NAN,
               FS_LIMIT_SPIKE, FS_WORDS (" times"));
  if (evidence->experiment && !(evidence->experiment->train.clip_norm > 0))
    fs_advise_set (finding, evidence, "train.clip_norm",
                   fmax (fs_evidence_newest (evidence)->gradient_norm_p90, 1e-6));
  else
    fs_advise_rate (finding, evidence, 0.3);
}

static size_t
count_batches (const FsEvidence *evidence)
{
  size_t batch =
      evidence->experiment->train.batch > 0 ? (size_t) evidence->experiment->train.batch : 1;
  return (evidence->data->n_windows[FS_PART_TRAIN] + batch - 1) / batch;
}

double
fs_judge_few_steps (const FsEvidence *evidence)
{
  if (!evidence->experiment || !evidence->data || evidence->n < FS_N_TO_JUDGE)
    return 0;
  size_t n_batches = count_batches (evidence);
  size_t n_steps = n_batches * (size_t) fmax (1, (double) evidence->experiment->train.epochs);
  if (evidence->data->n_windows[FS_PART_TRAIN] < 32)
    return 0;
  if (n_steps < FEWEST_STEPS && !fs_evidence_has_settled (evidence))
    return 0.9;
  return n_batches <= FEW_BATCHES && n_steps < ENOUGH_STEPS ? 0.85 : 0;
}

void
fs_say_few_steps (FsFinding *finding, const FsEvidence *evidence)
{
  size_t n_batches = count_batches (evidence);
  double n = (double) evidence->data->n_windows[FS_PART_TRAIN];
  FS_SAY (finding->headline, "Hardly any steps an epoch");
  FS_SAY (finding->detail, "%zu %s of %lld windows: %zu steps in %zu epochs", n_batches,
          fs_text_count ("batch", "batches", n_batches),
          (long long) evidence->experiment->train.batch, n_batches * evidence->n, evidence->n);
  FS_SAY (finding->cause, "The weights move once a batch; with so large a batch they hardly move.");
  fs_sign_add (finding, "batches an epoch", (double) n_batches, FEW_BATCHES + 1, NAN, "");
  fs_advise_set (finding, evidence, "train.batch", fmax (4, floor (n / 16)));
}

double
fs_judge_noisy_batches (const FsEvidence *evidence)
{
  if (!evidence->probe || !evidence->experiment || evidence->experiment->train.batch > 8)
    return 0;
  double ratio =
      evidence->probe->noise_scale / (double) evidence->experiment->train.batch / FS_LIMIT_NOISE;
  return ratio > 1 ? fs_confidence_at (fmin (ratio, 3)) : 0;
}

void
fs_say_noisy_batches (FsFinding *finding, const FsEvidence *evidence)
{
  double batch = (double) evidence->experiment->train.batch;
  FS_SAY (finding->headline, "Batches are too small for this noise");
  FS_SAY (finding->detail, "the gradient of %lld windows is mostly noise",
          (long long) evidence->experiment->train.batch);
  FS_SAY (finding->cause,
          "Each step follows the few windows it saw, and the next one takes it back.");
  fs_sign_add (finding, "noise scale against batch", evidence->probe->noise_scale / batch, NAN,
               FS_LIMIT_NOISE, "");
  fs_advise_set (finding, evidence, "train.batch", fmax (8, 4 * batch));
}

/* The epoch (as an index) at which the rate first fell to a twentieth of its peak; n for none. */
static size_t
find_decay (const FsEvidence *evidence)
{
  const FsObservation *seen = evidence->history->observations;
  double peak = 0;
  for (size_t i = 0; i < evidence->n; i++)
    {
      peak = fmax (peak, seen[i].learning_rate);
      if (seen[i].learning_rate < DECAYED_TO * peak)
        return i;
    }
  return evidence->n;
}

double
fs_judge_early_decay (const FsEvidence *evidence)
{
  const FsObservation *seen = evidence->history->observations;
  if (evidence->n < 2 * FS_N_TO_SETTLE || !evidence->experiment
      || evidence->experiment->train.schedule.type == FS_SCHEDULE_NONE)
    return 0;
  size_t at = find_decay (evidence), fifth = at / 5;
  if (at >= evidence->n - 2 || fifth < 2)
    return 0;
  double before = seen[at - fifth].train_loss, then = seen[at].train_loss;
  double fall = (before - then) / fmax (fabs (before), 1e-300);
  return fall > FALLING_A_FIFTH && evidence->train_gain < FS_LEARNING_GAIN
             ? fs_confidence_at (fall / FALLING_A_FIFTH)
             : 0;
}

void
fs_say_early_decay (FsFinding *finding, const FsEvidence *evidence)
{
  size_t at = find_decay (evidence);
  finding->since_epoch = evidence->history->observations[at].epoch;
  FS_SAY (finding->headline, "The schedule ended while it was learning");
  FS_SAY (finding->detail, "the rate fell to a twentieth by epoch %u, with the loss still falling",
          finding->since_epoch);
  FS_SAY (finding->cause, "After that the steps are too short to go on.");
  fs_advise_word (finding, evidence, "train.schedule.type", "none");
}
