/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The store's thread and runs that are recorded through it: what a run tells is what the store has,
 * an interrupted run goes on with the same numbers, and a store in trouble stops nobody. */

#include "tests/lab/store-fixture.h"

#include "engine/lab/lab-error.h"

/* So many that a pause comes before the end, at a fraction of a ms each. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define MANY_EPOCHS 300
#else
#define MANY_EPOCHS 3000
#endif

/* ---- jobs ---- */

typedef struct
{
  GThread *owner;
  GString *order;
  guint n_done;
} Log;

typedef struct
{
  Log *log;
  char letter;
} LogJob;

static void
work_cb (FsStoreFile *file, const GError *trouble, void *data)
{
  LogJob *job = data;
  g_assert_nonnull (file);
  g_assert_null (trouble);
  g_assert_true (g_thread_self () != job->log->owner);
  g_string_append_c (job->log->order, job->letter);
}

static void
done_cb (void *data)
{
  LogJob *job = data;
  g_assert_true (g_thread_self () == job->log->owner);
  job->log->n_done++;
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  FsStore *store = fs_store_new (fixture->folder);
  Log log = { .owner = g_thread_self (), .order = g_string_new (NULL) };
  LogJob jobs[26];
  for (int i = 0; i < 26; i++)
    {
      jobs[i] = (LogJob){ &log, (char) ('a' + i) };
      fs_store_do (store, work_cb, done_cb, &jobs[i], NULL);
    }
  fs_store_wait (store);
  g_assert_cmpstr (log.order->str, ==, "abcdefghijklmnopqrstuvwxyz");
  while (log.n_done < 26)
    g_main_context_iteration (NULL, TRUE);
  fs_store_do (store, work_cb, done_cb, &jobs[0], NULL);
  fs_store_close (store); /* does it, and tells nobody */
  g_assert_cmpuint (log.order->len, ==, 27);
  g_assert_cmpuint (log.n_done, ==, 26);
  g_string_free (log.order, TRUE);
}

/* ---- runs ---- */

static FsRun *
recorded_run (FsStore *store, const FsExperiment *experiment, const char *continued)
{
  const FsRunOptions options = {
    .n_threads = 1,
    .recorder = continued ? fs_recorder_new_continued (store, continued)
                          : fs_recorder_new (store, "LSTM 5", NULL, 0),
    .resumes = continued != NULL,
  };
  return fs_run_new_with (experiment, &options);
}

static FsRunRecord *
load (Fixture *fixture, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FsStoreFile) file = open_store (fixture);
  FsRunRecord *record = fs_store_file_load (file, id, &error);
  g_assert_no_error (error);
  return record;
}

static void
test_recorded (Fixture *fixture, gconstpointer data)
{
  FsStore *store = fs_store_new (fixture->folder);
  FsExperiment experiment = small_experiment (30);
  FsRun *run = recorded_run (store, &experiment, NULL);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->id, ==, ""); /* nothing to keep before it trains */
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  const FsSnapshot *snapshot = fs_snapshot_ref (fs_run_snapshot (run));
  g_assert_cmpstr (snapshot->not_kept, ==, "");
  g_assert_cmpuint (strlen (snapshot->id), ==, 16);
  fs_run_free (run);
  fs_store_close (store);

  g_autoptr (FsRunRecord) record = load (fixture, snapshot->id);
  assert_same_history (&record->history, &snapshot->history);
  g_assert_cmpint (record->summary->state, ==, FS_STORED_FINISHED);
  g_assert_cmpint (record->summary->end, ==, FS_END_EPOCHS);
  g_assert_cmpuint (record->summary->n_epochs, ==, 30);
  g_assert_cmpfloat (record->baselines.parts[FS_PART_VALIDATION].persistence, ==,
                     snapshot->baselines.parts[FS_PART_VALIDATION].persistence);
  for (int i = 0; i < 30; i++)
    g_assert_cmpfloat (record->epoch_seconds[i], ==, snapshot->epoch_times[i]);
  g_autoptr (FsSnapshot) again = (FsSnapshot *) fs_run_record_to_snapshot (record);
  assert_same_history (&again->history, &snapshot->history);
  g_assert_cmpint (again->state, ==, FS_RUN_FINISHED);
  fs_snapshot_unref (snapshot);
}

