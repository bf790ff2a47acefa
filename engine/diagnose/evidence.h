/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a verdict is made from, gathered once and passed around inside engine/diagnose; not for use
 * outside. And the form of a finding's two functions. */

#include <math.h>
#include "engine/diagnose/verdict.h"
#include "engine/diagnose/words.h"
#include "engine/train/probe.h"

/* Fewer epochs say nothing about a course, */
#define FS_N_TO_JUDGE 5
/* and fewer nothing about where a course will end. */
#define FS_N_TO_SETTLE 10

/* Still learning: the mean loss of the last fifth of the epochs is lower than that of the fifth before
 * by this share, and by more than its jitter. A run that loses 1 % in a fifth of its length has some
 * 5 % to gain from as long again. */
#define FS_LEARNING_GAIN 0.01

/* Validation against training, each as a share of its loss without learning [0.9 … 1.3 in healthy runs, 7 … 140
 * in large networks on few windows]. */
#define FS_MEMORISED_GAP 3.0

/* Of classes. Once the training examples are on the right side, their cross-entropy falls without end while the
 * decisions stay [2 … 5 in healthy runs, 600 and more in large networks]. */
#define FS_MEMORISED_GAP_OF_CLASSES 10.0

/* A verdict on the level of the loss waits while the loss falls faster than this in a fifth. */
#define FS_FALLING_GAIN 0.05

typedef struct
{
  const FsHistory *history;
  const FsExperiment *experiment; /* may be NULL, as the next two */
  const FsDataFacts *data;
  const FsForecastFacts *forecast;
  const FsLossCurve *curve;
  size_t n; /* of the history's observations that count: those up to the one that is judged */
  const FsProbe *probe; /* the newest up to there; NULL = none */
  bool is_over;         /* the run has ended, and this is its end */

  /* Means over the last fifth of the epochs and over the fifth before it, and what the first gained
   * on the second as a share of it; 0 where the gain is no more than jitter. */
  double train_level, validation_level, running_level;
  double train_gain, validation_gain;
  double train_jitter; /* of the train loss about its course, as a share of its level */

  bool has_baselines;
  double naive[2];        /* lowest loss without learning, by TRAIN, VALIDATION below */
  const char *naive_name; /* of the validation part: "repeating the last value" */
  double ridge[2];        /* loss of the straight line (ridge autoregression); NaN = not known */
  double seasonal_naive;  /* of the validation part; NaN = there is no season */
  bool line_finds_signal; /* the straight line is clearly better than no learning, on both parts */
  /* Lowest loss without a network, line or naive; and whether it shows that there is something to learn: it
   * is clearly better than the mean on both parts, and more than the way to the last value. */
  double simple[2];
  const char *simple_name; /* of the training part */
  /* As the file has it, the target's past tells a straight line nothing; nor does the forecast follow it. */
  bool is_white, is_noise;
  bool has_signal;
  bool is_walk; /* a line finds no more in the past than its last value */

  /* By what factor the validation forecasts would have to be stretched to fit best (the slope of truth on
   * forecast), less two standard errors; 0 where it cannot be told. A network that is held back plays
   * safe and stays near the mean. */
  double shrinkage;

  /* The best validation loss against the train level, each as a share of what scores without learning. */
  double gap;
  double memorised_gap; /* from which it is wide */
  bool has_memorised;   /* it is wide, and validation gains no more */

  /* Examples with an answer each have no straight line beside them: what the network makes of them is the only
   * witness of a signal. `has_begun`: on training it scores better than the mean or the class shares. */
  bool has_examples, is_of_classes, has_begun;

  /* Σ λ‖w‖² of the newest probe against the train loss: what a penalty weighs. */
  double penalty_share;
} FsEvidence;

/* Whether the validation forecasts, enough of them, do not go with the truth, in original units: what a network
 * of differences finds in noise is the way back to the mean. */
bool fs_evidence_follows_nothing (const FsEvidence *evidence);
double fs_evidence_chance_correlation (const FsEvidence *evidence); /* the limit */

