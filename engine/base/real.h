/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The number type of parameters and activations: float in the product, double in the second build of
 * the same sources that checks gradients and golden values (FS_REAL_IS_DOUBLE). Statistics, scalers,
 * accumulated losses and optimiser scalars are double in both. */

#ifdef FS_REAL_IS_DOUBLE
typedef double FsReal;
#define FS_REAL_EPSILON 2.2204460492503131e-16
#else
typedef float FsReal;
#define FS_REAL_EPSILON 1.1920929e-07
#endif