/* A run that trains nothing leaves nothing. */
static void
test_untrained (Fixture *fixture, gconstpointer data)
{
  FsStore *store = fs_store_new (fixture->folder);
  FsExperiment experiment = small_experiment (30);
  FsRun *run = recorded_run (store, &experiment, NULL);
  fs_run_wait (run, NULL, NULL);
  fs_run_free (run);
  fs_store_close (store);
  g_autoptr (FsStoreFile) file = open_store (fixture);
  g_autoptr (GPtrArray) list = fs_store_file_list (file, FALSE, NULL);
  g_assert_cmpuint (list->len, ==, 0);
}

static void
wait_for_epochs (FsRun *run, size_t n)
{
  while (fs_run_snapshot (run)->history.n_observations < n)
    g_main_context_iteration (NULL, TRUE);
}

/* Left in the middle, gone on with by another program: one run, the same numbers as without a break.
 * A setting that was changed on the way counts. */
static void
test_continue (Fixture *fixture, gconstpointer data)
{
  FsExperiment experiment = small_experiment (MANY_EPOCHS);
  FsStore *store = fs_store_new (fixture->folder);
  FsRun *whole = recorded_run (store, &experiment, NULL);
  fs_run_train (whole);
  fs_run_wait (whole, NULL, NULL);

  FsExperiment longer = small_experiment (100000);
  FsRun *run = recorded_run (store, &longer, NULL);
  char id[FS_RUN_ID_SIZE];
  fs_run_train (run);
  wait_for_epochs (run, 7);
  fs_run_set (run, "train.epochs", MANY_EPOCHS);
  fs_run_pause (run);
  fs_run_wait (run, NULL, NULL);
  const size_t n_before = fs_run_snapshot (run)->history.n_observations;
  g_assert_cmpuint (n_before, <, MANY_EPOCHS);
  g_strlcpy (id, fs_run_snapshot (run)->id, sizeof id);
  fs_run_free (run);
  fs_store_close (store);

  g_autoptr (FsRunRecord) left = load (fixture, id);
  g_assert_cmpint (left->summary->state, ==, FS_STORED_INTERRUPTED);
  g_assert_true (fs_run_summary_can_continue (left->summary));
  g_assert_cmpuint (left->history.n_observations, ==, n_before);
  g_assert_cmpint (left->experiment.train.epochs, ==, MANY_EPOCHS);

  store = fs_store_new (fixture->folder);
  run = recorded_run (store, &left->experiment, id);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpuint (fs_run_snapshot (run)->history.n_observations, ==, n_before);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (run)->id, ==, id);
  assert_same_history (&fs_run_snapshot (run)->history, &fs_run_snapshot (whole)->history);
  fs_run_free (run);
  fs_run_free (whole);
  fs_store_close (store);
  g_autoptr (FsRunRecord) record = load (fixture, id);
  g_assert_cmpuint (record->history.n_observations, ==, MANY_EPOCHS);
  g_assert_cmpint (record->summary->state, ==, FS_STORED_FINISHED);
}

/* Left by another version of the program: said in a sentence, and nothing that was recorded is lost. */
static void
test_other_version (Fixture *fixture, gconstpointer data)
{
  FsExperiment experiment = small_experiment (100000);
  FsStore *store = fs_store_new (fixture->folder);
  FsRun *run = recorded_run (store, &experiment, NULL);
  char id[FS_RUN_ID_SIZE];
  fs_run_train (run);
  wait_for_epochs (run, 5);
  fs_run_pause (run);
  fs_run_wait (run, NULL, NULL);
  const size_t n_before = fs_run_snapshot (run)->history.n_observations;
  g_strlcpy (id, fs_run_snapshot (run)->id, sizeof id);
  fs_run_free (run);
  fs_store_close (store);

  g_autofree char *path = fs_store_state_path (fixture->folder, id), *bytes = NULL, *after = NULL;
  gsize n_bytes, n_after;
  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  bytes[strlen ("fitscope state ")] = '2';
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n_bytes, NULL));

  store = fs_store_new (fixture->folder);
  run = recorded_run (store, &experiment, id);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FAILED);
  g_assert_nonnull (strstr (fs_run_snapshot (run)->error, "another version of fitscope"));
  fs_run_free (run);
  fs_store_close (store);

  g_autoptr (FsRunRecord) record = load (fixture, id);
  g_assert_cmpuint (record->history.n_observations, ==, n_before);
  g_assert_cmpint (record->summary->state, ==, FS_STORED_INTERRUPTED);
  g_assert_true (g_file_get_contents (path, &after, &n_after, NULL));
  g_assert_cmpmem (bytes, n_bytes, after, n_after);
}

