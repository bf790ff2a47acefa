/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Compare view. See compare-view.h: which runs are compared is the session's knowledge, what the
 * chart and the table show is made in compare-plot.c and compare-table.c; here is when. */

#include "ui/views/compare-view.h"

#include "engine/lab/run-differences.h"
#include "ui/chart/chart.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/compare-plot.h"
#include "ui/views/compare-table.h"

#define CHART_HEIGHT_PX 150
#define LIST_HEIGHT_PX 320

/* Runs that train are drawn anew this often. */
#define REDRAW_MS 100

struct _FsCompareView
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *box, *caption, *choose, *race, *chart, *table, *choices;
  guint redraw_id;
};

G_DEFINE_FINAL_TYPE (FsCompareView, fs_compare_view, GTK_TYPE_WIDGET);

/* ---- what is compared ---- */

/* Freed with the array; names are owned. */
static GArray *
gather_runs (FsCompareView *self)
{
  GArray *runs = g_array_new (FALSE, TRUE, sizeof (FsComparedRun));
  guint n = fs_session_get_n_compared (self->session);

  for (guint i = 0; i < n; i++)
    {
      guint id = fs_session_get_compared (self->session, i);
      const FsKeptRun *kept = fs_session_find_kept (self->session, id);
      const FsSnapshot *snapshot = kept ? kept->snapshot : fs_session_get_current (self->session);
      FsComparedRun run = { .id = id, .snapshot = snapshot };

      if (kept && !snapshot)
        fs_session_load (self->session, id);
      run.name =
          kept ? g_strdup (kept->summary->name) : fs_session_dup_current_name (self->session);
      if (kept)
        run.family = kept->summary->family;
      else if (snapshot && snapshot->dataset)
        run.family = fs_experiment_family (&snapshot->experiment, snapshot->dataset->frame_hash);
      g_array_append_val (runs, run);
    }
  return runs;
}

static void
free_runs (GArray *runs)
{
  for (guint i = 0; i < runs->len; i++)
    g_free ((char *) g_array_index (runs, FsComparedRun, i).name);
  g_array_unref (runs);
}

/* Steps of preparation stretch what the loss is measured in; their numbers are no match for each other. */
static gboolean
may_differ_in_units (const GPtrArray *differences)
{
  for (guint i = 0; i < differences->len; i++)
    {
      const FsDifference *difference = g_ptr_array_index (differences, i);
      if (g_str_has_prefix (difference->path, "prepare")
          || g_str_has_prefix (difference->path, "data.")
          || g_str_equal (difference->path, "train.loss"))
        return TRUE;
    }
  return FALSE;
}

static char *
caption_of (FsCompareView *self, const GArray *runs)
{
  gboolean same_batches = FALSE;
  guint32 fork;
  g_autofree const FsExperiment **experiments = g_new0 (const FsExperiment *, runs->len + 1);
  g_autoptr (GPtrArray) differences = NULL;
  g_autofree char *text = NULL;

  if (runs->len < 2)
    return g_strdup (_ ("Choose two or more runs, here or in a run's menu in the strip below."));
  for (guint i = 0; i < runs->len; i++)
    {
      const FsSnapshot *snapshot = g_array_index (runs, FsComparedRun, i).snapshot;
      if (!snapshot)
        return g_strdup (_ ("Reading the epochs"));
      experiments[i] = &snapshot->experiment;
    }
  differences = fs_differences_find (experiments, runs->len);
  text = fs_differences_to_text (differences);
  if (fs_session_compares_race (self->session, &same_batches))
    {
      g_autofree char *seed = g_strdup_printf ("%" G_GINT64_FORMAT, experiments[0]->train.seed);

      return g_strdup_printf (
          _ ("Race with seed %s, %s. %s%s."), seed,
          same_batches ? _ ("the same batches in the same order")
                       : _ ("the batches differ with the windows"),
          differences->len ? _ ("They differ in: ") : _ ("Their settings are the same"), text);
    }
  if (differences->len == 0)
    return g_strdup (_ ("Their settings are the same."));
  fork = fs_compare_find_fork ((const FsComparedRun *) (void *) runs->data, runs->len);
  if (fork > 0)
    return g_strdup_printf (_ ("The same run up to epoch %u. From there they differ in: %s."), fork,
                            text);
  if (may_differ_in_units (differences))
    return g_strdup_printf (_ ("They differ in: %s. Their losses may be in different units."),
                            text);
  return g_strdup_printf (_ ("They differ in: %s."), text);
}

/* ---- showing ---- */

static void
show_race_button (FsCompareView *self, guint n_runs)
{
  gboolean is_racing = fs_session_is_racing (self->session);

  gtk_button_set_label (GTK_BUTTON (self->race), is_racing ? _ ("Stop") : _ ("Race"));
  gtk_widget_set_tooltip_text (
      self->race, is_racing ? _ ("Pause the runs that train side by side")
                            : _ ("Train these experiments anew, side by side, with the "
                                 "same seed (two to four)"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->race),
                                  is_racing ? "win.stop-race" : "win.race");
  gtk_widget_set_visible (self->race,
                          is_racing || (n_runs >= 2 && n_runs <= FS_SESSION_MAX_RACERS));
}

