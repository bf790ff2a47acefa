/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Splits that are not by shares in order of time: which rows go where when a column says so, when windows
 * are drawn by lot, and when groups stay whole; that nothing is fitted on rows of other parts; and that a
 * split that leaks scores better than an honest one. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/diagnose/data-facts.h"
#include "engine/experiment/schema.h"
#include "engine/prepare/dataset.h"
#include "engine/prepare/geometry.h"
#include "engine/prepare/recipe.h"
#include "engine/series/read.h"
#include "engine/train/trainer.h"

static FsFrame *
read_text (const char *text)
{
  FsFrame *frame = NULL;
  g_assert_cmpint (fs_frame_read (&frame, "test.csv", text, strlen (text), NULL, NULL), ==, FS_OK);
  return frame;
}

static FsExperiment
plain_experiment (FsSplitMethod method, int64_t length, int64_t horizon)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.source[0] = '\0';
  g_strlcpy (experiment.data.target, "v", sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.n_steps = 0;
  experiment.window.length = length;
  experiment.window.horizon = horizon;
  experiment.window.stride = 1;
  experiment.split.method = method;
  g_strlcpy (experiment.split.column, "part", sizeof experiment.split.column);
  return experiment;
}

static FsDataset *
make_dataset (const FsFrame *frame, const FsExperiment *experiment)
{
  FsDataset *dataset = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  if (fs_dataset_new (&dataset, frame, experiment, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  return dataset;
}

static void
assert_refused (const char *text,
                const FsExperiment *experiment,
                FsStatus status,
                const char *words)
{
  FsFrame *frame = read_text (text);
  FsDataset *dataset = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  g_assert_cmpint (fs_dataset_new (&dataset, frame, experiment, &problem), ==, status);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  if (!strstr (sentence, words))
    g_error ("“%s” does not say “%s”", sentence, words);
  fs_frame_free (frame);
}

/* "t,v,part": a letter a row says the part. */
static char *
lettered (const char *letters, bool is_newest_first)
{
  GString *text = g_string_new ("t,v,part\n");
  const int n = (int) strlen (letters);
  for (int i = 0; i < n; i++)
    {
      const int t = is_newest_first ? n - 1 - i : i;
      g_string_append_printf (text, "%d,%d,%s\n", 1900 + t, t * t % 31,
                              letters[t] == 'a'   ? "train"
                              : letters[t] == 'v' ? "Valid"
                                                  : "test");
    }
  return g_string_free (text, FALSE);
}

static void
assert_starts (const FsDataset *dataset, FsPart part, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  for (size_t i = 0; i < dataset->windows[part].n; i++)
    g_string_append_printf (found, "%s%u", i ? " " : "", dataset->windows[part].starts[i]);
  g_assert_cmpstr (found->str, ==, expected);
}

/* ---- given ---- */

/* Rows 0-7 train, 8-11 validate, 12-16 train again, 17-19 test; windows of 3 + 1 rows. On paper: a training
 * target has its 3 rows before it in the same block, so 3-7 and 15-16; the later parts may look back. */
static void
test_given_by_hand (void)
{
  g_autofree char *text = lettered ("aaaaaaaavvvvaaaaattt", false);
  FsFrame *frame = read_text (text);
  FsExperiment experiment = plain_experiment (FS_SPLIT_GIVEN, 3, 1);
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_true (fs_dataset_is_scattered (dataset));
  g_assert_cmpuint (dataset->purge, ==, 0); /* far fewer windows than auto wants to leave */
  assert_starts (dataset, FS_PART_TRAIN, "0 1 2 3 4 12 13");
  assert_starts (dataset, FS_PART_VALIDATION, "5 6 7 8");
  assert_starts (dataset, FS_PART_TEST, "14 15 16");
  /* Validation windows 5-7 look at rows before 8, test windows 14-16 at rows before 17. Training windows
   * 2-4 and 12-13 have rows that those look at; 0 and 1 end before row 5, 12 has row 14. */
  g_assert_cmpuint (fs_windows_count_crossing (dataset, FS_PART_TRAIN), ==, 0);
  g_assert_cmpuint (fs_windows_count_crossing (dataset, FS_PART_VALIDATION), ==, 3);
  g_assert_cmpuint (fs_windows_count_crossing (dataset, FS_PART_TEST), ==, 3);
  g_assert_cmpuint (fs_windows_count_sharing (dataset), ==, 5);
  fs_dataset_free (dataset);

  experiment.split.purge = 2;
  dataset = make_dataset (frame, &experiment);
  assert_starts (dataset, FS_PART_TRAIN, "0 1 2 3 4 12 13");
  assert_starts (dataset, FS_PART_VALIDATION, "7 8");
  assert_starts (dataset, FS_PART_TEST, "16");
  fs_dataset_free (dataset);

  /* Two rows ahead and every other row: each block begins anew. */
  experiment.split.purge = 0;
  experiment.window.horizon = experiment.window.stride = 2;
  dataset = make_dataset (frame, &experiment);
  assert_starts (dataset, FS_PART_TRAIN, "0 2 12");
  assert_starts (dataset, FS_PART_VALIDATION, "5 7");
  assert_starts (dataset, FS_PART_TEST, "14");
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

/* Parts that a column gives in order of time are the chronological ones, also of a file that begins with
 * its newest row. */
static void
test_given_in_order (void)
{
  g_autofree char *letters =
      g_strdup_printf ("%.*s%.*s%.*s", 70,
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                       "aaaaaaaaaaaaaaaaaaaa",
                       15, "vvvvvvvvvvvvvvvvvvvv", 15, "tttttttttttttttttttt");
  for (int is_newest_first = 0; is_newest_first < 2; is_newest_first++)
    for (int purge = -1; purge < 6; purge += 3)
      {
        g_autofree char *text = lettered (letters, is_newest_first);
        FsFrame *frame = read_text (text);
        FsExperiment experiment = plain_experiment (FS_SPLIT_GIVEN, 4, 2);
        experiment.split.purge = purge;
        g_strlcpy (experiment.data.time, "t", sizeof experiment.data.time);
        FsDataset *given = make_dataset (frame, &experiment);
        experiment.split.method = FS_SPLIT_CHRONOLOGICAL;
        FsDataset *usual = make_dataset (frame, &experiment);
        g_assert_false (fs_dataset_is_scattered (given));
        g_assert_cmpmem (given->part_ends, sizeof given->part_ends, usual->part_ends,
                         sizeof usual->part_ends);
        g_assert_cmpuint (given->purge, ==, usual->purge);
        for (int part = 0; part < FS_N_PARTS; part++)
          g_assert_cmpmem (given->windows[part].starts, given->windows[part].n * sizeof (uint32_t),
                           usual->windows[part].starts, usual->windows[part].n * sizeof (uint32_t));
        fs_dataset_free (given);
        fs_dataset_free (usual);
        fs_frame_free (frame);
      }
}

static void
test_given_refused (void)
{
  FsExperiment experiment = plain_experiment (FS_SPLIT_GIVEN, 2, 1);
  assert_refused ("v,part\n1,train\n3,train\n2,train\n5,trian\n6,test\n", &experiment, FS_MALFORMED,
                  "row 4");
  assert_refused ("v,part\n1,train\n3,train\n2,\n5,train\n6,test\n", &experiment, FS_MALFORMED,
                  "row 3");
  experiment.window.length = 3; /* four rows of training, and no four of them together */
  assert_refused ("v,part\n1,train\n3,train\n2,train\n5,valid\n6,train\n", &experiment,
                  FS_TOO_LITTLE, "together");
  g_strlcpy (experiment.split.column, "parts", sizeof experiment.split.column);
  assert_refused ("v,part\n1,train\n3,train\n2,train\n5,test\n6,test\n", &experiment, FS_NOT_FOUND,
                  "part");
  experiment.split.column[0] = '\0';
  assert_refused ("v,part\n1,train\n3,train\n2,train\n5,test\n6,test\n", &experiment, FS_NOT_FOUND,
                  "split.column");
}

/* ---- nothing of other parts ---- */

/* Steps of all kinds learn the same whatever stands in the rows of other parts; and what they learn is what
 * the training rows have: a line through them is found although they lie apart. */
static void
test_fitted_on_training_rows (void)
{
  static const char letters[] = "aaaaaaaavvvvaaaaaaaatttaaaaaaaavvvaaaaaaaattt";
  const FsSplitMethod methods[] = { FS_SPLIT_GIVEN, FS_SPLIT_SHUFFLED };
  for (size_t m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      double learned[2][64];
      size_t n_learned[2] = { 0, 0 };
      g_autofree bool *is_training = g_new0 (bool, sizeof letters);
      for (int is_poisoned = 0; is_poisoned < 2; is_poisoned++)
        {
          g_autoptr (GString) text = g_string_new ("t,v,part\n");
          for (size_t t = 0; t + 1 < sizeof letters; t++)
            g_string_append_printf (text, "%zu,%g,%s\n", t,
                                    is_poisoned && !is_training[t] ? 1e9 : 2.0 * (double) t + 1,
                                    letters[t] == 'a'   ? "train"
                                    : letters[t] == 'v' ? "val"
                                                        : "test");
          FsFrame *frame = read_text (text->str);
          FsExperiment experiment = plain_experiment (methods[m], 2, 1);
          const FsStepKind kinds[] = { FS_STEP_DETREND, FS_STEP_IMPUTE, FS_STEP_CLIP,
                                       FS_STEP_SCALE };
          for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
            fs_experiment_insert_step (&experiment, i, kinds[i], NULL);
          FsDataset *dataset = make_dataset (frame, &experiment);
          for (size_t t = 0; t < dataset->n_rows; t++)
            is_training[t] = fs_dataset_part_of_row (dataset, t) == FS_PART_TRAIN;
          for (size_t step = 0; step < 4; step++)
            {
              size_t n;
              const double *numbers = fs_recipe_numbers (dataset->recipe, step, &n);
              for (size_t i = 0; i < n; i++)
                learned[is_poisoned][n_learned[is_poisoned]++] = numbers[i];
            }
          fs_dataset_free (dataset);
          fs_frame_free (frame);
        }
      g_assert_cmpuint (n_learned[0], >=, 8);
      g_assert_cmpmem (learned[0], n_learned[0] * sizeof (double), learned[1],
                       n_learned[1] * sizeof (double));
      g_assert_cmpfloat_with_epsilon (learned[0][0], 1, 1e-9); /* v = 1 + 2 t */
      g_assert_cmpfloat_with_epsilon (learned[0][1], 2, 1e-9);
    }
}

/* ---- shuffled ---- */

static char *
walk (int n)
{
  GString *text = g_string_new ("t,v\n");
  FsRandom random = fs_random (7, FS_STREAM_GENERATOR, 0, 0);
  double x = 0;
  for (int t = 0; t < n; t++)
    g_string_append_printf (text, "%d,%.6f\n", t, x += fs_random_normal (&random));
  return g_string_free (text, FALSE);
}

/* 12 rows, windows of 3 + 1: nine windows, of which 6 train, 2 validate and 1 tests (6.3, 7.65 and 9 to the
 * nearest). Which ones is the lot's affair and stays the same for ever. */
static void
test_shuffled_lot (void)
{
  g_autofree char *text = walk (12);
  FsFrame *frame = read_text (text);
  FsExperiment experiment = plain_experiment (FS_SPLIT_SHUFFLED, 3, 1);
  FsDataset *dataset = make_dataset (frame, &experiment);
  assert_starts (dataset, FS_PART_TRAIN, "0 1 3 4 7 8");
  assert_starts (dataset, FS_PART_VALIDATION, "2 5");
  assert_starts (dataset, FS_PART_TEST, "6");
  g_assert_cmpuint (dataset->purge, ==, 0);
  fs_dataset_free (dataset);
  experiment.split.seed = 2;
  dataset = make_dataset (frame, &experiment);
  assert_starts (dataset, FS_PART_TEST, "2");
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

/* Every window is there once, in the part of its first target row; a row is of the part of the newest window
 * that aims for it; counts of what is shared agree with looking at every row. */
static void
test_shuffled_by_definition (void)
{
  g_autofree char *text = walk (150);
  FsFrame *frame = read_text (text);
  for (int length = 1; length < 9; length += 3)
    for (int horizon = 1; horizon < 4; horizon++)
      for (int stride = 1; stride < 4; stride += 2)
        for (int purge = -1; purge < 3; purge += 2)
          {
            FsExperiment experiment = plain_experiment (FS_SPLIT_SHUFFLED, length, horizon);
            experiment.window.stride = stride;
            experiment.split.purge = purge;
            FsDataset *dataset = NULL;
            if (fs_dataset_new (&dataset, frame, &experiment, NULL) != FS_OK)
              {
                g_assert_cmpint (purge, >, 0);
                continue;
              }
            const size_t span = (size_t) (length + horizon);
            int parts[150];
            bool is_used[FS_N_PARTS][150] = { { false } };
            size_t n = 0, n_all = (150 - span) / (size_t) stride + 1, n_sharing = 0;
            memset (parts, -1, sizeof parts);
            for (int part = 0; part < FS_N_PARTS; part++)
              for (size_t i = 0; i < dataset->windows[part].n; i++)
                {
                  const size_t start = dataset->windows[part].starts[i];
                  g_assert_true (i == 0 || start > dataset->windows[part].starts[i - 1]);
                  g_assert_cmpuint (start % (size_t) stride, ==, 0);
                  g_assert_cmpint (parts[start], ==, -1);
                  parts[start] = part;
                  n++;
                  g_assert_cmpint (fs_dataset_part_of_row (dataset, start + (size_t) length), ==,
                                   part);
                  memset (is_used[part] + start, true, span);
                }
            for (size_t i = 0; i < dataset->windows[FS_PART_TRAIN].n; i++)
              {
                bool shares = false, is_near = false;
                const size_t start = dataset->windows[FS_PART_TRAIN].starts[i];
                for (size_t row = start; row < start + span; row++)
                  shares |= is_used[FS_PART_VALIDATION][row] || is_used[FS_PART_TEST][row];
                n_sharing += shares;
                for (size_t other = 0; other < 150; other++)
                  if (parts[other] > FS_PART_TRAIN)
                    is_near |= llabs ((long long) other - (long long) start)
                               <= (purge > 0 ? purge : -horizon) + horizon - 1;
                g_assert_false (is_near);
              }
            g_assert_cmpuint (n_sharing, ==, fs_windows_count_sharing (dataset));
            if (purge <= 0)
              {
                g_assert_cmpuint (n, ==, n_all);
                g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==,
                                  (size_t) floor (0.7 * (double) n_all + 0.5));
                for (size_t row = 0; row < 150; row++)
                  {
                    int expected = FS_PART_TRAIN;
                    for (size_t start = 0; start < 150; start++)
                      if (parts[start] >= 0 && row >= start + (size_t) length && row < start + span)
                        expected = parts[start];
                    g_assert_cmpint (fs_dataset_part_of_row (dataset, row), ==, expected);
                  }
              }
            for (int part = 0; part < FS_N_PARTS; part++)
              {
                size_t n_crossing = 0;
                for (size_t i = 0; i < dataset->windows[part].n; i++)
                  n_crossing += fs_window_crosses (dataset, (FsPart) part, i);
                g_assert_cmpuint (n_crossing, ==,
                                  fs_windows_count_crossing (dataset, (FsPart) part));
              }
            fs_dataset_free (dataset);
          }
  fs_frame_free (frame);
}

/* A gap as long as the windows leaves none that shares a row, where it leaves any. */
static void
test_shuffled_gap (void)
{
  g_autofree char *text = walk (400);
  FsFrame *frame = read_text (text);
  FsExperiment experiment = plain_experiment (FS_SPLIT_SHUFFLED, 3, 1);
  experiment.split.train = 0.98;
  experiment.split.validation = 0.01;
  experiment.split.purge = 3;
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, >, 300);
  g_assert_cmpuint (fs_windows_count_sharing (dataset), ==, 0);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
  experiment.split.train = 0.5;
  experiment.split.validation = 0.3;
  experiment.split.purge = 50;
  assert_refused (text, &experiment, FS_TOO_LITTLE, "split.purge");
}

/* ---- what a leak is worth ---- */

/* R² of the nearest training window's answer, on validation. */
static double
nearest_r2 (const FsDataset *dataset)
{
  const FsWindows *train = &dataset->windows[FS_PART_TRAIN];
  const FsWindows *validation = &dataset->windows[FS_PART_VALIDATION];
  const double *x = dataset->target_prepared;
  double error = 0, mean = 0, spread = 0;
  for (size_t i = 0; i < validation->n; i++)
    mean += x[validation->starts[i] + dataset->length] / (double) validation->n;
  for (size_t i = 0; i < validation->n; i++)
    {
      double least = INFINITY, answer = 0;
      const double truth = x[validation->starts[i] + dataset->length];
      for (size_t j = 0; j < train->n; j++)
        {
          double distance = 0;
          for (size_t k = 0; k < dataset->length; k++)
            distance += pow (x[validation->starts[i] + k] - x[train->starts[j] + k], 2);
          if (distance < least)
            {
              least = distance;
              answer = x[train->starts[j] + dataset->length];
            }
        }
      error += (answer - truth) * (answer - truth);
      spread += (truth - mean) * (truth - mean);
    }
  return 1 - error / spread;
}

/* On a random walk nothing can be known but where it was: a network that is tested among the rows it was
 * trained on seems to know more, and the facts say why. */
static void
test_leak_scores_better (void)
{
  g_autofree char *text = walk (1200);
  FsFrame *frame = read_text (text);
  FsExperiment experiment = plain_experiment (FS_SPLIT_CHRONOLOGICAL, 8, 1);
  FsDataset *honest = make_dataset (frame, &experiment);
  experiment.split.method = FS_SPLIT_SHUFFLED;
  FsDataset *leaky = make_dataset (frame, &experiment);
  const double honest_r2 = nearest_r2 (honest), leaky_r2 = nearest_r2 (leaky);
  g_test_message ("R² of the nearest neighbour: honest %.3f, shuffled %.3f", honest_r2, leaky_r2);
  g_assert_cmpfloat (leaky_r2, >, 0.95);
  g_assert_cmpfloat (leaky_r2, >, honest_r2 + 0.1);

  FsDataFacts facts;
  g_assert_cmpint (fs_data_facts_measure (&facts, leaky, &experiment), ==, FS_OK);
  g_assert_cmpuint (facts.n_sharing, ==, fs_windows_count_sharing (leaky));
  g_assert_cmpuint (facts.n_sharing, >, leaky->windows[FS_PART_TRAIN].n * 9 / 10);
  g_assert_cmpuint (facts.n_overlapping, >, leaky->windows[FS_PART_VALIDATION].n * 9 / 10);
  g_assert_cmpint (fs_data_facts_measure (&facts, honest, &experiment), ==, FS_OK);
  g_assert_cmpuint (facts.n_sharing, ==, 0);
  g_assert_cmpuint (facts.n_overlapping, ==, 0);
  fs_dataset_free (honest);
  fs_dataset_free (leaky);
  fs_frame_free (frame);
}

static double
best_validation_loss (const FsFrame *frame, const FsExperiment *experiment, unsigned n_threads)
{
  FsPool *pool;
  FsTrainer *trainer;
  FsDataset *dataset = make_dataset (frame, experiment);
  g_assert_cmpint (fs_pool_new (&pool, n_threads, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_new (&trainer, experiment, dataset, pool, NULL), ==, FS_OK);
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    ;
  const FsHistory *history = fs_trainer_history (trainer);
  double best = history->observations[history->best].validation_loss;
  /* In original units squared: the split changes what the scaler learns, and its unit with it. */
  size_t n;
  const double *numbers = fs_recipe_numbers (dataset->recipe, 0, &n);
  best *= numbers[1] * numbers[1];
  fs_trainer_free (trainer);
  fs_pool_free (pool);
  fs_dataset_free (dataset);
  return best;
}

/* The passengers grow: an honest network has to guess beyond what it has seen, a shuffled one between. Both
 * are the same bits on any number of threads. */
static void
test_network_scores_better (void)
{
  FsFrame *frame = NULL;
  g_autofree char *path =
      g_build_filename (g_getenv ("FITSCOPE_DATA_DIR"), "series", "air_passengers.csv", NULL);
  g_assert_cmpint (fs_frame_read_file (&frame, path, NULL, NULL), ==, FS_OK);
  FsExperiment experiment = plain_experiment (FS_SPLIT_CHRONOLOGICAL, 12, 1);
  experiment.data.target[0] = '\0';
  fs_experiment_insert_step (&experiment, 0, FS_STEP_SCALE, NULL);
  experiment.layers[0].units = 8;
  experiment.train.epochs = 60;
  experiment.train.learning_rate = 0.01;
  experiment.train.batch = 16;
  const double honest = best_validation_loss (frame, &experiment, 1);
  experiment.split.method = FS_SPLIT_SHUFFLED;
  const double leaky = best_validation_loss (frame, &experiment, 1);
  g_test_message ("root of the best validation error: honest %.1f, shuffled %.1f", sqrt (honest),
                  sqrt (leaky));
  g_assert_cmpfloat (leaky, <, 0.8 * honest);
  g_assert_cmpfloat (leaky, ==, best_validation_loss (frame, &experiment, 3));
  fs_frame_free (frame);
}

/* ---- groups ---- */

/* 60 sequences of 3 rows, of 12 patients; the class alternates. */
static char *
patients (bool is_torn)
{
  GString *text = g_string_new ("id,patient,part,x,kind\n");
  for (int id = 0; id < 60; id++)
    for (int t = 0; t < 3; t++)
      g_string_append_printf (text, "s%02d,p%02d,%s,%d,%s\n", id,
                              (id * 7 % 12 + (is_torn && id == 5 && t == 2)) % 12,
                              id % 5 < 3    ? "train"
                              : id % 5 == 3 ? "validation"
                                            : "test",
                              id * t % 11, id % 2 ? "odd" : "even");
  return g_string_free (text, FALSE);
}

static FsExperiment
sequence_experiment (FsSplitMethod method)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.source[0] = experiment.data.time[0] = '\0';
  experiment.data.task = FS_TASK_CLASSIFY;
  fs_experiment_suit_task (&experiment);
  g_strlcpy (experiment.data.sequence, "id", sizeof experiment.data.sequence);
  g_strlcpy (experiment.data.target, "kind", sizeof experiment.data.target);
  g_strlcpy (experiment.split.column, "part", sizeof experiment.split.column);
  g_strlcpy (experiment.split.group, "patient", sizeof experiment.split.group);
  experiment.n_steps = 0;
  experiment.split.method = method;
  experiment.split.train = 0.6;
  experiment.split.validation = 0.2;
  return experiment;
}

static int
patient_of (const FsDataset *dataset, FsPart part, size_t window)
{
  return atoi (dataset->windows[part].names[window] + 1) * 7 % 12;
}

static void
test_groups_stay_whole (void)
{
  g_autofree char *text = patients (false);
  FsFrame *frame = read_text (text);
  FsExperiment experiment = sequence_experiment (FS_SPLIT_GROUPED);
  bool has_changed = false;
  int before[12];
  for (int seed = 1; seed <= 20; seed++)
    {
      experiment.split.seed = seed;
      FsDataset *dataset = make_dataset (frame, &experiment);
      int parts[12];
      memset (parts, -1, sizeof parts);
      for (int part = 0; part < FS_N_PARTS; part++)
        for (size_t i = 0; i < dataset->windows[part].n; i++)
          {
            int *of_patient = &parts[patient_of (dataset, (FsPart) part, i)];
            g_assert_true (*of_patient == -1 || *of_patient == part);
            *of_patient = part;
          }
      /* Groups of five: 0.6 and 0.8 of 60 are 36 and 48, and a group whose third one lies before them goes
       * there: 7 groups, then 3. */
      g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 35);
      g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].n, ==, 15);
      g_assert_cmpuint (dataset->windows[FS_PART_TEST].n, ==, 10);
      has_changed |= seed > 1 && memcmp (before, parts, sizeof parts) != 0;
      memcpy (before, parts, sizeof parts);
      fs_dataset_free (dataset);
    }
  g_assert_true (has_changed);

  /* Each sequence a group of its own: exact shares. */
  experiment.split.group[0] = '\0';
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 36);
  g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].n, ==, 12);
  fs_dataset_free (dataset);

  /* Neither column is an input unless it is named. */
  g_assert_cmpuint (frame->n_columns, ==, 5);
  fs_frame_free (frame);
}

