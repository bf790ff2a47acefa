/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope train`: an experiment trained without a display. The run has a thread of its own; this
 * thread iterates the main context, where snapshots and signals arrive. Ctrl+C stops the run as the
 * window's Stop does: what was learned so far is written, and the exit code is 0. A second Ctrl+C
 * ends the program at once. */

#include "app/commands/verb.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include "app/commands/experiment-argument.h"
#include "app/commands/train-events.h"
#include "app/commands/train-progress.h"
#include "engine/base/number.h"
#include "engine/diagnose/verdict.h"
#include "engine/lab/recorder.h"
#include "engine/lab/results.h"
#include "engine/lab/run.h"
#include "ui/chart/chart-export.h"
#include "ui/facts.h"
#include "ui/views/loss-plot.h"

#define MAX_THREADS 1024
#define STATE_NAME "state.fitscope" /* in --out: what --resume goes on from */
#define CHART_WIDTH_PX 960
#define CHART_HEIGHT_PX 540

typedef struct
{
  char **settings; /* KEY=VALUE … */
  char *threads;
  char *out;
  gboolean is_json;
  gboolean resumes;
  gboolean is_forgotten; /* not entered into the store of runs */
} TrainOptions;

static void
clear_options (TrainOptions *options)
{
  g_strfreev (options->settings);
  g_free (options->threads);
  g_free (options->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TrainOptions, clear_options)

typedef struct
{
  FsRun *run;
  guint n_signals;
} Interruption;

static gboolean
signal_cb (gpointer data)
{
  Interruption *interruption = data;
  if (interruption->n_signals++ == 0)
    fs_run_stop (interruption->run);
  else
    {
      signal (SIGINT, SIG_DFL);
      raise (SIGINT);
    }
  return G_SOURCE_CONTINUE;
}

/* A number of threads from --threads; 0 (all cores) where it was not given. */
static gboolean
read_threads (const char *text, unsigned *n_threads, int *exit_code)
{
  int64_t value = 0;
  *n_threads = 0;
  if (!text)
    return TRUE;
  if (fs_number_parse_integer (text, &value) && value >= 1 && value <= MAX_THREADS)
    {
      *n_threads = (unsigned) value;
      return TRUE;
    }
  *exit_code = fs_report_usage ("--threads: Out of range (“%s”): a whole number from 1 to %d.",
                                text, MAX_THREADS);
  return FALSE;
}

static gboolean
is_over (const FsSnapshot *snapshot, const Interruption *interruption)
{
  switch (snapshot->state)
    {
    case FS_RUN_FINISHED:
    case FS_RUN_FAILED:
      return TRUE;
    case FS_RUN_READY: /* stopped before it began */
    case FS_RUN_PAUSED:
      return interruption->n_signals > 0;
    case FS_RUN_LOADING:
    case FS_RUN_TRAINING:
      break;
    }
  return FALSE;
}

/* Trains to the end; every snapshot that arrives is shown once. */
static void
follow (FsRun *run, const TrainOptions *options, FsTrainProgress *progress, gsize *n_written)
{
  Interruption interruption = { .run = run };
  const guint on_interrupt = g_unix_signal_add (SIGINT, signal_cb, &interruption);
  const guint on_terminate = g_unix_signal_add (SIGTERM, signal_cb, &interruption);

  fs_run_train (run);
  const FsSnapshot *seen = NULL;
  while (!is_over (fs_run_snapshot (run), &interruption))
    {
      const FsSnapshot *snapshot = fs_run_snapshot (run);
      if (snapshot != seen && options->is_json)
        fs_train_events_write_epochs (snapshot, n_written);
      else if (snapshot != seen)
        fs_train_progress_show (progress, snapshot);
      seen = snapshot;
      g_main_context_iteration (NULL, TRUE);
    }
  fs_run_wait (run, NULL, NULL); /* for the forecast and the weights of the end */
  g_source_remove (on_interrupt);
  g_source_remove (on_terminate);
}

/* Before training, so that hours of it are not lost to a mistyped folder. */
static gboolean
make_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  const int number = errno;
  FsProblem problem;
  fs_problem (&problem, FS_UNREADABLE, folder, NULL, g_strerror (number));
  return fs_lab_error_take (error, &problem);
}

static gboolean
save_results (FsRun *run, const char *folder, GError **error)
{
  if (!fs_results_save (run, folder, error))
    return FALSE;
  g_autoptr (FsLossPlot) loss_plot = fs_loss_plot_new ();
  g_autoptr (FsPlot) plot = fs_loss_plot_make (loss_plot, fs_run_snapshot (run), 0);
  g_autofree char *path = g_build_filename (folder, "loss.svg", NULL);
  return fs_plot_save (plot, path, NULL, CHART_WIDTH_PX, CHART_HEIGHT_PX, error);
}

static int
train (const FsExperiment *experiment,
       const char *base,
       unsigned n_threads,
       const TrainOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = options->out ? g_build_filename (options->out, STATE_NAME, NULL) : NULL;
  g_autofree char *folder = fs_store_folder ();
  g_autoptr (FsStore) store = options->is_forgotten ? NULL : fs_store_new (folder);
  g_autofree char *name = fs_facts_run_name (experiment, NULL);
  const FsRunOptions run_options = {
    .base = base,
    .n_threads = n_threads,
    .state_path = state,
    .resumes = options->resumes,
    .recorder = store ? fs_recorder_new (store, name, NULL, 0) : NULL,
  };
  g_autoptr (FsRun) run = fs_run_new_with (experiment, &run_options);
  FsTrainProgress progress;
  gsize n_written = 0;
  fs_train_progress_init (&progress);
  follow (run, options, &progress, &n_written);

  const FsSnapshot *snapshot = fs_run_snapshot (run);
  if (snapshot->state == FS_RUN_FAILED)
    {
      fs_train_progress_clear (&progress);
      return fs_report_usage ("%s", snapshot->error);
    }

  FsForecastFacts forecast;
  const FsCase subject = fs_snapshot_case (snapshot, &forecast);
  const FsVerdict verdict = fs_verdict_judge (&subject);
  if (options->is_json)
    {
      fs_train_events_write_epochs (snapshot, &n_written);
      fs_train_events_write_end (snapshot, &verdict);
    }
  else
    {
      fs_train_progress_show (&progress, snapshot);
      fs_train_progress_finish (&progress, snapshot, &verdict);
    }
  if (snapshot->not_kept[0])
    fs_report_remark ("The run is not kept in the store. %s", snapshot->not_kept);
  if (options->out && !save_results (run, options->out, &error))
    {
      fs_report_error (g_steal_pointer (&error));
      return FS_EXIT_FAILED;
    }
  if (options->out && !options->is_json)
    {
      g_autofree char *line = g_strdup_printf (
          "Written to %s: experiment, history, weights, predictions, loss.svg.\n", options->out);
      fs_print_text (line);
    }
  return FS_EXIT_DONE;
}

static int
run_train (int argc, char **argv)
{
  g_auto (TrainOptions) options = { NULL };
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings,
      "Change a setting, as in train.learning_rate=0.01 (may be given often)", "KEY=VALUE" },
    { "threads", 0, 0, G_OPTION_ARG_STRING, &options.threads,
      "Threads to use; all cores by default. The losses are the same with any number", "N" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out,
      "Write history, weights, predictions and the loss chart into this folder", "DIR" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &options.resumes,
      "Go on with the run that --out holds, as if it had not been interrupted", NULL },
    { "no-store", 0, 0, G_OPTION_ARG_NONE, &options.is_forgotten,
      "Do not keep the run among those that fitscope runs and the window list", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.is_json,
      "Write one JSON object a line: every epoch, then the end", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  FsExperiment experiment;
  unsigned n_threads;
  int exit_code;

  if (!fs_verb_parse_options (&fs_verb_train, entries, FS_EXPERIMENT_ARGUMENT_HELP, &argc, &argv,
                              &exit_code))
    return exit_code;
  if (argc < 2)
    return fs_report_usage ("fitscope train needs an EXPERIMENT: a file (*.fit.json) or "
                            "builtin:NAME.");
  if (argc > 2)
    return fs_report_usage ("fitscope train takes one EXPERIMENT, and “%s” is a second one.",
                            argv[2]);
  if (!read_threads (options.threads, &n_threads, &exit_code))
    return exit_code;

  if (options.resumes && !options.out)
    return fs_report_usage ("--resume needs --out DIR: the folder of the run to go on with.");

  g_autofree char *base = NULL;
  if (!fs_experiment_argument_read (argv[1], options.settings, &experiment, &base, &error))
    return fs_report_error (g_steal_pointer (&error));
  if (options.out && !make_folder (options.out, &error))
    {
      fs_report_error (g_steal_pointer (&error));
      return FS_EXIT_FAILED;
    }
  return train (&experiment, base, n_threads, &options);
}

const FsVerb fs_verb_train = {
  .name = "train",
  .summary = "train an experiment and say how it went",
  .usage = "EXPERIMENT",
  .run = run_train,
};
