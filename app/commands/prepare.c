/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope prepare`: the table as the network will see it, after every preparation step, with the
 * part that each row belongs to. */

#include "app/commands/verb.h"

#include <stdio.h>
#include "app/commands/experiment-argument.h"
#include "engine/lab/results.h"
#include "engine/lab/source.h"
#include "engine/lab/table-text.h"

typedef struct
{
  FsExperiment experiment;
  FsFrame *frame;
  FsDataset *dataset;
} Prepared;

static void
clear_prepared (Prepared *prepared)
{
  fs_dataset_free (prepared->dataset);
  fs_frame_free (prepared->frame);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Prepared, clear_prepared)

static gboolean
load (Prepared *prepared, const char *argument, char **settings, GError **error)
{
  g_autofree char *base = NULL;
  FsProblem problem;
  if (!fs_experiment_argument_read (argument, settings, &prepared->experiment, &base, error))
    return FALSE;
  const FsReadOptions options = { .import = &prepared->experiment.data.import };
  prepared->frame = fs_source_load (prepared->experiment.data.source, base, &options, error);
  if (!prepared->frame)
    return FALSE;
  if (fs_dataset_new (&prepared->dataset, prepared->frame, &prepared->experiment, &problem)
      != FS_OK)
    return fs_lab_error_take (error, &problem);
  return TRUE;
}

static void
describe (const Prepared *prepared)
{
  const FsRecipe *recipe = prepared->dataset->recipe;
  g_autoptr (GString) text = g_string_new (NULL);
  for (size_t step = 0; step < fs_recipe_n_steps (recipe); step++)
    {
      char line[512];
      fs_recipe_describe (recipe, step, line, sizeof line);
      g_string_append_printf (text, "%s\n", line);
    }
  fs_print_text (text->str);
}

static int
write_table (const Prepared *prepared, const char *path)
{
  g_autoptr (GError) error = NULL;
  FsProblem problem;
  g_autofree char *csv =
      fs_dataset_prepared_csv (prepared->dataset, prepared->frame, &prepared->experiment, &problem);
  if (!csv)
    {
      fs_lab_error_take (&error, &problem);
      return fs_report_error (g_steal_pointer (&error));
    }
  if (!path)
    {
      fputs (csv, stdout);
      return FS_EXIT_DONE;
    }
  if (!fs_results_write_text (path, csv, &error))
    {
      fs_report_error (g_steal_pointer (&error));
      return FS_EXIT_FAILED;
    }
  describe (prepared);
  return FS_EXIT_DONE;
}

static int
run_prepare (int argc, char **argv)
{
  g_auto (GStrv) settings = NULL;
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out,
      "Write the table to this file and say on stdout what the steps found", "FILE.csv" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Change a setting, as in prepare.1.method=min-max (may be given often)", "KEY=VALUE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_auto (Prepared) prepared = { 0 };
  int exit_code;

  if (!fs_verb_parse_options (&fs_verb_prepare, entries, FS_EXPERIMENT_ARGUMENT_HELP, &argc, &argv,
                              &exit_code))
    return exit_code;
  if (argc != 2)
    return fs_report_usage ("fitscope prepare takes one EXPERIMENT: a file (*.fit.json) or "
                            "builtin:NAME.");
  if (!load (&prepared, argv[1], settings, &error))
    return fs_report_error (g_steal_pointer (&error));
  return write_table (&prepared, out);
}

const FsVerb fs_verb_prepare = {
  .name = "prepare",
  .summary = "write the table as it is after every preparation step",
  .usage = "EXPERIMENT",
  .run = run_prepare,
};
