/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A number of the schema as an entry with buttons or a slider. See number-field.h; what is allowed
 * is the schema's business, not this file's. */

#include "ui/controls/number-field.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "ui/text.h"

/* Where a log setting that may be 0 ("off") begins when + is pressed, and below which − ends at 0:
 * the usual penalties and improvements lie between 1e-6 and 1. */
#define FIRST_STEP 1e-4
#define LAST_STEP 1e-6

#define SLIDER_DECADES 3 /* on each side of the default */
#define SLIDER_WIDTH_PX 76

/* Room for what a person steps through: a penalty begins at 0.0001, the other numbers are short. */
#define CHARS_OF_SMALL 6
#define CHARS 4

struct _FsNumberField
{
  GtkWidget parent_instance;

  const FsSetting *setting;
  double value;
  char *text; /* the value as shown before anybody typed; Escape returns to it */
  GtkWidget *entry;
  GtkWidget *minus, *plus; /* NULL with a slider */
  GtkWidget *slider;       /* NULL with buttons */
  gboolean is_syncing;     /* a value is being shown, nobody is editing */
};

G_DEFINE_FINAL_TYPE (FsNumberField, fs_number_field, GTK_TYPE_WIDGET);

static guint edited_signal;

/* ---- arithmetic ---- */

static gboolean
is_special (const FsSetting *setting, double value)
{
  return setting->special_word && value == setting->special_value;
}

/* Twelve digits: 0.1 + 0.2 is 0.3 for a person. */
static double
tidy (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.12g", value), NULL);
}

static double
step_by_factor (const FsSetting *setting, double value, int direction)
{
  double next;

  if (value <= 0)
    return direction > 0 ? FIRST_STEP : 0;
  next = direction > 0 ? value * setting->increment : value / setting->increment;
  if (direction < 0 && setting->min == 0 && next < LAST_STEP)
    return 0;
  return next;
}

static double
lowest (const FsSetting *setting)
{
  return setting->min_is_excluded ? setting->min + setting->increment : setting->min;
}

double
fs_number_field_step (const FsSetting *setting, double value, int direction)
{
  gboolean is_integer = setting->type == FS_TYPE_INTEGER;
  double next;

  /* The word stands below the smallest number: + leaves it, − at the end of the range returns. */
  if (is_special (setting, value))
    {
      if (direction < 0)
        return value;
      return is_special (setting, setting->default_value) ? setting->min : setting->default_value;
    }
  if (direction < 0 && setting->special_word && value <= setting->min)
    return setting->special_value;

  if (setting->scale == FS_SCALE_OF_LOG && is_integer)
    {
      next = direction > 0 ? value * setting->increment : floor (value / setting->increment);
      if (value <= 0 && direction > 0)
        next = 1;
    }
  else if (setting->scale == FS_SCALE_OF_LOG)
    next = step_by_factor (setting, value, direction);
  else
    next = value + direction * setting->increment;

  next = tidy (is_integer ? round (next) : next);
  if (next < lowest (setting))
    next = lowest (setting);
  if (next > setting->max || (setting->max_is_excluded && next >= setting->max))
    next = setting->max_is_excluded ? value : setting->max;
  return next;
}

static void
slider_ends (const FsSetting *setting, double *low, double *high)
{
  if (setting->scale == FS_SCALE_OF_LOG)
    {
      *low = MAX (log10 (setting->default_value) - SLIDER_DECADES,
                  setting->min > 0 ? log10 (setting->min) : -INFINITY);
      *high = MIN (log10 (setting->default_value) + SLIDER_DECADES, log10 (setting->max));
    }
  else
    {
      *low = setting->min;
      *high = setting->max;
    }
}

double
fs_number_field_to_slider (const FsSetting *setting, double value)
{
  double low, high, at;

  slider_ends (setting, &low, &high);
  at = setting->scale == FS_SCALE_OF_LOG ? (value > 0 ? log10 (value) : low) : value;
  return CLAMP ((at - low) / (high - low), 0, 1);
}

