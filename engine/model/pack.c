/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Packing of weights; see pack.h. */

#include "engine/model/pack.h"

#include <string.h>
#include "engine/base/size.h"

#define BLOCK 16

static size_t
panel_width (size_t n_columns, size_t start)
{
  size_t left = fs_size_round_up (n_columns, BLOCK) - start;
  return left < FS_PANEL ? left : FS_PANEL;
}

size_t
fs_panels_size (size_t n_rows, size_t n_columns)
{
  return fs_size_multiply (n_rows, fs_size_round_up (n_columns, BLOCK));
}

void
fs_panels_set_row (FsReal *panels,
                   size_t n_rows,
                   size_t row,
                   const FsReal *values,
                   size_t n_columns)
{
  for (size_t start = 0; start < n_columns; start += FS_PANEL)
    {
      const size_t width = panel_width (n_columns, start);
      const size_t n = n_columns - start < width ? n_columns - start : width;
      memcpy (panels + n_rows * start + row * width, values + start, n * sizeof *values);
    }
}

void
fs_panels_set_columns (FsReal *panels,
                       size_t n_rows,
                       const FsReal *values,
                       size_t first_column,
                       size_t end_column,
                       size_t n_columns)
{
  for (size_t column = first_column; column < end_column; column++)
    {
      const size_t start = column - column % FS_PANEL;
      const size_t width = panel_width (n_columns, start);
      FsReal *panel = panels + n_rows * start + column % FS_PANEL;
      for (size_t row = 0; row < n_rows; row++)
        panel[row * width] = values[column * n_rows + row];
    }
}

/* Columns that whole squares of 16 cover. */
static size_t
squared_columns (size_t n_columns, size_t n_valid)
{
  return n_valid == BLOCK ? n_columns - n_columns % BLOCK : 0;
}

/* Where row `row`, column `column` of a matrix of so many rows and columns is in its panels, whose rows there
 * are *width apart. */
static FsReal *
panel_place (FsReal *panels,
             size_t n_rows,
             size_t n_columns,
             size_t row,
             size_t column,
             size_t *width)
{
  const size_t start = column - column % FS_PANEL;
  *width = panel_width (n_columns, start);
  return panels + n_rows * start + row * *width + column % FS_PANEL;
}

/* Columns first … n_columns-1 of lines that no square covers. */
static void
set_rest_of_rows (const FsTransposedPanels *transposed,
                  size_t first_row,
                  const FsReal *lines,
                  size_t first,
                  size_t n_columns,
                  size_t n_valid)
{
  for (size_t column = first, end; column < n_columns; column = end)
    {
      size_t width;
      FsReal *place = panel_place (transposed->panels, transposed->n_rows, n_columns, first_row,
                                   column, &width);
      end = column - column % FS_PANEL + FS_PANEL;
      end = end < n_columns ? end : n_columns;
      for (size_t unit = 0; unit < n_valid; unit++)
        for (size_t k = column; k < end; k++)
          place[unit * width + k - column] = lines[unit * n_columns + k];
    }
}

void
fs_gates_to_panel (const FsKernels *kernels,
                   const FsGateRuns *runs,
                   FsReal *panel,
                   const FsTransposedPanels *transposed,
                   const FsReal *matrix,
                   size_t n_columns,
                   size_t n_units,
                   size_t first_unit,
                   size_t n_valid)
{
  const size_t squared = squared_columns (n_columns, n_valid);
  for (size_t gate = 0; gate < runs->n_gates; gate++)
    {
      const FsReal *lines = matrix + (gate * n_units + first_unit) * n_columns;
      FsReal *lanes = panel + runs->runs[gate] * BLOCK;
      const size_t row = transposed->first_row + runs->runs[gate] * BLOCK;
      for (size_t k = 0; k < squared; k += BLOCK)
        {
          size_t width = 0;
          FsReal *copy = transposed->panels ? panel_place (transposed->panels, transposed->n_rows,
                                                           n_columns, row, k, &width)
                                            : NULL;
          kernels->transpose (lines + k, n_columns, lanes + k * FS_PANEL, FS_PANEL, copy, width);
        }
      for (size_t unit = 0; unit < n_valid; unit++)
        for (size_t k = squared; k < n_columns; k++)
          lanes[k * FS_PANEL + unit] = lines[unit * n_columns + k];
      if (transposed->panels)
        set_rest_of_rows (transposed, row, lines, squared, n_columns, n_valid);
    }
}

void
fs_gates_from_panel (const FsKernels *kernels,
                     const FsGateRuns *runs,
                     const FsReal *panel,
                     FsReal *matrix,
                     size_t n_columns,
                     size_t n_units,
                     size_t first_unit,
                     size_t n_valid)
{
  const size_t squared = squared_columns (n_columns, n_valid);
  for (size_t gate = 0; gate < runs->n_gates; gate++)
    {
      FsReal *lines = matrix + (gate * n_units + first_unit) * n_columns;
      const FsReal *lanes = panel + runs->runs[gate] * BLOCK;
      for (size_t k = 0; k < squared; k += BLOCK)
        kernels->transpose (lanes + k * FS_PANEL, FS_PANEL, lines + k, n_columns, NULL, 0);
      for (size_t unit = 0; unit < n_valid; unit++)
        for (size_t k = squared; k < n_columns; k++)
          lines[unit * n_columns + k] = lanes[k * FS_PANEL + unit];
    }
}
