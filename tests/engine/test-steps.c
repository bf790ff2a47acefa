/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scaling, clipping, transforms, differences and trends: against scikit-learn, SciPy and pandas,
 * against poisoned later rows, back again, and what becomes of rows that a step has used up. */

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/maths/order.h"
#include "engine/prepare/dataset.h"
#include "engine/prepare/power.h"
#include "engine/series/read.h"
#include "tests/golden/steps-golden.h"

#define N (STEPS_ROWS * STEPS_CHANNELS)
#define BORDER (steps_ends[FS_PART_TRAIN] * STEPS_CHANNELS)

/* One step from "kind key=value …", as a person would write it. */
static FsStepSpec
step_from (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  FsExperiment experiment = fs_experiment_default ();
  int kind = 0;
  while (g_strcmp0 (fs_step_kind ((FsStepKind) kind)->word, words[0]) != 0)
    g_assert_cmpint (++kind, <, FS_N_STEP_KINDS);
  experiment.steps[0] = fs_step_spec_default ((FsStepKind) kind);
  for (char **word = words + 1; *word; word++)
    {
      FsProblem problem = { 0 };
      g_autofree char *assignment = g_strconcat ("prepare.0.", *word, NULL);
      if (fs_experiment_set (&experiment, assignment, &problem) != FS_OK)
        g_error ("%s: %s", *word, problem.allowed);
    }
  return experiment.steps[0];
}

/* Steps separated by bars. */
static FsExperiment
experiment_from (const char *text)
{
  g_auto (GStrv) steps = g_strsplit (text, "|", -1);
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_steps = 0;
  for (char **step = steps; *step; step++)
    experiment.steps[experiment.n_steps++] = step_from (*step);
  return experiment;
}

typedef struct
{
  FsTable table;
  FsRecipe *recipe;
  FsStatus status;
  FsProblem problem;
} Fitted;

/* Gaps are filled first where the steps do not do it: what is compared is where there was none. */
static Fitted
fit (const char *steps, const double *raw)
{
  Fitted fitted = { 0 };
  FsExperiment experiment = experiment_from (steps);
  fitted.table = (FsTable){ .n_rows = STEPS_ROWS,
                            .n_channels = STEPS_CHANNELS,
                            .values = g_memdup2 (raw, N * sizeof *raw),
                            .times = (double *) feature_times,
                            .has_dates = true,
                            .names = g_malloc0 (STEPS_CHANNELS * FS_TEXT_SIZE) };
  for (int c = 0; c < STEPS_CHANNELS; c++)
    g_snprintf (fitted.table.names[c], FS_TEXT_SIZE, "c%d", c);
  fitted.status =
      fs_recipe_fit (&fitted.recipe, &experiment, &fitted.table, steps_ends, &fitted.problem);
  return fitted;
}

static void
fitted_clear (Fitted *fitted)
{
  fs_recipe_free (fitted->recipe);
  g_free (fitted->table.values);
  g_free (fitted->table.names);
  free (fitted->table.is_lost);
  free (fitted->table.words);
}

