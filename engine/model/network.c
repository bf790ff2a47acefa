/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The network: planning, memory, and sharing the phases of a pass out over the pool; see network.h
 * for what it promises and layer.h for what a layer does in each phase. Nothing here knows a kind of
 * layer. */

#include "engine/model/network.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/large-pages.h"
#include "engine/base/number.h"
#include "engine/base/size.h"
#include "engine/model/dropout.h"
#include "engine/model/layer.h"

/* Parameters, gradients and workspace together: more than this is a mistyped number on the machines
 * the program is for. */
#define MAX_BYTES ((size_t) 8 << 30)

#define ALIGNMENT 64

/* Networks from this size on lie in large pages, if the system has any. */
#define LARGE_BYTES FS_LARGE_PAGE

struct FsNetwork
{
  FsNetworkShape shape;
  FsLayer layers[FS_MAX_LAYERS];
  FsLayer children[FS_LAYER_MAX_CHILDREN * FS_MAX_LAYERS];
  size_t n_layers;
  FsTensorTable table;
  FsPool *pool; /* not owned */
  void *memory; /* all of the blocks below */
  FsReal *parameters;
  FsReal *gradients;
  FsReal *inputs;  /* x[T][n_rows][I] */
  FsReal *outputs; /* y[n_rows][O], or y[T][n_rows][O] */
  FsReal *workspace;
  double row_cost; /* multiply-adds of one row's forward pass */
  size_t n_rows;   /* of the last pass */
  atomic_bool was_interrupted;
};

/* --- Planning --- */

static FsStatus
layers_problem (FsProblem *problem, const char *value, const char *allowed)
{
  return fs_problem (problem, FS_MISMATCH, "model.layers", value, allowed);
}

/* Rows of outputs in the largest pass. */
static size_t
n_output_rows (const FsNetworkShape *shape)
{
  return fs_size_multiply (shape->max_rows, shape->is_stepwise ? shape->n_steps : 1);
}

/* Numbers that have to be in memory for what was planned so far. */
static size_t
planned_bytes (const FsLayerPlan *plan)
{
  size_t inputs = fs_size_multiply (fs_size_multiply (plan->shape->n_steps, plan->shape->max_rows),
                                    plan->shape->n_inputs);
  size_t outputs = fs_size_multiply (n_output_rows (plan->shape), plan->shape->n_outputs);
  size_t n = fs_size_add (fs_size_multiply (2, plan->table->size), plan->workspace);
  n = fs_size_add (n, fs_size_add (inputs, outputs));
  return fs_size_multiply (fs_size_add (n, 8 * FS_SLACK), sizeof (FsReal));
}

static FsStatus
too_large (const FsLayer *layer, FsProblem *problem)
{
  char where[64], value[32];
  snprintf (where, sizeof where, "model.layers.%zu", layer->index);
  snprintf (value, sizeof value, "%s", layer->ops->name);
  if (layer->ops->has_units)
    {
      snprintf (where, sizeof where, "model.layers.%zu.units", layer->index);
      snprintf (value, sizeof value, "%zu",
                layer->n_children ? layer->children->out.width : layer->out.width);
    }
  return fs_problem (problem, FS_TOO_LARGE, where, value,
                     "fewer units, a shorter window or smaller batches: the network with its "
                     "workspace may take 8 GB");
}

/* "LSTM 50", "Bidirectional GRU 20". */
static void
write_name (const FsLayer *layer, char *name, size_t size)
{
  if (layer->n_children)
    snprintf (name, size, "%s %s %zu", layer->n_children > 1 ? layer->ops->name : "Backward",
              layer->children->ops->name, layer->children->out.width);
  else
    snprintf (name, size, "%s %zu", layer->ops->name, layer->out.width);
}

