/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The effect table. See prepare-effects.h; what is measured and how is engine/lab/effect.h's. */

#include "ui/views/prepare-effects.h"

#include <adwaita.h>
#include <math.h>
#include "engine/experiment/schema.h"
#include "engine/lab/effect.h"
#include "ui/text.h"
#include "ui/time-left.h"
#include "ui/views/interval-bar.h"

typedef struct
{
  GtkWidget *row, *bar; /* borrowed */
} Row;

struct _FsPrepareEffects
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *button, *progress, *note;
  GtkWidget *group;
  GArray *rows;           /* Row */
  FsEffects *effects;     /* NULL before the first and when it was cleared */
  FsExperiment *measured; /* what the table is of */
  FsTimeLeft time_left;
};

G_DEFINE_FINAL_TYPE (FsPrepareEffects, fs_prepare_effects, GTK_TYPE_WIDGET);

static gboolean
is_running (FsPrepareEffects *self)
{
  return self->effects && !fs_effects_is_done (self->effects);
}

/* ---- showing ---- */

static void
clear_rows (FsPrepareEffects *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group),
                                  g_array_index (self->rows, Row, i).row);
  g_array_set_size (self->rows, 0);
}

static void
make_rows (FsPrepareEffects *self)
{
  clear_rows (self);
  for (guint i = 0; i < fs_effects_n (self->effects); i++)
    {
      FsEffect effect = fs_effects_get (self->effects, i);
      g_autofree char *title =
          g_strdup_printf (_ ("Without %s"), _ (fs_step_kind (effect.kind)->label));
      Row row = { adw_action_row_new (), fs_interval_bar_new () };

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row.row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row.row), title);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row.row), row.bar);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row.row), 3);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row.row), FALSE);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row.row);
      g_array_append_val (self->rows, row);
    }
}

static void
show_rows (FsPrepareEffects *self)
{
  guint n_seeds = fs_effects_n_seeds (self->effects);
  double reach = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      FsEffect effect = fs_effects_get (self->effects, i);
      double far = isfinite (effect.low) ? MAX (fabs (effect.low), fabs (effect.high))
                                         : fabs (effect.change);
      /* One wide interval must not press the others together. */
      far = MIN (far, 3 * fabs (effect.change) + 1e-300);
      if (isfinite (far))
        reach = MAX (reach, far);
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      FsEffect effect = fs_effects_get (self->effects, i);
      Row *row = &g_array_index (self->rows, Row, i);
      g_autofree char *words = fs_effect_describe (&effect, n_seeds);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), words);
      fs_interval_bar_set (FS_INTERVAL_BAR (row->bar), effect.n > 0 ? effect.change : NAN,
                           effect.low, effect.high, reach);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      words, -1);
    }
}

static void
show_note (FsPrepareEffects *self)
{
  gboolean is_other = self->measured
                      && fs_experiment_compare (
                             self->measured, fs_session_get_experiment (self->session), NULL, NULL)
                             > 0;
  const char *text;

  if (is_running (self))
    text = _ ("Training with and without each step, behind everything else …");
  else if (!self->effects)
    text = _ (
        "Trains the experiment as it is and once without each of its steps, three times with the "
        "same seeds, in the background. It lists how the best validation error changes.");
  else if (is_other)
    text = _ ("The experiment has changed since this was measured.");
  else if (fs_effects_are_of_classes (self->effects))
    text =
        _ (/* xgettext:no-c-format */
           "Cross-entropy on the validation part, of the best epoch; mean of 3 paired seeds with "
           "its 95 % interval. To the right of the line the step helps.");
  else
    text =
        _ (/* xgettext:no-c-format */
           "Root mean squared error on the validation part, in original units, of the best epoch; "
           "mean "
           "of 3 paired seeds with its 95 % interval. To the right of the line the step helps.");
  gtk_label_set_text (GTK_LABEL (self->note), text);
}

static void
show_state (FsPrepareEffects *self)
{
  gboolean runs = is_running (self);

  gtk_button_set_label (GTK_BUTTON (self->button), runs            ? _ ("Cancel")
                                                   : self->effects ? _ ("Measure again")
                                                                   : _ ("Measure the steps"));
  gtk_widget_set_tooltip_text (
      self->button, runs ? _ ("Stop measuring")
                         : _ ("Train with and without each step, and list what each is worth"));
  gtk_widget_set_sensitive (self->button, runs || fs_session_can_train (self->session));
  gtk_widget_set_visible (self->progress, runs);
  if (runs)
    {
      g_autofree char *text =
          fs_time_left_say (&self->time_left, fs_effects_progress (self->effects));

      fs_time_left_show (self->progress, fs_effects_progress (self->effects), text);
    }
  gtk_widget_set_visible (self->group, self->effects != NULL);
  show_note (self);
}

static void
notify_cb (FsEffects *effects, void *data)
{
  FsPrepareEffects *self = data;

  show_rows (self);
  show_state (self);
}

/* ---- doing ---- */

static void
pressed_cb (FsPrepareEffects *self)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  g_autoptr (GError) error = NULL;
  FsEffects *effects;

  if (is_running (self))
    {
      fs_effects_cancel (self->effects);
      return;
    }
  effects = fs_effects_new (experiment, NULL, 0, 0, notify_cb, self, &error);
  if (!effects)
    {
      g_signal_emit_by_name (self->session, "notice", error->message, NULL, NULL);
      return;
    }
  g_clear_pointer (&self->effects, fs_effects_free);
  self->effects = effects;
  fs_time_left_begin (&self->time_left);
  g_free (self->measured);
  self->measured = g_memdup2 (experiment, sizeof *experiment);
  make_rows (self);
  show_rows (self);
  show_state (self);
}

/* ---- life ---- */

static void
fs_prepare_effects_dispose (GObject *object)
{
  FsPrepareEffects *self = FS_PREPARE_EFFECTS (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->effects, fs_effects_free);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->measured, g_free);
  G_OBJECT_CLASS (fs_prepare_effects_parent_class)->dispose (object);
}

static void
fs_prepare_effects_class_init (FsPrepareEffectsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_prepare_effects_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "prepareeffects");
}

static void
fs_prepare_effects_init (FsPrepareEffects *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->button = gtk_button_new_with_label ("");
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (pressed_cb), self);
  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_widget_set_hexpand (self->progress, TRUE);
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the runs"), -1);
  self->note = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->note), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  gtk_widget_add_css_class (self->note, "dim-label");
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group),
                                   _ ("Is this step worth it?"));
  gtk_widget_add_css_class (box, "page");
  gtk_box_append (GTK_BOX (line), self->button);
  gtk_box_append (GTK_BOX (line), self->progress);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), self->note);
  gtk_box_append (GTK_BOX (box), self->group);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
fs_prepare_effects_new (FsSession *session)
{
  FsPrepareEffects *self = g_object_new (FS_TYPE_PREPARE_EFFECTS, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (show_state), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (show_state), self);
  show_state (self);
  return GTK_WIDGET (self);
}
