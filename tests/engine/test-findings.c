/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The finding table and what feeds it: every row complete; facts of data planted one fault at a time and
 * counted by hand; edits applied and refused; causes that hide symptoms, and wait for them. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/diagnose/calibration.h"
#include "engine/diagnose/verdict.h"
#include "engine/experiment/schema.h"

#define N_ROWS 400

/* A frame of columns made by a function of the row and a random number. */
typedef struct
{
  double target[N_ROWS], driver[N_ROWS], other[N_ROWS];
} Series;

static char *names[] = { (char *) "y", (char *) "driver", (char *) "other" };

/* An autoregression that a driver moves a little. */
static void
make_series (Series *series, uint64_t seed)
{
  FsRandom random = fs_random (seed, FS_STREAM_GENERATOR, 7, 0);
  double y = 0;
  for (int t = 0; t < N_ROWS; t++)
    {
      series->driver[t] = fs_random_normal (&random);
      series->other[t] = fs_random_normal (&random);
      y = 0.7 * y + fs_random_normal (&random) + (t > 0 ? 0.5 * series->driver[t - 1] : 0);
      series->target[t] = y;
    }
}

static FsExperiment
plain_experiment (size_t n_inputs)
{
  FsExperiment experiment = fs_experiment_default ();
  strcpy (experiment.data.target, "y");
  experiment.data.time[0] = '\0';
  experiment.data.n_inputs = n_inputs;
  for (size_t i = 0; i < n_inputs; i++)
    strcpy (experiment.data.inputs[i], names[i + 1]);
  experiment.window.length = 6;
  experiment.window.horizon = 1;
  experiment.n_steps = 1;
  experiment.steps[0] = fs_step_spec_default (FS_STEP_SCALE);
  return experiment;
}

static FsDataFacts
measure (Series *series, const FsExperiment *experiment, FsBaselines *baselines)
{
  FsColumn columns[3] = {
    { .name = names[0], .type = FS_COLUMN_NUMBER, .numbers = series->target },
    { .name = names[1], .type = FS_COLUMN_NUMBER, .numbers = series->driver },
    { .name = names[2], .type = FS_COLUMN_NUMBER, .numbers = series->other }
  };
  FsFrame frame = { .columns = columns, .n_columns = 3, .n_rows = N_ROWS };
  FsDataset *dataset;
  FsProblem problem = { 0 };
  char sentence[1024];
  FsDataFacts facts;
  FsStatus status = fs_dataset_new (&dataset, &frame, experiment, &problem);
  if (status != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  g_assert_cmpint (fs_data_facts_measure (&facts, dataset, experiment), ==, FS_OK);
  if (baselines)
    g_assert_cmpint (fs_baselines_compute (baselines, dataset, fs_loss_rule (experiment), NULL), ==,
                     FS_OK);
  fs_dataset_free (dataset);
  return facts;
}

static const FsFinding *
find (const FsVerdict *verdict, FsFindingId id)
{
  for (size_t i = 0; i < verdict->n_findings; i++)
    if (verdict->findings[i].id == id)
      return &verdict->findings[i];
  return NULL;
}

static FsVerdict
judge_data (const FsDataFacts *facts, const FsExperiment *experiment)
{
  FsHistory history = { .has_validation = true };
  FsCase subject = { .history = &history, .data = facts, .experiment = experiment };
  return fs_verdict_judge (&subject);
}

/* ---- the table ---- */

static void
test_table (void)
{
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      const FsFindingInfo *info = fs_finding_info (id);
      g_assert_cmpint (fs_finding_from_word (info->word), ==, id);
      g_assert_cmpuint (strlen (info->name), >, 3);
      const char *page[] = { info->why.measures, info->why.formula, info->why.source,
                             info->why.assumes, info->why.fails };
      for (gsize i = 0; i < G_N_ELEMENTS (page); i++)
        g_assert_true (g_str_has_suffix (page[i], "."));
      for (const char *c = info->word; *c; c++)
        g_assert_true (g_ascii_islower (*c) || *c == '-');
    }
  g_assert_cmpint (fs_finding_from_word ("nonsense"), ==, FS_N_FOUND);
}

/* ---- facts ---- */