static void
test_sequences_as_given (void)
{
  g_autofree char *text = patients (false);
  FsFrame *frame = read_text (text);
  FsExperiment experiment = sequence_experiment (FS_SPLIT_GIVEN);
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->n_channels, ==, 1);
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      g_assert_cmpuint (dataset->windows[part].n, ==, part == FS_PART_TRAIN ? 36 : 12);
      for (size_t i = 0; i < dataset->windows[part].n; i++)
        {
          const int id = atoi (dataset->windows[part].names[i] + 1) % 5;
          g_assert_cmpint (id < 3 ? 0 : id - 2, ==, part);
        }
      g_assert_cmpuint (fs_windows_count_crossing (dataset, (FsPart) part), ==, 0);
    }
  g_assert_cmpuint (fs_windows_count_sharing (dataset), ==, 0);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

static void
test_texts (void)
{
  g_autoptr (GString) text = g_string_new ("text,kind,author,part\n");
  for (int i = 0; i < 40; i++)
    g_string_append_printf (text, "the text number %d is what was written here,%s,w%d,%s\n", i,
                            i % 2 ? "good" : "bad", i / 4,
                            i < 20   ? "train"
                            : i < 30 ? "dev"
                                     : "test");
  FsFrame *frame = read_text (text->str);
  FsExperiment experiment = sequence_experiment (FS_SPLIT_GIVEN);
  experiment.data.task = FS_TASK_TEXT;
  experiment.data.sequence[0] = '\0';
  g_strlcpy (experiment.data.text, "text", sizeof experiment.data.text);
  fs_experiment_suit_layers (&experiment);
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 20);
  g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].n, ==, 10);
  fs_dataset_free (dataset);

  experiment.split.method = FS_SPLIT_GROUPED;
  g_strlcpy (experiment.split.group, "author", sizeof experiment.split.group);
  dataset = make_dataset (frame, &experiment);
  int parts[10];
  memset (parts, -1, sizeof parts);
  for (int part = 0; part < FS_N_PARTS; part++)
    for (size_t i = 0; i < dataset->windows[part].n; i++)
      {
        const int number = atoi (dataset->windows[part].names[i] + strlen ("the text number "));
        g_assert_true (parts[number / 4] == -1 || parts[number / 4] == part);
        parts[number / 4] = part;
      }
  fs_dataset_free (dataset);
  fs_frame_free (frame);
  experiment.text.duplicates = FS_DUPLICATES_GROUPED;
  assert_refused (text->str, &experiment, FS_MISMATCH, "text.duplicates");
  experiment.text.duplicates = FS_DUPLICATES_KEPT;
  experiment.split.group[0] = '\0';
  assert_refused (text->str, &experiment, FS_NOT_FOUND, "split.group");
  experiment.data.task = FS_TASK_NEXT;
  assert_refused (text->str, &experiment, FS_MISMATCH, "split.method");
}