/* Who has it open keeps it: the second is refused, and trains nothing. */
static void
test_not_twice (Fixture *fixture, gconstpointer data)
{
  FsStore *store = fs_store_new (fixture->folder);
  FsExperiment experiment = small_experiment (100000);
  FsRun *run = recorded_run (store, &experiment, NULL);
  fs_run_train (run);
  wait_for_epochs (run, 3);
  FsRun *second = recorded_run (store, &experiment, fs_run_snapshot (run)->id);
  fs_run_train (second);
  while (fs_run_snapshot (second)->error[0] == '\0')
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (fs_run_snapshot (second)->error, "open in another window"));
  g_assert_cmpint (fs_run_snapshot (second)->state, !=, FS_RUN_TRAINING);
  fs_run_free (second);
  fs_run_free (run);
  fs_store_close (store);
}

/* Two programs record at once. */
static void
test_side_by_side (Fixture *fixture, gconstpointer data)
{
  FsStore *stores[2];
  FsRun *runs[2];
  FsExperiment experiment = small_experiment (40);
  for (int i = 0; i < 2; i++)
    {
      stores[i] = fs_store_new (fixture->folder);
      experiment.train.seed = i + 1;
      runs[i] = recorded_run (stores[i], &experiment, NULL);
      fs_run_train (runs[i]);
    }
  for (int i = 0; i < 2; i++)
    {
      fs_run_wait (runs[i], NULL, NULL);
      g_assert_cmpstr (fs_run_snapshot (runs[i])->not_kept, ==, "");
      fs_store_wait (stores[i]);
      g_autoptr (FsRunRecord) record = load (fixture, fs_run_snapshot (runs[i])->id);
      assert_same_history (&record->history, &fs_run_snapshot (runs[i])->history);
    }
  for (int i = 0; i < 2; i++)
    {
      fs_run_free (runs[i]);
      fs_store_close (stores[i]);
    }
}

/* A store that cannot be: the run trains to its end and says why it was not kept. */
static void
test_trouble (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->folder, "a-file", NULL);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  FsStore *store = fs_store_new (file);
  FsExperiment experiment = small_experiment (10);
  FsRun *run = recorded_run (store, &experiment, NULL);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FINISHED);
  g_assert_cmpuint (fs_run_snapshot (run)->history.n_observations, ==, 10);
  g_assert_nonnull (strstr (fs_run_snapshot (run)->not_kept, "a-file"));
  g_assert_cmpstr (fs_run_snapshot (run)->id, ==, "");
  fs_run_free (run);
  fs_store_close (store);
}

/* The store may close before the runs are gone. */
static void
test_closed_early (Fixture *fixture, gconstpointer data)
{
  FsStore *store = fs_store_new (fixture->folder);
  FsExperiment experiment = small_experiment (100000);
  FsRun *run = recorded_run (store, &experiment, NULL);
  fs_run_train (run);
  wait_for_epochs (run, 3);
  fs_store_close (store);
  const size_t n = fs_run_snapshot (run)->history.n_observations;
  wait_for_epochs (run, n + 1);
  fs_run_free (run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/store/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("order", test_order);
  ADD ("recorded", test_recorded);
  ADD ("untrained", test_untrained);
  ADD ("continue", test_continue);
  ADD ("other-version", test_other_version);
  ADD ("not-twice", test_not_twice);
  ADD ("side-by-side", test_side_by_side);
  ADD ("trouble", test_trouble);
  ADD ("closed-early", test_closed_early);
  return g_test_run ();
}
