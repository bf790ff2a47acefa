/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The drawing of plots, without a display: against a second, naive drawing of the same numbers, by
 * probes of single facts, and with plots that are empty, constant or absurd. With -m perf it prints how
 * long drawings take. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include "ui/chart/chart-plot.h"

#define WIDTH 640
#define HEIGHT 300

static cairo_surface_t *
new_surface (int width, int height)
{
  return cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
}

static cairo_surface_t *
draw (const FsPlot *plot, const FsPlotStyle *style, int width, int height, FsPlotFrame *frame)
{
  FsPlotStyle own = style != NULL ? *style : (FsPlotStyle){ 0 };
  cairo_surface_t *surface = new_surface (width, height);
  cairo_t *cr = cairo_create (surface);
  own.has_background = true;
  fs_plot_draw (plot, cr, &own, width, height, frame);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
pixel_at (cairo_surface_t *surface, int x, int y)
{
  const unsigned char *data = cairo_image_surface_get_data (surface);
  return ((const guint32 *) (data + (gsize) y * cairo_image_surface_get_stride (surface)))[x]
         & 0xffffff;
}

static int
distance (guint32 a, guint32 b)
{
  int red = ABS ((int) (a >> 16 & 255) - (int) (b >> 16 & 255));
  int green = ABS ((int) (a >> 8 & 255) - (int) (b >> 8 & 255));
  int blue = ABS ((int) (a & 255) - (int) (b & 255));
  return MAX (red, MAX (green, blue));
}

static guint32
packed (FsChartColour colour)
{
  const GdkRGBA *c = &fs_chart_palette_light ()->colours[colour];
  return (guint32) lroundf (c->red * 255) << 16 | (guint32) lroundf (c->green * 255) << 8
         | (guint32) lroundf (c->blue * 255);
}

/* How many pixels of column x, rows [from, to], are of this colour. */
static int
count_in_column (cairo_surface_t *surface, int x, int from, int to, FsChartColour colour)
{
  int n = 0;
  for (int y = MAX (from, 0); y <= to && y < cairo_image_surface_get_height (surface); y++)
    n += distance (pixel_at (surface, x, y), packed (colour)) < 24;
  return n;
}

static int
count_all (cairo_surface_t *surface, FsChartColour colour)
{
  int n = 0;
  for (int x = 0; x < cairo_image_surface_get_width (surface); x++)
    n += count_in_column (surface, x, 0, cairo_image_surface_get_height (surface) - 1, colour);
  return n;
}

/* Neither text nor axes: what remains is the same with any fonts. */
static FsPlot *
new_bare_plot (void)
{
  FsPlot *plot = fs_plot_new ();
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = true });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = true });
  return plot;
}

/* -- Against a naive drawing -------------------------------------------------------------------- */

