/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Verdicts on histories built to be ill in one way, and on healthy ones; the order of causes; the
 * sentences to the letter. How often alarms are right is test-curve.c's. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/diagnose/verdict.h"
#include "tests/engine/curve-ward.h"

static void
add_epoch (FsHistory *history, double train, double validation)
{
  FsObservation observation = { .epoch = (uint32_t) history->n_observations + 1,
                                .train_loss = train,
                                .validation_loss = validation,
                                .learning_rate = 0.001,
                                .update_ratio = 0.001 };
  g_assert_cmpint (fs_history_append (history, &observation), ==, FS_OK);
}

/* Losses that fall from `first` towards `floor` with a time constant of `tau` epochs. */
static void
add_fall (FsHistory *history, int n, double first, double floor, double tau, double gap)
{
  for (int i = 0; i < n; i++)
    {
      double loss = floor + (first - floor) * exp (-i / tau);
      add_epoch (history, loss, loss * gap);
    }
}

/* The line scores `ridge`, no learning 1 (mean) and `persistence`. */
static FsBaselines
make_baselines (double persistence, double ridge)
{
  FsBaselines baselines = { 0 };
  for (int part = 0; part < FS_N_PARTS; part++)
    baselines.parts[part] = (FsBaseline){
      .mean = 1, .persistence = persistence, .seasonal_naive = NAN, .ridge = ridge
    };
  return baselines;
}

static FsVerdict
judge (const FsHistory *history, const FsBaselines *baselines, const FsExperiment *experiment)
{
  const FsCase subject = { .history = history, .baselines = baselines, .experiment = experiment };
  return fs_verdict_judge (&subject);
}

static FsVerdict
look (FsJudge *watcher, const FsHistory *history)
{
  const FsCase subject = { .history = history };
  return fs_judge_look (watcher, &subject);
}

static void
assert_verdict (const FsVerdict *verdict, FsVerdictKind kind, FsTone tone)
{
  g_test_message ("%s | %s | %s | %s", verdict->headline, verdict->detail, verdict->state,
                  verdict->advice);
  g_assert_cmpstr (fs_verdict_word (verdict->kind), ==, fs_verdict_word (kind));
  g_assert_cmpint (verdict->tone, ==, tone);
  g_assert_cmpfloat (verdict->confidence, >, kind == FS_VERDICT_WAITING ? -1 : 0.4);
  g_assert_cmpfloat (verdict->confidence, <=, 1);
}

static void
test_waiting (void)
{
  FsHistory history = { .has_validation = true };
  FsVerdict verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_WAITING, FS_TONE_NEUTRAL);
  g_assert_cmpuint (verdict.best_epoch, ==, 0);
}

static void
test_learning (void)
{
  FsHistory history = { .has_validation = true };
  add_epoch (&history, 1, 1.1);
  FsVerdict verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_LEARNING, FS_TONE_NEUTRAL);
  g_assert_cmpstr (verdict.detail, ==, "1 epoch so far; best validation loss 1.1");
  g_assert_cmpstr (verdict.state, ==, "validation best 1.1 at epoch 1, the newest");
  fs_history_clear (&history);

  history = (FsHistory){ .has_validation = true };
  add_fall (&history, 40, 1, 0.1, 30, 1.1);
  FsBaselines baselines = make_baselines (0.8, 0.3);
  verdict = judge (&history, &baselines, NULL);
  assert_verdict (&verdict, FS_VERDICT_LEARNING, FS_TONE_NEUTRAL);
  fs_history_clear (&history);
}

static void
test_healthy (void)
{
  FsHistory history = { .has_validation = true };
  FsBaselines baselines = make_baselines (0.5, 0.3);
  add_fall (&history, 60, 1, 0.2, 5, 1.25);
  FsVerdict verdict = judge (&history, &baselines, NULL);
  assert_verdict (&verdict, FS_VERDICT_HEALTHY, FS_TONE_GOOD);
  g_assert_cmpuint (verdict.n_findings, ==, 0);
  g_assert_cmpstr (verdict.detail, ==,
                   "validation loss has settled at 0.25, 50 % below repeating the last value; no "
                   "sign of overfitting");
  double with_baselines = verdict.confidence;
  verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_HEALTHY, FS_TONE_GOOD);
  g_assert_cmpfloat (verdict.confidence, <, with_baselines);
  fs_history_clear (&history);
}

/* A valley: the validation loss is lowest at epoch 30 and then rises, train falls throughout. */
static void
make_valley (FsHistory *history)
{
  for (int epoch = 1; epoch <= 100; epoch++)
    add_epoch (history, exp (-0.05 * epoch), 0.4 + 0.0005 * pow (fabs (epoch - 30.0), 1.5));
}

