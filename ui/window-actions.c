/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything a user can do in the window, as actions "win.…", and which of them make sense now.
 * Their keys are bound in app/application.c, beside each other. */

#include "ui/controls/tooltip.h"
#include "ui/window-private.h"

#include "ui/glossary.h"
#include "ui/preferences.h"
#include "ui/rate-finder.h"
#include "ui/chart/chart.h"
#include "ui/text.h"
#include "ui/views/watch-view.h"

/* On top of the larger font, which the charts have too. */
#define PRESENTATION_MAGNIFICATION 1.15

static void
train_pause (GtkWidget *widget, const char *name, GVariant *parameter)
{
  FsWindow *self = FS_WINDOW (widget);

  if (fs_session_is_training (self->session))
    fs_session_pause (self->session);
  else
    fs_session_train (self->session);
}

static void
step (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_step (FS_WINDOW (widget)->session);
}

static void
reset (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_reset (FS_WINDOW (widget)->session);
}

static void
restart (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_restart (FS_WINDOW (widget)->session);
}

static void
stop (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_stop (FS_WINDOW (widget)->session);
}

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_undo (FS_WINDOW (widget)->session);
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_redo (FS_WINDOW (widget)->session);
}

static void
open_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_choose_file (FS_WINDOW (widget));
}

static void
open_data (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_open_data (FS_WINDOW (widget)->session, g_variant_get_string (parameter, NULL));
}

static void
cancel_reading (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_session_cancel_reading (FS_WINDOW (widget)->session);
}

static void
save_as (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_choose_experiment_target (FS_WINDOW (widget));
}

static void
copy_experiment (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_copy_experiment (FS_WINDOW (widget));
}

static void
paste_experiment (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_paste_experiment (FS_WINDOW (widget));
}

static void
export_results (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_choose_results_folder (FS_WINDOW (widget));
}

static void
cancel_export (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_cancel_export (FS_WINDOW (widget));
}

static void
save_report (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_choose_report_target (FS_WINDOW (widget));
}

static void
print_report (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_print_report (FS_WINDOW (widget));
}

static void
glossary (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_window_present (GTK_WINDOW (fs_glossary_new (GTK_WINDOW (widget), NULL)));
}

static void
find_rate (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_window_present (
      GTK_WINDOW (fs_rate_finder_new (GTK_WINDOW (widget), FS_WINDOW (widget)->session)));
}

static void
preferences (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_preferences_present (GTK_WINDOW (widget));
}

