/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each finding on a column that was made to have it, with the change that does something about it; and
 * silence on columns that have nothing. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/prepare/advice.h"

#define N 400
#define N_EARLY 280

static double values[N];
static FsAdvice advice[FS_MAX_ADVICE];

static FsColumn
column_of (FsColumnType type)
{
  static char name[] = "x";
  FsColumn column = { .name = name, .type = type, .numbers = values };
  for (size_t t = 0; t < N; t++)
    column.n_missing += isnan (values[t]);
  return column;
}

static size_t
advise_on (FsColumnType type)
{
  FsProfile profile;
  const FsColumn column = column_of (type);
  g_assert_cmpint (fs_profile_column (&profile, &column, N, N_EARLY, NULL), ==, FS_OK);
  return fs_advice_on_column (advice, &column, N, &profile);
}

static const FsAdvice *
find (size_t n, FsFindingKind kind)
{
  for (size_t i = 0; i < n; i++)
    if (advice[i].kind == kind)
      return &advice[i];
  return NULL;
}

static void
assert_step (size_t n, FsFindingKind kind, FsStepKind step)
{
  const FsAdvice *found = find (n, kind);
  if (!found)
    g_error ("%s is not found", fs_finding_word (kind));
  g_assert_true (found->has_step);
  g_assert_cmpint (found->step.kind, ==, step);
  g_assert_cmpuint (strlen (found->sentence), >, 20);
}

static double
noise (size_t t)
{
  FsRandom random = fs_random (3, FS_STREAM_GENERATOR, t, 0);
  return fs_random_normal (&random);
}

/* Many columns of noise around 0: hardly any sentence. An outlier by the median is one value in two
 * thousand of a normal, so a column of 400 has one now and then. */
static void
test_healthy (void)
{
  size_t n_other = 0;
  for (size_t k = 0; k < 20; k++)
    {
      for (size_t t = 0; t < N; t++)
        values[t] = noise (k * N + t);
      const size_t n = advise_on (FS_COLUMN_NUMBER);
      for (size_t i = 0; i < n; i++)
        n_other += advice[i].kind != FS_FINDING_OUTLIERS;
    }
  g_test_message ("%zu sentences on 20 healthy columns", n_other);
  g_assert_cmpuint (n_other, <=, 1);
  for (size_t t = 0; t < N; t++)
    values[t] = 86400.0 * (double) t;
  g_assert_cmpuint (advise_on (FS_COLUMN_DATE), ==, 0);
  for (size_t t = 0; t < N; t++) /* months are even enough */
    values[t] = 86400.0 * (30.0 * (double) t + (double) (t % 2));
  g_assert_cmpuint (advise_on (FS_COLUMN_DATE), ==, 0);
}

