/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings on courses of a run that are written by hand: what is learned without a network as the measure of
 * a network, ends that come too soon, restraint, rates, memory, noise, and what a card quotes. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "tests/engine/run-by-hand.h"

/* ---- what needs no network ---- */

/* Where the last value forecasts far better than the mean there is something to learn, whatever a line finds;
 * but not on a walk, where there is no more than that. */
static void
test_missed_last_value (void)
{
  g_autoptr (Run) run = new_run (0.2, 0.21);
  settle (run, 40, 0.5, 0.5, 3e-3);
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_UNDERFITTING);
  g_assert_nonnull (strstr (verdict.headline, "repeating the last value does better"));
  run->data.first_order = 0.99;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_UNDERFITTING);

  g_autoptr (Run) below = new_run (0.2, 0.21);
  settle (below, 40, 0.15, 0.19, 3e-3);
  verdict = judge (below);
  g_assert_cmpuint (verdict.n_warnings, ==, 0);
}

/* Somewhat above the line on both parts is underfitting, on one of them it is not. */
static void
test_above_on_both (void)
{
  g_autoptr (Run) both = new_run (0.9, 0.5), one = new_run (0.9, 0.5);
  settle (both, 40, 0.535, 0.54, 3e-3);
  settle (one, 40, 0.535, 0.505, 3e-3);
  FsVerdict verdict = judge (both);
  assert_warns (&verdict, FS_FOUND_UNDERFITTING);
  verdict = judge (one);
  g_assert_cmpuint (verdict.n_warnings, ==, 0);
}

/* ---- ends that come too soon ---- */

static void
test_few_epochs (void)
{
  for (int n = 5; n < 10; n++)
    {
      g_autoptr (Run) falls = new_run (0.9, 0.5), rests = new_run (0.9, 0.5);
      for (int i = 0; i < n; i++)
        {
          add_epoch (falls, 0.45 * pow (0.94, i), 0.45 * pow (0.94, i), 3e-3);
          add_epoch (rests, 0.45 * pow (0.94, i), i == 1 ? 0.44 : 0.45, 3e-3);
        }
      falls->history.end = rests->history.end = FS_END_EPOCHS;
      FsVerdict verdict = judge (falls);
      assert_warns (&verdict, FS_FOUND_STOPPED_EARLY);
      verdict = judge (rests);
      assert_silent (&verdict, FS_FOUND_STOPPED_EARLY);
    }
}

/* Above the line, and on the way to it: one of the two is said, which one is a matter of what is gained. */
static void
test_on_the_way (void)
{
  g_autoptr (Run) run = new_run (0.9, 0.5);
  for (int i = 0; i < 40; i++)
    add_epoch (run, 0.8 * exp (-0.006 * i), 0.8 * exp (-0.006 * i), 3e-3);
  run->history.end = FS_END_EPOCHS;
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_STOPPED_EARLY);
  assert_silent (&verdict, FS_FOUND_UNDERFITTING);
}

/* ---- steps ---- */

/* Adam steps by the rate, whatever there is to learn; SGD by the gradient, which may well be nothing. */
static void
test_low_rate_in_noise (void)
{
  g_autoptr (Run) run = new_run (2, 1);
  settle (run, 40, 0.99, 0.99, 1e-4);
  run->experiment.train.optimiser = FS_OPTIMISER_ADAM;
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_LOW_RATE);
  run->experiment.train.optimiser = FS_OPTIMISER_SGD;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_LOW_RATE);
  assert_warns (&verdict, FS_FOUND_NO_SIGNAL);
}

