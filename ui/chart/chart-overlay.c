/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What moves over a chart's still picture: the cursor, the line under the pointer with its read-out of
 * all curves, the rectangle of a zoom. Made ready on each change, so that snapshot() only places
 * rectangles and finished text. */

#include "ui/chart/chart-private.h"

#include <math.h>

#define PAD_PX 8.0f
#define SWATCH_PX 18.0f
#define DOT_PX 3.5f
#define LEFT_FROM 0.62f /* share of the width from which the read-out stands left of its line */

void
fs_chart_overlay_clear (FsChartOverlay *overlay)
{
  g_clear_object (&overlay->heading);
  for (size_t i = 0; i < overlay->n_rows; i++)
    {
      g_clear_object (&overlay->rows[i].name);
      g_clear_object (&overlay->rows[i].value);
    }
  *overlay = (FsChartOverlay){ 0 };
}

static PangoLayout *
make_text (FsChart *chart, const char *text, bool is_bold, float *width, float *height)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (chart));
  PangoLayout *layout = pango_layout_new (context);
  PangoAttrList *attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.86 * chart->magnification));
  if (is_bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  /* Figures of one width, or the read-out trembles while the pointer moves. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_text (layout, text, -1);
  PangoRectangle logical;
  pango_layout_get_extents (layout, NULL, &logical);
  *width = (float) logical.width / PANGO_SCALE;
  *height = (float) logical.height / PANGO_SCALE;
  return layout;
}

static bool
is_inside (const FsPlotFrame *frame, double px)
{
  return px >= frame->left_px - 0.5 && px <= frame->right_px + 0.5;
}

static void
add_row (FsChart *chart, const FsPlotReading *reading)
{
  FsChartOverlay *overlay = &chart->overlay;
  const FsPlotFrame *frame = &chart->frame;
  FsChartRow *row = &overlay->rows[overlay->n_rows++];
  char label[FS_CHART_LABEL_SIZE];
  float width, height;
  *row = (FsChartRow){ .colour = reading->colour, .dash = reading->dash };
  row->name = make_text (chart, reading->name, false, &width, &height);
  overlay->name_px = fmaxf (overlay->name_px, width);
  overlay->row_px = fmaxf (overlay->row_px, height);
  row->value = make_text (chart, fs_chart_format_value (reading->y, label), true, &width, &height);
  overlay->value_px = fmaxf (overlay->value_px, width);
  double x = fs_chart_axis_to_px (&frame->x, reading->x),
         y = fs_chart_axis_to_px (reading->is_second ? &frame->second : &frame->y, reading->y);
  row->is_visible =
      !isnan (y) && is_inside (frame, x) && y >= frame->top_px - 1 && y <= frame->bottom_px + 1;
  row->x_px = (float) x;
  row->y_px = (float) y;
}

/* Beside the line and never over the edge. */
static void
place_box (FsChart *chart, float heading_px, float line_px)
{
  FsChartOverlay *overlay = &chart->overlay;
  float m = (float) chart->magnification, pad = PAD_PX * m, gap = 12 * m;
  float total = (float) gtk_widget_get_width (GTK_WIDGET (chart));
  float columns =
      overlay->n_rows > 0 ? (SWATCH_PX + 6) * m + overlay->name_px + gap + overlay->value_px : 0;
  float width = fmaxf (columns, heading_px) + 2 * pad;
  float height = overlay->row_px * (float) (overlay->n_rows + 1) + 2 * pad;
  /* Past the middle the newest values are on the right: they are what one compares with. */
  bool is_left = line_px > LEFT_FROM * total;
  float x = is_left ? line_px - gap - width : line_px + gap;
  if (x + width > total)
    x = line_px - gap - width;
  if (x < 0)
    x = fmaxf (0, fminf (line_px + gap, total - width));
  float y = (float) chart->frame.top_px + 2 * m;
  if (fs_plot_has_flags (chart->plot)) /* the flag says the most important thing on the chart */
    y += 1.5f * overlay->row_px;
  float lowest = (float) gtk_widget_get_height (GTK_WIDGET (chart)) - height - 2;
  overlay->box = GRAPHENE_RECT_INIT (roundf (x), roundf (fmaxf (0, fminf (y, lowest))),
                                     ceilf (width), ceilf (height));
}

static void
make_box (FsChart *chart, double x)
{
  FsChartOverlay *overlay = &chart->overlay;
  FsPlotReading readings[FS_CHART_MAX_READINGS];
  char label[FS_CHART_LABEL_SIZE];
  size_t n = fs_plot_read (chart->plot, x, readings, FS_CHART_MAX_READINGS);
  const char *title = fs_plot_get_x_axis (chart->plot).title;
  fs_plot_format_x (chart->plot, x, label);
  g_autofree char *heading =
      title != NULL && *title ? g_strdup_printf ("%s %s", title, label) : g_strdup (label);
  float heading_px;
  overlay->heading = make_text (chart, heading, true, &heading_px, &overlay->row_px);
  for (size_t i = 0; i < n; i++)
    add_row (chart, &readings[i]);
  overlay->has_box = true;
  place_box (chart, heading_px, (float) fs_chart_axis_to_px (&chart->frame.x, x));
}

void
fs_chart_overlay_update (FsChart *chart)
{
  FsChartOverlay *overlay = &chart->overlay;
  const FsPlotFrame *frame = &chart->frame;
  fs_chart_overlay_clear (overlay);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
  if (chart->texture == NULL)
    return;
  double cursor = fs_chart_axis_to_px (&frame->x, chart->cursor_x);
  double hover = fs_chart_axis_to_px (&frame->x, chart->hover_x);
  overlay->has_cursor = !isnan (cursor) && is_inside (frame, cursor);
  overlay->has_hover = !isnan (hover) && is_inside (frame, hover);
  overlay->cursor_px = (float) cursor;
  overlay->hover_px = (float) hover;
  if (overlay->has_hover)
    make_box (chart, chart->hover_x);
  else if (overlay->has_cursor && gtk_widget_has_visible_focus (GTK_WIDGET (chart)))
    make_box (chart, chart->cursor_x);
}

/* -- Snapshot ----------------------------------------------------------------------------------- */

static GdkRGBA
faded (const FsChart *chart, FsChartColour colour, float alpha)
{
  GdkRGBA c = chart->palette.colours[colour];
  c.alpha *= alpha;
  return c;
}

static void
snapshot_line (FsChart *chart, GtkSnapshot *snapshot, float x, float alpha)
{
  const FsPlotFrame *frame = &chart->frame;
  GdkRGBA colour = faded (chart, FS_CHART_COLOUR_CURSOR, alpha);
  float width = fmaxf (1, floorf ((float) chart->magnification));
  gtk_snapshot_append_color (snapshot, &colour,
                             &GRAPHENE_RECT_INIT (floorf (x), (float) frame->top_px, width,
                                                  (float) (frame->bottom_px - frame->top_px)));
}

static void
snapshot_disc (GtkSnapshot *snapshot, float x, float y, float radius, const GdkRGBA *colour)
{
  GskRoundedRect disc;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x - radius, y - radius, 2 * radius, 2 * radius);
  gsk_rounded_rect_init_from_rect (&disc, &bounds, radius);
  gtk_snapshot_push_rounded_clip (snapshot, &disc);
  gtk_snapshot_append_color (snapshot, colour, &bounds);
  gtk_snapshot_pop (snapshot);
}

