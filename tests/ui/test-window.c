/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole window, driven by its actions: train to the end, undo, open and refuse files, present,
 * and close in the middle of everything without leaving anything behind. */

#include "tests/ui/ui-test.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "tests/ui/focus-names.h"
#include "tests/ui/help-words.h"
#include "ui/chart/chart.h"
#include "ui/views/inside-view.h"
#include "ui/views/prepare-view.h"
#include "ui/views/watch-view.h"
#include "ui/window.h"

#define FOREVER 100000

typedef struct
{
  FsWindow *window;
  FsSession *session;
} Fixture;

static AdwApplication *application;

static void
set_up (Fixture *fixture, const void *epochs)
{
  FsExperiment experiment = small_experiment (GPOINTER_TO_INT (epochs));

  fixture->window = fs_window_new (GTK_APPLICATION (application), 1);
  fixture->session = fs_window_get_session (fixture->window);
  fs_session_start (fixture->session, &experiment);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
}

static void
tear_down (Fixture *fixture, const void *epochs)
{
  FsWindow *window = g_object_ref (fixture->window);
  FsSession *session = g_object_ref (fixture->session);

  gtk_window_close (GTK_WINDOW (window));
  /* Toasts and tooltips let go in the main loop. */
  wait_until (!g_main_context_pending (NULL));
  g_assert_finalize_object (window);
  g_assert_finalize_object (session);
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));
}

static GtkWidget *
find_below (GtkWidget *widget, GType type, guint skip)
{
  GtkWidget *stack[64];
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_last_child (widget); child && n < G_N_ELEMENTS (stack);
       child = gtk_widget_get_prev_sibling (child))
    stack[n++] = child;
  while (n > 0)
    {
      GtkWidget *at = stack[--n];

      if (g_type_is_a (G_OBJECT_TYPE (at), type) && skip-- == 0)
        return at;
      for (GtkWidget *child = gtk_widget_get_last_child (at); child && n < G_N_ELEMENTS (stack);
           child = gtk_widget_get_prev_sibling (child))
        stack[n++] = child;
    }
  return NULL;
}

static const char *
subtitle (Fixture *fixture)
{
  GtkWidget *heading = find_below (GTK_WIDGET (fixture->window), ADW_TYPE_WINDOW_TITLE, 0);

  return adw_window_title_get_subtitle (ADW_WINDOW_TITLE (heading));
}

static const char *
train_label (Fixture *fixture)
{
  GtkWidget *content = find_below (GTK_WIDGET (fixture->window), ADW_TYPE_BUTTON_CONTENT, 0);

  return adw_button_content_get_label (ADW_BUTTON_CONTENT (content));
}