static void
summarise (const FsLayer *layer,
           const FsTensorTable *table,
           size_t workspace,
           FsLayerSummary *summary)
{
  *summary = (FsLayerSummary){ .steps = layer->out.steps,
                               .width = layer->out.width,
                               .multiply_adds = layer->multiply_adds };
  if (layer->ops->has_units)
    write_name (layer, summary->name, sizeof summary->name);
  else if (layer->spec.kind != FS_LAYER_DROPOUT)
    snprintf (summary->name, sizeof summary->name, "%s", layer->ops->name);
  else
    {
      char rate[FS_NUMBER_SIZE];
      snprintf (summary->name, sizeof summary->name, "%s %s", layer->ops->name,
                fs_number_write_short (layer->spec.rate, 6, rate));
    }
  for (size_t i = 0; i < layer->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[layer->first_tensor + i];
      summary->n_parameters += tensor->rows * tensor->cols;
    }
  summary->bytes = (summary->n_parameters + workspace) * sizeof (FsReal);
}

static FsStatus
plan_layer (FsLayer *layer, FsLayerPlan *plan, FsLayerSummary *summary, FsProblem *problem)
{
  const size_t workspace_before = plan->workspace;
  layer->in = plan->value;
  layer->shape = plan->shape;
  layer->has_dx = plan->wants_dx;
  layer->first_tensor = plan->table->n_tensors;
  FsStatus status = layer->ops->plan (layer, plan, problem);
  if (status != FS_OK)
    return status;
  layer->n_tensors = plan->table->n_tensors - layer->first_tensor;
  if (planned_bytes (plan) > MAX_BYTES)
    return too_large (layer, problem);
  plan->value = layer->out;
  plan->wants_dx = plan->wants_dx || layer->n_tensors > 0;
  summarise (layer, plan->table, plan->workspace - workspace_before, summary);
  return FS_OK;
}

/* Whether the layer makes one of all steps, or may. */
static bool
reads_steps (const FsLayerSpec *spec)
{
  const FsLayerKindOps *ops = fs_layer_kind_ops (spec->kind);
  return ops->is_recurrent || ops->is_pooling;
}

/* What reads steps does so before they are one. */
static FsStatus
check_order (const FsLayer *layer, const FsLayerPlan *plan, FsProblem *problem)
{
  if (!plan->is_pooled || !reads_steps (&layer->spec))
    return FS_OK;
  char where[64];
  snprintf (where, sizeof where, "model.layers.%zu", layer->index);
  return fs_problem (problem, FS_MISMATCH, where, layer->ops->name,
                     "recurrent layers before the attention, which makes one row of the window");
}

static FsStatus
check_ends (const FsExperiment *experiment, FsProblem *problem)
{
  if (experiment->n_layers == 0 || experiment->n_layers > FS_MAX_LAYERS)
    return layers_problem (problem, NULL, "a recurrent layer and a dense layer at the end");
  if (experiment->layers[experiment->n_layers - 1].kind != FS_LAYER_DENSE)
    return layers_problem (
        problem, fs_layer_kind_ops (experiment->layers[experiment->n_layers - 1].kind)->name,
        "a dense layer at the end, which yields the forecast");
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (reads_steps (&experiment->layers[i]))
      return FS_OK;
  return layers_problem (problem, NULL, "at least one recurrent layer, which reads the window");
}

/* Plans all layers; `layers` has room for FS_MAX_LAYERS. */
static FsStatus
plan_all (const FsExperiment *experiment,
          const FsNetworkShape *shape,
          FsLayer *layers,
          FsLayerSummary *summaries,
          FsLayerPlan *plan,
          FsProblem *problem)
{
  FsStatus status = check_ends (experiment, problem);
  if (status != FS_OK)
    return status;
  size_t last_reader = 0;
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (reads_steps (&experiment->layers[i]))
      last_reader = i;

  plan->shape = shape;
  plan->value = (FsValueShape){ .steps = shape->n_steps,
                                .width = shape->n_inputs,
                                .stride = shape->n_inputs };
  for (size_t i = 0; i < experiment->n_layers; i++)
    {
      layers[i] = (FsLayer){ .ops = fs_layer_spec_ops (&experiment->layers[i]),
                             .spec = experiment->layers[i],
                             .index = i };
      plan->is_last = i + 1 == experiment->n_layers;
      plan->is_last_recurrent = i == last_reader && !shape->is_stepwise;
      status = check_order (&layers[i], plan, problem);
      if (status == FS_OK)
        status = plan_layer (&layers[i], plan, &summaries[i], problem);
      plan->is_pooled = plan->is_pooled || layers[i].ops->is_pooling;
      if (status != FS_OK)
        return status;
    }
  return FS_OK;
}

