/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lens: each number by the plain formula, the "after" side against the recipe itself, what is kept
 * between looks against fresh looks, and a spike that no bucket may swallow. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/prepare/dataset.h"
#include "engine/prepare/lens.h"
#include "engine/series/read.h"

static FsFrame *
read_text (const char *text)
{
  FsFrame *frame;
  FsProblem problem = { 0 };
  FsStatus status = fs_frame_read (&frame, "test.csv", text, strlen (text), NULL, &problem);
  g_assert_cmpint (status, ==, FS_OK);
  return frame;
}

/* A season, a trend, noise, gaps and a few far values; above 0. */
static FsFrame *
make_frame (size_t n_rows)
{
  FsRandom random = fs_random (3, FS_STREAM_GENERATOR, 0, 0);
  g_autoptr (GString) text = g_string_new ("day,sales,other\n");
  for (size_t t = 0; t < n_rows; t++)
    {
      double x = 40 + 0.01 * (double) t + 9 * sin ((double) t / 3) + fs_random_normal (&random);
      if (t % 97 == 50)
        x *= 2;
      if (t % 41 == 7 || t % 41 == 8)
        g_string_append_printf (text, "%zu,,%d\n", t, (int) (t % 5));
      else
        g_string_append_printf (text, "%zu,%.6f,%d\n", t, x, (int) (t % 5));
    }
  return read_text (text->str);
}

static FsExperiment
make_experiment (const char *steps)
{
  g_auto (GStrv) items = g_strsplit (steps, "|", -1);
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.target, "sales", sizeof experiment.data.target);
  g_strlcpy (experiment.data.time, "day", sizeof experiment.data.time);
  experiment.n_steps = 0;
  for (char **item = items; *item; item++)
    {
      g_auto (GStrv) words = g_strsplit (*item, " ", -1);
      int kind = 0;
      while (g_strcmp0 (fs_step_kind ((FsStepKind) kind)->word, words[0]) != 0)
        g_assert_cmpint (++kind, <, FS_N_STEP_KINDS);
      g_assert_cmpint (
          fs_experiment_insert_step (&experiment, experiment.n_steps, (FsStepKind) kind, NULL), ==,
          FS_OK);
      for (char **word = words + 1; *word; word++)
        {
          g_autofree char *assignment =
              g_strdup_printf ("prepare.%zu.%s", experiment.n_steps - 1, *word);
          g_assert_cmpint (fs_experiment_set (&experiment, assignment, NULL), ==, FS_OK);
        }
    }
  return experiment;
}

static FsLensPicture *
look (FsLens *lens,
      const FsFrame *frame,
      const FsExperiment *experiment,
      size_t step,
      size_t channel)
{
  FsLensPicture *picture = g_new0 (FsLensPicture, 1);
  FsProblem problem = { 0 };
  g_assert_cmpint (fs_lens_look (lens, frame, 1, experiment, step, channel, picture, &problem), ==,
                   FS_OK);
  return picture;
}

static FsLensPicture *
look_once (const FsFrame *frame, const FsExperiment *experiment, size_t step, size_t channel)
{
  FsLens *lens;
  g_assert_cmpint (fs_lens_new (&lens, NULL), ==, FS_OK);
  FsLensPicture *picture = look (lens, frame, experiment, step, channel);
  fs_lens_free (lens);
  return picture;
}

#define assert_close(a, b) \
  g_assert_cmpfloat_with_epsilon (a, b, 1e-10 * fmax (1, fabs ((double) (b))))

static gboolean
is_same (const FsLensPicture *a, const FsLensPicture *b)
{
  return memcmp (a, b, sizeof *a) == 0; /* NaN is itself here */
}

