/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tasks other than the forecast, from the file to the losses: sequences of unequal length, texts and what
 * comes next. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/dataset.h"
#include "engine/series/read.h"
#include "engine/train/baselines.h"
#include "engine/train/buckets.h"
#include "engine/train/task.h"
#include "engine/prepare/text-prompt.h"
#include "engine/train/trainer-sample.h"
#include "engine/train/trainer.h"

/* ---- helpers ---- */

static FsFrame *
read_text (const char *text)
{
  FsFrame *frame = NULL;
  g_assert_cmpint (fs_frame_read (&frame, "test.csv", text, strlen (text), NULL, NULL), ==, FS_OK);
  return frame;
}

static FsFrame *
read_builtin (const char *name)
{
  FsFrame *frame = NULL;
  g_autofree char *path = g_build_filename (g_getenv ("FITSCOPE_DATA_DIR"), "series", name, NULL);
  g_assert_cmpint (fs_frame_read_file (&frame, path, NULL, NULL), ==, FS_OK);
  return frame;
}

static FsExperiment
experiment_of (FsTask task)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.task = task;
  experiment.n_steps = 0;
  fs_experiment_suit_task (&experiment);
  experiment.split.method = FS_SPLIT_CHRONOLOGICAL;
  experiment.split.train = 0.5;
  experiment.split.validation = 0.25;
  for (size_t i = 0; i < experiment.n_layers; i++)
    if (experiment.layers[i].kind == FS_LAYER_LSTM)
      experiment.layers[i].units = 9;
  experiment.train.epochs = 3;
  experiment.train.batch = 8;
  experiment.train.stop.patience = FS_NEVER;
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
                FsStatus expected,
                const char *where,
                const char *words)
{
  FsFrame *frame = read_text (text);
  FsDataset *dataset = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  const FsStatus status = fs_dataset_new (&dataset, frame, experiment, &problem);
  g_test_message ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  g_assert_cmpint (status, ==, expected);
  g_assert_null (dataset);
  g_assert_cmpstr (problem.where, ==, where);
  g_assert_nonnull (strstr (sentence, words));
  fs_frame_free (frame);
}