FsStatus
fs_network_plan (const FsExperiment *experiment,
                 const FsNetworkShape *shape,
                 FsLayerSummary *summaries,
                 FsTensorTable *table,
                 FsProblem *problem)
{
  FsLayer layers[FS_MAX_LAYERS], children[FS_LAYER_MAX_CHILDREN * FS_MAX_LAYERS];
  memset (table, 0, sizeof *table);
  FsLayerPlan plan = { .table = table, .free_children = children };
  return plan_all (experiment, shape, layers, summaries, &plan, problem);
}

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
  const size_t n_bytes = planned_bytes (plan);
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
  network->outputs = take (&free_memory, n_output_rows (shape) * shape->n_outputs);
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
  FsStatus status = plan_all (experiment, &made->shape, made->layers, summaries, &plan, problem);
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

/* --- Passes --- */

typedef struct
{
  FsNetwork *network;
  const FsPass *pass;
  const FsReal *d_outputs;
  size_t rows_a_chunk;
} Job;

/* Multiply-adds below which handing work to other threads costs more than it saves: about 50 µs. */
#define MIN_SHARED_COST 2e6

/* Multiply-adds that take as long as bringing one parameter into its panels, which is moving, not
 * reckoning: 0.4 ns. */
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
inputs_of (const Job *job, size_t i)
{
  const FsNetwork *network = job->network;
  return i > 0 ? fs_layer_yield (&network->layers[i - 1], job->pass->n_rows) : network->inputs;
}

