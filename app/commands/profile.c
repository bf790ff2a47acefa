/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope profile`: what is in a file and what to do about it, before anything is trained. */

#include "app/commands/verb.h"

#include <stdio.h>
#include "app/commands/profile-report.h"
#include "engine/experiment/schema.h"
#include "engine/lab/source.h"

static int
run_profile (int argc, char **argv)
{
  g_auto (GStrv) settings = NULL;
  gboolean is_json = FALSE, with_values = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, "Write JSON", NULL },
    { "values", 0, 0, G_OPTION_ARG_NONE, &with_values, "With --json: every value as it was read",
      NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Read the file as told, as in data.delimiter=tab (may be given often)", "data.KEY=VALUE" },
    { NULL },
  };
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.target[0] = experiment.data.time[0] = '\0'; /* those of another file */
  const FsReadOptions options = { .import = &experiment.data.import };
  g_autoptr (GError) error = NULL;
  FsProblem problem;
  FsProfileReport report;
  int exit_code;

  if (!fs_verb_parse_options (
          &fs_verb_profile, entries,
          "FILE is a table as text (CSV and its relatives), JSON lines, a NumPy "
          "array or archive (.npy, .npz), ARFF, sktime's .ts or Monash's "
          ".tsf, also packed with gzip, or an SQLite database (--set data.table=NAME "
          "chooses its table); or builtin:NAME for a series that "
          "comes with the program.",
          &argc, &argv, &exit_code))
    return exit_code;
  if (argc != 2)
    return fs_report_usage ("fitscope profile takes one FILE.");
  if (with_values && !is_json)
    return fs_report_usage ("--values needs --json.");
  for (char **setting = settings; setting && *setting; setting++)
    if (fs_experiment_set (&experiment, *setting, &problem) != FS_OK)
      {
        fs_lab_error_take (&error, &problem);
        return fs_report_error (g_steal_pointer (&error));
      }
  /* What --set names is looked for where the program was started. */
  fs_source_settle_words (&experiment, NULL);
  FsFrame *frame = fs_source_load (argv[1], NULL, &options, &error);
  if (!frame)
    return fs_report_error (g_steal_pointer (&error));
  exit_code = FS_EXIT_DONE;
  if (fs_profile_report_init (&report, frame, &experiment, &problem) == FS_OK)
    {
      g_autofree char *text = is_json ? fs_profile_report_json (&report, with_values)
                                      : fs_profile_report_text (&report);
      if (is_json)
        fputs (text, stdout);
      else
        fs_print_text (text);
    }
  else
    {
      fs_lab_error_take (&error, &problem);
      exit_code = fs_report_error (g_steal_pointer (&error));
    }
  fs_profile_report_clear (&report);
  fs_frame_free (frame);
  return exit_code;
}

const FsVerb fs_verb_profile = {
  .name = "profile",
  .summary = "say what is in a file and what to do about it",
  .usage = "FILE [--json]",
  .run = run_profile,
};