/* A piece of the curve's own line: its dashes tell it from the others without colour. */
static void
snapshot_swatch (GtkSnapshot *snapshot,
                 const FsChartRow *row,
                 const GdkRGBA *colour,
                 float x,
                 float y,
                 float m)
{
  static const struct
  {
    int n;
    float pieces[4][2]; /* from, length; in px of a swatch of SWATCH_PX */
  } patterns[] = {
    [FS_PLOT_SOLID] = { 1, { { 0, 18 } } },
    [FS_PLOT_DASHED] = { 2, { { 0, 7 }, { 11, 7 } } },
    [FS_PLOT_DOTTED] = { 4, { { 0, 3 }, { 5, 3 }, { 10, 3 }, { 15, 3 } } },
    [FS_PLOT_DASH_DOT] = { 2, { { 0, 10 }, { 14, 3 } } },
  };
  for (int i = 0; i < patterns[row->dash].n; i++)
    {
      const float *piece = patterns[row->dash].pieces[i];
      gtk_snapshot_append_color (
          snapshot, colour,
          &GRAPHENE_RECT_INIT (x + piece[0] * m, roundf (y - m), piece[1] * m, 2 * m));
    }
}

static void
snapshot_text (GtkSnapshot *snapshot, PangoLayout *layout, float x, float y, const GdkRGBA *colour)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (roundf (x), roundf (y)));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_box (FsChart *chart, GtkSnapshot *snapshot)
{
  const FsChartOverlay *overlay = &chart->overlay;
  float m = (float) chart->magnification, pad = PAD_PX * m;
  GskRoundedRect outline;
  GdkRGBA paper = faded (chart, FS_CHART_COLOUR_BACKGROUND, 0.96f);
  GdkRGBA edge = faded (chart, FS_CHART_COLOUR_DIM, 0.45f), shadow = { 0, 0, 0, 0.18f };
  GdkRGBA text = faded (chart, FS_CHART_COLOUR_TEXT, 1),
          dim = faded (chart, FS_CHART_COLOUR_DIM, 1);
  gsk_rounded_rect_init_from_rect (&outline, &overlay->box, 6 * m);
  gtk_snapshot_append_outset_shadow (snapshot, &outline, &shadow, 0, 1, 0, 5);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &paper, &overlay->box);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ edge, edge, edge, edge });

  float x = overlay->box.origin.x + pad, y = overlay->box.origin.y + pad;
  float right = overlay->box.origin.x + overlay->box.size.width - pad;
  snapshot_text (snapshot, overlay->heading, x, y, &dim);
  for (size_t i = 0; i < overlay->n_rows; i++)
    {
      const FsChartRow *row = &overlay->rows[i];
      int value_width;
      y += overlay->row_px;
      snapshot_swatch (snapshot, row, &chart->palette.colours[row->colour], x,
                       y + overlay->row_px / 2, m);
      snapshot_text (snapshot, row->name, x + (SWATCH_PX + 6) * m, y, &text);
      pango_layout_get_pixel_size (row->value, &value_width, NULL);
      snapshot_text (snapshot, row->value, right - (float) value_width, y, &text);
    }
}

