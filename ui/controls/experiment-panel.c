/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The left column, generated from the schema. See experiment-panel.h. Rows are made once and then
 * only told values; a change of the lists (layers, steps) remakes their two groups, and nothing
 * else. */

#include "ui/controls/experiment-panel.h"

#include <adwaita.h>
#include <string.h>
#include "ui/controls/item-row.h"
#include "ui/controls/late-rows.h"
#include "ui/controls/model-summary.h"
#include "ui/controls/reading-order.h"
#include "ui/controls/reorder.h"
#include "ui/controls/schedule-preview.h"
#include "ui/controls/setting-control.h"
#include "ui/controls/setting-row.h"
#include "ui/controls/source-row.h"
#include "ui/controls/split-bar.h"
#include "ui/facts.h"
#include "ui/text.h"

struct _FsExperimentPanel
{
  GtkWidget parent_instance;

  FsSession *session; /* owned; its signals end with us */
  GtkWidget *scroller;
  GtkWidget *groups[FS_N_GROUPS];
  GtkWidget *summary;                /* opens the table of the network's layers */
  GtkWidget *more_rows[FS_N_GROUPS]; /* expanders with the advanced settings; NULL where none are */
  GtkWidget *source_row;
  GtkWidget *split_row; /* an expander with the rows of the split */
  GtkWidget *split_bar;
  GtkWidget *schedule; /* the planned learning rate */
  GHashTable *rows;    /* path → FsSettingRow, borrowed */
  GPtrArray *late;     /* FsLateRows of the expanders, owned; the next two point into it */
  FsLateRows *late_split;
  FsLateRows *late_more[FS_N_GROUPS];
  GtkWidget *step_adder;
  GPtrArray *step_rows;  /* FsItemRow in list order, borrowed */
  GPtrArray *layer_rows; /* the same */
  char *structure;       /* the kinds that step_rows and layer_rows were made for */
  char *problem;         /* the last that was shown, so that each is revealed once */
  char *problem_path;    /* its setting's */
  guint scroll_id;
};

G_DEFINE_FINAL_TYPE (FsExperimentPanel, fs_experiment_panel, GTK_TYPE_WIDGET);

#define STEP_PREFIX "prepare."
#define LAYER_PREFIX "model.layers."
#define RATE_PATH "train.learning_rate"
#define UNFOLD_MS 300 /* as long as libadwaita takes to open an expander */
#define SCHEDULE_PATH "train.schedule.type"

/* ---- lists ---- */

/* Which list a path leads into: the item rows, and the item's number. */
static GPtrArray *
list_of (FsExperimentPanel *self, const char *path, guint *index)
{
  const char *number = NULL;
  GPtrArray *rows = NULL;

  if (g_str_has_prefix (path, LAYER_PREFIX))
    {
      number = path + strlen (LAYER_PREFIX);
      rows = self->layer_rows;
    }
  else if (g_str_has_prefix (path, STEP_PREFIX))
    {
      number = path + strlen (STEP_PREFIX);
      rows = self->step_rows;
    }
  if (!rows || !g_ascii_isdigit (*number))
    return NULL;
  *index = (guint) g_ascii_strtoull (number, NULL, 10);
  return rows;
}

static char *
structure_of (const FsExperiment *experiment)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%d:", experiment->data.task);
  for (size_t i = 0; i < experiment->n_steps; i++)
    g_string_append_printf (text, "%d,", experiment->steps[i].kind);
  g_string_append_c (text, ';');
  for (size_t i = 0; i < experiment->n_layers; i++)
    g_string_append_printf (text, "%d,", experiment->layers[i].kind);
  return g_string_free (text, FALSE);
}

/* The row of a setting, made now if its expander was never opened; NULL if there is none. */
static FsSettingRow *
find_row (FsExperimentPanel *self, const char *path)
{
  for (guint i = 0; i < self->late->len; i++)
    if (fs_late_rows_has (g_ptr_array_index (self->late, i), path))
      fs_late_rows_make (g_ptr_array_index (self->late, i));
  return g_hash_table_lookup (self->rows, path);
}

/* ---- edits ---- */

/* The sentence names the setting, as a command line needs; its row need not repeat that. */
static const char *
without_path (const char *sentence, const char *path)
{
  size_t length = strlen (path);

  if (sentence && g_str_has_prefix (sentence, path) && sentence[length] == ':')
    return sentence + length + (sentence[length + 1] == ' ' ? 2 : 1);
  return sentence;
}

