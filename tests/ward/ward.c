/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench of planted faults. Every case of every host is run with a few seeds and all that a verdict is
 * made from is kept (evidence.h), so that a bench that was interrupted goes on where it was, and a
 * changed rule is tried on all runs in a second. The report judges what is kept: false alarms first,
 * then detection, the order of findings, calibration, and the published rules on the same runs.
 *
 *   ward --out FILE [--seeds N] [--jobs N] [--host NAME] [--gross]    run what is missing
 *   ward --report FILE [--host NAME] [--misses] [--rates FILE.csv]    judge, print, write the rates
 *        [--calibration FILE.h]                                       and the curves of confidence
 *   ward --proofs FILE [--host NAME] [--every N]                      prove first prescriptions
 *   ward --check                                                      a small bench with fixed limits
 */

#include <glib.h>
#include <glib/gstdio.h>
#include "tests/ward/calibrate.h"
#include "tests/ward/proofs.h"
#include "tests/ward/score.h"

/* ---- running ---- */

typedef struct
{
  const char *host;
  guint n_seeds, n_jobs;
  gboolean only_gross, certifies;
} Bench;

typedef struct
{
  char key[96];
  FsExperiment experiment;
  gboolean is_whole;
} Task;

static void
add_task (GArray *tasks,
          WardStore *store,
          const Bench *bench,
          const char *key,
          const FsExperiment *experiment,
          gboolean is_whole)
{
  Task task = { .experiment = *experiment, .is_whole = is_whole };
  g_strlcpy (task.key, key, sizeof task.key);
  if (!ward_store_has (store, key, experiment, bench->n_seeds))
    g_array_append_val (tasks, task);
}

/* The control itself, its eight single changes, and its last weights instead of its best. */
static void
add_case (GArray *tasks, WardStore *store, const Bench *bench, const WardCase *ward)
{
  add_task (tasks, store, bench, ward->key, &ward->experiment, TRUE);
  if (!bench->certifies || ward->severity != WARD_HEALTHY)
    return;
  for (guint e = 0; e < WARD_N_EDITS; e++)
    {
      FsExperiment changed = ward->experiment;
      g_autofree char *key = g_strdup_printf ("%s+%s", ward->key, ward_edit_name (e));
      if (ward_edit_apply (e, &changed))
        add_task (tasks, store, bench, key, &changed, FALSE);
    }
  g_autofree char *key = g_strdup_printf ("%s+keep-last", ward->key);
  FsExperiment last = ward->experiment;
  last.train.stop.restores_best = false;
  add_task (tasks, store, bench, key, &last, FALSE);
}

static void
run_tasks (WardStore *store, const Bench *bench, const Task *tasks, guint n)
{
  FsPairedArm arms[FS_PAIRED_MAX_ARMS];
  for (guint i = 0; i < n; i++)
    arms[i] = (FsPairedArm){ &tasks[i].experiment, 0 };
  g_autoptr (FsPairedRuns) runs =
      fs_paired_runs_new (arms, n, bench->n_seeds, NULL, bench->n_jobs, NULL, NULL);
  fs_paired_runs_wait (runs, NULL, NULL);
  for (guint i = 0; i < n; i++)
    for (guint seed = 0; seed < bench->n_seeds; seed++)
      {
        const FsPairedResult *result = fs_paired_runs_result (runs, i, seed);
        if (result->error[0])
          g_printerr ("%s: %s\n", tasks[i].key, result->error);
        else
          ward_store_add (store, tasks[i].key, seed, &tasks[i].experiment, result,
                          tasks[i].is_whole);
      }
}

static void
run_bench (WardStore *store, const Bench *bench)
{
  g_autofree char *scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  for (guint host = 0; host < ward_n_hosts (); host++)
    {
      if (bench->host && !g_str_equal (bench->host, ward_host_name (host)))
        continue;
      g_autoptr (GPtrArray) cases = ward_cases (host, bench->only_gross, scratch);
      g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (Task));
      for (guint i = 0; i < cases->len; i++)
        add_case (tasks, store, bench, g_ptr_array_index (cases, i));
      for (guint i = 0; i < tasks->len; i += FS_PAIRED_MAX_ARMS)
        run_tasks (store, bench, &g_array_index (tasks, Task, i),
                   MIN (FS_PAIRED_MAX_ARMS, tasks->len - i));
      ward_cases_clear (cases, scratch);
    }
  g_rmdir (scratch);
}

/* ---- a small bench with limits ---- */

