/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trainer: the same bits whatever the threads and the interruptions, honest losses, and weights that
 * belong to the epoch they claim. */

#include "tests/engine/trainer-fixture.h"

static void
test_same_seed_same_bits (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture a, b, c;
  set_up (&a, &experiment, 1);
  set_up (&b, &experiment, 1);
  experiment.train.seed = 2;
  set_up (&c, &experiment, 1);
  run_to_end (a.trainer);
  run_to_end (b.trainer);
  run_to_end (c.trainer);
  assert_same (a.trainer, b.trainer);
  g_assert_cmpuint (fs_trainer_history (a.trainer)->n_observations, ==, 4);
  g_assert_cmpfloat (fs_trainer_history (a.trainer)->observations[3].train_loss, !=,
                     fs_trainer_history (c.trainer)->observations[3].train_loss);
  tear_down (&a);
  tear_down (&b);
  tear_down (&c);
}

static void
test_same_bits_on_any_number_of_threads (void)
{
  static const unsigned thread_counts[] = { 2, 3, 8 };
  FsExperiment experiment = small_experiment ();
  experiment.layers[0].units = 40;
  experiment.train.clip_norm = 0.3;
  experiment.train.l2 = 1e-4;
  Fixture one, many;
  set_up (&one, &experiment, 1);
  run_to_end (one.trainer);
  for (size_t i = 0; i < G_N_ELEMENTS (thread_counts); i++)
    {
      set_up (&many, &experiment, thread_counts[i]);
      run_to_end (many.trainer);
      assert_same (one.trainer, many.trainer);
      tear_down (&many);
    }
  tear_down (&one);
}

/* Each piece is first tried with the interrupt up, then done. */
static void
test_interrupted_pieces_are_redone (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture plain, interrupted;
  set_up (&plain, &experiment, 2);
  set_up (&interrupted, &experiment, 2);
  run_to_end (plain.trainer);
  FsInterrupt interrupt = { 0 };
  FsAdvanced advanced = FS_ADVANCED_BATCH;
  size_t n_interrupted = 0;
  while (advanced != FS_ADVANCED_END)
    {
      atomic_store (&interrupt.is_requested, true);
      advanced = fs_trainer_advance (interrupted.trainer, &interrupt);
      n_interrupted += advanced == FS_ADVANCED_INTERRUPTED;
      atomic_store (&interrupt.is_requested, false);
      if (advanced != FS_ADVANCED_END)
        {
          g_assert_cmpint (advanced, ==, FS_ADVANCED_INTERRUPTED);
          advanced = fs_trainer_advance (interrupted.trainer, &interrupt);
          g_assert_cmpint (advanced, !=, FS_ADVANCED_INTERRUPTED);
        }
    }
  /* Six batches and two evaluation chunks an epoch, and the looks inside. */
  g_assert_cmpuint (n_interrupted, ==, 4 * 8 + fs_trainer_history (plain.trainer)->n_probes);
  assert_same (plain.trainer, interrupted.trainer);
  tear_down (&plain);
  tear_down (&interrupted);
}

typedef struct
{
  FsInterrupt interrupt;
  gint is_done;
} Heckler;

static void *
heckler_main (void *data)
{
  Heckler *heckler = data;
  for (unsigned i = 0; !g_atomic_int_get (&heckler->is_done); i++)
    {
      /* Quiet for longer and longer, so that also a slow machine gets something done. */
      atomic_store (&heckler->interrupt.is_requested, true);
      g_usleep (20);
      atomic_store (&heckler->interrupt.is_requested, false);
      g_usleep (MIN (50 + i * 10, 100000));
    }
  return NULL;
}

/* Interrupted from another thread at any time step, forward or backward. */
static void
test_interrupted_anywhere (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.layers[0].units = 64;
  experiment.train.epochs = 8;
  Fixture plain, interrupted;
  set_up (&plain, &experiment, 2);
  set_up (&interrupted, &experiment, 2);
  run_to_end (plain.trainer);
  Heckler heckler = { 0 };
  GThread *thread = g_thread_new ("heckler", heckler_main, &heckler);
  while (fs_trainer_advance (interrupted.trainer, &heckler.interrupt) != FS_ADVANCED_END)
    ;
  g_atomic_int_set (&heckler.is_done, 1);
  g_thread_join (thread);
  assert_same (plain.trainer, interrupted.trainer);
  tear_down (&plain);
  tear_down (&interrupted);
}