/* One path through all points, nothing decimated, nothing cut into pieces. */
static cairo_surface_t *
draw_naively (const FsPlotFrame *frame,
              const double *y,
              size_t n,
              double width_px,
              const double *from)
{
  const FsChartPalette *palette = fs_chart_palette_light ();
  const GdkRGBA *train = &palette->colours[FS_CHART_COLOUR_TRAIN];
  cairo_surface_t *surface = new_surface (WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  if (from != NULL)
    {
      for (size_t i = 0; i < n; i++)
        cairo_line_to (cr, fs_chart_axis_to_px (&frame->x, (double) i),
                       fs_chart_axis_to_px (&frame->y, y[i]));
      for (size_t i = n; i > 0; i--)
        cairo_line_to (cr, fs_chart_axis_to_px (&frame->x, (double) (i - 1)),
                       fs_chart_axis_to_px (&frame->y, from[i - 1]));
      cairo_set_source_rgba (cr, train->red, train->green, train->blue, 0.14);
      cairo_fill (cr);
    }
  else
    {
      bool is_down = false;
      for (size_t i = 0; i < n; i++)
        {
          double px = fs_chart_axis_to_px (&frame->x, (double) i),
                 py = fs_chart_axis_to_px (&frame->y, y[i]);
          if (isnan (py))
            is_down = false;
          else if (is_down)
            cairo_line_to (cr, px, py);
          else
            {
              cairo_move_to (cr, px, py);
              is_down = true;
            }
        }
      cairo_set_source_rgb (cr, train->red, train->green, train->blue);
      cairo_set_line_width (cr, width_px);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
      cairo_stroke (cr);
    }
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* The share of pixels that differ by more than a shade. */
static double
compare (cairo_surface_t *a, cairo_surface_t *b, int tolerance)
{
  int n_different = 0, n_drawn = 0;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        n_drawn += pixel_at (a, x, y) != 0xffffff;
        n_different += distance (pixel_at (a, x, y), pixel_at (b, x, y)) > tolerance;
      }
  g_assert_cmpint (n_drawn, >, 500);
  return n_different / (double) n_drawn;
}

static void
assert_like_naive (const double *y, size_t n, double tolerated_share)
{
  FsPlotFrame frame;
  g_autoptr (FsPlot) plot = new_bare_plot ();
  fs_plot_add_series (
      plot, &(FsPlotSeries){ .name = "", .colour = FS_CHART_COLOUR_TRAIN, .y = y, .n = n });
  cairo_surface_t *fast = draw (plot, NULL, WIDTH, HEIGHT, &frame);
  cairo_surface_t *naive = draw_naively (&frame, y, n, 2, NULL);
  double share = compare (naive, fast, 64); /* four of the samples that a rough curve's edge has */
  g_test_message ("%zu points: %.4f of the drawn pixels differ", n, share);
  g_assert_cmpfloat (share, <=, tolerated_share);
  cairo_surface_destroy (fast);
  cairo_surface_destroy (naive);
}

static void
test_naive_line (void)
{
  enum
  {
    N = 20000
  };
  g_autofree double *y = g_new (double, N);
  for (int i = 0; i < 300; i++)
    y[i] = sin (i / 20.0) + g_test_rand_double_range (-0.1, 0.1);
  y[100] = y[101] = NAN;
  assert_like_naive (
      y, 300,
      0.004); /* fewer points than pixels: only the joints of pieces differ, 0.0015 to 0.0022 of it */
  for (int i = 0; i < N; i++)
    y[i] = exp (-i / 4000.0) + 0.3 * sin (i / 1000.0);
  assert_like_naive (y, N, 0.01);
  for (int i = 0; i < N; i++)
    y[i] = g_test_rand_double_range (0, 1) + 2 * sin (i / 3000.0);
  assert_like_naive (y, N, 0.06); /* a band: its edge may be ragged by a pixel */
}

static void
test_naive_ribbon (void)
{
  enum
  {
    N = 3000
  };
  double from[N], to[N];
  for (int i = 0; i < N; i++)
    {
      from[i] = sin (i / 300.0);
      to[i] = from[i] + 1 + 0.5 * cos (i / 100.0);
    }
  FsPlotFrame frame;
  g_autoptr (FsPlot) plot = new_bare_plot ();
  fs_plot_set_x_axis (
      plot, &(FsPlotAxis){ .is_unnamed = true, .has_range = true, .low = 0, .high = N - 1 });
  fs_plot_set_y_axis (plot,
                      &(FsPlotAxis){ .is_unnamed = true, .has_range = true, .low = -2, .high = 3 });
  fs_plot_add_ribbon (
      plot, &(FsPlotRibbon){ .colour = FS_CHART_COLOUR_TRAIN, .from = from, .to = to, .n = N });
  cairo_surface_t *fast = draw (plot, NULL, WIDTH, HEIGHT, &frame);
  cairo_surface_t *naive = draw_naively (&frame, to, N, 2, from);
  g_assert_cmpfloat (compare (naive, fast, 12), <=, 0.005);
  cairo_surface_destroy (fast);
  cairo_surface_destroy (naive);
}

/* What a vector file holds, on pixels: halos stroked along the outlines of the letters. */
static cairo_surface_t *
draw_by_outlines (const FsPlot *plot, const FsPlotStyle *style)
{
  FsPlotStyle own = *style;
  cairo_surface_t *vectors = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, NULL);
  cairo_surface_t *surface = new_surface (WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (vectors);
  own.has_background = true;
  fs_plot_draw (plot, cr, &own, WIDTH, HEIGHT, NULL);
  cairo_destroy (cr);
  cr = cairo_create (surface);
  cairo_set_source_surface (cr, vectors, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (vectors);
  cairo_surface_flush (surface);
  return surface;
}

/* Names over a filled ground, at any part of a pixel: there a halo shows wherever it is. */
static void
test_naive_halo (void)
{
  for (int i = 0; i < 8; i++)
    {
      const double x[] = { 0, 0.31 + 0.013 * i }, y[] = { 0, 0.4 + 0.01 * i };
      const FsPlotStyle style = { .magnification = i < 4 ? 1 : 1 + 0.1 * i };
      g_autoptr (FsPlot) plot = fs_plot_new ();
      fs_plot_add_ribbon (plot, &(FsPlotRibbon){ .colour = FS_CHART_COLOUR_TRAIN,
                                                 .alpha = 1,
                                                 .x = (const double[]){ 0, 1 },
                                                 .from = (const double[]){ 0, 0 },
                                                 .to = (const double[]){ 1, 1 },
                                                 .n = 2 });
      fs_plot_add_mark (
          plot,
          &(FsPlotMark){ .x = x[1], .text = "rate 0.01 → 0.005", .colour = FS_CHART_COLOUR_EVENT });
      fs_plot_add_series (plot, &(FsPlotSeries){ .name = "validation",
                                                 .colour = FS_CHART_COLOUR_VALIDATION,
                                                 .x = x,
                                                 .y = y,
                                                 .n = 2,
                                                 .is_labelled = true });
      FsPlotFrame frame;
      const guint32 ground = packed (FS_CHART_COLOUR_TRAIN);
      cairo_surface_t *pixels = draw (plot, &style, WIDTH, HEIGHT, &frame);
      cairo_surface_t *outlines = draw_by_outlines (plot, &style);
      int n_halo = 0, n_missed = 0, n_beside = 0;
      for (int at_y = (int) frame.top_px; at_y < (int) frame.bottom_px; at_y++)
        for (int at_x = (int) frame.left_px + 1; at_x < (int) frame.right_px; at_x++)
          {
            guint32 halo = pixel_at (outlines, at_x, at_y), own = pixel_at (pixels, at_x, at_y);
            n_halo += distance (halo, ground) > 128;
            n_missed += distance (halo, ground) > 128 && distance (own, ground) < 64;
            n_beside += distance (own, ground) > 128 && distance (halo, ground) < 64;
          }
      g_test_message ("magnification %.1f: of %d pixels of text and halo, %d missed, %d beside",
                      style.magnification, n_halo, n_missed, n_beside);
      g_assert_cmpint (n_halo, >, 300);
      g_assert_cmpint (n_missed, <, n_halo / 100);
      g_assert_cmpint (n_beside, <, n_halo / 50);
      cairo_surface_destroy (pixels);
      cairo_surface_destroy (outlines);
    }
}

/* -- Probes ------------------------------------------------------------------------------------- */

static FsPlot *
new_loss_plot (FsChartScale scale)
{
  double x[88], train[88], validation[88];
  for (int i = 0; i < 88; i++)
    {
      x[i] = i;
      train[i] = 0.03 + 0.97 * exp (-i / 13.0);
      validation[i] = 0.08 + 0.92 * exp (-i / 13.0) + 0.001 * i;
    }
  FsPlot *plot = fs_plot_new ();
  fs_plot_set_title (plot, "Loss", "mean squared error");
  fs_plot_set_x_axis (
      plot, &(FsPlotAxis){
                .title = "epoch", .has_range = true, .low = 0, .high = 100, .is_whole = true });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .scale = scale });
  fs_plot_add_ribbon (
      plot,
      &(FsPlotRibbon){
          .colour = FS_CHART_COLOUR_VALIDATION, .x = x, .from = train, .to = validation, .n = 88 });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "train",
                                             .colour = FS_CHART_COLOUR_TRAIN,
                                             .x = x,
                                             .y = train,
                                             .n = 88,
                                             .is_labelled = true });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "validation",
                                             .colour = FS_CHART_COLOUR_VALIDATION,
                                             .dash = FS_PLOT_DASHED,
                                             .x = x,
                                             .y = validation,
                                             .n = 88,
                                             .is_labelled = true });
  fs_plot_add_level (plot, &(FsPlotLevel){ .y = 0.232,
                                           .text = "repeat last value",
                                           .colour = FS_CHART_COLOUR_BASELINE });
  fs_plot_add_mark (
      plot, &(FsPlotMark){ .x = 61, .text = "rate 0.01 → 0.005", .colour = FS_CHART_COLOUR_EVENT });
  fs_plot_add_flag (
      plot, &(FsPlotFlag){ .x = 34, .text = "best · epoch 34", .colour = FS_CHART_COLOUR_GOOD });
  return plot;
}

