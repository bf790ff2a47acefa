/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernels: see kernel-table.h for what each computes. This one source is compiled once for each
 * instruction set, with that set's flags and with FS_KERNELS as the name of its table; everything else in
 * it is static. It knows numbers, not layers. */

#include "engine/model/simd/activation.h"
#include "engine/model/simd/kernel-table.h"
#include "engine/model/simd/tile.h"

#define BLOCK 16
#define PANEL 64
#define PARTS (BLOCK / LANES) /* registers for one gate of a block */

/* --- LSTM, forward --- */

/* The pointwise half of a step, for one register of units of the rows row … row + n_rows: z[r] are the
 * pre-activations of i f g o. A function of its own: inlined, its constants would be held in registers
 * that the sums need (the tile then ran at half its speed). */
static __attribute__ ((noinline)) void
lstm_forward_units (const FsLstmForward *job, size_t row, size_t n_rows, size_t unit, Tile z)
{
  for (size_t r = 0; r < n_rows; r++)
    {
      const size_t here = (row + r) * job->stride + unit;
      activate_gates (z[r]);
      if (job->gates)
        {
          FsReal *gates = job->gates + unit / BLOCK * job->gates_block_stride + (row + r) * PANEL
                          + unit % BLOCK;
          for (size_t gate = 0; gate < TILE_VECTORS; gate++)
            vector_store (gates + gate * BLOCK, z[r][gate]);
        }
      /* c_t = f ⊙ c_{t-1} + i ⊙ g,  h_t = o ⊙ tanh(c_t) */
      Vector c = z[r][0] * z[r][2];
      if (job->c_before)
        c = vector_fma (z[r][1], vector_load (job->c_before + here), c);
      vector_store (job->c + here, c);
      vector_store (job->h + here, z[r][3] * vector_tanh (c));
    }
}

/* Rows row … row + n_rows of one block: the tile is rows × four gates, so the gates, the cell and the
 * output are made from it at once, and pre-activations are never stored. */
KERNEL_INLINE void
lstm_forward_tile (const FsLstmForward *job, size_t unit, size_t row, const int n_rows)
{
  const size_t n_lines = job->n_inputs + job->n_units + 1;
  const FsReal *weights = job->weights + unit / BLOCK * n_lines * PANEL + unit % BLOCK;
  const FsReal *bias = weights + (n_lines - 1) * PANEL;
  Tile sum, z;
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int gate = 0; gate < TILE_VECTORS; gate++)
      sum[r][gate] = vector_load (bias + gate * BLOCK);

  /* z = b + W x + U h_{t-1} */
  tile_add_product (sum, n_rows, TILE_VECTORS, job->x + row * job->x_stride, job->x_stride, 1,
                    weights, PANEL, BLOCK, job->n_inputs);
  if (job->h_before)
    tile_add_product (sum, n_rows, TILE_VECTORS, job->h_before + row * job->stride, job->stride, 1,
                      weights + job->n_inputs * PANEL, PANEL, BLOCK, job->n_units);
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int gate = 0; gate < TILE_VECTORS; gate++)
      z[r][gate] = sum[r][gate];
  lstm_forward_units (job, row, (size_t) n_rows, unit, z);
}

static void
lstm_forward (const FsLstmForward *job, size_t first, size_t end)
{
  const size_t n_tiles = tile_count (end - first);
  for (size_t block = 0; block < job->n_blocks; block++)
    for (size_t tile = 0; tile < n_tiles; tile++)
      {
        const size_t row = first + tile_start (end - first, n_tiles, tile);
        const size_t n_rows = first + tile_start (end - first, n_tiles, tile + 1) - row;
        for (size_t part = 0; part < PARTS; part++)
          {
#define CALL(n) lstm_forward_tile (job, block *BLOCK + part * LANES, row, n)
            TILE_SWITCH (n_rows, CALL)
#undef CALL
          }
      }
}

/* --- Products with transposed panels --- */

/* sum += a · panel over the blocks of `a`, for n_vectors registers of the panel. */
KERNEL_INLINE void
add_blocks (Tile sum,
            const int n_rows,
            const int n_vectors,
            const FsBlocks *blocks,
            size_t row,
            const FsReal *panel,
            size_t width)
{
  const FsReal *a = blocks->a + row * blocks->row_stride;
  for (size_t b = 0; b < blocks->n_full_blocks; b++)
    tile_add_product (sum, n_rows, n_vectors, a + b * blocks->block_stride, blocks->row_stride, 1,
                      panel + b * blocks->block_length * width, width, LANES, blocks->block_length);
  if (blocks->tail_length == 0)
    return;
  a += blocks->n_full_blocks * blocks->block_stride;
  panel += blocks->n_full_blocks * blocks->block_length * width;
  for (size_t gate = 0; gate < 4; gate++)
    tile_add_product (sum, n_rows, n_vectors, a + gate * BLOCK, blocks->row_stride, 1,
                      panel + gate * BLOCK * width, width, LANES, blocks->tail_length);
}