/* Each statistic of one side by its plain formula. */
static void
check_side (const FsLensSide *side, const double *x, size_t n, size_t n_train)
{
  double mean = 0, squares = 0, cubes = 0, train = 0, later = 0;
  double min = INFINITY, max = -INFINITY;
  size_t n_known = 0;
  for (size_t t = 0; t < n; t++)
    if (!isnan (x[t]))
      {
        min = fmin (min, x[t]);
        max = fmax (max, x[t]);
        mean += x[t];
        n_known++;
      }
  mean /= (double) n_known;
  for (size_t t = 0; t < n; t++)
    if (!isnan (x[t]))
      {
        squares += pow (x[t] - mean, 2);
        cubes += pow (x[t] - mean, 3);
      }
  g_assert_cmpuint (side->n_known, ==, n_known);
  g_assert_cmpfloat (side->min, ==, min);
  g_assert_cmpfloat (side->max, ==, max);
  assert_close (side->mean, mean);
  assert_close (side->sd, sqrt (squares / (double) n_known));
  assert_close (side->skewness, cubes / (double) n_known / pow (squares / (double) n_known, 1.5));
  g_assert_cmpuint (side->n_lags, ==, MIN (n - 1, FS_LENS_LAGS));
  for (size_t lag = 0; lag <= side->n_lags; lag++)
    {
      double sum = 0;
      for (size_t t = lag; t < n; t++)
        if (!isnan (x[t]) && !isnan (x[t - lag]))
          sum += (x[t] - mean) * (x[t - lag] - mean);
      assert_close (side->autocorrelation[lag], sum / squares);
    }
  for (size_t b = 0; b < FS_LENS_BINS; b++)
    {
      /* A value on the border of two bins may be in either: rounding decides. */
      const double slack = 1e-9 * (side->max - side->min);
      double low = side->bin_low + (double) b * side->bin_width - slack;
      double high = low + side->bin_width + 2 * slack;
      double least[2] = { 0, 0 }, most[2] = { 0, 0 }, n_part[2] = { 0, 0 };
      for (size_t t = 0; t < n; t++)
        if (!isnan (x[t]))
          {
            int is_later = t >= n_train;
            n_part[is_later]++;
            most[is_later] += x[t] >= low && x[t] <= high;
            least[is_later] += x[t] >= low + 2 * slack && x[t] <= high - 2 * slack;
          }
      for (int part = 0; part < 2; part++)
        {
          double share = part ? side->later_bins[b] : side->train_bins[b];
          double count = share * n_part[part];
          g_assert_cmpfloat (count, >, least[part] - 1e-6);
          g_assert_cmpfloat (count, <, most[part] + 1e-6);
        }
      train += side->train_bins[b];
      later += side->later_bins[b];
    }
  assert_close (train, n_train > 0 ? 1 : 0);
  assert_close (later, n > n_train ? 1 : 0);
}

/* The column as the recipe makes it, by the recipe. */
static double *
by_recipe (const FsFrame *frame, const FsExperiment *experiment, size_t n_steps, size_t channel)
{
  FsExperiment some = *experiment;
  size_t ends[FS_N_PARTS];
  FsTable *table;
  FsRecipe *recipe;
  FsProblem problem = { 0 };
  some.n_steps = n_steps;
  g_assert_cmpint (fs_table_from_frame (&table, frame, &some, NULL), ==, FS_OK);
  fs_split_borders (&some, table->n_rows, ends);
  /* Gaps that are left are no matter here. */
  FsStatus status = fs_recipe_fit (&recipe, &some, table, ends, &problem);
  g_assert_true (status == FS_OK || status == FS_MALFORMED);
  double *column = g_new (double, table->n_rows);
  for (size_t t = 0; t < table->n_rows; t++)
    column[t] = table->values[t * table->n_channels + channel];
  fs_recipe_free (recipe);
  fs_table_free (table);
  return column;
}

static const char *const chains[] = {
  "impute",
  "impute method=median",
  "impute|scale",
  "impute|scale method=robust",
  "impute|scale method=min-max low=-2 high=3",
  "impute|clip method=iqr columns=all",
  "clip method=mad action=missing columns=all|impute",
  "impute|transform method=log",
  "impute|transform method=box-cox|scale",
  "impute|difference lag=3",
  "impute|detrend",
  "impute|scale fit_on_all_rows=true",
};

static void
test_formulas (void)
{
  FsFrame *frame = make_frame (1500);
  for (size_t i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      FsExperiment experiment = make_experiment (chains[i]);
      for (size_t step = 0; step < experiment.n_steps; step++)
        {
          g_autofree FsLensPicture *picture = look_once (frame, &experiment, step, 0);
          g_autofree double *before = by_recipe (frame, &experiment, step, 0);
          g_autofree double *after = by_recipe (frame, &experiment, step + 1, 0);
          g_assert_cmpstr (picture->problem, ==, "");
          g_assert_cmpstr (picture->channel, ==, "sales");
          check_side (&picture->before, before, 1500, picture->part_ends[FS_PART_TRAIN]);
          check_side (&picture->after, after, 1500, picture->part_ends[FS_PART_TRAIN]);
        }
    }
  fs_frame_free (frame);
}