/* The recipe ends with an imputation, so that gaps of the raw data do not end it. */
static void
test_golden (void)
{
  static const struct
  {
    const char *steps;
    const double *expected;
    int n_lost;
  } cases[] = {
    { "scale method=robust", steps_robust, 0 },
    { "scale method=robust quantile_low=10 quantile_high=90", steps_robust_10_90, 0 },
    { "scale method=max-abs", steps_max_abs, 0 },
    { "scale method=min-max low=-1 high=1", steps_min_max, 0 },
    { "clip method=quantile share=0.05 columns=all", steps_quantile, 0 },
    { "clip method=winsorise share=0.1 columns=all", steps_winsorise, 0 },
    { "clip method=iqr columns=all", steps_iqr, 0 },
    { "clip method=mad columns=all", steps_mad, 0 },
    { "clip method=hampel columns=all", steps_hampel, 0 },
    { "transform method=log offset=2.5 columns=target", steps_log, 0 },
    { "transform method=log1p columns=target", steps_log1p, 0 },
    { "transform method=asinh", steps_asinh, 0 },
    { "difference", steps_diff, 1 },
    { "difference lag=7|difference", steps_diff_7_1, 8 },
    { "detrend method=line", steps_line, 0 },
    { "detrend method=constant", steps_constant, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *steps = g_strconcat (cases[i].steps, "|impute method=mean", NULL);
      Fitted fitted = fit (steps, steps_raw);
      int n_compared = 0, n_lost = 0;
      g_assert_cmpint (fitted.status, ==, FS_OK);
      for (int t = 0; t < STEPS_ROWS && fitted.table.is_lost; t++)
        n_lost += fitted.table.is_lost[t];
      g_assert_cmpint (n_lost, ==, cases[i].n_lost);
      for (int k = 0; k < N; k++)
        {
          const double x = fitted.table.values[k], y = cases[i].expected[k];
          if (isnan (y))
            continue;
          n_compared++;
          if (!(fabs (x - y) <= 1e-12 * fmax (fabs (y), 1)))
            g_error ("%s, row %d, channel %d: %.17g instead of %.17g", steps, k / STEPS_CHANNELS,
                     k % STEPS_CHANNELS, x, y);
        }
      g_assert_cmpint (n_compared, >, 90);
      fitted_clear (&fitted);
    }
}

/* What is cut to its limit otherwise becomes a gap, and nothing else does. */
static void
test_clip_to_missing (void)
{
  static const struct
  {
    const char *step;
    const double *cut;
  } cases[] = {
    { "clip method=quantile share=0.05", steps_quantile },
    { "clip method=winsorise share=0.1", steps_winsorise },
    { "clip method=iqr", steps_iqr },
    { "clip method=mad", steps_mad },
    { "clip method=hampel", steps_hampel },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *steps = g_strconcat (
          cases[i].step, " columns=all action=missing|impute method=constant value=-999", NULL);
      Fitted fitted = fit (steps, steps_raw);
      int n_cut = 0;
      g_assert_cmpint (fitted.status, ==, FS_OK);
      for (int k = 0; k < N; k++)
        {
          const double raw = steps_raw[k], value = fitted.table.values[k];
          const gboolean is_far = !isnan (raw) && cases[i].cut[k] != raw;
          n_cut += is_far;
          if (isnan (raw) || is_far)
            g_assert_cmpfloat (value, ==, -999);
          else
            g_assert_cmpfloat (value, ==, raw);
        }
      g_assert_cmpint (n_cut, >, 0);
      fitted_clear (&fitted);
    }
}

/* The channel a feature appends, against pandas; rows without a past are lost and no others. */
static void
test_features (void)
{
  static const struct
  {
    const char *step;
    const double *expected;
    int channel;
    const char *name;
  } cases[] = {
    { "feature method=lag lag=3", feature_lag, 0, "c0 lag 3" },
    { "feature method=mean length=5", feature_mean, 0, "c0 mean 5" },
    { "feature method=sd length=5", feature_sd, 0, "c0 sd 5" },
    { "feature method=min length=5", feature_min, 0, "c0 min 5" },
    { "feature method=max length=5", feature_max, 0, "c0 max 5" },
    { "feature method=ewma length=5", feature_ewma, 0, "c0 ewma 5" },
    { "feature method=return lag=2", feature_return, 0, "c0 return 2" },
    { "feature method=log-return lag=2", feature_log_return, 0, "c0 log return 2" },
    { "feature method=bollinger length=5", feature_middle, 0, "c0 middle band 5" },
    { "feature method=bollinger length=5", feature_upper, 1, "c0 upper band 5" },
    { "feature method=bollinger length=5", feature_lower, 2, "c0 lower band 5" },
    { "feature method=rsi length=5", feature_rsi, 0, "c0 rsi 5" },
    { "feature method=volatility length=5", feature_volatility, 0, "c0 volatility 5" },
    { "feature method=macd", feature_macd, 0, "c0 macd" },
    { "feature method=macd", feature_macd_signal, 1, "c0 macd signal" },
    { "feature method=macd", feature_macd_histogram, 2, "c0 macd histogram" },
    { "feature method=fourier period=7 order=1", feature_sin, 0, "sin 1 of 7" },
    { "feature method=fourier period=7 order=3", feature_cos_3, 5, "cos 3 of 7" },
    { "feature method=fourier period=4 order=2", feature_last_cos, 2, "cos 2 of 4" },
    { "feature method=calendar cycle=minute", calendar_minute_sin, 0, "minute sin" },
    { "feature method=calendar cycle=minute", calendar_minute_cos, 1, "minute cos" },
    { "feature method=calendar cycle=hour", calendar_hour_sin, 0, "hour sin" },
    { "feature method=calendar cycle=hour", calendar_hour_cos, 1, "hour cos" },
    { "feature method=calendar cycle=weekday", calendar_weekday_sin, 0, "weekday sin" },
    { "feature method=calendar cycle=weekday", calendar_weekday_cos, 1, "weekday cos" },
    { "feature method=calendar cycle=month-day", calendar_month_day_sin, 0, "month-day sin" },
    { "feature method=calendar cycle=month-day", calendar_month_day_cos, 1, "month-day cos" },
    { "feature method=calendar cycle=month", calendar_month_sin, 0, "month sin" },
    { "feature method=calendar cycle=month", calendar_month_cos, 1, "month cos" },
    { "feature method=calendar cycle=year-day", calendar_year_day_sin, 0, "year-day sin" },
    { "feature method=calendar cycle=year-day", calendar_year_day_cos, 1, "year-day cos" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *steps = g_strconcat ("impute|", cases[i].step, NULL);
      Fitted fitted = fit (steps, steps_raw);
      const gsize c = STEPS_CHANNELS + cases[i].channel;
      g_assert_cmpint (fitted.status, ==, FS_OK);
      g_assert_cmpstr (fitted.table.names[c], ==, cases[i].name);
      for (gsize t = 0; t < STEPS_ROWS; t++)
        {
          const double x = fitted.table.values[t * fitted.table.n_channels + c];
          const double y = cases[i].expected[t];
          g_assert_cmpint (isnan (x), ==, isnan (y));
          if (!isnan (y) && !(fabs (x - y) <= 1e-9 * fmax (fabs (y), 1)))
            g_error ("%s, row %zu: %.17g instead of %.17g", steps, t, x, y);
          if (fitted.table.is_lost)
            g_assert_cmpint (fitted.table.is_lost[t], ==, isnan (y));
        }
      fitted_clear (&fitted);
    }
}

/* A table of a closing, a highest and a lowest price. */
static void
fit_prices (FsRecipe **recipe, FsTable *table, const double *factor_of_row)
{
  FsExperiment experiment = experiment_from ("feature method=atr length=5 high=c1 low=c2");
  *table = (FsTable){ .n_rows = STEPS_ROWS,
                      .n_channels = 3,
                      .values = g_new (double, 3 * STEPS_ROWS),
                      .names = g_malloc0 (3 * FS_TEXT_SIZE) };
  for (int c = 0; c < 3; c++)
    g_snprintf (table->names[c], FS_TEXT_SIZE, "c%d", c);
  for (gsize t = 0; t < STEPS_ROWS; t++)
    {
      table->values[3 * t] = factor_of_row[t] * steps_raw[t * STEPS_CHANNELS];
      table->values[3 * t + 1] = factor_of_row[t] * feature_high[t];
      table->values[3 * t + 2] = factor_of_row[t] * feature_low[t];
    }
  g_assert_cmpint (fs_recipe_fit (recipe, &experiment, table, steps_ends, NULL), ==, FS_OK);
  g_assert_cmpuint (table->n_channels, ==, 4);
  g_assert_cmpstr (table->names[3], ==, "c0 atr 5");
}

static void
table_clear (FsTable *table)
{
  g_free (table->values);
  g_free (table->names);
  free (table->is_lost);
  free (table->words);
}

/* The true range; and later prices, however wild, do not move it in the training rows. */
static void
test_true_range (void)
{
  FsTable clean, poisoned;
  FsRecipe *left, *right;
  double ones[STEPS_ROWS], wild[STEPS_ROWS];
  for (gsize t = 0; t < STEPS_ROWS; t++)
    {
      ones[t] = 1;
      wild[t] = t < steps_ends[FS_PART_TRAIN] ? 1 : 1e9;
    }
  fit_prices (&left, &clean, ones);
  fit_prices (&right, &poisoned, wild);
  for (gsize t = 0; t < STEPS_ROWS; t++)
    {
      g_assert_cmpint (isnan (clean.values[4 * t + 3]), ==, isnan (feature_atr[t]));
      if (!isnan (feature_atr[t]))
        g_assert_cmpfloat_with_epsilon (clean.values[4 * t + 3], feature_atr[t],
                                        1e-9 * feature_atr[t]);
    }
  g_assert_cmpmem (clean.values, 4 * steps_ends[FS_PART_TRAIN] * sizeof (double), poisoned.values,
                   4 * steps_ends[FS_PART_TRAIN] * sizeof (double));
  fs_recipe_free (left);
  fs_recipe_free (right);
  table_clear (&clean);
  table_clear (&poisoned);
}

static void
test_powers (void)
{
  const int n_x = G_N_ELEMENTS (power_box_cox_x), n_y = G_N_ELEMENTS (power_yeo_johnson_x);
  for (gsize l = 0; l < G_N_ELEMENTS (power_lambdas); l++)
    {
      const double lambda = power_lambdas[l];
      for (int i = 0; i < n_x; i++)
        {
          const double x = power_box_cox_x[i], y = fs_box_cox (x, lambda);
          const double expected = power_box_cox[l * n_x + i];
          g_assert_cmpfloat_with_epsilon (y, expected, 1e-12 * fmax (1, fabs (expected)));
          g_assert_cmpfloat_with_epsilon (fs_box_cox_inverse (y, lambda), x, 1e-6 * x);
        }
      for (int i = 0; i < n_y; i++)
        {
          const double x = power_yeo_johnson_x[i], y = fs_yeo_johnson (x, lambda);
          const double expected = power_yeo_johnson[l * n_y + i];
          g_assert_cmpfloat_with_epsilon (y, expected, 1e-12 * fmax (1, fabs (expected)));
          g_assert_cmpfloat_with_epsilon (fs_yeo_johnson_inverse (y, lambda), x,
                                          1e-6 * fmax (1, fabs (x)));
        }
    }
  /* Outside the range of the transform there is no infinity and no NaN. */
  g_assert_true (isfinite (fs_box_cox_inverse (-100, 0.5)));
  g_assert_true (isfinite (fs_box_cox_inverse (100, -0.5)));
  g_assert_true (isfinite (fs_yeo_johnson_inverse (100, -1)));
}

/* The optimum is flat: SciPy stops within 1e-6 of it, and so do we. */
static void
test_likeliest_powers (void)
{
  size_t n;
  Fitted fitted = fit ("transform method=box-cox columns=target|impute", steps_raw);
  g_assert_cmpint (fitted.status, ==, FS_OK);
  g_assert_cmpfloat_with_epsilon (fs_recipe_numbers (fitted.recipe, 0, &n)[0], steps_box_cox_lambda,
                                  1e-6 * fabs (steps_box_cox_lambda));
  const double box_cox = fs_recipe_numbers (fitted.recipe, 0, &n)[0];
  for (int t = 0; t < STEPS_ROWS; t++)
    {
      const double expected = fs_box_cox (steps_raw[t * STEPS_CHANNELS], box_cox);
      g_assert_cmpfloat_with_epsilon (fitted.table.values[t * STEPS_CHANNELS], expected,
                                      1e-12 * fabs (expected));
    }
  fitted_clear (&fitted);
  fitted = fit ("transform method=yeo-johnson|impute", steps_raw);
  g_assert_cmpint (fitted.status, ==, FS_OK);
  for (int c = 0; c < STEPS_CHANNELS; c++)
    g_assert_cmpfloat_with_epsilon (fs_recipe_numbers (fitted.recipe, 0, &n)[c],
                                    steps_yeo_johnson_lambda[c],
                                    1e-6 * fabs (steps_yeo_johnson_lambda[c]));
  for (int k = 0; k < N; k++)
    if (!isnan (steps_raw[k]))
      {
        const double expected = fs_yeo_johnson (
            steps_raw[k], fs_recipe_numbers (fitted.recipe, 0, &n)[k % STEPS_CHANNELS]);
        g_assert_cmpfloat_with_epsilon (fitted.table.values[k], expected,
                                        1e-12 * fmax (fabs (expected), 1));
      }
  fitted_clear (&fitted);
}

/* The slope of the likelihood's half-logarithm in long double, by powers themselves. */
static long double
slope_at (const double *x, size_t n, long double lambda)
{
  long double sum = 0, slopes = 0, squares = 0, products = 0, logs = 0;
  for (size_t i = 0; i < n; i++)
    {
      const long double sign = x[i] < 0 ? -1 : 1, u = logl (1 + fabsl ((long double) x[i]));
      const long double m = x[i] < 0 ? 2 - lambda : lambda, raised = expl (m * u);
      const long double y = sign * (raised - 1) / m, dy = (u * raised - (raised - 1) / m) / m;
      sum += y;
      slopes += dy;
      squares += y * y;
      products += y * dy;
      logs += sign * u;
    }
  return (products - sum * slopes / n) / (squares - sum * sum / n) - logs / n;
}

/* Of many values a few find the valley and all its bottom, to the last digits; and a sample that those
 * few are no picture of is seen through. */
static void
test_powers_of_many (void)
{
  enum
  {
    N_MANY = 20000
  };
  g_autofree double *x = g_new (double, N_MANY), *scratch = g_new (double, N_MANY);
  for (int kind = 0; kind < 4; kind++)
    {
      FsRandom random = fs_random (7, FS_STREAM_INITIALISER, (uint64_t) kind, 0);
      for (int i = 0; i < N_MANY; i++)
        {
          const double z = fs_random_normal (&random);
          x[i] = kind == 0 ? exp (z) : kind == 1 ? z * z * z : kind == 2 ? -exp (0.5 * z) : z;
          if (kind == 3 && i % 5 != 0) /* every fifth is looked at */
            x[i] = exp (2 * z);
        }
      const double lambda = fs_yeo_johnson_fit (x, N_MANY, scratch);
      g_assert_true (slope_at (x, N_MANY, (long double) lambda - 1e-9L) < 0);
      g_assert_true (slope_at (x, N_MANY, (long double) lambda + 1e-9L) > 0);
    }
  for (int i = 0; i < N_MANY; i++)
    x[i] = 0.1; /* no power is likelier than another */
  g_assert_cmpfloat (fs_yeo_johnson_fit (x, N_MANY, scratch), ==, 1);
  g_assert_cmpfloat (fs_box_cox_fit (x, N_MANY, scratch), ==, 1);
}

static const char *const every_step[] = {
  "scale method=robust",
  "scale method=max-abs",
  "scale method=min-max low=-1 high=1",
  "clip method=quantile columns=all",
  "clip method=winsorise columns=all",
  "clip method=iqr columns=all",
  "clip method=mad columns=all",
  "clip method=hampel columns=all",
  "transform method=log columns=target",
  "transform method=log1p columns=target",
  "transform method=asinh",
  "transform method=box-cox columns=target",
  "transform method=yeo-johnson",
  "difference lag=7",
  "detrend",
  "detrend method=constant",
};

/* Whatever stands in later rows, what is learned and what becomes of the training rows is the same,
 * bit for bit; unless the step is wrong on purpose. */
static void
test_poison (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (every_step); i++)
    for (int is_leak = 0; is_leak < 2; is_leak++)
      {
        const gboolean learns =
            !strstr (every_step[i], "hampel") && !strstr (every_step[i], "difference")
            && (!strstr (every_step[i], "transform") || strstr (every_step[i], "-"));
        if (is_leak && !learns)
          continue;
        double poisoned[N];
        memcpy (poisoned, steps_raw, sizeof poisoned);
        for (gsize k = BORDER; k < N; k++)
          poisoned[k] = 1e9;
        g_autofree char *steps =
            g_strconcat (every_step[i], is_leak ? " fit_on_all_rows=true" : "", "|impute", NULL);
        Fitted left = fit (steps, steps_raw), right = fit (steps, poisoned);
        g_assert_cmpint (left.status, ==, FS_OK);
        g_assert_cmpint (right.status, ==, FS_OK);
        size_t n_left, n_right;
        const double *l = fs_recipe_numbers (left.recipe, 0, &n_left);
        const double *r = fs_recipe_numbers (right.recipe, 0, &n_right);
        g_assert_cmpuint (n_left, >, 0);
        if (is_leak)
          g_assert_true (memcmp (l, r, n_left * sizeof *l) != 0);
        else
          {
            g_assert_cmpmem (l, n_left * sizeof *l, r, n_right * sizeof *r);
            g_assert_cmpmem (left.table.values, BORDER * sizeof *l, right.table.values,
                             BORDER * sizeof *r);
          }
        char line[256];
        fs_recipe_describe (left.recipe, 0, line, sizeof line);
        g_test_message ("%s", line);
        g_assert_true (is_leak == (strstr (line, "tested ones too") != NULL));
        fitted_clear (&left);
        fitted_clear (&right);
      }
}

/* All that appends channels, and all that fills gaps: later rows change no bit of the training rows in
 * any channel, whichever poison they hold. */
static void
test_poison_of_features (void)
{
  static const char *const steps[] = { "feature method=lag lag=3",
                                       "feature method=mean length=5",
                                       "feature method=sd length=5",
                                       "feature method=min length=5",
                                       "feature method=max length=5",
                                       "feature method=ewma length=5",
                                       "feature method=return lag=2",
                                       "feature method=log-return lag=2",
                                       "feature method=calendar cycle=year-day",
                                       "feature method=fourier period=7 order=2",
                                       "feature method=rsi length=5",
                                       "feature method=macd",
                                       "feature method=bollinger length=5",
                                       "feature method=volatility length=5",
                                       "feature method=mean length=4|feature method=lag|scale",
                                       "clip method=hampel columns=all|feature method=macd|scale",
                                       "impute method=forward mark_gaps=true",
                                       "impute method=neighbours mark_gaps=true|scale",
                                       "impute method=drop|difference|scale" };
  static const double poisons[] = { 1e9, -1e9, NAN, 0 };
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    for (gsize p = 0; p < G_N_ELEMENTS (poisons); p++)
      {
        double poisoned[N];
        memcpy (poisoned, steps_raw, sizeof poisoned);
        /* Gaps here and there: a part without any value is refused. */
        for (gsize k = BORDER; k < N; k++)
          if (!isnan (poisons[p]) || k % 5 == 0)
            poisoned[k] = poisons[p];
        g_autofree char *text =
            strstr (steps[i], "impute")
                ? g_strdup (steps[i])
                : g_strconcat ("impute|", steps[i], "|impute method=mean", NULL);
        Fitted left = fit (text, steps_raw), right = fit (text, poisoned);
        if (left.status || right.status)
          g_error ("%s: %s%s", text, left.problem.allowed, right.problem.allowed);
        g_assert_cmpuint (left.table.n_channels, ==, right.table.n_channels);
        const gsize n = steps_ends[FS_PART_TRAIN] * left.table.n_channels;
        g_assert_cmpmem (left.table.values, n * sizeof (double), right.table.values,
                         n * sizeof (double));
        for (size_t step = 0; step < fs_recipe_n_steps (left.recipe); step++)
          {
            size_t n_left, n_right;
            const double *l = fs_recipe_numbers (left.recipe, step, &n_left);
            const double *r = fs_recipe_numbers (right.recipe, step, &n_right);
            g_assert_cmpmem (l, n_left * sizeof *l, r, n_right * sizeof *r);
          }
        fitted_clear (&left);
        fitted_clear (&right);
      }
}

/* Each forecast of H steps that is right in prepared units is right in original units, from any row. */
static void
test_round_trip (void)
{
  static const char *const chains[] = { "transform method=log|difference lag=7|difference|scale",
                                        "detrend|scale method=robust",
                                        "difference|difference lag=3|scale method=max-abs",
                                        "transform method=box-cox|detrend|difference|scale" };
  for (gsize i = 0; i < G_N_ELEMENTS (every_step) + G_N_ELEMENTS (chains); i++)
    {
      const gboolean is_chain = i >= G_N_ELEMENTS (every_step);
      const char *text = is_chain ? chains[i - G_N_ELEMENTS (every_step)] : every_step[i];
      g_autofree char *steps = g_strdup_printf ("%s|impute method=mean", text);
      if (strstr (text, "clip"))
        continue; /* what is cut stays cut */
      double raw[N];
      memcpy (raw, steps_raw, sizeof raw);
      for (int t = 0; t < STEPS_ROWS; t++)
        raw[t * STEPS_CHANNELS + 1] = 1 + fabs (t - 20.5);
      Fitted fitted = fit (steps, raw);
      g_assert_cmpint (fitted.status, ==, FS_OK);
      for (gsize first = 10; first < STEPS_ROWS; first++)
        for (gsize n = 1; first + n <= STEPS_ROWS && n <= 20; n++)
          {
            double forecast[20];
            for (gsize h = 0; h < n; h++)
              forecast[h] = fitted.table.values[(first + h) * STEPS_CHANNELS];
            fs_recipe_invert_target (fitted.recipe, forecast, n, first);
            for (gsize h = 0; h < n; h++)
              g_assert_cmpfloat_with_epsilon (forecast[h], raw[(first + h) * STEPS_CHANNELS],
                                              1e-9 * fabs (raw[(first + h) * STEPS_CHANNELS]));
          }
      fitted_clear (&fitted);
    }
}

/* A forecast several steps ahead is undone with itself, never with what came later. */
static void
test_differences_know_no_future (void)
{
  double later[N], left[3] = { 1, 2, 3 }, right[3] = { 1, 2, 3 };
  Fitted a = fit ("difference|impute", steps_raw);
  memcpy (later, steps_raw, sizeof later);
  for (gsize t = 45; t < STEPS_ROWS; t++)
    later[t * STEPS_CHANNELS] += 1000;
  Fitted b = fit ("difference|impute", later);
  fs_recipe_invert_target (a.recipe, left, 3, 45);
  fs_recipe_invert_target (b.recipe, right, 3, 45);
  g_assert_cmpmem (left, sizeof left, right, sizeof right);
  const double origin = steps_raw[44 * STEPS_CHANNELS];
  g_assert_cmpfloat (left[0], ==, origin + 1);
  g_assert_cmpfloat (left[2], ==, origin + 1 + 2 + 3);
  fitted_clear (&a);
  fitted_clear (&b);
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *steps;
    FsStatus status;
    const char *part;
  } cases[] = {
    { "transform method=log", FS_OUT_OF_RANGE, "no logarithm" },
    { "transform method=box-cox", FS_OUT_OF_RANGE, "yeo-johnson" },
    { "difference lag=40", FS_TOO_LITTLE, "40 training rows" },
    { "scale method=min-max low=1 high=1", FS_MISMATCH, "below" },
    { "scale method=robust quantile_low=80", FS_MISMATCH, "below" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fitted fitted = fit (cases[i].steps, steps_raw);
      g_assert_cmpint (fitted.status, ==, cases[i].status);
      g_assert_null (fitted.recipe);
      g_assert_nonnull (strstr (fitted.problem.allowed, cases[i].part));
      fitted_clear (&fitted);
    }
  /* A gap that a filter has made wants filling. */
  Fitted fitted = fit ("impute|clip method=iqr columns=all action=missing", steps_raw);
  g_assert_cmpint (fitted.status, ==, FS_MALFORMED);
  g_assert_nonnull (strstr (fitted.problem.allowed, "impute"));
  fitted_clear (&fitted);
}

/* No window has a row that a difference has used up, in any part. */
static void
test_lost_rows (void)
{
  GString *text = g_string_new ("v\n");
  for (int t = 0; t < 60; t++)
    g_string_append_printf (text, "%d.5\n", t * t % 37);
  FsFrame *frame = NULL;
  g_assert_cmpint (fs_frame_read (&frame, "a.csv", text->str, text->len, NULL, NULL), ==, FS_OK);
  FsExperiment experiment = experiment_from ("difference lag=6|scale");
  FsDataset *dataset = NULL;
  experiment.data.target[0] = experiment.data.time[0] = '\0';
  experiment.window.length = 4;
  experiment.window.horizon = 2;
  experiment.window.stride = 3;
  g_assert_cmpint (fs_dataset_new (&dataset, frame, &experiment, NULL), ==, FS_OK);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].starts[0], ==, 6);
  g_assert_cmpuint (dataset->windows[FS_PART_TRAIN].n, ==, (42 - 6 - 6) / 3 + 1);
  for (gsize t = 0; t < 60; t++)
    {
      g_assert_cmpint (isnan (dataset->target_prepared[t]), ==, t < 6);
      g_assert_true (isfinite (dataset->inputs[t]));
    }
  fs_dataset_free (dataset);

  /* Too large a lag leaves nothing, and says so. */
  FsProblem problem;
  experiment.steps[0].lag = 39;
  g_assert_cmpint (fs_dataset_new (&dataset, frame, &experiment, &problem), ==, FS_TOO_LITTLE);
  g_assert_nonnull (strstr (problem.allowed, "smaller lag"));
  fs_frame_free (frame);
  g_string_free (text, TRUE);
}

