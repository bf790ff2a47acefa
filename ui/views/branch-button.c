/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The form of a branch. See branch-button.h. It edits a copy of the shown run's experiment; what a
 * branch is and may change is the session's business. */

#include "ui/views/branch-button.h"

#include <adwaita.h>
#include "engine/experiment/schema.h"
#include "ui/controls/drop-down.h"
#include "ui/controls/setting-control.h"
#include "ui/controls/setting-row.h"
#include "ui/text.h"

#define FORM_WIDTH_PX 300
#define USUAL_PATH "train.learning_rate" /* chosen until another one is */

struct _FsBranchButton
{
  GtkWidget parent_instance;

  FsSession *session; /* owned */
  GtkWidget *button;
  GtkWidget *heading, *choice, *list, *go;
  GtkWidget *row;   /* the FsSettingRow in `list`; NULL before the first opening */
  GPtrArray *paths; /* of the choices, in the order of the drop-down */
  FsExperiment
      *original; /* owned: of the run that the form was opened for; too large for an instance */
  FsExperiment *changed; /* owned */
  guint epoch;           /* as told last; 0 = the newest */
  guint from;            /* of the open form */
};

G_DEFINE_FINAL_TYPE (FsBranchButton, fs_branch_button, GTK_TYPE_WIDGET);

/* ---- the form ---- */

static const char *
chosen_path (FsBranchButton *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->choice));

  return selected < self->paths->len ? g_ptr_array_index (self->paths, selected) : NULL;
}

static void
show_value (FsBranchButton *self, const char *error)
{
  FsPlace place;

  if (self->row
      && fs_experiment_find (self->changed, fs_setting_row_get_path (FS_SETTING_ROW (self->row)),
                             &place, NULL)
             == FS_OK
      && !error)
    fs_setting_row_sync (FS_SETTING_ROW (self->row), &place, self->changed,
                         fs_session_get_frame (self->session));
  if (self->row)
    fs_setting_row_set_error (FS_SETTING_ROW (self->row), error);
  gtk_widget_set_sensitive (
      self->go, !error && fs_experiment_compare (self->original, self->changed, NULL, NULL) > 0);
}

static void
edited_cb (FsBranchButton *self, const char *path, const char *text)
{
  g_autofree char *edit = g_strdup_printf ("%s=%s", path, text);
  FsProblem problem = { 0 };
  char sentence[1024];

  if (fs_experiment_set (self->changed, edit, &problem) == FS_OK
      && fs_experiment_validate (self->changed, &problem) == FS_OK)
    show_value (self, NULL);
  else
    show_value (self, fs_problem_sentence (&problem, sentence, sizeof sentence));
}

/* One setting at a time: another choice begins from the run's own settings again. */
static void
choice_cb (FsBranchButton *self)
{
  const char *path = chosen_path (self);
  FsPlace place;

  if (self->row)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), self->row);
  self->row = NULL;
  *self->changed = *self->original;
  if (path && fs_experiment_find (self->changed, path, &place, NULL) == FS_OK)
    {
      self->row = fs_setting_row_new (path, place.setting);
      g_signal_connect_swapped (self->row, "edited", G_CALLBACK (edited_cb), self);
      gtk_list_box_append (GTK_LIST_BOX (self->list), self->row);
    }
  show_value (self, NULL);
}

/* "Learning rate"; of a layer "2. Dropout: Share". */
static char *
name_of (const FsExperiment *experiment, const FsPlace *place)
{
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (place->object == &experiment->layers[i])
      return g_strdup_printf ("%zu. %s: %s", i + 1,
                              _ (fs_layer_kind (experiment->layers[i].kind)->label),
                              _ (place->setting->label));
  return g_strdup (_ (place->setting->label));
}

/* Those of the training first: they are what most branches are about. */
static void
add_choices (FsBranchButton *self, GPtrArray *words, gboolean of_layers)
{
  FsPlace place;
  size_t at = 0;

  while (fs_experiment_next (self->changed, &at, &place))
    if (g_str_has_prefix (place.path, "model.") == of_layers
        && fs_session_branch_can_change (&place) && fs_place_is_used (&place, self->changed)
        && fs_setting_control_is_needed (place.setting))
      {
        g_ptr_array_add (self->paths, g_strdup (place.path));
        g_ptr_array_add (words, name_of (self->changed, &place));
      }
}