/* Losses of every epoch, with so many threads. */
static void
train (const FsDataset *dataset,
       const FsExperiment *experiment,
       unsigned n_threads,
       double *losses,
       FsTrainer **kept,
       FsPool **kept_pool)
{
  FsPool *pool = NULL;
  FsTrainer *trainer = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  g_assert_cmpint (fs_pool_new (&pool, n_threads, NULL), ==, FS_OK);
  if (fs_trainer_new (&trainer, experiment, dataset, pool, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    ;
  const FsHistory *history = fs_trainer_history (trainer);
  g_assert_cmpuint (history->n_observations, ==, (guint64) experiment->train.epochs);
  for (size_t i = 0; i < history->n_observations; i++)
    {
      losses[2 * i] = history->observations[i].train_loss;
      losses[2 * i + 1] = history->observations[i].validation_loss;
    }
  if (kept)
    {
      *kept = trainer;
      *kept_pool = pool;
      return;
    }
  fs_trainer_free (trainer);
  fs_pool_free (pool);
}

/* ---- sequences ---- */

/* Rows of b lie between those of a; times go back. The answer stands in one row only. */
static const char mixed[] = "id,time,x,y,class\n"
                            "a,2,12,1,red\nb,1,21,1,blue\na,1,11,1,red\nb,2,22,1,\na,3,13,1,red\n"
                            "c,1,31,2,blue\nd,1,41,2,red\nd,2,42,2,red\n";

static FsExperiment
mixed_experiment (FsTask task)
{
  FsExperiment experiment = experiment_of (task);
  g_strlcpy (experiment.data.sequence, "id", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.time, "time", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.target, task == FS_TASK_CLASSIFY ? "class" : "y", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.inputs[0], "x", FS_TEXT_SIZE);
  experiment.data.n_inputs = 1;
  return experiment;
}

static void
assert_window (const FsDataset *dataset, FsPart part, uint32_t window, const double *expected)
{
  FsReal x[16], y[16];
  uint32_t length;
  fs_dataset_gather (dataset, part, &window, 1, x, y);
  for (size_t t = 0; t < dataset->length; t++)
    g_assert_cmpfloat (x[t], ==, (FsReal) expected[t]);
  g_assert_cmpfloat (y[0], ==, (FsReal) expected[dataset->length]);
  const uint32_t *lengths = fs_dataset_lengths (dataset, part, &window, 1, &length);
  g_assert_cmpint (lengths != NULL, ==, dataset->is_masked);
}

static void
test_sequences_by_hand (void)
{
  FsFrame *frame = read_text (mixed);
  FsExperiment experiment = mixed_experiment (FS_TASK_CLASSIFY);
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->n_channels, ==, 1);
  g_assert_cmpuint (dataset->length, ==, 3);
  g_assert_cmpuint (dataset->n_classes, ==, 2);
  g_assert_cmpuint (dataset->n_outputs, ==, 2);
  g_assert_cmpstr (dataset->class_names[0], ==, "blue");
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 2);
  g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].n, ==, 1);
  g_assert_cmpuint (dataset->windows[FS_PART_TEST].n, ==, 1);
  g_assert_cmpuint (dataset->part_ends[FS_PART_TRAIN], ==, 5);
  g_assert_cmpstr (dataset->windows[FS_PART_TEST].names[0], ==, "d");
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].lengths[1], ==, 2);
  assert_window (dataset, FS_PART_TRAIN, 0, (double[]){ 11, 12, 13, 1 });
  assert_window (dataset, FS_PART_TRAIN, 1, (double[]){ 21, 22, 0, 0 });
  assert_window (dataset, FS_PART_VALIDATION, 0, (double[]){ 31, 0, 0, 0 });
  fs_dataset_free (dataset);

  /* Padding before, without a mask; the longest cut at its beginning or its end. */
  experiment.window.is_masked = false;
  experiment.window.padding = FS_AT_START;
  dataset = make_dataset (frame, &experiment);
  assert_window (dataset, FS_PART_TRAIN, 1, (double[]){ 0, 21, 22, 0 });
  fs_dataset_free (dataset);
  experiment.window.longest = 2;
  dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->length, ==, 2);
  assert_window (dataset, FS_PART_TRAIN, 0, (double[]){ 11, 12, 1 });
  fs_dataset_free (dataset);
  experiment.window.truncation = FS_AT_START;
  dataset = make_dataset (frame, &experiment);
  assert_window (dataset, FS_PART_TRAIN, 0, (double[]){ 12, 13, 1 });
  fs_dataset_free (dataset);

  experiment = mixed_experiment (FS_TASK_REGRESS);
  experiment.split.train = 0.75;
  dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->n_outputs, ==, 1);
  assert_window (dataset, FS_PART_TRAIN, 2, (double[]){ 31, 0, 0, 2 });
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

