/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope prove`: runs what a finding proposes beside the original, and says whether it was right. */

#include "app/commands/verb.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "app/commands/run-argument.h"
#include "app/commands/verdict-json.h"
#include "engine/base/number.h"
#include "engine/lab/json-text.h"
#include "engine/lab/prove.h"

static const char *const arm_words[FS_N_ARMS] = { "original", "change", "placebo", "random" };

typedef struct
{
  char *seeds, *jobs;
  gboolean is_json;
} ProveOptions;

static void
clear_options (ProveOptions *options)
{
  g_free (options->seeds);
  g_free (options->jobs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ProveOptions, clear_options)

static gboolean
read_count (const char *name,
            const char *text,
            gint64 lowest,
            gint64 highest,
            guint *count,
            int *exit_code)
{
  int64_t value;
  if (!text)
    return TRUE;
  if (fs_number_parse_integer (text, &value) && value >= lowest && value <= highest)
    {
      *count = (guint) value;
      return TRUE;
    }
  *exit_code = fs_report_usage ("%s: Out of range (“%s”): a whole number from %" G_GINT64_FORMAT
                                " to %" G_GINT64_FORMAT ".",
                                name, text, lowest, highest);
  return FALSE;
}

/* Runs the experiment once and looks for the finding. */
static gboolean
find_finding (const FsExperiment *experiment,
              const char *base,
              FsFindingId id,
              FsFinding *finding,
              GError **error)
{
  const FsPairedArm arm = { experiment, 0 };
  g_autoptr (FsPairedRuns) runs = fs_paired_runs_new (&arm, 1, 1, base, 1, NULL, NULL);
  fs_paired_runs_wait (runs, NULL, NULL);
  const FsPairedResult *result = fs_paired_runs_result (runs, 0, 0);
  if (result->error[0])
    {
      g_set_error_literal (error, FS_LAB_ERROR, FS_MISMATCH, result->error);
      return FALSE;
    }
  const FsCase subject = fs_paired_result_case (result);
  if (fs_finding_look (id, &subject, finding) > 0)
    return TRUE;
  const FsVerdict verdict = fs_verdict_judge (&subject);
  g_autoptr (GString) found = g_string_new (NULL);
  for (gsize i = 0; i < verdict.n_findings; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? ", " : "",
                            fs_finding_info (verdict.findings[i].id)->word);
  g_set_error (error, FS_LAB_ERROR, FS_NOT_FOUND, "This run has no finding “%s”; it has %s.",
               fs_finding_info (id)->word, found->len > 0 ? found->str : "none");
  return FALSE;
}

static void
progress_cb (FsProver *prover, void *data)
{
  gboolean *is_shown = data;
  if (!*is_shown)
    return;
  fprintf (stderr, "\rProving: %3.0f %%", 100 * fs_prover_progress (prover));
  fflush (stderr);
}

static void
append_number (GString *json, const char *key, double value)
{
  g_string_append_printf (json, ",\"%s\":", key);
  fs_json_append_number (json, value);
}

static void
write_json (const FsProof *proof, const FsFinding *finding)
{
  g_autoptr (GString) json = g_string_new ("{\"finding\":");
  fs_json_append_string (json, fs_finding_info (finding->id)->word);
  g_string_append_printf (json, ",\"outcome\":\"%s\",\"change\":{", fs_proof_word (proof->outcome));
  fs_verdict_append_edit (json, &proof->edit);
  g_string_append (json, "},\"random\":{");
  fs_verdict_append_edit (json, &proof->random_edit);
  g_string_append_printf (json, "},\"seeds\":%u,\"rows\":%" G_GSIZE_FORMAT ",\"held_back\":%s",
                          proof->n_seeds, proof->n_rows, proof->is_held_back ? "true" : "false");
  append_number (json, "gain", proof->gain[FS_ARM_CHANGE]);
  append_number (json, "gain_error", proof->gain_error);
  append_number (json, "placebo_gain", proof->gain[FS_ARM_PLACEBO]);
  append_number (json, "random_gain", proof->gain[FS_ARM_RANDOM]);
  g_string_append_printf (json, ",\"error\":\"%s\",\"arms\":{",
                          proof->is_absolute ? "mean-absolute" : "root-mean-square");
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    {
      g_string_append_printf (json, "%s\"%s\":[", arm > 0 ? "," : "", arm_words[arm]);
      for (guint k = 0; k < proof->n_seeds; k++)
        {
          g_string_append (json, k > 0 ? "," : "");
          fs_json_append_number (json, proof->errors[arm][k]);
        }
      g_string_append_c (json, ']');
    }
  g_string_append_printf (json, "},\"held\":%u,\"moved\":%u,\"sentence\":", proof->n_held,
                          proof->n_moved);
  fs_json_append_string (json, proof->sentence);
  g_string_append (json, "}\n");
  fputs (json->str, stdout);
}

/* Each arm as a line: its errors, one a seed, and their mean as a bar. */
static void
write_text (const FsProof *proof)
{
  g_autoptr (GString) text = g_string_new (proof->sentence);
  double means[FS_N_ARMS] = { 0 }, most = 0;
  g_string_append_c (text, '\n');
  if (proof->outcome >= FS_PROOF_FAILED)
    {
      fs_print_text (text->str);
      return;
    }
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    {
      for (guint k = 0; k < proof->n_seeds; k++)
        means[arm] += proof->errors[arm][k] / proof->n_seeds;
      if (isfinite (means[arm]))
        most = MAX (most, means[arm]);
    }
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    {
      char number[FS_NUMBER_SIZE];
      g_string_append_printf (text, "%-9s ", arm_words[arm]);
      for (int i = 0; isfinite (means[arm]) && i < (int) (24 * means[arm] / most + 0.5); i++)
        g_string_append_c (text, '=');
      for (guint k = 0; k < proof->n_seeds; k++)
        g_string_append_printf (text, "%s%s", k > 0 ? ", " : " ",
                                fs_number_write_short (proof->errors[arm][k], 4, number));
      g_string_append_c (text, '\n');
    }
  fs_print_text (text->str);
}

static int
run_prove (int argc, char **argv)
{
  g_auto (ProveOptions) options = { NULL };
  const GOptionEntry entries[] = {
    { "seeds", 0, 0, G_OPTION_ARG_STRING, &options.seeds, "Runs of each arm (3)", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_STRING, &options.jobs,
      "Runs at once; one less than there are cores by default. The result is the same", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.is_json, "Write JSON", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree FsExperiment *experiment = g_new0 (FsExperiment, 1);
  g_autofree char *base = NULL;
  FsFinding finding = { 0 };
  guint n_seeds = FS_PROOF_SEEDS, n_jobs = 0;
  int exit_code;

  if (!fs_verb_parse_options (
          &fs_verb_prove, entries,
          "RUN is the id of a kept run, a folder that fitscope train --out has written, or an "
          "experiment. FINDING is the id of a finding as fitscope diagnose --json gives it.\n"
          "Four arms run with the same seeds: the original, the change that the finding proposes, "
          "the "
          "original with other seeds, and another change of about the same size. They are judged "
          "on rows that none was tuned on.",
          &argc, &argv, &exit_code))
    return exit_code;
  if (argc != 3)
    return fs_report_usage ("fitscope prove takes a run and a finding, as in: fitscope prove run "
                            "overfitting.");
  if (!read_count ("--seeds", options.seeds, 2, FS_PROOF_MAX_SEEDS, &n_seeds, &exit_code)
      || !read_count ("--jobs", options.jobs, 1, 256, &n_jobs, &exit_code))
    return exit_code;
  const FsFindingId id = fs_finding_from_word (argv[2]);
  if (id == FS_N_FOUND)
    return fs_report_usage (
        "There is no finding “%s”; fitscope diagnose --json names those of a run.", argv[2]);
  if (!fs_run_argument_read (argv[1], experiment, &base, &error)
      || !find_finding (experiment, base, id, &finding, &error))
    return fs_report_error (g_steal_pointer (&error));

  g_autoptr (FsProver) prover =
      fs_prover_new (experiment, base, &finding, n_seeds, n_jobs, NULL, NULL, &error);
  if (!prover)
    return fs_report_error (g_steal_pointer (&error));
  gboolean is_shown = isatty (STDERR_FILENO);
  fs_prover_wait (prover, progress_cb, &is_shown);
  if (is_shown)
    fputs ("\r\033[K", stderr);
  const FsProof *proof = fs_prover_proof (prover);
  if (options.is_json)
    write_json (proof, &finding);
  else
    write_text (proof);
  return proof->outcome == FS_PROOF_FAILED ? FS_EXIT_FAILED : FS_EXIT_DONE;
}

const FsVerb fs_verb_prove = {
  .name = "prove",
  .summary = "run what a finding proposes, and say whether it was right",
  .usage = "RUN|DIR|EXPERIMENT FINDING",
  .run = run_prove,
};