static int
compare_doubles (const void *left, const void *right)
{
  const double l = *(const double *) left, r = *(const double *) right;
  return l < r ? -1 : l > r;
}

/* By bits as by comparing. */
static void
test_sort (void)
{
  for (gsize n = 4000; n < 5000; n += 97)
    {
      g_autofree double *values = g_new (double, n);
      FsRandom random = fs_random (n, FS_STREAM_GENERATOR, 0, 0);
      for (gsize i = 0; i < n; i++)
        values[i] = fs_random_normal (&random) * pow (10, (double) (i % 600) - 300);
      values[0] = INFINITY;
      values[1] = -INFINITY;
      values[2] = 5e-324;
      values[3] = values[4];
      g_autofree double *expected = g_memdup2 (values, n * sizeof *values);
      qsort (expected, n, sizeof *expected, compare_doubles);
      fs_sort (values, n);
      g_assert_cmpmem (values, n * sizeof *values, expected, n * sizeof *expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steps/golden", test_golden);
  g_test_add_func ("/steps/clip-to-missing", test_clip_to_missing);
  g_test_add_func ("/steps/features", test_features);
  g_test_add_func ("/steps/powers", test_powers);
  g_test_add_func ("/steps/likeliest-powers", test_likeliest_powers);
  g_test_add_func ("/steps/powers-of-many", test_powers_of_many);
  g_test_add_func ("/steps/poison", test_poison);
  g_test_add_func ("/steps/poison-of-features", test_poison_of_features);
  g_test_add_func ("/steps/true-range", test_true_range);
  g_test_add_func ("/steps/round-trip", test_round_trip);
  g_test_add_func ("/steps/differences-know-no-future", test_differences_know_no_future);
  g_test_add_func ("/steps/refusals", test_refusals);
  g_test_add_func ("/steps/lost-rows", test_lost_rows);
  g_test_add_func ("/steps/sort", test_sort);
  return g_test_run ();
}
