/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A button that chooses a file. See file-button.h. GtkFileChooserNative is of GTK 4.8; all use of it for
 * settings is here. */

#include "ui/controls/file-button.h"

#include "ui/text.h"

struct _FsFileButton
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkFileChooserNative *dialog; /* while it is open */
  char *label;
};

G_DEFINE_FINAL_TYPE (FsFileButton, fs_file_button, GTK_TYPE_WIDGET);

static guint chosen_signal;

static void
response_cb (FsFileButton *self, int response)
{
  g_autoptr (GtkFileChooserNative) dialog = g_steal_pointer (&self->dialog);
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = file ? g_file_get_path (file) : NULL;
  if (path)
    g_signal_emit (self, chosen_signal, 0, path);
}

static void
clicked_cb (FsFileButton *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *title = g_strdup_printf (_ ("%s: choose a file"), self->label);

  if (self->dialog)
    return;
  self->dialog =
      gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Choose"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->dialog), TRUE);
  g_signal_connect_object (self->dialog, "response", G_CALLBACK (response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->dialog));
}

static void
fs_file_button_dispose (GObject *object)
{
  FsFileButton *self = FS_FILE_BUTTON (object);

  if (self->dialog)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->dialog));
  g_clear_object (&self->dialog);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_pointer (&self->label, g_free);
  G_OBJECT_CLASS (fs_file_button_parent_class)->dispose (object);
}

static void
fs_file_button_class_init (FsFileButtonClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_file_button_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  chosen_signal = g_signal_new ("chosen", FS_TYPE_FILE_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
fs_file_button_init (FsFileButton *self)
{
  self->button = gtk_button_new_from_icon_name ("document-open-symbolic");
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
fs_file_button_new (const char *label)
{
  FsFileButton *self = g_object_new (FS_TYPE_FILE_BUTTON, NULL);
  g_autofree char *name = g_strdup_printf (_ ("%s: choose a file"), label);

  self->label = g_strdup (label);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  return GTK_WIDGET (self);
}
