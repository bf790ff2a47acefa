/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where things lie in a plot and the still parts around the curves: titles, axes, grid, placeholder.
 * Curves are in chart-curve.c, everything with a name of its own in chart-notes.c. */

#include "ui/chart/chart-plot-private.h"

#include "ui/text.h"
#include <math.h>
#include <pango/pangocairo.h>

/* Vector files have no pixels; half a point is finer than any eye and keeps an SVG small. */
#define VECTOR_COLUMN_PX 0.5

/* Names at the margin may take this share of the width; beyond it they move into the picture. */
#define MOST_MARGIN 0.34

/* Names of two lines each may take this share of the height. */
#define MOST_TWO_LINES 0.5

#define PAD_PX 12.0
#define GAP_PX 7.0

static PangoContext *
default_pango_context (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *font = pango_font_description_from_string ("Cantarell, Sans 10.5");
  pango_context_set_font_description (context, font);
  pango_font_description_free (font);
  return context;
}

void
fs_pen_set_text (FsPen *pen, const char *text, double size, bool is_bold)
{
  PangoFontDescription *font =
      pango_font_description_copy (pango_context_get_font_description (pen->pango));
  double scaled = pango_font_description_get_size (font) * size * pen->m;
  if (pango_font_description_get_size_is_absolute (font))
    pango_font_description_set_absolute_size (font, scaled);
  else
    pango_font_description_set_size (font, (int) lround (scaled));
  pango_font_description_set_weight (font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (pen->text, font);
  pango_font_description_free (font);
  pango_layout_set_width (pen->text, -1);
  pango_layout_set_text (pen->text, text != NULL ? text : "", -1);
}

void
fs_pen_text_size (FsPen *pen, double *width, double *height)
{
  PangoRectangle logical;
  pango_layout_get_extents (pen->text, NULL, &logical);
  if (width != NULL)
    *width = logical.width / (double) PANGO_SCALE;
  if (height != NULL)
    *height = logical.height / (double) PANGO_SCALE;
}

void
fs_pen_set_colour (FsPen *pen, FsChartColour colour, double alpha)
{
  const GdkRGBA *c = &pen->palette->colours[colour];
  cairo_set_source_rgba (pen->cr, c->red, c->green, c->blue, c->alpha * alpha);
}

void
fs_pen_set_dash (FsPen *pen, FsPlotDash dash, double width_px, double offset)
{
  static const struct
  {
    int n;
    double lengths[4]; /* in line widths */
  } patterns[] = {
    [FS_PLOT_SOLID] = { 0, { 0 } },
    [FS_PLOT_DASHED] = { 2, { 3.6, 2 } },
    [FS_PLOT_DOTTED] = { 2, { 1.2, 2.2 } },
    [FS_PLOT_DASH_DOT] = { 4, { 5, 2, 1.2, 2 } },
  };
  double lengths[4], unit = fmax (width_px, 1.3 * pen->m);
  for (int i = 0; i < patterns[dash].n; i++)
    lengths[i] = patterns[dash].lengths[i] * unit;
  cairo_set_dash (pen->cr, lengths, patterns[dash].n, offset);
  cairo_set_line_width (pen->cr, width_px);
}

/* -- Layout ------------------------------------------------------------------------------------- */

static double
text_width (FsPen *pen, const char *text, bool is_bold)
{
  double width;
  fs_pen_set_text (pen, text, FS_PLOT_SMALL_SIZE, is_bold);
  fs_pen_text_size (pen, &width, NULL);
  return width;
}

/* The margin is reserved from the start, whether or not a curve has reached it, so that the axis
 * does not move while a run goes on. */
static double
margin_for_names (FsPen *pen)
{
  double widest = 0, n_labelled = 0;
  char value[FS_CHART_LABEL_SIZE];
  for (guint i = 0; i < pen->plot->series->len; i++)
    n_labelled += fs_plot_series_at (pen->plot, i)->is_labelled;
  pen->has_one_line_names =
      2 * n_labelled * pen->line_px > MOST_TWO_LINES * (pen->frame.bottom_px - pen->frame.top_px);
  for (guint i = 0; i < pen->plot->series->len; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (pen->plot, i);
      if (!series->is_labelled)
        continue;
      size_t last = fs_plot_series_last (series);
      double name = text_width (pen, series->name, true), number = 0;
      if (last < series->n)
        number = text_width (pen, fs_chart_format_value (series->y[last], value), false);
      double both = name + GAP_PX * pen->m + number;
      widest = fmax (widest, pen->has_one_line_names ? both : fmax (name, number));
    }
  if (widest > 0)
    widest += 5 * pen->m;
  for (guint i = 0; i < pen->plot->levels->len; i++)
    {
      const FsPlotLevel *level = &g_array_index (pen->plot->levels, FsPlotLevel, i);
      if (level->text != NULL && level->text[0] != '\0')
        widest =
            fmax (widest, text_width (pen, level->text, false) + text_width (pen, "↑ ", false));
    }
  return widest > 0 ? widest + GAP_PX * pen->m : 0;
}

static void
lay_out_y (FsPen *pen)
{
  const FsPlot *plot = pen->plot;
  FsPlotFrame *frame = &pen->frame;
  const FsPlotView *view = &frame->view;
  double pad = PAD_PX * pen->m, title_height = 0;
  bool is_spark = plot->x_axis.is_unnamed && plot->y_axis.is_unnamed;

  if (is_spark)
    pad = 3 * pen->m;
  if ((plot->title != NULL && *plot->title) || (plot->subtitle != NULL && *plot->subtitle))
    {
      fs_pen_set_text (pen, "Xg", FS_PLOT_TITLE_SIZE, true);
      fs_pen_text_size (pen, NULL, &title_height);
      title_height += GAP_PX * pen->m;
    }
  double foot = plot->x_axis.is_unnamed ? 0 : pen->line_px + 5 * pen->m;
  frame->top_px = pad * 0.6 + title_height + (plot->y_axis.is_unnamed ? 0 : pen->line_px / 2);
  frame->bottom_px = fmax (pen->height_px - pad * 0.6 - foot, frame->top_px + 1);

  FsChartRange x_range = fs_plot_x_range (plot, view);
  FsChartRange y_range = fs_plot_y_range (plot, view, x_range);
  frame->y = fs_chart_axis_make (plot->y_axis.scale, y_range, frame->bottom_px, frame->top_px);
  double room = (frame->bottom_px - frame->top_px) / (2.4 * pen->line_px);
  if (!plot->y_axis.is_unnamed)
    pen->n_y_ticks =
        fs_chart_ticks (&frame->y, (size_t) fmax (room, 2), plot->y_axis.is_whole, pen->y_ticks);

  if (fs_plot_has_second (plot))
    {
      frame->second =
          fs_chart_axis_make (plot->second_axis.scale, fs_plot_second_range (plot, x_range),
                              frame->bottom_px, frame->top_px);
      pen->n_second_ticks = fs_chart_ticks (&frame->second, (size_t) fmax (room, 2),
                                            plot->second_axis.is_whole, pen->second_ticks);
    }
  double numbers = 0;
  for (size_t i = 0; i < pen->n_y_ticks; i++)
    numbers = fmax (numbers, text_width (pen, pen->y_ticks[i].label, false));
  double margin = margin_for_names (pen);
  pen->has_margin_labels = margin <= MOST_MARGIN * pen->width_px;
  frame->left_px = pad + (numbers > 0 ? numbers + GAP_PX * pen->m : 0);
  frame->right_px = pen->width_px - pad - (pen->has_margin_labels ? margin : 0);
  frame->right_px = fmax (frame->right_px, frame->left_px + 1);
  frame->x = fs_chart_axis_make (plot->x_axis.scale, x_range, frame->left_px, frame->right_px);
}

static void
lay_out_x (FsPen *pen)
{
  FsPlotFrame *frame = &pen->frame;
  if (pen->plot->x_axis.is_unnamed)
    return;
  double em = pen->plot->x_axis.scale == FS_CHART_LINEAR ? 5 : 6;
  double room = (frame->right_px - frame->left_px) / (em * pen->line_px);
  pen->n_x_ticks =
      fs_chart_ticks (&frame->x, (size_t) fmax (room, 2), pen->plot->x_axis.is_whole, pen->x_ticks);
}

void
fs_pen_start (FsPen *pen,
              const FsPlot *plot,
              cairo_t *cr,
              const FsPlotStyle *style,
              double width_px,
              double height_px)
{
  static const FsPlotStyle plain;
  if (style == NULL)
    style = &plain;
  *pen = (FsPen){ .plot = plot, .cr = cr, .width_px = width_px, .height_px = height_px };
  pen->palette = style->palette != NULL ? style->palette : fs_chart_palette_light ();
  pen->pango = style->pango != NULL ? g_object_ref (style->pango) : default_pango_context ();
  pen->m = style->magnification > 0 ? style->magnification : 1;
  pen->title_end_px = style->title_end_px;
  pen->text = pango_layout_new (pen->pango);
  pen->frame.view = style->view;
  pen->column_px = VECTOR_COLUMN_PX;
  if (cr != NULL && cairo_surface_get_type (cairo_get_target (cr)) == CAIRO_SURFACE_TYPE_IMAGE)
    {
      double x_scale, y_scale;
      cairo_surface_get_device_scale (cairo_get_target (cr), &x_scale, &y_scale);
      pen->column_px = 1 / fmax (x_scale, 1);
    }
  fs_pen_set_text (pen, "Xg", FS_PLOT_SMALL_SIZE, false);
  fs_pen_text_size (pen, NULL, &pen->line_px);
  lay_out_y (pen);
  lay_out_x (pen);
}

void
fs_pen_end (FsPen *pen)
{
  g_object_unref (pen->text);
  g_object_unref (pen->pango);
}

void
fs_plot_measure (const FsPlot *plot,
                 const FsPlotStyle *style,
                 double width_px,
                 double height_px,
                 FsPlotFrame *frame)
{
  FsPen pen;
  fs_pen_start (&pen, plot, NULL, style, width_px, height_px);
  *frame = pen.frame;
  fs_pen_end (&pen);
}

/* -- Drawing ------------------------------------------------------------------------------------ */

/* A line one device pixel wide lies in the middle of a pixel, or it is two pixels of half its
 * colour. */
static double
crisp (double px)
{
  return floor (px) + 0.5;
}

static void
draw_titles (FsPen *pen)
{
  const FsPlot *plot = pen->plot;
  double x = PAD_PX * pen->m, y = PAD_PX * 0.6 * pen->m, width = 0, ascent = 0;
  double room = pen->width_px - 2 * x - pen->title_end_px;
  bool is_rtl = pango_context_get_base_dir (pen->pango) == PANGO_DIRECTION_RTL;
  if (room <= 0)
    return;
  if (plot->title != NULL && *plot->title)
    {
      fs_pen_set_text (pen, plot->title, FS_PLOT_TITLE_SIZE, true);
      pango_layout_set_ellipsize (pen->text, PANGO_ELLIPSIZE_END);
      fs_pen_text_size (pen, &width, NULL);
      if (width > room)
        pango_layout_set_width (pen->text, (int) (room * PANGO_SCALE));
      width = fmin (width, room);
      ascent = pango_layout_get_baseline (pen->text) / (double) PANGO_SCALE;
      fs_pen_set_colour (pen, FS_CHART_COLOUR_TEXT, 1);
      cairo_move_to (pen->cr, is_rtl ? pen->width_px - x - width : x, y);
      pango_cairo_show_layout (pen->cr, pen->text);
      width += GAP_PX * pen->m;
    }
  if (plot->subtitle != NULL && *plot->subtitle && room - width > 4 * pen->line_px)
    {
      double own;
      bool is_log = plot->y_axis.scale == FS_CHART_LOG;
      g_autofree char *subtitle = g_strconcat (plot->subtitle, is_log ? _ (" · log") : NULL, NULL);
      fs_pen_set_text (pen, subtitle, FS_PLOT_SMALL_SIZE, false);
      pango_layout_set_ellipsize (pen->text, PANGO_ELLIPSIZE_END);
      fs_pen_text_size (pen, &own, NULL);
      if (own > room - width)
        pango_layout_set_width (pen->text, (int) ((room - width) * PANGO_SCALE));
      own = fmin (own, room - width);
      double baseline = pango_layout_get_baseline (pen->text) / (double) PANGO_SCALE;
      fs_pen_set_colour (pen, FS_CHART_COLOUR_DIM, 1);
      cairo_move_to (pen->cr, is_rtl ? pen->width_px - x - width - own : x + width,
                     y + fmax (ascent - baseline, 0));
      pango_cairo_show_layout (pen->cr, pen->text);
    }
  pango_layout_set_ellipsize (pen->text, PANGO_ELLIPSIZE_NONE);
}

static void
draw_y_axis (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  fs_pen_set_dash (pen, FS_PLOT_SOLID, fmax (1, floor (pen->m)), 0);
  for (size_t i = 0; i < pen->n_y_ticks; i++)
    {
      double width, height, y = fs_chart_axis_to_px (&frame->y, pen->y_ticks[i].value);
      fs_pen_set_colour (pen, FS_CHART_COLOUR_GRID, 1);
      cairo_move_to (pen->cr, frame->left_px, crisp (y));
      cairo_line_to (pen->cr, frame->right_px, crisp (y));
      cairo_stroke (pen->cr);
      fs_pen_set_text (pen, pen->y_ticks[i].label, FS_PLOT_SMALL_SIZE, false);
      fs_pen_text_size (pen, &width, &height);
      fs_pen_set_colour (pen, FS_CHART_COLOUR_DIM, 1);
      cairo_move_to (pen->cr, frame->left_px - GAP_PX * pen->m - width, y - height / 2);
      pango_cairo_show_layout (pen->cr, pen->text);
    }
}

/* Its lines would make a second grid: short ticks do, and the numbers stand inside the edge, for the
 * names of the curves have the margin. */
static void
draw_second_axis (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  const double tick = 5 * pen->m;
  if (pen->n_second_ticks == 0)
    return;
  fs_pen_set_dash (pen, FS_PLOT_SOLID, fmax (1, floor (pen->m)), 0);
  fs_pen_set_colour (pen, FS_CHART_COLOUR_DIM, 1);
  cairo_move_to (pen->cr, crisp (frame->right_px), frame->top_px);
  cairo_line_to (pen->cr, crisp (frame->right_px), frame->bottom_px);
  cairo_stroke (pen->cr);
  for (size_t i = 0; i < pen->n_second_ticks; i++)
    {
      double width, height;
      double y = fs_chart_axis_to_px (&frame->second, pen->second_ticks[i].value);
      cairo_move_to (pen->cr, frame->right_px - tick, crisp (y));
      cairo_line_to (pen->cr, frame->right_px, crisp (y));
      cairo_stroke (pen->cr);
      fs_pen_set_text (pen, pen->second_ticks[i].label, FS_PLOT_SMALL_SIZE, false);
      fs_pen_text_size (pen, &width, &height);
      y = fmin (fmax (y - height / 2, frame->top_px - height / 2), frame->bottom_px - height);
      cairo_move_to (pen->cr, frame->right_px - tick - 3 * pen->m - width, y);
      pango_cairo_show_layout (pen->cr, pen->text);
    }
}

static void
draw_x_axis (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  const char *title = pen->plot->x_axis.title;
  double y = frame->bottom_px + 4 * pen->m, gap = GAP_PX * pen->m;
  double free_from = 0, free_to = pen->width_px, width;
  if (pen->plot->x_axis.is_unnamed)
    return;
  fs_pen_set_dash (pen, FS_PLOT_SOLID, fmax (1, floor (pen->m)), 0);
  fs_pen_set_colour (pen, FS_CHART_COLOUR_GRID, 1);
  cairo_move_to (pen->cr, frame->left_px, crisp (frame->bottom_px));
  cairo_line_to (pen->cr, frame->right_px, crisp (frame->bottom_px));
  cairo_stroke (pen->cr);

  fs_pen_set_colour (pen, FS_CHART_COLOUR_DIM, 1);
  if (title != NULL && *title)
    {
      fs_pen_set_text (pen, title, FS_PLOT_SMALL_SIZE, false);
      fs_pen_text_size (pen, &width, NULL);
      double x = fmin (frame->right_px + 3 * gap, pen->width_px - PAD_PX * pen->m - width);
      if (x > frame->left_px + 2 * gap)
        {
          cairo_move_to (pen->cr, x, y);
          pango_cairo_show_layout (pen->cr, pen->text);
          free_to = x - gap;
        }
    }
  for (size_t i = 0; i < pen->n_x_ticks; i++)
    {
      double at = fs_chart_axis_to_px (&frame->x, pen->x_ticks[i].value);
      fs_pen_set_text (pen, pen->x_ticks[i].label, FS_PLOT_SMALL_SIZE, false);
      fs_pen_text_size (pen, &width, NULL);
      double x = at - width / 2;
      if (x < free_from || x + width > free_to)
        continue;
      cairo_move_to (pen->cr, x, y);
      pango_cairo_show_layout (pen->cr, pen->text);
      free_from = x + width + gap;
    }
}

static void
draw_placeholder (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  double room = frame->right_px - frame->left_px;
  const double inset = fmin (16 * pen->m, room * 0.05), pad = 4 * pen->m;
  PangoRectangle words;
  if (pen->plot->placeholder == NULL || !fs_plot_is_empty (pen->plot) || room < 40)
    return;
  room -= 2 * inset; /* long words, a sample of text, stay off the edges */
  fs_pen_set_text (pen, pen->plot->placeholder, FS_PLOT_TITLE_SIZE, false);
  pango_layout_set_width (pen->text, (int) (room * PANGO_SCALE));
  pango_layout_set_alignment (pen->text, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_extents (pen->text, NULL, &words);
  const double left = frame->left_px + inset;
  const double top = (frame->top_px + frame->bottom_px - words.height) / 2;
  /* A line behind the words would strike them out. */
  fs_pen_set_colour (pen, FS_CHART_COLOUR_BACKGROUND, 1);
  cairo_rectangle (pen->cr, left + words.x - pad, top, words.width + 2 * pad, words.height);
  cairo_fill (pen->cr);
  fs_pen_set_colour (pen, FS_CHART_COLOUR_DIM, 1);
  cairo_move_to (pen->cr, left, top);
  pango_cairo_show_layout (pen->cr, pen->text);
  pango_layout_set_alignment (pen->text, PANGO_ALIGN_LEFT);
}

static void
draw_curves (FsPen *pen)
{
  const FsPlot *plot = pen->plot;
  const FsPlotFrame *frame = &pen->frame;
  double bleed = 2 * pen->m; /* half a line's width may lie outside the axes */
  cairo_save (pen->cr);
  cairo_rectangle (pen->cr, frame->left_px - bleed, frame->top_px - bleed,
                   frame->right_px - frame->left_px + 2 * bleed,
                   frame->bottom_px - frame->top_px + 2 * bleed);
  cairo_clip (pen->cr);
  for (guint i = 0; i < plot->ribbons->len; i++)
    fs_pen_draw_ribbon (pen, &g_array_index (plot->ribbons, FsPlotRibbon, i));
  fs_pen_draw_levels (pen);
  fs_pen_draw_mark_lines (pen);
  for (int quiet = 1; quiet >= 0; quiet--)
    for (guint i = 0; i < plot->series->len; i++)
      if (fs_plot_series_at (plot, i)->is_quiet == (quiet == 1))
        fs_pen_draw_series (pen, fs_plot_series_at (plot, i));
  cairo_restore (pen->cr);
}

void
fs_plot_draw (const FsPlot *plot,
              cairo_t *cr,
              const FsPlotStyle *style,
              double width_px,
              double height_px,
              FsPlotFrame *frame)
{
  FsPen pen;
  fs_pen_start (&pen, plot, cr, style, width_px, height_px);
  cairo_save (cr);
  if (style != NULL && style->has_background)
    {
      fs_pen_set_colour (&pen, FS_CHART_COLOUR_BACKGROUND, 1);
      cairo_rectangle (cr, 0, 0, width_px, height_px);
      cairo_fill (cr);
    }
  fs_pen_draw_spans (&pen);
  draw_titles (&pen);
  draw_y_axis (&pen);
  draw_x_axis (&pen);
  draw_curves (&pen);
  draw_second_axis (&pen);
  fs_pen_draw_mark_names (&pen);
  fs_pen_draw_flags (&pen);
  fs_pen_draw_end_labels (&pen);
  draw_placeholder (&pen);
  cairo_restore (cr);
  if (frame != NULL)
    *frame = pen.frame;
  fs_pen_end (&pen);
}