static void
snapshot_zoom (FsChart *chart, GtkSnapshot *snapshot)
{
  const graphene_point_t *a = &chart->drag_from, *b = &chart->drag_to;
  graphene_rect_t area = GRAPHENE_RECT_INIT (fminf (a->x, b->x), fminf (a->y, b->y),
                                             fabsf (a->x - b->x), fabsf (a->y - b->y));
  GskRoundedRect outline;
  GdkRGBA fill = faded (chart, FS_CHART_COLOUR_TRAIN, 0.14f),
          edge = faded (chart, FS_CHART_COLOUR_TRAIN, 0.9f);
  gtk_snapshot_append_color (snapshot, &fill, &area);
  gsk_rounded_rect_init_from_rect (&outline, &area, 0);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ edge, edge, edge, edge });
}

void
fs_chart_overlay_snapshot (FsChart *chart, GtkSnapshot *snapshot)
{
  const FsChartOverlay *overlay = &chart->overlay;
  float m = (float) chart->magnification;
  if (chart->drag == FS_CHART_DRAG_ZOOM)
    {
      snapshot_zoom (chart, snapshot);
      return;
    }
  if (overlay->has_cursor)
    snapshot_line (chart, snapshot, overlay->cursor_px, 0.75f);
  if (overlay->has_hover)
    snapshot_line (chart, snapshot, overlay->hover_px, 0.4f);
  for (size_t i = 0; i < overlay->n_rows; i++)
    if (overlay->rows[i].is_visible)
      {
        const FsChartRow *row = &overlay->rows[i];
        snapshot_disc (snapshot, row->x_px, row->y_px, (DOT_PX + 1.5f) * m,
                       &chart->palette.colours[FS_CHART_COLOUR_BACKGROUND]);
        snapshot_disc (snapshot, row->x_px, row->y_px, DOT_PX * m,
                       &chart->palette.colours[row->colour]);
      }
  if (overlay->has_box)
    snapshot_box (chart, snapshot);
}