/* The curve of a side, bit by bit: the ends of each bucket of the column as the recipe leaves it. */
static void
check_curve (const FsLensCurve *curve, const double *x, size_t n)
{
  const size_t size = n <= 2 * FS_LENS_BUCKETS ? 1 : (n + FS_LENS_BUCKETS - 1) / FS_LENS_BUCKETS;
  size_t i = 0;
  for (size_t begin = 0; begin < n; begin += size)
    {
      double least = INFINITY, most = -INFINITY;
      for (size_t t = begin; t < MIN (begin + size, n); t++)
        {
          least = x[t] < least ? x[t] : least;
          most = x[t] > most ? x[t] : most;
        }
      if (!(least <= most))
        {
          g_assert_true (isnan (curve->y[i++]));
          continue;
        }
      const bool has_two = least < most;
      g_assert_cmpfloat (MIN (curve->y[i], curve->y[i + has_two]), ==, least);
      g_assert_cmpfloat (MAX (curve->y[i], curve->y[i + has_two]), ==, most);
      for (size_t point = i; point <= i + has_two; point++)
        g_assert_cmpfloat (curve->y[point], ==, x[(size_t) curve->x[point]]);
      i += has_two ? 2 : 1;
    }
  g_assert_cmpuint (i, ==, curve->n);
}

/* Scalers are dragged through a lens that has looked before: each look is that of the recipe, also where
 * the numbers get so coarse that they cannot be carried over. */
static void
test_drag (void)
{
  static const char *const scalers[] = {
    "scale",
    "scale columns=inputs",
    "scale method=robust quantile_low=10 quantile_high=80",
    "scale method=robust quantile_low=31 quantile_high=62.5",
    "scale method=robust fit_on_all_rows=true",
    "scale method=min-max low=-2 high=3",
    "scale method=min-max low=0 high=1e-90",
    "scale method=min-max low=999999.5 high=1e6",
    "scale method=max-abs",
    "scale method=centre",
    "scale method=none",
  };
  const size_t n = 5000;
  FsFrame *frame = make_frame (n);
  FsLens *lens;
  g_assert_cmpint (fs_lens_new (&lens, NULL), ==, FS_OK);
  for (int with_gaps = 0; with_gaps < 2; with_gaps++)
    for (size_t i = 0; i < 2 * G_N_ELEMENTS (scalers); i++)
      for (size_t channel = 0; channel < 2; channel++)
        {
          const char *scaler = scalers[i % G_N_ELEMENTS (scalers)];
          g_autofree char *chain = g_strconcat ("impute|", scaler, NULL);
          FsExperiment experiment = make_experiment (chain);
          g_strlcpy (experiment.data.inputs[0], "other", FS_TEXT_SIZE);
          experiment.data.n_inputs = 1;
          experiment.steps[0].is_enabled = !with_gaps;
          g_autofree FsLensPicture *picture = look (lens, frame, &experiment, 1, channel);
          g_autofree FsLensPicture *fresh = look_once (frame, &experiment, 1, channel);
          g_autofree double *before = by_recipe (frame, &experiment, 1, channel);
          g_autofree double *after = by_recipe (frame, &experiment, 2, channel);
          g_assert_cmpstr (picture->problem, ==, "");
          check_curve (&picture->before.curve, before, n);
          check_curve (&picture->after.curve, after, n);
          g_assert_true (is_same (picture, fresh));
          g_assert_cmpuint (picture->n_filled, ==, 0);
          if (channel == 0)
            g_assert_cmpuint (picture->n_undone, >, 2000);
          check_side (&picture->after, after, n, picture->part_ends[FS_PART_TRAIN]);
        }
  fs_lens_free (lens);
  fs_frame_free (frame);
}