static void
test_overfitting (void)
{
  FsHistory history = { .has_validation = true };
  make_valley (&history);
  FsVerdict verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_OVERFITTING, FS_TONE_WARNING);
  g_assert_true (verdict.is_overfitting);
  g_assert_cmpuint (verdict.best_epoch, ==, 30);
  g_assert_cmpuint (verdict.since_epoch, ==, 30);
  g_assert_cmpuint (verdict.stop_epoch, >, 30);
  g_assert_cmpuint (verdict.stop_epoch, <=, 40);
  g_assert_cmpstr (verdict.headline, ==, "Overfitting since epoch 30");
  g_assert_cmpstr (verdict.detail, ==,
                   "validation loss is 73 % above its best, while training loss fell 97 %");
  g_assert_cmpstr (verdict.state, ==,
                   "validation best 0.4 at epoch 30; since then +73 % while training fell 97 %");
  fs_history_clear (&history);
}

/* The remedy is a change of the experiment: what regularises already, then size, then a penalty. */
static void
test_remedies (void)
{
  FsHistory history = { .has_validation = true };
  FsExperiment experiment = fs_experiment_default ();
  make_valley (&history);
  experiment.n_layers = 3;
  experiment.layers[0] = (FsLayerSpec){ .kind = FS_LAYER_LSTM, .units = 50 };
  experiment.layers[1] = (FsLayerSpec){ .kind = FS_LAYER_DROPOUT, .rate = 0.1 };
  experiment.layers[2] = (FsLayerSpec){ .kind = FS_LAYER_DENSE, .units = 1 };
  const struct
  {
    double rate;
    int64_t units;
    const char *key, *value, *advice;
  } steps[] = {
    { 0.1, 50, "model.layers.1.rate", "0.2", "Set Dropout rate to 0.2." },
    { 0.2, 50, "model.layers.1.rate", "0.4", "Set Dropout rate to 0.4." },
    { 0.4, 51, "model.layers.0.units", "25", "Set Units to 25." },
    { 0.5, 8, "train.l2", "0.001", "Set L2 penalty to 0.001." },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      experiment.layers[1].rate = steps[i].rate;
      experiment.layers[0].units = steps[i].units;
      FsVerdict verdict = judge (&history, NULL, &experiment);
      g_assert_cmpstr (verdict.findings[0].edit.key, ==, steps[i].key);
      g_assert_cmpstr (verdict.findings[0].edit.value, ==, steps[i].value);
      g_assert_cmpstr (verdict.advice, ==, steps[i].advice);
    }
  fs_history_clear (&history);
}

/* The line finds a signal, the network does not come near it. */
static void
test_underfitting (void)
{
  FsHistory history = { .has_validation = true };
  FsBaselines baselines = make_baselines (0.9, 0.4);
  add_fall (&history, 60, 1, 0.95, 5, 1);
  FsVerdict verdict = judge (&history, &baselines, NULL);
  assert_verdict (&verdict, FS_VERDICT_UNDERFITTING, FS_TONE_WARNING);
  g_assert_nonnull (strstr (verdict.detail, "a linear forecast from the same windows reaches 0.4"));
  /* Just above the line is no underfitting, and still falling is none yet. */
  baselines = make_baselines (1.2, 0.91);
  verdict = judge (&history, &baselines, NULL);
  g_assert_cmpint (verdict.kind, !=, FS_VERDICT_UNDERFITTING);
  fs_history_clear (&history);
  history = (FsHistory){ .has_validation = true };
  baselines = make_baselines (0.9, 0.4);
  add_fall (&history, 40, 1, 0.1, 60, 1);
  verdict = judge (&history, &baselines, NULL);
  assert_verdict (&verdict, FS_VERDICT_LEARNING, FS_TONE_NEUTRAL);
  fs_history_clear (&history);
}

/* A random walk: repeating the last value is the best there is, and the line can do no more. */
static void
test_no_signal (void)
{
  FsHistory history = { .has_validation = true };
  FsBaselines baselines = make_baselines (0.05, 0.05);
  add_fall (&history, 9, 1, 0.052, 1, 1);
  FsVerdict verdict = judge (&history, &baselines, NULL);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_LEARNING);
  add_fall (&history, 6, 0.052, 0.052, 1, 1);
  verdict = judge (&history, &baselines, NULL);
  assert_verdict (&verdict, FS_VERDICT_NO_SIGNAL, FS_TONE_WARNING);
  g_assert_cmpstr (verdict.headline, ==, "No better than repeating the last value");
  g_assert_cmpstr (
      verdict.state, ==,
      "validation best 0.052 at epoch 10; since then no change while training stayed as "
      "it was");
  /* A better baseline is what it is measured against, a worse one is beaten. */
  baselines = make_baselines (0.06, 0.06);
  verdict = judge (&history, &baselines, NULL);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_HEALTHY);
  fs_history_clear (&history);
}

