/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sentences of verdicts: plain words, the numbers they rest on, one change to try. Numbers have
 * three digits and are the same in every locale. What is judged is verdict.c's. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/number.h"

/* Update steps below this share of the weights hardly move a network (1e-3 is usual). */
#define SMALL_UPDATE 1e-4

/* Clipping in nearly every batch is a brake, not a guard. */
#define ALWAYS_CLIPPED 0.95

/* Networks below this size are not halved again. */
#define FEW_UNITS 16

#define STRONG_L2 0.001
#define USUAL_DROPOUT 0.2
#define STRONG_DROPOUT 0.4

static void __attribute__ ((format (printf, 3, 4)))
say (char *text, size_t size, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  vsnprintf (text, size, format, arguments);
  va_end (arguments);
}

#define SAY(field, ...) say ((field), sizeof (field), __VA_ARGS__)

/* Three significant digits. A quotient of two whole numbers is the double nearest to the short
 * decimal, so the shortest writing of it is that decimal. */
static const char *
write_number (double value, char buffer[FS_NUMBER_SIZE])
{
  if (value == 0 || !isfinite (value))
    return fs_number_write (value, buffer);
  int decimals = 2 - (int) floor (log10 (fabs (value)));
  if (decimals > 22 || decimals < -22)
    return fs_number_write (value, buffer);
  double power = pow (10, abs (decimals));
  double rounded = decimals >= 0 ? round (value * power) / power : round (value / power) * power;
  return fs_number_write (rounded, buffer);
}

/* "12 %", one decimal below 10, so that no change becomes "0 %" by rounding alone. */
static const char *
write_percent (double share, char buffer[FS_NUMBER_SIZE])
{
  double percent = 100 * fabs (share);
  if (percent > 0 && percent < 0.05)
    return "less than 0.1 %";
  double rounded = percent < 9.95 ? round (percent * 10) / 10 : round (percent);
  fs_number_write (rounded, buffer);
  strcat (buffer, " %");
  return buffer;
}

static double
change (double from, double to)
{
  return (to - from) / fmax (fabs (from), 1e-300);
}

/* "fell 18 %", "rose 3 %", "stayed as it was". */
static const char *
write_course (double from, double to, char buffer[2 * FS_NUMBER_SIZE])
{
  char number[FS_NUMBER_SIZE];
  double share = change (from, to);
  if (from == to)
    return "stayed as it was";
  if (share > 9.995)
    say (buffer, 2 * FS_NUMBER_SIZE, "rose to %s times what it was",
         write_number (to / from, number));
  else
    say (buffer, 2 * FS_NUMBER_SIZE, "%s %s", share < 0 ? "fell" : "rose",
         write_percent (share, number));
  return buffer;
}

/* The rise since the best: "+12 %", "no change", "32 times as much". */
static const char *
write_rise (double from, double to, char buffer[2 * FS_NUMBER_SIZE])
{
  char number[FS_NUMBER_SIZE];
  double share = change (from, to);
  if (from == to)
    return "no change";
  if (share > 9.995)
    say (buffer, 2 * FS_NUMBER_SIZE, "%s times as much", write_number (to / from, number));
  else
    say (buffer, 2 * FS_NUMBER_SIZE, "+%s", write_percent (share, number));
  return buffer;
}

static const char *
epochs_word (size_t n)
{
  return n == 1 ? "epoch" : "epochs";
}

static const char *
monitored_name (const FsEvidence *evidence)
{
  return evidence->history->has_validation ? "validation" : "training";
}

static const FsObservation *
newest (const FsEvidence *evidence)
{
  return &evidence->history->observations[evidence->history->n_observations - 1];
}

/* Advice that is one setting: "Set Learning rate to 0.0001." */
static void
advise_value (FsFinding *finding, const char *key, const char *label, double value)
{
  char number[FS_NUMBER_SIZE];
  SAY (finding->remedy_key, "%s", key);
  SAY (finding->remedy_value, "%s", write_number (value, number));
  SAY (finding->advice, "Set %s to %s.", label, finding->remedy_value);
}

