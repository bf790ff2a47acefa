/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope share`: an experiment as one line of text to pass on. Whatever takes an EXPERIMENT takes the
 * line too, and the window pastes it. */

#include "app/commands/verb.h"

#include <stdio.h>
#include "app/commands/experiment-argument.h"
#include "engine/lab/share-text.h"

static int
run_share (int argc, char **argv)
{
  g_auto (GStrv) settings = NULL;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Change a setting, as in train.learning_rate=0.01 (may be given often)", "KEY=VALUE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *base = NULL;
  FsExperiment experiment;
  int exit_code;

  if (!fs_verb_parse_options (&fs_verb_share, entries, FS_EXPERIMENT_ARGUMENT_HELP, &argc, &argv,
                              &exit_code))
    return exit_code;
  if (argc != 2)
    return fs_report_usage ("fitscope share takes one EXPERIMENT.");
  if (!fs_experiment_argument_read (argv[1], settings, &experiment, &base, &error))
    return fs_report_error (g_steal_pointer (&error));
  g_autofree char *text = fs_share_text_write (&experiment);
  puts (text);
  return FS_EXIT_DONE;
}

const FsVerb fs_verb_share = {
  .name = "share",
  .summary = "print an experiment as one line of text to pass on",
  .usage = "EXPERIMENT",
  .run = run_share,
};
