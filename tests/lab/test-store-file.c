/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file of the store: what is written is read back to the bit, whoever opens it, whatever became of
 * who wrote it; older files are brought up to date; and files that cannot be used are a sentence. */

#include "tests/lab/store-fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include "engine/lab/experiment-file.h"
#include "engine/lab/lab-error.h"

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GError) error = NULL;
  FsExperiment experiment = small_experiment (40);
  const FsBaselines baselines = { .parts = { { 0.1, 1.0 / 3, 3, 4 }, { 5, 6, NAN, 8 } },
                                  .season = 12 };
  const double seconds[] = { 0.5, 0.25, 0.125, 4 };
  const FsRunStart start = { .experiment = &experiment,
                             .data_hash = 7,
                             .baselines = &baselines,
                             .has_validation = TRUE,
                             .n_parameters = 1234,
                             .name = "Größe → 2",
                             .parent = "0123456789abcdef",
                             .fork_epoch = 9 };
  char id[FS_RUN_ID_SIZE];
  FsRunWritten written;
  FsHistory history;
  make_up_history (&history, 4);
  fs_history_add_event (&history, FS_EVENT_LEARNING_RATE, 2, "rate 0.01 → 0.005");
  fs_history_add_event (&history, FS_EVENT_SETTING, 3, "dropout 0 → 0.3");
  history.end = FS_END_NON_FINITE;
  g_strlcpy (history.non_finite_tensor, "layers.0.weight_ih_l0", sizeof history.non_finite_tensor);
  history.non_finite_step = 77;
  const FsRunStand stand = { .state = FS_RUN_FINISHED,
                             .experiment = &experiment,
                             .history = &history,
                             .epoch_seconds = seconds,
                             .n_seconds = 4,
                             .baselines = &baselines };
  g_assert_true (fs_store_file_begin (file, &start, id, &written, &error));
  g_assert_true (fs_store_file_write (file, id, &stand, TRUE, &written, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (written.n_epochs, ==, 4);
  g_assert_cmpuint (written.n_events, ==, 2);
  fs_store_file_release (file, id);

  g_autoptr (FsRunRecord) record = fs_store_file_load (file, id, &error);
  g_assert_no_error (error);
  assert_same_history (&record->history, &history);
  g_assert_cmpuint (record->history.n_events, ==, 2);
  g_assert_cmpstr (record->history.events[1].text, ==, "dropout 0 → 0.3");
  g_assert_cmpint (record->history.events[1].kind, ==, FS_EVENT_SETTING);
  g_assert_cmpuint (record->history.events[1].epoch, ==, 3);
  g_assert_cmpuint (record->history.best, ==, history.best);
  g_assert_cmpint (record->history.end, ==, FS_END_NON_FINITE);
  g_assert_cmpstr (record->history.non_finite_tensor, ==, "layers.0.weight_ih_l0");
  g_assert_cmpuint (record->history.non_finite_step, ==, 77);
  g_assert_cmpmem (record->epoch_seconds, sizeof seconds, seconds, sizeof seconds);
  g_assert_cmpuint (fs_experiment_compare (&record->experiment, &experiment, NULL, NULL), ==, 0);
  g_assert_cmpfloat (record->baselines.parts[0].persistence, ==, 1.0 / 3);
  g_assert_true (isnan (record->baselines.parts[1].seasonal_naive));
  g_assert_cmpuint (record->baselines.season, ==, 12);

  const FsRunSummary *summary = record->summary;
  g_assert_cmpstr (summary->name, ==, "Größe → 2");
  g_assert_cmpint (summary->state, ==, FS_STORED_FINISHED);
  g_assert_cmpint (summary->end, ==, FS_END_NON_FINITE);
  g_assert_cmpuint (summary->n_epochs, ==, 4);
  g_assert_cmpuint (summary->best_epoch, ==, 4);
  g_assert_cmpfloat (summary->best_loss, ==, 0.7 / 4);
  g_assert_cmpfloat (summary->epoch_seconds, ==, 0.5);
  g_assert_cmpint (summary->n_parameters, ==, 1234);
  g_assert_cmpstr (summary->parent, ==, "0123456789abcdef");
  g_assert_cmpuint (summary->fork_epoch, ==, 9);
  g_assert_cmpint (summary->verdict, ==, FS_VERDICT_DIVERGED);
  g_assert_cmpuint (summary->spark.n, ==, 4);
  g_assert_cmpfloat (summary->spark.train[3], ==, (float) (1.0 / 3.0 / 4));
  g_assert_true (isnan (summary->spark.validation[1]));
  fs_history_clear (&history);
}

/* The id names experiment and data; a repetition gets one of its own; live settings that were moved
 * are in the record. */
static void
test_ids (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GError) error = NULL;
  FsExperiment experiment = small_experiment (5), other = experiment;
  char first[FS_RUN_ID_SIZE], again[FS_RUN_ID_SIZE], third[FS_RUN_ID_SIZE];
  enter_run (file, &experiment, 1, FS_RUN_FINISHED, first);
  enter_run (file, &experiment, 1, FS_RUN_FINISHED, again);
  other.train.seed = 2;
  enter_run (file, &other, 1, FS_RUN_FINISHED, third);
  g_assert_cmpstr (first, !=, again);
  g_assert_cmpstr (first, !=, third);
  g_autoptr (GPtrArray) list = fs_store_file_list (file, FALSE, &error);
  g_assert_cmpuint (list->len, ==, 3);
  const FsRunSummary *a = list->pdata[0], *b = list->pdata[2];
  g_assert_cmpuint (a->family, ==, b->family); /* seeds of one experiment */
  g_assert_cmpint (b->seed, ==, 2);

  g_autofree char *found = fs_store_file_find (file, first, &error);
  g_assert_cmpstr (found, ==, first);
  char digits[8];
  g_strlcpy (digits, third, sizeof digits);
  g_autofree char *by_digits = fs_store_file_find (file, digits, &error);
  g_assert_cmpstr (by_digits, ==, third);
  g_assert_null (fs_store_file_find (file, "zz", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (fs_store_file_find (file, "", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
}

static FsStoredState
state_seen (FsStoreFile *file, const char *id, gboolean *is_elsewhere)
{
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, id, NULL);
  *is_elsewhere = record->summary->is_elsewhere;
  return record->summary->state;
}

/* Two programs; one ends without a word, as by kill -9: its lock goes with it, and nothing else does. */
static void
test_two_programs (Fixture *fixture, gconstpointer data)
{
  FsStoreFile *theirs = open_store (fixture);
  g_autoptr (FsStoreFile) ours = open_store (fixture);
  g_autoptr (GError) error = NULL;
  FsExperiment experiment = small_experiment (5);
  char id[FS_RUN_ID_SIZE];
  gboolean is_elsewhere;
  FsRunWritten written;
  enter_run (theirs, &experiment, 3, FS_RUN_TRAINING, id);
  g_assert_cmpint (state_seen (ours, id, &is_elsewhere), ==, FS_STORED_TRAINING);
  g_assert_true (is_elsewhere);
  g_assert_cmpint (state_seen (theirs, id, &is_elsewhere), ==, FS_STORED_TRAINING);
  g_assert_false (is_elsewhere);
  g_assert_false (fs_store_file_reopen (ours, id, &written, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_MISMATCH);
  g_clear_error (&error);
  g_assert_false (fs_store_file_reopen (theirs, id, &written, &error)); /* nor twice in one */
  g_clear_error (&error);

  fs_store_file_close (theirs);
  g_assert_cmpint (state_seen (ours, id, &is_elsewhere), ==, FS_STORED_INTERRUPTED);
  g_assert_false (is_elsewhere);
  g_assert_true (fs_store_file_reopen (ours, id, &written, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (written.n_epochs, ==, 3);
}

static void
write_epochs (FsStoreFile *file,
              const char *id,
              const FsExperiment *experiment,
              const FsHistory *history,
              FsRunState state,
              FsRunWritten *written)
{
  g_autoptr (GError) error = NULL;
  static const FsBaselines baselines = { .season = 0 };
  const FsRunStand stand = {
    .state = state, .experiment = experiment, .history = history, .baselines = &baselines
  };
  g_assert_true (fs_store_file_write (file, id, &stand, TRUE, written, &error));
  g_assert_no_error (error);
}

static guint32
count_loaded (FsStoreFile *file, const char *id)
{
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, id, NULL);
  return (guint32) record->history.n_observations;
}

/* A run that goes on from a state older than its record lives some epochs again. While they are the
 * same, nothing that was known is lost; where they differ, the rest was another future. */
static void
test_living_again (Fixture *fixture, gconstpointer data)
{
  FsStoreFile *theirs = open_store (fixture);
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GError) error = NULL;
  FsExperiment experiment = small_experiment (50);
  FsRunWritten written;
  FsHistory history;
  char id[FS_RUN_ID_SIZE];
  enter_run (theirs, &experiment, 10, FS_RUN_TRAINING, id);
  fs_store_file_close (theirs);
  g_assert_true (fs_store_file_reopen (file, id, &written, &error));

  make_up_history (&history, 6); /* the state was of epoch 6 */
  write_epochs (file, id, &experiment, &history, FS_RUN_TRAINING, &written);
  g_assert_cmpuint (count_loaded (file, id), ==, 10);
  FsObservation next = made_up_observation (7);
  fs_history_append (&history, &next);
  write_epochs (file, id, &experiment, &history, FS_RUN_PAUSED, &written);
  g_assert_cmpuint (count_loaded (file, id), ==, 10);
  next = made_up_observation (8);
  next.train_loss = 42;
  fs_history_append (&history, &next);
  write_epochs (file, id, &experiment, &history, FS_RUN_TRAINING, &written);
  g_assert_cmpuint (count_loaded (file, id), ==, 8);
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, id, NULL);
  g_assert_cmpfloat (record->history.observations[7].train_loss, ==, 42);
  fs_history_clear (&history);
}

/* Stopped before it came to where it had been: the rest is no part of it any more. */
static void
test_ending_early (Fixture *fixture, gconstpointer data)
{
  FsStoreFile *theirs = open_store (fixture);
  g_autoptr (FsStoreFile) file = open_store (fixture);
  FsExperiment experiment = small_experiment (50);
  FsRunWritten written;
  FsHistory history;
  char id[FS_RUN_ID_SIZE];
  enter_run (theirs, &experiment, 10, FS_RUN_TRAINING, id);
  fs_store_file_close (theirs);
  g_assert_true (fs_store_file_reopen (file, id, &written, NULL));
  make_up_history (&history, 6);
  history.end = FS_END_STOPPED;
  write_epochs (file, id, &experiment, &history, FS_RUN_FINISHED, &written);
  g_assert_cmpuint (count_loaded (file, id), ==, 6);
  fs_store_file_release (file, id);
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, id, NULL);
  g_assert_cmpuint (record->summary->n_epochs, ==, 6);
  g_assert_true (fs_run_summary_can_continue (record->summary)); /* a stop can be taken back */
  fs_history_clear (&history);
}

/* Killed between two summaries: the list knows the epochs all the same. */
static void
test_summed_up_again (Fixture *fixture, gconstpointer data)
{
  FsStoreFile *theirs = open_store (fixture);
  g_autoptr (FsStoreFile) file = open_store (fixture);
  FsExperiment experiment = small_experiment (50);
  char id[FS_RUN_ID_SIZE];
  enter_run (theirs, &experiment, 5, FS_RUN_TRAINING, id);
  FsHistory history;
  FsRunWritten written = { .n_epochs = 5 };
  static const FsBaselines baselines = { .season = 0 };
  make_up_history (&history, 9);
  const FsRunStand stand = { .state = FS_RUN_TRAINING,
                             .experiment = &experiment,
                             .history = &history,
                             .baselines = &baselines };
  g_assert_true (fs_store_file_write (theirs, id, &stand, FALSE, &written, NULL));
  fs_store_file_close (theirs);
  for (int time = 0; time < 2; time++)
    {
      g_autoptr (GPtrArray) list = fs_store_file_list (file, FALSE, NULL);
      const FsRunSummary *summary = list->pdata[0];
      g_assert_cmpuint (summary->n_epochs, ==, 9);
      g_assert_cmpuint (summary->best_epoch, ==, 9);
      g_assert_cmpuint (summary->spark.n, ==, 9);
      g_assert_cmpint (summary->state, ==, FS_STORED_INTERRUPTED);
    }
  fs_history_clear (&history);
}

static void
test_names_notes_deletion (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GError) error = NULL;
  FsExperiment experiment = small_experiment (5);
  char id[FS_RUN_ID_SIZE];
  enter_run (file, &experiment, 1, FS_RUN_FINISHED, id);
  g_assert_true (fs_store_file_rename (file, id, "It's “good”; DROP TABLE runs", &error));
  g_assert_true (fs_store_file_set_note (file, id, "two\nlines", &error));
  g_assert_true (fs_store_file_set_pinned (file, id, TRUE, &error));
  g_assert_no_error (error);
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, id, &error);
  g_assert_cmpstr (record->summary->name, ==, "It's “good”; DROP TABLE runs");
  g_assert_cmpstr (record->summary->note, ==, "two\nlines");
  g_assert_true (record->summary->is_pinned);

  g_assert_true (fs_store_file_set_deleted (file, id, TRUE, &error));
  g_autoptr (GPtrArray) none = fs_store_file_list (file, FALSE, &error);
  g_autoptr (GPtrArray) gone = fs_store_file_list (file, TRUE, &error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (gone->len, ==, 1);
  g_assert_true (fs_store_file_set_deleted (file, id, FALSE, &error));
  g_autoptr (GPtrArray) back = fs_store_file_list (file, FALSE, &error);
  g_assert_cmpuint (back->len, ==, 1);
  g_assert_false (fs_store_file_rename (file, "0000000000000000", "x", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
}

/* ---- files of other times and in other states ---- */

static void
execute (Fixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->folder, "runs.db", NULL);
  sqlite3 *db = NULL;
  char *message = NULL;
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s", message);
  sqlite3_close (db);
}

/* A file as the first version wrote it. */
static void
test_first_version (Fixture *fixture, gconstpointer data)
{
  FsExperiment experiment = small_experiment (5);
  g_autofree char *json = fs_experiment_file_to_json (&experiment);
  g_autofree char *insert = g_strdup_printf (
      "INSERT INTO runs (id, name, begun, changed, owner, experiment, source, seed, family,"
      " data_hash, baselines, has_validation, n_parameters, state, n_epochs) VALUES"
      " ('00000000000000ab', 'Old', 1, 2, '', '%s', 'builtin:nile', 1, 'ff', 'ee', '', 1, 10,"
      " 'finished', 1)",
      json);
  execute (
      fixture,
      "CREATE TABLE runs (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
      " name TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', pinned INTEGER NOT NULL DEFAULT 0,"
      " deleted INTEGER NOT NULL DEFAULT 0, begun INTEGER NOT NULL, changed INTEGER NOT NULL,"
      " owner TEXT NOT NULL, experiment TEXT NOT NULL, source TEXT NOT NULL,"
      " seed INTEGER NOT NULL, family TEXT NOT NULL, data_hash TEXT NOT NULL,"
      " baselines TEXT NOT NULL, has_validation INTEGER NOT NULL,"
      " n_parameters INTEGER NOT NULL, state TEXT NOT NULL, end TEXT NOT NULL DEFAULT 'none',"
      " non_finite_tensor TEXT NOT NULL DEFAULT '', non_finite_step INTEGER NOT NULL DEFAULT 0,"
      " n_epochs INTEGER NOT NULL DEFAULT 0, best_epoch INTEGER NOT NULL DEFAULT 0,"
      " best_loss REAL, train_loss REAL, validation_loss REAL, epoch_seconds REAL,"
      " verdict INTEGER NOT NULL DEFAULT 0, tone INTEGER NOT NULL DEFAULT 0,"
      " headline TEXT NOT NULL DEFAULT '', spark BLOB);"
      "CREATE TABLE epochs (run INTEGER NOT NULL, epoch INTEGER NOT NULL, train_loss REAL,"
      " running_loss REAL, validation_loss REAL, learning_rate REAL, gradient_norm REAL,"
      " gradient_norm_max REAL, clipped_share REAL, update_ratio REAL, seconds REAL,"
      " PRIMARY KEY (run, epoch)) WITHOUT ROWID;"
      "CREATE TABLE events (run INTEGER NOT NULL, number INTEGER NOT NULL,"
      " kind INTEGER NOT NULL, epoch INTEGER NOT NULL, text TEXT NOT NULL,"
      " PRIMARY KEY (run, number)) WITHOUT ROWID;"
      "PRAGMA user_version=1;");
  execute (fixture, insert);
  execute (fixture, "INSERT INTO epochs VALUES (1, 1, 0.5, 0.6, 0.7, 0.001, 1, 2, 0, 3, 4)");
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, "00000000000000ab", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (record->summary->name, ==, "Old");
  g_assert_null (record->summary->parent);
  g_assert_cmpuint (record->history.n_observations, ==, 1);
  g_assert_cmpfloat (record->history.observations[0].validation_loss, ==, 0.7);
  g_assert_true (isnan (record->history.observations[0].gradient_norm_p90));
  g_assert_cmpfloat (record->epoch_seconds[0], ==, 4);
  char id[FS_RUN_ID_SIZE];
  enter_run (file, &experiment, 3, FS_RUN_FINISHED, id);
  g_assert_cmpuint (count_loaded (file, id), ==, 3);
}

/* Every number of an observation has a column: made_up_observation() sets them all. */
static void
test_columns (Fixture *fixture, gconstpointer data)
{
  const FsObservation observation = made_up_observation (5);
  const double *numbers = (const double *) &observation;
  for (gsize i = 1; i < sizeof observation / sizeof numbers[0]; i++)
    g_assert_cmpfloat (numbers[i], !=, 0);
  g_autoptr (FsStoreFile) file = open_store (fixture);
  FsExperiment experiment = small_experiment (5);
  char id[FS_RUN_ID_SIZE];
  enter_run (file, &experiment, 5, FS_RUN_FINISHED, id);
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, id, NULL);
  assert_same_observation (&record->history.observations[4], &observation);
}

static void
assert_no_store (Fixture *fixture, int code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (fs_store_file_open (fixture->folder, &error));
  g_assert_error (error, FS_LAB_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_nonnull (strstr (error->message, fixture->folder));
}

static void
test_unusable_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "runs.db", NULL);
  execute (fixture, "PRAGMA user_version=1000");
  assert_no_store (fixture, FS_MISMATCH, "newer Fitscope");
  g_assert_true (g_file_set_contents (path,
                                      "This is no database, and long enough to be sure. "
                                      "This is no database, and long enough to be sure.",
                                      -1, NULL));
  assert_no_store (fixture, FS_MALFORMED, "damaged");
  g_remove (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_no_store (fixture, FS_UNREADABLE, "store of runs");
  g_rmdir (path);
  /* A file where the folder should be. */
  g_autofree char *states = g_build_filename (fixture->folder, "states", NULL);
  remove_tree (states);
  g_assert_true (g_file_set_contents (states, "", 0, NULL));
  assert_no_store (fixture, FS_UNREADABLE, "could not be made");
  g_remove (states);
}

/* A page in the middle of a sound file is overwritten. */
static void
test_damaged_page (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "runs.db", NULL);
  FsExperiment experiment = small_experiment (5);
  char id[FS_RUN_ID_SIZE];
  {
    g_autoptr (FsStoreFile) file = open_store (fixture);
    enter_run (file, &experiment, 3, FS_RUN_FINISHED, id);
  }
  g_autofree char *bytes = NULL;
  gsize n_bytes;
  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  memset (bytes + 4096, 0xA5, MIN (n_bytes - 4096, 4 * 4096));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n_bytes, NULL));
  g_autoptr (GError) error = NULL;
  g_autoptr (FsStoreFile) file = fs_store_file_open (fixture->folder, &error);
  g_autoptr (GPtrArray) list = file ? fs_store_file_list (file, FALSE, &error) : NULL;
  g_assert_null (list);
  g_assert_error (error, FS_LAB_ERROR, FS_MALFORMED);
}

