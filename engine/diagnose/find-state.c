/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings about the inside of the recurrent layers, from probes: gates, states and the gradient on its
 * way into the past. A network that fits may have any of these and be well, so all wait for a symptom. */

#include "engine/diagnose/evidence.h"

#include <math.h>
#include "engine/diagnose/limits.h"

/* Of a unit or two, what one gate does is chance: that they are so few is the finding. */
#define FEW_UNITS 2

static const FsLayerProbe *
layer_at (const FsEvidence *evidence, size_t i)
{
  return &evidence->probe->layers[i];
}

static size_t
count_layers (const FsEvidence *evidence)
{
  return evidence->probe ? evidence->probe->n_layers : 0;
}

/* How far a layer is beyond what a measure allows; 1 = at the limit. The worst layer speaks. */
typedef double (*Measure) (const FsLayerProbe *layer);

static size_t
worst_layer (const FsEvidence *evidence, Measure measure, double *ratio)
{
  size_t worst = 0;
  *ratio = 0;
  for (size_t i = 0; i < count_layers (evidence); i++)
    {
      double r = measure (layer_at (evidence, i));
      if (r > *ratio)
        {
          *ratio = r;
          worst = i;
        }
    }
  return worst;
}

static double
judge_worst (const FsEvidence *evidence, Measure measure)
{
  double ratio;
  worst_layer (evidence, measure, &ratio);
  return ratio > 1 ? fs_confidence_at (ratio) : 0;
}

static double
measure_cell (const FsLayerProbe *layer)
{
  return (double) layer->cell_late > FS_LIMIT_CELL_GROWTH * (double) layer->cell_early
             ? (double) layer->cell_late / FS_LIMIT_CELL
             : 0;
}

static double
measure_growth (const FsLayerProbe *layer)
{
  double slope = (double) layer->gradient_slope / FS_LIMIT_GROWING;
  return fmax (slope, measure_cell (layer)); /* fmax passes over NaN */
}

double
fs_judge_exploding (const FsEvidence *evidence)
{
  return judge_worst (evidence, measure_growth);
}

void
fs_say_exploding (FsFinding *finding, const FsEvidence *evidence)
{
  double ratio;
  const FsLayerProbe *layer = layer_at (evidence, worst_layer (evidence, measure_growth, &ratio));
  char number[FS_NUMBER_SIZE], early[FS_NUMBER_SIZE];
  /* Either is enough: what is said is the one that is beyond its limit. */
  if ((double) layer->gradient_slope < FS_LIMIT_GROWING)
    {
      FS_SAY (finding->headline, "The gradient grows into the past");
      FS_SAY (finding->detail, "by a factor of %s a step in layer %u",
              fs_words_number (exp (-(double) layer->gradient_slope), number), layer->layer + 1);
      FS_SAY (finding->cause,
              "What the recurrent weights multiply at every step back grows like a power "
              "of it: rare batches make huge steps.");
      fs_sign_add (finding, "growth a step, logarithm", -(double) layer->gradient_slope, NAN,
                   -FS_LIMIT_GROWING, "");
    }
  else
    {
      FS_SAY (finding->headline, "The cell state grows over the window");
      FS_SAY (finding->detail, "in layer %u from %s a quarter into it to %s at its end",
              layer->layer + 1, fs_words_number ((double) layer->cell_early, early),
              fs_words_number ((double) layer->cell_late, number));
      FS_SAY (finding->cause,
              "A state that only adds up leaves the range in which gates answer, and "
              "the last rows no longer count.");
    }
  if (isfinite (layer->cell_late))
    fs_sign_add (finding, "cell state at the end of the window", (double) layer->cell_late, 0,
                 FS_LIMIT_CELL, "");
  if (evidence->experiment && !(evidence->experiment->train.clip_norm > 0))
    fs_advise_set (finding, evidence, "train.clip_norm", 1);
  else
    fs_advise_rate (finding, evidence, 0.1);
}

static double
share_outside (const FsGateProbe *gate)
{
  return (double) (gate->low + gate->high);
}

/* Gates and candidate both: either alone is how counters and switches work. */
static double
measure_saturation (const FsLayerProbe *layer)
{
  double gates = 0;
  int n = 0;
  for (int state = 0; state < FS_STATE_CANDIDATE; state++)
    if (isfinite (layer->gates[state].low))
      {
        gates += share_outside (&layer->gates[state]);
        n++;
      }
  double candidate = share_outside (&layer->gates[FS_STATE_CANDIDATE]);
  return n > 0 ? fmin (gates / n, candidate) / FS_LIMIT_SATURATED : candidate / FS_LIMIT_SATURATED;
}

