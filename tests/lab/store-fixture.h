/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of the store share: a folder of their own, small experiments, made-up histories. */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/recorder.h"

typedef struct
{
  char *folder;
} Fixture;

static inline void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;
  while (directory && (name = g_dir_read_name (directory)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  fixture->folder = g_dir_make_tmp ("fitscope-store-XXXXXX", &error);
  g_assert_no_error (error);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

static inline FsStoreFile *
open_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  FsStoreFile *file = fs_store_file_open (fixture->folder, &error);
  g_assert_no_error (error);
  return file;
}

/* A few ms an epoch. */
static inline FsExperiment
small_experiment (int64_t epochs)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:nile", sizeof experiment.data.source);
  experiment.data.target[0] = '\0';
  experiment.data.time[0] = '\0';
  experiment.window.length = 6;
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 5;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.batch = 16;
  experiment.train.epochs = epochs;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

/* Every field another number, so that two exchanged columns show; the validation loss has a gap. */
static inline FsObservation
made_up_observation (uint32_t epoch)
{
  const double e = epoch;
  return (FsObservation){
    .epoch = epoch,
    .train_loss = 1.0 / 3.0 / e,
    .running_loss = 1.1 / e,
    .validation_loss = epoch == 2 ? NAN : 0.7 / e,
    .learning_rate = 1e-3 / e,
    .gradient_norm = epoch == 3 ? INFINITY : 10.0 / e,
    .gradient_norm_max = 11.0 / e,
    .clipped_share = 0.25 / e,
    .update_ratio = 1e-4 / e,
    .gradient_norm_p90 = 12.0 / e,
    .gradient_norm_p99 = 13.0 / e,
    .train_accuracy = 1 - 0.5 / e,
    .validation_accuracy = 1 - 0.7 / e,
  };
}

static inline void
make_up_history (FsHistory *history, uint32_t n)
{
  *history = (FsHistory){ .has_validation = true };
  for (uint32_t epoch = 1; epoch <= n; epoch++)
    {
      const FsObservation observation = made_up_observation (epoch);
      g_assert_cmpint (fs_history_append (history, &observation), ==, FS_OK);
    }
}

static inline void
assert_same_observation (const FsObservation *left, const FsObservation *right)
{
  const double *a = (const double *) left, *b = (const double *) right;
  g_assert_cmpuint (left->epoch, ==, right->epoch);
  for (gsize i = 1; i < sizeof *left / sizeof *a; i++)
    {
      if (!isnan (a[i]) || !isnan (b[i]))
        g_assert_cmpmem (&a[i], sizeof a[i], &b[i], sizeof b[i]);
    }
}

static inline void
assert_same_history (const FsHistory *left, const FsHistory *right)
{
  g_assert_cmpuint (left->n_observations, ==, right->n_observations);
  for (size_t i = 0; i < left->n_observations; i++)
    assert_same_observation (&left->observations[i], &right->observations[i]);
}

/* Enters a made-up run of n epochs and leaves it open. */
static inline void
enter_run (FsStoreFile *file,
           const FsExperiment *experiment,
           uint32_t n,
           FsRunState state,
           char id[FS_RUN_ID_SIZE])
{
  g_autoptr (GError) error = NULL;
  static const FsBaselines baselines = { .parts = { { 1, 2, 3, 4 }, { 5, 6, NAN, 8 } },
                                         .season = 12 };
  const FsRunStart start = {
    .experiment = experiment,
    .data_hash = 0x1234,
    .baselines = &baselines,
    .has_validation = TRUE,
    .n_parameters = 99,
    .name = "LSTM 5",
  };
  FsRunWritten written;
  FsHistory history;
  make_up_history (&history, n);
  g_assert_true (fs_store_file_begin (file, &start, id, &written, &error));
  g_assert_no_error (error);
  const FsRunStand stand = {
    .state = state, .experiment = experiment, .history = &history, .baselines = &baselines
  };
  g_assert_true (fs_store_file_write (file, id, &stand, TRUE, &written, &error));
  g_assert_no_error (error);
  fs_history_clear (&history);
}
