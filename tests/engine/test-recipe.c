/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The preparation steps: against pandas and scikit-learn, against poisoned later rows, and back. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/prepare/recipe.h"
#include "tests/golden/prepare-golden.h"

#define N (GOLDEN_ROWS * GOLDEN_CHANNELS)

static FsExperiment
experiment_with (size_t n_steps, const FsStepSpec *steps)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_steps = n_steps;
  for (size_t i = 0; i < n_steps; i++)
    experiment.steps[i] = steps[i];
  return experiment;
}

static FsStepSpec
impute (FsImputeMethod method)
{
  FsStepSpec step = fs_step_spec_default (FS_STEP_IMPUTE);
  step.impute_method = method;
  return step;
}

static FsStepSpec
scale (FsScaleMethod method)
{
  FsStepSpec step = fs_step_spec_default (FS_STEP_SCALE);
  step.scale_method = method;
  return step;
}

/* A table that borrows `values` and has columns c0, c1, … */
static FsTable
table_over (double *values, size_t n_rows, size_t n_channels)
{
  static char names[16][FS_TEXT_SIZE];
  for (int i = 0; i < 16; i++)
    g_snprintf (names[i], FS_TEXT_SIZE, "c%d", i);
  return (FsTable){ n_rows, n_channels, values, names };
}

static void
assert_golden (const char *what, const FsExperiment *experiment, const double *expected)
{
  double values[N];
  FsRecipe *recipe = NULL;
  FsProblem problem = { 0 };
  memcpy (values, golden_raw, sizeof values);
  FsTable table = table_over (values, GOLDEN_ROWS, GOLDEN_CHANNELS);
  table.times = (double *) golden_times;
  g_assert_cmpint (fs_recipe_fit (&recipe, experiment, &table, golden_ends, &problem), ==, FS_OK);
  for (int i = 0; i < N; i++)
    if (!(fabs (values[i] - expected[i]) <= 1e-12 * fmax (fabs (expected[i]), 1)))
      g_error ("%s, row %d, channel %d: %.17g instead of %.17g", what, i / GOLDEN_CHANNELS,
               i % GOLDEN_CHANNELS, values[i], expected[i]);
  fs_recipe_free (recipe);
}

static void
test_golden_impute (void)
{
  FsStepSpec step = impute (FS_IMPUTE_LINEAR);
  FsExperiment experiment = experiment_with (1, &step);
  assert_golden ("linear", &experiment, golden_linear);
  step = impute (FS_IMPUTE_FORWARD);
  experiment = experiment_with (1, &step);
  assert_golden ("forward", &experiment, golden_forward);
  step = impute (FS_IMPUTE_MEAN);
  experiment = experiment_with (1, &step);
  assert_golden ("mean", &experiment, golden_mean);
  static const struct
  {
    const char *name;
    FsImputeMethod method;
    const double *expected;
  } others[] = {
    { "median", FS_IMPUTE_MEDIAN, golden_median },
    { "backward", FS_IMPUTE_BACKWARD, golden_backward },
    { "time", FS_IMPUTE_TIME, golden_time },
    { "spline", FS_IMPUTE_SPLINE, golden_spline },
    { "neighbours", FS_IMPUTE_NEIGHBOURS, golden_neighbours },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      step = impute (others[i].method);
      step.n_neighbours = 3;
      experiment = experiment_with (1, &step);
      assert_golden (others[i].name, &experiment, others[i].expected);
    }
}

