/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Splits, windows and seasons: which rows a window may see, and the sentences when there are none. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/prepare/dataset.h"
#include "engine/series/season.h"
#include "engine/series/read.h"

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

/* "t,v" with n rows, v = 100 + t. */
static FsFrame *
counting_frame (int n)
{
  GString *text = g_string_new ("date_no,v,w\n");
  for (int t = 0; t < n; t++)
    g_string_append_printf (text, "%d,%d,%d\n", t, 100 + t, -t);
  FsFrame *frame = read_text (text->str);
  g_string_free (text, TRUE);
  return frame;
}

static FsExperiment
plain_experiment (int64_t length, int64_t horizon)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.source[0] = experiment.data.target[0] = experiment.data.time[0] = '\0';
  experiment.n_steps = 0;
  experiment.window.length = length;
  experiment.window.horizon = horizon;
  experiment.window.stride = 1;
  experiment.split.train = 0.7;
  experiment.split.validation = 0.15;
  experiment.split.purge = FS_AUTO;
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

/* Every split, length, horizon, stride and purge of a small range, against the definition. */
static void
test_windows_by_definition (void)
{
  FsFrame *frame = counting_frame (60);
  for (int length = 1; length <= 12; length += 3)
    for (int horizon = 1; horizon <= 4; horizon++)
      for (int stride = 1; stride <= 3; stride++)
        for (int purge = -1; purge <= 8; purge += 3)
          {
            FsExperiment experiment = plain_experiment (length, horizon);
            experiment.window.stride = stride;
            experiment.split.purge = purge;
            FsDataset *dataset = NULL;
            if (fs_dataset_new (&dataset, frame, &experiment, NULL) != FS_OK)
              {
                g_assert_cmpint (9, <, purge + horizon); /* the validation part has nine rows */
                continue;
              }
            g_assert_cmpuint (dataset->part_ends[0], ==, 42);
            g_assert_cmpuint (dataset->part_ends[1], ==, 51);
            g_assert_cmpuint (dataset->part_ends[2], ==, 60);
            for (int part = 0; part < FS_N_PARTS; part++)
              {
                size_t begin = part ? dataset->part_ends[part - 1] : 0, n = 0, next = 0;
                for (size_t s = 0; s + length + horizon <= 60; s++)
                  {
                    size_t first = s + length, last = first + horizon - 1;
                    if (first < begin + (part ? dataset->purge : 0)
                        || last >= dataset->part_ends[part] || s < next)
                      continue;
                    g_assert_cmpuint (n, <, dataset->windows[part].n);
                    g_assert_cmpuint (dataset->windows[part].starts[n], ==, s);
                    next = s + stride;
                    n++;
                  }
                g_assert_cmpuint (n, ==, dataset->windows[part].n);
              }
            fs_dataset_free (dataset);
          }
  fs_frame_free (frame);
}

static void
test_auto_purge (void)
{
  /* 1,000 rows, parts of 150: 150 - 24 - 1 + 1 = 126 windows stay. */
  FsFrame *frame = counting_frame (1000);
  FsExperiment experiment = plain_experiment (24, 1);
  FsDataset *dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->purge, ==, 24);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 700 - 24);
  g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].n, ==, 126);
  /* No validation window looks at a row that a training window used. */
  g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].starts[0], ==, 700);
  fs_dataset_free (dataset);
  fs_frame_free (frame);

  frame = read_builtin ("air_passengers.csv");
  dataset = make_dataset (frame, &experiment);
  g_assert_cmpuint (dataset->purge, ==, 0);
  g_assert_cmpuint (dataset->part_ends[FS_PART_TRAIN], ==, 100);
  g_assert_cmpuint (dataset->part_ends[FS_PART_VALIDATION], ==, 122);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, 76);
  g_assert_cmpuint (dataset->windows[FS_PART_VALIDATION].n, ==, 22);
  g_assert_cmpuint (dataset->windows[FS_PART_TEST].n, ==, 22);
  g_assert_true (dataset->has_dates);
  g_assert_cmpfloat (dataset->times[0], ==, -662688000.0);
  g_assert_cmpuint (dataset->frame_hash, ==, frame->hash);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

