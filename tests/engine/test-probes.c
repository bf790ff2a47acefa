/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Probes: each figure against a second, plain computation of it; they cost what they may, and change
 * no bit of the training. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/model/loss.h"
#include "engine/train/layer-probe.h"
#include "engine/train/trainer-private.h"
#include "tests/engine/dataset-by-hand.h"
#include "tests/engine/network-fixture.h"

enum
{
  ROWS = 160,
  LENGTH = 12,
  TRAIN_END = 110,
  VALIDATION_END = 140
};

/* ---- The figures of a layer ---- */

enum
{
  N_WINDOWS = 6,
  STEPS = 40,
  UNITS = 5
};

typedef double States[FS_N_STATES][STEPS][N_WINDOWS][UNITS];

static void
read_all (const FsNetwork *network, FsState first, FsState end, size_t n, States states)
{
  FsReal values[N_WINDOWS * UNITS];
  for (FsState state = first; state < end; state++)
    for (size_t t = 0; t < STEPS; t++)
      if (fs_network_read_states (network, 0, state, t, values))
        for (size_t i = 0; i < N_WINDOWS * n; i++)
          states[state][t][i / n][i % n] = (double) values[i];
}

static double
share_beyond (double all[STEPS][N_WINDOWS][UNITS], double low, double high)
{
  double n = 0;
  for (size_t t = 0; t < STEPS; t++)
    for (size_t row = 0; row < N_WINDOWS; row++)
      for (size_t u = 0; u < UNITS; u++)
        n += all[t][row][u] < low || all[t][row][u] > high;
  return n / (STEPS * N_WINDOWS * UNITS);
}

static double
mean_of_unit (double all[STEPS][N_WINDOWS][UNITS], size_t unit, double power)
{
  double sum = 0;
  for (size_t t = 0; t < STEPS; t++)
    for (size_t row = 0; row < N_WINDOWS; row++)
      sum += pow (all[t][row][unit], power);
  return sum / (STEPS * N_WINDOWS);
}

static double
size_at (double all[STEPS][N_WINDOWS][UNITS], size_t t, size_t n)
{
  double sum = 0;
  for (size_t row = 0; row < N_WINDOWS; row++)
    for (size_t u = 0; u < n; u++)
      sum += all[t][row][u] * all[t][row][u];
  return sqrt (sum / N_WINDOWS);
}

static void
close_to (double found, double expected)
{
  if (!(fabs (found - expected) <= 2e-5 * (1 + fabs (expected))))
    g_error ("found %.9g, expected %.9g", found, expected);
}

static void
check_forward (const FsLayerProbe *probe, FsLayerKind kind, States states)
{
  const bool is_lstm = kind == FS_LAYER_LSTM;
  for (FsState state = 0; state < FS_N_GATE_STATES; state++)
    {
      const FsGateProbe *gate = &probe->gates[state];
      const bool is_candidate = state == FS_STATE_CANDIDATE;
      const bool is_gru_gate = state == FS_STATE_RESET_GATE || state == FS_STATE_UPDATE_GATE;
      if (!is_candidate && (kind == FS_LAYER_RNN || is_gru_gate != (kind == FS_LAYER_GRU)))
        {
          g_assert_true (isnan (gate->low) && isnan (gate->high) && isnan (gate->mean));
          continue;
        }
      close_to (gate->low, share_beyond (states[state], is_candidate ? -0.95 : 0.1, INFINITY));
      close_to (gate->high, share_beyond (states[state], -INFINITY, is_candidate ? 0.95 : 0.9));
      double mean = 0;
      for (size_t u = 0; u < UNITS; u++)
        mean += mean_of_unit (states[state], u, 1) / UNITS;
      close_to (gate->mean, mean);
    }
  double highest = 0, n_dead = 0, mean = 0, square = 0, largest = 0;
  for (size_t u = 0; u < UNITS; u++)
    {
      const double m = mean_of_unit (states[FS_STATE_HIDDEN], u, 1);
      const double s = mean_of_unit (states[FS_STATE_HIDDEN], u, 2);
      highest =
          fmax (highest,
                mean_of_unit (states[is_lstm ? FS_STATE_FORGET_GATE : FS_STATE_UPDATE_GATE], u, 1));
      n_dead += sqrt (s - m * m) < 0.01;
      mean += m / UNITS;
      square += s / UNITS;
    }
  for (size_t t = 0; t < STEPS; t++)
    for (size_t row = 0; row < N_WINDOWS; row++)
      for (size_t u = 0; u < UNITS; u++)
        largest = fmax (largest, fabs (states[FS_STATE_HIDDEN][t][row][u]));
  close_to (probe->hidden_mean, mean);
  close_to (probe->hidden_deviation, sqrt (square - mean * mean));
  close_to (probe->hidden_max, largest);
  close_to (probe->dead_share, n_dead / UNITS);
  if (kind == FS_LAYER_RNN)
    g_assert_true (isnan (probe->memory));
  else
    close_to (probe->memory, 1 / (1 - highest));
  if (!is_lstm)
    {
      g_assert_true (isnan (probe->cell_mean) && isnan (probe->cell_late));
      return;
    }
  double early = 0, late = 0;
  for (size_t row = 0; row < N_WINDOWS; row++)
    for (size_t u = 0; u < UNITS; u++)
      {
        early += fabs (states[FS_STATE_CELL][STEPS / 4][row][u]) / (N_WINDOWS * UNITS);
        late += fabs (states[FS_STATE_CELL][STEPS - 1][row][u]) / (N_WINDOWS * UNITS);
      }
  close_to (probe->cell_early, early);
  close_to (probe->cell_late, late);
}

