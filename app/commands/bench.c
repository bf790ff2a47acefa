/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope bench`: how fast this machine trains, and how far that is from what its processor can do.
 * A slow OpenBLAS core pinned by the environment, or a busy machine, shows in the first line. */

#include "app/commands/verb.h"

#include <cblas.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include "app/commands/bench-jobs.h"
#include "engine/model/kernels.h"

typedef struct
{
  gboolean is_json;
  gboolean measures_probes;
  char *job;
  int n_threads; /* 0 = one, two, and one for each processor */
  int n_rounds;
  int n_windows; /* 0 = all of the job's */
  double seconds;
} Options;

typedef struct
{
  JsonBuilder *json; /* NULL for people */
  double fma_gflops, sgemm_gflops;
} Report;

static void
add_number (JsonBuilder *json, const char *name, double value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_double_value (json, value);
}

static void
begin_report (Report *report)
{
  const char *core = openblas_get_corename (), *isa = fs_isa_name (fs_isa_current ());
  report->sgemm_gflops = fs_bench_sgemm_gflops ();
  report->fma_gflops = fs_bench_fma_gflops ();
  if (!report->json)
    {
      printf ("OpenBLAS core %s, kernels %s; multiply-adds %.0f GF/s, sgemm %.0f GF/s on one core\n"
              "\n%-4s %7s %12s %12s %8s %8s %8s  %s\n",
              core, isa, report->fma_gflops, report->sgemm_gflops, "job", "threads", "samples/s",
              "by CPU time", "GF/s", "of FMA", "of sgemm", "network");
      return;
    }
  json_builder_begin_object (report->json);
  json_builder_set_member_name (report->json, "core");
  json_builder_add_string_value (report->json, core);
  json_builder_set_member_name (report->json, "isa");
  json_builder_add_string_value (report->json, isa);
  add_number (report->json, "fma_gflops", report->fma_gflops);
  add_number (report->json, "sgemm_gflops", report->sgemm_gflops);
  json_builder_set_member_name (report->json, "jobs");
  json_builder_begin_array (report->json);
}

static double
share_of (double gflops, double peak)
{
  return peak > 0 ? gflops / peak : 0;
}

/* The shares are by processor time, so that a busy machine does not spoil them. */
static void
add_result (Report *report, const FsBenchJob *job, const FsBenchResult *result)
{
  const double of_fma = share_of (result->cpu_gflops, report->fma_gflops);
  const double of_sgemm = share_of (result->cpu_gflops, report->sgemm_gflops);
  if (!report->json)
    {
      printf ("%-4s %7u %12.0f %12.0f %8.1f %6.0f %% %6.0f %%  %s\n", job->name, result->n_threads,
              result->samples_per_second, result->cpu_samples_per_second, result->gflops,
              100 * of_fma, 100 * of_sgemm, job->network);
      fflush (stdout);
      return;
    }
  json_builder_begin_object (report->json);
  json_builder_set_member_name (report->json, "job");
  json_builder_add_string_value (report->json, job->name);
  json_builder_set_member_name (report->json, "threads");
  json_builder_add_int_value (report->json, result->n_threads);
  add_number (report->json, "flops_per_sample", result->flops_per_sample);
  add_number (report->json, "samples_per_second", result->samples_per_second);
  add_number (report->json, "cpu_samples_per_second", result->cpu_samples_per_second);
  add_number (report->json, "gflops", result->gflops);
  add_number (report->json, "cpu_gflops", result->cpu_gflops);
  add_number (report->json, "share_of_fma", of_fma);
  add_number (report->json, "share_of_sgemm", of_sgemm);
  add_number (report->json, "first_loss", result->losses[0]);
  add_number (report->json, "last_loss", result->losses[1]);
  json_builder_end_object (report->json);
}

static void
end_report (Report *report)
{
  if (!report->json)
    return;
  json_builder_end_array (report->json);
  json_builder_end_object (report->json);
  g_autoptr (JsonNode) root = json_builder_get_root (report->json);
  g_autofree char *text = json_to_string (root, TRUE);
  puts (text);
}

static int
measure (Report *report, const FsBenchJob *job, const Options *options, unsigned n_threads)
{
  FsBenchResult result;
  FsProblem problem = { 0 };
  if (fs_bench_measure (job, n_threads, (unsigned) options->n_rounds, options->seconds,
                        (size_t) options->n_windows, &result, &problem)
      != FS_OK)
    {
      char sentence[1024];
      fs_report_usage ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
      return FS_EXIT_FAILED;
    }
  add_result (report, job, &result);
  return FS_EXIT_DONE;
}

static int
measure_probes (Report *report, const FsBenchJob *job, const Options *options)
{
  double share = 0;
  FsProblem problem = { 0 };
  if (fs_bench_measure_probes (job, (double) options->n_rounds * options->seconds, &share, &problem)
      != FS_OK)
    {
      char sentence[1024];
      fs_report_usage ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
      return FS_EXIT_FAILED;
    }
  if (!report->json)
    {
      printf ("%-4s looking inside takes %.1f %% of the processor's time\n", job->name,
              100 * share);
      fflush (stdout);
      return FS_EXIT_DONE;
    }
  json_builder_begin_object (report->json);
  json_builder_set_member_name (report->json, "job");
  json_builder_add_string_value (report->json, job->name);
  add_number (report->json, "probes", share);
  json_builder_end_object (report->json);
  return FS_EXIT_DONE;
}

static int
measure_all (Report *report, const Options *options)
{
  const unsigned n_processors = g_get_num_processors ();
  int exit_code = FS_EXIT_DONE;
  for (const FsBenchJob *job = fs_bench_jobs (); job->name && exit_code == FS_EXIT_DONE; job++)
    {
      if (options->job && g_ascii_strcasecmp (options->job, job->name) != 0)
        continue;
      if (options->measures_probes)
        {
          exit_code = measure_probes (report, job, options);
          continue;
        }
      const unsigned all[] = { 1, 2, n_processors }, asked = (unsigned) options->n_threads;
      const unsigned n_all = MIN (n_processors, G_N_ELEMENTS (all));
      const unsigned *threads = asked > 0 ? &asked : all;
      for (unsigned i = 0; i < (asked > 0 ? 1 : n_all) && exit_code == FS_EXIT_DONE; i++)
        exit_code = measure (report, job, options, threads[i]);
    }
  return exit_code;
}

static int
check (const Options *options)
{
  if (options->n_threads < 0 || options->n_threads > 256)
    return fs_report_usage ("--threads %d: a whole number from 1 to 256 is allowed.",
                            options->n_threads);
  if (options->n_rounds < 1 || options->n_rounds > 1000)
    return fs_report_usage ("--rounds %d: a whole number from 1 to 1000 is allowed.",
                            options->n_rounds);
  if (options->n_windows < 0)
    return fs_report_usage ("--windows %d: a whole number from 1 on is allowed.",
                            options->n_windows);
  if (!(options->seconds >= 0 && options->seconds <= 3600))
    return fs_report_usage ("--seconds %g: a number from 0 to 3600 is allowed.", options->seconds);
  if (!options->job)
    return FS_EXIT_DONE;
  g_autoptr (GString) names = g_string_new (NULL);
  for (const FsBenchJob *job = fs_bench_jobs (); job->name; job++)
    {
      if (g_ascii_strcasecmp (options->job, job->name) == 0)
        return FS_EXIT_DONE;
      g_string_append_printf (names, "%s%s", names->len ? ", " : "", job->name);
    }
  return fs_report_usage ("--job %s: there are %s.", options->job, names->str);
}

static int
run_bench (int argc, char **argv)
{
  Options options = { .n_rounds = 5, .seconds = 0.2 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.is_json, "Print JSON", NULL },
    { "job", 0, 0, G_OPTION_ARG_STRING, &options.job, "Only this job (J1 … J8)", "NAME" },
    { "probes", 0, 0, G_OPTION_ARG_NONE, &options.measures_probes,
      "Measure instead what share of the time looking inside takes", NULL },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.n_threads,
      "Threads (default: one, two, and one for each processor)", "N" },
    { "rounds", 0, 0, G_OPTION_ARG_INT, &options.n_rounds, "Rounds, of which the median counts (5)",
      "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options.seconds, "Length of a round (0.2)",
      "SECONDS" },
    { "windows", 0, 0, G_OPTION_ARG_INT, &options.n_windows,
      "Train on at most so many of the job's windows, for a shorter epoch", "N" },
    { NULL },
  };
  int exit_code = FS_EXIT_DONE;
  if (!fs_verb_parse_options (
          &fs_verb_bench, entries,
          "Trains small networks and compares the speed with what the processor "
          "can do at most.\nFITSCOPE_ISA=portable|avx2|avx512 in the "
          "environment chooses the kernels.",
          &argc, &argv, &exit_code))
    return exit_code;
  g_autofree char *job = options.job;
  if (argc > 1)
    return fs_report_usage ("bench takes no “%s”: fitscope bench --help lists the options.",
                            argv[1]);
  exit_code = check (&options);
  if (exit_code != FS_EXIT_DONE)
    return exit_code;
  openblas_set_num_threads (1);
  g_autoptr (JsonBuilder) json = options.is_json ? json_builder_new () : NULL;
  Report report = { .json = json };
  begin_report (&report);
  exit_code = measure_all (&report, &options);
  end_report (&report);
  return exit_code;
}

const FsVerb fs_verb_bench = {
  .name = "bench",
  .summary = "measure how fast networks train on this machine",
  .usage = "[OPTION…]",
  .run = run_bench,
};
