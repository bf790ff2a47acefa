/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The shapes on the way from the file to the forecast, and what the picture of the split says. */

#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/source.h"
#include "ui/views/prepare-windows.h"
#include "ui/views/window-picture.h"

static FsDataset *
prepare (const FsExperiment *experiment)
{
  FsFrame *frame = fs_source_load (experiment->data.source, NULL, NULL, NULL);
  FsDataset *dataset = NULL;

  g_assert_nonnull (frame);
  g_assert_cmpint (fs_dataset_new (&dataset, frame, experiment, NULL), ==, FS_OK);
  fs_frame_free (frame);
  return dataset;
}

static void
assert_stage (GPtrArray *stages, guint index, const char *name, const char *shape)
{
  const FsStage *stage = g_ptr_array_index (stages, index);

  g_assert_cmpstr (stage->name, ==, name);
  g_assert_cmpstr (stage->shape, ==, shape);
}

/* 144 months; a feature adds a column and loses rows, and the windows are as wide. */
static void
test_stages (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autoptr (GPtrArray) stages = NULL;
  FsDataset *dataset;

  fs_experiment_insert_step (&experiment, 1, FS_STEP_FEATURE, NULL);
  fs_experiment_set (&experiment, "prepare.1.lag=12", NULL);
  fs_experiment_set (&experiment, "window.length=10", NULL);
  fs_experiment_set (&experiment, "window.horizon=3", NULL);
  fs_experiment_set (&experiment, "train.batch=16", NULL);
  fs_experiment_set (&experiment, "model.layers.0.units=7", NULL);
  dataset = prepare (&experiment);
  stages = fs_stages_of (&experiment, dataset);
  g_assert_cmpuint (stages->len, ==, 10);
  assert_stage (stages, 0, "Table", "144 × 1");
  assert_stage (stages, 1, "Fill gaps", "144 × 1");
  assert_stage (stages, 2, "Add a feature", "144 × 2");
  assert_stage (stages, 3, "Scale", "144 × 2");
  /* 100 training rows, 12 without a past: 88 − 10 − 3 + 1 windows. */
  assert_stage (stages, 4, "Training windows", "76 × 10 × 2");
  assert_stage (stages, 5, "One batch", "16 × 10 × 2");
  assert_stage (stages, 6, "LSTM 7", "16 × 7");
  assert_stage (stages, 9, "Targets", "16 × 3");
  fs_dataset_free (dataset);
}

/* A text has one class, and no rows ahead. */
static void
test_classes (void)
{
  g_autofree FsExperiment *experiment = g_new (FsExperiment, 1);
  g_autofree char *path = fs_source_resolve_experiment ("builtin:few-sentences", NULL);
  g_autoptr (GPtrArray) stages = NULL;
  const FsStage *targets;
  FsDataset *dataset;

  g_assert_true (fs_experiment_file_load (experiment, path, NULL));
  fs_experiment_set (experiment, "train.batch=8", NULL);
  dataset = prepare (experiment);
  stages = fs_stages_of (experiment, dataset);
  targets = g_ptr_array_index (stages, stages->len - 1);
  assert_stage (stages, stages->len - 1, "Targets", "8");
  g_assert_cmpstr (targets->meaning, ==, "samples, a class each");
  fs_dataset_free (dataset);
}

/* A step that is off is no stage. */
static void
test_off (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autoptr (GPtrArray) stages = NULL;
  FsDataset *dataset;

  experiment.steps[0].is_enabled = false;
  dataset = prepare (&experiment);
  stages = fs_stages_of (&experiment, dataset);
  assert_stage (stages, 1, "Scale", "144 × 1");
  fs_dataset_free (dataset);
}

static void
test_words (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autofree char *words = NULL, *judgement = NULL, *clean = NULL;
  gboolean is_fair;
  FsDataset *dataset;

  fs_experiment_set (&experiment, "window.length=6", NULL);
  fs_experiment_set (&experiment, "split.purge=0", NULL);
  dataset = prepare (&experiment);
  words = fs_window_picture_describe (dataset, &experiment);
  judgement = fs_window_picture_judge (dataset, &experiment, &is_fair);
  g_assert_false (is_fair);
  g_assert_true (g_str_has_prefix (words, "Rows 1 to 100: train, 94 windows. Rows 101 to 122: "));
  g_assert_true (g_str_has_suffix (words, judgement));
  g_assert_true (g_str_has_prefix (judgement, "6 validation and 6 test windows look back"));
  fs_dataset_free (dataset);
  fs_experiment_set (&experiment, "split.purge=6", NULL);
  dataset = prepare (&experiment);
  clean = fs_window_picture_judge (dataset, &experiment, &is_fair);
  g_assert_true (is_fair);
  g_assert_cmpstr (clean, ==, "No window shares a row with another part.");
  fs_dataset_free (dataset);
}

/* 22 rows validate: a gap of 12 would leave 10 windows of them, and there is none. That is told without
 * alarm; the same windows without a gap because somebody chose so are one. */
static void
test_short_series (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autofree char *note = NULL, *alarm = NULL;
  gboolean is_fair;
  FsDataset *dataset;

  fs_experiment_set (&experiment, "window.length=12", NULL);
  dataset = prepare (&experiment);
  g_assert_cmpuint (dataset->purge, ==, 0);
  note = fs_window_picture_judge (dataset, &experiment, &is_fair);
  g_assert_true (is_fair);
  g_assert_nonnull (strstr (note,
                            "12 validation and 12 test windows look back over the border: the "
                            "series is short"));
  g_assert_nonnull (strstr (note, "gap of 12 rows would leave a part fewer than 16 windows"));
  fs_dataset_free (dataset);
  fs_experiment_set (&experiment, "split.purge=0", NULL);
  dataset = prepare (&experiment);
  alarm = fs_window_picture_judge (dataset, &experiment, &is_fair);
  g_assert_false (is_fair);
  g_assert_null (strstr (alarm, "short"));
  fs_dataset_free (dataset);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stages/shapes", test_stages);
  g_test_add_func ("/stages/classes", test_classes);
  g_test_add_func ("/stages/off", test_off);
  g_test_add_func ("/stages/words", test_words);
  g_test_add_func ("/stages/short-series", test_short_series);
  return g_test_run ();
}
