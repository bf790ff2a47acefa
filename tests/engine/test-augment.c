/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Variants of windows: the formulas against NumPy and SciPy (tests/golden/make_augment.py), what each method
 * does to a window or a text, that the same seed gives the same variants, and that nothing but training
 * windows is ever varied. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/augment.h"
#include "engine/train/trainer.h"
#include "tests/engine/dataset-by-hand.h"
#include "tests/golden/augment-golden.h"

enum
{
  T = 23,
  D = 2
};

static void
assert_near (const FsReal *found, const double *expected, size_t n)
{
  for (size_t i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon ((double) found[i], expected[i], 2e-6);
}

static void
test_formulas (void)
{
  double curve[T], time[T];
  FsReal x[T * D], y[T * D];
  for (size_t i = 0; i < T * D; i++)
    x[i] = (FsReal) golden_window[i];
  fs_warp_curve (golden_knots, T, curve);
  fs_warp_time (golden_knots, T, time);
  for (size_t t = 0; t < T; t++)
    {
      g_assert_cmpfloat_with_epsilon (curve[t], golden_curve[t], 1e-12);
      g_assert_cmpfloat_with_epsilon (time[t], golden_time[t], 1e-11);
    }
  fs_warp_rows (x, T, D, time, y);
  assert_near (y, golden_time_warp, T * D);
  fs_slice_rows (x, 2, 21, T, D, y);
  assert_near (y, golden_slice, T * D);
  fs_warp_window (x, 7, 4, 2, T, D, y);
  assert_near (y, golden_window_warp_twice, T * D);
  fs_warp_window (x, 7, 4, 0.5, T, D, y);
  assert_near (y, golden_window_warp_half, T * D);
}

static FsStepSpec
step_of (FsAugmentMethod method)
{
  FsStepSpec spec = fs_step_spec_default (FS_STEP_AUGMENT);
  spec.augment_method = method;
  spec.augment_share = 1;
  return spec;
}

/* Windows of every length keep their size, and are finite; jitter and scaling are as wide as they say. */
static void
test_windows (void)
{
  FsAugmentRoom room;
  g_assert_cmpint (fs_augment_room_init (&room, 60, D, 3, NULL), ==, FS_OK);
  for (int method = FS_AUGMENT_JITTER; method <= FS_AUGMENT_WINDOW_WARP; method++)
    for (size_t length = 0; length <= 60; length++)
      {
        const FsStepSpec spec = step_of ((FsAugmentMethod) method);
        FsRandom random = fs_random (7, FS_STREAM_AUGMENT, (uint64_t) method, length);
        for (size_t i = 0; i < 60 * D; i++)
          room.window[i] = (FsReal) sin (0.3 * (double) i);
        fs_augment_window (&spec, &random, &room, length, D, 3);
        size_t n_changed = 0;
        for (size_t i = 0; i < 60 * D; i++)
          {
            g_assert_true (isfinite (room.window[i]));
            g_assert_cmpfloat (fabs ((double) room.window[i]), <, 3);
            const bool is_changed = room.window[i] != (FsReal) sin (0.3 * (double) i);
            n_changed += is_changed;
            g_assert_true (!is_changed || i < length * D);
          }
        g_assert_true (length < 25 || n_changed > 0);
        for (int k = 0; k < 3; k++)
          g_assert_true (method == FS_AUGMENT_SCALING || method == FS_AUGMENT_MAGNITUDE_WARP
                         || room.ahead[k] == 1);
      }
  fs_augment_room_clear (&room);

  enum
  {
    N = 4000
  };
  double squares = 0, scales = 0;
  g_assert_cmpint (fs_augment_room_init (&room, N, 1, 1, NULL), ==, FS_OK);
  const FsStepSpec jitter = step_of (FS_AUGMENT_JITTER), scaling = step_of (FS_AUGMENT_SCALING);
  FsRandom random = fs_random (1, FS_STREAM_AUGMENT, 0, 0);
  memset (room.window, 0, N * sizeof *room.window);
  fs_augment_window (&jitter, &random, &room, N, 1, 0);
  for (size_t i = 0; i < N; i++)
    squares += (double) room.window[i] * (double) room.window[i];
  g_assert_cmpfloat_with_epsilon (sqrt (squares / N), 0.03, 0.0015);
  for (size_t i = 0; i < N; i++)
    {
      room.window[0] = 2;
      fs_augment_window (&scaling, &random, &room, 1, 1, 1);
      const double target = room.ahead[0];
      g_assert_cmpfloat_with_epsilon ((double) room.window[0], 2 * target, 1e-6);
      scales += (target - 1) * (target - 1);
    }
  g_assert_cmpfloat_with_epsilon (sqrt (scales / N), 0.1, 0.005);
  fs_augment_room_clear (&room);
}

static size_t
count (const FsReal *words, size_t n, FsReal word)
{
  size_t found = 0;
  for (size_t i = 0; i < n; i++)
    found += words[i] == word;
  return found;
}

static void
test_words (void)
{
  /* 4 and 5 mean the same; the others have no synonym. */
  size_t starts[] = { 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2 };
  int32_t ids[] = { 5, 4 };
  const FsDataset dataset = { .synonyms = { .starts = starts, .ids = ids } };
  const FsReal text[] = { 2, 3, 4, 6, 4, 7, 8, 9, 10, 11 };
  const size_t n = G_N_ELEMENTS (text);
  size_t n_deleted = 0;
  for (uint64_t seed = 0; seed < 500; seed++)
    {
      FsReal words[20];
      const FsReal one[] = { 3 };
      FsRandom random = fs_random (seed, FS_STREAM_AUGMENT, 0, 0);
      FsStepSpec spec = step_of (FS_AUGMENT_SYNONYM);
      memcpy (words, text, sizeof text);
      g_assert_cmpuint (fs_augment_words (&spec, &random, &dataset, 0, words, n, 20), ==, n);
      g_assert_cmpuint (count (words, n, 4), ==, 0); /* all places of a word that is replaced */
      g_assert_cmpuint (count (words, n, 5), ==, 2);

      spec = step_of (FS_AUGMENT_INSERT);
      memcpy (words, text, sizeof text);
      g_assert_cmpuint (fs_augment_words (&spec, &random, &dataset, 0, words, n, 20), ==, n + 1);
      g_assert_cmpuint (fs_augment_words (&spec, &random, NULL, 0, words, n + 1, n + 1), ==, n + 1);
      for (size_t i = 0; i < n; i++)
        g_assert_cmpuint (count (words, n + 1, text[i]), >=, count (text, n, text[i]));

      spec = step_of (FS_AUGMENT_SWAP);
      spec.augment_strength = 0.3;
      memcpy (words, text, sizeof text);
      g_assert_cmpuint (fs_augment_words (&spec, &random, NULL, 0, words, n, 20), ==, n);
      for (size_t i = 0; i < n; i++)
        g_assert_cmpuint (count (words, n, text[i]), ==, count (text, n, text[i]));

      spec = step_of (FS_AUGMENT_DELETE);
      memcpy (words, text, sizeof text);
      const size_t n_left = fs_augment_words (&spec, &random, NULL, 0, words, n, 20);
      g_assert_cmpuint (n_left, >=, 1);
      n_deleted += n - n_left;
      spec.augment_strength = 1;
      g_assert_cmpuint (fs_augment_words (&spec, &random, NULL, 0, words, n, 20), ==, 1);
      memcpy (words, one, sizeof one);
      g_assert_cmpuint (fs_augment_words (&spec, &random, NULL, 0, words, 1, 20), ==, 1);
      g_assert_cmpuint (fs_augment_words (&spec, &random, NULL, 0, words, 0, 20), ==, 0);
    }
  g_assert_cmpuint (n_deleted, >, 420); /* 500 of 5000 are expected */
  g_assert_cmpuint (n_deleted, <, 580);
}

/* ---- in training ---- */

/* A text that one step made longer is as long for the next, whether padding counts or not. */
static void
test_words_of_two_steps (void)
{
  uint32_t lengths[] = { 4 }, starts[] = { 0 };
  const FsDataset dataset = { .task = FS_TASK_TEXT,
                              .length = 8,
                              .n_channels = 1,
                              .padding = FS_AT_START,
                              .windows = { { .starts = starts, .n = 1, .lengths = lengths } } };
  FsExperiment experiment = fs_experiment_default ();
  FsAugmentRoom room;
  experiment.n_steps = 2;
  experiment.steps[0] = step_of (FS_AUGMENT_INSERT);
  experiment.steps[1] = step_of (FS_AUGMENT_SWAP);
  experiment.steps[0].augment_share = experiment.steps[1].augment_share = 1;
  g_assert_cmpint (fs_augment_room_init (&room, 8, 1, 1, NULL), ==, FS_OK);
  for (uint64_t epoch = 0; epoch < 20; epoch++)
    {
      FsReal words[] = { 0, 0, 0, 0, 2, 3, 4, 5 };
      const uint32_t which[] = { 0 };
      fs_dataset_vary (&dataset, &experiment, &room, epoch, which, 1, words, NULL, NULL);
      g_assert_cmpuint (count (words, 8, 0), ==, 3);
      g_assert_cmpuint (count (words, 3, 0), ==, 3);
    }
  fs_augment_room_clear (&room);
}

static FsExperiment
experiment_with (double share)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 5;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.window.length = 6;
  experiment.train.epochs = 3;
  experiment.train.batch = 16;
  experiment.train.stop.patience = FS_NEVER;
  experiment.n_steps = 2;
  experiment.steps[0] = step_of (FS_AUGMENT_JITTER);
  experiment.steps[1] = step_of (FS_AUGMENT_SCALING);
  experiment.steps[0].augment_share = experiment.steps[1].augment_share = share;
  return experiment;
}

