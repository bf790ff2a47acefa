/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The preferences. See preferences.h. Each row is told by its settings key which value it holds, so
 * that one function serves all rows of a kind. */

#include "ui/preferences.h"

#include "ui/contrast.h"
#include "ui/controls/setting-control.h"
#include "ui/settings.h"
#include "ui/text.h"

#define MOST_THREADS 256
#define WIDTH_PX 600
#define HEIGHT_PX 720 /* all of it, without scrolling */
#define MAX_CHOICES 4

/* The words in the file, and what they are called. Index 0 is the default. */
typedef struct
{
  const char *key, *title, *subtitle;
  struct
  {
    const char *word, *label;
  } choices[MAX_CHOICES + 1];
} Choice;

static const Choice style_choice = {
  "style",
  N_ ("Style"),
  NULL,
  { { "system", N_ ("As the system") }, { "light", N_ ("Light") }, { "dark", N_ ("Dark") } }
};
static const Choice size_choice = { "text-size",
                                    N_ ("Text size"),
                                    NULL,
                                    { { "100", N_ ("Normal") },
                                      { "125", N_ ("Large") },
                                      { "150", N_ ("Very large") },
                                      { "200", N_ ("Twice as large") } } };
static const Choice contrast_choice = { "contrast",
                                        N_ ("Contrast"),
                                        NULL,
                                        { { "system", N_ ("As the system") },
                                          { "high", N_ ("High") } } };
static const Choice language_choice = {
  "language",
  N_ ("Language"),
  N_ ("Of words and numbers, from the next start on"),
  { { "system", N_ ("As the system") }, { "en", "English" }, { "de", "Deutsch" } }
};

/* ---- text size ---- */

void
fs_preferences_apply_text_size (void)
{
  static int usual_dpi = 0;
  GtkSettings *settings = gtk_settings_get_default ();
  g_autofree char *size = fs_settings_get_text ("text-size", "100");
  double percent = CLAMP (g_ascii_strtod (size, NULL), 50, 300);

  if (!settings)
    return;
  if (usual_dpi == 0)
    g_object_get (settings, "gtk-xft-dpi", &usual_dpi, NULL);
  if (usual_dpi > 0)
    g_object_set (settings, "gtk-xft-dpi", (int) (usual_dpi * percent / 100), NULL);
}

void
fs_preferences_apply_contrast (void)
{
  g_autofree char *contrast = fs_settings_get_text ("contrast", "system");

  fs_contrast_set_high (g_str_equal (contrast, "high"));
}

/* ---- rows ---- */

static void
chosen_cb (AdwComboRow *row, GParamSpec *property, const Choice *choice)
{
  const char *word = choice->choices[adw_combo_row_get_selected (row)].word;
  GApplication *application = g_application_get_default ();

  fs_settings_set_text (choice->key, word);
  if (choice == &style_choice && application)
    g_action_group_change_action_state (G_ACTION_GROUP (application), "style",
                                        g_variant_new_string (word));
  else if (choice == &size_choice)
    fs_preferences_apply_text_size ();
  else if (choice == &contrast_choice)
    fs_preferences_apply_contrast ();
}

static GtkWidget *
make_choice (const Choice *choice)
{
  g_autofree char *now = fs_settings_get_text (choice->key, choice->choices[0].word);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  GtkWidget *row = adw_combo_row_new ();
  guint selected = 0;

  for (guint i = 0; choice->choices[i].word; i++)
    {
      gtk_string_list_append (labels, _ (choice->choices[i].label));
      if (g_str_equal (now, choice->choices[i].word))
        selected = i;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (choice->title));
  if (choice->subtitle)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (choice->subtitle));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (labels));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  g_signal_connect (row, "notify::selected", G_CALLBACK (chosen_cb), (void *) choice);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (choice->title), -1);
  return row;
}

static void
switched_cb (GtkSwitch *control, GParamSpec *property, const char *key)
{
  fs_settings_set_boolean (key, gtk_switch_get_active (control));
}

static GtkWidget *
make_row (const char *title, const char *subtitle, GtkWidget *control)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  fs_controls_name_focusables (control, title);
  return row;
}

/* `key` is a literal. */
static GtkWidget *
make_switch (const char *key, const char *title, const char *subtitle)
{
  GtkWidget *control = gtk_switch_new ();

  gtk_switch_set_active (GTK_SWITCH (control), fs_settings_get_boolean (key, FALSE));
  g_signal_connect (control, "notify::active", G_CALLBACK (switched_cb), (void *) key);
  return make_row (title, subtitle, control);
}

static void
threads_cb (GtkSpinButton *control, void *data)
{
  fs_settings_set_integer ("threads", gtk_spin_button_get_value_as_int (control));
}

static GtkWidget *
make_threads (void)
{
  GtkWidget *control = gtk_spin_button_new_with_range (0, MOST_THREADS, 1);

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (control), fs_settings_get_integer ("threads", 0));
  g_signal_connect (control, "value-changed", G_CALLBACK (threads_cb), NULL);
  return make_row (
      _ ("Threads"),
      _ ("0 takes all cores; the results are the same. In windows opened from now on."), control);
}

static void
add_group (AdwPreferencesPage *page, const char *title, GtkWidget *const *rows, guint n)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  for (guint i = 0; i < n; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), rows[i]);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
}

GtkWidget *
fs_preferences_present (GtkWindow *parent)
{
  GtkWidget *window = adw_preferences_window_new ();
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  GtkWidget *appearance[] = {
    make_choice (&style_choice),
    make_choice (&contrast_choice),
    make_choice (&size_choice),
    make_choice (&language_choice),
    make_switch ("presentation", _ ("Begin as a presentation"),
                 _ ("New windows fill the screen, with large text and thick lines (F11)")),
  };
  GtkWidget *charts[] = {
    make_switch ("linear-loss", _ ("Linear loss axis"),
                 _ ("Otherwise logarithmic. In windows opened from now on.")),
    make_switch ("smooth", _ ("Smooth loss curves"), _ ("In windows opened from now on.")),
  };
  GtkWidget *training[] = { make_threads () };

  add_group (page, _ ("Appearance"), appearance, G_N_ELEMENTS (appearance));
  add_group (page, _ ("Charts"), charts, G_N_ELEMENTS (charts));
  add_group (page, _ ("Training"), training, G_N_ELEMENTS (training));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Preferences"));
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH_PX, HEIGHT_PX);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}