/* What may only be read is read. */
static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "runs.db", NULL);
  FsExperiment experiment = small_experiment (5);
  char id[FS_RUN_ID_SIZE];
  {
    g_autoptr (FsStoreFile) file = open_store (fixture);
    enter_run (file, &experiment, 3, FS_RUN_FINISHED, id);
  }
  g_chmod (path, 0400);
  g_chmod (fixture->folder, 0500);
  g_autoptr (GError) error = NULL;
  FsStoreFile *file = fs_store_file_open (fixture->folder, &error);
  g_assert_no_error (error);
  const gboolean is_read_only = fs_store_file_is_read_only (file);
  g_assert_cmpuint (count_loaded (file, id), ==, 3);
  if (is_read_only)
    {
      g_assert_false (fs_store_file_rename (file, id, "x", &error));
      g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
      g_assert_nonnull (strstr (error->message, "may not be written"));
    }
  fs_store_file_close (file);
  g_chmod (fixture->folder, 0700);
  g_chmod (path, 0600);
  if (!is_read_only)
    g_test_message ("permissions do not bind this user: it was opened for writing");
}

/* No room: the run is refused with a sentence, and what was there before is there after. */
static void
test_no_room (Fixture *fixture, gconstpointer data)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  FsExperiment experiment = small_experiment (5);
  char id[FS_RUN_ID_SIZE], second[FS_RUN_ID_SIZE];
  const FsBaselines baselines = { .season = 0 };
  const FsRunStart start = { .experiment = &experiment, .baselines = &baselines, .name = "x" };
  FsRunWritten written;
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GError) error = NULL;
  enter_run (file, &experiment, 3, FS_RUN_FINISHED, id);
  signal (SIGXFSZ, SIG_IGN);
  struct rlimit limit = { 0 };
  getrlimit (RLIMIT_FSIZE, &limit);
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = 4096;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  const gboolean is_entered = fs_store_file_begin (file, &start, second, &written, &error);
  limit.rlim_cur = before;
  setrlimit (RLIMIT_FSIZE, &limit);
  g_assert_false (is_entered);
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
  g_assert_cmpuint (count_loaded (file, id), ==, 3);
  enter_run (file, &experiment, 2, FS_RUN_FINISHED, second);
  g_assert_cmpuint (count_loaded (file, second), ==, 2);
}