double
fs_judge_saturated (const FsEvidence *evidence)
{
  return judge_worst (evidence, measure_saturation);
}

void
fs_say_saturated (FsFinding *finding, const FsEvidence *evidence)
{
  double ratio;
  const FsLayerProbe *layer =
      layer_at (evidence, worst_layer (evidence, measure_saturation, &ratio));
  char number[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Gates stand at their ends");
  FS_SAY (finding->detail, "%s of the candidates of layer %u are beyond ±0.95",
          fs_words_percent (share_outside (&layer->gates[FS_STATE_CANDIDATE]), number),
          layer->layer + 1);
  FS_SAY (finding->cause,
          "At its ends a gate has no slope: what it does can no longer be learned.");
  fs_sign_add_percent (finding, "candidates at their limits",
                       share_outside (&layer->gates[FS_STATE_CANDIDATE]), 0, FS_LIMIT_SATURATED);
  if (isfinite (layer->gates[FS_STATE_FORGET_GATE].low))
    fs_sign_add_percent (finding, "forget gates below 0.1 or above 0.9",
                         share_outside (&layer->gates[FS_STATE_FORGET_GATE]), 0,
                         FS_LIMIT_SATURATED);
  fs_advise_rate (finding, evidence, 0.1);
}

static double
measure_death (const FsLayerProbe *layer)
{
  return (double) layer->dead_share / FS_LIMIT_DEAD;
}

double
fs_judge_dead_units (const FsEvidence *evidence)
{
  return judge_worst (evidence, measure_death);
}

void
fs_say_dead_units (FsFinding *finding, const FsEvidence *evidence)
{
  double ratio;
  const FsLayerProbe *layer = layer_at (evidence, worst_layer (evidence, measure_death, &ratio));
  char number[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Dead units");
  FS_SAY (finding->detail, "%s of the %u units of layer %u say the same at every row",
          fs_words_percent ((double) layer->dead_share, number), layer->n_units, layer->layer + 1);
  FS_SAY (finding->cause,
          "Units that do not move carry nothing, and hardly get a gradient to move.");
  fs_sign_add_percent (finding, "dead units", (double) layer->dead_share, 0, FS_LIMIT_DEAD);
  fs_advise_rate (finding, evidence, 0.1);
}

static double
measure_redundancy (const FsLayerProbe *layer)
{
  return layer->n_units >= 16 && layer->effective_rank > 0
             ? FS_LIMIT_RANK / (double) layer->effective_rank
             : 0;
}

double
fs_judge_redundant_units (const FsEvidence *evidence)
{
  return evidence->n >= FS_N_TO_SETTLE ? judge_worst (evidence, measure_redundancy) : 0;
}

void
fs_say_redundant_units (FsFinding *finding, const FsEvidence *evidence)
{
  double ratio;
  const FsLayerProbe *layer =
      layer_at (evidence, worst_layer (evidence, measure_redundancy, &ratio));
  double used = (double) layer->effective_rank * fmin (layer->n_units, 64);
  char number[FS_NUMBER_SIZE], key[64];
  FS_SAY (finding->headline, "Few of the units are needed");
  FS_SAY (finding->detail, "%u units of layer %u say as much as %s independent ones would",
          layer->n_units, layer->layer + 1, fs_words_number (used, number));
  FS_SAY (finding->cause,
          "The task is simpler than the network; a smaller one is as good and faster.");
  fs_sign_add (finding, "independent directions, share of units", (double) layer->effective_rank,
               FS_LIMIT_RANK, NAN, "");
  FS_SAY (key, "model.layers.%u.units", layer->layer);
  fs_advise_set (finding, evidence, key, floor (layer->n_units / 2.0));
}

static double
measure_fading (const FsLayerProbe *layer)
{
  if (layer->n_steps < 8 || layer->n_units <= FEW_UNITS)
    return 0;
  double share =
      layer->gradient_older > 0 ? FS_LIMIT_OLDER_SHARE / (double) layer->gradient_older : 0;
  return fmax (share, (double) layer->gradient_slope / FS_LIMIT_FADING);
}

double
fs_judge_vanishing (const FsEvidence *evidence)
{
  return judge_worst (evidence, measure_fading);
}

static void
advise_memory (FsFinding *finding, const FsEvidence *evidence, const FsLayerProbe *layer)
{
  const FsExperiment *experiment = evidence->experiment;
  char key[64];
  if (!experiment || layer->layer >= experiment->n_layers
      || experiment->layers[layer->layer].kind != FS_LAYER_LSTM)
    return;
  double bias = experiment->layers[layer->layer].forget_bias;
  double patient = log (fmax (3, (double) experiment->window.length)); /* 1/(1 − σ(b)) ≈ L */
  FS_SAY (key, "model.layers.%u.forget_bias", layer->layer);
  fs_advise_set (finding, evidence, key, bias < 1 ? 1 : fmax (patient, bias + 1));
}

void
fs_say_vanishing (FsFinding *finding, const FsEvidence *evidence)
{
  double ratio;
  const FsLayerProbe *layer = layer_at (evidence, worst_layer (evidence, measure_fading, &ratio));
  char number[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "The gradient vanishes into the past");
  FS_SAY (finding->detail, "the older half of the window gets %s of it",
          fs_words_percent ((double) layer->gradient_older, number));
  FS_SAY (finding->cause, "Each step back multiplies the gradient by less than one; the old rows "
                          "cannot teach what they mean.");
  fs_sign_add_percent (finding, "gradient in the older half", (double) layer->gradient_older,
                       FS_LIMIT_OLDER_SHARE, NAN);
  fs_sign_add (finding, "fading a step, logarithm", (double) layer->gradient_slope, NAN,
               FS_LIMIT_FADING, "");
  if (isfinite (layer->memory))
    fs_sign_add (finding, "memory of the most patient unit", (double) layer->memory, NAN, NAN,
                 FS_WORDS (" steps"));
  advise_memory (finding, evidence, layer);
}

static double
measure_forgetting (const FsLayerProbe *layer)
{
  double mean = (double) layer->gates[FS_STATE_FORGET_GATE].mean;
  return mean > 0 && layer->n_units > FEW_UNITS ? FS_LIMIT_SHUT_GATE / mean : 0; /* also for NaN */
}

/* A straight line must look further back than the most patient unit remembers, and the network does no better
 * than what needs no network. */
static bool
lacks_memory (const FsEvidence *evidence, const FsLayerProbe *layer)
{
  return evidence->data && evidence->has_signal && evidence->n >= FS_N_TO_SETTLE
         && (double) evidence->data->needed_rows > (double) layer->memory
         && evidence->curve->best >= evidence->simple[FS_EVIDENCE_VALIDATION];
}

double
fs_judge_forgets (const FsEvidence *evidence)
{
  double ratio;
  size_t worst = worst_layer (evidence, measure_forgetting, &ratio);
  if (!(ratio > 1))
    return 0;
  return lacks_memory (evidence, layer_at (evidence, worst)) ? 0.99 : fs_confidence_at (ratio);
}

void
fs_say_forgets (FsFinding *finding, const FsEvidence *evidence)
{
  double ratio;
  const FsLayerProbe *layer =
      layer_at (evidence, worst_layer (evidence, measure_forgetting, &ratio));
  double mean = (double) layer->gates[FS_STATE_FORGET_GATE].mean;
  char number[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "The forget gate is shut");
  FS_SAY (finding->detail, "it lets %s of the state pass to the next step",
          fs_words_percent (mean, number));
  FS_SAY (finding->cause, "What the cell holds is gone a step or two later, so nothing older can "
                          "matter.");
  fs_sign_add (finding, "mean of the forget gate", mean, FS_LIMIT_SHUT_GATE, NAN, "");
  if (isfinite (layer->memory))
    fs_sign_add (finding, "memory of the most patient unit", (double) layer->memory,
                 lacks_memory (evidence, layer) ? (double) evidence->data->needed_rows : NAN, NAN,
                 FS_WORDS (" steps"));
  advise_memory (finding, evidence, layer);
}

static double
measure_idleness (const FsLayerProbe *layer)
{
  return layer->n_steps >= 16 && layer->saliency_older >= 0 && layer->saliency_older < FS_LIMIT_IDLE
             ? 1.5
             : 0;
}

double
fs_judge_long_window (const FsEvidence *evidence)
{
  return evidence->n >= FS_N_TO_SETTLE ? judge_worst (evidence, measure_idleness) : 0;
}

void
fs_say_long_window (FsFinding *finding, const FsEvidence *evidence)
{
  double ratio;
  const FsLayerProbe *layer = layer_at (evidence, worst_layer (evidence, measure_idleness, &ratio));
  FS_SAY (finding->headline, "The window is longer than it is used");
  FS_SAY (finding->detail, "the older half of its %u steps does not change the forecast",
          layer->n_steps);
  FS_SAY (finding->cause, "What the network reads there costs time and says nothing to it.");
  fs_sign_add_percent (finding, "influence of the older half", (double) layer->saliency_older,
                       FS_LIMIT_IDLE, NAN);
  if (evidence->experiment)
    fs_advise_set (finding, evidence, "window.length",
                   ceil ((double) evidence->experiment->window.length / 2));
}
