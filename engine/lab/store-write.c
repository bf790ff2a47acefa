/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing runs into the store; see store-file.h. */

#include "engine/base/text.h"
#include "engine/lab/store-private.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/experiment/schema.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/lab-error.h"

/* Epochs whose median is what an epoch takes; as in snapshots. */
#define N_RECENT_EPOCHS 9

#define FNV_PRIME G_GUINT64_CONSTANT (1099511628211)

static gint64
now_seconds (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
bind_text (sqlite3_stmt *statement, int at, const char *text)
{
  sqlite3_bind_text (statement, at, text, -1, SQLITE_TRANSIENT);
}

static void
bind_hash (sqlite3_stmt *statement, int at, guint64 hash)
{
  char text[FS_RUN_ID_SIZE];
  g_snprintf (text, sizeof text, "%016" G_GINT64_MODIFIER "x", hash);
  bind_text (statement, at, text);
}

/* ---- beginning ---- */

static guint64
mix (guint64 hash, guint64 value)
{
  for (int shift = 0; shift < 64; shift += 8)
    hash = (hash ^ (value >> shift & 0xFF)) * FNV_PRIME;
  return hash;
}

static gboolean
is_taken (FsStoreFile *file, const char *id)
{
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "SELECT 1 FROM runs WHERE id = ?", NULL);
  if (!statement)
    return FALSE;
  bind_text (statement, 1, id);
  return sqlite3_step (statement) == SQLITE_ROW;
}

/* The id of the first such run, or of one that repeats it. */
static void
nth_id (const FsRunStart *start, guint64 repetition, char id[FS_RUN_ID_SIZE])
{
  guint64 hash = mix (fs_experiment_hash (start->experiment), start->data_hash);
  if (repetition > 0)
    hash = mix (hash, repetition);
  g_snprintf (id, FS_RUN_ID_SIZE, "%016" G_GINT64_MODIFIER "x", hash);
}

static void
choose_id (FsStoreFile *file, const FsRunStart *start, char id[FS_RUN_ID_SIZE])
{
  guint64 repetition = 0;
  do
    nth_id (start, repetition++, id);
  while (is_taken (file, id));
}

static gboolean
insert_run (FsStoreFile *file, const FsRunStart *start, const char *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = fs_store_prepare (
      file,
      "INSERT INTO runs (id, name, begun, changed, owner, experiment, source, seed, family,"
      " data_hash, baselines, has_validation, n_parameters, state, parent, fork_epoch)"
      " VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'training', ?13, ?14)",
      error);
  if (!statement)
    return FALSE;
  g_autofree char *json = fs_experiment_file_to_json (start->experiment);
  g_autofree char *baselines = fs_store_baselines_to_text (start->baselines);
  bind_text (statement, 1, id);
  bind_text (statement, 2, start->name);
  sqlite3_bind_int64 (statement, 3, now_seconds ());
  bind_text (statement, 4, file->owner);
  bind_text (statement, 5, json);
  bind_text (statement, 6, start->experiment->data.source);
  sqlite3_bind_int64 (statement, 7, start->experiment->train.seed);
  bind_hash (statement, 8, fs_experiment_family (start->experiment, start->data_hash));
  bind_hash (statement, 9, start->data_hash);
  bind_text (statement, 10, baselines);
  sqlite3_bind_int (statement, 11, start->has_validation);
  sqlite3_bind_int64 (statement, 12, start->n_parameters);
  if (start->parent)
    bind_text (statement, 13, start->parent);
  sqlite3_bind_int64 (statement, 14, start->fork_epoch);
  return fs_store_run (file, statement, error);
}

static size_t
count_rows (FsStoreFile *file, gint64 number, const char *sql)
{
  g_autoptr (sqlite3_stmt) statement = fs_store_prepare (file, sql, NULL);
  if (!statement)
    return 0;
  sqlite3_bind_int64 (statement, 1, number);
  return sqlite3_step (statement) == SQLITE_ROW ? (size_t) sqlite3_column_int64 (statement, 0) : 0;
}

