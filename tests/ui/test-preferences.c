/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the preferences keep and who honours it; numbers in the person's language; the files opened
 * last. */

#include "tests/ui/ui-test.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include "engine/base/text.h"
#include "ui/chart/chart.h"
#include "ui/controls/number-field.h"
#include "ui/preferences.h"
#include "ui/settings.h"
#include "ui/window.h"

static GtkWidget *
find_titled (GtkWidget *widget, const char *title)
{
  if (ADW_IS_PREFERENCES_ROW (widget)
      && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_titled (child, title);
      if (found)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_below (GtkWidget *widget, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found =
          g_type_is_a (G_OBJECT_TYPE (child), type) ? child : find_below (child, type);
      if (found)
        return found;
    }
  return NULL;
}

static gboolean
is_pressed (GtkWidget *widget, const char *label)
{
  if (GTK_IS_TOGGLE_BUTTON (widget)
      && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (is_pressed (child, label))
      return TRUE;
  return FALSE;
}

static void
switch_on (GtkWidget *preferences, const char *title)
{
  GtkWidget *row = find_titled (preferences, title);

  g_assert_nonnull (row);
  gtk_switch_set_active (GTK_SWITCH (find_below (row, GTK_TYPE_SWITCH)), TRUE);
}

static void
test_kept (void)
{
  GtkWidget *preferences = fs_preferences_present (NULL);
  g_autofree char *language = NULL;
  g_autofree char *size = NULL;
  int before = 0, after = 0;

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &before, NULL);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_titled (preferences, "Language")), 2);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_titled (preferences, "Text size")), 1);
  gtk_spin_button_set_value (
      GTK_SPIN_BUTTON (find_below (find_titled (preferences, "Threads"), GTK_TYPE_SPIN_BUTTON)), 3);
  language = fs_settings_get_text ("language", "system");
  size = fs_settings_get_text ("text-size", "100");
  g_assert_cmpstr (language, ==, "de");
  g_assert_cmpstr (size, ==, "125");
  g_assert_cmpint (fs_settings_get_integer ("threads", 0), ==, 3);
  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &after, NULL);
  g_assert_cmpint (after, ==, before * 5 / 4);
  /* Opened again, they show what was kept. */
  gtk_window_destroy (GTK_WINDOW (preferences));
  preferences = fs_preferences_present (NULL);
  g_assert_cmpuint (
      adw_combo_row_get_selected (ADW_COMBO_ROW (find_titled (preferences, "Language"))), ==, 2);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_titled (preferences, "Language")), 0);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_titled (preferences, "Text size")), 0);
  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &after, NULL);
  g_assert_cmpint (after, ==, before);
  gtk_window_destroy (GTK_WINDOW (preferences));
}

static gboolean
has_colour (GtkWidget *widget, const char *name, const char *colour)
{
  GdkRGBA found, wanted;

  g_assert_true (gdk_rgba_parse (&wanted, colour));
  return gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &found)
         && gdk_rgba_equal (&found, &wanted);
}

/* At once, in the light and the dark style, and back. */
static void
test_contrast (void)
{
  GtkWidget *preferences = fs_preferences_present (NULL);
  AdwComboRow *row = ADW_COMBO_ROW (find_titled (preferences, "Contrast"));
  AdwStyleManager *manager = adw_style_manager_get_default ();

  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_assert_false (has_colour (preferences, "fitscope_truth", "#000000"));
  adw_combo_row_set_selected (row, 1);
  wait_until (has_colour (preferences, "fitscope_truth", "#000000"));
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  wait_until (has_colour (preferences, "fitscope_truth", "#ffffff"));
  adw_combo_row_set_selected (row, 0);
  wait_until (!has_colour (preferences, "fitscope_truth", "#ffffff"));
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
  gtk_window_destroy (GTK_WINDOW (preferences));
}

