/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inner loops of optimisers; see update-kernels.h. Written so that gcc 12 turns each into vector
 * code at -O3 without being allowed to reorder sums: the lanes of the sums are explicit. Compiled once
 * for each instruction set; FS_UPDATE_KERNELS is the name of the table. */

#include "engine/train/update-kernels.h"

#include <math.h>

#ifdef FS_REAL_IS_DOUBLE
#define REAL_SQRT sqrt
#else
#define REAL_SQRT sqrtf
#endif

#define N_LANES 16

static double
sum_lanes (const double *lanes)
{
  double sum = 0;
  for (size_t j = 0; j < N_LANES; j++)
    sum += lanes[j];
  return sum;
}

static double
sum_squares (const FsReal *x, size_t n)
{
  double lanes[N_LANES] = { 0 };
  size_t i = 0;
  for (; i + N_LANES <= n; i += N_LANES)
    for (size_t j = 0; j < N_LANES; j++)
      lanes[j] += (double) x[i + j] * (double) x[i + j];
  for (size_t j = 0; i + j < n; j++)
    lanes[j] += (double) x[i + j] * (double) x[i + j];
  return sum_lanes (lanes);
}

static double
sum_squared_differences (const FsReal *x, const FsReal *y, size_t n)
{
  double lanes[N_LANES] = { 0 };
  size_t i = 0;
  for (; i + N_LANES <= n; i += N_LANES)
    for (size_t j = 0; j < N_LANES; j++)
      {
        double d = (double) x[i + j] - (double) y[i + j];
        lanes[j] += d * d;
      }
  for (size_t j = 0; i + j < n; j++)
    {
      double d = (double) x[i + j] - (double) y[i + j];
      lanes[j] += d * d;
    }
  return sum_lanes (lanes);
}

static void
add_penalty (FsReal *restrict g, const FsReal *restrict w, FsReal l1, FsReal l2, size_t n)
{
  const FsReal twice_l2 = 2 * l2;
  for (size_t i = 0; i < n; i++)
    {
      FsReal sign = (FsReal) (w[i] > 0) - (FsReal) (w[i] < 0);
      g[i] += twice_l2 * w[i] + l1 * sign;
    }
}

static void
sgd (FsReal *restrict w, const FsReal *restrict g, FsReal scale, FsReal rate, size_t n)
{
  for (size_t i = 0; i < n; i++)
    w[i] -= rate * (scale * g[i]);
}

static void
momentum (FsReal *restrict w,
          FsReal *restrict b,
          const FsReal *restrict g,
          FsReal scale,
          FsReal rate,
          FsReal keep,
          size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      b[i] = keep * b[i] + scale * g[i];
      w[i] -= rate * b[i];
    }
}

static void
nesterov (FsReal *restrict w,
          FsReal *restrict b,
          const FsReal *restrict g,
          FsReal scale,
          FsReal rate,
          FsReal keep,
          size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      FsReal gi = scale * g[i];
      b[i] = keep * b[i] + gi;
      w[i] -= rate * (keep * b[i] + gi);
    }
}

/* With AVX-512 and everything in the second-level cache 0.42 ns a number, all of it the divider's, for the
 * root and the quotient; from 4 MB of numbers on 0.58 ns, which is memory. A root by Newton's method would
 * take two dozen multiplications in exchange, which AVX2 has no room for beside its faster division. */
static void
adam (FsReal *restrict w,
      FsReal *restrict m,
      FsReal *restrict v,
      const FsReal *restrict g,
      const FsAdamNumbers *numbers,
      size_t n)
{
  const FsAdamNumbers a = *numbers;
  for (size_t i = 0; i < n; i++)
    {
      FsReal gi = a.scale * g[i];
      m[i] = a.beta1 * m[i] + a.one_minus1 * gi;
      v[i] = a.beta2 * v[i] + a.one_minus2 * (gi * gi);
      w[i] -= a.rate * m[i] / (REAL_SQRT (v[i]) * a.correction + a.epsilon);
    }
}

