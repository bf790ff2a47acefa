/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The row that says which file is learned from. See source-row.h. */

#include "ui/controls/source-row.h"

#include "engine/lab/source.h"
#include "ui/controls/tooltip.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/time-left.h"

#define PROBLEM_LINES 4 /* all of it stands above the charts */
#define SHORTEST_CUT_CHARS 3

struct _FsSourceRow
{
  AdwActionRow parent_instance;

  GtkWidget *warning; /* shown when reading had something to tell */
  GtkWidget *cancel;  /* shown while a long file is read */
  char *facts;        /* the subtitle while none is */
  gboolean is_reading;
  guint n_told; /* times that the reading has been told of */
  FsTimeLeft time_left;
};

/* A file that is read within three tellings (0.3 s) is not worth a button that comes and goes. */
#define TELLINGS_WORTH_SHOWING 3

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
fs_source_row_finalize (GObject *object)
{
  g_free (FS_SOURCE_ROW (object)->facts);
  G_OBJECT_CLASS (fs_source_row_parent_class)->finalize (object);
}

static void
fs_source_row_class_init (FsSourceRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fs_source_row_finalize;
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

  self->cancel = gtk_button_new_from_icon_name ("process-stop-symbolic");
  gtk_widget_add_css_class (self->cancel, "flat");
  gtk_widget_set_tooltip_text (self->cancel, _ ("Cancel Reading"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Cancel Reading"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel), "win.cancel-reading");
  gtk_widget_set_valign (self->cancel, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->cancel, FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->cancel);

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
  g_free (self->facts);
  self->facts = g_strdup (problem ? problem : facts ? facts : "…");
  if (!self->is_reading)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), self->facts);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), problem ? PROBLEM_LINES : 2);
  if (problem)
    gtk_widget_add_css_class (GTK_WIDGET (self), "wrong");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "wrong");
  fs_tooltip_set (GTK_WIDGET (self), tooltip);
  gtk_widget_set_visible (self->warning, frame && frame->n_warnings > 0);
}

void
fs_source_row_set_reading (FsSourceRow *self, double share)
{
  if (share >= 0 && self->n_told == 0)
    fs_time_left_begin (&self->time_left);
  self->n_told = share >= 0 ? self->n_told + 1 : 0;
  self->is_reading = self->n_told > TELLINGS_WORTH_SHOWING;
  gtk_widget_set_visible (self->cancel, self->is_reading);
  if (self->is_reading)
    {
      g_autofree char *progress = fs_time_left_say (&self->time_left, share);
      g_autofree char *text = g_strdup_printf (_ ("Reading: %s"), progress);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
    }
  else if (self->facts)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), self->facts);
}
