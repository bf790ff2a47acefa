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

/* Two wide layers over long windows: how much is weights and how much workspace decides what keeping states
 * costs. */
typedef struct
{
  size_t length, n_inputs;
  int64_t units;
  int64_t epochs; /* more than there is room for weights of past ones */
} Proportions;

static FsExperiment
large_experiment (const Proportions *proportions)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.window.length = (int64_t) proportions->length;
  experiment.n_layers = 3;
  for (size_t i = 0; i < 2; i++)
    experiment.layers[i] =
        (FsLayerSpec){ .kind = FS_LAYER_LSTM, .units = proportions->units, .forget_bias = 1 };
  experiment.layers[2] = (FsLayerSpec){ .kind = FS_LAYER_DENSE, .units = FS_AUTO };
  experiment.train.batch = 64;
  experiment.train.epochs = proportions->epochs;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static void
test_peak (gconstpointer data)
{
  const Proportions *proportions = data;
  const size_t n_inputs = proportions->n_inputs, n_rows = proportions->length + 64;
  const FsExperiment experiment = large_experiment (proportions);
  g_autofree double *values = g_new (double, n_rows *n_inputs);
  for (size_t i = 0; i < n_rows * n_inputs; i++)
    values[i] = (double) (i % 12) / 6 - 1;
  FsDataset *dataset =
      dataset_by_hand (values, n_rows, n_inputs, proportions->length, 1, n_rows, n_rows);
  const FsNetworkShape shape = { .n_inputs = n_inputs,
                                 .n_steps = proportions->length,
                                 .n_outputs = 1,
                                 .max_rows = (size_t) experiment.train.batch };
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
  peak_bytes = n_bytes;
  g_assert_cmpint (fs_trainer_new (&trainer, &experiment, dataset, pool, NULL), ==, FS_OK);
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    ;
  g_assert_cmpuint (fs_trainer_history (trainer)->n_observations, ==, (size_t) proportions->epochs);
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
  /* Mostly workspace; and LSTM 512 twice over 100 steps of 32, the largest job of `fitscope bench`, with all
   * of these halved: a quarter of its size, in the same proportions. */
  static const Proportions workspace = { 100, 1, 160, 14 }, largest = { 50, 16, 256, 3 };
  g_test_add_data_func ("/train-memory/peak-of-workspace", &workspace, test_peak);
  g_test_add_data_func ("/train-memory/peak-of-largest-job", &largest, test_peak);
  return g_test_run ();
}