static void
adam_max (FsReal *restrict w,
          FsReal *restrict m,
          FsReal *restrict v,
          FsReal *restrict u,
          const FsReal *restrict g,
          const FsAdamNumbers *numbers,
          size_t n)
{
  const FsAdamNumbers a = *numbers;
  for (size_t i = 0; i < n; i++)
    {
      FsReal gi = a.scale * g[i];
      m[i] = a.beta1 * m[i] + a.one_minus1 * gi;
      v[i] = a.beta2 * v[i] + a.one_minus2 * (gi * gi);
      u[i] = v[i] > u[i] ? v[i] : u[i];
      w[i] -= a.rate * m[i] / (REAL_SQRT (u[i]) * a.correction + a.epsilon);
    }
}

static void
nadam (FsReal *restrict w,
       FsReal *restrict m,
       FsReal *restrict v,
       const FsReal *restrict g,
       const FsNadamNumbers *numbers,
       size_t n)
{
  const FsAdamNumbers a = numbers->adam;
  const FsReal gradient_rate = numbers->gradient_rate, moment_rate = numbers->moment_rate;
  for (size_t i = 0; i < n; i++)
    {
      FsReal gi = a.scale * g[i];
      m[i] = a.beta1 * m[i] + a.one_minus1 * gi;
      v[i] = a.beta2 * v[i] + a.one_minus2 * (gi * gi);
      w[i] -=
          (gradient_rate * gi + moment_rate * m[i]) / (REAL_SQRT (v[i]) * a.correction + a.epsilon);
    }
}

/* The two questions are the same for every i; the compiler asks them outside the loop. */
static void
rmsprop (FsReal *restrict w,
         FsReal *restrict v,
         FsReal *restrict b,
         FsReal *restrict m,
         const FsReal *restrict g,
         const FsRootNumbers *numbers,
         size_t n)
{
  const FsRootNumbers a = *numbers;
  for (size_t i = 0; i < n; i++)
    {
      FsReal gi = a.scale * g[i];
      FsReal spread = v[i] = a.rho * v[i] + a.one_minus * (gi * gi);
      if (m)
        {
          m[i] = a.rho * m[i] + a.one_minus * gi;
          spread -= m[i] * m[i];
          spread = spread > 0 ? spread : 0; /* a variance, but for rounding */
        }
      FsReal step = gi / (REAL_SQRT (spread + a.epsilon_inside) + a.epsilon);
      if (b)
        step = b[i] = a.momentum * b[i] + a.gain * step;
      w[i] -= a.rate * step;
    }
}

static void
adagrad (FsReal *restrict w,
         FsReal *restrict s,
         const FsReal *restrict g,
         const FsRootNumbers *numbers,
         size_t n)
{
  const FsRootNumbers a = *numbers;
  for (size_t i = 0; i < n; i++)
    {
      FsReal gi = a.scale * g[i];
      s[i] += gi * gi;
      w[i] -= a.rate * gi / (REAL_SQRT (s[i] + a.epsilon_inside) + a.epsilon);
    }
}

static void
shrink (FsReal *w, FsReal factor, size_t n)
{
  for (size_t i = 0; i < n; i++)
    w[i] *= factor;
}

static size_t
clamp (FsReal *g, FsReal scale, FsReal limit, size_t n)
{
  size_t n_cut = 0;
  for (size_t i = 0; i < n; i++)
    {
      FsReal gi = scale * g[i];
      FsReal cut = gi > limit ? limit : gi < -limit ? -limit : gi;
      n_cut += cut != gi;
      g[i] = cut;
    }
  return n_cut;
}

const FsUpdateKernels FS_UPDATE_KERNELS = {
  .sum_squares = sum_squares,
  .sum_squared_differences = sum_squared_differences,
  .add_penalty = add_penalty,
  .sgd = sgd,
  .momentum = momentum,
  .nesterov = nesterov,
  .adam = adam,
  .adam_max = adam_max,
  .nadam = nadam,
  .rmsprop = rmsprop,
  .adagrad = adagrad,
  .shrink = shrink,
  .clamp = clamp,
};
