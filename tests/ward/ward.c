/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench of planted faults. Every case of every host is run with a few seeds, judged at its end as the
 * window would, and kept as a line of a file, so that a bench that was interrupted goes on where it was.
 * The report reads that file: false alarms first, then detection, the order of findings, calibration,
 * and the published rules on the same runs.
 *
 *   ward --out FILE [--seeds N] [--jobs N] [--host NAME] [--gross]     run what is missing
 *   ward --report FILE [--rates FILE.csv]                              print the table, write the rates
 *   ward --proofs FILE                                                 prove first prescriptions
 *   ward --check                                                       a small bench with fixed limits
 *
 * A plant counts only if it harms: its test error (repeating the last value = 1) is worse than that of
 * the host's calm control by 3 % and two standard errors. A control counts only if none of some single
 * changes of it is better by as much, and its last weights are not worse than its best by as much. */

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/lab/prove.h"
#include "tests/ward/hosts.h"
#include "tests/ward/rules.h"

#define MOST_FINDINGS FS_MAX_FINDINGS
#define LEAST_HARM 0.03

typedef struct
{
  char key[96];
  guint seed;
  double error; /* root of the squared test error over that of repeating the last value */
  FsFindingId found[MOST_FINDINGS];
  double confidence[MOST_FINDINGS];
  guint n_found; /* warnings, in order */
  guint rules;   /* bit by published rule: it raised an alarm */
} Line;

/* ---- running ---- */

static double
test_error (const FsPairedResult *result)
{
  double squared = 0, last = 0;
  for (size_t row = 0; row < result->n_rows; row++)
    if (!isnan (result->last_value[row]))
      {
        squared += result->squared[row];
        last += result->last_value[row];
      }
  return last > 0 ? sqrt (squared / last) : NAN;
}

static void
write_line (FILE *file, const char *key, guint seed, const FsPairedResult *result)
{
  FsCase subject = fs_paired_result_case (result);
  FsVerdict verdict = fs_verdict_judge (&subject);
  fprintf (file, "%s\t%u\t%.6g\t%u\t", key, seed, test_error (result),
           ward_rules_judge (&result->history, &result->experiment));
  for (gsize i = 0; i < verdict.n_warnings; i++)
    fprintf (file, "%s%s:%.3f", i > 0 ? ";" : "", fs_finding_info (verdict.findings[i].id)->word,
             verdict.findings[i].confidence);
  fprintf (file, "\n");
  fflush (file);
}

static void
run_experiment (FILE *file,
                const char *key,
                const FsExperiment *experiment,
                guint n_seeds,
                guint n_jobs)
{
  const FsPairedArm arm = { experiment, 0 };
  g_autoptr (FsPairedRuns) runs = fs_paired_runs_new (&arm, 1, n_seeds, NULL, n_jobs, NULL, NULL);
  fs_paired_runs_wait (runs, NULL, NULL);
  for (guint seed = 0; seed < n_seeds; seed++)
    {
      const FsPairedResult *result = fs_paired_runs_result (runs, 0, seed);
      if (result->error[0])
        g_printerr ("%s: %s\n", key, result->error);
      else
        write_line (file, key, seed, result);
    }
}

/* Single changes none of which may better a control. */
static const struct
{
  const char *name, *key;
  double factor;
} edits[] = {
  { "rate-up", "train.learning_rate", 3 },
  { "rate-down", "train.learning_rate", 1 / 3.0 },
  { "units-up", "model.layers.0.units", 2 },
  { "epochs-up", "train.epochs", 3 },
};

