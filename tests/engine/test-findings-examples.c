/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings on examples with an answer each, sequences and classes, on runs that are written by hand: no straight
 * line tells what there is to learn, and the network itself is the witness. And the facts of their inputs. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/diagnose/calibration.h"
#include "engine/prepare/dataset.h"
#include "tests/engine/run-by-hand.h"

/* Three classes alike: their shares score ln 3. */
#define LN3 1.0986

static Run *
new_classes (void)
{
  Run *run = new_run (NAN, NAN);
  run->experiment.data.task = FS_TASK_CLASSIFY;
  run->experiment.train.stop.restores_best = true;
  run->baselines.is_of_classes = true;
  run->data.n_classes = 3;
  run->data.n_windows[FS_PART_TRAIN] = 350;
  run->data.n_windows[FS_PART_VALIDATION] = 75;
  for (int part = 0; part < FS_N_PARTS; part++)
    run->baselines.parts[part].mean = LN3;
  return run;
}

/* Down to 0.55 by epoch 20; then training goes on to `train` and validation up to `validation`. */
static void
turn (Run *run, double train, double validation)
{
  for (int i = 0; i < 20; i++)
    add_epoch (run, 0.4 + 0.7 * exp (-i / 4.0), 0.55 + 0.5 * exp (-i / 4.0), 3e-3);
  for (int i = 1; i <= 30; i++)
    add_epoch (run, 0.4 * pow (train / 0.4, fmin (1, i / 20.0)),
               0.55 + (validation - 0.55) * i / 30.0, 3e-3);
  run->history.end = FS_END_EPOCHS;
}

/* Cross-entropy of examples that are on the right side falls without end. As long as the best weights are kept, what
 * is gained in certainty alone does no harm; learned by heart is what is next to nothing in training. */
static void
test_certainty (void)
{
  g_autoptr (Run) sure = new_classes ();
  turn (sure, 0.13, 0.9);
  FsVerdict verdict = judge (sure);
  assert_silent (&verdict, FS_FOUND_OVERFITTING);
  sure->experiment.train.stop.restores_best = false; /* the last weights are kept: that harms */
  verdict = judge (sure);
  assert_warns (&verdict, FS_FOUND_OVERFITTING);

  g_autoptr (Run) by_heart = new_classes ();
  turn (by_heart, 0.001, 1.9);
  verdict = judge (by_heart);
  assert_warns (&verdict, FS_FOUND_OVERFITTING);

  /* Numbers have no such excuse. */
  g_autoptr (Run) numbers = new_classes ();
  numbers->experiment.data.task = FS_TASK_REGRESS;
  numbers->baselines.is_of_classes = false;
  turn (numbers, 0.13, 0.9);
  verdict = judge (numbers);
  assert_warns (&verdict, FS_FOUND_OVERFITTING);
}

/* A fit that is nearly perfect gains a third of what is left in every fifth, and nothing that counts. */
static void
test_nearly_perfect (void)
{
  for (int is_perfect = 0; is_perfect < 2; is_perfect++)
    {
      g_autoptr (Run) run = new_classes ();
      for (int i = 0; i < 50; i++)
        {
          double loss = (is_perfect ? 0.01 : 1) * exp (-i / 25.0);
          add_epoch (run, loss, loss, 3e-3);
        }
      run->history.end = FS_END_EPOCHS;
      FsVerdict verdict = judge (run);
      if (is_perfect)
        g_assert_cmpuint (verdict.n_warnings, ==, 0);
      else
        assert_warns (&verdict, FS_FOUND_STOPPED_EARLY);
    }
}

/* A unit or two in full use leave examples unlearned; not where next to nothing is left, nor in a larger layer. */
static void
test_too_few_units (void)
{
  const struct
  {
    guint n_units;
    double level;
    gboolean is_ill;
  } rows[] = { { 1, 0.7, TRUE }, { 1, 1.09, TRUE }, { 1, 0.05, FALSE }, { 8, 0.7, FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Run) run = new_classes ();
      run->probe.layers[0].n_units = rows[i].n_units;
      run->probe.layers[0].effective_rank = 1;
      settle (run, 40, rows[i].level, rows[i].level, 3e-3);
      FsVerdict verdict = judge (run);
      if (rows[i].is_ill)
        assert_warns (&verdict, FS_FOUND_UNDERFITTING);
      else
        assert_silent (&verdict, FS_FOUND_UNDERFITTING);
    }
}

/* More dropped than kept, both parts alike and much left: the restraint is to blame. Not where training has left
 * validation behind, nor where little is dropped. */
