/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proofs: the four outcomes by hand, a true finding confirmed and a wrong prescription refuted by real
 * runs, the held-back rows, and what cannot be proved. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/prove.h"

static FsProof
make_proof (double change, double spread, double placebo, guint n_held, guint n_moved)
{
  FsProof proof = { .n_seeds = 3, .n_held = n_held, .n_moved = n_moved };
  for (guint k = 0; k < 3; k++)
    {
      proof.errors[FS_ARM_ORIGINAL][k] = 100;
      proof.errors[FS_ARM_CHANGE][k] = 100 * (1 - change) + spread * ((double) k - 1);
      proof.errors[FS_ARM_PLACEBO][k] = 100 * (1 - placebo);
      proof.errors[FS_ARM_RANDOM][k] = 100;
    }
  fs_proof_judge (&proof);
  return proof;
}

static void
test_outcomes (void)
{
  FsProof proof = make_proof (0.2, 1, 0.01, 3, 2);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_CONFIRMED);
  g_assert_cmpfloat_with_epsilon (proof.gain[FS_ARM_CHANGE], 0.2, 1e-12);
  /* Gains 0.21, 0.2, 0.19: deviation 0.01, over √3. */
  g_assert_cmpfloat_with_epsilon (proof.gain_error, 0.01 / sqrt (3), 1e-12);
  g_assert_cmpint (make_proof (0.2, 1, 0.01, 3, 1).outcome, ==, FS_PROOF_CAUSE_UNPROVEN);
  g_assert_cmpint (make_proof (0.2, 1, 0.01, 1, 1).outcome, ==, FS_PROOF_CAUSE_UNPROVEN);
  g_assert_cmpint (make_proof (0.2, 1, 0.3, 3, 3).outcome, ==, FS_PROOF_NOT_CURED);
  g_assert_cmpint (make_proof (0.02, 0, 0, 3, 3).outcome, ==, FS_PROOF_NOT_CURED);
  g_assert_cmpint (make_proof (0.1, 30, 0, 3, 3).outcome, ==, FS_PROOF_NOT_CURED);
  g_assert_cmpint (make_proof (-0.1, 1, 0, 3, 1).outcome, ==, FS_PROOF_REFUTED);
  g_assert_cmpint (make_proof (-0.1, 1, 0, 3, 3).outcome, ==, FS_PROOF_REFUTED); /* it does harm */
  /* Of such a spread that two errors reach to 0, but with every seed. */
  g_assert_cmpint (make_proof (-0.6, 55, 0, 3, 3).outcome, ==, FS_PROOF_REFUTED);
  g_assert_cmpint (make_proof (-0.1, 20, 0, 3, 3).outcome, ==, FS_PROOF_NOT_CURED);
  /* One fault for another: no cure, unless the error fell. */
  proof = make_proof (0.01, 1, 0, 3, 3);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_NOT_CURED);
  proof.n_exchanged = 2;
  fs_proof_judge (&proof);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_REFUTED);
  proof = make_proof (0.2, 1, 0, 3, 3);
  proof.n_exchanged = 3;
  fs_proof_judge (&proof);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_CONFIRMED);

  /* A run that left the numbers is worse than any that did not. */
  proof = make_proof (0, 0, 0, 3, 3);
  for (guint k = 0; k < 3; k++)
    proof.errors[FS_ARM_ORIGINAL][k] = NAN;
  proof.errors[FS_ARM_PLACEBO][0] = proof.errors[FS_ARM_PLACEBO][1] =
      proof.errors[FS_ARM_PLACEBO][2] = NAN;
  fs_proof_judge (&proof);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_CONFIRMED);
}

/* Steps of a series that mostly repeats its last value are none, and those that are there count. */
static void
test_slip (void)
{
  double usual[] = { 1, 4, 1e6, 2.25, 1 };
  double resting[] = { 0, 0, 4, 0, 0, 0, 1, 0, 1e6, 0, 4, 0 };
  double still[] = { 0, 0, 0 };
  g_assert_cmpfloat (fs_proof_slip (usual, G_N_ELEMENTS (usual)), ==, 400 * 2.25);
  g_assert_cmpfloat (fs_proof_slip (resting, G_N_ELEMENTS (resting)), ==, 400 * 4);
  g_assert_true (isinf (fs_proof_slip (still, G_N_ELEMENTS (still))));
  g_assert_true (isinf (fs_proof_slip (still, 0)));
}

static FsExperiment
sick_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:synthetic-sine-noise", sizeof experiment.data.source);
  g_strlcpy (experiment.data.target, "value", sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.window.length = 12;
  experiment.window.stride = 4;
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 6;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.epochs = 25;
  experiment.train.learning_rate = 2e-5;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static FsFinding
look_for (const FsExperiment *experiment, FsFindingId id)
{
  const FsPairedArm arm = { experiment, 0 };
  g_autoptr (FsPairedRuns) runs = fs_paired_runs_new (&arm, 1, 1, NULL, 1, NULL, NULL);
  FsFinding finding = { 0 };
  fs_paired_runs_wait (runs, NULL, NULL);
  FsCase subject = fs_paired_result_case (fs_paired_runs_result (runs, 0, 0));
  FsVerdict verdict = fs_verdict_judge (&subject);
  g_test_message ("%s | %s", verdict.headline, verdict.detail);
  g_assert_cmpfloat (fs_finding_look (id, &subject, &finding), >, 0);
  return finding;
}

static FsProof
prove (const FsExperiment *experiment, const FsFinding *finding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FsProver) prover = fs_prover_new (experiment, NULL, finding, 3, 2, NULL, NULL, &error);
  g_assert_no_error (error);
  fs_prover_wait (prover, NULL, NULL);
  g_test_message ("%s", fs_prover_proof (prover)->sentence);
  return *fs_prover_proof (prover);
}

