/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Activations; see activation.h. A NaN that goes in comes out of every one of them: findings about
 * exploding numbers depend on it, and comparisons are written so that it falls through. */

#include "engine/model/activation.h"

#include <math.h>
#include <string.h>
#include "engine/model/simd/kernel-table.h"

#define BLOCK 16

/* Klambauer et al. 2017. */
#define SELU_SCALE 1.0507009873554805
#define SELU_ALPHA 1.6732632423543772

#define SQRT_HALF 0.70710678118654752
#define INVERSE_SQRT_TWO_PI 0.39894228040143268

FsActivation
fs_cell_activation (FsCellActivation kind)
{
  static const FsActivation activations[] = {
    [FS_CELL_TANH] = FS_ACTIVATION_TANH,
    [FS_CELL_RELU] = FS_ACTIVATION_RELU,
    [FS_CELL_SOFTSIGN] = FS_ACTIVATION_SOFTSIGN,
    [FS_CELL_SIGMOID] = FS_ACTIVATION_SIGMOID,
    [FS_CELL_HARD_SIGMOID] = FS_ACTIVATION_HARD_SIGMOID,
    [FS_CELL_HARD_SIGMOID_KERAS_2] = FS_ACTIVATION_HARD_SIGMOID_KERAS_2,
    [FS_CELL_LINEAR] = FS_ACTIVATION_LINEAR,
  };
  return activations[kind];
}

FsActivation
fs_gate_activation (FsGateActivation kind)
{
  static const FsActivation activations[] = {
    [FS_GATE_SIGMOID] = FS_ACTIVATION_SIGMOID,
    [FS_GATE_HARD_SIGMOID] = FS_ACTIVATION_HARD_SIGMOID,
    [FS_GATE_HARD_SIGMOID_KERAS_2] = FS_ACTIVATION_HARD_SIGMOID_KERAS_2,
    [FS_GATE_TANH] = FS_ACTIVATION_TANH,
    [FS_GATE_RELU] = FS_ACTIVATION_RELU,
    [FS_GATE_SOFTSIGN] = FS_ACTIVATION_SOFTSIGN,
    [FS_GATE_LINEAR] = FS_ACTIVATION_LINEAR,
  };
  return activations[kind];
}

static double
sigmoid (double z)
{
  return 1.0 / (1.0 + exp (-z));
}

/* ln(1 + eᶻ), without overflow. */
static double
softplus (double z)
{
  return z > 0 ? z + log1p (exp (-z)) : log1p (exp (z));
}

/* clip(z · steepness + ½, 0, 1) */
static FsReal
hard_sigmoid (FsReal z, FsReal steepness)
{
  const FsReal y = z * steepness + (FsReal) 0.5;
  return y < 0 ? 0 : y > 1 ? 1 : y;
}

static FsReal
smooth_curve (FsActivation kind, double z)
{
  switch (kind)
    {
    case FS_ACTIVATION_TANH:
      return (FsReal) tanh (z);
    case FS_ACTIVATION_SIGMOID:
      return (FsReal) sigmoid (z);
    case FS_ACTIVATION_ELU:
      return (FsReal) (z < 0 ? expm1 (z) : z);
    case FS_ACTIVATION_SELU:
      return (FsReal) (SELU_SCALE * (z < 0 ? SELU_ALPHA * expm1 (z) : z));
    case FS_ACTIVATION_SOFTPLUS:
      return (FsReal) softplus (z);
    case FS_ACTIVATION_SILU:
      return (FsReal) (z * sigmoid (z));
    case FS_ACTIVATION_GELU:
      return (FsReal) (z * 0.5 * erfc (-z * SQRT_HALF));
    case FS_ACTIVATION_MISH:
      return (FsReal) (z * tanh (softplus (z)));
    default:
      return (FsReal) z;
    }
}

static FsReal
curve (FsCurve curve, FsReal z)
{
  switch (curve.kind)
    {
    case FS_ACTIVATION_RELU:
      return z < 0 ? 0 : z;
    case FS_ACTIVATION_LEAKY_RELU:
      return z < 0 ? curve.below * z : z;
    case FS_ACTIVATION_SOFTSIGN:
      return z / (1 + (z < 0 ? -z : z));
    case FS_ACTIVATION_HARD_SIGMOID:
      return hard_sigmoid (z, (FsReal) (1.0 / 6.0));
    case FS_ACTIVATION_HARD_SIGMOID_KERAS_2:
      return hard_sigmoid (z, (FsReal) 0.2);
    default:
      return smooth_curve (curve.kind, (double) z);
    }
}