static void
test_held_back (void)
{
  const struct
  {
    double rate, train, validation;
    gboolean is_ill;
  } rows[] = { { 0.8, 0.6, 0.62, TRUE },
               { 0.8, 0.4, 0.7, FALSE },
               { 0.1, 0.6, 0.62, FALSE },
               { 0.8, 0.05, 0.05, FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Run) run = new_classes ();
      FsLayerSpec dropout = fs_layer_spec_default (FS_LAYER_DROPOUT);
      dropout.rate = rows[i].rate;
      run->experiment.layers[run->experiment.n_layers++] = dropout;
      settle (run, 40, rows[i].train, rows[i].validation, 3e-3);
      FsVerdict verdict = judge (run);
      if (rows[i].is_ill)
        assert_warns (&verdict, FS_FOUND_OVER_REGULARISED);
      else
        assert_silent (&verdict, FS_FOUND_OVER_REGULARISED);
    }
}

/* Whether examples have a signal cannot be said while clipping holds every step. A forecast has its line for that,
 * and one that has learned its examples has had its steps. */
static void
test_steps_first (void)
{
  g_autoptr (Run) run = new_classes ();
  run->experiment.train.clip_norm = 0.01;
  for (int i = 0; i < 40; i++)
    {
      const FsObservation observation = { .epoch = (uint32_t) i + 1,
                                          .train_loss = 1.12 - 1e-4 * i,
                                          .running_loss = 1.12,
                                          .validation_loss = 1.12,
                                          .learning_rate = 1e-3,
                                          .gradient_norm = 1,
                                          .gradient_norm_max = 2,
                                          .clipped_share = 1,
                                          .update_ratio = 1e-2 };
      g_assert_cmpint (fs_history_append (&run->history, &observation), ==, FS_OK);
    }
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_TIGHT_CLIP);
  g_assert_null (find (&verdict, FS_FOUND_NO_SIGNAL));
  g_assert_cmpint (verdict.findings[0].id, ==, FS_FOUND_TIGHT_CLIP);
  run->experiment.train.clip_norm = 0;
  verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_NO_SIGNAL);
}

/* Still about the class shares, and falling with every short step: the rate, and nothing healthy. */
static void
test_hardly_begun (void)
{
  g_autoptr (Run) run = new_classes ();
  for (int i = 0; i < 30; i++)
    add_epoch (run, LN3 * (1 - 0.0013 * i), LN3 * (1 - 0.0013 * i), 2e-4);
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_LOW_RATE);

  g_autoptr (Run) slow = new_classes (); /* steps of usual length */
  slow->data.n_windows[FS_PART_VALIDATION] = 2000;
  for (int i = 0; i < 30; i++)
    add_epoch (slow, LN3 * (0.95 + 0.04 * exp (-i)), LN3 * (0.95 + 0.04 * exp (-i)), 3e-3);
  verdict = judge (slow);
  g_assert_cmpint (verdict.kind, ==, FS_VERDICT_LEARNING);
  g_assert_nonnull (strstr (verdict.detail, "hardly begun"));
}

/* Ten epochs with a rise in the last four are too few to call it overfitting, but not settled either. */
static void
test_above_best (void)
{
  g_autoptr (Run) run = new_run (0.9, 0.9);
  const double validation[] = { 0.9, 0.7, 0.6, 0.55, 0.5, 0.48, 0.5, 0.53, 0.55, 0.571 };
  for (gsize i = 0; i < G_N_ELEMENTS (validation); i++)
    add_epoch (run, 0.9 * exp (-0.35 * (double) i), validation[i], 3e-3);
  const FsVerdict verdict = judge (run);
  if (verdict.kind == FS_VERDICT_HEALTHY)
    g_assert_null (strstr (verdict.detail, "settled"));
  g_assert_null (strstr (verdict.why_not, "has not risen"));
}

/* Of a task that no bench has measured, a finding is the same and less sure. */
static void
test_unmeasured (void)
{
  g_autoptr (Run) run = new_classes ();
  turn (run, 0.001, 1.9);
  const FsVerdict measured = judge (run);
  run->experiment.data.task = FS_TASK_TEXT;
  const FsVerdict unmeasured = judge (run);
  const FsFinding *sure = find (&measured, FS_FOUND_OVERFITTING),
                  *less = find (&unmeasured, FS_FOUND_OVERFITTING);
  g_assert_cmpfloat (less->claim, ==, sure->claim);
  g_assert_cmpfloat (less->confidence, <, sure->confidence - 0.1);
  g_assert_cmpfloat (less->confidence, >, 0.5);
  g_assert_cmpfloat (fs_confidence_of_unmeasured (1), ==, 1);
}