typedef struct
{
  const FsReal *panel; /* its first row, at the first of the registers */
  size_t width;        /* of the panel's rows */
  size_t column;       /* in the whole matrix */
  size_t row;
} Place;

/* One tile of `initial` + a · panel into `done`; a row's initial numbers are initial_stride apart. */
KERNEL_INLINE void
product_tile (const FsBlocks *a,
              const FsReal *initial,
              size_t initial_stride,
              Place at,
              const int n_rows,
              const int n_vectors,
              Tile done)
{
  Tile sum;
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      sum[r][v] = initial ? vector_load (initial + (at.row + (size_t) r) * initial_stride
                                         + at.column + (size_t) v * LANES)
                          : (Vector){ 0 };
  if (a->a)
    add_blocks (sum, n_rows, n_vectors, a, at.row, at.panel, at.width);
#pragma GCC unroll 8
  for (int r = 0; r < n_rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      done[r][v] = sum[r][v];
}

#define DEFINE_PRODUCT_TILES(n_vectors)                                                  \
  static void product_tiles_##n_vectors (const FsBlocks *a, const FsReal *initial,       \
                                         size_t initial_stride, Place at, size_t n_rows, \
                                         Tile done)                                      \
  {                                                                                      \
    TILE_SWITCH (n_rows, CALL)                                                           \
  }
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 1, done)
DEFINE_PRODUCT_TILES (1)
#undef CALL
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 2, done)
DEFINE_PRODUCT_TILES (2)
#undef CALL
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 3, done)
DEFINE_PRODUCT_TILES (3)
#undef CALL
#define CALL(n) product_tile (a, initial, initial_stride, at, n, 4, done)
DEFINE_PRODUCT_TILES (4)
#undef CALL

static void
product_any_tile (const FsBlocks *a,
                  const FsReal *initial,
                  size_t initial_stride,
                  Place at,
                  size_t n_rows,
                  size_t n_vectors,
                  Tile done)
{
  switch (n_vectors)
    {
    case 1:
      product_tiles_1 (a, initial, initial_stride, at, n_rows, done);
      break;
    case 2:
      product_tiles_2 (a, initial, initial_stride, at, n_rows, done);
      break;
    case 3:
      product_tiles_3 (a, initial, initial_stride, at, n_rows, done);
      break;
    default:
      product_tiles_4 (a, initial, initial_stride, at, n_rows, done);
    }
}

/* The tiles of a product, in an order that reads a panel once for all rows. */
typedef struct
{
  size_t first, end, n_tiles;
  const FsReal *panels;
  size_t panels_rows;
  size_t n_columns;
} Walk;

/* Registers in the group of up to four that starts at `column`. */
KERNEL_INLINE size_t
walk_vectors (const Walk *walk, size_t column)
{
  size_t left = walk->n_columns - column, panel_left = PANEL - column % PANEL;
  size_t n = (left < panel_left ? left : panel_left) / LANES;
  return n < TILE_VECTORS ? n : TILE_VECTORS;
}

KERNEL_INLINE Place
walk_place (const Walk *walk, size_t column, size_t tile)
{
  const size_t start = column - column % PANEL, left = walk->n_columns - start;
  return (Place){
    .panel = walk->panels + walk->panels_rows * start + column % PANEL,
    .width = left < PANEL ? left : PANEL,
    .column = column,
    .row = walk->first + tile_start (walk->end - walk->first, walk->n_tiles, tile),
  };
}

KERNEL_INLINE size_t
walk_rows (const Walk *walk, Place at, size_t tile)
{
  return walk->first + tile_start (walk->end - walk->first, walk->n_tiles, tile + 1) - at.row;
}

static void
product (const FsProduct *job, size_t first, size_t end)
{
  const Walk walk = { .first = first,
                      .end = end,
                      .n_tiles = tile_count (end - first),
                      .panels = job->panels,
                      .panels_rows = job->panels_rows,
                      .n_columns = job->n_columns };
  size_t n_vectors;
  for (size_t column = 0; column < job->n_columns; column += n_vectors * LANES)
    {
      n_vectors = walk_vectors (&walk, column);
      for (size_t tile = 0; tile < walk.n_tiles; tile++)
        {
          const Place at = walk_place (&walk, column, tile);
          const size_t n_rows = walk_rows (&walk, at, tile);
          Tile done;
          product_any_tile (&job->a, job->initial, 0, at, n_rows, n_vectors, done);
          for (size_t r = 0; r < n_rows; r++)
            for (size_t v = 0; v < n_vectors; v++)
              vector_store (job->out + (at.row + r) * job->out_stride + column + v * LANES,
                            done[r][v]);
        }
    }
}

