/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading runs from the store; see store-file.h. A file that another hand has edited must not bring
 * anything down: numbers are bounded, texts may be missing. */

#include "engine/base/text.h"
#include "engine/lab/store-private.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/lab-error.h"

static const char *
text_at (sqlite3_stmt *row, int at)
{
  const char *text = (const char *) sqlite3_column_text (row, at);
  return text ? text : "";
}

static double
number_at (sqlite3_stmt *row, int at)
{
  return sqlite3_column_type (row, at) == SQLITE_NULL ? NAN : sqlite3_column_double (row, at);
}

gint64
fs_store_number (FsStoreFile *file, const char *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "SELECT number FROM runs WHERE id = ?", error);
  if (!statement)
    return 0;
  sqlite3_bind_text (statement, 1, id, -1, SQLITE_TRANSIENT);
  if (sqlite3_step (statement) == SQLITE_ROW)
    return sqlite3_column_int64 (statement, 0);
  g_set_error (error, FS_LAB_ERROR, FS_NOT_FOUND, fs_text ("There is no run %s in the store."), id);
  return 0;
}

/* ---- baselines ---- */

char *
fs_store_baselines_to_text (const FsBaselines *baselines)
{
  GString *text = g_string_new (NULL);
  char number[FS_NUMBER_SIZE];
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      const FsBaseline *at = &baselines->parts[part];
      const double values[] = { at->mean, at->persistence, at->seasonal_naive, at->ridge };
      for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
        g_string_append_printf (text, "%s ", fs_number_write (values[i], number));
    }
  g_string_append_printf (text, "%" G_GSIZE_FORMAT " %d", (gsize) baselines->season,
                          baselines->is_of_classes);
  for (int part = 0; part < FS_N_PARTS; part++)
    g_string_append_printf (text, " %s",
                            fs_number_write (baselines->parts[part].majority_accuracy, number));
  return g_string_free (text, FALSE);
}

void
fs_store_baselines_from_text (FsBaselines *baselines, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  const guint n = g_strv_length (words);
  guint at = 0;
  memset (baselines, 0, sizeof *baselines);
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      FsBaseline *baseline = &baselines->parts[part];
      double *const values[] = { &baseline->mean, &baseline->persistence, &baseline->seasonal_naive,
                                 &baseline->ridge };
      for (gsize i = 0; i < G_N_ELEMENTS (values); i++, at++)
        if (at >= n || !fs_number_parse (words[at], values[i]))
          *values[i] = NAN;
    }
  int64_t season = 0;
  if (at < n && fs_number_parse_integer (words[at], &season) && season > 0)
    baselines->season = (size_t) season;
  baselines->is_of_classes = ++at < n && strcmp (words[at], "1") == 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    if (++at >= n || !fs_number_parse (words[at], &baselines->parts[part].majority_accuracy))
      baselines->parts[part].majority_accuracy = NAN;
}

/* ---- summaries ---- */

#define SUMMARY_COLUMNS                                                                         \
  "id, number, name, note, source, pinned, deleted, begun, owner, state, end, has_validation,"  \
  " n_epochs, best_epoch, best_loss, train_loss, validation_loss, epoch_seconds, n_parameters," \
  " seed, family, parent, fork_epoch, verdict, tone, headline, spark"
#define N_SUMMARY_COLUMNS 27

static FsEndReason
end_of (const char *word)
{
  for (FsEndReason end = FS_END_NONE; end <= FS_END_NON_FINITE; end++)
    if (g_str_equal (word, fs_end_reason_word (end)))
      return end;
  return FS_END_NONE;
}

static void
read_state (FsStoreFile *file, FsRunSummary *summary, const char *owner, const char *state)
{
  const gboolean is_mine = g_strcmp0 (owner, file->owner) == 0;
  summary->is_elsewhere = !is_mine && *owner && fs_store_is_alive (file, owner);
  const gboolean is_open =
      summary->is_elsewhere || (is_mine && g_hash_table_contains (file->open, summary->id));
  if (g_str_equal (state, "finished"))
    summary->state = FS_STORED_FINISHED;
  else if (!is_open)
    summary->state = FS_STORED_INTERRUPTED;
  else
    summary->state = g_str_equal (state, "training") ? FS_STORED_TRAINING : FS_STORED_PAUSED;
}

static void
read_spark (FsSpark *spark, const float *points, int n_bytes)
{
  const int n = n_bytes / (int) (2 * sizeof points[0]);
  if (!points || n > FS_SPARK_POINTS + 1)
    return;
  spark->n = (guint8) n;
  memcpy (spark->train, points, (gsize) n * sizeof points[0]);
  memcpy (spark->validation, points + n, (gsize) n * sizeof points[0]);
}

