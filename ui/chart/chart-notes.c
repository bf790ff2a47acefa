/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything on a plot that has a name: curve ends, levels, marks, flags, spans. Names replace a
 * legend, so each stands at its thing, keeps off the others and has a halo where lines run below. */

#include "ui/chart/chart-plot-private.h"

#include <math.h>
#include <pango/pangocairo.h>

#define GAP_PX 7.0
#define MOST_ROWS 4

/* In a narrow chart the name of a mark would cover the curves: it is left out, the line stays. */
#define MOST_MARK_WIDTH 0.4

static void
vertical_line (FsPen *pen,
               double x,
               double from,
               double to,
               FsChartColour colour,
               double alpha,
               double width_px)
{
  fs_pen_set_dash (pen, FS_PLOT_SOLID, width_px, 0);
  fs_pen_set_colour (pen, colour, alpha);
  cairo_move_to (pen->cr, floor (x) + 0.5, from);
  cairo_line_to (pen->cr, floor (x) + 0.5, to);
  cairo_stroke (pen->cr);
}

static bool
is_inside_x (const FsPen *pen, double x_px)
{
  return x_px >= pen->frame.left_px - 0.5 && x_px <= pen->frame.right_px + 0.5;
}

/* -- Spans, marks, flags ------------------------------------------------------------------------ */

void
fs_pen_draw_spans (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  double free_from = frame->left_px;
  for (guint i = 0; i < pen->plot->spans->len; i++)
    {
      const FsPlotSpan *span = &g_array_index (pen->plot->spans, FsPlotSpan, i);
      double from = fmax (fs_chart_axis_to_px (&frame->x, span->from), frame->left_px);
      double to = fmin (fs_chart_axis_to_px (&frame->x, span->to), frame->right_px);
      if (!(to > from))
        continue;
      fs_pen_set_colour (pen, span->colour, 0.09);
      cairo_rectangle (pen->cr, from, frame->top_px, to - from, frame->bottom_px - frame->top_px);
      cairo_fill (pen->cr);
    }
  for (guint i = 0; i < pen->plot->spans->len; i++)
    {
      const FsPlotSpan *span = &g_array_index (pen->plot->spans, FsPlotSpan, i);
      double from = fmax (fs_chart_axis_to_px (&frame->x, span->from), frame->left_px);
      double to = fmin (fs_chart_axis_to_px (&frame->x, span->to), frame->right_px);
      double width, inset = 5 * pen->m;
      if (!(to > from) || span->text == NULL || !*span->text)
        continue;
      fs_pen_set_text (pen, span->text, FS_PLOT_SMALL_SIZE, false);
      fs_pen_text_size (pen, &width, NULL);
      /* A name longer than its span may begin earlier, over the span before, if that leaves room. */
      double x = fmin (from + inset, to - inset - width);
      if (x < free_from)
        {
          x = fmax (from + inset, free_from);
          if (to - x - inset < 2.5 * pen->line_px)
            continue;
          pango_layout_set_ellipsize (pen->text, PANGO_ELLIPSIZE_END);
          pango_layout_set_width (pen->text, (int) ((to - x - inset) * PANGO_SCALE));
        }
      fs_pen_show_text (pen, x, frame->top_px + 2 * pen->m, span->colour);
      pango_layout_set_ellipsize (pen->text, PANGO_ELLIPSIZE_NONE);
      free_from = fmin (x + width, to) + inset;
    }
}

/* Rows of labels beside vertical lines: each takes the first row in which it does not touch its
 * predecessor. */
typedef struct
{
  double taken_to[MOST_ROWS];
} Rows;

static void
rows_start (Rows *rows)
{
  for (int row = 0; row < MOST_ROWS; row++)
    rows->taken_to[row] = -INFINITY;
}

static int
rows_take (Rows *rows, double x, double width)
{
  for (int row = 0; row < MOST_ROWS; row++)
    if (x >= rows->taken_to[row])
      {
        rows->taken_to[row] = x + width;
        return row;
      }
  return -1;
}

