/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The network's insides, for network*.c only. */

#include "engine/model/layer.h"
#include "engine/model/network.h"

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

/* Rows of outputs in the largest pass. */
size_t fs_network_n_output_rows (const FsNetworkShape *shape);
/* What has to be in memory for what was planned so far. */
size_t fs_network_planned_bytes (const FsLayerPlan *plan);
/* Plans all layers; `layers` has room for FS_MAX_LAYERS. */
FsStatus fs_network_plan_layers (const FsExperiment *experiment,
                                 const FsNetworkShape *shape,
                                 FsLayer *layers,
                                 FsLayerSummary *summaries,
                                 FsLayerPlan *plan,
                                 FsProblem *problem);

/* What layer `i` is given in a pass. */
FsLayerPass fs_network_layer_pass (FsNetwork *network, const FsPass *pass, size_t i);
