/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The steps as chips. See step-chips.h. The chips are made anew when the list changes, and only told
 * their state when a step is switched off or leaks. Steps that a task of texts has no use for are not shown,
 * but named. */

#include "ui/views/step-chips.h"

#include <adwaita.h>
#include "engine/experiment/schema.h"
#include "ui/controls/reading-order.h"
#include "ui/controls/reorder.h"
#include "ui/controls/setting-control.h"
#include "ui/text.h"

struct _FsStepChips
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *box;
  GtkWidget *chips; /* the box of toggles */
  GPtrArray *toggles;
  GtkWidget *earlier, *later, *remove;
  GtkWidget *adder, *resting; /* resting: which steps have nothing to do in this task */
  guint selected;
  char *structure; /* what the chips were made for */
  gboolean is_syncing;
};

G_DEFINE_FINAL_TYPE (FsStepChips, fs_step_chips, GTK_TYPE_WIDGET);

static guint selected_signal;

static void
replace (FsStepChips *self, const FsExperiment *experiment, const char *label)
{
  fs_session_replace (self->session, experiment, label, NULL);
}

/* Whether the step of this number is among the chips. */
static gboolean
is_shown (FsStepChips *self, guint step)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);

  return step < experiment->n_steps
         && fs_step_suits_task (experiment->steps[step].kind, experiment->data.task);
}

/* The nearest step on show before (direction −1) or behind (1); its own number if there is none. */
static guint
neighbour_of (FsStepChips *self, guint step, int direction)
{
  for (gint64 i = (gint64) step + direction; i >= 0 && i < self->toggles->len; i += direction)
    if (is_shown (self, (guint) i))
      return (guint) i;
  return step;
}

static void
show_state (FsStepChips *self)
{
  guint n = is_shown (self, self->selected) ? self->toggles->len : 0;

  self->is_syncing = TRUE;
  if (self->selected < n)
    gtk_toggle_button_set_active (g_ptr_array_index (self->toggles, self->selected), TRUE);
  self->is_syncing = FALSE;
  gtk_widget_set_sensitive (self->earlier,
                            n > 0 && neighbour_of (self, self->selected, -1) != self->selected);
  gtk_widget_set_sensitive (self->later,
                            n > 0 && neighbour_of (self, self->selected, 1) != self->selected);
  gtk_widget_set_sensitive (self->remove, n > 0);
}

static void
select_step (FsStepChips *self, guint step)
{
  self->selected = step;
  show_state (self);
  g_signal_emit (self, selected_signal, 0, step);
}

static void
move_step (FsStepChips *self, guint from, guint to)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);

  if (from >= experiment.n_steps || to >= experiment.n_steps || from == to)
    return;
  fs_experiment_move_step (&experiment, from, to);
  /* The chip that was moved stays the selected one. */
  self->selected = to;
  replace (self, &experiment, _ ("Order of steps"));
}

static void
moved_cb (guint from, guint to, void *data)
{
  move_step (data, from, to);
}

static void
earlier_cb (FsStepChips *self)
{
  move_step (self, self->selected, neighbour_of (self, self->selected, -1));
}

static void
later_cb (FsStepChips *self)
{
  move_step (self, self->selected, neighbour_of (self, self->selected, 1));
}

static void
remove_cb (FsStepChips *self)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  g_autofree char *label = NULL;

  if (self->selected >= experiment.n_steps)
    return;
  label = g_strdup_printf (_ ("Remove %s"),
                           _ (fs_step_kind (experiment.steps[self->selected].kind)->label));
  fs_experiment_remove_step (&experiment, self->selected);
  replace (self, &experiment, label);
}

/* A new step goes behind the selected one. */
static void
add_step (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsStepChips *self = FS_STEP_CHIPS (widget);
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  FsStepKind kind = (FsStepKind) g_variant_get_int32 (parameter);
  size_t at = experiment.n_steps == 0 ? 0 : self->selected + 1;
  FsProblem problem = { 0 };

  if (fs_experiment_insert_step (&experiment, at, kind, &problem) == FS_OK)
    {
      g_autofree char *label = g_strdup_printf (_ ("Add %s"), _ (fs_step_kind (kind)->label));

      self->selected = (guint) at;
      replace (self, &experiment, label);
    }
  else
    {
      char sentence[1024];

      fs_problem_sentence (&problem, sentence, sizeof sentence);
      g_signal_emit_by_name (self->session, "notice", sentence, NULL, NULL);
    }
}