static void
test_train_to_the_end (Fixture *fixture, const void *epochs)
{
  GtkWidget *loss = find_below (GTK_WIDGET (fixture->window), FS_TYPE_CHART, 0);
  GtkWidget *forecast = find_below (GTK_WIDGET (fixture->window), FS_TYPE_CHART, 1);

  g_assert_cmpstr (subtitle (fixture), ==, "ready to train");
  g_assert_cmpstr (train_label (fixture), ==, "Train");
  g_assert_cmpstr (fs_chart_get_description (FS_CHART (loss)), ==,
                   "No epoch has been trained yet.");
  activate (fixture, "win.train-pause");
  wait_until (is_in_state (fixture->session, FS_RUN_FINISHED));
  g_assert_cmpstr (subtitle (fixture), ==, "finished: all 6 epochs");
  g_assert_cmpstr (train_label (fixture), ==, "Train");
  g_assert_true (g_str_has_prefix (fs_chart_get_description (FS_CHART (loss)), "After epoch 6"));
  g_assert_nonnull (strstr (fs_chart_get_description (FS_CHART (forecast)), "hidden"));
  gtk_test_accessible_assert_role (loss, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (loss, GTK_ACCESSIBLE_PROPERTY_LABEL, "Loss");
}

static void
test_pause (Fixture *fixture, const void *epochs)
{
  gsize n;

  activate (fixture, "win.train-pause");
  wait_until (count_epochs (fixture->session) > 2);
  g_assert_cmpstr (train_label (fixture), ==, "Pause");
  activate (fixture, "win.train-pause");
  wait_until (is_in_state (fixture->session, FS_RUN_PAUSED));
  g_assert_cmpstr (train_label (fixture), ==, "Train");
  g_assert_true (g_str_has_prefix (subtitle (fixture), "paused · epoch "));
  n = count_epochs (fixture->session);
  activate (fixture, "win.step");
  wait_until (count_epochs (fixture->session) == n + 1
              && is_in_state (fixture->session, FS_RUN_PAUSED));
  activate (fixture, "win.stop");
  wait_until (is_in_state (fixture->session, FS_RUN_FINISHED));
  g_assert_true (g_str_has_prefix (subtitle (fixture), "stopped by you"));
}

/* The scrubber asks for the weights of an epoch, and the forecast follows. */
static void
test_scrub (Fixture *fixture, const void *epochs)
{
  activate (fixture, "win.train-pause");
  wait_until (is_in_state (fixture->session, FS_RUN_FINISHED));
  activate (fixture, "win.epoch-back");
  for (int i = 0; i < 10; i++)
    activate (fixture, "win.epoch-back");
  wait_until (fs_session_get_current (fixture->session)->forecast->epoch == 1);
  for (int i = 0; i < 10; i++)
    activate (fixture, "win.epoch-on");
  wait_until (fs_session_get_current (fixture->session)->forecast->epoch == 6);
}

/* Playing visits epochs in order and ends at the last. */
static void
test_play (Fixture *fixture, const void *epochs)
{
  activate (fixture, "win.train-pause");
  wait_until (is_in_state (fixture->session, FS_RUN_FINISHED));
  activate (fixture, "win.play");
  wait_until (fs_session_get_current (fixture->session)->forecast->epoch == 1);
  wait_until (fs_session_get_current (fixture->session)->forecast->epoch == 3);
}

static void
test_undo (Fixture *fixture, const void *epochs)
{
  fs_session_set (fixture->session, "train.batch", "8", NULL);
  activate (fixture, "win.undo");
  g_assert_cmpint (fs_session_get_experiment (fixture->session)->train.batch, ==, 32);
  activate (fixture, "win.redo");
  g_assert_cmpint (fs_session_get_experiment (fixture->session)->train.batch, ==, 8);
}

static void
test_strip (Fixture *fixture, const void *epochs)
{
  activate (fixture, "win.train-pause");
  wait_until (count_epochs (fixture->session) > 2);
  activate (fixture, "win.reset");
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
  g_assert_cmpstr (subtitle (fixture), ==, "ready to train");
  fs_session_show (fixture->session, 1);
  g_assert_cmpuint (fs_session_get_shown (fixture->session), ==, 1);
  assert_focusables_have_names (GTK_WIDGET (fixture->window));
  fs_session_show (fixture->session, 0);
}

static void
test_focus_has_names (Fixture *fixture, const void *epochs)
{
  guint n = assert_focusables_have_names (GTK_WIDGET (fixture->window));

  g_assert_cmpuint (n, >, 30);
}

static void
show_pages (GtkWidget *widget, GtkStack **stacks, guint *n)
{
  if (GTK_IS_STACK (widget) && GTK_IS_STACK_SWITCHER (gtk_widget_get_prev_sibling (widget)))
    stacks[(*n)++] = GTK_STACK (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    show_pages (child, stacks, n);
}

/* Every page of every view, with a run that has trained and one of before on show. */
static void
test_everything_has_help (Fixture *fixture, const void *epochs)
{
  g_autoptr (GString) without = g_string_new (NULL);
  GtkStack *stacks[8];
  guint n_stacks = 0, n_seen = 0;

  activate (fixture, "win.train-pause");
  wait_until (is_in_state (fixture->session, FS_RUN_FINISHED));
  activate (fixture, "win.reset");
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
  fs_session_show (fixture->session, 1);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1280, 800);
  show_pages (GTK_WIDGET (fixture->window), stacks, &n_stacks);
  g_assert_cmpuint (n_stacks, >=, 2);
  for (guint i = 0; i < n_stacks; i++)
    {
      g_autoptr (GtkSelectionModel) pages = gtk_stack_get_pages (stacks[i]);
      GListModel *list = G_LIST_MODEL (pages);

      if (i > 0) /* its view, so that its pages can be seen */
        gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", 1);
      for (guint k = 0; k < g_list_model_get_n_items (list); k++)
        {
          gtk_selection_model_select_item (pages, k, TRUE);
          wait_until (!g_main_context_pending (NULL));
          n_seen += list_without_help (GTK_WIDGET (fixture->window), without);
        }
    }
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", 0);
  g_test_message ("%u looked at", n_seen);
  g_assert_cmpstr (without->str, ==, "");
  g_assert_cmpuint (n_seen, >, 200);
}

static void
test_refused_files (Fixture *fixture, const void *epochs)
{
  g_autoptr (GFile) folder = g_file_new_for_path (g_get_tmp_dir ());
  g_autoptr (GFile) missing = g_file_new_for_path ("/nonexistent/a.fit.json");
  g_autoptr (GFile) data = g_file_new_for_path ("/nonexistent/a.csv");
  g_autofree char *before = g_strdup (fs_session_get_experiment (fixture->session)->data.source);

  fs_window_open (fixture->window, folder);
  fs_window_open (fixture->window, missing);
  fs_window_open (fixture->window, data);
  g_assert_cmpstr (fs_session_get_experiment (fixture->session)->data.source, ==, before);
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
}

/* In pixels; of what is shown. */
static double
smallest_text (GtkWidget *widget)
{
  double smallest = INFINITY;

  if (!gtk_widget_get_mapped (widget))
    return INFINITY;
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)))
    {
      const PangoFontDescription *font =
          pango_context_get_font_description (gtk_widget_get_pango_context (widget));
      double size = pango_font_description_get_size (font) / (double) PANGO_SCALE;

      if (!pango_font_description_get_size_is_absolute (font))
        size *= pango_cairo_context_get_resolution (gtk_widget_get_pango_context (widget)) / 72;
      if (size < 18)
        g_test_message ("%.1f px: %s", size, gtk_label_get_text (GTK_LABEL (widget)));
      smallest = size;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    smallest = fmin (smallest, smallest_text (child));
  return smallest;
}