static FsDataset *
wave (void)
{
  double values[120];
  for (size_t i = 0; i < 120; i++)
    values[i] = sin (0.4 * (double) i);
  return dataset_by_hand (values, 120, 1, 6, 1, 80, 100);
}

static FsTrainer *
trained (const FsExperiment *experiment, const FsDataset *dataset, FsPool *pool)
{
  FsTrainer *trainer = NULL;
  g_assert_cmpint (fs_experiment_validate (experiment, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_new (&trainer, experiment, dataset, pool, NULL), ==, FS_OK);
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    {
    }
  return trainer;
}

static void
test_training (void)
{
  FsDataset *dataset = wave ();
  FsPool *pool = NULL, *wide = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 1, NULL), ==, FS_OK);
  g_assert_cmpint (fs_pool_new (&wide, 3, NULL), ==, FS_OK);
  const FsExperiment plain = experiment_with (0), varied = experiment_with (0.5);
  FsTrainer *a = trained (&varied, dataset, pool), *b = trained (&varied, dataset, wide);
  FsTrainer *c = trained (&plain, dataset, pool);
  const size_t size = fs_network_tensors (fs_trainer_network (a))->size * sizeof (FsReal);
  g_assert_cmpmem (fs_trainer_last_weights (a), size, fs_trainer_last_weights (b), size);
  g_assert_cmpint (memcmp (fs_trainer_last_weights (a), fs_trainer_last_weights (c), size), !=, 0);

  /* Without learning every epoch is evaluated the same: nothing that is judged is varied. */
  FsExperiment still = varied;
  still.train.optimiser = FS_OPTIMISER_SGD;
  still.train.learning_rate = 1e-30;
  FsTrainer *d = trained (&still, dataset, pool);
  const FsHistory *history = fs_trainer_history (d);
  g_assert_cmpfloat (history->observations[0].running_loss, !=,
                     history->observations[1].running_loss);
  g_assert_cmpfloat (history->observations[0].train_loss, ==, history->observations[2].train_loss);
  g_assert_cmpfloat (history->observations[0].validation_loss, ==,
                     history->observations[2].validation_loss);

  /* Whatever stands in the later parts, training is the same. */
  FsDataset *poisoned = wave ();
  for (size_t row = 80; row < 120; row++)
    poisoned->inputs[row] = 1e9f;
  FsTrainer *e = trained (&varied, poisoned, pool);
  g_assert_cmpmem (fs_trainer_last_weights (a), size, fs_trainer_last_weights (e), size);
  fs_trainer_free (a);
  fs_trainer_free (b);
  fs_trainer_free (c);
  fs_trainer_free (d);
  fs_trainer_free (e);
  dataset_by_hand_free (dataset);
  dataset_by_hand_free (poisoned);
  fs_pool_free (pool);
  fs_pool_free (wide);
}

