/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How often the overfitting alarm and the stopping rule are right, on simulated runs: the rates that
 * the thresholds in curve.c stand for. Beside ours run the published rules, from their formulas, so
 * that the harness itself is seen to catch a rule that cries wolf and one that never does. */

#include <glib.h>
#include <math.h>
#include "engine/diagnose/curve.h"
#include "tests/engine/curve-ward.h"

#define N_RUNS 2000

typedef struct
{
  gboolean ever, at_end;
  size_t first; /* epoch of the first alarm */
} Alarm;

typedef void (*Rule) (const WardRun *run, Alarm *alarm);

static void
set_alarm (Alarm *alarm, size_t i, gboolean is_on)
{
  if (is_on && !alarm->ever)
    alarm->first = i + 1;
  alarm->ever |= is_on;
  alarm->at_end = is_on;
}

static void
ours (const WardRun *run, Alarm *alarm)
{
  FsLossCurve curve = { 0 };
  for (size_t i = 0; i < run->n; i++)
    {
      fs_loss_curve_feed (&curve, (uint32_t) i + 1, run->train[i], run->validation[i]);
      set_alarm (alarm, i, curve.is_overfitting);
    }
}

/* Generalisation loss, Prechelt 1998: the validation loss is more than 5 % above its lowest. */
static void
generalisation_loss (const WardRun *run, Alarm *alarm)
{
  double lowest = INFINITY;
  for (size_t i = 0; i < run->n; i++)
    {
      lowest = fmin (lowest, run->validation[i]);
      set_alarm (alarm, i, run->validation[i] > 1.05 * lowest);
    }
}

/* UMLAUT's rule of one epoch: validation rose, train did not. */
static void
one_epoch (const WardRun *run, Alarm *alarm)
{
  for (size_t i = 1; i < run->n; i++)
    set_alarm (alarm, i,
               run->validation[i] > run->validation[i - 1] && run->train[i] <= run->train[i - 1]);
}

/* SageMaker Debugger's ratio rule: the gap is more than a tenth of the train loss. */
static void
gap_ratio (const WardRun *run, Alarm *alarm)
{
  for (size_t i = 0; i < run->n; i++)
    set_alarm (alarm, i, (run->validation[i] - run->train[i]) / run->train[i] > 0.1);
}

static const struct
{
  const char *name;
  Rule rule;
} rules[] = { { "ours", ours },
              { "generalisation loss 5 %", generalisation_loss },
              { "one epoch", one_epoch },
              { "gap ratio 0.1", gap_ratio } };
#define N_RULES G_N_ELEMENTS (rules)

/* Limits of our rates over N_RUNS runs. Two kinds are known to be hard: jitter of 3 % that wanders, and
 * double descent, whose first rise is overfitting in every respect until the second fall. */
static const struct
{
  WardKind kind;
  const char *name;
  size_t n_epochs;
  double jitter;
  double most_ever, most_at_end; /* of healthy runs */
  double least_at_end;           /* of overfit ones */
} wards[] = {
  { WARD_FLAT, "flat, 1 %", 100, 0.01, 0.01, 0.01, 0 },
  { WARD_FLAT, "flat, 3 %", 100, 0.03, 0.01, 0.01, 0 },
  { WARD_FLAT, "flat, 6 %", 100, 0.06, 0.01, 0.01, 0 },
  { WARD_FLAT, "flat, 6 %, 400 epochs", 400, 0.06, 0.02, 0.01, 0 },
  { WARD_FLAT_WANDERING, "flat, wandering 1 %", 100, 0.01, 0.01, 0.01, 0 },
  { WARD_FLAT_WANDERING, "flat, wandering 3 %", 100, 0.03, 0.25, 0.12, 0 },
  { WARD_STILL_LEARNING, "still learning, 3 %", 100, 0.03, 0.01, 0.01, 0 },
  { WARD_MEMORISING, "gap widens, 3 %", 100, 0.03, 0.01, 0.01, 0 },
  { WARD_LEVEL_GAP, "level gap, 3 %", 100, 0.03, 0.01, 0.01, 0 },
  { WARD_DROPOUT, "dropout, 3 %", 100, 0.03, 0.01, 0.01, 0 },
  { WARD_CYCLIC_RATE, "cyclic rate, 1 %", 100, 0.01, 0.025, 0.01, 0 },
  { WARD_WARM_UP, "warm-up, 1 %", 100, 0.01, 0.01, 0.01, 0 },
  { WARD_FINE_TUNE, "fine-tune, 1 %", 100, 0.01, 0.01, 0.01, 0 },
  { WARD_DOUBLE_DESCENT, "double descent, 1 %", 200, 0.01, 1, 0.01, 0 },
  { WARD_STEP_DECAY, "step decay, 1 %", 100, 0.01, 0.01, 0.01, 0 },
  { WARD_STEP_DECAY, "step decay, 3 %", 100, 0.03, 0.01, 0.01, 0 },
  { WARD_LATE_RISE, "late rise, 1 %", 200, 0.01, 1, 1, 0.98 },
  { WARD_LATE_RISE, "late rise, 3 %", 200, 0.03, 1, 1, 0.98 },
  { WARD_OVERFIT, "overfit, 0 %", 100, 0, 1, 1, 0.99 },
  { WARD_OVERFIT, "overfit, 1 %", 100, 0.01, 1, 1, 0.98 },
  { WARD_OVERFIT, "overfit, 3 %", 100, 0.03, 1, 1, 0.95 },
  { WARD_OVERFIT, "overfit, 6 %", 100, 0.06, 1, 1, 0.78 },
  { WARD_OVERFIT, "overfit, 1 %, 30 epochs", 30, 0.01, 1, 1, 0.97 },
  { WARD_OVERFIT, "overfit, 3 %, 400 epochs", 400, 0.03, 1, 1, 0.97 },
};