/* The card quotes what speaks for it first, and what does not as speaking against it. */
static void
test_high_rate_quotes (void)
{
  const struct
  {
    double update;
    float at_limits, dead;
    const char *says;
  } rows[] = { { 0.5, 0, 0, "changes the weights" },
               { 0.001, 0.9F, 0, "driven to their limits" },
               { 0.015, 0.2F, 0, "are at their limits" },
               { 0.001, 0, 0.9F, "no longer move" } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Run) run = new_run (0.9, 0.5);
      run->probe.layers[0].gates[FS_STATE_CANDIDATE].high = rows[i].at_limits;
      run->probe.layers[0].dead_share = rows[i].dead;
      settle (run, 40, 0.9, 0.9, rows[i].update);
      FsVerdict verdict = judge (run);
      const FsFinding *finding = find (&verdict, FS_FOUND_HIGH_RATE);
      assert_warns (&verdict, FS_FOUND_HIGH_RATE);
      g_assert_nonnull (strstr (finding->detail, rows[i].says));
      g_assert_cmpuint (finding->n_signs, ==, 4);
      g_assert_false (finding->signs[0].speaks_against);
      g_assert_cmpfloat (finding->signs[0].value, >, finding->signs[0].high);
      for (size_t k = 1; k < finding->n_signs; k++)
        g_assert_cmpint (finding->signs[k].speaks_against, ==,
                         !(finding->signs[k].value > finding->signs[k].high));
    }
}

/* ---- states ---- */

static void
test_exploding_quotes (void)
{
  g_autoptr (Run) gradient = new_run (0.9, 0.5), cell = new_run (0.9, 0.5);
  gradient->probe.layers[0].gradient_slope = -0.5F;
  settle (gradient, 20, 0.4, 0.4, 3e-3);
  FsVerdict verdict = judge (gradient);
  const FsFinding *finding = find (&verdict, FS_FOUND_EXPLODING);
  g_assert_nonnull (finding);
  g_assert_cmpstr (finding->headline, ==, "The gradient grows into the past");
  g_assert_nonnull (strstr (finding->detail, "1.6"));

  cell->probe.layers[0].gradient_slope = -0.01F;
  cell->probe.layers[0].cell_early = 2;
  cell->probe.layers[0].cell_late = 20;
  settle (cell, 20, 0.4, 0.4, 3e-3);
  verdict = judge (cell);
  finding = find (&verdict, FS_FOUND_EXPLODING);
  g_assert_nonnull (finding);
  g_assert_cmpstr (finding->headline, ==, "The cell state grows over the window");
  g_assert_cmpstr (finding->signs[0].text, ==, "20");
  cell->probe.layers[0].cell_late = 0;
}

/* A shut gate is a fault where a line must look further back than the network can, and finds more. */
static void
test_memory_for_the_task (void)
{
  const struct
  {
    size_t needed;
    double level;
    gboolean is_ill;
  } rows[] = { { 10, 0.51, TRUE }, { 1, 0.51, FALSE }, { 10, 0.4, FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Run) run = new_run (0.9, 0.5);
      run->probe.layers[0].gates[FS_STATE_FORGET_GATE].mean = 0.1F;
      run->probe.layers[0].memory = 1.2F;
      run->data.needed_rows = rows[i].needed;
      settle (run, 40, rows[i].level, rows[i].level, 3e-3);
      FsVerdict verdict = judge (run);
      g_assert_cmpuint (verdict.n_warnings, ==, rows[i].is_ill ? 1 : 0);
      if (rows[i].is_ill)
        assert_warns (&verdict, FS_FOUND_FORGETS);
    }
}

/* ---- the fit ---- */

static void
test_penalty_rules (void)
{
  for (int is_heavy = 0; is_heavy < 2; is_heavy++)
    {
      g_autoptr (Run) run = new_run (0.9, 0.5);
      run->experiment.train.l2 = is_heavy ? 0.1 : 0.0001;
      run->probe.n_tensors = 1;
      run->probe.tensors[0] = (FsTensorProbe){ 1, 5, 1e-3F }; /* λ‖w‖² = 2.5 */
      settle (run, 40, 0.52, 0.52, 1e-4);
      FsVerdict verdict = judge (run);
      if (is_heavy)
        assert_warns (&verdict, FS_FOUND_OVER_REGULARISED);
      else
        assert_silent (&verdict, FS_FOUND_OVER_REGULARISED);
    }
}

