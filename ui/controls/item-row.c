/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One layer or preparation step as an expander row. See item-row.h. */

#include "ui/controls/item-row.h"

#include "ui/controls/late-rows.h"
#include "ui/controls/setting-control.h"
#include "ui/controls/setting-row.h"
#include "ui/controls/tooltip.h"
#include "ui/text.h"

struct _FsItemRow
{
  AdwExpanderRow parent_instance;

  const FsKind *kind;
  size_t index, n;
  char *main_path;
  GtkWidget *main_control; /* NULL until a setting is added */
  FsLateRows *late;        /* the other settings, made when the row is first opened */
  GPtrArray *rows;         /* FsSettingRows inside, owned by the widget tree; empty until then */
  GtkWidget *more;         /* folds away what few need; NULL until there is such a setting */
  GtkWidget *fact_label;   /* inside too: a sentence would crowd the row itself; NULL until then */
  char *fact;
  char *error;
  gboolean is_off; /* a step that is switched off */
  gboolean leaks;  /* a step that learns from all rows */
};

G_DEFINE_FINAL_TYPE (FsItemRow, fs_item_row, ADW_TYPE_EXPANDER_ROW);

enum
{
  SIGNAL_EDITED,
  SIGNAL_MOVE,
  SIGNAL_REMOVE,
  SIGNAL_OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_subtitle (FsItemRow *self)
{
  const char *text = self->error    ? self->error
                     : self->is_off ? _ ("switched off")
                     : self->leaks  ? _ ("leak: learns from the rows it is tested on")
                                    : "";

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
  if (self->error)
    gtk_widget_add_css_class (GTK_WIDGET (self), "wrong");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "wrong");
  if (self->leaks && !self->is_off && !self->error)
    gtk_widget_add_css_class (GTK_WIDGET (self), "leaks");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "leaks");
  if (self->is_off)
    gtk_widget_add_css_class (GTK_WIDGET (self), "off");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "off");
}

static void
main_edited_cb (FsItemRow *self, const char *text)
{
  g_signal_emit (self, signals[SIGNAL_EDITED], 0, self->main_path, text);
}

static void
row_edited_cb (FsItemRow *self, const char *path, const char *text)
{
  g_signal_emit (self, signals[SIGNAL_EDITED], 0, path, text);
}

static void
up_cb (FsItemRow *self)
{
  g_signal_emit (self, signals[SIGNAL_MOVE], 0, -1);
}

static void
down_cb (FsItemRow *self)
{
  g_signal_emit (self, signals[SIGNAL_MOVE], 0, 1);
}

static void
remove_cb (FsItemRow *self)
{
  g_signal_emit (self, signals[SIGNAL_REMOVE], 0);
}

static GtkWidget *
more_row (FsItemRow *self)
{
  if (!self->more)
    {
      g_autofree char *name = g_strdup_printf (_ ("More: %s"), _ (self->kind->label));

      self->more = adw_expander_row_new ();
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->more), _ ("More"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->more), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      name, -1);
      fs_controls_name_focusables (self->more, name);
      gtk_widget_set_tooltip_text (self->more, _ ("Settings that are rarely changed"));
    }
  return self->more;
}

static void
late_row_cb (FsItemRow *self, GtkWidget *row, const FsSetting *setting)
{
  g_signal_connect_swapped (row, "edited", G_CALLBACK (row_edited_cb), self);
  g_ptr_array_add (self->rows, row);
  adw_expander_row_add_row (
      ADW_EXPANDER_ROW (setting->is_advanced ? more_row (self) : GTK_WIDGET (self)), row);
}

static void
show_fact (FsItemRow *self)
{
  if (!self->fact_label)
    return;
  gtk_label_set_text (GTK_LABEL (self->fact_label), self->fact ? self->fact : "");
  gtk_widget_set_visible (self->fact_label, self->fact && *self->fact);
}

static GtkWidget *
make_button (FsItemRow *self, const char *label, GCallback callback, gboolean is_sensitive)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  /* Long words are cut rather than making the panel wider when the row is opened. */
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  gtk_widget_set_sensitive (button, is_sensitive);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

/* What follows the settings: the step's fact, and the buttons that move and remove. */
static void
late_made_cb (FsItemRow *self)
{
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *row = adw_preferences_row_new ();
  g_autofree char *title = g_strdup_printf (_ ("Place of %s"), _ (self->kind->label));

  gtk_widget_add_css_class (box, "item-buttons");
  gtk_box_append (GTK_BOX (box), make_button (self, _ ("Up"), G_CALLBACK (up_cb), self->index > 0));
  gtk_box_append (GTK_BOX (box),
                  make_button (self, _ ("Down"), G_CALLBACK (down_cb), self->index + 1 < self->n));
  gtk_box_append (GTK_BOX (box), make_button (self, _ ("Remove"), G_CALLBACK (remove_cb), TRUE));
  self->fact_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->fact_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->fact_label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->fact_label), 0);
  gtk_widget_add_css_class (self->fact_label, "item-fact");
  gtk_widget_add_css_class (self->fact_label, "dim-label");
  gtk_box_append (GTK_BOX (inside), self->fact_label);
  gtk_box_append (GTK_BOX (inside), box);
  if (self->more)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->more);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), inside);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  show_fact (self);
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

