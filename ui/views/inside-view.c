/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Inside view. See inside-view.h. What the charts show and say is made in inside-plot.c; this file
 * puts them on their pages and decides when they are made anew: not more often than people can read,
 * and never where nobody sees them. */

#include "ui/views/inside-view.h"

#include <math.h>
#include "engine/train/task.h"
#include "ui/chart/chart.h"
#include "ui/controls/drop-down.h"
#include "ui/controls/page-help.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/views/inside-plot.h"

#define CHART_HEIGHT_PX 120
#define CAPTION_CHARS 30
#define REDRAW_MS 100

#define CHARTS_A_PAGE 2
#define MAX_CHOICES 3

typedef struct
{
  const char *name, *title, *help;
  struct
  {
    FsInsidePicture pictures[MAX_CHOICES];
    guint n;
  } charts[CHARTS_A_PAGE];
} Page;

static const Page pages[] = {
  { "gates",
    N_ ("Gates"),
    N_ ("How far each gate is open, over time"),
    { { { FS_INSIDE_ENDS }, 1 }, { { FS_INSIDE_MEANS }, 1 } } },
  { "states",
    N_ ("States"),
    N_ ("What each unit holds, over time"),
    { { { FS_INSIDE_STATES }, 1 }, { { FS_INSIDE_UNITS }, 1 } } },
  { "past",
    N_ ("Past"),
    N_ ("How far back the gradient reaches"),
    { { { FS_INSIDE_PAST, FS_INSIDE_ATTENTION }, 2 }, { { FS_INSIDE_REACH }, 1 } } },
  { "updates",
    N_ ("Updates"),
    N_ ("How far each epoch moves the weights"),
    { { { FS_INSIDE_UPDATES, FS_INSIDE_GRADIENTS, FS_INSIDE_WEIGHTS }, 3 },
      { { FS_INSIDE_NORMS, FS_INSIDE_CLIPPED, FS_INSIDE_NOISE }, 3 } } },
};

#define N_CHARTS (CHARTS_A_PAGE * G_N_ELEMENTS (pages))

typedef struct
{
  const FsInsidePicture *pictures; /* [n]: to choose from */
  guint n;
  GtkWidget *chart, *choice; /* choice NULL where there is only one */
  GtkWidget *status, *meaning;
  FsInsidePicture drawn;
} Card;

struct _FsInsideView
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *box, *switcher, *layer;
  GtkStack *stack;
  Card cards[N_CHARTS];

  FsInsidePlot *plot;
  FsTensorTable *tensors; /* of the run's network; NULL = not planned yet */
  char *layers;           /* the words of the choice of layers, a line each */
  guint run_id;
  guint32 epoch; /* chosen on a chart; 0 = none */
  guint redraw_id;
  gboolean is_linking; /* a cursor is being told to the other charts */
};

G_DEFINE_FINAL_TYPE (FsInsideView, fs_inside_view, GTK_TYPE_WIDGET);

static guint
shown_run (FsInsideView *self)
{
  guint id = fs_session_get_shown (self->session);

  return id ? id : fs_session_get_current_id (self->session);
}

/* ---- layers ---- */

/* Layers are named as their plan names them; the first that has gates is looked at first. Planned for every
 * picture: a run that is not yet trained gives its number, and its place in memory, to one with another
 * network. */