/* --- LSTM, backward --- */

/* Replaces the gates of one register of units by ∂L/∂z; the equations are those of lstm-plain.c. */
KERNEL_INLINE void
lstm_backward_units (const FsLstmBackward *job, size_t row, size_t unit, Vector dh)
{
  const Vector one = vector_all (1);
  const size_t here = row * job->stride + unit;
  FsReal *gates = job->gates + unit / BLOCK * job->gates_block_stride + row * PANEL + unit % BLOCK;
  const Vector i = vector_load (gates), f = vector_load (gates + BLOCK);
  const Vector g = vector_load (gates + 2 * BLOCK), o = vector_load (gates + 3 * BLOCK);
  const Vector tanh_c = vector_tanh (vector_load (job->c + here));
  const Vector c_before = job->c_before ? vector_load (job->c_before + here) : (Vector){ 0 };
  const Vector dh_o = dh * o;

  /* h = o ⊙ tanh(c):  dc += dh ⊙ o ⊙ (1 − tanh²(c)) = dh_o − dh_o tanh(c) tanh(c) */
  Vector dc = dh_o - dh_o * tanh_c * tanh_c;
  if (!job->is_last_step)
    dc += vector_load (job->dc + here);
  vector_store (job->dc + here, dc * f);
  vector_store (gates, dc * g * i * (one - i));
  vector_store (gates + BLOCK, dc * c_before * f * (one - f));
  vector_store (gates + 2 * BLOCK, dc * i * (one - g * g));
  vector_store (gates + 3 * BLOCK, dh_o * tanh_c * (one - o));
}

static void
lstm_backward (const FsLstmBackward *job, size_t first, size_t end)
{
  const Walk walk = { .first = first,
                      .end = end,
                      .n_tiles = tile_count (end - first),
                      .panels = job->weights,
                      .panels_rows = job->weights_rows,
                      .n_columns = job->n_blocks * BLOCK };
  size_t n_vectors;
  for (size_t unit = 0; unit < walk.n_columns; unit += n_vectors * LANES)
    {
      n_vectors = walk_vectors (&walk, unit);
      for (size_t tile = 0; tile < walk.n_tiles; tile++)
        {
          const Place at = walk_place (&walk, unit, tile);
          const size_t n_rows = walk_rows (&walk, at, tile);
          Tile dh;
          product_any_tile (&job->dz_after, job->dy, job->stride, at, n_rows, n_vectors, dh);
          for (size_t r = 0; r < n_rows; r++)
            for (size_t v = 0; v < n_vectors; v++)
              lstm_backward_units (job, at.row + r, unit + v * LANES, dh[r][v]);
        }
    }
}

/* --- Weight gradients --- */

