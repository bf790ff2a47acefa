/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The life of an experiment in a window, without the window: how edits become runs, what is kept,
 * and that a session which goes in the middle of anything leaves nothing behind. */

#include "tests/ui/ui-test.h"

#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "engine/experiment/schema.h"

#define FOREVER 100000 /* epochs: more than any test waits for */

typedef struct
{
  FsSession *session;
  char *notice; /* the newest */
  char *action; /* of its button */
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
set_up (Fixture *fixture, const void *epochs)
{
  FsExperiment experiment = small_experiment (GPOINTER_TO_INT (epochs));

  fixture->session = fs_session_new (1);
  g_signal_connect_swapped (fixture->session, "notice", G_CALLBACK (notice_cb), fixture);
  fs_session_start (fixture->session, &experiment);
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
}

static void
tear_down (Fixture *fixture, const void *epochs)
{
  g_assert_finalize_object (fixture->session);
  g_free (fixture->notice);
  g_free (fixture->action);
}

static void
train_some (FsSession *session)
{
  fs_session_train (session);
  wait_until (count_epochs (session) >= 3);
}

static void
test_ready (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  g_assert_null (fs_session_get_undo_label (session));
  g_assert_null (fs_session_get_problem (session, NULL));
  g_assert_true (fs_session_can_train (session));
  g_assert_false (fs_session_is_training (session));
  g_assert_nonnull (fs_session_get_prepared (session)->dataset);
  wait_until (fs_session_get_frame (session));
  g_assert_cmpuint (fs_session_get_frame (session)->n_rows, ==, 144);
}

/* Nine million bytes: long enough for a preview. */
#define LONG_ROWS 600000

static char *
make_long_file (void)
{
  GString *text = g_string_sized_new (10 << 20);
  char *path = NULL;

  g_string_append (text, "t,v\n");
  for (int i = 0; i < LONG_ROWS; i++)
    g_string_append_printf (text, "%06d,%06d.5\n", i, i % 977);
  close (g_file_open_tmp ("fitscope-long-XXXXXX.csv", &path, NULL));
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  g_string_free (text, TRUE);
  return path;
}

/* The first rows are there before the others are, and workers wait for all of them. */
static void
test_long_file (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  g_autofree char *path = make_long_file ();
  double share;

  fs_session_open_data (session, path);
  wait_until (fs_session_get_frame (session) && fs_session_get_frame (session)->n_rows == 1000);
  g_assert_null (fs_session_get_shared_frame (session));
  g_assert_true (fs_session_get_reading (session, &share));
  wait_until (fs_session_get_shared_frame (session));
  g_assert_cmpuint (fs_session_get_frame (session)->n_rows, ==, LONG_ROWS);
  g_assert_false (fs_session_get_reading (session, &share));
  g_remove (path);
}

static void
test_cancel_reading (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  g_autofree char *path = make_long_file ();
  double share;

  wait_until (fs_session_get_shared_frame (session));
  fs_session_cancel_reading (session); /* nothing is read: nothing happens */
  fs_session_open_data (session, path);
  wait_until (fs_session_get_frame (session) && fs_session_get_frame (session)->n_rows == 1000);
  fs_session_cancel_reading (session);
  g_assert_cmpstr (fs_session_get_experiment (session)->data.source, !=, path);
  wait_until (fs_session_get_shared_frame (session));
  g_assert_cmpuint (fs_session_get_frame (session)->n_rows, ==, 144);
  g_assert_false (fs_session_get_reading (session, &share));
  g_remove (path);
}

/* What cannot be read is told of once; the data of before is there, without being read again. */
static void
test_unreadable_data (Fixture *fixture, const void *epochs)
{
  static const char *const contents[] = { "", "a,b\n", "<html>\n<body>1</body>\n",
                                          "a\n\1\2\3\4\5" };
  FsSession *session = fixture->session;
  const FsFrame *before;

  wait_until (fs_session_get_shared_frame (session));
  before = fs_session_get_frame (session);
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *path = NULL;

      g_clear_pointer (&fixture->notice, g_free);
      close (g_file_open_tmp ("fitscope-bad-XXXXXX.csv", &path, NULL));
      g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
      fs_session_open_data (session, path);
      wait_until (fixture->notice);
      g_assert_nonnull (strstr (fixture->notice, "Cannot be understood"));
      g_assert_cmpstr (fs_session_get_experiment (session)->data.source, ==,
                       "builtin:air-passengers");
      g_assert_true (fs_session_get_frame (session) == before);
      wait_until (is_in_state (session, FS_RUN_READY));
      g_assert_null (fs_session_get_problem (session, NULL));
      g_remove (path);
    }
}