static FsLayerPass
pass_of (const Job *job, size_t i)
{
  FsNetwork *network = job->network;
  const FsLayer *layer = &network->layers[i];
  const FsLayer *before = i > 0 ? layer - 1 : NULL;
  return (FsLayerPass){
    .pass = job->pass,
    .n_rows = job->pass->n_rows,
    .table = &network->table,
    .parameters = network->parameters,
    .gradients = network->gradients,
    .x =
        fs_dropout_acts_on_inputs (layer, job->pass) ? layer->slots[FS_SLOT_X] : inputs_of (job, i),
    .dx = layer->has_dx ? before->slots[FS_SLOT_DY] : NULL,
    .y = fs_layer_yield (layer, job->pass->n_rows),
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
      FsLayerPass pass = pass_of (job, i);
      if (fs_layer_pass_is_interrupted (&pass))
        return;
      if (fs_dropout_acts_on_inputs (&network->layers[i], job->pass))
        fs_dropout_forward_inputs (&network->layers[i], &pass, inputs_of (job, i), first, end);
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
      FsLayerPass pass = pass_of (job, i);
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
  FsLayerPass pass = pass_of (job, layer->index);
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
        const FsLayerPass layer_pass = pass_of (&job, i);
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

/* ---- States between passes ---- */

/* The layer that has the state of one way; NULL if there is none. */
static FsLayer *
way_of (const FsNetwork *network, size_t layer, size_t way)
{
  const FsLayer *found = layer < network->n_layers ? &network->layers[layer] : NULL;
  if (!found || !found->ops->is_recurrent || way >= (found->n_children ? found->n_children : 1))
    return NULL;
  return found->n_children ? &found->children[way] : (FsLayer *) found;
}

bool
fs_network_set_start (FsNetwork *network,
                      size_t layer,
                      size_t way,
                      size_t row,
                      const FsReal *h,
                      const FsReal *c)
{
  FsLayer *found = way_of (network, layer, way);
  if (!found || row >= network->shape.max_rows || (c && found->spec.kind != FS_LAYER_LSTM))
    return false;
  const size_t here = row * found->out.stride, n = found->out.width * sizeof *h;
  found->has_start = true;
  memcpy (found->slots[FS_SLOT_START_H] + here, h, n);
  if (c)
    memcpy (found->slots[FS_SLOT_START_C] + here, c, n);
  return true;
}

bool
fs_network_end_state (const FsNetwork *network,
                      size_t layer,
                      size_t way,
                      FsState state,
                      size_t row,
                      FsReal *values)
{
  const FsLayer *found = way_of (network, layer, way);
  if (!found || row >= network->n_rows || (state != FS_STATE_HIDDEN && state != FS_STATE_CELL))
    return false;
  const FsLayerPass pass = { .n_rows = network->n_rows };
  return found->ops->read_state (found, &pass, state, found->in.steps - 1, row, values);
}

/* The layer's way ahead, whose state can go on where it ended; NULL if there is none. */
static FsLayer *
way_ahead_of (const FsNetwork *network, size_t layer)
{
  FsLayer *found = way_of (network, layer, 0);
  return found && found->spec.direction != FS_DIRECTION_BACKWARD ? found : NULL;
}

size_t
fs_network_state_width (const FsNetwork *network)
{
  size_t width = 0;
  for (size_t i = 0; i < network->n_layers; i++)
    {
      const FsLayer *layer = way_ahead_of (network, i);
      if (layer)
        width += layer->out.width * (layer->spec.kind == FS_LAYER_LSTM ? 2 : 1);
    }
  return width;
}

void
fs_network_keep_state (const FsNetwork *network, size_t n_rows, FsReal *values)
{
  assert (n_rows <= network->n_rows);
  for (size_t row = 0; row < n_rows; row++)
    for (size_t i = 0; i < network->n_layers; i++)
      {
        const FsLayer *layer = way_ahead_of (network, i);
        if (!layer)
          continue;
        fs_network_end_state (network, i, 0, FS_STATE_HIDDEN, row, values);
        values += layer->out.width;
        if (layer->spec.kind != FS_LAYER_LSTM)
          continue;
        fs_network_end_state (network, i, 0, FS_STATE_CELL, row, values);
        values += layer->out.width;
      }
}

void
fs_network_begin_state (FsNetwork *network, size_t n_rows, const FsReal *values)
{
  for (size_t row = 0; row < n_rows; row++)
    for (size_t i = 0; i < network->n_layers; i++)
      {
        const FsLayer *layer = way_ahead_of (network, i);
        if (!layer)
          continue;
        const size_t width = layer->out.width;
        const bool has_cells = layer->spec.kind == FS_LAYER_LSTM;
        fs_network_set_start (network, i, 0, row, values, has_cells ? values + width : NULL);
        values += has_cells ? 2 * width : width;
      }
}

void
fs_network_carry_state (FsNetwork *network)
{
  for (size_t i = 0; i < network->n_layers; i++)
    for (size_t row = 0; way_ahead_of (network, i) && row < network->n_rows; row++)
      {
        FsLayer *layer = way_ahead_of (network, i);
        const size_t here = row * layer->out.stride;
        fs_network_end_state (network, i, 0, FS_STATE_HIDDEN, row,
                              layer->slots[FS_SLOT_START_H] + here);
        fs_network_end_state (network, i, 0, FS_STATE_CELL, row,
                              layer->slots[FS_SLOT_START_C] + here);
        layer->has_start = true;
      }
}

static void
reset_start (FsLayer *layer, size_t max_rows)
{
  const size_t n = max_rows * layer->out.stride * sizeof (FsReal);
  if (layer->has_start)
    {
      memset (layer->slots[FS_SLOT_START_H], 0, n);
      memset (layer->slots[FS_SLOT_START_C], 0, n);
    }
  layer->has_start = false;
}

void
fs_network_reset_state (FsNetwork *network)
{
  for (size_t i = 0; i < network->n_layers; i++)
    for (size_t way = 0; way_of (network, i, way); way++)
      reset_start (way_of (network, i, way), network->shape.max_rows);
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
  const Job job = { .network = (FsNetwork *) network, .pass = &pass };
  const FsLayerPass layer_pass = pass_of (&job, layer);
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
  const Job job = { .network = (FsNetwork *) network, .pass = &pass };
  const FsLayerPass layer_pass = pass_of (&job, layer);
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
