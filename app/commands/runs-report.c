/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kept runs as text; see runs-report.h. */

#include "app/commands/runs-report.h"

#include <math.h>
#include <stdlib.h>
#include "engine/base/number.h"
#include "engine/experiment/schema.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/json-text.h"
#include "engine/lab/run-differences.h"
#include "ui/facts.h"

#define SHORT_ID 8 /* digits in a list: enough to tell runs apart, and to name one */

/* ---- tables ---- */

/* Rows of cells, padded to columns; cells are owned. */
typedef struct
{
  GPtrArray *cells;
  guint n_columns;
} Table;

static void
add (Table *table, char *cell)
{
  g_ptr_array_add (table->cells, cell);
}

static char *
table_end (Table *table)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < table->cells->len; i++)
    {
      const guint column = i % table->n_columns;
      glong width = 0;
      for (guint k = column; k < table->cells->len; k += table->n_columns)
        width = MAX (width, g_utf8_strlen (table->cells->pdata[k], -1));
      g_string_append (text, table->cells->pdata[i]);
      if (column + 1 == table->n_columns)
        {
          g_string_append_c (text, '\n');
          continue;
        }
      for (glong n = g_utf8_strlen (table->cells->pdata[i], -1); n < width + 2; n++)
        g_string_append_c (text, ' ');
    }
  g_ptr_array_unref (table->cells);
  return g_string_free (text, FALSE);
}

static char *
short_number (double value)
{
  char number[FS_NUMBER_SIZE];
  return g_strdup (isnan (value) ? "–" : fs_number_write_short (value, 4, number));
}

static char *
date_of (gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (seconds);
  return date ? g_date_time_format (date, "%Y-%m-%d %H:%M") : g_strdup ("–");
}

static char *
best_epoch (const FsRunSummary *summary)
{
  return summary->best_epoch ? g_strdup_printf ("%u", summary->best_epoch) : g_strdup ("–");
}

static char *
seconds_an_epoch (const FsRunSummary *summary)
{
  return isnan (summary->epoch_seconds) ? g_strdup ("–")
                                        : fs_facts_duration (summary->epoch_seconds);
}