static void
set_error (FsExperimentPanel *self, const char *path, const char *full_sentence)
{
  const char *sentence = without_path (full_sentence, path);
  guint index;
  GPtrArray *items = list_of (self, path, &index);
  FsSettingRow *row;

  if (items && index < items->len)
    {
      fs_item_row_set_error (g_ptr_array_index (items, index), path, sentence);
      return;
    }
  row = sentence ? find_row (self, path) : g_hash_table_lookup (self->rows, path);
  if (row)
    fs_setting_row_set_error (row, sentence);
}

static void
edited_cb (FsExperimentPanel *self, const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *own_path = g_strdup (path); /* the row may go in the edit that it asked for */

  if (!fs_session_set (self->session, own_path, text, &error))
    set_error (self, own_path, error->message);
  else
    set_error (self, own_path, NULL);
}

/* Where the keys were, they are after the list has been made anew. */
static void
focus_item (GPtrArray *rows, guint index)
{
  if (index < rows->len)
    gtk_widget_child_focus (g_ptr_array_index (rows, index), GTK_DIR_TAB_FORWARD);
}

static void
item_moved_cb (FsItemRow *row, int by, FsExperimentPanel *self)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  guint index;

  if (g_ptr_array_find (self->layer_rows, row, &index))
    {
      fs_experiment_move_layer (&experiment, index, (size_t) ((int) index + by));
      fs_session_replace (self->session, &experiment, _ ("Order of layers"), NULL);
      focus_item (self->layer_rows, (guint) ((int) index + by));
    }
  else if (g_ptr_array_find (self->step_rows, row, &index))
    {
      fs_experiment_move_step (&experiment, index, (size_t) ((int) index + by));
      fs_session_replace (self->session, &experiment, _ ("Order of steps"), NULL);
      focus_item (self->step_rows, (guint) ((int) index + by));
    }
}

static void
step_dropped_cb (guint from, guint to, void *data)
{
  FsExperimentPanel *self = data;
  FsExperiment experiment = *fs_session_get_experiment (self->session);

  if (from >= experiment.n_steps || to >= experiment.n_steps)
    return;
  fs_experiment_move_step (&experiment, from, to);
  fs_session_replace (self->session, &experiment, _ ("Order of steps"), NULL);
}

static void
layer_dropped_cb (guint from, guint to, void *data)
{
  FsExperimentPanel *self = data;
  FsExperiment experiment = *fs_session_get_experiment (self->session);

  if (from >= experiment.n_layers || to >= experiment.n_layers)
    return;
  fs_experiment_move_layer (&experiment, from, to);
  fs_session_replace (self->session, &experiment, _ ("Order of layers"), NULL);
}

static void
item_removed_cb (FsItemRow *row, FsExperimentPanel *self)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  g_autofree char *label =
      g_strdup_printf (_ ("Remove %s"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  guint index;

  if (g_ptr_array_find (self->layer_rows, row, &index))
    fs_experiment_remove_layer (&experiment, index);
  else if (g_ptr_array_find (self->step_rows, row, &index))
    fs_experiment_remove_step (&experiment, index);
  fs_session_replace (self->session, &experiment, label, NULL);
}

/* A new layer goes before the last dense one, which makes the output; a new step to the end. */
static void
add_layer (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsExperimentPanel *self = FS_EXPERIMENT_PANEL (widget);
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  FsLayerKind kind = (FsLayerKind) g_variant_get_int32 (parameter);
  size_t at = experiment.n_layers;
  FsProblem problem = { 0 };

  if (at > 0 && kind != FS_LAYER_DENSE && experiment.layers[at - 1].kind == FS_LAYER_DENSE)
    at--;
  if (fs_experiment_insert_layer (&experiment, at, kind, &problem) == FS_OK)
    {
      g_autofree char *label = g_strdup_printf (_ ("Add %s"), _ (fs_layer_kind (kind)->label));
      fs_session_replace (self->session, &experiment, label, NULL);
    }
  else
    {
      char sentence[1024];
      g_signal_emit_by_name (self->session, "notice",
                             fs_problem_sentence (&problem, sentence, sizeof sentence), NULL, NULL);
    }
}

static void
add_step (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsExperimentPanel *self = FS_EXPERIMENT_PANEL (widget);
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  FsStepKind kind = (FsStepKind) g_variant_get_int32 (parameter);
  FsProblem problem = { 0 };

  if (fs_experiment_insert_step (&experiment, experiment.n_steps, kind, &problem) == FS_OK)
    {
      g_autofree char *label = g_strdup_printf (_ ("Add %s"), _ (fs_step_kind (kind)->label));
      fs_session_replace (self->session, &experiment, label, NULL);
    }
  else
    {
      char sentence[1024];
      g_signal_emit_by_name (self->session, "notice",
                             fs_problem_sentence (&problem, sentence, sizeof sentence), NULL, NULL);
    }
}

static void sync_values (FsExperimentPanel *self);

/* ---- making rows ---- */

static void
add_row (FsExperimentPanel *self, GtkWidget *row)
{
  g_signal_connect_swapped (row, "edited", G_CALLBACK (edited_cb), self);
  g_hash_table_insert (self->rows, (char *) fs_setting_row_get_path (FS_SETTING_ROW (row)), row);
}

static void
split_row_cb (FsExperimentPanel *self, GtkWidget *row)
{
  add_row (self, row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->split_row), row);
}

