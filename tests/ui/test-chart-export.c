/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plots as files: each kind is what its ending says, two exports are the same bytes, numbers are whole and
 * know no locale, and a failure leaves no half file. No display. */

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include "ui/chart/chart-export.h"

static FsPlot *
new_plot (void)
{
  static const double x[] = { 1, 2, 3 }, y[] = { 0.1, NAN, 1e-300 }, x2[] = { 2, 2.5, 3 };
  static const double y2[] = { 1.0 / 3, -5, INFINITY };
  FsPlot *plot = fs_plot_new ();
  fs_plot_set_title (plot, "Loss <&>", "mean squared error");
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = "epoch" });
  fs_plot_add_series (
      plot, &(FsPlotSeries){ .name = "train", .x = x, .y = y, .n = 3, .is_labelled = true });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "a \"b\", c", .x = x2, .y = y2, .n = 3 });
  return plot;
}

static void
test_kind (void)
{
  FsChartFileKind kind;
  g_assert_true (fs_chart_file_kind_of ("a/loss.PNG", &kind));
  g_assert_cmpint (kind, ==, FS_CHART_FILE_PNG);
  g_assert_true (fs_chart_file_kind_of ("loss.svg", &kind));
  g_assert_cmpint (kind, ==, FS_CHART_FILE_SVG);
  g_assert_true (fs_chart_file_kind_of ("loss.pdf", &kind));
  g_assert_true (fs_chart_file_kind_of ("loss.csv", &kind));
  g_assert_false (fs_chart_file_kind_of (".png", &kind));
  g_assert_false (fs_chart_file_kind_of ("loss", &kind));
  g_assert_false (fs_chart_file_kind_of ("", &kind));
}

static void
test_csv (void)
{
  static const char expected[] = "epoch,train,\"a \"\"b\"\", c\"\n"
                                 "1,0.1,\n"
                                 "2,,0.3333333333333333\n"
                                 "2.5,,-5\n"
                                 "3,1e-300,inf\n";
  g_autoptr (FsPlot) plot = new_plot ();
  g_autofree char *csv = fs_plot_to_csv (plot);
  g_assert_cmpstr (csv, ==, expected);
  if (setlocale (LC_ALL, "de_DE.UTF-8") != NULL)
    {
      g_autofree char *german = fs_plot_to_csv (plot);
      g_assert_cmpstr (german, ==, expected);
      setlocale (LC_ALL, "C");
    }

  g_autoptr (FsPlot) dated = fs_plot_new ();
  double days[] = { fs_chart_time_from_date (1949, 1, 1), fs_chart_time_from_date (1949, 2, 1) };
  static const double passengers[] = { 112, 118 };
  fs_plot_set_x_axis (dated, &(FsPlotAxis){ .scale = FS_CHART_TIME });
  fs_plot_add_series (dated,
                      &(FsPlotSeries){ .name = "passengers", .x = days, .y = passengers, .n = 2 });
  g_autofree char *text = fs_plot_to_csv (dated);
  g_assert_cmpstr (text, ==, "time,passengers\n1949-01-01,112\n1949-02-01,118\n");
}

static void
test_pictures (void)
{
  static const struct
  {
    FsChartFileKind kind;
    const char *start, *holds;
  } cases[] = {
    { FS_CHART_FILE_PNG, "\x89PNG\r\n", "IHDR" },
    { FS_CHART_FILE_SVG, "<?xml", "width=\"400px\" height=\"200px\"" },
    { FS_CHART_FILE_PDF, "%PDF-", "%%EOF" },
  };
  g_autoptr (FsPlot) plot = new_plot ();
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = fs_plot_to_bytes (plot, cases[i].kind, NULL, 400, 200, &error);
      g_assert_no_error (error);
      g_autoptr (GBytes) again = fs_plot_to_bytes (plot, cases[i].kind, NULL, 400, 200, &error);
      g_assert_no_error (error);
      gsize size;
      const char *data = g_bytes_get_data (bytes, &size);
      g_assert_cmpuint (size, >, 500);
      g_assert_cmpmem (data, strlen (cases[i].start), cases[i].start, strlen (cases[i].start));
      g_autoptr (GString) text = g_string_new_len (data, (gssize) size);
      for (gsize k = 0; k < text->len; k++) /* so that strstr sees all of it */
        if (text->str[k] == '\0')
          text->str[k] = ' ';
      g_assert_nonnull (strstr (text->str, cases[i].holds));
      /* Cairo numbers the parts of SVGs on and on within a process. */
      if (cases[i].kind != FS_CHART_FILE_SVG)
        g_assert_true (g_bytes_equal (bytes, again));
    }
}

static void
test_save (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FsPlot) plot = new_plot ();
  g_autofree char *folder = g_dir_make_tmp ("fitscope-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (folder, "loss.svg", NULL);
  g_assert_true (fs_plot_save (plot, path, NULL, 300, 150, &error));
  g_assert_no_error (error);

  g_autofree char *before = NULL, *after = NULL; /* a failure leaves the file that was there */
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  g_assert_false (fs_plot_save (plot, path, NULL, 1e9, 150, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (fs_plot_save (plot, path, NULL, NAN, 150, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);

  g_autofree char *nowhere = g_build_filename (folder, "missing", "loss.csv", NULL);
  g_assert_false (fs_plot_save (plot, nowhere, NULL, 300, 150, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_false (fs_plot_save (plot, "loss.gif", NULL, 300, 150, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/export/kind", test_kind);
  g_test_add_func ("/chart/export/csv", test_csv);
  g_test_add_func ("/chart/export/pictures", test_pictures);
  g_test_add_func ("/chart/export/save", test_save);
  return g_test_run ();
}
