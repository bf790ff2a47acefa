/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a layer is to the network: a row of a table of operations. A new kind of layer is a new file
 * with such a row (and its line in layer.c); the network itself knows no kind.
 *
 * A pass over a batch has three phases, and each is shared out over threads as "items":
 *   forward   for a range of batch rows, through all layers
 *   backward  for a range of batch rows, back through all layers: gradients of activations
 *   gradient  item by item: gradients of parameters, each summed over all rows by one item
 * An item writes only what belongs to its rows or its parameters, in an order that does not depend on
 * the range or the thread: so results are the same bits for any number of threads.
 *
 * Letters: T steps of a sequence, B rows of the batch, I inputs and H units of the layer. */

#include <stdatomic.h>
#include <stdbool.h>
#include "engine/base/real.h"
#include "engine/model/kernels.h"
#include "engine/model/network.h"

/* Units are computed in blocks of 16 (one 512-bit register of floats); rows of activations are padded
 * to whole blocks and their padding is 0, so that kernels may read whole registers. */
#define FS_BLOCK 16

/* Kernels may read this many numbers past the last row of a buffer. */
#define FS_SLACK 64

#define FS_LAYER_MAX_SLOTS 32
#define FS_LAYER_MAX_CHILDREN 2

typedef struct FsLayer FsLayer;
typedef struct FsLayerPass FsLayerPass;

/* Sizes counted so far. Everything saturates at SIZE_MAX. */
typedef struct
{
  const FsNetworkShape *shape;
  FsValueShape value;     /* what the layer being planned receives; it leaves what it yields */
  bool wants_dx;          /* whether a layer before has anything to learn from dx */
  bool is_last;           /* the last layer of the network */
  bool is_last_recurrent; /* nothing that reads steps follows: only the last step is wanted */
  bool is_pooled;         /* a layer before has made one vector of all steps */
  FsTensorTable *table;
  size_t workspace;       /* numbers of type FsReal */
  FsLayer *free_children; /* room for layers within layers: FS_LAYER_MAX_CHILDREN a layer */
} FsLayerPlan;

typedef struct
{
  const char *name; /* "LSTM" */
  bool is_recurrent;
  bool has_units;
  bool is_pooling; /* makes one vector of all steps */

  /* Sets shapes and counts tensors and slots; takes no memory. */
  FsStatus (*plan) (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem);
  /* Draws the initial parameters (all 0 before). NULL if there are none. */
  void (*initialise) (const FsLayer *layer,
                      const FsTensorTable *table,
                      FsReal *parameters,
                      uint64_t seed);
  /* Repacks parameters for the kernels: item of n_refresh_items. NULL if there is nothing to do. */
  void (*refresh) (const FsLayer *layer,
                   const FsTensorTable *table,
                   const FsReal *parameters,
                   size_t item);
  /* Before a pass, by one thread: what the layer changes in its parameters on being used. NULL if
   * nothing. */
  void (*begin) (const FsLayer *layer, const FsLayerPass *pass, FsReal *parameters);
  void (*forward) (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end);
  void (*backward) (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end);
  /* Item of n_gradient_items. NULL if there are no parameters. */
  void (*gradient) (const FsLayer *layer, const FsLayerPass *pass, size_t item);
  /* Recurrent layers: see fs_network_read_state(). In the backward pass of a probe they leave ∂L/∂h_t
   * of all steps in FS_SLOT_DY, [T][B][stride]: what step t needs of it has been read by then. */
  bool (*read_state) (const FsLayer *layer,
                      const FsLayerPass *pass,
                      FsState state,
                      size_t t,
                      size_t row,
                      FsReal *values);
  /* See fs_network_attention(). */
  void (*read_weights) (const FsLayer *layer, size_t n_rows, size_t row, FsReal *weights);
} FsLayerKindOps;

struct FsLayer
{
  const FsLayerKindOps *ops;
  FsLayerSpec spec;
  size_t index;                /* in the experiment's list */
  const FsNetworkShape *shape; /* of the network */
  FsValueShape in, out;
  bool has_dx;         /* the layer before wants dx */
  size_t skip;         /* steps at the start of slot Y that are not passed on */
  size_t first_tensor; /* its tensors in the table */
  size_t n_tensors;
  size_t n_refresh_items;
  size_t n_gradient_items;
  double multiply_adds;     /* of one row's forward pass */
  const FsKernels *kernels; /* NULL: the readable reference instead */

  bool is_child;     /* of a layer made of others */
  bool drops_inputs; /* planned with dropout of its inputs */
  bool has_start;    /* recurrent: the state before the first step is that of its slots, else 0 */

  /* Slices of the workspace; the first exist in every layer: what it yields, y[steps][B][stride], and
   * the gradient of the loss by it, and what a recurrent layer begins with. The rest is the kind's own. */
  size_t slot_offsets[FS_LAYER_MAX_SLOTS];
  FsReal *slots[FS_LAYER_MAX_SLOTS];
  size_t n_slots;

  /* Of a layer that is made of others: they plan, pack and pass what is theirs when it lets them. */
  FsLayer *children;
  size_t n_children;
  const char *tensor_suffix; /* "_reverse" in the second of two directions, else NULL */
};

enum
{
  FS_SLOT_Y,
  FS_SLOT_DY,
  FS_SLOT_START_H, /* recurrent: h and c before the first step, [B][stride] */
  FS_SLOT_START_C,
  FS_SLOT_X,      /* recurrent, with dropout of its inputs: m ⊙ x, [T][B][in.stride] … */
  FS_SLOT_X_MASK, /* … and m, [T or 1][B][in.stride] */
  FS_SLOT_OWN     /* the first of the kind's own */
};