/* What holds no signal may be memorised as well: the cause gives the verdict, the symptom is listed. */
/* Examples learned by heart from the first epoch on: more epochs are no remedy, more examples are. */
static void
test_no_signal_by_heart (void)
{
  FsHistory history = { .has_validation = true };
  FsBaselines baselines = make_baselines (NAN, NAN);
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.task = FS_TASK_CLASSIFY;
  experiment.split.train = 0.1;
  experiment.split.validation = 0.25;
  for (int i = 0; i < 12; i++)
    add_epoch (&history, 0.9 * exp (-0.4 * i), 1 + 0.2 * i);
  FsVerdict verdict = judge (&history, &baselines, &experiment);
  g_assert_cmpint (verdict.findings[0].id, ==, FS_FOUND_NO_SIGNAL);
  g_assert_nonnull (strstr (verdict.findings[0].cause, "by heart"));
  g_assert_cmpstr (verdict.findings[0].edit.key, ==, "split.train");
  g_assert_cmpstr (verdict.findings[0].edit.value, ==, "0.6");
  /* Where there are no more, less of a network. */
  experiment.split.train = 0.6;
  verdict = judge (&history, &baselines, &experiment);
  g_assert_nonnull (strstr (verdict.findings[0].edit.key, "model.layers."));
  fs_history_clear (&history);
}

static void
test_causes_first (void)
{
  FsHistory history = { .has_validation = true };
  FsBaselines baselines = make_baselines (0.3, 0.3);
  make_valley (&history);
  FsVerdict verdict = judge (&history, &baselines, NULL);
  assert_verdict (&verdict, FS_VERDICT_NO_SIGNAL, FS_TONE_WARNING);
  g_assert_true (verdict.is_overfitting);
  g_assert_cmpuint (verdict.n_findings, ==, 2);
  g_assert_cmpint (verdict.findings[1].id, ==, FS_FOUND_OVERFITTING);
  g_assert_cmpuint (verdict.findings[1].since_epoch, ==, 30);
  fs_history_clear (&history);
}

static void
test_not_learning (void)
{
  FsHistory history = { .has_validation = true };
  FsBaselines baselines = make_baselines (0.9, 0.3);
  FsExperiment experiment = fs_experiment_default ();
  add_fall (&history, 20, 1.02, 1.019, 5, 1);
  FsVerdict verdict = judge (&history, &baselines, &experiment);
  assert_verdict (&verdict, FS_VERDICT_NOT_LEARNING, FS_TONE_BAD);
  g_assert_cmpstr (verdict.findings[0].edit.key, ==, "train.learning_rate");
  g_assert_cmpstr (verdict.findings[0].edit.value, ==, "0.01");
  /* From the curves alone it might as well have begun at its end. */
  verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_HEALTHY, FS_TONE_GOOD);
  /* Where the line finds nothing either, there is nothing to learn. */
  baselines = make_baselines (0.99, 0.99);
  verdict = judge (&history, &baselines, NULL);
  assert_verdict (&verdict, FS_VERDICT_NO_SIGNAL, FS_TONE_WARNING);
  fs_history_clear (&history);

  history = (FsHistory){ .has_validation = true };
  add_fall (&history, 20, 1, 1, 5, 1);
  verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_NOT_LEARNING, FS_TONE_BAD);
  fs_history_clear (&history);
}

static void
test_diverged (void)
{
  FsHistory history = { .has_validation = true };
  for (int epoch = 1; epoch <= 20; epoch++)
    add_epoch (&history, 0.5 * pow (1.2, epoch), 0.6 * pow (1.2, epoch));
  FsVerdict verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_DIVERGED, FS_TONE_BAD);
  g_assert_cmpstr (verdict.detail, ==,
                   "training loss went from its lowest, 0.6, up to 19.2, above where it began");
  g_assert_cmpstr (verdict.state, ==,
                   "validation best 0.72 at epoch 1; since then 31.9 times as much while training "
                   "rose to 31.9 times what it was");
  fs_history_clear (&history);

  history = (FsHistory){ .has_validation = true };
  add_epoch (&history, 1, 1);
  add_epoch (&history, NAN, 1);
  verdict = judge (&history, NULL, NULL);
  assert_verdict (&verdict, FS_VERDICT_DIVERGED, FS_TONE_BAD);
  g_assert_cmpstr (verdict.headline, ==, "Not a number at epoch 2");
  g_assert_cmpstr (verdict.state, ==, "validation best 1 at epoch 1");
  fs_history_clear (&history);
}