static gboolean
key_cb (FsItemRow *self, guint key, guint code, GdkModifierType state)
{
  int by = key == GDK_KEY_Up || key == GDK_KEY_KP_Up       ? -1
           : key == GDK_KEY_Down || key == GDK_KEY_KP_Down ? 1
                                                           : 0;

  if (!(state & GDK_ALT_MASK) || by == 0)
    return GDK_EVENT_PROPAGATE;
  if ((by < 0 && self->index > 0) || (by > 0 && self->index + 1 < self->n))
    g_signal_emit (self, signals[SIGNAL_MOVE], 0, by);
  return GDK_EVENT_STOP;
}

static void
fs_item_row_finalize (GObject *object)
{
  FsItemRow *self = FS_ITEM_ROW (object);

  g_free (self->main_path);
  g_free (self->error);
  g_free (self->fact);
  g_object_unref (self->late);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (fs_item_row_parent_class)->finalize (object);
}

static void
fs_item_row_class_init (FsItemRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fs_item_row_finalize;
  signals[SIGNAL_EDITED] = g_signal_new ("edited", FS_TYPE_ITEM_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_MOVE] = g_signal_new ("move", FS_TYPE_ITEM_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGNAL_REMOVE] = g_signal_new ("remove", FS_TYPE_ITEM_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPENED] = g_signal_new ("opened", FS_TYPE_ITEM_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
fs_item_row_init (FsItemRow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->rows = g_ptr_array_new ();
  self->late = fs_late_rows_new (ADW_EXPANDER_ROW (self));
  g_signal_connect_object (self->late, "row", G_CALLBACK (late_row_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->late, "made", G_CALLBACK (late_made_cb), self, G_CONNECT_SWAPPED);
  /* Before a number field takes Up and Down for itself. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
}

GtkWidget *
fs_item_row_new (const FsKind *kind, size_t index, size_t n)
{
  FsItemRow *self = g_object_new (FS_TYPE_ITEM_ROW, "title", _ (kind->label), NULL);

  self->kind = kind;
  self->index = index;
  self->n = n;
  fs_tooltip_set (GTK_WIDGET (self), _ (kind->help));
  /* The row and its header take the focus, to be opened by keyboard. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (kind->label), -1);
  fs_controls_name_focusables (GTK_WIDGET (self), _ (kind->label));
  return GTK_WIDGET (self);
}

void
fs_item_row_add (FsItemRow *self, const FsPlace *place)
{
  if (!fs_setting_control_is_needed (place->setting))
    return;
  if (!self->main_control && place->setting->type != FS_TYPE_BOOLEAN)
    {
      g_autofree char *description = fs_setting_row_describe (place->setting);

      self->main_path = g_strdup (place->path);
      self->main_control = fs_setting_control_new (place->setting);
      fs_tooltip_set (self->main_control, description);
      g_signal_connect_swapped (self->main_control, "edited", G_CALLBACK (main_edited_cb), self);
      adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->main_control);
      return;
    }
  fs_late_rows_add (self->late, place);
}

static FsSettingRow *
find_row (FsItemRow *self, const char *path)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (fs_setting_row_get_path (g_ptr_array_index (self->rows, i)), path))
      return g_ptr_array_index (self->rows, i);
  return NULL;
}

gboolean
fs_item_row_sync (FsItemRow *self,
                  const FsPlace *place,
                  const FsExperiment *experiment,
                  const FsFrame *frame)
{
  if (g_strcmp0 (place->path, self->main_path) == 0)
    {
      g_clear_pointer (&self->error, g_free);
      fs_setting_control_sync (FS_SETTING_CONTROL (self->main_control), place, experiment, frame);
      show_subtitle (self);
      return TRUE;
    }
  if (!fs_late_rows_has (self->late, place->path))
    return FALSE;
  if (g_str_equal (place->setting->key, "enabled"))
    {
      self->is_off = fs_place_get_number (place) == 0;
      show_subtitle (self);
    }
  if (g_str_equal (place->setting->key, "fit_on_all_rows"))
    {
      self->leaks = fs_place_get_number (place) != 0;
      show_subtitle (self);
    }
  FsSettingRow *row = find_row (self, place->path);
  if (row)
    {
      fs_setting_row_sync (row, place, experiment, frame);
      gtk_widget_set_visible (GTK_WIDGET (row), fs_place_is_used (place, experiment));
    }
  return TRUE;
}

void
fs_item_row_set_fact (FsItemRow *self, const char *fact)
{
  g_autofree char *tooltip = fact && *fact
                                 ? g_strdup_printf ("%s\n\n%s", _ (self->kind->help), fact)
                                 : g_strdup (_ (self->kind->help));

  g_free (self->fact);
  self->fact = g_strdup (fact);
  show_fact (self);
  fs_tooltip_set (GTK_WIDGET (self), tooltip);
}

gboolean
fs_item_row_set_error (FsItemRow *self, const char *path, const char *sentence)
{
  if (fs_late_rows_has (self->late, path))
    {
      if (sentence)
        fs_late_rows_make (self->late);
      FsSettingRow *row = find_row (self, path);
      if (row)
        fs_setting_row_set_error (row, sentence);
      if (sentence)
        adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), TRUE);
      if (sentence && self->more && gtk_widget_is_ancestor (GTK_WIDGET (row), self->more))
        adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->more), TRUE);
      return TRUE;
    }
  if (g_strcmp0 (path, self->main_path) != 0)
    return FALSE;
  g_free (self->error);
  self->error = g_strdup (sentence);
  fs_setting_control_set_is_wrong (FS_SETTING_CONTROL (self->main_control), sentence != NULL);
  show_subtitle (self);
  return TRUE;
}