char *
fs_runs_report_list (const GPtrArray *summaries)
{
  static const char *const heads[] = { "ID",       "begun", "state", "epochs", "best",
                                       "at epoch", "data",  "name",  "verdict" };
  Table table = { g_ptr_array_new_with_free_func (g_free), G_N_ELEMENTS (heads) };
  if (summaries->len == 0)
    {
      g_ptr_array_unref (table.cells);
      return g_strdup ("No run is kept yet: fitscope train and the window enter theirs here.\n");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    add (&table, g_strdup (heads[i]));
  for (guint i = 0; i < summaries->len; i++)
    {
      const FsRunSummary *summary = summaries->pdata[i];
      add (&table, g_strndup (summary->id, SHORT_ID));
      add (&table, date_of (summary->begun));
      add (&table, g_strdup (fs_stored_state_word (summary->state)));
      add (&table, g_strdup_printf ("%u", summary->n_epochs));
      add (&table, short_number (summary->best_epoch ? summary->best_loss : NAN));
      add (&table, best_epoch (summary));
      add (&table, fs_facts_source_name (summary->source));
      add (&table, g_strconcat (summary->is_pinned ? "* " : "", summary->name, NULL));
      add (&table, g_strdup (summary->headline));
    }
  return table_end (&table);
}

/* ---- JSON ---- */

static void
append_key (GString *json, const char *key)
{
  g_string_append_printf (json, "%s\"%s\":", json->str[json->len - 1] == '{' ? "" : ",", key);
}

static void
append_text (GString *json, const char *key, const char *text)
{
  append_key (json, key);
  if (text)
    fs_json_append_string (json, text);
  else
    g_string_append (json, "null");
}

static void
append_number (GString *json, const char *key, double value)
{
  append_key (json, key);
  fs_json_append_number (json, value);
}

static void
append_truth (GString *json, const char *key, gboolean value)
{
  append_key (json, key);
  g_string_append (json, value ? "true" : "false");
}

static void
append_members (GString *json, const FsRunSummary *summary)
{
  const gboolean has_epochs = summary->best_epoch > 0;
  append_text (json, "id", summary->id);
  append_text (json, "name", summary->name);
  append_text (json, "note", summary->note);
  append_truth (json, "pinned", summary->is_pinned);
  append_truth (json, "deleted", summary->is_deleted);
  append_number (json, "begun", (double) summary->begun);
  append_text (json, "state", fs_stored_state_word (summary->state));
  append_text (json, "reason", fs_end_reason_word (summary->end));
  append_text (json, "source", summary->source);
  append_number (json, "seed", (double) summary->seed);
  append_number (json, "epochs", summary->n_epochs);
  append_number (json, "best_epoch", summary->best_epoch);
  append_number (json, "best_loss", has_epochs ? summary->best_loss : NAN);
  append_number (json, "train_loss", has_epochs ? summary->train_loss : NAN);
  append_number (json, "val_loss", has_epochs ? summary->validation_loss : NAN);
  append_number (json, "seconds_per_epoch", summary->epoch_seconds);
  append_number (json, "parameters", (double) summary->n_parameters);
  append_text (json, "verdict", fs_verdict_word (summary->verdict));
  append_text (json, "headline", summary->headline);
  append_text (json, "parent", summary->parent);
  append_number (json, "fork_epoch", summary->fork_epoch);
}

char *
fs_runs_report_list_json (const GPtrArray *summaries)
{
  GString *json = g_string_new ("{\"runs\":[");
  for (guint i = 0; i < summaries->len; i++)
    {
      g_string_append (json, i ? ",{" : "{");
      append_members (json, summaries->pdata[i]);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}\n");
  return g_string_free (json, FALSE);
}

/* ---- one run ---- */

static void
append_setting_cb (const char *path,
                   const char *label,
                   const char *left,
                   const char *right,
                   void *data)
{
  if (!g_str_equal (path, "name"))
    g_string_append_printf (data, "  %s = %s\n", path, *right ? right : "none");
}

char *
fs_runs_report_show (const FsRunRecord *record)
{
  const FsRunSummary *summary = record->summary;
  const FsExperiment defaults = fs_experiment_default ();
  g_autofree char *title = fs_facts_title (&record->experiment);
  g_autofree char *begun = date_of (summary->begun);
  g_autofree char *each = seconds_an_epoch (summary);
  g_autofree char *parameters = fs_facts_count (summary->n_parameters);
  GString *text = g_string_new (NULL);
  g_string_append_printf (
      text, "%s: %s\n%s, begun %s, %s%s%s after %u epochs\n", summary->id, summary->name, title,
      begun, fs_stored_state_word (summary->state), summary->end != FS_END_NONE ? ": " : "",
      summary->end != FS_END_NONE ? fs_end_reason_word (summary->end) : "", summary->n_epochs);
  if (summary->best_epoch > 0)
    {
      g_autofree char *best = short_number (summary->best_loss);
      g_string_append_printf (text, "Best %s loss %s at epoch %u; %s weights; %s an epoch\n",
                              summary->has_validation ? "validation" : "train", best,
                              summary->best_epoch, parameters, each);
    }
  if (*summary->headline)
    g_string_append_printf (text, "%s\n", summary->headline);
  if (summary->parent)
    g_string_append_printf (text, "Branched off %s at epoch %u\n", summary->parent,
                            summary->fork_epoch);
  if (*summary->note)
    g_string_append_printf (text, "Note: %s\n", summary->note);
  for (size_t i = 0; i < record->history.n_events; i++)
    g_string_append_printf (text, "After epoch %u: %s\n", record->history.events[i].epoch,
                            record->history.events[i].text);
  g_string_append (text, "Settings that are not the defaults:\n");
  fs_experiment_compare (&defaults, &record->experiment, append_setting_cb, text);
  return g_string_free (text, FALSE);
}

char *
fs_runs_report_show_json (const FsRunRecord *record)
{
  const FsHistory *history = &record->history;
  GString *json = g_string_new ("{");
  g_autofree char *experiment = fs_experiment_file_to_json (&record->experiment);
  g_strdelimit (experiment, "\n", ' ');
  append_members (json, record->summary);
  append_key (json, "experiment");
  g_string_append (json, g_strchomp (experiment));
  append_key (json, "history");
  g_string_append_c (json, '[');
  for (size_t i = 0; i < history->n_observations; i++)
    {
      const FsObservation *at = &history->observations[i];
      g_string_append (json, i ? ",{" : "{");
      append_number (json, "epoch", at->epoch);
      append_number (json, "train_loss", at->train_loss);
      append_number (json, "val_loss", at->validation_loss);
      append_number (json, "learning_rate", at->learning_rate);
      append_number (json, "seconds", record->epoch_seconds[i]);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
  append_key (json, "events");
  g_string_append_c (json, '[');
  for (size_t i = 0; i < history->n_events; i++)
    {
      g_string_append (json, i ? ",{" : "{");
      append_number (json, "epoch", history->events[i].epoch);
      append_text (json, "text", history->events[i].text);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}\n");
  return g_string_free (json, FALSE);
}

/* ---- several ---- */

static int
compare_best (const void *left, const void *right)
{
  const FsRunSummary *a = (*(FsRunRecord *const *) left)->summary;
  const FsRunSummary *b = (*(FsRunRecord *const *) right)->summary;
  const double loss_a = a->best_epoch && !isnan (a->best_loss) ? a->best_loss : INFINITY;
  const double loss_b = b->best_epoch && !isnan (b->best_loss) ? b->best_loss : INFINITY;
  if (loss_a != loss_b)
    return loss_a < loss_b ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static GPtrArray *
rank (const GPtrArray *records)
{
  GPtrArray *ranked = g_ptr_array_new ();
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (ranked, records->pdata[i]);
  qsort (ranked->pdata, ranked->len, sizeof ranked->pdata[0], compare_best);
  return ranked;
}

static GPtrArray *
find_differences (const GPtrArray *ranked)
{
  g_autofree const FsExperiment **experiments = g_new (const FsExperiment *, ranked->len);
  for (guint i = 0; i < ranked->len; i++)
    experiments[i] = &((FsRunRecord *) ranked->pdata[i])->experiment;
  return fs_differences_find (experiments, ranked->len);
}

char *
fs_runs_report_compare (const GPtrArray *records)
{
  static const char *const heads[] = { "ID", "name", "best", "at epoch", "an epoch", "weights" };
  g_autoptr (GPtrArray) ranked = rank (records);
  g_autoptr (GPtrArray) differences = find_differences (ranked);
  Table table = { g_ptr_array_new_with_free_func (g_free), G_N_ELEMENTS (heads) };
  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    add (&table, g_strdup (heads[i]));
  for (guint i = 0; i < ranked->len; i++)
    {
      const FsRunSummary *summary = ((FsRunRecord *) ranked->pdata[i])->summary;
      add (&table, g_strndup (summary->id, SHORT_ID));
      add (&table, g_strdup (summary->name));
      add (&table, short_number (summary->best_epoch ? summary->best_loss : NAN));
      add (&table, best_epoch (summary));
      add (&table, seconds_an_epoch (summary));
      add (&table, fs_facts_count (summary->n_parameters));
    }
  g_autofree char *runs = table_end (&table);
  if (differences->len == 0)
    return g_strconcat (runs, "\nTheir settings are the same.\n", NULL);

  table = (Table){ g_ptr_array_new_with_free_func (g_free), ranked->len + 1 };
  add (&table, g_strdup ("setting"));
  for (guint i = 0; i < ranked->len; i++)
    add (&table, g_strndup (((FsRunRecord *) ranked->pdata[i])->summary->id, SHORT_ID));
  for (guint i = 0; i < differences->len; i++)
    {
      const FsDifference *difference = differences->pdata[i];
      add (&table, g_strdup (difference->path));
      for (guint k = 0; k < ranked->len; k++)
        add (&table, g_strdup (*difference->texts[k] ? difference->texts[k] : "–"));
    }
  g_autofree char *settings = table_end (&table);
  return g_strconcat (runs, "\n", settings, NULL);
}

char *
fs_runs_report_compare_json (const GPtrArray *records)
{
  g_autoptr (GPtrArray) ranked = rank (records);
  g_autoptr (GPtrArray) differences = find_differences (ranked);
  GString *json = g_string_new ("{\"runs\":[");
  for (guint i = 0; i < ranked->len; i++)
    {
      g_string_append (json, i ? ",{" : "{");
      append_members (json, ((FsRunRecord *) ranked->pdata[i])->summary);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "],\"differences\":[");
  for (guint i = 0; i < differences->len; i++)
    {
      const FsDifference *difference = differences->pdata[i];
      g_string_append (json, i ? ",{" : "{");
      append_text (json, "key", difference->path);
      append_text (json, "label", difference->label);
      append_key (json, "values");
      g_string_append_c (json, '[');
      for (guint k = 0; k < ranked->len; k++)
        {
          g_string_append (json, k ? "," : "");
          fs_json_append_string (json, difference->texts[k]);
        }
      g_string_append (json, "]}");
    }
  g_string_append (json, "]}\n");
  return g_string_free (json, FALSE);
}