/* The first batch already gives NaN: nothing was observed, and yet there is a verdict. */
static void
test_non_finite_at_once (void)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.train.learning_rate = 1000;
  FsHistory history = { .has_validation = true,
                        .end = FS_END_NON_FINITE,
                        .non_finite_tensor = "layers.0.weight_ih_l0",
                        .non_finite_step = 3 };
  FsVerdict verdict = judge (&history, NULL, &experiment);
  assert_verdict (&verdict, FS_VERDICT_DIVERGED, FS_TONE_BAD);
  g_assert_cmpstr (
      verdict.detail, ==,
      "layers.0.weight_ih_l0 was the first to hold a value that is not finite, at step 3");
  g_assert_cmpstr (verdict.findings[0].edit.key, ==, "train.learning_rate");
  g_assert_cmpstr (verdict.findings[0].edit.value, ==, "0.01"); /* not 100, which is as far off */
  g_assert_cmpuint (verdict.best_epoch, ==, 0);
}

/* Without a validation part there is nothing to overfit to, and the words say so. */
static void
test_without_validation (void)
{
  FsHistory history = { 0 };
  for (int epoch = 1; epoch <= 100; epoch++)
    add_epoch (&history, 0.4 + 0.0005 * pow (fabs (epoch - 30.0), 1.5), NAN);
  FsVerdict verdict = judge (&history, NULL, NULL);
  g_assert_cmpint (verdict.kind, !=, FS_VERDICT_OVERFITTING);
  g_assert_false (verdict.is_overfitting);
  g_assert_cmpuint (verdict.stop_epoch, ==, 0);
  g_assert_cmpuint (verdict.best_epoch, ==, 30);
  g_assert_nonnull (strstr (verdict.detail, "overfitting cannot be seen"));
  fs_history_clear (&history);
}

/* A judge that watched the run grow says the same as one that reads it afterwards, at every epoch. */
static void
test_judge_watches (void)
{
  for (uint64_t number = 0; number < 20; number++)
    {
      FsHistory history = { .has_validation = true };
      FsJudge watcher = { 0 };
      WardRun run;
      ward_make (&run, (WardKind) (number % WARD_N_KINDS), 0.03, 100, number);
      for (gsize i = 0; i < run.n; i++)
        {
          add_epoch (&history, run.train[i], run.validation[i]);
          if (i % 3 == 0)
            continue;
          FsVerdict live = look (&watcher, &history);
          FsVerdict after = judge (&history, NULL, NULL);
          g_assert_cmpint (live.kind, ==, after.kind);
          g_assert_cmpuint (live.stop_epoch, ==, after.stop_epoch);
          g_assert_cmpuint (live.since_epoch, ==, after.since_epoch);
          g_assert_cmpfloat (live.confidence, ==, after.confidence);
          g_assert_cmpstr (live.detail, ==, after.detail);
          g_assert_cmpstr (live.state, ==, after.state);
        }
      fs_history_clear (&history);
      /* A reset run starts afresh. */
      add_epoch (&history, 1, 1);
      g_assert_cmpuint (look (&watcher, &history).best_epoch, ==, 1);
      fs_history_clear (&history);
    }
}

/* Epochs are named by their numbers, not by their places. */
static void
test_epoch_numbers (void)
{
  FsHistory history = { .has_validation = true };
  for (uint32_t i = 0; i < 60; i++)
    {
      FsObservation observation = { .epoch = 1000 + 10 * i,
                                    .train_loss = exp (-0.05 * i),
                                    .validation_loss = 0.4 + 0.001 * pow (i - 20.0, 2) };
      g_assert_cmpint (fs_history_append (&history, &observation), ==, FS_OK);
    }
  FsVerdict verdict = judge (&history, NULL, NULL);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_OVERFITTING);
  g_assert_cmpuint (verdict.best_epoch, ==, 1200);
  g_assert_cmpuint (verdict.since_epoch, ==, 1200);
  g_assert_cmpuint (verdict.stop_epoch, >, 1200);
  fs_history_clear (&history);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verdict/waiting", test_waiting);
  g_test_add_func ("/verdict/learning", test_learning);
  g_test_add_func ("/verdict/healthy", test_healthy);
  g_test_add_func ("/verdict/overfitting", test_overfitting);
  g_test_add_func ("/verdict/remedies", test_remedies);
  g_test_add_func ("/verdict/underfitting", test_underfitting);
  g_test_add_func ("/verdict/no-signal", test_no_signal);
  g_test_add_func ("/verdict/no-signal-by-heart", test_no_signal_by_heart);
  g_test_add_func ("/verdict/causes-first", test_causes_first);
  g_test_add_func ("/verdict/not-learning", test_not_learning);
  g_test_add_func ("/verdict/diverged", test_diverged);
  g_test_add_func ("/verdict/non-finite-at-once", test_non_finite_at_once);
  g_test_add_func ("/verdict/without-validation", test_without_validation);
  g_test_add_func ("/verdict/judge-watches", test_judge_watches);
  g_test_add_func ("/verdict/epoch-numbers", test_epoch_numbers);
  return g_test_run ();
}