static void
test_groups_refused (void)
{
  FsExperiment experiment = plain_experiment (FS_SPLIT_GROUPED, 2, 1);
  assert_refused ("v\n1\n3\n2\n5\n6\n2\n4\n7\n", &experiment, FS_MISMATCH, "one group");
  experiment = sequence_experiment (FS_SPLIT_GROUPED);
  g_autofree char *torn = patients (true);
  assert_refused (torn, &experiment, FS_MISMATCH, "sequence s05");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/split/given/by-hand", test_given_by_hand);
  g_test_add_func ("/split/given/in-order", test_given_in_order);
  g_test_add_func ("/split/given/refused", test_given_refused);
  g_test_add_func ("/split/fitted-on-training-rows", test_fitted_on_training_rows);
  g_test_add_func ("/split/shuffled/lot", test_shuffled_lot);
  g_test_add_func ("/split/shuffled/by-definition", test_shuffled_by_definition);
  g_test_add_func ("/split/shuffled/gap", test_shuffled_gap);
  g_test_add_func ("/split/leak/nearest", test_leak_scores_better);
  g_test_add_func ("/split/leak/network", test_network_scores_better);
  g_test_add_func ("/split/groups/whole", test_groups_stay_whole);
  g_test_add_func ("/split/groups/given", test_sequences_as_given);
  g_test_add_func ("/split/groups/texts", test_texts);
  g_test_add_func ("/split/groups/refused", test_groups_refused);
  return g_test_run ();
}
