/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profile of texts. See prepare-texts.h. Nearest words are looked for in a thread, which has copies and
 * references of its own; an answer that nobody waits for any more is dropped. */

#include "ui/views/prepare-texts.h"

#include <adwaita.h>
#include <string.h>
#include "engine/lab/text-facts.h"
#include "ui/text.h"

#define N_NEAREST 8
#define N_VARIANTS 3

/* What nearest words are asked of. */
typedef struct
{
  FsSharedFrame *frame;
  FsExperiment experiment;
  char *word;
} Question;

static void
question_free (Question *question)
{
  fs_shared_unref (question->frame);
  g_free (question->word);
  g_free (question);
}

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

/* ---- nearest words ---- */

static void
find_thread (GTask *task, void *source_object, void *task_data, GCancellable *cancellable)
{
  const Question *question = task_data;
  GError *error = NULL;
  GPtrArray *found = fs_words_nearest (question->frame->frame, &question->experiment, NULL,
                                       question->word, N_NEAREST, &error);

  if (found)
    g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
found_cb (GObject *source_object, GAsyncResult *result, void *data)
{
  GtkLabel *answer = GTK_LABEL (data); /* a reference of its own */
  const char *word = ((Question *) g_task_get_task_data (G_TASK (result)))->word;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; found && i < found->len; i++)
    {
      const FsNeighbour *neighbour = g_ptr_array_index (found, i);
      char cosine[16];

      g_snprintf (cosine, sizeof cosine, "%.2f", neighbour->cosine);
      g_string_append_printf (text, "%s%s %s", i > 0 ? " · " : "", neighbour->word, cosine);
    }
  if (g_strcmp0 (g_object_get_data (G_OBJECT (answer), "word"), word) == 0)
    gtk_label_set_text (answer, !found           ? error->message
                                : found->len > 0 ? text->str
                                                 : _ ("There is no other word."));
  g_object_unref (answer);
}

static void
ask_cb (AdwEntryRow *entry, FsSession *session)
{
  GtkWidget *answer = g_object_get_data (G_OBJECT (entry), "answer");
  FsSharedFrame *frame = fs_session_get_shared_frame (session);
  const char *word = gtk_editable_get_text (GTK_EDITABLE (entry));
  g_autoptr (GTask) task = NULL;
  Question *question;

  if (!frame || !*word)
    return;
  question = g_new0 (Question, 1);
  question->frame = fs_shared_ref (frame);
  question->experiment = *fs_session_get_experiment (session);
  question->word = g_strstrip (g_strdup (word));
  g_object_set_data_full (G_OBJECT (answer), "word", g_strdup (question->word), g_free);
  gtk_label_set_text (GTK_LABEL (answer), _ ("Looking at the words of the training texts …"));
  task = g_task_new (NULL, NULL, found_cb, g_object_ref (answer));
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  g_task_run_in_thread (task, find_thread);
}

static void
add_nearest (GtkWidget *group, FsSession *session)
{
  GtkWidget *entry = adw_entry_row_new ();
  GtkWidget *answer = gtk_label_new (_ ("A word and Enter: which words stand near it, by the "
                                        "cosine of their vectors."));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Nearest words of"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
  gtk_label_set_wrap (GTK_LABEL (answer), TRUE);
  gtk_label_set_xalign (GTK_LABEL (answer), 0);
  gtk_label_set_selectable (GTK_LABEL (answer), TRUE);
  gtk_widget_set_can_focus (answer, FALSE);
  gtk_widget_add_css_class (answer, "dim-label");
  gtk_widget_set_margin_top (answer, 6);
  gtk_widget_set_margin_start (answer, 12);
  g_object_set_data (G_OBJECT (entry), "answer", answer);
  g_signal_connect_object (entry, "apply", G_CALLBACK (ask_cb), session, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), entry);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), answer);
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
  add_nearest (group, session);
  return group;
}
