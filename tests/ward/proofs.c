/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proofs of prescriptions; see proofs.h. */

#include "tests/ward/proofs.h"

#include <glib/gstdio.h>
#include "engine/lab/prove.h"
#include "tests/ward/score.h"

typedef struct
{
  guint outcomes[FS_PROOF_REFUTED + 1], n;
  guint n_works;        /* the error fell as it must for a cure */
  guint n_random_works; /* and did so by the random change */
  guint n_better;       /* the change gained more than the random one */
} Tally;

static gboolean
is_gain (double gain)
{
  return gain > WARD_LEAST_HARM;
}

static gboolean
prove (const WardCase *ward, const FsFinding *finding, guint n_jobs, Tally *tally)
{
  FsEditWords words;
  g_autoptr (FsProver) prover = finding->edit.kind == FS_EDIT_NONE
                                    ? NULL
                                    : fs_prover_new (&ward->experiment, NULL, finding,
                                                     FS_PROOF_SEEDS, n_jobs, NULL, NULL, NULL);
  if (!prover)
    return FALSE;
  fs_prover_wait (prover, NULL, NULL);
  const FsProof *proof = fs_prover_proof (prover);
  if (proof->outcome >= FS_PROOF_FAILED)
    return FALSE;
  tally->n++;
  tally->outcomes[proof->outcome]++;
  tally->n_works += is_gain (proof->gain[FS_ARM_CHANGE]);
  tally->n_random_works += is_gain (proof->gain[FS_ARM_RANDOM]);
  tally->n_better += proof->gain[FS_ARM_CHANGE] > proof->gain[FS_ARM_RANDOM];
  fs_edit_describe (&finding->edit, &ward->experiment, &words);
  g_print ("  %s, %s, %s %s → %s: %s (%+.0f %%, random %+.0f %%, held %u, moved %u)\n", ward->key,
           fs_finding_info (finding->id)->word, words.label, words.left, words.right,
           fs_proof_word (proof->outcome), 100 * proof->gain[FS_ARM_CHANGE],
           100 * proof->gain[FS_ARM_RANDOM], proof->n_held, proof->n_moved);
  return TRUE;
}

/* A change that treats another fault than this one: the rate where the rate is well, else dropout. */
static FsEdit
wrong_edit (const WardCase *ward, const FsFinding *finding)
{
  const double rate = ward->experiment.train.learning_rate;
  if (g_str_equal (finding->edit.key, "train.learning_rate") && finding->edit.kind == FS_EDIT_SET)
    {
      FsExperiment cured = ward->experiment;
      gboolean is_down =
          fs_edit_apply (&finding->edit, &cured, NULL) == FS_OK && cured.train.learning_rate < rate;
      return fs_edit_set_number ("train.learning_rate", is_down ? 3 * rate : rate / 10);
    }
  return fs_edit_set_number ("train.learning_rate", rate / 30);
}

static void
prove_case (WardStore *store, const WardCase *ward, guint n_jobs, Tally *right, Tally *wrong)
{
  GPtrArray *runs = ward_store_runs (store, ward->key);
  const WardRun *run = g_ptr_array_index (runs, 0);
  ward_renew_facts (ward, runs);
  const FsVerdict verdict = ward_run_verdict (ward, run);
  if (verdict.n_warnings == 0)
    return;
  FsFinding finding = verdict.findings[0];
  if (!prove (ward, &finding, n_jobs, right))
    g_print ("  %s, %s: nothing to run\n", ward->key, fs_finding_info (finding.id)->word);
  finding.edit = wrong_edit (ward, &finding);
  g_print ("wrong:");
  if (!prove (ward, &finding, n_jobs, wrong))
    g_print (" nothing to run\n");
}

static void
print_tally (const char *title, const Tally *tally)
{
  static const char *const outcomes[] = { "confirmed", "works, cause unproven",
                                          "cause right, not cured", "refuted" };
  g_print ("%s\n", title);
  for (guint o = 0; o < G_N_ELEMENTS (outcomes); o++)
    ward_print_rate (outcomes[o], tally->outcomes[o], tally->n);
  ward_print_rate ("the error fell by 3 % and more", tally->n_works, tally->n);
  ward_print_rate ("by a random change of equal size", tally->n_random_works, tally->n);
  ward_print_rate ("better than the random change", tally->n_better, tally->n);
}

void
ward_prove (WardStore *store, const WardChoice *choice, guint every, guint n_jobs)
{
  g_autofree char *scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  Tally right = { 0 }, wrong = { 0 };
  guint n_seen = 0;
  for (guint h = 0; h < ward_n_hosts (); h++)
    {
      if (!ward_host_is_chosen (h, choice))
        continue;
      g_autoptr (GPtrArray) cases = ward_cases (h, FALSE, scratch);
      for (guint i = 0; i < cases->len; i++)
        {
          const WardCase *ward = g_ptr_array_index (cases, i);
          if (ward->severity < WARD_MILD && ward->n_plants == 1 && !ward->plants[0]->harms_by_nature
              && ward_store_runs (store, ward->key) && ward_is_harmful (store, ward)
              && n_seen++ % every == 0)
            prove_case (store, ward, n_jobs, &right, &wrong);
        }
      ward_cases_clear (cases, scratch);
    }
  g_rmdir (scratch);
  print_tally ("first prescriptions", &right);
  print_tally ("wrong prescriptions", &wrong);
}