/* One decision changed: the old table stays until the first rows are read anew, and calling it off brings
 * back the decision and the table. */
static void
test_another_way_to_read (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  g_autofree char *path = make_long_file ();
  const FsFrame *before;
  double share;

  wait_until (fs_session_get_shared_frame (session));
  fs_session_open_data (session, path);
  wait_until (fs_session_get_shared_frame (session));
  before = fs_session_get_frame (session);
  g_assert_true (fs_session_set (session, "data.header", "no", NULL));
  g_assert_true (fs_session_get_frame (session) == before);
  g_assert_true (fs_session_get_reading (session, &share));
  wait_until (fs_session_get_frame (session) != before);
  g_assert_cmpuint (fs_session_get_frame (session)->n_rows, ==, 1000);
  fs_session_cancel_reading (session);
  g_assert_cmpint (fs_session_get_experiment (session)->data.import.header, ==, 0);
  g_assert_true (fs_session_get_frame (session) == before);
  g_assert_false (fs_session_get_reading (session, &share));
  g_remove (path);
}

static void
test_train_to_the_end (Fixture *fixture, const void *epochs)
{
  fs_session_train (fixture->session);
  wait_until (is_in_state (fixture->session, FS_RUN_FINISHED));
  g_assert_cmpuint (count_epochs (fixture->session), ==, GPOINTER_TO_INT (epochs));
}

static void
test_pause_step_resume (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  gsize paused_at;

  train_some (session);
  fs_session_pause (session);
  wait_until (is_in_state (session, FS_RUN_PAUSED));
  paused_at = count_epochs (session);
  fs_session_step (session);
  wait_until (count_epochs (session) > paused_at && is_in_state (session, FS_RUN_PAUSED));
  g_assert_cmpuint (count_epochs (session), ==, paused_at + 1);
  fs_session_train (session);
  wait_until (count_epochs (session) > paused_at + 3);
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 0);
}

/* An edit of a run that has trained nothing simply gives another run. */
static void
test_edit_before_training (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  g_assert_true (fs_session_set (session, "window.length", "10", NULL));
  wait_until (is_in_state (session, FS_RUN_READY)
              && fs_session_get_current (session)->dataset->length == 10);
  g_assert_false (fs_session_is_pending (session));
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 0);
  g_assert_cmpstr (fs_session_get_undo_label (session), ==, "Window length");
  fs_session_undo (session);
  wait_until (is_in_state (session, FS_RUN_READY)
              && fs_session_get_current (session)->dataset->length == 6);
}

static void
test_live_settings_act_at_once (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  train_some (session);
  g_assert_true (fs_session_set (session, "train.learning_rate", "0.0005", NULL));
  wait_until (fs_session_get_current (session)->experiment.train.learning_rate == 0.0005);
  wait_until (fs_session_get_current (session)->history.n_events > 0);
  g_assert_false (fs_session_is_pending (session));
  g_assert_true (fs_session_is_training (session));
}

