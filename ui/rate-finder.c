/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window of the range test. See rate-finder.h. */

#include "ui/rate-finder.h"

#include <math.h>
#include "engine/lab/range-worker.h"
#include "ui/chart/chart.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/time-left.h"
#include "ui/views/range-plot.h"

#define WIDTH_PX 620
#define HEIGHT_PX 440
#define CHART_HEIGHT_PX 200

struct _FsRateFinder
{
  AdwWindow parent_instance;

  FsSession *session;
  FsRangeWorker *worker; /* NULL once it is over */
  FsRangeNews *news;     /* the newest; NULL before the first */
  gboolean is_cancelled;
  FsTimeLeft time_left;

  GtkWidget *chart, *words, *progress;
  GtkWidget *stop, *careful, *use;
};

G_DEFINE_FINAL_TYPE (FsRateFinder, fs_rate_finder, ADW_TYPE_WINDOW);

/* ---- showing ---- */

static void
show_use (GtkWidget *button, double rate)
{
  g_autofree char *text = isfinite (rate) ? fs_range_plot_shown_rate (rate) : NULL;
  g_autofree char *label = text ? g_strdup_printf (_ ("Use %s"), text) : NULL;

  gtk_widget_set_visible (button, label != NULL);
  if (label)
    gtk_button_set_label (GTK_BUTTON (button), label);
}

static void
show (FsRateFinder *self)
{
  const FsRangeNews *news = self->news;
  const gboolean is_over = news && news->is_over;
  const double share = is_over || !news ? 0 : (double) news->n / (double) news->n_steps;
  g_autofree char *progress = fs_time_left_say (&self->time_left, share);
  g_autofree char *words = self->is_cancelled ? g_strdup (_ ("Cancelled; nothing was changed."))
                                              : fs_range_plot_describe (news);

  fs_chart_take_plot (FS_CHART (self->chart), fs_range_plot_make (news));
  fs_chart_set_description (FS_CHART (self->chart), words);
  gtk_label_set_text (GTK_LABEL (self->words), words);
  fs_time_left_show (self->progress, share, progress);
  gtk_widget_set_opacity (self->progress, self->worker ? 1 : 0);
  gtk_button_set_label (GTK_BUTTON (self->stop), self->worker ? _ ("Cancel") : _ ("Try Again"));
  show_use (self->use, is_over ? news->suggestion : NAN);
  show_use (self->careful, is_over && news->valley != news->suggestion ? news->valley : NAN);
}

static void
ready_cb (FsRangeNews *news, void *data)
{
  FsRateFinder *self = data;

  fs_range_news_free (self->news);
  self->news = news;
  if (news->is_over)
    g_clear_pointer (&self->worker, fs_range_worker_free);
  show (self);
}

static void
begin (FsRateFinder *self)
{
  g_clear_pointer (&self->news, fs_range_news_free);
  self->is_cancelled = FALSE;
  fs_time_left_begin (&self->time_left);
  self->worker = fs_range_worker_new (fs_session_get_experiment (self->session), NULL,
                                      fs_session_get_n_threads (self->session), ready_cb, self);
  show (self);
}

/* ---- buttons ---- */

static void
stop_cb (FsRateFinder *self)
{
  if (!self->worker)
    {
      begin (self);
      return;
    }
  g_clear_pointer (&self->worker, fs_range_worker_free);
  self->is_cancelled = TRUE;
  show (self);
}

static void
use (FsRateFinder *self, double rate)
{
  g_autofree char *text = fs_range_plot_rate (rate);
  g_autofree char *shown = fs_range_plot_shown_rate (rate);
  g_autoptr (GError) error = NULL;

  if (fs_session_set (self->session, "train.learning_rate", text, &error))
    {
      g_autofree char *sentence = g_strdup_printf (_ ("The learning rate is now %s."), shown);
      fs_session_notice (self->session, sentence);
    }
  else
    fs_session_notice (self->session, error->message);
  gtk_window_close (GTK_WINDOW (self));
}

/* Enter reaches the default button also while it is hidden: there may be no rate to use. */
static void
use_cb (FsRateFinder *self)
{
  if (self->news && isfinite (self->news->suggestion))
    use (self, self->news->suggestion);
}

static void
careful_cb (FsRateFinder *self)
{
  if (self->news && isfinite (self->news->valley))
    use (self, self->news->valley);
}

/* ---- life ---- */

static void
fs_rate_finder_dispose (GObject *object)
{
  FsRateFinder *self = FS_RATE_FINDER (object);

  g_clear_pointer (&self->worker, fs_range_worker_free);
  g_clear_pointer (&self->news, fs_range_news_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (fs_rate_finder_parent_class)->dispose (object);
}

static void
fs_rate_finder_class_init (FsRateFinderClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_rate_finder_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (class), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static GtkWidget *
make_buttons (FsRateFinder *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->stop = gtk_button_new_with_label (_ ("Cancel"));
  gtk_widget_set_hexpand (self->stop, TRUE);
  gtk_widget_set_halign (self->stop, GTK_ALIGN_START);
  self->careful = gtk_button_new ();
  gtk_widget_set_tooltip_text (self->careful, _ ("The careful choice, within the longest fall"));
  self->use = gtk_button_new ();
  gtk_widget_set_tooltip_text (self->use, _ ("The rate at which the loss falls fastest"));
  gtk_widget_add_css_class (self->use, "suggested-action");
  g_signal_connect_swapped (self->stop, "clicked", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->careful, "clicked", G_CALLBACK (careful_cb), self);
  g_signal_connect_swapped (self->use, "clicked", G_CALLBACK (use_cb), self);
  gtk_box_append (GTK_BOX (buttons), self->stop);
  gtk_box_append (GTK_BOX (buttons), self->careful);
  gtk_box_append (GTK_BOX (buttons), self->use);
  return buttons;
}

static void
fs_rate_finder_init (FsRateFinder *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->chart = fs_chart_new (_ ("Loss against rate"));
  gtk_widget_set_vexpand (self->chart, TRUE);
  gtk_widget_set_size_request (self->chart, -1, CHART_HEIGHT_PX);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "chart-card");
  gtk_box_append (GTK_BOX (card), self->chart);
  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the test"), -1);
  self->words = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->words), 0);
  gtk_label_set_lines (GTK_LABEL (self->words), 3);
  gtk_box_append (GTK_BOX (content), card);
  gtk_box_append (GTK_BOX (content), self->progress);
  gtk_box_append (GTK_BOX (content), self->words);
  gtk_box_append (GTK_BOX (content), make_buttons (self));
  gtk_widget_add_css_class (content, "rate-finder");
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), content);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Find a Learning Rate"));
  gtk_window_set_default_size (GTK_WINDOW (self), WIDTH_PX, HEIGHT_PX);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->use);
}

GtkWidget *
fs_rate_finder_new (GtkWindow *parent, FsSession *session)
{
  FsRateFinder *self = g_object_new (FS_TYPE_RATE_FINDER, "transient-for", parent,
                                     "destroy-with-parent", TRUE, NULL);

  self->session = g_object_ref (session);
  begin (self);
  return GTK_WIDGET (self);
}