static void
plan_layers (FsInsideView *self, const FsSnapshot *snapshot)
{
  FsLayerSummary summaries[FS_MAX_LAYERS];
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  g_autofree char *layers = NULL;
  guint selected = 0;
  gboolean has_recurrent = FALSE;
  FsNetworkShape shape;

  g_clear_pointer (&self->tensors, g_free);
  if (snapshot && snapshot->dataset)
    {
      self->tensors = g_new0 (FsTensorTable, 1);
      shape = fs_task_shape (snapshot->dataset, 1);
      if (fs_network_plan (&snapshot->experiment, &shape, summaries, self->tensors, NULL) != FS_OK)
        g_clear_pointer (&self->tensors, g_free);
    }
  for (guint i = 0; self->tensors && i < snapshot->experiment.n_layers; i++)
    {
      const FsLayerKind kind = snapshot->experiment.layers[i].kind;
      g_autofree char *word = g_strdup_printf ("%u · %s", i + 1, summaries[i].name);

      g_strv_builder_add (words, word);
      if (!has_recurrent && (kind == FS_LAYER_LSTM || kind == FS_LAYER_GRU || kind == FS_LAYER_RNN))
        {
          has_recurrent = TRUE;
          selected = i;
        }
    }
  all = g_strv_builder_end (words);
  layers = g_strjoinv ("\n", all);
  if (g_strcmp0 (layers, self->layers) == 0)
    return;
  g_free (self->layers);
  self->layers = g_steal_pointer (&layers);
  fs_drop_down_set (self->layer, (const char *const *) all, NULL,
                    all[0] ? selected : GTK_INVALID_LIST_POSITION);
  gtk_widget_set_sensitive (self->layer, all[0] != NULL);
}

/* ---- showing ---- */

static FsInsidePicture
chosen (const Card *card)
{
  const gboolean can_choose = card->choice && gtk_widget_get_visible (card->choice);
  guint which = can_choose ? gtk_drop_down_get_selected (GTK_DROP_DOWN (card->choice)) : 0;

  return card->pictures[MIN (which, card->n - 1)];
}

static void
show_caption (Card *card, FsInsidePicture picture, gboolean is_judged, gboolean is_healthy)
{
  const char *range = fs_inside_plot_healthy (picture);
  g_autofree char *status =
      range ? g_strdup_printf (!is_judged   ? _ ("Healthy range: %s")
                               : is_healthy ? _ ("Healthy: %s")
                                            : _ ("Outside the healthy range: %s"),
                               range)
            : NULL;

  gtk_label_set_text (GTK_LABEL (card->status), status ? status : "");
  gtk_widget_set_visible (card->status, status != NULL);
  gtk_widget_remove_css_class (card->status, "good");
  gtk_widget_remove_css_class (card->status, "caution");
  if (is_judged)
    gtk_widget_add_css_class (card->status, is_healthy ? "good" : "caution");
  gtk_label_set_text (GTK_LABEL (card->meaning), fs_inside_plot_meaning (picture));
}

static void
keep_title_clear (Card *card)
{
  int width;

  gtk_widget_measure (card->choice, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  fs_chart_set_title_end (FS_CHART (card->chart), width);
}

static gboolean
has_attention (const FsInsideSubject *subject)
{
  const FsExperiment *experiment = subject->snapshot ? &subject->snapshot->experiment : NULL;

  for (size_t i = 0; experiment && i < experiment->n_layers; i++)
    if (experiment->layers[i].kind == FS_LAYER_ATTENTION)
      return TRUE;
  return FALSE;
}

static void
show_card (FsInsideView *self, Card *card, const FsInsideSubject *subject)
{
  FsInsidePicture picture = chosen (card);
  gboolean is_healthy;
  g_autofree char *words = fs_inside_plot_describe (picture, subject, &is_healthy);

  if (card->choice)
    keep_title_clear (card);
  if (picture != card->drawn)
    fs_chart_set_follow (FS_CHART (card->chart), TRUE);
  card->drawn = picture;
  fs_chart_set_label (FS_CHART (card->chart), fs_inside_plot_name (picture));
  fs_chart_take_plot (FS_CHART (card->chart), fs_inside_plot_make (self->plot, picture, subject));
  fs_chart_set_description (FS_CHART (card->chart), words);
  show_caption (card, picture, !fs_plot_is_empty (fs_chart_get_plot (FS_CHART (card->chart))),
                is_healthy);
}

static void
update (FsInsideView *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const char *page = gtk_stack_get_visible_child_name (self->stack);
  FsInsideSubject subject;

  if (shown_run (self) != self->run_id)
    {
      self->run_id = shown_run (self);
      fs_inside_plot_reset (self->plot);
      self->epoch = 0;
    }
  plan_layers (self, snapshot);
  subject = (FsInsideSubject){ .snapshot = snapshot,
                               .tensors = self->tensors,
                               .layer = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->layer)),
                               .epoch = self->epoch };
  for (guint i = 0; i < N_CHARTS; i++)
    if (g_strcmp0 (pages[i / CHARTS_A_PAGE].name, page) == 0)
      {
        if (self->cards[i].pictures[0] == FS_INSIDE_PAST)
          gtk_widget_set_visible (self->cards[i].choice, has_attention (&subject));
        show_card (self, &self->cards[i], &subject);
      }
}