/* A network that is held at the mean does not learn because it is held. */
static void
test_held_not_learning (void)
{
  g_autoptr (Run) run = new_run (0.9, 0.5);
  run->experiment.train.l2 = 0.3;
  run->probe.n_tensors = 1;
  run->probe.tensors[0] = (FsTensorProbe){ 1, 4, 1e-3F };
  run->probe.layers[0].dead_share = 1;
  settle (run, 40, 1, 1, 2e-4);
  FsVerdict verdict = judge (run);
  g_assert_cmpint (verdict.findings[0].id, ==, FS_FOUND_OVER_REGULARISED);
  g_assert_cmpuint (verdict.n_warnings, ==, 1);
}

/* Learned by heart where all rows together hold a signal: the windows are too few, and that is all. */
static void
test_by_heart (void)
{
  for (int tells = 0; tells < 2; tells++)
    {
      g_autoptr (Run) run = new_run (2, 0.999);
      run->data.past_tells = tells ? 0.5 : 0;
      settle (run, 60, 0.05, 0.995, 3e-3);
      FsVerdict verdict = judge (run);
      assert_warns (&verdict, FS_FOUND_OVERFITTING);
      g_assert_cmpint (verdict.findings[0].id, ==,
                       tells ? FS_FOUND_OVERFITTING : FS_FOUND_NO_SIGNAL);
    }
}

/* Far better than a line on training, and worse on validation. */
static void
test_worse_than_line (void)
{
  g_autoptr (Run) run = new_run (0.9, 0.5), better = new_run (0.9, 0.5);
  settle (run, 60, 0.3, 0.6, 3e-3);
  settle (better, 60, 0.3, 0.48, 3e-3);
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_OVERFITTING);
  g_assert_nonnull (strstr (verdict.detail, "straight line"));
  verdict = judge (better);
  g_assert_cmpuint (verdict.n_warnings, ==, 0);
}

/* A rise after the best is a warning while it goes on; at the end, with the best weights kept and training close
 * to validation, a note. */
static void
test_harmless_rise (void)
{
  g_autoptr (Run) run = new_run (0.9, 0.5);
  for (int i = 0; i < 60; i++)
    add_epoch (run, 0.42 - 0.001 * i, i < 20 ? 0.6 - 0.007 * i : 0.46 + 0.002 * (i - 20), 3e-3);
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_OVERFITTING);
  run->history.end = FS_END_EPOCHS;
  run->experiment.train.stop.restores_best = true;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_OVERFITTING);
  g_assert_nonnull (find (&verdict, FS_FOUND_OVERFITTING));
  g_assert_true (verdict.is_overfitting);
  run->experiment.train.stop.restores_best = false;
  verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_OVERFITTING);
}

/* Of a hundred windows the best of many epochs takes some per cent by luck, unless there is a signal. */
static void
test_luck (void)
{
  g_autoptr (Run) run = new_run (2, 1);
  run->data.n_windows[FS_PART_VALIDATION] = 100;
  settle (run, 40, 0.96, 0.96, 3e-3);
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_NO_SIGNAL);
  run->data.n_windows[FS_PART_VALIDATION] = 1000;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_NO_SIGNAL);
}

/* Where training is clearly better than the last value, sixty windows of validation cannot deny it. */
static void
test_too_few_to_deny (void)
{
  for (int is_long = 0; is_long < 2; is_long++)
    {
      g_autoptr (Run) run = new_run (0.5, 0.49);
      run->data.n_windows[FS_PART_VALIDATION] = is_long ? 6000 : 60;
      settle (run, 40, 0.4, 0.53, 3e-3);
      FsVerdict verdict = judge (run);
      if (is_long)
        assert_warns (&verdict, FS_FOUND_NO_SIGNAL);
      else
        assert_silent (&verdict, FS_FOUND_NO_SIGNAL);
    }
}