/* Below this share of the lowest loss without learning a validation loss is better than that: less is within what
 * another seed gives, or chance where nothing else finds a signal. */
double fs_evidence_better_than_naive (const FsEvidence *evidence);

static inline bool
fs_evidence_is_above_naive (const FsEvidence *evidence)
{
  return evidence->curve->best
         >= fs_evidence_better_than_naive (evidence) * evidence->naive[1 /* validation */];
}

/* Examples that both parts still score nearly by the mean or the class shares: nothing healthy can be said. */
static inline bool
fs_evidence_has_hardly_begun (const FsEvidence *evidence)
{
  return evidence->has_examples && evidence->has_baselines && !evidence->has_begun
         && evidence->curve->best > 0.9 * evidence->naive[1 /* validation */];
}

/* There is a signal that needs no network to be found, and training has not come near it. */
bool fs_evidence_has_missed_signal (const FsEvidence *evidence);

/* The train loss has settled when this far above what needs no network. */
#define FS_ABOVE_SIMPLE 1.1

/* Where there are baselines, a run that has not begun to learn is still about what the mean scores; without this
 * a fine-tuning that begins where it will end would be called ill. */
#define FS_ABOUT_THE_MEAN 0.9

enum
{
  FS_EVIDENCE_TRAIN,
  FS_EVIDENCE_VALIDATION
};

/* Of the first n observations of the case. */
void fs_evidence_gather (FsEvidence *evidence,
                         const FsCase *subject,
                         const FsLossCurve *curve,
                         size_t n);

static inline const FsObservation *
fs_evidence_newest (const FsEvidence *evidence)
{
  return &evidence->history->observations[evidence->n - 1];
}

/* The loss as trained on, with dropout, against the same weights evaluated. */
static inline double
fs_evidence_hold_back (const FsEvidence *evidence)
{
  return evidence->train_level > 0 ? evidence->running_level / evidence->train_level : 0;
}

static inline bool
fs_evidence_has_settled (const FsEvidence *evidence)
{
  return evidence->curve->n >= FS_N_TO_SETTLE && evidence->train_gain < FS_LEARNING_GAIN;
}

/* Or it gains so little that it would take as long again twice over to come down by `ratio`. */
static inline bool
fs_evidence_is_slow (const FsEvidence *evidence, double ratio)
{
  return fs_evidence_has_settled (evidence)
         || (evidence->curve->n >= FS_N_TO_SETTLE && evidence->train_gain < FS_FALLING_GAIN
             && log (ratio) > 10 * evidence->train_gain);
}

static inline const char *
fs_evidence_monitored (const FsEvidence *evidence)
{
  return evidence->history->has_validation ? fs_text ("validation") : fs_text ("training");
}

static inline const char *
fs_evidence_monitored_loss (const FsEvidence *evidence)
{
  return evidence->history->has_validation ? fs_text ("validation loss")
                                           : fs_text ("training loss");
}

/* The confidence of a measure that reached `ratio` times its threshold: 0.8 at the threshold, towards
 * 1 as it leaves it behind. Of simulated runs whose rise is at the threshold, about four in five have
 * a true one. */
static inline double
fs_confidence_at (double ratio)
{
  return 1 - 0.2 / (ratio > 1 ? ratio * ratio : 1);
}

/* When a finding is judged. */
typedef enum
{
  FS_WHEN_CHECKED, /* at the checks, with hysteresis */
  FS_WHEN_LOOKED,  /* whenever one looks: facts that do not come and go with the epochs */
  FS_WHEN_OVER     /* once the run has ended */
} FsWhen;

/* How a row of the table is judged; beside FsFindingInfo, and like it indexed by FsFindingId. */
typedef struct
{
  double (*judge) (const FsEvidence *evidence); /* the confidence that it holds; 0 = it does not */
  void (*say) (FsFinding *finding, const FsEvidence *evidence);
  FsWhen when;
  FsLevel level;
  uint64_t explains;  /* symptoms, bit by id: hidden while this holds */
  bool needs_symptom; /* a note until one of `explains` holds */
  double gross; /* but from this confidence on it is a warning by itself; 0 = never; below 0: from
                         this confidence on it is one where nothing else is */
} FsFindingRule;