/* A constant, marks beside it, and rows that are left out. */
static void
test_marks_and_drops (void)
{
  const double raw[] = { 1, 10, NAN, 11, 3, 12, 4, 13, 5, NAN, 6, 15 };
  const size_t ends[] = { 4, 5, 6 };
  FsTable table = { .n_rows = 6,
                    .n_channels = 2,
                    .values = g_memdup2 (raw, sizeof raw),
                    .names = g_malloc0 (2 * FS_TEXT_SIZE) };
  FsRecipe *recipe = NULL;
  FsStepSpec step = impute (FS_IMPUTE_CONSTANT);
  step.impute_value = -7;
  step.marks_gaps = true;
  FsExperiment experiment = experiment_with (1, &step);
  g_strlcpy (table.names[0], "v", FS_TEXT_SIZE);
  g_assert_cmpint (fs_recipe_fit (&recipe, &experiment, &table, ends, NULL), ==, FS_OK);
  /* Only the first column has gaps in the training rows. */
  g_assert_cmpuint (table.n_channels, ==, 3);
  g_assert_cmpstr (table.names[2], ==, "v missing");
  for (int t = 0; t < 6; t++)
    {
      const double *row = table.values + 3 * t;
      g_assert_cmpfloat (row[0], ==, t == 1 ? -7 : raw[2 * t]);
      g_assert_cmpfloat (row[1], ==, t == 4 ? -7 : raw[2 * t + 1]);
      g_assert_cmpfloat (row[2], ==, t == 1);
    }
  fs_recipe_free (recipe);
  g_free (table.values);
  g_free (table.names);
  free (table.words);

  double values[G_N_ELEMENTS (raw)];
  memcpy (values, raw, sizeof raw);
  table = table_over (values, 6, 2);
  step = impute (FS_IMPUTE_DROP);
  experiment = experiment_with (1, &step);
  g_assert_cmpint (fs_recipe_fit (&recipe, &experiment, &table, ends, NULL), ==, FS_OK);
  for (int t = 0; t < 6; t++)
    g_assert_cmpint (table.is_lost[t], ==, t == 1 || t == 4);
  fs_recipe_free (recipe);
  free (table.is_lost);
}

static void
test_golden_scale (void)
{
  FsStepSpec steps[] = { impute (FS_IMPUTE_LINEAR), scale (FS_SCALE_STANDARD) };
  FsExperiment experiment = experiment_with (2, steps);
  assert_golden ("standard", &experiment, golden_standard);
  experiment.steps[1].scale_method = FS_SCALE_MIN_MAX;
  assert_golden ("min-max", &experiment, golden_min_max);
  experiment.steps[1].scale_method = FS_SCALE_CENTRE;
  assert_golden ("centre", &experiment, golden_centre);
  experiment.steps[1].scale_method = FS_SCALE_NONE;
  assert_golden ("none", &experiment, golden_linear);
  experiment.steps[1].scale_method = FS_SCALE_STANDARD;
  experiment.steps[1].is_enabled = FALSE;
  assert_golden ("off", &experiment, golden_linear);
}

/* By hand: [nan 1 nan nan 4 nan] in training, [nan 9 nan nan] in validation, [nan 5] in the test. */
static void
test_impute_by_hand (void)
{
  const double raw[] = { NAN, 1, NAN, NAN, 4, NAN, NAN, 9, NAN, NAN, NAN, 5 };
  const double linear[] = { 1, 1, 2, 3, 4, 4, 4, 9, 9, 9, 9, 5 };
  const size_t ends[] = { 6, 10, 12 };
  double values[12];
  FsRecipe *recipe = NULL;
  FsStepSpec step = impute (FS_IMPUTE_LINEAR);
  FsExperiment experiment = experiment_with (1, &step);
  char line[256];
  memcpy (values, raw, sizeof values);
  FsTable table = table_over (values, 12, 1);
  g_assert_cmpint (fs_recipe_fit (&recipe, &experiment, &table, ends, NULL), ==, FS_OK);
  g_assert_cmpmem (values, sizeof values, linear, sizeof linear);
  g_assert_cmpuint (fs_recipe_n_steps (recipe), ==, 1);
  fs_recipe_describe (recipe, 0, line, sizeof line);
  g_assert_nonnull (strstr (line, "4 gaps in 6 training rows"));
  fs_recipe_free (recipe);
}

