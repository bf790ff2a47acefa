/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a plot answers without being drawn: the ranges of its axes, readings at an x, colours that can be
 * read. No display. */

#include <glib.h>
#include <math.h>
#include "ui/chart/chart-plot.h"

#define WIDTH 640
#define HEIGHT 300

static void
test_ranges (void)
{
  FsPlotFrame frame;
  double loss[60];
  for (int i = 0; i < 60; i++)
    loss[i] = i == 0 ? 1000 : 1 + exp (-i / 9.0);
  g_autoptr (FsPlot) plot = fs_plot_new ();
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_robust = true });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "loss", .y = loss, .n = 60 });
  fs_plot_measure (plot, NULL, WIDTH, HEIGHT, &frame);
  g_assert_cmpfloat (frame.y.range.high, <, 4); /* the wild first epoch runs off */
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ 0 });
  fs_plot_measure (plot, NULL, WIDTH, HEIGHT, &frame);
  g_assert_cmpfloat (frame.y.range.high, >, 1000);

  FsPlotStyle late = { .view = { .has_x = true, .x = { 30, 59 } } }; /* y follows what is in view */
  fs_plot_measure (plot, &late, WIDTH, HEIGHT, &frame);
  g_assert_cmpfloat (frame.y.range.high, <, 1.1);
  g_assert_cmpfloat (frame.x.range.low, ==, 30);
  fs_plot_add_level (plot, &(FsPlotLevel){ .y = 1.05, .text = "near" });
  fs_plot_add_level (plot, &(FsPlotLevel){ .y = 50, .text = "far" });
  fs_plot_measure (plot, &late, WIDTH, HEIGHT, &frame);
  g_assert_cmpfloat (frame.y.range.high, >, 1.05);
  g_assert_cmpfloat (frame.y.range.high, <, 2);
}

/* On a log axis the curves keep at least half of the height, whatever the baselines are. */
static void
test_log_levels (void)
{
  FsPlotFrame frame;
  static const double loss[] = { 0.23, 0.18, 0.15, 0.12, 0.11 };
  g_autoptr (FsPlot) plot = fs_plot_new ();
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .scale = FS_CHART_LOG });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "loss", .y = loss, .n = 5 });
  fs_plot_add_level (plot, &(FsPlotLevel){ .y = 0.3, .text = "near" });
  fs_plot_add_level (plot, &(FsPlotLevel){ .y = 0.95, .text = "far" });
  fs_plot_measure (plot, NULL, WIDTH, HEIGHT, &frame);
  g_assert_cmpfloat (frame.y.range.high, >, 0.3);
  g_assert_cmpfloat (frame.y.range.high, <, 0.5);
  g_autoptr (FsPlot) first = fs_plot_new (); /* one epoch does not fill the height with itself */
  fs_plot_set_y_axis (first, &(FsPlotAxis){ .scale = FS_CHART_LOG });
  fs_plot_add_series (first, &(FsPlotSeries){ .name = "loss", .y = loss, .n = 1 });
  fs_plot_measure (first, NULL, WIDTH, HEIGHT, &frame);
  g_assert_cmpfloat (frame.y.range.high / frame.y.range.low, >=, 4);
}

static void
test_read (void)
{
  static const double x[] = { 0, 10, 20 }, y[] = { 1, 2, NAN }, x2[] = { 0, 5, 10 },
                      y2[] = { 7, 8, 9 };
  FsPlotReading readings[4];
  g_autoptr (FsPlot) plot = fs_plot_new ();
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "a", .x = x, .y = y, .n = 3 });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "b", .x = x2, .y = y2, .n = 3 });
  fs_plot_add_series (plot,
                      &(FsPlotSeries){ .name = "quiet", .x = x, .y = y, .n = 3, .is_quiet = true });
  g_assert_cmpuint (fs_plot_read (plot, 10, readings, 4), ==, 2);
  g_assert_cmpstr (readings[0].name, ==, "a");
  g_assert_cmpfloat (readings[0].y, ==, 2);
  g_assert_cmpfloat (readings[1].y, ==, 9);
  g_assert_cmpuint (fs_plot_read (plot, 20, readings, 4), ==,
                    0); /* a is NaN there, b is elsewhere */
  g_assert_cmpuint (fs_plot_read (plot, 10, readings, 1), ==, 1);
  g_assert_cmpuint (fs_plot_read (plot, NAN, readings, 4), ==, 0);
  g_assert_cmpfloat (fs_plot_snap_x (plot, 6.4, 0), ==, 5);
  g_assert_cmpfloat (fs_plot_snap_x (plot, 5, 1), ==, 10);
  g_assert_cmpfloat (fs_plot_snap_x (plot, 5, -7), ==, 0);
  g_assert_cmpfloat (fs_plot_snap_x (plot, NAN, 1), ==, 0);
  g_assert_cmpfloat (fs_plot_snap_x (plot, NAN, -1), ==, 20);
  g_autoptr (FsPlot) empty = fs_plot_new ();
  g_assert_true (isnan (fs_plot_snap_x (empty, 3, 1)));
}

/* Text in these colours must be readable on the background, and flags must be on their poles. */
static void
test_contrast (void)
{
  const FsChartPalette *palettes[] = { fs_chart_palette_light (), fs_chart_palette_dark () };
  for (int p = 0; p < 2; p++)
    for (int colour = 0; colour < FS_CHART_N_COLOURS; colour++)
      {
        if (colour == FS_CHART_COLOUR_BACKGROUND || colour == FS_CHART_COLOUR_GRID
            || colour == FS_CHART_COLOUR_RUNNING)
          continue;
        const GdkRGBA *c = &palettes[p]->colours[colour];
        g_test_message ("%s", fs_chart_colour_name (colour));
        g_assert_cmpfloat (fs_chart_contrast (c, &palettes[p]->colours[FS_CHART_COLOUR_BACKGROUND]),
                           >=, 4.5);
        GdkRGBA ink = fs_chart_contrasting (c);
        g_assert_cmpfloat (fs_chart_contrast (c, &ink), >=, 4.5);
      }
  GdkRGBA white = { 1, 1, 1, 1 }, black = { 0, 0, 0, 1 };
  g_assert_cmpfloat_with_epsilon (fs_chart_contrast (&white, &black), 21, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/model/ranges", test_ranges);
  g_test_add_func ("/chart/model/log-levels", test_log_levels);
  g_test_add_func ("/chart/model/read", test_read);
  g_test_add_func ("/chart/model/contrast", test_contrast);
  return g_test_run ();
}