static void
test_presentation (Fixture *fixture, const void *epochs)
{
  GtkWidget *loss = find_below (GTK_WIDGET (fixture->window), FS_TYPE_CHART, 0);
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  /* Where there is an application, it loads this. */
  gtk_css_provider_load_from_resource (style, "/org/fitscope/Fitscope/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  activate (fixture, "win.presentation");
  g_assert_cmpfloat (fs_chart_get_magnification (FS_CHART (loss)), >, 1);
  for (int view = 0; view < 4; view++)
    {
      gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", view);
      wait_until (smallest_text (GTK_WIDGET (fixture->window)) > 17.99);
    }
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", 0);
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (),
                                                 GTK_STYLE_PROVIDER (style));
  activate (fixture, "win.presentation");
  g_assert_cmpfloat (fs_chart_get_magnification (FS_CHART (loss)), ==, 1);
}

/* The first label in a window whose text has this in it. */
static GtkWidget *
find_text (GtkWidget *widget, const char *part)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), part))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_text (child, part);
      if (found)
        return found;
    }
  return NULL;
}

static GtkWindow *
window_named (const char *title)
{
  GListModel *all = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (all, i);
      if (g_strcmp0 (gtk_window_get_title (window), title) == 0)
        return window;
    }
  return NULL;
}

/* A log of another program has a window of its own, and leaves the experiment alone; data do not. */
static void
test_log (Fixture *fixture, const void *epochs)
{
  g_autofree char *folder = g_dir_make_tmp ("log-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "epochs.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *before = g_strdup (fs_session_get_experiment (fixture->session)->data.source);
  g_autoptr (GString) text = g_string_new ("epoch,loss,val_loss\n");

  for (int epoch = 0; epoch < 40; epoch++)
    {
      const double fall = 40.0 - epoch, rise = epoch > 15 ? epoch - 15.0 : 15.0 - epoch;
      g_string_append_printf (text, "%d,%d.%03d,%d.%03d\n", epoch, (int) fall, 0,
                              (int) (100 + rise * 4), 0);
    }
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  g_assert_null (window_named ("epochs.csv"));
  fs_window_open (fixture->window, file);
  GtkWindow *log = window_named ("epochs.csv");
  g_assert_nonnull (log);
  g_assert_cmpstr (fs_session_get_experiment (fixture->session)->data.source, ==, before);
  g_assert_nonnull (find_text (GTK_WIDGET (log), "Overfitting since epoch 16"));
  g_assert_nonnull (find_text (GTK_WIDGET (log), "counts epochs from 0"));
  gtk_window_destroy (log);
  g_remove (path);
  g_rmdir (folder);
}

static guint
count_toplevels (void)
{
  return g_list_model_get_n_items (gtk_window_get_toplevels ());
}

/* Every chart that is on show says in words what it shows, and has its numbers as a table; returns how
 * many there are. */
static guint
check_charts (GtkWidget *widget)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (widget))
    return 0;
  if (FS_IS_CHART (widget))
    {
      const guint n_before = count_toplevels ();
      g_autoptr (GtkWindow) table = NULL;

      wait_until (fs_chart_get_description (FS_CHART (widget))
                  && *fs_chart_get_description (FS_CHART (widget)));
      g_assert_true (gtk_widget_activate_action (widget, "chart.table", NULL));
      g_assert_cmpuint (count_toplevels (), ==, n_before + 1);
      for (guint i = 0; i < count_toplevels (); i++)
        {
          g_autoptr (GtkWindow) each = g_list_model_get_item (gtk_window_get_toplevels (), i);
          if (find_below (GTK_WIDGET (each), GTK_TYPE_COLUMN_VIEW, 0))
            table = g_object_ref (each);
        }
      g_assert_nonnull (table);
      gtk_window_destroy (table);
      return 1;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n += check_charts (child);
  return n;
}

