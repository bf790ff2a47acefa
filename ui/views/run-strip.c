/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strip of runs. See run-strip.h. A kept run's tile is made once and never changes; only the
 * current run's tile follows training. */

#include "ui/views/run-strip.h"

#include "ui/chart/chart.h"
#include "ui/facts.h"
#include "ui/views/loss-plot.h"

#define SPARK_WIDTH_PX 60
#define SPARK_HEIGHT_PX 28
#define NAME_CHARS 14

/* The small picture of the current run follows it this often; each is a new drawing. */
#define REDRAW_MS 500

typedef struct
{
  guint id;
  GtkWidget *button;
  GtkWidget *spark; /* drawing area that owns its FsPlot as data "plot" */
  GtkWidget *name, *best;
} Tile;

struct _FsRunStrip
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *box;
  GtkWidget *bar, *bar_text; /* while a kept run is shown */
  GPtrArray *tiles;          /* owned Tile; ids ascend; the last is the current run's */
  guint redraw_id;
  gsize n_drawn; /* epochs in the current tile's picture */
  FsRunState drawn_state;
};

G_DEFINE_FINAL_TYPE (FsRunStrip, fs_run_strip, GTK_TYPE_WIDGET);

/* ---- a tile ---- */

static void
draw_spark_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data)
{
  FsPlot *plot = g_object_get_data (G_OBJECT (area), "plot");
  FsChartPalette palette = *fs_chart_palette_light ();
  FsPlotStyle style = { .palette = &palette };

  if (!plot)
    return;
  for (int i = 0; i < FS_CHART_N_COLOURS; i++)
    gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (area)),
                                    fs_chart_colour_name ((FsChartColour) i), &palette.colours[i]);
  style.pango = gtk_widget_get_pango_context (GTK_WIDGET (area));
  fs_plot_draw (plot, cr, &style, width, height, NULL);
}

static void
tile_show (Tile *tile, const FsSnapshot *snapshot, const char *name)
{
  const FsHistory *history = &snapshot->history;
  g_autofree char *title = fs_facts_title (&snapshot->experiment);
  g_autofree char *best = NULL;
  g_autofree char *words = NULL;

  if (history->n_observations > 0)
    {
      g_autofree char *loss = fs_facts_loss (fs_history_monitored (history, history->best));
      best = g_strdup_printf ("%s @%u", loss, history->observations[history->best].epoch);
      words = g_strdup_printf ("%s, best %s at epoch %u", name, loss,
                               history->observations[history->best].epoch);
    }
  else
    {
      best = g_strdup ("not trained yet");
      words = g_strdup_printf ("%s, not trained yet", name);
    }
  gtk_label_set_text (GTK_LABEL (tile->name), name);
  gtk_label_set_text (GTK_LABEL (tile->best), best);
  gtk_widget_set_tooltip_text (tile->button, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (tile->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
  g_object_set_data_full (G_OBJECT (tile->spark), "plot", fs_loss_plot_sparkline (snapshot),
                          (GDestroyNotify) fs_plot_free);
  gtk_widget_queue_draw (tile->spark);
}

static void
tile_clicked_cb (GtkButton *button, FsRunStrip *self)
{
  fs_session_show (self->session, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "run")));
}

static Tile *
add_tile (FsRunStrip *self, guint id)
{
  Tile *tile = g_new0 (Tile, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  tile->id = id;
  tile->spark = gtk_drawing_area_new ();
  gtk_widget_set_size_request (tile->spark, SPARK_WIDTH_PX, SPARK_HEIGHT_PX);
  gtk_widget_set_valign (tile->spark, GTK_ALIGN_CENTER);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (tile->spark), draw_spark_cb, NULL, NULL);
  tile->name = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (tile->name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (tile->name), NAME_CHARS);
  tile->best = gtk_label_new (NULL);
  gtk_widget_add_css_class (tile->best, "dim-label");
  gtk_widget_add_css_class (tile->best, "caption");
  gtk_widget_add_css_class (tile->best, "numeric");
  gtk_label_set_xalign (GTK_LABEL (tile->name), 0);
  gtk_label_set_xalign (GTK_LABEL (tile->best), 0);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), tile->name);
  gtk_box_append (GTK_BOX (words), tile->best);
  gtk_box_append (GTK_BOX (box), tile->spark);
  gtk_box_append (GTK_BOX (box), words);

  tile->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (tile->button), box);
  gtk_widget_add_css_class (tile->button, "run-tile");
  g_object_set_data (G_OBJECT (tile->button), "run", GUINT_TO_POINTER (id));
  g_signal_connect (tile->button, "clicked", G_CALLBACK (tile_clicked_cb), self);
  gtk_box_prepend (GTK_BOX (self->box), tile->button);
  g_ptr_array_add (self->tiles, tile);
  return tile;
}

