/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* tanh and sigmoid on registers. In float: one rational function, x P(x²) / Q(x²) for |x| ≤ 7.9, fitted
 * for the smallest largest deviation (iteratively reweighted least squares on 4,000 Chebyshev points).
 * In exact arithmetic it is within 5e-9 of tanh; evaluated in float, within 4.3e-7 everywhere (3.6e-7 with
 * fused operations), and never beyond ±1. In double: libm, which is what the reference has.
 *
 * Division is exact, not the processor's estimate: that is the same on every processor. A guess from the
 * bits with two Newton steps of third order would be so too; it took 2 % longer with AVX-512 and 5 % with
 * AVX2, for the divider works beside the multipliers, and those are what is short.
 *
 *   σ(x) = ½ + ½ tanh(x/2)
 *
 * A NaN comes out as a NaN (see vector_clamp): a finding depends on it. */

#include <math.h>
#include "engine/model/simd/vector.h"

#ifdef FS_REAL_IS_DOUBLE

KERNEL_INLINE Vector
vector_tanh (Vector x)
{
  for (size_t i = 0; i < LANES; i++)
    x[i] = tanh (x[i]);
  return x;
}

KERNEL_INLINE Vector
vector_sigmoid (Vector x)
{
  for (size_t i = 0; i < LANES; i++)
    x[i] = 1.0 / (1.0 + exp (-x[i]));
  return x;
}

/* z[4] = pre-activations of i f g o, replaced by the gates. */
KERNEL_INLINE void
activate_gates (Vector z[4])
{
  z[0] = vector_sigmoid (z[0]);
  z[1] = vector_sigmoid (z[1]);
  z[2] = vector_tanh (z[2]);
  z[3] = vector_sigmoid (z[3]);
}

KERNEL_INLINE void
activate_two_gates (Vector *a, Vector *b)
{
  *a = vector_sigmoid (*a);
  *b = vector_sigmoid (*b);
}

#else

#define TANH_LIMIT 7.9f

/* tanh(x) = numerator / denominator, or tanh(x/2)/2 with `is_half`: its coefficients are those of the
 * other times powers of two, so that neither loses anything. The denominator is in [1, 229]. */
KERNEL_INLINE void
tanh_ratio (const int is_half, Vector x, Vector *numerator, Vector *denominator)
{
  const float s = is_half ? 0.25f : 1, f = is_half ? 0.25f : 1;
  x = vector_clamp (x, is_half ? 2 * TANH_LIMIT : TANH_LIMIT);
  Vector z = x * x;
  Vector p = vector_all (f * s * s * s * s * 1.5259789983544656e-08f);
  p = vector_fma (p, z, vector_all (f * s * s * s * 2.190349333329101e-05f));
  p = vector_fma (p, z, vector_all (f * s * s * 3.5717006002937523e-03f));
  p = vector_fma (p, z, vector_all (f * s * 0.13444455582089188f));
  p = vector_fma (p, z, vector_all (f * 0.9999999735540481f));
  Vector q = vector_all (s * s * s * s * 8.530591656113843e-07f);
  q = vector_fma (q, z, vector_all (s * s * s * 3.4117506029657073e-04f));
  q = vector_fma (q, z, vector_all (s * s * 2.6164430268649057e-02f));
  q = vector_fma (q, z, vector_all (s * 0.4677777776125829f));
  q = vector_fma (q, z, vector_all (1));
  *numerator = x * p;
  *denominator = q;
}

KERNEL_INLINE Vector
vector_tanh (Vector x)
{
  Vector numerator, denominator;
  tanh_ratio (0, x, &numerator, &denominator);
  return numerator / denominator;
}

KERNEL_INLINE Vector
vector_sigmoid (Vector x)
{
  Vector numerator, denominator;
  tanh_ratio (1, x, &numerator, &denominator);
  return numerator / denominator + vector_all (0.5f);
}

/* z[4] = pre-activations of i f g o, replaced by the gates. The four share one reciprocal:
 * 1/(q0 q1 q2 q3), from which products give each 1/q. The product is at most 229⁴ = 3e9. A NaN in one
 * gate of a unit thereby spreads to its others; the cell would have had it anyway. */
KERNEL_INLINE void
activate_gates (Vector z[4])
{
  const Vector half = vector_all (0.5f), one = vector_all (1);
  Vector n[4], q[4];
  tanh_ratio (1, z[0], &n[0], &q[0]);
  tanh_ratio (1, z[1], &n[1], &q[1]);
  tanh_ratio (0, z[2], &n[2], &q[2]);
  tanh_ratio (1, z[3], &n[3], &q[3]);
  Vector q01 = q[0] * q[1], q23 = q[2] * q[3];
  Vector all = one / (q01 * q23);
  Vector inverse_01 = all * q23, inverse_23 = all * q01;
  z[0] = vector_fma (n[0], inverse_01 * q[1], half);
  z[1] = vector_fma (n[1], inverse_01 * q[0], half);
  z[2] = n[2] * (inverse_23 * q[3]);
  z[3] = vector_fma (n[3], inverse_23 * q[2], half);
}

/* σ of both, sharing a division. */
KERNEL_INLINE void
activate_two_gates (Vector *a, Vector *b)
{
  const Vector half = vector_all (0.5f), one = vector_all (1);
  Vector n[2], q[2];
  tanh_ratio (1, *a, &n[0], &q[0]);
  tanh_ratio (1, *b, &n[1], &q[1]);
  const Vector both = one / (q[0] * q[1]);
  *a = vector_fma (n[0], both * q[1], half);
  *b = vector_fma (n[1], both * q[0], half);
}

#endif