static void
test_sequences_refused (void)
{
  FsExperiment experiment = mixed_experiment (FS_TASK_CLASSIFY);
  assert_refused ("id,time,x,y,class\na,1,1,1,red\na,2,1,1,blue\nb,1,1,1,red\n", &experiment,
                  FS_MISMATCH, "data.target", "sequence a has two different ones");
  assert_refused ("id,time,x,y,class\na,1,1,1,red\nb,2,1,1,\nc,1,1,1,blue\n", &experiment,
                  FS_MALFORMED, "data.target", "no row of sequence b");
  assert_refused ("id,time,x,y,class\na,1,1,1,red\n,2,1,1,blue\nc,1,1,1,blue\n", &experiment,
                  FS_MALFORMED, "data.sequence", "row 2");
  assert_refused ("id,time,x,y,class\na,1,1,1,red\nb,1,1,1,red\nc,1,1,1,red\nd,1,1,1,blue\n",
                  &experiment, FS_TOO_LITTLE, "data.target", "training part");
  assert_refused ("id,time,x,y,class\na,1,1,1,red\nb,1,1,1,red\nc,1,1,1,red\nd,1,1,1,red\n",
                  &experiment, FS_CONSTANT, "data.target", "one class");
  experiment.steps[experiment.n_steps++] = fs_step_spec_default (FS_STEP_DIFFERENCE);
  assert_refused (mixed, &experiment, FS_MISMATCH, "prepare.0", "one sequence into the next");
  experiment.n_steps = 0;
  experiment.train.loss = FS_LOSS_BINARY_CROSS_ENTROPY;
  assert_refused ("id,time,x,y,class\na,1,1,1,red\nb,1,1,1,blue\nc,1,1,1,green\nd,1,1,1,red\n"
                  "e,1,1,1,red\nf,1,2,2,red\n",
                  &experiment, FS_MISMATCH, "train.loss", "3 classes");
  experiment = mixed_experiment (FS_TASK_REGRESS);
  assert_refused ("id,time,x,y,class\na,1,1,1,red\nb,1,1,1,blue\nc,1,1,3,red\nd,1,1,2,red\n",
                  &experiment, FS_CONSTANT, "data.target", "same for every training sequence");
  g_strlcpy (experiment.data.sequence, "sequense", FS_TEXT_SIZE);
  assert_refused (mixed, &experiment, FS_NOT_FOUND, "data.sequence", "no such column");
}

/* The recipe sees training sequences alone, whatever stands in the others. */
static void
test_sequences_do_not_leak (void)
{
  double centre[2];
  for (int round = 0; round < 2; round++)
    {
      FsFrame *frame = read_text (round == 0 ? mixed
                                             : "id,time,x,y,class\n"
                                               "a,2,12,1,red\nb,1,21,1,blue\na,1,11,1,red\n"
                                               "b,2,22,1,\na,3,13,1,red\nc,1,9e9,2,blue\n"
                                               "d,1,-9e9,2,red\nd,2,9e9,2,red\n");
      FsExperiment experiment = mixed_experiment (FS_TASK_CLASSIFY);
      experiment.steps[experiment.n_steps++] = fs_step_spec_default (FS_STEP_SCALE);
      FsDataset *dataset = make_dataset (frame, &experiment);
      centre[round] = (double) dataset->inputs[0];
      fs_dataset_free (dataset);
      fs_frame_free (frame);
    }
  g_assert_cmpfloat (centre[0], ==, centre[1]);
}

/* Every class has its share in every part, and the lot decides which sequences those are. */
static void
test_shuffled_split (void)
{
  FsFrame *frame = read_builtin ("chick_weight.csv");
  FsExperiment experiment = experiment_of (FS_TASK_CLASSIFY);
  g_strlcpy (experiment.data.target, "diet", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.sequence, "chick", FS_TEXT_SIZE);
  experiment.split.method = FS_SPLIT_SHUFFLED;
  char *first[2];
  for (int lot = 0; lot < 2; lot++)
    {
      experiment.split.seed = lot;
      FsDataset *dataset = make_dataset (frame, &experiment);
      const size_t members[4] = { 20, 10, 10, 10 };
      for (int part = 0; part < FS_N_PARTS; part++)
        {
          size_t counts[4] = { 0 };
          const double share = part == FS_PART_TRAIN ? 0.5 : 0.25;
          for (size_t w = 0; w < dataset->windows[part].n; w++)
            counts[(size_t) dataset->target_raw[dataset->windows[part].starts[w]]]++;
          for (size_t k = 0; k < 4; k++)
            g_assert_cmpfloat (fabs ((double) counts[k] - share * (double) members[k]), <=, 1);
        }
      GString *names = g_string_new (NULL);
      for (size_t w = 0; w < dataset->windows[FS_PART_TRAIN].n; w++)
        g_string_append_printf (names, "%s ", dataset->windows[FS_PART_TRAIN].names[w]);
      first[lot] = g_string_free (names, FALSE);
      fs_dataset_free (dataset);
    }
  g_assert_cmpstr (first[0], !=, first[1]);
  g_free (first[0]);
  g_free (first[1]);
  fs_frame_free (frame);
}

