/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Power transforms; see power.h. */

#include "engine/prepare/power.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define MOST_LAMBDA 5.0
#define GRID_STEP 0.25

/* Arguments of log1p() no closer to its pole than this: the end of the transform's range. */
#define RANGE_MARGIN 1e-12

/* (e^(λu) − 1) / λ, which is u for λ = 0; exact also near it. */
static double
power (double u, double lambda)
{
  return fabs (lambda) < DBL_EPSILON ? u : expm1 (lambda * u) / lambda;
}

static double
power_inverse (double y, double lambda)
{
  return fabs (lambda) < DBL_EPSILON ? y : log1p (fmax (lambda * y, RANGE_MARGIN - 1)) / lambda;
}

double
fs_box_cox (double x, double lambda)
{
  return power (log (x), lambda);
}

double
fs_box_cox_inverse (double y, double lambda)
{
  return exp (power_inverse (y, lambda));
}

/* The lower half is the upper one turned round, with 2 − λ. */
double
fs_yeo_johnson (double x, double lambda)
{
  return x >= 0 ? power (log1p (x), lambda) : -power (log1p (-x), 2 - lambda);
}

double
fs_yeo_johnson_inverse (double y, double lambda)
{
  return y >= 0 ? expm1 (power_inverse (y, lambda)) : -expm1 (power_inverse (-y, 2 - lambda));
}

typedef struct
{
  bool is_yeo_johnson;
  const double *x; /* Box–Cox: ln x less its mean; Yeo–Johnson: x */
  size_t n;
  double log_sum; /* Σ sgn (x) ln (1 + |x|) */
} Sample;

/* −log-likelihood / n up to a constant: ½ ln var y − (λ − 1)/n Σ sgn (x) ln (1 + |x|). Dividing x by its
 * geometric mean makes the second term of Box–Cox vanish and keeps the powers near 1. */
static double
cost (const Sample *sample, double lambda)
{
  const double n = (double) sample->n;
  double sum = 0, squares = 0, rest = 0;
  for (size_t i = 0; i < sample->n; i++)
    sum += sample->is_yeo_johnson ? fs_yeo_johnson (sample->x[i], lambda)
                                  : power (sample->x[i], lambda);
  for (size_t i = 0; i < sample->n; i++)
    {
      double y = sample->is_yeo_johnson ? fs_yeo_johnson (sample->x[i], lambda)
                                        : power (sample->x[i], lambda);
      squares += (y - sum / n) * (y - sum / n);
      rest += y - sum / n;
    }
  double variance = (squares - rest * rest / n) / n;
  double value = 0.5 * log (variance) - (lambda - 1) * sample->log_sum / n;
  return variance > 0 && isfinite (value) ? value : INFINITY;
}

/* Brent (1973), chapter 5: parabolas where they help, golden sections where they do not. */
static double
minimise (const Sample *sample, double a, double b)
{
  const double golden = 0.3819660112501051, tolerance = 1e-10;
  double x = a + golden * (b - a), w = x, v = x, d = 0, e = 0;
  double fx = cost (sample, x), fw = fx, fv = fx;
  for (int round = 0; round < 200; round++)
    {
      double middle = 0.5 * (a + b), slack = tolerance * fabs (x) + tolerance;
      if (fabs (x - middle) <= 2 * slack - 0.5 * (b - a))
        break;
      double r = (x - w) * (fx - fv), q = (x - v) * (fx - fw);
      double p = (x - v) * q - (x - w) * r, before = e;
      q = 2 * (q - r);
      p = q > 0 ? -p : p;
      q = fabs (q);
      if (fabs (before) > slack && fabs (p) < fabs (0.5 * q * before) && p > q * (a - x)
          && p < q * (b - x))
        {
          e = d;
          d = p / q;
          if (x + d - a < 2 * slack || b - (x + d) < 2 * slack)
            d = x < middle ? slack : -slack;
        }
      else
        {
          e = x < middle ? b - x : a - x;
          d = golden * e;
        }
      double u = x + (fabs (d) >= slack ? d : d > 0 ? slack : -slack), fu = cost (sample, u);
      if (fu <= fx)
        {
          *(u < x ? &b : &a) = x;
          v = w, fv = fw, w = x, fw = fx, x = u, fx = fu;
        }
      else
        {
          *(u < x ? &a : &b) = u;
          if (fu <= fw || w == x)
            v = w, fv = fw, w = u, fw = fu;
          else if (fu <= fv || v == x || v == w)
            v = u, fv = fu;
        }
    }
  return x;
}

/* A grid finds the valley, Brent its bottom. Constants have no likeliest power: 1 leaves them. */
static double
fit (const Sample *sample)
{
  double best = 1, least = INFINITY;
  for (double lambda = -MOST_LAMBDA; lambda <= MOST_LAMBDA; lambda += GRID_STEP)
    {
      double value = cost (sample, lambda);
      if (value < least)
        {
          least = value;
          best = lambda;
        }
    }
  return isinf (least) ? 1
                       : minimise (sample, fmax (best - GRID_STEP, -MOST_LAMBDA),
                                   fmin (best + GRID_STEP, MOST_LAMBDA));
}

double
fs_box_cox_fit (const double *x, size_t n, double *scratch)
{
  double mean = 0;
  for (size_t i = 0; i < n; i++)
    mean += scratch[i] = log (x[i]);
  mean /= (double) n;
  for (size_t i = 0; i < n; i++)
    scratch[i] -= mean;
  return fit (&(Sample){ false, scratch, n, 0 });
}

double
fs_yeo_johnson_fit (const double *x, size_t n, double *scratch)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i] >= 0 ? log1p (x[i]) : -log1p (-x[i]);
  return fit (&(Sample){ true, x, n, sum });
}
