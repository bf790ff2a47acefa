/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loading a run; see run-load.h. */

#include "engine/lab/run-load.h"

#include "engine/experiment/schema.h"
#include "engine/lab/frame-cache.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/source.h"
#include "engine/train/task.h"

/* Multiply-adds of a training batch below which one thread is as fast as two: about 50 µs at 100 GF/s
 * and 2 flops each, the time in which the threads of a pool can just find each other. */
#define MULTIPLY_ADDS_WORTH_SHARING 2.5e6

/* A training step costs a forward pass, and twice that backward. */
#define PASSES_A_STEP 3.0

/* Between two stages that cannot be cut short themselves. */
static FsStatus
go_on (const FsInterrupt *interrupt, FsProblem *problem)
{
  if (fs_interrupt_is_requested (interrupt))
    return fs_problem (problem, FS_INTERRUPTED, NULL, NULL, NULL);
  return FS_OK;
}

static FsStatus
prepare (FsLoaded *loaded,
         const FsFrame *frame,
         const FsExperiment *experiment,
         const char *base,
         const FsInterrupt *interrupt,
         FsProblem *problem)
{
  loaded->prepared = fs_prepared_new ();
  if (!loaded->prepared)
    return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
  FsStatus status =
      fs_source_prepare (&loaded->prepared->dataset, frame, experiment, base, problem);
  if (status == FS_OK)
    status = go_on (interrupt, problem);
  if (status == FS_OK)
    status = fs_baselines_compute (&loaded->prepared->baselines, loaded->prepared->dataset,
                                   fs_task_loss (experiment, loaded->prepared->dataset), problem);
  if (status == FS_OK
      && fs_data_facts_measure (&loaded->prepared->facts, loaded->prepared->dataset, experiment)
             != FS_OK)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
  return status == FS_OK ? go_on (interrupt, problem) : status;
}

static unsigned
choose_n_threads (const FsExperiment *experiment, const FsDataset *dataset)
{
  const FsNetworkShape shape = fs_task_shape (dataset, (size_t) experiment->train.batch);
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  if (fs_network_plan (experiment, &shape, summaries, &table, NULL) != FS_OK)
    return 1; /* the trainer will say what is wrong */
  size_t n_rows = MIN (shape.max_rows, dataset->windows[FS_PART_TRAIN].n);
  double work = 0.0;
  for (size_t i = 0; i < experiment->n_layers; i++)
    work += summaries[i].multiply_adds;
  work *= PASSES_A_STEP * (double) n_rows;
  return work < MULTIPLY_ADDS_WORTH_SHARING ? 1 : g_get_num_processors ();
}

gboolean
fs_loaded_make (FsLoaded *loaded,
                const FsExperiment *experiment,
                const char *base,
                unsigned n_threads,
                const FsInterrupt *interrupt,
                GError **error)
{
  FsProblem problem = { 0 };
  if (fs_experiment_validate (experiment, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  const FsReadOptions options = { .import = &experiment->data.import, .interrupt = interrupt };
  FsSharedFrame *shared = fs_frame_cache_load (experiment->data.source, base, &options, error);
  if (!shared)
    return FALSE;
  FsStatus status = prepare (loaded, shared->frame, experiment, base, interrupt, &problem);
  fs_frame_cache_release (shared);
  if (status == FS_OK && n_threads == 0)
    n_threads = choose_n_threads (experiment, loaded->prepared->dataset);
  if (status == FS_OK)
    status = fs_pool_new (&loaded->pool, n_threads, &problem);
  if (status == FS_OK)
    status = fs_trainer_new (&loaded->trainer, experiment, loaded->prepared->dataset, loaded->pool,
                             &problem);
  return status == FS_OK || fs_lab_error_take (error, &problem);
}

void
fs_loaded_clear (FsLoaded *loaded)
{
  fs_trainer_free (loaded->trainer);
  fs_pool_free (loaded->pool);
  fs_shared_unref (loaded->prepared);
  *loaded = (FsLoaded){ 0 };
}