/* More padding than needed changes no bit of any loss, and threads do not either. */
static void
test_padding_changes_nothing (void)
{
  FsFrame *frame = read_builtin ("synthetic_waves_varlen.csv");
  FsExperiment experiment = experiment_of (FS_TASK_CLASSIFY);
  g_strlcpy (experiment.data.target, "wave", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.sequence, "sequence", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.time, "step", FS_TEXT_SIZE);
  experiment.train.batch = 64;
  experiment.train.epochs = 2;
  FsDataset *dataset = make_dataset (frame, &experiment);
  double tight[4], loose[4], unmasked[4];
  train (dataset, &experiment, 1, tight, NULL, NULL);
  dataset->length += 13;
  train (dataset, &experiment, 3, loose, NULL, NULL);
  g_assert_cmpmem (tight, sizeof tight, loose, sizeof loose);
  /* Padding before instead of behind is the same, too. */
  dataset->length -= 13;
  dataset->padding = FS_AT_START;
  train (dataset, &experiment, 1, loose, NULL, NULL);
  g_assert_cmpmem (tight, sizeof tight, loose, sizeof loose);
  dataset->is_masked = false;
  train (dataset, &experiment, 1, unmasked, NULL, NULL);
  g_assert_cmpfloat (unmasked[0], !=, tight[0]);
  dataset->length += 13;
  train (dataset, &experiment, 1, loose, NULL, NULL);
  g_assert_cmpfloat (unmasked[0], !=, loose[0]);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

/* ---- class weights and baselines ---- */

static void
test_class_weights (void)
{
  FsFrame *frame = read_text (mixed);
  FsExperiment experiment = mixed_experiment (FS_TASK_CLASSIFY);
  experiment.split.train = 0.75;
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_null (dataset->class_weights);
  FsBaselines baselines;
  g_assert_cmpint (
      fs_baselines_compute (&baselines, dataset, fs_task_loss (&experiment, dataset), NULL), ==,
      FS_OK);
  /* Two of three are blue, and the one to be tested is red. */
  g_assert_true (baselines.is_of_classes);
  g_assert_cmpfloat_with_epsilon (baselines.parts[FS_PART_TRAIN].mean,
                                  -(2 * log (2.0 / 3) + log (1.0 / 3)) / 3, 1e-15);
  g_assert_cmpfloat_with_epsilon (baselines.parts[FS_PART_VALIDATION].mean, log (3), 1e-15);
  g_assert_cmpfloat (baselines.parts[FS_PART_VALIDATION].majority_accuracy, ==, 0);
  g_assert_cmpfloat_with_epsilon (baselines.parts[FS_PART_TRAIN].majority_accuracy, 2.0 / 3, 1e-15);
  g_assert_true (isnan (baselines.parts[FS_PART_TRAIN].persistence));
  fs_dataset_free (dataset);

  experiment.train.class_weights = FS_CLASS_WEIGHTS_BALANCED;
  dataset = make_dataset (frame, &experiment);
  g_assert_cmpfloat_with_epsilon (dataset->class_weights[0], 3 / (2 * 2.0), 1e-15);
  g_assert_cmpfloat_with_epsilon (dataset->class_weights[1], 3 / (2 * 1.0), 1e-15);
  g_assert_cmpint (
      fs_baselines_compute (&baselines, dataset, fs_task_loss (&experiment, dataset), NULL), ==,
      FS_OK);
  /* Balanced shares are equal. */
  g_assert_cmpfloat_with_epsilon (baselines.parts[FS_PART_TRAIN].mean, log (2), 1e-15);
  fs_dataset_free (dataset);

  experiment.train.class_weights = FS_CLASS_WEIGHTS_GIVEN;
  g_strlcpy (experiment.train.class_weight_list, " red: 2.5 ,blue 0.5", FS_TEXT_SIZE);
  dataset = make_dataset (frame, &experiment);
  g_assert_cmpfloat (dataset->class_weights[0], ==, 0.5);
  g_assert_cmpfloat (dataset->class_weights[1], ==, 2.5);
  fs_dataset_free (dataset);
  g_strlcpy (experiment.train.class_weight_list, "red 2, green 1", FS_TEXT_SIZE);
  assert_refused (mixed, &experiment, FS_MISMATCH, "train.class_weight_list", "green");
  g_strlcpy (experiment.train.class_weight_list, "red -2", FS_TEXT_SIZE);
  assert_refused (mixed, &experiment, FS_MISMATCH, "train.class_weight_list", "red -2");
  fs_frame_free (frame);
}

/* ---- buckets ---- */

static void
test_buckets (void)
{
  enum
  {
    N = 1003,
    BATCH = 8
  };
  uint32_t lengths[N], order[N], again[N];
  gboolean seen[N] = { FALSE };
  size_t padded = 0, padded_before = 0;
  for (uint32_t i = 0; i < N; i++)
    {
      lengths[i] = 1 + i * 7919 % 61;
      order[i] = again[i] = i;
    }
  for (int round = 0; round < 2; round++)
    fs_buckets_order (round ? again : order, N, lengths, BATCH,
                      fs_random (3, FS_STREAM_ORDER, 1, 1));
  g_assert_cmpmem (order, sizeof order, again, sizeof again);
  for (size_t i = 0; i < N; i++)
    {
      g_assert_false (seen[order[i]]);
      seen[order[i]] = TRUE;
    }
  for (size_t first = 0; first < N; first += BATCH)
    {
      uint32_t longest = 0, longest_before = 0;
      const size_t end = MIN (first + BATCH, N);
      for (size_t i = first; i < end; i++)
        {
          longest = MAX (longest, lengths[order[i]]);
          longest_before = MAX (longest_before, lengths[i]);
        }
      for (size_t i = first; i < end; i++)
        {
          padded += longest - lengths[order[i]];
          padded_before += longest_before - lengths[i];
        }
    }
  g_test_message ("padding %zu steps instead of %zu", padded, padded_before);
  g_assert_cmpuint (10 * padded, <, padded_before);
  /* Another epoch has other batches. */
  fs_buckets_order (again, N, lengths, BATCH, fs_random (3, FS_STREAM_ORDER, 2, 1));
  g_assert_cmpint (memcmp (order, again, sizeof order), !=, 0);
}

/* ---- texts ---- */

static const char reviews[] = "review,mood\n"
                              "Good good film,up\nbad film,down\n,up\na good one,up\n"
                              "bad bad bad,down\nunheard of,down\n(!),up\n";

static void
test_texts_by_hand (void)
{
  FsFrame *frame = read_text (reviews);
  FsExperiment experiment = experiment_of (FS_TASK_TEXT);
  g_strlcpy (experiment.data.text, "review", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.target, "mood", FS_TEXT_SIZE);
  FsDataset *dataset = make_dataset (frame, &experiment);
  /* Six rows have a text; three train. Words: good 3, film 2, then bad, a, one in order. */
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 3);
  g_assert_cmpuint (fs_vocabulary_size (dataset->vocabulary), ==, 7);
  g_assert_cmpuint (dataset->length, ==, 3);
  assert_window (dataset, FS_PART_TRAIN, 0, (double[]){ 2, 2, 3, 1 });
  assert_window (dataset, FS_PART_TRAIN, 1, (double[]){ 4, 3, 0, 0 });
  assert_window (dataset, FS_PART_TRAIN, 2, (double[]){ 5, 2, 6, 1 });
  /* Words of later parts alone are unknown; a text without a word has none. */
  assert_window (dataset, FS_PART_TEST, 0, (double[]){ 1, 1, 0, 0 });
  assert_window (dataset, FS_PART_TEST, 1, (double[]){ 0, 0, 0, 1 });
  g_assert_cmpuint (dataset->windows[FS_PART_TEST].lengths[1], ==, 0);
  g_assert_cmpstr (dataset->windows[FS_PART_TEST].names[0], ==, "unheard of");
  double losses[6], threaded[6];
  train (dataset, &experiment, 1, losses, NULL, NULL);
  train (dataset, &experiment, 3, threaded, NULL, NULL);
  g_assert_cmpmem (losses, sizeof losses, threaded, sizeof threaded);
  g_assert_true (isfinite (losses[5]));
  fs_dataset_free (dataset);

  /* An embedding in another place, none, and one where there are no words. */
  experiment.data.task = FS_TASK_TEXT;
  fs_experiment_remove_layer (&experiment, 0);
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_MISMATCH);
  experiment.data.task = FS_TASK_FORECAST;
  experiment.train.loss = FS_LOSS_MSE;
  fs_experiment_insert_layer (&experiment, 0, FS_LAYER_EMBEDDING, NULL);
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_MISMATCH);
  fs_frame_free (frame);
}