/* The trainer written out: order, partial last batch, numbers of steps, running loss. */
static void
check_against_plain_loop (bool is_shuffled)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.is_shuffled = is_shuffled;
  Fixture f;
  set_up (&f, &experiment, 1);
  const size_t n_windows = f.dataset->windows[FS_PART_TRAIN].n;
  g_assert_cmpuint (n_windows, ==, 104);
  FsNetworkShape shape = { 1, LENGTH, 1, 20 };
  FsNetwork *network = NULL;
  FsDescent *descent = NULL;
  g_assert_cmpint (fs_network_new (&network, &experiment, &shape, f.pool, NULL), ==, FS_OK);
  fs_network_initialise (network, (uint64_t) experiment.train.seed);
  const FsTensorTable *table = fs_network_tensors (network);
  g_assert_cmpint (fs_descent_new (&descent, FS_OPTIMISER_ADAM, table, f.pool, NULL), ==, FS_OK);
  uint64_t step = 0;
  double running_loss = 0;
  for (uint64_t epoch = 1; epoch <= 2; epoch++)
    {
      uint32_t order[ROWS];
      for (uint32_t i = 0; i < n_windows; i++)
        order[i] = i;
      FsRandom random = fs_random ((uint64_t) experiment.train.seed, FS_STREAM_ORDER, epoch, 0);
      if (is_shuffled)
        fs_random_shuffle (&random, order, n_windows);
      running_loss = 0;
      for (size_t first = 0; first < n_windows; first += 20)
        {
          size_t n = MIN (20, n_windows - first);
          FsReal y[20], dy[20];
          FsPass pass = { n, true, (uint64_t) experiment.train.seed, step++, NULL };
          fs_dataset_gather (f.dataset, FS_PART_TRAIN, order + first, n,
                             fs_network_inputs (network), y);
          fs_network_forward (network, &pass);
          running_loss +=
              fs_loss_sum ((FsLossRule){ FS_LOSS_MSE, 0 }, fs_network_outputs (network), y, n);
          fs_loss_gradient ((FsLossRule){ FS_LOSS_MSE, 0 }, fs_network_outputs (network), y, n, dy);
          fs_network_backward (network, &pass, dy);
          FsDescentSettings settings = { .learning_rate = 0.01 };
          FsDescentReport report;
          fs_descent_step (descent, &settings, fs_network_parameters (network),
                           fs_network_gradients (network), false, &report);
          fs_network_refresh (network);
        }
    }
  run_epochs (f.trainer, 2);
  g_assert_cmpmem (fs_network_parameters (network), table->size * sizeof (FsReal),
                   fs_trainer_last_weights (f.trainer), block_bytes (f.trainer));
  g_assert_cmpfloat (fs_trainer_history (f.trainer)->observations[1].running_loss, ==,
                     running_loss / (double) n_windows);
  fs_descent_free (descent);
  fs_network_free (network);
  tear_down (&f);
}

static void
test_plain_loop (void)
{
  check_against_plain_loop (false);
  check_against_plain_loop (true);
}

static void
test_losses_are_those_of_the_final_weights (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.loss = FS_LOSS_MAE;
  Fixture f;
  set_up (&f, &experiment, 1);
  for (size_t epoch = 0; epoch < 3; epoch++)
    {
      run_epochs (f.trainer, 1);
      const FsObservation *observation = &fs_trainer_history (f.trainer)->observations[epoch];
      g_assert_cmpfloat_with_epsilon (observation->train_loss, loss_of (&f, NULL, FS_PART_TRAIN),
                                      1e-9);
      g_assert_cmpfloat_with_epsilon (observation->validation_loss,
                                      loss_of (&f, NULL, FS_PART_VALIDATION), 1e-9);
      g_assert_cmpfloat (observation->learning_rate, ==, 0.01);
      g_assert_cmpfloat (observation->gradient_norm, >, 0);
      g_assert_cmpfloat (observation->gradient_norm_max, >=, observation->gradient_norm);
      g_assert_cmpfloat (observation->clipped_share, ==, 0);
      g_assert_cmpfloat (observation->update_ratio, >, 0);
    }
  tear_down (&f);
}