static void
test_probes (void)
{
  for (FsChartScale scale = FS_CHART_LINEAR; scale <= FS_CHART_LOG; scale++)
    {
      FsPlotFrame frame;
      g_autoptr (FsPlot) plot = new_loss_plot (scale);
      cairo_surface_t *surface = draw (plot, NULL, WIDTH, HEIGHT, &frame);
      int top = (int) frame.top_px, foot = (int) frame.bottom_px;
      for (int epoch = 40; epoch < 80;
           epoch += 7) /* the solid curve is at f(epoch) and nowhere else */
        {
          int x = (int) fs_chart_axis_to_px (&frame.x, epoch);
          int y = (int) fs_chart_axis_to_px (&frame.y, 0.03 + 0.97 * exp (-epoch / 13.0));
          g_assert_cmpint (count_in_column (surface, x, y - 2, y + 2, FS_CHART_COLOUR_TRAIN), >=,
                           1);
          g_assert_cmpint (count_in_column (surface, x, top, y - 4, FS_CHART_COLOUR_TRAIN), ==, 0);
        }
      int x =
          (int) fs_chart_axis_to_px (&frame.x, 34); /* the flag's pole stands from top to foot */
      g_assert_cmpint (count_in_column (surface, x, top, foot, FS_CHART_COLOUR_GOOD), >,
                       (foot - top) * 8 / 10);
      g_assert_cmpint (count_in_column (surface, x + 8, top, foot, FS_CHART_COLOUR_GOOD), <, 40);

      int n_dashes = 0; /* the dashed curve is interrupted, the solid one is not */
      bool was_on = false;
      for (x = (int) fs_chart_axis_to_px (&frame.x, 70); x < fs_chart_axis_to_px (&frame.x, 85);
           x++)
        {
          bool is_on = count_in_column (surface, x, top, foot, FS_CHART_COLOUR_VALIDATION) > 0;
          n_dashes += is_on && !was_on;
          was_on = is_on;
          g_assert_cmpint (count_in_column (surface, x, top, foot, FS_CHART_COLOUR_TRAIN), >, 0);
        }
      g_assert_cmpint (n_dashes, >=, 4);
      g_assert_cmpfloat (frame.right_px, <, WIDTH - 60); /* the names have their margin */
      cairo_surface_destroy (surface);
    }
}

