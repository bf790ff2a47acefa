/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What findings propose and what they show: edits that several findings share, and signs. Each remedy
 * is exactly one change, the one that costs least among those that treat the cause. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/experiment/schema.h"

/* Update steps below this share of the weights hardly move a network (1e-3 is usual). */
#define SMALL_UPDATE 1e-4

#define HEALTHY_UPDATE 2e-3

/* Networks below this size are not halved again. */
#define FEW_UNITS 16

/* And from one or two units one does not go to two or four. */
#define FEWEST_UNITS 8

#define STRONG_L2 0.001
#define USUAL_DROPOUT 0.2
#define STRONG_DROPOUT 0.4

/* ---- signs ---- */

static FsSign *
new_sign (FsFinding *finding, const char *label, double value, double low, double high)
{
  if (finding->n_signs == FS_MAX_SIGNS)
    return NULL;
  FsSign *sign = &finding->signs[finding->n_signs++];
  *sign = (FsSign){ .value = value, .low = low, .high = high };
  FS_SAY (sign->label, "%s", fs_text (label));
  return sign;
}

void
fs_sign_add (FsFinding *finding,
             const char *label,
             double value,
             double low,
             double high,
             const char *unit)
{
  char number[FS_NUMBER_SIZE];
  FsSign *sign = new_sign (finding, label, value, low, high);
  if (sign)
    FS_SAY (sign->text, "%s%s", fs_words_number (value, number), fs_text (unit));
}

void
fs_sign_add_against (FsFinding *finding,
                     const char *label,
                     double value,
                     double low,
                     double high,
                     const char *unit)
{
  size_t n = finding->n_signs;
  fs_sign_add (finding, label, value, low, high, unit);
  if (finding->n_signs > n)
    finding->signs[n].speaks_against = true;
}

void
fs_sign_add_percent (FsFinding *finding, const char *label, double share, double low, double high)
{
  char number[FS_NUMBER_SIZE];
  FsSign *sign = new_sign (finding, label, share, low, high);
  if (sign)
    {
      sign->is_percent = true;
      FS_SAY (sign->text, "%s%s", share < 0 ? "−" : "", fs_words_percent (share, number));
    }
}

static const char *
write_bound (const FsSign *sign, double bound, char buffer[FS_NUMBER_SIZE])
{
  return sign->is_percent && bound != 0 ? fs_words_percent (bound, buffer)
                                        : fs_words_number (bound, buffer);
}

const char *
fs_sign_range (const FsSign *sign, char buffer[FS_RANGE_SIZE])
{
  char low[FS_NUMBER_SIZE], high[FS_NUMBER_SIZE];
  buffer[0] = '\0';
  if (isnan (sign->low) && !isnan (sign->high))
    fs_words_say (buffer, FS_RANGE_SIZE, "up to %s", write_bound (sign, sign->high, high));
  else if (isnan (sign->high) && !isnan (sign->low))
    fs_words_say (buffer, FS_RANGE_SIZE, "from %s", write_bound (sign, sign->low, low));
  else if (sign->low == sign->high)
    fs_words_say (buffer, FS_RANGE_SIZE, "%s", write_bound (sign, sign->low, low));
  else if (!isnan (sign->low))
    fs_words_say (buffer, FS_RANGE_SIZE, "%s … %s", write_bound (sign, sign->low, low),
                  write_bound (sign, sign->high, high));
  return buffer;
}

/* ---- edits ---- */

void
fs_advise_edit (FsFinding *finding, FsEdit edit, const char *sentence)
{
  finding->edit = edit;
  FS_SAY (finding->advice, "%s", fs_text (sentence));
}

static void
advise_text (FsFinding *finding, const FsEvidence *evidence, const FsEdit *edit)
{
  FsEditWords words;
  finding->edit = *edit;
  fs_edit_describe (edit, evidence->experiment, &words);
  FS_SAY (finding->advice, "Set %s to %s.", words.label, words.right);
}

void
fs_advise_set (FsFinding *finding, const FsEvidence *evidence, const char *key, double value)
{
  if (!evidence->experiment)
    return;
  FsEdit edit = fs_edit_set_number (key, value);
  advise_text (finding, evidence, &edit);
}

void
fs_advise_word (FsFinding *finding, const FsEvidence *evidence, const char *key, const char *value)
{
  if (!evidence->experiment)
    return;
  FsEdit edit = fs_edit_set (key, value);
  advise_text (finding, evidence, &edit);
}

void
fs_advise_rate (FsFinding *finding, const FsEvidence *evidence, double factor)
{
  if (evidence->experiment)
    fs_advise_set (finding, evidence, "train.learning_rate",
                   evidence->experiment->train.learning_rate * factor);
  else
    FS_SAY (finding->advice, factor < 1 ? "Try a tenth of the learning rate."
                                        : FS_WORDS ("Try ten times the learning rate."));
}

/* The rate that people begin with: a tenth of those at which small networks of scaled data fall apart. */
static double
usual_rate (const FsExperiment *experiment)
{
  return experiment->train.optimiser == FS_OPTIMISER_SGD ? 0.05 : 0.01;
}

/* Down by ten and to what is usual at most. */
void
fs_advise_lower_rate (FsFinding *finding, const FsEvidence *evidence)
{
  if (evidence->experiment)
    fs_advise_set (
        finding, evidence, "train.learning_rate",
        fmin (0.1 * evidence->experiment->train.learning_rate, usual_rate (evidence->experiment)));
  else
    fs_advise_rate (finding, evidence, 0.1);
}

