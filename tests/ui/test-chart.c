/* SPDX-License-Identifier: GPL-3.0-or-later */

/* FsChart on a display: properties, one rasterisation a change and none for the cursor, actions,
 * colours, words, life and death. Pointer and keys are in test-chart-input.c. */

#include "tests/ui/chart-stage.h"
#include "ui/chart/chart-export.h"

static void
test_properties (Stage *stage, gconstpointer data)
{
  unsigned n = 0;
  g_assert_cmpstr (fs_chart_get_label (stage->chart), ==, "Loss curves");
  g_assert_true (fs_chart_get_follow (stage->chart));
  g_assert_false (fs_chart_get_log_scale (stage->chart));
  g_assert_true (isnan (fs_chart_get_cursor_x (stage->chart)));
  g_signal_connect_swapped (stage->chart, "notify::cursor-x", G_CALLBACK (count_cb), &n);
  g_object_set (stage->chart, "cursor-x", 34.0, NULL);
  g_object_set (stage->chart, "cursor-x", 34.0, NULL);
  g_assert_cmpuint (n, ==, 1);
  g_object_set (stage->chart, "cursor-x", (double) NAN, NULL);
  fs_chart_set_cursor_x (stage->chart, NAN);
  g_assert_cmpuint (n, ==, 2);
  n = 0;
  g_signal_connect_swapped (stage->chart, "notify::magnification", G_CALLBACK (count_cb), &n);
  fs_chart_set_magnification (stage->chart, 2);
  fs_chart_set_magnification (stage->chart, 2);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_shared_cursor (Stage *stage, gconstpointer data)
{
  GtkWidget *other = g_object_ref_sink (fs_chart_new ("Gates"));
  g_object_bind_property (stage->chart, "cursor-x", other, "cursor-x", G_BINDING_BIDIRECTIONAL);
  fs_chart_set_cursor_x (stage->chart, 12);
  g_assert_cmpfloat (fs_chart_get_cursor_x (FS_CHART (other)), ==, 12);
  fs_chart_set_cursor_x (FS_CHART (other), NAN);
  g_assert_true (isnan (fs_chart_get_cursor_x (stage->chart)));
  g_assert_finalize_object (other);
}

static void
test_words (Stage *stage, gconstpointer data)
{
  GtkAccessible *chart = GTK_ACCESSIBLE (stage->chart);
  gtk_test_accessible_assert_role (chart, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (chart, GTK_ACCESSIBLE_PROPERTY_LABEL, "Loss curves");
  g_assert_nonnull (
      g_strstr_len (fs_chart_get_description (stage->chart), -1, "train: from 1.05 to"));
  fs_chart_set_description (stage->chart, "Validation rises since epoch 34.");
  gtk_test_accessible_assert_property (chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Validation rises since epoch 34.");
  fs_chart_set_cursor_x (stage->chart, 0);
  gtk_test_accessible_assert_property (
      chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "At epoch 0: train 1.05, validation 1.1. Validation rises since epoch 34.");
}

static void
test_renders_once (Stage *stage, gconstpointer data)
{
  unsigned before = fs_chart_get_n_renders (stage->chart);
  for (int i = 0; i < 20; i++) /* the cursor costs no picture */
    {
      fs_chart_set_cursor_x (stage->chart, i);
      fs_chart_set_hover_x (stage->chart, 100 - i);
      wait_for_picture (stage);
    }
  g_assert_cmpuint (fs_chart_get_n_renders (stage->chart), ==, before);
  for (int i = 0; i < 20; i++) /* many plots in one frame cost one */
    fs_chart_take_plot (stage->chart, make_plot ());
  wait_for_picture (stage);
  g_assert_cmpuint (fs_chart_get_n_renders (stage->chart), ==, before + 1);
  fs_chart_set_log_scale (stage->chart, true);
  wait_for_picture (stage);
  g_assert_cmpuint (fs_chart_get_n_renders (stage->chart), ==, before + 2);
}

static void
layout_cb (GdkSurface *surface, int width, int height, unsigned *n_layouts)
{
  (*n_layouts)++;
}

/* A layout of the window costs questions to the display server, and each frame of a training would pay
 * for them: another plot is another picture, nothing more. What comes while nobody can see it waits. */
static void
test_lays_nothing_out (Stage *stage, gconstpointer data)
{
  GtkWidget *widget = GTK_WIDGET (stage->chart);
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (stage->window));
  unsigned n_layouts = 0, before = fs_chart_get_n_renders (stage->chart);
  gulong handler = g_signal_connect (surface, "layout", G_CALLBACK (layout_cb), &n_layouts);
  for (unsigned i = 1; i <= 5; i++)
    {
      fs_chart_take_plot (stage->chart, make_plot ());
      wait_for_picture (stage);
      g_assert_cmpuint (fs_chart_get_n_renders (stage->chart), ==, before + i);
    }
  g_assert_cmpuint (n_layouts, ==, 0);
  g_signal_handler_disconnect (surface, handler);
  gtk_widget_set_child_visible (widget, FALSE);
  g_assert_false (gtk_widget_get_mapped (widget));
  for (unsigned i = 0; i < 5; i++)
    fs_chart_take_plot (stage->chart, make_plot ());
  gtk_widget_queue_draw (stage->window);
  gtk_test_widget_wait_for_draw (stage->window);
  g_assert_cmpuint (fs_chart_get_n_renders (stage->chart), ==, before + 5);
  gtk_widget_set_child_visible (widget, TRUE);
  wait_for_picture (stage);
  g_assert_cmpuint (fs_chart_get_n_renders (stage->chart), ==, before + 6);
}

static void
test_actions (Stage *stage, gconstpointer data)
{
  GtkWidget *widget = GTK_WIDGET (stage->chart);
  FsChartRange all = fs_chart_get_frame (stage->chart)->x.range;
  g_assert_true (gtk_widget_activate_action (widget, "chart.zoom-in", NULL));
  wait_for_picture (stage);
  g_assert_false (fs_chart_get_follow (stage->chart));
  FsChartRange zoomed = fs_chart_get_frame (stage->chart)->x.range;
  g_assert_cmpfloat_with_epsilon (zoomed.high - zoomed.low, (all.high - all.low) / 1.5, 1e-6);
  fs_chart_take_plot (stage->chart, make_plot ()); /* a new plot leaves the user's view alone */
  wait_for_picture (stage);
  g_assert_cmpfloat (fs_chart_get_frame (stage->chart)->x.range.low, ==, zoomed.low);
  g_assert_true (gtk_widget_activate_action (widget, "chart.show-all", NULL));
  wait_for_picture (stage);
  g_assert_true (fs_chart_get_follow (stage->chart));
  g_assert_cmpfloat (fs_chart_get_frame (stage->chart)->x.range.low, ==, all.low);

  g_assert_true (gtk_widget_activate_action (widget, "chart.log", NULL));
  wait_for_picture (stage);
  g_assert_cmpint (fs_chart_get_frame (stage->chart)->y.scale, ==, FS_CHART_LOG);
  fs_chart_take_plot (stage->chart, make_plot ()); /* the choice outlives the plot */
  wait_for_picture (stage);
  g_assert_cmpint (fs_chart_get_frame (stage->chart)->y.scale, ==, FS_CHART_LOG);
}

static void
notice_cb (FsChart *chart, const char *sentence, char **last)
{
  g_free (*last);
  *last = g_strdup (sentence);
}

static void
test_copy (Stage *stage, gconstpointer data)
{
  g_autofree char *notice = NULL;
  GtkWidget *widget = GTK_WIDGET (stage->chart);
  g_signal_connect (stage->chart, "notice", G_CALLBACK (notice_cb), &notice);
  g_assert_true (gtk_widget_activate_action (widget, "chart.copy", NULL));
  g_assert_cmpstr (notice, ==, "Copied the picture");
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  g_assert_true (
      gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_TEXTURE));
  g_assert_true (gtk_widget_activate_action (widget, "chart.copy-csv", NULL));
  g_assert_true (
      gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), G_TYPE_STRING));
}

