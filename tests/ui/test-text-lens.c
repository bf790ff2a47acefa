/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts in the Prepare view: the picture of lengths by hand, what is shown of a task of texts and what rests,
 * originals beside variants, the text group of the profile, nearest words, and the buttons that choose files. */

#include "tests/ui/ui-test.h"

#include <adwaita.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "tests/ui/focus-names.h"
#include "ui/chart/chart.h"
#include "ui/controls/experiment-panel.h"
#include "ui/controls/file-button.h"
#include "ui/views/prepare-view.h"
#include "ui/views/text-lens.h"
#include "ui/window.h"

static AdwApplication *application;

typedef struct
{
  FsWindow *window;
  FsSession *session;
  GtkWidget *view;
} Fixture;

typedef gboolean (*Condition) (GtkWidget *widget, const char *word);

/* The first widget below that fulfils the condition. */
static GtkWidget *
find (GtkWidget *widget, Condition condition, const char *word)
{
  if (condition (widget, word))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, condition, word);
      if (found)
        return found;
    }
  return NULL;
}

static gboolean
is_label (GtkWidget *widget, const char *word)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strstr (gtk_label_get_text (GTK_LABEL (widget)), word);
}

static gboolean
is_view (GtkWidget *widget, const char *word)
{
  return FS_IS_PREPARE_VIEW (widget);
}

static gboolean
is_chart (GtkWidget *widget, const char *word)
{
  return FS_IS_CHART (widget) && g_strcmp0 (fs_chart_get_label (FS_CHART (widget)), word) == 0;
}

static gboolean
is_entry_row (GtkWidget *widget, const char *word)
{
  return ADW_IS_ENTRY_ROW (widget) && gtk_widget_get_mapped (widget);
}

static gboolean
is_panel (GtkWidget *widget, const char *word)
{
  return FS_IS_EXPERIMENT_PANEL (widget);
}

static gboolean
is_row (GtkWidget *widget, const char *word)
{
  return ADW_IS_ACTION_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), word) == 0;
}

static gboolean
is_file_button (GtkWidget *widget, const char *word)
{
  return FS_IS_FILE_BUTTON (widget);
}

static gboolean
is_drop_down (GtkWidget *widget, const char *word)
{
  return GTK_IS_DROP_DOWN (widget);
}

static gboolean
is_expander (GtkWidget *widget, const char *word)
{
  return ADW_IS_EXPANDER_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), word) == 0;
}

static gboolean
says (Fixture *fixture, const char *word)
{
  return find (fixture->view, is_label, word) != NULL;
}

static void
set_up (Fixture *fixture, const void *unused)
{
  FsExperiment experiment = small_experiment (2);

  g_strlcpy (experiment.data.source, "builtin:synthetic-sentiment", FS_PATH_SIZE);
  experiment.data.target[0] = experiment.data.time[0] = '\0';
  experiment.data.task = FS_TASK_TEXT;
  fs_experiment_suit_task (&experiment);
  experiment.layers[0].units = 6;
  experiment.split.train = 0.1;
  fixture->window = fs_window_new (GTK_APPLICATION (application), 1);
  fixture->session = fs_window_get_session (fixture->window);
  fs_session_start (fixture->session, &experiment);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view", "s", "prepare");
  fixture->view = find (GTK_WIDGET (fixture->window), is_view, NULL);
  gtk_widget_activate_action (fixture->view, "prepare.page", "s", "steps");
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

/* Three texts of 0 to 1 words, five of 2 to 3, one of 4. */
static void
test_lengths (void)
{
  guint32 lengths[] = { 1, 3, 4 };
  const FsTextProfile profile = {
    .n_texts = 9, .shortest = 0, .longest = 4, .median = 2, .bins = { 3, 5, 1 }, .bin_width = 2
  };
  const FsDataset dataset = { .length = 3,
                              .padding = FS_AT_START,
                              .windows = { { .lengths = lengths, .n = 3 } } };
  g_autoptr (FsPlot) plot = fs_text_lens_lengths_plot (&profile, 3);
  g_autofree char *words = fs_text_lens_describe_lengths (&profile, &dataset);

  g_assert_nonnull (plot);
  g_assert_cmpstr (words, ==,
                   "Texts of 0 to 4 words, half of them of at most 2. All become 3 steps: 1 of 9 "
                   "texts are cut at their end, shorter ones are filled up before.");
}

/* What has nothing to do with texts rests: no chip, no row, no empty picture, but its name. */
static void
test_lens (Fixture *fixture, const void *unused)
{
  const FsExperiment *experiment = fs_session_get_experiment (fixture->session);
  GtkWidget *panel = find (GTK_WIDGET (fixture->window), is_panel, NULL);
  GtkWidget *chart;

  g_assert_cmpuint (experiment->n_steps, ==, 2);
  wait_until (says (fixture, "of them for training → words"));
  g_assert_true (says (fixture, "by the embedding"));
  g_assert_true (says (fixture, "Resting, since they are for numbers: Fill gaps, Scale"));
  g_assert_true (says (fixture, "Most frequent words"));
  g_assert_true (says (fixture, "From text to numbers"));
  g_assert_true (says (fixture, "No step varies the training texts"));
  chart = find (fixture->view, is_chart, "Lengths of the texts");
  g_assert_nonnull (chart);
  g_assert_nonnull (strstr (fs_chart_get_description (FS_CHART (chart)), "texts are cut"));
  g_assert_false (gtk_widget_get_mapped (find (fixture->view, is_chart, "Series before")));
  g_assert_null (find (panel, is_label, "Fill gaps"));
  assert_focusables_have_names (fixture->view);

  /* As the button does it: a way that texts can be varied is chosen. */
  gtk_widget_activate_action (panel, "panel.add-step", "i", FS_STEP_AUGMENT);
  g_assert_cmpint (experiment->steps[2].augment_method, ==, FS_AUGMENT_SWAP);
  fs_session_set (fixture->session, "prepare.2.share", "1", NULL);
  wait_until (says (fixture, "Variant") && says (fixture, "Original")
              && !says (fixture, "No step varies the training texts"));
  g_assert_nonnull (find (panel, is_label, "Vary"));
  assert_focusables_have_names (fixture->view);

  /* Numbers again: the lens of numbers is back. */
  fs_session_undo (fixture->session);
  fs_session_set (fixture->session, "data.task", "forecast", NULL);
  wait_until (gtk_widget_get_mapped (find (fixture->view, is_chart, "Series before")));
  g_assert_false (says (fixture, "Resting"));
  g_assert_nonnull (find (panel, is_label, "Fill gaps"));
}

static void
ask (Fixture *fixture, const char *word)
{
  GtkWidget *entry = find (fixture->view, is_entry_row, NULL);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), word);
  g_signal_emit_by_name (entry, "apply");
}