/* A step is proportional to the rate: up to where it changes the weights as healthy runs do, by ten at
 * least, and to what is usual at most. */
void
fs_advise_higher_rate (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  double update = evidence->n > 0 ? fs_evidence_newest (evidence)->update_ratio : 0;
  if (!experiment || !(update > 0))
    {
      fs_advise_rate (finding, evidence, 10);
      return;
    }
  double rate = experiment->train.learning_rate;
  double healthy = fmin (rate * fmax (10, HEALTHY_UPDATE / update), usual_rate (experiment));
  fs_advise_set (finding, evidence, "train.learning_rate",
                 healthy > 2 * rate ? healthy : 10 * rate);
}

size_t
fs_largest_recurrent (const FsExperiment *experiment)
{
  size_t largest = experiment->n_layers;
  for (size_t i = 0; i < experiment->n_layers; i++)
    if ((experiment->layers[i].kind == FS_LAYER_LSTM || experiment->layers[i].kind == FS_LAYER_GRU
         || experiment->layers[i].kind == FS_LAYER_RNN)
        && (largest == experiment->n_layers
            || experiment->layers[i].units > experiment->layers[largest].units))
      largest = i;
  return largest;
}

size_t
fs_first_dropout (const FsExperiment *experiment)
{
  size_t i = 0;
  while (i < experiment->n_layers && experiment->layers[i].kind != FS_LAYER_DROPOUT)
    i++;
  return i;
}

static void
advise_path (FsFinding *finding, const FsExperiment *experiment, const char *key, double value)
{
  const FsEvidence evidence = { .experiment = experiment };
  fs_advise_set (finding, &evidence, key, value);
}

/* Against memorising: the regulariser that is there already but weak, then fewer units, then a penalty. */
void
fs_advise_restraint (FsFinding *finding, const FsExperiment *experiment)
{
  if (!experiment)
    {
      FS_SAY (finding->advice,
              "Keep the weights of the best epoch; then try fewer units, or dropout "
              "of 0.2, one at a time.");
      return;
    }
  char key[64];
  size_t dropout = fs_first_dropout (experiment), recurrent = fs_largest_recurrent (experiment);
  if (dropout < experiment->n_layers && experiment->layers[dropout].rate < STRONG_DROPOUT)
    {
      FS_SAY (key, "model.layers.%zu.rate", dropout);
      bool is_weak = experiment->layers[dropout].rate < USUAL_DROPOUT;
      advise_path (finding, experiment, key, is_weak ? USUAL_DROPOUT : STRONG_DROPOUT);
    }
  else if (recurrent < experiment->n_layers && experiment->layers[recurrent].units >= FEW_UNITS)
    {
      FS_SAY (key, "model.layers.%zu.units", recurrent);
      advise_path (finding, experiment, key,
                   floor ((double) experiment->layers[recurrent].units / 2));
    }
  else
    advise_path (finding, experiment, "train.l2", fmax (STRONG_L2, 10 * experiment->train.l2));
}

void
fs_advise_capacity (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  if (!experiment)
    {
      FS_SAY (finding->advice, "Try twice the units, or a higher learning rate, one at a time.");
      return;
    }
  char key[64];
  size_t dropout = fs_first_dropout (experiment), recurrent = fs_largest_recurrent (experiment);
  double update = evidence->n > 0 ? fs_evidence_newest (evidence)->update_ratio : 0;
  if (dropout < experiment->n_layers && experiment->layers[dropout].rate > 0)
    {
      FS_SAY (key, "model.layers.%zu.rate", dropout);
      advise_path (finding, experiment, key, 0);
    }
  else if (experiment->train.l2 > 0)
    advise_path (finding, experiment, "train.l2", 0);
  else if (experiment->train.l1 > 0)
    advise_path (finding, experiment, "train.l1", 0);
  else if (update > 0 && update < SMALL_UPDATE)
    fs_advise_higher_rate (finding, evidence);
  else if (recurrent < experiment->n_layers)
    {
      FS_SAY (key, "model.layers.%zu.units", recurrent);
      advise_path (finding, experiment, key,
                   fmax (FEWEST_UNITS, 2.0 * (double) experiment->layers[recurrent].units));
    }
}

/* The scaling step that is there made to standardise, else one more at the end. */
void
fs_advise_scaling (FsFinding *finding, const FsEvidence *evidence)
{
  const FsExperiment *experiment = evidence->experiment;
  char key[64];
  if (!experiment)
    return;
  for (size_t i = experiment->n_steps; i-- > 0;)
    if (experiment->steps[i].kind == FS_STEP_SCALE)
      {
        const FsStepSpec *step = &experiment->steps[i];
        FS_SAY (key, "prepare.%zu.method", i);
        if (step->is_enabled && step->columns == FS_COLUMNS_ALL
            && step->scale_method != FS_SCALE_STANDARD)
          {
            fs_advise_word (finding, evidence, key, "standard");
            return;
          }
        if (!step->is_enabled && step->scale_method == FS_SCALE_STANDARD)
          {
            FS_SAY (key, "prepare.%zu.enabled", i);
            fs_advise_word (finding, evidence, key, "true");
            return;
          }
        break;
      }
  fs_advise_edit (finding,
                  fs_edit_insert_step (experiment->n_steps, FS_STEP_SCALE, "method=standard"),
                  "Add the step Scale (standard), fitted on the training rows.");
}