static void
test_healthy_data (void)
{
  for (uint64_t seed = 0; seed < 20; seed++)
    {
      Series series;
      make_series (&series, seed);
      FsExperiment experiment = plain_experiment (2);
      FsDataFacts facts = measure (&series, &experiment, NULL);
      FsVerdict verdict = judge_data (&facts, &experiment);
      g_assert_cmpuint (verdict.n_warnings, ==, 0);
      g_assert_cmpuint (verdict.n_findings, ==, 0);
      g_assert_cmpint (verdict.kind, ==, FS_VERDICT_WAITING);
      g_assert_cmpfloat (facts.giveaway.value, >, 0.05); /* the driver is seen for what it is */
      g_assert_cmpfloat (facts.giveaway.value, <, 0.4);
      g_assert_cmpstr (facts.giveaway.name, ==, "driver");
      g_assert_cmpuint (facts.n_overlapping, ==, 0);
      g_assert_cmpfloat_with_epsilon (facts.first_order, 0.7, 0.2);
    }
}

static void
plant_wide_target (Series *series, FsExperiment *experiment)
{
  for (int t = 0; t < N_ROWS; t++)
    series->target[t] = 500 + 50 * series->target[t];
  experiment->n_steps = 0;
}

static void
plant_wide_input (Series *series, FsExperiment *experiment)
{
  for (int t = 0; t < N_ROWS; t++)
    series->other[t] *= 1000;
  experiment->n_steps = 0;
}

static void
plant_leak (Series *series, FsExperiment *experiment)
{
  for (int t = 0; t + 1 < N_ROWS; t++)
    series->driver[t] = series->target[t + 1] + 0.02 * series->other[t];
}

/* The mean of the next two: no copy, and still nobody's to know. */
static void
plant_smooth_leak (Series *series, FsExperiment *experiment)
{
  for (int t = 0; t + 2 < N_ROWS; t++)
    series->driver[t] = 0.5 * (series->target[t] + series->target[t + 1]);
}

/* A series so smooth that its past leaves less open than the noise of the copy hides. */
static void
plant_noisy_leak (Series *series, FsExperiment *experiment)
{
  FsRandom random = fs_random (9, FS_STREAM_GENERATOR, 8, 0);
  double before = 0, y = 0;
  for (int t = 0; t < N_ROWS; t++)
    {
      double next = 1.9 * y - 0.92 * before + 0.1 * fs_random_normal (&random);
      before = y;
      series->target[t] = y = next;
    }
  for (int t = 0; t + 1 < N_ROWS; t++)
    series->driver[t] = series->target[t + 1] + 0.1 * series->other[t];
}

static void
plant_code (Series *series, FsExperiment *experiment)
{
  for (int t = 7; t < N_ROWS; t += 40)
    series->target[t] = -999;
}

static void
plant_drift (Series *series, FsExperiment *experiment)
{
  for (int t = 280; t < N_ROWS; t++)
    series->target[t] += 8;
}

static void
plant_constant (Series *series, FsExperiment *experiment)
{
  for (int t = 0; t < 300; t++)
    series->other[t] = 1;
}

static void
plant_duplicate (Series *series, FsExperiment *experiment)
{
  for (int t = 0; t < N_ROWS; t++)
    series->other[t] = 3 - 2 * series->driver[t];
}

static void
plant_late (Series *series, FsExperiment *experiment)
{
  for (int t = N_ROWS - 1; t > 12; t--)
    series->target[t] += 2 * series->driver[t - 12];
}

static void
plant_spikes (Series *series, FsExperiment *experiment)
{
  series->other[100] = 90;
  series->other[200] = -120;
}

/* Extremes of the target stay, with less weight. */
static void
plant_target_spikes (Series *series, FsExperiment *experiment)
{
  series->target[100] = 190;
  series->target[200] = -120;
}

static void
plant_wrong_fit (Series *series, FsExperiment *experiment)
{
  experiment->steps[0].fits_all_rows = true;
}

static void
plant_season (Series *series, FsExperiment *experiment)
{
  for (int t = 0; t < N_ROWS; t++)
    series->target[t] += 6 * sin (2 * G_PI * t / 24);
}

/* What happened eleven rows ago counts, and the window holds six. */
static void
plant_old_news (Series *series, FsExperiment *experiment)
{
  for (int t = 12; t < N_ROWS; t++)
    series->target[t] = 0.8 * series->target[t - 11] + 0.3 * series->other[t];
}