static void
toggled_cb (FsStepChips *self, GtkToggleButton *toggle)
{
  guint index;

  if (self->is_syncing || !gtk_toggle_button_get_active (toggle)
      || !g_ptr_array_find (self->toggles, toggle, &index))
    return;
  select_step (self, index);
}

static char *
structure_of (const FsExperiment *experiment)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%d:", experiment->data.task);
  for (size_t i = 0; i < experiment->n_steps; i++)
    g_string_append_printf (text, "%d,%d,%d;", experiment->steps[i].kind,
                            experiment->steps[i].is_enabled, experiment->steps[i].fits_all_rows);
  return g_string_free (text, FALSE);
}

static void
append_arrow (FsStepChips *self, gboolean is_visible)
{
  GtkWidget *arrow = fs_arrow_new ();

  gtk_widget_set_visible (arrow, is_visible);
  gtk_widget_add_css_class (arrow, "dim-label");
  gtk_box_append (GTK_BOX (self->chips), arrow);
}

static void
append_chip (FsStepChips *self, const FsStepSpec *spec, guint index)
{
  GtkWidget *chip = gtk_toggle_button_new ();
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const char *label = _ (fs_step_kind (spec->kind)->label);
  g_autofree char *name = g_strdup_printf (_ ("Step %u: %s%s%s"), index + 1, label,
                                           spec->is_enabled ? "" : _ (", switched off"),
                                           spec->fits_all_rows ? _ (", learns from all rows") : "");

  gtk_box_append (GTK_BOX (inside), gtk_label_new (label));
  if (!spec->is_enabled)
    {
      GtkWidget *off = gtk_label_new (_ ("off"));
      gtk_widget_add_css_class (off, "dim-label");
      gtk_box_append (GTK_BOX (inside), off);
      gtk_widget_add_css_class (chip, "off");
    }
  if (spec->fits_all_rows)
    {
      GtkWidget *flag = gtk_label_new (_ ("leak"));
      gtk_widget_add_css_class (flag, "leak-flag");
      gtk_widget_set_valign (flag, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (inside), flag);
    }
  gtk_button_set_child (GTK_BUTTON (chip), inside);
  gtk_widget_add_css_class (chip, "step-chip");
  gtk_widget_set_tooltip_text (chip, _ (fs_step_kind (spec->kind)->help));
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (self->toggles->len > 0)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (chip), g_ptr_array_index (self->toggles, 0));
  gtk_widget_set_visible (chip, is_shown (self, index));
  g_ptr_array_add (self->toggles, chip);
  g_signal_connect_swapped (chip, "toggled", G_CALLBACK (toggled_cb), self);
  fs_reorder_add (chip, self, index, moved_cb, self);
  gtk_box_append (GTK_BOX (self->chips), chip);
}

static void
make_chips (FsStepChips *self, const FsExperiment *experiment)
{
  GtkWidget *child;
  const gboolean is_of_texts = fs_task_is_of_tokens (experiment->data.task);
  GtkWidget *from = gtk_label_new (is_of_texts ? _ ("Texts") : _ ("Table"));
  GtkWidget *to = gtk_label_new (_ ("Windows"));

  g_ptr_array_set_size (self->toggles, 0);
  while ((child = gtk_widget_get_first_child (self->chips)))
    gtk_box_remove (GTK_BOX (self->chips), child);
  gtk_widget_add_css_class (from, "dim-label");
  gtk_widget_add_css_class (to, "dim-label");
  gtk_box_append (GTK_BOX (self->chips), from);
  for (guint i = 0; i < experiment->n_steps; i++)
    {
      append_arrow (self, is_shown (self, i));
      append_chip (self, &experiment->steps[i], i);
    }
  append_arrow (self, TRUE);
  gtk_box_append (GTK_BOX (self->chips), to);
}