static void
test_next_by_hand (void)
{
  FsFrame *frame = read_text ("text\nabcabcabcabd\nabcabcabcabc\n");
  FsExperiment experiment = experiment_of (FS_TASK_NEXT);
  experiment.text.unit = FS_TEXT_UNIT_CHARACTERS;
  experiment.window.length = 5;
  g_strlcpy (experiment.data.text, "text", FS_TEXT_SIZE);
  FsDataset *dataset = make_dataset (frame, &experiment);
  /* 26 characters with the ends of lines: 13 train, 6 validate, 7 test. */
  g_assert_cmpuint (dataset->part_ends[FS_PART_TRAIN], ==, 13);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 3);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].lengths[2], ==, 2);
  FsReal x[15], y[15];
  const uint32_t which[3] = { 0, 1, 2 };
  fs_dataset_gather (dataset, FS_PART_TRAIN, which, 3, x, y);
  /* What is read and what is to be found, of the first window: a b c a b → b c a b c. */
  for (size_t t = 0; t + 1 < 5; t++)
    g_assert_cmpfloat (y[t * 3], ==, x[(t + 1) * 3]);
  g_assert_cmpfloat (y[4 * 3], ==, x[1]); /* the second window goes on from there */
  g_assert_cmpfloat (y[2 * 3 + 2], ==, -1);
  g_assert_cmpfloat (x[2 * 3 + 2], ==, 0);
  FsBaselines baselines;
  g_assert_cmpint (
      fs_baselines_compute (&baselines, dataset, fs_task_loss (&experiment, dataset), NULL), ==,
      FS_OK);
  g_assert_true (isfinite (baselines.parts[FS_PART_VALIDATION].mean));
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