static void
advise_rate (FsFinding *finding, const FsEvidence *evidence, double factor)
{
  if (evidence->experiment)
    {
      /* The rate may have been changed live, or by a schedule: the last one is what was too much. */
      double rate = evidence->history->n_observations > 0 ? newest (evidence)->learning_rate : 0;
      if (!(rate > 0))
        rate = evidence->experiment->train.learning_rate;
      advise_value (finding, "train.learning_rate", "Learning rate", rate * factor);
    }
  else
    SAY (finding->advice, "Try %s the learning rate.", factor < 1 ? "a tenth of" : "ten times");
}

/* The recurrent layer with the most units; n_layers when there is none. */
static size_t
largest_recurrent (const FsExperiment *experiment)
{
  size_t largest = experiment->n_layers;
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (experiment->layers[i].kind != FS_LAYER_DENSE
        && experiment->layers[i].kind != FS_LAYER_DROPOUT
        && (largest == experiment->n_layers
            || experiment->layers[i].units > experiment->layers[largest].units))
      largest = i;
  return largest;
}

static size_t
first_dropout (const FsExperiment *experiment)
{
  size_t i = 0;
  while (i < experiment->n_layers && experiment->layers[i].kind != FS_LAYER_DROPOUT)
    i++;
  return i;
}

/* Against memorising: the regulariser that is there already but weak, then fewer units, then a penalty. */
static void
advise_restraint (FsFinding *finding, const FsExperiment *experiment)
{
  if (!experiment)
    {
      SAY (finding->advice, "Keep the weights of the best epoch; then try fewer units, or dropout "
                            "of 0.2, one at a time.");
      return;
    }
  char key[64];
  size_t dropout = first_dropout (experiment), recurrent = largest_recurrent (experiment);
  if (dropout < experiment->n_layers && experiment->layers[dropout].rate < STRONG_DROPOUT)
    {
      SAY (key, "model.layers.%zu.rate", dropout);
      bool is_weak = experiment->layers[dropout].rate < USUAL_DROPOUT;
      advise_value (finding, key, "Dropout rate", is_weak ? USUAL_DROPOUT : STRONG_DROPOUT);
    }
  else if (recurrent < experiment->n_layers && experiment->layers[recurrent].units >= FEW_UNITS)
    {
      SAY (key, "model.layers.%zu.units", recurrent);
      advise_value (finding, key, "Units",
                    floor ((double) experiment->layers[recurrent].units / 2));
    }
  else
    advise_value (finding, "train.l2", "L2 penalty", fmax (STRONG_L2, 10 * experiment->train.l2));
}

static void
advise_capacity (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  if (!experiment)
    {
      SAY (finding->advice, "Try twice the units, or a higher learning rate, one at a time.");
      return;
    }
  char key[64];
  size_t dropout = first_dropout (experiment), recurrent = largest_recurrent (experiment);
  if (dropout < experiment->n_layers && experiment->layers[dropout].rate > 0)
    {
      SAY (key, "model.layers.%zu.rate", dropout);
      advise_value (finding, key, "Dropout rate", 0);
    }
  else if (experiment->train.l2 > 0)
    advise_value (finding, "train.l2", "L2 penalty", 0);
  else if (experiment->train.l1 > 0)
    advise_value (finding, "train.l1", "L1 penalty", 0);
  else if (newest (evidence)->update_ratio > 0 && newest (evidence)->update_ratio < SMALL_UPDATE)
    advise_rate (finding, evidence, 10);
  else if (recurrent < experiment->n_layers)
    {
      SAY (key, "model.layers.%zu.units", recurrent);
      advise_value (finding, key, "Units", 2.0 * (double) experiment->layers[recurrent].units);
    }
}

