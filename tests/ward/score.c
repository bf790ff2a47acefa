/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts and the report; see score.h. */

#include "tests/ward/score.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "tests/ward/calibrate.h"

/* ---- judging ---- */

static void
judge_run (WardScores *scores, WardStore *store, const WardCase *ward, const WardRun *run)
{
  const FsVerdict verdict = ward_run_verdict (ward, run);
  const guint doubts = ward_findings_in_doubt (ward, &verdict);
  WardJudged judged = { .host = ward->host,
                        .seed = run->seed,
                        .severity = ward->severity,
                        .n_plants = ward->n_plants,
                        .n_found = (guint) verdict.n_warnings,
                        .rules = ward_rules_judge (&run->history, &ward->experiment) };
  g_strlcpy (judged.key, ward->key, sizeof judged.key);
  if (ward->n_plants > 0)
    judged.planted = ward->plants[0]->planted;
  for (guint i = 0; i < judged.n_found; i++)
    {
      const FsFinding *finding = &verdict.findings[i];
      judged.found[i] = finding->id;
      judged.claims[i] = finding->claim;
      judged.confidence[i] = finding->confidence;
      for (guint p = 0; p < ward->n_plants; p++)
        judged.is_right[i] |= ward_plant_accepts (ward->plants[p], finding->id);
      if (doubts >> i & 1)
        judged.cures[i] = ward_cure_look (store, ward, finding);
      judged.is_critical |= finding->level == FS_LEVEL_BAD;
    }
  judged.has_both =
      ward->n_plants == 2 && ward_pair_is_met (ward->plants, judged.found, judged.n_found);
  g_array_append_val (scores->judged, judged);
}

static void
judge_host (WardScores *scores, WardStore *store, guint host, const char *scratch)
{
  g_autoptr (GPtrArray) cases = ward_cases (host, FALSE, scratch);
  for (guint i = 0; i < cases->len; i++)
    {
      const WardCase *ward = g_ptr_array_index (cases, i);
      const GPtrArray *runs = ward_store_runs (store, ward->key);
      gboolean is_control = ward->n_plants == 0;
      if (!runs)
        continue;
      gboolean counts =
          is_control ? ward_is_certified (store, ward) : ward_is_harmful (store, ward);
      if (counts && runs->len > 0)
        ward_renew_facts (ward, runs);
      for (guint k = 0; counts && k < runs->len; k++)
        judge_run (scores, store, ward, g_ptr_array_index (runs, k));
      if (!counts)
        *(is_control            ? &scores->n_uncertified
          : ward->n_plants == 2 ? &scores->n_one_harmless
                                : &scores->n_harmless) += runs->len;
    }
  ward_cases_clear (cases, scratch);
}

WardScores *
ward_scores_new (WardStore *store, const WardChoice *choice)
{
  g_autofree char *scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  WardScores *scores = g_new0 (WardScores, 1);
  scores->judged = g_array_new (FALSE, FALSE, sizeof (WardJudged));
  for (guint h = 0; h < ward_n_hosts (); h++)
    if (ward_host_is_chosen (h, choice))
      judge_host (scores, store, h, scratch);
  g_rmdir (scratch);
  return scores;
}

void
ward_scores_free (WardScores *scores)
{
  g_array_unref (scores->judged);
  g_free (scores);
}

/* ---- counting ---- */

static gboolean
is_counted (const WardJudged *judged, WardHosts which, guint host)
{
  switch (which)
    {
    case WARD_TUNED_HOSTS:
      return !ward_host_is_held_out (judged->host);
    case WARD_HELD_OUT_HOSTS:
      return ward_host_is_held_out (judged->host);
    case WARD_ONE_HOST:
      return judged->host == host;
    default:
      return TRUE;
    }
}

static void
count_healthy (WardCounts *counts, const WardJudged *judged)
{
  counts->n_healthy++;
  counts->n_alarms += judged->n_found > 0;
  counts->n_critical += judged->is_critical;
  if (judged->n_found > 0)
    counts->alarms_by[judged->found[0]]++;
  for (guint r = 0; r < WARD_N_RULES; r++)
    counts->rule_alarms[r] += judged->rules >> r & 1;
}