/* Whether the curves leave more room above than below at this x. */
static bool
has_room_above (const FsPen *pen, double x)
{
  double above = INFINITY, below = INFINITY;
  for (guint i = 0; i < pen->plot->series->len; i++)
    {
      const FsPlotSeries *series = fs_plot_series_at (pen->plot, i);
      if (series->n == 0)
        continue;
      double y = fs_chart_axis_to_px (fs_plot_frame_y (&pen->frame, series->is_second),
                                      series->y[fs_chart_nearest (series->x, series->n, x)]);
      above = fmin (above, y - pen->frame.top_px);
      below = fmin (below, pen->frame.bottom_px - y);
    }
  return above - 1.6 * pen->line_px > below;
}

/* The lines go below the curves and their names above, so the two are drawn at different times. */
void
fs_pen_draw_mark_lines (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  double top = fmin (frame->top_px + 1.6 * pen->line_px, frame->bottom_px);
  for (guint i = 0; i < pen->plot->marks->len; i++)
    {
      const FsPlotMark *mark = &g_array_index (pen->plot->marks, FsPlotMark, i);
      double x = fs_chart_axis_to_px (&frame->x, mark->x);
      if (is_inside_x (pen, x))
        vertical_line (pen, x, top, frame->bottom_px, mark->colour, 0.6, pen->m);
    }
}

void
fs_pen_draw_mark_names (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  double gap = 5 * pen->m, top = fmin (frame->top_px + 1.6 * pen->line_px, frame->bottom_px);
  Rows at_top, at_foot;
  rows_start (&at_top);
  rows_start (&at_foot);
  for (guint i = 0; i < pen->plot->marks->len && pen->has_margin_labels; i++)
    {
      const FsPlotMark *mark = &g_array_index (pen->plot->marks, FsPlotMark, i);
      double width, x = fs_chart_axis_to_px (&frame->x, mark->x);
      if (!is_inside_x (pen, x) || mark->text == NULL || !*mark->text)
        continue;
      fs_pen_set_text (pen, mark->text, FS_PLOT_SMALL_SIZE, false);
      fs_pen_text_size (pen, &width, NULL);
      if (width > MOST_MARK_WIDTH * (frame->right_px - frame->left_px))
        continue;
      double at = x + gap + width <= frame->right_px ? x + gap : x - gap - width;
      bool is_above = has_room_above (pen, mark->x);
      int row = rows_take (is_above ? &at_top : &at_foot, at, width + gap);
      double y = is_above ? top + row * pen->line_px - 2 * pen->m
                          : frame->bottom_px - (row + 1) * pen->line_px - 3 * pen->m;
      if (row >= 0 && y > frame->top_px && y + pen->line_px < frame->bottom_px)
        fs_pen_show_text (pen, at, y, mark->colour);
    }
}

void
fs_pen_draw_flags (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  Rows rows;
  rows_start (&rows);
  for (guint i = 0; i < pen->plot->flags->len; i++)
    {
      const FsPlotFlag *flag = &g_array_index (pen->plot->flags, FsPlotFlag, i);
      double width, x = fs_chart_axis_to_px (&frame->x, flag->x);
      if (!is_inside_x (pen, x))
        continue;
      vertical_line (pen, x, frame->top_px, frame->bottom_px, flag->colour, 1, 1.2 * pen->m);
      if (flag->text == NULL || !*flag->text)
        continue;
      fs_pen_set_text (pen, flag->text, FS_PLOT_SMALL_SIZE, true);
      fs_pen_text_size (pen, &width, NULL);
      double inset = 5 * pen->m, height = pen->line_px + 4 * pen->m;
      width += 2 * inset;
      double left = floor (x);
      /* The margin at the right belongs to the names of the curves. */
      if (left + width > frame->right_px && x + 1 - width >= frame->left_px)
        left = floor (x) + 1 - width;
      int row = rows_take (&rows, left, width + 2 * pen->m);
      if (row < 0)
        continue;
      double top = frame->top_px + row * (height + 2 * pen->m);
      GdkRGBA ink = fs_chart_contrasting (&pen->palette->colours[flag->colour]);
      fs_pen_set_colour (pen, flag->colour, 1);
      cairo_rectangle (pen->cr, left, top, width, height);
      cairo_fill (pen->cr);
      cairo_set_source_rgba (pen->cr, ink.red, ink.green, ink.blue, 1);
      cairo_move_to (pen->cr, left + inset, top + 2 * pen->m);
      pango_cairo_show_layout (pen->cr, pen->text);
    }
}

