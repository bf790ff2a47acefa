/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A session with a store, one day after the other: what was trained is there again, shows itself with
 * its forecast, goes on with the same numbers, and goes only when it is told to. */

#include "tests/ui/ui-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include "engine/experiment/schema.h"

#define FOREVER 100000

typedef struct
{
  char *folder;
  FsStore *store;
  FsSession *session;
  char *notice, *action;
} Fixture;

static void
notice_cb (Fixture *fixture, const char *sentence, const char *button, const char *action)
{
  g_free (fixture->notice);
  g_free (fixture->action);
  fixture->notice = g_strdup (sentence);
  fixture->action = g_strdup (action);
}

static void
begin_day (Fixture *fixture, gint64 epochs)
{
  FsExperiment experiment = small_experiment (epochs);

  fixture->store = fs_store_new (fixture->folder);
  fixture->session = fs_session_new (1);
  fs_session_set_store (fixture->session, fixture->store);
  g_signal_connect_swapped (fixture->session, "notice", G_CALLBACK (notice_cb), fixture);
  fs_session_start (fixture->session, &experiment);
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
}

static void
end_day (Fixture *fixture)
{
  g_assert_finalize_object (fixture->session);
  fs_store_close (fixture->store);
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

static void
set_up (Fixture *fixture, const void *epochs)
{
  fixture->folder = g_dir_make_tmp ("fitscope-session-XXXXXX", NULL);
  begin_day (fixture, GPOINTER_TO_INT (epochs));
}

static void
tear_down (Fixture *fixture, const void *epochs)
{
  end_day (fixture);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->notice);
  g_free (fixture->action);
}

static void
train_to_the_end (FsSession *session)
{
  fs_session_train (session);
  wait_until (is_in_state (session, FS_RUN_FINISHED));
}

static const FsKeptRun *
newest (FsSession *session)
{
  return fs_session_get_kept (session, fs_session_get_n_kept (session) - 1);
}

static void
assert_same_losses (const FsHistory *left, const FsHistory *right, gsize n)
{
  g_assert_cmpuint (left->n_observations, >=, n);
  g_assert_cmpuint (right->n_observations, >=, n);
  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpfloat (left->observations[i].train_loss, ==, right->observations[i].train_loss);
      g_assert_cmpfloat (left->observations[i].validation_loss, ==,
                         right->observations[i].validation_loss);
    }
}

/* The first snapshot of the end may still have the forecast of an epoch on the way. */
static gboolean
has_forecast_of_best (const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;

  return snapshot->forecast
         && snapshot->forecast->epoch == history->observations[history->best].epoch;
}

/* The next day the run is in the list at once, its epochs when somebody asks, and its forecast after. */
static void
test_the_next_day (Fixture *fixture, const void *epochs)
{
  const FsKeptRun *kept;
  const FsSnapshot *before;

  train_to_the_end (fixture->session);
  /* It rests when it tells its weights: its state is written by then. */
  wait_until (fs_session_get_current (fixture->session)->weights);
  g_assert_true (has_forecast_of_best (fs_session_get_current (fixture->session)));
  before = fs_snapshot_ref (fs_session_get_current (fixture->session));
  end_day (fixture);
  begin_day (fixture, 5);
  wait_until (fs_session_get_n_kept (fixture->session) == 1);
  kept = fs_session_get_kept (fixture->session, 0);
  g_assert_cmpstr (kept->summary->name, ==, "LSTM 4");
  g_assert_cmpuint (kept->summary->n_epochs, ==, 5);
  g_assert_cmpuint (kept->summary->spark.n, ==, 5);
  g_assert_null (kept->snapshot);
  g_assert_false (fs_session_can_continue (fixture->session, kept->id));

  fs_session_show (fixture->session, kept->id);
  wait_until (kept->snapshot);
  assert_same_losses (&kept->snapshot->history, &before->history, 5);
  wait_until (has_forecast_of_best (kept->snapshot));
  g_assert_true (fs_session_get_snapshot (fixture->session) == kept->snapshot);
  g_assert_true (fs_session_can_show_epochs (fixture->session));
  g_assert_cmpuint (kept->snapshot->forecast->epoch, ==, before->forecast->epoch);
  g_assert_cmpfloat (kept->snapshot->forecast->predicted[FS_PART_VALIDATION][0], ==,
                     before->forecast->predicted[FS_PART_VALIDATION][0]);
  g_assert_cmpint (fs_session_get_verdict (fixture->session)->kind, ==, kept->summary->verdict);
  fs_snapshot_unref (before);
}

