/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Curves and ribbons on a cairo_t: decimated to pixel columns, stroked in short pieces. Cairo's cost
 * of one stroke grows faster than its length: 2,000 noisy points on 900 px take 8.4 ms in pieces of
 * 128, 7.6 in 64, 5.8 in 16 and 5.2 in 8, where the joints begin to show in dashes. */

#include "ui/chart/chart-plot-private.h"
#include "ui/chart/chart-decimate.h"

#include <math.h>

#define PIECE 16

/* A pen that lifts itself after every PIECE points and goes on where it was, dash pattern included. */
typedef struct
{
  FsPen *pen;
  FsPlotDash dash;
  double width_px;
  double x, y, length;
  size_t n_in_piece, n_since_lift;
} Brush;

static void
brush_lift (Brush *brush)
{
  cairo_t *cr = brush->pen->cr;
  if (brush->n_since_lift == 1) /* a point between two gaps is a dot, or nobody sees it */
    {
      cairo_new_path (cr);
      cairo_arc (cr, brush->x, brush->y, brush->width_px, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  else if (brush->n_in_piece > 1)
    cairo_stroke (cr);
  cairo_new_path (cr);
  brush->n_in_piece = brush->n_since_lift = 0;
  brush->length = 0;
  fs_pen_set_dash (brush->pen, brush->dash, brush->width_px, 0);
}

static void
brush_to (Brush *brush, double x, double y)
{
  cairo_t *cr = brush->pen->cr;
  if (brush->n_since_lift == 0)
    cairo_move_to (cr, x, y);
  else
    {
      if (x == brush->x && y == brush->y)
        return;
      cairo_line_to (cr, x, y);
      brush->length += hypot (x - brush->x, y - brush->y);
    }
  brush->n_since_lift++;
  brush->n_in_piece++;
  brush->x = x;
  brush->y = y;
  if (brush->n_in_piece >= PIECE)
    {
      cairo_stroke (cr);
      fs_pen_set_dash (brush->pen, brush->dash, brush->width_px, brush->length);
      cairo_move_to (cr, x, y);
      brush->n_in_piece = 1;
    }
}

/* An extreme that lies between the ends of its column adds nothing to the line. */
static void
brush_column (Brush *brush, const FsChartColumn *column)
{
  double x = (column->first_x_px + column->last_x_px) / 2;
  bool has_highest = column->highest_px < fmin (column->first_px, column->last_px);
  bool has_lowest = column->lowest_px > fmax (column->first_px, column->last_px);
  brush_to (brush, column->first_x_px, column->first_px);
  if (has_highest && column->highest_comes_first)
    brush_to (brush, x, column->highest_px);
  if (has_lowest)
    brush_to (brush, x, column->lowest_px);
  if (has_highest && !column->highest_comes_first)
    brush_to (brush, x, column->highest_px);
  if (column->n_points > 1)
    brush_to (brush, column->last_x_px, column->last_px);
}

/* Cairo's quick way to smooth an edge takes sixteen samples of a pixel instead of 255 shades and half the
 * time: a rough curve of 1,000 points on 430 px 0.85 ms instead of 1.80. It also sets all that it draws a
 * quarter of a pixel to the left (Cairo 1.16), which is taken back here; without that a third of the drawn
 * pixels differ from the exact ones by more than a fifth, with it one in 500. */
#define QUICK_SHIFT_PX 0.25

/* Whether a curve goes up and down farther than it goes to the right. In the edges of flatter ones the eye
 * would count the samples. */
static bool
is_rough (const FsChartColumn *columns, size_t n)
{
  double travel = 0, width = 0;
  for (size_t i = 0; i < n; i++)
    {
      travel += columns[i].lowest_px - columns[i].highest_px;
      if (i == 0 || columns[i].has_gap_before)
        continue;
      travel += fabs (columns[i].first_px - columns[i - 1].last_px);
      width += columns[i].first_x_px - columns[i - 1].first_x_px;
    }
  return travel > width;
}

static void
smooth_quickly (FsPen *pen)
{
  if (cairo_surface_get_type (cairo_get_target (pen->cr)) != CAIRO_SURFACE_TYPE_IMAGE)
    return;
  cairo_set_antialias (pen->cr, CAIRO_ANTIALIAS_FAST);
  cairo_translate (pen->cr, QUICK_SHIFT_PX * pen->column_px, 0);
}

static void
draw_line (FsPen *pen,
           const FsPlotSeries *series,
           const FsChartColumn *columns,
           size_t n,
           double width_px)
{
  Brush brush = { .pen = pen, .dash = series->dash, .width_px = width_px };
  if (is_rough (columns, n))
    smooth_quickly (pen);
  fs_pen_set_dash (pen, series->dash, width_px, 0);
  cairo_set_line_join (pen->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (pen->cr,
                      series->dash == FS_PLOT_SOLID ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  for (size_t i = 0; i < n; i++)
    {
      if (columns[i].has_gap_before && i > 0)
        brush_lift (&brush);
      else if (series->form == FS_PLOT_STEPS && i > 0)
        brush_to (&brush, columns[i].first_x_px, columns[i - 1].last_px);
      brush_column (&brush, &columns[i]);
    }
  if (n > 0)
    brush_lift (&brush);
}

/* A curve that runs up and down in most columns is a band: one box a column, from its extremes and as
 * far as the neighbour it comes from. All boxes are one fill of whole columns, which Cairo does without
 * its scan converter: 10^5 noisy points on 900 px take 1 ms instead of 13. */
#define DENSE_POINTS 4
#define DENSE_PX 6

static bool
is_dense (const FsChartColumn *columns, size_t n)
{
  size_t n_points = 0;
  double height = 0;
  for (size_t i = 0; i < n; i++)
    {
      n_points += columns[i].n_points;
      height += columns[i].lowest_px - columns[i].highest_px;
    }
  return n_points > DENSE_POINTS * n && height > DENSE_PX * (double) n;
}

/* Dashes become stripes: a gap in the band would hide its spikes, a paler stripe does not. */
static void
draw_stripes (FsPen *pen,
              const FsChartColumn *columns,
              size_t n,
              double width_px,
              FsPlotDash dash,
              bool is_pale)
{
  static const double stripes[][2] = { /* full and pale, in line widths */
                                       [FS_PLOT_SOLID] = { 1, 0 },
                                       [FS_PLOT_DASHED] = { 3.6, 2 },
                                       [FS_PLOT_DOTTED] = { 1.2, 1.2 },
                                       [FS_PLOT_DASH_DOT] = { 7, 1.5 }
  };
  double left = pen->frame.left_px, width = pen->column_px;
  double period = (stripes[dash][0] + stripes[dash][1]) * width_px;
  for (size_t i = 0; i < n; i++)
    {
      double offset = floor ((columns[i].first_x_px - left) / width) * width;
      double top = columns[i].highest_px, bottom = columns[i].lowest_px;
      if ((offset - floor (offset / period) * period >= stripes[dash][0] * width_px) != is_pale)
        continue;
      if (i > 0 && !columns[i].has_gap_before)
        {
          top = fmin (top, columns[i - 1].last_px);
          bottom = fmax (bottom, columns[i - 1].last_px);
        }
      cairo_rectangle (pen->cr, floor (left) + offset, top - width_px / 2, width,
                       bottom - top + width_px);
    }
  cairo_fill (pen->cr);
}

static void
draw_dense (FsPen *pen,
            const FsPlotSeries *series,
            const FsChartColumn *columns,
            size_t n,
            double width_px)
{
  draw_stripes (pen, columns, n, width_px, series->dash, false);
  if (series->dash == FS_PLOT_SOLID)
    return;
  fs_pen_set_colour (pen, series->colour, 0.45);
  draw_stripes (pen, columns, n, width_px, series->dash, true);
}

static void
draw_dots (FsPen *pen, const FsChartColumn *columns, size_t n, double radius)
{
  for (size_t i = 0; i < n; i++)
    {
      const FsChartColumn *c = &columns[i];
      const double points[][2] = { { c->first_x_px, c->first_px },
                                   { c->last_x_px, c->last_px },
                                   { (c->first_x_px + c->last_x_px) / 2, c->highest_px },
                                   { (c->first_x_px + c->last_x_px) / 2, c->lowest_px } };
      size_t n_points = c->n_points > 2 ? 4 : c->n_points;
      for (size_t k = 0; k < n_points; k++)
        {
          cairo_new_sub_path (pen->cr);
          cairo_arc (pen->cr, points[k][0], points[k][1], radius, 0, 2 * G_PI);
        }
      cairo_fill (pen->cr);
    }
}

static void
draw_bars (FsPen *pen, const FsPlotSeries *series, const FsChartColumn *columns, size_t n)
{
  const FsPlotFrame *frame = &pen->frame;
  const FsChartAxis *y = fs_plot_frame_y (frame, series->is_second);
  double foot = fs_chart_axis_to_px (y, 0), spacing = INFINITY;
  if (isnan (foot))
    foot = frame->bottom_px;
  foot = fmin (fmax (foot, frame->top_px), frame->bottom_px);
  for (size_t i = 1; i < series->n; i++)
    spacing = fmin (spacing, series->x[i] - series->x[i - 1]);
  double width = (frame->right_px - frame->left_px) * 0.2;
  if (isfinite (spacing) && frame->x.scale != FS_CHART_LOG)
    width =
        spacing / (frame->x.range.high - frame->x.range.low) * (frame->right_px - frame->left_px);
  width = fmax (width > 4 ? width * 0.84 : width, pen->column_px);
  for (size_t i = 0; i < n; i++)
    {
      double middle = (columns[i].first_x_px + columns[i].last_x_px) / 2;
      double top = fmin (columns[i].highest_px, foot), bottom = fmax (columns[i].lowest_px, foot);
      cairo_rectangle (pen->cr, middle - width / 2, top, width,
                       fmax (bottom - top, pen->column_px));
      cairo_fill (pen->cr);
    }
}

void
fs_pen_draw_series (FsPen *pen, const FsPlotSeries *series)
{
  const FsPlotFrame *frame = &pen->frame;
  double width_px = (series->width_px > 0 ? series->width_px : 2) * pen->m;
  double alpha = series->alpha > 0 ? fmin (series->alpha, 1) : 1;
  size_t bound = fs_chart_decimate_bound (&frame->x, series->n, pen->column_px);
  g_autofree FsChartColumn *columns = g_new (FsChartColumn, bound);
  size_t n =
      fs_chart_decimate (series->x, series->y, series->n, &frame->x,
                         fs_plot_frame_y (frame, series->is_second), pen->column_px, columns);
  cairo_save (pen->cr);
  if (alpha < 1) /* as a whole, or the joints between the pieces would show */
    cairo_push_group (pen->cr);
  fs_pen_set_colour (pen, series->colour, 1);
  if (series->form == FS_PLOT_DOTS)
    draw_dots (pen, columns, n, width_px * 1.1);
  else if (series->form == FS_PLOT_BARS)
    draw_bars (pen, series, columns, n);
  else if (is_dense (columns, n))
    draw_dense (pen, series, columns, n, width_px);
  else
    draw_line (pen, series, columns, n, width_px);
  if (alpha < 1)
    {
      cairo_pop_group_to_source (pen->cr);
      cairo_paint_with_alpha (pen->cr, alpha);
    }
  cairo_restore (pen->cr);
}

/* -- Ribbons ------------------------------------------------------------------------------------ */

static bool
can_show (const FsPen *pen, double value)
{
  return isfinite (value) && (pen->frame.y.scale != FS_CHART_LOG || value > 0);
}

/* There on one curve, back on the other. */
static void
draw_run (FsPen *pen, const FsPlotRibbon *ribbon, size_t from, size_t to, FsChartColumn *columns)
{
  const FsPlotFrame *frame = &pen->frame;
  size_t n = fs_chart_decimate (ribbon->x + from, ribbon->to + from, to - from, &frame->x,
                                &frame->y, pen->column_px, columns);
  if (n == 0)
    return;
  for (size_t i = 0; i < n; i++)
    {
      cairo_line_to (pen->cr, columns[i].first_x_px, columns[i].first_px);
      cairo_line_to (pen->cr, columns[i].last_x_px, columns[i].last_px);
    }
  n = fs_chart_decimate (ribbon->x + from, ribbon->from + from, to - from, &frame->x, &frame->y,
                         pen->column_px, columns);
  for (size_t i = n; i > 0; i--)
    {
      cairo_line_to (pen->cr, columns[i - 1].last_x_px, columns[i - 1].last_px);
      cairo_line_to (pen->cr, columns[i - 1].first_x_px, columns[i - 1].first_px);
    }
  cairo_close_path (pen->cr);
  cairo_fill (pen->cr);
}

void
fs_pen_draw_ribbon (FsPen *pen, const FsPlotRibbon *ribbon)
{
  size_t bound = fs_chart_decimate_bound (&pen->frame.x, ribbon->n, pen->column_px);
  g_autofree FsChartColumn *columns = g_new (FsChartColumn, bound);
  fs_pen_set_colour (pen, ribbon->colour, ribbon->alpha > 0 ? ribbon->alpha : 0.14);
  cairo_save (pen->cr);
  smooth_quickly (pen);
  for (size_t i = 0; i < ribbon->n; i++)
    {
      size_t from = i;
      while (i < ribbon->n && can_show (pen, ribbon->from[i]) && can_show (pen, ribbon->to[i]))
        i++;
      if (i > from + 1)
        draw_run (pen, ribbon, from, i, columns);
    }
  cairo_restore (pen->cr);
}