/* Two hundred runs in a list: how long it takes is told, not judged. */
static void
test_two_hundred (Fixture *fixture, gconstpointer data)
{
  FsExperiment experiment = small_experiment (5);
  char id[FS_RUN_ID_SIZE];
  {
    g_autoptr (FsStoreFile) file = open_store (fixture);
    for (int i = 0; i < 200; i++)
      {
        experiment.train.seed = i + 1;
        enter_run (file, &experiment, 60, FS_RUN_FINISHED, id);
      }
  }
  const gint64 begin = g_get_monotonic_time ();
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GPtrArray) list = fs_store_file_list (file, FALSE, NULL);
  const gint64 end = g_get_monotonic_time ();
  g_assert_cmpuint (list->len, ==, 200);
  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (((FsRunSummary *) list->pdata[i])->seed, ==, i + 1);
  g_test_message ("opened and listed 200 runs in %.1f ms", (double) (end - begin) / 1000.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/store-file/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("ids", test_ids);
  ADD ("two-programs", test_two_programs);
  ADD ("living-again", test_living_again);
  ADD ("ending-early", test_ending_early);
  ADD ("summed-up-again", test_summed_up_again);
  ADD ("names-notes-deletion", test_names_notes_deletion);
  ADD ("first-version", test_first_version);
  ADD ("columns", test_columns);
  ADD ("unusable-files", test_unusable_files);
  ADD ("damaged-page", test_damaged_page);
  ADD ("read-only", test_read_only);
  ADD ("no-room", test_no_room);
  ADD ("two-hundred", test_two_hundred);
  return g_test_run ();
}