/* Whatever stands in later rows, the fitted numbers and the prepared training rows are the same bits. */
static void
test_poison (void)
{
  const FsScaleMethod scales[] = { FS_SCALE_STANDARD, FS_SCALE_MIN_MAX, FS_SCALE_CENTRE };
  const FsImputeMethod imputes[] = { FS_IMPUTE_LINEAR, FS_IMPUTE_FORWARD,  FS_IMPUTE_MEAN,
                                     FS_IMPUTE_MEDIAN, FS_IMPUTE_CONSTANT, FS_IMPUTE_BACKWARD,
                                     FS_IMPUTE_TIME,   FS_IMPUTE_SPLINE,   FS_IMPUTE_NEIGHBOURS };
  const double poisons[] = { 1e9, -1e9, NAN, 0 };
  for (gsize s = 0; s < G_N_ELEMENTS (scales); s++)
    for (gsize m = 0; m < G_N_ELEMENTS (imputes); m++)
      for (gsize p = 0; p < G_N_ELEMENTS (poisons); p++)
        {
          FsStepSpec steps[] = { impute (imputes[m]), scale (scales[s]) };
          FsExperiment experiment = experiment_with (2, steps);
          double clean[N], poisoned[N];
          FsRecipe *left = NULL, *right = NULL;
          memcpy (clean, golden_raw, sizeof clean);
          memcpy (poisoned, golden_raw, sizeof poisoned);
          size_t border = golden_ends[FS_PART_TRAIN] * GOLDEN_CHANNELS;
          for (size_t i = border; i < N; i++)
            poisoned[i] = poisons[p];
          FsTable clean_table = table_over (clean, GOLDEN_ROWS, GOLDEN_CHANNELS);
          FsTable poisoned_table = table_over (poisoned, GOLDEN_ROWS, GOLDEN_CHANNELS);
          fs_recipe_fit (&left, &experiment, &clean_table, golden_ends, NULL);
          fs_recipe_fit (&right, &experiment, &poisoned_table, golden_ends, NULL);
          for (size_t step = 0; step < 2; step++)
            {
              size_t n_left, n_right;
              const double *l = fs_recipe_numbers (left, step, &n_left);
              const double *r = fs_recipe_numbers (right, step, &n_right);
              g_assert_cmpuint (n_left, >, 0);
              g_assert_cmpmem (l, n_left * sizeof *l, r, n_right * sizeof *r);
            }
          g_assert_cmpmem (clean, border * sizeof *clean, poisoned, border * sizeof *poisoned);
          fs_recipe_free (left);
          fs_recipe_free (right);
        }
}

/* A value of the test part reaches no row of the validation part either. */
static void
test_no_part_sees_a_later_one (void)
{
  const FsImputeMethod imputes[] = { FS_IMPUTE_LINEAR, FS_IMPUTE_FORWARD, FS_IMPUTE_MEAN };
  for (gsize m = 0; m < G_N_ELEMENTS (imputes); m++)
    {
      FsStepSpec step = impute (imputes[m]);
      FsExperiment experiment = experiment_with (1, &step);
      double clean[N], poisoned[N];
      size_t border = golden_ends[FS_PART_VALIDATION] * GOLDEN_CHANNELS;
      FsRecipe *recipe = NULL;
      memcpy (clean, golden_raw, sizeof clean);
      memcpy (poisoned, golden_raw, sizeof poisoned);
      for (size_t i = border; i < N; i++)
        poisoned[i] = 1e9;
      FsTable clean_table = table_over (clean, GOLDEN_ROWS, GOLDEN_CHANNELS);
      FsTable poisoned_table = table_over (poisoned, GOLDEN_ROWS, GOLDEN_CHANNELS);
      fs_recipe_fit (&recipe, &experiment, &clean_table, golden_ends, NULL);
      fs_recipe_free (recipe);
      fs_recipe_fit (&recipe, &experiment, &poisoned_table, golden_ends, NULL);
      fs_recipe_free (recipe);
      g_assert_cmpmem (clean, border * sizeof *clean, poisoned, border * sizeof *poisoned);
    }
}

