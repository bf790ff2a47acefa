/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Initial weights. Each tensor draws from its own stream, named by (seed, number of the tensor), so
 * that changing one layer leaves the draws of the tensors before it as they were.
 *
 *   glorot     Glorot & Bengio 2010: spread by fan_in + fan_out
 *   he         He et al. 2015: by fan_in
 *   orthogonal Saxe et al. 2014: the orthonormal factor of a normal matrix; columns are orthonormal, rows
 *              where there are more of those. For a recurrent kernel that is over all gates together (not
 *              each gate's block), which is what Keras does with its transposed kernel. A matrix that is
 *              too large for the scratch memory gets Glorot's draw.
 *   pytorch    uniform in ±1/√fan, as PyTorch's modules: the layer's units for a recurrent layer, its
 *              inputs for a dense one
 * Normal draws are truncated at two standard deviations and widened to keep their spread, as Keras's. */

#include "engine/base/real.h"
#include "engine/experiment/experiment.h"
#include "engine/model/layer.h"
#include "engine/model/tensor-table.h"

typedef struct
{
  FsInitialiser kind;
  double fan_in, fan_out;
  double units;    /* by which the gates' fan_out is counted one by one */
  double fan;      /* PyTorch's */
  double constant; /* FS_INIT_CONSTANT */
} FsFill;

void fs_initialise (const FsTensorTable *table,
                    size_t tensor,
                    FsReal *parameters,
                    uint64_t seed,
                    const FsFill *fill);

/* A recurrent layer's tensors, counted from its first; FS_NO_TENSOR for those it does not have. */
#define FS_NO_TENSOR SIZE_MAX

typedef struct
{
  size_t kernel, recurrent;
  size_t bias, second_bias;
} FsRecurrentTensors;

/* All of them by the layer's settings. Where there is one bias and PyTorch has two, it gets their sum. The
 * forget gate of an LSTM gets forget_bias more; but chrono initialisation (Tallec & Ollivier 2018) says
 * itself how long each unit remembers:
 *
 *   b_f = log u, b_i = −b_f (LSTM),   b_z = log u (GRU),   u uniform in 1 … T − 1 */
void fs_initialise_recurrent (const FsLayer *layer,
                              const FsTensorTable *table,
                              const FsRecurrentTensors *tensors,
                              FsReal *parameters,
                              uint64_t seed);

/* A dense layer's. */
void fs_initialise_dense (const FsLayer *layer,
                          const FsTensorTable *table,
                          size_t weight,
                          size_t bias,
                          FsReal *parameters,
                          uint64_t seed);
