/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A curve of any length becomes at most one entry a pixel column: where it enters the column, its
 * extremes, where it leaves. Drawing then costs what the picture is wide, not what the data are long,
 * and no spike is lost. Pure, like chart-transform. */

#include "ui/chart/chart-transform.h"

/* All in pixels. A column with one point has it in every field. */
typedef struct
{
  double first_x_px, last_x_px; /* first_x_px ≤ last_x_px < first_x_px + 1 column */
  double first_px, last_px;     /* y of the first and the last point */
  double highest_px, lowest_px; /* y of the greatest and the least value */
  size_t n_points;              /* that the column stands for */
  bool highest_comes_first;     /* of the two extremes */
  bool has_gap_before;          /* a NaN lies between the column before and this one */
} FsChartColumn;

/* How many entries fs_chart_decimate writes at most for n points. */
size_t fs_chart_decimate_bound (const FsChartAxis *x_axis, size_t n, double column_px);

/* x ascends (NULL: 0, 1, 2, …); points outside the axis are left out except the neighbour on either
 * side, so that lines run off the edge. `column_px` is the width of a column, 1 on an ordinary
 * screen and less on a dense one. Returns the number of entries. */
size_t fs_chart_decimate (const double *x,
                          const double *y,
                          size_t n,
                          const FsChartAxis *x_axis,
                          const FsChartAxis *y_axis,
                          double column_px,
                          FsChartColumn *columns);