static void
open_recent (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_open_recent (FS_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
clear_recent (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_clear_recent (FS_WINDOW (widget));
}

static void
play (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_watch_view_play (FS_WATCH_VIEW (FS_WINDOW (widget)->watch));
}

static void
epoch_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_watch_view_move_epoch (FS_WATCH_VIEW (FS_WINDOW (widget)->watch), -1);
}

static void
epoch_on (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_watch_view_move_epoch (FS_WATCH_VIEW (FS_WINDOW (widget)->watch), 1);
}

static void
magnify_charts (GtkWidget *widget, double magnification)
{
  if (FS_IS_CHART (widget))
    fs_chart_set_magnification (FS_CHART (widget), magnification);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    magnify_charts (child, magnification);
}

/* Presentation: the whole screen, larger text, thicker lines. */
static void
presentation (GtkWidget *widget, const char *name, GVariant *parameter)
{
  FsWindow *self = FS_WINDOW (widget);

  self->is_presenting = !self->is_presenting;
  if (self->is_presenting)
    {
      gtk_widget_add_css_class (widget, "presentation");
      gtk_window_fullscreen (GTK_WINDOW (self));
    }
  else
    {
      gtk_widget_remove_css_class (widget, "presentation");
      gtk_window_unfullscreen (GTK_WINDOW (self));
    }
  magnify_charts (widget, self->is_presenting ? PRESENTATION_MAGNIFICATION : 1);
}

static void
show_view (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_show_view (FS_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
show_view_at (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fs_window_show_view_at (FS_WINDOW (widget), (guint) g_variant_get_int32 (parameter));
}

static void
show_experiment (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AdwFlap *flap = FS_WINDOW (widget)->left_flap;

  adw_flap_set_reveal_flap (flap, !adw_flap_get_reveal_flap (flap));
}

static void
show_diagnosis (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AdwFlap *flap = FS_WINDOW (widget)->right_flap;

  adw_flap_set_reveal_flap (flap, !adw_flap_get_reveal_flap (flap));
}

void
fs_window_install_actions (GtkWidgetClass *class)
{
  static const struct
  {
    const char *name, *type;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.train-pause", NULL, train_pause },
    { "win.step", NULL, step },
    { "win.reset", NULL, reset },
    { "win.restart", NULL, restart },
    { "win.stop", NULL, stop },
    { "win.undo", NULL, undo },
    { "win.redo", NULL, redo },
    { "win.open", NULL, open_file },
    { "win.open-data", "s", open_data },
    { "win.cancel-reading", NULL, cancel_reading },
    { "win.save-as", NULL, save_as },
    { "win.copy-experiment", NULL, copy_experiment },
    { "win.paste-experiment", NULL, paste_experiment },
    { "win.export", NULL, export_results },
    { "win.cancel-export", NULL, cancel_export },
    { "win.report", NULL, save_report },
    { "win.print", NULL, print_report },
    { "win.glossary", NULL, glossary },
    { "win.preferences", NULL, preferences },
    { "win.open-recent", "s", open_recent },
    { "win.clear-recent", NULL, clear_recent },
    { "win.find-rate", NULL, find_rate },
    { "win.play", NULL, play },
    { "win.epoch-back", NULL, epoch_back },
    { "win.epoch-on", NULL, epoch_on },
    { "win.presentation", NULL, presentation },
    { "win.view", "s", show_view },
    { "win.view-at", "i", show_view_at },
    { "win.show-experiment", NULL, show_experiment },
    { "win.show-diagnosis", NULL, show_diagnosis },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (class, actions[i].name, actions[i].type, actions[i].activate);
  fs_window_install_run_actions (class);
  /* Space trains or pauses wherever no control wants it for itself: a binding of the window acts in
   * the bubble phase, after the focused widget. */
  gtk_widget_class_add_binding_action (class, GDK_KEY_space, 0, "win.train-pause", NULL);
}

void
fs_window_update_actions (FsWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  FsSession *session = self->session;
  const FsSnapshot *current = fs_session_get_current (session);
  const FsSnapshot *shown = fs_session_get_snapshot (session);
  gboolean shows_epochs = shown && shown->history.n_observations > 0;
  gboolean has_epochs = current && current->history.n_observations > 0;
  gboolean is_training = fs_session_is_training (session);
  gboolean can_train = fs_session_can_train (session);
  gboolean can_stop = is_training || (has_epochs && current->state == FS_RUN_PAUSED);
  const char *undo_label = fs_session_get_undo_label (session);
  const char *redo_label = fs_session_get_redo_label (session);
  g_autofree char *undo_text = NULL;
  g_autofree char *redo_text = NULL;

  gtk_widget_action_set_enabled (widget, "win.train-pause", is_training || can_train);
  gtk_widget_action_set_enabled (widget, "win.step", can_train && !is_training);
  gtk_widget_action_set_enabled (widget, "win.reset", current != NULL);
  gtk_widget_action_set_enabled (widget, "win.restart", can_train);
  gtk_widget_action_set_enabled (widget, "win.find-rate", can_train);
  gtk_widget_action_set_enabled (widget, "win.stop", can_stop);
  gtk_widget_action_set_enabled (widget, "win.race-change",
                                 can_train && fs_session_is_pending (session));
  gtk_widget_action_set_enabled (widget, "win.branch-change",
                                 can_train && fs_session_is_pending (session));
  gtk_widget_action_set_enabled (widget, "win.export", has_epochs);
  gtk_widget_action_set_enabled (widget, "win.report", shows_epochs);
  gtk_widget_action_set_enabled (widget, "win.print", shows_epochs);
  gtk_widget_action_set_enabled (widget, "win.play", has_epochs);
  gtk_widget_action_set_enabled (widget, "win.undo", undo_label != NULL);
  gtk_widget_action_set_enabled (widget, "win.redo", redo_label != NULL);
  undo_text = undo_label ? g_strdup_printf (_ ("Undo: %s (Ctrl+Z)"), undo_label)
                         : g_strdup (_ ("Nothing to undo"));
  redo_text = redo_label ? g_strdup_printf (_ ("Redo: %s (Shift+Ctrl+Z)"), redo_label)
                         : g_strdup (_ ("Nothing to redo"));
  fs_tooltip_set (self->undo_button, undo_text);
  fs_tooltip_set (self->redo_button, redo_text);
}
