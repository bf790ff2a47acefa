/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The network: its memory, its parameters, and looking inside; see network.h. Planning is network-plan.c,
 * the passes are network-pass.c, states that outlive a pass network-state.c. */

#include "engine/model/network-private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/large-pages.h"
#include "engine/base/size.h"
#include "engine/model/dropout.h"

#define ALIGNMENT 64

/* Networks from this size on lie in large pages, if the system has any. */
#define LARGE_BYTES FS_LARGE_PAGE

/* --- Memory --- */

static FsReal *
take (FsReal **free_memory, size_t n)
{
  FsReal *taken = *free_memory;
  *free_memory += fs_size_round_up (n + FS_SLACK, FS_BLOCK);
  return taken;
}

static void
settle (const FsNetwork *network, FsLayer *layer)
{
  for (size_t s = 0; s < layer->n_slots; s++)
    layer->slots[s] = network->workspace + layer->slot_offsets[s];
  layer->kernels = fs_isa_kernels (fs_isa_current ());
}

/* Fresh pages come as zeros from the system, so that nothing is touched before it is used. */
static FsStatus
allocate (FsNetwork *network, const FsLayerPlan *plan, FsProblem *problem)
{
  const FsNetworkShape *shape = &network->shape;
  const size_t n_bytes = fs_network_planned_bytes (plan);
  const size_t alignment = n_bytes < LARGE_BYTES ? ALIGNMENT : FS_LARGE_PAGE;
  network->memory = calloc (1, n_bytes + alignment);
  if (!network->memory)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "model.layers", NULL,
                       "fewer units, a shorter window or smaller batches");
  FsReal *free_memory =
      (FsReal *) (((uintptr_t) network->memory + alignment - 1) & ~(uintptr_t) (alignment - 1));
  if (alignment == FS_LARGE_PAGE)
    fs_prefer_large_pages (free_memory, n_bytes);
  network->parameters = take (&free_memory, plan->table->size);
  network->gradients = take (&free_memory, plan->table->size);
  network->inputs = take (&free_memory, shape->n_steps * shape->max_rows * shape->n_inputs);
  network->outputs = take (&free_memory, fs_network_n_output_rows (shape) * shape->n_outputs);
  network->workspace = free_memory;
  for (size_t i = 0; i < network->n_layers; i++)
    {
      FsLayer *layer = &network->layers[i];
      settle (network, layer);
      for (size_t k = 0; k < layer->n_children; k++)
        settle (network, &layer->children[k]);
    }
  return FS_OK;
}

FsStatus
fs_network_new (FsNetwork **network,
                const FsExperiment *experiment,
                const FsNetworkShape *shape,
                FsPool *pool,
                FsProblem *problem)
{
  FsNetwork *made = calloc (1, sizeof *made);
  if (!made)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "model.layers", NULL, NULL);
  made->shape = *shape;
  made->pool = pool;
  made->n_layers = experiment->n_layers;
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsLayerPlan plan = { .table = &made->table, .free_children = made->children };
  FsStatus status =
      fs_network_plan_layers (experiment, &made->shape, made->layers, summaries, &plan, problem);
  if (status == FS_OK)
    status = allocate (made, &plan, problem);
  if (status != FS_OK)
    {
      fs_network_free (made);
      return status;
    }
  for (size_t i = 0; i < made->n_layers; i++)
    made->row_cost += made->layers[i].multiply_adds;
  *network = made;
  return FS_OK;
}

void
fs_network_free (FsNetwork *network)
{
  if (!network)
    return;
  free (network->memory);
  free (network);
}

/* --- Parameters --- */

void
fs_network_initialise (FsNetwork *network, uint64_t seed)
{
  memset (network->parameters, 0, network->table.size * sizeof *network->parameters);
  for (size_t i = 0; i < network->n_layers; i++)
    if (network->layers[i].ops->initialise)
      network->layers[i].ops->initialise (&network->layers[i], &network->table, network->parameters,
                                          seed);
  fs_network_refresh (network);
}

const FsTensorTable *
fs_network_tensors (const FsNetwork *network)
{
  return &network->table;
}

FsReal *
fs_network_parameters (FsNetwork *network)
{
  return network->parameters;
}

FsReal *
fs_network_gradients (FsNetwork *network)
{
  return network->gradients;
}

