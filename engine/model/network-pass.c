/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The phases of a pass shared out over the pool: rows forward and back, blocks of units for the weight
 * gradients, and the repacking of new weights. See layer.h for what a layer does in each. */

#include "engine/model/network-private.h"

#include <assert.h>
#include <string.h>
#include "engine/model/dropout.h"

typedef struct
{
  FsNetwork *network;
  const FsPass *pass;
  const FsReal *d_outputs;
  size_t rows_a_chunk;
} Job;

/* Multiply-adds below which handing work to other threads costs more than it saves: about 50 µs. */
#define MIN_SHARED_COST 2e6

/* The same for bringing one parameter into its panels, which is moving, not reckoning: it takes as long as 20
 * (0.4 ns), and in the middle of a batch, when nobody sleeps, is worth sharing from a quarter of the work. */
#define REFRESH_COST 80

/* One chunk a thread, as long as that leaves each some work. Nothing that is computed depends on it. */
static size_t
choose_rows_a_chunk (const FsNetwork *network, size_t n_rows)
{
  size_t n_threads = fs_pool_n_threads (network->pool);
  if (n_threads == 1 || network->row_cost * (double) n_rows < MIN_SHARED_COST)
    return n_rows;
  return (n_rows + n_threads - 1) / n_threads;
}

/* What the layer before yields. */
static const FsReal *
inputs_of (const FsNetwork *network, const FsPass *pass, size_t i)
{
  return i > 0 ? fs_layer_yield (&network->layers[i - 1], pass->n_rows) : network->inputs;
}

FsLayerPass
fs_network_layer_pass (FsNetwork *network, const FsPass *pass, size_t i)
{
  const FsLayer *layer = &network->layers[i];
  const FsLayer *before = i > 0 ? layer - 1 : NULL;
  return (FsLayerPass){
    .pass = pass,
    .n_rows = pass->n_rows,
    .table = &network->table,
    .parameters = network->parameters,
    .gradients = network->gradients,
    .x = fs_dropout_acts_on_inputs (layer, pass) ? layer->slots[FS_SLOT_X]
                                                 : inputs_of (network, pass, i),
    .dx = layer->has_dx ? before->slots[FS_SLOT_DY] : NULL,
    .y = fs_layer_yield (layer, pass->n_rows),
    .dy = layer->slots[FS_SLOT_DY],
    .was_interrupted = &network->was_interrupted,
  };
}

static size_t
chunk_end (const Job *job, size_t first)
{
  size_t end = first + job->rows_a_chunk;
  return end < job->pass->n_rows ? end : job->pass->n_rows;
}

static void
forward_cb (void *context, size_t item, size_t worker)
{
  const Job *job = context;
  FsNetwork *network = job->network;
  const size_t first = item * job->rows_a_chunk, end = chunk_end (job, first);
  for (size_t i = 0; i < network->n_layers; i++)
    {
      FsLayerPass pass = fs_network_layer_pass (network, job->pass, i);
      if (fs_layer_pass_is_interrupted (&pass))
        return;
      if (fs_dropout_acts_on_inputs (&network->layers[i], job->pass))
        fs_dropout_forward_inputs (&network->layers[i], &pass, inputs_of (network, job->pass, i),
                                   first, end);
      network->layers[i].ops->forward (&network->layers[i], &pass, first, end);
    }
  const FsLayer *last = &network->layers[network->n_layers - 1];
  for (size_t t = 0; t < last->out.steps; t++)
    for (size_t row = t * job->pass->n_rows + first; row < t * job->pass->n_rows + end; row++)
      memcpy (network->outputs + row * last->out.width,
              last->slots[FS_SLOT_Y] + row * last->out.stride, last->out.width * sizeof (FsReal));
}

