/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench's own tests; see check.h. */

#include "tests/ward/check.h"

#include <glib/gstdio.h>
#include "engine/diagnose/calibration.h"
#include "tests/ward/bench.h"
#include "tests/ward/score.h"

/* ---- labels from errors that are known ---- */

typedef struct
{
  WardStore *store;
  GPtrArray *cases; /* of the first host */
  char *scratch, *path;
} Ledger;

static void
ledger_open (Ledger *ledger)
{
  int handle = g_file_open_tmp ("ward-XXXXXX.evidence", &ledger->path, NULL);
  g_assert_cmpint (handle, >=, 0);
  g_close (handle, NULL);
  ledger->store = ward_store_open (ledger->path, TRUE);
  ledger->scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  ledger->cases = ward_cases (0, TRUE, ledger->scratch);
}

static void
ledger_close (Ledger *ledger)
{
  ward_cases_clear (ledger->cases, ledger->scratch);
  g_ptr_array_unref (ledger->cases);
  ward_store_close (ledger->store);
  g_rmdir (ledger->scratch);
  g_remove (ledger->path);
  g_free (ledger->scratch);
  g_free (ledger->path);
}

/* Three runs with errors around one; what was kept under the key is of another case now. */
static void
note (Ledger *ledger, const char *key, const FsExperiment *experiment, double error, double jitter)
{
  GPtrArray *runs = ward_store_runs (ledger->store, key);
  if (runs)
    g_ptr_array_set_size (runs, 0);
  for (guint seed = 0; seed < 3; seed++)
    {
      double value = error + jitter * ((double) seed - 1), squared = value * value, naive = 1;
      const FsPairedResult result = { .n_rows = 1, .squared = &squared, .naive = &naive };
      ward_store_add (ledger->store, key, seed, experiment, &result, FALSE);
    }
}

static const WardCase *
find_case (const Ledger *ledger, guint n_plants, gboolean by_nature)
{
  for (guint i = 0; i < ledger->cases->len; i++)
    {
      const WardCase *ward = g_ptr_array_index (ledger->cases, i);
      gboolean is_so = FALSE;
      for (guint p = 0; p < ward->n_plants; p++)
        is_so |= ward->plants[p]->harms_by_nature;
      if (ward->n_plants == n_plants && is_so == by_nature)
        return ward;
    }
  g_assert_not_reached ();
}

static void
test_pairs_count_by_both_harms (void)
{
  Ledger ledger = { 0 };
  char first[WARD_KEY_SIZE], second[WARD_KEY_SIZE];
  ledger_open (&ledger);
  const WardCase *pair = find_case (&ledger, 2, FALSE);
  const FsExperiment *experiment = &pair->experiment;
  ward_case_part_key (pair, 0, first);
  ward_case_part_key (pair, 1, second);
  g_assert_true (g_str_has_suffix (first, "/gross"));
  g_assert_cmpint (fs_finding_family (pair->plants[0]->planted), !=,
                   fs_finding_family (pair->plants[1]->planted));
  g_assert_false (ward_is_harmful (ledger.store, pair)); /* nothing is known */
  note (&ledger, first, experiment, 0.7, 0.01);
  note (&ledger, second, experiment, 0.8, 0.01);
  note (&ledger, pair->key, experiment, 0.9, 0.01);
  g_assert_true (ward_is_harmful (ledger.store, pair));
  note (&ledger, pair->key, experiment, 0.81, 0.01); /* hardly worse than the second alone */
  g_assert_false (ward_is_harmful (ledger.store, pair));
  note (&ledger, pair->key, experiment, 0.9, 0.2); /* or by chance */
  g_assert_false (ward_is_harmful (ledger.store, pair));
  note (&ledger, first, experiment, 0.95, 0.01);
  note (&ledger, pair->key, experiment, 0.9, 0.01); /* the second betters the first */
  g_assert_false (ward_is_harmful (ledger.store, pair));
  ledger_close (&ledger);
}

static void
test_cures_are_certified (void)
{
  Ledger ledger = { 0 };
  char key[WARD_KEY_SIZE];
  FsExperiment cured;
  FsFinding finding = { .id = FS_FOUND_PLATEAU, .edit = fs_edit_set_number ("train.epochs", 77) };
  ledger_open (&ledger);
  const WardCase *ward = find_case (&ledger, 1, FALSE);
  g_assert_true (ward_cure_make (ward, &finding, &cured, key));
  g_assert_cmpint (cured.train.epochs, ==, 77);
  note (&ledger, "sine/calm/healthy", &ward->experiment, 0.5, 0.01);
  note (&ledger, ward->key, &ward->experiment, 0.8, 0.01);
  g_assert_cmpint (ward_cure_look (ledger.store, ward, &finding), ==, WARD_CURE_UNTRIED);
  note (&ledger, key, &cured, 0.505, 0.01);
  g_assert_cmpint (ward_cure_look (ledger.store, ward, &finding), ==, WARD_CURE_WORKS);
  note (&ledger, key, &cured, 0.6, 0.01); /* better, not well */
  g_assert_cmpint (ward_cure_look (ledger.store, ward, &finding), ==, WARD_CURE_FAILS);
  note (&ledger, key, &cured, 0.6, 0.4); /* too noisy to be called either */
  g_assert_cmpint (ward_cure_look (ledger.store, ward, &finding), ==, WARD_CURE_FAILS);
  note (&ledger, key, &ward->experiment, 0.5, 0.01); /* of another experiment */
  g_assert_cmpint (ward_cure_look (ledger.store, ward, &finding), ==, WARD_CURE_UNTRIED);
  finding.edit.kind = FS_EDIT_NONE;
  g_assert_cmpint (ward_cure_look (ledger.store, ward, &finding), ==, WARD_CURE_NONE);
  ledger_close (&ledger);
}

