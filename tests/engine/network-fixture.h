/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Small networks for tests: layer lists written as one line, inputs and upstream gradients drawn from
 * a seed, and one pass forward and back. */

#include <glib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/model/network.h"

static inline FsLayerSpec
lstm_spec (int64_t units)
{
  return (FsLayerSpec){ .kind = FS_LAYER_LSTM, .units = units, .forget_bias = 1 };
}

static inline FsLayerSpec
gru_spec (int64_t units, FsReset reset)
{
  return (FsLayerSpec){ .kind = FS_LAYER_GRU, .units = units, .reset = reset };
}

static inline FsLayerSpec
rnn_spec (int64_t units, FsCellActivation activation)
{
  return (FsLayerSpec){ .kind = FS_LAYER_RNN, .units = units, .cell_activation = activation };
}

/* An LSTM with other curves than the usual ones. */
static inline FsLayerSpec
curved_lstm_spec (int64_t units, FsCellActivation activation, FsGateActivation gate_activation)
{
  return (FsLayerSpec){ .kind = FS_LAYER_LSTM,
                        .units = units,
                        .cell_activation = activation,
                        .gate_activation = gate_activation };
}

static inline FsLayerSpec
turned_spec (FsLayerSpec layer, FsDirection direction, FsMerge merge)
{
  layer.direction = direction;
  layer.merge = merge;
  return layer;
}

#define TURNED(layer, direction, merge) \
  turned_spec (layer, FS_DIRECTION_##direction, FS_MERGE_##merge)

static inline FsLayerSpec
dropout_spec (double rate)
{
  return (FsLayerSpec){ .kind = FS_LAYER_DROPOUT, .rate = rate };
}

static inline FsLayerSpec
attention_spec (FsAttentionScore score, int64_t units)
{
  return (FsLayerSpec){ .kind = FS_LAYER_ATTENTION, .units = units, .score = score };
}

static inline FsLayerSpec
norm_spec (void)
{
  return (FsLayerSpec){ .kind = FS_LAYER_NORM, .norm_epsilon = 1e-5 };
}

static inline FsLayerSpec
dense_spec (int64_t units, FsActivation activation)
{
  return (FsLayerSpec){ .kind = FS_LAYER_DENSE, .units = units, .activation = activation };
}

#define EXPERIMENT(...)                          \
  experiment_of ((FsLayerSpec[]){ __VA_ARGS__ }, \
                 sizeof (FsLayerSpec[]){ __VA_ARGS__ } / sizeof (FsLayerSpec))

static inline FsExperiment
experiment_of (const FsLayerSpec *layers, size_t n_layers)
{
  FsExperiment experiment = { .n_layers = n_layers };
  g_assert_cmpuint (n_layers, <=, FS_MAX_LAYERS);
  memcpy (experiment.layers, layers, n_layers * sizeof *layers);
  return experiment;
}

static inline FsPool *
pool_of (unsigned n_threads)
{
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, n_threads, NULL), ==, FS_OK);
  return pool;
}

static inline FsNetwork *
network_of (const FsExperiment *experiment, const FsNetworkShape *shape, FsPool *pool)
{
  FsNetwork *network = NULL;
  FsProblem problem = { 0 };
  FsStatus status = fs_network_new (&network, experiment, shape, pool, &problem);
  if (status != FS_OK)
    {
      char sentence[1024];
      g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
    }
  return network;
}

/* Normal numbers named by (seed, index). */
static inline void
draw (FsReal *values, size_t n, uint64_t seed, uint64_t index)
{
  FsRandom random = fs_random (seed, FS_STREAM_GENERATOR, index, 0);
  for (size_t i = 0; i < n; i++)
    values[i] = (FsReal) fs_random_normal (&random);
}

/* Every parameter, biases too, drawn away from zero; the padding stays 0. */
static inline void
draw_parameters (FsNetwork *network, double scale, uint64_t seed)
{
  const FsTensorTable *table = fs_network_tensors (network);
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[i];
      FsReal *values = fs_network_parameters (network) + tensor->offset;
      draw (values, tensor->rows * tensor->cols, seed, i);
      for (size_t k = 0; k < tensor->rows * tensor->cols; k++)
        values[k] *= (FsReal) scale;
    }
  fs_network_refresh (network);
}