static void
test_gather (void)
{
  FsFrame *frame = counting_frame (50);
  FsExperiment experiment = plain_experiment (3, 2);
  g_strlcpy (experiment.data.target, "v", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.inputs[0], "w", FS_TEXT_SIZE);
  experiment.data.n_inputs = 1;
  FsDataset *dataset = make_dataset (frame, &experiment);
  uint32_t which[] = { 5, 0 };
  FsReal x[3 * 2 * 2], y[2 * 2];
  fs_dataset_gather (dataset, FS_PART_TRAIN, which, 2, x, y);
  for (int t = 0; t < 3; t++)
    for (int b = 0; b < 2; b++)
      {
        g_assert_cmpfloat (x[(t * 2 + b) * 2], ==, 100 + (int) which[b] + t);
        g_assert_cmpfloat (x[(t * 2 + b) * 2 + 1], ==, -((int) which[b] + t));
      }
  for (int b = 0; b < 2; b++)
    for (int h = 0; h < 2; h++)
      g_assert_cmpfloat (y[b * 2 + h], ==, 100 + (int) which[b] + 3 + h);
  fs_dataset_gather (dataset, FS_PART_TEST, which, 1, x, NULL);
  g_assert_cmpfloat (x[0], ==, 100 + dataset->windows[FS_PART_TEST].starts[5]);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

static void
assert_refused (const char *text, FsExperiment experiment, FsStatus status, const char *pattern)
{
  FsFrame *frame = read_text (text);
  FsDataset *dataset = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  g_assert_cmpint (fs_dataset_new (&dataset, frame, &experiment, &problem), ==, status);
  g_assert_null (dataset);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  if (!g_pattern_match_simple (pattern, sentence))
    g_error ("\u201c%s\u201d is not like \u201c%s\u201d", sentence, pattern);
  fs_frame_free (frame);
}

static void
test_refusals (void)
{
  static const char rows[] =
      "date,sales,shop,same\n2020-01-01,1,a,4\n2020-01-02,2,a,4\n2020-01-03,3,b,4\n"
      "2020-01-04,4,b,4\n2020-01-05,5,a,4\n2020-01-06,6,a,4\n2020-01-07,7,b,4\n";
  FsExperiment experiment = plain_experiment (2, 1);

  FsExperiment e = experiment;
  g_strlcpy (e.data.target, "sale", FS_TEXT_SIZE);
  assert_refused (rows, e, FS_NOT_FOUND, "data.target: *sale*did you mean*sales*");
  g_strlcpy (e.data.target, "shop", FS_TEXT_SIZE);
  assert_refused (rows, e, FS_WRONG_TYPE, "data.target: *shop*words*");
  g_strlcpy (e.data.target, "date", FS_TEXT_SIZE);
  assert_refused (rows, e, FS_WRONG_TYPE, "data.target: *date*dates*");
  g_strlcpy (e.data.target, "same", FS_TEXT_SIZE);
  assert_refused (rows, e, FS_CONSTANT, "data.target: *same*same value*");

  e = experiment;
  e.data.n_inputs = 1;
  g_strlcpy (e.data.inputs[0], "sales", FS_TEXT_SIZE);
  assert_refused (rows, e, FS_MISMATCH, "data.inputs: *sales*target*");
  g_strlcpy (e.data.inputs[0], "shop", FS_TEXT_SIZE);
  assert_refused (rows, e, FS_WRONG_TYPE, "data.inputs: *shop*words*");
  g_strlcpy (e.data.inputs[0], "same", FS_TEXT_SIZE);
  g_strlcpy (e.data.inputs[1], "same", FS_TEXT_SIZE);
  e.data.n_inputs = 2;
  assert_refused (rows, e, FS_MISMATCH, "data.inputs: *same*twice*");

  e = experiment;
  g_strlcpy (e.data.time, "shop", FS_TEXT_SIZE);
  assert_refused (rows, e, FS_WRONG_TYPE, "data.time: *shop*");
  e = experiment;
  e.window.length = 24;
  assert_refused (rows, e, FS_TOO_LITTLE,
                  "split.train: *training part has 4 of the 7 rows*needs 25*");
  e.window.length = INT64_MAX;
  e.window.horizon = INT64_MAX;
  assert_refused (rows, e, FS_TOO_LITTLE, "split.train: *");
  e = experiment;
  e.split.purge = INT64_MAX;
  assert_refused (rows, e, FS_TOO_LITTLE, "split.validation: *");
  assert_refused ("a,b\nx,y\nz,w\n", experiment, FS_WRONG_TYPE,
                  "data.target: *no column of numbers*");
  e = experiment;
  assert_refused ("v\n1\n2\n\n4\n5\nNA\n7\n8\n9\n10\n11\n12\n", e, FS_MALFORMED,
                  "v: *row 5 is missing*impute*");
}

/* The newest row first: the same windows as the oldest first. */
static void
test_descending (void)
{
  GString *up = g_string_new ("date,v\n"), *down = g_string_new ("date,v\n");
  for (int d = 1; d <= 28; d++)
    {
      g_string_append_printf (up, "2021-02-%02d,%d\n", d, d * d);
      g_string_append_printf (down, "2021-02-%02d,%d\n", 29 - d, (29 - d) * (29 - d));
    }
  FsExperiment experiment = plain_experiment (3, 1);
  FsFrame *up_frame = read_text (up->str), *down_frame = read_text (down->str);
  g_assert_cmpuint (down_frame->n_warnings, ==, 1);
  FsDataset *left = make_dataset (up_frame, &experiment);
  FsDataset *right = make_dataset (down_frame, &experiment);
  g_assert_cmpmem (left->target_raw, left->n_rows * sizeof (double), right->target_raw,
                   right->n_rows * sizeof (double));
  g_assert_cmpmem (left->times, left->n_rows * sizeof (double), right->times,
                   right->n_rows * sizeof (double));
  fs_dataset_free (left);
  fs_dataset_free (right);
  fs_frame_free (up_frame);
  fs_frame_free (down_frame);
  g_string_free (up, TRUE);
  g_string_free (down, TRUE);
}

static void
test_seasons_of_builtin_series (void)
{
  static const struct
  {
    const char *file;
    size_t season;
  } cases[] = {
    { "air_passengers.csv", 12 },
    { "electricity_england_wales.csv", 336 },
    { "nile.csv", 0 },
    { "synthetic_white_noise.csv", 0 },
    { "synthetic_random_walk.csv", 0 },
    { "synthetic_sine_noise.csv", 50 },
    { "co2_weekly.csv", 52 },
    { "eu_stocks.csv", 0 },
    { "treering.csv", 0 },
    { "uk_seatbelts.csv", 12 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsFrame *frame = read_builtin (cases[i].file);
      const FsColumn *target = fs_frame_default_target (frame);
      size_t season = fs_season_find (target->numbers, (size_t) floor (0.7 * frame->n_rows));
      g_test_message ("%s: %zu", cases[i].file, season);
      if (season != cases[i].season)
        g_error ("%s has the season %zu, found %zu", cases[i].file, cases[i].season, season);
      fs_frame_free (frame);
    }
}

/* How often a season is seen where there is none, and missed where there is one. */
static void
test_season_rates (void)
{
  enum
  {
    N = 700,
    RUNS = 200
  };
  double x[N];
  int walks = 0, noises = 0, persistent = 0, found = 0;
  for (int run = 0; run < RUNS; run++)
    {
      FsRandom random = fs_random (run, FS_STREAM_GENERATOR, 7, 0);
      double level = 0;
      for (int t = 0; t < N; t++)
        x[t] = level += fs_random_normal (&random);
      walks += fs_season_find (x, N) != 0;
      for (int t = 0; t < N; t++)
        x[t] = fs_random_normal (&random);
      noises += fs_season_find (x, N) != 0;
      for (int t = 0; t < N; t++)
        x[t] = level = 0.95 * level + fs_random_normal (&random);
      persistent += fs_season_find (x, N) != 0;
      for (int t = 0; t < N; t++)
        x[t] = 0.02 * t + 1.5 * sin (2 * G_PI * t / 24) + fs_random_normal (&random);
      found += fs_season_find (x, N) == 24;
    }
  g_test_message ("of %d: walks %d, noises %d, autoregressions %d, seasons found %d", RUNS, walks,
                  noises, persistent, found);
  g_assert_cmpint (walks, <=, RUNS / 20);
  g_assert_cmpint (noises, ==, 0);
  g_assert_cmpint (persistent, <=, RUNS / 20);
  g_assert_cmpint (found, >=, RUNS * 9 / 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset/windows-by-definition", test_windows_by_definition);
  g_test_add_func ("/dataset/auto-purge", test_auto_purge);
  g_test_add_func ("/dataset/gather", test_gather);
  g_test_add_func ("/dataset/refusals", test_refusals);
  g_test_add_func ("/dataset/descending", test_descending);
  g_test_add_func ("/dataset/seasons-of-builtin-series", test_seasons_of_builtin_series);
  g_test_add_func ("/dataset/season-rates", test_season_rates);
  return g_test_run ();
}
