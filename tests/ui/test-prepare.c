/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Prepare view in its window: every control of every page has a name, dragging redraws what changed
 * and nothing else, an overruled decision is read again, and the window closes in the middle of
 * everything. */

#include "tests/ui/ui-test.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "tests/ui/focus-names.h"
#include "ui/chart/chart.h"
#include "ui/views/prepare-lens.h"
#include "ui/views/prepare-view.h"
#include "ui/views/step-chips.h"
#include "ui/window.h"

static AdwApplication *application;

typedef struct
{
  FsWindow *window;
  FsSession *session;
  GtkWidget *view;
} Fixture;

static GtkWidget *
find_below (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_below (child, type);
      if (found)
        return found;
    }
  return NULL;
}

static FsChart *
find_chart (GtkWidget *widget, const char *label)
{
  if (FS_IS_CHART (widget) && g_strcmp0 (fs_chart_get_label (FS_CHART (widget)), label) == 0)
    return FS_CHART (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      FsChart *found = find_chart (child, label);
      if (found)
        return found;
    }
  return NULL;
}

/* Whether a label below `widget` has `part`. */
static gboolean
says (GtkWidget *widget, const char *part)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), part))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, part))
      return TRUE;
  return FALSE;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);
      if (found)
        return found;
    }
  return NULL;
}

static void
show_page (Fixture *fixture, const char *page)
{
  gtk_widget_activate_action (fixture->view, "prepare.page", "s", page);
}

static void
set_up (Fixture *fixture, const void *unused)
{
  FsExperiment experiment = small_experiment (5);

  experiment.steps[1].scale_method = FS_SCALE_MIN_MAX;
  fixture->window = fs_window_new (GTK_APPLICATION (application), 1);
  fixture->session = fs_window_get_session (fixture->window);
  fs_session_start (fixture->session, &experiment);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view", "s", "prepare");
  fixture->view = find_below (GTK_WIDGET (fixture->window), FS_TYPE_PREPARE_VIEW);
  show_page (fixture, "steps");
  wait_until (is_in_state (fixture->session, FS_RUN_READY)
              && fs_session_get_frame (fixture->session));
}

static void
tear_down (Fixture *fixture, const void *unused)
{
  FsWindow *window = g_object_ref (fixture->window);
  FsSession *session = g_object_ref (fixture->session);

  gtk_window_close (GTK_WINDOW (window));
  wait_until (!g_main_context_pending (NULL));
  g_assert_finalize_object (window);
  g_assert_finalize_object (session);
}

static void
test_names (Fixture *fixture, const void *unused)
{
  static const char *const pages[] = { "import", "profile", "steps", "windows", "effects" };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      show_page (fixture, pages[i]);
      for (int k = 0; k < 20; k++)
        g_main_context_iteration (NULL, FALSE);
      assert_focusables_have_names (fixture->view);
    }
  show_page (fixture, "steps");
}

/* Thirty edits: the last one is on show, "before" is never drawn again, and "after" no more often
 * than there were answers. */
static void
test_drag (Fixture *fixture, const void *unused)
{
  FsPrepareLens *lens = FS_PREPARE_LENS (find_below (fixture->view, FS_TYPE_PREPARE_LENS));
  FsChart *before = find_chart (fixture->view, "Series before");
  FsChart *after = find_chart (fixture->view, "Series after");
  guint n_shown, n_before, n_after;

  fs_step_chips_select (FS_STEP_CHIPS (find_below (fixture->view, FS_TYPE_STEP_CHIPS)), 1);
  wait_until (says (GTK_WIDGET (lens), "Min–max: 104 becomes 0"));
  fs_session_set (fixture->session, "prepare.1.high", "2", NULL);
  wait_until (strstr (fs_chart_get_description (after), "from 0 to"));
  wait_until (fs_chart_get_n_renders (after) > 0 && fs_chart_get_n_renders (before) > 0);
  gtk_test_widget_wait_for_draw (fixture->view);
  n_shown = fs_prepare_lens_get_n_shown (lens);
  n_before = fs_chart_get_n_renders (before);
  n_after = fs_chart_get_n_renders (after);
  for (int i = 1; i <= 30; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", 2 + i);

      fs_session_set (fixture->session, "prepare.1.high", text, NULL);
      g_main_context_iteration (NULL, FALSE);
    }
  wait_until (says (GTK_WIDGET (lens), "becomes 32"));
  g_assert_cmpuint (fs_chart_get_n_renders (before), ==, n_before);
  g_assert_cmpuint (fs_chart_get_n_renders (after) - n_after, <=,
                    fs_prepare_lens_get_n_shown (lens) - n_shown + 1);
  /* On a slow machine the edits are several thoughts for undo. */
  while (fs_session_get_undo_label (fixture->session))
    fs_session_undo (fixture->session);
  wait_until (says (GTK_WIDGET (lens), "becomes 1 "));
}