KERNEL_INLINE void
outer_tile (const FsOuter *job, size_t i, size_t j, const int n_i, const int n_vectors)
{
  Tile sum;
  FsReal *out = job->out + i * PANEL + j;
#pragma GCC unroll 8
  for (int r = 0; r < n_i; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      sum[r][v] =
          job->accumulates ? vector_load (out + r * PANEL + (size_t) v * LANES) : (Vector){ 0 };
  tile_add_product (sum, n_i, n_vectors, job->a + i, 1, job->a_stride, job->b + j, job->b_stride,
                    LANES, job->n_rows);
#pragma GCC unroll 8
  for (int r = 0; r < n_i; r++)
#pragma GCC unroll 4
    for (int v = 0; v < n_vectors; v++)
      vector_store (out + r * PANEL + (size_t) v * LANES, sum[r][v]);
}

static void
outer (const FsOuter *job)
{
  const size_t n_tiles = tile_count (job->n_i);
  for (size_t tile = 0; tile < n_tiles; tile++)
    {
      const size_t i = tile_start (job->n_i, n_tiles, tile);
      const size_t n_i = tile_start (job->n_i, n_tiles, tile + 1) - i;
      size_t n_vectors;
      for (size_t j = 0; j < job->n_j; j += n_vectors * LANES)
        {
          n_vectors = (job->n_j - j) / LANES;
          n_vectors = n_vectors < TILE_VECTORS ? n_vectors : TILE_VECTORS;
          if (n_vectors == TILE_VECTORS)
            {
#define CALL(n) outer_tile (job, i, j, n, TILE_VECTORS)
              TILE_SWITCH (n_i, CALL)
#undef CALL
            }
          else
            {
              n_vectors = 1;
#define CALL(n) outer_tile (job, i, j, n, 1)
              TILE_SWITCH (n_i, CALL)
#undef CALL
            }
        }
    }
}

static void
column_sums (const FsReal *b, size_t n_rows, FsReal sum[PANEL])
{
  for (size_t j = 0; j < PANEL; j += TILE_VECTORS * LANES)
    {
      Vector s[TILE_VECTORS];
#pragma GCC unroll 4
      for (size_t v = 0; v < TILE_VECTORS; v++)
        s[v] = vector_load (sum + j + v * LANES);
      for (size_t row = 0; row < n_rows; row++)
#pragma GCC unroll 4
        for (size_t v = 0; v < TILE_VECTORS; v++)
          s[v] += vector_load (b + row * PANEL + j + v * LANES);
#pragma GCC unroll 4
      for (size_t v = 0; v < TILE_VECTORS; v++)
        vector_store (sum + j + v * LANES, s[v]);
    }
}

/* --- Activations of whole arrays; n is a multiple of 16 --- */

static void
tanh_all (FsReal *values, size_t n)
{
  for (size_t i = 0; i < n; i += LANES)
    vector_store (values + i, vector_tanh (vector_load (values + i)));
}

static void
sigmoid_all (FsReal *values, size_t n)
{
  for (size_t i = 0; i < n; i += LANES)
    vector_store (values + i, vector_sigmoid (vector_load (values + i)));
}

/* --- Layout --- */

/* Rows i and i + LANES/2 interleaved become rows 2i and 2i + 1; log2 (LANES) such rounds turn a square
 * over. */
KERNEL_INLINE void
transpose_square (const FsReal *from, size_t from_stride, FsReal *to, size_t to_stride)
{
  Vector rows[LANES], next[LANES];
#pragma GCC unroll 16
  for (size_t i = 0; i < LANES; i++)
    rows[i] = vector_load (from + i * from_stride);
#pragma GCC unroll 4
  for (size_t n = 1; n < LANES; n *= 2)
    {
#pragma GCC unroll 8
      for (size_t i = 0; i < LANES / 2; i++)
        {
          next[2 * i] =
              __builtin_shuffle (rows[i], rows[i + LANES / 2], (VectorMask) INTERLEAVE_LOW);
          next[2 * i + 1] =
              __builtin_shuffle (rows[i], rows[i + LANES / 2], (VectorMask) INTERLEAVE_HIGH);
        }
#pragma GCC unroll 16
      for (size_t i = 0; i < LANES; i++)
        rows[i] = next[i];
    }
#pragma GCC unroll 16
  for (size_t i = 0; i < LANES; i++)
    vector_store (to + i * to_stride, rows[i]);
}

static void
transpose (const FsReal *from, size_t from_stride, FsReal *to, size_t to_stride)
{
  for (size_t i = 0; i < BLOCK; i += LANES)
    for (size_t j = 0; j < BLOCK; j += LANES)
      transpose_square (from + i * from_stride + j, from_stride, to + j * to_stride + i, to_stride);
}

/* --- The bound --- */

static double
peak (size_t n_rounds, FsReal *sink)
{
  Tile sum;
  const Vector factors[2] = { vector_all (sink[0]), vector_all (sink[1]) };
  /* All different, or the compiler would see that one sum does for all. */
  for (int r = 0; r < TILE_ROWS; r++)
    for (int v = 0; v < TILE_VECTORS; v++)
      sum[r][v] = vector_all (sink[0] * (FsReal) (1 + r * TILE_VECTORS + v));
  for (size_t round = 0; round < n_rounds; round++)
#pragma GCC unroll 8
    for (int r = 0; r < TILE_ROWS; r++)
#pragma GCC unroll 4
      for (int v = 0; v < TILE_VECTORS; v++)
        sum[r][v] = vector_fma (sum[r][v], factors[0], factors[1]);
  for (int r = 0; r < TILE_ROWS; r++)
    for (int v = 0; v < TILE_VECTORS; v++)
      sink[2] += sum[r][v][0];
  return (double) n_rounds * TILE_ROWS * TILE_VECTORS * LANES;
}

const FsKernels FS_KERNELS = {
  .lstm_forward = lstm_forward,
  .lstm_backward = lstm_backward,
  .product = product,
  .outer = outer,
  .column_sums = column_sums,
  .tanh = tanh_all,
  .sigmoid = sigmoid_all,
  .transpose = transpose,
  .peak = peak,
};
