/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training a large network takes little more memory than its summary says beforehand: parameters, moments
 * and workspace. Gradients, the best and the last weights, those of past epochs and the evaluation have to
 * fit into half of that again. Counted at the allocator, where the linker sends the engine (--wrap). */

#include <glib.h>
#include <malloc.h>
#include <stdlib.h>
#include "engine/train/trainer.h"
#include "tests/engine/dataset-by-hand.h"

void *__real_malloc (size_t size);
void *__real_calloc (size_t n, size_t size);
void *__real_realloc (void *old, size_t size);
void *__real_aligned_alloc (size_t alignment, size_t size);
void __real_free (void *block);
void *__wrap_malloc (size_t size);
void *__wrap_calloc (size_t n, size_t size);
void *__wrap_realloc (void *old, size_t size);
void *__wrap_aligned_alloc (size_t alignment, size_t size);
void __wrap_free (void *block);

/* Only the main thread allocates: the pool's threads compute. */
static size_t n_bytes, peak_bytes;

static void *
counted (void *block)
{
  n_bytes += malloc_usable_size (block);
  peak_bytes = MAX (peak_bytes, n_bytes);
  return block;
}

void *
__wrap_malloc (size_t size)
{
  return counted (__real_malloc (size));
}

void *
__wrap_calloc (size_t n, size_t size)
{
  return counted (__real_calloc (n, size));
}

void *
__wrap_realloc (void *old, size_t size)
{
  n_bytes -= malloc_usable_size (old);
  return counted (__real_realloc (old, size));
}

void *
__wrap_aligned_alloc (size_t alignment, size_t size)
{
  return counted (__real_aligned_alloc (alignment, size));
}

void
__wrap_free (void *block)
{
  n_bytes -= malloc_usable_size (block);
  __real_free (block);
}

/* Two wide layers over long windows, as the largest job of `fitscope bench`, in small. */
static FsExperiment
large_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.window.length = 100;
  experiment.n_layers = 3;
  for (size_t i = 0; i < 2; i++)
    experiment.layers[i] = (FsLayerSpec){ .kind = FS_LAYER_LSTM, .units = 160, .forget_bias = 1 };
  experiment.layers[2] = (FsLayerSpec){ .kind = FS_LAYER_DENSE, .units = FS_AUTO };
  experiment.train.batch = 64;
  experiment.train.epochs = 14; /* more than the weights of past epochs have room for */
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static void
test_peak (void)
{
  enum
  {
    N_ROWS = 164
  };
  const FsExperiment experiment = large_experiment ();
  double values[N_ROWS];
  for (size_t i = 0; i < N_ROWS; i++)
    values[i] = (double) (i % 12) / 6 - 1;
  FsDataset *dataset = dataset_by_hand (values, N_ROWS, 1, 100, 1, N_ROWS, N_ROWS);
  const FsNetworkShape shape = {
    .n_inputs = 1, .n_steps = 100, .n_outputs = 1, .max_rows = (size_t) experiment.train.batch
  };
  FsLayerSummary summaries[FS_MAX_LAYERS];
  g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);
  g_assert_cmpint (fs_network_plan (&experiment, &shape, summaries, table, NULL), ==, FS_OK);
  size_t announced = 2 * table->size * sizeof (FsReal); /* Adam's moments */
  for (size_t i = 0; i < experiment.n_layers; i++)
    announced += summaries[i].bytes;

  FsPool *pool = NULL;
  FsTrainer *trainer = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 2, NULL), ==, FS_OK);
  const size_t before = n_bytes;
  g_assert_cmpint (fs_trainer_new (&trainer, &experiment, dataset, pool, NULL), ==, FS_OK);
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    ;
  g_assert_cmpuint (fs_trainer_history (trainer)->n_observations, ==, 14);
  g_test_message ("announced %.1f MB, peak %.1f MB: %.2f times", 1e-6 * (double) announced,
                  1e-6 * (double) (peak_bytes - before),
                  (double) (peak_bytes - before) / (double) announced);
  g_assert_cmpuint (peak_bytes - before, >, announced); /* or the count has missed something */
  g_assert_cmpuint (peak_bytes - before, <, announced + announced / 2);
  fs_trainer_free (trainer);
  g_assert_cmpuint (n_bytes, ==, before);
  fs_pool_free (pool);
  dataset_by_hand_free (dataset);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train-memory/peak", test_peak);
  return g_test_run ();
}
