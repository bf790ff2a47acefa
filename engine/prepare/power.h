/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The power transforms of Box and Cox (1964) and of Yeo and Johnson (2000), and the power under which
 * given values are most like a normal sample. Outside the range of a transform its inverse gives the
 * nearest value that has one. Private to prepare/. */

#include <stddef.h>

double fs_box_cox (double x, double lambda); /* x > 0 */
double fs_box_cox_inverse (double y, double lambda);
double fs_yeo_johnson (double x, double lambda);
double fs_yeo_johnson_inverse (double y, double lambda);

/* The λ in [−5, 5] of the greatest likelihood; beyond, a power is hardly more than a step. `scratch`
 * has room for n numbers. */
double fs_box_cox_fit (const double *x, size_t n, double *scratch);
double fs_yeo_johnson_fit (const double *x, size_t n, double *scratch);