static void
say_diverged (FsFinding *finding, const FsEvidence *evidence)
{
  const FsHistory *history = evidence->history;
  const FsCurve *curve = evidence->curve;
  char from[FS_NUMBER_SIZE], to[FS_NUMBER_SIZE];
  if (history->end == FS_END_NON_FINITE)
    {
      SAY (finding->headline, "Not a number since step %llu",
           (unsigned long long) history->non_finite_step);
      if (history->non_finite_tensor[0])
        SAY (finding->detail, "%s was the first to hold a value that is not finite, at step %llu",
             history->non_finite_tensor, (unsigned long long) history->non_finite_step);
      else
        SAY (finding->detail,
             "the loss itself was the first value that is not finite, at step %llu",
             (unsigned long long) history->non_finite_step);
    }
  else if (curve->n_diverging == 0 || curve->epoch != newest (evidence)->epoch)
    {
      SAY (finding->headline, "Not a number at epoch %u", newest (evidence)->epoch);
      SAY (finding->detail, "the loss of epoch %u is not a finite number",
           newest (evidence)->epoch);
    }
  else
    {
      SAY (finding->headline, "Diverged");
      SAY (finding->detail,
           "training loss went from its lowest, %s, up to %s, above where it began",
           write_number (curve->best_train, from), write_number (curve->train, to));
    }
  advise_rate (finding, evidence, 0.1);
}

static void
say_not_learning (FsFinding *finding, const FsEvidence *evidence)
{
  const FsCurve *curve = evidence->curve;
  const FsExperiment *experiment = evidence->experiment;
  char first[FS_NUMBER_SIZE], lowest[FS_NUMBER_SIZE];
  SAY (finding->headline, "Not learning");
  SAY (finding->detail, "in %zu %s the training loss has not fallen: %s at first, %s at its lowest",
       curve->n, epochs_word (curve->n), write_number (curve->first_train, first),
       write_number (curve->best_train, lowest));
  if (experiment && experiment->train.clip_norm > 0
      && newest (evidence)->clipped_share >= ALWAYS_CLIPPED && experiment->train.clip_norm < 1)
    advise_value (finding, "train.clip_norm", "Clip gradients", 1);
  else
    advise_rate (finding, evidence, 10);
}

static void
say_underfitting (FsFinding *finding, const FsEvidence *evidence)
{
  char level[FS_NUMBER_SIZE], ridge[FS_NUMBER_SIZE];
  SAY (finding->headline, "Underfitting: a straight line does better");
  SAY (finding->detail,
       "training loss has settled at %s, where a linear forecast from the same windows reaches %s",
       write_number (evidence->train_level, level),
       write_number (evidence->ridge[FS_EVIDENCE_TRAIN], ridge));
  advise_capacity (finding, evidence);
}

static void
say_no_signal (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  double naive = evidence->naive[FS_EVIDENCE_VALIDATION];
  char best[FS_NUMBER_SIZE], naive_text[FS_NUMBER_SIZE];
  SAY (finding->headline, "No better than %s", evidence->naive_name);
  SAY (finding->detail, "the best %s loss is %s; %s scores %s", monitored_name (evidence),
       write_number (evidence->curve->best, best), evidence->naive_name,
       write_number (naive, naive_text));
  if (evidence->line_finds_signal && experiment)
    advise_value (finding, "train.epochs", "Epochs", 2.0 * (double) experiment->train.epochs);
  else if (experiment && experiment->data.n_inputs == 0)
    SAY (finding->advice,
         "Name Further inputs that may announce the target: its own past does not.");
  else if (experiment)
    advise_value (finding, "window.length", "Window length",
                  2.0 * (double) experiment->window.length);
  else
    SAY (finding->advice, "Try other inputs, or a longer window.");
}

static void
say_overfitting (FsFinding *finding, const FsEvidence *evidence)
{
  const FsCurve *curve = evidence->curve;
  char rise[FS_NUMBER_SIZE], course[2 * FS_NUMBER_SIZE];
  SAY (finding->headline, "Overfitting since epoch %u", finding->since_epoch);
  SAY (finding->detail, "validation loss is %s above its best, while training loss %s",
       write_percent (curve->rise, rise),
       write_course (curve->train_at_best, curve->train, course));
  advise_restraint (finding, evidence->experiment);
}

