/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The effect table: the interval by hand, a step that must help, one that does nothing, one that is
 * needed, and a step put in to do harm, which must be found out. */

#include "engine/lab/effect.h"

#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"

/* Changes 1, 2, 3: mean 2, s = 1, 2 ± 4.30265 / √3. The same from SciPy's t.interval. */
static void
test_interval (void)
{
  const double changes[] = { 1, 2, 3 };
  double mean, low, high;

  fs_effect_interval (changes, 3, &mean, &low, &high);
  g_assert_cmpfloat (mean, ==, 2);
  g_assert_cmpfloat_with_epsilon (low, -0.484137, 1e-5);
  g_assert_cmpfloat_with_epsilon (high, 4.484137, 1e-5);
  fs_effect_interval (changes, 2, &mean, &low, &high);
  g_assert_cmpfloat_with_epsilon (low, 1.5 - 12.7062 * 0.5, 1e-5);
  fs_effect_interval (changes, 1, &mean, &low, &high);
  g_assert_cmpfloat (mean, ==, 1);
  g_assert_true (isnan (low) && isnan (high));
  fs_effect_interval (changes, 0, &mean, &low, &high);
  g_assert_true (isnan (mean));
}

/* Passengers are hundreds: without scaling a small network barely moves in 40 epochs. */
static FsExperiment
passengers (void)
{
  FsExperiment experiment = fs_experiment_default ();

  experiment.window.length = 12;
  experiment.layers[0].units = 6;
  experiment.train.epochs = 40;
  experiment.train.learning_rate = 0.01;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static void
test_help_and_nothing (void)
{
  FsExperiment experiment = passengers ();
  g_autoptr (FsEffects) effects = fs_effects_new (&experiment, NULL, 3, 0, NULL, NULL, NULL);
  FsEffect fill, scale;
  g_autofree char *words = NULL, *nothing = NULL;

  g_assert_nonnull (effects);
  fs_effects_wait (effects, NULL, NULL);
  g_assert_true (fs_effects_is_done (effects));
  g_assert_cmpfloat (fs_effects_progress (effects), ==, 1);
  g_assert_cmpuint (fs_effects_n (effects), ==, 2);
  fill = fs_effects_get (effects, 0);
  scale = fs_effects_get (effects, 1);
  /* The file has no gap: with and without are the same run, bit for bit. */
  g_assert_cmpint (fill.kind, ==, FS_STEP_IMPUTE);
  g_assert_cmpint (fill.state, ==, FS_EFFECT_UNCLEAR);
  g_assert_cmpfloat (fill.change, ==, 0);
  g_assert_cmpuint (fill.n, ==, 3);
  g_assert_cmpfloat (fill.with[0], ==, fill.without[0]);
  g_assert_cmpfloat (fill.with[0], !=, fill.with[1]);
  g_assert_cmpint (scale.state, ==, FS_EFFECT_HELPS);
  g_assert_cmpfloat (scale.change, >, 50);
  g_assert_cmpfloat (scale.low, >, 0);
  nothing = fs_effect_describe (&fill, 3);
  g_assert_true (g_str_has_prefix (nothing, "It changes nothing"));
  words = fs_effect_describe (&scale, 3);
  g_assert_true (g_str_has_prefix (words, "It helps: without it the error rises by "));
}

/* Cutting half of the training values away on each side of a series that grows does harm. */
static void
test_harm (void)
{
  FsExperiment experiment = passengers ();
  g_autoptr (FsEffects) effects = NULL;
  FsEffect clip;

  fs_experiment_insert_step (&experiment, 1, FS_STEP_CLIP, NULL);
  fs_experiment_set (&experiment, "prepare.1.share=0.4", NULL);
  fs_experiment_set (&experiment, "prepare.1.columns=all", NULL);
  effects = fs_effects_new (&experiment, NULL, 3, 0, NULL, NULL, NULL);
  fs_effects_wait (effects, NULL, NULL);
  clip = fs_effects_get (effects, 1);
  g_assert_cmpint (clip.kind, ==, FS_STEP_CLIP);
  g_assert_cmpuint (clip.step, ==, 1);
  g_assert_cmpint (clip.state, ==, FS_EFFECT_HURTS);
  g_assert_cmpfloat (clip.high, <, 0);
}

/* A step that varies is measured like any other; one that varies no window changes not a bit. */
static void
test_variation (void)
{
  FsExperiment experiment = passengers ();
  g_autoptr (FsEffects) effects = NULL;
  FsEffect noise, nothing;

  fs_experiment_insert_step (&experiment, 2, FS_STEP_AUGMENT, NULL);
  fs_experiment_insert_step (&experiment, 3, FS_STEP_AUGMENT, NULL);
  fs_experiment_set (&experiment, "prepare.2.method=scaling", NULL);
  fs_experiment_set (&experiment, "prepare.2.strength=1", NULL);
  fs_experiment_set (&experiment, "prepare.2.share=1", NULL);
  fs_experiment_set (&experiment, "prepare.3.method=mixup", NULL);
  fs_experiment_set (&experiment, "prepare.3.share=0", NULL);
  effects = fs_effects_new (&experiment, NULL, 3, 0, NULL, NULL, NULL);
  g_assert_nonnull (effects);
  fs_effects_wait (effects, NULL, NULL);
  noise = fs_effects_get (effects, 2);
  nothing = fs_effects_get (effects, 3);
  g_test_message ("change %g, %g to %g", noise.change, noise.low, noise.high);
  g_assert_cmpint (noise.kind, ==, FS_STEP_AUGMENT);
  g_assert_cmpuint (noise.n, ==, 3);
  g_assert_cmpfloat (noise.change, !=, 0);
  g_assert_true (isfinite (noise.low) && noise.low < noise.high);
  g_assert_cmpint (nothing.state, ==, FS_EFFECT_UNCLEAR);
  g_assert_cmpfloat (nothing.change, ==, 0);
}

/* Of texts the loss is compared; steps for numbers rest and are not measured. */
static void
test_texts (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autoptr (FsEffects) effects = NULL;
  FsEffect deletion;

  g_strlcpy (experiment.data.source, "builtin:synthetic-sentiment", FS_PATH_SIZE);
  experiment.data.target[0] = experiment.data.time[0] = '\0';
  experiment.data.task = FS_TASK_TEXT;
  fs_experiment_suit_task (&experiment);
  experiment.n_layers = 3;
  experiment.layers[0].units = 6;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[1].units = 6;
  experiment.layers[2] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.split.train = 0.2;
  experiment.split.validation = 0.1;
  experiment.train.epochs = 8;
  experiment.train.learning_rate = 0.03;
  g_assert_cmpuint (experiment.n_steps, ==, 2);
  fs_experiment_insert_step (&experiment, 2, FS_STEP_AUGMENT, NULL);
  g_assert_cmpint (experiment.steps[2].augment_method, ==, FS_AUGMENT_SWAP);
  fs_experiment_set (&experiment, "prepare.2.method=delete", NULL);
  fs_experiment_set (&experiment, "prepare.2.strength=1", NULL);
  fs_experiment_set (&experiment, "prepare.2.share=1", NULL);
  effects = fs_effects_new (&experiment, NULL, 3, 0, NULL, NULL, NULL);
  g_assert_nonnull (effects);
  g_assert_true (fs_effects_are_of_classes (effects));
  fs_effects_wait (effects, NULL, NULL);
  g_assert_cmpuint (fs_effects_n (effects), ==, 1);
  deletion = fs_effects_get (effects, 0);
  g_test_message ("with %g, without %g, change %g to %g: %s", deletion.with[0], deletion.without[0],
                  deletion.low, deletion.high, deletion.problem);
  g_assert_cmpuint (deletion.step, ==, 2);
  g_assert_cmpuint (deletion.n, ==, 3);
  g_assert_cmpfloat (deletion.change, !=, 0);
  for (guint seed = 0; seed < 3; seed++)
    g_assert_cmpfloat_with_epsilon (deletion.with[seed], log (2), 0.3); /* of two classes */
}

/* Without filling gaps nothing runs; a switched-off step is not measured. */
static void
test_needed (void)
{
  FsExperiment experiment = passengers ();
  g_autoptr (FsEffects) effects = NULL;
  g_autofree char *words = NULL;
  FsEffect fill;

  g_strlcpy (experiment.data.source, "builtin:co2-weekly", sizeof experiment.data.source);
  experiment.data.target[0] = experiment.data.time[0] = '\0';
  experiment.train.epochs = 1;
  experiment.window.stride = 50;
  experiment.steps[1].is_enabled = false;
  effects = fs_effects_new (&experiment, NULL, 2, 0, NULL, NULL, NULL);
  g_assert_nonnull (effects);
  fs_effects_wait (effects, NULL, NULL);
  g_assert_cmpuint (fs_effects_n (effects), ==, 1);
  fill = fs_effects_get (effects, 0);
  g_assert_cmpint (fill.state, ==, FS_EFFECT_NEEDED);
  words = fs_effect_describe (&fill, 2);
  g_assert_nonnull (strstr (words, "impute"));
}

static void
test_refusals (void)
{
  FsExperiment experiment = passengers ();
  GError *error = NULL;

  experiment.n_steps = 0;
  g_assert_null (fs_effects_new (&experiment, NULL, 3, 0, NULL, NULL, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_TOO_LITTLE);
  g_clear_error (&error);
  experiment = passengers ();
  experiment.split.validation = 0;
  g_assert_null (fs_effects_new (&experiment, NULL, 3, 0, NULL, NULL, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_MISMATCH);
  g_clear_error (&error);
}

static void
count_cb (FsEffects *effects, void *data)
{
  (*(guint *) data)++;
  fs_effects_cancel (effects);
}

static void
test_cancel (void)
{
  FsExperiment experiment = passengers ();
  guint n = 0;
  FsEffects *effects;

  experiment.train.epochs = 1000000;
  effects = fs_effects_new (&experiment, NULL, 3, 2, count_cb, &n, NULL);
  while (!fs_effects_is_done (effects))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n, >=, 1);
  g_assert_true (fs_effects_is_cancelled (effects));
  g_assert_cmpint (fs_effects_get (effects, 0).state, ==, FS_EFFECT_FAILED);
  fs_effects_free (effects);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/effect/interval", test_interval);
  g_test_add_func ("/effect/help-and-nothing", test_help_and_nothing);
  g_test_add_func ("/effect/harm", test_harm);
  g_test_add_func ("/effect/variation", test_variation);
  g_test_add_func ("/effect/texts", test_texts);
  g_test_add_func ("/effect/needed", test_needed);
  g_test_add_func ("/effect/refusals", test_refusals);
  g_test_add_func ("/effect/cancel", test_cancel);
  return g_test_run ();
}