static void
test_nearest (Fixture *fixture, const void *unused)
{
  wait_until (says (fixture, "Nearest words of"));
  ask (fixture, "staff");
  wait_until (says (fixture, " · ") && says (fixture, " 0."));
  ask (fixture, "no-such-word");
  wait_until (says (fixture, "no-such-word"));
  g_assert_true (says (fixture, "Not found"));
}

static void
test_profile (Fixture *fixture, const void *unused)
{
  gtk_widget_activate_action (fixture->view, "prepare.page", "s", "profile");
  wait_until (says (fixture, "different words in training"));
  g_assert_true (says (fixture, "texts of "));
  ask (fixture, "staff");
  wait_until (says (fixture, " 0."));
}

/* The file that a dialog gives is the setting's new value; columns of words are on offer. */
static void
test_rows (Fixture *fixture, const void *unused)
{
  static const char *const titles[] = { "Word vectors", "Synonyms", "Back-translations" };
  const FsExperiment *experiment = fs_session_get_experiment (fixture->session);
  GtkWidget *panel = find (GTK_WIDGET (fixture->window), is_panel, NULL);
  GtkWidget *row = find (panel, is_row, "Target");
  GtkDropDown *choice = GTK_DROP_DOWN (find (row, is_drop_down, NULL));

  g_assert_true (GTK_IS_STRING_OBJECT (gtk_drop_down_get_selected_item (choice)));
  g_assert_cmpstr (
      gtk_string_object_get_string (GTK_STRING_OBJECT (gtk_drop_down_get_selected_item (choice))),
      ==, "sentiment");
  g_assert_nonnull (find (find (panel, is_row, "Text"), is_drop_down, NULL));
  g_assert_false (gtk_widget_get_visible (find (panel, is_row, "Time")));
  g_assert_false (gtk_widget_get_visible (find (panel, is_row, "Further inputs")));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (find (panel, is_expander, "More")), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      GtkWidget *button;

      wait_until (find (panel, is_row, titles[i]));
      button = find (find (panel, is_row, titles[i]), is_file_button, NULL);
      g_assert_nonnull (button);
      g_signal_emit_by_name (button, "chosen", "/no/such file.txt");
    }
  g_assert_cmpstr (experiment->text.vectors, ==, "/no/such file.txt");
  g_assert_cmpstr (experiment->text.synonyms, ==, "/no/such file.txt");
  g_assert_cmpstr (experiment->text.back_translations, ==, "/no/such file.txt");
  assert_focusables_have_names (panel);
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
  g_test_add_func ("/text-lens/lengths", test_lengths);
#define ADD(name, test) g_test_add ("/text-lens/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("lens", test_lens);
  ADD ("nearest", test_nearest);
  ADD ("profile", test_profile);
  ADD ("rows", test_rows);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