/* A forecast's target is warped by the curve that its window is. */
static void
test_magnitude_warp_of_forecasts (void)
{
  enum
  {
    L = 10,
    H = 4
  };
  double values[40], knots[FS_WARP_KNOTS], curve[L + H];
  for (size_t i = 0; i < 40; i++)
    values[i] = 2;
  FsDataset *dataset = dataset_by_hand (values, 40, 1, L, H, 40, 40);
  FsExperiment experiment = experiment_with (1);
  FsAugmentRoom room;
  FsReal x[L], y[H];
  const uint32_t which[] = { 3 };
  experiment.n_steps = 1;
  experiment.steps[0] = step_of (FS_AUGMENT_MAGNITUDE_WARP);
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
  g_assert_cmpint (fs_augment_room_init (&room, L, 1, H, NULL), ==, FS_OK);
  fs_dataset_gather (dataset, FS_PART_TRAIN, which, 1, x, y);
  fs_dataset_vary (dataset, &experiment, &room, 5, which, 1, x, y, NULL);
  FsRandom random =
      fs_random ((uint64_t) experiment.train.seed, FS_STREAM_AUGMENT, 5, 3 * FS_MAX_STEPS);
  fs_random_uniform (&random);
  for (size_t i = 0; i < FS_WARP_KNOTS; i++)
    knots[i] = 1 + 0.2 * fs_random_normal (&random);
  fs_warp_curve (knots, L + H, curve);
  for (size_t t = 0; t < L; t++)
    g_assert_cmpfloat_with_epsilon ((double) x[t], 2 * curve[t], 1e-6);
  for (size_t k = 0; k < H; k++)
    g_assert_cmpfloat_with_epsilon ((double) y[k], 2 * curve[L + k], 1e-6);
  fs_augment_room_clear (&room);
  dataset_by_hand_free (dataset);
}