static void
backward_cb (void *context, size_t item, size_t worker)
{
  const Job *job = context;
  FsNetwork *network = job->network;
  const size_t first = item * job->rows_a_chunk, end = chunk_end (job, first);
  const FsLayer *last = &network->layers[network->n_layers - 1];
  for (size_t t = 0; t < last->out.steps; t++)
    for (size_t row = t * job->pass->n_rows + first; row < t * job->pass->n_rows + end; row++)
      memcpy (last->slots[FS_SLOT_DY] + row * last->out.stride,
              job->d_outputs + row * last->out.width, last->out.width * sizeof (FsReal));
  for (size_t i = network->n_layers; i-- > 0;)
    {
      FsLayerPass pass = fs_network_layer_pass (network, job->pass, i);
      if (fs_layer_pass_is_interrupted (&pass))
        return;
      /* Nothing learns from what a layer without parameters at the very start would compute. */
      if (pass.dx || network->layers[i].n_tensors > 0)
        network->layers[i].ops->backward (&network->layers[i], &pass, first, end);
      if (fs_dropout_acts_on_inputs (&network->layers[i], job->pass))
        fs_dropout_backward_inputs (&network->layers[i], &pass, first, end);
    }
}

/* Runs `task` with the layer and the number within it that `item` of all layers' items stands for. */
static const FsLayer *
find_layer_item (const FsNetwork *network, bool is_refresh, size_t *item)
{
  for (size_t i = 0;; i++)
    {
      const FsLayer *layer = &network->layers[i];
      size_t n = is_refresh ? layer->n_refresh_items : layer->n_gradient_items;
      if (*item < n)
        return layer;
      *item -= n;
    }
}

static void
gradient_cb (void *context, size_t item, size_t worker)
{
  const Job *job = context;
  const FsLayer *layer = find_layer_item (job->network, false, &item);
  FsLayerPass pass = fs_network_layer_pass (job->network, job->pass, layer->index);
  if (!fs_layer_pass_is_interrupted (&pass))
    layer->ops->gradient (layer, &pass, item);
}

static void
refresh_cb (void *context, size_t item, size_t worker)
{
  const Job *job = context;
  const FsLayer *layer = find_layer_item (job->network, true, &item);
  layer->ops->refresh (layer, &job->network->table, job->network->parameters, item);
}

/* Shares the items out if the work is worth it. */
static void
run_items (FsNetwork *network, double cost, size_t n_items, FsPoolTask task, Job *job)
{
  if (cost >= MIN_SHARED_COST)
    fs_pool_run (network->pool, n_items, task, job);
  else
    {
      fs_denormals_off ();
      for (size_t item = 0; item < n_items; item++)
        task (job, item, 0);
    }
}

void
fs_network_refresh (FsNetwork *network)
{
  Job job = { .network = network };
  size_t n_items = 0;
  for (size_t i = 0; i < network->n_layers; i++)
    n_items += network->layers[i].n_refresh_items;
  run_items (network, REFRESH_COST * (double) network->table.n_parameters, n_items, refresh_cb,
             &job);
}

FsStatus
fs_network_forward (FsNetwork *network, const FsPass *pass)
{
  assert (pass->n_rows >= 1 && pass->n_rows <= network->shape.max_rows);
  const size_t rows = choose_rows_a_chunk (network, pass->n_rows);
  Job job = { .network = network, .pass = pass, .rows_a_chunk = rows };
  network->n_rows = pass->n_rows;
  for (size_t i = 0; i < network->n_layers; i++)
    if (network->layers[i].ops->begin)
      {
        const FsLayerPass layer_pass = fs_network_layer_pass (network, pass, i);
        network->layers[i].ops->begin (&network->layers[i], &layer_pass, network->parameters);
      }
  atomic_store (&network->was_interrupted, false);
  fs_pool_run (network->pool, (pass->n_rows + rows - 1) / rows, forward_cb, &job);
  return atomic_load (&network->was_interrupted) ? FS_INTERRUPTED : FS_OK;
}

FsStatus
fs_network_backward (FsNetwork *network, const FsPass *pass, const FsReal *d_outputs)
{
  assert (pass->is_training);
  const size_t rows = choose_rows_a_chunk (network, pass->n_rows);
  Job job = { .network = network, .pass = pass, .d_outputs = d_outputs, .rows_a_chunk = rows };
  atomic_store (&network->was_interrupted, false);
  fs_pool_run (network->pool, (pass->n_rows + rows - 1) / rows, backward_cb, &job);
  if (atomic_load (&network->was_interrupted))
    return FS_INTERRUPTED;

  size_t n_items = 0;
  for (size_t i = 0; i < network->n_layers; i++)
    n_items += network->layers[i].n_gradient_items;
  run_items (network, network->row_cost * (double) pass->n_rows, n_items, gradient_cb, &job);
  return atomic_load (&network->was_interrupted) ? FS_INTERRUPTED : FS_OK;
}
