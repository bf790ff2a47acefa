/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The control of one setting. See setting-control.h; ranges and meanings are the schema's business. */

#include "ui/controls/setting-control.h"

#include <string.h>
#include "engine/prepare/text-columns.h"
#include "ui/controls/column-picker.h"
#include "ui/controls/drop-down.h"
#include "ui/controls/number-field.h"
#include "ui/controls/tooltip.h"
#include "ui/text.h"

/* ---- columns ---- */

static const FsColumn *
implied_text (const FsFrame *frame, const FsExperiment *experiment)
{
  const FsColumn *text;

  return fs_text_column (&text, frame, experiment, NULL) == FS_OK ? text : NULL;
}

static const FsColumn *
implied_target (const FsFrame *frame, const FsExperiment *experiment)
{
  const FsColumn *text = implied_text (frame, experiment), *label;

  if (experiment->data.task != FS_TASK_TEXT)
    return fs_frame_default_target (frame);
  return fs_text_label_column (&label, text, frame, experiment, NULL) == FS_OK ? label : NULL;
}

static const FsColumn *
implied_time (const FsFrame *frame, const FsExperiment *experiment)
{
  return fs_frame_default_time (frame);
}

static gboolean
suits_text (const FsColumn *column, const FsExperiment *experiment)
{
  return column->type == FS_COLUMN_TEXT || column->type == FS_COLUMN_CATEGORY;
}

static gboolean
suits_target (const FsColumn *column, const FsExperiment *experiment)
{
  return column->type == FS_COLUMN_NUMBER
         || (fs_task_is_of_classes (experiment->data.task) && column->type == FS_COLUMN_CATEGORY);
}

static gboolean
suits_time (const FsColumn *column, const FsExperiment *experiment)
{
  return column->type == FS_COLUMN_NUMBER || column->type == FS_COLUMN_DATE;
}

static gboolean
suits_parts (const FsColumn *column, const FsExperiment *experiment)
{
  return column->type != FS_COLUMN_DATE;
}

static gboolean
suits_groups (const FsColumn *column, const FsExperiment *experiment)
{
  return TRUE;
}

/* The settings whose text is the name of a column, what their empty text means, and which columns are on
 * offer. */
static const struct
{
  const char *key;
  const FsColumn *(*empty_means) (const FsFrame *, const FsExperiment *); /* NULL = no column */
  gboolean (*suits) (const FsColumn *, const FsExperiment *);
  const char *empty_word; /* when the file has no such column */
} column_settings[] = {
  { "data.target", implied_target, suits_target, N_ ("No column") },
  { "data.time", implied_time, suits_time, N_ ("Row number") },
  { "data.text", implied_text, suits_text, N_ ("No column") },
  { "split.column", NULL, suits_parts, N_ ("No column") },
  { "split.group", NULL, suits_groups, N_ ("Each sequence") },
};

typedef enum
{
  FORM_NUMBER,
  FORM_CHOICE,
  FORM_SWITCH,
  FORM_TEXT,
  FORM_COLUMN,
  FORM_COLUMNS
} Form;

struct _FsSettingControl
{
  GtkWidget parent_instance;

  const FsSetting *setting;
  Form form;
  guint column_kind; /* FORM_COLUMN: index into column_settings */
  GtkWidget *child;
  GPtrArray *words; /* FORM_COLUMN: the text for each entry of the drop-down */
  gboolean is_syncing;
};

G_DEFINE_FINAL_TYPE (FsSettingControl, fs_setting_control, GTK_TYPE_WIDGET);

static guint edited_signal;

void
fs_controls_name_focusables (GtkWidget *widget, const char *label)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      if (gtk_widget_get_focusable (child) && !GTK_IS_POPOVER (child))
        gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                        label, -1);
      if (!GTK_IS_POPOVER (child))
        fs_controls_name_focusables (child, label);
    }
}

gboolean
fs_setting_control_is_needed (const FsSetting *setting)
{
  return setting->type != FS_TYPE_CHOICE || setting->choices[1].word != NULL;
}

const FsSetting *
fs_setting_control_get_setting (FsSettingControl *self)
{
  return self->setting;
}

/* ---- what the user does ---- */

static void
emit_text (FsSettingControl *self, const char *text)
{
  if (!self->is_syncing)
    g_signal_emit (self, edited_signal, 0, text);
}

