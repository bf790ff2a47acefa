/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench's runs; see bench.h. */

#include "tests/ward/bench.h"

#include <glib/gstdio.h>
#include "tests/ward/labels.h"

typedef struct
{
  char key[WARD_KEY_SIZE];
  FsExperiment experiment;
  gboolean is_whole;
} Task;

static void
add_task (GArray *tasks,
          WardStore *store,
          const WardBench *bench,
          const char *key,
          const FsExperiment *experiment,
          gboolean is_whole)
{
  Task task = { .experiment = *experiment, .is_whole = is_whole };
  g_strlcpy (task.key, key, sizeof task.key);
  for (guint i = 0; i < tasks->len; i++)
    if (g_str_equal (g_array_index (tasks, Task, i).key, key))
      return;
  if (!ward_store_has (store, key, experiment, bench->n_seeds))
    g_array_append_val (tasks, task);
}

/* The control itself, its eight single changes, and its last weights instead of its best. */
static void
add_case (GArray *tasks, WardStore *store, const WardBench *bench, const WardCase *ward)
{
  add_task (tasks, store, bench, ward->key, &ward->experiment, TRUE);
  if (!bench->certifies || ward->n_plants > 0)
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

/* What the case's runs prescribe, where only a cure can make it right. */
static void
add_cures (GArray *tasks, WardStore *store, const WardBench *bench, const WardCase *ward)
{
  const GPtrArray *runs = ward_store_runs (store, ward->key);
  if (ward->n_plants == 0 || !runs || runs->len == 0 || !ward_is_harmful (store, ward))
    return;
  ward_renew_facts (ward, runs);
  for (guint k = 0; k < runs->len; k++)
    {
      const FsVerdict verdict = ward_run_verdict (ward, g_ptr_array_index (runs, k));
      const guint doubts = ward_findings_in_doubt (ward, &verdict);
      for (guint i = 0; i < WARD_N_FIRST; i++)
        {
          FsExperiment cured;
          char key[WARD_KEY_SIZE];
          if (doubts >> i & 1 && ward_cure_make (ward, &verdict.findings[i], &cured, key))
            add_task (tasks, store, bench, key, &cured, FALSE);
        }
    }
}

static void
run_some (WardStore *store,
          const WardBench *bench,
          gboolean is_held_out,
          const Task *tasks,
          guint n)
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
          g_printerr ("%s: %s\n", is_held_out ? "of a host held out" : tasks[i].key,
                      is_held_out ? "failed" : result->error);
        else
          ward_store_add (store, tasks[i].key, seed, &tasks[i].experiment, result,
                          tasks[i].is_whole);
      }
}

static void
run_tasks (WardStore *store, const WardBench *bench, guint host, const GArray *tasks)
{
  for (guint i = 0; i < tasks->len; i += FS_PAIRED_MAX_ARMS)
    run_some (store, bench, ward_host_is_held_out (host), &g_array_index (tasks, Task, i),
              MIN (FS_PAIRED_MAX_ARMS, tasks->len - i));
}

void
ward_bench_run (WardStore *store, const WardBench *bench)
{
  g_autofree char *scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  for (guint host = 0; host < ward_n_hosts (); host++)
    {
      if (!ward_host_is_chosen (host, &bench->choice))
        continue;
      g_autoptr (GPtrArray) cases = ward_cases (host, bench->only_gross, scratch);
      g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (Task));
      for (guint i = 0; i < cases->len; i++)
        add_case (tasks, store, bench, g_ptr_array_index (cases, i));
      run_tasks (store, bench, host, tasks);
      g_array_set_size (tasks, 0);
      for (guint i = 0; i < cases->len; i++)
        add_cures (tasks, store, bench, g_ptr_array_index (cases, i));
      run_tasks (store, bench, host, tasks);
      ward_cases_clear (cases, scratch);
    }
  g_rmdir (scratch);
}