/* Differences of noise can be forecast, half of them: back to the mean. The forecast itself follows nothing. */
static void
test_differences_of_noise (void)
{
  g_autoptr (Run) run = new_run (3, 0.5);
  run->forecast = (FsForecastFacts){ .n = 200, .validation_correlation = 0.03 };
  settle (run, 40, 0.55, 0.56, 3e-3);
  run->data.raw_tells = 0.001;
  FsVerdict verdict = judge (run);
  g_assert_cmpuint (verdict.n_warnings, ==, 1);
  assert_warns (&verdict, FS_FOUND_NO_SIGNAL);
  g_assert_cmpstr (verdict.headline, ==, "The forecast does not follow the truth");
  run->forecast.validation_correlation = 0.6;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_NO_SIGNAL);
}

/* Older rows are missed by a network that is where a line with the same window is; not by one that finds more in
 * its window, nor by one that has not learned what is in it. */
static void
test_missed_rows (void)
{
  const struct
  {
    double train, validation;
    gboolean is_ill;
  } rows[] = { { 0.5, 0.5, TRUE }, { 0.4, 0.49, FALSE }, { 0.4, 0.4, FALSE }, { 0.6, 0.6, FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Run) run = new_run (0.9, 0.5);
      run->data.unseen_past = 0.07;
      run->data.unseen_rows = 40;
      settle (run, 40, rows[i].train, rows[i].validation, 3e-3);
      FsVerdict verdict = judge (run);
      if (rows[i].is_ill)
        assert_warns (&verdict, FS_FOUND_SHORT_WINDOW);
      else
        assert_silent (&verdict, FS_FOUND_SHORT_WINDOW);
    }
}

/* What was raised and no longer holds when the run ends is not said of it. */
static void
test_cleared_at_end (void)
{
  g_autoptr (Run) run = new_run (0.9, 0.5);
  settle (run, 40, 0.6, 0.6, 3e-3);
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_UNDERFITTING);
  add_epoch (run, 0.49, 0.49, 3e-3);
  verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_UNDERFITTING); /* one epoch may be chance */
  run->history.end = FS_END_STOPPED;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_UNDERFITTING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/findings-runs/missed-last-value", test_missed_last_value);
  g_test_add_func ("/findings-runs/above-on-both", test_above_on_both);
  g_test_add_func ("/findings-runs/few-epochs", test_few_epochs);
  g_test_add_func ("/findings-runs/on-the-way", test_on_the_way);
  g_test_add_func ("/findings-runs/low-rate-in-noise", test_low_rate_in_noise);
  g_test_add_func ("/findings-runs/high-rate-quotes", test_high_rate_quotes);
  g_test_add_func ("/findings-runs/exploding-quotes", test_exploding_quotes);
  g_test_add_func ("/findings-runs/memory-for-the-task", test_memory_for_the_task);
  g_test_add_func ("/findings-runs/penalty-rules", test_penalty_rules);
  g_test_add_func ("/findings-runs/held-not-learning", test_held_not_learning);
  g_test_add_func ("/findings-runs/by-heart", test_by_heart);
  g_test_add_func ("/findings-runs/worse-than-line", test_worse_than_line);
  g_test_add_func ("/findings-runs/harmless-rise", test_harmless_rise);
  g_test_add_func ("/findings-runs/luck", test_luck);
  g_test_add_func ("/findings-runs/too-few-to-deny", test_too_few_to_deny);
  g_test_add_func ("/findings-runs/differences-of-noise", test_differences_of_noise);
  g_test_add_func ("/findings-runs/missed-rows", test_missed_rows);
  g_test_add_func ("/findings-runs/cleared-at-end", test_cleared_at_end);
  return g_test_run ();
}