/* Left in the middle of training, gone on with on the next day: the numbers of a run without a break. */
static void
test_continue (Fixture *fixture, const void *epochs)
{
  const FsSnapshot *whole;
  gsize n_before;
  guint id;

  fs_session_train (fixture->session);
  wait_until (count_epochs (fixture->session) >= 20);
  fs_session_pause (fixture->session);
  wait_until (is_in_state (fixture->session, FS_RUN_PAUSED));
  n_before = count_epochs (fixture->session);
  end_day (fixture);

  begin_day (fixture, FOREVER);
  wait_until (fs_session_get_n_kept (fixture->session) == 1);
  id = newest (fixture->session)->id;
  g_assert_cmpint (newest (fixture->session)->summary->state, ==, FS_STORED_INTERRUPTED);
  g_assert_true (fs_session_can_continue (fixture->session, id));
  fs_session_continue (fixture->session, id);
  wait_until (fs_session_get_current_id (fixture->session) == id);
  g_assert_cmpuint (fs_session_get_n_kept (fixture->session), ==, 0);
  wait_until (count_epochs (fixture->session) >= n_before + 20);
  g_assert_false (fs_session_is_pending (fixture->session));
  whole = fs_snapshot_ref (fs_session_get_current (fixture->session));
  fs_session_reset (fixture->session);
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
  fs_session_train (fixture->session);
  wait_until (count_epochs (fixture->session) >= n_before + 20);
  assert_same_losses (&fs_session_get_current (fixture->session)->history, &whole->history,
                      n_before + 20);
  fs_snapshot_unref (whole);
}

/* A run of this session keeps the weights of its epochs, so that the slider works on it. */
static void
test_epochs_of_a_kept_run (Fixture *fixture, const void *epochs)
{
  const FsKeptRun *kept;

  train_to_the_end (fixture->session);
  fs_session_reset (fixture->session);
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
  kept = newest (fixture->session);
  fs_session_show (fixture->session, kept->id);
  g_assert_true (fs_session_can_show_epochs (fixture->session));
  fs_session_show_epoch (fixture->session, 2);
  wait_until (kept->snapshot->forecast && kept->snapshot->forecast->epoch == 2);
}

static void
test_labels_last (Fixture *fixture, const void *epochs)
{
  guint id = fs_session_get_current_id (fixture->session);

  /* Before the store knows of the run, and after. */
  fs_session_label (fixture->session, id, "Before", "first thought");
  fs_session_pin (fixture->session, id, TRUE);
  train_to_the_end (fixture->session);
  fs_session_reset (fixture->session);
  g_assert_cmpstr (newest (fixture->session)->summary->name, ==, "Before");
  fs_session_label (fixture->session, newest (fixture->session)->id, "After", "second thought");
  end_day (fixture);
  begin_day (fixture, 5);
  wait_until (fs_session_get_n_kept (fixture->session) == 1);
  g_assert_cmpstr (newest (fixture->session)->summary->name, ==, "After");
  g_assert_cmpstr (newest (fixture->session)->summary->note, ==, "second thought");
  g_assert_true (newest (fixture->session)->summary->is_pinned);
}

static void
test_deletion (Fixture *fixture, const void *epochs)
{
  guint id;

  train_to_the_end (fixture->session);
  fs_session_reset (fixture->session);
  id = newest (fixture->session)->id;
  fs_session_delete (fixture->session, id);
  g_assert_cmpuint (fs_session_get_n_kept (fixture->session), ==, 0);
  g_assert_nonnull (strstr (fixture->notice, "Deleted"));
  g_assert_nonnull (strstr (fixture->action, "win.restore-run"));
  fs_session_restore (fixture->session, id);
  g_assert_cmpuint (fs_session_get_n_kept (fixture->session), ==, 1);
  end_day (fixture);
  begin_day (fixture, 5);
  wait_until (fs_session_get_n_kept (fixture->session) == 1);
  fs_session_delete (fixture->session, newest (fixture->session)->id);
  end_day (fixture);
  begin_day (fixture, 5);
  fs_store_wait (fixture->store);
  wait_until (!g_main_context_pending (NULL));
  g_assert_cmpuint (fs_session_get_n_kept (fixture->session), ==, 0);
}

