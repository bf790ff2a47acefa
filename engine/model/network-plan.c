/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plan of a network: which layers fit each other, what shapes and tensors follow, and what memory that
 * takes, before any is taken. Nothing here knows a kind of layer. */

#include "engine/model/network-private.h"

#include <stdio.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/base/size.h"

/* Parameters, gradients and workspace together: more than this is a mistyped number on the machines
 * the program is for. */
#define MAX_BYTES ((size_t) 8 << 30)

/* Rows of outputs in the largest pass. */
size_t
fs_network_n_output_rows (const FsNetworkShape *shape)
{
  return fs_size_multiply (shape->max_rows, shape->is_stepwise ? shape->n_steps : 1);
}

/* Numbers that have to be in memory for what was planned so far. */
size_t
fs_network_planned_bytes (const FsLayerPlan *plan)
{
  size_t inputs = fs_size_multiply (fs_size_multiply (plan->shape->n_steps, plan->shape->max_rows),
                                    plan->shape->n_inputs);
  size_t outputs =
      fs_size_multiply (fs_network_n_output_rows (plan->shape), plan->shape->n_outputs);
  size_t n = fs_size_add (fs_size_multiply (2, plan->table->size), plan->workspace);
  n = fs_size_add (n, fs_size_add (inputs, outputs));
  return fs_size_multiply (fs_size_add (n, 8 * FS_SLACK), sizeof (FsReal));
}

static FsStatus
layers_problem (FsProblem *problem, const char *value, const char *allowed)
{
  return fs_problem (problem, FS_MISMATCH, "model.layers", value, allowed);
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
  if (fs_network_planned_bytes (plan) > MAX_BYTES)
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

FsStatus
fs_network_plan_layers (const FsExperiment *experiment,
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
  return fs_network_plan_layers (experiment, shape, layers, summaries, &plan, problem);
}
