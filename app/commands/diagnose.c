/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope diagnose`: the verdict on a run that is over, from the folder it left or from the log that
 * another program wrote. */

#include "app/commands/verb.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "app/commands/run-argument.h"
#include "app/commands/verdict-json.h"
#include "engine/diagnose/verdict.h"
#include "engine/lab/exchange/logs.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/json-text.h"
#include "engine/lab/sanity.h"
#include "engine/lab/source.h"
#include "engine/lab/store-file.h"
#include "engine/train/baselines.h"
#include "engine/train/task.h"

/* What a diagnosis is made from. Of a folder the experiment and its data are known, and with them what
 * forecasts without learning score; of a log, the losses alone. */
typedef struct
{
  FsLog log;
  FsExperiment experiment;
  FsBaselines baselines;
  FsDataFacts data;
  gboolean has_experiment, has_baselines, has_data;
} Subject;

static void
subject_clear (Subject *subject)
{
  fs_log_clear (&subject->log);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

/* A folder may have been moved away from its data: then the curves must do. */
static void
read_baselines (Subject *subject, const char *base)
{
  const FsReadOptions options = { .import = &subject->experiment.data.import };
  FsFrame *frame = fs_source_load (subject->experiment.data.source, base, &options, NULL);
  FsDataset *dataset = NULL;
  if (frame && fs_source_prepare (&dataset, frame, &subject->experiment, base, NULL) == FS_OK)
    {
      subject->has_baselines =
          fs_baselines_compute (&subject->baselines, dataset,
                                fs_task_loss (&subject->experiment, dataset), NULL)
          == FS_OK;
      subject->has_data =
          fs_data_facts_measure (&subject->data, dataset, &subject->experiment) == FS_OK;
    }
  fs_dataset_free (dataset);
  fs_frame_free (frame);
}

static gboolean
read_folder (Subject *subject, const char *folder, GError **error)
{
  g_autofree char *history = g_build_filename (folder, "history.csv", NULL);
  g_autofree char *experiment = g_build_filename (folder, "experiment.json", NULL);
  if (!g_file_test (history, G_FILE_TEST_EXISTS))
    {
      g_autoptr (GError) trouble = NULL;
      if (fs_log_read_pair (&subject->log, folder, &trouble))
        return TRUE;
      if (trouble)
        {
          g_propagate_error (error, g_steal_pointer (&trouble));
          return FALSE;
        }
    }
  if (!fs_log_read (&subject->log, history, error))
    return FALSE;
  if (!g_file_test (experiment, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!fs_experiment_file_load (&subject->experiment, experiment, error))
    return FALSE;
  subject->has_experiment = TRUE;
  read_baselines (subject, folder);
  return TRUE;
}

/* A kept run, as its record has it; its data may be gone by now. */
static gboolean
read_kept (Subject *subject, const char *digits, GError **error)
{
  g_autofree char *folder = fs_store_folder ();
  g_autoptr (FsStoreFile) file = fs_store_file_open (folder, error);
  g_autofree char *id = file ? fs_store_file_find (file, digits, error) : NULL;
  g_autoptr (FsRunRecord) record = id ? fs_store_file_load (file, id, error) : NULL;
  if (!record)
    return FALSE;
  fs_history_share (&subject->log.history, &record->history);
  subject->experiment = record->experiment;
  subject->baselines = record->baselines;
  subject->has_experiment = TRUE;
  read_baselines (subject, NULL);
  subject->baselines = record->baselines;
  subject->has_baselines = TRUE;
  return TRUE;
}

static void
append_epoch (GString *json, const char *key, uint32_t epoch)
{
  g_string_append_printf (json, ",\"%s\":", key);
  if (epoch > 0)
    g_string_append_printf (json, "%" G_GUINT32_FORMAT, epoch);
  else
    g_string_append (json, "null");
}

static void
write_json (const FsVerdict *verdict)
{
  g_autoptr (GString) json = g_string_new ("{\"verdict\":");
  fs_json_append_string (json, fs_verdict_word (verdict->kind));
  g_string_append_printf (json, ",\"overfitting\":%s", verdict->is_overfitting ? "true" : "false");
  append_epoch (json, "since_epoch", verdict->since_epoch);
  append_epoch (json, "stop_epoch", verdict->stop_epoch);
  append_epoch (json, "best_epoch", verdict->best_epoch);
  g_string_append (json, ",\"confidence\":");
  fs_json_append_number (json, verdict->confidence);
  if (verdict->why_not[0])
    {
      g_string_append (json, ",\"why_not_overfitting\":");
      fs_json_append_string (json, verdict->why_not);
    }
  g_string_append (json, ",\"findings\":");
  fs_verdict_append_findings (json, verdict);
  g_string_append (json, "}\n");
  fputs (json->str, stdout);
}

static void
write_text (const FsVerdict *verdict, const Subject *subject)
{
  g_autoptr (GString) text = g_string_new (NULL);
  fs_verdict_append_sentence (text, verdict->headline);
  fs_verdict_append_sentence (text, verdict->detail);
  fs_verdict_append_sentence (text, verdict->state);
  fs_verdict_append_sentence (text, verdict->advice);
  if (verdict->why_not[0])
    g_string_append_printf (text, "Why is it not overfitting? %s\n", verdict->why_not);
  for (gsize i = 0; i < verdict->n_findings; i++)
    {
      g_string_append_printf (text, "\n%s, %.0f %% sure: ",
                              verdict->findings[i].level == FS_LEVEL_NOTE ? "Note" : "Finding",
                              100 * verdict->findings[i].confidence);
      fs_verdict_append_card (text, &verdict->findings[i]);
    }
  if (verdict->n_findings > 0)
    g_string_append_c (text, '\n');
  if (verdict->stop_epoch > 0)
    g_string_append_printf (text,
                            verdict->best_epoch <= verdict->stop_epoch
                                ? "The stopping rule would have ended the run at epoch %u, with "
                                  "the best behind.\n"
                                : "The stopping rule would have ended the run at epoch %u, too "
                                  "early: the best came later.\n",
                            verdict->stop_epoch);
  fs_log_append_notes (text, &subject->log);
  if (!subject->has_baselines)
    g_string_append (text, "Loss curves alone cannot tell underfitting from noise in the data, nor "
                           "whether the model beats repeating the last value.\n");
  fs_print_text (text->str);
}

/* ---- the sanity battery ---- */

static void
write_sanity_json (const FsSanity results[FS_N_SANITY])
{
  g_autoptr (GString) json = g_string_new ("{\"sanity\":[");
  for (FsSanityCheck check = 0; check < FS_N_SANITY; check++)
    {
      g_string_append (json, check > 0 ? ",{\"id\":" : "{\"id\":");
      fs_json_append_string (json, fs_sanity_word (check));
      g_string_append_printf (
          json, ",\"done\":%s,\"well\":%s,\"value\":", results[check].is_done ? "true" : "false",
          results[check].is_well ? "true" : "false");
      fs_json_append_number (json, results[check].value);
      g_string_append (json, ",\"expected\":");
      fs_json_append_number (json, results[check].expected);
      g_string_append (json, ",\"claim\":");
      fs_json_append_string (json, results[check].sentence);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}\n");
  fputs (json->str, stdout);
}

static void
write_sanity_cb (FsSanityCheck check, const FsSanity *result, void *data)
{
  g_autofree char *line = g_strdup_printf ("%s  %s: %s.\n",
                                           result->is_well   ? "well  "
                                           : result->is_done ? "WRONG "
                                                             : "open  ",
                                           fs_sanity_name (check), result->sentence);
  fs_print_text (line);
}

static int
run_sanity (const char *argument, gboolean is_json)
{
  g_autoptr (GError) error = NULL;
  g_autofree FsExperiment *experiment = g_new0 (FsExperiment, 1);
  g_autofree char *base = NULL;
  FsSanity results[FS_N_SANITY];
  if (!fs_run_argument_read (argument, experiment, &base, &error)
      || !fs_sanity_run (results, experiment, base, NULL, is_json ? NULL : write_sanity_cb, NULL,
                         &error))
    return fs_report_error (g_steal_pointer (&error));
  if (is_json)
    write_sanity_json (results);
  return FS_EXIT_DONE;
}

static int
run_diagnose (int argc, char **argv)
{
  gboolean is_json = FALSE, is_sanity = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, "Write JSON", NULL },
    { "sanity", 0, 0, G_OPTION_ARG_NONE, &is_sanity,
      "Try an EXPERIMENT in five small ways whose outcome is known, in some seconds", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_auto (Subject) subject = { 0 };
  int exit_code;

  if (!fs_verb_parse_options (
          &fs_verb_diagnose, entries,
          "RUN is the ID of a kept run (fitscope runs list), or its first digits. "
          "DIR is a folder that fitscope train --out has written. LOG is a "
          "history.csv, a log of Keras's CSVLogger, Lightning's metrics.csv, "
          "or JSON: {\"train_loss\": […], \"val_loss\": […]}, an array of "
          "objects, or one object a line; or what a training loop printed, with “epoch 3” and "
          "“loss 0.4” in its lines; or a TensorBoard event file, or the folder with train/ "
          "and validation/ that Keras writes.",
          &argc, &argv, &exit_code))
    return exit_code;
  if (argc != 2)
    return fs_report_usage ("fitscope diagnose takes one kept run, folder or log of a run.");

  if (is_sanity)
    return run_sanity (argv[1], is_json);
  const gboolean is_folder = g_file_test (argv[1], G_FILE_TEST_IS_DIR);
  const gboolean is_read = fs_run_argument_is_id (argv[1]) ? read_kept (&subject, argv[1], &error)
                           : is_folder                     ? read_folder (&subject, argv[1], &error)
                                       : fs_log_read (&subject.log, argv[1], &error);
  if (!is_read)
    return fs_report_error (g_steal_pointer (&error));

  const FsCase known = {
    .history = &subject.log.history,
    .baselines = subject.has_baselines ? &subject.baselines : NULL,
    .experiment = subject.has_experiment ? &subject.experiment : NULL,
    .data = subject.has_data ? &subject.data : NULL,
  };
  const FsVerdict verdict = fs_verdict_judge (&known);
  if (is_json)
    write_json (&verdict);
  else
    write_text (&verdict, &subject);
  return FS_EXIT_DONE;
}

const FsVerb fs_verb_diagnose = {
  .name = "diagnose",
  .summary = "say what is wrong with a finished run",
  .usage = "RUN|DIR|LOG [--json] | EXPERIMENT --sanity",
  .run = run_diagnose,
};