static void
test_charts_in_words (Fixture *fixture, const void *epochs)
{
  static const struct
  {
    int view;
    const char *page; /* of the view's own */
    guint n_charts;
  } pages[] = { { 0, NULL, 2 },   { 1, "steps", 6 },   { 2, "gates", 2 }, { 2, "states", 2 },
                { 2, "past", 2 }, { 2, "updates", 2 }, { 3, NULL, 1 } };
  GtkWidget *inside = find_below (GTK_WIDGET (fixture->window), FS_TYPE_INSIDE_VIEW, 0);
  GtkWidget *prepare = find_below (GTK_WIDGET (fixture->window), FS_TYPE_PREPARE_VIEW, 0);

  activate (fixture, "win.train-pause");
  wait_until (is_in_state (fixture->session, FS_RUN_FINISHED));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_test_message ("view %d, %s", pages[i].view, pages[i].page ? pages[i].page : "");
      gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", pages[i].view);
      if (pages[i].page)
        g_assert_true (gtk_widget_activate_action (
            pages[i].view == 1 ? prepare : inside,
            pages[i].view == 1 ? "prepare.page" : "inside.page", "s", pages[i].page));
      wait_until (check_charts (GTK_WIDGET (fixture->window)) >= pages[i].n_charts);
    }
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", 0);
}

/* Each view by its name and by its place; the one that is open is remembered. */
static void
test_views (Fixture *fixture, const void *epochs)
{
  GtkWidget *watch = find_below (GTK_WIDGET (fixture->window), FS_TYPE_WATCH_VIEW, 0);
  GtkWidget *prepare = find_below (GTK_WIDGET (fixture->window), FS_TYPE_PREPARE_VIEW, 0);
  FsWindow *second;

  g_assert_true (gtk_widget_get_mapped (watch));
  g_assert_false (gtk_widget_get_mapped (prepare));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view", "s", "prepare");
  g_assert_true (gtk_widget_get_mapped (prepare));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view", "s", "no such view");
  g_assert_true (gtk_widget_get_mapped (prepare));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", 0);
  g_assert_true (gtk_widget_get_mapped (watch));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", 1);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view-at", "i", 99);
  g_assert_true (gtk_widget_get_mapped (prepare));
  assert_focusables_have_names (GTK_WIDGET (fixture->window));

  second = fs_window_new (GTK_APPLICATION (application), 1);
  prepare = find_below (GTK_WIDGET (second), FS_TYPE_PREPARE_VIEW, 0);
  g_assert_true (gtk_widget_get_child_visible (prepare));
  gtk_widget_activate_action (GTK_WIDGET (second), "win.view", "s", "watch");
  gtk_window_destroy (GTK_WINDOW (second));
}

static void
test_panes (Fixture *fixture, const void *epochs)
{
  activate (fixture, "win.show-experiment");
  activate (fixture, "win.show-diagnosis");
  activate (fixture, "win.show-experiment");
  activate (fixture, "win.show-diagnosis");
}

/* tear_down closes the window while two runs and a reader are at work. */
static void
test_close_while_training (Fixture *fixture, const void *epochs)
{
  activate (fixture, "win.train-pause");
  wait_until (count_epochs (fixture->session) > 2);
  activate (fixture, "win.play");
  fs_session_set (fixture->session, "window.length", "9", NULL);
  wait_until (fs_session_is_pending (fixture->session));
  fs_session_open_data (fixture->session, "builtin:co2-weekly");
}

int
main (int argc, char **argv)
{
  void *forever = GINT_TO_POINTER (FOREVER);
  void *six = GINT_TO_POINTER (6);
  g_autoptr (GError) error = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  /* The application brings the style sheet, whose faults are warnings and so fatal here. */
  application =
      g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.fitscope.Test", "flags",
                    G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/fitscope/Fitscope", NULL);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
#define ADD(name, epochs, test) \
  g_test_add ("/window/" name, Fixture, epochs, set_up, test, tear_down)
  ADD ("train-to-the-end", six, test_train_to_the_end);
  ADD ("pause", forever, test_pause);
  ADD ("scrub", six, test_scrub);
  ADD ("play", six, test_play);
  ADD ("undo", forever, test_undo);
  ADD ("strip", forever, test_strip);
  ADD ("focus-has-names", forever, test_focus_has_names);
  ADD ("everything-has-help", six, test_everything_has_help);
  ADD ("refused-files", forever, test_refused_files);
  ADD ("log", forever, test_log);
  ADD ("presentation", forever, test_presentation);
  ADD ("charts-in-words", six, test_charts_in_words);
  ADD ("views", forever, test_views);
  ADD ("panes", forever, test_panes);
  ADD ("close-while-training", forever, test_close_while_training);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