/* -- Levels and curve ends ---------------------------------------------------------------------- */

void
fs_pen_draw_levels (FsPen *pen)
{
  const FsPlotFrame *frame = &pen->frame;
  for (guint i = 0; i < pen->plot->levels->len; i++)
    {
      const FsPlotLevel *level = &g_array_index (pen->plot->levels, FsPlotLevel, i);
      double y = fs_chart_axis_to_px (&frame->y, level->y);
      if (isnan (y) || y < frame->top_px - 0.5 || y > frame->bottom_px + 0.5)
        continue;
      FsPlotDash dash = level->dash == FS_PLOT_SOLID ? FS_PLOT_DOTTED : level->dash;
      fs_pen_set_dash (pen, dash, pen->m, 0);
      fs_pen_set_colour (pen, level->colour, 1);
      cairo_move_to (pen->cr, frame->left_px, floor (y) + 0.5);
      cairo_line_to (pen->cr, frame->right_px, floor (y) + 0.5);
      cairo_stroke (pen->cr);
    }
}

typedef struct
{
  char text[2][128]; /* the second line may be empty */
  FsChartColour colour;
  bool is_end;              /* of a curve; else the name of a level */
  double x, y;              /* px of the point */
  double name_width, width; /* px of the first line, of all text */
} Name;

/* The last point in view; the value is told only if it is the last of all. */
static bool
name_curve (FsPen *pen, const FsPlotSeries *series, Name *name)
{
  const FsPlotFrame *frame = &pen->frame;
  size_t last = fs_plot_series_last (series), at = last;
  if (last == series->n || !series->is_labelled)
    return false;
  size_t visible =
      fs_chart_lower_bound (series->x, series->n, nextafter (frame->x.range.high, INFINITY));
  while (visible > 0 && !isfinite (series->y[visible - 1]))
    visible--;
  if (visible == 0 || series->x[visible - 1] < frame->x.range.low)
    return false;
  at = MIN (at, visible - 1);
  char value[FS_CHART_LABEL_SIZE];
  *name = (Name){ .colour = series->colour, .is_end = true };
  name->x = fs_chart_axis_to_px (&frame->x, series->x[at]);
  name->y = fs_chart_axis_to_px (fs_plot_frame_y (frame, series->is_second), series->y[at]);
  if (isnan (name->y))
    return false;
  g_strlcpy (name->text[0], series->name, sizeof name->text[0]);
  if (at == last)
    g_strlcpy (name->text[1], fs_chart_format_value (series->y[at], value), sizeof name->text[1]);
  return true;
}

static bool
name_level (FsPen *pen, const FsPlotLevel *level, Name *name)
{
  const FsPlotFrame *frame = &pen->frame;
  double y = fs_chart_axis_to_px (&frame->y, level->y);
  if (level->text == NULL || !*level->text || isnan (y))
    return false;
  const char *arrow = y < frame->top_px - 0.5 ? "↑ " : y > frame->bottom_px + 0.5 ? "↓ " : "";
  *name = (Name){ .colour = level->colour, .x = frame->right_px, .y = y };
  g_snprintf (name->text[0], sizeof name->text[0], "%s%s", arrow, level->text);
  return true;
}

static size_t
collect_names (FsPen *pen, Name names[FS_CHART_MAX_LABELS])
{
  size_t n = 0;
  for (guint i = 0; i < pen->plot->series->len && n < FS_CHART_MAX_LABELS; i++)
    n += name_curve (pen, fs_plot_series_at (pen->plot, i), &names[n]);
  for (guint i = 0; i < pen->plot->levels->len && n < FS_CHART_MAX_LABELS; i++)
    n += name_level (pen, &g_array_index (pen->plot->levels, FsPlotLevel, i), &names[n]);
  for (size_t i = 0; i < n; i++)
    for (int line = 0; line < 2; line++)
      {
        double width;
        fs_pen_set_text (pen, names[i].text[line], FS_PLOT_SMALL_SIZE,
                         names[i].is_end && line == 0);
        fs_pen_text_size (pen, &width, NULL);
        if (line == 0)
          names[i].name_width = names[i].width = width;
        else if (!pen->has_margin_labels)
          continue;
        else if (pen->has_one_line_names && width > 0)
          names[i].width += GAP_PX * pen->m + width;
        else
          names[i].width = fmax (names[i].width, width);
      }
  return n;
}