static void
test_round_trip (void)
{
  const FsScaleMethod scales[] = { FS_SCALE_STANDARD, FS_SCALE_MIN_MAX, FS_SCALE_CENTRE,
                                   FS_SCALE_NONE };
  FsRandom random = fs_random (5, FS_STREAM_GENERATOR, 0, 0);
  double raw[100], values[100];
  const size_t ends[] = { 70, 85, 100 };
  for (int t = 0; t < 100; t++)
    raw[t] = 1000 + 50 * fs_random_normal (&random);
  for (gsize s = 0; s < G_N_ELEMENTS (scales); s++)
    {
      /* Two scalings after each other are undone in the opposite order. */
      FsStepSpec steps[] = { scale (scales[s]), scale (FS_SCALE_MIN_MAX) };
      FsExperiment experiment = experiment_with (2, steps);
      FsRecipe *recipe = NULL;
      memcpy (values, raw, sizeof values);
      FsTable table = table_over (values, 100, 1);
      g_assert_cmpint (fs_recipe_fit (&recipe, &experiment, &table, ends, NULL), ==, FS_OK);
      fs_recipe_invert_target (recipe, values, 100, 0);
      for (int t = 0; t < 100; t++)
        g_assert_cmpfloat_with_epsilon (values[t], raw[t], 1e-12 * fabs (raw[t]));
      fs_recipe_free (recipe);
    }
}

static void
test_sentences (void)
{
  double values[] = { 1, 7, 2, 7, NAN, 7, 4, 7, 5, 7, 6, 7 };
  const size_t ends[] = { 4, 5, 6 };
  FsStepSpec step = scale (FS_SCALE_STANDARD);
  FsExperiment experiment = experiment_with (1, &step);
  FsRecipe *recipe = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  FsTable table = table_over (values, 6, 2);
  g_assert_cmpint (fs_recipe_fit (&recipe, &experiment, &table, ends, &problem), ==, FS_MALFORMED);
  g_assert_null (recipe);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  g_assert_nonnull (strstr (sentence, "c0"));
  g_assert_nonnull (strstr (sentence, "row 3"));
  g_assert_nonnull (strstr (sentence, "impute"));

  double empty[] = { NAN, NAN, NAN, NAN, 5, 6 };
  FsStepSpec fill = impute (FS_IMPUTE_MEAN);
  experiment = experiment_with (1, &fill);
  table = table_over (empty, 6, 1);
  g_assert_cmpint (fs_recipe_fit (&recipe, &experiment, &table, ends, &problem), ==, FS_TOO_LITTLE);

  double plain[] = { 1, 2, 3, 4, 5, 6 };
  char line[256];
  step = scale (FS_SCALE_STANDARD);
  experiment = experiment_with (1, &step);
  table = table_over (plain, 6, 1);
  g_assert_cmpint (fs_recipe_fit (&recipe, &experiment, &table, ends, &problem), ==, FS_OK);
  fs_recipe_describe (recipe, 0, line, sizeof line);
  g_assert_cmpstr (line, ==, "standard: mean 2.5, sd 1.118 (of 4 training rows)");
  fs_recipe_describe (recipe, 1, line, sizeof line);
  g_assert_cmpstr (line, ==, "");
  fs_recipe_free (recipe);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recipe/golden-impute", test_golden_impute);
  g_test_add_func ("/recipe/marks-and-drops", test_marks_and_drops);
  g_test_add_func ("/recipe/golden-scale", test_golden_scale);
  g_test_add_func ("/recipe/impute-by-hand", test_impute_by_hand);
  g_test_add_func ("/recipe/poison", test_poison);
  g_test_add_func ("/recipe/no-part-sees-a-later-one", test_no_part_sees_a_later_one);
  g_test_add_func ("/recipe/round-trip", test_round_trip);
  g_test_add_func ("/recipe/sentences", test_sentences);
  return g_test_run ();
}