extern const FsFindingRule fs_finding_rules[FS_N_FOUND];

#define FS_BIT(id) ((uint64_t) 1 << (id))

/* find-data.c, find-steps.c, find-state.c, find-fit.c */
#define FS_FIND(name)                                  \
  double fs_judge_##name (const FsEvidence *evidence); \
  void fs_say_##name (FsFinding *finding, const FsEvidence *evidence);
FS_FIND (missing_code)
FS_FIND (missing_values)
FS_FIND (leak)
FS_FIND (overlap)
FS_FIND (fitted_on_all)
FS_FIND (unscaled_target)
FS_FIND (unscaled_input)
FS_FIND (heavy_tails)
FS_FIND (lone_values)
FS_FIND (constant_input)
FS_FIND (duplicate_input)
FS_FIND (late_input)
FS_FIND (drift)
FS_FIND (short_window)
FS_FIND (small_validation)
FS_FIND (many_weights)
FS_FIND (padding)
FS_FIND (imbalance)
FS_FIND (diverged)
FS_FIND (frozen)
FS_FIND (symmetric)
FS_FIND (tight_clip)
FS_FIND (high_rate)
FS_FIND (low_rate)
FS_FIND (spikes)
FS_FIND (few_steps)
FS_FIND (noisy_batches)
FS_FIND (early_decay)
FS_FIND (exploding)
FS_FIND (saturated)
FS_FIND (dead_units)
FS_FIND (redundant_units)
FS_FIND (vanishing)
FS_FIND (forgets)
FS_FIND (long_window)
FS_FIND (not_learning)
FS_FIND (over_regularised)
FS_FIND (stopped_early)
FS_FIND (underfitting)
FS_FIND (copies_last)
FS_FIND (no_signal)
FS_FIND (oscillating)
FS_FIND (overfitting)
FS_FIND (plateau)
FS_FIND (validation_below)
FS_FIND (simple_task)
FS_FIND (within_noise)
#undef FS_FIND

/* Adds a sign; `unit` (may be "") follows the value: " rows", " × its jitter". */
void fs_sign_add (FsFinding *finding,
                  const char *label,
                  double value,
                  double low,
                  double high,
                  const char *unit);
void fs_sign_add_against (FsFinding *finding,
                          const char *label,
                          double value,
                          double low,
                          double high,
                          const char *unit);
void fs_sign_add_percent (FsFinding *finding,
                          const char *label,
                          double share,
                          double low,
                          double high);

/* Proposes an edit and its sentence: "Set Learning rate to 0.0001." */
void fs_advise_set (FsFinding *finding, const FsEvidence *evidence, const char *key, double value);
void fs_advise_word (FsFinding *finding,
                     const FsEvidence *evidence,
                     const char *key,
                     const char *value);
void fs_advise_edit (FsFinding *finding, FsEdit edit, const char *sentence);
void fs_advise_rate (FsFinding *finding, const FsEvidence *evidence, double factor);
void fs_advise_lower_rate (FsFinding *finding, const FsEvidence *evidence);
void fs_advise_higher_rate (FsFinding *finding, const FsEvidence *evidence);
void fs_advise_restraint (FsFinding *finding, const FsExperiment *experiment);
void fs_advise_capacity (FsFinding *finding, const FsEvidence *evidence);
void fs_advise_scaling (FsFinding *finding, const FsEvidence *evidence);

/* The recurrent layer with the most units, and the first dropout layer; n_layers when there is none. */
size_t fs_largest_recurrent (const FsExperiment *experiment);
size_t fs_first_dropout (const FsExperiment *experiment);

/* Headline, detail and advice of a verdict without a warning; the `state` and `why_not` of any. */
void fs_verdict_say (FsVerdict *verdict, const FsEvidence *evidence);
void fs_verdict_say_state (FsVerdict *verdict, const FsEvidence *evidence);
void fs_verdict_say_why_not (FsVerdict *verdict, const FsEvidence *evidence);