static GtkWidget *
find_column_view (GtkWidget *widget)
{
  if (GTK_IS_COLUMN_VIEW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_column_view (child);
      if (found)
        return found;
    }
  return NULL;
}

/* One row for each x, one column for each curve and one for x. */
static void
test_table (Stage *stage, gconstpointer data)
{
  const FsPlot *plot = fs_chart_get_plot (stage->chart);
  g_autofree char *csv = fs_plot_to_csv (plot);
  g_auto (GStrv) lines = g_strsplit (csv, "\n", -1);
  GListModel *windows = gtk_window_get_toplevels ();
  guint n_windows = g_list_model_get_n_items (windows);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (stage->chart), "chart.table", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n_windows + 1);
  for (guint i = 0; i <= n_windows; i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      GtkWidget *view = find_column_view (GTK_WIDGET (window));
      if (view == NULL)
        continue;
      g_assert_cmpuint (g_list_model_get_n_items (
                            G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)))),
                        ==, g_strv_length (lines) - 2);
      g_assert_cmpuint (
          g_list_model_get_n_items (gtk_column_view_get_columns (GTK_COLUMN_VIEW (view))), ==,
          fs_plot_get_n_series (plot) + 1);
      gtk_window_destroy (window);
      return;
    }
  g_assert_not_reached ();
}

