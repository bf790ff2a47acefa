/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Confusion and loudest errors. See classes-view.h. The rows of the list are made once and told what to
 * say, so that a run that trains changes words and nothing else. */

#include "ui/views/classes-view.h"

#include <math.h>
#include "engine/lab/class-scores.h"
#include "ui/chart/chart.h"
#include "ui/text.h"
#include "ui/views/class-errors.h"
#include "ui/views/confusion-matrix.h"

#define N_EXAMPLES 20
#define NAME_CHARS 18
#define POPOVER_CHARS 48
#define SEQUENCE_WIDTH_PX 360
#define SEQUENCE_HEIGHT_PX 180
#define MOST_CHANNELS 6
#define UNDER_CONTROLS_PX 10 /* the choice of the picture stands in the corner above the errors */

/* A run that trains makes forecasts faster than anybody reads names. */
#define REDRAW_MS 400

struct _FsClassesView
{
  GtkWidget parent_instance;

  GtkWidget *box, *title, *subtitle, *head;
  GtkWidget *matrix, *words;
  GtkWidget *list;
  GtkWidget *rows[N_EXAMPLES]; /* GtkButtons */
  GtkWidget *popover;          /* NULL before the first example is shown */

  const FsSnapshot *snapshot; /* owned; NULL before the first */
  FsPart part;
  gboolean shows_test;
  FsClassError errors[N_EXAMPLES];
  gsize n_errors;
  guint redraw_id;
};

G_DEFINE_FINAL_TYPE (FsClassesView, fs_classes_view, GTK_TYPE_WIDGET);

static const char *
part_name (FsPart part)
{
  return part == FS_PART_TRAIN ? _ ("train") : part == FS_PART_TEST ? _ ("test") : _ ("validation");
}

/* ---- one example ---- */

static FsPlot *
plot_sequence (const FsDataset *dataset, FsPart part, gsize window)
{
  static const FsChartColour colours[MOST_CHANNELS] = {
    FS_CHART_COLOUR_TRAIN,   FS_CHART_COLOUR_VALIDATION, FS_CHART_COLOUR_EXTRA_1,
    FS_CHART_COLOUR_EXTRA_2, FS_CHART_COLOUR_EXTRA_3,    FS_CHART_COLOUR_EXTRA_4
  };
  FsPlot *plot = fs_plot_new ();
  const gsize n = fs_window_length (dataset, part, window);
  const gsize start = dataset->windows[part].starts[window];
  g_autofree double *y = g_new (double, n + 1);

  fs_plot_set_title (plot, _ ("Sequence"), _ ("as prepared"));
  fs_plot_set_x_axis (plot,
                      &(FsPlotAxis){ .title = _ ("step"), .file_title = "step", .is_whole = TRUE });
  for (gsize c = 0; c < MIN (dataset->n_channels, MOST_CHANNELS); c++)
    {
      for (gsize t = 0; t < n; t++)
        y[t] = (double) dataset->inputs[(start + t) * dataset->n_channels + c];
      fs_plot_add_series (plot, &(FsPlotSeries){ .colour = colours[c],
                                                 .dash = (FsPlotDash) (c % 4),
                                                 .width_px = 1.5,
                                                 .y = y,
                                                 .n = n });
    }
  return plot;
}

static GtkWidget *
make_example (FsClassesView *self, const FsClassError *error)
{
  const FsDataset *dataset = self->snapshot->dataset;
  g_autofree char *text =
      fs_class_errors_text (dataset, &self->snapshot->experiment, self->part, error->window);
  GtkWidget *content;

  if (dataset->task == FS_TASK_TEXT)
    {
      content = gtk_label_new (text);
      gtk_label_set_wrap (GTK_LABEL (content), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (content), POPOVER_CHARS);
      gtk_label_set_selectable (GTK_LABEL (content), TRUE);
      return content;
    }
  content = fs_chart_new (_ ("Sequence"));
  gtk_widget_set_size_request (content, SEQUENCE_WIDTH_PX, SEQUENCE_HEIGHT_PX);
  fs_chart_take_plot (FS_CHART (content), plot_sequence (dataset, self->part, error->window));
  return content;
}

