/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of verbs and what all verbs share: options, messages, exit codes. */

#include "app/commands/verb.h"

#include <stdio.h>
#include <string.h>
#include "engine/base/nearest.h"
#include "engine/lab/lab-error.h"

static const FsVerb *const verbs[] = {
  &fs_verb_train,
  &fs_verb_summary,
  &fs_verb_profile,
  &fs_verb_prepare,
  &fs_verb_diagnose,
  &fs_verb_prove,
  &fs_verb_range,
  &fs_verb_runs,
  &fs_verb_share,
  &fs_verb_words,
  &fs_verb_schema,
  &fs_verb_bench,
  NULL,
  NULL,
};

const FsVerb *const *
fs_verbs (void)
{
  return verbs;
}

const FsVerb *
fs_verb_find (const char *name)
{
  for (gsize i = 0; verbs[i]; i++)
    if (strcmp (verbs[i]->name, name) == 0)
      return verbs[i];
  return NULL;
}

const char *
fs_verb_nearest (const char *name)
{
  const char *nearest = NULL;
  size_t best = G_MAXSIZE;
  for (gsize i = 0; verbs[i]; i++)
    {
      const size_t distance = fs_nearest_distance (name, verbs[i]->name);
      if (distance < best)
        {
          best = distance;
          nearest = verbs[i]->name;
        }
    }
  return nearest && fs_nearest_is_near (name, best) ? nearest : NULL;
}

static void
put_text (FILE *stream, const char *text)
{
  const char *charset;
  if (g_get_charset (&charset))
    {
      fputs (text, stream);
      return;
    }
  /* “…” and → have plain spellings; what has none becomes a question mark. */
  g_autofree char *ascii = g_str_to_ascii (text, "C");
  fputs (ascii, stream);
}

void
fs_print_text (const char *text)
{
  put_text (stdout, text);
}

static void
report (const char *sentence)
{
  g_autofree char *line = g_strdup_printf ("fitscope: %s\n", sentence);
  fflush (stdout);
  put_text (stderr, line);
}

int
fs_report_usage (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report (sentence);
  return FS_EXIT_USAGE;
}

void
fs_report_remark (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report (sentence);
}

int
fs_report_error (GError *error)
{
  /* A want of memory is nobody's mistake; every other problem of the lab lies in what was given. */
  const gboolean is_usage = error->domain == FS_LAB_ERROR && error->code != FS_OUT_OF_MEMORY
                            && error->code != FS_INTERRUPTED;
  const gboolean has_stop = g_str_has_suffix (error->message, ".");
  g_autofree char *sentence = g_strconcat (error->message, has_stop ? "" : ".", NULL);
  report (sentence);
  g_error_free (error);
  return is_usage ? FS_EXIT_USAGE : FS_EXIT_FAILED;
}

gboolean
fs_verb_parse_options (const FsVerb *verb,
                       const GOptionEntry *entries,
                       const char *description,
                       int *argc,
                       char ***argv,
                       int *exit_code)
{
  gboolean wants_help = FALSE;
  const GOptionEntry help_entries[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, "Show this help", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (verb->usage);
  g_autofree char *name = g_strconcat ("fitscope ", verb->name, NULL);
  g_set_prgname (name); /* the first word of the help */
  g_option_context_set_help_enabled (context, FALSE);
  if (entries)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, help_entries, NULL);
  g_option_context_set_description (context, description);

  const gboolean is_parsed = g_option_context_parse (context, argc, argv, &error);
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
  g_set_prgname ("fitscope");
  if (is_parsed && !wants_help)
    return TRUE;
  if (is_parsed)
    {
      fs_print_text (help);
      *exit_code = FS_EXIT_DONE;
    }
  else
    *exit_code = fs_report_usage ("%s (%s --help lists the options).", error->message, name);
  return FALSE;
}
