/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Forks: with nothing changed the same bits as the run that they come from, whatever the optimiser and
 * the schedule; and what may change does. */

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/train/trainer-private.h"
#include "engine/train/trainer-state.h"
#include "tests/engine/dataset-by-hand.h"

enum
{
  ROWS = 120,
  LENGTH = 5,
  EPOCHS = 8
};

static FsDataset *dataset;
static FsPool *pool;

static FsExperiment
experiment_with (const char *const *settings)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.layers[0].units = 6;
  experiment.window.length = LENGTH;
  experiment.train.batch = 25;
  experiment.train.epochs = EPOCHS;
  experiment.train.learning_rate = 0.02;
  experiment.train.stop.patience = FS_NEVER;
  for (size_t i = 0; settings && settings[i]; i++)
    g_assert_cmpint (fs_experiment_set (&experiment, settings[i], NULL), ==, FS_OK);
  return experiment;
}

static FsTrainer *
new_trainer (const FsExperiment *experiment)
{
  FsTrainer *trainer = NULL;
  g_assert_cmpint (fs_trainer_new (&trainer, experiment, dataset, pool, NULL), ==, FS_OK);
  return trainer;
}

static FsTrainer *
run_to_end (FsTrainer *trainer)
{
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    {
    }
  return trainer;
}