static void
test_confirmed (void)
{
  FsExperiment experiment = sick_experiment ();
  FsFinding finding = look_for (&experiment, FS_FOUND_LOW_RATE);
  double proposed = g_ascii_strtod (finding.edit.value, NULL);
  g_assert_cmpfloat (proposed, >=,
                     0.0002); /* by ten at least, to where steps are as in healthy runs */
  g_assert_cmpfloat (proposed, <=, 0.01);
  finding.edit = fs_edit_set_number ("train.learning_rate", 0.005);
  FsProof proof = prove (&experiment, &finding);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_CONFIRMED);
  g_assert_cmpuint (proof.n_held, ==, 3);
  g_assert_cmpuint (proof.n_moved, ==, 3);
  g_assert_false (proof.is_held_back);
  g_assert_cmpfloat (proof.gain[FS_ARM_CHANGE], >, proof.gain[FS_ARM_RANDOM]);
  g_assert_true (g_str_has_prefix (proof.sentence, "Confirmed. On "));
}

/* A finding about classes is proved as any other. */
static void
test_classes (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:synthetic-three-lengths",
             sizeof experiment.data.source);
  g_strlcpy (experiment.data.sequence, "sequence", sizeof experiment.data.sequence);
  g_strlcpy (experiment.data.target, "trend", sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.data.task = FS_TASK_CLASSIFY;
  experiment.n_steps = 0;
  experiment.window.is_masked = true;
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 6;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.epochs = 25;
  experiment.train.batch = 16;
  experiment.train.learning_rate = 2e-6;
  experiment.train.stop.patience = FS_NEVER;
  fs_experiment_suit_task (&experiment);
  FsFinding finding = look_for (&experiment, FS_FOUND_LOW_RATE);
  finding.edit = fs_edit_set_number ("train.learning_rate", 0.005);
  FsProof proof = prove (&experiment, &finding);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_CONFIRMED);
  g_assert_cmpuint (proof.n_rows, ==, 27);
}

/* The right finding with a wrong prescription, judged on rows held back for want of a test part. */
static void
test_refuted (void)
{
  FsExperiment experiment = sick_experiment ();
  experiment.split.validation = 1 - experiment.split.train;
  FsFinding finding = look_for (&experiment, FS_FOUND_LOW_RATE);
  finding.edit = fs_edit_set_number ("train.learning_rate", 1e-7);
  FsProof proof = prove (&experiment, &finding);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_REFUTED);
  g_assert_true (proof.is_held_back);
  g_assert_cmpuint (proof.n_rows, >, 30);
}

static void
test_refusals (void)
{
  FsExperiment experiment = sick_experiment ();
  g_autoptr (GError) error = NULL;
  FsFinding finding = { .id = FS_FOUND_NO_SIGNAL };
  g_assert_null (fs_prover_new (&experiment, NULL, &finding, 3, 1, NULL, NULL, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
  g_clear_error (&error);
  finding.edit = fs_edit_set ("train.batch", "0");
  g_assert_null (fs_prover_new (&experiment, NULL, &finding, 3, 1, NULL, NULL, &error));
  g_assert_nonnull (error);
  /* A change that the data do not allow: found by running, said in a sentence. */
  finding.edit = fs_edit_set ("window.length", "5000");
  FsProof proof = prove (&experiment, &finding);
  g_assert_cmpint (proof.outcome, ==, FS_PROOF_FAILED);
  g_assert_nonnull (strstr (proof.sentence, "window"));
}

static void
cancel_cb (FsProver *prover, void *data)
{
  fs_prover_cancel (prover);
}

static void
test_cancel (void)
{
  FsExperiment experiment = sick_experiment ();
  experiment.train.epochs = 100000;
  FsFinding finding = { .id = FS_FOUND_LOW_RATE,
                        .edit = fs_edit_set_number ("train.learning_rate", 0.01) };
  g_autoptr (FsProver) prover =
      fs_prover_new (&experiment, NULL, &finding, 2, 2, cancel_cb, NULL, NULL);
  while (!fs_prover_proof (prover))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (fs_prover_proof (prover)->outcome, ==, FS_PROOF_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prove/outcomes", test_outcomes);
  g_test_add_func ("/prove/slip", test_slip);
  g_test_add_func ("/prove/confirmed", test_confirmed);
  g_test_add_func ("/prove/classes", test_classes);
  g_test_add_func ("/prove/refuted", test_refuted);
  g_test_add_func ("/prove/refusals", test_refusals);
  g_test_add_func ("/prove/cancel", test_cancel);
  return g_test_run ();
}