/* Ten rows: two gaps, one value far off. */
static void
test_changes (void)
{
  FsFrame *frame = read_text ("day,sales\n1,1\n2,\n3,\n4,4\n5,5\n6,90\n7,7\n8,8\n9,\n10,2\n");
  FsExperiment experiment = make_experiment ("impute|clip method=iqr columns=all|scale");
  g_autofree FsLensPicture *fill = look_once (frame, &experiment, 0, 0);
  g_autofree FsLensPicture *clip = look_once (frame, &experiment, 1, 0);
  g_autofree FsLensPicture *scale = look_once (frame, &experiment, 2, 0);
  g_assert_cmpuint (fill->n_gaps, ==, 2);
  g_assert_cmpuint (fill->gaps[0].begin, ==, 1);
  g_assert_cmpuint (fill->gaps[0].end, ==, 3);
  g_assert_cmpuint (fill->gaps[1].begin, ==, 8);
  g_assert_cmpuint (fill->before.n_missing, ==, 3);
  g_assert_cmpuint (fill->n_filled, ==, 3);
  g_assert_cmpuint (fill->filled.n, ==, 3);
  g_assert_cmpfloat (fill->filled.x[1], ==, 2);
  g_assert_cmpfloat (fill->filled.y[0], ==, 2);
  g_assert_cmpfloat (fill->filled.y[1], ==, 3);
  g_assert_true (isnan (fill->undo_error));
  g_assert_cmpuint (clip->n_gaps, ==, 0);
  g_assert_cmpuint (clip->n_cut, ==, 1);
  g_assert_cmpfloat (clip->cut.x[0], ==, 5);
  g_assert_cmpfloat (clip->cut.y[0], ==, 90);
  g_assert_cmpuint (scale->n_undone, ==, 10);
  g_assert_cmpfloat (scale->undo_error, <, 1e-14);
  g_assert_nonnull (strstr (scale->description, "training rows"));
  fs_frame_free (frame);
}

/* Whatever is undone is undone exactly. */
static void
test_undo (void)
{
  static const char *const steps[] = { "scale",
                                       "scale method=robust",
                                       "transform method=log",
                                       "transform method=yeo-johnson",
                                       "transform method=asinh",
                                       "difference lag=4",
                                       "detrend" };
  FsFrame *frame = make_frame (900);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *chain = g_strconcat ("impute|", steps[i], NULL);
      FsExperiment experiment = make_experiment (chain);
      g_autofree FsLensPicture *picture = look_once (frame, &experiment, 1, 0);
      g_assert_cmpuint (picture->n_undone, >, 800);
      g_assert_cmpfloat (picture->undo_error, <, 1e-12);
    }
  fs_frame_free (frame);
}

/* What a feature adds is what is looked at, beside what it is made of. */
static void
test_channels (void)
{
  FsFrame *frame = make_frame (400);
  FsExperiment experiment =
      make_experiment ("impute|feature method=mean length=4 column=other|scale");
  FsLens *lens;
  g_strlcpy (experiment.data.inputs[0], "other", FS_TEXT_SIZE);
  experiment.data.n_inputs = 1;
  g_assert_cmpint (fs_lens_new (&lens, NULL), ==, FS_OK);
  g_autofree FsLensPicture *feature = look (lens, frame, &experiment, 1, FS_LENS_NATURAL);
  g_assert_cmpuint (feature->n_channels_before, ==, 2);
  g_assert_cmpuint (feature->n_channels_after, ==, 3);
  g_assert_cmpstr (feature->source, ==, "other");
  g_assert_cmpstr (feature->channel, ==, fs_lens_channel_name (lens, 2));
  g_assert_null (fs_lens_channel_name (lens, 3));
  g_assert_cmpuint (feature->n_lost, ==, 3);
  g_assert_cmpuint (feature->after.n_missing, ==, 0);
  g_autofree double *mean = by_recipe (frame, &experiment, 2, 2);
  check_side (&feature->after, mean, 400, feature->part_ends[FS_PART_TRAIN]);
  /* Any channel of a step that treats each for itself. */
  for (size_t channel = 0; channel < 3; channel++)
    {
      g_autofree FsLensPicture *picture = look (lens, frame, &experiment, 2, channel);
      g_autofree double *after = by_recipe (frame, &experiment, 3, channel);
      g_assert_cmpstr (picture->channel, ==, fs_lens_channel_name (lens, channel));
      check_side (&picture->after, after, 400, picture->part_ends[FS_PART_TRAIN]);
    }
  fs_lens_free (lens);
  fs_frame_free (frame);
}

