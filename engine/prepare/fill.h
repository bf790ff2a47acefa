/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The two ways of filling gaps that need more than the values beside them: smooth curves and similar
 * rows. Private to prepare/. */

#include "engine/prepare/step.h"

/* Puts the cubic spline through the known values of rows [begin, end) into the gaps between them: its
 * third derivative is continuous also at the second and the last but one ("not a knot"). Through
 * three values goes a parabola, through two a line. What lies before the first and behind the last
 * known value stays missing. */
FsStatus fs_spline_fill (double *values,
                         size_t stride,
                         size_t begin,
                         size_t end,
                         FsProblem *problem);

/* The mean of the k training rows that are nearest by the columns both have:
 * d (x, y) = √(F/|P| Σ_{j∈P} (x_j − y_j)²). Only rows that have the wanted column can give it, and where
 * none is at a known distance, the training mean does. Long training parts give every n-th row, at
 * most FS_MAX_DONORS: the time is donors × gaps. Equally near rows: the earlier one. */
#define FS_MAX_DONORS 5000
size_t fs_neighbours_count (size_t n_train);
void fs_neighbours_take (FsStep *step, const FsTable *table);
FsStatus fs_neighbours_fill (const FsStep *step, FsTable *table, FsProblem *problem);