/* y_i = e^(z_i − max z) / Σ_j e^(z_j − max z) */
static void
softmax (FsReal *z, size_t n)
{
  double largest = -INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++)
    largest = z[i] > largest ? z[i] : largest;
  for (size_t i = 0; i < n; i++)
    sum += exp ((double) z[i] - largest);
  for (size_t i = 0; i < n; i++)
    z[i] = (FsReal) (exp ((double) z[i] - largest) / sum);
}

/* The kernels work on whole blocks; what is left over goes through one on the side. */
static void
apply_kernel (void (*kernel) (FsReal *values, size_t n), FsReal *z, size_t n)
{
  const size_t whole = n - n % BLOCK;
  kernel (z, whole);
  if (whole == n)
    return;
  FsReal block[BLOCK] = { 0 };
  memcpy (block, z + whole, (n - whole) * sizeof *z);
  kernel (block, BLOCK);
  memcpy (z + whole, block, (n - whole) * sizeof *z);
}

void
fs_curve_apply (FsCurve how, const FsKernels *kernels, FsReal *z, size_t n)
{
  if (how.kind == FS_ACTIVATION_LINEAR)
    return;
  if (how.kind == FS_ACTIVATION_SOFTMAX)
    softmax (z, n);
  else if (how.kind == FS_ACTIVATION_TANH && kernels)
    apply_kernel (kernels->tanh, z, n);
  else if (how.kind == FS_ACTIVATION_SIGMOID && kernels)
    apply_kernel (kernels->sigmoid, z, n);
  else
    for (size_t i = 0; i < n; i++)
      z[i] = curve (how, z[i]);
}

bool
fs_curve_needs_z (FsCurve curve)
{
  return curve.kind == FS_ACTIVATION_SILU || curve.kind == FS_ACTIVATION_GELU
         || curve.kind == FS_ACTIVATION_MISH;
}

static FsReal
slope_of_z (FsActivation kind, double z)
{
  const double s = sigmoid (z);
  switch (kind)
    {
    case FS_ACTIVATION_SILU:
      return (FsReal) (s * (1 + z * (1 - s)));
    case FS_ACTIVATION_GELU:
      return (FsReal) (0.5 * erfc (-z * SQRT_HALF) + z * INVERSE_SQRT_TWO_PI * exp (-z * z / 2));
    default: /* mish */
      {
        const double t = tanh (softplus (z));
        return (FsReal) (t + z * s * (1 - t * t));
      }
    }
}

FsReal
fs_curve_slope (FsCurve curve, FsReal z, FsReal y)
{
  switch (curve.kind)
    {
    case FS_ACTIVATION_TANH:
      return 1 - y * y;
    case FS_ACTIVATION_SIGMOID:
      return y * (1 - y);
    case FS_ACTIVATION_RELU:
      return y > 0 ? 1 : 0;
    case FS_ACTIVATION_LEAKY_RELU:
      return y < 0 ? curve.below : 1;
    case FS_ACTIVATION_ELU:
      return y < 0 ? y + 1 : 1;
    case FS_ACTIVATION_SELU:
      return (FsReal) (y < 0 ? (double) y + SELU_SCALE * SELU_ALPHA : SELU_SCALE);
    case FS_ACTIVATION_SOFTPLUS:
      return (FsReal) -expm1 (-(double) y); /* σ(z) = 1 − e^(−y) */
    case FS_ACTIVATION_SOFTSIGN:
      return (1 - (y < 0 ? -y : y)) * (1 - (y < 0 ? -y : y));
    case FS_ACTIVATION_HARD_SIGMOID:
      return y > 0 && y < 1 ? (FsReal) (1.0 / 6.0) : 0;
    case FS_ACTIVATION_HARD_SIGMOID_KERAS_2:
      return y > 0 && y < 1 ? (FsReal) 0.2 : 0;
    case FS_ACTIVATION_SILU:
    case FS_ACTIVATION_GELU:
    case FS_ACTIVATION_MISH:
      return slope_of_z (curve.kind, (double) z);
    case FS_ACTIVATION_LINEAR:
    case FS_ACTIVATION_SOFTMAX:
      break;
    }
  return 1;
}

void
fs_curve_backward (FsCurve curve,
                   const FsReal *z,
                   const FsReal *y,
                   const FsReal *dy,
                   FsReal *dz,
                   size_t n)
{
  if (curve.kind == FS_ACTIVATION_SOFTMAX)
    {
      FsReal sum = 0;
      for (size_t i = 0; i < n; i++)
        sum += y[i] * dy[i];
      for (size_t i = 0; i < n; i++)
        dz[i] = y[i] * (dy[i] - sum);
      return;
    }
  for (size_t i = 0; i < n; i++)
    dz[i] = dy[i] * fs_curve_slope (curve, z ? z[i] : 0, y[i]);
}