static void
test_spike (void)
{
  const size_t n = 1000000;
  g_autofree double *y = g_new (double, n);
  static const double amplitudes[] = { 0, 1 }; /* a smooth line, a noisy band */
  for (size_t k = 0; k < G_N_ELEMENTS (amplitudes); k++)
    {
      FsPlotFrame frame;
      g_autoptr (FsPlot) plot = new_bare_plot ();
      for (size_t i = 0; i < n; i++)
        y[i] = 1 + amplitudes[k] * g_test_rand_double_range (-0.5, 0.5);
      size_t spike = (size_t) g_test_rand_int_range (1000, (gint32) n - 1000);
      y[spike] = 9;
      fs_plot_add_series (
          plot, &(FsPlotSeries){ .name = "loss", .colour = FS_CHART_COLOUR_TRAIN, .y = y, .n = n });
      cairo_surface_t *surface = draw (plot, NULL, WIDTH, HEIGHT, &frame);
      int x = (int) fs_chart_axis_to_px (&frame.x, (double) spike);
      int y_of_5 = (int) fs_chart_axis_to_px (&frame.y, 5), n_seen = 0;
      for (int near = x - 1; near <= x + 1; near++)
        n_seen += count_in_column (surface, near, y_of_5, y_of_5, FS_CHART_COLOUR_TRAIN);
      g_assert_cmpint (n_seen, >=, 1);
      cairo_surface_destroy (surface);
    }
}