static const struct
{
  FsFindingId id;
  void (*plant) (Series *series, FsExperiment *experiment);
  FsEditKind edit;
} plants[] = {
  { FS_FOUND_UNSCALED_TARGET, plant_wide_target, FS_EDIT_INSERT_STEP },
  { FS_FOUND_UNSCALED_INPUT, plant_wide_input, FS_EDIT_INSERT_STEP },
  { FS_FOUND_LEAK, plant_leak, FS_EDIT_REMOVE_INPUT },
  { FS_FOUND_LEAK, plant_smooth_leak, FS_EDIT_REMOVE_INPUT },
  { FS_FOUND_LEAK, plant_noisy_leak, FS_EDIT_REMOVE_INPUT },
  { FS_FOUND_MISSING_CODE, plant_code, FS_EDIT_INSERT_STEP },
  { FS_FOUND_DRIFT, plant_drift, FS_EDIT_INSERT_STEP },
  { FS_FOUND_CONSTANT_INPUT, plant_constant, FS_EDIT_REMOVE_INPUT },
  { FS_FOUND_DUPLICATE_INPUT, plant_duplicate, FS_EDIT_REMOVE_INPUT },
  { FS_FOUND_LATE_INPUT, plant_late, FS_EDIT_SET },
  { FS_FOUND_HEAVY_TAILS, plant_spikes, FS_EDIT_INSERT_STEP },
  { FS_FOUND_HEAVY_TAILS, plant_target_spikes, FS_EDIT_SET },
  { FS_FOUND_FITTED_ON_ALL, plant_wrong_fit, FS_EDIT_SET },
  { FS_FOUND_SHORT_WINDOW, plant_season, FS_EDIT_SET },
  { FS_FOUND_SHORT_WINDOW, plant_old_news, FS_EDIT_SET },
  { FS_FOUND_LONE_VALUES, plant_target_spikes, FS_EDIT_INSERT_STEP },
};

/* Each fault is found, and its remedy, applied, makes the finding go away. */
static void
test_planted_data (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plants); i++)
    for (uint64_t seed = 0; seed < 5; seed++)
      {
        Series series;
        make_series (&series, seed);
        FsExperiment experiment = plain_experiment (2);
        plants[i].plant (&series, &experiment);
        FsDataFacts facts = measure (&series, &experiment, NULL);
        FsVerdict verdict = judge_data (&facts, &experiment);
        const FsFinding *finding = find (&verdict, plants[i].id);
        const char *word = fs_finding_info (plants[i].id)->word;
        FsProblem problem = { 0 };
        if (!finding)
          g_error ("%s, seed %u: not found (%s)", word, (unsigned) seed, verdict.headline);
        g_test_message ("%s | %s | %s", finding->headline, finding->detail, finding->advice);
        g_assert_cmpint (finding->edit.kind, ==, plants[i].edit);
        g_assert_cmpuint (strlen (finding->cause), >, 10);
        if (fs_edit_apply (&finding->edit, &experiment, &problem) != FS_OK)
          g_error ("%s: %s %s", word, problem.where, problem.allowed);
        /* What is cut to "missing" must be filled again. */
        if (plants[i].id == FS_FOUND_MISSING_CODE || plants[i].id == FS_FOUND_LONE_VALUES)
          {
            FsEdit fill = fs_edit_insert_step (1, FS_STEP_IMPUTE, "method=linear");
            g_assert_cmpint (fs_edit_apply (&fill, &experiment, NULL), ==, FS_OK);
            facts = measure (&series, &experiment, NULL);
            g_assert_cmpfloat (facts.heaviest.value, <, 10);
            verdict = judge_data (&facts, &experiment);
            g_assert_null (find (&verdict, plants[i].id));
            continue;
          }
        if (plants[i].plant == plant_target_spikes)
          {
            g_assert_cmpint (experiment.train.loss, ==, FS_LOSS_HUBER);
            continue;
          }
        facts = measure (&series, &experiment, NULL);
        verdict = judge_data (&facts, &experiment);
        g_assert_null (find (&verdict, plants[i].id));
      }
}

