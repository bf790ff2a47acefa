/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Layer normalisation (Ba et al. 2016) of one row of numbers:
 *
 *   y = γ ⊙ x̂ + β,   x̂ = (x − mean(x)) / √(var(x) + ε),   var with n in the denominator
 *
 * The gradient by x, given d = ∂L/∂y:  (γd − mean(γd) − x̂ mean(γd ⊙ x̂)) / √(var(x) + ε) */

#include <stddef.h>
#include "engine/base/real.h"

typedef struct
{
  const FsReal *gain;  /* γ; NULL = there is no normalisation */
  const FsReal *shift; /* β */
  FsReal *normal;      /* x̂, kept for the way back */
  FsReal *scale;       /* 1 / √(var + ε), likewise */
} FsNorm;

/* x becomes y. */
void fs_norm_forward (const FsNorm *norm, double epsilon, FsReal *x, size_t n);
/* d = ∂L/∂y becomes ∂L/∂x. */
void fs_norm_backward (const FsNorm *norm, FsReal *d, size_t n);

/* ∂L/∂γ and ∂L/∂β of the columns first … end-1, summed over rows in their order. */
void fs_norm_gradient (const FsReal *d,
                       const FsReal *normal,
                       size_t stride,
                       size_t n_rows,
                       size_t first,
                       size_t end,
                       FsReal *d_gain,
                       FsReal *d_shift);
