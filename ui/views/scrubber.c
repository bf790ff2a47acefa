/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The epoch slider. See scrubber.h; which weights an epoch had is the run's business. */

#include "ui/views/scrubber.h"

#include "ui/text.h"
#include <math.h>

/* A whole run plays in about this long, so that 50 epochs are slow enough to see and 5,000 do not
 * take the lesson. */
#define PLAY_SECONDS 8.0

#define TICK_WIDTH_PX 2
#define TICK_HEIGHT_PX 6

struct _FsScrubber
{
  GtkWidget parent_instance;

  GtkWidget *caption;
  GtkWidget *scale;
  GtkWidget *number;
  GtkWidget *play;
  guint n_epochs, best, shown;
  gboolean is_open; /* the run may go on: the right end follows it */
  guint epoch;      /* asked for; 0 = following */
  gboolean is_syncing;
  guint tick_id;       /* while playing */
  gint64 last_tick_us; /* frame time of the last step */
  double play_at;      /* where playing is, in epochs */
};

G_DEFINE_FINAL_TYPE (FsScrubber, fs_scrubber, GTK_TYPE_WIDGET);

static guint epoch_signal;

static void
show_number (FsScrubber *self)
{
  guint number = self->epoch ? self->epoch : self->shown ? self->shown : self->n_epochs;
  g_autofree char *text = number ? g_strdup_printf ("%u", number) : g_strdup ("–");
  g_autofree char *words = self->epoch ? g_strdup_printf (_ ("epoch %u"), number)
                                       : g_strdup_printf (_ ("epoch %u, following"), number);

  gtk_label_set_text (GTK_LABEL (self->number), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  words, -1);
}

static void
choose (FsScrubber *self, guint epoch)
{
  if (epoch >= self->n_epochs && self->is_open)
    epoch = 0;
  if (epoch == self->epoch)
    return;
  self->epoch = epoch;
  show_number (self);
  g_signal_emit (self, epoch_signal, 0, epoch);
}

/* While nobody chose an epoch, the handle stands at the one that is shown: the newest while
 * training, the best where a finished run went back to it. */
static void
place_handle (FsScrubber *self)
{
  guint at = self->epoch ? self->epoch : self->shown ? self->shown : self->n_epochs;

  self->is_syncing = TRUE;
  gtk_range_set_range (GTK_RANGE (self->scale), 1, MAX (self->n_epochs, 2));
  gtk_range_set_value (GTK_RANGE (self->scale), MAX (at, 1));
  self->is_syncing = FALSE;
}

