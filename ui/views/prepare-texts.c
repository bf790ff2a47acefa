/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profile of texts. See prepare-texts.h. */

#include "ui/views/prepare-texts.h"

#include <adwaita.h>
#include <string.h>
#include "engine/lab/text-facts.h"
#include "ui/text.h"
#include "ui/views/nearest-words.h"

#define N_VARIANTS 3

static GtkWidget *
make_row (const char *sentence)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

/* ---- texts that occur twice ---- */

static void
settle_cb (GtkButton *button, FsSession *session)
{
  FsExperiment experiment = *fs_session_get_experiment (session);

  experiment.text.duplicates =
      (FsDuplicates) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "duplicates"));
  fs_session_replace (session, &experiment, gtk_button_get_label (button), NULL);
}

static void
add_button (GtkWidget *row, FsSession *session, const char *label, FsDuplicates duplicates)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "duplicates", GINT_TO_POINTER (duplicates));
  g_signal_connect_object (button, "clicked", G_CALLBACK (settle_cb), session, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static GtkWidget *
make_leak (FsSession *session, const char *sentence)
{
  GtkWidget *row = make_row (sentence);

  gtk_widget_add_css_class (row, "profile-finding");
  if (fs_session_get_experiment (session)->data.task == FS_TASK_TEXT)
    {
      add_button (row, session, _ ("Remove"), FS_DUPLICATES_REMOVED);
      add_button (row, session, _ ("Keep together"), FS_DUPLICATES_GROUPED);
    }
  return row;
}

/* What the steps that vary make of the first texts. */
static void
add_variants (GtkWidget *group, FsSession *session, const FsDataset *dataset)
{
  g_autoptr (GPtrArray) texts =
      fs_text_variants (dataset, fs_session_get_experiment (session), N_VARIANTS);

  for (guint i = 0; i + 1 < texts->len; i += 2)
    {
      GtkWidget *row = make_row (g_ptr_array_index (texts, i));
      g_autofree char *variant =
          g_strdup_printf (_ ("varied: %s"), (const char *) g_ptr_array_index (texts, i + 1));
      g_autofree char *plain = g_markup_escape_text (variant, -1);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), plain);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
      gtk_widget_add_css_class (row, "profile-facts");
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
}

GtkWidget *
fs_prepare_texts_new (FsSession *session, const FsProfileReport *report)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GPtrArray) facts = fs_text_facts (&report->texts, report->text_data);
  g_autofree char *leak = fs_text_leak (&report->texts);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Texts"));
  for (guint i = 0; i < facts->len; i++)
    {
      GtkWidget *row = make_row (g_ptr_array_index (facts, i));

      gtk_widget_add_css_class (row, "profile-facts");
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
  if (leak)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_leak (session, leak));
  add_variants (group, session, report->text_data);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), fs_nearest_words_new (session));
  return group;
}