static void
update (FsCompareView *self)
{
  GArray *runs = gather_runs (self);
  const FsComparedRun *all = (const FsComparedRun *) (void *) runs->data;
  g_autofree char *caption = caption_of (self, runs);
  g_autofree char *words = fs_compare_plot_describe (all, runs->len);

  gtk_label_set_text (GTK_LABEL (self->caption), caption);
  fs_chart_take_plot (FS_CHART (self->chart), fs_compare_plot_make (all, runs->len));
  fs_chart_set_description (FS_CHART (self->chart), words);
  fs_compare_table_show (FS_COMPARE_TABLE (self->table), all, runs->len);
  show_race_button (self, runs->len);
  free_runs (runs);
}

static gboolean
redraw_cb (void *data)
{
  FsCompareView *self = data;

  self->redraw_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* Nothing is drawn that nobody sees. */
static void
update_soon (FsCompareView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && !self->redraw_id)
    self->redraw_id = g_timeout_add (REDRAW_MS, redraw_cb, self);
}

static void
snapshot_cb (FsCompareView *self)
{
  if (fs_session_is_compared (self->session, fs_session_get_current_id (self->session)))
    update_soon (self);
}

/* ---- choosing ---- */

static void
choice_toggled_cb (GtkCheckButton *check, FsCompareView *self)
{
  guint id = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "run"));

  fs_session_compare (self->session, id, gtk_check_button_get_active (check));
}

static void
add_choice (FsCompareView *self, guint id, const char *name, const char *best)
{
  g_autofree char *label = g_strdup_printf ("%s  %s", name, best);
  GtkWidget *check = gtk_check_button_new_with_label (label);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               fs_session_is_compared (self->session, id));
  g_object_set_data (G_OBJECT (check), "run", GUINT_TO_POINTER (id));
  g_signal_connect (check, "toggled", G_CALLBACK (choice_toggled_cb), self);
  gtk_box_append (GTK_BOX (self->choices), check);
}

/* Newest first, as in the strip; made when it opens. */
static void
fill_choices (FsCompareView *self)
{
  const FsSnapshot *current = fs_session_get_current (self->session);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->choices)))
    gtk_box_remove (GTK_BOX (self->choices), child);
  if (current)
    {
      g_autofree char *name = fs_session_dup_current_name (self->session);
      add_choice (self, fs_session_get_current_id (self->session), name, _ ("(current)"));
    }
  for (guint i = fs_session_get_n_kept (self->session); i-- > 0;)
    {
      const FsKeptRun *kept = fs_session_get_kept (self->session, i);
      g_autofree char *loss = fs_facts_loss (kept->summary->best_loss);
      g_autofree char *best = g_strdup_printf ("%s @%u", loss, kept->summary->best_epoch);
      add_choice (self, kept->id, kept->summary->name, best);
    }
}

static GtkWidget *
make_choose_button (FsCompareView *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->choices);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), LIST_HEIGHT_PX);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (fill_choices), self);
  self->choose = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->choose), _ ("Choose Runs"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->choose), popover);
  gtk_widget_set_tooltip_text (self->choose, _ ("Which runs are drawn on the same axes"));
  gtk_widget_set_valign (self->choose, GTK_ALIGN_CENTER);
  return self->choose;
}

/* ---- life ---- */

static void
map_cb (FsCompareView *self)
{
  /* Nobody has chosen yet: the run on the screen and the one before it. */
  if (fs_session_get_n_compared (self->session) == 0)
    fs_session_compare_recent (self->session);
  update (self);
}

static void
fs_compare_view_dispose (GObject *object)
{
  FsCompareView *self = FS_COMPARE_VIEW (object);

  g_clear_handle_id (&self->redraw_id, g_source_remove);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_compare_view_parent_class)->dispose (object);
}

static void
fs_compare_view_class_init (FsCompareViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_compare_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "compareview");
}

static GtkWidget *
make_head (FsCompareView *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->caption = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->caption), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->caption), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->caption), 3);
  gtk_label_set_ellipsize (GTK_LABEL (self->caption), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->caption), 0);
  gtk_widget_set_hexpand (self->caption, TRUE);
  gtk_box_append (GTK_BOX (head), self->caption);
  self->race = gtk_button_new_with_label (_ ("Race"));
  gtk_widget_set_valign (self->race, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), self->race);
  gtk_box_append (GTK_BOX (head), make_choose_button (self));
  return head;
}

static void
fs_compare_view_init (FsCompareView *self)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (self->box), make_head (self));
  self->chart = fs_chart_new (_ ("Compared runs"));
  gtk_widget_set_vexpand (self->chart, TRUE);
  gtk_widget_set_size_request (self->chart, -1, CHART_HEIGHT_PX);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "chart-card");
  gtk_box_append (GTK_BOX (card), self->chart);
  gtk_box_append (GTK_BOX (self->box), card);
  self->table = fs_compare_table_new ();
  gtk_box_append (GTK_BOX (self->box), self->table);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_compare_view_new (FsSession *session)
{
  FsCompareView *self = g_object_new (FS_TYPE_COMPARE_VIEW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "runs", G_CALLBACK (update_soon), self);
  g_signal_connect_swapped (session, "beside", G_CALLBACK (update_soon), self);
  g_signal_connect_swapped (session, "snapshot", G_CALLBACK (snapshot_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
  return GTK_WIDGET (self);
}
