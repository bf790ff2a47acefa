/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Trains a small network for a given number of batches and ends: what tests/bench/instructions.sh counts
 * the instructions of.
 *
 *   instructions KIND UNITS INPUTS STEPS ROWS MAX_ROWS BATCHES ISA */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/model/kernels.h"
#include "engine/model/loss.h"
#include "engine/model/network.h"
#include "engine/train/optimiser.h"

typedef struct
{
  FsNetwork *network;
  FsDescent *descent;
  FsReal *y, *dy;
  size_t n_rows;
} Work;

static void
train_batch (const Work *work, uint64_t step)
{
  const FsPass pass = { .n_rows = work->n_rows, .is_training = true, .seed = 1, .step = step };
  const FsDescentSettings settings = { .learning_rate = 0.001 };
  const FsLossRule loss = { FS_LOSS_MSE, 0 };
  FsDescentReport report;
  fs_network_forward (work->network, &pass);
  fs_loss_gradient (loss, fs_network_outputs (work->network), work->y, work->n_rows, work->dy);
  fs_network_backward (work->network, &pass, work->dy);
  fs_descent_step (work->descent, &settings, fs_network_parameters (work->network),
                   fs_network_gradients (work->network), false, &report);
  fs_network_refresh (work->network);
}

static FsStatus
run (const FsExperiment *experiment,
     const FsNetworkShape *shape,
     size_t n_rows,
     uint64_t n_batches,
     FsProblem *problem)
{
  FsPool *pool = NULL;
  Work work = { .n_rows = n_rows };
  FsStatus status = fs_pool_new (&pool, 1, problem);
  if (status == FS_OK)
    status = fs_network_new (&work.network, experiment, shape, pool, problem);
  if (status == FS_OK)
    status = fs_descent_new (&work.descent, FS_OPTIMISER_ADAM, fs_network_tensors (work.network),
                             pool, problem);
  work.y = calloc (n_rows, sizeof *work.y);
  work.dy = calloc (n_rows, sizeof *work.dy);
  if (status == FS_OK && work.y && work.dy)
    {
      fs_network_initialise (work.network, 1);
      FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
      FsReal *x = fs_network_inputs (work.network);
      for (size_t i = 0; i < shape->n_steps * n_rows * shape->n_inputs; i++)
        x[i] = (FsReal) fs_random_normal (&random);
      for (uint64_t step = 0; step < n_batches; step++)
        train_batch (&work, step);
    }
  free (work.y);
  free (work.dy);
  fs_descent_free (work.descent);
  fs_network_free (work.network);
  fs_pool_free (pool);
  return status;
}

int
main (int argc, char **argv)
{
  FsIsa isa;
  if (argc != 9 || (strcmp (argv[1], "lstm") != 0 && strcmp (argv[1], "gru") != 0)
      || !fs_isa_from_name (argv[8], &isa) || !fs_isa_override (isa))
    {
      fprintf (stderr, "usage: instructions lstm|gru UNITS INPUTS STEPS ROWS MAX_ROWS BATCHES "
                       "plain|portable|avx2|avx512\n");
      return 2;
    }
  unsigned long numbers[6];
  for (size_t i = 0; i < 6; i++)
    numbers[i] = strtoul (argv[2 + i], NULL, 10);
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_layers = 2;
  experiment.layers[0] =
      (FsLayerSpec){ .kind = strcmp (argv[1], "gru") == 0 ? FS_LAYER_GRU : FS_LAYER_LSTM,
                     .units = (int64_t) numbers[0],
                     .forget_bias = 1 };
  experiment.layers[1] = (FsLayerSpec){ .kind = FS_LAYER_DENSE, .units = 1 };
  const FsNetworkShape shape = {
    .n_inputs = numbers[1], .n_steps = numbers[2], .n_outputs = 1, .max_rows = numbers[4]
  };
  FsProblem problem = { 0 };
  if (run (&experiment, &shape, numbers[3], numbers[5], &problem) != FS_OK)
    {
      char sentence[1024];
      fprintf (stderr, "%s\n", fs_problem_sentence (&problem, sentence, sizeof sentence));
      return 1;
    }
  return 0;
}
