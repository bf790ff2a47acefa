/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The nearest words of a word. See nearest-words.h. They are looked for in a thread, which has copies and
 * references of its own; an answer that nobody waits for any more is dropped. */

#include "ui/views/nearest-words.h"

#include <adwaita.h>
#include "engine/lab/text-facts.h"
#include "ui/controls/setting-control.h"
#include "ui/text.h"

#define N_NEAREST 8

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

GtkWidget *
fs_nearest_words_new (FsSession *session)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *list = gtk_list_box_new (), *entry = adw_entry_row_new ();
  GtkWidget *answer = gtk_label_new (_ ("A word and Enter: which words stand near it, by the "
                                        "cosine of their vectors."));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Nearest words of"));
  fs_controls_name_focusables (entry, _ ("Nearest words of"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
  gtk_label_set_wrap (GTK_LABEL (answer), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (answer), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (answer), 0);
  gtk_label_set_selectable (GTK_LABEL (answer), TRUE);
  gtk_widget_set_can_focus (answer, FALSE);
  gtk_widget_add_css_class (answer, "dim-label");
  gtk_widget_set_margin_start (answer, 12);
  g_object_set_data (G_OBJECT (entry), "answer", answer);
  g_signal_connect_object (entry, "apply", G_CALLBACK (ask_cb), session, 0);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), answer);
  return box;
}