/* Names of curve ends stand right of their point; in a narrow chart left of it. Names of levels stand
 * in the margin; in a narrow chart above their line, at the left, where a loss is not yet. */
static double
name_x (const FsPen *pen, const Name *name)
{
  double gap = GAP_PX * pen->m;
  if (pen->has_margin_labels)
    return name->x + gap + (name->is_end ? 5 * pen->m : 0);
  if (!name->is_end)
    return pen->frame.left_px + gap;
  return fmax (fmin (name->x - gap, pen->frame.right_px) - name->width, pen->frame.left_px + gap);
}

static bool
has_second_line (const FsPen *pen, const Name *name)
{
  return name->text[1][0] != '\0' && pen->has_margin_labels && !pen->has_one_line_names;
}

static void
place_names (FsPen *pen, const Name *names, size_t n, double *placed)
{
  double wanted[FS_CHART_MAX_LABELS], heights[FS_CHART_MAX_LABELS], results[FS_CHART_MAX_LABELS];
  size_t who[FS_CHART_MAX_LABELS];
  bool touches_margin = false;
  for (size_t i = 0; i < n; i++)
    if (names[i].is_end && pen->has_margin_labels
        && name_x (pen, &names[i]) + names[i].width > pen->frame.right_px)
      touches_margin = true;
  /* As long as the ends stand inside, levels and ends keep out of each other's way by themselves. */
  for (int group = 0; group < (touches_margin ? 1 : 2); group++)
    {
      size_t m = 0;
      for (size_t i = 0; i < n; i++)
        if (touches_margin || names[i].is_end == (group == 0))
          {
            double shift = !pen->has_margin_labels ? -0.7 * pen->line_px : 0;
            wanted[m] = fmin (fmax (names[i].y, pen->frame.top_px), pen->frame.bottom_px) + shift;
            heights[m] = pen->line_px * (has_second_line (pen, &names[i]) ? 2 : 1);
            who[m++] = i;
          }
      fs_chart_spread_labels (wanted, heights, m, pen->frame.top_px - pen->line_px / 2,
                              pen->frame.bottom_px + 2 * pen->m, results);
      for (size_t k = 0; k < m; k++)
        placed[who[k]] = results[k];
    }
}

/* All halos first: a halo must not cut into the dot of a neighbour. */
static void
draw_dots (FsPen *pen, const Name *names, size_t n)
{
  for (int is_halo = 1; is_halo >= 0; is_halo--)
    for (size_t i = 0; i < n; i++)
      {
        const Name *name = &names[i];
        if (!name->is_end || name->y < pen->frame.top_px - 1 || name->y > pen->frame.bottom_px + 1)
          continue;
        fs_pen_set_colour (pen, is_halo ? FS_CHART_COLOUR_BACKGROUND : name->colour, 1);
        cairo_arc (pen->cr, name->x, name->y, (is_halo ? 4.6 : 3.4) * pen->m, 0, 2 * G_PI);
        cairo_fill (pen->cr);
      }
}

void
fs_pen_draw_end_labels (FsPen *pen)
{
  Name names[FS_CHART_MAX_LABELS];
  double placed[FS_CHART_MAX_LABELS];
  if (pen->plot->x_axis.is_unnamed && pen->plot->y_axis.is_unnamed)
    return;
  size_t n = collect_names (pen, names);
  place_names (pen, names, n, placed);
  draw_dots (pen, names, n);
  for (size_t i = 0; i < n; i++)
    {
      bool is_tall = has_second_line (pen, &names[i]);
      double x = name_x (pen, &names[i]);
      double y = placed[i] - pen->line_px * (is_tall ? 1 : 0.5);
      fs_pen_set_text (pen, names[i].text[0], FS_PLOT_SMALL_SIZE, names[i].is_end);
      fs_pen_show_text (pen, x, y, names[i].colour);
      if (names[i].text[1][0] == '\0' || !pen->has_margin_labels)
        continue;
      fs_pen_set_text (pen, names[i].text[1], FS_PLOT_SMALL_SIZE, false);
      fs_pen_show_text (pen, is_tall ? x : x + names[i].name_width + GAP_PX * pen->m,
                        is_tall ? y + pen->line_px : y, names[i].colour);
    }
}
