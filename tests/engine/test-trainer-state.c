/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saving and restoring a trainer: after any piece of work, a run goes on in a new trainer with the same
 * bits; what does not belong together is refused. */

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/train/trainer-state.h"
#include "tests/engine/dataset-by-hand.h"

enum
{
  ROWS = 120,
  LENGTH = 5
};

static FsDataset *dataset;
static FsPool *pools[2];

static FsExperiment
experiment_with (const char *const *settings)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.layers[0].units = 6;
  experiment.window.length = LENGTH;
  experiment.train.batch = 25;
  experiment.train.epochs = 5;
  experiment.train.learning_rate = 0.02;
  experiment.train.stop.patience = FS_NEVER;
  for (size_t i = 0; settings && settings[i]; i++)
    g_assert_cmpint (fs_experiment_set (&experiment, settings[i], NULL), ==, FS_OK);
  return experiment;
}

static FsTrainer *
new_trainer (const FsExperiment *experiment, int pool)
{
  FsTrainer *trainer = NULL;
  g_assert_cmpint (fs_trainer_new (&trainer, experiment, dataset, pools[pool], NULL), ==, FS_OK);
  return trainer;
}

/* Bit for bit, NaN included; not the padding. */
static void
assert_same_observations (const FsHistory *left, const FsHistory *right)
{
  const size_t begin = offsetof (FsObservation, train_loss);
  g_assert_cmpuint (left->n_observations, ==, right->n_observations);
  for (size_t i = 0; i < left->n_observations; i++)
    {
      g_assert_cmpuint (left->observations[i].epoch, ==, right->observations[i].epoch);
      g_assert_cmpmem (
          (const char *) &left->observations[i] + begin, sizeof (FsObservation) - begin,
          (const char *) &right->observations[i] + begin, sizeof (FsObservation) - begin);
    }
}

static void
assert_same (FsTrainer *a, FsTrainer *b)
{
  const FsHistory *left = fs_trainer_history (a), *right = fs_trainer_history (b);
  const size_t n_bytes = fs_network_tensors (fs_trainer_network (a))->size * sizeof (FsReal);
  assert_same_observations (left, right);
  g_assert_cmpuint (left->n_events, ==, right->n_events);
  for (size_t i = 0; i < left->n_events; i++)
    g_assert_cmpstr (left->events[i].text, ==, right->events[i].text);
  g_assert_cmpuint (left->n_probes, ==, right->n_probes);
  g_assert_cmpmem (left->probes, left->n_probes * sizeof (FsProbe), right->probes,
                   right->n_probes * sizeof (FsProbe));
  g_assert_cmpfloat (fs_trainer_probe_share (a), ==, fs_trainer_probe_share (b));
  g_assert_cmpint (left->end, ==, right->end);
  g_assert_cmpuint (left->best, ==, right->best);
  g_assert_cmpmem (fs_trainer_last_weights (a), n_bytes, fs_trainer_last_weights (b), n_bytes);
  g_assert_cmpmem (fs_trainer_best_weights (a), n_bytes, fs_trainer_best_weights (b), n_bytes);
  g_assert_cmpmem (fs_network_parameters (fs_trainer_network (a)), n_bytes,
                   fs_network_parameters (fs_trainer_network (b)), n_bytes);
}