size_t
fs_store_count_epochs (FsStoreFile *file, gint64 number)
{
  return count_rows (file, number, "SELECT max (epoch) FROM epochs WHERE run = ?");
}

static gboolean
is_open (FsStoreFile *file, const char *id, const char *owner)
{
  if (g_strcmp0 (owner, file->owner) == 0)
    return g_hash_table_contains (file->open, id);
  return *owner && fs_store_is_alive (file, owner);
}

/* Within the caller's transaction. */
static gboolean
take_over (FsStoreFile *file, const char *id, FsRunWritten *written, GError **error)
{
  g_autoptr (sqlite3_stmt) asked =
      fs_store_prepare (file, "SELECT owner, number FROM runs WHERE id = ?", error);
  if (!asked)
    return FALSE;
  bind_text (asked, 1, id);
  if (sqlite3_step (asked) != SQLITE_ROW)
    {
      g_set_error (error, FS_LAB_ERROR, FS_NOT_FOUND, fs_text ("There is no run %s in the store."),
                   id);
      return FALSE;
    }
  if (is_open (file, id, (const char *) sqlite3_column_text (asked, 0)))
    {
      g_set_error (error, FS_LAB_ERROR, FS_MISMATCH,
                   fs_text ("Run %s is open in another window: go on with it there."), id);
      return FALSE;
    }
  const gint64 number = sqlite3_column_int64 (asked, 1);
  *written = (FsRunWritten){
    .n_epochs = fs_store_count_epochs (file, number),
    .n_events = count_rows (file, number, "SELECT count (*) FROM events WHERE run = ?"),
  };
  g_autoptr (sqlite3_stmt) taken = fs_store_prepare (
      file,
      "UPDATE runs SET owner = ?2, state = 'training', end = 'none', deleted = 0 WHERE id = ?1",
      error);
  if (!taken)
    return FALSE;
  bind_text (taken, 1, id);
  bind_text (taken, 2, file->owner);
  return fs_store_run (file, taken, error);
}

/* The newest run of this experiment and data, if it could go on. */
static gboolean
find_unfinished (FsStoreFile *file, const FsRunStart *start, char id[FS_RUN_ID_SIZE])
{
  g_autoptr (sqlite3_stmt) statement = fs_store_prepare (
      file, "SELECT owner, state = 'finished' AND end <> 'stopped' FROM runs WHERE id = ?", NULL);
  char newest[FS_RUN_ID_SIZE] = "";
  if (!statement)
    return FALSE;
  for (guint64 repetition = 0;; repetition++)
    {
      nth_id (start, repetition, id);
      if (!is_taken (file, id))
        break;
      g_strlcpy (newest, id, sizeof newest);
    }
  bind_text (statement, 1, newest);
  g_strlcpy (id, newest, FS_RUN_ID_SIZE);
  return sqlite3_step (statement) == SQLITE_ROW && sqlite3_column_int (statement, 1) == 0
         && !is_open (file, newest, (const char *) sqlite3_column_text (statement, 0));
}

gboolean
fs_store_file_begin (FsStoreFile *file,
                     const FsRunStart *start,
                     char id[FS_RUN_ID_SIZE],
                     FsRunWritten *written,
                     GError **error)
{
  gboolean is_done;
  if (!fs_store_begin (file, error))
    return FALSE;
  *written = (FsRunWritten){ 0 };
  if (start->resumes && find_unfinished (file, start, id))
    is_done = take_over (file, id, written, error);
  else
    {
      choose_id (file, start, id);
      is_done = insert_run (file, start, id, error);
    }
  if (!fs_store_end (file, is_done, error))
    return FALSE;
  g_hash_table_add (file->open, g_strdup (id));
  return TRUE;
}

gboolean
fs_store_file_reopen (FsStoreFile *file, const char *id, FsRunWritten *written, GError **error)
{
  if (!fs_store_begin (file, error)
      || !fs_store_end (file, take_over (file, id, written, error), error))
    return FALSE;
  g_hash_table_add (file->open, g_strdup (id));
  return TRUE;
}