/* Any other edit waits: the run goes on untouched, the next one is prepared beside it. */
static void
test_other_settings_wait (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  const FsSnapshot *kept;

  train_some (session);
  g_assert_true (fs_session_set (session, "model.layers.0.units", "3", NULL));
  wait_until (fs_session_is_pending (session));
  g_assert_nonnull (fixture->notice);
  g_assert_cmpstr (fixture->action, ==, "win.restart");
  g_assert_true (fs_session_is_training (session));
  g_assert_cmpint (fs_session_get_current (session)->experiment.layers[0].units, ==, 4);
  wait_until (fs_session_get_prepared (session)->state == FS_RUN_READY);
  g_assert_cmpint (fs_session_get_prepared (session)->experiment.layers[0].units, ==, 3);

  fs_session_restart (session);
  g_assert_false (fs_session_is_pending (session));
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 1);
  kept = fs_session_get_kept (session, 0)->snapshot;
  g_assert_cmpuint (kept->history.n_observations, >=, 3);
  g_assert_cmpint (kept->experiment.layers[0].units, ==, 4);
  wait_until (count_epochs (session) >= 1);
  g_assert_cmpint (fs_session_get_current (session)->experiment.layers[0].units, ==, 3);
}

static void
test_undo_takes_back_what_waits (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  train_some (session);
  fs_session_set (session, "model.layers.0.units", "3", NULL);
  wait_until (fs_session_is_pending (session));
  fs_session_undo (session);
  wait_until (!fs_session_is_pending (session));
  g_assert_true (fs_session_is_training (session));
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 0);
}

static void
test_a_name_makes_no_run (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  train_some (session);
  fs_session_set (session, "name", "My run", NULL);
  fs_session_pause (session);
  wait_until (is_in_state (session, FS_RUN_PAUSED));
  fs_session_train (session);
  g_assert_false (fs_session_is_pending (session));
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 0);
}

static void
test_reset_keeps_the_run (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  const FsKeptRun *kept;

  train_some (session);
  fs_session_reset (session);
  wait_until (is_in_state (session, FS_RUN_READY));
  g_assert_cmpuint (count_epochs (session), ==, 0);
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 1);
  kept = fs_session_get_kept (session, 0);
  g_assert_cmpstr (kept->summary->name, ==, "LSTM 4");

  fs_session_show (session, kept->id);
  g_assert_true (fs_session_get_snapshot (session) == kept->snapshot);
  fs_session_show (session, 0);
  g_assert_true (fs_session_get_snapshot (session) == fs_session_get_current (session));

  /* A second reset of an untrained run keeps nothing. */
  fs_session_reset (session);
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 1);
}

static void
test_reuse (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  train_some (session);
  fs_session_reset (session);
  fs_session_set (session, "model.layers.0.units", "3", NULL);
  fs_session_reuse (session, fs_session_get_kept (session, 0)->id);
  g_assert_cmpint (fs_session_get_experiment (session)->layers[0].units, ==, 4);
  fs_session_undo (session);
  g_assert_cmpint (fs_session_get_experiment (session)->layers[0].units, ==, 3);
}