/* A lens that has looked at much else shows what a new one shows. */
static void
test_memory (void)
{
  FsFrame *frames[] = { make_frame (700), make_frame (300) };
  FsRandom random = fs_random (11, FS_STREAM_GENERATOR, 0, 0);
  FsLens *lens, *other;
  int n_seen = 0;
  g_assert_cmpint (fs_lens_new (&lens, NULL), ==, FS_OK);
  for (int i = 0; i < 300; i++)
    {
      size_t at = fs_random_below (&random, 2);
      FsExperiment experiment =
          make_experiment (chains[fs_random_below (&random, G_N_ELEMENTS (chains))]);
      size_t step = fs_random_below (&random, experiment.n_steps);
      size_t channel = fs_random_below (&random, 2);
      g_autofree FsLensPicture *fresh = NULL, *old = g_new0 (FsLensPicture, 1);
      if (fs_random_below (&random, 2))
        {
          g_strlcpy (experiment.data.inputs[0], "other", FS_TEXT_SIZE);
          experiment.data.n_inputs = 1;
        }
      if (fs_random_below (&random, 3) == 0)
        experiment.split.train = 0.5;
      if (experiment.n_steps > 1 && fs_random_below (&random, 3) == 0)
        experiment.steps[0].impute_method = FS_IMPUTE_FORWARD;
      if (experiment.n_steps > 1 && fs_random_below (&random, 5) == 0)
        experiment.steps[0].is_enabled = false;
      fresh = g_new0 (FsLensPicture, 1);
      g_assert_cmpint (fs_lens_new (&other, NULL), ==, FS_OK);
      FsStatus expected =
          fs_lens_look (other, frames[at], at, &experiment, step, channel, fresh, NULL);
      g_assert_cmpint (fs_lens_look (lens, frames[at], at, &experiment, step, channel, old, NULL),
                       ==, expected);
      fs_lens_free (other);
      n_seen += expected == FS_OK;
      g_assert_true (is_same (old, fresh));
    }
  g_assert_cmpint (n_seen, >, 200);
  fs_lens_free (lens);
  fs_frame_free (frames[0]);
  fs_frame_free (frames[1]);
}

/* Values of later rows do not move what is learned; with the leak they do. */
static void
test_leak (void)
{
  FsFrame *frame = make_frame (500);
  FsExperiment honest = make_experiment ("impute|scale");
  FsExperiment leaky = make_experiment ("impute|scale fit_on_all_rows=true");
  g_autofree FsLensPicture *before = look_once (frame, &honest, 1, 0);
  g_autofree FsLensPicture *leaky_before = look_once (frame, &leaky, 1, 0);
  frame->columns[1].numbers[499] = 1e9;
  g_autofree FsLensPicture *after = look_once (frame, &honest, 1, 0);
  g_autofree FsLensPicture *leaky_after = look_once (frame, &leaky, 1, 0);
  g_assert_cmpstr (before->description, ==, after->description);
  g_assert_cmpstr (leaky_before->description, !=, leaky_after->description);
  fs_frame_free (frame);
}

/* A single far value among 10^5 is on the curve, at its row; the curve is short and in order. */
static void
test_spike (void)
{
  const size_t n = 100000;
  FsFrame *frame = make_frame (2000);
  FsColumn *columns = frame->columns;
  double *day = g_new (double, n), *sales = g_new (double, n), *kept[2];
  size_t n_rows = frame->n_rows;
  FsExperiment experiment = make_experiment ("impute|scale");
  for (size_t t = 0; t < n; t++)
    {
      day[t] = (double) t;
      sales[t] = t == 77777 ? 1000 : t % 10;
    }
  kept[0] = columns[0].numbers;
  kept[1] = columns[1].numbers;
  columns[0].numbers = day;
  columns[1].numbers = sales;
  frame->n_rows = n;
  g_autofree FsLensPicture *picture = look_once (frame, &experiment, 1, 0);
  const FsLensCurve *curve = &picture->before.curve;
  gboolean is_seen = FALSE;
  g_assert_cmpuint (curve->n, <=, 2 * FS_LENS_BUCKETS);
  for (size_t i = 0; i < curve->n; i++)
    {
      g_assert_true (i == 0 || curve->x[i] > curve->x[i - 1]);
      is_seen = is_seen || (curve->x[i] == 77777 && curve->y[i] == 1000);
    }
  g_assert_true (is_seen);
  columns[0].numbers = kept[0];
  columns[1].numbers = kept[1];
  frame->n_rows = n_rows;
  g_free (day);
  g_free (sales);
  fs_frame_free (frame);
}