/* ---- facts ---- */

enum
{
  N_SEQUENCES = 60,
  N_STEPS = 5,
  N_ROWS = N_SEQUENCES * N_STEPS
};

/* An input a hundred times too wide, and one that is the answer with a little noise. */
static void
test_inputs (void)
{
  for (int is_told = 0; is_told < 2; is_told++)
    {
      double id[N_ROWS], wide[N_ROWS], tells[N_ROWS], y[N_ROWS];
      for (int t = 0; t < N_ROWS; t++)
        {
          const int s = t / N_STEPS;
          id[t] = s;
          y[t] = sin (1.7 * s);
          wide[t] = 100 * cos (0.9 * t);
          tells[t] =
              is_told || t % N_STEPS == N_STEPS - 1 ? y[t] + 0.01 * sin (3.1 * t) : sin (2.3 * t);
        }
      char names[][8] = { "id", "y", "wide", "tells" };
      FsColumn columns[] = { { .name = names[0], .type = FS_COLUMN_NUMBER, .numbers = id },
                             { .name = names[1], .type = FS_COLUMN_NUMBER, .numbers = y },
                             { .name = names[2], .type = FS_COLUMN_NUMBER, .numbers = wide },
                             { .name = names[3], .type = FS_COLUMN_NUMBER, .numbers = tells } };
      FsFrame frame = { .columns = columns, .n_columns = 4, .n_rows = N_ROWS };
      FsExperiment experiment = fs_experiment_default ();
      experiment.data.task = FS_TASK_REGRESS;
      strcpy (experiment.data.target, "y");
      strcpy (experiment.data.sequence, "id");
      experiment.data.time[0] = '\0';
      experiment.data.n_inputs = 2;
      strcpy (experiment.data.inputs[0], "wide");
      strcpy (experiment.data.inputs[1], "tells");
      experiment.n_steps = 0;
      FsDataset *dataset;
      FsProblem problem = { 0 };
      char sentence[1024];
      if (fs_dataset_new (&dataset, &frame, &experiment, &problem) != FS_OK)
        g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
      FsDataFacts facts;
      g_assert_cmpint (fs_data_facts_measure (&facts, dataset, &experiment), ==, FS_OK);
      fs_dataset_free (dataset);
      g_assert_cmpstr (facts.widest.name, ==, "wide");
      g_assert_cmpfloat_with_epsilon (facts.widest.value, 100 / sqrt (2), 2);

      FsHistory history = { 0 };
      const FsCase subject = { &history, NULL, &experiment, &facts, NULL };
      const FsVerdict verdict = fs_verdict_judge (&subject);
      assert_warns (&verdict, FS_FOUND_UNSCALED_INPUT);
      const FsFinding *leak = find (&verdict, FS_FOUND_LEAK);
      if (is_told) /* at the last step alone it is what a sequence may come to */
        {
          g_assert_cmpfloat (facts.answer.value, >, 0.99);
          g_assert_nonnull (leak);
          g_assert_cmpstr (leak->headline, ==, "tells gives the target away");
          g_assert_cmpuint (leak->edit.index, ==, 1);
        }
      else
        g_assert_null (leak);
    }
}

/* Padding that is read last, and is no majority. */
static void
test_padding_at_end (void)
{
  g_autoptr (Run) run = new_classes ();
  settle (run, 40, 0.5, 0.5, 3e-3);
  run->data.padded_share = 0.36;
  run->experiment.window.padding = FS_AT_END;
  FsVerdict verdict = judge (run);
  assert_warns (&verdict, FS_FOUND_PADDING);
  run->experiment.window.padding = FS_AT_START;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_PADDING);
  run->experiment.window.padding = FS_AT_END;
  run->data.is_masked = true;
  verdict = judge (run);
  assert_silent (&verdict, FS_FOUND_PADDING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/findings-examples/certainty", test_certainty);
  g_test_add_func ("/findings-examples/nearly-perfect", test_nearly_perfect);
  g_test_add_func ("/findings-examples/too-few-units", test_too_few_units);
  g_test_add_func ("/findings-examples/held-back", test_held_back);
  g_test_add_func ("/findings-examples/steps-first", test_steps_first);
  g_test_add_func ("/findings-examples/hardly-begun", test_hardly_begun);
  g_test_add_func ("/findings-examples/above-best", test_above_best);
  g_test_add_func ("/findings-examples/unmeasured", test_unmeasured);
  g_test_add_func ("/findings-examples/inputs", test_inputs);
  g_test_add_func ("/findings-examples/padding-at-end", test_padding_at_end);
  return g_test_run ();
}