/* Two significant digits: what a hand on a slider can mean. */
double
fs_number_field_from_slider (const FsSetting *setting, double place)
{
  double low, high, at;

  slider_ends (setting, &low, &high);
  at = low + place * (high - low);
  if (setting->scale == FS_SCALE_OF_LOG)
    {
      double value = pow (10, at);
      double unit = pow (10, floor (log10 (value)) - 1);
      return tidy (round (value / unit) * unit);
    }
  at = tidy (round (at * 100) / 100);
  if (setting->max_is_excluded && at >= setting->max)
    at = tidy (setting->max - 0.01);
  return at;
}

static gboolean
wants_slider (const FsSetting *setting)
{
  return setting->type == FS_TYPE_NUMBER && setting->is_live && !setting->special_word
         && setting->default_value > 0;
}

/* ---- in the person's language ---- */

char *
fs_number_field_show (const FsSetting *setting, const char *text)
{
  char number[FS_NUMBER_SIZE];

  if (setting->special_word && g_str_equal (text, setting->special_word))
    return g_strdup (_ (text));
  if (g_strlcpy (number, text, sizeof number) >= sizeof number)
    return g_strdup (text);
  return g_strdup (fs_text_mark_number (number, sizeof number));
}

/* Where tenths follow a comma, a point serves as well: it is on the number pad and in every text on
 * networks. */
char *
fs_number_field_read (const FsSetting *setting, const char *shown)
{
  char *text = g_strstrip (g_strdup (shown));
  char *mark = strstr (text, fs_text_decimal_mark ());

  if (setting->special_word && g_strcmp0 (text, _ (setting->special_word)) == 0)
    {
      g_free (text);
      return g_strdup (setting->special_word);
    }
  if (mark && strlen (fs_text_decimal_mark ()) == 1 && !strchr (text, '.'))
    *mark = '.';
  return text;
}

/* ---- the widget ---- */

static void
emit_text (FsNumberField *self, const char *text)
{
  g_signal_emit (self, edited_signal, 0, text);
}

static void
emit_value (FsNumberField *self, double value)
{
  char number[FS_NUMBER_SIZE];

  if (value == self->value)
    return;
  if (is_special (self->setting, value))
    emit_text (self, self->setting->special_word);
  else
    emit_text (self, fs_number_write (value, number));
}

static void
step_cb (FsNumberField *self, GtkWidget *button)
{
  emit_value (self,
              fs_number_field_step (self->setting, self->value, button == self->plus ? 1 : -1));
}

static void
commit (FsNumberField *self)
{
  g_autofree char *text = NULL;

  if (self->is_syncing)
    return;
  text = fs_number_field_read (self->setting, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  emit_text (self, text);
}

static void
activate_cb (FsNumberField *self)
{
  commit (self);
}

static void
leave_cb (FsNumberField *self)
{
  commit (self);
}

static gboolean
key_cb (FsNumberField *self, guint key, guint code, GdkModifierType state)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Up || key == GDK_KEY_KP_Up)
    emit_value (self, fs_number_field_step (self->setting, self->value, 1));
  else if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
    emit_value (self, fs_number_field_step (self->setting, self->value, -1));
  else if (key == GDK_KEY_Escape && self->text)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->entry), self->text);
      commit (self);
    }
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
slider_cb (FsNumberField *self)
{
  if (!self->is_syncing)
    emit_value (self, fs_number_field_from_slider (self->setting,
                                                   gtk_range_get_value (GTK_RANGE (self->slider))));
}

static void
fs_number_field_dispose (GObject *object)
{
  FsNumberField *self = FS_NUMBER_FIELD (object);
  GtkWidget *child;

  /* Unparenting takes the focus away, which must not read as the end of an edit. */
  self->is_syncing = TRUE;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (fs_number_field_parent_class)->dispose (object);
}