static void
text_edited_cb (FsSettingControl *self, const char *text)
{
  emit_text (self, text);
}

static void
selected_cb (FsSettingControl *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->child));

  if (self->is_syncing || selected == GTK_INVALID_LIST_POSITION)
    return;
  if (self->form == FORM_COLUMN)
    {
      if (selected < self->words->len)
        emit_text (self, g_ptr_array_index (self->words, selected));
    }
  else
    emit_text (self, self->setting->choices[selected].word);
}

static void
switched_cb (FsSettingControl *self)
{
  emit_text (self, gtk_switch_get_active (GTK_SWITCH (self->child)) ? "true" : "false");
}

static void
entry_done_cb (FsSettingControl *self)
{
  emit_text (self, gtk_editable_get_text (GTK_EDITABLE (self->child)));
}

/* ---- making ---- */

static Form
form_of (const FsSetting *setting, guint *column_kind)
{
  switch (setting->type)
    {
    case FS_TYPE_BOOLEAN:
      return FORM_SWITCH;
    case FS_TYPE_CHOICE:
      return FORM_CHOICE;
    case FS_TYPE_NAMES:
      return FORM_COLUMNS;
    case FS_TYPE_TEXT:
      for (guint i = 0; i < G_N_ELEMENTS (column_settings); i++)
        if (g_str_equal (setting->key, column_settings[i].key))
          {
            *column_kind = i;
            return FORM_COLUMN;
          }
      return FORM_TEXT;
    case FS_TYPE_NUMBER:
    case FS_TYPE_INTEGER:
    default:
      return FORM_NUMBER;
    }
}

static GtkWidget *
make_entry (FsSettingControl *self)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 16);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (entry_done_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (entry_done_cb), self);
  gtk_widget_add_controller (entry, focus);
  return entry;
}

