/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The import report. See prepare-import.h. Its rows are made anew when another file has been read, and
 * at no other time. */

#include "ui/views/prepare-import.h"

#include <adwaita.h>
#include "ui/facts.h"

/* A hundred warnings are read by nobody; the rest are counted. */
#define MAX_WARNINGS_SHOWN 12

struct _FsPrepareImport
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *summary;
  GtkWidget *decisions, *warnings; /* AdwPreferencesGroups */
  GPtrArray *rows;                 /* of both groups, borrowed */
  const FsFrame *shown;            /* the frame the rows are of: compared, never read */
};

G_DEFINE_FINAL_TYPE (FsPrepareImport, fs_prepare_import, GTK_TYPE_WIDGET);

static GtkWidget *
make_row (const char *title, const char *subtitle, const char *value)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  if (value)
    {
      GtkWidget *label = gtk_label_new (value);

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 1);
      gtk_label_set_width_chars (GTK_LABEL (label), MIN (24, (int) g_utf8_strlen (value, -1)));
      gtk_widget_add_css_class (label, "heading");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  return row;
}

static void
add_row (FsPrepareImport *self, GtkWidget *group, GtkWidget *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_ptr_array_add (self->rows, row);
}

static void
clear_rows (FsPrepareImport *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
    }
  g_ptr_array_set_size (self->rows, 0);
}

static void
show_decisions (FsPrepareImport *self, const FsFrame *frame)
{
  for (size_t i = 0; i < frame->n_decisions; i++)
    {
      const FsDecision *decision = &frame->decisions[i];
      g_autofree char *what = g_strdup (decision->what);

      what[0] = g_ascii_toupper (what[0]);
      add_row (self, self->decisions, make_row (what, decision->reason, decision->choice));
    }
  gtk_widget_set_visible (self->decisions, frame->n_decisions > 0);
}

static void
show_warnings (FsPrepareImport *self, const FsFrame *frame)
{
  size_t n = MIN (frame->n_warnings, MAX_WARNINGS_SHOWN);

  for (size_t i = 0; i < n; i++)
    {
      const FsWarning *warning = &frame->warnings[i];
      g_autofree char *line =
          warning->line > 0 ? g_strdup_printf ("line %zu", warning->line) : g_strdup ("whole file");
      GtkWidget *row = make_row (warning->text, line, NULL);

      adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
      adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
      add_row (self, self->warnings, row);
    }
  if (n < frame->n_warnings)
    {
      g_autofree char *more = g_strdup_printf ("and %zu more", frame->n_warnings - n);

      add_row (self, self->warnings, make_row (more, "", NULL));
    }
  gtk_widget_set_visible (self->warnings, frame->n_warnings > 0);
}

static void
show_summary (FsPrepareImport *self, const FsFrame *frame)
{
  const char *source = fs_session_get_experiment (self->session)->data.source;
  const char *problem = fs_session_get_problem (self->session, NULL);
  g_autofree char *name = fs_facts_source_name (source);
  g_autofree char *facts = fs_facts_frame (frame);
  g_autofree char *text = NULL;

  if (frame)
    text = g_strdup_printf ("%s: %s, %zu columns. Below is what was understood while reading it.",
                            name, facts, frame->n_columns);
  else if (problem)
    text = g_strdup (problem);
  else
    text = g_strdup_printf ("Reading %s …", name);
  gtk_label_set_text (GTK_LABEL (self->summary), text);
}

static void
update (FsPrepareImport *self)
{
  const FsFrame *frame = fs_session_get_frame (self->session);

  show_summary (self, frame);
  if (frame == self->shown)
    return;
  self->shown = frame;
  clear_rows (self);
  if (!frame)
    {
      gtk_widget_set_visible (self->decisions, FALSE);
      gtk_widget_set_visible (self->warnings, FALSE);
      return;
    }
  show_decisions (self, frame);
  show_warnings (self, frame);
}

static void
fs_prepare_import_dispose (GObject *object)
{
  FsPrepareImport *self = FS_PREPARE_IMPORT (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (fs_prepare_import_parent_class)->dispose (object);
}

static void
fs_prepare_import_class_init (FsPrepareImportClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_prepare_import_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "prepareimport");
}

static GtkWidget *
make_group (const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  return group;
}

static void
fs_prepare_import_init (FsPrepareImport *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->rows = g_ptr_array_new ();
  self->summary = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->summary), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  self->warnings = make_group ("Worth knowing");
  self->decisions = make_group ("Decided while reading");
  gtk_widget_add_css_class (box, "page");
  gtk_box_append (GTK_BOX (box), self->summary);
  gtk_box_append (GTK_BOX (box), self->warnings);
  gtk_box_append (GTK_BOX (box), self->decisions);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
fs_prepare_import_new (FsSession *session)
{
  FsPrepareImport *self = g_object_new (FS_TYPE_PREPARE_IMPORT, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}