/* What the window shows, pixel by pixel. */
static cairo_surface_t *
grab (Stage *stage)
{
  GtkWidget *widget = GTK_WIDGET (stage->chart);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  GskRenderNode *node = gtk_snapshot_free_to_node (snapshot);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  g_assert_nonnull (node);
  gsk_render_node_draw (node, cr);
  gsk_render_node_unref (node);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
pixel_at (cairo_surface_t *surface, int x, int y)
{
  const unsigned char *row =
      cairo_image_surface_get_data (surface) + (gsize) y * cairo_image_surface_get_stride (surface);
  return ((const guint32 *) row)[x] & 0xffffff;
}

static bool
is_close (guint32 pixel, const GdkRGBA *colour, int tolerance)
{
  return ABS ((int) (pixel >> 16) - (int) lroundf (colour->red * 255)) <= tolerance
         && ABS ((int) (pixel >> 8 & 255) - (int) lroundf (colour->green * 255)) <= tolerance
         && ABS ((int) (pixel & 255) - (int) lroundf (colour->blue * 255)) <= tolerance;
}

static void
test_picture (Stage *stage, gconstpointer data)
{
  const FsPlotFrame *frame = fs_chart_get_frame (stage->chart);
  const GdkRGBA *train = &fs_chart_get_palette (stage->chart)->colours[FS_CHART_COLOUR_TRAIN];
  int x = (int) fs_chart_axis_to_px (&frame->x, 40);
  int y = (int) fs_chart_axis_to_px (&frame->y, 0.05 + exp (-40 / 15.0));
  cairo_surface_t *surface = grab (stage);
  bool has_train = false;
  for (int dy = -2; dy <= 2; dy++)
    has_train = has_train || is_close (pixel_at (surface, x, y + dy), train, 8);
  g_assert_true (has_train);
  guint32 empty = pixel_at (surface, x, (int) frame->top_px + 15);
  cairo_surface_destroy (surface);

  fs_chart_set_cursor_x (stage->chart, 40); /* the cursor is a line from top to foot */
  wait_for_picture (stage);
  surface = grab (stage);
  g_assert_cmphex (pixel_at (surface, x, (int) frame->top_px + 15), !=, empty);
  cairo_surface_destroy (surface);
}

static void
test_colours (Stage *stage, gconstpointer data)
{
  const FsChartPalette *palette = fs_chart_get_palette (stage->chart);
  g_assert_true (gdk_rgba_equal (&palette->colours[FS_CHART_COLOUR_TRAIN],
                                 &fs_chart_palette_light ()->colours[FS_CHART_COLOUR_TRAIN]));
  unsigned before = fs_chart_get_n_renders (stage->chart);
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (
      provider, "@define-color fitscope_train #123456; chart { color: #010203; }", -1);
  GdkDisplay *display = gtk_widget_get_display (stage->window);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  wait_for_picture (stage);
  GdkRGBA expected;
  gdk_rgba_parse (&expected, "#123456");
  g_assert_true (gdk_rgba_equal (
      &fs_chart_get_palette (stage->chart)->colours[FS_CHART_COLOUR_TRAIN], &expected));
  g_assert_cmpuint (fs_chart_get_n_renders (stage->chart), >, before);
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
}

/* A larger font of the desktop is a larger font of the chart. */
static void
test_font_size (Stage *stage, gconstpointer data)
{
  FsPlotFrame before = *fs_chart_get_frame (stage->chart);
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  GdkDisplay *display = gtk_widget_get_display (stage->window);
  gtk_css_provider_load_from_data (provider, "chart { font-size: 200%; }", -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  wait_for_picture (stage);
  const FsPlotFrame *after = fs_chart_get_frame (stage->chart);
  g_assert_cmpfloat (after->left_px, >, before.left_px + 10);
  g_assert_cmpfloat (after->top_px, >, before.top_px + 10);
  g_assert_cmpfloat (after->right_px, <, before.right_px - 10);
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
}

/* The style sheets and the built-in palettes must not drift apart. */
static void
test_style_sheets (Stage *stage, gconstpointer data)
{
  static const char *const sheets[] = { "style.css", "style-dark.css" };
  const FsChartPalette *palettes[] = { fs_chart_palette_light (), fs_chart_palette_dark () };
  GdkDisplay *display = gtk_widget_get_display (stage->window);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *path =
          g_build_filename (g_getenv ("FITSCOPE_DATA_DIR"), "resources", sheets[i], NULL);
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      gtk_css_provider_load_from_path (provider, path);
      gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
      wait_for_picture (stage);
      GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (stage->chart));
      for (int colour = 0; colour < FS_CHART_N_COLOURS; colour++)
        {
          GdkRGBA found;
          const char *name = fs_chart_colour_name (colour);
          g_test_message ("%s in %s", name, sheets[i]);
          g_assert_true (gtk_style_context_lookup_color (context, name, &found));
          g_assert_true (gdk_rgba_equal (&found, &palettes[i]->colours[colour]));
        }
      gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
    }
}

