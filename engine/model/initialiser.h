/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Initial weights. Each tensor draws from its own stream, named by (seed, number of the tensor), so
 * that changing one layer leaves the draws of the tensors before it as they were. */

#include "engine/base/real.h"
#include "engine/model/tensor-table.h"

/* Glorot & Bengio 2010: uniform in ±√(6 / (fan_in + fan_out)), fan_in = cols, fan_out = rows. For an
 * LSTM the rows are those of all four gates, as in Keras. */
void fs_initialise_glorot (const FsTensorTable *table,
                           size_t tensor,
                           FsReal *parameters,
                           uint64_t seed);

/* Saxe et al. 2014: the orthonormal factor of a normal matrix, rows ≥ cols. The columns become
 * orthonormal over all gates together (not each gate's block), which is what Keras does with its
 * transposed kernel. A matrix that is too large for the scratch memory keeps Glorot's draw. */
void fs_initialise_orthogonal (const FsTensorTable *table,
                               size_t tensor,
                               FsReal *parameters,
                               uint64_t seed);
