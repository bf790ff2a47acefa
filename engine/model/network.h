/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The network: the experiment's layers planned for one input shape, with their parameters, gradients
 * and workspace. Owned by one caller (the trainer); its work is shared out over a pool, and every
 * number it produces is the same for any number of threads: rows of a batch are independent of each
 * other, and each gradient element is summed by one thread in a fixed order.
 *
 * A pass: fill fs_network_inputs() with x[T][B][I], then
 *   fs_network_forward   → fs_network_outputs() y[B][O], or y[T][B][O] if every step is wanted
 *   fs_network_backward  (after forward with training) given dy[B][O] → fs_network_gradients()
 * Gradients are overwritten, not accumulated. After parameters change, call fs_network_refresh()
 * (it repacks the weights for the kernels) before the next pass.
 *
 * Rows of a pass may have lengths: the steps of a row from its length on are masked. A recurrent layer
 * stands still in them, so that what it leaves is its state after the last step that counts, and no
 * gradient enters or leaves them. Any number of masked steps more changes no bit of outputs or gradients.
 *
 * An interrupted pass returns FS_INTERRUPTED soon (it looks once a time step); parameters are then
 * as before, and doing the same pass again gives the same numbers. */

#include <stdbool.h>
#include "engine/base/pool.h"
#include "engine/base/real.h"
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"
#include "engine/model/state.h"
#include "engine/model/tensor-table.h"

typedef struct FsNetwork FsNetwork;

typedef struct
{
  size_t n_inputs;  /* I: channels of a step */
  size_t n_steps;   /* T: steps of a window */
  size_t n_outputs; /* O: numbers per window, or per step */
  size_t max_rows;  /* B: the largest batch of a pass */
  bool is_stepwise; /* O numbers after every step instead of after the last */
  size_t
      n_tokens; /* the inputs are numbers of words below this, for an embedding; 0 = quantities */
} FsNetworkShape;

/* The value that goes from layer to layer: v[steps][B][stride], of which `width` columns count. */
typedef struct
{
  size_t steps;
  size_t width;
  size_t stride;
} FsValueShape;

/* What the user can read before training, per layer. */
typedef struct
{
  char name[32];       /* "LSTM 50" */
  size_t steps, width; /* output shape: steps × width (steps = 1 after the last recurrent layer) */
  size_t n_parameters;
  double multiply_adds; /* of one window's forward pass */
  size_t bytes;         /* parameters + workspace of this layer */
} FsLayerSummary;

/* Computes shapes and sizes without taking memory: absurd sizes fail here, naming the layer.
 * `summaries` has room for FS_MAX_LAYERS. */
FsStatus fs_network_plan (const FsExperiment *experiment,
                          const FsNetworkShape *shape,
                          FsLayerSummary *summaries,
                          FsTensorTable *table,
                          FsProblem *problem);

FsStatus fs_network_new (FsNetwork **network,
                         const FsExperiment *experiment,
                         const FsNetworkShape *shape,
                         FsPool *pool,
                         FsProblem *problem);
void fs_network_free (FsNetwork *network);

/* Draws the initial weights as each layer's settings say. Depends on the seed alone. Refreshes. */
void fs_network_initialise (FsNetwork *network, uint64_t seed);

const FsTensorTable *fs_network_tensors (const FsNetwork *network);
FsReal *fs_network_parameters (FsNetwork *network); /* [table.size] */
FsReal *fs_network_gradients (FsNetwork *network);  /* [table.size] */
void fs_network_refresh (FsNetwork *network);

/* Live settings: the rates of all dropout are the experiment's from the next pass on. False, and nothing
 * is changed, if that takes another network, because a recurrent layer begins or ends to drop. */
bool fs_network_take_dropout (FsNetwork *network, const FsExperiment *experiment);

FsReal *fs_network_inputs (FsNetwork *network);        /* x[T][n_rows][I] of the coming pass */
const FsReal *fs_network_outputs (FsNetwork *network); /* y[n_rows][O] of the last pass */