/* ---- showing ---- */

static void
show_current (FsRunStrip *self)
{
  const FsSnapshot *current = fs_session_get_current (self->session);
  Tile *tile = g_ptr_array_index (self->tiles, self->tiles->len - 1);
  g_autofree char *name = NULL;

  gtk_widget_set_visible (tile->button, current != NULL);
  if (!current)
    return;
  name = fs_session_dup_current_name (self->session);
  tile_show (tile, current, name);
  self->n_drawn = current->history.n_observations;
  self->drawn_state = current->state;
}

static gboolean
redraw_cb (void *data)
{
  FsRunStrip *self = data;

  self->redraw_id = 0;
  show_current (self);
  return G_SOURCE_REMOVE;
}

static void
snapshot_cb (FsRunStrip *self)
{
  const FsSnapshot *current = fs_session_get_current (self->session);

  if (!current)
    return;
  /* The first epoch and the end show at once; what lies between, now and then. */
  if ((self->n_drawn == 0 && current->history.n_observations > 0)
      || (current->state == FS_RUN_FINISHED && self->drawn_state != FS_RUN_FINISHED))
    show_current (self);
  if (self->redraw_id)
    return;
  if (current->history.n_observations != self->n_drawn)
    self->redraw_id = g_timeout_add (REDRAW_MS, redraw_cb, self);
}

static void
show_bar (FsRunStrip *self)
{
  guint shown = fs_session_get_shown (self->session);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->bar, shown != 0);
  for (guint i = 0; shown && i < fs_session_get_n_kept (self->session); i++)
    {
      const FsKeptRun *kept = fs_session_get_kept (self->session, i);
      if (kept->id == shown)
        text = g_strdup_printf ("Earlier run: %s", kept->name);
    }
  gtk_label_set_text (GTK_LABEL (self->bar_text), text ? text : "");
}

static void
runs_cb (FsRunStrip *self)
{
  guint n_kept = fs_session_get_n_kept (self->session);
  guint current_id = fs_session_get_current_id (self->session);
  guint shown = fs_session_get_shown (self->session);

  /* The current tile becomes a kept one when its run is kept; a new one takes its place. */
  for (guint i = 0; i < n_kept; i++)
    {
      const FsKeptRun *kept = fs_session_get_kept (self->session, i);

      if (i >= self->tiles->len)
        add_tile (self, kept->id);
      tile_show (g_ptr_array_index (self->tiles, i), kept->snapshot, kept->name);
    }
  if (self->tiles->len == n_kept)
    add_tile (self, current_id);
  show_current (self);
  for (guint i = 0; i < self->tiles->len; i++)
    {
      Tile *tile = g_ptr_array_index (self->tiles, i);

      if (tile->id == (shown ? shown : current_id))
        gtk_widget_add_css_class (tile->button, "shown");
      else
        gtk_widget_remove_css_class (tile->button, "shown");
    }
  show_bar (self);
}

/* ---- life ---- */

static void
back_cb (FsRunStrip *self)
{
  fs_session_show (self->session, 0);
}

static void
reuse_cb (FsRunStrip *self)
{
  guint shown = fs_session_get_shown (self->session);

  fs_session_reuse (self->session, shown);
  fs_session_show (self->session, 0);
}

static void
fs_run_strip_dispose (GObject *object)
{
  FsRunStrip *self = FS_RUN_STRIP (object);
  GtkWidget *child;

  g_clear_handle_id (&self->redraw_id, g_source_remove);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_pointer (&self->tiles, g_ptr_array_unref);
  G_OBJECT_CLASS (fs_run_strip_parent_class)->dispose (object);
}

static void
fs_run_strip_class_init (FsRunStripClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_run_strip_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "runstrip");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_bar_button (FsRunStrip *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (self->bar), button);
  return button;
}

static void
fs_run_strip_init (FsRunStrip *self)
{
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  "Runs of this session", -1);
  self->tiles = g_ptr_array_new_with_free_func (g_free);

  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->bar, "kept-bar");
  self->bar_text = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->bar_text), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->bar_text), 0);
  gtk_widget_set_hexpand (self->bar_text, TRUE);
  gtk_box_append (GTK_BOX (self->bar), self->bar_text);
  make_bar_button (self, "Use Its Settings", G_CALLBACK (reuse_cb));
  make_bar_button (self, "Back to the Current Run", G_CALLBACK (back_cb));
  gtk_widget_set_visible (self->bar, FALSE);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
fs_run_strip_new (FsSession *session)
{
  FsRunStrip *self = g_object_new (FS_TYPE_RUN_STRIP, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "runs", G_CALLBACK (runs_cb), self);
  g_signal_connect_swapped (session, "snapshot", G_CALLBACK (snapshot_cb), self);
  runs_cb (self);
  return GTK_WIDGET (self);
}