/* A step that cannot be taken still shows what came before it; a fault before it is an error. */
static void
test_faults (void)
{
  FsFrame *frame = read_text ("day,sales\n1,1\n2,-5\n3,2\n4,4\n5,5\n6,9\n7,7\n8,8\n9,1\n10,2\n");
  FsExperiment experiment = make_experiment ("transform method=log|scale");
  FsProblem problem = { 0 };
  FsLens *lens;
  g_autofree FsLensPicture *picture = look_once (frame, &experiment, 0, 0);
  g_assert_cmpstr (picture->problem, !=, "");
  g_assert_true (picture->before.is_there);
  g_assert_false (picture->after.is_there);
  g_assert_cmpint (fs_lens_new (&lens, NULL), ==, FS_OK);
  g_assert_cmpint (fs_lens_look (lens, frame, 1, &experiment, 1, 0, picture, &problem), !=, FS_OK);
  g_assert_cmpint (fs_lens_look (lens, frame, 1, &experiment, 2, 0, picture, &problem), ==,
                   FS_OUT_OF_RANGE);
  experiment.steps[0].is_enabled = false;
  g_assert_cmpint (fs_lens_look (lens, frame, 1, &experiment, 1, 0, picture, &problem), ==, FS_OK);
  g_assert_true (picture->after.is_there);
  fs_lens_free (lens);
  fs_frame_free (frame);
}

/* Variants are shown beside the originals, of the training rows alone; the recipe leaves every row as it is. */
static void
test_variants (void)
{
  FsFrame *frame = make_frame (300);
  const FsExperiment experiment = make_experiment ("impute|augment method=jitter strength=0.5");
  FsLensPicture *picture = look_once (frame, &experiment, 1, FS_LENS_NATURAL);
  const size_t n_train = picture->part_ends[FS_PART_TRAIN];
  size_t n_varied = 0;
  g_assert_cmpstr (picture->problem, ==, "");
  g_assert_cmpuint (picture->before.curve.n, ==, 300);
  g_assert_cmpuint (picture->after.curve.n, ==, 300);
  for (size_t t = 0; t < 300; t++)
    if (t < n_train)
      n_varied += picture->before.curve.y[t] != picture->after.curve.y[t];
    else
      g_assert_cmpfloat (picture->before.curve.y[t], ==, picture->after.curve.y[t]);
  g_assert_cmpuint (n_varied, >, n_train * 9 / 10);
  g_assert_nonnull (strstr (picture->description, "50 %"));
  g_free (picture);

  const FsExperiment plain = make_experiment ("impute");
  FsDataset *with = NULL, *without = NULL;
  g_assert_cmpint (fs_dataset_new (&with, frame, &experiment, NULL), ==, FS_OK);
  g_assert_cmpint (fs_dataset_new (&without, frame, &plain, NULL), ==, FS_OK);
  g_assert_cmpmem (with->inputs, with->n_rows * sizeof (FsReal), without->inputs,
                   without->n_rows * sizeof (FsReal));
  fs_dataset_free (with);
  fs_dataset_free (without);
  fs_frame_free (frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lens/formulas", test_formulas);
  g_test_add_func ("/lens/drag", test_drag);
  g_test_add_func ("/lens/changes", test_changes);
  g_test_add_func ("/lens/undo", test_undo);
  g_test_add_func ("/lens/channels", test_channels);
  g_test_add_func ("/lens/memory", test_memory);
  g_test_add_func ("/lens/leak", test_leak);
  g_test_add_func ("/lens/spike", test_spike);
  g_test_add_func ("/lens/faults", test_faults);
  g_test_add_func ("/lens/variants", test_variants);
  return g_test_run ();
}