/* What cannot be done is said where it was asked for, and the "before" stays. */
static void
test_impossible (Fixture *fixture, const void *unused)
{
  FsExperiment experiment = *fs_session_get_experiment (fixture->session);
  FsChart *before = find_chart (fixture->view, "Series before");

  experiment.steps[1] = fs_step_spec_default (FS_STEP_TRANSFORM);
  experiment.steps[1].offset = -200;
  fs_step_chips_select (FS_STEP_CHIPS (find_below (fixture->view, FS_TYPE_STEP_CHIPS)), 1);
  fs_session_replace (fixture->session, &experiment, "Test", NULL);
  wait_until (says (fixture->view, "has no logarithm"));
  g_assert_nonnull (strstr (fs_chart_get_description (before), "before the step: 144 rows"));
  experiment.n_steps = 0;
  fs_session_replace (fixture->session, &experiment, "Test", NULL);
  wait_until (says (fixture->view, "There is no step yet"));
  fs_session_undo (fixture->session);
  fs_session_set (fixture->session, "data.source", "/nonexistent/a.csv", NULL);
  wait_until (says (fixture->view, "Not found"));
}

static void
test_overrule (Fixture *fixture, const void *unused)
{
  show_page (fixture, "import");
  g_assert_true (says (fixture->view, "yes: the first row has words"));
  fs_session_set (fixture->session, "data.header", "no", NULL);
  wait_until (fs_session_get_frame (fixture->session)
              && fs_session_get_frame (fixture->session)->n_rows == 145);
  wait_until (says (fixture->view, "145 rows"));
  g_assert_false (says (fixture->view, "yes: the first row has words"));
  fs_session_undo (fixture->session);
  wait_until (says (fixture->view, "yes: the first row has words"));
  show_page (fixture, "steps");
}

/* Passengers grow: the profile says so, and its button puts the step before the scaling. */
static void
test_advice (Fixture *fixture, const void *unused)
{
  const FsExperiment *experiment = fs_session_get_experiment (fixture->session);
  GtkWidget *button;

  show_page (fixture, "profile");
  wait_until ((button = find_button (fixture->view, "Add “Difference”")));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (experiment->n_steps, ==, 3);
  g_assert_cmpint (experiment->steps[1].kind, ==, FS_STEP_DIFFERENCE);
  g_assert_null (find_button (fixture->view, "Add “Difference”"));
  fs_session_undo (fixture->session);
  g_assert_cmpuint (experiment->n_steps, ==, 2);
  g_assert_nonnull (find_button (fixture->view, "Add “Difference”"));
  /* A season of 12 rows asks for a window of as many. */
  fs_session_set (fixture->session, "window.length", "5", NULL);
  wait_until ((button = find_button (fixture->view, "Window of 12 Rows")));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpint (experiment->window.length, ==, 12);
  g_assert_null (find_button (fixture->view, "Window of 12 Rows"));
  show_page (fixture, "steps");
}

/* A column that never changes is left out by its button. */
static void
test_leave_out (Fixture *fixture, const void *unused)
{
  const FsExperiment *experiment = fs_session_get_experiment (fixture->session);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "fitscope-leave-out.csv", NULL);
  GString *text = g_string_new ("t,v,same,w\n");
  GtkWidget *button;

  for (int i = 0; i < 200; i++)
    g_string_append_printf (text, "%d,%d,7,%d\n", i, i * i % 97, i * 7 % 31);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  fs_session_open_data (fixture->session, path);
  g_assert_true (fs_session_set (fixture->session, "data.inputs", "same,w", NULL));
  show_page (fixture, "profile");
  wait_until ((button = find_button (fixture->view, "Leave Out")));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (experiment->data.n_inputs, ==, 1);
  g_assert_cmpstr (experiment->data.inputs[0], ==, "w");
  g_assert_null (find_button (fixture->view, "Leave Out"));
  show_page (fixture, "steps");
  g_remove (path);
  g_string_free (text, TRUE);
}

/* tear_down closes while runs are measured, a profile is made and the lens looks. */
static void
test_close (Fixture *fixture, const void *unused)
{
  GtkWidget *button;

  fs_session_set (fixture->session, "train.epochs", "100000", NULL);
  show_page (fixture, "effects");
  button = find_button (fixture->view, "Measure the steps");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Cancel");
  show_page (fixture, "profile");
  show_page (fixture, "steps");
  fs_session_set (fixture->session, "prepare.1.high", "7", NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  application =
      g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.fitscope.Test", "flags",
                    G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/fitscope/Fitscope", NULL);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
#define ADD(name, test) g_test_add ("/prepare/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("names", test_names);
  ADD ("drag", test_drag);
  ADD ("impossible", test_impossible);
  ADD ("overrule", test_overrule);
  ADD ("advice", test_advice);
  ADD ("leave-out", test_leave_out);
  ADD ("close", test_close);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