/* A text that repeats itself is learned, and what the network then writes repeats it, by the seed. */
static void
test_sample (void)
{
  GString *text = g_string_new ("text\n");
  for (int i = 0; i < 60; i++)
    g_string_append (text, "the cat sat on the mat and\n");
  FsFrame *frame = read_text (text->str);
  FsExperiment experiment = experiment_of (FS_TASK_NEXT);
  experiment.text.unit = FS_TEXT_UNIT_CHARACTERS;
  experiment.window.length = 16;
  experiment.train.epochs = 40;
  experiment.train.learning_rate = 0.02;
  experiment.layers[1].units = 24;
  experiment.text.temperature = 0;
  FsDataset *dataset = make_dataset (frame, &experiment);
  double losses[80];
  FsTrainer *trainer;
  FsPool *pool;
  train (dataset, &experiment, 1, losses, &trainer, &pool);
  g_test_message ("perplexity %.3f", exp (losses[79]));
  g_assert_cmpfloat (exp (losses[79]), <, 1.3);
  char *written[4];
  for (int i = 0; i < 2; i++)
    g_assert_cmpint (fs_trainer_sample (trainer, NULL, 40, &written[i], NULL), ==, FS_OK);
  g_assert_cmpstr (written[0], ==, written[1]);
  g_test_message ("%s", written[0]);
  g_assert_cmpuint (strlen (written[0]), ==, FS_SAMPLE_CHARACTERS);
  g_assert_nonnull (strstr (written[0], "the mat and"));
  /* With a temperature the epoch decides, and the same one again says the same. */
  fs_trainer_free (trainer);
  fs_pool_free (pool);
  experiment.text.temperature = 1.5;
  experiment.train.epochs = 3;
  train (dataset, &experiment, 1, losses, &trainer, &pool);
  g_assert_cmpint (fs_trainer_sample (trainer, NULL, 1, &written[2], NULL), ==, FS_OK);
  g_assert_cmpint (
      fs_trainer_sample (trainer, fs_trainer_last_weights (trainer), 1, &written[3], NULL), ==,
      FS_OK);
  g_assert_cmpstr (written[2], ==, written[3]);
  g_free (written[3]);
  g_assert_cmpint (fs_trainer_sample (trainer, NULL, 2, &written[3], NULL), ==, FS_OK);
  g_assert_cmpstr (written[2], !=, written[3]);
  for (int i = 0; i < 4; i++)
    g_free (written[i]);
  fs_trainer_free (trainer);
  fs_pool_free (pool);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
  g_string_free (text, TRUE);
}

