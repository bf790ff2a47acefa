/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope words`: which words stand for nearly the same as a word, by their vectors. */

#include "app/commands/verb.h"

#include <stdio.h>
#include "app/commands/experiment-argument.h"
#include "engine/lab/json-text.h"
#include "engine/lab/source.h"
#include "engine/lab/text-facts.h"

#define MOST_WORDS 1000

static void
print_words (const GPtrArray *found, gboolean is_json)
{
  g_autoptr (GString) text = g_string_new (is_json ? "[" : NULL);
  for (guint i = 0; i < found->len; i++)
    {
      const FsNeighbour *neighbour = g_ptr_array_index (found, i);
      if (is_json)
        {
          g_string_append (text, i > 0 ? ",\n {\"word\":" : "{\"word\":");
          fs_json_append_string (text, neighbour->word);
          g_string_append (text, ",\"cosine\":");
          fs_json_append_number (text, neighbour->cosine);
          g_string_append_c (text, '}');
        }
      else
        {
          char number[G_ASCII_DTOSTR_BUF_SIZE];
          g_ascii_formatd (number, sizeof number, "%6.3f", neighbour->cosine);
          g_string_append_printf (text, "%s  %s\n", number, neighbour->word);
        }
    }
  if (is_json)
    {
      g_string_append (text, "]\n");
      fputs (text->str, stdout);
    }
  else
    fs_print_text (text->str);
}

static int
run_words (int argc, char **argv)
{
  g_auto (GStrv) settings = NULL;
  gboolean is_json = FALSE;
  int n = 10;
  const GOptionEntry entries[] = {
    { "number", 'n', 0, G_OPTION_ARG_INT, &n, "How many words (10)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, "Write JSON", NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Change a setting, as in model.layers.0.start=file (may be given often)", "KEY=VALUE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *base = NULL;
  FsExperiment experiment;
  int exit_code;

  if (!fs_verb_parse_options (
          &fs_verb_words, entries,
          "EXPERIMENT is a file (*.fit.json) or builtin:NAME of the task text or next. "
          "The vectors are those that its embedding begins with, or else word2vec "
          "trained on its training texts.",
          &argc, &argv, &exit_code))
    return exit_code;
  if (argc != 3)
    return fs_report_usage ("fitscope words takes an EXPERIMENT and a WORD.");
  if (n < 1 || n > MOST_WORDS)
    return fs_report_usage ("--number takes a whole number from 1 to %d.", MOST_WORDS);
  if (!fs_experiment_argument_read (argv[1], settings, &experiment, &base, &error))
    return fs_report_error (g_steal_pointer (&error));
  const FsReadOptions options = { .import = &experiment.data.import };
  FsFrame *frame = fs_source_load (experiment.data.source, base, &options, &error);
  if (frame)
    found = fs_words_nearest (frame, &experiment, base, argv[2], (guint) n, &error);
  fs_frame_free (frame);
  if (!found)
    return fs_report_error (g_steal_pointer (&error));
  print_words (found, is_json);
  return FS_EXIT_DONE;
}

const FsVerb fs_verb_words = {
  .name = "words",
  .summary = "list the nearest words of a word",
  .usage = "EXPERIMENT WORD",
  .run = run_words,
};