/* A gauge upstream, whose water arrives a row later: it leads, and is no copy. */
static void
test_honest_lead (void)
{
  for (uint64_t seed = 0; seed < 10; seed++)
    {
      Series series;
      make_series (&series, seed);
      for (int t = 1; t < N_ROWS; t++)
        {
          series.driver[t] = 0.97 * series.driver[t - 1] + 0.25 * series.driver[t];
          series.target[t] = series.driver[t - 1] + 0.3 * series.other[t];
        }
      FsExperiment experiment = plain_experiment (1);
      FsDataFacts facts = measure (&series, &experiment, NULL);
      g_assert_cmpfloat (facts.ahead.value, ==, 0);
    }
}

/* How much of the past counts, and how far back, for series that are known. */
static void
test_own_past (void)
{
  Series series;
  FsRandom random = fs_random (4, FS_STREAM_GENERATOR, 9, 0);
  FsExperiment experiment = plain_experiment (0);
  experiment.window.length = 12;
  for (int t = 0; t < N_ROWS; t++)
    series.target[t] = series.driver[t] = series.other[t] = fs_random_normal (&random);
  FsDataFacts facts = measure (&series, &experiment, NULL);
  g_assert_cmpfloat (facts.raw_tells, <, 0.02);
  g_assert_cmpfloat (facts.past_tells, <, 0.05);
  g_assert_cmpuint (facts.needed_rows, ==, 0);
  for (int t = 8; t < N_ROWS; t++)
    series.target[t] = 0.9 * series.target[t - 8] + series.driver[t];
  facts = measure (&series, &experiment, NULL);
  g_assert_cmpfloat (facts.raw_tells, >, 0.5);
  g_assert_cmpfloat (facts.past_tells, >, 0.5);
  g_assert_cmpuint (facts.needed_rows, ==, 8);
}

/* Facts of sequences and classes, which no forecast has. */
static void
test_sequences (void)
{
  FsExperiment experiment = plain_experiment (0);
  experiment.window.padding = FS_AT_START;
  FsDataFacts facts = { .n_windows = { 200, 50, 50 }, .padded_share = 0.7 };
  FsVerdict verdict = judge_data (&facts, &experiment);
  const FsFinding *padding = find (&verdict, FS_FOUND_PADDING);
  g_assert_nonnull (padding);
  g_assert_cmpstr (padding->edit.key, ==, "window.mask");
  g_assert_cmpint (padding->level, ==, FS_LEVEL_NOTE); /* no symptom yet */
  facts.is_masked = true;
  verdict = judge_data (&facts, &experiment);
  g_assert_null (find (&verdict, FS_FOUND_PADDING));

  facts = (FsDataFacts){ .n_windows = { 220, 50, 50 },
                         .n_classes = 3,
                         .n_rarest = 9,
                         .n_commonest = 180,
                         .rarest = "fault",
                         .commonest = "calm" };
  verdict = judge_data (&facts, &experiment);
  const FsFinding *rare = find (&verdict, FS_FOUND_IMBALANCE);
  g_assert_nonnull (rare);
  g_assert_cmpstr (rare->headline, ==, "fault is rare");
  g_assert_cmpstr (rare->edit.key, ==, "train.class_weights");
  facts.n_rarest = 20;
  verdict = judge_data (&facts, &experiment);
  g_assert_null (find (&verdict, FS_FOUND_IMBALANCE));
  facts.n_rarest = 9;
  facts.has_class_weights = true;
  verdict = judge_data (&facts, &experiment);
  g_assert_null (find (&verdict, FS_FOUND_IMBALANCE));
}

/* More is never less sure, and only what is exact is certain. */
static void
test_calibration (void)
{
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      double before = 0;
      for (double claim = 0.05; claim < 1; claim += 0.05)
        {
          double sure = fs_finding_calibrate (id, claim);
          g_assert_cmpfloat (sure, >=, before);
          g_assert_cmpfloat (sure, <, 1);
          before = sure;
        }
      g_assert_cmpfloat (fs_finding_calibrate (id, 1), ==, 1);
      g_assert_cmpfloat (fs_finding_calibrate (id, 0), ==, 0);
      g_assert_cmpint (fs_finding_family (id), <, FS_N_FAMILIES);
    }
}

/* ---- edits ---- */