/* ---- what a sample begins with ---- */

static void
test_prompt (void)
{
  FsFrame *frame = read_text ("text\nThe cat sat. The dog ran.\nthe cat ran\nthe dog sat\n");
  FsExperiment experiment = experiment_of (FS_TASK_NEXT);
  experiment.text.unit = FS_TEXT_UNIT_WORDS;
  experiment.window.length = 3;
  FsDataset *dataset = make_dataset (frame, &experiment);
  int32_t ids[4];
  size_t n;
  char *unknown;
  const char *typed = "The zebra, a dog; a quark, The cat";
  g_assert_cmpint (fs_prompt_read (dataset->vocabulary, typed, ids, 4, &n), ==, FS_OK);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpstr (fs_vocabulary_word (dataset->vocabulary, ids[0]), ==, "the");
  g_assert_cmpstr (fs_vocabulary_word (dataset->vocabulary, ids[1]), ==, "dog");
  g_assert_cmpint (ids[2], ==, ids[0]);
  /* No more than there is room for. */
  g_assert_cmpint (fs_prompt_read (dataset->vocabulary, typed, ids, 1, &n), ==, FS_OK);
  g_assert_cmpuint (n, ==, 1);
  /* Each unknown one once, in the order in which they were typed. */
  g_assert_cmpint (fs_prompt_unknown (dataset->vocabulary, typed, &unknown), ==, FS_OK);
  g_assert_cmpstr (unknown, ==, "zebra, a, quark");
  free (unknown);
  g_assert_cmpint (fs_prompt_unknown (dataset->vocabulary, "the dog", &unknown), ==, FS_OK);
  g_assert_null (unknown);
  g_assert_cmpint (fs_prompt_read (dataset->vocabulary, "", ids, 4, &n), ==, FS_OK);
  g_assert_cmpuint (n, ==, 0);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

/* Trains to the end; with `is_disturbed` a sample is written after every piece of work, each with another
 * beginning and temperature. Returns the weights, to be freed. */
static FsReal *
train_and_write (const FsDataset *dataset,
                 const FsExperiment *experiment,
                 bool is_disturbed,
                 size_t *n)
{
  static const char *const prompts[] = { "the cat", "dog zebra", "", "quark" };
  static const char *const temperatures[] = { "0.2", "1.5", "0", "0.7", "1" };
  FsPool *pool = NULL;
  FsTrainer *trainer = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 1, NULL), ==, FS_OK);
  g_assert_cmpint (fs_trainer_new (&trainer, experiment, dataset, pool, NULL), ==, FS_OK);
  for (size_t i = 0; fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END && is_disturbed; i++)
    {
      char *text;
      g_assert_cmpint (fs_trainer_set_shown (trainer, "text.prompt", prompts[i % 4], NULL), ==,
                       FS_OK);
      g_assert_cmpint (
          fs_trainer_set_shown (trainer, "text.temperature", temperatures[i % 5], NULL), ==, FS_OK);
      g_assert_cmpint (fs_trainer_sample (trainer, NULL, (uint32_t) i, &text, NULL), ==, FS_OK);
      if (i % 4 < 2)
        g_assert_true (g_str_has_prefix (text, i % 4 == 0 ? "the cat " : "dog "));
      g_free (text);
    }
  while (fs_trainer_advance (trainer, NULL) != FS_ADVANCED_END)
    ;
  g_assert_cmpuint (fs_trainer_history (trainer)->n_events, ==, 0);
  *n = fs_network_tensors (fs_trainer_network (trainer))->size * sizeof (FsReal);
  FsReal *weights = g_memdup2 (fs_trainer_last_weights (trainer), *n);
  /* What is trained is no matter of showing. */
  g_assert_cmpint (fs_trainer_set_shown (trainer, "train.learning_rate", "0.5", NULL), ==,
                   FS_UNKNOWN_KEY);
  g_assert_cmpint (fs_trainer_set (trainer, "text.temperature", 0.5, NULL), ==, FS_UNKNOWN_KEY);
  fs_trainer_free (trainer);
  fs_pool_free (pool);
  return weights;
}