static void
test_compared (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  guint first = fs_session_get_current_id (session);

  g_assert_cmpuint (fs_session_get_n_compared (session), ==, 0);
  train_to_the_end (session);
  fs_session_restart (session);
  wait_until (is_in_state (session, FS_RUN_FINISHED));
  fs_session_compare_recent (session);
  g_assert_cmpuint (fs_session_get_n_compared (session), ==, 2);
  g_assert_true (fs_session_is_compared (session, first));
  fs_session_delete (session, first);
  g_assert_cmpuint (fs_session_get_n_compared (session), ==, 1);
  fs_session_compare (session, 4711, TRUE);
  g_assert_cmpuint (fs_session_get_n_compared (session), ==, 1);
}

/* Same seed, same batches: two racers that differ in nothing that acts train the same losses, whatever
 * seeds they had before, and both are in the store afterwards. */
static void
test_race (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  FsExperiment first = *fs_session_get_experiment (session), second = first;
  const FsExperiment *racers[] = { &first, &second };
  const FsKeptRun *a, *b;
  g_autoptr (GError) error = NULL;
  gboolean same_batches;

  second.train.seed = 77;
  second.train.stop.min_delta = 1e-9; /* acts only where patience counts */
  g_assert_false (fs_session_race (session, racers, 1, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_TOO_LITTLE);
  g_clear_error (&error);
  g_assert_true (fs_session_race (session, racers, 2, &error));
  g_assert_no_error (error);
  g_assert_true (fs_session_is_racing (session));
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 2);
  a = fs_session_get_kept (session, 0);
  b = fs_session_get_kept (session, 1);
  wait_until (a->snapshot && b->snapshot && a->snapshot->state == FS_RUN_FINISHED
              && b->snapshot->state == FS_RUN_FINISHED);
  g_assert_cmpint (b->snapshot->experiment.train.seed, ==, first.train.seed);
  assert_same_losses (&a->snapshot->history, &b->snapshot->history, 5);
  g_assert_true (fs_session_compares_race (session, &same_batches));
  g_assert_true (same_batches);
  wait_until (!fs_session_is_racing (session));
  g_assert_cmpuint (a->summary->n_epochs, ==, 5);
  end_day (fixture);
  begin_day (fixture, 5);
  wait_until (fs_session_get_n_kept (fixture->session) == 2);
}

/* Other windows mean other batches, and that is said. */
static void
test_race_of_windows (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  gboolean same_batches = TRUE;

  fs_session_train (session);
  wait_until (count_epochs (session) >= 2);
  fs_session_set (session, "window.length", "9", NULL);
  wait_until (fs_session_is_pending (session));
  g_assert_true (fs_session_race_change (session, NULL));
  wait_until (fs_session_get_kept (session, 0)->snapshot
              && fs_session_get_kept (session, 1)->snapshot
              && fs_session_get_kept (session, 1)->snapshot->history.n_observations > 1);
  g_assert_true (fs_session_compares_race (session, &same_batches));
  g_assert_false (same_batches);
  fs_session_stop_race (session);
  wait_until (!fs_session_is_racing (session));
  g_assert_true (fs_session_can_continue (session, fs_session_get_kept (session, 0)->id));
}

/* A branch shares the past of its run, to the bit, and goes its own way from there; what it came from is
 * in its record. A change that no branch can make is raced instead. */
