/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lens of texts. See text-lens.h. */

#include "ui/views/text-lens.h"

#include <adwaita.h>
#include "engine/experiment/schema.h"
#include "engine/lab/text-facts.h"
#include "engine/prepare/augment.h"
#include "ui/chart/chart.h"
#include "ui/text.h"
#include "ui/views/nearest-words.h"

#define CHART_HEIGHT_PX 170
#define N_TEXTS 4
#define N_WORDS 10
#define N_VARIANTS 4
#define LONGEST_CELL_CHARS 60

struct _FsTextLens
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *stages, *chart;
  GtkWidget *tokens, *words, *variants; /* boxes of a table each */
  const FsDataset *shown;               /* only compared, never read */
  guint64 hash;                         /* of the experiment that it was shown for */
};

G_DEFINE_FINAL_TYPE (FsTextLens, fs_text_lens, GTK_TYPE_WIDGET);

/* ---- lengths ---- */

FsPlot *
fs_text_lens_lengths_plot (const FsTextProfile *profile, size_t length)
{
  FsPlot *plot = fs_plot_new ();
  double x[FS_TEXT_PROFILE_BINS], y[FS_TEXT_PROFILE_BINS];
  g_autofree char *cut = g_strdup_printf (_ ("%zu steps"), length);
  size_t n = 0;

  fs_plot_set_title (plot, _ ("Lengths"), _ ("texts, by their words"));
  if (!profile || profile->n_texts == 0)
    {
      fs_plot_set_placeholder (plot, _ ("Nothing to see yet"));
      return plot;
    }
  for (size_t b = 0; b < FS_TEXT_PROFILE_BINS; b++)
    {
      x[b] = ((double) b + 0.5) * (double) profile->bin_width - 0.5;
      y[b] = (double) profile->bins[b];
      n = profile->bins[b] > 0 ? b + 1 : n;
    }
  fs_plot_set_x_axis (
      plot, &(FsPlotAxis){ .title = _ ("words"),
                           .file_title = "words",
                           .has_range = TRUE,
                           .low = -0.5,
                           .high = MAX ((double) (n * profile->bin_width), (double) length + 1),
                           .is_whole = TRUE });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_zero = TRUE, .is_whole = TRUE });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("texts"),
                                             .file_name = "texts",
                                             .colour = FS_CHART_COLOUR_TRAIN,
                                             .form = FS_PLOT_BARS,
                                             .alpha = 0.7,
                                             .x = x,
                                             .y = y,
                                             .n = MAX (n, 2) });
  fs_plot_add_flag (
      plot, &(FsPlotFlag){ .x = (double) length, .text = cut, .colour = FS_CHART_COLOUR_BAD });
  return plot;
}

char *
fs_text_lens_describe_lengths (const FsTextProfile *profile, const FsDataset *dataset)
{
  size_t n_cut = 0;

  for (int part = 0; part < FS_N_PARTS; part++)
    for (size_t i = 0; dataset->windows[part].lengths && i < dataset->windows[part].n; i++)
      n_cut += dataset->windows[part].lengths[i] > dataset->length;
  return g_strdup_printf (_ ("Texts of %zu to %zu words, half of them of at most %.0f. All become "
                             "%zu steps: %zu of %zu "
                             "texts are cut %s, shorter ones are filled up %s."),
                          profile->shortest, profile->longest, profile->median, dataset->length,
                          n_cut, profile->n_texts,
                          dataset->truncation == FS_AT_START ? C_ ("cut", "at their start")
                                                             : C_ ("cut", "at their end"),
                          dataset->padding == FS_AT_START ? C_ ("filled", "before")
                                                          : C_ ("filled", "behind"));
}

/* ---- tables ---- */

static GtkWidget *
make_cell (const char *text, gboolean is_head)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LONGEST_CELL_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, is_head ? "dim-label" : "text-cell");
  if (is_head)
    gtk_widget_add_css_class (label, "caption-heading");
  return label;
}

