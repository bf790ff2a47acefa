/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The row over the text that a network writes: typing in it writes anew with the same run and the same
 * epochs, follows undo, and names what the vocabulary has not. */

#include "tests/ui/ui-test.h"

#include <adwaita.h>
#include <string.h>
#include "tests/ui/focus-names.h"
#include "tests/ui/help-words.h"
#include "ui/views/sample-row.h"
#include "ui/views/watch-view.h"

static FsExperiment
writing_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();

  g_strlcpy (experiment.data.source, "builtin:language-of-name", sizeof experiment.data.source);
  g_strlcpy (experiment.data.text, "text", sizeof experiment.data.text);
  experiment.data.task = FS_TASK_NEXT;
  fs_experiment_suit_task (&experiment);
  experiment.text.unit = FS_TEXT_UNIT_CHARACTERS;
  experiment.window.length = 12;
  for (gsize i = 0; i < experiment.n_layers; i++)
    if (experiment.layers[i].kind == FS_LAYER_LSTM)
      experiment.layers[i].units = 4;
  experiment.split.train = 0.1;
  experiment.split.validation = 0.1;
  experiment.train.epochs = 2;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_type (child, type);
  return found;
}

static const char *
written (FsSession *session)
{
  const FsSnapshot *current = fs_session_get_current (session);

  return current && current->forecast && current->forecast->sample ? current->forecast->sample : "";
}

static void
test_writes_anew (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = writing_experiment ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = fs_watch_view_new (session);
  GtkWidget *row = find_type (view, FS_TYPE_SAMPLE_ROW);
  GtkWidget *entry = find_type (row, GTK_TYPE_ENTRY);
  GtkWidget *temperature = find_type (row, GTK_TYPE_SPIN_BUTTON);
  guint id;

  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 700, 500);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_false (gtk_widget_get_visible (row));
  fs_session_start (session, &experiment);
  wait_until (is_in_state (session, FS_RUN_READY));
  g_assert_true (gtk_widget_get_visible (row));
  fs_session_train (session);
  wait_until (is_in_state (session, FS_RUN_FINISHED) && *written (session));
  id = fs_session_get_current_id (session);

  gtk_editable_set_text (GTK_EDITABLE (entry), "ma");
  wait_until (g_str_has_prefix (written (session), "ma"));
  g_assert_cmpstr (fs_sample_row_get_note (FS_SAMPLE_ROW (row)), ==, "");
  {
    g_autofree char *before = g_strdup (written (session));

    gtk_spin_button_set_value (GTK_SPIN_BUTTON (temperature), 1.5);
    wait_until (strcmp (written (session), before) != 0);
  }
  g_assert_cmpfloat (fs_session_get_experiment (session)->text.temperature, ==, 1.5);
  g_assert_true (g_str_has_prefix (written (session), "ma"));

  /* The same run, over as before, with nothing that waits for another. */
  g_assert_cmpuint (fs_session_get_current_id (session), ==, id);
  g_assert_cmpuint (fs_session_get_n_kept (session), ==, 0);
  g_assert_cmpuint (count_epochs (session), ==, 2);
  g_assert_cmpuint (fs_session_get_current (session)->history.n_events, ==, 0);
  g_assert_false (fs_session_is_pending (session));
  g_assert_true (is_in_state (session, FS_RUN_FINISHED));

  fs_session_undo (session);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (temperature)), ==, 0.7);
  fs_session_undo (session);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  /* What a file asks for is shown though the field would not offer it. */
  g_assert_true (fs_session_set (session, "text.temperature", "0", NULL));
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (temperature)), ==, 0);

  gtk_editable_set_text (GTK_EDITABLE (entry), "m\xE2\x98\x83");
  g_assert_nonnull (strstr (fs_sample_row_get_note (FS_SAMPLE_ROW (row)), "\xE2\x98\x83"));
  assert_focusables_have_names (row);
  {
    g_autoptr (GString) list = g_string_new (NULL);

    list_without_help (row, list);
    g_assert_cmpstr (list->str, ==, "");
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/sample-row/writes-anew", test_writes_anew);
  return g_test_run ();
}
