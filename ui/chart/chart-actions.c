/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The actions of a chart, its menu, and the way to a file or the clipboard. GtkFileChooserNative is
 * deprecated in later GTK; of the charts only this file knows it. */

#include "ui/chart/chart-private.h"

#include "ui/chart/chart-export.h"
#include "ui/chart/chart-table.h"
#include "ui/text.h"

#define ZOOM_STEP 1.5

/* Pictures leave in the light palette: paper and slides are white. Fonts are the window's. */
static void
export_style (FsChart *chart, FsPlotStyle *style)
{
  fs_chart_get_style (chart, style);
  style->palette = fs_chart_palette_light ();
  style->title_end_px = 0;
}

/* Before the first allocation there is no size of its own yet. */
static void
export_size (FsChart *chart, double *width, double *height)
{
  *width = gtk_widget_get_width (GTK_WIDGET (chart));
  *height = gtk_widget_get_height (GTK_WIDGET (chart));
  if (*width < 1 || *height < 1)
    {
      *width = 640;
      *height = 300;
    }
}

gboolean
fs_chart_save (FsChart *chart, const char *path, GError **error)
{
  g_return_val_if_fail (FS_IS_CHART (chart), FALSE);
  FsPlotStyle style;
  double width, height;
  export_style (chart, &style);
  export_size (chart, &width, &height);
  return fs_plot_save (chart->plot, path, &style, width, height, error);
}

static void
chooser_response_cb (GtkNativeDialog *dialog, int response, gpointer data)
{
  FsChart *chart = data;
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);
      g_autofree char *name = g_file_get_basename (file);
      g_autoptr (GError) error = NULL;
      g_autofree char *sentence = NULL;
      if (path == NULL)
        sentence = g_strdup_printf (_ ("%s is not on this computer: choose a local folder."), name);
      else if (fs_chart_save (chart, path, &error))
        sentence = g_strdup_printf (_ ("Saved %s"), name);
      else
        sentence = g_strdup (error->message);
      fs_chart_notice (chart, sentence);
    }
  g_clear_object (&chart->chooser);
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *suffix)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_suffix (filter, suffix);
  gtk_file_chooser_add_filter (chooser, filter);
}

static char *
suggest_name (FsChart *chart)
{
  const char *title = fs_plot_get_title (chart->plot);
  g_autofree char *stem = g_utf8_strdown (title != NULL && *title ? title : "chart", -1);
  g_strdelimit (stem, "/\\:*?\"<>| ", '-');
  return g_strconcat (stem, ".png", NULL);
}

static void
save_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsChart *chart = FS_CHART (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  if (chart->chooser != NULL)
    {
      gtk_native_dialog_show (GTK_NATIVE_DIALOG (chart->chooser));
      return;
    }
  chart->chooser = gtk_file_chooser_native_new (
      _ ("Save Chart"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (chart->chooser);
  g_autofree char *name = suggest_name (chart);
  gtk_file_chooser_set_current_name (chooser, name);
  add_filter (chooser, _ ("Picture (PNG)"), "png");
  add_filter (chooser, _ ("Drawing (SVG)"), "svg");
  add_filter (chooser, _ ("Document (PDF)"), "pdf");
  add_filter (chooser, _ ("Numbers (CSV)"), "csv");
  g_signal_connect (chart->chooser, "response", G_CALLBACK (chooser_response_cb), chart);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chart->chooser));
}

static void
copy_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsChart *chart = FS_CHART (widget);
  FsPlotStyle style;
  double width, height;
  g_autoptr (GError) error = NULL;
  export_style (chart, &style);
  export_size (chart, &width, &height);
  g_autoptr (GBytes) png =
      fs_plot_to_bytes (chart->plot, FS_CHART_FILE_PNG, &style, width, height, &error);
  g_autoptr (GdkTexture) texture = png != NULL ? gdk_texture_new_from_bytes (png, &error) : NULL;
  if (texture == NULL)
    {
      fs_chart_notice (chart, error->message);
      return;
    }
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (widget), texture);
  fs_chart_notice (chart, _ ("Copied the picture"));
}

static void
copy_csv_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsChart *chart = FS_CHART (widget);
  g_autofree char *csv = fs_plot_to_csv (chart->plot);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), csv);
  fs_chart_notice (chart, _ ("Copied the numbers"));
}

static void
table_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  gtk_window_present (GTK_WINDOW (fs_chart_table_new (
      FS_CHART (widget)->plot, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL)));
}

/* About the cursor if there is one in view, else about the middle. */
static void
zoom_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FsChart *chart = FS_CHART (widget);
  const FsPlotFrame *frame = &chart->frame;
  double factor = g_str_equal (action, "chart.zoom-in") ? ZOOM_STEP : 1 / ZOOM_STEP;
  double x =
      chart->overlay.has_cursor ? chart->overlay.cursor_px : (frame->left_px + frame->right_px) / 2;
  fs_chart_zoom (chart, factor, 1, x, 0);
}

static void
show_all_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fs_chart_set_follow (FS_CHART (widget), true);
}

static GMenuModel *
make_menu_model (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) view = g_menu_new (), file = g_menu_new ();
  g_menu_append (view, _ ("Show _All"), "chart.show-all");
  g_menu_append (view, _ ("_Logarithmic"), "chart.log");
  g_menu_append (view, _ ("_Follow New Values"), "chart.follow");
  g_menu_append (file, _ ("Numbers as a _Table"), "chart.table");
  g_menu_append (file, _ ("_Copy Picture"), "chart.copy");
  g_menu_append (file, _ ("Copy _Numbers (CSV)"), "chart.copy-csv");
  g_menu_append (file, _ ("_Save As…"), "chart.save");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (view));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (file));
  return G_MENU_MODEL (menu);
}

void
fs_chart_open_menu (FsChart *chart, double x_px, double y_px)
{
  if (chart->menu == NULL)
    {
      g_autoptr (GMenuModel) model = make_menu_model ();
      chart->menu = gtk_popover_menu_new_from_model (model);
      gtk_popover_set_has_arrow (GTK_POPOVER (chart->menu), FALSE);
      gtk_widget_set_halign (chart->menu, GTK_ALIGN_START);
      gtk_accessible_update_property (GTK_ACCESSIBLE (chart->menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Chart menu"), -1);
      gtk_widget_set_parent (chart->menu, GTK_WIDGET (chart));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (chart->menu),
                               &(GdkRectangle){ (int) x_px, (int) y_px, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (chart->menu));
}

void
fs_chart_class_add_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "chart.save", NULL, save_cb);
  gtk_widget_class_install_action (klass, "chart.copy", NULL, copy_cb);
  gtk_widget_class_install_action (klass, "chart.copy-csv", NULL, copy_csv_cb);
  gtk_widget_class_install_action (klass, "chart.table", NULL, table_cb);
  gtk_widget_class_install_action (klass, "chart.zoom-in", NULL, zoom_cb);
  gtk_widget_class_install_action (klass, "chart.zoom-out", NULL, zoom_cb);
  gtk_widget_class_install_action (klass, "chart.show-all", NULL, show_all_cb);
  gtk_widget_class_install_property_action (klass, "chart.log", "log-scale");
  gtk_widget_class_install_property_action (klass, "chart.follow", "follow");
}
