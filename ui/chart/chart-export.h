/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A plot as a file: picture (PNG, SVG, PDF) or numbers (CSV). Needs no display. Writing is atomic:
 * a failure leaves whatever was there before. */

#include <gio/gio.h>
#include "ui/chart/chart-plot.h"

typedef enum
{
  FS_CHART_FILE_PNG,
  FS_CHART_FILE_SVG,
  FS_CHART_FILE_PDF,
  FS_CHART_FILE_CSV
} FsChartFileKind;

/* By the name's ending, any case; false when it is none of the four. */
bool fs_chart_file_kind_of (const char *path, FsChartFileKind *kind);

/* The plot as the bytes of such a file. width and height are in px (PNG: two dots a px); `style` may
 * be NULL. The background is always painted. */
GBytes *fs_plot_to_bytes (const FsPlot *plot,
                          FsChartFileKind kind,
                          const FsPlotStyle *style,
                          double width_px,
                          double height_px,
                          GError **error);

/* The same into a file whose ending says the kind. */
gboolean fs_plot_save (const FsPlot *plot,
                       const char *path,
                       const FsPlotStyle *style,
                       double width_px,
                       double height_px,
                       GError **error);

/* All series at once: a header "x,train,validation", one row for each x that occurs, an empty cell
 * where a series has no value there; decimal points and full precision whatever the locale. */
char *fs_plot_to_csv (const FsPlot *plot);