static gboolean
redraw_cb (void *data)
{
  FsInsideView *self = data;

  self->redraw_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
update_soon (FsInsideView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && !self->redraw_id)
    self->redraw_id = g_timeout_add (REDRAW_MS, redraw_cb, self);
}

/* ---- choosing ---- */

/* One epoch for all charts of epochs, and for the picture of one epoch. */
static void
cursor_cb (FsChart *chart, GParamSpec *property, FsInsideView *self)
{
  const double x = fs_chart_get_cursor_x (chart);
  const guint32 epoch = isnan (x) || x < 1 ? 0 : (guint32) lround (x);

  if (self->is_linking)
    return;
  self->is_linking = TRUE;
  for (guint i = 0; i < N_CHARTS; i++)
    {
      FsChart *other = FS_CHART (self->cards[i].chart);

      if (other != chart && fs_inside_plot_is_of_epochs (self->cards[i].pictures[0]))
        fs_chart_set_cursor_x (other, x);
    }
  self->is_linking = FALSE;
  if (epoch == self->epoch)
    return;
  self->epoch = epoch;
  update_soon (self);
}

static void
page_cb (FsInsideView *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->stack);

  if (name)
    fs_settings_set_text ("inside-page", name);
  update_soon (self);
}

static void
show_page (GtkWidget *widget, const char *name, GVariant *parameter)
{
  FsInsideView *self = FS_INSIDE_VIEW (widget);
  const char *page = g_variant_get_string (parameter, NULL);

  if (gtk_stack_get_child_by_name (self->stack, page))
    gtk_stack_set_visible_child_name (self->stack, page);
}

/* ---- life ---- */

static void
fs_inside_view_dispose (GObject *object)
{
  FsInsideView *self = FS_INSIDE_VIEW (object);

  g_clear_handle_id (&self->redraw_id, g_source_remove);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  if (self->stack)
    g_signal_handlers_disconnect_by_data (self->stack, self);
  self->stack = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->plot, fs_inside_plot_free);
  g_clear_pointer (&self->tensors, g_free);
  g_clear_pointer (&self->layers, g_free);
  G_OBJECT_CLASS (fs_inside_view_parent_class)->dispose (object);
}

static void
fs_inside_view_class_init (FsInsideViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fs_inside_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "insideview");
  gtk_widget_class_install_action (widget_class, "inside.page", "s", show_page);
}

static GtkWidget *
make_caption_label (const char *class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (label), CAPTION_CHARS);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, class);
  return label;
}

static void
add_choice (FsInsideView *self, Card *card, GtkWidget *overlay)
{
  const char *words[MAX_CHOICES + 1] = { NULL };
  const char *helps[MAX_CHOICES + 1] = { NULL };
  g_autofree char *label =
      g_strdup_printf (_ ("Picture instead of %s"), fs_inside_plot_name (card->pictures[0]));

  for (guint i = 0; i < card->n; i++)
    {
      words[i] = fs_inside_plot_brief (card->pictures[i]);
      helps[i] = fs_inside_plot_meaning (card->pictures[i]);
    }
  card->choice = fs_drop_down_new (label);
  fs_drop_down_set (card->choice, words, helps, 0);
  gtk_widget_add_css_class (card->choice, "flat");
  gtk_widget_add_css_class (card->choice, "chart-tools");
  gtk_widget_set_halign (card->choice, GTK_ALIGN_END);
  gtk_widget_set_valign (card->choice, GTK_ALIGN_START);
  g_signal_connect_swapped (card->choice, "notify::selected", G_CALLBACK (update_soon), self);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), card->choice);
}

