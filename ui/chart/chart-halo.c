/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text that stays legible where lines run below it: the colour of the background around every letter. To
 * stroke the outlines of the letters is the natural way, and the one for vector files; on pixels it
 * took three quarters of a name's drawing, for each name in each frame of a training. There the letters
 * are drawn from the glyph cache and their shape is spread by the pen's radius instead. */

#include "ui/chart/chart-plot-private.h"

#include <math.h>
#include <pango/pangocairo.h>

/* Half the width of the pen that strokes the outlines. */
#define RADIUS_PX 2.0

/* What a pixel farther out than the radius takes of it falls from all to nothing in the next one; half a
 * pixel would be exact for a letter that fills its pixels, a quarter more makes up for those that do not. */
#define EDGE_PX 0.75

/* Covers the background almost: a line that a name crosses is to be guessed. */
#define OPACITY 0.85

/* A thin stroke covers its pixels by a third or a half, its outline nevertheless has the whole pen. */
#define GAIN 3

/* The coverage of pixels, 0 to 255, row by row, and as many empty ones before the first and behind the
 * last as a halo reaches. */
typedef struct
{
  int width, height, stride;
  gsize n, n_around;
  guint8 *memory, *bytes;
} Mask;

static void
mask_init (Mask *mask, int width, int height, int reach)
{
  mask->width = width;
  mask->height = height;
  mask->stride = cairo_format_stride_for_width (CAIRO_FORMAT_A8, width);
  mask->n = (gsize) mask->stride * (gsize) height;
  mask->n_around = (gsize) (reach * (mask->stride + 1) + 3) / 4 * 4;
  mask->memory = g_malloc0 (mask->n + 2 * mask->n_around);
  mask->bytes = mask->memory + mask->n_around;
}

static cairo_surface_t *
mask_surface (const Mask *mask, double scale)
{
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
      mask->bytes, CAIRO_FORMAT_A8, mask->width, mask->height, mask->stride);
  cairo_surface_set_device_scale (surface, scale, scale);
  return surface;
}

/* to = max (to, from * weight / 256), byte by byte. */
static void
take_larger (guint8 *restrict to, const guint8 *restrict from, gsize n, guint weight)
{
  for (gsize i = 0; i < n; i++)
    {
      const guint8 part = (guint8) (from[i] * weight >> 8);
      to[i] = part > to[i] ? part : to[i];
    }
}

/* Every pixel takes the largest of those below a round pen upon it. The rows are one after another and
 * what lies beyond the end of one is empty, so that a step of the pen is one pass over all of them. */
static void
spread (const Mask *text, Mask *halo, double radius, int reach)
{
  for (gsize i = 0; i < text->n; i++)
    text->bytes[i] = (guint8) MIN (GAIN * text->bytes[i], 255);
  for (int dy = -reach; dy <= reach; dy++)
    for (int dx = -reach; dx <= reach; dx++)
      {
        const double inside = fmin (fmax (radius + EDGE_PX - hypot (dx, dy), 0), 1);
        if (inside > 0)
          take_larger (halo->bytes, text->bytes + dy * text->stride + dx, halo->n,
                       (guint) lround (256 * inside));
      }
}

/* Letters are drawn at whole device pixels, here as on the picture: only if both have the same part of a
 * pixel before them does the halo lie around its letter. */
static void
draw_halo_of_pixels (FsPen *pen, double x, double y)
{
  const double scale = 1 / pen->column_px, radius = RADIUS_PX * pen->m * scale;
  const int reach = (int) ceil (radius + EDGE_PX), pad = reach + 1;
  PangoRectangle ink;
  pango_layout_get_pixel_extents (pen->text, &ink, NULL);
  const int left = (int) floor ((x + ink.x) * scale) - pad;
  const int top = (int) floor ((y + ink.y) * scale) - pad;
  const int width = (int) ceil (ink.width * scale) + 2 * pad + 1;
  const int height = (int) ceil (ink.height * scale) + 2 * pad + 1;
  Mask text, halo;

  if (ink.width <= 0 || ink.height <= 0)
    return;
  mask_init (&text, width, height, reach);
  mask_init (&halo, width, height, 0);
  cairo_surface_t *surface = mask_surface (&text, scale);
  cairo_t *cr = cairo_create (surface);
  cairo_move_to (cr, x - left / scale, y - top / scale);
  pango_cairo_show_layout (cr, pen->text);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  spread (&text, &halo, radius, reach);
  surface = mask_surface (&halo, scale);
  cairo_mask_surface (pen->cr, surface, left / scale, top / scale);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  g_free (text.memory);
  g_free (halo.memory);
}

static void
draw_halo_of_outlines (FsPen *pen, double x, double y)
{
  cairo_set_dash (pen->cr, NULL, 0, 0);
  cairo_set_line_width (pen->cr, 2 * RADIUS_PX * pen->m);
  cairo_set_line_join (pen->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_move_to (pen->cr, x, y);
  pango_cairo_layout_path (pen->cr, pen->text);
  cairo_stroke (pen->cr);
}

void
fs_pen_show_text (FsPen *pen, double x, double y, FsChartColour colour)
{
  cairo_save (pen->cr);
  fs_pen_set_colour (pen, FS_CHART_COLOUR_BACKGROUND, OPACITY);
  if (cairo_surface_get_type (cairo_get_target (pen->cr)) == CAIRO_SURFACE_TYPE_IMAGE)
    draw_halo_of_pixels (pen, x, y);
  else
    draw_halo_of_outlines (pen, x, y);
  fs_pen_set_colour (pen, colour, 1);
  cairo_move_to (pen->cr, x, y);
  pango_cairo_show_layout (pen->cr, pen->text);
  cairo_restore (pen->cr);
}