static FsTrainer *
fork_of (const FsTrainer *origin,
         uint32_t epoch,
         const FsExperiment *experiment,
         FsForkMoments moments)
{
  unsigned char *bytes = NULL;
  size_t n_bytes = 0;
  uint32_t found = G_MAXUINT32;
  FsProblem problem = { 0 };
  char sentence[512];
  g_assert_cmpint (fs_trainer_save_at (origin, epoch, &found, &bytes, &n_bytes, NULL), ==, FS_OK);
  g_assert_cmpuint (found, ==, epoch);
  FsTrainer *forked = new_trainer (experiment);
  if (fs_trainer_restore_fork (forked, bytes, n_bytes, moments, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  free (bytes);
  return forked;
}

/* Observations from `first` on (index), probes, weights. */
static void
assert_same (FsTrainer *a, FsTrainer *b)
{
  const FsHistory *left = fs_trainer_history (a), *right = fs_trainer_history (b);
  const size_t n_bytes = fs_network_tensors (fs_trainer_network (a))->size * sizeof (FsReal);
  const size_t begin = offsetof (FsObservation, train_loss);
  g_assert_cmpuint (left->n_observations, ==, right->n_observations);
  for (size_t i = 0; i < left->n_observations; i++)
    g_assert_cmpmem ((const char *) &left->observations[i] + begin, sizeof (FsObservation) - begin,
                     (const char *) &right->observations[i] + begin,
                     sizeof (FsObservation) - begin);
  g_assert_cmpuint (left->n_probes, ==, right->n_probes);
  g_assert_cmpmem (left->probes, left->n_probes * sizeof (FsProbe), right->probes,
                   right->n_probes * sizeof (FsProbe));
  g_assert_cmpint (left->end, ==, right->end);
  g_assert_cmpuint (left->best, ==, right->best);
  g_assert_cmpmem (fs_trainer_last_weights (a), n_bytes, fs_trainer_last_weights (b), n_bytes);
  g_assert_cmpmem (fs_trainer_best_weights (a), n_bytes, fs_trainer_best_weights (b), n_bytes);
  g_assert_cmpmem (fs_network_parameters (fs_trainer_network (a)), n_bytes,
                   fs_network_parameters (fs_trainer_network (b)), n_bytes);
}

/* A network without room for more keeps the newest state alone, and its weights only once. */
static void
test_newest_only (void)
{
  const FsExperiment experiment = experiment_with (NULL);
  FsTrainer *straight = run_to_end (new_trainer (&experiment)), *large = new_trainer (&experiment);
  fs_checkpoints_free (large->states);
  g_assert_cmpint (fs_trainer_make_states (large, 0, NULL), ==, FS_OK);
  g_assert_true (large->keeps_newest_state_only);
  fs_trainer_keep_state (large);
  for (uint32_t epoch = 0; epoch < EPOCHS; epoch++)
    {
      FsTrainer *forked = fork_of (large, epoch, &experiment, FS_FORK_KEEPS_MOMENTS);
      g_assert_cmpuint (fs_checkpoints_n (large->states), ==, 1);
      run_to_end (forked);
      const FsHistory *left = fs_trainer_history (straight), *right = fs_trainer_history (forked);
      const size_t n_bytes = fs_trainer_size (straight) * sizeof (FsReal);
      g_assert_cmpuint (left->n_observations, ==, right->n_observations);
      g_assert_cmpuint (left->best, ==, right->best);
      g_assert_cmpmem (fs_trainer_last_weights (straight), n_bytes,
                       fs_trainer_last_weights (forked), n_bytes);
      g_assert_cmpmem (fs_trainer_best_weights (straight), n_bytes,
                       fs_trainer_best_weights (forked), n_bytes);
      fs_trainer_free (forked);
      FsAdvanced advanced;
      do
        advanced = fs_trainer_advance (large, NULL);
      while (advanced != FS_ADVANCED_EPOCH);
    }
  fs_trainer_free (straight);
  fs_trainer_free (large);
}

static void
test_nothing_changed (void)
{
  static const char *const kinds[][6] = {
    { NULL },
    { "train.optimiser=nadam", "train.schedule.type=one-cycle", "train.schedule.unit=batch", NULL },
    { "train.optimiser=rmsprop", "train.momentum=0.5", "train.centred=true", NULL },
    { "train.optimiser=adagrad", "train.convention=keras", "train.learning_rate=0.1", NULL },
    { "train.optimiser=adamw", "train.schedule.type=cosine", "train.schedule.warm_up=2", NULL },
    { "train.schedule.type=plateau", "train.schedule.patience=0", "train.schedule.threshold=0.9",
      "train.clip_norm=0.05", NULL },
    { "train.stop.patience=2", "train.stop.min_delta=0.05", "train.optimiser=sgd",
      "train.momentum=0.9", "train.max_norm=1", NULL },
  };
  for (size_t kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      const FsExperiment experiment = experiment_with (kinds[kind]);
      FsTrainer *straight = new_trainer (&experiment);
      straight->probes.credit = straight->probes.noise_credit = 1e30; /* all that there is to see */
      run_to_end (straight);
      const uint32_t n = (uint32_t) fs_trainer_history (straight)->n_observations;
      for (uint32_t epoch = 0; epoch <= n; epoch++)
        {
          FsTrainer *forked = fork_of (straight, epoch, &experiment, FS_FORK_KEEPS_MOMENTS);
          const FsHistory *history = fs_trainer_history (forked);
          g_assert_cmpuint (history->n_observations, ==, epoch);
          g_assert_cmpint (history->end, ==, FS_END_NONE);
          /* Forget what was put aside: the first epoch's credit was given after the state. */
          forked->probes.credit = forked->probes.noise_credit = 1e30;
          run_to_end (forked);
          assert_same (straight, forked);
          const FsEvent *last = &history->events[history->n_events - 1];
          if (kind != 5) /* the plateau's events come after it */
            g_assert_cmpint (last->kind, ==, FS_EVENT_FORKED);
          fs_trainer_free (forked);
        }
      fs_trainer_free (straight);
    }
}

/* A fork of a fork, and a fork of a run that goes on. */
static void
test_again (void)
{
  const FsExperiment experiment = experiment_with (NULL);
  FsTrainer *straight = run_to_end (new_trainer (&experiment));
  FsTrainer *half = new_trainer (&experiment);
  while (fs_trainer_history (half)->n_observations < 5)
    fs_trainer_advance (half, NULL);
  fs_trainer_advance (half, NULL); /* within the sixth epoch */
  FsTrainer *first = fork_of (half, 3, &experiment, FS_FORK_KEEPS_MOMENTS);
  while (fs_trainer_history (first)->n_observations < 6)
    fs_trainer_advance (first, NULL);
  FsTrainer *second = fork_of (first, 6, &experiment, FS_FORK_KEEPS_MOMENTS);
  assert_same (straight, run_to_end (half));
  assert_same (straight, run_to_end (first));
  assert_same (straight, run_to_end (second));
  const FsHistory *history = fs_trainer_history (second);
  g_assert_cmpuint (history->n_events, ==, 2);
  g_assert_cmpstr (history->events[0].text, ==, "forked after epoch 3, optimiser goes on");
  g_assert_cmpstr (history->events[1].text, ==, "forked after epoch 6, optimiser goes on");
  fs_trainer_free (straight);
  fs_trainer_free (half);
  fs_trainer_free (first);
  fs_trainer_free (second);
}

static double
loss_after (const FsTrainer *trainer, size_t epochs)
{
  return fs_trainer_history (trainer)->observations[epochs - 1].train_loss;
}

/* Another rate acts from the fork on, and not before; events of later epochs stay behind. */
static void
test_changed_settings (void)
{
  const FsExperiment experiment = experiment_with (NULL);
  FsTrainer *straight = new_trainer (&experiment);
  while (fs_trainer_history (straight)->n_observations < 6)
    fs_trainer_advance (straight, NULL);
  g_assert_cmpint (fs_trainer_set (straight, "train.clip_norm", 1, NULL), ==, FS_OK);
  run_to_end (straight);
  g_assert_cmpuint (fs_trainer_history (straight)->n_events, ==, 1);

  static const char *const changes[] = { "train.learning_rate=0.002",
                                         "train.l2=0.01",
                                         "train.batch=10",
                                         "train.seed=9",
                                         "train.optimiser=sgd",
                                         "train.schedule.type=cosine" };
  for (size_t i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      FsExperiment changed = experiment;
      g_assert_cmpint (fs_experiment_set (&changed, changes[i], NULL), ==, FS_OK);
      FsTrainer *forked = fork_of (straight, 4, &changed, FS_FORK_KEEPS_MOMENTS);
      run_to_end (forked);
      const FsHistory *history = fs_trainer_history (forked);
      g_assert_cmpuint (history->n_observations, ==, EPOCHS);
      g_assert_cmpuint (history->n_events, ==, 1);
      g_assert_cmpfloat (loss_after (forked, 4), ==, loss_after (straight, 4));
      g_assert_cmpfloat (loss_after (forked, 5), !=, loss_after (straight, 5));
      const bool is_other = strcmp (changes[i], "train.optimiser=sgd") == 0;
      g_assert_cmpstr (history->events[0].text, ==,
                       is_other ? "forked after epoch 4, optimiser starts anew"
                                : "forked after epoch 4, optimiser goes on");
      fs_trainer_free (forked);
    }
  fs_trainer_free (straight);
}

/* Plain descent has no memory to lose; Adam has. */
static void
test_restarted_moments (void)
{
  static const char *const plain[] = { "train.optimiser=sgd", NULL };
  for (int is_plain = 0; is_plain < 2; is_plain++)
    {
      const FsExperiment experiment = experiment_with (is_plain ? plain : NULL);
      FsTrainer *straight = run_to_end (new_trainer (&experiment));
      FsTrainer *forked = run_to_end (fork_of (straight, 4, &experiment, FS_FORK_RESTARTS_MOMENTS));
      if (is_plain)
        g_assert_cmpfloat (loss_after (forked, 5), ==, loss_after (straight, 5));
      else
        g_assert_cmpfloat (loss_after (forked, 5), !=, loss_after (straight, 5));
      g_assert_cmpstr (fs_trainer_history (forked)->events[0].text, ==,
                       "forked after epoch 4, optimiser starts anew");
      fs_trainer_free (straight);
      fs_trainer_free (forked);
    }
}

/* A layer without weights may come in between. */
static void
test_added_dropout (void)
{
  const FsExperiment experiment = experiment_with (NULL);
  FsExperiment changed = experiment;
  for (size_t i = changed.n_layers; i > 1; i--)
    changed.layers[i] = changed.layers[i - 1];
  changed.layers[1] = (FsLayerSpec){ .kind = FS_LAYER_DROPOUT, .rate = 0.2 };
  changed.n_layers++;
  FsTrainer *straight = run_to_end (new_trainer (&experiment));
  FsTrainer *forked = run_to_end (fork_of (straight, 4, &changed, FS_FORK_KEEPS_MOMENTS));
  g_assert_cmpfloat (loss_after (forked, 4), ==, loss_after (straight, 4));
  g_assert_cmpfloat (loss_after (forked, 5), !=, loss_after (straight, 5));
  fs_trainer_free (straight);
  fs_trainer_free (forked);
}

static void
test_refusals (void)
{
  static const char *const others[] = { "window.stride=2", "train.loss=mae", "split.train=0.6",
                                        "model.layers.0.units=7" };
  const FsExperiment experiment = experiment_with (NULL);
  FsTrainer *straight = run_to_end (new_trainer (&experiment));
  unsigned char *bytes = NULL;
  size_t n_bytes = 0;
  uint32_t found;
  g_assert_cmpint (fs_trainer_save_at (straight, 2, &found, &bytes, &n_bytes, NULL), ==, FS_OK);
  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    {
      FsExperiment other = experiment;
      FsProblem problem = { 0 };
      g_assert_cmpint (fs_experiment_set (&other, others[i], NULL), ==, FS_OK);
      FsTrainer *forked = new_trainer (&other);
      g_assert_cmpint (
          fs_trainer_restore_fork (forked, bytes, n_bytes, FS_FORK_KEEPS_MOMENTS, &problem), ==,
          FS_MISMATCH);
      g_assert_cmpstr (problem.where, ==, "fork");
      fs_trainer_free (forked);
    }
  bytes[n_bytes / 2] ^= 1;
  FsTrainer *forked = new_trainer (&experiment);
  g_assert_cmpint (fs_trainer_restore_fork (forked, bytes, n_bytes, FS_FORK_KEEPS_MOMENTS, NULL),
                   ==, FS_MALFORMED);
  fs_trainer_free (forked);
  free (bytes);
  fs_trainer_free (straight);
}

/* When states are thinned, the nearest epoch is taken and named. */
static void
test_thinned (void)
{
  FsExperiment experiment = experiment_with (NULL);
  experiment.train.epochs = 40;
  FsTrainer *straight = new_trainer (&experiment);
  size_t n_moments;
  fs_descent_moments (straight->descent, &n_moments);
  fs_checkpoints_free (straight->states);
  const size_t n_reals = 2 * fs_trainer_size (straight) + n_moments + 4096 / sizeof (FsReal);
  g_assert_cmpint (
      fs_checkpoints_new (&straight->states, n_reals, 2, 10 * n_reals * sizeof (FsReal), NULL), ==,
      FS_OK);
  run_to_end (straight);
  for (uint32_t epoch = 1; epoch <= 40; epoch += 3)
    {
      unsigned char *bytes = NULL;
      size_t n_bytes = 0;
      uint32_t found;
      g_assert_cmpint (fs_trainer_save_at (straight, epoch, &found, &bytes, &n_bytes, NULL), ==,
                       FS_OK);
      g_assert_cmpuint (found > epoch ? found - epoch : epoch - found, <=, 4);
      FsTrainer *forked = new_trainer (&experiment);
      g_assert_cmpint (
          fs_trainer_restore_fork (forked, bytes, n_bytes, FS_FORK_KEEPS_MOMENTS, NULL), ==, FS_OK);
      g_assert_cmpuint (fs_trainer_history (forked)->n_observations, ==, found);
      fs_trainer_free (forked);
      free (bytes);
    }
  fs_trainer_free (straight);
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
  g_assert_cmpint (fs_pool_new (&pool, 1, NULL), ==, FS_OK);
  g_test_add_func ("/fork/nothing-changed", test_nothing_changed);
  g_test_add_func ("/fork/newest-only", test_newest_only);
  g_test_add_func ("/fork/again", test_again);
  g_test_add_func ("/fork/changed-settings", test_changed_settings);
  g_test_add_func ("/fork/restarted-moments", test_restarted_moments);
  g_test_add_func ("/fork/added-dropout", test_added_dropout);
  g_test_add_func ("/fork/refusals", test_refusals);
  g_test_add_func ("/fork/thinned", test_thinned);
  const int result = g_test_run ();
  fs_pool_free (pool);
  dataset_by_hand_free (dataset);
  return result;
}