static void
test_wrong_values_change_nothing (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  g_autoptr (GError) error = NULL;

  g_assert_false (fs_session_set (session, "train.batch", "-3", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_OUT_OF_RANGE);
  g_assert_null (fs_session_get_undo_label (session));
  g_clear_error (&error);
  g_assert_false (fs_session_set (session, "train.batch", "many", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_WRONG_TYPE);
}

/* A run that cannot be says so at the setting to blame, and recovers. */
static void
test_problem_and_recovery (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  const char *key;

  fs_session_set (session, "data.target", "no_such_column", NULL);
  wait_until (is_in_state (session, FS_RUN_FAILED));
  g_assert_nonnull (fs_session_get_problem (session, &key));
  g_assert_cmpstr (key, ==, "data.target");
  g_assert_false (fs_session_can_train (session));
  fs_session_train (session);
  g_assert_nonnull (fixture->notice);
  fs_session_undo (session);
  wait_until (is_in_state (session, FS_RUN_READY));
  g_assert_null (fs_session_get_problem (session, NULL));
}

static void
test_other_data (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  train_some (session);
  fs_session_open_data (session, "builtin:nile");
  g_assert_cmpstr (fs_session_get_experiment (session)->data.target, ==, "");
  wait_until (fs_session_get_prepared (session)->state == FS_RUN_READY);
  fs_session_train (session);
  wait_until (count_epochs (session) >= 1);
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 1);
  wait_until (fs_session_get_frame (session));
  fs_session_undo (session);
  g_assert_cmpstr (fs_session_get_experiment (session)->data.source, ==, "builtin:air-passengers");
}

static void
test_files (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;
  g_autofree char *folder = g_dir_make_tmp ("fitscope-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.fit.json", NULL);
  g_autofree char *data = g_build_filename (folder, "a.csv", NULL);
  g_autoptr (GString) csv = g_string_new ("value\n");
  g_autofree char *json = NULL;
  const char *base;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 60; i++)
    g_string_append_printf (csv, "%d\n", i % 7);
  g_assert_true (g_file_set_contents (data, csv->str, -1, NULL));

  fs_session_open_data (session, data);
  g_assert_true (fs_session_save_experiment (session, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &json, NULL, NULL));
  g_assert_nonnull (strstr (json, "\"a.csv\"")); /* beside itself, by a relative path */

  fs_session_undo (session);
  g_assert_true (fs_session_open_experiment (session, path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fs_session_get_experiment (session)->data.source, ==, data);

  g_assert_null (fs_session_get_results (session, &base, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_TOO_LITTLE);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "{ \"fitscope\": 1, \"trian\": {} }", -1, NULL));
  g_assert_false (fs_session_open_experiment (session, path, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_UNKNOWN_KEY);
  g_remove (path);
  g_remove (data);
  g_rmdir (folder);
}

static void
test_verdict (Fixture *fixture, const void *epochs)
{
  FsSession *session = fixture->session;

  g_assert_cmpint (fs_session_get_verdict (session)->kind, ==, FS_VERDICT_WAITING);
  train_some (session);
  g_assert_cmpint (fs_session_get_verdict (session)->kind, !=, FS_VERDICT_WAITING);
  fs_session_reset (session);
  g_assert_cmpint (fs_session_get_verdict (session)->kind, ==, FS_VERDICT_WAITING);
}

/* tear_down asserts that nothing holds the session, whatever is under way. */
static void
test_gone_while_training (Fixture *fixture, const void *epochs)
{
  train_some (fixture->session);
  fs_session_set (fixture->session, "window.length", "9", NULL);
  fs_session_open_data (fixture->session, "builtin:co2-weekly");
}

int
main (int argc, char **argv)
{
  void *forever = GINT_TO_POINTER (FOREVER);

  g_test_init (&argc, &argv, NULL);
#define ADD(name, epochs, test) \
  g_test_add ("/session/" name, Fixture, epochs, set_up, test, tear_down)
  ADD ("ready", forever, test_ready);
  ADD ("long-file", forever, test_long_file);
  ADD ("cancel-reading", forever, test_cancel_reading);
  ADD ("unreadable-data", forever, test_unreadable_data);
  ADD ("another-way-to-read", forever, test_another_way_to_read);
  ADD ("train-to-the-end", GINT_TO_POINTER (5), test_train_to_the_end);
  ADD ("pause-step-resume", forever, test_pause_step_resume);
  ADD ("edit-before-training", forever, test_edit_before_training);
  ADD ("live-settings-act-at-once", forever, test_live_settings_act_at_once);
  ADD ("other-settings-wait", forever, test_other_settings_wait);
  ADD ("undo-takes-back-what-waits", forever, test_undo_takes_back_what_waits);
  ADD ("a-name-makes-no-run", forever, test_a_name_makes_no_run);
  ADD ("reset-keeps-the-run", forever, test_reset_keeps_the_run);
  ADD ("reuse", forever, test_reuse);
  ADD ("wrong-values-change-nothing", forever, test_wrong_values_change_nothing);
  ADD ("problem-and-recovery", forever, test_problem_and_recovery);
  ADD ("other-data", forever, test_other_data);
  ADD ("files", forever, test_files);
  ADD ("verdict", forever, test_verdict);
  ADD ("gone-while-training", forever, test_gone_while_training);
  return g_test_run ();
}