static void
more_row_cb (FsExperimentPanel *self, GtkWidget *row, const FsSetting *setting)
{
  add_row (self, row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->more_rows[setting->group]), row);
}

static FsLateRows *
make_late (FsExperimentPanel *self, GtkWidget *expander, GCallback row_cb)
{
  FsLateRows *late = fs_late_rows_new (ADW_EXPANDER_ROW (expander));

  g_signal_connect_object (late, "row", row_cb, self, G_CONNECT_SWAPPED);
  g_signal_connect_object (late, "made", G_CALLBACK (sync_values), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->late, late);
  return late;
}

/* Few need these settings: they stay folded at the end of their group. */
static FsLateRows *
more_rows (FsExperimentPanel *self, FsGroup group)
{
  if (!self->more_rows[group])
    {
      self->more_rows[group] = adw_expander_row_new ();
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->more_rows[group]), _ ("More"));
      /* The name says of what, for who does not see the group around it. */
      g_autofree char *name = g_strdup_printf (_ ("More: %s"), _ (fs_group_label (group)));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->more_rows[group]),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      fs_controls_name_focusables (self->more_rows[group], name);
      gtk_widget_set_tooltip_text (self->more_rows[group],
                                   _ ("Settings of this group that are rarely changed"));
      self->late_more[group] = make_late (self, self->more_rows[group], G_CALLBACK (more_row_cb));
    }
  return self->late_more[group];
}

static void
make_setting_row (FsExperimentPanel *self, const FsPlace *place)
{
  if (!fs_setting_control_is_needed (place->setting))
    return;
  if (g_str_has_prefix (place->path, "split."))
    fs_late_rows_add (self->late_split, place);
  else if (place->setting->is_advanced)
    fs_late_rows_add (more_rows (self, place->setting->group), place);
  else
    {
      GtkWidget *row = fs_setting_row_new (place->path, place->setting);

      if (g_str_equal (place->path, RATE_PATH))
        fs_setting_row_add_button (FS_SETTING_ROW (row), "edit-find-symbolic",
                                   _ ("Find a learning rate"), "win.find-rate");

      add_row (self, row);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->groups[place->setting->group]), row);
      if (g_str_equal (place->path, SCHEDULE_PATH))
        {
          self->schedule = fs_schedule_preview_new ();
          adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->groups[place->setting->group]),
                                     self->schedule);
        }
    }
}

static void
clear_items (FsExperimentPanel *self, GPtrArray *rows, FsGroup group)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->groups[group]),
                                  g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static void
make_item (FsExperimentPanel *self,
           GPtrArray *rows,
           FsGroup group,
           const FsKind *kind,
           size_t index,
           size_t n)
{
  GtkWidget *row = fs_item_row_new (kind, index, n);

  g_signal_connect_swapped (row, "edited", G_CALLBACK (edited_cb), self);
  g_signal_connect (row, "move", G_CALLBACK (item_moved_cb), self);
  g_signal_connect (row, "remove", G_CALLBACK (item_removed_cb), self);
  g_signal_connect_swapped (row, "opened", G_CALLBACK (sync_values), self);
  fs_reorder_add (row, rows, (guint) index,
                  rows == self->step_rows ? step_dropped_cb : layer_dropped_cb, self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->groups[group]), row);
  g_ptr_array_add (rows, row);
}

