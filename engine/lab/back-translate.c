/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A table of back-translations by a program; see back-translate.h. */

#include "engine/lab/back-translate.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "engine/base/text.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/source.h"
#include "engine/prepare/text-columns.h"

/* Of a text, in sentences. */
#define NAMED_BYTES 60

typedef struct
{
  char **argv;
  FILE *table;
  GHashTable *known; /* texts as the table has them */
  const char *path;
} Work;

/* As a field of the table: one line, no tab. */
static char *
as_field (const char *text)
{
  char *field = g_strdup (text);
  g_strdelimit (field, "\t\r\n", ' ');
  return g_strstrip (field);
}

static gboolean
open_table (Work *work, GError **error)
{
  g_autofree char *content = NULL;
  gsize n = 0;
  if (g_file_get_contents (work->path, &content, &n, NULL))
    {
      g_auto (GStrv) lines = g_strsplit (content, "\n", -1);
      for (guint i = 0; lines[i]; i++)
        {
          char *tab = strchr (lines[i], '\t');
          if (tab)
            g_hash_table_add (work->known, g_strndup (lines[i], (gsize) (tab - lines[i])));
        }
    }
  work->table = g_fopen (work->path, "ab");
  if (work->table && (n == 0 || content[n - 1] == '\n' || fputc ('\n', work->table) != EOF))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
               fs_text ("%s cannot be written: %s."), work->path, g_strerror (errno));
  return FALSE;
}

static void
clear_work (Work *work)
{
  g_strfreev (work->argv);
  if (work->table)
    fclose (work->table);
  g_clear_pointer (&work->known, g_hash_table_unref);
}

/* The text as a file without a name: a pipe would end this process if the program did not read it. */
static int
open_input (const char *field, GError **error)
{
  g_autofree char *name = NULL;
  const gsize n = strlen (field);
  int fd = g_file_open_tmp ("fitscope-text-XXXXXX", &name, error);
  if (fd < 0)
    return -1;
  g_unlink (name);
  if (write (fd, field, n) == (gssize) n && write (fd, "\n", 1) == 1
      && lseek (fd, 0, SEEK_SET) == 0)
    return fd;
  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
               fs_text ("%s cannot be written: %s."), name, g_strerror (errno));
  close (fd);
  return -1;
}

/* What the program writes of one text. */
static char *
ask (const Work *work, const char *field, GCancellable *cancellable, GError **error)
{
  g_autofree char *output = NULL;
  g_autofree char *named =
      g_utf8_substring (field, 0, MIN (g_utf8_strlen (field, -1), NAMED_BYTES));
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  const int input = open_input (field, error);
  if (input < 0)
    return NULL;
  g_subprocess_launcher_take_stdin_fd (launcher, input);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *) work->argv, error);
  if (!process)
    return NULL;
  if (!g_subprocess_communicate_utf8 (process, NULL, cancellable, &output, NULL, error))
    {
      g_subprocess_force_exit (process);
      return NULL;
    }
  if (g_subprocess_get_successful (process))
    return g_steal_pointer (&output);
  g_set_error (
      error, FS_LAB_ERROR, FS_MISMATCH,
      fs_text ("%s failed on the text \u201c%s\u201d. What came back before is kept in %s."),
      work->argv[0], named, work->path);
  return NULL;
}

/* "text, tab, variant, tab, variant …"; a text of which nothing comes back has no variant, and is known. */
static gboolean
append (const Work *work, const char *field, const char *output, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  g_autoptr (GString) line = g_string_new (field);
  guint n = 0;
  for (guint i = 0; lines[i]; i++)
    {
      g_autofree char *variant = as_field (lines[i]);
      if (*variant && ++n)
        g_string_append_printf (line, "\t%s", variant);
    }
  g_string_append (line, n > 0 ? "\n" : "\t\n");
  if (fwrite (line->str, 1, line->len, work->table) == line->len && fflush (work->table) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
               fs_text ("%s cannot be written: %s."), work->path, g_strerror (errno));
  return FALSE;
}

static gboolean
translate (const Work *work,
           const char *const *texts,
           guint n,
           GCancellable *cancellable,
           FsBackTranslateProgress progress,
           void *data,
           GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *field = as_field (texts[i]);
      g_autofree char *output = NULL;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (*field && !g_hash_table_contains (work->known, field))
        {
          output = ask (work, field, cancellable, error);
          if (!output || !append (work, field, output, error))
            return FALSE;
        }
      if (progress)
        progress (i + 1, n, data);
    }
  return TRUE;
}

/* The texts of the training part, which is decided as for the experiment itself. */
static gboolean
find_texts (const char ***texts,
            gsize *n,
            const FsFrame *frame,
            const FsExperiment *experiment,
            const char *base,
            GError **error)
{
  g_autofree FsExperiment *plain = g_memdup2 (experiment, sizeof *experiment);
  FsDataset *dataset = NULL;
  FsProblem problem = { 0 };
  plain->n_steps = 0; /* the one that asks for the table would ask for it now */
  if (plain->n_layers > 0)
    plain->layers[0].vector_source = FS_VECTORS_DRAWN;
  FsStatus status = fs_source_prepare (&dataset, frame, plain, base, &problem);
  if (status == FS_OK)
    status = fs_training_texts (texts, n, dataset, frame, plain, &problem);
  fs_dataset_free (dataset);
  return status == FS_OK || fs_lab_error_take (error, &problem);
}

gboolean
fs_back_translate (const FsFrame *frame,
                   const FsExperiment *experiment,
                   const char *base,
                   const char *program,
                   const char *path,
                   GCancellable *cancellable,
                   FsBackTranslateProgress progress,
                   void *data,
                   GError **error)
{
  g_autofree const char **texts = NULL;
  Work work = { .path = path };
  gsize n = 0;
  if (!g_shell_parse_argv (program, NULL, &work.argv, error)
      || !find_texts (&texts, &n, frame, experiment, base, error))
    {
      g_strfreev (work.argv);
      return FALSE;
    }
  work.known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const gboolean is_done =
      open_table (&work, error)
      && translate (&work, texts, (guint) n, cancellable, progress, data, error);
  clear_work (&work);
  return is_done;
}
