/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A drop-down of words that stays narrow, see drop-down.h: a GtkDropDown with factories of its own. */

#include "ui/controls/drop-down.h"
#include "ui/controls/setting-control.h"
#include "ui/controls/tooltip.h"

#define BUTTON_CHARS 13      /* of a word in the button, at most */
#define LEAST_BUTTON_CHARS 6 /* and at least, however long the title of its row is */
#define SEARCH_FROM_WORDS 13 /* as many as fit on the screen at a glance */

static void
setup_cut_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), LEAST_BUTTON_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (label), BUTTON_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
setup_whole_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkStringObject *word = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);

  gtk_label_set_text (GTK_LABEL (label), gtk_string_object_get_string (word));
  fs_tooltip_set (label, g_object_get_data (G_OBJECT (word), "help"));
}

static GtkListItemFactory *
make_factory (GCallback setup)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", setup, NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  return factory;
}

GtkWidget *
fs_drop_down_new (const char *label)
{
  GtkStringList *words = gtk_string_list_new (NULL);
  GtkExpression *expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkWidget *drop_down = gtk_drop_down_new (G_LIST_MODEL (words), expression);
  g_autoptr (GtkListItemFactory) cut = make_factory (G_CALLBACK (setup_cut_cb));
  g_autoptr (GtkListItemFactory) whole = make_factory (G_CALLBACK (setup_whole_cb));

  gtk_drop_down_set_factory (GTK_DROP_DOWN (drop_down), cut);
  gtk_drop_down_set_list_factory (GTK_DROP_DOWN (drop_down), whole);
  gtk_widget_set_valign (drop_down, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  fs_controls_name_focusables (drop_down, label);
  return drop_down;
}

void
fs_drop_down_set (GtkWidget *drop_down,
                  const char *const *words,
                  const char *const *helps,
                  guint selected)
{
  GtkStringList *list = GTK_STRING_LIST (gtk_drop_down_get_model (GTK_DROP_DOWN (drop_down)));
  guint n_old = g_list_model_get_n_items (G_LIST_MODEL (list));
  guint n_new = g_strv_length ((char **) words);
  gboolean is_same = n_old == n_new;

  for (guint i = 0; is_same && i < n_new; i++)
    is_same = g_str_equal (gtk_string_list_get_string (list, i), words[i]);
  if (!is_same)
    {
      gtk_string_list_splice (list, 0, n_old, words);
      for (guint i = 0; helps && i < n_new; i++)
        {
          g_autoptr (GObject) word = g_list_model_get_item (G_LIST_MODEL (list), i);
          g_object_set_data_full (word, "help", g_strdup (helps[i]), g_free);
        }
      gtk_drop_down_set_enable_search (GTK_DROP_DOWN (drop_down), n_new >= SEARCH_FROM_WORDS);
    }
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), selected);
}