/* Fills `box` with a table of these cells (char *, row by row), or a sentence if there are none. */
static void
show_table (GtkWidget *box,
            const char *name,
            const char *const *heads,
            guint n_columns,
            const GPtrArray *cells,
            const char *when_empty)
{
  GtkWidget *old, *grid;

  while ((old = gtk_widget_get_first_child (box)))
    gtk_box_remove (GTK_BOX (box), old);
  old = gtk_label_new (name);
  gtk_widget_add_css_class (old, "heading");
  gtk_label_set_xalign (GTK_LABEL (old), 0);
  gtk_box_append (GTK_BOX (box), old);
  if (!cells || cells->len == 0)
    {
      gtk_box_append (GTK_BOX (box), make_cell (when_empty, TRUE));
      return;
    }
  grid = g_object_new (GTK_TYPE_GRID, "accessible-role", GTK_ACCESSIBLE_ROLE_TABLE, NULL);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_accessible_update_property (GTK_ACCESSIBLE (grid), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  for (guint c = 0; c < n_columns; c++)
    gtk_grid_attach (GTK_GRID (grid), make_cell (_ (heads[c]), TRUE), (int) c, 0, 1, 1);
  for (guint i = 0; i < cells->len; i++)
    gtk_grid_attach (GTK_GRID (grid), make_cell (g_ptr_array_index (cells, i), FALSE),
                     (int) (i % n_columns), (int) (1 + i / n_columns), 1, 1);
  gtk_box_append (GTK_BOX (box), grid);
}

/* ---- showing ---- */

static void
show_lengths (FsTextLens *self, const FsDataset *dataset)
{
  FsTextProfile profile = { 0 };
  const gboolean has_lengths =
      dataset->task == FS_TASK_TEXT && fs_text_profile_make (&profile, dataset, NULL) == FS_OK;

  gtk_widget_set_visible (gtk_widget_get_parent (self->chart), has_lengths);
  if (has_lengths)
    {
      g_autofree char *words = fs_text_lens_describe_lengths (&profile, dataset);

      fs_chart_take_plot (FS_CHART (self->chart),
                          fs_text_lens_lengths_plot (&profile, dataset->length));
      fs_chart_set_description (FS_CHART (self->chart), words);
      gtk_widget_set_tooltip_text (self->chart, words);
    }
  fs_text_profile_clear (&profile);
}

static void
show_dataset (FsTextLens *self, const FsDataset *dataset)
{
  static const char *const token_heads[] = { N_ ("Text"), N_ ("As numbers") };
  static const char *const word_heads[] = { N_ ("Word"), N_ ("Number"), N_ ("In training") };
  static const char *const variant_heads[] = { N_ ("Original"), N_ ("Variant") };
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  g_autoptr (GPtrArray) tokens = fs_text_tokens (dataset, N_TEXTS);
  g_autoptr (GPtrArray) words = fs_text_words (dataset, N_WORDS);
  g_autoptr (GPtrArray) variants = fs_text_variants (dataset, experiment, N_VARIANTS);
  g_autofree char *stages = fs_text_stages (dataset, experiment);

  gtk_label_set_text (GTK_LABEL (self->stages), stages);
  show_lengths (self, dataset);
  show_table (self->tokens, _ ("From text to numbers"), token_heads, 2, tokens,
              _ ("No training text has a word."));
  show_table (self->words, _ ("Most frequent words"), word_heads, 3, words,
              _ ("No training text has a word."));
  show_table (self->variants, _ ("Originals beside variants"), variant_heads, 2, variants,
              fs_experiment_augments (experiment)
                  ? _ ("The steps change none of the training texts.")
                  : _ ("No step varies the training texts: add “Vary” with the button above."));
  gtk_widget_set_visible (self->variants, dataset->task == FS_TASK_TEXT);
}

static void
show (FsTextLens *self)
{
  const FsSnapshot *prepared = fs_session_get_prepared (self->session);
  const FsDataset *dataset = prepared ? prepared->dataset : NULL;
  const char *problem = fs_session_get_problem (self->session, NULL);
  const guint64 hash = fs_experiment_hash (fs_session_get_experiment (self->session));

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (problem || !dataset || !dataset->vocabulary)
    gtk_label_set_text (GTK_LABEL (self->stages), problem ? problem : _ ("Reading the texts …"));
  else if (dataset != self->shown || hash != self->hash)
    show_dataset (self, dataset);
  self->shown = problem ? NULL : dataset;
  self->hash = hash;
}

/* ---- life ---- */

static void
fs_text_lens_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (fs_text_lens_parent_class)->map (widget);
  show (FS_TEXT_LENS (widget));
}

static void
fs_text_lens_dispose (GObject *object)
{
  FsTextLens *self = FS_TEXT_LENS (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_text_lens_parent_class)->dispose (object);
}

static void
fs_text_lens_class_init (FsTextLensClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_text_lens_dispose;
  GTK_WIDGET_CLASS (class)->map = fs_text_lens_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "textlens");
}

static void
fs_text_lens_init (FsTextLens *self)
{
}

static GtkWidget *
make_card (GtkWidget *box)
{
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "text-card");
  gtk_widget_set_hexpand (box, TRUE);
  return box;
}

GtkWidget *
fs_text_lens_new (FsSession *session)
{
  FsTextLens *self = g_object_new (FS_TYPE_TEXT_LENS, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *card = gtk_overlay_new ();

  self->session = g_object_ref (session);
  self->stages = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->stages), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->stages), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->stages), 0);
  gtk_widget_set_hexpand (self->stages, TRUE);
  gtk_widget_add_css_class (line, "verdict");
  gtk_widget_add_css_class (line, "neutral");
  gtk_box_append (GTK_BOX (line), self->stages);

  self->chart = fs_chart_new (_ ("Lengths of the texts"));
  fs_chart_take_plot (FS_CHART (self->chart), fs_text_lens_lengths_plot (NULL, 0));
  gtk_widget_set_size_request (self->chart, -1, CHART_HEIGHT_PX);
  gtk_widget_set_hexpand (self->chart, TRUE);
  gtk_widget_add_css_class (card, "chart-card");
  gtk_overlay_set_child (GTK_OVERLAY (card), self->chart);
  self->tokens = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->variants = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (top), make_card (card));
  gtk_box_append (GTK_BOX (top), make_card (self->words));
  gtk_widget_set_hexpand (self->words, FALSE);

  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), make_card (self->variants));
  gtk_box_append (GTK_BOX (box), make_card (self->tokens));
  gtk_box_append (GTK_BOX (box), fs_nearest_words_new (session));
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  g_signal_connect_swapped (session, "facts", G_CALLBACK (show), self);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (show), self);
  return GTK_WIDGET (self);
}