static void
check_backward (const FsLayerProbe *probe, States states, size_t n_inputs)
{
  double all = 0, older = 0, salient = 0, older_salient = 0, oldest_salient = 0, highest = 0;
  double points[FS_PROBE_TIMES] = { 0 }, counts[FS_PROBE_TIMES] = { 0 };
  double t_mean = (STEPS - 1) / 2.0, y_mean = 0, tt = 0, ty = 0;
  for (size_t t = 0; t < STEPS; t++)
    {
      const double size = size_at (states[FS_STATE_HIDDEN_GRADIENT], t, UNITS);
      const double saliency = size_at (states[FS_STATE_INPUT_GRADIENT], t, n_inputs);
      all += size;
      older += t < STEPS / 2 ? size : 0;
      salient += saliency;
      older_salient += t < STEPS / 2 ? saliency : 0;
      oldest_salient += t < STEPS / 10 ? saliency : 0;
      y_mean += log (size) / STEPS;
      size_t point = 0;
      while ((point + 1) * STEPS / FS_PROBE_TIMES <= t)
        point++;
      points[point] += size;
      counts[point]++;
    }
  for (size_t t = 0; t < STEPS; t++)
    {
      const double dt = (double) t - t_mean;
      tt += dt * dt;
      ty += dt * (log (size_at (states[FS_STATE_HIDDEN_GRADIENT], t, UNITS)) - y_mean);
    }
  close_to (probe->gradient_older, older / all);
  close_to (probe->saliency_older, older_salient / salient);
  close_to (probe->saliency_oldest, oldest_salient / salient);
  close_to (probe->gradient_slope, ty / tt);
  g_assert_cmpuint (probe->n_times, ==, FS_PROBE_TIMES);
  for (size_t i = 0; i < FS_PROBE_TIMES; i++)
    highest = fmax (highest, points[i] / counts[i]);
  for (size_t i = 0; i < FS_PROBE_TIMES; i++)
    close_to (probe->gradient_times[i], points[i] / counts[i] / highest);
}

