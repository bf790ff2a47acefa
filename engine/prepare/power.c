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

/* A sample as the logarithms whose multiples are raised: of Box–Cox ln x less its mean, of Yeo–Johnson
 * ln (1 + |x|), with the sign of x. Every n-th value of a long one finds the valley, all of them its
 * bottom. */
typedef struct
{
  bool is_yeo_johnson;
  const double *u;
  size_t n, stride;
  double log_mean; /* Σ u / n of Yeo–Johnson, 0 of Box–Cox, of the values looked at */
} Sample;

/* Values that find the valley. */
#define SCOUTS 4096

/* Below this the closed forms of growth() and its slope lose digits to their divisions. */
#define SMALL 1e-2

/* (e^s − 1) / s and its slope ((s − 1) e^s + 1) / s². */
static inline void
growth (double s, double *value, double *slope)
{
  if (fabs (s) < SMALL)
    {
      *value = 1 + s * (1 / 2.0 + s * (1 / 6.0 + s * (1 / 24.0 + s * (1 / 120.0 + s / 720.0))));
      *slope =
          1 / 2.0 + s * (1 / 3.0 + s * (1 / 8.0 + s * (1 / 30.0 + s * (1 / 144.0 + s / 840.0))));
      return;
    }
  const double e = expm1 (s);
  *value = e / s;
  *slope = (e * (s - 1) + s) / (s * s);
}

/* The power y of one value and dy/dλ: y = u h (λu) with h = growth(), so dy/dλ = u² h' (λu); the lower
 * half is −|u| h ((2 − λ)|u|), whose slope is u² h'. */
static inline void
raise (const Sample *sample, size_t i, double lambda, double *y, double *slope)
{
  const double u = sample->u[i];
  const bool is_lower = sample->is_yeo_johnson && u < 0;
  growth (is_lower ? (lambda - 2) * u : lambda * u, y, slope);
  *y *= u;
  *slope *= u * u;
}

/* −log-likelihood / n up to a constant: ½ ln var y − (λ − 1)/n Σ sgn (x) ln (1 + |x|), and its slope
 * cov (y, dy/dλ) / var y − 1/n Σ …. Dividing x by its geometric mean makes the second term of Box–Cox
 * vanish and keeps the powers near 1. Sums are of the distances from a value near the middle. */
static double
cost (const Sample *sample, double lambda, double *slope)
{
  double sum = 0, squares = 0, slopes = 0, products = 0, middle = 0, unused;
  size_t n_near = 0, n = 0;
  for (size_t i = 0; i < sample->n; i += sample->stride * (1 + sample->n / sample->stride / 64))
    {
      double y;
      raise (sample, i, lambda, &y, &unused);
      middle += y;
      n_near++;
    }
  middle /= (double) n_near;
  for (size_t i = 0; i < sample->n; i += sample->stride)
    {
      double y, dy;
      raise (sample, i, lambda, &y, &dy);
      y -= middle;
      sum += y;
      squares += y * y;
      slopes += dy;
      products += y * dy;
      n++;
    }
  const double variance = (squares - sum * sum / (double) n) / (double) n;
  const double value = 0.5 * log (variance) - (lambda - 1) * sample->log_mean;
  *slope = (products - sum * slopes / (double) n) / (double) n / variance - sample->log_mean;
  return variance > 0 && isfinite (value) ? value : INFINITY;
}

/* Brent (1973), chapter 5: parabolas where they help, golden sections where they do not. */
static double
minimise (const Sample *sample, double a, double b)
{
  const double golden = 0.3819660112501051, tolerance = 1e-10;
  double x = a + golden * (b - a), w = x, v = x, d = 0, e = 0, slope;
  double fx = cost (sample, x, &slope), fw = fx, fv = fx;
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
      double u = x
                 + (fabs (d) >= slack ? d
                    : d > 0           ? slack
                                      : -slack),
             fu = cost (sample, u, &slope);
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

/* Where the slope crosses zero between a and b, at which it has the signs − and +: regula falsi with
 * the Illinois rule, which takes six to ten looks. */
static double
find_flat (const Sample *sample, double a, double slope_a, double b, double slope_b)
{
  double slope = 0, x = a;
  for (int round = 0; round < 60 && b - a > 1e-12 * fmax (1, fabs (x)); round++)
    {
      const double last = slope;
      x = (a * slope_b - b * slope_a) / (slope_b - slope_a);
      if (!(x > a && x < b))
        break;
      cost (sample, x, &slope);
      if (!isfinite (slope) || fabs (slope) < 1e-14)
        break;
      if (slope < 0)
        {
          a = x;
          slope_a = slope;
          slope_b *= last < 0 ? 0.5 : 1;
        }
      else
        {
          b = x;
          slope_b = slope;
          slope_a *= last > 0 ? 0.5 : 1;
        }
    }
  return x;
}

/* A grid finds the valley. Constants have no likeliest power: *least is infinite. */
static double
find_valley (const Sample *sample, double *least)
{
  double best = 1, slope;
  *least = INFINITY;
  for (double lambda = -MOST_LAMBDA; lambda <= MOST_LAMBDA; lambda += GRID_STEP)
    {
      const double value = cost (sample, lambda, &slope);
      if (value < *least)
        {
          *least = value;
          best = lambda;
        }
    }
  return best;
}

static double
mean_of (const double *u, size_t n, size_t stride)
{
  double sum = 0;
  size_t n_taken = 0;
  for (size_t i = 0; i < n; i += stride, n_taken++)
    sum += u[i];
  return sum / (double) n_taken;
}

/* The bottom of the valley: where the slope is zero, or, at the end of the range, where Brent finds it. */
static double
fit (const double *u, size_t n, bool is_yeo_johnson)
{
  double least, slope_a, slope_b;
  const Sample sample = { is_yeo_johnson, u, n, 1, is_yeo_johnson ? mean_of (u, n, 1) : 0 };
  Sample scouts = sample;
  scouts.stride = n / SCOUTS + 1;
  if (is_yeo_johnson)
    scouts.log_mean = mean_of (u, n, scouts.stride);
  double valley = find_valley (&scouts, &least);
  for (int is_all = 0; is_all < 2; is_all++)
    {
      const double a = fmax (valley - GRID_STEP, -MOST_LAMBDA);
      const double b = fmin (valley + GRID_STEP, MOST_LAMBDA);
      cost (&sample, a, &slope_a);
      cost (&sample, b, &slope_b);
      if (slope_a < 0 && slope_b > 0 && isfinite (slope_a) && isfinite (slope_b))
        return find_flat (&sample, a, slope_a, b, slope_b);
      if (is_all || scouts.stride == 1)
        return isinf (least) ? 1 : minimise (&sample, a, b);
      /* The values looked at were no picture of all. */
      valley = find_valley (&sample, &least);
    }
  return 1;
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
  return fit (scratch, n, false);
}

double
fs_yeo_johnson_fit (const double *x, size_t n, double *scratch)
{
  for (size_t i = 0; i < n; i++)
    scratch[i] = x[i] >= 0 ? log1p (x[i]) : -log1p (-x[i]);
  return fit (scratch, n, true);
}
