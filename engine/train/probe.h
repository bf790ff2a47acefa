/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a probe found: the inside of the network after one epoch, as plain numbers. Probes are taken at
 * the end of an epoch on a fixed set of training windows, without dropout, as often as a small share
 * of the work allows (trainer-probe.c): after the first epoch, then every few, in large jobs after every one,
 * in small ones after epochs 2, 4, 8 … and the last.
 * They change no bit of the training and depend on no clock.
 *
 * All figures are made to be compared across networks: shares, ratios, norms. NaN = the layer has no
 * such thing (an RNN has no gates), or it could not be measured. */

#include <stddef.h>
#include <stdint.h>
#include "engine/experiment/experiment.h"
#include "engine/model/state.h"
#include "engine/model/tensor-table.h"

/* Points of a curve over the steps of a window: [0] is the oldest step, the last one the newest. Short
 * windows use the first n_steps of them, longer ones are averaged down to as many. */
#define FS_PROBE_TIMES 32

/* A gate counts as shut below and as open above; the candidate is saturated beyond ±0.95 (Karpathy,
 * Johnson & Li 2015). */
#define FS_PROBE_GATE_LOW 0.1
#define FS_PROBE_GATE_HIGH 0.9
#define FS_PROBE_CANDIDATE_LIMIT 0.95

/* A unit is dead when its h varies by less (standard deviation over all windows and steps). */
#define FS_PROBE_DEAD_DEVIATION 0.01

/* Of the epoch's last batch, as the optimiser saw it. */
typedef struct
{
  float gradient_norm; /* with penalties, before clipping */
  float weight_norm;   /* before the step */
  float update_ratio;  /* ‖Δw‖ / ‖w‖; NaN where ‖w‖ = 0 */
} FsTensorProbe;

typedef struct
{
  float low;  /* share of values below FS_PROBE_GATE_LOW; of a candidate, below −0.95 */
  float high; /* share above FS_PROBE_GATE_HIGH; of a candidate, above 0.95 */
  float mean;
} FsGateProbe;

/* Of one recurrent layer, over all windows of the set, steps and units. */
typedef struct
{
  uint32_t layer; /* index into the experiment's layers */
  uint32_t n_units, n_steps;
  FsGateProbe gates[FS_N_GATE_STATES]; /* by FsState */

  /* max over units j of 1 / (1 − mean f_j), or of the GRU's update gate: for how many steps the most
   * patient unit remembers (Tallec & Ollivier 2018). At most 1e6. */
  float memory;

  float cell_mean, cell_deviation, cell_max; /* LSTM; the last of |c| */
  float cell_early, cell_late; /* mean |c| a quarter into the window, and at its last step */
  float hidden_mean, hidden_deviation, hidden_max; /* the last of |h| */
  float dead_share;                                /* of units: see FS_PROBE_DEAD_DEVIATION */

  /* exp of the entropy of the normalised singular values of h (Roy & Vetterli 2007), over 4 states for
   * each unit, or over 32 states of layers with more than 32 units; as a share of the largest that it
   * can be, n_units or those 32. 1 = all independent, next to 0 = all units say the same. */
  float effective_rank;

  /* ‖∂L/∂h_t‖, root mean square over windows, as a share of the largest of the points. */
  float gradient_times[FS_PROBE_TIMES];
  uint32_t n_times;
  float gradient_slope; /* of log ‖∂L/∂h_t‖ per step, least squares; > 0 = fades into the past */
  float gradient_older; /* share of Σ_t ‖∂L/∂h_t‖ that the older half of the steps has */

  /* The same share of the saliency Σ_t ‖∂L/∂x_t‖; of the layer that reads the window alone. */
  float saliency_older;  /* older half */
  float saliency_oldest; /* oldest tenth */
} FsLayerProbe;

typedef struct
{
  uint32_t epoch; /* 1-based: the weights after it */

  /* Gradient noise of single batches, from batches cut into two halves, whose gradients A and B differ
   * by noise alone: signal = ⟨A, B⟩ estimates ‖E g‖² and noise = ‖A − B‖² / (1/a + 1/b) the trace of
   * the covariance of one window's gradient; their ratio is the batch size that would be "large"
   * (McCandlish et al. 2018, B_simple). Both are means over the last ten or so batches that were cut,
   * with weights that fall by a tenth each time. NaN before the first. */
  double noise, signal;
  double noise_scale; /* noise / signal; +∞ where no signal is left */

  FsTensorProbe tensors[FS_MAX_TENSORS]; /* [n_tensors], in the order of the network's table */
  FsLayerProbe layers[FS_MAX_LAYERS];    /* [n_layers]: recurrent ones, from the input on */
  uint32_t n_tensors, n_layers;

  /* What the first layer of attention makes of the steps of the window: how much each counts on average
   * over the set's windows, all steps together 1. Points as gradient_times has them; n_attention = 0: there
   * is no such layer. */
  float attention[FS_PROBE_TIMES];
  uint32_t n_attention, attention_layer, attention_steps;
} FsProbe;
