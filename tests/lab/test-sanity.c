/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sanity battery: all well on a healthy experiment; each check fails where its fault is planted. */

#include <glib.h>
#include <math.h>
#include "engine/experiment/schema.h"
#include "engine/lab/sanity.h"

static FsExperiment
healthy_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:synthetic-sine-noise", sizeof experiment.data.source);
  g_strlcpy (experiment.data.target, "value", sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.window.length = 12;
  experiment.window.stride = 4;
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 16;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.batch = 16;
  experiment.train.learning_rate = 0.005;
  return experiment;
}

static void
run (const FsExperiment *experiment, FsSanity results[FS_N_SANITY])
{
  g_autoptr (GError) error = NULL;
  g_assert_true (fs_sanity_run (results, experiment, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  for (FsSanityCheck check = 0; check < FS_N_SANITY; check++)
    g_test_message ("%s: %d %d %s", fs_sanity_word (check), results[check].is_done,
                    results[check].is_well, results[check].sentence);
}

static void
test_healthy (void)
{
  FsExperiment experiment = healthy_experiment ();
  FsSanity results[FS_N_SANITY];
  run (&experiment, results);
  for (FsSanityCheck check = 0; check < FS_N_SANITY; check++)
    g_assert_true (results[check].is_done && results[check].is_well);
}

/* A target far from 0, steps far too short, targets without order. */
static void
test_faults (void)
{
  FsSanity results[FS_N_SANITY];
  FsExperiment experiment = healthy_experiment ();
  experiment.train.learning_rate = 1e-7;
  run (&experiment, results);
  g_assert_true (results[FS_SANITY_FIRST_LOSS].is_well);
  g_assert_false (results[FS_SANITY_ONE_BATCH].is_well);
  g_assert_true (results[FS_SANITY_MEMORISE].is_well); /* at a rate of its own */
  g_assert_false (results[FS_SANITY_RATE].is_well);

  experiment = healthy_experiment ();
  g_strlcpy (experiment.data.source, "builtin:synthetic-white-noise",
             sizeof experiment.data.source);
  run (&experiment, results);
  g_assert_false (results[FS_SANITY_SHUFFLED].is_well);

  experiment = healthy_experiment ();
  experiment.window.length = 5000;
  g_autoptr (GError) error = NULL;
  g_assert_false (fs_sanity_run (results, &experiment, NULL, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
}

/* Classes of sequences are tried like numbers; a text that is to be continued as far as it makes sense. */
static void
test_tasks (void)
{
  FsSanity results[FS_N_SANITY];
  FsExperiment experiment = healthy_experiment ();
  g_strlcpy (experiment.data.source, "builtin:synthetic-three-lengths",
             sizeof experiment.data.source);
  g_strlcpy (experiment.data.sequence, "sequence", sizeof experiment.data.sequence);
  g_strlcpy (experiment.data.target, "trend", sizeof experiment.data.target);
  experiment.data.task = FS_TASK_CLASSIFY;
  experiment.n_steps = 0;
  experiment.window.is_masked = true;
  fs_experiment_suit_task (&experiment);
  run (&experiment, results);
  for (FsSanityCheck check = 0; check < FS_SANITY_RATE; check++)
    g_assert_true (results[check].is_done && results[check].is_well);
  /* Two classes: equal shares score ln 2. */
  g_assert_cmpfloat_with_epsilon (results[FS_SANITY_FIRST_LOSS].expected, log (2), 1e-12);

  experiment = healthy_experiment ();
  g_strlcpy (experiment.data.source, "builtin:language-of-name", sizeof experiment.data.source);
  g_strlcpy (experiment.data.text, "text", sizeof experiment.data.text);
  experiment.data.target[0] = '\0';
  experiment.data.task = FS_TASK_NEXT;
  experiment.text.unit = FS_TEXT_UNIT_CHARACTERS;
  experiment.n_steps = 0;
  fs_experiment_suit_task (&experiment);
  run (&experiment, results);
  g_assert_false (results[FS_SANITY_FIRST_LOSS].is_done);
  g_assert_true (results[FS_SANITY_MEMORISE].sentence[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sanity/healthy", test_healthy);
  g_test_add_func ("/sanity/faults", test_faults);
  g_test_add_func ("/sanity/tasks", test_tasks);
  return g_test_run ();
}