static void
test_writing_leaves_no_trace (void)
{
  GString *text = g_string_new ("text\n");
  for (int i = 0; i < 30; i++)
    g_string_append (text, i % 3 ? "the cat sat on the mat\n" : "the dog ran to the cat\n");
  FsFrame *frame = read_text (text->str);
  for (int stateful = FS_STATEFUL_OFF; stateful <= FS_STATEFUL_EPOCH; stateful++)
    {
      FsExperiment experiment = experiment_of (FS_TASK_NEXT);
      size_t n, n_disturbed;
      experiment.text.unit = FS_TEXT_UNIT_WORDS;
      experiment.window.length = 5;
      experiment.train.batch = 8;
      experiment.train.epochs = 4;
      experiment.train.is_shuffled = stateful == FS_STATEFUL_OFF;
      experiment.train.stateful = (FsStateful) stateful;
      FsDataset *dataset = make_dataset (frame, &experiment);
      FsReal *alone = train_and_write (dataset, &experiment, false, &n);
      FsReal *disturbed = train_and_write (dataset, &experiment, true, &n_disturbed);
      g_assert_cmpmem (alone, n, disturbed, n_disturbed);
      g_free (alone);
      g_free (disturbed);
      fs_dataset_free (dataset);
    }
  fs_frame_free (frame);
  g_string_free (text, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tasks/sequences-by-hand", test_sequences_by_hand);
  g_test_add_func ("/tasks/sequences-refused", test_sequences_refused);
  g_test_add_func ("/tasks/sequences-do-not-leak", test_sequences_do_not_leak);
  g_test_add_func ("/tasks/shuffled-split", test_shuffled_split);
  g_test_add_func ("/tasks/padding-changes-nothing", test_padding_changes_nothing);
  g_test_add_func ("/tasks/class-weights", test_class_weights);
  g_test_add_func ("/tasks/buckets", test_buckets);
  g_test_add_func ("/tasks/texts-by-hand", test_texts_by_hand);
  g_test_add_func ("/tasks/next-by-hand", test_next_by_hand);
  g_test_add_func ("/tasks/sample", test_sample);
  g_test_add_func ("/tasks/prompt", test_prompt);
  g_test_add_func ("/tasks/writing-leaves-no-trace", test_writing_leaves_no_trace);
  return g_test_run ();
}
