/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosing several columns of the file. The list is made when the popover opens, from rows that the
 * list view recycles, so 300 columns cost nothing until somebody looks. */

#include "ui/controls/column-picker.h"

#include "ui/text.h"
#define LIST_HEIGHT_PX 320

struct _FsColumnPicker
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkWidget *search;
  GtkWidget *empty; /* said instead of an empty list */
  GtkWidget *scroller;
  GtkStringList *names; /* owned by the list model */
  GtkStringFilter *filter;
  GHashTable *chosen; /* names as keys */
  GPtrArray *order;   /* chosen names in the order in which they were chosen */
  gboolean is_syncing;
};

G_DEFINE_FINAL_TYPE (FsColumnPicker, fs_column_picker, GTK_TYPE_WIDGET);

static guint edited_signal;

static void
append_name (GString *text, const char *name)
{
  if (text->len > 0)
    g_string_append_c (text, ',');
  for (const char *c = name; *c; c++)
    {
      if (*c == ',' || *c == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *c);
    }
}

static void
check_toggled_cb (GtkCheckButton *check, FsColumnPicker *self)
{
  const char *name = gtk_check_button_get_label (check);
  GString *text;

  if (self->is_syncing)
    return;
  text = g_string_new (NULL);
  for (guint i = 0; i < self->order->len; i++)
    if (!g_str_equal (g_ptr_array_index (self->order, i), name))
      append_name (text, g_ptr_array_index (self->order, i));
  if (gtk_check_button_get_active (check))
    append_name (text, name);
  g_signal_emit (self, edited_signal, 0, text->str);
  g_string_free (text, TRUE);
}

static void
setup_cb (FsColumnPicker *self, GtkListItem *item)
{
  GtkWidget *check = gtk_check_button_new ();

  g_signal_connect_object (check, "toggled", G_CALLBACK (check_toggled_cb), self, 0);
  gtk_list_item_set_child (item, check);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
}

static void
bind_cb (FsColumnPicker *self, GtkListItem *item)
{
  GtkCheckButton *check = GTK_CHECK_BUTTON (gtk_list_item_get_child (item));
  const char *name = gtk_string_object_get_string (gtk_list_item_get_item (item));

  self->is_syncing = TRUE;
  gtk_check_button_set_label (check, name);
  gtk_check_button_set_active (check, g_hash_table_contains (self->chosen, name));
  self->is_syncing = FALSE;
}

static void
search_cb (FsColumnPicker *self)
{
  gtk_string_filter_set_search (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
fs_column_picker_dispose (GObject *object)
{
  FsColumnPicker *self = FS_COLUMN_PICKER (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_column_picker_parent_class)->dispose (object);
}

static void
fs_column_picker_finalize (GObject *object)
{
  FsColumnPicker *self = FS_COLUMN_PICKER (object);

  g_hash_table_unref (self->chosen);
  g_ptr_array_unref (self->order);
  G_OBJECT_CLASS (fs_column_picker_parent_class)->finalize (object);
}

static void
fs_column_picker_class_init (FsColumnPickerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_column_picker_dispose;
  G_OBJECT_CLASS (class)->finalize = fs_column_picker_finalize;
  edited_signal = g_signal_new ("edited", FS_TYPE_COLUMN_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_list (FsColumnPicker *self)
{
  GtkExpression *expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkFilterListModel *filtered;
  GtkWidget *list;

  self->names = gtk_string_list_new (NULL);
  self->filter = gtk_string_filter_new (expression);
  filtered = gtk_filter_list_model_new (G_LIST_MODEL (self->names), GTK_FILTER (self->filter));
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (filtered))),
                            factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Columns"), -1);
  return list;
}

static void
fs_column_picker_init (FsColumnPicker *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->chosen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->order = g_ptr_array_new_with_free_func (g_free);

  self->search = gtk_search_entry_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Find a column"), -1);
  g_object_set (self->search, "placeholder-text", _ ("Find a column"), NULL);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_cb), self);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), make_list (self));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), LIST_HEIGHT_PX);
  self->empty = gtk_label_new (_ ("This file has no other column of numbers."));
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_popover_set_child (GTK_POPOVER (popover), box);

  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
fs_column_picker_new (const char *label)
{
  FsColumnPicker *self = g_object_new (FS_TYPE_COLUMN_PICKER, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return GTK_WIDGET (self);
}

static gboolean
is_on_offer (const FsColumn *column, const char *target)
{
  return column->type == FS_COLUMN_NUMBER && !column->is_answer
         && g_strcmp0 (column->name, target) != 0;
}

/* While the list is open it is replaced only when the columns differ, so that ticking a box keeps
 * the scroll place; a closed list is always made anew, because its rows do not follow undo. */
static void
replace_names (FsColumnPicker *self, const char *const *names)
{
  guint n_old = g_list_model_get_n_items (G_LIST_MODEL (self->names));
  guint n_new = g_strv_length ((char **) names);
  gboolean is_same = n_old == n_new && gtk_widget_get_mapped (self->scroller);

  for (guint i = 0; is_same && i < n_new; i++)
    is_same = g_str_equal (gtk_string_list_get_string (self->names, i), names[i]);
  if (!is_same)
    gtk_string_list_splice (self->names, 0, n_old, names);
  gtk_widget_set_visible (self->empty, n_new == 0);
  gtk_widget_set_visible (self->scroller, n_new > 0);
  gtk_widget_set_visible (self->search, n_new > 8);
}

void
fs_column_picker_set (FsColumnPicker *self,
                      const FsFrame *frame,
                      const char *target,
                      const char (*chosen)[FS_TEXT_SIZE],
                      size_t n_chosen)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *label = NULL;

  g_hash_table_remove_all (self->chosen);
  g_ptr_array_set_size (self->order, 0);
  for (size_t i = 0; i < n_chosen; i++)
    {
      g_hash_table_add (self->chosen, g_strdup (chosen[i]));
      g_ptr_array_add (self->order, g_strdup (chosen[i]));
    }
  /* What is chosen but not in the file stays on the list, so that it can be unticked. */
  for (size_t i = 0; i < n_chosen; i++)
    if (!frame || !fs_frame_column (frame, chosen[i]))
      g_ptr_array_add (names, (char *) chosen[i]);
  for (size_t i = 0; frame && i < frame->n_columns; i++)
    if (is_on_offer (&frame->columns[i], target)
        || g_hash_table_contains (self->chosen, frame->columns[i].name))
      g_ptr_array_add (names, frame->columns[i].name);
  g_ptr_array_add (names, NULL);
  replace_names (self, (const char *const *) names->pdata);

  label = n_chosen == 0   ? g_strdup (_ ("None"))
          : n_chosen == 1 ? g_strdup (_ ("1 column"))
                          : g_strdup_printf (_ ("%zu columns"), n_chosen);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), label);
}
