/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope range`: the learning-rate range test of an experiment, and the rate that it suggests. */

#include "app/commands/verb.h"

#include <math.h>
#include <stdio.h>
#include "app/commands/experiment-argument.h"
#include "engine/base/number.h"
#include "engine/lab/json-text.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/run-load.h"
#include "engine/train/range-test.h"

typedef struct
{
  char **settings;
  gboolean is_json;
  double lowest, highest;
  int n_steps;
} Options;

static void
append_list (GString *json, const char *name, const double *values, size_t n)
{
  g_string_append_printf (json, "\"%s\":[", name);
  for (size_t i = 0; i < n; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      fs_json_append_number (json, values[i]);
    }
  g_string_append_c (json, ']');
}

static void
write_json (const FsRangeTest *test)
{
  g_autoptr (GString) json = g_string_new ("{");
  append_list (json, "rates", test->rates, test->n);
  g_string_append_c (json, ',');
  append_list (json, "losses", test->losses, test->n);
  g_string_append (json, ",\"steepest\":");
  fs_json_append_number (json, test->steepest);
  g_string_append (json, ",\"valley\":");
  fs_json_append_number (json, test->valley);
  g_string_append (json, ",\"suggestion\":");
  fs_json_append_number (json, fs_range_test_suggestion (test));
  g_string_append (json, "}\n");
  fputs (json->str, stdout);
}

static void
append_number (GString *text, const char *before, double value)
{
  char number[FS_NUMBER_SIZE];
  g_string_append_printf (text, "%s%s", before, fs_number_write_short (value, 4, number));
}

/* Some twenty lines of the curve, then what it says. */
static void
write_text (const FsRangeTest *test, const Options *options)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const size_t step = test->n / 20 + 1;
  for (size_t i = 0; i < test->n; i += step)
    {
      append_number (text, "rate ", test->rates[i]);
      append_number (text, ": loss ", test->losses[i]);
      g_string_append_c (text, '\n');
    }
  if (test->n < (size_t) options->n_steps && test->n > 0)
    append_number (text, "There the loss burst; the last rate before was ",
                   test->rates[test->n - 1]);
  else
    g_string_append (text, "The loss did not burst within these rates");
  g_string_append (text, ".\n");
  const double suggestion = fs_range_test_suggestion (test);
  if (isnan (suggestion))
    g_string_append (text, "It never fell either, so there is nothing to suggest.\n");
  else
    {
      append_number (text, "Suggestion: train.learning_rate=", suggestion);
      append_number (text, ", where the loss falls fastest; a careful choice is ", test->valley);
      g_string_append (text, ", within its longest fall.\n");
    }
  fs_print_text (text->str);
}

static int
test_range (const FsExperiment *experiment, const char *base, const Options *options)
{
  g_autoptr (GError) error = NULL;
  FsLoaded loaded = { 0 };
  FsRangeTest test = { 0 };
  FsProblem problem = { 0 };
  FsRangeTestSettings settings = fs_range_test_settings_default ();
  settings.lowest = options->lowest;
  settings.highest = options->highest;
  settings.n_steps = (size_t) options->n_steps;
  gboolean is_done = fs_loaded_make (&loaded, experiment, base, 0, NULL, &error);
  if (is_done && fs_range_test_run (&test, loaded.trainer, &settings, NULL, &problem) != FS_OK)
    is_done = fs_lab_error_take (&error, &problem);
  if (is_done && options->is_json)
    write_json (&test);
  else if (is_done)
    write_text (&test, options);
  fs_range_test_clear (&test);
  fs_loaded_clear (&loaded);
  return is_done ? FS_EXIT_DONE : fs_report_error (g_steal_pointer (&error));
}

static int
run_range (int argc, char **argv)
{
  const FsRangeTestSettings defaults = fs_range_test_settings_default ();
  Options options = { .lowest = defaults.lowest,
                      .highest = defaults.highest,
                      .n_steps = (int) defaults.n_steps };
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings,
      "Change a setting, as in train.batch=16 (may be given often)", "KEY=VALUE" },
    { "lowest", 0, 0, G_OPTION_ARG_DOUBLE, &options.lowest, "The first rate (1e-7)", "RATE" },
    { "highest", 0, 0, G_OPTION_ARG_DOUBLE, &options.highest, "The last rate (10)", "RATE" },
    { "steps", 0, 0, G_OPTION_ARG_INT, &options.n_steps, "Batches between them (100)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.is_json, "Write JSON", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  FsExperiment experiment;
  int exit_code;
  if (!fs_verb_parse_options (
          &fs_verb_range, entries,
          "Trains for some batches with a rate that grows from one to the next, "
          "and\nwatches where the loss falls and where it bursts.\n" FS_EXPERIMENT_ARGUMENT_HELP,
          &argc, &argv, &exit_code))
    return exit_code;
  g_auto (GStrv) owned_settings = options.settings;
  if (argc != 2)
    return fs_report_usage ("fitscope range needs one EXPERIMENT: a file (*.fit.json) or "
                            "builtin:NAME.");
  if (!(options.lowest > 0 && options.highest > options.lowest && options.highest <= 1e6))
    return fs_report_usage ("--lowest %g --highest %g: the first must be above 0, the second above "
                            "that and at most 1e6.",
                            options.lowest, options.highest);
  if (options.n_steps < 2 || options.n_steps > 100000)
    return fs_report_usage ("--steps %d: a whole number from 2 to 100000 is allowed.",
                            options.n_steps);
  g_autofree char *base = NULL;
  if (!fs_experiment_argument_read (argv[1], options.settings, &experiment, &base, &error))
    return fs_report_error (g_steal_pointer (&error));
  return test_range (&experiment, base, &options);
}

const FsVerb fs_verb_range = {
  .name = "range",
  .summary = "try a range of learning rates and suggest one",
  .usage = "EXPERIMENT",
  .run = run_range,
};
