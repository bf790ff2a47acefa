/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The network's layers in a popover; see model-summary.h. */

#include "ui/controls/model-summary.h"

#include "engine/lab/model-summary.h"
#include "ui/text.h"

GtkWidget *
fs_model_summary_button_new (void)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-list-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Layers, weights, work and memory of the network"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Summary of the network"), -1);
  return button;
}

static void
put (GtkWidget *grid, int column, int row, const char *text, gboolean is_strong)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_widget_add_css_class (label, "numeric");
  if (is_strong)
    gtk_widget_add_css_class (label, "heading");
  if (row == 0)
    gtk_widget_add_css_class (label, "dim-label");
  gtk_grid_attach (GTK_GRID (grid), label, column, row, 1, 1);
}

static void
put_numbers (GtkWidget *grid,
             int row,
             gsize n_parameters,
             double multiply_adds,
             gsize bytes,
             gboolean is_strong)
{
  g_autofree char *weights = fs_model_summary_count ((double) n_parameters);
  g_autofree char *work = fs_model_summary_count (multiply_adds);
  g_autofree char *memory = fs_model_summary_memory (bytes);

  put (grid, 2, row, weights, is_strong);
  put (grid, 3, row, work, is_strong);
  put (grid, 4, row, memory, is_strong);
}

static GtkWidget *
make_table (const FsModelSummary *summary)
{
  static const char *const titles[] = { N_ ("Layer"), N_ ("Output"), N_ ("Weights"),
                                        N_ ("Multiply-adds"), N_ ("Memory") };
  GtkWidget *grid = gtk_grid_new ();
  int row = (int) summary->n_layers;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  for (int i = 0; i < (int) G_N_ELEMENTS (titles); i++)
    put (grid, i, 0, _ (titles[i]), FALSE);
  for (gsize i = 0; i < summary->n_layers; i++)
    {
      const FsLayerSummary *layer = &summary->layers[i];
      g_autofree char *shape = fs_model_summary_shape (layer);

      put (grid, 0, (int) i + 1, layer->name, FALSE);
      put (grid, 1, (int) i + 1, shape, FALSE);
      put_numbers (grid, (int) i + 1, layer->n_parameters, layer->multiply_adds, layer->bytes,
                   FALSE);
    }
  for (guint i = 0; i < FS_N_MEMORY_ROWS; i++)
    {
      const FsMemoryRow memory = fs_model_summary_memory_row (summary, i);
      g_autofree char *text = fs_model_summary_memory (memory.bytes);

      put (grid, 0, ++row, _ (memory.label), FALSE);
      put (grid, 4, row, text, FALSE);
    }
  put (grid, 0, ++row, _ ("Together"), TRUE);
  put_numbers (grid, row, summary->n_parameters, summary->multiply_adds, summary->bytes, TRUE);
  return grid;
}

static GtkWidget *
make_sentence (const FsProblem *problem)
{
  char sentence[1024];
  GtkWidget *label = gtk_label_new (fs_problem_sentence (problem, sentence, sizeof sentence));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 48);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

static GtkWidget *
make_note (void)
{
  GtkWidget *note =
      gtk_label_new (_ ("Work is that of one window; memory that of training, a batch at a time."));

  gtk_label_set_xalign (GTK_LABEL (note), 0);
  gtk_widget_add_css_class (note, "caption");
  gtk_widget_add_css_class (note, "dim-label");
  return note;
}

void
fs_model_summary_button_set (GtkWidget *button,
                             const FsExperiment *experiment,
                             const FsDataset *dataset)
{
  GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));
  g_autofree FsModelSummary *summary = g_new0 (FsModelSummary, 1);
  FsProblem problem = { 0 };
  FsStatus status = fs_model_summary_make (summary, experiment, dataset, &problem);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 9);
  gtk_widget_set_margin_end (box, 9);
  gtk_box_append (GTK_BOX (box), status == FS_OK ? make_table (summary) : make_sentence (&problem));
  if (status == FS_OK)
    {
      g_autofree char *coverage = fs_model_summary_coverage (summary);

      if (coverage)
        gtk_box_append (GTK_BOX (box), gtk_label_new (coverage));
      gtk_box_append (GTK_BOX (box), make_note ());
    }
  gtk_popover_set_child (popover, box);
}
