/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inner loops of optimisers: one pass each over a piece of the flat blocks, knowing numbers and
 * nothing else. Every operation is exact IEEE arithmetic element by element, and sums run in a fixed
 * number of lanes, so that the results do not depend on how wide the processor's vectors are. */

#include <stddef.h>
#include "engine/base/real.h"

typedef struct
{
  FsReal scale;             /* of the gradient: below 1 where it is clipped */
  FsReal beta1, one_minus1; /* β₁, 1 − β₁ */
  FsReal beta2, one_minus2; /* β₂, 1 − β₂ */
  FsReal rate;              /* learning rate / (1 − β₁ᵗ) */
  FsReal correction;        /* 1 / √(1 − β₂ᵗ) */
  FsReal epsilon;
} FsAdamNumbers;

/* Nadam's step has two parts, each with a rate of its own; `adam.rate` is not used. */
typedef struct
{
  FsAdamNumbers adam;
  FsReal gradient_rate; /* lr (1 − μₜ) / (1 − Πμ) */
  FsReal moment_rate;   /* lr μₜ₊₁ / (1 − Πμ·μₜ₊₁) */
} FsNadamNumbers;

/* RMSprop and Adagrad. Either epsilon may be 0: which one is not is a matter of convention. */
typedef struct
{
  FsReal scale;          /* of the gradient */
  FsReal rho, one_minus; /* ρ, 1 − ρ (rmsprop) */
  FsReal epsilon_inside; /* √(v + ε) */
  FsReal epsilon;        /* √v + ε */
  FsReal momentum, gain; /* b = momentum · b + gain · step (rmsprop) */
  FsReal rate;
} FsRootNumbers;

/* One source, compiled for each instruction set. */
typedef struct
{
  /* Σ x², in double, in 16 interleaved lanes. */
  double (*sum_squares) (const FsReal *x, size_t n);

  /* Σ (x − y)², likewise. */
  double (*sum_squared_differences) (const FsReal *x, const FsReal *y, size_t n);

  /* g += 2·l2·w + l1·sign (w), sign (0) = 0. */
  void (*add_penalty) (FsReal *g, const FsReal *w, FsReal l1, FsReal l2, size_t n);

  /* w −= rate · (scale · g) */
  void (*sgd) (FsReal *w, const FsReal *g, FsReal scale, FsReal rate, size_t n);

  /* b = momentum · b + scale · g;  w −= rate · b */
  void (*momentum) (FsReal *w,
                    FsReal *b,
                    const FsReal *g,
                    FsReal scale,
                    FsReal rate,
                    FsReal momentum,
                    size_t n);

  /* b = momentum · b + scale · g;  w −= rate · (momentum · b + scale · g) */
  void (*nesterov) (FsReal *w,
                    FsReal *b,
                    const FsReal *g,
                    FsReal scale,
                    FsReal rate,
                    FsReal momentum,
                    size_t n);

  /* g ← scale · g;  m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²
   * w −= rate · m / (√v · correction + ε) */
  void (*adam) (FsReal *w,
                FsReal *m,
                FsReal *v,
                const FsReal *g,
                const FsAdamNumbers *numbers,
                size_t n);

  /* AMSGrad: Adam with the largest v so far, u = max (u, v), in the place of v. */
  void (*adam_max) (FsReal *w,
                    FsReal *m,
                    FsReal *v,
                    FsReal *u,
                    const FsReal *g,
                    const FsAdamNumbers *numbers,
                    size_t n);

  /* m and v as Adam's;  w −= (gradient_rate · g + moment_rate · m) / (√v · correction + ε) */
  void (*nadam) (FsReal *w,
                 FsReal *m,
                 FsReal *v,
                 const FsReal *g,
                 const FsNadamNumbers *numbers,
                 size_t n);

  /* g ← scale · g;  v = ρ v + (1 − ρ) g²;  with m: m = ρ m + (1 − ρ) g, a = max (v − m², 0), else a = v
   * step = g / (√(a + ε_inside) + ε);  with b: b = momentum · b + gain · step, step = b
   * w −= rate · step.  `b` and `m` may be NULL. */
  void (*rmsprop) (FsReal *w,
                   FsReal *v,
                   FsReal *b,
                   FsReal *m,
                   const FsReal *g,
                   const FsRootNumbers *numbers,
                   size_t n);

  /* g ← scale · g;  s += g²;  w −= rate · g / (√(s + ε_inside) + ε) */
  void (*adagrad) (FsReal *w, FsReal *s, const FsReal *g, const FsRootNumbers *numbers, size_t n);

  /* w ← factor · w */
  void (*shrink) (FsReal *w, FsReal factor, size_t n);

  /* g ← scale · g, cut to ±limit; returns how many were cut. */
  size_t (*clamp) (FsReal *g, FsReal scale, FsReal limit, size_t n);
} FsUpdateKernels;

extern const FsUpdateKernels fs_update_kernels_portable;
extern const FsUpdateKernels fs_update_kernels_avx2;
extern const FsUpdateKernels fs_update_kernels_avx512;