/* -- Ill plots ---------------------------------------------------------------------------------- */

static void
test_degenerate (void)
{
  static const double none[] = { NAN, NAN, INFINITY }, one[] = { 7 }, same[] = { 3, 3, 3, 3 };
  static const double gaps[] = { 1, NAN, 2, NAN, 3 }, huge[] = { -1.7e308, 1.7e308, 5e-324, 0 };
  static const double negative[] = { -1, -2, -3 };
  static const struct
  {
    const double *y;
    size_t n;
    bool is_seen_linear, is_seen_log;
  } cases[] = {
    { NULL, 0, false, false },    { none, 3, false, false }, { one, 1, true, true },
    { same, 4, true, true },      { gaps, 5, true, true },   { huge, 4, true, true },
    { negative, 3, true, false },
  };
  static const int sizes[][2] = { { 640, 300 }, { 120, 60 }, { 3, 3 }, { 1, 1 } };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (FsChartScale scale = FS_CHART_LINEAR; scale <= FS_CHART_TIME; scale++)
      for (FsPlotForm form = FS_PLOT_LINE; form <= FS_PLOT_BARS; form++)
        for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
          {
            g_autoptr (FsPlot) plot = fs_plot_new ();
            fs_plot_set_title (plot, "Title", "subtitle");
            fs_plot_set_placeholder (plot, "Press Train");
            fs_plot_set_x_axis (plot, &(FsPlotAxis){ .scale = scale == FS_CHART_TIME ? scale : 0 });
            fs_plot_set_y_axis (plot, &(FsPlotAxis){ .scale = scale == FS_CHART_LOG ? scale : 0 });
            fs_plot_add_series (plot, &(FsPlotSeries){ .name = "a",
                                                       .colour = FS_CHART_COLOUR_TRAIN,
                                                       .form = form,
                                                       .y = cases[i].y,
                                                       .n = cases[i].n,
                                                       .is_labelled = true });
            cairo_surface_t *surface = draw (plot, NULL, sizes[s][0], sizes[s][1], NULL);
            bool is_seen = scale == FS_CHART_LOG ? cases[i].is_seen_log : cases[i].is_seen_linear;
            if (s == 0)
              g_assert_true ((count_all (surface, FS_CHART_COLOUR_TRAIN) > 0) == is_seen);
            g_assert_true (fs_plot_is_empty (plot) == (i < 2));
            g_autofree char *words = fs_plot_describe (plot);
            g_assert_true (g_utf8_validate (words, -1, NULL));
            cairo_surface_destroy (surface);
          }
}

static void
test_text_size (void)
{
  FsPlotFrame plain, large;
  g_autoptr (FsPlot) plot = new_loss_plot (FS_CHART_LOG);
  fs_plot_measure (plot, NULL, WIDTH, HEIGHT, &plain);
  fs_plot_measure (plot, &(FsPlotStyle){ .magnification = 2 }, WIDTH, HEIGHT, &large);
  g_assert_cmpfloat (large.left_px, >,
                     1.5 * plain.left_px); /* larger text, larger margins, less plot */
  g_assert_cmpfloat (large.bottom_px - large.top_px, <, plain.bottom_px - plain.top_px);
  g_assert_cmpfloat (large.right_px, >, large.left_px + 100);

  FsPlotFrame drawn; /* measuring says what drawing does */
  cairo_surface_destroy (draw (plot, NULL, WIDTH, HEIGHT, &drawn));
  g_assert_cmpfloat (drawn.left_px, ==, plain.left_px);
  g_assert_cmpfloat (drawn.y.range.low, ==, plain.y.range.low);
}

