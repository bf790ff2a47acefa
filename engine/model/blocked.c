/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The weight gradient of layers in blocks of units; see blocked.h. */

#include "engine/model/blocked.h"

#include <string.h>
#include "engine/base/size.h"

/* Rows of gate gradients worked on at a time: 96 × 256 bytes and a column of 96 × 64 stay in the
 * first-level cache while all inputs pass over them. 48 rows did 2 % more by themselves, where h lies in
 * rows of 128, and 1 to 4 % less in training. */
#define CHUNK_ROWS 96

size_t
fs_block_units (const FsLayer *layer, size_t block)
{
  size_t left = layer->out.width - block * FS_BLOCK;
  return left < FS_BLOCK ? left : FS_BLOCK;
}

size_t
fs_block_lines (const FsLayer *layer)
{
  return layer->in.width + layer->out.width + 1;
}

/* Whether rows of x are so long that the weight gradient reads them as columns of 16. Short rows lie
 * close together as they are. */
static bool
has_input_columns (const FsLayer *layer)
{
  return layer->in.width > FS_BLOCK;
}

/* The same of h: of rows of up to 128 numbers a chunk fits the first-level cache as it lies, and a copy is
 * one more thing that goes from one thread's cache to the other's. */
static bool
has_state_columns (const FsLayer *layer)
{
  return layer->out.stride > 2 * FS_PANEL;
}

size_t
fs_blocked_x_columns_size (const FsLayer *layer, size_t max_rows)
{
  return has_input_columns (layer)
             ? fs_panels_size (fs_size_multiply (layer->in.steps, max_rows), layer->in.width)
             : 0;
}

size_t
fs_blocked_h_columns_size (const FsLayer *layer, size_t max_rows)
{
  return has_state_columns (layer)
             ? fs_panels_size (fs_size_multiply (layer->in.steps, max_rows), layer->out.width)
             : 0;
}

/* The weight gradient runs down the rows of x and h, a few columns at a time. Rows a power of two apart
 * fall into few sets of the cache, so it reads copies cut into columns of 16, columns[width/16][T × B][16]:
 * two layers of 512 units train a fifth faster for it. */
static void
copy_columns (FsReal *columns, size_t n_rows_in_all, size_t row, const FsReal *values, size_t width)
{
  for (size_t k = 0; k < width; k += FS_BLOCK)
    memcpy (columns + k * n_rows_in_all + row * FS_BLOCK, values + k, FS_BLOCK * sizeof *columns);
}

void
fs_blocked_copy_columns (const FsBlocked *blocked,
                         const FsLayerPass *pass,
                         size_t t,
                         size_t first,
                         size_t end)
{
  const FsLayer *layer = blocked->layer;
  const size_t n_all = layer->in.steps * pass->n_rows;
  if (!has_input_columns (layer) && !has_state_columns (layer))
    return;
  for (size_t row = t * pass->n_rows + first; row < t * pass->n_rows + end; row++)
    {
      if (has_input_columns (layer))
        copy_columns (blocked->x_columns, n_all, row, pass->x + row * layer->in.stride,
                      layer->in.width);
      if (has_state_columns (layer))
        copy_columns (blocked->h_columns, n_all, row, blocked->h + row * layer->out.stride,
                      layer->out.stride);
    }
}

/* Tried and given up: room for one step more between blocks, so that those of 512 units and 64 rows do not lie
 * a multiple of 64 KB apart, in a quarter of the second-level cache's sets. In four series of interleaved runs
 * the quickest tenth of batches took from 4 % less to 1.5 % more: products of that size go in pieces of eight
 * blocks already, and a piece fits those sets. */
FsBlocks
fs_blocked_gates (const FsBlocked *blocked, size_t n_rows, size_t t, size_t first_run)
{
  const FsLayer *layer = blocked->layer;
  return (FsBlocks){
    .a = blocked->gates + t * n_rows * FS_PANEL + first_run * FS_BLOCK,
    .row_stride = FS_PANEL,
    .block_stride = layer->in.steps * n_rows * FS_PANEL,
    .n_full_blocks = layer->out.width / FS_BLOCK,
    .block_length = blocked->n_runs * FS_BLOCK,
    .tail_length = layer->out.width % FS_BLOCK,
    .n_tail_runs = blocked->n_runs,
  };
}

void
fs_blocked_clear_gates (const FsBlocked *blocked, size_t n_rows, size_t t, size_t first, size_t end)
{
  const FsLayer *layer = blocked->layer;
  for (size_t block = 0; block < layer->out.stride / FS_BLOCK; block++)
    memset (blocked->gates + ((block * layer->in.steps + t) * n_rows + first) * FS_PANEL, 0,
            (end - first) * FS_PANEL * sizeof *blocked->gates);
}

