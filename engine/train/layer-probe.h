/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Makes the figures of a FsLayerProbe from what a network shows after a pass with is_probe: first after
 * the forward pass, then after the backward pass. Runs on one thread; changes nothing in the network. */

#include "engine/model/network.h"
#include "engine/train/probe.h"

/* Everything of one recurrent layer that the forward pass left, over `n_rows` rows. False when memory
 * is short; the figures are then NaN. */
bool fs_layer_probe_states (FsLayerProbe *probe,
                            const FsNetwork *network,
                            size_t layer,
                            size_t n_rows);

/* And what the backward pass left. Only the layer that reads the window tells a saliency. */
bool fs_layer_probe_gradients (FsLayerProbe *probe,
                               const FsNetwork *network,
                               size_t layer,
                               size_t n_rows,
                               bool reads_window);

/* What both together cost, in multiply-adds of a pass. */
double fs_layer_probe_cost (const FsStateShape *shape, size_t n_rows, bool reads_window);

/* exp of the entropy of the singular values of values[n_rows][n_columns], scaled to add up to 1: from
 * 1 to the rank. NaN if all are 0 or memory is short. */
double fs_effective_rank (const double *values, size_t n_rows, size_t n_columns);