static void
test_branch (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  const FsKeptRun *branch;
  const FsSnapshot *origin;
  g_autoptr (GError) error = NULL;
  gsize n_races;

  g_assert_false (fs_session_branch_with (session, 2, "train.learning_rate=0.02", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_TOO_LITTLE);
  g_clear_error (&error);
  train_to_the_end (session);
  origin = fs_session_get_current (session);
  g_assert_false (fs_session_branch_with (session, 2, "train.learning_rate=many", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_true (fs_session_branch_with (session, 3, "train.learning_rate=0.02", &error));
  g_assert_no_error (error);
  branch = newest (session);
  wait_until (branch->snapshot && branch->snapshot->state == FS_RUN_FINISHED);
  origin = fs_session_get_current (session);
  assert_same_losses (&branch->snapshot->history, &origin->history, 3);
  g_assert_cmpuint (branch->snapshot->history.n_observations, ==, 5);
  g_assert_cmpfloat (branch->snapshot->history.observations[3].train_loss, !=,
                     origin->history.observations[3].train_loss);
  g_assert_true (fs_session_is_compared (session, branch->id));
  g_assert_true (fs_session_is_compared (session, fs_session_get_current_id (session)));
  g_assert_nonnull (strstr (branch->summary->name, "from epoch 3"));

  n_races = fs_session_get_n_kept (session);
  g_assert_true (fs_session_branch_with (session, 3, "model.layers.0.units=3", &error));
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, n_races + 2);
}

/* What a finding proposes is tried from where its trouble began, if a branch can have the change: one more
 * layer without weights, for instance. Else, and where nothing of the run would be left, the whole run is
 * made anew. Both are compared. */
static void
test_try (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  const FsEdit dropout = fs_edit_insert_layer (1, FS_LAYER_DROPOUT, "rate=0.3");
  const FsEdit units = fs_edit_set ("model.layers.0.units", "3");
  const FsEdit longer = fs_edit_set ("train.epochs", "8");
  const guint first = fs_session_get_current_id (session);
  const FsKeptRun *branch;
  const FsHistory *origin, *branched;

  train_to_the_end (session);
  g_assert_true (fs_session_try (session, &dropout, 2));
  g_assert_cmpuint (fs_session_get_current_id (session), ==, first);
  branch = newest (session);
  wait_until (branch->snapshot && branch->snapshot->state == FS_RUN_FINISHED);
  origin = &fs_session_get_current (session)->history;
  branched = &branch->snapshot->history;
  assert_same_losses (branched, origin, 2);
  g_assert_cmpfloat (branched->observations[2].train_loss, !=, origin->observations[2].train_loss);
  g_assert_cmpint (branched->events[0].kind, ==, FS_EVENT_FORKED);
  g_assert_cmpuint (branched->events[0].epoch, ==, 2);
  g_assert_cmpuint (fs_session_get_n_compared (session), ==, 2);
  g_assert_nonnull (strstr (branch->summary->name, "Dropout"));
  g_assert_nonnull (strstr (branch->summary->name, "from epoch 2"));

  /* More epochs: what there is stays, and the rest follows. */
  g_assert_true (fs_session_try (session, &longer, 2));
  branch = newest (session);
  wait_until (branch->snapshot && branch->snapshot->state == FS_RUN_FINISHED);
  g_assert_cmpuint (branch->snapshot->history.n_observations, ==, 8);
  assert_same_losses (&branch->snapshot->history, &fs_session_get_current (session)->history, 5);

  g_assert_true (fs_session_try (session, &units, 2));
  wait_until (is_in_state (session, FS_RUN_FINISHED));
  g_assert_cmpuint (fs_session_get_current_id (session), !=, first);
  g_assert_cmpint (fs_session_get_experiment (session)->layers[0].units, ==, 3);
  g_assert_true (fs_session_is_compared (session, first));
  g_assert_true (fs_session_is_compared (session, fs_session_get_current_id (session)));
  g_assert_cmpstr (fs_session_get_undo_label (session), ==, "Units");
  {
    g_autofree char *name = fs_session_dup_current_name (session);
    g_assert_cmpstr (name, ==, "Units 3");
  }

  /* It always had it, and is over. */
  g_assert_true (fs_session_try (session, &dropout, 0));
  wait_until (is_in_state (session, FS_RUN_FINISHED));
  g_assert_cmpuint (fs_session_get_current (session)->history.n_events, ==, 0);
}

/* Trouble with the store is said once, and training goes on. */
static void
test_trouble (Fixture *fixture, const void *epochs)
{
  g_autofree char *path = g_build_filename (fixture->folder, "runs.db", NULL);

  end_day (fixture);
  g_assert_true (g_file_set_contents (path,
                                      "no database at all, and long enough to tell, is it "
                                      "not? no database at all, and long enough to tell",
                                      -1, NULL));
  begin_day (fixture, 5);
  train_to_the_end (fixture->session);
  wait_until (fixture->notice);
  g_assert_nonnull (strstr (fixture->notice, "damaged"));
  g_assert_cmpuint (count_epochs (fixture->session), ==, 5);
}

int
main (int argc, char **argv)
{
  void *forever = GINT_TO_POINTER (FOREVER);
  void *five = GINT_TO_POINTER (5);

  g_test_init (&argc, &argv, NULL);
#define ADD(name, epochs, test) \
  g_test_add ("/session-store/" name, Fixture, epochs, set_up, test, tear_down)
  ADD ("the-next-day", five, test_the_next_day);
  ADD ("continue", forever, test_continue);
  ADD ("epochs-of-a-kept-run", five, test_epochs_of_a_kept_run);
  ADD ("labels-last", five, test_labels_last);
  ADD ("deletion", five, test_deletion);
  ADD ("compared", five, test_compared);
  ADD ("race", five, test_race);
  ADD ("race-of-windows", forever, test_race_of_windows);
  ADD ("branch", five, test_branch);
  ADD ("try", five, test_try);
  ADD ("trouble", five, test_trouble);
  return g_test_run ();
}