static void
test_small_bench (void)
{
  const Bench bench = { .host = "sine", .n_seeds = 1, .n_jobs = 2, .only_gross = TRUE };
  g_autofree char *path = NULL;
  int handle = g_file_open_tmp ("ward-XXXXXX.evidence", &path, NULL);
  g_assert_cmpint (handle, >=, 0);
  g_close (handle, NULL);
  WardStore *store = ward_store_open (path, TRUE);
  run_bench (store, &bench);
  g_autoptr (WardScores) scores = ward_scores_new (store, bench.host);
  ward_store_close (store);
  const WardCounts counts = ward_count (scores, WARD_ALL_HOSTS, 0);
  g_test_message ("%u alarms in %u healthy runs; %u of %u faults found", counts.n_alarms,
                  counts.n_healthy, counts.n_detected[WARD_GROSS], counts.n[WARD_GROSS]);
  g_assert_cmpuint (counts.n_healthy, >=, 8);
  g_assert_cmpuint (counts.n[WARD_GROSS], >=, 8);
  g_assert_cmpuint (counts.n_alarms, <=, 1);
  g_assert_cmpuint (counts.n_critical, ==, 0);
  g_assert_cmpuint (10 * counts.n_detected[WARD_GROSS], >=, 8 * counts.n[WARD_GROSS]);
  g_assert_cmpuint (10 * counts.n_top3[WARD_GROSS], >=, 7 * counts.n[WARD_GROSS]);
  /* The harness hears a rule that cries wolf: of the published ones some must. */
  guint loudest = 0;
  for (guint r = 0; r < WARD_N_RULES; r++)
    loudest = MAX (loudest, counts.rule_alarms[r]);
  g_assert_cmpuint (2 * loudest, >, counts.n_healthy);

  /* What was kept gives the same verdicts when it is read again, and nothing is run twice. */
  store = ward_store_open (path, TRUE);
  g_autoptr (WardScores) again = ward_scores_new (store, bench.host);
  g_assert_cmpuint (again->judged->len, ==, scores->judged->len);
  for (guint i = 0; i < again->judged->len; i++)
    {
      const WardJudged *a = &g_array_index (scores->judged, WardJudged, i);
      const WardJudged *b = &g_array_index (again->judged, WardJudged, i);
      g_assert_cmpstr (a->key, ==, b->key);
      g_assert_cmpuint (a->n_found, ==, b->n_found);
      g_assert_cmpuint (a->rules, ==, b->rules);
      for (guint f = 0; f < a->n_found; f++)
        {
          g_assert_cmpint (a->found[f], ==, b->found[f]);
          g_assert_cmpfloat (a->claims[f], ==, b->claims[f]);
        }
    }
  run_bench (store, &bench);
  g_assert_cmpuint (ward_store_runs (store, "sine/calm/healthy")->len, ==, 1);
  ward_store_close (store);
  g_remove (path);
}

int
main (int argc, char **argv)
{
  char *out = NULL, *report = NULL, *rates = NULL, *calibration = NULL, *proofs = NULL,
       *host = NULL;
  int n_seeds = 3, n_jobs = 0, every = 1;
  gboolean only_gross = FALSE, shows_misses = FALSE, checks = FALSE;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Run what this file lacks", "FILE" },
    { "report", 0, 0, G_OPTION_ARG_FILENAME, &report, "Judge what this file holds", "FILE" },
    { "misses", 0, 0, G_OPTION_ARG_NONE, &shows_misses,
      "List the misjudged runs of hosts that are not held out", NULL },
    { "rates", 0, 0, G_OPTION_ARG_FILENAME, &rates, "Write the help's rates", "FILE.csv" },
    { "calibration", 0, 0, G_OPTION_ARG_FILENAME, &calibration, "Write the curves of confidence",
      "FILE.h" },
    { "proofs", 0, 0, G_OPTION_ARG_FILENAME, &proofs, "Prove prescriptions", "FILE" },
    { "every", 0, 0, G_OPTION_ARG_INT, &every, "Of each so many-th plant (1)", "N" },
    { "host", 0, 0, G_OPTION_ARG_STRING, &host, "This host alone", "NAME" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &n_seeds, "Runs of each case (3)", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &n_jobs, "Runs at once", "N" },
    { "gross", 0, 0, G_OPTION_ARG_NONE, &only_gross, "Gross faults alone", NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &checks, "A small bench with limits", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  if (checks)
    {
      g_test_init (&argc, &argv, NULL);
      g_test_add_func ("/ward/small-bench", test_small_bench);
      return g_test_run ();
    }
  if (out)
    {
      g_autoptr (WardStore) store = ward_store_open (out, TRUE);
      run_bench (store, &(Bench){ host, (guint) n_seeds, (guint) n_jobs, only_gross, TRUE });
    }
  if (report)
    {
      g_autoptr (WardStore) store = ward_store_open (report, FALSE);
      g_autoptr (WardScores) scores = ward_scores_new (store, host);
      if (shows_misses)
        ward_print_misses (scores, WARD_TUNED_HOSTS);
      ward_print_report (scores);
      if (rates)
        ward_write_rates (scores, rates);
      if (calibration)
        ward_write_calibration (scores, calibration);
    }
  if (proofs)
    {
      g_autoptr (WardStore) store = ward_store_open (proofs, FALSE);
      ward_prove (store, host, (guint) MAX (every, 1), (guint) n_jobs);
    }
  return 0;
}
