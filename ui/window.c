/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The workbench window. See window.h: this file puts the parts together and keeps the header true;
 * actions are in window-actions.c, files in window-files.c. */

#include "ui/window-private.h"

#include "data/fitscope-resources.h"
#include "ui/controls/experiment-panel.h"
#include "ui/controls/page-help.h"
#include "ui/controls/tooltip.h"
#include "ui/facts.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/verdict/diagnosis-panel.h"
#include "ui/views/prepare-view.h"
#include "ui/views/compare-view.h"
#include "ui/views/inside-view.h"
#include "ui/views/run-strip.h"
#include "ui/views/watch-view.h"

G_DEFINE_FINAL_TYPE (FsWindow, fs_window, ADW_TYPE_APPLICATION_WINDOW);

#define DEFAULT_WIDTH_PX 1280
#define DEFAULT_HEIGHT_PX 720

/* ---- the header ---- */

static void
show_train_button (FsWindow *self)
{
  gboolean is_training = fs_session_is_training (self->session);
  const char *label = is_training ? _ ("Pause") : _ ("Train");
  const char *tooltip = is_training ? _ ("Pause; Train goes on where it was (F5)")
                        : fs_session_is_pending (self->session)
                            ? _ ("Train a new run with the changed settings (F5)")
                            : _ ("Train (F5)");

  if (g_strcmp0 (adw_button_content_get_label (self->train_content), label) != 0)
    {
      adw_button_content_set_label (self->train_content, label);
      adw_button_content_set_icon_name (self->train_content, is_training
                                                                 ? "media-playback-pause-symbolic"
                                                                 : "media-playback-start-symbolic");
    }
  fs_tooltip_set (self->train_button, tooltip);
}

static void
show_heading (FsWindow *self)
{
  const FsSnapshot *current = fs_session_get_current (self->session);
  const char *problem = fs_session_get_problem (self->session, NULL);
  gboolean is_pending = fs_session_is_pending (self->session);
  /* While a trained run is on show, the title names what was trained, not what is being edited. */
  const FsExperiment *experiment =
      is_pending && current ? &current->experiment : fs_session_get_experiment (self->session);
  g_autofree char *title = fs_facts_title (experiment);
  g_autofree char *subtitle = fs_facts_subtitle (current, is_pending, problem);
  g_autofree char *window_title = g_strdup_printf (_ ("%s – Fitscope"), title);

  adw_window_title_set_title (self->heading, title);
  adw_window_title_set_subtitle (self->heading, subtitle);
  gtk_window_set_title (GTK_WINDOW (self), window_title);
}

static void
update (FsWindow *self)
{
  show_train_button (self);
  if (fs_session_words_are_due (self->session))
    show_heading (self);
  fs_window_update_actions (self);
}

static void
notice_cb (FsWindow *self, const char *sentence, const char *button, const char *action)
{
  fs_window_say (self, sentence, button, action);
}

/* ---- the views ---- */

/* The pages of the centre in the order of the switcher. Keys are bound to their place in
 * app/application.c: Alt+1 is the first. */
static const struct
{
  const char *name, *title, *help;
  GtkWidget *(*make) (FsSession *session);
} views[] = {
  { "watch", N_ ("Watch"), N_ ("The loss while it trains, and the forecast of any epoch"),
    fs_watch_view_new },
  { "prepare", N_ ("Prepare"), N_ ("The data before and after each step"), fs_prepare_view_new },
  { "inside", N_ ("Inside"), N_ ("Gates, states and gradients of the recurrent layers"),
    fs_inside_view_new },
  { "compare", N_ ("Compare"), N_ ("Several runs on the same axes, and what differs between them"),
    fs_compare_view_new },
};

static void
view_cb (FsWindow *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->views);

  if (name)
    fs_settings_set_text ("view", name);
}

static void
make_views (FsWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    gtk_stack_add_titled (self->views, views[i].make (self->session), views[i].name,
                          _ (views[i].title));
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    fs_page_help_set (self->switcher, i, _ (views[i].help));
  self->watch = gtk_stack_get_child_by_name (self->views, "watch");
}

void
fs_window_show_view (FsWindow *self, const char *name)
{
  if (gtk_stack_get_child_by_name (self->views, name))
    gtk_stack_set_visible_child_name (self->views, name);
}

