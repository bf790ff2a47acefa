/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The arithmetic of charts: ranges, axes, ticks, decimation, placing of labels. No display. */

#include <glib.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include "ui/chart/chart-decimate.h"
#include "ui/chart/chart-ticks.h"
#include "ui/chart/chart-transform.h"

static void
assert_labels (FsChartScale scale,
               double low,
               double high,
               size_t wanted,
               bool whole_only,
               const char *expected)
{
  FsChartTick ticks[FS_CHART_MAX_TICKS];
  FsChartAxis axis = fs_chart_axis_make (scale, (FsChartRange){ low, high }, 0, 500);
  size_t n = fs_chart_ticks (&axis, wanted, whole_only, ticks);
  g_autoptr (GString) labels = g_string_new (NULL);
  for (size_t i = 0; i < n; i++)
    {
      g_string_append_printf (labels, "%s%s", i > 0 ? "|" : "", ticks[i].label);
      if (i > 0)
        g_assert_cmpfloat (ticks[i].value, >, ticks[i - 1].value);
    }
  g_assert_cmpstr (labels->str, ==, expected);
}

static void
test_linear_ticks (void)
{
  assert_labels (FS_CHART_LINEAR, 0, 100, 5, true, "0|20|40|60|80|100");
  assert_labels (FS_CHART_LINEAR, 0, 1, 5, false, "0|0.2|0.4|0.6|0.8|1.0");
  assert_labels (FS_CHART_LINEAR, -0.3, 0.3, 6, false, "−0.3|−0.2|−0.1|0|0.1|0.2|0.3");
  assert_labels (FS_CHART_LINEAR, 100, 640, 3, false, "200|400|600");
  assert_labels (FS_CHART_LINEAR, 0, 3, 10, true, "0|1|2|3");
  assert_labels (FS_CHART_LINEAR, 0, 30000, 3, false, "0|10k|20k|30k");
  assert_labels (FS_CHART_LINEAR, 1.2e6, 2.1e6, 2, false, "1.5M|2.0M");
  assert_labels (FS_CHART_LINEAR, 0, 3e-7, 3, false, "0|1e−7|2e−7|3e−7");
  assert_labels (FS_CHART_LINEAR, 1e15, 3e15, 2, false, "1e15|2e15|3e15");
  assert_labels (FS_CHART_LINEAR, 1.0001, 1.0003, 2, false, "1.0001|1.0002|1.0003");
}

static void
test_log_ticks (void)
{
  assert_labels (FS_CHART_LOG, 0.01, 1, 7, false, "0.01|0.02|0.05|0.1|0.2|0.5|1");
  assert_labels (FS_CHART_LOG, 1e-3, 10, 4, false, "0.001|0.01|0.1|1|10");
  assert_labels (FS_CHART_LOG, 1e-9, 1, 5, false, "1e−8|1e−6|0.0001|0.01|1");
  assert_labels (FS_CHART_LOG, 0.31, 0.37, 4, false, "0.32|0.34|0.36");
  assert_labels (FS_CHART_LOG, 1e4, 1e6, 3, false, "10000|1e5|1e6");
}

static void
test_time_ticks (void)
{
  assert_labels (FS_CHART_TIME, fs_chart_time_from_date (1949, 1, 1),
                 fs_chart_time_from_date (1961, 1, 1), 7, false, "1950|1952|1954|1956|1958|1960");
  assert_labels (FS_CHART_TIME, fs_chart_time_from_date (1957, 3, 1),
                 fs_chart_time_from_date (1958, 3, 1), 5, false, "Apr 1957|Jul|Oct|1958");
  assert_labels (FS_CHART_TIME, fs_chart_time_from_date (2024, 2, 27),
                 fs_chart_time_from_date (2024, 3, 2), 5, false,
                 "Feb 27, 2024|Feb 28|Feb 29|Mar 1|Mar 2");
  assert_labels (FS_CHART_TIME, 8 * 3600, 32 * 3600, 4, false, "Jan 1 12:00|18:00|Jan 2|06:00");
  assert_labels (FS_CHART_TIME, 0, 40, 4, false, "Jan 1|00:00:10|00:00:20|00:00:30|00:00:40");
  assert_labels (FS_CHART_TIME, fs_chart_time_from_date (900, 1, 1),
                 fs_chart_time_from_date (1980, 1, 1), 5, false, "1000|1200|1400|1600|1800");
}

