/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strip of runs. See run-strip.h. Tiles are made a few at a time, while nothing else is to be done,
 * so that hundreds of runs hold up nobody; only the current run's tile and those of runs that train
 * beside it follow the training. */

#include "ui/views/run-strip.h"

#include "ui/text.h"
#include "ui/views/run-tile.h"

/* The small picture of a run that trains follows it this often; each is a new drawing. */
#define REDRAW_MS 500

/* Tiles made at once: as many as a wide screen shows; and in each further step, after which the strip is
 * laid out anew: few steps, but none longer than a frame. */
#define FIRST_TILES 12
#define MORE_TILES 32

struct _FsRunStrip
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *box;
  GtkWidget *bar, *bar_text, *bar_continue, *bar_menu; /* while a kept run is shown */
  GHashTable *tiles;                                   /* id → FsRunTile, borrowed from the box */
  GArray *order;                                       /* guint: ids as they should stand */
  guint n_placed;                                      /* of these, from the front */
  guint n_filled;                                      /* times a tile was told of its run */
  guint redraw_id, fill_id;
  gsize n_drawn; /* epochs in the current tile's picture */
  FsRunState drawn_state;
};

G_DEFINE_FINAL_TYPE (FsRunStrip, fs_run_strip, GTK_TYPE_WIDGET);

static FsRunTile *
find_tile (FsRunStrip *self, guint id)
{
  return g_hash_table_lookup (self->tiles, GUINT_TO_POINTER (id));
}

static guint
shown_id (FsRunStrip *self)
{
  guint shown = fs_session_get_shown (self->session);

  return shown ? shown : fs_session_get_current_id (self->session);
}

/* ---- contents ---- */

static void
show_current (FsRunStrip *self)
{
  const FsSnapshot *current = fs_session_get_current (self->session);
  FsRunTile *tile = find_tile (self, fs_session_get_current_id (self->session));
  g_autoptr (FsRunSummary) summary = NULL;
  g_autofree char *name = NULL;

  if (!current || !tile)
    return;
  name = fs_session_dup_current_name (self->session);
  summary = fs_run_summary_new (current, name);
  if (fs_session_get_shown (self->session) == 0)
    fs_run_summary_set_verdict (summary, fs_session_get_verdict (self->session));
  summary->is_pinned = fs_session_is_current_pinned (self->session);
  g_free (summary->note);
  summary->note = g_strdup (fs_session_get_current_note (self->session));
  fs_run_tile_show (tile, summary, TRUE, FALSE);
  self->n_drawn = current->history.n_observations;
  self->drawn_state = current->state;
}

/* The run on show is called here what it is called above and beside: the window has one verdict. */
static void
show_kept (FsRunStrip *self, FsRunTile *tile, const FsKeptRun *kept)
{
  g_autoptr (FsRunSummary) summary = fs_run_summary_copy (kept->summary);

  if (kept->snapshot && fs_session_get_shown (self->session) == kept->id)
    fs_run_summary_set_verdict (summary, fs_session_get_verdict (self->session));
  fs_run_tile_show (tile, summary, FALSE, fs_session_can_continue (self->session, kept->id));
}

static void
show_tile (FsRunStrip *self, guint id)
{
  const FsKeptRun *kept = fs_session_find_kept (self->session, id);
  FsRunTile *tile = find_tile (self, id);

  if (!tile)
    return;
  self->n_filled++;
  if (kept)
    show_kept (self, tile, kept);
  else
    show_current (self);
  fs_run_tile_set_shown (tile, id == shown_id (self));
}

static gboolean
redraw_cb (void *data)
{
  FsRunStrip *self = data;

  self->redraw_id = 0;
  show_current (self);
  for (guint i = 0; i < fs_session_get_n_kept (self->session); i++)
    {
      const FsKeptRun *kept = fs_session_get_kept (self->session, i);
      if (kept->summary->state == FS_STORED_TRAINING)
        show_tile (self, kept->id);
    }
  return G_SOURCE_REMOVE;
}

static void
redraw_soon (FsRunStrip *self)
{
  if (!self->redraw_id)
    self->redraw_id = g_timeout_add (REDRAW_MS, redraw_cb, self);
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
  if (current->history.n_observations != self->n_drawn)
    redraw_soon (self);
}

/* ---- which tiles there are ---- */

static void
append_ids (FsRunStrip *self, GArray *order, gboolean is_pinned)
{
  for (guint i = fs_session_get_n_kept (self->session); i-- > 0;)
    {
      const FsKeptRun *kept = fs_session_get_kept (self->session, i);
      if (kept->summary->is_pinned == is_pinned)
        g_array_append_val (order, kept->id);
    }
}

static void
place_tile (FsRunStrip *self, guint id, GtkWidget *after)
{
  FsRunTile *tile = find_tile (self, id);

  if (!tile)
    {
      tile = FS_RUN_TILE (fs_run_tile_new (id));
      g_hash_table_insert (self->tiles, GUINT_TO_POINTER (id), tile);
      gtk_box_insert_child_after (GTK_BOX (self->box), GTK_WIDGET (tile), after);
    }
  else if (gtk_widget_get_prev_sibling (GTK_WIDGET (tile)) != after)
    gtk_box_reorder_child_after (GTK_BOX (self->box), GTK_WIDGET (tile), after);
  show_tile (self, id);
}