static void
fs_number_field_finalize (GObject *object)
{
  g_free (FS_NUMBER_FIELD (object)->text);
  G_OBJECT_CLASS (fs_number_field_parent_class)->finalize (object);
}

static void
fs_number_field_class_init (FsNumberFieldClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_number_field_dispose;
  G_OBJECT_CLASS (class)->finalize = fs_number_field_finalize;
  edited_signal = g_signal_new ("edited", FS_TYPE_NUMBER_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "numberfield");
}

static void
fs_number_field_init (FsNumberField *self)
{
}

static GtkWidget *
add_button (FsNumberField *self, const char *icon, const char *verb)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  g_autofree char *label = g_strdup_printf ("%s: %s", _ (self->setting->label), verb);

  /* Up and Down in the entry do the same, so the buttons need no stop of their own on the Tab way. */
  gtk_widget_set_focusable (button, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (step_cb), self);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

/* A wheel that scrolls the panel must not change a learning rate on its way, so the slider's own
 * scrolling is switched off. */
static void
ignore_wheel (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_NONE);
    }
}

static void
add_slider (FsNumberField *self)
{
  self->slider = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.01);
  gtk_widget_set_size_request (self->slider, SLIDER_WIDTH_PX, -1);
  ignore_wheel (self->slider);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (self->setting->label), -1);
  g_signal_connect_swapped (self->slider, "value-changed", G_CALLBACK (slider_cb), self);
  gtk_widget_set_parent (self->slider, GTK_WIDGET (self));
}

static int
width_chars (FsNumberField *self)
{
  const FsSetting *setting = self->setting;

  if (self->slider)
    return 5;
  return setting->type == FS_TYPE_NUMBER && setting->scale == FS_SCALE_OF_LOG ? CHARS_OF_SMALL
                                                                              : CHARS;
}

static void
add_entry (FsNumberField *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEditable *text;

  self->entry = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), width_chars (self));
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), width_chars (self) + 1);
  gtk_editable_set_alignment (GTK_EDITABLE (self->entry), self->slider ? 1 : 0);
  gtk_widget_add_css_class (self->entry, "numeric");
  text = gtk_editable_get_delegate (GTK_EDITABLE (self->entry));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (self->setting->label), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (self->setting->label), -1);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (self->entry, focus);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->entry, keys);
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
}

GtkWidget *
fs_number_field_new (const FsSetting *setting)
{
  FsNumberField *self = g_object_new (FS_TYPE_NUMBER_FIELD, "valign", GTK_ALIGN_CENTER, NULL);

  self->setting = setting;
  self->value = NAN;
  if (wants_slider (setting))
    add_slider (self);
  add_entry (self);
  if (!self->slider)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "linked");
      self->minus = add_button (self, "list-remove-symbolic", _ ("less"));
      self->plus = add_button (self, "list-add-symbolic", _ ("more"));
    }
  return GTK_WIDGET (self);
}

void
fs_number_field_set_value (FsNumberField *self, double value, const char *text)
{
  g_autofree char *shown = fs_number_field_show (self->setting, text);

  self->is_syncing = TRUE;
  self->value = value;
  g_free (self->text);
  self->text = g_strdup (shown);
  gtk_widget_remove_css_class (self->entry, "error");
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->entry)), shown) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), shown);
  if (self->slider)
    {
      gtk_range_set_value (GTK_RANGE (self->slider),
                           fs_number_field_to_slider (self->setting, value));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider),
                                      GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, shown, -1);
    }
  else
    {
      gtk_widget_set_sensitive (self->minus,
                                fs_number_field_step (self->setting, value, -1) != value);
      gtk_widget_set_sensitive (self->plus,
                                fs_number_field_step (self->setting, value, 1) != value);
    }
  self->is_syncing = FALSE;
}

void
fs_number_field_set_is_wrong (FsNumberField *self, gboolean is_wrong)
{
  if (is_wrong)
    gtk_widget_add_css_class (self->entry, "error");
  else
    gtk_widget_remove_css_class (self->entry, "error");
}