/* Nothing an axis can be given may loop, overflow or write a label that is not UTF-8. */
static void
test_hostile_ticks (void)
{
  static const double ends[] = { 0,      1,       -1,       1e-300, 1e300, -1e300,
                                 5e-324, 1.7e308, -1.7e308, 1e17,   1e9 };
  FsChartTick ticks[FS_CHART_MAX_TICKS];
  char label[FS_CHART_LABEL_SIZE];
  for (size_t i = 0; i < G_N_ELEMENTS (ends); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (ends); j++)
      for (int scale = FS_CHART_LINEAR; scale <= FS_CHART_TIME; scale++)
        {
          FsChartRange range = { ends[i], ends[j] };
          FsChartAxis axis = fs_chart_axis_make (scale, range, 0, 500);
          g_assert_false (fs_chart_range_is_degenerate (axis.range, scale));
          g_assert_true (isfinite (fs_chart_axis_to_value (&axis, 250)));
          size_t n = fs_chart_ticks (&axis, 6, j % 2, ticks);
          g_assert_cmpuint (n, <=, FS_CHART_MAX_TICKS);
          for (size_t k = 0; k < n; k++)
            g_assert_true (g_utf8_validate (ticks[k].label, -1, NULL));
          g_assert_true (g_utf8_validate (fs_chart_format_value (ends[i], label), -1, NULL));
          g_assert_true (g_utf8_validate (fs_chart_format_time (ends[i], label), -1, NULL));
        }
}

static void
assert_formatted (double value, const char *expected)
{
  char label[FS_CHART_LABEL_SIZE];
  g_assert_cmpstr (fs_chart_format_value (value, label), ==, expected);
}

static void
test_format (void)
{
  char label[FS_CHART_LABEL_SIZE];
  assert_formatted (0.13349, "0.133");
  assert_formatted (0.0364, "0.0364");
  assert_formatted (12, "12");
  assert_formatted (432.2, "432");
  assert_formatted (-1432000, "−1432000");
  assert_formatted (1.234e-7, "1.23e−7");
  assert_formatted (9.999e-7, "1e−6");
  assert_formatted (9.996, "10");
  assert_formatted (1e308, "1e308");
  assert_formatted (5e-324, "4.94e−324");
  assert_formatted (NAN, "no value");
  assert_formatted (-INFINITY, "−∞");
  g_assert_cmpstr (fs_chart_format_time (fs_chart_time_from_date (1957, 3, 12), label), ==,
                   "1957-03-12");
  g_assert_cmpstr (fs_chart_format_time (86399.9999, label), ==, "1970-01-02");
  g_assert_cmpstr (fs_chart_format_time (-3600, label), ==, "1969-12-31 23:00");
}

/* Every day of eight centuries, against GLib's calendar. */
static void
test_dates (void)
{
  GDate date;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 1, 1, 1601);
  double epoch = (double) 719163; /* GLib's Julian day of 1970-01-01 */
  for (int i = 0; i < 800 * 365; i++, g_date_add_days (&date, 1))
    {
      int year, month, day;
      double seconds = ((double) g_date_get_julian (&date) - epoch) * 86400;
      fs_chart_date_from_time (seconds, &year, &month, &day);
      g_assert_cmpint (year, ==, g_date_get_year (&date));
      g_assert_cmpint (month, ==, g_date_get_month (&date));
      g_assert_cmpint (day, ==, g_date_get_day (&date));
      g_assert_cmpfloat (fs_chart_time_from_date (year, month, day), ==, seconds);
    }
  g_assert_cmpfloat (fs_chart_time_from_date (1970, 14, 1), ==,
                     fs_chart_time_from_date (1971, 2, 1));
  g_assert_cmpfloat (fs_chart_time_from_date (1970, 0, 1), ==,
                     fs_chart_time_from_date (1969, 12, 1));
}