static void
make_items (FsExperimentPanel *self, FsExperiment *experiment)
{
  FsPlace place;
  size_t at = 0;

  clear_items (self, self->step_rows, FS_GROUP_PREPARE);
  clear_items (self, self->layer_rows, FS_GROUP_MODEL);
  for (size_t i = 0; i < experiment->n_steps; i++)
    {
      make_item (self, self->step_rows, FS_GROUP_PREPARE, fs_step_kind (experiment->steps[i].kind),
                 i, experiment->n_steps);
      gtk_widget_set_visible (
          g_ptr_array_index (self->step_rows, i),
          fs_step_suits_task (experiment->steps[i].kind, experiment->data.task));
    }
  for (size_t i = 0; i < experiment->n_layers; i++)
    make_item (self, self->layer_rows, FS_GROUP_MODEL, fs_layer_kind (experiment->layers[i].kind),
               i, experiment->n_layers);
  while (fs_experiment_next (experiment, &at, &place))
    {
      guint index;
      GPtrArray *items = list_of (self, place.path, &index);

      if (items)
        fs_item_row_add (g_ptr_array_index (items, index), &place);
    }
}

static void
append_kind (GMenu *menu, const FsKind *kind, const char *action, int number)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (_ (kind->label), NULL);

  g_menu_item_set_action_and_target (item, action, "i", number);
  g_menu_append_item (menu, item);
}

/* Kinds of steps that the task has a use for. */
static void
offer_steps (FsExperimentPanel *self, FsTask task)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  for (int kind = 0; kind < FS_N_STEP_KINDS; kind++)
    if (fs_step_suits_task ((FsStepKind) kind, task))
      append_kind (menu, fs_step_kind ((FsStepKind) kind), "panel.add-step", kind);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->step_adder), G_MENU_MODEL (menu));
  gtk_widget_set_visible (self->step_adder, g_menu_model_get_n_items (G_MENU_MODEL (menu)) > 0);
}

/* ---- showing ---- */

static gboolean
scroll_cb (void *data)
{
  FsExperimentPanel *self = data;
  GtkWidget *row = fs_experiment_panel_find (self, self->problem_path);
  GtkAdjustment *adjustment =
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  graphene_rect_t bounds;

  self->scroll_id = 0;
  /* In the coordinates of what is scrolled, which the window of it moves over. */
  if (row && gtk_widget_compute_bounds (row, self->scroller, &bounds))
    gtk_adjustment_clamp_page (adjustment, gtk_adjustment_get_value (adjustment) + bounds.origin.y,
                               gtk_adjustment_get_value (adjustment) + bounds.origin.y
                                   + bounds.size.height);
  return G_SOURCE_REMOVE;
}

/* A row that is wrong is not left folded away or out of view. */
static void
reveal (FsExperimentPanel *self, const char *path)
{
  GtkWidget *row = fs_experiment_panel_find (self, path);

  for (GtkWidget *at = row ? gtk_widget_get_parent (row) : NULL; at && at != GTK_WIDGET (self);
       at = gtk_widget_get_parent (at))
    if (ADW_IS_EXPANDER_ROW (at))
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (at), TRUE);
  g_free (self->problem_path);
  self->problem_path = g_strdup (path);
  if (!self->scroll_id)
    self->scroll_id = g_timeout_add (UNFOLD_MS, scroll_cb, self);
}

static void
show_problem (FsExperimentPanel *self)
{
  const char *key = NULL;
  const char *problem = fs_session_get_problem (self->session, &key);
  const gboolean is_new = g_strcmp0 (problem, self->problem) != 0;

  if (is_new)
    {
      g_free (self->problem);
      self->problem = g_strdup (problem);
    }
  if (!problem || !*key)
    return;
  set_error (self, key, problem);
  if (is_new)
    reveal (self, key);
}