static void
check_layer (FsLayerSpec spec, double scale)
{
  FsExperiment experiment = EXPERIMENT (spec, dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsNetworkShape shape = {
    .n_inputs = 3, .n_steps = STEPS, .n_outputs = 1, .max_rows = N_WINDOWS
  };
  FsPool *pool = pool_of (1);
  FsNetwork *network = network_of (&experiment, &shape, pool);
  States *states = g_new0 (States, 1);
  FsReal dy[N_WINDOWS];
  FsLayerProbe probe;
  draw_parameters (network, scale, 3);
  /* One unit never moves. */
  const FsTensorTable *table = fs_network_tensors (network);
  for (size_t i = 0; i < 3; i++)
    for (size_t line = 0; line < table->tensors[i].rows; line += UNITS)
      memset (fs_network_parameters (network) + table->tensors[i].offset
                  + line * table->tensors[i].cols,
              0, table->tensors[i].cols * sizeof (FsReal));
  fs_network_refresh (network);
  draw (fs_network_inputs (network), STEPS * N_WINDOWS * 3, 4, 0);
  draw (dy, N_WINDOWS, 5, 0);
  const FsPass pass = { .n_rows = N_WINDOWS, .is_training = true, .is_probe = true };
  g_assert_cmpint (fs_network_forward (network, &pass), ==, FS_OK);
  read_all (network, 0, FS_STATE_HIDDEN_GRADIENT, UNITS, *states);
  g_assert_true (fs_layer_probe_states (&probe, network, 0, N_WINDOWS));
  g_assert_cmpint (fs_network_backward (network, &pass, dy), ==, FS_OK);
  read_all (network, FS_STATE_HIDDEN_GRADIENT, FS_STATE_INPUT_GRADIENT, UNITS, *states);
  read_all (network, FS_STATE_INPUT_GRADIENT, FS_N_STATES, 3, *states);
  g_assert_true (fs_layer_probe_gradients (&probe, network, 0, N_WINDOWS, true));
  check_forward (&probe, spec.kind, *states);
  check_backward (&probe, *states, 3);
  g_assert_cmpfloat (probe.dead_share, >=, spec.kind == FS_LAYER_LSTM ? 0.2f : 0);
  g_assert_cmpfloat (probe.effective_rank, >, 1.0f / UNITS);
  g_assert_cmpfloat (probe.effective_rank, <=, 1);
  g_free (states);
  fs_network_free (network);
  fs_pool_free (pool);
}

static void
test_layers (void)
{
  check_layer (lstm_spec (UNITS), 0.5);
  check_layer (lstm_spec (UNITS), 3); /* saturated */
  check_layer (gru_spec (UNITS, FS_RESET_AFTER), 0.5);
  check_layer (gru_spec (UNITS, FS_RESET_BEFORE), 2);
  check_layer (rnn_spec (UNITS, FS_CELL_TANH), 0.5);
}

static void
test_effective_rank (void)
{
  double square[16] = { 0 }, flat[12], two[8] = { 3, 0, 0, 0, 0, 1, 0, 0 }, none[6] = { 0 };
  for (size_t i = 0; i < 4; i++)
    square[i * 5] = -2.5;
  for (size_t i = 0; i < 12; i++)
    flat[i] = (double) (i / 4 + 1) * (double) (i % 4 + 1);
  g_assert_cmpfloat_with_epsilon (fs_effective_rank (square, 4, 4), 4, 1e-12);
  /* Rank 1; what rounding leaves of the other singular values is far below 1e-6 of it. */
  g_assert_cmpfloat_with_epsilon (fs_effective_rank (flat, 3, 4), 1, 1e-5);
  /* Singular values 3 and 1. */
  const double entropy = -0.75 * log (0.75) - 0.25 * log (0.25);
  g_assert_cmpfloat_with_epsilon (fs_effective_rank (two, 2, 4), exp (entropy), 1e-7);
  g_assert_true (isnan (fs_effective_rank (none, 2, 3)));
}

/* ---- In the trainer ---- */

static FsDataset *dataset;
static FsPool *pools[2];

static FsExperiment
small_experiment (void)
{
  FsExperiment experiment =
      EXPERIMENT (lstm_spec (7), dropout_spec (0.3), gru_spec (5, FS_RESET_AFTER),
                  dense_spec (FS_AUTO, FS_ACTIVATION_LINEAR));
  const FsExperiment defaults = fs_experiment_default ();
  experiment.train = defaults.train;
  experiment.window.length = LENGTH;
  experiment.train.batch = 20;
  experiment.train.epochs = 30;
  experiment.train.learning_rate = 0.01;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static FsTrainer *
trainer_of (const FsExperiment *experiment, int pool)
{
  FsTrainer *trainer = NULL;
  g_assert_cmpint (fs_trainer_new (&trainer, experiment, dataset, pools[pool], NULL), ==, FS_OK);
  return trainer;
}

static void
run_to_end (FsTrainer *trainer)
{
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    {
    }
}

static void
assert_same_run (FsTrainer *a, FsTrainer *b)
{
  const FsHistory *left = fs_trainer_history (a), *right = fs_trainer_history (b);
  const size_t n_bytes = fs_network_tensors (fs_trainer_network (a))->size * sizeof (FsReal);
  g_assert_cmpuint (left->n_observations, ==, right->n_observations);
  for (size_t i = 0; i < left->n_observations; i++)
    g_assert_cmpmem (&left->observations[i].train_loss,
                     sizeof (FsObservation) - offsetof (FsObservation, train_loss),
                     &right->observations[i].train_loss,
                     sizeof (FsObservation) - offsetof (FsObservation, train_loss));
  g_assert_cmpmem (fs_trainer_last_weights (a), n_bytes, fs_trainer_last_weights (b), n_bytes);
}

/* With so much put aside that every batch is cut and every epoch looked at, or with nothing. */
static void
test_training_does_not_notice (void)
{
  const FsExperiment experiment = small_experiment ();
  FsTrainer *without = trainer_of (&experiment, 0), *with = trainer_of (&experiment, 0);
  FsTrainer *much = trainer_of (&experiment, 0), *threads = trainer_of (&experiment, 1);
  fs_trainer_set_probing (without, false);
  much->probes.credit = much->probes.noise_credit = 1e30;
  threads->probes.credit = threads->probes.noise_credit = 1e30;
  run_to_end (without);
  run_to_end (with);
  run_to_end (much);
  run_to_end (threads);
  assert_same_run (without, with);
  assert_same_run (without, much);
  assert_same_run (without, threads);
  g_assert_cmpuint (fs_trainer_history (without)->n_probes, ==, 0);
  g_assert_cmpuint (fs_trainer_history (with)->n_probes, >=, 1);
  g_assert_cmpuint (fs_trainer_history (with)->probes[0].epoch, ==, 1);
  const FsHistory *all = fs_trainer_history (much), *same = fs_trainer_history (threads);
  g_assert_cmpuint (all->n_probes, ==, 30);
  for (size_t i = 0; i < 30; i++)
    {
      g_assert_cmpuint (all->probes[i].epoch, ==, i + 1);
      g_assert_cmpuint (all->probes[i].n_layers, ==, 2);
      g_assert_cmpuint (all->probes[i].layers[1].layer, ==, 2);
      g_assert_true (isnan (all->probes[i].layers[1].saliency_older));
      g_assert_cmpmem (&all->probes[i], sizeof (FsProbe), &same->probes[i], sizeof (FsProbe));
    }
  fs_trainer_free (without);
  fs_trainer_free (with);
  fs_trainer_free (much);
  fs_trainer_free (threads);
}

/* The gradient of the mean loss over training windows first … first + n - 1 with initial weights. */
static void
gradient_of (const FsExperiment *experiment, uint32_t first, size_t n, double *gradient)
{
  const FsNetworkShape shape = { .n_inputs = 1, .n_steps = LENGTH, .n_outputs = 1, .max_rows = n };
  FsNetwork *network = network_of (experiment, &shape, pools[0]);
  FsReal *y = g_new (FsReal, n), *dy = g_new (FsReal, n);
  uint32_t which[ROWS];
  for (size_t i = 0; i < n; i++)
    which[i] = first + (uint32_t) i;
  fs_network_initialise (network, (uint64_t) experiment->train.seed);
  fs_dataset_gather (dataset, FS_PART_TRAIN, which, n, fs_network_inputs (network), y);
  const FsPass pass = { .n_rows = n, .is_training = true, .seed = 1 };
  fs_network_forward (network, &pass);
  fs_loss_gradient (fs_loss_rule (experiment), fs_network_outputs (network), y, n, dy);
  fs_network_backward (network, &pass, dy);
  for (size_t i = 0; i < fs_network_tensors (network)->size; i++)
    gradient[i] = (double) fs_network_gradients (network)[i];
  g_free (y);
  g_free (dy);
  fs_network_free (network);
}

static double
norm_of (const FsTensor *tensor, const double *values)
{
  double sum = 0;
  for (size_t i = 0; i < tensor->rows * tensor->cols; i++)
    sum += values[tensor->offset + i] * values[tensor->offset + i];
  return sqrt (sum);
}

/* One batch an epoch, in order and without dropout: the first one is cut, and is also the last. */
static void
test_noise_and_tensors (void)
{
  FsExperiment experiment = small_experiment ();
  const size_t n = dataset->windows[FS_PART_TRAIN].n, half = n / 2;
  g_assert_cmpuint (n % 2, ==, 0);
  experiment.layers[1].rate = 0;
  experiment.train.batch = (int64_t) n;
  experiment.train.is_shuffled = false;
  experiment.train.epochs = 1;
  FsTrainer *trainer = trainer_of (&experiment, 0);
  const FsTensorTable *table = fs_network_tensors (fs_trainer_network (trainer));
  const size_t size = table->size;
  double *a = g_new (double, size), *b = g_new (double, size), *whole = g_new (double, size);
  double *before = g_new (double, size), *change = g_new (double, size);
  for (size_t i = 0; i < size; i++)
    before[i] = (double) fs_trainer_last_weights (trainer)[i];
  trainer->probes.noise_credit = 1e30;
  run_to_end (trainer);
  const FsHistory *history = fs_trainer_history (trainer);
  g_assert_cmpuint (history->n_probes, ==, 1);
  const FsProbe *probe = &history->probes[0];

  gradient_of (&experiment, 0, half, a);
  gradient_of (&experiment, (uint32_t) half, n - half, b);
  gradient_of (&experiment, 0, n, whole);
  double product = 0, difference = 0;
  for (size_t i = 0; i < size; i++)
    {
      product += a[i] * b[i];
      difference += (a[i] - b[i]) * (a[i] - b[i]);
      change[i] = (double) fs_trainer_last_weights (trainer)[i] - before[i];
    }
  const double noise = difference / (1 / (double) half + 1 / (double) (n - half));
  g_assert_cmpfloat_with_epsilon (probe->noise, noise, 1e-4 * noise);
  g_assert_cmpfloat_with_epsilon (probe->signal, product, 1e-4 * fabs (product));
  if (product > 0)
    g_assert_cmpfloat_with_epsilon (probe->noise_scale, noise / product, 1e-3 * noise / product);
  else
    g_assert_true (isinf (probe->noise_scale));

  g_assert_cmpuint (probe->n_tensors, ==, table->n_tensors);
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[i];
      const double weight = norm_of (tensor, before);
      close_to (probe->tensors[i].gradient_norm, norm_of (tensor, whole));
      close_to (probe->tensors[i].weight_norm, weight);
      if (weight > 0)
        close_to (probe->tensors[i].update_ratio, norm_of (tensor, change) / weight);
      else
        g_assert_true (isnan (probe->tensors[i].update_ratio));
    }
  g_free (a);
  g_free (b);
  g_free (whole);
  g_free (before);
  g_free (change);
  fs_trainer_free (trainer);
}

/* Over windows that are drawn again and again, the estimates are right on the mean: the noise is the
 * trace of the covariance of single windows' gradients, the signal the square of their mean. */
static void
test_noise_is_unbiased (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.layers[1].rate = 0;
  experiment.train.batch = 10;
  experiment.train.epochs = 40;
  experiment.train.learning_rate = 1e-30; /* the weights stay, so that there is one truth */
  FsTrainer *trainer = trainer_of (&experiment, 0);
  const size_t size = fs_network_tensors (fs_trainer_network (trainer))->size;
  const size_t n = dataset->windows[FS_PART_TRAIN].n;
  double *sum = g_new0 (double, size), *one = g_new (double, size), squares = 0, mean_square = 0;
  for (size_t w = 0; w < n; w++)
    {
      gradient_of (&experiment, (uint32_t) w, 1, one);
      for (size_t i = 0; i < size; i++)
        {
          sum[i] += one[i] / (double) n;
          squares += one[i] * one[i] / (double) n;
        }
    }
  for (size_t i = 0; i < size; i++)
    mean_square += sum[i] * sum[i];
  /* Batches are drawn without replacement: the covariance is over n − 1, and two windows are never the
   * same, which takes a little from their product. */
  const double noise = (squares - mean_square) * (double) n / (double) (n - 1);
  const double signal = mean_square - noise / (double) n;

  trainer->probes.noise_credit = trainer->probes.credit = 1e30;
  run_to_end (trainer);
  const FsHistory *history = fs_trainer_history (trainer);
  double found_noise = 0, found_signal = 0;
  for (size_t i = 0; i < history->n_probes; i++)
    {
      found_noise += history->probes[i].noise / (double) history->n_probes;
      found_signal += history->probes[i].signal / (double) history->n_probes;
    }
  g_test_message ("noise %g, in truth %g; signal %g, in truth %g", found_noise, noise, found_signal,
                  signal);
  g_assert_cmpfloat_with_epsilon (found_noise, noise, 0.1 * noise);
  g_assert_cmpfloat_with_epsilon (found_signal, signal, 0.1 * (signal + noise / 10));
  g_free (sum);
  g_free (one);
  fs_trainer_free (trainer);
}

/* As counted, whatever the size of the network and of the batches. */
static void
test_share (void)
{
  static const int64_t units[] = { 1, 16, 100 }, batches[] = { 1, 32, 100 };
  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    {
      FsExperiment experiment = small_experiment ();
      experiment.layers[0].units = units[i];
      experiment.layers[2].units = units[i];
      experiment.train.batch = batches[i];
      experiment.train.epochs = units[i] > 50 ? 60 : 150;
      FsTrainer *trainer = trainer_of (&experiment, 0);
      run_to_end (trainer);
      const FsHistory *history = fs_trainer_history (trainer);
      const double share = fs_trainer_probe_share (trainer);
      g_test_message ("%d units: %.2f %% for %zu probes in %zu epochs, noise scale %g",
                      (int) units[i], 100 * share, history->n_probes, history->n_observations,
                      history->probes[history->n_probes - 1].noise_scale);
      g_assert_cmpfloat (share, <, 0.03);
      g_assert_cmpuint (history->n_probes, >, 1);
      g_assert_cmpint (isnan (history->probes[history->n_probes - 1].noise), ==, batches[i] == 1);
      fs_trainer_free (trainer);
    }
}

/* A run too short to pay for a second look has some all the same, but a large network's would cost more
 * than anyone would not notice. */
static void
test_short_run (void)
{
  static const uint32_t milestones[] = { 1, 2, 4, 6 };
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 6;
  FsTrainer *one = trainer_of (&experiment, 0), *threads = trainer_of (&experiment, 1);
  run_to_end (one);
  run_to_end (threads);
  assert_same_run (one, threads);
  const FsHistory *history = fs_trainer_history (one), *same = fs_trainer_history (threads);
  g_assert_cmpuint (history->n_probes, ==, G_N_ELEMENTS (milestones));
  g_assert_cmpuint (same->n_probes, ==, G_N_ELEMENTS (milestones));
  for (size_t i = 0; i < G_N_ELEMENTS (milestones); i++)
    {
      g_assert_cmpuint (history->probes[i].epoch, ==, milestones[i]);
      g_assert_cmpmem (&history->probes[i], sizeof (FsProbe), &same->probes[i], sizeof (FsProbe));
    }
  fs_trainer_free (one);
  fs_trainer_free (threads);

  experiment.layers[0].units = 200;
  experiment.train.epochs = 4;
  FsTrainer *large = trainer_of (&experiment, 0);
  run_to_end (large);
  g_assert_cmpuint (fs_trainer_history (large)->n_probes, ==, 1);
  fs_trainer_free (large);
}

/* Interrupted in the middle of halves and looks, nothing is counted twice. */
static void
test_interrupted (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 6;
  FsTrainer *straight = trainer_of (&experiment, 0), *cut = trainer_of (&experiment, 0);
  FsInterrupt interrupt;
  atomic_init (&interrupt.is_requested, true);
  straight->probes.noise_credit = cut->probes.noise_credit = 1e30;
  straight->probes.credit = cut->probes.credit = 1e30;
  run_to_end (straight);
  do
    {
      atomic_store (&interrupt.is_requested, true);
      fs_trainer_advance (cut, &interrupt);
    }
  while (fs_trainer_advance (cut, NULL) != FS_ADVANCED_END);
  assert_same_run (straight, cut);
  const FsHistory *left = fs_trainer_history (straight), *right = fs_trainer_history (cut);
  g_assert_cmpuint (left->n_probes, ==, 6);
  g_assert_cmpuint (right->n_probes, ==, 6);
  for (size_t i = 0; i < 6; i++)
    g_assert_cmpmem (&left->probes[i], sizeof (FsProbe), &right->probes[i], sizeof (FsProbe));
  g_assert_cmpfloat (fs_trainer_probe_share (straight), ==, fs_trainer_probe_share (cut));
  fs_trainer_free (straight);
  fs_trainer_free (cut);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  double values[ROWS];
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < ROWS; i++)
    values[i] = sin ((double) i * 0.4) + 0.2 * fs_random_normal (&random);
  dataset = dataset_by_hand (values, ROWS, 1, LENGTH, 1, TRAIN_END, VALIDATION_END);
  pools[0] = pool_of (1);
  pools[1] = pool_of (2);
  g_test_add_func ("/probes/layers", test_layers);
  g_test_add_func ("/probes/effective-rank", test_effective_rank);
  g_test_add_func ("/probes/training-does-not-notice", test_training_does_not_notice);
  g_test_add_func ("/probes/noise-and-tensors", test_noise_and_tensors);
  g_test_add_func ("/probes/noise-is-unbiased", test_noise_is_unbiased);
  g_test_add_func ("/probes/share", test_share);
  g_test_add_func ("/probes/short-run", test_short_run);
  g_test_add_func ("/probes/interrupted", test_interrupted);
  const int result = g_test_run ();
  fs_pool_free (pools[0]);
  fs_pool_free (pools[1]);
  dataset_by_hand_free (dataset);
  return result;
}