static void
test_axis (void)
{
  FsChartAxis x = fs_chart_axis_make (FS_CHART_LINEAR, (FsChartRange){ 0, 100 }, 50, 550);
  g_assert_cmpfloat (fs_chart_axis_to_px (&x, 40), ==, 250);
  g_assert_cmpfloat (fs_chart_axis_to_value (&x, 250), ==, 40);
  g_assert_cmpfloat (fs_chart_axis_to_px (&x, 1e300), ==, 1e6);
  g_assert_true (isnan (fs_chart_axis_to_px (&x, NAN)));

  FsChartAxis y = fs_chart_axis_make (FS_CHART_LOG, (FsChartRange){ 0.01, 1 }, 300, 100);
  g_assert_cmpfloat_with_epsilon (fs_chart_axis_to_px (&y, 0.1), 200, 1e-9);
  g_assert_cmpfloat_with_epsilon (fs_chart_axis_to_value (&y, 200), 0.1, 1e-12);
  g_assert_true (isnan (fs_chart_axis_to_px (&y, 0)));

  FsChartRange zoomed = fs_chart_axis_zoom (&x, 2, 150); /* about the value 20 */
  g_assert_cmpfloat (zoomed.low, ==, 10);
  g_assert_cmpfloat (zoomed.high, ==, 60);
  zoomed = fs_chart_axis_zoom (&y, 2, 200);
  g_assert_cmpfloat_with_epsilon (zoomed.high / zoomed.low, 10, 1e-9);
  FsChartRange panned = fs_chart_axis_pan (&x, 50);
  g_assert_cmpfloat (panned.low, ==, -10);
  g_assert_cmpfloat (panned.high, ==, 90);

  for (int i = 0; i < 500; i++) /* zooming stops by itself, far before the numbers do */
    x.range = fs_chart_axis_zoom (&x, 3, 320);
  g_assert_false (fs_chart_range_is_degenerate (x.range, FS_CHART_LINEAR));
}

static void
test_degenerate (void)
{
  g_assert_true (fs_chart_range_is_degenerate (fs_chart_range_empty (), FS_CHART_LINEAR));
  g_assert_true (fs_chart_range_is_degenerate ((FsChartRange){ 3, 3 }, FS_CHART_LINEAR));
  g_assert_true (fs_chart_range_is_degenerate ((FsChartRange){ 0, 1 }, FS_CHART_LOG));
  g_assert_true (fs_chart_range_is_degenerate ((FsChartRange){ 0, INFINITY }, FS_CHART_LINEAR));
  g_assert_true (fs_chart_range_is_degenerate ((FsChartRange){ 1, 1 + 1e-15 }, FS_CHART_LINEAR));
  g_assert_false (fs_chart_range_is_degenerate ((FsChartRange){ -1, 1 }, FS_CHART_LINEAR));

  static const double values[] = { 0, 1, -5, 1e-320, 1.7e308, -1.7e308, 1e-30 };
  for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
    for (int scale = FS_CHART_LINEAR; scale <= FS_CHART_TIME; scale++)
      {
        FsChartRange range = fs_chart_range_widen ((FsChartRange){ values[i], values[i] }, scale);
        g_assert_false (fs_chart_range_is_degenerate (range, scale));
        if (scale != FS_CHART_LOG && fabs (values[i]) < 1e300)
          {
            g_assert_cmpfloat (range.low, <, values[i]);
            g_assert_cmpfloat (range.high, >, values[i]);
          }
      }
  FsChartRange zero = fs_chart_range_widen ((FsChartRange){ 0, 7 }, FS_CHART_LOG);
  g_assert_cmpfloat (zero.high, ==, 7);
}

static void
test_range (void)
{
  static const double values[] = { NAN, 3, -2, INFINITY, 7, 0 };
  FsChartRange range = fs_chart_range_of (values, G_N_ELEMENTS (values), FS_CHART_LINEAR);
  g_assert_cmpfloat (range.low, ==, -2);
  g_assert_cmpfloat (range.high, ==, 7);
  range = fs_chart_range_of (values, G_N_ELEMENTS (values), FS_CHART_LOG);
  g_assert_cmpfloat (range.low, ==, 3);
  g_assert_true (
      fs_chart_range_is_degenerate (fs_chart_range_of (NULL, 0, FS_CHART_LOG), FS_CHART_LOG));
}

static void
test_robust_range (void)
{
  double values[90];
  for (int i = 0; i < 90; i++)
    values[i] = exp (-i / 25.0); /* an ordinary fall keeps its first epochs */
  FsChartRange range = fs_chart_range_robust (values, 90, FS_CHART_LINEAR);
  g_assert_cmpfloat (range.high, ==, 1);
  values[0] = 40; /* a wild first epoch does not squash it */
  range = fs_chart_range_robust (values, 90, FS_CHART_LINEAR);
  g_assert_cmpfloat (range.high, <, 2);
  g_assert_cmpfloat (range.high, >=, 0.8);
  g_assert_cmpfloat (range.low, ==, values[89]);
  range = fs_chart_range_robust (values, 90, FS_CHART_LOG);
  g_assert_cmpfloat (range.high, ==, 40);
  for (int i = 0; i < 90; i++)
    values[i] = i == 50 ? -9 : 1; /* a spike on a flat line is all there is to see */
  range = fs_chart_range_robust (values, 90, FS_CHART_LINEAR);
  g_assert_cmpfloat (range.low, ==, -9);
  range = fs_chart_range_robust (values + 49, 3, FS_CHART_LINEAR);
  g_assert_cmpfloat (range.low, ==, -9);
}