static void
test_rate_of_zero_changes_nothing (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.learning_rate = 0;
  experiment.train.l2 = 0.1;
  experiment.layers[1].rate = 0;
  Fixture f;
  set_up (&f, &experiment, 1);
  run_to_end (f.trainer);
  uint32_t found;
  const FsReal *initial = fs_trainer_weights_at (f.trainer, 0, &found);
  g_assert_cmpuint (found, ==, 0);
  g_assert_cmpmem (initial, block_bytes (f.trainer), fs_trainer_last_weights (f.trainer),
                   block_bytes (f.trainer));
  /* Without dropout and without change, the loss while training is the loss afterwards: without
   * the penalty. */
  const FsObservation *observation = &fs_trainer_history (f.trainer)->observations[0];
  g_assert_cmpfloat_with_epsilon (observation->running_loss, observation->train_loss, 1e-6);
  g_assert_cmpfloat (observation->update_ratio, ==, 0);
  tear_down (&f);
}

/* Looking does not touch: forecasts between any two pieces. */
static void
test_predicting_disturbs_nothing (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture plain, watched;
  set_up (&plain, &experiment, 1);
  set_up (&watched, &experiment, 1);
  run_to_end (plain.trainer);
  while (fs_trainer_advance (watched.trainer, NULL) != FS_ADVANCED_END)
    {
      uint32_t found;
      loss_of (&watched, NULL, FS_PART_TEST);
      loss_of (&watched, fs_trainer_weights_at (watched.trainer, 0, &found), FS_PART_TRAIN);
      loss_of (&watched, fs_trainer_last_weights (watched.trainer), FS_PART_TRAIN);
    }
  assert_same (plain.trainer, watched.trainer);
  FsInterrupt interrupt = { 0 };
  double predicted[ROWS];
  atomic_store (&interrupt.is_requested, true);
  g_assert_cmpint (fs_trainer_predict (watched.trainer, FS_PART_TRAIN, predicted, &interrupt), ==,
                   FS_INTERRUPTED);
  tear_down (&plain);
  tear_down (&watched);
}

static void
test_without_validation (void)
{
  FsExperiment experiment = small_experiment ();
  Fixture f = { .experiment = experiment, .dataset = wave () };
  f.dataset->windows[FS_PART_VALIDATION].n = 0;
  g_assert_cmpint (fs_pool_new (&f.pool, 1, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_new (&f.trainer, &experiment, f.dataset, f.pool, NULL), ==, FS_OK);
  run_to_end (f.trainer);
  const FsHistory *history = fs_trainer_history (f.trainer);
  g_assert_cmpint (history->end, ==, FS_END_EPOCHS);
  g_assert_true (isnan (history->observations[3].validation_loss));
  g_assert_cmpfloat (fs_history_monitored (history, history->best), ==,
                     history->observations[history->best].train_loss);
  fs_trainer_free (f.trainer);
  f.dataset->windows[FS_PART_TRAIN].n = 0;
  FsProblem problem;
  g_assert_cmpint (fs_trainer_new (&f.trainer, &experiment, f.dataset, f.pool, &problem), ==,
                   FS_TOO_LITTLE);
  g_assert_null (f.trainer);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer/same-seed-same-bits", test_same_seed_same_bits);
  g_test_add_func ("/trainer/any-number-of-threads", test_same_bits_on_any_number_of_threads);
  g_test_add_func ("/trainer/interrupted-pieces", test_interrupted_pieces_are_redone);
  g_test_add_func ("/trainer/interrupted-anywhere", test_interrupted_anywhere);
  g_test_add_func ("/trainer/plain-loop", test_plain_loop);
  g_test_add_func ("/trainer/losses-of-final-weights", test_losses_are_those_of_the_final_weights);
  g_test_add_func ("/trainer/rate-of-zero", test_rate_of_zero_changes_nothing);
  g_test_add_func ("/trainer/predicting-disturbs-nothing", test_predicting_disturbs_nothing);
  g_test_add_func ("/trainer/without-validation", test_without_validation);
  return g_test_run ();
}
