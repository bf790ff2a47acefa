/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope prepare`: the table as the network will see it, after every preparation step, with the
 * part that each row belongs to; or what each step is worth; or variants of texts, shown or made. */

#include "app/commands/verb.h"

#include <stdio.h>
#include <unistd.h>
#include "app/commands/experiment-argument.h"
#include "app/commands/prepare-effects.h"
#include "engine/lab/back-translate.h"
#include "engine/lab/effect.h"
#include "engine/lab/results.h"
#include "engine/lab/source.h"
#include "engine/lab/text-facts.h"
#include "engine/lab/table-text.h"

/* For the end of the help; the rule is that of engine/prepare/split.h. */
#define SPLIT_HELP                                                                                \
  "The column split says which part a row is of: train, validation or test. In a chronological\n" \
  "split the parts lie one behind the other; in a given one the row's own word counts. In a\n"    \
  "shuffled one a row is of the part of the window that aims for it, and where several do, of "   \
  "the\n"                                                                                         \
  "newest, whose first target is nearest; a row that no window aims for is of train, whose "      \
  "windows\n"                                                                                     \
  "may look at it. A text or a sequence is of one part as a whole.\n\n"

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
  if (fs_source_prepare (&prepared->dataset, prepared->frame, &prepared->experiment, base, &problem)
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
show_variants (const Prepared *prepared, int n)
{
  g_autoptr (GPtrArray) texts =
      fs_text_variants (prepared->dataset, &prepared->experiment, (guint) n);
  g_autoptr (GString) out = g_string_new (NULL);
  if (texts->len == 0)
    return fs_report_usage ("--variants needs texts and a step that varies them, such as "
                            "{\"step\": \"augment\", \"method\": \"swap\"}.");
  for (guint i = 0; i + 1 < texts->len; i += 2)
    g_string_append_printf (out, "%s\n  %s\n", (const char *) g_ptr_array_index (texts, i),
                            (const char *) g_ptr_array_index (texts, i + 1));
  fs_print_text (out->str);
  return FS_EXIT_DONE;
}

static void
print_progress (guint n_done, guint n, void *data)
{
  if (isatty (STDERR_FILENO))
    fprintf (stderr, "\r%u of %u texts%s", n_done, n, n_done == n ? "\n" : "");
}

static int
back_translate (const char *argument, char **settings, const char *program, const char *path)
{
  Prepared prepared = { 0 };
  g_autofree char *base = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_done =
      fs_experiment_argument_read (argument, settings, &prepared.experiment, &base, &error);
  const FsReadOptions options = { .import = &prepared.experiment.data.import };
  if (is_done)
    prepared.frame = fs_source_load (prepared.experiment.data.source, base, &options, &error);
  is_done = prepared.frame
            && fs_back_translate (prepared.frame, &prepared.experiment, base, program, path, NULL,
                                  print_progress, NULL, &error);
  clear_prepared (&prepared);
  return is_done ? FS_EXIT_DONE : fs_report_error (g_steal_pointer (&error));
}

static int
measure_effects (const char *argument, char **settings, int n_seeds, gboolean is_json)
{
  FsExperiment experiment;
  g_autofree char *base = NULL;
  g_autoptr (GError) error = NULL;
  if (!fs_experiment_argument_read (argument, settings, &experiment, &base, &error))
    return fs_report_error (g_steal_pointer (&error));
  return fs_prepare_effects (&experiment, base, n_seeds, is_json);
}

static int
run_prepare (int argc, char **argv)
{
  g_auto (GStrv) settings = NULL;
  g_autofree char *out = NULL, *program = NULL;
  gboolean shows_effects = FALSE, is_json = FALSE;
  int n_seeds = FS_EFFECT_SEEDS, n_variants = 0;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out,
      "Write the table to this file and say on stdout what the steps found", "FILE.csv" },
    { "effects", 0, 0, G_OPTION_ARG_NONE, &shows_effects,
      "Train with and without each step, and say what it is worth", NULL },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &n_seeds, "How many seeds for --effects (3)", "N" },
    { "variants", 0, 0, G_OPTION_ARG_INT, &n_variants,
      "Show so many training texts beside what the steps that vary make of them", "N" },
    { "back-translate", 0, 0, G_OPTION_ARG_STRING, &program,
      "Run this program once for each training text, which it reads from its standard input, and "
      "append what it writes to the table --out, for the setting text.back_translations",
      "PROGRAM" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, "Write the effects as JSON", NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Change a setting, as in prepare.1.method=min-max (may be given often)", "KEY=VALUE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_auto (Prepared) prepared = { 0 };
  int exit_code;

  if (!fs_verb_parse_options (&fs_verb_prepare, entries, SPLIT_HELP FS_EXPERIMENT_ARGUMENT_HELP,
                              &argc, &argv, &exit_code))
    return exit_code;
  if (argc != 2)
    return fs_report_usage ("fitscope prepare takes one EXPERIMENT: a file (*.fit.json) or "
                            "builtin:NAME.");
  if (n_seeds < 1 || n_seeds > FS_PAIRED_MAX_SEEDS)
    return fs_report_usage ("--seeds takes a whole number from 1 to %d.", FS_PAIRED_MAX_SEEDS);
  if (is_json && !shows_effects)
    return fs_report_usage ("--json goes with --effects; the table itself is written as CSV.");
  if (program && !out)
    return fs_report_usage ("--back-translate takes the table to write as --out TABLE.tsv.");
  if (program)
    return back_translate (argv[1], settings, program, out);
  if (shows_effects)
    return measure_effects (argv[1], settings, n_seeds, is_json);
  if (!load (&prepared, argv[1], settings, &error))
    return fs_report_error (g_steal_pointer (&error));
  return n_variants > 0 ? show_variants (&prepared, n_variants) : write_table (&prepared, out);
}

const FsVerb fs_verb_prepare = {
  .name = "prepare",
  .summary = "write the table after every preparation step, or what each step is worth",
  .usage = "EXPERIMENT",
  .run = run_prepare,
};