static FsRunSummary *
read_summary (FsStoreFile *file, sqlite3_stmt *row)
{
  FsRunSummary *summary = g_new0 (FsRunSummary, 1);
  g_strlcpy (summary->id, text_at (row, 0), sizeof summary->id);
  summary->number = sqlite3_column_int64 (row, 1);
  summary->name = g_utf8_make_valid (text_at (row, 2), -1);
  summary->note = g_utf8_make_valid (text_at (row, 3), -1);
  summary->source = g_utf8_make_valid (text_at (row, 4), -1);
  summary->is_pinned = sqlite3_column_int (row, 5) != 0;
  summary->is_deleted = sqlite3_column_int64 (row, 6) != 0;
  summary->begun = sqlite3_column_int64 (row, 7);
  read_state (file, summary, text_at (row, 8), text_at (row, 9));
  summary->end = end_of (text_at (row, 10));
  summary->has_validation = sqlite3_column_int (row, 11) != 0;
  summary->n_epochs = (guint32) CLAMP (sqlite3_column_int64 (row, 12), 0, G_MAXUINT32);
  summary->best_epoch = (guint32) CLAMP (sqlite3_column_int64 (row, 13), 0, G_MAXUINT32);
  summary->best_loss = number_at (row, 14);
  summary->train_loss = number_at (row, 15);
  summary->validation_loss = number_at (row, 16);
  summary->epoch_seconds = number_at (row, 17);
  summary->n_parameters = sqlite3_column_int64 (row, 18);
  summary->seed = sqlite3_column_int64 (row, 19);
  summary->family = g_ascii_strtoull (text_at (row, 20), NULL, 16);
  summary->parent = *text_at (row, 21) ? g_strdup (text_at (row, 21)) : NULL;
  summary->fork_epoch = (guint32) CLAMP (sqlite3_column_int64 (row, 22), 0, G_MAXUINT32);
  summary->verdict = (FsVerdictKind) CLAMP (sqlite3_column_int (row, 23), 0, FS_N_VERDICTS - 1);
  summary->tone = (FsTone) CLAMP (sqlite3_column_int (row, 24), 0, FS_TONE_BAD);
  summary->headline = g_utf8_make_valid (text_at (row, 25), -1);
  read_spark (&summary->spark, sqlite3_column_blob (row, 26), sqlite3_column_bytes (row, 26));
  return summary;
}

/* A program that was killed had no time to sum up its last epochs. */
static void
sum_up_again (FsStoreFile *file, FsRunSummary *summary)
{
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, summary->id, NULL);
  if (!record)
    return;
  const FsHistory *history = &record->history;
  const size_t n = history->n_observations;
  const FsCase subject = { .history = history,
                           .baselines = &record->baselines,
                           .experiment = &record->experiment };
  const FsVerdict verdict = fs_verdict_judge (&subject);
  summary->verdict = verdict.kind;
  summary->tone = verdict.tone;
  g_free (summary->headline);
  summary->headline = g_strdup (verdict.headline);
  fs_spark_make (&summary->spark, history);
  summary->n_epochs = (guint32) n;
  if (n == 0)
    return;
  summary->best_epoch = history->observations[history->best].epoch;
  summary->best_loss = fs_history_monitored (history, history->best);
  summary->train_loss = history->observations[n - 1].train_loss;
  summary->validation_loss = history->observations[n - 1].validation_loss;
  if (!file->is_read_only && !summary->is_elsewhere)
    fs_store_write_again (file, record);
}

/* Where the row may be behind its epochs: the run was killed. */
static gboolean
is_behind (FsStoreFile *file, const FsRunSummary *summary)
{
  return summary->state == FS_STORED_INTERRUPTED
         && fs_store_count_epochs (file, summary->number) != summary->n_epochs;
}

GPtrArray *
fs_store_file_list (FsStoreFile *file, gboolean deleted, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = fs_store_prepare (
      file,
      deleted ? "SELECT " SUMMARY_COLUMNS " FROM runs WHERE deleted > 0 ORDER BY number"
              : "SELECT " SUMMARY_COLUMNS " FROM runs WHERE deleted = 0 ORDER BY number",
      error);
  if (!statement)
    return NULL;
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) fs_run_summary_free);
  g_autoptr (GPtrArray) behind = g_ptr_array_new ();
  int code;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      FsRunSummary *summary = read_summary (file, statement);
      g_ptr_array_add (list, summary);
      if (is_behind (file, summary))
        g_ptr_array_add (behind, summary);
    }
  if (code != SQLITE_DONE)
    {
      fs_store_fail (file, error);
      return NULL;
    }
  for (guint i = 0; i < behind->len; i++)
    sum_up_again (file, behind->pdata[i]);
  return g_steal_pointer (&list);
}

/* ---- records ---- */