static void
test_nearest (void)
{
  static const double x[] = { 1, 2, 4, 4, 8 };
  g_assert_cmpuint (fs_chart_nearest (x, 5, -10), ==, 0);
  g_assert_cmpuint (fs_chart_nearest (x, 5, 1.5), ==, 0);
  g_assert_cmpuint (fs_chart_nearest (x, 5, 2.9), ==, 1);
  g_assert_cmpuint (fs_chart_nearest (x, 5, 4.1), ==, 2);
  g_assert_cmpuint (fs_chart_nearest (x, 5, 100), ==, 4);
  g_assert_cmpuint (fs_chart_lower_bound (x, 5, 9), ==, 5);
}

static void
test_spread (void)
{
  double placed[3];
  static const double height[] = { 10, 10, 10 };
  fs_chart_spread_labels ((double[]){ 50, 20, 80 }, height, 3, 0, 100, placed);
  g_assert_cmpfloat (placed[0], ==, 50); /* enough room: nobody moves */
  g_assert_cmpfloat (placed[1], ==, 20);
  fs_chart_spread_labels ((double[]){ 50, 50, 50 }, height, 3, 0, 100, placed);
  g_assert_cmpfloat (placed[0], ==, 40);
  g_assert_cmpfloat (placed[1], ==, 50);
  g_assert_cmpfloat (placed[2], ==, 60);
  fs_chart_spread_labels ((double[]){ 99, 98, 20 }, height, 3, 0, 100, placed);
  g_assert_cmpfloat (placed[0], ==, 95); /* pushed inside, order kept */
  g_assert_cmpfloat (placed[1], ==, 85);
  g_assert_cmpfloat (placed[2], ==, 20);
  fs_chart_spread_labels ((double[]){ 3, 1, 2 }, height, 3, 0, 20, placed);
  g_assert_cmpfloat (placed[1], ==, 5); /* they cannot fit: evenly, still inside */
  g_assert_cmpfloat (placed[2], ==, 10);
  g_assert_cmpfloat (placed[0], ==, 15);
}

/* Each column against the plainest possible search. */
static void
test_decimate_is_exact (void)
{
  const size_t n = 5000;
  g_autofree double *x = g_new (double, n);
  g_autofree double *y = g_new (double, n);
  for (size_t i = 0; i < n; i++)
    {
      x[i] = (double) i + g_test_rand_double_range (0, 0.9);
      y[i] = g_test_rand_double_range (0.5, 9);
    }
  FsChartAxis x_axis = fs_chart_axis_make (FS_CHART_LINEAR, (FsChartRange){ 1000, 4000 }, 40, 240);
  FsChartAxis y_axis = fs_chart_axis_make (FS_CHART_LOG, (FsChartRange){ 0.1, 10 }, 200, 0);
  size_t bound = fs_chart_decimate_bound (&x_axis, n, 1);
  g_autofree FsChartColumn *columns = g_new (FsChartColumn, bound);
  size_t n_columns = fs_chart_decimate (x, y, n, &x_axis, &y_axis, 1, columns);
  g_assert_cmpuint (n_columns, <=, bound);
  g_assert_cmpuint (n_columns, >=, 200);
  size_t n_points = 0;
  for (size_t c = 0; c < n_columns; c++)
    {
      double least = INFINITY, most = -INFINITY;
      size_t count = 0;
      for (size_t i = 0; i < n; i++)
        {
          double px = fs_chart_axis_to_px (&x_axis, x[i]);
          if (px < columns[c].first_x_px || px > columns[c].last_x_px)
            continue;
          least = MIN (least, y[i]);
          most = MAX (most, y[i]);
          count++;
        }
      g_assert_cmpfloat (columns[c].highest_px, ==, fs_chart_axis_to_px (&y_axis, most));
      g_assert_cmpfloat (columns[c].lowest_px, ==, fs_chart_axis_to_px (&y_axis, least));
      g_assert_cmpuint (columns[c].n_points, ==, count);
      g_assert_true (columns[c].has_gap_before == (c == 0));
      n_points += count;
    }
  g_assert_cmpfloat (columns[0].last_x_px, <, 40); /* the neighbours outside */
  g_assert_cmpfloat (columns[n_columns - 1].first_x_px, >, 240);
  g_assert_cmpuint (n_points, <=, 3003);
  g_assert_cmpuint (n_points, >=, 3000);
}

