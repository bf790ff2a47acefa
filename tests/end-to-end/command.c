/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program run from outside; see command.h. */

#include "tests/end-to-end/command.h"

#include <glib/gstdio.h>
#include <string.h>

static char *program;

const char *const command_locales[N_LOCALES] = { "C", "C.UTF-8", "de_DE.UTF-8" };

void
command_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_assert_cmpint (*argc, ==, 2);
  program = g_canonicalize_filename ((*argv)[1], NULL); /* the program runs in other folders */
}

void
command_add (const char *name, gconstpointer data, CommandTest test)
{
  g_autofree char *path = g_strconcat ("/commands/", name, NULL);
  g_test_add (path, Command, data, command_set_up, test, command_tear_down);
}

void
command_add_for_locales (const char *name, CommandTest test)
{
  for (gsize i = 0; i < N_LOCALES; i++)
    {
      g_autofree char *path = g_strconcat (name, "/", command_locales[i], NULL);
      command_add (path, command_locales[i], test);
    }
}

void
command_set_up (Command *command, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  command->folder = g_dir_make_tmp ("fitscope-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;
  while (directory && (name = g_dir_read_name (directory)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

void
command_tear_down (Command *command, gconstpointer data)
{
  remove_tree (command->folder);
  g_free (command->folder);
  g_free (command->out);
  g_free (command->err);
}

GSubprocess *
command_start (Command *command, const char *locale, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_cwd (launcher, command->folder);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", locale, TRUE);
  g_autofree char *store = g_build_filename (command->folder, ".store", NULL);
  g_subprocess_launcher_setenv (launcher, "FITSCOPE_STORE_DIR", store, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  g_ptr_array_add (argv, program);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (char *) *arguments);
  g_ptr_array_add (argv, NULL);
  GSubprocess *process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

/* The data of no bytes is NULL. */
static char *
text_of (GBytes *bytes)
{
  const gsize size = g_bytes_get_size (bytes);
  return size > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), size) : g_strdup ("");
}

/* Runs the program to its end; what it wrote is in the fixture. */
void
command_run (Command *command, const char *locale, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) out = NULL, err = NULL;
  g_autoptr (GSubprocess) process = command_start (command, locale, arguments);
  g_subprocess_communicate (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  command->exit_code = g_subprocess_get_exit_status (process);
  g_free (command->out);
  g_free (command->err);
  command->out = text_of (out);
  command->err = text_of (err);
}

void
command_write_text (Command *command, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (command->folder, name, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

char *
command_read_text (Command *command, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (command->folder, name, NULL);
  char *text = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

void
command_assert_done (Command *command)
{
  if (command->exit_code != 0 || command->err[0])
    g_error ("exit code %d, stderr: %s", command->exit_code, command->err);
}

void
command_assert_refused (Command *command, const char *part)
{
  g_test_message ("%s", command->err);
  g_assert_cmpint (command->exit_code, ==, 2);
  g_assert_true (g_str_has_prefix (command->err, "fitscope: "));
  g_assert_true (g_str_has_suffix (command->err, ".\n") || g_str_has_suffix (command->err, "?\n"));
  g_assert_true (strchr (command->err, '\n') == command->err + strlen (command->err) - 1);
  if (!strstr (command->err, part))
    g_error ("“%s” does not contain “%s”", command->err, part);
  g_assert_cmpstr (command->out, ==, "");
}