/* What all layers of a network share during a pass, and the buffers between one and its neighbours. */
struct FsLayerPass
{
  const FsPass *pass;
  size_t n_rows; /* B */
  const FsTensorTable *table;
  const FsReal *parameters;
  FsReal *gradients;
  const FsReal *x; /* [in.steps][B][in.stride] */
  FsReal *dx;      /* the same, or NULL */
  FsReal *y;       /* [out.steps][B][out.stride] */
  FsReal *dy;      /* the same */
  atomic_bool *was_interrupted;
};

const FsLayerKindOps *fs_layer_kind_ops (FsLayerKind kind);
/* Those that serve these settings: some of a kind have no kernels of their own. */
const FsLayerKindOps *fs_layer_spec_ops (const FsLayerSpec *spec);
/* The same without regard to the direction. */
const FsLayerKindOps *fs_layer_core_ops (const FsLayerSpec *spec);
extern const FsLayerKindOps fs_lstm_ops;
extern const FsLayerKindOps fs_dropout_ops;
extern const FsLayerKindOps fs_embedding_ops;
extern const FsLayerKindOps fs_dense_ops;
extern const FsLayerKindOps fs_gru_ops;
extern const FsLayerKindOps fs_gru_kernel_ops; /* the GRU in its usual form */
extern const FsLayerKindOps fs_rnn_ops;
extern const FsLayerKindOps fs_lstm_cell_ops; /* with other curves or layer normalisation */
extern const FsLayerKindOps fs_bidirectional_ops;
extern const FsLayerKindOps fs_attention_ops;
extern const FsLayerKindOps fs_layer_norm_ops;

/* Counts `n` numbers of workspace as the next slot of the layer. */
void fs_layer_plan_slot (FsLayer *layer, FsLayerPlan *plan, size_t n);

/* Counts Y and DY for `y_steps` steps each, though a layer may pass on fewer (a probe fills them all);
 * must come before the kind's own slots. */
void fs_layer_plan_values (FsLayer *layer, FsLayerPlan *plan, size_t y_steps);

/* Appends a tensor of the layer; its name ends in the layer's suffix. */
FsStatus fs_layer_plan_tensor (const FsLayer *layer,
                               FsLayerPlan *plan,
                               const char *name,
                               size_t rows,
                               size_t cols,
                               FsTensorRole role,
                               FsProblem *problem);

/* Reads and checks `units`. */
FsStatus fs_layer_plan_units (const FsLayer *layer, size_t *units, FsProblem *problem);

/* h or c before the first step, [B][stride]; NULL = 0. */
static inline const FsReal *
fs_layer_start (const FsLayer *layer, size_t slot)
{
  return layer->has_start ? layer->slots[slot] : NULL;
}

/* What the layer passes on: [out.steps][n_rows][out.stride]. */
static inline FsReal *
fs_layer_yield (const FsLayer *layer, size_t n_rows)
{
  return layer->slots[FS_SLOT_Y] + layer->skip * n_rows * layer->out.stride;
}

/* Whether to give up; remembers that somebody did. Called once a time step. */
static inline bool
fs_layer_pass_is_interrupted (const FsLayerPass *pass)
{
  if (!fs_interrupt_is_requested (pass->pass->interrupt))
    return false;
  atomic_store_explicit (pass->was_interrupted, true, memory_order_relaxed);
  return true;
}

/* What a step is to a row: one after which others follow, the last that counts, or masked. */
typedef enum
{
  FS_STEP_INNER,
  FS_STEP_LAST,
  FS_STEP_MASKED
} FsStepRole;

static inline FsStepRole
fs_layer_step_role (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t row)
{
  const size_t length = pass->pass->lengths ? pass->pass->lengths[row] : layer->in.steps;
  return t + 1 < length ? FS_STEP_INNER : t + 1 == length ? FS_STEP_LAST : FS_STEP_MASKED;
}

/* One past the last of the rows from `row` on that step `t` is the same to. Kernels work on such runs:
 * rows of a batch that lie in order of length make at most three of them. */
static inline size_t
fs_layer_same_role_end (const FsLayer *layer,
                        const FsLayerPass *pass,
                        size_t t,
                        size_t row,
                        size_t end)
{
  if (!pass->pass->lengths)
    return end;
  const FsStepRole role = fs_layer_step_role (layer, pass, t, row);
  do
    row++;
  while (row < end && fs_layer_step_role (layer, pass, t, row) == role);
  return row;
}

/* ∂L/∂y of step t; NULL where the step is not passed on. If only the end is, that is after the last step
 * of the row that counts. */
static inline const FsReal *
fs_layer_dy_of_step (const FsLayer *layer, const FsLayerPass *pass, size_t t, bool is_last)
{
  if (layer->skip > 0)
    return is_last ? pass->dy : NULL;
  return pass->dy + t * pass->n_rows * layer->out.stride;
}

/* A state of [T][B][stride] stands still in the masked steps of rows first … end-1: step t is as t-1,
 * and the first as `start` (see fs_layer_start()). */
void fs_layer_hold_state (const FsLayer *layer,
                          const FsLayerPass *pass,
                          FsReal *values,
                          const FsReal *start,
                          size_t stride,
                          size_t t,
                          size_t first,
                          size_t end);

/* A tensor of the layer, `number` counting from its first. */
static inline const FsReal *
fs_layer_parameter (const FsLayer *layer,
                    const FsTensorTable *table,
                    const FsReal *block,
                    size_t number)
{
  return block + table->tensors[layer->first_tensor + number].offset;
}