static void
test_copy_and_words (void)
{
  g_autoptr (FsPlot) plot = new_loss_plot (FS_CHART_LOG);
  g_autoptr (FsPlot) copy = fs_plot_copy (plot);
  cairo_surface_t *a = draw (plot, NULL, WIDTH, HEIGHT, NULL),
                  *b = draw (copy, NULL, WIDTH, HEIGHT, NULL);
  g_assert_cmpfloat (compare (a, b, 0), ==, 0);
  cairo_surface_destroy (a);
  cairo_surface_destroy (b);
  g_autofree char *words = fs_plot_describe (plot);
  g_assert_cmpstr (
      words, ==,
      "Loss, mean squared error. train: from 1 to 0.0312, lowest 0.0312, highest 1. "
      "validation: from 1 to 0.168, lowest 0.148, highest 1. repeat last value: 0.232. "
      "best · epoch 34. At epoch 61: rate 0.01 → 0.005.");
}

/* Of this thread: other programs do not count. */
static double
processor_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
test_speed (void)
{
  static const size_t sizes[] = { 1000, 10000, 100000, 1000000 };
  for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (int is_noisy = 0; is_noisy < 2; is_noisy++)
      {
        size_t n = sizes[s];
        g_autofree double *y = g_new (double, n);
        g_autoptr (FsPlot) plot = new_loss_plot (FS_CHART_LOG);
        fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = "epoch" });
        for (size_t i = 0; i < n; i++)
          y[i] = 0.05 + exp (-5.0 * (double) i / (double) n)
                 + (is_noisy ? 0.04 * g_test_rand_double_range (-1, 1) : 0);
        fs_plot_add_series (
            plot,
            &(FsPlotSeries){ .name = "long", .colour = FS_CHART_COLOUR_EXTRA_1, .y = y, .n = n });
        double best = INFINITY;
        for (int k = 0; k < 7; k++)
          {
            double begin = processor_ms ();
            cairo_surface_destroy (draw (plot, NULL, 900, 400, NULL));
            best = fmin (best, processor_ms () - begin);
          }
        g_test_minimized_result (best, "redraw %s curve of %zu points, 900x400: %.2f ms",
                                 is_noisy ? "noisy" : "smooth", n, best);
      }
}

/* A frame of panning and one of zooming draw another part of the same points. */
static void
test_speed_of_pan_and_zoom (void)
{
  const size_t n = 1000000;
  g_autofree double *y = g_new (double, n);
  g_autoptr (FsPlot) plot = new_bare_plot ();
  for (size_t i = 0; i < n; i++)
    y[i] = sin ((double) i / 3000) + 0.3 * g_test_rand_double_range (-1, 1);
  fs_plot_add_series (
      plot, &(FsPlotSeries){ .name = "series", .colour = FS_CHART_COLOUR_TRUTH, .y = y, .n = n });
  double worst_pan = 0, worst_zoom = 0;
  for (int k = 0; k < 30; k++)
    {
      const double width = (double) n / 2, from = (double) n / 2 / 30 * k;
      FsPlotStyle style = { .view = { .has_x = true, .x = { from, from + width } } };
      double begin = processor_ms ();
      cairo_surface_destroy (draw (plot, &style, 900, 400, NULL));
      worst_pan = fmax (worst_pan, processor_ms () - begin);
      style.view.x = (FsChartRange){ from, from + width * pow (0.7, k) };
      begin = processor_ms ();
      cairo_surface_destroy (draw (plot, &style, 900, 400, NULL));
      worst_zoom = fmax (worst_zoom, processor_ms () - begin);
    }
  g_test_minimized_result (worst_pan, "slowest frame of panning %zu points: %.2f ms", n, worst_pan);
  g_test_minimized_result (worst_zoom, "slowest frame of zooming: %.2f ms", worst_zoom);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/plot/naive/line", test_naive_line);
  g_test_add_func ("/chart/plot/naive/ribbon", test_naive_ribbon);
  g_test_add_func ("/chart/plot/naive/halo", test_naive_halo);
  g_test_add_func ("/chart/plot/probes", test_probes);
  g_test_add_func ("/chart/plot/spike", test_spike);
  g_test_add_func ("/chart/plot/degenerate", test_degenerate);
  g_test_add_func ("/chart/plot/text-size", test_text_size);
  g_test_add_func ("/chart/plot/copy-and-words", test_copy_and_words);
  if (g_test_perf ())
    {
      g_test_add_func ("/chart/plot/speed", test_speed);
      g_test_add_func ("/chart/plot/speed-of-pan-and-zoom", test_speed_of_pan_and_zoom);
    }
  return g_test_run ();
}