/* A window opened afterwards begins as the preferences say. */
static void
test_honoured (void)
{
  GtkWidget *preferences = fs_preferences_present (NULL);
  FsWindow *window = fs_window_new (NULL, 1);

  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (window), "presentation"));
  gtk_window_destroy (GTK_WINDOW (window));
  switch_on (preferences, "Linear loss axis");
  switch_on (preferences, "Smooth loss curves");
  switch_on (preferences, "Begin as a presentation");
  gtk_window_destroy (GTK_WINDOW (preferences));

  window = fs_window_new (NULL, 1);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (window), "presentation"));
  {
    FsSession *session = fs_window_get_session (window);
    FsExperiment experiment = small_experiment (3);
    GtkWidget *loss = find_below (GTK_WIDGET (window), FS_TYPE_CHART);

    fs_session_start (session, &experiment);
    gtk_window_present (GTK_WINDOW (window));
    wait_until (is_in_state (session, FS_RUN_READY));
    gtk_widget_activate_action (GTK_WIDGET (window), "win.train-pause", NULL);
    wait_until (is_in_state (session, FS_RUN_FINISHED));
    g_assert_false (fs_chart_get_log_scale (FS_CHART (loss)));
    g_assert_true (is_pressed (GTK_WIDGET (window), "Smooth"));
  }
  gtk_window_destroy (GTK_WINDOW (window));
  fs_settings_set_boolean ("linear-loss", FALSE);
  fs_settings_set_boolean ("smooth", FALSE);
  fs_settings_set_boolean ("presentation", FALSE);
}

static const char *
look_up (const char *context, const char *one, const char *many, size_t n)
{
  return strcmp (one, "never") == 0 ? "nie" : one;
}

static const FsTranslator german = { look_up, ",", "." };

static void
test_numbers (void)
{
  const FsSetting setting = { .key = "x", .type = FS_TYPE_NUMBER, .special_word = "never" };
  static const char *const read[][2] = { { "0,05", "0.05" },      { "0.05", "0.05" },
                                         { " 1e-3 ", "1e-3" },    { "nie", "never" },
                                         { "-2,5", "-2.5" },      { "never", "never" },
                                         { "1.000,5", "1.000,5" } };
  g_autofree char *plain = fs_number_field_read (&setting, "0,05");
  g_autofree char *shown = NULL;
  g_autofree char *word = NULL;

  g_assert_cmpstr (plain, ==, "0,05"); /* no comma without a language that has one */
  fs_text_set_translator (&german);
  for (guint i = 0; i < G_N_ELEMENTS (read); i++)
    {
      g_autofree char *text = fs_number_field_read (&setting, read[i][0]);
      g_assert_cmpstr (text, ==, read[i][1]);
    }
  shown = fs_number_field_show (&setting, "0.05");
  word = fs_number_field_show (&setting, "never");
  g_assert_cmpstr (shown, ==, "0,05");
  g_assert_cmpstr (word, ==, "nie");
  fs_text_set_translator (NULL);
}

static void
open_path (FsWindow *window, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  fs_window_open (window, file);
}

static void
test_recent (void)
{
  g_autofree char *folder = g_dir_make_tmp ("fitscope-recent-XXXXXX", NULL);
  g_autofree char *first = g_build_filename (folder, "first.csv", NULL);
  g_autofree char *second = g_build_filename (folder, "second.csv", NULL);
  FsWindow *window = fs_window_new (NULL, 1);
  g_auto (GStrv) both = NULL;
  g_auto (GStrv) one = NULL;
  g_auto (GStrv) none = NULL;

  g_file_set_contents (first, "x\n1\n2\n3\n", -1, NULL);
  g_file_set_contents (second, "x\n1\n2\n3\n", -1, NULL);
  open_path (window, first);
  open_path (window, second);
  open_path (window, first);
  both = fs_settings_get_list ("recent");
  g_assert_cmpuint (g_strv_length (both), ==, 2);
  g_assert_cmpstr (both[0], ==, first);
  g_assert_cmpstr (both[1], ==, second);

  /* A file that is gone is told of, taken off, and not opened. */
  g_unlink (second);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-recent", "s", second);
  one = fs_settings_get_list ("recent");
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  g_assert_cmpstr (fs_session_get_experiment (fs_window_get_session (window))->data.source, ==,
                   first);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.clear-recent", NULL);
  none = fs_settings_get_list ("recent");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  g_unlink (first);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/preferences/kept", test_kept);
  g_test_add_func ("/preferences/contrast", test_contrast);
  g_test_add_func ("/preferences/honoured", test_honoured);
  g_test_add_func ("/preferences/numbers", test_numbers);
  g_test_add_func ("/preferences/recent", test_recent);
  return g_test_run ();
}