static void
fill_choices (FsBranchButton *self)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  guint usual = 0;

  g_ptr_array_set_size (self->paths, 0);
  add_choices (self, words, FALSE);
  add_choices (self, words, TRUE);
  g_ptr_array_add (words, NULL);
  g_ptr_array_find_with_equal_func (self->paths, USUAL_PATH, g_str_equal, &usual);
  g_signal_handlers_block_by_func (self->choice, choice_cb, self);
  fs_drop_down_set (self->choice, (const char *const *) words->pdata, NULL, usual);
  g_signal_handlers_unblock_by_func (self->choice, choice_cb, self);
}

static void
begin (FsBranchButton *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  g_autofree char *heading = NULL;

  if (!snapshot)
    return;
  *self->original = *self->changed = snapshot->experiment;
  self->from = self->epoch ? self->epoch : (guint) snapshot->history.n_observations;
  heading = g_strdup_printf (_ ("Go on from epoch %u with another"), self->from);
  gtk_label_set_text (GTK_LABEL (self->heading), heading);
  fill_choices (self);
  choice_cb (self);
}

static void
go_cb (FsBranchButton *self)
{
  const char *path = chosen_path (self);
  g_autofree char *edit = NULL;
  char text[FS_PATH_SIZE];
  FsPlace place;

  if (!path || fs_experiment_find (self->changed, path, &place, NULL) != FS_OK)
    return;
  fs_place_get_text (&place, text, sizeof text);
  edit = g_strdup_printf ("%s=%s", path, text);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.try", "(us)", self->from, edit);
}

/* ---- life ---- */

static void
fs_branch_button_dispose (GObject *object)
{
  FsBranchButton *self = FS_BRANCH_BUTTON (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_pointer (&self->original, g_free);
  g_clear_pointer (&self->changed, g_free);
  G_OBJECT_CLASS (fs_branch_button_parent_class)->dispose (object);
}

static void
fs_branch_button_class_init (FsBranchButtonClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_branch_button_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "branchbutton");
}

static GtkWidget *
make_form (FsBranchButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *note = gtk_label_new (_ ("Both runs stand on the same axes, in Compare."));

  self->heading = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->heading, "heading");
  self->choice = fs_drop_down_new (_ ("Setting to change"));
  g_signal_connect_swapped (self->choice, "notify::selected", G_CALLBACK (choice_cb), self);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  self->go = gtk_button_new_with_label (_ ("Branch off"));
  gtk_widget_add_css_class (self->go, "suggested-action");
  g_signal_connect_swapped (self->go, "clicked", G_CALLBACK (go_cb), self);
  gtk_label_set_wrap (GTK_LABEL (note), TRUE);
  gtk_label_set_xalign (GTK_LABEL (note), 0);
  gtk_label_set_xalign (GTK_LABEL (self->heading), 0);
  gtk_widget_add_css_class (note, "caption");
  gtk_widget_add_css_class (note, "dim-label");
  gtk_widget_add_css_class (box, "branch-form");
  gtk_widget_set_size_request (box, FORM_WIDTH_PX, -1);
  gtk_box_append (GTK_BOX (box), self->heading);
  gtk_box_append (GTK_BOX (box), self->choice);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), note);
  gtk_box_append (GTK_BOX (box), self->go);
  return box;
}

static void
fs_branch_button_init (FsBranchButton *self)
{
  GtkWidget *popover = gtk_popover_new ();

  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->original = g_new0 (FsExperiment, 1);
  self->changed = g_new0 (FsExperiment, 1);
  self->button = gtk_menu_button_new ();
  gtk_popover_set_child (GTK_POPOVER (popover), make_form (self));
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), _ ("Branch…"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_tooltip_text (
      self->button, _ ("Go on from this epoch with one setting changed, beside this run"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Branch…"), -1);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (begin), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
fs_branch_button_new (FsSession *session)
{
  FsBranchButton *self = g_object_new (FS_TYPE_BRANCH_BUTTON, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

void
fs_branch_button_set_epoch (FsBranchButton *self, guint epoch)
{
  self->epoch = epoch;
}
