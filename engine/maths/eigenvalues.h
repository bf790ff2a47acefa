/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Eigenvalues of small symmetric matrices, by one thread and with the same bits everywhere. For a few
 * dozen rows this takes less time than waking the threads of a library would. */

#include <stdbool.h>
#include <stddef.h>

/* matrix[n][n], all of it filled in, is used up; values[n] come in no order. False if it does not
 * converge, as with a NaN. */
bool fs_symmetric_eigenvalues (double *matrix, size_t n, double *values);