static GtkWidget *
make_child (FsSettingControl *self)
{
  const char *label = _ (self->setting->label);
  GtkWidget *child = NULL;

  switch (self->form)
    {
    case FORM_NUMBER:
      child = fs_number_field_new (self->setting);
      g_signal_connect_swapped (child, "edited", G_CALLBACK (text_edited_cb), self);
      return child;
    case FORM_COLUMNS:
      child = fs_column_picker_new (label);
      g_signal_connect_swapped (child, "edited", G_CALLBACK (text_edited_cb), self);
      return child;
    case FORM_CHOICE:
    case FORM_COLUMN:
      child = fs_drop_down_new (label);
      g_signal_connect_swapped (child, "notify::selected", G_CALLBACK (selected_cb), self);
      return child;
    case FORM_SWITCH:
      child = gtk_switch_new ();
      g_signal_connect_swapped (child, "notify::active", G_CALLBACK (switched_cb), self);
      break;
    case FORM_TEXT:
      child = make_entry (self);
      break;
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  fs_controls_name_focusables (child, label);
  return child;
}

static void
fs_setting_control_dispose (GObject *object)
{
  FsSettingControl *self = FS_SETTING_CONTROL (object);

  self->is_syncing = TRUE; /* losing the focus while being taken apart is no edit */
  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  G_OBJECT_CLASS (fs_setting_control_parent_class)->dispose (object);
}

static void
fs_setting_control_class_init (FsSettingControlClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_setting_control_dispose;
  edited_signal = g_signal_new ("edited", FS_TYPE_SETTING_CONTROL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
fs_setting_control_init (FsSettingControl *self)
{
}

GtkWidget *
fs_setting_control_new (const FsSetting *setting)
{
  FsSettingControl *self = g_object_new (FS_TYPE_SETTING_CONTROL, NULL);

  self->setting = setting;
  self->form = form_of (setting, &self->column_kind);
  self->words = g_ptr_array_new_with_free_func (g_free);
  self->child = make_child (self);
  gtk_widget_set_valign (self->child, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

/* ---- showing ---- */

static void
sync_choice (FsSettingControl *self, const FsPlace *place)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  g_autoptr (GPtrArray) helps = g_ptr_array_new ();

  for (const FsChoice *choice = self->setting->choices; choice->word; choice++)
    {
      g_ptr_array_add (labels, (char *) _ (choice->label));
      g_ptr_array_add (helps, (char *) _ (choice->help));
    }
  g_ptr_array_add (labels, NULL);
  fs_drop_down_set (self->child, (const char *const *) labels->pdata,
                    (const char *const *) helps->pdata, (guint) fs_place_get_number (place));
}

/* The list is the file's suitable columns, ahead of them a name that the file does not have (so
 * that it can be seen and left), and the word for "none" where there is nothing an empty text could
 * mean. */
static void
sync_column (FsSettingControl *self,
             const FsPlace *place,
             const FsExperiment *experiment,
             const FsFrame *frame)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();
  const FsColumn *(*empty_means) (const FsFrame *, const FsExperiment *) =
      column_settings[self->column_kind].empty_means;
  const FsColumn *implied = NULL;
  guint selected = 0;
  char text[FS_TEXT_SIZE];

  fs_place_get_text (place, text, sizeof text);
  if (frame && empty_means && text[0] == '\0')
    implied = empty_means (frame, experiment);
  g_ptr_array_set_size (self->words, 0);
  if (frame && !empty_means && text[0])
    {
      g_ptr_array_add (self->words, g_strdup (""));
      g_ptr_array_add (shown, (char *) _ (column_settings[self->column_kind].empty_word));
    }
  if (text[0] == '\0' ? !implied : !frame || !fs_frame_column (frame, text))
    {
      selected = self->words->len;
      g_ptr_array_add (self->words, g_strdup (text));
      g_ptr_array_add (shown, text[0] || !frame
                                  ? text
                                  : (char *) _ (column_settings[self->column_kind].empty_word));
    }
  for (size_t i = 0; frame && i < frame->n_columns; i++)
    {
      const FsColumn *column = &frame->columns[i];
      gboolean is_chosen = text[0] ? g_str_equal (text, column->name) : column == implied;

      if (!is_chosen
          && (column->is_answer || !column_settings[self->column_kind].suits (column, experiment)))
        continue;
      if (is_chosen)
        selected = self->words->len;
      g_ptr_array_add (self->words, g_strdup (column->name));
      g_ptr_array_add (shown, column->name);
    }
  g_ptr_array_add (shown, NULL);
  fs_drop_down_set (self->child, (const char *const *) shown->pdata, NULL, selected);
  fs_tooltip_set (self->child, g_ptr_array_index (shown, selected));
}

static const char *
effective_target (const FsExperiment *experiment, const FsFrame *frame)
{
  const FsColumn *implied;

  if (experiment->data.target[0])
    return experiment->data.target;
  implied = frame ? fs_frame_default_target (frame) : NULL;
  return implied ? implied->name : "";
}

void
fs_setting_control_sync (FsSettingControl *self,
                         const FsPlace *place,
                         const FsExperiment *experiment,
                         const FsFrame *frame)
{
  char text[FS_PATH_SIZE];

  self->is_syncing = TRUE;
  switch (self->form)
    {
    case FORM_NUMBER:
      fs_place_get_text (place, text, sizeof text);
      fs_number_field_set_value (FS_NUMBER_FIELD (self->child), fs_place_get_number (place), text);
      break;
    case FORM_CHOICE:
      sync_choice (self, place);
      break;
    case FORM_SWITCH:
      gtk_switch_set_active (GTK_SWITCH (self->child), fs_place_get_number (place) != 0);
      break;
    case FORM_TEXT:
      fs_place_get_text (place, text, sizeof text);
      gtk_widget_remove_css_class (self->child, "error");
      if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->child)), text))
        gtk_editable_set_text (GTK_EDITABLE (self->child), text);
      break;
    case FORM_COLUMN:
      sync_column (self, place, experiment, frame);
      break;
    case FORM_COLUMNS:
      fs_column_picker_set (FS_COLUMN_PICKER (self->child), frame,
                            effective_target (experiment, frame), experiment->data.inputs,
                            experiment->data.n_inputs);
      break;
    }
  self->is_syncing = FALSE;
}

void
fs_setting_control_set_is_wrong (FsSettingControl *self, gboolean is_wrong)
{
  if (self->form == FORM_NUMBER)
    fs_number_field_set_is_wrong (FS_NUMBER_FIELD (self->child), is_wrong);
  else if (is_wrong)
    gtk_widget_add_css_class (self->child, "error");
  else
    gtk_widget_remove_css_class (self->child, "error");
}