void
fs_window_show_view_at (FsWindow *self, guint index)
{
  if (index < G_N_ELEMENTS (views))
    fs_window_show_view (self, views[index].name);
}

/* ---- what is remembered ---- */

static void
restore_state (FsWindow *self)
{
  g_autofree char *view = fs_settings_get_text ("view", views[0].name);

  fs_window_show_view (self, view);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               fs_settings_get_integer ("width", DEFAULT_WIDTH_PX),
                               fs_settings_get_integer ("height", DEFAULT_HEIGHT_PX));
  if (fs_settings_get_boolean ("maximised", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
keep_state (FsWindow *self)
{
  int width, height;

  if (self->is_presenting)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  fs_settings_set_boolean ("maximised", gtk_window_is_maximized (GTK_WINDOW (self)));
  if (width > 0 && height > 0)
    {
      fs_settings_set_integer ("width", width);
      fs_settings_set_integer ("height", height);
    }
}

static gboolean
fs_window_close_request (GtkWindow *window)
{
  keep_state (FS_WINDOW (window));
  return GTK_WINDOW_CLASS (fs_window_parent_class)->close_request (window);
}

/* ---- life ---- */

static gboolean
show_fold_buttons_cb (void *data)
{
  FsWindow *self = data;

  self->fold_id = 0;
  gtk_widget_set_visible (self->experiment_button, adw_flap_get_folded (self->left_flap));
  gtk_widget_set_visible (self->diagnosis_button, adw_flap_get_folded (self->right_flap));
  return G_SOURCE_REMOVE;
}

/* A flap folds while the window is being laid out, when no other widget may change its size. */
static void
folded_cb (FsWindow *self)
{
  if (self->session && !self->fold_id)
    self->fold_id = g_idle_add (show_fold_buttons_cb, self);
}

static void
fs_window_dispose (GObject *object)
{
  FsWindow *self = FS_WINDOW (object);

  g_clear_handle_id (&self->fold_id, g_source_remove);
  fs_window_drop_export (self);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  /* The session stops its runs when the last part that reads it is gone. */
  g_clear_object (&self->session);
  G_OBJECT_CLASS (fs_window_parent_class)->dispose (object);
}

static void
fs_window_class_init (FsWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  /* Resources register themselves when their object is linked; from a static library it is linked
   * only if something names it. */
  fitscope_get_resource ();

  G_OBJECT_CLASS (class)->dispose = fs_window_dispose;
  GTK_WINDOW_CLASS (class)->close_request = fs_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/fitscope/Fitscope/window.ui");
  gtk_widget_class_bind_template_child (widget_class, FsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, train_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, train_content);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, step_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, reset_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, left_flap);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, right_flap);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, experiment_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, diagnosis_button);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, left_bin);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, right_bin);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, strip_bin);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, views);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, export_revealer);
  gtk_widget_class_bind_template_child (widget_class, FsWindow, export_progress);
  fs_window_install_actions (widget_class);
}

static void
fs_window_init (FsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->left_flap, "notify::folded", G_CALLBACK (folded_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->right_flap, "notify::folded", G_CALLBACK (folded_cb), self,
                           G_CONNECT_SWAPPED);
}

FsWindow *
fs_window_new (GtkApplication *application, unsigned n_threads)
{
  FsWindow *self = g_object_new (FS_TYPE_WINDOW, "application", application, NULL);

  self->session = fs_session_new (n_threads);
  self->panel = fs_experiment_panel_new (self->session);
  adw_bin_set_child (self->left_bin, self->panel);
  adw_bin_set_child (self->right_bin, fs_diagnosis_panel_new (self->session));
  adw_bin_set_child (self->strip_bin, fs_run_strip_new (self->session));
  make_views (self);

  g_signal_connect_swapped (self->session, "experiment", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->session, "snapshot", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->session, "facts", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->session, "notice", G_CALLBACK (notice_cb), self);
  fs_window_accept_drops (self);
  restore_state (self);
  fs_window_show_recent (self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (fs_window_show_recent), NULL);
  g_signal_connect_object (self->views, "notify::visible-child", G_CALLBACK (view_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);
  if (fs_settings_get_boolean ("presentation", FALSE))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.presentation", NULL);
  return self;
}

FsSession *
fs_window_get_session (FsWindow *self)
{
  return self->session;
}
