/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The import report. See prepare-import.h. Its rows are made anew when another file has been read, and
 * at no other time. */

#include "ui/views/prepare-import.h"

#include <adwaita.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "ui/controls/setting-row.h"
#include "ui/facts.h"
#include "ui/text.h"

/* A hundred warnings are read by nobody; the rest are counted. */
#define MAX_WARNINGS_SHOWN 12

struct _FsPrepareImport
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *summary;
  GtkWidget *cancel;               /* shown while a long file is read */
  GtkWidget *settings;             /* AdwPreferencesGroup of what can be overruled */
  GHashTable *setting_rows;        /* path → FsSettingRow, borrowed */
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

/* ---- what can be overruled ---- */

/* Which setting overrules a decision: what is decided begins with the word. */
static const struct
{
  const char *word, *path;
} overrules[] = {
  { "delimiter", "data.delimiter" }, { "decimal", "data.decimal" },   { "header", "data.header" },
  { "dates", "data.dates" },         { "encoding", "data.encoding" },
};

/* The others have no decision of their own to show. */
static const char *const further_paths[] = { "data.skip_rows", "data.missing", "data.table" };

static const char *
path_that_overrules (const FsDecision *decision)
{
  for (guint i = 0; i < G_N_ELEMENTS (overrules); i++)
    if (g_str_has_prefix (decision->what, overrules[i].word))
      return overrules[i].path;
  return NULL;
}

static void
edited_cb (FsPrepareImport *self, const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *own_path = g_strdup (path);
  FsSettingRow *row = g_hash_table_lookup (self->setting_rows, own_path);

  if (!fs_session_set (self->session, own_path, text, &error))
    fs_setting_row_set_error (row, error->message);
}

static void
make_setting (FsPrepareImport *self, FsExperiment *experiment, const char *path)
{
  FsPlace place;
  GtkWidget *row;

  if (fs_experiment_find (experiment, path, &place, NULL) != FS_OK)
    return;
  row = fs_setting_row_new (place.path, place.setting);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 4);
  g_signal_connect_swapped (row, "edited", G_CALLBACK (edited_cb), self);
  g_hash_table_insert (self->setting_rows, (char *) fs_setting_row_get_path (FS_SETTING_ROW (row)),
                       row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->settings), row);
}

static void
make_settings (FsPrepareImport *self)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);

  for (guint i = 0; i < G_N_ELEMENTS (overrules); i++)
    make_setting (self, &experiment, overrules[i].path);
  for (guint i = 0; i < G_N_ELEMENTS (further_paths); i++)
    make_setting (self, &experiment, further_paths[i]);
}

/* "comma: 200 of the first 200 rows have 2 cells", one line a decision. */
static char *
fact_on (const FsFrame *frame, const char *path)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; frame && i < frame->n_decisions; i++)
    {
      const FsDecision *decision = &frame->decisions[i];
      const char *of = strstr (decision->what, " of ");

      if (g_strcmp0 (path_that_overrules (decision), path) != 0)
        continue;
      g_string_append_printf (
          text, "%s%s%s%s: %s", text->len ? "\n" : "", of ? of + 4 : "", of ? ": " : "",
          g_strcmp0 (path, "data.table") == 0 ? decision->choice : _ (decision->choice),
          decision->reason);
    }
  return g_string_free (text, FALSE);
}

static void
show_settings (FsPrepareImport *self, const FsFrame *frame)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  const char *key = NULL;
  const char *problem = fs_session_get_problem (self->session, &key);
  GHashTableIter iter;
  void *path, *row;

  g_hash_table_iter_init (&iter, self->setting_rows);
  while (g_hash_table_iter_next (&iter, &path, &row))
    {
      g_autofree char *fact = fact_on (frame, path);
      FsPlace place;

      if (fs_experiment_find (&experiment, path, &place, NULL) == FS_OK)
        fs_setting_row_sync (row, &place, &experiment, frame);
      fs_setting_row_set_fact (row, *fact ? fact : NULL);
      if (problem && g_strcmp0 (key, path) == 0)
        fs_setting_row_set_error (row, problem);
    }
}

/* ---- what else was decided ---- */

static void
show_decisions (FsPrepareImport *self, const FsFrame *frame)
{
  guint n = 0;

  for (size_t i = 0; i < frame->n_decisions; i++)
    {
      const FsDecision *decision = &frame->decisions[i];
      g_autofree char *what = g_strdup (decision->what);

      if (path_that_overrules (decision))
        continue;
      n++;
      what[0] = g_ascii_toupper (what[0]);
      add_row (self, self->decisions, make_row (what, decision->reason, decision->choice));
    }
  gtk_widget_set_visible (self->decisions, n > 0);
}

static void
show_warnings (FsPrepareImport *self, const FsFrame *frame)
{
  size_t n = MIN (frame->n_warnings, MAX_WARNINGS_SHOWN);

  for (size_t i = 0; i < n; i++)
    {
      const FsWarning *warning = &frame->warnings[i];
      g_autofree char *line = warning->line > 0 ? g_strdup_printf (_ ("line %zu"), warning->line)
                                                : g_strdup (_ ("whole file"));
      GtkWidget *row = make_row (warning->text, line, NULL);

      adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
      adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
      add_row (self, self->warnings, row);
    }
  if (n < frame->n_warnings)
    {
      g_autofree char *more = g_strdup_printf (_ ("and %zu more"), frame->n_warnings - n);

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
  double share;
  const gboolean is_reading = fs_session_get_reading (self->session, &share);

  if (frame && is_reading)
    text =
        g_strdup_printf (_ ("%s is being read: %.0f %% so far. Below is what its first rows show; "
                            "the rest may change it."),
                         name, 100 * share);
  else if (frame)
    text =
        g_strdup_printf (_ ("%s: %s, %zu columns. Below is what was decided while reading it and "
                            "why; what is set here is read "
                            "again that way."),
                         name, facts, frame->n_columns);
  else if (problem)
    text = g_strdup (problem);
  else
    text = g_strdup_printf (_ ("Reading %s …"), name);
  gtk_widget_set_visible (self->cancel, is_reading && frame);
  gtk_label_set_text (GTK_LABEL (self->summary), text);
}

static void
update (FsPrepareImport *self)
{
  const FsFrame *frame = fs_session_get_frame (self->session);

  show_summary (self, frame);
  show_settings (self, frame);
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
reading_cb (FsPrepareImport *self)
{
  show_summary (self, fs_session_get_frame (self->session));
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
  g_clear_pointer (&self->setting_rows, g_hash_table_unref);
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
  self->cancel = gtk_button_new_with_label (_ ("Cancel Reading"));
  gtk_widget_set_halign (self->cancel, GTK_ALIGN_START);
  gtk_widget_set_visible (self->cancel, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel), "win.cancel-reading");
  self->warnings = make_group (_ ("Worth knowing"));
  gtk_widget_set_visible (self->warnings, FALSE);
  self->setting_rows = g_hash_table_new (g_str_hash, g_str_equal);
  self->settings = make_group (_ ("How the file is read"));
  self->decisions = make_group (_ ("Decided besides"));
  gtk_widget_set_visible (self->decisions, FALSE);
  gtk_widget_add_css_class (box, "page");
  gtk_box_append (GTK_BOX (box), self->summary);
  gtk_box_append (GTK_BOX (box), self->cancel);
  gtk_box_append (GTK_BOX (box), self->warnings);
  gtk_box_append (GTK_BOX (box), self->settings);
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
  make_settings (self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "reading", G_CALLBACK (reading_cb), self);
  update (self);
  return GTK_WIDGET (self);
}
