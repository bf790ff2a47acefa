/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of the experiment panel. See setting-row.h. */

#include "ui/controls/setting-row.h"

#include "ui/controls/file-button.h"
#include "ui/controls/setting-control.h"
#include "ui/controls/tooltip.h"
#include "ui/text.h"

struct _FsSettingRow
{
  AdwActionRow parent_instance;

  char *path;
  GtkWidget *control;
  char *fact;
  char *error;
};

G_DEFINE_FINAL_TYPE (FsSettingRow, fs_setting_row, ADW_TYPE_ACTION_ROW);

static guint edited_signal;

static void
show_subtitle (FsSettingRow *self)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), self->error  ? self->error
                                                      : self->fact ? self->fact
                                                                   : "");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), self->error ? 0 : 2);
  if (self->error)
    gtk_widget_add_css_class (GTK_WIDGET (self), "wrong");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "wrong");
  fs_setting_control_set_is_wrong (FS_SETTING_CONTROL (self->control), self->error != NULL);
}

static void
edited_cb (FsSettingRow *self, const char *text)
{
  g_signal_emit (self, edited_signal, 0, self->path, text);
}

static void
fs_setting_row_finalize (GObject *object)
{
  FsSettingRow *self = FS_SETTING_ROW (object);

  g_free (self->path);
  g_free (self->fact);
  g_free (self->error);
  G_OBJECT_CLASS (fs_setting_row_parent_class)->finalize (object);
}

static void
fs_setting_row_class_init (FsSettingRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fs_setting_row_finalize;
  edited_signal = g_signal_new ("edited", FS_TYPE_SETTING_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
fs_setting_row_init (FsSettingRow *self)
{
  /* Subtitles hold sentences of the engine, with whatever the user wrote in them. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

char *
fs_setting_row_describe (const FsSetting *setting)
{
  GString *text = g_string_new (_ (setting->help));

  if (setting->type == FS_TYPE_NUMBER || setting->type == FS_TYPE_INTEGER)
    {
      char allowed[256];

      fs_setting_describe_allowed (setting, allowed, sizeof allowed);
      g_string_append_printf (text, _ ("\n\nAllowed: %s."), allowed);
    }
  if (setting->is_live || setting->is_for_show)
    g_string_append (text, _ ("\nActs at once, even while training."));
  if (setting->pytorch_name)
    g_string_append_printf (text, _ ("\nPyTorch: %s"), setting->pytorch_name);
  if (setting->keras_name)
    g_string_append_printf (text, _ ("%sKeras: %s"), setting->pytorch_name ? " · " : "\n",
                            setting->keras_name);
  return g_string_free (text, FALSE);
}

GtkWidget *
fs_setting_row_new (const char *path, const FsSetting *setting)
{
  FsSettingRow *self = g_object_new (FS_TYPE_SETTING_ROW, "title", _ (setting->label), NULL);
  g_autofree char *description = fs_setting_row_describe (setting);

  self->path = g_strdup (path);
  self->control = fs_setting_control_new (setting);
  g_signal_connect_swapped (self->control, "edited", G_CALLBACK (edited_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->control);
  if (setting->is_file)
    {
      GtkWidget *button = fs_file_button_new (_ (setting->label));

      g_signal_connect_swapped (button, "chosen", G_CALLBACK (edited_cb), self);
      adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
    }
  fs_tooltip_set (GTK_WIDGET (self), description);
  return GTK_WIDGET (self);
}

void
fs_setting_row_add_button (FsSettingRow *self,
                           const char *icon,
                           const char *label,
                           const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "finder");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  g_object_ref (self->control); /* suffixes stand in the order in which they are added */
  adw_action_row_remove (ADW_ACTION_ROW (self), self->control);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->control);
  g_object_unref (self->control);
}

const char *
fs_setting_row_get_path (FsSettingRow *self)
{
  return self->path;
}

void
fs_setting_row_sync (FsSettingRow *self,
                     const FsPlace *place,
                     const FsExperiment *experiment,
                     const FsFrame *frame)
{
  g_clear_pointer (&self->error, g_free);
  fs_setting_control_sync (FS_SETTING_CONTROL (self->control), place, experiment, frame);
  show_subtitle (self);
}

void
fs_setting_row_set_fact (FsSettingRow *self, const char *fact)
{
  if (g_strcmp0 (fact, self->fact) == 0)
    return;
  g_free (self->fact);
  self->fact = g_strdup (fact);
  show_subtitle (self);
}

void
fs_setting_row_set_error (FsSettingRow *self, const char *sentence)
{
  if (g_strcmp0 (sentence, self->error) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (sentence);
  show_subtitle (self);
}
