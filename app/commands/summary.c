/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope summary`: the network that an experiment describes, layer by layer, before it is trained. */

#include "app/commands/verb.h"

#include <stdio.h>
#include "app/commands/experiment-argument.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/model-summary.h"
#include "engine/lab/source.h"
#include "engine/prepare/dataset.h"

static FsStatus
summarise (FsModelSummary *summary,
           const FsExperiment *experiment,
           const FsFrame *frame,
           const char *base,
           FsProblem *problem)
{
  FsDataset *dataset = NULL;
  FsStatus status = fs_source_prepare (&dataset, frame, experiment, base, problem);
  if (status == FS_OK)
    status = fs_model_summary_make (summary, experiment, dataset, problem);
  fs_dataset_free (dataset);
  return status;
}

static int
run_summary (int argc, char **argv)
{
  g_auto (GStrv) settings = NULL;
  gboolean is_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, "Write JSON", NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Change a setting, as in model.layers.0.units=20 (may be given often)", "KEY=VALUE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *base = NULL;
  FsExperiment experiment;
  FsModelSummary summary;
  FsProblem problem = { 0 };
  int exit_code;

  if (!fs_verb_parse_options (&fs_verb_summary, entries, FS_EXPERIMENT_ARGUMENT_HELP, &argc, &argv,
                              &exit_code))
    return exit_code;
  if (argc != 2)
    return fs_report_usage ("fitscope summary takes one EXPERIMENT: a file (*.fit.json) or "
                            "builtin:NAME.");
  if (!fs_experiment_argument_read (argv[1], settings, &experiment, &base, &error))
    return fs_report_error (g_steal_pointer (&error));
  const FsReadOptions options = { .import = &experiment.data.import };
  FsFrame *frame = fs_source_load (experiment.data.source, base, &options, &error);
  if (!frame)
    return fs_report_error (g_steal_pointer (&error));
  const FsStatus status = summarise (&summary, &experiment, frame, base, &problem);
  fs_frame_free (frame);
  if (status != FS_OK)
    {
      fs_lab_error_take (&error, &problem);
      return fs_report_error (g_steal_pointer (&error));
    }
  g_autofree char *text =
      is_json ? fs_model_summary_to_json (&summary) : fs_model_summary_to_text (&summary);
  if (is_json)
    fputs (text, stdout);
  else
    fs_print_text (text);
  return FS_EXIT_DONE;
}

const FsVerb fs_verb_summary = {
  .name = "summary",
  .summary = "list a network's layers with their shapes, weights, work and memory",
  .usage = "EXPERIMENT",
  .run = run_summary,
};