static FsTrainer *
moved_to_another (FsTrainer *trainer, const FsExperiment *experiment, int pool)
{
  unsigned char *bytes = NULL;
  size_t n_bytes = 0;
  FsProblem problem = { 0 };
  char sentence[512];
  g_assert_cmpint (fs_trainer_save (trainer, &bytes, &n_bytes, NULL), ==, FS_OK);
  FsTrainer *other = new_trainer (experiment, pool);
  if (fs_trainer_restore (other, bytes, n_bytes, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  free (bytes);
  return other;
}

/* Each way of training has a state of its own kind. */
static void
test_after_any_piece (void)
{
  static const char *const kinds[][5] = {
    { NULL },
    { "train.optimiser=nadam", "train.schedule.type=one-cycle", "train.schedule.unit=batch", NULL },
    { "train.optimiser=rmsprop", "train.momentum=0.5", "train.centred=true", NULL },
    { "train.optimiser=adagrad", "train.convention=keras", "train.learning_rate=0.1", NULL },
    { "train.schedule.type=plateau", "train.schedule.patience=0", "train.schedule.threshold=0.9",
      "train.clip_norm=0.05", NULL },
    { "train.stop.patience=1", "train.stop.min_delta=0.01", "train.optimiser=sgd",
      "train.momentum=0.9", NULL },
    { "model.layers.0.dropout=0.2", "model.layers.0.recurrent_dropout=0.3",
      "model.layers.0.direction=both", NULL },
    { "train.stateful=epoch", "train.shuffle=false", NULL },
    { "train.stateful=never", "train.shuffle=false", "model.layers.0.direction=both", NULL },
  };
  for (size_t kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      const FsExperiment experiment = experiment_with (kinds[kind]);
      FsTrainer *straight = new_trainer (&experiment, 0);
      while (fs_trainer_advance (straight, NULL) != FS_ADVANCED_END)
        {
        }
      FsTrainer *moved = new_trainer (&experiment, 0);
      int n_pieces = 0;
      FsAdvanced advanced;
      do
        {
          /* A new trainer before every single piece of work, and one or two threads in turn. */
          FsTrainer *other = moved_to_another (moved, &experiment, n_pieces % 2);
          fs_trainer_free (moved);
          moved = other;
          advanced = fs_trainer_advance (moved, NULL);
          n_pieces++;
        }
      while (advanced != FS_ADVANCED_END);
      g_test_message ("kind %zu: %d pieces", kind, n_pieces);
      assert_same (straight, moved);
      FsTrainer *ended = moved_to_another (moved, &experiment, 0);
      assert_same (straight, ended);
      g_assert_cmpint (fs_trainer_advance (ended, NULL), ==, FS_ADVANCED_END);
      fs_trainer_free (ended);
      fs_trainer_free (moved);
      fs_trainer_free (straight);
    }
}

/* Ended after 2 epochs, then asked for 4: the run of 4 epochs, and an event says that it was asked. */
static void
test_more_epochs (void)
{
  static const char *const two[] = { "train.epochs=2", NULL }, *const four[] = { "train.epochs=4",
                                                                                 NULL };
  const FsExperiment shorter = experiment_with (two), longer = experiment_with (four);
  FsTrainer *begun = new_trainer (&shorter, 0), *straight = new_trainer (&longer, 0);
  while (fs_trainer_advance (begun, NULL) != FS_ADVANCED_END)
    {
    }
  FsTrainer *resumed = moved_to_another (begun, &longer, 1);
  while (fs_trainer_advance (resumed, NULL) != FS_ADVANCED_END)
    {
    }
  while (fs_trainer_advance (straight, NULL) != FS_ADVANCED_END)
    {
    }
  const FsHistory *history = fs_trainer_history (resumed);
  g_assert_cmpuint (history->n_observations, ==, 4);
  assert_same_observations (history, fs_trainer_history (straight));
  g_assert_cmpuint (history->n_events, ==, 1);
  g_assert_cmpstr (history->events[0].text, ==, "Epochs 2 \u2192 4");
  fs_trainer_free (begun);
  fs_trainer_free (resumed);
  fs_trainer_free (straight);
}

/* ---- Anything at all, at any time ---- */

static const char *const optimisers[][3] = {
  { "train.optimiser=sgd", "train.momentum=0.9" },
  { "train.optimiser=sgd", "train.nesterov=true", "train.momentum=0.8" },
  { "train.optimiser=adam" },
  { "train.optimiser=adam", "train.amsgrad=true", "train.convention=keras" },
  { "train.optimiser=adamw", "train.weight_decay=0.1" },
  { "train.optimiser=nadam" },
  { "train.optimiser=rmsprop", "train.momentum=0.5", "train.centred=true" },
  { "train.optimiser=rmsprop" },
  { "train.optimiser=adagrad", "train.learning_rate=0.1" },
};
static const char *const schedules[][3] = {
  { "train.schedule.type=none" },
  { "train.schedule.type=step", "train.schedule.every=2" },
  { "train.schedule.type=exponential", "train.schedule.unit=batch" },
  { "train.schedule.type=cosine", "train.schedule.warm_up=2" },
  { "train.schedule.type=warm-up", "train.schedule.length=3" },
  { "train.schedule.type=triangular", "train.schedule.rise=2",
    "train.schedule.cycles_momentum=true" },
  { "train.schedule.type=one-cycle", "train.schedule.unit=batch",
    "train.schedule.cycles_momentum=true" },
  { "train.schedule.type=plateau", "train.schedule.patience=0", "train.schedule.threshold=0.5" },
};

/* A live change, drawn. */
static void
change_something (FsRandom *random, FsTrainer *a, FsTrainer *b)
{
  static const char *const keys[] = { "train.learning_rate",
                                      "train.batch",
                                      "train.clip_norm",
                                      "train.clip_value",
                                      "train.l1",
                                      "train.l2",
                                      "train.max_norm",
                                      "model.layers.1.rate",
                                      "train.stop.patience",
                                      "train.epochs" };
  const double values[] = { 0.05, 10, 0.5, 0.1, 1e-3, 1e-3, 2, 0.4, 3, 7 };
  const size_t i = fs_random_below (random, G_N_ELEMENTS (keys));
  const double value = values[i]
                       * (i == 1 || i > 7 ? 1 + (double) fs_random_below (random, 4)
                                          : 0.5 + fs_random_uniform (random));
  const double allowed = i == 7 ? value / 2 : value;
  g_assert_cmpint (fs_trainer_set (a, keys[i], allowed, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_set (b, keys[i], allowed, NULL), ==, FS_OK);
}

static void
set_all (FsExperiment *experiment, const char *const settings[3])
{
  for (size_t i = 0; i < 3 && settings[i]; i++)
    g_assert_cmpint (fs_experiment_set (experiment, settings[i], NULL), ==, FS_OK);
}

/* Each optimiser with each schedule: two trainers that go through the same live changes, of which one
 * is saved and moved to another process, as it were, after pieces of work drawn by lot. */
static void
test_by_lot (void)
{
  size_t n_moves = 0, n_changes = 0;
  for (size_t i = 0; i < G_N_ELEMENTS (optimisers) * G_N_ELEMENTS (schedules); i++)
    {
      FsRandom random = fs_random (3, FS_STREAM_GENERATOR, i, 0);
      FsExperiment experiment = experiment_with (NULL);
      experiment.layers[1].rate = 0.3; /* of dropout */
      if (i % 3 == 0)
        experiment.layers[0].kind = FS_LAYER_GRU;
      set_all (&experiment, optimisers[i / G_N_ELEMENTS (schedules)]);
      set_all (&experiment, schedules[i % G_N_ELEMENTS (schedules)]);
      experiment.train.epochs = 6;
      FsTrainer *straight = new_trainer (&experiment, 0);
      FsTrainer *moved = new_trainer (&experiment, 0);
      FsAdvanced advanced;
      do
        {
          if (fs_random_below (&random, 9) == 0)
            {
              change_something (&random, straight, moved);
              n_changes++;
            }
          if (fs_random_below (&random, 6) == 0)
            {
              const FsExperiment now = *fs_trainer_experiment (moved);
              FsTrainer *other = moved_to_another (moved, &now, (int) fs_random_below (&random, 2));
              fs_trainer_free (moved);
              moved = other;
              n_moves++;
            }
          advanced = fs_trainer_advance (straight, NULL);
          g_assert_cmpint (fs_trainer_advance (moved, NULL), ==, advanced);
        }
      while (advanced != FS_ADVANCED_END);
      assert_same (straight, moved);
      fs_trainer_free (straight);
      fs_trainer_free (moved);
    }
  g_test_message ("%zu moves, %zu changes", n_moves, n_changes);
  g_assert_cmpuint (n_moves, >, 100);
  g_assert_cmpuint (n_changes, >, 100);
}

static void
assert_refused (const FsExperiment *experiment,
                const unsigned char *bytes,
                size_t n_bytes,
                FsStatus expected)
{
  FsTrainer *trainer = new_trainer (experiment, 0);
  FsProblem problem = { 0 };
  g_assert_cmpint (fs_trainer_restore (trainer, bytes, n_bytes, &problem), ==, expected);
  fs_trainer_free (trainer);
}

static void
test_refusals (void)
{
  static const char *const other_units[] = { "model.layers.0.units=7", NULL };
  static const char *const other_seed[] = { "train.seed=2", NULL };
  static const char *const other_optimiser[] = { "train.optimiser=sgd", NULL };
  FsExperiment experiment = experiment_with (NULL);
  FsTrainer *trainer = new_trainer (&experiment, 0);
  unsigned char *bytes = NULL;
  size_t n_bytes = 0;
  for (int i = 0; i < 7; i++)
    fs_trainer_advance (trainer, NULL);
  g_assert_cmpint (fs_trainer_save (trainer, &bytes, &n_bytes, NULL), ==, FS_OK);

  /* Cut off anywhere, or changed anywhere. */
  for (size_t n = 0; n < n_bytes; n += 997)
    assert_refused (&experiment, bytes, n, FS_MALFORMED);
  assert_refused (&experiment, bytes, n_bytes - 1, FS_MALFORMED);
  for (size_t i = 0; i < n_bytes; i += 1009)
    {
      bytes[i] ^= 0x10;
      assert_refused (&experiment, bytes, n_bytes, FS_MALFORMED);
      bytes[i] ^= 0x10;
    }

  /* Another version of the layout, or of what is in the blocks; then no state at all. */
  static const struct
  {
    size_t at;
    FsStatus expected;
  } changes[] = {
    { 15, FS_MISMATCH }, { 16, FS_MISMATCH }, { 23, FS_MISMATCH }, { 3, FS_MALFORMED }
  };
  for (size_t i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      bytes[changes[i].at] ^= 1;
      assert_refused (&experiment, bytes, n_bytes, changes[i].expected);
      bytes[changes[i].at] ^= 1;
    }

  FsExperiment other = experiment_with (other_units);
  assert_refused (&other, bytes, n_bytes, FS_MISMATCH);
  other = experiment_with (other_seed);
  assert_refused (&other, bytes, n_bytes, FS_MISMATCH);
  other = experiment_with (other_optimiser);
  assert_refused (&other, bytes, n_bytes, FS_MISMATCH);
  dataset->frame_hash ^= 1;
  assert_refused (&experiment, bytes, n_bytes, FS_MISMATCH);
  dataset->frame_hash ^= 1;

  g_strlcpy (experiment.name, "Another name", sizeof experiment.name);
  g_strlcpy (experiment.data.source, "elsewhere.csv", sizeof experiment.data.source);
  assert_refused (&experiment, bytes, n_bytes, FS_OK);
  free (bytes);
  fs_trainer_free (trainer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  double values[ROWS];
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < ROWS; i++)
    values[i] = sin ((double) i * 0.4) + 0.2 * fs_random_normal (&random);
  dataset = dataset_by_hand (values, ROWS, 1, LENGTH, 1, 80, 100);
  g_assert_cmpint (fs_pool_new (&pools[0], 1, NULL), ==, FS_OK);
  g_assert_cmpint (fs_pool_new (&pools[1], 2, NULL), ==, FS_OK);
  g_test_add_func ("/trainer-state/after-any-piece", test_after_any_piece);
  g_test_add_func ("/trainer-state/more-epochs", test_more_epochs);
  g_test_add_func ("/trainer-state/by-lot", test_by_lot);
  g_test_add_func ("/trainer-state/refusals", test_refusals);
  const int result = g_test_run ();
  fs_pool_free (pools[0]);
  fs_pool_free (pools[1]);
  dataset_by_hand_free (dataset);
  return result;
}