static void
test_menu_and_rtl (Stage *stage, gconstpointer data)
{
  g_assert_true (press (stage, GDK_KEY_Menu, 0));
  wait_for_picture (stage);
  gtk_widget_set_direction (GTK_WIDGET (stage->chart), GTK_TEXT_DIR_RTL);
  fs_chart_take_plot (stage->chart, NULL);
  wait_for_picture (stage);
  g_assert_cmpfloat (fs_chart_get_frame (stage->chart)->right_px, >, 100);
}

static void
test_without_window (void)
{
  GtkWidget *chart = g_object_ref_sink (fs_chart_new (NULL));
  g_autoptr (GError) error = NULL;
  fs_chart_take_plot (FS_CHART (chart), make_plot ());
  fs_chart_set_follow (FS_CHART (chart), false);
  fs_chart_set_log_scale (FS_CHART (chart), true);
  gtk_widget_activate_action (chart, "chart.zoom-in", NULL);
  g_assert_false (fs_chart_save (FS_CHART (chart), "loss.gif", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
  g_assert_finalize_object (chart);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/chart/widget/properties", test_properties);
  ADD ("/chart/widget/shared-cursor", test_shared_cursor);
  ADD ("/chart/widget/words", test_words);
  ADD ("/chart/widget/renders-once", test_renders_once);
  ADD ("/chart/widget/lays-nothing-out", test_lays_nothing_out);
  ADD ("/chart/widget/actions", test_actions);
  ADD ("/chart/widget/copy", test_copy);
  ADD ("/chart/widget/table", test_table);
  ADD ("/chart/widget/picture", test_picture);
  ADD ("/chart/widget/colours", test_colours);
  ADD ("/chart/widget/font-size", test_font_size);
  ADD ("/chart/widget/style-sheets", test_style_sheets);
  ADD ("/chart/widget/menu-and-rtl", test_menu_and_rtl);
  g_test_add_func ("/chart/widget/without-window", test_without_window);
  return g_test_run ();
}
