/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a user can do with the runs in the strip, as actions "win.…-run" that take the number of the run
 * in this window. */

#include "ui/window-private.h"

#include "ui/text.h"
#define NOTE_HEIGHT_PX 96

static FsSession *
session_of (GtkWidget *widget)
{
  return FS_WINDOW (widget)->session;
}

static void
show_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_show (session_of (widget), g_variant_get_uint32 (parameter));
}

static void
continue_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_continue (session_of (widget), g_variant_get_uint32 (parameter));
}

static void
reuse_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_reuse (session_of (widget), g_variant_get_uint32 (parameter));
  fs_session_show (session_of (widget), 0);
}

static void
pin_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_pin (session_of (widget), g_variant_get_uint32 (parameter),
                  g_str_equal (name, "win.pin-run"));
}

static void
delete_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_delete (session_of (widget), g_variant_get_uint32 (parameter));
}

static void
restore_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_restore (session_of (widget), g_variant_get_uint32 (parameter));
}

static void
compare_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_compare (session_of (widget), g_variant_get_uint32 (parameter), TRUE);
  fs_window_show_view (FS_WINDOW (widget), "compare");
}

static void
uncompare_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_compare (session_of (widget), g_variant_get_uint32 (parameter), FALSE);
}

/* ---- side by side ---- */

static void
show_outcome (GtkWidget *widget, gboolean has_begun, GError *error)
{
  g_autoptr (GError) owned = error;

  if (has_begun)
    fs_window_show_view (FS_WINDOW (widget), "compare");
  else
    fs_window_say (FS_WINDOW (widget), error->message, NULL, NULL);
}

static void
race (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GError *error = NULL;
  gboolean has_begun = fs_session_race_compared (session_of (widget), &error);

  show_outcome (widget, has_begun, error);
}

static void
race_change (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GError *error = NULL;
  gboolean has_begun = fs_session_race_change (session_of (widget), &error);

  show_outcome (widget, has_begun, error);
}

static void
branch_change (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GError *error = NULL;
  gboolean has_begun = fs_session_branch_change (session_of (widget), &error);

  show_outcome (widget, has_begun, error);
}

static void
try_edits (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GError *error = NULL;
  const char *edits;
  guint32 epoch;
  gboolean has_begun;

  g_variant_get (parameter, "(u&s)", &epoch, &edits);
  has_begun = fs_session_branch_with (session_of (widget), epoch, edits, &error);
  show_outcome (widget, has_begun, error);
}

static void
stop_race (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_stop_race (session_of (widget));
}

/* ---- name and note ---- */

typedef struct
{
  FsSession *session; /* a reference */
  guint id;
  GtkWidget *name;
  GtkTextBuffer *note;
} LabelForm;

static void
label_form_free (gpointer data, GClosure *closure)
{
  LabelForm *form = data;

  g_object_unref (form->session);
  g_free (form);
}

static void
label_response_cb (AdwMessageDialog *dialog, const char *response, LabelForm *form)
{
  g_autofree char *note = NULL;
  g_autofree char *name = NULL;
  GtkTextIter start, end;

  if (!g_str_equal (response, "save"))
    return;
  gtk_text_buffer_get_bounds (form->note, &start, &end);
  note = g_strstrip (gtk_text_buffer_get_text (form->note, &start, &end, FALSE));
  name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (form->name))));
  fs_session_label (form->session, form->id, name, note);
}

static void
set_label (GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static GtkWidget *
make_form (LabelForm *form, const char *name, const char *note)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *text = gtk_text_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *heading = gtk_label_new (_ ("Note"));

  form->name = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (form->name), _ ("Name"));
  gtk_editable_set_text (GTK_EDITABLE (form->name), name);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), form->name);

  form->note = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text));
  gtk_text_buffer_set_text (form->note, note, -1);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (text), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (text), 10);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (text), 10);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (text), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (text), 8);
  set_label (text, _ ("Note"));
  gtk_widget_add_css_class (scroller, "card");
  gtk_widget_set_size_request (scroller, -1, NOTE_HEIGHT_PX);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), text);
  gtk_widget_add_css_class (heading, "heading");
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), scroller);
  return box;
}

static void
label_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsSession *session = session_of (widget);
  guint id = g_variant_get_uint32 (parameter);
  const FsKeptRun *kept = fs_session_find_kept (session, id);
  g_autofree char *name =
      kept ? g_strdup (kept->summary->name) : fs_session_dup_current_name (session);
  const char *note = kept ? kept->summary->note : fs_session_get_current_note (session);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (widget), _ ("Name and Note"), NULL);
  LabelForm *form = g_new0 (LabelForm, 1);

  form->session = g_object_ref (session);
  form->id = id;
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_form (form, name, note));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "save",
                                    _ ("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (label_response_cb), form, label_form_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
fs_window_install_run_actions (GtkWidgetClass *class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.show-run", show_run },       { "win.continue-run", continue_run },
    { "win.reuse-run", reuse_run },     { "win.label-run", label_run },
    { "win.pin-run", pin_run },         { "win.unpin-run", pin_run },
    { "win.delete-run", delete_run },   { "win.restore-run", restore_run },
    { "win.compare-run", compare_run }, { "win.uncompare-run", uncompare_run },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (class, actions[i].name, "u", actions[i].activate);
  gtk_widget_class_install_action (class, "win.race", NULL, race);
  gtk_widget_class_install_action (class, "win.race-change", NULL, race_change);
  gtk_widget_class_install_action (class, "win.branch-change", NULL, branch_change);
  gtk_widget_class_install_action (class, "win.try", "(us)", try_edits);
  gtk_widget_class_install_action (class, "win.stop-race", NULL, stop_race);
}
