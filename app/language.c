/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The locale and the catalogues of messages. See language.h. */

#include "app/language.h"

#include <gtk/gtk.h>
#include <libintl.h>
#include <locale.h>
#include "engine/base/text.h"
#include "ui/settings.h"

#define DOMAIN "fitscope"

static const char *
look_up (const char *context, const char *one, const char *many, size_t n)
{
  if (many)
    return dngettext (DOMAIN, one, many, n);
  return context ? g_dpgettext2 (DOMAIN, context, one) : dgettext (DOMAIN, one);
}

/* Beside the program, so that an installation can be moved; a program in its build tree has its
 * catalogues there; else where it was configured to be installed. */
static char *
find_catalogues (void)
{
  static const char *const places[] = { FS_BINDIR_TO_LOCALE, "../data/po", NULL };
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program ? g_path_get_dirname (program) : NULL;

  for (guint i = 0; folder && places[i]; i++)
    {
      g_autofree char *beside = g_build_filename (folder, places[i], NULL);
      g_autofree char *german = g_build_filename (beside, "de", "LC_MESSAGES", DOMAIN ".mo", NULL);

      if (g_file_test (german, G_FILE_TEST_EXISTS))
        return g_canonicalize_filename (beside, NULL);
    }
  return g_strdup (FS_LOCALE_DIR);
}

/* A language chosen by hand decides the words and how numbers are written. Where the machine does not
 * have the language's own locale, the words change all the same; gettext only refuses to translate
 * for the locale "C". */
static void
choose (const char *language)
{
  static const char *const german[] = { "de_DE.UTF-8", "de_AT.UTF-8", "de_CH.UTF-8", NULL };
  const char *messages = setlocale (LC_MESSAGES, NULL);

  g_setenv ("LANGUAGE", language, TRUE);
  if (g_str_equal (messages, "C") || g_str_equal (messages, "POSIX"))
    setlocale (LC_MESSAGES, "C.UTF-8");
  if (!g_str_equal (language, "de"))
    {
      setlocale (LC_NUMERIC, "C");
      return;
    }
  for (guint i = 0; german[i]; i++)
    if (setlocale (LC_MESSAGES, german[i]))
      {
        setlocale (LC_NUMERIC, german[i]);
        setlocale (LC_TIME, german[i]);
        return;
      }
}

void
fs_language_start (void)
{
  static FsTranslator translator;
  g_autofree char *catalogues = find_catalogues ();
  g_autofree char *language = fs_settings_get_text ("language", "system");
  const struct lconv *marks;

  if (g_str_equal (language, "de") || g_str_equal (language, "en"))
    choose (language);
  /* GTK would set all of the locale anew from the environment. */
  gtk_disable_setlocale ();

  bindtextdomain (DOMAIN, catalogues);
  bind_textdomain_codeset (DOMAIN, "UTF-8");
  marks = localeconv ();
  translator.look_up = look_up;
  translator.decimal_mark = g_strdup (marks->decimal_point);
  translator.group_mark = g_strdup (g_str_equal (marks->decimal_point, ",") ? "." : ",");
  fs_text_set_translator (&translator);
}
