/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The differences of several experiments; see run-differences.h. Each is compared with the first; a
 * setting that one of them has otherwise makes a row for all. */

#include "engine/lab/run-differences.h"

#include <string.h>
#include "engine/experiment/schema.h"

typedef struct
{
  GPtrArray *differences;
  guint n, column; /* of the experiment that is being compared with the first */
} Finder;

static void
difference_free (void *data)
{
  FsDifference *difference = data;
  g_free (difference->path);
  g_free (difference->label);
  g_strfreev (difference->texts);
  g_free (difference);
}

static FsDifference *
find_row (GPtrArray *differences, const char *path)
{
  for (guint i = 0; i < differences->len; i++)
    {
      FsDifference *difference = differences->pdata[i];
      if (g_str_equal (difference->path, path))
        return difference;
    }
  return NULL;
}

static void
found_cb (const char *path, const char *label, const char *left, const char *right, void *data)
{
  Finder *finder = data;
  if (g_str_equal (path, "name"))
    return; /* a name changes nothing */
  FsDifference *row = find_row (finder->differences, path);
  if (!row)
    {
      row = g_new0 (FsDifference, 1);
      row->path = g_strdup (path);
      row->label = g_strdup (label);
      row->texts = g_new0 (char *, finder->n + 1);
      for (guint i = 0; i < finder->n; i++)
        row->texts[i] = g_strdup (left); /* as the first, until another one is found otherwise */
      g_ptr_array_add (finder->differences, row);
    }
  g_free (row->texts[finder->column]);
  row->texts[finder->column] = g_strdup (right);
}

GPtrArray *
fs_differences_find (const FsExperiment *const *experiments, guint n)
{
  Finder finder = { .differences = g_ptr_array_new_with_free_func (difference_free), .n = n };
  for (finder.column = 1; finder.column < n; finder.column++)
    fs_experiment_compare (experiments[0], experiments[finder.column], found_cb, &finder);
  return finder.differences;
}

/* "50, 25 or 12", each once. */
static void
append_texts (GString *text, char *const *texts)
{
  g_autoptr (GPtrArray) distinct = g_ptr_array_new ();
  for (guint i = 0; texts[i]; i++)
    {
      gboolean is_new = TRUE;
      for (guint k = 0; k < distinct->len; k++)
        is_new = is_new && !g_str_equal (distinct->pdata[k], texts[i]);
      if (is_new)
        g_ptr_array_add (distinct, texts[i]);
    }
  for (guint i = 0; i < distinct->len; i++)
    {
      const char *each = distinct->pdata[i];
      const char *before = i == 0 ? "" : i + 1 == distinct->len ? " or " : ", ";
      g_string_append_printf (text, "%s%s", before, *each ? each : "none");
    }
}

char *
fs_differences_to_text (const GPtrArray *differences)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < differences->len; i++)
    {
      const FsDifference *difference = differences->pdata[i];
      g_string_append_printf (text, "%s%s ", i ? "; " : "", difference->label);
      append_texts (text, difference->texts);
    }
  return g_string_free (text, FALSE);
}