static void
test_decimate_keeps_spike (void)
{
  const size_t n = 1000000;
  g_autofree double *y = g_new (double, n);
  FsChartAxis x_axis = fs_chart_axis_make (FS_CHART_LINEAR, (FsChartRange){ 0, n - 1 }, 0, 600);
  FsChartAxis y_axis = fs_chart_axis_make (FS_CHART_LINEAR, (FsChartRange){ 0, 10 }, 100, 0);
  g_autofree FsChartColumn *columns =
      g_new (FsChartColumn, fs_chart_decimate_bound (&x_axis, n, 1));
  for (size_t i = 0; i < n; i++)
    y[i] = 1;
  size_t spike = (size_t) g_test_rand_int_range (0, (gint32) n);
  y[spike] = 9;
  size_t n_columns = fs_chart_decimate (NULL, y, n, &x_axis, &y_axis, 1, columns);
  size_t n_seen = 0;
  for (size_t c = 0; c < n_columns; c++)
    if (columns[c].highest_px < 50)
      {
        n_seen++;
        g_assert_cmpfloat_with_epsilon (columns[c].highest_px, 10, 1e-9);
        g_assert_cmpfloat (fabs (columns[c].first_x_px - 600.0 * (double) spike / (double) (n - 1)),
                           <=, 1);
      }
  g_assert_cmpuint (n_seen, ==, 1);
}

static void
test_decimate_gaps (void)
{
  static const double x[] = { 0, 1, 2, 3, 4, 5 };
  static const double y[] = { 1, 2, NAN, 4, -1, 6 };
  FsChartAxis x_axis = fs_chart_axis_make (FS_CHART_LINEAR, (FsChartRange){ 0, 5 }, 0, 100);
  FsChartAxis y_axis = fs_chart_axis_make (FS_CHART_LINEAR, (FsChartRange){ 0, 10 }, 100, 0);
  FsChartColumn columns[6];
  g_assert_cmpuint (fs_chart_decimate (x, y, 6, &x_axis, &y_axis, 1, columns), ==, 5);
  g_assert_true (columns[0].has_gap_before);
  g_assert_false (columns[1].has_gap_before);
  g_assert_true (columns[2].has_gap_before);
  g_assert_false (columns[4].has_gap_before);
  g_assert_cmpfloat (columns[2].first_x_px, ==, 60);

  y_axis = fs_chart_axis_make (FS_CHART_LOG, (FsChartRange){ 0.1, 10 }, 100, 0);
  g_assert_cmpuint (fs_chart_decimate (x, y, 6, &x_axis, &y_axis, 1, columns), ==, 4);
  g_assert_true (columns[3].has_gap_before); /* what a log axis cannot show is a gap */
  static const double nothing[] = { NAN, NAN };
  g_assert_cmpuint (fs_chart_decimate (NULL, nothing, 2, &x_axis, &y_axis, 1, columns), ==, 0);
  g_assert_cmpuint (fs_chart_decimate (x, y, 0, &x_axis, &y_axis, 1, columns), ==, 0);
}

/* A decimal comma in the user's locale must not reach a chart. */
static void
test_locale (void)
{
  static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "es_ES.UTF-8" };
  bool has_comma = false;
  for (size_t i = 0; i < G_N_ELEMENTS (locales) && !has_comma; i++)
    has_comma = setlocale (LC_ALL, locales[i]) != NULL;
  if (!has_comma)
    {
      g_test_skip ("no locale with a decimal comma is installed");
      return;
    }
  assert_labels (FS_CHART_LINEAR, 0, 1, 2, false, "0|0.5|1.0");
  assert_formatted (0.1334, "0.133");
  setlocale (LC_ALL, "C");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/ticks/linear", test_linear_ticks);
  g_test_add_func ("/chart/ticks/log", test_log_ticks);
  g_test_add_func ("/chart/ticks/time", test_time_ticks);
  g_test_add_func ("/chart/ticks/hostile", test_hostile_ticks);
  g_test_add_func ("/chart/format", test_format);
  g_test_add_func ("/chart/dates", test_dates);
  g_test_add_func ("/chart/axis", test_axis);
  g_test_add_func ("/chart/range/degenerate", test_degenerate);
  g_test_add_func ("/chart/range/of", test_range);
  g_test_add_func ("/chart/range/robust", test_robust_range);
  g_test_add_func ("/chart/nearest", test_nearest);
  g_test_add_func ("/chart/spread", test_spread);
  g_test_add_func ("/chart/decimate/exact", test_decimate_is_exact);
  g_test_add_func ("/chart/decimate/spike", test_decimate_keeps_spike);
  g_test_add_func ("/chart/decimate/gaps", test_decimate_gaps);
  g_test_add_func ("/chart/locale", test_locale);
  return g_test_run ();
}