static void
place_some (FsRunStrip *self, guint n)
{
  GtkWidget *after = NULL;

  if (self->n_placed > 0)
    after = GTK_WIDGET (find_tile (self, g_array_index (self->order, guint, self->n_placed - 1)));
  for (; n > 0 && self->n_placed < self->order->len; n--)
    {
      guint id = g_array_index (self->order, guint, self->n_placed++);
      place_tile (self, id, after);
      after = GTK_WIDGET (find_tile (self, id));
    }
}

static gboolean
fill_cb (void *data)
{
  FsRunStrip *self = data;

  place_some (self, MORE_TILES);
  if (self->n_placed < self->order->len)
    return G_SOURCE_CONTINUE;
  self->fill_id = 0;
  return G_SOURCE_REMOVE;
}

static void
remove_others (FsRunStrip *self)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer id, tile;

  for (guint i = 0; i < self->order->len; i++)
    g_hash_table_add (wanted, GUINT_TO_POINTER (g_array_index (self->order, guint, i)));
  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, &id, &tile))
    if (!g_hash_table_contains (wanted, id))
      {
        g_hash_table_iter_remove (&iter);
        gtk_box_remove (GTK_BOX (self->box), tile);
      }
}

static void
show_bar (FsRunStrip *self)
{
  guint shown = fs_session_get_shown (self->session);
  const FsKeptRun *kept = shown ? fs_session_find_kept (self->session, shown) : NULL;
  gboolean can_continue = kept && fs_session_can_continue (self->session, shown);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->bar, kept != NULL);
  if (!kept)
    return;
  text = g_strdup_printf (_ ("Earlier run: %s"), kept->summary->name);
  gtk_label_set_text (GTK_LABEL (self->bar_text), text);
  gtk_widget_set_visible (self->bar_continue, can_continue);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->bar_continue), "u", shown);
  {
    g_autoptr (GMenuModel) menu =
        fs_run_menu_new (shown, FALSE, kept->summary->is_pinned, can_continue);
    gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->bar_menu), menu);
  }
}

/* Tiles that stand where they should are left alone; the first that does not, and all after it, are
 * placed anew. */
static void
runs_cb (FsRunStrip *self)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (guint));
  guint current = fs_session_get_current_id (self->session);
  guint n_same = 0;

  if (fs_session_get_current (self->session))
    g_array_append_val (order, current);
  append_ids (self, order, TRUE);
  append_ids (self, order, FALSE);
  while (n_same < self->n_placed && n_same < order->len
         && g_array_index (order, guint, n_same) == g_array_index (self->order, guint, n_same))
    n_same++;
  g_array_unref (self->order);
  self->order = order;
  remove_others (self);
  for (guint i = 0; i < n_same; i++)
    show_tile (self, g_array_index (order, guint, i));
  self->n_placed = n_same;
  /* What was there stays there. */
  place_some (self, MAX (FIRST_TILES, g_hash_table_size (self->tiles)));
  if (self->n_placed < order->len && !self->fill_id)
    self->fill_id = g_idle_add (fill_cb, self);
  show_bar (self);
}

guint
fs_run_strip_get_n_tiles (FsRunStrip *self)
{
  return g_hash_table_size (self->tiles);
}

guint
fs_run_strip_get_n_filled (FsRunStrip *self)
{
  return self->n_filled;
}

gboolean
fs_run_strip_is_complete (FsRunStrip *self)
{
  return self->n_placed == self->order->len;
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
  g_clear_handle_id (&self->fill_id, g_source_remove);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->tiles, g_hash_table_unref);
  g_clear_pointer (&self->order, g_array_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
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
add_to_bar (FsRunStrip *self, GtkWidget *button)
{
  gtk_box_append (GTK_BOX (self->bar), button);
  return button;
}

static void
make_bar (FsRunStrip *self)
{
  GtkWidget *button;

  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->bar, "kept-bar");
  self->bar_text = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->bar_text), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->bar_text), 0);
  gtk_widget_set_hexpand (self->bar_text, TRUE);
  gtk_box_append (GTK_BOX (self->bar), self->bar_text);

  self->bar_continue = add_to_bar (self, gtk_button_new_with_label (_ ("Continue")));
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->bar_continue),
                                           "win.continue-run(uint32 0)");
  gtk_widget_set_tooltip_text (self->bar_continue,
                               _ ("Train on from where it stopped, with the same numbers"));
  button = add_to_bar (self, gtk_button_new_with_label (_ ("Use Its Settings")));
  gtk_widget_set_tooltip_text (button, _ ("Make the settings of this run the experiment"));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (reuse_cb), self);
  button = add_to_bar (self, gtk_button_new_with_label (_ ("Back to the Current Run")));
  gtk_widget_set_tooltip_text (button, _ ("Show the run that the experiment is about"));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (back_cb), self);
  self->bar_menu = add_to_bar (self, gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->bar_menu), "view-more-symbolic");
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->bar_menu), GTK_ARROW_UP);
  gtk_widget_set_tooltip_text (self->bar_menu, _ ("More about this run"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar_menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More about this run"), -1);
  gtk_widget_set_visible (self->bar, FALSE);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
}

static void
fs_run_strip_init (FsRunStrip *self)
{
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Runs"),
                                  -1);
  self->tiles = g_hash_table_new (NULL, NULL);
  self->order = g_array_new (FALSE, FALSE, sizeof (guint));
  make_bar (self);

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
  g_signal_connect_swapped (session, "beside", G_CALLBACK (redraw_soon), self);
  runs_cb (self);
  return GTK_WIDGET (self);
}