static void
sync_values (FsExperimentPanel *self)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  const FsFrame *frame = fs_session_get_frame (self->session);
  g_autofree char *structure = structure_of (&experiment);
  FsPlace place;
  size_t at = 0;

  if (g_strcmp0 (structure, self->structure) != 0)
    {
      offer_steps (self, experiment.data.task);
      make_items (self, &experiment);
      g_free (self->structure);
      self->structure = g_steal_pointer (&structure);
    }
  while (fs_experiment_next (&experiment, &at, &place))
    {
      guint index;
      GPtrArray *items = list_of (self, place.path, &index);
      FsSettingRow *row = items ? NULL : g_hash_table_lookup (self->rows, place.path);

      if (items && index < items->len)
        fs_item_row_sync (g_ptr_array_index (items, index), &place, &experiment, frame);
      if (row)
        {
          fs_setting_row_sync (row, &place, &experiment, frame);
          gtk_widget_set_visible (GTK_WIDGET (row), fs_place_is_used (&place, &experiment));
        }
    }
  show_problem (self);
}

/* Each enabled step says what it learned from the training rows. */
static void
sync_step_facts (FsExperimentPanel *self, const FsExperiment *experiment, const FsDataset *dataset)
{
  size_t fitted = 0;
  size_t n_fitted = dataset ? fs_recipe_n_steps (dataset->recipe) : 0;

  for (guint i = 0; i < self->step_rows->len && i < experiment->n_steps; i++)
    {
      char text[256] = "";

      if (experiment->steps[i].is_enabled && fitted < n_fitted)
        fs_recipe_describe (dataset->recipe, fitted++, text, sizeof text);
      fs_item_row_set_fact (g_ptr_array_index (self->step_rows, i), text);
    }
}

static void
sync_reading (FsExperimentPanel *self)
{
  double share;
  const gboolean is_reading = fs_session_get_reading (self->session, &share);

  fs_source_row_set_reading (FS_SOURCE_ROW (self->source_row), is_reading ? share : -1);
}

static void
sync_facts (FsExperimentPanel *self)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  const FsSnapshot *prepared = fs_session_get_prepared (self->session);
  const FsDataset *dataset = prepared ? prepared->dataset : NULL;
  const FsFrame *frame = fs_session_get_frame (self->session);
  const char *key = "";
  const char *problem = fs_session_get_problem (self->session, &key);
  g_autofree char *windows = fs_facts_windows (prepared);
  g_autofree char *shares = fs_facts_split (experiment, dataset);
  g_autofree char *split = fs_left_to_right (shares);
  gboolean leaks;
  g_autofree char *gap = fs_facts_gap (prepared, &leaks);
  g_autofree char *parameters = fs_facts_parameters (experiment, dataset);
  g_autofree char *model =
      parameters ? g_strdup_printf ("%s · %s", _ (fs_group_label (FS_GROUP_MODEL)), parameters)
                 : g_strdup (_ (fs_group_label (FS_GROUP_MODEL)));
  FsSettingRow *length = g_hash_table_lookup (self->rows, "window.length");

  /* A failed run whose fault is no single setting is almost always the file's. */
  if (frame || (*key != '\0' && !g_str_equal (key, "data.source")))
    problem = NULL;
  else if (problem && *key != '\0' && g_str_has_prefix (problem, "data.source: "))
    problem += strlen ("data.source: ");
  fs_source_row_set (FS_SOURCE_ROW (self->source_row), experiment->data.source, frame, problem);
  if (length)
    fs_setting_row_set_fact (length, windows);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->split_row), split);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self->split_row),
                                 gap ? gap : _ ("in time order"));
  if (leaks)
    gtk_widget_add_css_class (self->split_row, "leaks");
  else
    gtk_widget_remove_css_class (self->split_row, "leaks");
  fs_split_bar_set (FS_SPLIT_BAR (self->split_bar), experiment, dataset);
  fs_schedule_preview_set (FS_SCHEDULE_PREVIEW (self->schedule), experiment, dataset);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->groups[FS_GROUP_MODEL]), model);
  fs_model_summary_button_set (self->summary, experiment, dataset);
  sync_step_facts (self, experiment, dataset);
}

static void
experiment_cb (FsExperimentPanel *self)
{
  sync_values (self);
  sync_facts (self);
}

/* The file's columns are among the facts. */
static void
facts_cb (FsExperimentPanel *self)
{
  sync_values (self);
  sync_facts (self);
}

/* ---- life ---- */

static void
fs_experiment_panel_dispose (GObject *object)
{
  FsExperimentPanel *self = FS_EXPERIMENT_PANEL (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_handle_id (&self->scroll_id, g_source_remove);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->late, g_ptr_array_unref);
  g_clear_pointer (&self->step_rows, g_ptr_array_unref);
  g_clear_pointer (&self->layer_rows, g_ptr_array_unref);
  g_clear_pointer (&self->structure, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->problem_path, g_free);
  G_OBJECT_CLASS (fs_experiment_panel_parent_class)->dispose (object);
}

