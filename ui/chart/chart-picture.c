/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The still picture of a chart: its colours, its size, its texture. A new size makes the picture in
 * size_allocate; new contents make it at the beginning of the next frame, without asking for a layout: that
 * would go through the window, which on X11 asks the server about itself seven times, a wait for each
 * while training keeps every core busy. snapshot() blits the picture and adds the overlay. A cached render node instead of a texture would be replayed in full each frame
 * (measured: 22.6 ms against 9.6 with the Cairo renderer). */

#include "ui/chart/chart-private.h"

#include <math.h>

/* -- Style -------------------------------------------------------------------------------------- */

/* Without our style sheet (a test, an embedding) the built-in palette that suits the text colour. */
static void
look_up_palette (FsChart *chart)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (chart));
  GdkRGBA text;
  gtk_style_context_get_color (context, &text);
  bool is_dark = text.red + text.green + text.blue > 1.5f;
  chart->palette = is_dark ? *fs_chart_palette_dark () : *fs_chart_palette_light ();
  for (int i = 0; i < FS_CHART_N_COLOURS; i++)
    {
      GdkRGBA colour;
      if (gtk_style_context_lookup_color (context, fs_chart_colour_name (i), &colour))
        chart->palette.colours[i] = colour;
    }
  chart->has_palette = true;
}

const FsChartPalette *
fs_chart_get_palette (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), NULL);
  if (!chart->has_palette)
    look_up_palette (chart);
  return &chart->palette;
}

void
fs_chart_get_style (FsChart *chart, FsPlotStyle *style)
{
  *style = (FsPlotStyle){
    .palette = fs_chart_get_palette (chart),
    .pango = gtk_widget_get_pango_context (GTK_WIDGET (chart)),
    .magnification = chart->magnification,
    .view = chart->view,
    .title_end_px = chart->title_end_px,
  };
}

/* -- Picture ------------------------------------------------------------------------------------ */

static GdkTexture *
texture_from_surface (cairo_surface_t *surface)
{
  cairo_surface_flush (surface);
  int stride = cairo_image_surface_get_stride (surface);
  int width = cairo_image_surface_get_width (surface),
      height = cairo_image_surface_get_height (surface);
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (
      cairo_image_surface_get_data (surface), (gsize) stride * (gsize) height,
      (GDestroyNotify) cairo_surface_destroy, surface);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, (gsize) stride);
}

void
fs_chart_clear_picture (FsChart *chart)
{
  g_clear_object (&chart->texture);
  g_clear_pointer (&chart->surface, cairo_surface_destroy);
}

static void
render (FsChart *chart)
{
  GtkWidget *widget = GTK_WIDGET (chart);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  fs_chart_clear_picture (chart);
  chart->is_stale = false;
  if (width <= 0 || height <= 0)
    return;
  FsPlotStyle style;
  fs_chart_get_style (chart, &style);
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_t *cr = cairo_create (surface);
  fs_plot_draw (chart->plot, cr, &style, width, height, &chart->frame);
  cairo_destroy (cr);
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    {
      chart->texture = texture_from_surface (surface);
      chart->surface = cairo_surface_reference (surface);
    }
  else
    cairo_surface_destroy (surface);
  chart->n_renders++;
}

static void
renew (FsChart *chart)
{
  render (chart);
  fs_chart_overlay_update (chart);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  FsChart *chart = FS_CHART (widget);
  chart->tick_id = 0;
  if (chart->is_stale)
    renew (chart);
  gtk_widget_queue_draw (widget);
  return G_SOURCE_REMOVE;
}

void
fs_chart_drop_picture (FsChart *chart)
{
  GtkWidget *widget = GTK_WIDGET (chart);
  chart->is_stale = true;
  if (gtk_widget_get_mapped (widget) && chart->tick_id == 0)
    chart->tick_id = gtk_widget_add_tick_callback (widget, tick_cb, NULL, NULL);
}

/* What came while nobody could see it. */
void
fs_chart_map_vfunc (GtkWidget *widget)
{
  FsChart *chart = FS_CHART (widget);
  if (chart->is_stale && chart->texture != NULL)
    renew (chart);
  fs_chart_chain_map (widget);
}

void
fs_chart_size_allocate_vfunc (GtkWidget *widget, int width, int height, int baseline)
{
  FsChart *chart = FS_CHART (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  if (chart->texture == NULL || chart->is_stale
      || gdk_texture_get_width (chart->texture) != width * scale
      || gdk_texture_get_height (chart->texture) != height * scale)
    renew (chart);
  if (chart->menu != NULL)
    gtk_popover_present (GTK_POPOVER (chart->menu));
}

/* Cairo draws a texture of GTK 4.8 from a copy, for which every pixel goes to floating point and back: a
 * fifth of the main thread's work during a training. The surface below the texture it draws as it is. */
static void
append_picture (FsChart *chart, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (chart);
  const graphene_rect_t bounds =
      GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  GtkNative *native = gtk_widget_get_native (widget);

  if (native == NULL || !GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (native)))
    {
      gtk_snapshot_append_texture (snapshot, chart->texture, &bounds);
      return;
    }
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_set_source_surface (cr, chart->surface, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
}

void
fs_chart_snapshot_vfunc (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsChart *chart = FS_CHART (widget);
  if (chart->texture == NULL)
    return;
  append_picture (chart, snapshot);
  fs_chart_overlay_snapshot (chart, snapshot);
}

/* Room for a title, three ticks and a curve; grows with the text. */
void
fs_chart_measure_vfunc (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  FsChart *chart = FS_CHART (widget);
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  double line =
      pango_font_metrics_get_height (metrics) / (double) PANGO_SCALE * chart->magnification;
  pango_font_metrics_unref (metrics);
  bool is_wide = orientation == GTK_ORIENTATION_HORIZONTAL;
  bool is_spark =
      fs_plot_get_x_axis (chart->plot).is_unnamed && fs_plot_get_y_axis (chart->plot).is_unnamed;
  *minimum = (int) ceil (line * (is_spark ? (is_wide ? 3 : 1.5) : is_wide ? 10 : 7));
  *natural = (int) ceil (line * (is_spark ? (is_wide ? 6 : 3) : is_wide ? 34 : 16));
}