void
fs_finding_say (FsFinding *finding, const FsEvidence *evidence)
{
  switch (finding->kind)
    {
    case FS_VERDICT_DIVERGED:
      say_diverged (finding, evidence);
      break;
    case FS_VERDICT_NOT_LEARNING:
      say_not_learning (finding, evidence);
      break;
    case FS_VERDICT_UNDERFITTING:
      say_underfitting (finding, evidence);
      break;
    case FS_VERDICT_NO_SIGNAL:
      say_no_signal (finding, evidence);
      break;
    default:
      say_overfitting (finding, evidence);
      break;
    }
}

/* Where the best stands against the baselines: ", 23 % below repeating the last value". */
static void
compare_with_naive (const FsEvidence *evidence, char *text, size_t size)
{
  char number[FS_NUMBER_SIZE];
  text[0] = '\0';
  if (!evidence->has_baselines)
    return;
  double share = change (evidence->naive[FS_EVIDENCE_VALIDATION], evidence->curve->best);
  say (text, size, ", %s %s %s", write_percent (share, number), share < 0 ? "below" : "above",
       evidence->naive_name);
}

void
fs_verdict_say (FsVerdict *verdict, const FsEvidence *evidence)
{
  const FsCurve *curve = evidence->curve;
  char number[FS_NUMBER_SIZE], comparison[128], best[FS_NUMBER_SIZE];
  if (verdict->kind == FS_VERDICT_WAITING)
    {
      SAY (verdict->headline, "Waiting for the first epoch");
      return;
    }
  compare_with_naive (evidence, comparison, sizeof comparison);
  if (verdict->kind == FS_VERDICT_HEALTHY)
    {
      SAY (verdict->headline, "Healthy");
      SAY (verdict->detail, "%s loss has settled at %s%s; no sign of overfitting",
           monitored_name (evidence), write_number (curve->best, best), comparison);
      if (!evidence->history->has_validation)
        SAY (verdict->detail,
             "training loss has settled at %s%s; without a validation part "
             "overfitting cannot be seen",
             write_number (curve->best, best), comparison);
      return;
    }
  SAY (verdict->headline, "Learning");
  if (evidence->validation_gain > 0)
    SAY (verdict->detail, "%s loss fell %s over the last fifth of the epochs; best so far %s%s",
         monitored_name (evidence), write_percent (evidence->validation_gain, number),
         write_number (curve->best, best), comparison);
  else
    SAY (verdict->detail, "%zu %s so far; best %s loss %s%s", curve->n, epochs_word (curve->n),
         monitored_name (evidence), write_number (curve->best, best), comparison);
}

void
fs_verdict_say_state (FsVerdict *verdict, const FsEvidence *evidence)
{
  const FsCurve *curve = evidence->curve;
  char best[FS_NUMBER_SIZE], rise[2 * FS_NUMBER_SIZE], course[2 * FS_NUMBER_SIZE];
  const char *name = monitored_name (evidence);
  if (curve->n == 0)
    SAY (verdict->state, "no finite loss so far");
  else if (curve->epoch != newest (evidence)->epoch)
    SAY (verdict->state, "%s best %s at epoch %u", name, write_number (curve->best, best),
         curve->best_epoch);
  else if (curve->best_epoch == curve->epoch)
    SAY (verdict->state, "%s best %s at epoch %u, the newest", name,
         write_number (curve->best, best), curve->best_epoch);
  else if (!evidence->history->has_validation)
    SAY (verdict->state, "training best %s at epoch %u; since then %s",
         write_number (curve->best, best), curve->best_epoch,
         write_rise (curve->best, curve->validation, rise));
  else
    SAY (verdict->state, "validation best %s at epoch %u; since then %s while training %s",
         write_number (curve->best, best), curve->best_epoch,
         write_rise (curve->best, curve->validation, rise),
         write_course (curve->train_at_best, curve->train, course));
}