static gboolean
read_epochs (FsStoreFile *file, FsRunRecord *record, GError **error)
{
  g_autofree char *columns = fs_store_epoch_columns ();
  g_autofree char *sql =
      g_strdup_printf ("SELECT %s FROM epochs WHERE run = ? ORDER BY epoch", columns);
  g_autoptr (sqlite3_stmt) statement = fs_store_prepare (file, sql, error);
  if (!statement)
    return FALSE;
  g_autoptr (GArray) seconds = g_array_new (FALSE, FALSE, sizeof (double));
  sqlite3_bind_int64 (statement, 1, record->summary->number);
  int code;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      FsObservation observation = { .epoch = (uint32_t) sqlite3_column_int64 (statement, 0) };
      const double took = number_at (statement, 1);
      for (int i = 0; i < fs_n_epoch_columns; i++)
        {
          const double value = number_at (statement, 2 + i);
          memcpy ((char *) &observation + fs_epoch_columns[i].offset, &value, sizeof value);
        }
      /* A gap in the epochs, which no Fitscope leaves, ends the history there. */
      if (observation.epoch != record->history.n_observations + 1)
        break;
      if (fs_history_append (&record->history, &observation) != FS_OK)
        {
          g_set_error_literal (error, FS_LAB_ERROR, FS_OUT_OF_MEMORY,
                               fs_text ("Not enough memory."));
          return FALSE;
        }
      g_array_append_val (seconds, took);
    }
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    return fs_store_fail (file, error);
  record->epoch_seconds = (double *) g_array_free (g_steal_pointer (&seconds), FALSE);
  return TRUE;
}

static gboolean
read_events (FsStoreFile *file, FsRunRecord *record, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = fs_store_prepare (
      file, "SELECT kind, epoch, text FROM events WHERE run = ? ORDER BY number", error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, record->summary->number);
  while (sqlite3_step (statement) == SQLITE_ROW)
    fs_history_add_event (&record->history, (FsEventKind) sqlite3_column_int (statement, 0),
                          (uint32_t) sqlite3_column_int64 (statement, 1), text_at (statement, 2));
  return TRUE;
}

FsRunRecord *
fs_store_file_load (FsStoreFile *file, const char *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file,
                        "SELECT " SUMMARY_COLUMNS ", experiment, baselines, non_finite_tensor,"
                        " non_finite_step FROM runs WHERE id = ?",
                        error);
  if (!statement)
    return NULL;
  sqlite3_bind_text (statement, 1, id, -1, SQLITE_TRANSIENT);
  const int code = sqlite3_step (statement);
  if (code != SQLITE_ROW)
    {
      if (code == SQLITE_DONE)
        g_set_error (error, FS_LAB_ERROR, FS_NOT_FOUND,
                     fs_text ("There is no run %s in the store."), id);
      else
        fs_store_fail (file, error);
      return NULL;
    }
  g_autoptr (FsRunRecord) record = g_new0 (FsRunRecord, 1);
  FsHistory *history = &record->history;
  record->summary = read_summary (file, statement);
  if (!fs_experiment_file_parse (&record->experiment, text_at (statement, N_SUMMARY_COLUMNS), -1,
                                 id, error))
    return NULL;
  fs_store_baselines_from_text (&record->baselines, text_at (statement, N_SUMMARY_COLUMNS + 1));
  history->has_validation = record->summary->has_validation;
  history->has_accuracy = fs_task_is_of_classes (record->experiment.data.task);
  history->min_delta = record->experiment.train.stop.min_delta;
  if (!read_epochs (file, record, error) || !read_events (file, record, error))
    return NULL;
  history->end = record->summary->end;
  g_strlcpy (history->non_finite_tensor, text_at (statement, N_SUMMARY_COLUMNS + 2),
             sizeof history->non_finite_tensor);
  history->non_finite_step = (uint64_t) sqlite3_column_int64 (statement, N_SUMMARY_COLUMNS + 3);
  return g_steal_pointer (&record);
}

char *
fs_store_file_find (FsStoreFile *file, const char *digits, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = fs_store_prepare (
      file, "SELECT id FROM runs WHERE substr (id, 1, length (?1)) = ?1 ORDER BY number LIMIT 2",
      error);
  if (!statement)
    return NULL;
  g_autofree char *lower = g_ascii_strdown (digits, -1);
  sqlite3_bind_text (statement, 1, lower, -1, SQLITE_TRANSIENT);
  if (!*lower || sqlite3_step (statement) != SQLITE_ROW)
    {
      g_set_error (error, FS_LAB_ERROR, FS_NOT_FOUND,
                   fs_text ("There is no run “%s”: fitscope runs list names those that are kept."),
                   digits);
      return NULL;
    }
  g_autofree char *id = g_strdup (text_at (statement, 0));
  if (sqlite3_step (statement) == SQLITE_ROW)
    {
      g_set_error (error, FS_LAB_ERROR, FS_MISMATCH,
                   fs_text ("More than one run begins with “%s”: give more digits."), digits);
      return NULL;
    }
  return g_steal_pointer (&id);
}