static void
test_edits (void)
{
  FsExperiment experiment = plain_experiment (2), before = experiment;
  FsEditWords words;
  FsEdit edit = fs_edit_set_number ("train.learning_rate", 0.1 * 0.003);
  fs_edit_describe (&edit, &experiment, &words);
  g_assert_cmpstr (words.label, ==, "Learning rate");
  g_assert_cmpstr (words.right, ==, "0.0003");
  g_assert_cmpint (fs_edit_apply (&edit, &experiment, NULL), ==, FS_OK);
  g_assert_cmpfloat (experiment.train.learning_rate, ==, 0.0003);
  g_assert_cmpuint (fs_experiment_compare (&before, &experiment, NULL, NULL), ==, 1);

  experiment = before;
  edit = fs_edit_insert_step (1, FS_STEP_CLIP, "method=mad action=missing");
  fs_edit_describe (&edit, &experiment, &words);
  g_assert_cmpstr (words.right, ==, "+ Cut outliers (method mad action missing)");
  g_assert_cmpint (fs_edit_apply (&edit, &experiment, NULL), ==, FS_OK);
  g_assert_cmpuint (experiment.n_steps, ==, before.n_steps + 1);
  g_assert_cmpint (experiment.steps[1].clip_action, ==, FS_CLIP_TO_MISSING);

  /* What cannot be changes nothing. */
  const FsEdit bad[] = { { 0 },
                         fs_edit_set ("train.batch", "-3"),
                         fs_edit_set ("no.such.key", "1"),
                         fs_edit_insert_step (0, FS_STEP_SCALE, "method=nonsense"),
                         { .kind = FS_EDIT_REMOVE_STEP, .index = 99 },
                         { .kind = FS_EDIT_REMOVE_INPUT, .index = 2 } };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      FsProblem problem = { 0 };
      experiment = before;
      g_assert_cmpint (fs_edit_apply (&bad[i], &experiment, &problem), !=, FS_OK);
      g_assert_cmpuint (fs_experiment_compare (&before, &experiment, NULL, NULL), ==, 0);
      g_assert_cmpint (problem.status, !=, FS_OK);
    }
}

/* ---- causes ---- */

static void
add_epochs (FsHistory *history, int n, double first, double floor, double tau, double update)
{
  for (int i = 0; i < n; i++)
    {
      double loss = floor + (first - floor) * exp (-i / tau);
      FsObservation observation = { .epoch = (uint32_t) history->n_observations + 1,
                                    .train_loss = loss,
                                    .running_loss = loss,
                                    .validation_loss = loss,
                                    .learning_rate = 0.001,
                                    .gradient_norm = 1,
                                    .gradient_norm_max = 2,
                                    .update_ratio = update };
      g_assert_cmpint (fs_history_append (history, &observation), ==, FS_OK);
    }
}

/* Unscaled inputs, mildly so: a note while the curves are well, the one warning when they are not. */
static void
test_causes_wait (void)
{
  Series series;
  make_series (&series, 3);
  FsExperiment experiment = plain_experiment (2);
  FsBaselines baselines;
  FsDataFacts facts = measure (&series, &experiment, &baselines);
  facts.widest = (FsChannelFact){ "other", 2, 15 };
  for (int part = 0; part < FS_N_PARTS; part++)
    baselines.parts[part] =
        (FsBaseline){ .mean = 1, .persistence = 0.8, .seasonal_naive = NAN, .ridge = 0.4 };
  for (int is_ill = 0; is_ill < 2; is_ill++)
    {
      FsHistory history = { .has_validation = true };
      FsCase subject = { &history, &baselines, &experiment, &facts, NULL };
      add_epochs (&history, 60, 1, is_ill ? 0.9 : 0.3, 5, 0.003);
      FsVerdict verdict = fs_verdict_judge (&subject);
      const FsFinding *finding = find (&verdict, FS_FOUND_UNSCALED_INPUT);
      g_assert_nonnull (finding);
      g_assert_cmpint (finding->level, ==, is_ill ? FS_LEVEL_WARNING : FS_LEVEL_NOTE);
      g_assert_cmpuint (verdict.n_warnings, ==, (gsize) is_ill);
      g_assert_cmpint (verdict.kind, ==, is_ill ? FS_VERDICT_UNDERFITTING : FS_VERDICT_HEALTHY);
      g_assert_null (find (&verdict, FS_FOUND_UNDERFITTING));
      g_assert_null (find (&verdict, FS_FOUND_NO_SIGNAL));
      fs_history_clear (&history);
    }
}