/* Shares are those of Beta (0.2, 0.2), whose variance is 1 / (4 (2 · 0.2 + 1)). */
static void
test_mix_share (void)
{
  enum
  {
    N = 40000
  };
  const double alphas[] = { 0.2, 1, 1e-4 };
  for (size_t i = 0; i < G_N_ELEMENTS (alphas); i++)
    {
      double squares = 0;
      for (size_t k = 0; k < N; k++)
        {
          FsRandom random = fs_random (3, FS_STREAM_AUGMENT, i, k);
          const double share = fs_mix_share (&random, alphas[i]);
          g_assert_cmpfloat (share, >=, 0.5);
          g_assert_cmpfloat (share, <=, 1);
          squares += (share - 0.5) * (share - 0.5);
        }
      g_assert_cmpfloat_with_epsilon (squares / N, 1 / (4 * (2 * alphas[i] + 1)), 0.003);
    }
}

/* A mixture of windows of a line of slope 1 is one of slope 1, and so is what follows it. */
static void
test_mixup_of_numbers (void)
{
  double values[60];
  for (size_t i = 0; i < 60; i++)
    values[i] = (double) i / 8;
  FsDataset *dataset = dataset_by_hand (values, 60, 1, 5, 2, 40, 50);
  FsExperiment experiment = experiment_with (1);
  FsAugmentRoom room;
  size_t n_moved = 0;
  experiment.n_steps = 1;
  experiment.steps[0] = step_of (FS_AUGMENT_MIXUP);
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
  g_assert_cmpint (fs_augment_room_init (&room, 5, 1, 2, NULL), ==, FS_OK);
  for (uint32_t window = 0; window < dataset->windows[FS_PART_TRAIN].n; window++)
    {
      FsReal x[5], y[2], before;
      fs_dataset_gather (dataset, FS_PART_TRAIN, &window, 1, x, y);
      before = x[0];
      fs_dataset_vary (dataset, &experiment, &room, 0, &window, 1, x, y, NULL);
      n_moved += fabs ((double) (x[0] - before)) > 0.01;
      for (size_t t = 1; t < 5; t++)
        g_assert_cmpfloat_with_epsilon ((double) (x[t] - x[t - 1]), 0.125, 1e-5);
      g_assert_cmpfloat_with_epsilon ((double) (y[0] - x[4]), 0.125, 1e-5);
      g_assert_cmpfloat_with_epsilon ((double) (y[1] - y[0]), 0.125, 1e-5);
      g_assert_cmpfloat ((double) y[1], <, 5); /* nothing of row 40 and behind */
    }
  g_assert_cmpuint (n_moved, >, 10);
  fs_augment_room_clear (&room);
  dataset_by_hand_free (dataset);
}

/* Sequences of class 0 are all 0, those of class 1 all 1: the class is drawn as often as its share of the
 * mixture says. A longer sequence keeps what the other one has no row for. */