static void
example_cb (GtkWidget *row, FsClassesView *self)
{
  gsize index = 0;

  while (index < N_EXAMPLES && self->rows[index] != row)
    index++;
  if (index >= self->n_errors)
    return;
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), make_example (self, &self->errors[index]));
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_TOP);
  gtk_widget_set_parent (self->popover, row);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* ---- showing ---- */

static void
show_title (FsClassesView *self, const FsClassMetrics *metrics)
{
  g_autofree char *text =
      metrics->n > 0
          ? g_strdup_printf (_ ("%s · %.0f %% of %zu right · epoch %u"), part_name (self->part),
                             100 * metrics->accuracy, metrics->n, self->snapshot->forecast->epoch)
          : g_strdup (_ ("nothing has been classified yet"));

  gtk_label_set_text (GTK_LABEL (self->subtitle), text);
}

static void
show_errors (FsClassesView *self)
{
  const FsDataset *dataset = self->snapshot->dataset;

  self->n_errors = fs_class_errors_find (self->snapshot, self->part, self->errors, N_EXAMPLES);
  for (gsize i = 0; i < N_EXAMPLES; i++)
    {
      GtkWidget *box = gtk_button_get_child (GTK_BUTTON (self->rows[i]));
      GtkWidget *name = gtk_widget_get_first_child (box);
      const FsClassError *error = &self->errors[i];

      gtk_widget_set_visible (self->rows[i], i < self->n_errors);
      if (i >= self->n_errors)
        continue;
      g_autofree char *title = fs_class_errors_name (dataset, self->part, error->window);
      g_autofree char *what =
          g_strdup_printf (_ ("%s, taken for %s · %.0f %%"), dataset->class_names[error->truth],
                           dataset->class_names[error->taken], 100 * error->given);
      g_autofree char *label = g_strdup_printf ("%s: %s", title, what);

      gtk_label_set_text (GTK_LABEL (name), title);
      gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (name)), what);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows[i]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      label, -1);
    }
}

static void
update (FsClassesView *self)
{
  const FsDataset *dataset = self->snapshot ? self->snapshot->dataset : NULL;
  FsClassMetrics metrics = { 0 };

  if (!dataset || !dataset->class_names)
    return;
  self->part = self->shows_test                             ? FS_PART_TEST
               : dataset->windows[FS_PART_VALIDATION].n > 0 ? FS_PART_VALIDATION
                                                            : FS_PART_TRAIN;
  if (fs_run_class_metrics (self->snapshot, self->part, &metrics))
    fs_confusion_matrix_set (FS_CONFUSION_MATRIX (self->matrix), metrics.confusion,
                             dataset->class_names, metrics.n_classes);
  else
    {
      metrics.n = 0;
      fs_confusion_matrix_set (FS_CONFUSION_MATRIX (self->matrix), NULL, NULL, 0);
    }
  show_title (self, &metrics);
  show_errors (self);
  fs_class_metrics_clear (&metrics);
}

