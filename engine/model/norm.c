/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layer normalisation; see norm.h. Sums are double and in order. */

#include "engine/model/norm.h"

#include <math.h>

void
fs_norm_forward (const FsNorm *norm, double epsilon, FsReal *x, size_t n)
{
  double mean = 0, variance = 0;
  for (size_t k = 0; k < n; k++)
    mean += (double) x[k];
  mean /= (double) n;
  for (size_t k = 0; k < n; k++)
    variance += ((double) x[k] - mean) * ((double) x[k] - mean);
  const double scale = 1 / sqrt (variance / (double) n + epsilon);
  *norm->scale = (FsReal) scale;
  for (size_t k = 0; k < n; k++)
    {
      norm->normal[k] = (FsReal) (((double) x[k] - mean) * scale);
      x[k] = norm->gain[k] * norm->normal[k] + norm->shift[k];
    }
}

void
fs_norm_backward (const FsNorm *norm, FsReal *d, size_t n)
{
  double mean = 0, along = 0;
  for (size_t k = 0; k < n; k++)
    {
      d[k] *= norm->gain[k];
      mean += (double) d[k];
      along += (double) d[k] * (double) norm->normal[k];
    }
  mean /= (double) n;
  along /= (double) n;
  for (size_t k = 0; k < n; k++)
    d[k] = (FsReal) (((double) d[k] - mean - (double) norm->normal[k] * along)
                     * (double) *norm->scale);
}

void
fs_norm_gradient (const FsReal *d,
                  const FsReal *normal,
                  size_t stride,
                  size_t n_rows,
                  size_t first,
                  size_t end,
                  FsReal *d_gain,
                  FsReal *d_shift)
{
  for (size_t k = first; k < end; k++)
    {
      double gain = 0, shift = 0;
      for (size_t row = 0; row < n_rows; row++)
        {
          gain += (double) d[row * stride + k] * (double) normal[row * stride + k];
          shift += (double) d[row * stride + k];
        }
      d_gain[k] = (FsReal) gain;
      d_shift[k] = (FsReal) shift;
    }
}