static void
run_edits (FILE *file, GHashTable *done, const WardCase *ward, guint n_seeds, guint n_jobs)
{
  for (gsize e = 0; e < G_N_ELEMENTS (edits); e++)
    {
      FsExperiment changed = ward->experiment;
      g_autofree char *key = g_strdup_printf ("%s+%s", ward->key, edits[e].name);
      double value =
          edits[e].factor
          * (e < 2 ? changed.train.learning_rate
                   : (e == 2 ? (double) changed.layers[0].units : (double) changed.train.epochs));
      FsEdit edit = fs_edit_set_number (edits[e].key, value);
      if (g_hash_table_contains (done, key) || fs_edit_apply (&edit, &changed, NULL) != FS_OK)
        continue;
      run_experiment (file, key, &changed, n_seeds, n_jobs);
    }
  g_autofree char *key = g_strdup_printf ("%s+keep-last", ward->key);
  FsExperiment last = ward->experiment;
  last.train.stop.restores_best = false;
  if (!g_hash_table_contains (done, key))
    run_experiment (file, key, &last, n_seeds, n_jobs);
}

static GHashTable *
read_keys (const char *path)
{
  GHashTable *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return keys;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line; line++)
    if (**line)
      g_hash_table_add (keys, g_strndup (*line, strcspn (*line, "\t")));
  return keys;
}

typedef struct
{
  const char *out, *host;
  guint n_seeds, n_jobs;
  gboolean only_gross, certifies;
} Bench;

static void
run_bench (const Bench *bench)
{
  g_autoptr (GHashTable) done = read_keys (bench->out);
  g_autofree char *scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  FILE *file = fopen (bench->out, "a");
  g_assert_nonnull (file);
  for (guint host = 0; host < ward_n_hosts (); host++)
    {
      if (bench->host && !g_str_equal (bench->host, ward_host_name (host)))
        continue;
      g_autoptr (GPtrArray) cases = ward_cases (host, bench->only_gross, scratch);
      for (guint i = 0; i < cases->len; i++)
        {
          WardCase *ward = g_ptr_array_index (cases, i);
          if (!g_hash_table_contains (done, ward->key))
            run_experiment (file, ward->key, &ward->experiment, bench->n_seeds, bench->n_jobs);
          if (bench->certifies && ward->severity == WARD_HEALTHY)
            run_edits (file, done, ward, bench->n_seeds, bench->n_jobs);
          if (g_str_has_prefix (ward->experiment.data.source, scratch))
            g_remove (ward->experiment.data.source);
        }
    }
  fclose (file);
  g_rmdir (scratch);
}

/* ---- reading ---- */

static gboolean
parse_line (char *text, Line *line)
{
  g_auto (GStrv) cells = g_strsplit (text, "\t", -1);
  if (g_strv_length (cells) != 5)
    return FALSE;
  *line = (Line){ .seed = (guint) g_ascii_strtoull (cells[1], NULL, 10),
                  .error = g_ascii_strtod (cells[2], NULL),
                  .rules = (guint) g_ascii_strtoull (cells[3], NULL, 10) };
  g_strlcpy (line->key, cells[0], sizeof line->key);
  g_auto (GStrv) found = g_strsplit (cells[4], ";", -1);
  for (char **f = found; *f && **f && line->n_found < MOST_FINDINGS; f++)
    {
      char *colon = strchr (*f, ':');
      *colon = '\0';
      line->found[line->n_found] = fs_finding_from_word (*f);
      line->confidence[line->n_found++] = g_ascii_strtod (colon + 1, NULL);
    }
  return TRUE;
}

static GArray *
read_lines (const char *path)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  Line line;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) rows = g_strsplit (text, "\n", -1);
  for (char **row = rows; *row; row++)
    if (parse_line (*row, &line))
      g_array_append_val (lines, line);
  return lines;
}

/* Mean and standard error of the errors of a key's runs; FALSE if there are none. */
static gboolean
errors_of (GArray *lines, const char *key, double *mean, double *deviation)
{
  double sum = 0, squares = 0;
  guint n = 0;
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      if (!g_str_equal (line->key, key))
        continue;
      /* What left the numbers is worse than anything that did not. */
      double error = isfinite (line->error) ? fmin (line->error, 100) : 100;
      sum += error;
      squares += error * error;
      n++;
    }
  if (n == 0)
    return FALSE;
  *mean = sum / n;
  *deviation = n > 1 ? sqrt (fmax (0, squares / n - *mean * *mean) / (n - 1)) : 0;
  return TRUE;
}