static void
test_each (void)
{
  size_t n;
  for (size_t t = 0; t < N; t++)
    values[t] = NAN;
  n = advise_on (FS_COLUMN_NUMBER);
  g_assert_true (find (n, FS_FINDING_EMPTY)->leave_out);

  for (size_t t = 0; t < N; t++)
    values[t] = 7;
  n = advise_on (FS_COLUMN_NUMBER);
  g_assert_true (find (n, FS_FINDING_CONSTANT)->leave_out);

  for (size_t t = 0; t < N; t++)
    values[t] = t >= 100 && t < 130 ? NAN : noise (t);
  n = advise_on (FS_COLUMN_NUMBER);
  assert_step (n, FS_FINDING_MISSING, FS_STEP_IMPUTE);
  assert_step (n, FS_FINDING_LONG_GAP, FS_STEP_IMPUTE);
  g_assert_cmpint (find (n, FS_FINDING_LONG_GAP)->step.impute_method, ==, FS_IMPUTE_DROP);

  for (size_t t = 0; t < N; t++)
    values[t] = noise (t) + (t == 50 || t == 200 ? 9 : 0);
  n = advise_on (FS_COLUMN_NUMBER);
  assert_step (n, FS_FINDING_OUTLIERS, FS_STEP_CLIP);

  for (size_t t = 0; t < N; t++)
    values[t] = exp (1.5 * noise (t));
  n = advise_on (FS_COLUMN_NUMBER);
  assert_step (n, FS_FINDING_SKEWED, FS_STEP_TRANSFORM);
  g_assert_cmpint (find (n, FS_FINDING_SKEWED)->step.transform_method, ==, FS_TRANSFORM_LOG);

  for (size_t t = 0; t < N; t++) /* as far up as down */
    values[t] = t % 10 < 2 ? (t % 10 ? 1 : -1) * (8 + (double) (t / 10 % 3)) : noise (t);
  n = advise_on (FS_COLUMN_NUMBER);
  assert_step (n, FS_FINDING_HEAVY_TAILS, FS_STEP_SCALE);
  g_assert_cmpint (find (n, FS_FINDING_HEAVY_TAILS)->step.scale_method, ==, FS_SCALE_ROBUST);

  for (size_t t = 0; t < N; t++)
    values[t] = 1000 + noise (t);
  assert_step (advise_on (FS_COLUMN_NUMBER), FS_FINDING_UNSCALED, FS_STEP_SCALE);
  for (size_t t = 0; t < N; t++)
    values[t] = 1e-4 * noise (t);
  assert_step (advise_on (FS_COLUMN_NUMBER), FS_FINDING_UNSCALED, FS_STEP_SCALE);

  for (size_t t = 0; t < N; t++)
    values[t] = 3 * sin (2 * G_PI * (double) t / 12) + 0.2 * noise (t);
  n = advise_on (FS_COLUMN_NUMBER);
  g_assert_cmpuint (find (n, FS_FINDING_SEASON)->window, ==, 12);

  for (size_t t = 0; t < N; t++)
    values[t] = 0.05 * (double) t + noise (t);
  n = advise_on (FS_COLUMN_NUMBER);
  assert_step (n, FS_FINDING_DRIFT, FS_STEP_DIFFERENCE);

  for (size_t t = 1; t < N; t++)
    values[t] = values[t - 1] + noise (7000 + t);
  assert_step (advise_on (FS_COLUMN_NUMBER), FS_FINDING_TREND, FS_STEP_DIFFERENCE);

  for (size_t t = 0; t < N; t++)
    values[t] = 86400.0 * (double) (t + t * t % 7);
  n = advise_on (FS_COLUMN_DATE);
  assert_step (n, FS_FINDING_UNEVEN_TIME, FS_STEP_FEATURE);
  g_assert_cmpint (find (n, FS_FINDING_UNEVEN_TIME)->step.feature_method, ==, FS_FEATURE_CALENDAR);
}

static void
test_pairs (void)
{
  static double copy[N], ahead[N];
  static char name[] = "y";
  for (size_t t = 0; t < N; t++)
    values[t] = noise (t);
  for (size_t t = 0; t < N; t++)
    {
      copy[t] = 3 - 2 * values[t];
      ahead[t] = t + 2 < N ? values[t + 2] : 0;
    }
  const FsColumn target = column_of (FS_COLUMN_NUMBER);
  FsColumn other = { .name = name, .type = FS_COLUMN_NUMBER, .numbers = copy };
  g_assert_true (fs_advice_on_pair (advice, &target, &other, N));
  g_assert_cmpint (advice->kind, ==, FS_FINDING_COPY);
  g_assert_true (advice->leave_out);
  other.numbers = ahead;
  ahead[N - 1] = ahead[N - 2] = NAN;
  g_assert_true (fs_advice_on_pair (advice, &target, &other, N));
  g_assert_cmpint (advice->kind, ==, FS_FINDING_LEAK);
  g_assert_true (advice->leave_out);
  for (size_t t = 0; t < N; t++)
    ahead[t] = noise (9000 + t);
  g_assert_false (fs_advice_on_pair (advice, &target, &other, N));
}

static void
test_followed (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsAdvice scale = { .has_step = true, .step = fs_step_spec_default (FS_STEP_SCALE) };
  FsAdvice calendar = { .has_step = true, .step = fs_step_spec_default (FS_STEP_FEATURE) };
  const FsAdvice window = { .window = 30 };
  calendar.step.feature_method = FS_FEATURE_CALENDAR;
  experiment.n_steps = 2;
  experiment.steps[0] = fs_step_spec_default (FS_STEP_FEATURE);
  experiment.steps[1] = fs_step_spec_default (FS_STEP_SCALE);
  experiment.window.length = 29;
  g_assert_true (fs_advice_is_followed (&scale, &experiment));
  g_assert_false (fs_advice_is_followed (&calendar, &experiment)); /* another feature is none */
  g_assert_false (fs_advice_is_followed (&window, &experiment));
  experiment.steps[0].feature_method = FS_FEATURE_CALENDAR;
  experiment.steps[1].is_enabled = false;
  experiment.window.length = 30;
  g_assert_false (fs_advice_is_followed (&scale, &experiment));
  g_assert_true (fs_advice_is_followed (&calendar, &experiment));
  g_assert_true (fs_advice_is_followed (&window, &experiment));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/advice/healthy", test_healthy);
  g_test_add_func ("/advice/each", test_each);
  g_test_add_func ("/advice/pairs", test_pairs);
  g_test_add_func ("/advice/followed", test_followed);
  return g_test_run ();
}
