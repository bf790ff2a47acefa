/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From argv to a window or to a headless run: no verb opens the window, a verb runs without a
 * display. Each verb is a file of app/commands/. */

#include <cblas.h>
#include <json-glib/json-glib.h>
#include <adwaita.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include "app/application.h"
#include "app/commands/verb.h"
#include "app/language.h"
#include "engine/model/kernels.h"
#include "ui/renderer.h"

static int
print_help (void)
{
  g_autoptr (GString) text =
      g_string_new ("Usage:\n"
                    "  fitscope [FILE…]          open the window, with that experiment or data\n"
                    "  fitscope VERB [OPTION…]   work without a display\n"
                    "\nVerbs:\n");
  for (const FsVerb *const *verb = fs_verbs (); *verb; verb++)
    g_string_append_printf (text, "  %-10s %s\n", (*verb)->name, (*verb)->summary);
  g_string_append (text, "\nOptions:\n"
                         "  --help            show this help; VERB --help shows the verb's\n"
                         "  --version         show the versions of the program and its libraries\n"
                         "  --frame-log FILE  with the window: write the time of each frame in ms\n"
                         "  --threads N       with the window: train on N threads (0: all cores)\n"
                         "\nExit codes: 0 done, 1 failed, 2 wrong usage or unusable input.\n");
  fs_print_text (text->str);
  return FS_EXIT_DONE;
}

/* What a report of a fault needs. OpenBLAS picks its kernels by the processor, so its core counts. */
static int
print_version (void)
{
  int blas[3] = { 0, 0, 0 };
  sscanf (openblas_get_config (), "OpenBLAS %d.%d.%d", &blas[0], &blas[1], &blas[2]);
  printf ("fitscope %s\n", FS_VERSION);
  printf ("GLib %u.%u.%u\n", glib_major_version, glib_minor_version, glib_micro_version);
  printf ("json-glib %s\n", JSON_VERSION_S);
  printf ("GTK %u.%u.%u\n", gtk_get_major_version (), gtk_get_minor_version (),
          gtk_get_micro_version ());
  printf ("libadwaita %u.%u.%u\n", adw_get_major_version (), adw_get_minor_version (),
          adw_get_micro_version ());
  printf ("Cairo %s\n", cairo_version_string ());
  printf ("OpenBLAS %d.%d.%d (%s)\n", blas[0], blas[1], blas[2], openblas_get_corename ());
  return FS_EXIT_DONE;
}

static int
refuse_word (const char *word)
{
  const char *nearest = fs_verb_nearest (word);
  if (strchr (word, '/') || strchr (word, '.'))
    return fs_report_usage ("%s: There is no such file.", word);
  if (nearest)
    return fs_report_usage ("There is no verb and no file “%s”: the nearest verb is %s.", word,
                            nearest);
  return fs_report_usage ("There is no verb and no file “%s”: fitscope --help lists the verbs.",
                          word);
}

/* The window's own options; any other would be refused only after a display was found. */
static gboolean
is_window_option (const char *word)
{
  static const char *const options[] = { "--frame-log", "--threads", "--screenshot", NULL };
  g_autofree char *name = g_strndup (word, strcspn (word, "="));
  return g_strv_contains (options, name);
}

/* FITSCOPE_ISA chooses the kernels, for tests and measurements: see kernels.h. */
static int
choose_kernels (void)
{
  const char *name = g_getenv ("FITSCOPE_ISA");
  FsIsa isa;
  if (!name || !name[0])
    return FS_EXIT_DONE;
  if (!fs_isa_from_name (name, &isa))
    return fs_report_usage ("FITSCOPE_ISA=%s: plain, portable, avx2 or avx512 is allowed.", name);
  if (!fs_isa_override (isa))
    return fs_report_usage ("FITSCOPE_ISA=%s: this processor does not have it.", name);
  return FS_EXIT_DONE;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("fitscope");
  if (choose_kernels () != FS_EXIT_DONE)
    return FS_EXIT_USAGE;

  const char *word = argc > 1 ? argv[1] : NULL;
  const FsVerb *verb = word ? fs_verb_find (word) : NULL;
  if (verb)
    return verb->run (argc - 1, argv + 1);
  if (word && strcmp (word, "--version") == 0)
    return print_version ();
  if (word && (strcmp (word, "--help") == 0 || strcmp (word, "-h") == 0))
    return print_help ();
  if (word && word[0] != '-' && !g_file_test (word, G_FILE_TEST_EXISTS))
    return refuse_word (word);
  if (word && word[0] == '-' && !is_window_option (word))
    return fs_report_usage ("There is no option %s: fitscope --help lists what there is.", word);
  fs_language_start ();
  fs_renderer_choose ();
  return fs_application_main (argc, argv);
}
