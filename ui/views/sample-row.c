/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a sample begins with, and its temperature; see sample-row.h. Writing happens on the run's thread. */

#include "ui/views/sample-row.h"

#include <stdlib.h>
#include "engine/prepare/text-prompt.h"
#include "ui/text.h"

/* Below, the likeliest word repeats itself; above, words follow each other as if by lot. */
#define LEAST_TEMPERATURE 0.2
#define MOST_TEMPERATURE 1.5
#define TEMPERATURE_STEP 0.1

struct _FsSampleRow
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *box;
  GtkWidget *prompt, *temperature;
  GtkWidget *note;
  gboolean is_syncing; /* the fields follow the experiment */
};

G_DEFINE_FINAL_TYPE (FsSampleRow, fs_sample_row, GTK_TYPE_WIDGET);

/* Of the data that the fields act on. */
static char *
dup_unknown (FsSampleRow *self)
{
  const FsSnapshot *current = fs_session_get_current (self->session);
  const char *prompt = fs_session_get_experiment (self->session)->text.prompt;
  g_autofree char *valid = NULL;
  char *found = NULL;

  if (!current || !current->dataset || !current->dataset->vocabulary
      || fs_prompt_unknown (current->dataset->vocabulary, prompt, &found) != FS_OK)
    return NULL;
  valid = found ? g_utf8_make_valid (found, -1) : NULL;
  free (found);
  return g_steal_pointer (&valid);
}

static void
show_note (FsSampleRow *self)
{
  g_autofree char *unknown = dup_unknown (self);
  g_autofree char *note =
      unknown ? g_strdup_printf (_ ("Left out, since the training text never has it: %s"), unknown)
              : g_strdup ("");

  if (g_str_equal (note, gtk_label_get_text (GTK_LABEL (self->note))))
    return;
  gtk_label_set_text (GTK_LABEL (self->note), note);
  gtk_widget_set_visible (self->note, unknown != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->prompt),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, note, -1);
}

/* A file may ask for a temperature that the field does not offer: it is shown as it is. */
static void
show_temperature (FsSampleRow *self, double temperature)
{
  GtkSpinButton *field = GTK_SPIN_BUTTON (self->temperature);

  gtk_spin_button_set_range (field, MIN (LEAST_TEMPERATURE, temperature),
                             MAX (MOST_TEMPERATURE, temperature));
  if (gtk_spin_button_get_value (field) != temperature)
    gtk_spin_button_set_value (field, temperature);
}

static void
follow (FsSampleRow *self)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);

  self->is_syncing = TRUE;
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->prompt)), experiment->text.prompt))
    gtk_editable_set_text (GTK_EDITABLE (self->prompt), experiment->text.prompt);
  gtk_widget_remove_css_class (self->prompt, "error");
  show_temperature (self, experiment->text.temperature);
  self->is_syncing = FALSE;
  /* A run that is only looked at has its own words. */
  gtk_widget_set_sensitive (self->box, fs_session_get_shown (self->session) == 0);
  show_note (self);
}

static void
prompt_cb (FsSampleRow *self)
{
  g_autoptr (GError) error = NULL;

  if (self->is_syncing)
    return;
  if (fs_session_set (self->session, "text.prompt",
                      gtk_editable_get_text (GTK_EDITABLE (self->prompt)), &error))
    return;
  /* Too long: what was there before goes on acting. */
  gtk_widget_add_css_class (self->prompt, "error");
  gtk_label_set_text (GTK_LABEL (self->note), error->message);
  gtk_widget_set_visible (self->note, TRUE);
}

static void
temperature_cb (FsSampleRow *self)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (self->is_syncing)
    return;
  g_ascii_formatd (text, sizeof text, "%.2f",
                   gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->temperature)));
  fs_session_set (self->session, "text.temperature", text, NULL);
}

const char *
fs_sample_row_get_note (FsSampleRow *self)
{
  return gtk_label_get_text (GTK_LABEL (self->note));
}

/* ---- life ---- */

static void
fs_sample_row_dispose (GObject *object)
{
  FsSampleRow *self = FS_SAMPLE_ROW (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_sample_row_parent_class)->dispose (object);
}

static void
fs_sample_row_class_init (FsSampleRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_sample_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
name_field (GtkWidget *field, const char *name, const char *help)
{
  GtkEditable *inner = gtk_editable_get_delegate (GTK_EDITABLE (field));

  gtk_accessible_update_property (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (inner) /* which takes the focus */
    gtk_accessible_update_property (GTK_ACCESSIBLE (inner), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
  gtk_widget_set_tooltip_text (field, help);
}

static void
fs_sample_row_init (FsSampleRow *self)
{
  GtkWidget *fields = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->prompt = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->prompt),
                                  _ ("Begin with… (empty: the validation text)"));
  gtk_widget_set_hexpand (self->prompt, TRUE);
  name_field (self->prompt, _ ("Begins with"),
              _ ("What the text begins with. Acts at once; training is the same with any."));
  self->temperature =
      gtk_spin_button_new_with_range (LEAST_TEMPERATURE, MOST_TEMPERATURE, TEMPERATURE_STEP);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (self->temperature), 2);
  name_field (self->temperature, _ ("Temperature"),
              _ ("How daring the text is: low repeats the likeliest, 1 is as the network thinks. "
                 "Acts at once; training is the same with any."));
  self->note = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->note), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->note, "caption");
  gtk_widget_set_visible (self->note, FALSE);

  gtk_box_append (GTK_BOX (fields), self->prompt);
  gtk_box_append (GTK_BOX (fields), gtk_label_new (_ ("Temperature")));
  gtk_box_append (GTK_BOX (fields), self->temperature);
  gtk_box_append (GTK_BOX (self->box), fields);
  gtk_box_append (GTK_BOX (self->box), self->note);
  gtk_widget_add_css_class (self->box, "chart-tools");
  g_signal_connect_swapped (self->prompt, "changed", G_CALLBACK (prompt_cb), self);
  g_signal_connect_swapped (self->temperature, "value-changed", G_CALLBACK (temperature_cb), self);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_sample_row_new (FsSession *session)
{
  FsSampleRow *self = g_object_new (FS_TYPE_SAMPLE_ROW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (follow), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (follow), self);
  g_signal_connect_swapped (session, "runs", G_CALLBACK (follow), self);
  follow (self);
  return GTK_WIDGET (self);
}
