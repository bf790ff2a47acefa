/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plots as files. Pictures go through the same fs_plot_draw as the screen; numbers are written by
 * engine/base/number, which knows no locale. */

#include "ui/chart/chart-export.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "ui/chart/chart-plot-private.h"
#include "ui/text.h"

/* Dots a px in a PNG: sharp on paper and on dense screens. */
#define PNG_SCALE 2.0

/* One px is 1/96 inch, one point of a PDF 1/72. */
#define POINTS_PER_PX 0.75

/* Cairo's image surfaces end at 32,767 dots. */
#define MOST_PX 16000.0

bool
fs_chart_file_kind_of (const char *path, FsChartFileKind *kind)
{
  static const char *const endings[] = { [FS_CHART_FILE_PNG] = ".png",
                                         [FS_CHART_FILE_SVG] = ".svg",
                                         [FS_CHART_FILE_PDF] = ".pdf",
                                         [FS_CHART_FILE_CSV] = ".csv" };
  size_t length = strlen (path);
  for (size_t i = 0; i < G_N_ELEMENTS (endings); i++)
    if (length > 4 && g_ascii_strcasecmp (path + length - 4, endings[i]) == 0)
      {
        *kind = (FsChartFileKind) i;
        return true;
      }
  return false;
}

static cairo_status_t
append_cb (void *data, const unsigned char *bytes, unsigned length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
make_surface (FsChartFileKind kind, double width_px, double height_px, GByteArray *bytes)
{
  if (kind == FS_CHART_FILE_PNG)
    {
      cairo_surface_t *surface =
          cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (width_px * PNG_SCALE),
                                      (int) ceil (height_px * PNG_SCALE));
      cairo_surface_set_device_scale (surface, PNG_SCALE, PNG_SCALE);
      return surface;
    }
  if (kind == FS_CHART_FILE_SVG)
    {
      cairo_surface_t *surface =
          cairo_svg_surface_create_for_stream (append_cb, bytes, width_px, height_px);
      cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
      return surface;
    }
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (
      append_cb, bytes, width_px * POINTS_PER_PX, height_px * POINTS_PER_PX);
  /* The date of writing would make two exports of one plot differ. */
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00");
  return surface;
}

GBytes *
fs_plot_to_bytes (const FsPlot *plot,
                  FsChartFileKind kind,
                  const FsPlotStyle *style,
                  double width_px,
                  double height_px,
                  GError **error)
{
  if (kind == FS_CHART_FILE_CSV)
    {
      char *text = fs_plot_to_csv (plot);
      return g_bytes_new_take (text, strlen (text));
    }
  if (!(width_px >= 1 && height_px >= 1 && width_px <= MOST_PX && height_px <= MOST_PX))
    {
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
          _ ("A picture of %.0f × %.0f px cannot be drawn: each side may have 1 to %.0f px."),
          width_px, height_px, MOST_PX);
      return NULL;
    }
  FsPlotStyle own = style != NULL ? *style : (FsPlotStyle){ 0 };
  own.has_background = true;
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = make_surface (kind, width_px, height_px, bytes);
  cairo_t *cr = cairo_create (surface);
  if (kind == FS_CHART_FILE_PDF)
    cairo_scale (cr, POINTS_PER_PX, POINTS_PER_PX);
  fs_plot_draw (plot, cr, &own, width_px, height_px, NULL);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS && kind == FS_CHART_FILE_PNG)
    status = cairo_surface_write_to_png_stream (surface, append_cb, bytes);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The picture could not be drawn: %s."),
               cairo_status_to_string (status));
  return NULL;
}

gboolean
fs_plot_save (const FsPlot *plot,
              const char *path,
              const FsPlotStyle *style,
              double width_px,
              double height_px,
              GError **error)
{
  FsChartFileKind kind;
  if (!fs_chart_file_kind_of (path, &kind))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   _ ("%s: a chart is saved as .png, .svg, .pdf or .csv; give the name one of "
                      "these endings."),
                   path);
      return FALSE;
    }
  g_autoptr (GBytes) bytes = fs_plot_to_bytes (plot, kind, style, width_px, height_px, error);
  if (bytes == NULL)
    return FALSE;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  return g_file_set_contents (path, data, (gssize) size, error);
}

/* -- CSV ---------------------------------------------------------------------------------------- */

/* RFC 4180: quoted when it holds a comma, a quote or a line end; quotes double. */
static void
append_name (GString *csv, const char *name)
{
  if (strpbrk (name, ",\"\r\n") == NULL)
    {
      g_string_append (csv, name);
      return;
    }
  g_string_append_c (csv, '"');
  for (; *name; name++)
    g_string_append (csv, *name == '"' ? "\"\"" : (char[]){ *name, '\0' });
  g_string_append_c (csv, '"');
}

static void
append_x (GString *csv, const FsPlot *plot, double x)
{
  char label[FS_CHART_LABEL_SIZE], number[FS_NUMBER_SIZE];
  if (plot->x_axis.scale == FS_CHART_TIME && x == floor (x))
    g_string_append (csv, fs_chart_format_time (x, label));
  else
    g_string_append (csv, fs_number_write (x, number));
}

/* A merge of all series by x. Several points of one series at one x make several rows. */
char *
fs_plot_to_csv (const FsPlot *plot)
{
  guint n_series = plot->series->len;
  g_autofree size_t *at = g_new0 (size_t, n_series + 1);
  GString *csv = g_string_new (NULL);
  const char *x_title = plot->x_axis.file_title ? plot->x_axis.file_title : plot->x_axis.title;
  append_name (csv, x_title != NULL && *x_title           ? x_title
                    : plot->x_axis.scale == FS_CHART_TIME ? "time"
                                                          : "x");
  for (guint i = 0; i < n_series; i++)
    {
      g_string_append_c (csv, ',');
      const FsPlotSeries *series = fs_plot_series_at (plot, i);
      append_name (csv, series->file_name != NULL ? series->file_name : series->name);
    }
  g_string_append_c (csv, '\n');

  for (;;)
    {
      double x = INFINITY;
      for (guint i = 0; i < n_series; i++)
        {
          const FsPlotSeries *series = fs_plot_series_at (plot, i);
          if (at[i] < series->n)
            x = fmin (x, series->x[at[i]]);
        }
      if (!isfinite (x))
        break;
      append_x (csv, plot, x);
      for (guint i = 0; i < n_series; i++)
        {
          const FsPlotSeries *series = fs_plot_series_at (plot, i);
          char number[FS_NUMBER_SIZE];
          g_string_append_c (csv, ',');
          if (at[i] >= series->n || series->x[at[i]] != x)
            continue;
          if (!isnan (series->y[at[i]]))
            g_string_append (csv, fs_number_write (series->y[at[i]], number));
          at[i]++;
        }
      g_string_append_c (csv, '\n');
    }
  return g_string_free (csv, FALSE);
}