void
fs_store_file_release (FsStoreFile *file, const char *id)
{
  g_hash_table_remove (file->open, id);
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "UPDATE runs SET owner = '' WHERE id = ?1 AND owner = ?2", NULL);
  if (!statement)
    return;
  bind_text (statement, 1, id);
  bind_text (statement, 2, file->owner);
  fs_store_run (file, statement, NULL);
}

/* ---- while it goes on ---- */

static double
field (const FsObservation *observation, int column)
{
  double value;
  memcpy (&value, (const char *) observation + fs_epoch_columns[column].offset, sizeof value);
  return value;
}

static double
seconds_of (const FsRunStand *stand, size_t index)
{
  return index < stand->n_seconds ? stand->epoch_seconds[index] : NAN;
}

/* Whether the file has this epoch, with another loss. */
static gboolean
differs_from_stored (FsStoreFile *file, gint64 number, const FsObservation *observation)
{
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "SELECT train_loss FROM epochs WHERE run = ? AND epoch = ?", NULL);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int64 (statement, 2, observation->epoch);
  return sqlite3_step (statement) == SQLITE_ROW
         && sqlite3_column_double (statement, 0) != observation->train_loss;
}

static gboolean
drop_epochs_after (FsStoreFile *file, gint64 number, guint32 epoch, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "DELETE FROM epochs WHERE run = ? AND epoch > ?", error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int64 (statement, 2, epoch);
  return fs_store_run (file, statement, error);
}