static void
take_rates (FsLayer *layer, const FsLayerSpec *spec)
{
  layer->spec.rate = spec->rate;
  layer->spec.dropout = spec->dropout;
  layer->spec.recurrent_dropout = spec->recurrent_dropout;
}

bool
fs_network_take_dropout (FsNetwork *network, const FsExperiment *experiment)
{
  assert (experiment->n_layers == network->n_layers);
  for (size_t i = 0; i < network->n_layers; i++)
    {
      const FsLayer *layer = &network->layers[i];
      const FsLayerSpec *spec = &experiment->layers[i];
      if (layer->ops->is_recurrent
          && ((layer->spec.dropout > 0) != (spec->dropout > 0)
              || (layer->spec.recurrent_dropout > 0) != (spec->recurrent_dropout > 0)))
        return false;
    }
  for (size_t i = 0; i < network->n_layers; i++)
    {
      take_rates (&network->layers[i], &experiment->layers[i]);
      for (size_t k = 0; k < network->layers[i].n_children; k++)
        take_rates (&network->layers[i].children[k], &experiment->layers[i]);
    }
  return true;
}

FsReal *
fs_network_inputs (FsNetwork *network)
{
  return network->inputs;
}

const FsReal *
fs_network_outputs (FsNetwork *network)
{
  return network->outputs;
}

const FsTensor *
fs_network_first_non_finite (const FsNetwork *network, bool in_gradients)
{
  const FsReal *block = in_gradients ? network->gradients : network->parameters;
  for (size_t i = 0; i < network->table.n_tensors; i++)
    {
      const FsTensor *tensor = &network->table.tensors[i];
      for (size_t k = 0; k < tensor->rows * tensor->cols; k++)
        if (!isfinite (block[tensor->offset + k]))
          return tensor;
    }
  return NULL;
}

/* ---- Looking inside ---- */

bool
fs_network_state_shape (const FsNetwork *network, size_t layer, FsStateShape *shape)
{
  if (layer >= network->n_layers || !network->layers[layer].ops->read_state)
    return false;
  const FsLayer *found = &network->layers[layer];
  *shape = (FsStateShape){ .n_steps = found->in.steps,
                           .n_units = found->out.width,
                           .n_inputs = found->in.width };
  if (found->n_children)
    shape->n_units = 0;
  for (size_t i = 0; i < found->n_children; i++)
    shape->n_units += found->children[i].out.width;
  return true;
}

bool
fs_network_read_state (const FsNetwork *network,
                       size_t layer,
                       FsState state,
                       size_t t,
                       size_t row,
                       FsReal *values)
{
  assert (layer < network->n_layers && row < network->n_rows);
  const FsPass pass = { .n_rows = network->n_rows };
  const FsLayerPass layer_pass = fs_network_layer_pass ((FsNetwork *) network, &pass, layer);
  const FsLayer *found = &network->layers[layer];
  return found->ops->read_state
         && found->ops->read_state (found, &layer_pass, state, t, row, values);
}

bool
fs_network_read_states (const FsNetwork *network,
                        size_t layer,
                        FsState state,
                        size_t t,
                        FsReal *values)
{
  assert (layer < network->n_layers);
  const FsPass pass = { .n_rows = network->n_rows };
  const FsLayerPass layer_pass = fs_network_layer_pass ((FsNetwork *) network, &pass, layer);
  const FsLayer *found = &network->layers[layer];
  FsStateShape shape;
  if (!fs_network_state_shape (network, layer, &shape))
    return false;
  const size_t n = state == FS_STATE_INPUT_GRADIENT ? shape.n_inputs : shape.n_units;
  bool is_there = true;
  for (size_t row = 0; row < network->n_rows && is_there; row++)
    is_there = found->ops->read_state (found, &layer_pass, state, t, row, values + row * n);
  return is_there;
}

double
fs_network_row_cost (const FsNetwork *network)
{
  return network->row_cost;
}

const FsReal *
fs_network_layer_values (const FsNetwork *network, size_t layer, FsValueShape *shape)
{
  assert (layer < network->n_layers);
  *shape = network->layers[layer].out;
  return fs_layer_yield (&network->layers[layer], network->n_rows);
}

bool
fs_network_attention (const FsNetwork *network, size_t layer, size_t row, FsReal *weights)
{
  if (layer >= network->n_layers || !network->layers[layer].ops->read_weights)
    return false;
  assert (row < network->n_rows);
  network->layers[layer].ops->read_weights (&network->layers[layer], network->n_rows, row, weights);
  return true;
}