static void
stop_playing (FsScrubber *self)
{
  if (self->tick_id)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  gtk_button_set_icon_name (GTK_BUTTON (self->play), "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->play, _ ("Play the fit through all epochs"));
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, void *data)
{
  FsScrubber *self = FS_SCRUBBER (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double elapsed = self->last_tick_us ? (double) (now - self->last_tick_us) / 1e6 : 0;
  guint epoch;

  self->last_tick_us = now;
  /* Never ahead of what can be seen: the forecast asked for must have come. */
  if (self->epoch != 0 && self->shown != self->epoch)
    return G_SOURCE_CONTINUE;
  self->play_at += elapsed * (double) self->n_epochs / PLAY_SECONDS;
  epoch = (guint) self->play_at;
  if (epoch >= self->n_epochs)
    {
      choose (self, self->n_epochs);
      place_handle (self);
      self->tick_id = 0;
      stop_playing (self);
      return G_SOURCE_REMOVE;
    }
  choose (self, MAX (epoch, 1));
  place_handle (self);
  return G_SOURCE_CONTINUE;
}

void
fs_scrubber_play (FsScrubber *self)
{
  if (self->tick_id)
    {
      stop_playing (self);
      return;
    }
  if (self->n_epochs < 2)
    return;
  self->play_at = self->epoch ? self->epoch : 1;
  self->last_tick_us = 0;
  self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  gtk_button_set_icon_name (GTK_BUTTON (self->play), "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (self->play, _ ("Stop playing"));
}

void
fs_scrubber_move (FsScrubber *self, int by)
{
  int from = (int) (self->epoch ? self->epoch : self->n_epochs);

  if (self->n_epochs < 2)
    return;
  stop_playing (self);
  choose (self, (guint) CLAMP (from + by, 1, (int) self->n_epochs));
  place_handle (self);
}

static void
value_cb (FsScrubber *self)
{
  if (self->is_syncing)
    return;
  stop_playing (self);
  choose (self, (guint) lround (gtk_range_get_value (GTK_RANGE (self->scale))));
}

/* The tick of the best epoch, below the trough. GtkScale's own marks stay where they were when the
 * range grows, until the next allocation, so this one is drawn here. */
static void
fs_scrubber_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsScrubber *self = FS_SCRUBBER (widget);
  GdkRectangle trough;
  graphene_point_t at;
  double share;
  GdkRGBA colour;

  GTK_WIDGET_CLASS (fs_scrubber_parent_class)->snapshot (widget, snapshot);
  if (self->best == 0 || self->n_epochs < 2)
    return;
  gtk_range_get_range_rect (GTK_RANGE (self->scale), &trough);
  share = (double) (self->best - 1) / (double) (self->n_epochs - 1);
  if (!gtk_widget_compute_point (
          self->scale, widget, &GRAPHENE_POINT_INIT ((float) (trough.x + share * trough.width), 0),
          &at))
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  colour.alpha *= 0.6f;
  gtk_snapshot_append_color (
      snapshot, &colour,
      &GRAPHENE_RECT_INIT (floorf (at.x) - 1,
                           (float) (gtk_widget_get_height (widget) - TICK_HEIGHT_PX), TICK_WIDTH_PX,
                           TICK_HEIGHT_PX));
}

static void
fs_scrubber_dispose (GObject *object)
{
  FsScrubber *self = FS_SCRUBBER (object);
  GtkWidget *child;

  if (self->tick_id)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (fs_scrubber_parent_class)->dispose (object);
}

static void
fs_scrubber_class_init (FsScrubberClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_scrubber_dispose;
  GTK_WIDGET_CLASS (class)->snapshot = fs_scrubber_snapshot;
  epoch_signal = g_signal_new ("epoch", FS_TYPE_SCRUBBER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "scrubber");
}

static void
fs_scrubber_init (FsScrubber *self)
{
  self->caption = gtk_label_new (_ ("Fit at epoch"));
  self->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 1, 2, 1);
  /* As the charts above and below, whose epochs and times run from left to right everywhere. */
  gtk_widget_set_direction (self->scale, GTK_TEXT_DIR_LTR);
  gtk_range_set_round_digits (GTK_RANGE (self->scale), 0);
  gtk_widget_set_hexpand (self->scale, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Fit at epoch"), -1);
  gtk_widget_set_tooltip_text (self->scale, _ ("Drag back to see the fit of an earlier epoch"));
  g_signal_connect_swapped (self->scale, "value-changed", G_CALLBACK (value_cb), self);
  self->number = gtk_label_new ("–");
  gtk_label_set_width_chars (GTK_LABEL (self->number), 5);
  gtk_label_set_xalign (GTK_LABEL (self->number), 1);
  gtk_widget_add_css_class (self->number, "numeric");
  self->play = gtk_button_new ();
  gtk_widget_add_css_class (self->play, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Play the fit through all epochs"), -1);
  g_signal_connect_swapped (self->play, "clicked", G_CALLBACK (fs_scrubber_play), self);
  gtk_widget_set_parent (self->caption, GTK_WIDGET (self));
  gtk_widget_set_parent (self->scale, GTK_WIDGET (self));
  gtk_widget_set_parent (self->number, GTK_WIDGET (self));
  gtk_widget_set_parent (self->play, GTK_WIDGET (self));
  stop_playing (self);
  fs_scrubber_set (self, 0, 0, 0, FALSE);
}

GtkWidget *
fs_scrubber_new (void)
{
  return g_object_new (FS_TYPE_SCRUBBER, NULL);
}

void
fs_scrubber_set (FsScrubber *self, guint n_epochs, guint best, guint shown, gboolean is_open)
{
  gboolean is_useful = n_epochs > 1;

  self->n_epochs = n_epochs;
  self->best = best;
  self->shown = shown;
  self->is_open = is_open;
  if (self->epoch > n_epochs)
    self->epoch = 0;
  place_handle (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  gtk_widget_set_sensitive (self->scale, is_useful);
  gtk_widget_set_sensitive (self->play, is_useful);
  show_number (self);
}

void
fs_scrubber_reset (FsScrubber *self)
{
  stop_playing (self);
  self->epoch = 0;
  fs_scrubber_set (self, 0, 0, 0, FALSE);
}

guint
fs_scrubber_get_epoch (FsScrubber *self)
{
  return self->epoch;
}
