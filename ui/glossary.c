/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The glossary window. See glossary.h. Its entries are made when it opens and go with it. */

#include "ui/glossary.h"

#include "ui/glossary-words.h"
#include "ui/text.h"

struct _FsGlossary
{
  AdwWindow parent_instance;

  GtkWidget *entry;
  GtkCustomFilter *filter; /* owned by the list's model */
  GtkWidget *pages;        /* "found" or "nothing" */
};

G_DEFINE_FINAL_TYPE (FsGlossary, fs_glossary, ADW_TYPE_WINDOW);

static gboolean
fits_cb (void *item, void *data)
{
  FsGlossary *self = data;

  return fs_glossary_entry_fits (item, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
search_changed_cb (FsGlossary *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
n_items_cb (FsGlossary *self, GParamSpec *pspec, GListModel *model)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->pages),
                                    g_list_model_get_n_items (model) > 0 ? "found" : "nothing");
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *facts = make_label ("dim-label");

  gtk_widget_add_css_class (facts, "caption");
  gtk_box_append (GTK_BOX (box), make_label ("heading"));
  gtk_box_append (GTK_BOX (box), make_label (NULL));
  gtk_box_append (GTK_BOX (box), facts);
  gtk_widget_add_css_class (box, "glossary-entry");
  gtk_list_item_set_child (item, box);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  FsGlossaryEntry *entry = gtk_list_item_get_item (item);
  GtkWidget *title = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *text = gtk_widget_get_next_sibling (title);
  GtkWidget *facts = gtk_widget_get_next_sibling (text);
  const char *about = fs_glossary_entry_get_facts (entry);

  gtk_label_set_text (GTK_LABEL (title), fs_glossary_entry_get_title (entry));
  gtk_label_set_text (GTK_LABEL (text), fs_glossary_entry_get_text (entry));
  gtk_label_set_text (GTK_LABEL (facts), about ? about : "");
  gtk_widget_set_visible (facts, about != NULL);
}

static void
fs_glossary_class_init (FsGlossaryClass *class)
{
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (class), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static GListModel *
make_model (FsGlossary *self)
{
  g_autoptr (GPtrArray) entries = fs_glossary_entries ();
  GListStore *store = g_list_store_new (FS_TYPE_GLOSSARY_ENTRY);

  g_list_store_splice (store, 0, 0, entries->pdata, entries->len);
  self->filter = gtk_custom_filter_new (fits_cb, self, NULL);
  return G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (store), GTK_FILTER (self->filter)));
}

static GtkWidget *
make_list (FsGlossary *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GListModel *model = make_model (self);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect_object (model, "notify::n-items", G_CALLBACK (n_items_cb), self,
                           G_CONNECT_SWAPPED);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (model)), factory);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (list), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Words and settings"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  return scroller;
}

static void
fs_glossary_init (FsGlossary *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *nothing = adw_status_page_new ();

  self->entry = gtk_search_entry_new ();
  g_object_set (self->entry, "placeholder-text",
                _ ("Word or setting, also PyTorch's or Keras's name"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search the glossary"), -1);
  gtk_widget_set_margin_start (self->entry, 12);
  gtk_widget_set_margin_end (self->entry, 12);
  gtk_widget_set_margin_bottom (self->entry, 6);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (gtk_window_close), self);

  adw_status_page_set_title (ADW_STATUS_PAGE (nothing), _ ("Nothing of that name"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (nothing), _ ("Fewer letters find more; the beginning of a word is enough."));
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (nothing), "edit-find-symbolic");
  self->pages = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->pages), make_list (self), "found");
  gtk_stack_add_named (GTK_STACK (self->pages), nothing, "nothing");
  gtk_widget_set_vexpand (self->pages, TRUE);

  gtk_widget_add_css_class (header, "flat");
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->pages);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Glossary"));
  gtk_window_set_default_size (GTK_WINDOW (self), 480, 620);
  gtk_window_set_focus (GTK_WINDOW (self), self->entry);
}

GtkWidget *
fs_glossary_new (GtkWindow *parent, const char *query)
{
  FsGlossary *self =
      g_object_new (FS_TYPE_GLOSSARY, "transient-for", parent, "destroy-with-parent", TRUE, NULL);

  if (query)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), query);
  return GTK_WIDGET (self);
}