static void
fs_experiment_panel_class_init (FsExperimentPanelClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fs_experiment_panel_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "experimentpanel");
  gtk_widget_class_install_action (widget_class, "panel.add-layer", "i", add_layer);
  gtk_widget_class_install_action (widget_class, "panel.add-step", "i", add_step);
}

static void
fs_experiment_panel_init (FsExperimentPanel *self)
{
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
  self->late = g_ptr_array_new_with_free_func (g_object_unref);
  self->step_rows = g_ptr_array_new ();
  self->layer_rows = g_ptr_array_new ();
}

static GtkWidget *
make_adder (const char *label)
{
  GtkWidget *button = gtk_menu_button_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "list-add-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  fs_controls_name_focusables (button, label);
  return button;
}

static GtkWidget *
make_layer_adder (void)
{
  GtkWidget *button = make_adder (_ ("Add a layer"));
  g_autoptr (GMenu) menu = g_menu_new ();

  for (int kind = 0; kind < FS_N_LAYER_KINDS; kind++)
    append_kind (menu, fs_layer_kind ((FsLayerKind) kind), "panel.add-layer", kind);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  return button;
}

static void
make_groups (FsExperimentPanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *model_buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "panel");
  for (int group = 0; group < FS_N_GROUPS; group++)
    {
      g_autofree char *title = g_markup_escape_text (_ (fs_group_label ((FsGroup) group)), -1);

      self->groups[group] = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->groups[group]), title);
      gtk_box_append (GTK_BOX (box), self->groups[group]);
    }
  self->step_adder = make_adder (_ ("Add a step"));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self->groups[FS_GROUP_PREPARE]),
                                           self->step_adder);
  self->summary = fs_model_summary_button_new ();
  fs_controls_name_focusables (self->summary, _ ("Summary of the network"));
  gtk_box_append (GTK_BOX (model_buttons), self->summary);
  gtk_box_append (GTK_BOX (model_buttons), make_layer_adder ());
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self->groups[FS_GROUP_MODEL]),
                                           model_buttons);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

static void
make_split_row (FsExperimentPanel *self)
{
  self->split_row = adw_expander_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->split_row), FALSE);
  self->split_bar = fs_split_bar_new ();
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self->split_row), self->split_bar);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->split_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Split"), -1);
  gtk_widget_set_tooltip_text (self->split_row,
                               _ ("Which rows train, which judge, and which wait"));
  fs_controls_name_focusables (self->split_row, _ ("Split"));
  self->late_split = make_late (self, self->split_row, G_CALLBACK (split_row_cb));
}

GtkWidget *
fs_experiment_panel_new (FsSession *session)
{
  FsExperimentPanel *self = g_object_new (FS_TYPE_EXPERIMENT_PANEL, NULL);
  FsExperiment experiment = *fs_session_get_experiment (session);
  FsPlace place;
  size_t at = 0;

  self->session = g_object_ref (session);
  make_groups (self);
  self->source_row = fs_source_row_new ();
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->groups[FS_GROUP_DATA]), self->source_row);
  make_split_row (self);
  while (fs_experiment_next (&experiment, &at, &place))
    {
      guint index;

      if (!g_str_equal (place.path, "data.source") && !list_of (self, place.path, &index))
        make_setting_row (self, &place);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->groups[FS_GROUP_WINDOW]),
                             self->split_row);
  for (int group = 0; group < FS_N_GROUPS; group++)
    if (self->more_rows[group])
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->groups[group]),
                                 self->more_rows[group]);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (experiment_cb), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (facts_cb), self);
  g_signal_connect_swapped (session, "reading", G_CALLBACK (sync_reading), self);
  sync_values (self);
  sync_facts (self);
  return GTK_WIDGET (self);
}

GtkWidget *
fs_experiment_panel_find (FsExperimentPanel *self, const char *path)
{
  guint index;
  GPtrArray *items = list_of (self, path, &index);

  if (items)
    return index < items->len ? g_ptr_array_index (items, index) : NULL;
  if (g_str_equal (path, "data.source"))
    return self->source_row;
  return GTK_WIDGET (find_row (self, path));
}
