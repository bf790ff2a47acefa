/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Weights between their canonical layout and the panels that kernels read (simd/kernel-table.h).
 * Padding is never written: panels start as zeros and keep them. */

#include <stddef.h>
#include "engine/base/real.h"
#include "engine/model/simd/kernel-table.h"

#define FS_PANEL 64 /* columns of a panel; the four gates of a block of 16 units */

/* Room for all panels of a matrix with so many rows and columns (saturating). */
size_t fs_panels_size (size_t n_rows, size_t n_columns);

/* Writes row `row` of the matrix into the panels: panel p holds columns 64p … of all rows, and is as wide
 * as it has whole blocks of 16. */
void fs_panels_set_row (FsReal *panels,
                        size_t n_rows,
                        size_t row,
                        const FsReal *values,
                        size_t n_columns);

/* The same for a matrix given by its columns: values[column][row], row < n_rows. */
void fs_panels_set_columns (FsReal *panels,
                            size_t n_rows,
                            const FsReal *values,
                            size_t first_column,
                            size_t end_column,
                            size_t n_columns);

/* Which of a panel's four runs of 16 belongs to each gate of a canonical (gates × H, n_columns) matrix. */
typedef struct
{
  size_t n_gates;
  size_t runs[4];
} FsGateRuns;

/* The panels of a canonical matrix as it lies: those of fs_panels_set_row(). */
typedef struct
{
  FsReal *panels; /* NULL if there are none */
  size_t n_rows;
  size_t first_row; /* of the block in work: that of its run 0, if it had all four */
} FsTransposedPanels;

/* One block of 16 units between lines gate·n_units + unit of a canonical matrix and a panel
 * [n_columns][64]; n_valid ≤ 16 units of the block exist. What is read for the panel goes to the transposed
 * panels as well, for reading it takes longer than writing it in two places. */
void fs_gates_to_panel (const FsKernels *kernels,
                        const FsGateRuns *runs,
                        FsReal *panel,
                        const FsTransposedPanels *transposed,
                        const FsReal *matrix,
                        size_t n_columns,
                        size_t n_units,
                        size_t first_unit,
                        size_t n_valid);
void fs_gates_from_panel (const FsKernels *kernels,
                          const FsGateRuns *runs,
                          const FsReal *panel,
                          FsReal *matrix,
                          size_t n_columns,
                          size_t n_units,
                          size_t first_unit,
                          size_t n_valid);