static gboolean
redraw_cb (void *data)
{
  FsClassesView *self = data;

  self->redraw_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

void
fs_classes_view_show (FsClassesView *self,
                      const FsSnapshot *snapshot,
                      gboolean shows_test,
                      int title_end_px)
{
  const gboolean is_same_run = self->snapshot && self->snapshot->dataset == snapshot->dataset;
  const gboolean is_same = is_same_run && self->shows_test == shows_test;

  gtk_widget_set_margin_end (self->head, title_end_px);
  fs_snapshot_ref (snapshot);
  g_clear_pointer (&self->snapshot, fs_snapshot_unref);
  self->snapshot = snapshot;
  self->shows_test = shows_test;
  if (!is_same || snapshot->state != FS_RUN_TRAINING)
    {
      g_clear_handle_id (&self->redraw_id, g_source_remove);
      update (self);
    }
  else if (!self->redraw_id)
    self->redraw_id = g_timeout_add (REDRAW_MS, redraw_cb, self);
}

static void
chosen_cb (FsClassesView *self, const char *sentence)
{
  gtk_label_set_text (GTK_LABEL (self->words), sentence);
}

/* ---- life ---- */

static void
fs_classes_view_dispose (GObject *object)
{
  FsClassesView *self = FS_CLASSES_VIEW (object);

  g_clear_handle_id (&self->redraw_id, g_source_remove);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->snapshot, fs_snapshot_unref);
  G_OBJECT_CLASS (fs_classes_view_parent_class)->dispose (object);
}

static void
fs_classes_view_class_init (FsClassesViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_classes_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "classesview");
}

static GtkWidget *
make_label (const char *class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (class)
    gtk_widget_add_css_class (label, class);
  return label;
}

static GtkWidget *
make_scroller (GtkWidget *child, GtkPolicyType horizontal)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), horizontal, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_hexpand (scroller, TRUE);
  return scroller;
}

static void
make_rows (FsClassesView *self)
{
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  for (gsize i = 0; i < N_EXAMPLES; i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *name = make_label (NULL), *what = make_label ("caption");

      gtk_label_set_width_chars (GTK_LABEL (name), NAME_CHARS);
      gtk_widget_add_css_class (what, "dim-label");
      gtk_box_append (GTK_BOX (box), name);
      gtk_box_append (GTK_BOX (box), what);
      self->rows[i] = gtk_button_new ();
      gtk_button_set_child (GTK_BUTTON (self->rows[i]), box);
      gtk_widget_add_css_class (self->rows[i], "flat");
      gtk_widget_add_css_class (self->rows[i], "example");
      gtk_widget_set_tooltip_text (self->rows[i],
                                   _ ("Show the whole example: its text, or its sequence"));
      gtk_widget_set_visible (self->rows[i], FALSE);
      g_signal_connect (self->rows[i], "clicked", G_CALLBACK (example_cb), self);
      gtk_box_append (GTK_BOX (self->list), self->rows[i]);
    }
}

static void
fs_classes_view_init (FsClassesView *self)
{
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *heading = make_label ("heading");

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->title = make_label ("heading");
  gtk_label_set_text (GTK_LABEL (self->title), _ ("Confusion"));
  self->subtitle = make_label ("caption");
  gtk_widget_add_css_class (self->subtitle, "dim-label");
  gtk_box_append (GTK_BOX (self->head), self->title);
  gtk_box_append (GTK_BOX (self->head), self->subtitle);
  self->matrix = fs_confusion_matrix_new ();
  g_signal_connect_swapped (self->matrix, "chosen", G_CALLBACK (chosen_cb), self);
  self->words = make_label ("caption");
  gtk_box_append (GTK_BOX (left), make_scroller (self->matrix, GTK_POLICY_AUTOMATIC));
  gtk_box_append (GTK_BOX (left), self->words);
  gtk_label_set_text (GTK_LABEL (heading), _ ("Loudest errors"));
  gtk_widget_set_margin_top (right, UNDER_CONTROLS_PX);
  make_rows (self);
  gtk_box_append (GTK_BOX (right), heading);
  gtk_box_append (GTK_BOX (right), make_scroller (self->list, GTK_POLICY_NEVER));
  gtk_widget_set_hexpand (left, TRUE);
  gtk_box_append (GTK_BOX (columns), left);
  gtk_box_append (GTK_BOX (columns), right);
  gtk_widget_set_vexpand (columns, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->head);
  gtk_box_append (GTK_BOX (self->box), columns);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_classes_view_new (void)
{
  return g_object_new (FS_TYPE_CLASSES_VIEW, NULL);
}