static gboolean
put_epoch (FsStoreFile *file, gint64 number, const FsRunStand *stand, size_t index, GError **error)
{
  const FsObservation *observation = &stand->history->observations[index];
  sqlite3_stmt *statement = fs_store_statement (file, FS_STORE_PUT_EPOCH, error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int64 (statement, 2, observation->epoch);
  /* SQLite writes NaN as NULL, which is read back as NaN. */
  sqlite3_bind_double (statement, 3, seconds_of (stand, index));
  for (int i = 0; i < fs_n_epoch_columns; i++)
    sqlite3_bind_double (statement, 4 + i, field (observation, i));
  return fs_store_run (file, statement, error);
}

static gboolean
put_events (FsStoreFile *file, gint64 number, const FsHistory *history, size_t from, GError **error)
{
  for (size_t i = from; i < history->n_events; i++)
    {
      const FsEvent *event = &history->events[i];
      sqlite3_stmt *statement = fs_store_statement (file, FS_STORE_PUT_EVENT, error);
      if (!statement)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, number);
      sqlite3_bind_int64 (statement, 2, (gint64) i);
      sqlite3_bind_int (statement, 3, (int) event->kind);
      sqlite3_bind_int64 (statement, 4, event->epoch);
      bind_text (statement, 5, event->text);
      if (!fs_store_run (file, statement, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_doubles (const void *left, const void *right)
{
  const double a = *(const double *) left, b = *(const double *) right;
  return (a > b) - (a < b);
}

static double
median_seconds (const FsRunStand *stand)
{
  double recent[N_RECENT_EPOCHS];
  size_t n = 0;
  for (size_t i = stand->history->n_observations; i-- > 0 && n < N_RECENT_EPOCHS;)
    if (!isnan (seconds_of (stand, i)))
      recent[n++] = seconds_of (stand, i);
  if (n == 0)
    return NAN;
  qsort (recent, n, sizeof recent[0], compare_doubles);
  return recent[n / 2];
}

static const char *
state_word (FsRunState state)
{
  if (state == FS_RUN_TRAINING)
    return "training";
  return state == FS_RUN_FINISHED ? "finished" : "paused";
}

static gboolean
put_state (FsStoreFile *file, gint64 number, FsRunState state, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "UPDATE runs SET changed = ?2, state = ?3 WHERE number = ?1", error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int64 (statement, 2, now_seconds ());
  bind_text (statement, 3, state_word (state));
  return fs_store_run (file, statement, error);
}

static gboolean
put_stand (FsStoreFile *file, gint64 number, const FsRunStand *stand, GError **error)
{
  const FsHistory *history = stand->history;
  const size_t n = history->n_observations;
  sqlite3_stmt *statement = fs_store_statement (file, FS_STORE_PUT_STAND, error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int64 (statement, 2, now_seconds ());
  bind_text (statement, 3, state_word (stand->state));
  bind_text (statement, 4, fs_end_reason_word (history->end));
  bind_text (statement, 5, history->non_finite_tensor);
  sqlite3_bind_int64 (statement, 6, (gint64) history->non_finite_step);
  sqlite3_bind_int64 (statement, 7, (gint64) n);
  if (n > 0)
    {
      const FsObservation *last = &history->observations[n - 1];
      sqlite3_bind_int64 (statement, 8, history->observations[history->best].epoch);
      sqlite3_bind_double (statement, 9, fs_history_monitored (history, history->best));
      sqlite3_bind_double (statement, 10, last->train_loss);
      sqlite3_bind_double (statement, 11, last->validation_loss);
      sqlite3_bind_double (statement, 12, median_seconds (stand));
    }
  else
    sqlite3_bind_int (statement, 8, 0);
  return fs_store_run (file, statement, error);
}

static gboolean
put_summary (FsStoreFile *file, gint64 number, const FsRunStand *stand, GError **error)
{
  const FsHistory *history = stand->history;
  const FsCase subject = { .history = history,
                           .baselines = stand->baselines,
                           .experiment = stand->experiment,
                           .data = stand->facts };
  const FsVerdict verdict = fs_verdict_judge (&subject);
  FsSpark spark;
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file,
                        "UPDATE runs SET verdict = ?2, tone = ?3, headline = ?4, spark = ?5"
                        " WHERE number = ?1",
                        error);
  if (!statement)
    return FALSE;
  fs_spark_make (&spark, history);
  float points[2 * (FS_SPARK_POINTS + 1)];
  memcpy (points, spark.train, spark.n * sizeof points[0]);
  memcpy (points + spark.n, spark.validation, spark.n * sizeof points[0]);
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int (statement, 2, (int) verdict.kind);
  sqlite3_bind_int (statement, 3, (int) verdict.tone);
  bind_text (statement, 4, verdict.headline);
  sqlite3_bind_blob (statement, 5, points, (int) (2 * spark.n * sizeof points[0]),
                     SQLITE_TRANSIENT);
  return fs_store_run (file, statement, error);
}

void
fs_store_write_again (FsStoreFile *file, const FsRunRecord *record)
{
  const FsRunStand stand = {
    .state = FS_RUN_PAUSED,
    .experiment = &record->experiment,
    .history = &record->history,
    .epoch_seconds = record->epoch_seconds,
    .n_seconds = record->history.n_observations,
    .baselines = &record->baselines,
  };
  const gint64 number = record->summary->number;
  if (fs_store_begin (file, NULL))
    fs_store_end (
        file, put_stand (file, number, &stand, NULL) && put_summary (file, number, &stand, NULL),
        NULL);
}

static gboolean
put_experiment (FsStoreFile *file, gint64 number, const FsExperiment *experiment, GError **error)
{
  g_autofree char *json = fs_experiment_file_to_json (experiment);
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "UPDATE runs SET experiment = ?2 WHERE number = ?1", error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  bind_text (statement, 2, json);
  return fs_store_run (file, statement, error);
}

/* Events are numbered; those of a past that is being lived again are written over, and those beyond go. */
static gboolean
drop_events_from (FsStoreFile *file, gint64 number, size_t from, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      fs_store_prepare (file, "DELETE FROM events WHERE run = ? AND number >= ?", error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, number);
  sqlite3_bind_int64 (statement, 2, (gint64) from);
  return fs_store_run (file, statement, error);
}

/* Of a run that goes on, the file may have more epochs than the state it goes on from. */
static gboolean
write_epochs (FsStoreFile *file,
              gint64 number,
              const FsRunStand *stand,
              size_t from,
              size_t *n_stored,
              GError **error)
{
  const FsHistory *history = stand->history;
  for (size_t i = from; i < history->n_observations; i++)
    {
      const FsObservation *observation = &history->observations[i];
      if (observation->epoch <= *n_stored && differs_from_stored (file, number, observation))
        {
          if (!drop_epochs_after (file, number, observation->epoch, error))
            return FALSE;
          *n_stored = observation->epoch;
        }
      if (!put_epoch (file, number, stand, i, error))
        return FALSE;
    }
  if (stand->state == FS_RUN_FINISHED && *n_stored > history->n_observations)
    {
      *n_stored = history->n_observations;
      return drop_epochs_after (file, number, (guint32) *n_stored, error);
    }
  return TRUE;
}

static gboolean
write_stand (FsStoreFile *file,
             gint64 number,
             const FsRunStand *stand,
             gboolean with_summary,
             FsRunWritten *written,
             GError **error)
{
  const FsHistory *history = stand->history;
  size_t n_stored = fs_store_count_epochs (file, number);
  if (!write_epochs (file, number, stand, MIN (written->n_epochs, history->n_observations),
                     &n_stored, error))
    return FALSE;
  if (history->n_events < written->n_events
      && !drop_events_from (file, number, history->n_events, error))
    return FALSE;
  if (!put_events (file, number, history, MIN (written->n_events, history->n_events), error))
    return FALSE;
  written->n_epochs = history->n_observations;
  written->n_events = history->n_events;
  if (!with_summary)
    return TRUE;

  const guint64 settings = fs_experiment_hash (stand->experiment);
  if (settings != written->experiment && !put_experiment (file, number, stand->experiment, error))
    return FALSE;
  written->experiment = settings;
  /* While a past is lived again, the row goes on telling of the whole of it. */
  if (history->n_observations < n_stored)
    return put_state (file, number, stand->state, error);
  return put_stand (file, number, stand, error) && put_summary (file, number, stand, error);
}

gboolean
fs_store_file_write (FsStoreFile *file,
                     const char *id,
                     const FsRunStand *stand,
                     gboolean with_summary,
                     FsRunWritten *written,
                     GError **error)
{
  FsRunWritten after = *written;
  if (!fs_store_begin (file, error))
    return FALSE;
  const gint64 number = fs_store_number (file, id, error);
  const gboolean is_done =
      number > 0 && write_stand (file, number, stand, with_summary, &after, error);
  if (!fs_store_end (file, is_done, error))
    return FALSE;
  *written = after;
  return TRUE;
}

/* ---- what people say of a run ---- */

static sqlite3_stmt *
prepare_change (FsStoreFile *file, const char *id, const char *sql, GError **error)
{
  if (file->is_read_only)
    {
      fs_store_begin (file, error); /* for its sentence */
      return NULL;
    }
  if (fs_store_number (file, id, error) == 0)
    return NULL;
  sqlite3_stmt *statement = fs_store_prepare (file, sql, error);
  if (statement)
    bind_text (statement, 1, id);
  return statement;
}

gboolean
fs_store_file_rename (FsStoreFile *file, const char *id, const char *name, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      prepare_change (file, id, "UPDATE runs SET name = ?2 WHERE id = ?1", error);
  if (statement)
    bind_text (statement, 2, name);
  return statement && fs_store_run (file, statement, error);
}

gboolean
fs_store_file_set_note (FsStoreFile *file, const char *id, const char *note, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      prepare_change (file, id, "UPDATE runs SET note = ?2 WHERE id = ?1", error);
  if (statement)
    bind_text (statement, 2, note);
  return statement && fs_store_run (file, statement, error);
}

gboolean
fs_store_file_set_pinned (FsStoreFile *file, const char *id, gboolean pinned, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      prepare_change (file, id, "UPDATE runs SET pinned = ?2 WHERE id = ?1", error);
  if (statement)
    sqlite3_bind_int (statement, 2, pinned);
  return statement && fs_store_run (file, statement, error);
}

gboolean
fs_store_file_set_deleted (FsStoreFile *file, const char *id, gboolean deleted, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      prepare_change (file, id, "UPDATE runs SET deleted = ?2 WHERE id = ?1", error);
  if (statement)
    sqlite3_bind_int64 (statement, 2, deleted ? now_seconds () : 0);
  return statement && fs_store_run (file, statement, error);
}