static void
test_doubts_are_few (void)
{
  Ledger ledger = { 0 };
  FsVerdict verdict = { .n_warnings = 4 };
  ledger_open (&ledger);
  const WardCase *ward = find_case (&ledger, 1, FALSE);
  const FsFindingId wrong = FS_FOUND_SYMMETRIC, right = ward->plants[0]->planted;
  g_assert_false (ward_plant_accepts (ward->plants[0], wrong));
  for (guint i = 0; i < 4; i++)
    verdict.findings[i].id = wrong;
  g_assert_cmpuint (ward_findings_in_doubt (ward, &verdict), ==, 7);
  verdict.findings[1].id = right;
  g_assert_cmpuint (ward_findings_in_doubt (ward, &verdict), ==, 1);
  verdict.findings[0].id = right;
  verdict.findings[1].id = wrong;
  g_assert_cmpuint (ward_findings_in_doubt (ward, &verdict), ==, 0);
  verdict.findings[0].id = wrong;
  verdict.n_warnings = 1;
  g_assert_cmpuint (ward_findings_in_doubt (ward, &verdict), ==, 1);
  verdict.n_warnings = 0;
  g_assert_cmpuint (ward_findings_in_doubt (ward, &verdict), ==, 0);
  verdict.n_warnings = 1;
  ward = find_case (&ledger, 1, TRUE); /* its harm is not in the error */
  verdict.findings[0].id = wrong;
  g_assert_cmpuint (ward_findings_in_doubt (ward, &verdict), ==, 0);
  ward = find_case (&ledger, 2, FALSE);
  g_assert_cmpuint (ward_findings_in_doubt (ward, &verdict), ==, 0);
  ledger_close (&ledger);
}

static void
test_pairs_need_two_findings (void)
{
  const WardPlant *unscaled = ward_plant_named ("unscaled"), *small = ward_plant_named ("small");
  const WardPlant *plants[2] = { unscaled, small };
  const FsFindingId both[] = { FS_FOUND_UNSCALED_TARGET, FS_FOUND_LEAK, FS_FOUND_UNDERFITTING };
  const FsFindingId shared[] = { FS_FOUND_STOPPED_EARLY, FS_FOUND_LEAK, FS_FOUND_DRIFT };
  const FsFindingId late[] = { FS_FOUND_UNDERFITTING, FS_FOUND_LEAK, FS_FOUND_DRIFT,
                               FS_FOUND_UNSCALED_TARGET };
  g_assert_true (ward_pair_is_met (plants, both, G_N_ELEMENTS (both)));
  g_assert_false (ward_pair_is_met (plants, shared, G_N_ELEMENTS (shared))); /* is in both sets */
  g_assert_false (ward_pair_is_met (plants, late, G_N_ELEMENTS (late)));
  g_assert_false (ward_pair_is_met (plants, both, 1));
}

/* ---- a small bench ---- */

static void
test_small_bench (void)
{
  const WardBench bench = { { .name = "sine" }, .n_seeds = 1, .n_jobs = 2, .only_gross = TRUE };
  g_autofree char *path = NULL;
  int handle = g_file_open_tmp ("ward-XXXXXX.evidence", &path, NULL);
  g_assert_cmpint (handle, >=, 0);
  g_close (handle, NULL);
  WardStore *store = ward_store_open (path, TRUE);
  ward_bench_run (store, &bench);
  g_autoptr (WardScores) scores = ward_scores_new (store, &bench.choice);
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
  g_assert_cmpuint (counts.n_pairs, >=, 2);
  g_assert_cmpuint (counts.n_pairs_one, ==, counts.n_pairs);
  g_assert_cmpuint (counts.n_untried, ==, 0);
  /* The harness hears a rule that cries wolf: of the published ones some must. */
  guint loudest = 0;
  for (guint r = 0; r < WARD_N_RULES; r++)
    loudest = MAX (loudest, counts.rule_alarms[r]);
  g_assert_cmpuint (2 * loudest, >, counts.n_healthy);

  /* What was kept gives the same verdicts when it is read again, and nothing is run twice. */
  store = ward_store_open (path, TRUE);
  g_autoptr (WardScores) again = ward_scores_new (store, &bench.choice);
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
  ward_bench_run (store, &bench);
  g_assert_cmpuint (ward_store_runs (store, "sine/calm/healthy")->len, ==, 1);
  ward_store_close (store);
  g_remove (path);
}

int
ward_check (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ward/pairs-count-by-both-harms", test_pairs_count_by_both_harms);
  g_test_add_func ("/ward/pairs-need-two-findings", test_pairs_need_two_findings);
  g_test_add_func ("/ward/cures-are-certified", test_cures_are_certified);
  g_test_add_func ("/ward/doubts-are-few", test_doubts_are_few);
  g_test_add_func ("/ward/small-bench", test_small_bench);
  return g_test_run ();
}
