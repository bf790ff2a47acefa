/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The row that says which file is learned from. See source-row.h. */

#include "ui/controls/source-row.h"

#include "engine/lab/source.h"
#include "ui/controls/tooltip.h"
#include "ui/facts.h"
#include "ui/text.h"

#define SHORTEST_CUT_CHARS 3

struct _FsSourceRow
{
  AdwActionRow parent_instance;

  GtkWidget *warning; /* shown when reading had something to tell */
};

G_DEFINE_FINAL_TYPE (FsSourceRow, fs_source_row, ADW_TYPE_ACTION_ROW);

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) series = g_menu_new ();
  g_auto (GStrv) names = fs_source_list_builtin ();

  g_menu_append (menu, _ ("Open a File…"), "win.open");
  for (guint i = 0; names && names[i]; i++)
    {
      g_autofree char *source = g_strconcat ("builtin:", names[i], NULL);
      g_autofree char *label = fs_facts_source_name (source);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.open-data", "s", source);
      g_menu_append_item (series, item);
    }
  g_menu_append_submenu (menu, _ ("Built-in Series"), G_MENU_MODEL (series));
  return G_MENU_MODEL (menu);
}

static void
fs_source_row_class_init (FsSourceRowClass *class)
{
}

static void
fs_source_row_init (FsSourceRow *self)
{
  g_autoptr (GMenuModel) menu = make_menu ();
  GtkWidget *button = gtk_menu_button_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 2);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);

  self->warning = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  gtk_widget_add_css_class (self->warning, "warning");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->warning), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Something to know about this file"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->warning);

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Take other data"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Take other data"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Take other data"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
}

GtkWidget *
fs_source_row_new (void)
{
  return g_object_new (FS_TYPE_SOURCE_ROW, NULL);
}

void
fs_source_row_set (FsSourceRow *self, const char *source, const FsFrame *frame, const char *problem)
{
  g_autofree char *name = fs_facts_source_name (source);
  g_autofree char *facts = fs_facts_frame (frame);
  g_autofree char *reading = fs_facts_reading (frame);
  g_autofree char *tooltip =
      reading ? g_strdup_printf ("%s\n\n%s", source, reading) : g_strdup (source);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  /* A name narrower than the ellipsis that might cut it makes GTK 4.8 warn of its own label. */
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self),
                                  g_utf8_strlen (name, -1) > SHORTEST_CUT_CHARS);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), problem ? problem : facts ? facts : "…");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), problem ? 0 : 2);
  if (problem)
    gtk_widget_add_css_class (GTK_WIDGET (self), "wrong");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "wrong");
  fs_tooltip_set (GTK_WIDGET (self), tooltip);
  gtk_widget_set_visible (self->warning, frame && frame->n_warnings > 0);
}
