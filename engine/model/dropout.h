/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Draws of dropout (Srivastava et al. 2014), inverted: in training a number is kept with probability
 * 1 − p and divided by it, in evaluation nothing happens. A row's draws depend on the seed, the step,
 * the place in the network and the row only, 32 bits a number, so that p is met to 2⁻³². */

#include "engine/base/random.h"
#include "engine/model/layer.h"

/* Where in a layer something is dropped: what tells their streams apart. */
typedef enum
{
  FS_DROP_LAYER,     /* a dropout layer's values */
  FS_DROP_INPUT,     /* a recurrent layer's inputs */
  FS_DROP_RECURRENT, /* its state on the way into the gates */
  FS_DROP_RECURRENT_BACK
} FsDropPlace;

FsRandom fs_dropout_random (const FsLayer *layer,
                            const FsLayerPass *pass,
                            FsDropPlace place,
                            size_t row);

/* n factors: 0 with probability `rate`, else 1/(1 − rate). */
void fs_dropout_draw (FsReal *mask, size_t n, FsRandom *random, double rate);

/* Dropout of a recurrent layer's inputs, if the pass has any: what the layer reads instead of `x` (rows
 * first … end-1), and the way back through it. Nothing if x itself is read. */
bool fs_dropout_acts_on_inputs (const FsLayer *layer, const FsPass *pass);
void fs_dropout_forward_inputs (const FsLayer *layer,
                                const FsLayerPass *pass,
                                const FsReal *x,
                                size_t first,
                                size_t end);
void fs_dropout_backward_inputs (const FsLayer *layer,
                                 const FsLayerPass *pass,
                                 size_t first,
                                 size_t end);

/* A recurrent layer's own dropout: masks of rows first … end-1, as mask[T or 1][B][stride]. */
void fs_dropout_draw_rows (const FsLayer *layer,
                           const FsLayerPass *pass,
                           FsDropPlace place,
                           double rate,
                           FsReal *mask,
                           size_t width,
                           size_t stride,
                           size_t first,
                           size_t end);

/* Step t of such masks. */
static inline const FsReal *
fs_dropout_mask (const FsLayer *layer,
                 const FsLayerPass *pass,
                 const FsReal *mask,
                 size_t stride,
                 size_t t)
{
  return layer->spec.dropout_mask == FS_DROPOUT_PER_STEP ? mask + t * pass->n_rows * stride : mask;
}