static void
count_plant (WardCounts *counts, const WardJudged *judged)
{
  const WardSeverity s = judged->severity;
  gboolean is_right = FALSE, is_cure = FALSE;
  for (guint i = 0; i < judged->n_found && i < WARD_N_FIRST; i++)
    {
      is_right |= judged->is_right[i];
      is_cure |= judged->cures[i] == WARD_CURE_WORKS;
      counts->n_tried += judged->cures[i] >= WARD_CURE_FAILS;
      counts->n_untried += judged->cures[i] == WARD_CURE_UNTRIED;
    }
  counts->n[s]++;
  counts->n_detected[s] += judged->n_found > 0;
  counts->n_top1[s] += judged->n_found > 0 && judged->is_right[0];
  counts->n_top3[s] += is_right;
  counts->n_cured1[s] += judged->cures[0] == WARD_CURE_WORKS;
  counts->n_cured3[s] += !is_right && is_cure;
  counts->planted[judged->planted]++;
  counts->found[judged->planted] += is_right;
  if (s != WARD_MILD)
    for (guint r = 0; r < WARD_N_RULES; r++)
      counts->rule_detected[r] += judged->rules >> r & 1;
}

static void
count_pair (WardCounts *counts, const WardJudged *judged)
{
  gboolean is_right = FALSE;
  for (guint i = 0; i < judged->n_found && i < WARD_N_FIRST; i++)
    is_right |= judged->is_right[i];
  counts->n_pairs++;
  counts->n_pairs_first += judged->n_found > 0 && judged->is_right[0];
  counts->n_pairs_one += is_right;
  counts->n_pairs_both += judged->has_both;
}

WardCounts
ward_count (const WardScores *scores, WardHosts which, guint host)
{
  WardCounts counts = { 0 };
  for (guint i = 0; i < scores->judged->len; i++)
    {
      const WardJudged *judged = &g_array_index (scores->judged, WardJudged, i);
      if (!is_counted (judged, which, host))
        continue;
      if (judged->n_plants == 0)
        count_healthy (&counts, judged);
      else if (judged->n_plants == 2)
        count_pair (&counts, judged);
      else
        count_plant (&counts, judged);
    }
  return counts;
}

/* ---- printing ---- */

static const char *const severities[] = { "gross", "moderate", "mild" };

void
ward_print_misses (const WardScores *scores, WardHosts which)
{
  for (guint i = 0; i < scores->judged->len; i++)
    {
      const WardJudged *judged = &g_array_index (scores->judged, WardJudged, i);
      gboolean is_well = judged->n_plants == 0   ? judged->n_found == 0
                         : judged->n_plants == 2 ? judged->has_both
                                                 : judged->n_found > 0 && judged->is_right[0];
      if (is_well || !is_counted (judged, which, 0))
        continue;
      g_print ("  %s %u:", judged->key, judged->seed);
      for (guint f = 0; f < judged->n_found; f++)
        g_print (" %s %.2f%s", fs_finding_info (judged->found[f])->word, judged->claims[f],
                 judged->cures[f] == WARD_CURE_WORKS ? " (cures)" : "");
      g_print ("\n");
    }
}

/* Wilson's interval of 95 %. */
static void
wilson (guint k, guint n, double *low, double *high)
{
  const double z = 1.96, p = n > 0 ? (double) k / n : 0, m = n > 0 ? n : 1;
  double centre = (p + z * z / (2 * m)) / (1 + z * z / m);
  double reach = z * sqrt (p * (1 - p) / m + z * z / (4 * m * m)) / (1 + z * z / m);
  *low = centre - reach;
  *high = centre + reach;
}

void
ward_print_rate (const char *name, guint k, guint n)
{
  double low, high;
  wilson (k, n, &low, &high);
  g_print ("  %-42s %4u of %4u  %5.1f %%  (%.1f to %.1f)\n", name, k, n,
           n > 0 ? 100.0 * k / n : 0.0, 100 * low, 100 * high);
}

/* The same rates where a certified cure is right too. */
static void
print_cured (const WardCounts *counts)
{
  g_print ("  the same where a certified cure is right too: by this alone %u first, %u of three\n"
           "  (prescriptions of %u findings tried, %u still to be)\n",
           counts->n_cured1[0] + counts->n_cured1[1] + counts->n_cured1[2],
           counts->n_cured3[0] + counts->n_cured3[1] + counts->n_cured3[2], counts->n_tried,
           counts->n_untried);
  for (int s = 0; s < 3; s++)
    {
      g_autofree char *top1 = g_strdup_printf ("%s: the first is right or cures", severities[s]);
      g_autofree char *top3 = g_strdup_printf ("%s: one of three is or does", severities[s]);
      ward_print_rate (top1, counts->n_top1[s] + counts->n_cured1[s], counts->n[s]);
      ward_print_rate (top3, counts->n_top3[s] + counts->n_cured3[s], counts->n[s]);
    }
}

