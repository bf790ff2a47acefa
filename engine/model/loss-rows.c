/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Losses by rows of outputs: those of classes, and those of numbers in the same form; see loss.h. */

#include "engine/model/loss.h"

#include <math.h>

static size_t
n_outputs_of (FsLossRule loss)
{
  return loss.n_outputs > 0 ? loss.n_outputs : 1;
}

static double
weight_of (FsLossRule loss, size_t y)
{
  return loss.class_weights ? loss.class_weights[y] : 1;
}

/* ln Σ exp z; NaN if one is. */
static double
log_sum_exp (const FsReal *z, size_t n)
{
  double highest = -INFINITY, sum = 0;
  for (size_t k = 0; k < n; k++)
    if (!((double) z[k] <= highest))
      highest = (double) z[k];
  if (!isfinite (highest))
    return highest;
  for (size_t k = 0; k < n; k++)
    sum += exp ((double) z[k] - highest);
  return highest + log (sum);
}

static double
sigmoid (double z)
{
  return z >= 0 ? 1 / (1 + exp (-z)) : exp (z) / (1 + exp (z));
}

static double
class_term (FsLossRule loss, const FsReal *z, size_t y)
{
  if (loss.kind == FS_LOSS_CROSS_ENTROPY)
    return log_sum_exp (z, n_outputs_of (loss)) - (double) z[y];
  const double one = (double) z[0];
  return fmax (one, 0) - one * (double) y + log1p (exp (-fabs (one))) + 0 * one;
}

FsLossSum
fs_loss_sum_rows (FsLossRule loss, const FsReal *predicted, const FsReal *target, size_t n_rows)
{
  const size_t n_outputs = n_outputs_of (loss);
  if (!fs_loss_is_of_classes (loss.kind))
    return (FsLossSum){ fs_loss_sum (loss, predicted, target, n_rows * n_outputs),
                        (double) (n_rows * n_outputs) };
  FsLossSum all = { 0, 0 };
  for (size_t row = 0; row < n_rows; row++)
    {
      if (target[row] < 0)
        continue;
      const size_t y = (size_t) target[row];
      const double weight = weight_of (loss, y);
      all.sum += weight * class_term (loss, predicted + row * n_outputs, y);
      all.weight += weight;
    }
  return all;
}

/* w_y (p − 1{k = y}) / Σ w, with p the softmax or the sigmoid. */
static void
class_slopes (FsLossRule loss, const FsReal *z, size_t y, double scale, FsReal *d)
{
  const size_t n_outputs = n_outputs_of (loss);
  const double factor = weight_of (loss, y) * scale;
  if (loss.kind == FS_LOSS_BINARY_CROSS_ENTROPY)
    {
      d[0] = (FsReal) (factor * (sigmoid ((double) z[0]) - (double) y));
      return;
    }
  const double total = log_sum_exp (z, n_outputs);
  for (size_t k = 0; k < n_outputs; k++)
    d[k] = (FsReal) (factor * (exp ((double) z[k] - total) - (k == y ? 1 : 0)));
}

void
fs_loss_gradient_rows (FsLossRule loss,
                       const FsReal *predicted,
                       const FsReal *target,
                       size_t n_rows,
                       FsReal *d_predicted)
{
  const size_t n_outputs = n_outputs_of (loss);
  if (!fs_loss_is_of_classes (loss.kind))
    {
      fs_loss_gradient (loss, predicted, target, n_rows * n_outputs, d_predicted);
      return;
    }
  double weight = 0;
  for (size_t row = 0; row < n_rows; row++)
    if (!(target[row] < 0))
      weight += weight_of (loss, (size_t) target[row]);
  for (size_t row = 0; row < n_rows; row++)
    {
      FsReal *d = d_predicted + row * n_outputs;
      if (target[row] < 0 || weight == 0)
        for (size_t k = 0; k < n_outputs; k++)
          d[k] = 0;
      else
        class_slopes (loss, predicted + row * n_outputs, (size_t) target[row], 1 / weight, d);
    }
}

double
fs_loss_of_probabilities (FsLossRule loss, const double *probabilities, size_t y)
{
  if (loss.kind == FS_LOSS_CROSS_ENTROPY)
    return -weight_of (loss, y) * log (probabilities[y]);
  return -weight_of (loss, y) * log (y == 1 ? probabilities[0] : 1 - probabilities[0]);
}

void
fs_loss_probabilities (FsLossRule loss, const double *logits, double *probabilities)
{
  const size_t n = n_outputs_of (loss);
  if (loss.kind == FS_LOSS_BINARY_CROSS_ENTROPY)
    {
      probabilities[0] = sigmoid (logits[0]);
      return;
    }
  double highest = -INFINITY, sum = 0;
  for (size_t k = 0; k < n; k++)
    if (!(logits[k] <= highest))
      highest = logits[k];
  for (size_t k = 0; k < n; k++)
    sum += probabilities[k] = exp (logits[k] - highest);
  for (size_t k = 0; k < n; k++)
    probabilities[k] /= sum;
}

void
fs_loss_count_right (FsLossRule loss,
                     const FsReal *predicted,
                     const FsReal *target,
                     size_t n_rows,
                     double *n_right,
                     double *n_answers)
{
  const size_t n_outputs = n_outputs_of (loss);
  for (size_t row = 0; row < n_rows; row++)
    {
      const FsReal *z = predicted + row * n_outputs;
      size_t best = loss.kind == FS_LOSS_BINARY_CROSS_ENTROPY && z[0] > 0;
      for (size_t k = 1; k < n_outputs; k++)
        if (z[k] > z[best])
          best = k;
      if (target[row] < 0)
        continue;
      *n_answers += 1;
      *n_right += best == (size_t) target[row];
    }
}