/* Steps a hundred times too short: named as the cause of what they do. */
static void
test_low_rate (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsBaselines baselines = { 0 };
  for (int part = 0; part < FS_N_PARTS; part++)
    baselines.parts[part] =
        (FsBaseline){ .mean = 1, .persistence = 0.8, .seasonal_naive = NAN, .ridge = 0.4 };
  FsHistory history = { .has_validation = true };
  FsCase subject = { .history = &history, .baselines = &baselines, .experiment = &experiment };
  add_epochs (&history, 40, 1, 0.5, 400, 2e-5);
  FsVerdict verdict = fs_verdict_judge (&subject);
  g_assert_cmpint (verdict.findings[0].id, ==, FS_FOUND_LOW_RATE);
  g_assert_cmpstr (verdict.findings[0].edit.key, ==, "train.learning_rate");
  g_assert_cmpuint (verdict.n_warnings, ==, 1);
  g_assert_cmpuint (verdict.findings[0].since_epoch, ==, 10);
  fs_history_clear (&history);
}

/* Three checks raise a finding and five clear it: a single odd epoch does neither. */
static void
test_hysteresis (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsBaselines baselines = { 0 };
  for (int part = 0; part < FS_N_PARTS; part++)
    baselines.parts[part] =
        (FsBaseline){ .mean = 1, .persistence = 0.8, .seasonal_naive = NAN, .ridge = 0.4 };
  FsHistory history = { .has_validation = true };
  FsCase subject = { .history = &history, .baselines = &baselines, .experiment = &experiment };
  FsJudge judge = { 0 };
  const struct
  {
    double update;
    int n;
    gboolean is_found;
  } course[] = { { 3e-3, 20, FALSE }, { 2e-5, 2, FALSE }, { 3e-3, 1, FALSE }, { 2e-5, 3, TRUE },
                 { 3e-3, 4, TRUE },   { 2e-5, 1, TRUE },  { 3e-3, 5, FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS (course); i++)
    {
      add_epochs (&history, course[i].n, 0.9, 0.9, 400, course[i].update);
      FsVerdict verdict = fs_judge_look (&judge, &subject);
      g_assert_cmpint (find (&verdict, FS_FOUND_LOW_RATE) != NULL, ==, course[i].is_found);
    }
  fs_history_clear (&history);
}

/* A note says what is so now: units that were dead and have come alive are none. */
static void
test_notes_hold (void)
{
  FsHistory history = { .has_validation = true };
  FsCase subject = { .history = &history };
  FsJudge judge = { 0 };
  FsProbe probe = { .n_layers = 1 };
  probe.layers[0] =
      (FsLayerProbe){ .n_units = 4, .n_steps = 8, .dead_share = 0.25F, .effective_rank = 0.9F };
  probe.layers[0].gates[FS_STATE_FORGET_GATE].mean = 0.7F;
  for (probe.epoch = 1; probe.epoch <= 9; probe.epoch++)
    {
      if (probe.epoch == 9)
        probe.layers[0].dead_share = 0;
      g_assert_cmpint (fs_history_add_probe (&history, &probe), ==, FS_OK);
      const double loss = 1 - 0.05 * probe.epoch;
      add_epochs (&history, 1, loss, loss, 400, 3e-3);
      FsVerdict verdict = fs_judge_look (&judge, &subject);
      if (probe.epoch >= 8)
        g_assert_cmpint (find (&verdict, FS_FOUND_DEAD_UNITS) != NULL, ==, probe.epoch == 8);
    }
  fs_history_clear (&history);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/findings/sequences", test_sequences);
  g_test_add_func ("/findings/calibration", test_calibration);
  g_test_add_func ("/findings/table", test_table);
  g_test_add_func ("/findings/healthy-data", test_healthy_data);
  g_test_add_func ("/findings/planted-data", test_planted_data);
  g_test_add_func ("/findings/honest-lead", test_honest_lead);
  g_test_add_func ("/findings/own-past", test_own_past);
  g_test_add_func ("/findings/edits", test_edits);
  g_test_add_func ("/findings/causes-wait", test_causes_wait);
  g_test_add_func ("/findings/low-rate", test_low_rate);
  g_test_add_func ("/findings/hysteresis", test_hysteresis);
  g_test_add_func ("/findings/notes-hold", test_notes_hold);
  return g_test_run ();
}