static void
print_counts (const char *title, const WardCounts *counts)
{
  g_print ("%s\n", title);
  ward_print_rate ("false alarms on certified healthy runs", counts->n_alarms, counts->n_healthy);
  ward_print_rate ("  of them critical", counts->n_critical, counts->n_healthy);
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    if (counts->alarms_by[id] > 0)
      g_print ("    first: %-30s %u\n", fs_finding_info (id)->word, counts->alarms_by[id]);
  for (int s = 0; s < 3; s++)
    {
      g_autofree char *detected = g_strdup_printf ("%s: some warning", severities[s]);
      g_autofree char *top1 = g_strdup_printf ("%s: the first is right", severities[s]);
      g_autofree char *top3 = g_strdup_printf ("%s: one of three is right", severities[s]);
      ward_print_rate (detected, counts->n_detected[s], counts->n[s]);
      ward_print_rate (top1, counts->n_top1[s], counts->n[s]);
      ward_print_rate (top3, counts->n_top3[s], counts->n[s]);
    }
  print_cured (counts);
  g_print ("  two faults at once, gross and moderate\n");
  ward_print_rate ("both are among the first three", counts->n_pairs_both, counts->n_pairs);
  ward_print_rate ("one is among the first three", counts->n_pairs_one, counts->n_pairs);
  ward_print_rate ("the first is one of them", counts->n_pairs_first, counts->n_pairs);
}

static double
percent (guint k, guint n)
{
  return 100.0 * k / MAX (n, 1);
}

static void
print_hosts (const WardScores *scores)
{
  g_print ("by host, in per cent: alarms (of healthy runs), then of gross and moderate plants: "
           "found, first right, three right\n");
  for (guint h = 0; h < ward_n_hosts (); h++)
    {
      const WardCounts c = ward_count (scores, WARD_ONE_HOST, h);
      guint n = c.n[WARD_GROSS] + c.n[WARD_MODERATE];
      if (n + c.n_healthy == 0)
        continue;
      g_print ("  %-14s %5.1f (%3u)  %5.1f %5.1f %5.1f (%3u)%s\n", ward_host_name (h),
               percent (c.n_alarms, c.n_healthy), c.n_healthy,
               percent (c.n_detected[0] + c.n_detected[1], n),
               percent (c.n_top1[0] + c.n_top1[1], n), percent (c.n_top3[0] + c.n_top3[1], n), n,
               ward_host_is_held_out (h) ? "  held out" : "");
    }
}

void
ward_print_report (const WardScores *scores)
{
  const WardCounts all = ward_count (scores, WARD_ALL_HOSTS, 0);
  const WardCounts tuned = ward_count (scores, WARD_TUNED_HOSTS, 0);
  const WardCounts held_out = ward_count (scores, WARD_HELD_OUT_HOSTS, 0);
  guint n_strong = all.n[WARD_GROSS] + all.n[WARD_MODERATE];
  if (held_out.n_healthy + held_out.n[WARD_GROSS] > 0)
    print_counts ("hosts held out (their runs were counted, never listed)", &held_out);
  if (tuned.n_healthy + tuned.n[WARD_GROSS] > 0)
    print_counts ("hosts whose runs were looked at", &tuned);
  print_hosts (scores);
  g_print ("runs of controls that a single change betters: %u (left out)\n", scores->n_uncertified);
  g_print ("runs of plants that do no harm: %u (left out)\n", scores->n_harmless);
  g_print ("runs of two plants of which one adds no harm: %u (left out)\n", scores->n_one_harmless);
  ward_print_calibration (scores);
  g_print ("by fault, among the first three:\n");
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    if (all.planted[id] > 0)
      g_print ("  %-30s %3u of %3u\n", fs_finding_info (id)->word, all.found[id], all.planted[id]);
  g_print ("published rules on the same runs: alarms on healthy, on gross and moderate plants\n");
  for (guint r = 0; r < WARD_N_RULES; r++)
    g_print ("  %-40s %5.1f %%  %5.1f %%\n", ward_rule_name (r),
             percent (all.rule_alarms[r], all.n_healthy), percent (all.rule_detected[r], n_strong));
}

void
ward_write_rates (const WardScores *scores, const char *path)
{
  const WardCounts all = ward_count (scores, WARD_ALL_HOSTS, 0);
  g_autoptr (GString) csv = g_string_new ("finding,planted,found,healthy,alarms\n");
  g_autoptr (GError) error = NULL;
  guint n = 0, n_found = 0;
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      n += all.planted[id];
      n_found += all.found[id];
      if (all.planted[id] > 0 || all.alarms_by[id] > 0)
        g_string_append_printf (csv, "%s,%u,%u,%u,%u\n", fs_finding_info (id)->word,
                                all.planted[id], all.found[id], all.n_healthy, all.alarms_by[id]);
    }
  g_string_append_printf (csv, "all,%u,%u,%u,%u\n", n, n_found, all.n_healthy, all.n_alarms);
  g_file_set_contents (path, csv->str, (gssize) csv->len, &error);
  g_assert_no_error (error);
}