/* Only kinds that the task has a use for are on offer. */
static void
offer_kinds (FsStepChips *self, FsTask task)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  for (int kind = 0; kind < FS_N_STEP_KINDS; kind++)
    {
      g_autoptr (GMenuItem) item =
          g_menu_item_new (_ (fs_step_kind ((FsStepKind) kind)->label), NULL);

      g_menu_item_set_action_and_target (item, "steps.add", "i", kind);
      if (fs_step_suits_task ((FsStepKind) kind, task))
        g_menu_append_item (menu, item);
    }
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->adder), G_MENU_MODEL (menu));
  gtk_widget_set_visible (self->adder, g_menu_model_get_n_items (G_MENU_MODEL (menu)) > 0);
}

static void
name_resting (FsStepChips *self, const FsExperiment *experiment)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *sentence = NULL;

  for (guint i = 0; i < experiment->n_steps; i++)
    if (!is_shown (self, i))
      g_string_append_printf (names, "%s%s", names->len ? ", " : "",
                              _ (fs_step_kind (experiment->steps[i].kind)->label));
  sentence = g_strdup_printf (_ ("Resting, since they are for numbers: %s"), names->str);
  gtk_label_set_text (GTK_LABEL (self->resting), sentence);
  gtk_widget_set_visible (self->resting, names->len > 0);
}

static void
update (FsStepChips *self)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  g_autofree char *structure = structure_of (experiment);
  guint last = experiment->n_steps > 0 ? (guint) experiment->n_steps - 1 : 0;

  if (self->selected > last)
    self->selected = last;
  if (g_strcmp0 (structure, self->structure) != 0)
    {
      GtkWidget *focus = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)))
                             ? gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)))
                             : NULL;
      gboolean had_focus = focus && gtk_widget_is_ancestor (focus, self->chips);

      g_free (self->structure);
      self->structure = g_steal_pointer (&structure);
      offer_kinds (self, experiment->data.task);
      make_chips (self, experiment);
      name_resting (self, experiment);
      if (!is_shown (self, self->selected))
        {
          self->selected = neighbour_of (self, self->selected, 1);
          self->selected = is_shown (self, self->selected)
                               ? self->selected
                               : neighbour_of (self, self->selected, -1);
        }
      show_state (self);
      if (had_focus && self->selected < self->toggles->len)
        gtk_widget_grab_focus (g_ptr_array_index (self->toggles, self->selected));
      g_signal_emit (self, selected_signal, 0, self->selected);
    }
}

static void
fs_step_chips_dispose (GObject *object)
{
  FsStepChips *self = FS_STEP_CHIPS (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->toggles, g_ptr_array_unref);
  g_clear_pointer (&self->structure, g_free);
  G_OBJECT_CLASS (fs_step_chips_parent_class)->dispose (object);
}

static void
fs_step_chips_class_init (FsStepChipsClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fs_step_chips_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "stepchips");
  gtk_widget_class_install_action (widget_class, "steps.add", "i", add_step);
  selected_signal = g_signal_new ("selected", FS_TYPE_STEP_CHIPS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkWidget *
make_button (FsStepChips *self, const char *icon, const char *name, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (self->box), button);
  return button;
}

static GtkWidget *
make_adder (void)
{
  GtkWidget *button = gtk_menu_button_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "list-add-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Add a step behind the selected one"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Add a step here"), -1);
  fs_controls_name_focusables (button, _ ("Add a step here"));
  return button;
}

static void
fs_step_chips_init (FsStepChips *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->toggles = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->chips = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->chips);
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self->box), scroller);
  self->resting = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->resting), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->resting, "dim-label");
  gtk_widget_add_css_class (self->resting, "caption");
  gtk_box_append (GTK_BOX (self->box), self->resting);
  self->adder = make_adder ();
  gtk_box_append (GTK_BOX (self->box), self->adder);
  self->earlier = make_button (self, "go-previous-symbolic", _ ("Move the step earlier"),
                               G_CALLBACK (earlier_cb));
  self->later =
      make_button (self, "go-next-symbolic", _ ("Move the step later"), G_CALLBACK (later_cb));
  self->remove =
      make_button (self, "user-trash-symbolic", _ ("Remove the step"), G_CALLBACK (remove_cb));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_step_chips_new (FsSession *session)
{
  FsStepChips *self = g_object_new (FS_TYPE_STEP_CHIPS, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

guint
fs_step_chips_get_selected (FsStepChips *self)
{
  return self->selected;
}

void
fs_step_chips_select (FsStepChips *self, guint step)
{
  if (step < self->toggles->len)
    select_step (self, step);
}