static GtkWidget *
make_card (FsInsideView *self, Card *card)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *caption = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *overlay = gtk_overlay_new ();

  card->drawn = card->pictures[0];
  card->chart = fs_chart_new (fs_inside_plot_name (card->pictures[0]));
  gtk_widget_set_vexpand (card->chart, TRUE);
  gtk_widget_set_size_request (card->chart, -1, CHART_HEIGHT_PX);
  if (fs_inside_plot_is_of_epochs (card->pictures[0]))
    g_signal_connect (card->chart, "notify::cursor-x", G_CALLBACK (cursor_cb), self);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), card->chart);
  if (card->n > 1)
    add_choice (self, card, overlay);
  card->status = make_caption_label ("heading");
  card->meaning = make_caption_label ("dim-label");
  gtk_box_append (GTK_BOX (caption), card->status);
  gtk_box_append (GTK_BOX (caption), card->meaning);
  gtk_widget_add_css_class (caption, "chart-caption");
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "chart-card");
  gtk_box_append (GTK_BOX (box), overlay);
  gtk_box_append (GTK_BOX (box), caption);
  return box;
}

static GtkWidget *
make_head (FsInsideView *self)
{
  GtkWidget *head = gtk_center_box_new ();
  GtkWidget *switcher = self->switcher = gtk_stack_switcher_new ();

  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), self->stack);
  gtk_widget_add_css_class (switcher, "sub-switcher");
  self->layer = fs_drop_down_new (_ ("Layer"));
  gtk_widget_set_tooltip_text (self->layer, _ ("The layer that is looked at"));
  g_signal_connect_swapped (self->layer, "notify::selected", G_CALLBACK (update_soon), self);
  gtk_center_box_set_center_widget (GTK_CENTER_BOX (head), switcher);
  gtk_center_box_set_end_widget (GTK_CENTER_BOX (head), self->layer);
  return head;
}

static void
fs_inside_view_init (FsInsideView *self)
{
  g_autofree char *page = fs_settings_get_text ("inside-page", pages[0].name);

  self->plot = fs_inside_plot_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (self->box), make_head (self));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
      GtkWidget *scroller = gtk_scrolled_window_new ();

      /* Large text makes the captions long: then the page scrolls, and the strip below stays in view. */
      gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                      GTK_POLICY_AUTOMATIC);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), content);
      for (guint k = 0; k < CHARTS_A_PAGE; k++)
        {
          Card *card = &self->cards[i * CHARTS_A_PAGE + k];

          card->pictures = pages[i].charts[k].pictures;
          card->n = pages[i].charts[k].n;
          gtk_box_append (GTK_BOX (content), make_card (self, card));
        }
      gtk_stack_add_titled (self->stack, scroller, pages[i].name, _ (pages[i].title));
    }
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    fs_page_help_set (self->switcher, i, _ (pages[i].help));
  if (gtk_stack_get_child_by_name (self->stack, page))
    gtk_stack_set_visible_child_name (self->stack, page);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->stack));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_inside_view_new (FsSession *session)
{
  FsInsideView *self = g_object_new (FS_TYPE_INSIDE_VIEW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "snapshot", G_CALLBACK (update_soon), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update_soon), self);
  g_signal_connect_swapped (session, "runs", G_CALLBACK (update_soon), self);
  g_signal_connect_swapped (self->stack, "notify::visible-child", G_CALLBACK (page_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (update), NULL);
  return GTK_WIDGET (self);
}
