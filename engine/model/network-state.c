/* SPDX-License-Identifier: GPL-3.0-or-later */

/* States that recurrent layers begin a pass with and end it with. */

#include "engine/model/network-private.h"

#include <assert.h>
#include <string.h>

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

/* Numbers of a row's state. */
static size_t
state_size (const FsLayer *layer)
{
  return layer->out.width * (layer->spec.kind == FS_LAYER_LSTM ? 2 : 1);
}

size_t
fs_network_state_width (const FsNetwork *network)
{
  size_t width = 0;
  for (size_t i = 0; i < network->n_layers; i++)
    for (size_t way = 0; way_of (network, i, way); way++)
      width += state_size (way_of (network, i, way));
  return width;
}

void
fs_network_keep_state (const FsNetwork *network, size_t n_rows, FsReal *values)
{
  assert (n_rows <= network->n_rows);
  for (size_t row = 0; row < n_rows; row++)
    for (size_t i = 0; i < network->n_layers; i++)
      for (size_t way = 0; way_of (network, i, way); way++)
        {
          const FsLayer *layer = way_of (network, i, way);
          fs_network_end_state (network, i, way, FS_STATE_HIDDEN, row, values);
          fs_network_end_state (network, i, way, FS_STATE_CELL, row, values + layer->out.width);
          values += state_size (layer);
        }
}

void
fs_network_begin_state (FsNetwork *network, size_t n_rows, const FsReal *values)
{
  for (size_t row = 0; row < n_rows; row++)
    for (size_t i = 0; i < network->n_layers; i++)
      for (size_t way = 0; way_of (network, i, way); way++)
        {
          const FsLayer *layer = way_of (network, i, way);
          const bool has_cells = layer->spec.kind == FS_LAYER_LSTM;
          fs_network_set_start (network, i, way, row, values,
                                has_cells ? values + layer->out.width : NULL);
          values += state_size (layer);
        }
}

void
fs_network_carry_state (FsNetwork *network)
{
  for (size_t i = 0; i < network->n_layers; i++)
    for (size_t way = 0; way_of (network, i, way); way++)
      for (size_t row = 0; row < network->n_rows; row++)
        {
          FsLayer *layer = way_of (network, i, way);
          const size_t here = row * layer->out.stride;
          fs_network_end_state (network, i, way, FS_STATE_HIDDEN, row,
                                layer->slots[FS_SLOT_START_H] + here);
          fs_network_end_state (network, i, way, FS_STATE_CELL, row,
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