static void
measure (gsize w, double ever[N_RULES], double at_end[N_RULES])
{
  WardRun run;
  for (gsize r = 0; r < N_RULES; r++)
    ever[r] = at_end[r] = 0;
  for (uint64_t number = 0; number < N_RUNS; number++)
    {
      ward_make (&run, wards[w].kind, wards[w].jitter, wards[w].n_epochs, number);
      for (gsize r = 0; r < N_RULES; r++)
        {
          Alarm alarm = { 0 };
          rules[r].rule (&run, &alarm);
          ever[r] += alarm.ever / (double) N_RUNS;
          at_end[r] += alarm.at_end / (double) N_RUNS;
        }
    }
}

static void
test_rates (void)
{
  double ever[N_RULES], at_end[N_RULES], wolf = 0, deaf = 1;
  g_test_message ("%-26s %s", "share with an alarm",
                  "ever/at the end: ours, generalisation loss, one epoch, gap ratio");
  for (gsize w = 0; w < G_N_ELEMENTS (wards); w++)
    {
      measure (w, ever, at_end);
      g_test_message ("%-26s %.3f/%.3f  %.3f/%.3f  %.3f/%.3f  %.3f/%.3f", wards[w].name, ever[0],
                      at_end[0], ever[1], at_end[1], ever[2], at_end[2], ever[3], at_end[3]);
      g_assert_cmpfloat (ever[0], <=, wards[w].most_ever);
      g_assert_cmpfloat (at_end[0], <=, wards[w].most_at_end);
      g_assert_cmpfloat (at_end[0], >=, wards[w].least_at_end);
      if (wards[w].kind == WARD_FLAT)
        wolf = fmax (wolf, ever[2]);
      if (wards[w].kind == WARD_OVERFIT)
        deaf = fmin (deaf, at_end[2]);
    }
  /* The harness sees a rule that fires on every healthy run and sleeps at the end of ill ones. */
  g_assert_cmpfloat (wolf, >, 0.95);
  g_assert_cmpfloat (deaf, <, 0.7);
}

/* The stopping rule: never before the lowest validation loss of the whole run. */
static void
test_stop (void)
{
  for (gsize w = 0; w < G_N_ELEMENTS (wards); w++)
    {
      gsize n_stopped = 0, n_early = 0;
      for (uint64_t number = 0; number < N_RUNS; number++)
        {
          WardRun run;
          FsLossCurve curve = { 0 };
          ward_make (&run, wards[w].kind, wards[w].jitter, wards[w].n_epochs, number);
          for (gsize i = 0; i < run.n; i++)
            fs_loss_curve_feed (&curve, (uint32_t) i + 1, run.train[i], run.validation[i]);
          n_stopped += curve.stop_epoch > 0;
          n_early += curve.stop_epoch > 0 && curve.stop_epoch < curve.best_epoch;
        }
      g_test_message ("%-26s stops %.3f, before the best %.3f", wards[w].name,
                      n_stopped / (double) N_RUNS, n_early / (double) N_RUNS);
      if (wards[w].kind != WARD_DOUBLE_DESCENT && wards[w].kind != WARD_FLAT_WANDERING)
        g_assert_cmpuint (n_early, <=, N_RUNS * 25 / 1000);
      if (wards[w].least_at_end > 0 && wards[w].jitter <= 0.01)
        g_assert_cmpuint (n_stopped, >=, N_RUNS * 95 / 100);
      /* Jitter alone ends no run. */
      if (wards[w].most_at_end <= 0.01 && wards[w].kind != WARD_DOUBLE_DESCENT
          && wards[w].kind != WARD_FLAT_WANDERING)
        g_assert_cmpuint (n_stopped, <=, N_RUNS * 15 / 1000);
    }
}