/* Whether runs of `key` are worse than those of `other`, beyond chance. */
static gboolean
is_worse (GArray *lines, const char *key, const char *other)
{
  double a, b, da, db;
  if (!errors_of (lines, key, &a, &da) || !errors_of (lines, other, &b, &db))
    return FALSE;
  return a - b > fmax (LEAST_HARM * b, 2 * sqrt (da * da + db * db));
}

/* Nothing betters it, and its last weights are as good as its best: else it did overfit. */
static gboolean
is_certified (GArray *lines, const WardCase *ward)
{
  g_autofree char *last = g_strdup_printf ("%s+keep-last", ward->key);
  if (is_worse (lines, last, ward->key))
    return FALSE;
  for (gsize e = 0; e < G_N_ELEMENTS (edits); e++)
    {
      g_autofree char *key = g_strdup_printf ("%s+%s", ward->key, edits[e].name);
      if (is_worse (lines, ward->key, key))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_harmful (GArray *lines, const WardCase *ward)
{
  g_autofree char *calm = g_strdup_printf ("%s/calm/healthy", ward_host_name (ward->host));
  return ward->harms_by_nature || is_worse (lines, ward->key, calm);
}

static gboolean
is_accepted (const WardCase *ward, FsFindingId id)
{
  for (guint i = 0; i < ward->n_accepted; i++)
    if (ward->accepted[i] == id)
      return TRUE;
  return FALSE;
}

/* ---- the report ---- */

#define N_BINS 5

typedef struct
{
  guint n_healthy, n_alarms, n_critical, n_uncertified;
  guint alarms_by[FS_N_FOUND];
  guint n[3], n_detected[3], n_top1[3], n_top3[3], n_harmless;
  guint planted[FS_N_FOUND], found[FS_N_FOUND];
  guint n_bin[N_BINS], n_right[N_BINS];
  double confidence[N_BINS];
  guint rule_alarms[WARD_N_RULES], rule_detected[WARD_N_RULES];
} Score;

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

static void
count_confidence (Score *score, double confidence, gboolean is_right)
{
  int bin = CLAMP ((int) ((confidence - 0.75) * N_BINS / 0.25), 0, N_BINS - 1);
  score->n_bin[bin]++;
  score->n_right[bin] += is_right;
  score->confidence[bin] += confidence;
}

static void
score_healthy (Score *score, const Line *line)
{
  score->n_healthy++;
  score->n_alarms += line->n_found > 0;
  if (line->n_found > 0)
    {
      count_confidence (score, line->confidence[0], FALSE);
      score->alarms_by[line->found[0]]++;
    }
  for (guint i = 0; i < line->n_found; i++)
    if (line->found[i] == FS_FOUND_DIVERGED || line->found[i] == FS_FOUND_NOT_LEARNING
        || line->found[i] == FS_FOUND_LEAK || line->found[i] == FS_FOUND_OVERLAP)
      {
        score->n_critical++;
        break;
      }
  for (guint r = 0; r < WARD_N_RULES; r++)
    score->rule_alarms[r] += line->rules >> r & 1;
}

static void
score_plant (Score *score, const WardCase *ward, const Line *line)
{
  gboolean top3 = FALSE;
  score->n[ward->severity]++;
  score->n_detected[ward->severity] += line->n_found > 0;
  for (guint i = 0; i < line->n_found && i < 3; i++)
    top3 |= is_accepted (ward, line->found[i]);
  gboolean top1 = line->n_found > 0 && is_accepted (ward, line->found[0]);
  score->n_top1[ward->severity] += top1;
  score->n_top3[ward->severity] += top3;
  score->planted[ward->planted]++;
  score->found[ward->planted] += top3;
  if (line->n_found > 0)
    count_confidence (score, line->confidence[0], top1);
  if (ward->severity != WARD_MILD)
    for (guint r = 0; r < WARD_N_RULES; r++)
      score->rule_detected[r] += line->rules >> r & 1;
}

static void
score_case (Score *score, GArray *lines, const WardCase *ward)
{
  gboolean counts =
      ward->severity == WARD_HEALTHY ? is_certified (lines, ward) : is_harmful (lines, ward);
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      if (!g_str_equal (line->key, ward->key))
        continue;
      if (ward->severity == WARD_HEALTHY && counts)
        score_healthy (score, line);
      else if (ward->severity == WARD_HEALTHY)
        score->n_uncertified++;
      else if (counts)
        score_plant (score, ward, line);
      else
        score->n_harmless++;
      if (g_getenv ("WARD_VERBOSE") && (ward->severity == WARD_HEALTHY) == (line->n_found > 0)
          && counts)
        g_print ("  %s %u: %s\n", ward->key, line->seed,
                 line->n_found > 0 ? fs_finding_info (line->found[0])->word : "nothing");
      else if (g_getenv ("WARD_VERBOSE") && counts && ward->severity != WARD_HEALTHY
               && !is_accepted (ward, line->found[0]))
        g_print ("  %s %u: %s first\n", ward->key, line->seed,
                 fs_finding_info (line->found[0])->word);
    }
}

static void
score_all (Score *score, GArray *lines, const char *host)
{
  g_autofree char *scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  for (guint h = 0; h < ward_n_hosts (); h++)
    {
      if (host && !g_str_equal (host, ward_host_name (h)))
        continue;
      g_autoptr (GPtrArray) cases = ward_cases (h, FALSE, scratch);
      for (guint i = 0; i < cases->len; i++)
        {
          WardCase *ward = g_ptr_array_index (cases, i);
          score_case (score, lines, ward);
          if (g_str_has_prefix (ward->experiment.data.source, scratch))
            g_remove (ward->experiment.data.source);
        }
    }
  g_rmdir (scratch);
}

static void
print_rate (const char *name, guint k, guint n)
{
  double low, high;
  wilson (k, n, &low, &high);
  g_print ("%-44s %4u of %4u  %5.1f %%  (%.1f to %.1f)\n", name, k, n, n > 0 ? 100.0 * k / n : 0.0,
           100 * low, 100 * high);
}

static void
print_report (const Score *score)
{
  static const char *const severities[] = { "gross", "moderate", "mild" };
  guint n_strong = score->n[WARD_GROSS] + score->n[WARD_MODERATE];
  double error = 0;
  guint n_judged = 0;
  print_rate ("false alarms on certified healthy runs", score->n_alarms, score->n_healthy);
  print_rate ("  of them critical", score->n_critical, score->n_healthy);
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    if (score->alarms_by[id] > 0)
      g_print ("    first: %-30s %u\n", fs_finding_info (id)->word, score->alarms_by[id]);
  g_print ("runs of controls that a single change betters: %u (left out)\n", score->n_uncertified);
  g_print ("runs of plants that do no harm: %u (left out)\n", score->n_harmless);
  for (int s = 0; s < 3; s++)
    {
      g_autofree char *detected = g_strdup_printf ("%s: some warning", severities[s]);
      g_autofree char *top1 = g_strdup_printf ("%s: the first one is right", severities[s]);
      g_autofree char *top3 =
          g_strdup_printf ("%s: one of the first three is right", severities[s]);
      print_rate (detected, score->n_detected[s], score->n[s]);
      print_rate (top1, score->n_top1[s], score->n[s]);
      print_rate (top3, score->n_top3[s], score->n[s]);
    }
  for (int b = 0; b < N_BINS; b++)
    if (score->n_bin[b] > 0)
      {
        error += fabs (score->confidence[b] - score->n_right[b]);
        n_judged += score->n_bin[b];
      }
  g_print ("calibration error of the first finding's confidence: %.3f (%u)\n",
           n_judged > 0 ? error / n_judged : 0, n_judged);
  g_print ("by fault, among the first three:\n");
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    if (score->planted[id] > 0)
      g_print ("  %-30s %3u of %3u\n", fs_finding_info (id)->word, score->found[id],
               score->planted[id]);
  g_print ("published rules on the same runs: alarms on healthy, on gross and moderate plants\n");
  for (guint r = 0; r < WARD_N_RULES; r++)
    g_print ("  %-38s %5.1f %%  %5.1f %%\n", ward_rule_name (r),
             100.0 * score->rule_alarms[r] / MAX (score->n_healthy, 1),
             100.0 * score->rule_detected[r] / MAX (n_strong, 1));
}

/* What the help shows. */
static void
write_rates (const Score *score, const char *path)
{
  g_autoptr (GString) csv = g_string_new ("finding,planted,found,healthy,alarms\n");
  g_autoptr (GError) error = NULL;
  guint n = 0, n_found = 0;
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    {
      n += score->planted[id];
      n_found += score->found[id];
      if (score->planted[id] > 0 || score->alarms_by[id] > 0)
        g_string_append_printf (csv, "%s,%u,%u,%u,%u\n", fs_finding_info (id)->word,
                                score->planted[id], score->found[id], score->n_healthy,
                                score->alarms_by[id]);
    }
  g_string_append_printf (csv, "all,%u,%u,%u,%u\n", n, n_found, score->n_healthy, score->n_alarms);
  g_file_set_contents (path, csv->str, (gssize) csv->len, &error);
  g_assert_no_error (error);
}

/* ---- proofs ---- */

/* The first prescription of each gross and harmful plant, and one that belongs to another fault. */
static void
run_proofs (const char *path, guint n_jobs)
{
  static const char *const outcomes[] = { "confirmed", "cause unproven", "not cured", "refuted" };
  g_autoptr (GArray) lines = read_lines (path);
  g_autofree char *scratch = g_dir_make_tmp ("ward-XXXXXX", NULL);
  guint right[4] = { 0 }, wrong[4] = { 0 }, n_random_works = 0, n_right = 0, n_wrong = 0;
  for (guint h = 0; h < ward_n_hosts (); h++)
    {
      g_autoptr (GPtrArray) cases = ward_cases (h, TRUE, scratch);
      for (guint i = 0; i < cases->len; i++)
        {
          WardCase *ward = g_ptr_array_index (cases, i);
          if (ward->severity == WARD_HEALTHY || !is_harmful (lines, ward) || ward->harms_by_nature)
            continue;
          const FsPairedArm arm = { &ward->experiment, 0 };
          g_autoptr (FsPairedRuns) runs = fs_paired_runs_new (&arm, 1, 1, NULL, 1, NULL, NULL);
          fs_paired_runs_wait (runs, NULL, NULL);
          FsCase subject = fs_paired_result_case (fs_paired_runs_result (runs, 0, 0));
          FsVerdict verdict = fs_verdict_judge (&subject);
          for (int is_wrong = 0; is_wrong < 2 && verdict.n_warnings > 0; is_wrong++)
            {
              FsFinding finding = verdict.findings[0];
              /* What treats nothing here: a fraction of the batch's order of magnitude. */
              if (is_wrong)
                finding.edit = fs_edit_set_number (
                    "train.learning_rate",
                    ward->experiment.train.learning_rate
                        * (finding.id == FS_FOUND_HIGH_RATE || finding.id == FS_FOUND_DIVERGED
                               ? 3
                               : 0.03));
              if (finding.edit.kind == FS_EDIT_NONE)
                continue;
              g_autoptr (FsProver) prover = fs_prover_new (
                  &ward->experiment, NULL, &finding, FS_PROOF_SEEDS, n_jobs, NULL, NULL, NULL);
              if (!prover)
                continue;
              fs_prover_wait (prover, NULL, NULL);
              const FsProof *proof = fs_prover_proof (prover);
              if (proof->outcome >= FS_PROOF_FAILED)
                continue;
              (is_wrong ? wrong : right)[proof->outcome]++;
              *(is_wrong ? &n_wrong : &n_right) += 1;
              n_random_works += !is_wrong && proof->gain[FS_ARM_RANDOM] > LEAST_HARM;
              g_print ("%s, %s%s: %s\n", ward->key, fs_finding_info (finding.id)->word,
                       is_wrong ? " (wrong prescription)" : "", outcomes[proof->outcome]);
            }
          if (g_str_has_prefix (ward->experiment.data.source, scratch))
            g_remove (ward->experiment.data.source);
        }
    }
  g_rmdir (scratch);
  for (int o = 0; o < 4; o++)
    {
      g_autofree char *first = g_strdup_printf ("first prescription %s", outcomes[o]);
      g_autofree char *other = g_strdup_printf ("wrong prescription %s", outcomes[o]);
      print_rate (first, right[o], n_right);
      print_rate (other, wrong[o], n_wrong);
    }
  print_rate ("random change of equal size works", n_random_works, n_right);
}

/* ---- a small bench with limits ---- */

static void
test_small_bench (void)
{
  g_autofree char *path = NULL;
  Score score = { 0 };
  int handle = g_file_open_tmp ("ward-XXXXXX.tsv", &path, NULL);
  g_assert_cmpint (handle, >=, 0);
  g_close (handle, NULL);
  const Bench bench = {
    .out = path, .host = "sine", .n_seeds = 1, .n_jobs = 2, .only_gross = TRUE
  };
  run_bench (&bench);
  g_autoptr (GArray) lines = read_lines (path);
  score_all (&score, lines, "sine");
  g_remove (path);
  g_test_message ("%u alarms in %u healthy runs; %u of %u faults found", score.n_alarms,
                  score.n_healthy, score.n_detected[WARD_GROSS], score.n[WARD_GROSS]);
  g_assert_cmpuint (score.n_healthy, >=, 8);
  g_assert_cmpuint (score.n[WARD_GROSS], >=, 8);
  g_assert_cmpuint (score.n_alarms, <=, 1);
  g_assert_cmpuint (score.n_critical, ==, 0);
  g_assert_cmpuint (10 * score.n_detected[WARD_GROSS], >=, 8 * score.n[WARD_GROSS]);
  g_assert_cmpuint (10 * score.n_top3[WARD_GROSS], >=, 7 * score.n[WARD_GROSS]);
  /* The harness hears a rule that cries wolf: of the published ones some must. */
  guint loudest = 0;
  for (guint r = 0; r < WARD_N_RULES; r++)
    loudest = MAX (loudest, score.rule_alarms[r]);
  g_assert_cmpuint (2 * loudest, >, score.n_healthy);
}

int
main (int argc, char **argv)
{
  char *out = NULL, *report = NULL, *rates = NULL, *proofs = NULL, *host = NULL;
  int n_seeds = 3, n_jobs = 0;
  gboolean only_gross = FALSE, checks = FALSE;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Run what this file lacks", "FILE" },
    { "report", 0, 0, G_OPTION_ARG_FILENAME, &report, "Print the table of this file", "FILE" },
    { "rates", 0, 0, G_OPTION_ARG_FILENAME, &rates, "Write the help's rates", "FILE.csv" },
    { "proofs", 0, 0, G_OPTION_ARG_FILENAME, &proofs, "Prove prescriptions", "FILE" },
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
    run_bench (&(Bench){ out, host, (guint) n_seeds, (guint) n_jobs, only_gross, TRUE });
  if (report)
    {
      Score score = { 0 };
      g_autoptr (GArray) lines = read_lines (report);
      score_all (&score, lines, host);
      print_report (&score);
      if (rates)
        write_rates (&score, rates);
    }
  if (proofs)
    run_proofs (proofs, (guint) n_jobs);
  return 0;
}