typedef struct
{
  size_t n_rows;           /* B of this pass, ≤ max_rows */
  bool is_training;        /* dropout acts, and what backward needs is kept */
  uint64_t seed;           /* of dropout */
  uint64_t step;           /* number of the batch since the start of the run */
  const uint32_t *lengths; /* [n_rows], 0 … T: the steps that count; NULL = all of every row */
  const FsInterrupt *interrupt; /* may be NULL */
  bool is_probe; /* with is_training: nothing is dropped, and fs_network_read_state() may follow */
} FsPass;

/* Whether what is random in training acts in this pass. */
static inline bool
fs_pass_drops (const FsPass *pass)
{
  return pass->is_training && !pass->is_probe;
}

FsStatus fs_network_forward (FsNetwork *network, const FsPass *pass);
FsStatus fs_network_backward (FsNetwork *network, const FsPass *pass, const FsReal *d_outputs);

/* What recurrent layers begin their next passes with: 0, unless it is set or carried over.
 *   set     the state of row `row` of one way (0 = the only one or ahead, 1 = back) of layer `layer`;
 *           h, and c of an LSTM (else NULL), have a number for each unit
 *   carry   all ways go on from where each row of the last pass ended; the way back ended at step 0
 *   reset   all layers begin with 0 again
 * False if the layer has no such state. No gradient goes back into the state that a pass began with. */
bool fs_network_set_start (FsNetwork *network,
                           size_t layer,
                           size_t way,
                           size_t row,
                           const FsReal *h,
                           const FsReal *c);
void fs_network_carry_state (FsNetwork *network);
void fs_network_reset_state (FsNetwork *network);

/* The same in numbers of the caller's: h (and c) of all ways of all layers, so many a row.
 *   keep    what rows 0 … n-1 of the last pass ended with
 *   begin   what rows 0 … n-1 of the next passes begin with */
size_t fs_network_state_width (const FsNetwork *network);
void fs_network_keep_state (const FsNetwork *network, size_t n_rows, FsReal *values);
void fs_network_begin_state (FsNetwork *network, size_t n_rows, const FsReal *values);

/* h or c after the last step of the last pass. False if there is no such. */
bool fs_network_end_state (const FsNetwork *network,
                           size_t layer,
                           size_t way,
                           FsState state,
                           size_t row,
                           FsReal *values);

/* y[steps][n_rows][stride] that the layer passed on in the last pass; `shape` says how much of it there
 * is. */
const FsReal *fs_network_layer_values (const FsNetwork *network, size_t layer, FsValueShape *shape);

/* Looks into a recurrent layer after a pass with is_probe: `values` gets a number for each unit (for
 * FS_STATE_INPUT_GRADIENT, for each input) of row `row` at step `t`. False if the layer has no such
 * state. Gates can be read after the forward pass, until the backward pass has used them up; gradients
 * after that; c and h after either. If the layer reads both ways, the units of the way back come last. */
bool fs_network_read_state (const FsNetwork *network,
                            size_t layer,
                            FsState state,
                            size_t t,
                            size_t row,
                            FsReal *values);

/* The same of all rows of the pass at once: values[n_rows][n]. */
bool fs_network_read_states (const FsNetwork *network,
                             size_t layer,
                             FsState state,
                             size_t t,
                             FsReal *values);

/* How much each step of row `row` mattered in the last pass to an attention layer: weights[T], 0 where a step
 * does not count, together 1. False if the layer is another one. */
bool fs_network_attention (const FsNetwork *network, size_t layer, size_t row, FsReal *weights);

/* What there is to be read of a layer; false if it is not recurrent. */
typedef struct
{
  size_t n_steps, n_units, n_inputs;
} FsStateShape;

bool fs_network_state_shape (const FsNetwork *network, size_t layer, FsStateShape *shape);

/* Multiply-adds of the forward pass of one row: the unit that work is counted in. */
double fs_network_row_cost (const FsNetwork *network);

/* The first tensor (parameters, else gradients) that holds a NaN or Inf; NULL if none. */
const FsTensor *fs_network_first_non_finite (const FsNetwork *network, bool in_gradients);
