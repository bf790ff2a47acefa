/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Embedding: a table E of one row for each word or character, of which the numbers that come in pick
 * theirs.
 *
 *   y_t = E[x_t],   dE[v] = Σ dy_t over the steps and rows with x_t = v
 *
 * Row 0 is padding: it is 0, and learns nothing. (Bengio et al. 2003; padding as PyTorch's padding_idx.)
 * With a largest norm m, a row that is read and longer is E[v] m / (‖E[v]‖ + 10⁻⁷) from then on, as in
 * PyTorch; no gradient goes through that. Only training changes the row itself: what evaluations and
 * forecasts look at must not change the run.
 * The rows of E are shared out in blocks, and each block adds up its own words in the order of steps and
 * batch rows, so that the sums are the same for any number of threads. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/base/size.h"
#include "engine/model/layer.h"

/* Each block reads all words of the batch, so that more blocks than threads are a waste. */
#define MAX_BLOCKS 16

/* Keras' range of first weights. */
#define FIRST_WEIGHTS 0.05

/* PyTorch's, in what brings a row back to the largest norm. */
#define NORM_EPSILON 1e-7

static size_t
n_tokens_of (const FsLayer *layer, const FsTensorTable *table)
{
  return table->tensors[layer->first_tensor].rows;
}

static FsStatus
check_place (const FsLayer *layer, const FsLayerPlan *plan, FsProblem *problem)
{
  char where[64];
  snprintf (where, sizeof where, "model.layers.%zu", layer->index);
  if (plan->shape->n_tokens == 0 || layer->in.width != 1)
    return fs_problem (
        problem, FS_MISMATCH, where, "embedding",
        "words or characters to look up: the task \u201ctext\u201d or \u201cnext\u201d");
  if (layer->index > 0)
    return fs_problem (problem, FS_MISMATCH, where, "embedding",
                       "the first place: an embedding reads the numbers of words");
  return FS_OK;
}

static FsStatus
plan_embedding (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  size_t units;
  FsStatus status = fs_layer_plan_units (layer, &units, problem);
  if (status == FS_OK)
    status = check_place (layer, plan, problem);
  if (status != FS_OK)
    return status;
  layer->out = (FsValueShape){ .steps = layer->in.steps,
                               .width = units,
                               .stride = fs_size_round_up (units, FS_BLOCK) };
  layer->n_gradient_items = MAX_BLOCKS;
  fs_layer_plan_values (layer, plan, layer->out.steps);
  return fs_tensor_table_add (plan->table, layer->index, "weight", plan->shape->n_tokens, units,
                              layer->spec.is_frozen ? FS_TENSOR_FIXED : FS_TENSOR_EMBEDDING,
                              problem);
}

static void
initialise_embedding (const FsLayer *layer,
                      const FsTensorTable *table,
                      FsReal *parameters,
                      uint64_t seed)
{
  const size_t width = layer->out.width, n = n_tokens_of (layer, table) * width;
  FsReal *rows = parameters + table->tensors[layer->first_tensor].offset;
  FsRandom random = fs_random (seed, FS_STREAM_INITIALISER, layer->first_tensor, 0);
  for (size_t i = 0; i < n; i++)
    rows[i] = (FsReal) (FIRST_WEIGHTS * (2.0 * fs_random_uniform (&random) - 1.0));
  memset (rows, 0, width * sizeof *rows);
}

/* The word of one row of one step. */
static size_t
token_at (const FsLayer *layer, const FsLayerPass *pass, size_t row)
{
  const size_t token = (size_t) pass->x[row * layer->in.stride];
  assert (token < n_tokens_of (layer, pass->table));
  return token;
}

/* What a row is multiplied by, so that it is not too long. */
static FsReal
share_of (const FsLayer *layer, const FsReal *row)
{
  double square = 0;
  for (size_t k = 0; k < layer->out.width; k++)
    square += (double) row[k] * (double) row[k];
  const double norm = sqrt (square);
  return norm > layer->spec.max_norm ? (FsReal) (layer->spec.max_norm / (norm + NORM_EPSILON)) : 1;
}

static void
shorten_rows (const FsLayer *layer, const FsLayerPass *pass, FsReal *parameters)
{
  const size_t width = layer->out.width;
  FsReal *rows = parameters + pass->table->tensors[layer->first_tensor].offset;
  if (!(layer->spec.max_norm > 0) || layer->spec.is_frozen || !fs_pass_drops (pass->pass))
    return;
  for (size_t row = 0; row < layer->in.steps * pass->n_rows; row++)
    {
      FsReal *found = rows + token_at (layer, pass, row) * width;
      const FsReal share = share_of (layer, found);
      for (size_t k = 0; k < width && share < 1; k++)
        found[k] *= share;
    }
}

static void
forward_embedding (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t width = layer->out.width;
  const FsReal *rows = fs_layer_parameter (layer, pass->table, pass->parameters, 0);
  const bool is_limited = layer->spec.max_norm > 0;
  for (size_t t = 0; t < layer->in.steps; t++)
    for (size_t row = t * pass->n_rows + first; row < t * pass->n_rows + end; row++)
      {
        FsReal *y = pass->y + row * layer->out.stride;
        memcpy (y, rows + token_at (layer, pass, row) * width, width * sizeof *rows);
        const FsReal share = is_limited ? share_of (layer, y) : 1;
        for (size_t k = 0; k < width && share < 1; k++)
          y[k] *= share;
      }
}

/* It is the first layer: nobody asks for dx. */
static void
backward_embedding (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
}

static void
gradient_embedding (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  const size_t width = layer->out.width, n_tokens = n_tokens_of (layer, pass->table);
  const size_t n_a_block = (n_tokens + MAX_BLOCKS - 1) / MAX_BLOCKS;
  const size_t first = block * n_a_block < n_tokens ? block * n_a_block : n_tokens;
  const size_t end = first + n_a_block < n_tokens ? first + n_a_block : n_tokens;
  FsReal *gradients = pass->gradients + pass->table->tensors[layer->first_tensor].offset;
  memset (gradients + first * width, 0, (end - first) * width * sizeof *gradients);
  for (size_t row = 0; !layer->spec.is_frozen && row < layer->in.steps * pass->n_rows; row++)
    {
      const size_t token = token_at (layer, pass, row);
      const FsReal *dy = pass->dy + row * layer->out.stride;
      if (token < first || token >= end || token == 0)
        continue;
      for (size_t k = 0; k < width; k++)
        gradients[token * width + k] += dy[k];
    }
}

const FsLayerKindOps fs_embedding_ops = {
  .name = "Embedding",
  .has_units = true,
  .plan = plan_embedding,
  .initialise = initialise_embedding,
  .begin = shorten_rows,
  .forward = forward_embedding,
  .backward = backward_embedding,
  .gradient = gradient_embedding,
};
