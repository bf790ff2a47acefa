/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cost of probes, measured; see bench-probes.h. A piece of work that ended in a probe belongs to it
 * as a whole; a batch that was cut into halves took longer than the others by what the half took. */

#include "app/commands/bench-probes.h"

#include <stdlib.h>
#include <time.h>
#include "engine/base/random.h"
#include "engine/train/trainer.h"

static double
now (void)
{
  struct timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + 1e-9 * (double) time.tv_nsec;
}

typedef struct
{
  double plain, halved; /* seconds of batches */
  size_t n_plain, n_halved;
  double probes, others; /* of looks inside, and of evaluation */
} Times;

static double
share_of (const Times *times)
{
  const double all = times->plain + times->halved + times->probes + times->others;
  double cut = 0;
  if (times->n_plain > 0)
    cut = times->halved - (double) times->n_halved * times->plain / (double) times->n_plain;
  return all > 0 ? (times->probes + cut) / all : 0;
}

/* One piece of work; TRUE if it took a probe. */
static bool
advance (FsTrainer *trainer, Times *times)
{
  const size_t n_probes = fs_trainer_history (trainer)->n_probes;
  const double share = fs_trainer_probe_share (trainer), begin = now ();
  const FsAdvanced advanced = fs_trainer_advance (trainer, NULL);
  const double seconds = now () - begin;
  const bool is_probe = fs_trainer_history (trainer)->n_probes > n_probes;
  if (is_probe)
    times->probes += seconds;
  else if (advanced != FS_ADVANCED_BATCH)
    times->others += seconds;
  else if (fs_trainer_probe_share (trainer) > share) /* it only rises with what probes do */
    {
      times->halved += seconds;
      times->n_halved++;
    }
  else
    {
      times->plain += seconds;
      times->n_plain++;
    }
  return is_probe;
}

static double
measure (FsTrainer *trainer, double seconds)
{
  Times times = { 0 };
  while (!advance (trainer, &times))
    {
    }
  times = (Times){ 0 }; /* the first probe was on credit: from it on, everything is paid */
  const double begin = now ();
  do
    while (!advance (trainer, &times))
      {
      }
  while (now () - begin < seconds);
  return share_of (&times);
}

FsStatus
fs_bench_probe_share (const FsExperiment *experiment,
                      size_t n_windows,
                      size_t n_inputs,
                      double seconds,
                      double *share,
                      FsProblem *problem)
{
  const size_t length = (size_t) experiment->window.length, n_rows = n_windows + length;
  FsExperiment endless = *experiment;
  FsDataset dataset = { .n_rows = n_rows,
                        .n_channels = n_inputs,
                        .length = length,
                        .horizon = 1,
                        .n_outputs = 1,
                        .inputs = calloc (n_rows * n_inputs, sizeof *dataset.inputs),
                        .target_prepared = calloc (n_rows, sizeof *dataset.target_prepared) };
  FsWindows *windows = &dataset.windows[FS_PART_TRAIN];
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  FsPool *pool = NULL;
  FsTrainer *trainer = NULL;
  FsStatus status = FS_OK;
  endless.train.epochs = 1000000;
  endless.train.stop.patience = FS_NEVER;
  windows->starts = calloc (n_windows, sizeof *windows->starts);
  windows->n = n_windows;
  if (!dataset.inputs || !dataset.target_prepared || !windows->starts)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
  for (size_t i = 0; status == FS_OK && i < n_rows * n_inputs; i++)
    dataset.inputs[i] = (FsReal) fs_random_normal (&random);
  for (size_t i = 0; status == FS_OK && i < n_rows; i++)
    dataset.target_prepared[i] = (double) dataset.inputs[i * n_inputs];
  for (size_t i = 0; status == FS_OK && i < n_windows; i++)
    windows->starts[i] = (uint32_t) i;
  if (status == FS_OK)
    status = fs_pool_new (&pool, 1, problem);
  if (status == FS_OK)
    status = fs_trainer_new (&trainer, &endless, &dataset, pool, problem);
  if (status == FS_OK)
    *share = measure (trainer, seconds);
  fs_trainer_free (trainer);
  fs_pool_free (pool);
  free (dataset.inputs);
  free (dataset.target_prepared);
  free (windows->starts);
  return status;
}