/* `job` for a matrix that was cut into columns of 16, of which `columns` is the first row in work. */
static void
add_columns (const FsLayer *layer, FsOuter job, const FsReal *columns, size_t n_all, size_t width)
{
  job.a_stride = FS_BLOCK;
  for (size_t k = 0; k < width; k += FS_BLOCK)
    {
      job.a = columns + k * n_all;
      job.n_i = width - k < FS_BLOCK ? width - k : FS_BLOCK;
      layer->kernels->outer (&job);
      job.out += FS_BLOCK * FS_PANEL;
    }
}

/* What step 0 adds to dU, if it began with an h; there are few rows of it, so they are read as they lie. */
static void
add_start (const FsBlocked *blocked, const FsReal *dz, size_t n_rows, FsReal *d_state)
{
  const FsLayer *layer = blocked->layer;
  const FsReal *h = blocked->start_h;
  const size_t units = layer->out.width, lane = blocked->state_run * FS_BLOCK;
  for (size_t k = 0; h && k < units; k += FS_BLOCK)
    {
      const FsOuter job = { .a = h + k,
                            .a_stride = layer->out.stride,
                            .n_i = units - k < FS_BLOCK ? units - k : FS_BLOCK,
                            .b = dz + lane,
                            .b_stride = FS_PANEL,
                            .n_j = blocked->n_runs * FS_BLOCK,
                            .n_rows = n_rows,
                            .out = d_state + k * FS_PANEL + lane,
                            .accumulates = true };
      layer->kernels->outer (&job);
    }
}

/* Tried and given up: to cut a batch into two halves of its rows, each with a gradient of its own that the
 * thread makes which went back through them, so that gates never change caches (a line that another core has
 * read costs 8 ns to write again, one it has written 4 ns to read). Bits must not depend on threads, so one
 * thread makes and adds two gradients as well: with 128 units its batch took 3 to 4 % longer, and that of two
 * threads was shorter by about as much as the machine's noise. */
void
fs_blocked_gradient (const FsBlocked *blocked, const FsLayerPass *pass, size_t block)
{
  const FsLayer *layer = blocked->layer;
  const size_t inputs = layer->in.width, units = layer->out.width, n_rows = pass->n_rows;
  const size_t n_all = layer->in.steps * n_rows, size = fs_block_lines (layer) * FS_PANEL;
  const FsReal *dz = blocked->gates + block * n_all * FS_PANEL;
  FsReal *d_kernel = blocked->d_weights + block * size;
  FsReal *d_state = d_kernel + inputs * FS_PANEL, *d_bias = d_kernel + size - FS_PANEL;
  const size_t kernel_lane = blocked->kernel_run * FS_BLOCK;
  const size_t state_lane = blocked->state_run * FS_BLOCK;
  memset (d_bias, 0, FS_PANEL * sizeof *d_bias);
  /* The first chunk of rows writes the sums, the others add to them; what step 0 has is added first. */
  bool has_state_sums = fs_layer_start (layer, FS_SLOT_START_H) || n_all == n_rows;
  if (has_state_sums)
    memset (d_state, 0, units * FS_PANEL * sizeof *d_state);
  add_start (blocked, dz, n_rows, d_state);
  for (size_t row = 0; row < n_all && !fs_layer_pass_is_interrupted (pass); row += CHUNK_ROWS)
    {
      const size_t end = row + CHUNK_ROWS < n_all ? row + CHUNK_ROWS : n_all;
      FsOuter job = { .a = pass->x + row * layer->in.stride,
                      .a_stride = layer->in.stride,
                      .n_i = inputs,
                      .b = dz + row * FS_PANEL + kernel_lane,
                      .b_stride = FS_PANEL,
                      .n_j = blocked->n_runs * FS_BLOCK,
                      .n_rows = end - row,
                      .out = d_kernel + kernel_lane,
                      .accumulates = row > 0 };
      if (has_input_columns (layer))
        add_columns (layer, job, blocked->x_columns + row * FS_BLOCK, n_all, inputs);
      else
        layer->kernels->outer (&job);
      layer->kernels->column_sums (dz + row * FS_PANEL, end - row, d_bias);

      const size_t start = row > n_rows ? row : n_rows; /* step 0: add_start() */
      if (start >= end)
        continue;
      job.b = dz + start * FS_PANEL + state_lane;
      job.n_rows = end - start;
      job.out = d_state + state_lane;
      job.accumulates = has_state_sums;
      has_state_sums = true;
      job.a = blocked->h + (start - n_rows) * layer->out.stride;
      job.a_stride = layer->out.stride;
      job.n_i = units;
      if (has_state_columns (layer))
        add_columns (layer, job, blocked->h_columns + (start - n_rows) * FS_BLOCK, n_all, units);
      else
        layer->kernels->outer (&job);
    }
}
