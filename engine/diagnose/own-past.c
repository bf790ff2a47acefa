/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the target's own past tells before any network: how much of it lies beyond the window, and which
 * values stand alone; see data-facts.h. */

#include "engine/diagnose/data-facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/maths/order.h"

/* How far back is looked: this many windows and a season and a half, but no further than this. */
#define WINDOWS_BACK 4
#define MOST_BACK 320

/* An autoregression of k terms from n rows has an error of (1 + k/n)² of the noise beyond that of a known
 * one (Akaike's final prediction error): with fewer rows for each term nothing is said. */
#define ROWS_FOR_EACH 8

static void
centre (double *x, const double *target, size_t n)
{
  double mean = 0;
  size_t n_known = 0;
  for (size_t t = 0; t < n; t++)
    if (isfinite (target[t]))
      mean += (target[t] - mean) / (double) ++n_known;
  for (size_t t = 0; t < n; t++)
    x[t] = isfinite (target[t]) ? target[t] - mean : 0;
}

/* Error of the best autoregression of k terms, for k = 0 … n_back, by Levinson's and Durbin's recursion
 * over the autocovariances; as it would be on rows that it was not fitted to. */
static void
predict_errors (const double *x, size_t n, size_t n_back, double *errors, double *scratch)
{
  double *covariance = scratch, *weights = covariance + n_back + 1, *before = weights + n_back + 1;
  for (size_t k = 0; k <= n_back; k++)
    {
      covariance[k] = 0;
      for (size_t t = k; t < n; t++)
        covariance[k] += x[t] * x[t - k] / (double) n;
    }
  double error = covariance[0];
  errors[0] = error;
  for (size_t k = 1; k <= n_back; k++)
    {
      double reflection = covariance[k];
      for (size_t i = 1; i < k; i++)
        reflection -= weights[i] * covariance[k - i];
      reflection = error > 0 ? reflection / error : 0;
      memcpy (before, weights, k * sizeof *before);
      for (size_t i = 1; i < k; i++)
        weights[i] = before[i] - reflection * before[k - i];
      weights[k] = reflection;
      error *= fmax (0, 1 - reflection * reflection);
      errors[k] = error * (double) (n + k) / (double) (n - k);
    }
}

/* What the window's own rows tell a straight line, and how few of them tell nearly as much. */
static void
look_within (FsDataFacts *facts, const double *errors, size_t length, double first_order)
{
  /* Repeating the last value has an error of 2 (1 − r) variances. */
  double naive = errors[0] * fmin (1, 2 * (1 - first_order));
  if (!(naive > 0) || !(errors[length] > 0))
    return;
  facts->past_tells = 1 - errors[length] / naive;
  while (facts->needed_rows < length
         && (1 - FS_HARMFUL_LOSS) * errors[facts->needed_rows] > errors[length])
    facts->needed_rows++;
}

/* The least error with more past against that with the window alone. */
static void
look_beyond (FsDataFacts *facts, const double *x, size_t n)
{
  size_t n_back = WINDOWS_BACK * facts->length + facts->season + facts->season / 2;
  if (n_back > MOST_BACK)
    n_back = MOST_BACK;
  if (n_back > n / ROWS_FOR_EACH)
    n_back = n / ROWS_FOR_EACH;
  size_t within = facts->length < n_back ? facts->length : n_back;
  if (within == 0)
    return;
  double *block = malloc (5 * (n_back + 2) * sizeof *block);
  if (!block)
    return;
  double *errors = block;
  predict_errors (x, n, n_back, errors, block + n_back + 1);
  look_within (facts, errors, within, facts->first_order);
  if (n_back <= facts->length)
    {
      free (block);
      return;
    }
  size_t best = facts->length;
  for (size_t k = facts->length + 1; k <= n_back; k++)
    if (errors[k] < errors[best])
      best = k;
  if (errors[facts->length] > 0)
    facts->unseen_past = 1 - errors[best] / errors[facts->length];
  /* The shortest past that gives nine tenths of it. */
  double enough = errors[best] + 0.1 * (errors[facts->length] - errors[best]);
  facts->unseen_rows = facts->length;
  while (facts->unseen_rows < best && errors[facts->unseen_rows] > enough)
    facts->unseen_rows++;
  free (block);
}

/* Whether the target has a past at all, before steps such as differences put one in. */
static void
look_at_raw (FsDataFacts *facts, const double *x, size_t n)
{
  size_t n_back = facts->length + facts->season;
  if (n_back > MOST_BACK)
    n_back = MOST_BACK;
  if (n_back > n / ROWS_FOR_EACH)
    n_back = n / ROWS_FOR_EACH;
  double *block = malloc (5 * (n_back + 2) * sizeof *block);
  if (!block)
    return;
  predict_errors (x, n, n_back, block, block + n_back + 1);
  double least = block[0];
  for (size_t k = 1; k <= n_back; k++)
    least = fmin (least, block[k]);
  facts->raw_tells = block[0] > 0 ? 1 - least / block[0] : 0;
  free (block);
}

/* A value that leaves both its neighbours by as much in the same direction is no flood, which rises and
 * falls over some rows, but a slip. In robust sds of the steps between neighbours. */
static void
look_for_lone_values (FsDataFacts *facts, const double *x, size_t n, double *scratch)
{
  size_t n_lone = 0;
  for (size_t t = 1; t < n; t++)
    scratch[t - 1] = fabs (x[t] - x[t - 1]);
  if (n < 32)
    return;
  fs_sort (scratch, n - 1);
  double deviation = 1.4826 * fs_quantile (scratch, n - 1, 0.5);
  if (!(deviation > 0))
    return;
  for (size_t t = 1; t + 1 < n; t++)
    {
      double left = x[t] - x[t - 1], right = x[t] - x[t + 1];
      double reach = left * right > 0 ? fmin (fabs (left), fabs (right)) / deviation : 0;
      facts->lone_reach = fmax (facts->lone_reach, reach);
      n_lone += reach > FS_LONE_REACH;
    }
  facts->lone_share = (double) n_lone / (double) n;
}

void
fs_data_facts_look_at_past (FsDataFacts *facts, const FsDataset *dataset)
{
  const size_t n = dataset->part_ends[FS_PART_TRAIN];
  if (fs_dataset_is_scattered (dataset))
    {
      /* Rows without their neighbours tell nothing of their past, also not that there is none. */
      facts->raw_tells = NAN;
      return;
    }
  double *x = malloc (2 * (n + 1) * sizeof *x);
  if (!x)
    return;
  centre (x, dataset->target_raw, n);
  look_at_raw (facts, x, n);
  centre (x, dataset->target_prepared, n);
  look_beyond (facts, x, n);
  look_for_lone_values (facts, x, n, x + n + 1);
  free (x);
}
