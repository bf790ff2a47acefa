/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope runs`: the runs that the window and fitscope train have kept. The first digits of a run's
 * ID name it, as long as no other begins with them. */

#include "app/commands/verb.h"

#include <stdio.h>
#include <string.h>
#include "app/commands/runs-report.h"
#include "engine/lab/store-file.h"

typedef struct
{
  FsStoreFile *file;
  char **ids; /* the arguments that name runs, in full */
  guint n_ids;
  const char *text; /* the argument after them */
  gboolean is_json, is_deleted;
} Request;

/* A text for people, or JSON as it is. */
static gboolean
print (const Request *request, char *text)
{
  g_autofree char *owned = text;
  if (request->is_json)
    fputs (owned, stdout);
  else
    fs_print_text (owned);
  return TRUE;
}

static gboolean
list (const Request *request, GError **error)
{
  g_autoptr (GPtrArray) summaries = fs_store_file_list (request->file, request->is_deleted, error);
  if (!summaries)
    return FALSE;
  return print (request, request->is_json ? fs_runs_report_list_json (summaries)
                                          : fs_runs_report_list (summaries));
}

static gboolean
show (const Request *request, GError **error)
{
  g_autoptr (FsRunRecord) record = fs_store_file_load (request->file, request->ids[0], error);
  return record
         && print (request, request->is_json ? fs_runs_report_show_json (record)
                                             : fs_runs_report_show (record));
}

static gboolean
compare (const Request *request, GError **error)
{
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) fs_run_record_free);
  for (guint i = 0; i < request->n_ids; i++)
    {
      FsRunRecord *record = fs_store_file_load (request->file, request->ids[i], error);
      if (!record)
        return FALSE;
      g_ptr_array_add (records, record);
    }
  return print (request, request->is_json ? fs_runs_report_compare_json (records)
                                          : fs_runs_report_compare (records));
}

static gboolean
note (const Request *request, GError **error)
{
  return fs_store_file_set_note (request->file, request->ids[0], request->text, error);
}

static gboolean
rename_run (const Request *request, GError **error)
{
  return fs_store_file_rename (request->file, request->ids[0], request->text, error);
}

static gboolean
set_deleted (const Request *request, gboolean deleted, GError **error)
{
  for (guint i = 0; i < request->n_ids; i++)
    if (!fs_store_file_set_deleted (request->file, request->ids[i], deleted, error))
      return FALSE;
  return TRUE;
}

static gboolean delete (const Request *request, GError **error)
{
  return set_deleted (request, TRUE, error);
}

static gboolean
restore (const Request *request, GError **error)
{
  return set_deleted (request, FALSE, error);
}

typedef struct
{
  const char *name;
  guint min_ids, max_ids;
  gboolean takes_text;
  const char *usage;
  gboolean (*run) (const Request *request, GError **error);
} Part;

static const Part parts[] = {
  { "list", 0, 0, FALSE, "fitscope runs list", list },
  { "show", 1, 1, FALSE, "fitscope runs show ID", show },
  { "compare", 2, 64, FALSE, "fitscope runs compare ID ID …", compare },
  { "note", 1, 1, TRUE, "fitscope runs note ID TEXT", note },
  { "rename", 1, 1, TRUE, "fitscope runs rename ID NAME", rename_run },
  { "delete", 1, G_MAXUINT, FALSE, "fitscope runs delete ID …", delete },
  { "restore", 1, G_MAXUINT, FALSE, "fitscope runs restore ID …", restore },
};

static const Part *
find_part (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].name, name))
      return &parts[i];
  return NULL;
}

static gboolean
obey (const Part *part, Request *request, char **arguments, guint n_ids, GError **error)
{
  g_auto (GStrv) ids = g_new0 (char *, n_ids + 1);
  g_autofree char *folder = fs_store_folder ();
  g_autoptr (FsStoreFile) file = fs_store_file_open (folder, error);
  if (!file)
    return FALSE;
  for (guint i = 0; i < n_ids; i++)
    if (!(ids[i] = fs_store_file_find (file, arguments[i], error)))
      return FALSE;
  request->file = file;
  request->ids = ids;
  request->n_ids = n_ids;
  request->text = arguments[n_ids];
  return part->run (request, error);
}

static int
run_runs (int argc, char **argv)
{
  Request request = { NULL };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &request.is_json, "Write JSON (list, show, compare)", NULL },
    { "deleted", 0, 0, G_OPTION_ARG_NONE, &request.is_deleted,
      "List the runs that were deleted and can be restored", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  int exit_code;

  if (!fs_verb_parse_options (&fs_verb_runs, entries,
                              "list               every kept run, oldest first\n"
                              "show ID            one run, its settings and events\n"
                              "compare ID ID …    ranked by their best epoch, and what differs\n"
                              "note ID TEXT       say something about a run\n"
                              "rename ID NAME     call it otherwise\n"
                              "delete ID …        can be taken back for 30 days\n"
                              "restore ID …       takes it back\n"
                              "The first digits of an ID are enough while they name one run.",
                              &argc, &argv, &exit_code))
    return exit_code;
  if (argc < 2)
    return fs_report_usage ("fitscope runs needs a word: list, show, compare, note, rename, delete "
                            "or restore.");
  const Part *part = find_part (argv[1]);
  if (!part)
    return fs_report_usage ("fitscope runs: “%s” is none of list, show, compare, note, rename, "
                            "delete and restore.",
                            argv[1]);
  const guint n = (guint) argc - 2;
  const guint n_texts = part->takes_text ? 1 : 0;
  if (n < part->min_ids + n_texts || n - n_texts > part->max_ids)
    return fs_report_usage ("It is: %s.", part->usage);
  if (!obey (part, &request, argv + 2, n - n_texts, &error))
    return fs_report_error (g_steal_pointer (&error));
  return FS_EXIT_DONE;
}

const FsVerb fs_verb_runs = {
  .name = "runs",
  .summary = "list, compare and annotate the runs that were kept",
  .usage = "list|show|compare|note|rename|delete|restore [ID …] [--json]",
  .run = run_runs,
};