static void
test_mixup_of_classes (void)
{
  double values[8] = { 0, 0, 0, 1, 1, 1, 1, 1 };
  uint32_t lengths[] = { 3, 5 };
  FsDataset *dataset = dataset_by_hand (values, 8, 1, 5, 1, 8, 8);
  FsExperiment experiment = experiment_with (1);
  FsAugmentRoom room;
  double x_sum = 0, y_sum = 0;
  size_t n_other = 0;
  dataset->task = FS_TASK_CLASSIFY;
  dataset->n_classes = 2;
  dataset->n_targets = 1;
  dataset->target_raw = dataset->target_prepared;
  dataset->windows[FS_PART_TRAIN].n = 2;
  dataset->windows[FS_PART_TRAIN].starts[0] = 0;
  dataset->windows[FS_PART_TRAIN].starts[1] = 3;
  dataset->windows[FS_PART_TRAIN].lengths = lengths;
  experiment.n_steps = 1;
  experiment.steps[0] = step_of (FS_AUGMENT_MIXUP);
  experiment.steps[0].augment_strength = 1;
  g_assert_cmpint (fs_augment_room_init (&room, 5, 1, 1, NULL), ==, FS_OK);
  for (uint64_t epoch = 0; epoch < 20000; epoch++)
    {
      FsReal x[5], y[1];
      const uint32_t which[] = { 1 };
      fs_dataset_gather (dataset, FS_PART_TRAIN, which, 1, x, y);
      g_assert_cmpfloat (y[0], ==, 1);
      fs_dataset_vary (dataset, &experiment, &room, epoch, which, 1, x, y, NULL);
      g_assert_true (y[0] == 0 || y[0] == 1);
      g_assert_cmpfloat (x[0], ==, x[2]);
      g_assert_cmpfloat (x[3], ==, 1);
      g_assert_cmpfloat (x[4], ==, 1);
      x_sum += (double) x[0];
      y_sum += (double) y[0];
      n_other += y[0] == 0;
    }
  g_test_message ("mixture %g, classes %g", x_sum / 20000, y_sum / 20000);
  g_assert_cmpuint (n_other, >, 1000);
  g_assert_cmpfloat_with_epsilon (x_sum / 20000, y_sum / 20000, 0.01);
  fs_augment_room_clear (&room);
  dataset_by_hand_free (dataset);
}

/* What a task's windows are not, or what would make a target wrong, is refused by name. */
static void
test_refused (void)
{
  static const struct
  {
    FsTask task;
    FsAugmentMethod method;
    const char *word;
  } cases[] = {
    { FS_TASK_FORECAST, FS_AUGMENT_TIME_WARP, "time-warp" },
    { FS_TASK_FORECAST, FS_AUGMENT_SWAP, "swap" },
    { FS_TASK_TEXT, FS_AUGMENT_JITTER, "jitter" },
    { FS_TASK_NEXT, FS_AUGMENT_DELETE, "delete" },
    { FS_TASK_CLASSIFY, FS_AUGMENT_SYNONYM, "synonym" },
    { FS_TASK_TEXT, FS_AUGMENT_SYNONYM, "text.synonyms" },
    { FS_TASK_FORECAST, FS_AUGMENT_SLICE, "slice" },
    { FS_TASK_FORECAST, FS_AUGMENT_WINDOW_WARP, "window-warp" },
    { FS_TASK_TEXT, FS_AUGMENT_MIXUP, "mixup" },
    { FS_TASK_CLASSIFY, FS_AUGMENT_BACK_TRANSLATION, "back-translation" },
    { FS_TASK_TEXT, FS_AUGMENT_BACK_TRANSLATION, "text.back_translations" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsExperiment experiment = experiment_with (0.5);
      FsProblem problem = { 0 };
      char sentence[512];
      experiment.n_steps = 1;
      experiment.data.task = cases[i].task;
      fs_experiment_suit_task (&experiment);
      g_strlcpy (experiment.data.sequence, "id", FS_TEXT_SIZE);
      experiment.steps[0] = step_of (cases[i].method);
      g_assert_cmpint (fs_experiment_validate (&experiment, &problem), !=, FS_OK);
      fs_problem_sentence (&problem, sentence, sizeof sentence);
      g_test_message ("%s", sentence);
      g_assert_nonnull (strstr (sentence, cases[i].word));
      experiment.steps[0].is_enabled = false;
      g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/formulas", test_formulas);
  g_test_add_func ("/augment/windows", test_windows);
  g_test_add_func ("/augment/words", test_words);
  g_test_add_func ("/augment/words-of-two-steps", test_words_of_two_steps);
  g_test_add_func ("/augment/magnitude-warp-of-forecasts", test_magnitude_warp_of_forecasts);
  g_test_add_func ("/augment/mix-share", test_mix_share);
  g_test_add_func ("/augment/mixup-of-numbers", test_mixup_of_numbers);
  g_test_add_func ("/augment/mixup-of-classes", test_mixup_of_classes);
  g_test_add_func ("/augment/training", test_training);
  g_test_add_func ("/augment/refused", test_refused);
  return g_test_run ();
}