/* What is said of a run does not depend on its units, and a pause to look changes nothing. */
static void
test_scale_free (void)
{
  for (uint64_t number = 0; number < 100; number++)
    {
      WardRun run;
      FsLossCurve plain = { 0 }, scaled = { 0 };
      ward_make (&run, WARD_OVERFIT, 0.03, 100, number);
      for (gsize i = 0; i < run.n; i++)
        {
          fs_loss_curve_feed (&plain, (uint32_t) i + 1, run.train[i], run.validation[i]);
          fs_loss_curve_feed (&scaled, (uint32_t) i + 1, 1024 * run.train[i],
                              1024 * run.validation[i]);
          g_assert_cmpint (plain.is_overfitting, ==, scaled.is_overfitting);
        }
      g_assert_cmpuint (plain.stop_epoch, ==, scaled.stop_epoch);
      g_assert_cmpuint (plain.overfitting_since, ==, scaled.overfitting_since);
    }
}

/* The jitter that is measured is the jitter that is there, wandering or not, on a falling course. */
static void
test_jitter (void)
{
  const double carried[] = { 0, 0.6 };
  for (gsize c = 0; c < G_N_ELEMENTS (carried); c++)
    {
      double jitter = 0, persistence = 0;
      for (uint64_t number = 0; number < N_RUNS; number++)
        {
          FsRandom random = fs_random (number, FS_STREAM_GENERATOR, 99, c);
          FsLossCurve curve = { 0 };
          double wandering = 0;
          for (uint32_t epoch = 1; epoch <= 200; epoch++)
            {
              wandering = carried[c] * wandering
                          + sqrt (1 - carried[c] * carried[c]) * fs_random_normal (&random);
              fs_loss_curve_feed (&curve, epoch, 1,
                                  2 - 0.005 * epoch + 0.00001 * epoch * epoch + 0.02 * wandering);
            }
          jitter += curve.jitter / N_RUNS;
          persistence += curve.persistence / N_RUNS;
        }
      g_test_message ("jitter %.4f persistence %.3f", jitter, persistence);
      g_assert_cmpfloat_with_epsilon (jitter, 0.02, 0.005);
      g_assert_cmpfloat_with_epsilon (persistence, carried[c], 0.15);
    }
}

/* Losses at the ends of the number range leave no NaN behind, and losses that never change no alarm. */
static void
test_extremes (void)
{
  const double losses[] = { 1e308, 1e-308, 0, -1e308, 5e-324, 1e300, 0 };
  FsLossCurve curve = { 0 };
  for (uint32_t epoch = 1; epoch <= 500; epoch++)
    fs_loss_curve_feed (&curve, epoch, losses[epoch % 7], losses[epoch * 3 % 7]);
  g_assert_cmpuint (curve.n, ==, 500);
  g_assert_cmpfloat (curve.best, ==, -1e308);
  g_assert_false (isnan (curve.rise) || isnan (curve.jitter) || isnan (curve.persistence));

  FsLossCurve constant = { 0 };
  for (uint32_t epoch = 1; epoch <= 500; epoch++)
    fs_loss_curve_feed (&constant, epoch, 0, 0);
  g_assert_false (constant.is_overfitting);
  g_assert_cmpuint (constant.stop_epoch, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/curve/rates", test_rates);
  g_test_add_func ("/curve/stop", test_stop);
  g_test_add_func ("/curve/scale-free", test_scale_free);
  g_test_add_func ("/curve/jitter", test_jitter);
  g_test_add_func ("/curve/extremes", test_extremes);
  return g_test_run ();
}
