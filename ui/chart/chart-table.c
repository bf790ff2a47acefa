/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The numbers of a plot as a table. See chart-table.h. Its rows are the lines of the plot's CSV, cut
 * into cells when they come into view. */

#include "ui/chart/chart-table.h"

#include <adwaita.h>
#include "ui/chart/chart-export.h"
#include "ui/chart/chart-ticks.h"
#include "ui/text.h"

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_UINT (column) == 0 ? 0 : 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

/* Values as the read-out writes them; the first column is written already. */
static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  const char *line = gtk_string_object_get_string (gtk_list_item_get_item (item));
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);
  guint index = GPOINTER_TO_UINT (column);
  const char *cell = index < g_strv_length (cells) ? cells[index] : "";
  char text[FS_CHART_LABEL_SIZE];

  if (index > 0 && *cell)
    cell = fs_chart_format_value (g_ascii_strtod (cell, NULL), text);
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), cell);
}

static void
add_column (GtkWidget *view, guint index, const char *title)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (index));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (index));
  gtk_column_view_column_set_expand (column, TRUE);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
}

static GListModel *
make_rows (const FsPlot *plot)
{
  g_autofree char *csv = fs_plot_to_csv (plot);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (csv), "\n", -1);

  return G_LIST_MODEL (gtk_string_list_new ((const char *const *) (*lines ? lines + 1 : lines)));
}

GtkWidget *
fs_chart_table_new (const FsPlot *plot, GtkWindow *parent)
{
  FsPlotAxis x_axis = fs_plot_get_x_axis (plot);
  GtkWidget *window =
      g_object_new (ADW_TYPE_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *view =
      gtk_column_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (make_rows (plot))));
  const char *title = fs_plot_get_title (plot);

  add_column (view, 0, x_axis.title ? x_axis.title : _ ("time"));
  for (guint i = 0; i < fs_plot_get_n_series (plot); i++)
    add_column (view, i + 1, fs_plot_get_series (plot, i)->name);
  gtk_column_view_set_show_row_separators (GTK_COLUMN_VIEW (view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Numbers"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scroller);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), title && *title ? title : _ ("Numbers"));
  gtk_window_set_default_size (GTK_WINDOW (window), 460, 520);
  return window;
}
